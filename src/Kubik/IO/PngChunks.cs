// The outer layer of a PNG: a signature, then chunks of length, type, data and checksum. Small chunks are handed out whole;
// the IDAT chunks, which together are one compressed stream, are read through as one.

using System.Buffers.Binary;
using System.Text;

namespace Kubik.IO;

/// <summary>Walks the chunks of a PNG, checking every checksum.</summary>
internal sealed class PngChunks(ByteSource source)
{
    private readonly byte[] head = new byte[8];
    private readonly byte[] block = new byte[1 << 13];
    private int left; // bytes of the current chunk's data not yet read
    private uint crc;

    /// <summary>The type of the current chunk, such as "IDAT".</summary>
    public string Type { get; private set; } = "";

    /// <summary>Goes to the next chunk; what is unread of the current one is skipped.</summary>
    public void Next()
    {
        if (this.Type.Length > 0) this.Finish();
        source.Fill(this.head, this.Type.Length == 0 ? "the first chunk" : $"the chunk after {this.Type}");
        Span<byte> type = this.head.AsSpan(4);
        foreach (byte letter in type)
        {
            if (!char.IsAsciiLetter((char)letter))
                throw source.Error($"after {(this.Type.Length == 0 ? "the signature" : "chunk " + this.Type)} comes something that is no chunk "
                    + $"(type {Convert.ToHexString(type)}). The file is damaged.");
        }
        this.Type = Encoding.ASCII.GetString(type);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(this.head);
        if (length > int.MaxValue)
            throw source.Error($"chunk {this.Type} claims {length} bytes; the format allows {int.MaxValue}. The file is damaged.");
        source.Require(length + 4L, $"chunk {this.Type}");
        this.left = (int)length;
        this.crc = Crc32.Of(type);
    }

    /// <summary>Reads some of the current chunk's data; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, this.left);
        if (count <= 0) return 0;
        count = source.Read(buffer[..count]);
        if (count == 0) throw source.Error($"the file ends inside chunk {this.Type}. It is truncated; get it again.");
        this.crc = Crc32.Append(this.crc, buffer[..count]);
        this.left -= count;
        return count;
    }

    /// <summary>Reads all of a small chunk and checks it.</summary>
    public byte[] ReadAll(int atMost)
    {
        if (this.left > atMost)
            throw source.Error($"chunk {this.Type} has {this.left} bytes where at most {atMost} make sense. The file is damaged.");
        byte[] data = new byte[this.left];
        for (int got = 0; got < data.Length;) got += this.Read(data.AsSpan(got));
        this.CheckCrc();
        return data;
    }

    private void Finish()
    {
        while (this.Read(this.block) > 0)
        {
            // Only for the checksum: nothing in the chunk matters to the pixels.
        }
        if (this.left == 0) this.CheckCrc();
    }

    private void CheckCrc()
    {
        this.left = -1; // checked
        source.Fill(this.head.AsSpan(0, 4), $"the checksum of chunk {this.Type}");
        uint said = BinaryPrimitives.ReadUInt32BigEndian(this.head);
        if (said != this.crc)
            throw source.Error($"the checksum of chunk {this.Type} is {this.crc:X8}, but the file says {said:X8}. The file is damaged; get it again.");
    }

    /// <summary>The data of this IDAT chunk and of those that follow at once, as one stream.</summary>
    public sealed class Pixels(PngChunks chunks) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            while (chunks.Type == "IDAT")
            {
                int count = chunks.Read(buffer);
                if (count > 0) return count;
                chunks.Next();
            }
            return 0;
        }
    }
}
