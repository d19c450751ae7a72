// Gzip is recognised by its first two bytes, 1F 8B (RFC 1952), not by the file's name: people rename files, and none of
// the formats that may be compressed begins with these two. .NET's GZipStream takes a file that is cut short for one that ends
// there; so a member of our own is put behind the file's, and only when its content comes out was the file whole.

using System.IO.Compression;

namespace Kubik.IO;

/// <summary>Sees through gzip.</summary>
internal static class Gzip
{
    private const byte Magic0 = 0x1F, Magic1 = 0x8B;

    private static readonly byte[] Mark = [.. "Kubik: the file is whole"u8];
    private static readonly byte[] MarkMember = Zip(Mark);

    /// <summary>The decompressed stream when the content is gzip, otherwise the content as it is.</summary>
    public static Stream Unwrap(Stream stream, bool leaveOpen)
    {
        byte[] head = new byte[2];
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        bool gzip = count == 2 && head[0] == Magic0 && head[1] == Magic1;
        if (stream.CanSeek) stream.Seek(-count, SeekOrigin.Current);
        else stream = new Joined(head.AsMemory(0, count), stream, default, leaveOpen);
        if (!gzip) return stream;
        Joined marked = new(default, stream, MarkMember, leaveOpen && stream is not Joined);
        return new WholeGzipStream(marked);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using MemoryStream zipped = new();
        using (GZipStream zip = new(zipped, CompressionLevel.Fastest)) zip.Write(bytes);
        return zipped.ToArray();
    }

    /// <summary>Some bytes, then a stream, then some bytes.</summary>
    private sealed class Joined(ReadOnlyMemory<byte> before, Stream stream, ReadOnlyMemory<byte> after, bool leaveOpen) : ForwardStream
    {
        private ReadOnlyMemory<byte> before = before, after = after;

        /// <summary>Whether the stream has ended and what comes after it has begun.</summary>
        public bool Ended { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (!this.before.IsEmpty) return Take(ref this.before, buffer);
            int count = this.Ended || buffer.IsEmpty ? 0 : stream.Read(buffer);
            if (count > 0 || buffer.IsEmpty) return count;
            this.Ended = true;
            return Take(ref this.after, buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !leaveOpen) stream.Dispose();
            base.Dispose(disposing);
        }

        private static int Take(ref ReadOnlyMemory<byte> bytes, Span<byte> buffer)
        {
            int count = Math.Min(bytes.Length, buffer.Length);
            bytes.Span[..count].CopyTo(buffer);
            bytes = bytes[count..];
            return count;
        }
    }

    /// <summary>Decompresses, and throws where the file is cut short or something else follows.</summary>
    private sealed class WholeGzipStream(Joined marked) : ForwardStream
    {
        private readonly GZipStream zip = new(marked, CompressionMode.Decompress);
        private ReadOnlyMemory<byte>? last;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            if (this.last is null)
            {
                int count = this.zip.Read(buffer);
                if (count > 0 && !marked.Ended) return count;
                this.last = this.Last(buffer[..count]);
            }
            ReadOnlyMemory<byte> left = this.last.Value;
            int taken = Math.Min(left.Length, buffer.Length);
            left.Span[..taken].CopyTo(buffer);
            this.last = left[taken..];
            return taken;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) this.zip.Dispose();
            base.Dispose(disposing);
        }

        // All that is left: little, because GZipStream has read the last of its input, at most one buffer of it.
        private ReadOnlyMemory<byte> Last(ReadOnlySpan<byte> begun)
        {
            using MemoryStream rest = new();
            rest.Write(begun);
            this.zip.CopyTo(rest);
            Memory<byte> bytes = rest.GetBuffer().AsMemory(0, (int)rest.Length);
            return bytes.Span.EndsWith(Mark)
                ? bytes[..^Mark.Length]
                : throw new InvalidDataException("the gzip stream does not end where the file does");
        }
    }
}
