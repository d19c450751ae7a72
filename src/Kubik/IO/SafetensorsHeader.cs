// The JSON header of a safetensors file, read token by token and checked before a single element is: whoever holds a
// SafetensorsHeader knows that its tensors lie one after the other from the first byte to the last.

using System.Text.Json;

namespace Kubik.IO;

/// <summary>A tensor as the header describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where they end.</param>
internal sealed record SafetensorsEntry(string Name, DType DType, Shape Shape, long Begin, long End);

/// <summary>A checked header: entries in the order of their bytes.</summary>
internal sealed class SafetensorsHeader
{
    private const string Readable = "Kubik reads F64, F32, F16, BF16, I64, I32, U8 and BOOL";

    private readonly ByteSource source;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<SafetensorsEntry> entries = [];

    private SafetensorsHeader(ByteSource source) => this.source = source;

    /// <summary>The tensors, in the order in which their bytes lie in the file.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => this.entries;

    /// <summary>The free texts.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>How many bytes the tensors take together.</summary>
    public long DataBytes => this.entries.Count == 0 ? 0 : this.entries[^1].End;

    /// <summary>Reads and checks a header.</summary>
    public static SafetensorsHeader Parse(ByteSource source, ReadOnlySpan<byte> json)
    {
        SafetensorsHeader header = new(source);
        if (json.IsEmpty || json[0] != (byte)'{')
            throw source.Error("this is not a safetensors file: its header does not begin with '{'.");
        try
        {
            Utf8JsonReader reader = new(json);
            header.Read(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no valid UTF-8.
            throw source.Error($"the header is not valid JSON{Place(e)}. The file is damaged.", e);
        }
        header.CheckRanges();
        return header;
    }

    // Not the exception's own text: that quotes all of the rest of the header.
    private static string Place(Exception e) =>
        e is JsonException { LineNumber: { } line, BytePositionInLine: { } position } ? $": line {line + 1}, byte {position + 1}"
            : ", or one of its texts not valid UTF-8";

    private void Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!this.names.Add(name))
                throw this.source.Error($"the name '{name}' occurs twice in the header. The file is damaged.");
            reader.Read();
            if (name == Safetensors.MetadataKey) this.ReadMetadata(ref reader);
            else this.entries.Add(this.ReadEntry(ref reader, name));
        }
        reader.Read(); // text after the object that is not white is a JsonException
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw this.source.Error($"'{Safetensors.MetadataKey}' is not an object of texts.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw this.source.Error($"the metadata '{key}' is not a text.");
            if (!this.Metadata.TryAdd(key, reader.GetString()!))
                throw this.source.Error($"the metadata '{key}' occurs twice.");
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw this.source.Error($"tensor '{name}' is described by {reader.TokenType}, not by an object.");
        string? dtype = null;
        long[]? shape = null, range = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            bool again = false;
            switch (field)
            {
                case "dtype":
                    again = dtype is not null;
                    dtype = reader.TokenType == JsonTokenType.String ? reader.GetString()!
                        : throw this.source.Error($"the dtype of tensor '{name}' is not a text.");
                    break;
                case "shape":
                    again = shape is not null;
                    shape = this.ReadNumbers(ref reader, $"the shape of tensor '{name}'");
                    break;
                case "data_offsets":
                    again = range is not null;
                    range = this.ReadNumbers(ref reader, $"data_offsets of tensor '{name}'");
                    break;
                default:
                    reader.Skip(); // fields of a later version of the format
                    break;
            }
            if (again) throw this.source.Error($"tensor '{name}' has two fields '{field}'.");
        }
        if (dtype is null || shape is null || range is not [long begin, long end])
            throw this.source.Error($"tensor '{name}' lacks one of dtype, shape and data_offsets (two numbers).");
        return this.Check(name, dtype, shape, begin, end);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw this.source.Error($"{what} is not a list of numbers.");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw this.source.Error($"{what} holds something that is not a whole number from 0 to {long.MaxValue}.");
            if (numbers.Count > Shape.MaxRank) throw this.source.Error($"{what} is a list of more than {Shape.MaxRank} numbers.");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private SafetensorsEntry Check(string name, string code, long[] sizes, long begin, long end)
    {
        DType dtype = code switch
        {
            "F64" => DType.Float64,
            "F32" => DType.Float32,
            "F16" => DType.Float16,
            "I64" => DType.Int64,
            "I32" => DType.Int32,
            "U8" => DType.UInt8,
            "BOOL" => DType.Bool,
            "BF16" => DType.BFloat16,
            _ => throw this.source.Error($"tensor '{name}' has the dtype {code}. {Readable}; convert it before saving."),
        };
        Shape shape = TensorBytes.ShapeOf(this.source, sizes, $"tensor '{name}'");
        long wanted = (long)shape.Size * dtype.ByteSize;
        return end >= begin && end - begin == wanted
            ? new SafetensorsEntry(name, dtype, shape, begin, end)
            : throw this.source.Error(
                $"tensor '{name}' of shape {shape} and dtype {code} takes {wanted} bytes, but its data_offsets are [{begin}, {end}]. The file is damaged.");
    }

    private void CheckRanges()
    {
        this.entries.Sort((a, b) => (a.Begin, a.End, a.Name).CompareTo((b.Begin, b.End, b.Name)));
        long at = 0;
        string before = "the beginning";
        foreach (SafetensorsEntry entry in this.entries)
        {
            if (entry.Begin != at)
            {
                string fault = entry.Begin < at ? "overlaps with" : "leaves a hole after";
                throw this.source.Error(
                    $"tensor '{entry.Name}' begins at byte {entry.Begin} of the elements and {fault} {before}, which ends at {at}. The file is damaged.");
            }
            at = entry.End;
            before = $"tensor '{entry.Name}'";
        }
    }
}
