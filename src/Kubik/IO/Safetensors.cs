// Safetensors (github.com/huggingface/safetensors): eight bytes with the length of a JSON header, the header, the
// elements. The header maps names to dtype, shape and a range of the bytes that follow, plus a map of free texts.
// It cannot hold code, which is why it is what Kubik saves models in. The header is read in SafetensorsHeader.cs.

using System.Buffers;
using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kubik.IO;

/// <summary>What a safetensors file holds: named tensors and named texts, both in the order of their names.</summary>
public sealed class SafetensorsFile
{
    internal SafetensorsFile(string name, SortedDictionary<string, Tensor> tensors, SortedDictionary<string, string> metadata)
    {
        this.Name = name;
        this.Tensors = new ReadOnlyDictionary<string, Tensor>(tensors);
        this.Metadata = new ReadOnlyDictionary<string, string>(metadata);
    }

    /// <summary>The file's path, or the name the caller gave the stream.</summary>
    public string Name { get; }

    /// <summary>The tensors, by name, in ordinal order of the names.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>The free texts of the header's <c>__metadata__</c>; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>One tensor.</summary>
    /// <exception cref="DataFileException">There is none of that name; the message lists the names there are.</exception>
    public Tensor this[string name] => this.Tensors.TryGetValue(name, out Tensor? x)
        ? x
        : throw new DataFileException(this.Name, $"there is no tensor '{name}'. The file holds {this.Names()}.");

    private string Names()
    {
        const int Shown = 8;
        string more = this.Tensors.Count > Shown ? $" and {this.Tensors.Count - Shown} more" : "";
        return this.Tensors.Count == 0 ? "none" : $"'{string.Join("', '", this.Tensors.Keys.Take(Shown))}'{more}";
    }
}

/// <summary>Reads and writes safetensors files, the format that models are exchanged in.</summary>
/// <remarks>
/// Format: https://github.com/huggingface/safetensors#format. Read and written: F64, F32, F16, BF16, I64, I32, U8 and BOOL.
/// Files are checked as the reference implementation checks
/// them: header of at most 100 MB, no duplicate names, ranges that fit the shapes and cover the bytes without hole or overlap.
/// </remarks>
/// <example><code>
/// Safetensors.Save("net.safetensors", new Dictionary&lt;string, Tensor&gt; { ["w"] = w, ["b"] = b });
/// Tensor w2 = Safetensors.Load("net.safetensors")["w"];
/// </code></example>
public static class Safetensors
{
    internal const int MaxHeaderBytes = 100_000_000; // the reference implementation's limit
    internal const string MetadataKey = "__metadata__";
    private const int Alignment = 8;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing, damaged, or holds a dtype that Kubik does not have.</exception>
    public static SafetensorsFile Load(string path)
    {
        using ByteSource source = ByteSource.Open(path);
        return Load(source);
    }

    /// <summary>Reads from a stream, to its end; it need not be able to seek.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static SafetensorsFile Load(Stream stream, string name = "stream")
    {
        using ByteSource source = ByteSource.Of(stream, name);
        return Load(source);
    }

    /// <summary>Writes a file in one step: a crash leaves the old one. The same tensors always give the same bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Free texts by name.</param>
    /// <exception cref="DataFileException">The file cannot be written; see <see cref="AtomicFile"/>.</exception>
    /// <exception cref="ArgumentException">A tensor is called <c>__metadata__</c>.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Save(stream, tensors, metadata));

    /// <summary>Writes to a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Free texts by name.</param>
    /// <exception cref="ArgumentException">A tensor is called <c>__metadata__</c>.</exception>
    public static void Save(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.ContainsKey(MetadataKey))
            throw new ArgumentException($"A tensor cannot be called '{MetadataKey}': safetensors keeps that name for texts.", nameof(tensors));
        // Widest elements first, so that all of them lie aligned; as the reference implementation writes it.
        KeyValuePair<string, Tensor>[] ordered =
            [.. tensors.OrderByDescending(t => t.Value.DType.ByteSize).ThenBy(t => t.Key, StringComparer.Ordinal)];
        ReadOnlySpan<byte> header = Header(ordered, metadata);
        if (header.Length > MaxHeaderBytes)
            throw new ArgumentException($"The header takes {header.Length} bytes; safetensors allows {MaxHeaderBytes}. Shorten the metadata.",
                nameof(metadata));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, Tensor x) in ordered) TensorBytes.Write(stream, x);
    }

    internal static string CodeOf(DType dtype) => dtype switch
    {
        DType.Float64 => "F64",
        DType.Float32 => "F32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.UInt8 => "U8",
        DType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
    };

    private static SafetensorsFile Load(ByteSource source)
    {
        if (source.Remaining == 0) throw source.Error("this is not a safetensors file: it is empty.");
        byte[] start = source.Take(8, "the length of the header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaxHeaderBytes)
            throw source.Error($"this is not a safetensors file: its first eight bytes say that the header takes {length} bytes, "
                + $"and at most {MaxHeaderBytes} are allowed.");
        byte[] json = source.Take((long)length, "the header");
        SafetensorsHeader header = SafetensorsHeader.Parse(source, json);
        if (source.Remaining is { } there && there != header.DataBytes)
            throw source.Error($"the header describes {header.DataBytes} bytes of elements, but {there} follow it. The file is truncated or damaged.");
        SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in header.Entries)
            tensors.Add(entry.Name, Read(source, entry));
        source.ExpectEnd("the last tensor");
        return new SafetensorsFile(source.Name, tensors, header.Metadata);
    }

    private static Tensor Read(ByteSource source, SafetensorsEntry entry) =>
        TensorBytes.Read(source, new TensorSpec(entry.DType, entry.Shape), bigEndian: false, $"tensor '{entry.Name}'");

    private static ReadOnlySpan<byte> Header(KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string text) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, text);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, Tensor x) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", CodeOf(x.DType));
                json.WriteStartArray("shape");
                foreach (int size in x.Shape.Sizes) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += (long)x.Count * x.DType.ByteSize);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.WrittenCount % Alignment != 0) buffer.Write(" "u8);
        return buffer.WrittenSpan;
    }
}
