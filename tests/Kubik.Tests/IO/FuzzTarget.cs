// The formats that are fuzzed, each with valid files to begin from and the reader to try; and the one rule they are held to:
// a file is read or refused with DataFileException, within a second, without memory that its bytes do not justify.

using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Kubik.IO;

namespace Kubik.Tests.IO;

/// <summary>A file format under fuzzing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seeds">Valid files.</param>
/// <param name="Words">Texts that mean something in it.</param>
/// <param name="Read">The reader.</param>
/// <param name="Repair">Makes checksums right again or wraps the bytes; may change nothing.</param>
internal sealed record FuzzTarget(string Name, byte[][] Seeds, string[] Words, Action<Stream> Read, Func<byte[], Mutator, byte[]> Repair)
{
    // Reading may cost some fixed buffers and a multiple of the file: deflate makes up to 1032 bytes of one.
    private const long FixedBytes = 8 << 20;
    private const long BytesPerByte = 3 * 1032;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    /// <summary>All formats, their seeds taken from the golden files.</summary>
    public static FuzzTarget[] All(string golden)
    {
        byte[][] npy = FilesOf(golden, "npy", "*.npy");
        byte[][] idx = FilesOf(golden, "idx", "*.idx");
        byte[][] csv = FilesOf(golden, "csv", "*.csv");
        return
        [
            new("safetensors", FilesOf(golden, "safetensors", "*"),
                ["\"__metadata__\":{", "\"dtype\":\"F64\"", "\"shape\":[", "\"data_offsets\":[0,", "BF16", "I64", "{", "}", "\\ud800", "1e400", "-1",
                    "null", ",", " "],
                s => Safetensors.Load(s), HeaderLength),
            new("npy", npy, ["'descr':", "'<f8'", "'|O'", "'fortran_order': True", "'shape': (", "(", ")", ",", "L", "True", "{", "}"], s => Npy.Load(s), Same),
            new("npz", FilesOf(golden, "npz", "*.npz"), ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", ".npy"], s => Npz.Load(s), Same),
            new("idx", idx, [], s => Idx.Load(s), (b, m) => m.Next(2) == 0 && !IsGzip(b) ? Zipped(b) : b),
            new("csv", csv, [",", ";", "\t", "\"", "\"\"", "\r\n", "\n", "\uFEFF", "NaN", "1e999", "é", "\0"], ReadCsv,
                (b, m) => m.Next(4) == 0 && !IsGzip(b) ? Zipped(b) : b),
            new("png", FilesOf(golden, "png", "*.png"), ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"], s => Png.Load(s), PngRepair.Repair),
        ];
    }

    /// <summary>Runs one case. Throws when the reader breaks the rule; otherwise says how the file was refused, null when it was still readable.</summary>
    public string? Run(int seed)
    {
        Mutator mutator = new(seed);
        byte[] mutated = mutator.Mutate(this.Pick(mutator), this.Pick(mutator), this.Words);
        byte[] bytes = this.Repair(mutated, mutator);
        int drip = mutator.Next(2) == 0 ? 0 : 1 + mutator.Next(200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        (string? refusal, TimeSpan took) = this.Timed(bytes, drip, seed);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > FixedBytes + (BytesPerByte * bytes.Length))
            throw new InvalidOperationException($"{this.Name}, seed {seed}: {allocated} bytes were allocated for a file of {bytes.Length}.");
        // A machine may pause; a slow reader is slow twice.
        if (took > MostTime && this.Timed(bytes, drip, seed).Took > MostTime)
            throw new InvalidOperationException($"{this.Name}, seed {seed}: reading took {took}.");
        return refusal;
    }

    private (string? Refusal, TimeSpan Took) Timed(byte[] bytes, int drip, int seed)
    {
        using Stream stream = drip == 0 ? new MemoryStream(bytes) : new DripStream(bytes, drip);
        Stopwatch watch = Stopwatch.StartNew();
        return (this.Refusal(stream, seed), watch.Elapsed);
    }

    private string? Refusal(Stream stream, int seed)
    {
        try
        {
            this.Read(stream);
            return null;
        }
        catch (DataFileException e)
        {
            if (e.Message.Length < 20 || e.Message.Any(char.IsControl))
                throw new InvalidOperationException($"{this.Name}, seed {seed}: the message is '{e.Message}'.", e);
            return e.Message;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{this.Name}, seed {seed}: {e.GetType().Name} escaped.", e);
        }
    }

    private byte[] Pick(Mutator mutator) => this.Seeds[mutator.Next(this.Seeds.Length)];

    private static byte[][] FilesOf(string golden, string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(golden, folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static void ReadCsv(Stream stream)
    {
        foreach (CsvColumn column in Csv.Load(stream).Columns)
        {
            if (column.FirstMissingRow >= 0) continue;
            if (column.Kind == CsvColumnKind.Numbers) column.ToNumbers();
            else column.Categories();
        }
    }

    private static byte[] Same(byte[] bytes, Mutator mutator) => bytes;

    // Half of the cases keep the header's length right although the header has changed.
    private static byte[] HeaderLength(byte[] bytes, Mutator mutator)
    {
        int end = bytes.AsSpan().LastIndexOf("}"u8) + 1;
        if (mutator.Next(2) == 0 || end < 8) return bytes;
        while (end < bytes.Length && bytes[end] == ' ') end++;
        BinaryPrimitives.WriteInt64LittleEndian(bytes, end - 8);
        return bytes;
    }

    private static bool IsGzip(byte[] bytes) => bytes is [0x1F, 0x8B, ..];

    private static byte[] Zipped(byte[] bytes)
    {
        using MemoryStream zipped = new();
        using (GZipStream zip = new(zipped, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(bytes);
        return zipped.ToArray();
    }
}

/// <summary>Makes the chunks of a changed PNG plausible again.</summary>
internal static class PngRepair
{
    public static byte[] Repair(byte[] bytes, Mutator mutator)
    {
        int way = mutator.Next(4);
        if (way == 0 || bytes.Length < 8) return bytes;
        using MemoryStream repaired = new();
        repaired.Write(bytes.AsSpan(0, 8));
        int at = 8;
        while (at + 12 <= bytes.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12) length = (uint)(bytes.Length - at - 12);
            string type = Encoding.Latin1.GetString(bytes, at + 4, 4);
            byte[] data = bytes.AsSpan(at + 8, (int)length).ToArray();
            // Changes inside the compressed pixels mostly break deflate: sometimes change the pixels themselves.
            if (way == 3 && type == "IDAT" && TryInflate(data) is { } raw) data = Deflate(mutator.Mutate(raw, raw, []));
            repaired.Write(Chunk(type, data));
            at += 12 + (int)length;
        }
        repaired.Write(bytes.AsSpan(at));
        return repaired.ToArray();
    }

    /// <summary>A chunk with its length and checksum.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.Latin1.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    // The plain loop of the PNG standard's appendix, so that it is not the code under test that checks itself.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }
        return ~crc;
    }

    private static byte[]? TryInflate(byte[] data)
    {
        try
        {
            using ZLibStream zlib = new(new MemoryStream(data), CompressionMode.Decompress);
            byte[] raw = new byte[1 << 16];
            int length = zlib.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
            return length > 0 ? raw[..length] : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static byte[] Deflate(byte[] raw)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(raw);
        return stream.ToArray();
    }
}
