// NumPy's .npz: a zip archive with one .npy file an array. The zip itself is .NET's; what it does not do is done here:
// entries are read as streams that grow with what really comes out of them, overlapping entries (the "better zip
// bomb" of Fifield, 2019) are refused, and checksums are compared.

using System.Collections.ObjectModel;
using System.IO.Compression;

namespace Kubik.IO;

/// <summary>Reads and writes NumPy's .npz files: named arrays in a zip archive.</summary>
/// <remarks>Format: https://numpy.org/doc/stable/reference/generated/numpy.savez.html; the arrays are as in <see cref="Npy"/>.</remarks>
/// <example><code>
/// Npz.Save("batch.npz", new Dictionary&lt;string, Tensor&gt; { ["x"] = x, ["y"] = y });
/// Tensor x2 = Npz.Load("batch.npz")["x"];
/// </code></example>
public static class Npz
{
    private const string Extension = ".npy";
    private const int MaxUnseekableBytes = 1 << 30; // the directory stands at the end of a zip, so all of it must be held

    // A zip entry needs a time; this is the earliest there is, so that the same tensors give the same bytes.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays of a file, by name without ".npy", in ordinal order of the names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing or damaged, or holds something that is not a readable array.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Load(file, path);
        }
        catch (Exception e) when (e is (IOException and not DataFileException) or UnauthorizedAccessException)
        {
            throw DataFileException.From(path, "read", e);
        }
    }

    /// <summary>Reads all arrays from a stream. One that cannot seek is held in memory, up to 1 GB of it.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static IReadOnlyDictionary<string, Tensor> Load(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        SortedDictionary<string, Tensor> arrays = new(StringComparer.Ordinal);
        try
        {
            if (!stream.CanSeek) stream = Hold(stream, name);
            using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            CheckSizes(zip, stream.Length, name);
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                string what = $"{name}, entry '{entry.FullName}'";
                if (!entry.FullName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
                    throw new DataFileException(what, $"it is not a {Extension} file. An .npz archive holds nothing else.");
                if (!arrays.TryAdd(entry.FullName[..^Extension.Length], Load(entry, what)))
                    throw new DataFileException(what, "the archive holds two entries of this name.");
            }
        }
        catch (Exception e) when (e is not (DataFileException or OutOfMemoryException))
        {
            // Whatever the archive reader stumbles over in a hostile file, it is the file's fault.
            throw new DataFileException(name, $"it is not a zip archive that can be read, as an .npz file is ({e.Message.TrimEnd('.')}).", e);
        }
        return new ReadOnlyDictionary<string, Tensor>(arrays);
    }

    /// <summary>Writes a file in one step: a crash leaves the old one. The same tensors always give the same bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">The tensors by name.</param>
    /// <param name="compress">Whether to deflate, as <c>np.savez_compressed</c> does.</param>
    /// <exception cref="DataFileException">The file cannot be written; see <see cref="AtomicFile"/>.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> arrays, bool compress = false) =>
        AtomicFile.Write(path, stream => Save(stream, arrays, compress));

    /// <summary>Writes to a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="arrays">The tensors by name.</param>
    /// <param name="compress">Whether to deflate, as <c>np.savez_compressed</c> does.</param>
    public static void Save(Stream stream, IReadOnlyDictionary<string, Tensor> arrays, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(arrays);
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, Tensor x) in arrays.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            ZipArchiveEntry entry = zip.CreateEntry(name + Extension, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = EntryTime;
            using Stream content = entry.Open();
            Npy.Save(content, x);
        }
    }

    private static Tensor Load(ZipArchiveEntry entry, string what)
    {
        using Stream content = entry.Open();
        Crc32Stream checkedContent = new(content);
        using ByteSource source = ByteSource.Of(checkedContent, what);
        Tensor x = Npy.Load(source);
        return checkedContent.Crc == entry.Crc32
            ? x
            : throw new DataFileException(what,
                $"its checksum is {checkedContent.Crc:X8}, but the archive says {entry.Crc32:X8}. The file is damaged; get it again.");
    }

    // Entries that share bytes would let a small file unfold without end.
    private static void CheckSizes(ZipArchive zip, long archiveBytes, string name)
    {
        long together = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            together += entry.CompressedLength;
            if (entry.CompressedLength < 0 || together > archiveBytes)
                throw new DataFileException(name,
                    $"its entries claim more bytes than the {archiveBytes} of the archive: they overlap or the archive is truncated.");
        }
    }

    private static MemoryStream Hold(Stream stream, string name)
    {
        using ByteSource source = ByteSource.Of(stream, name);
        MemoryStream held = new();
        byte[] block = new byte[1 << 16];
        for (int count = source.Read(block); count > 0; count = source.Read(block))
        {
            if (held.Length + count > MaxUnseekableBytes)
                throw source.Error($"it has more than {MaxUnseekableBytes} bytes; an .npz file that large must come from a stream that can seek, "
                    + "such as a file.");
            held.Write(block, 0, count);
        }
        held.Position = 0;
        return held;
    }

    /// <summary>Sums up what is read through it.</summary>
    private sealed class Crc32Stream(Stream inner) : ForwardStream
    {
        public uint Crc { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int count = inner.Read(buffer);
            this.Crc = Crc32.Append(this.Crc, buffer[..count]);
            return count;
        }
    }
}
