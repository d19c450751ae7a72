// A stream as unhelpful as a stream may be: no length, no position, a few bytes at a time, as a socket hands them out.
// Linked into tests/Kubik.Fuzz.

namespace Kubik.Tests.IO;

/// <summary>A stream without length or position that hands out a few bytes at a time, as a socket does.</summary>
internal sealed class DripStream(byte[] bytes, int drop = 3) : Stream
{
    private int at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(drop, buffer.Length), bytes.Length - this.at);
        bytes.AsSpan(this.at, count).CopyTo(buffer);
        this.at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => this.Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
