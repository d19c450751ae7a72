// What a model's file has to know about data: what goes in, what the outputs mean, by which constants to normalise,
// and for tables how the columns become numbers. With it the file alone is enough to predict.

using System.Buffers;
using System.Text;
using System.Text.Json;
using Kubik.IO;

namespace Kubik.Data;

/// <summary>How data looks to a network and what the network's outputs mean; stored with the model.</summary>
/// <example><code>
/// string json = train.Format.ToJson();                         // into the model's metadata
/// DataFormat format = DataFormat.Parse(json);
/// Tensor x = format.Encode(Png.Load("seven.png"));             // float32 (1, 1, 28, 28), normalised
/// string digit = format.Outputs[(int)net.Forward(x).ArgMax(-1)];
/// </code></example>
public sealed class DataFormat
{
    /// <summary>The shape of one sample.</summary>
    public required Shape InputShape { get; init; }

    /// <summary>Whether the outputs are classes or numbers.</summary>
    public required TargetKind Kind { get; init; }

    /// <summary>What each output stands for: the names of the classes, or of the numbers predicted.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>The constants that samples are normalised by.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>The constants that bring predicted numbers back to their own units (<see cref="Normalization.Undo"/>); null for classes.</summary>
    public Normalization? TargetNormalization { get; init; }

    /// <summary>Whether samples are pictures: bytes of 0…255 stand for 0…1 before they are normalised.</summary>
    public bool IsPicture { get; init; }

    /// <summary>The columns of the table, when samples are rows of one.</summary>
    public TableSchema? Table { get; init; }

    /// <summary>A picture as the network takes it, turned grey or RGB as needed.</summary>
    /// <param name="picture">The picture, of exactly the network's height and width.</param>
    /// <returns>float32 (1, C, H, W), normalised as in training.</returns>
    /// <exception cref="ShapeException">The network takes no pictures, or pictures of another size.</exception>
    public Tensor Encode(Image picture) => this.Encode(this.Raw(picture));

    /// <summary>A picture as a sample in its own units, turned grey or RGB as needed: what <see cref="Encode(Image)"/> normalises.</summary>
    /// <param name="picture">The picture, of exactly the network's height and width.</param>
    /// <returns>uint8 (1, C, H, W).</returns>
    /// <exception cref="ShapeException">The network takes no pictures, or pictures of another size.</exception>
    public Tensor Raw(Image picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (this.InputShape.Rank != 3 || this.InputShape[0] is not (1 or 3))
            throw new ShapeException($"The network takes samples of shape {this.InputShape}, which are not pictures.");
        (int channels, int height, int width) = (this.InputShape[0], this.InputShape[1], this.InputShape[2]);
        if (picture.Width != width || picture.Height != height)
            throw new ShapeException($"The picture has {picture.Width}×{picture.Height} pixels, the network takes {width}×{height}; resize it first.");
        Image p = channels == 1 ? PixelChannels.Grey(picture) : PixelChannels.Rgb(picture);
        return Tensor.From(p.Pixels, [1, height, width, channels]).Permute(0, 3, 1, 2);
    }

    /// <summary>The rows of a table as the network takes them.</summary>
    /// <param name="table">A table with the columns of the training data; the target may be missing.</param>
    /// <returns>float32 (rows, F), normalised as in training.</returns>
    /// <exception cref="ShapeException">The network does not take rows of a table.</exception>
    /// <exception cref="DataFileException">A column or a value is missing, or a name was not in the training data.</exception>
    public Tensor Encode(CsvTable table) => this.Encode(this.Raw(table));

    /// <summary>The rows of a table in their own units, names of a column as 0 and 1: what <see cref="Encode(CsvTable)"/> normalises.</summary>
    /// <param name="table">A table with the columns of the training data; the target may be missing.</param>
    /// <returns>float64 (rows, F).</returns>
    /// <inheritdoc cref="Encode(CsvTable)" path="/exception"/>
    public Tensor Raw(CsvTable table)
    {
        TableSchema schema = this.Table ?? throw new ShapeException($"The network takes samples of shape {this.InputShape}, not rows of a table.");
        return Tensor.From(schema.Inputs(table), [table.RowCount, schema.Width]);
    }

    /// <summary>Samples in their own units as the network takes them.</summary>
    /// <param name="samples">One sample of the network's input shape, or several of them along the first axis.
    /// Of pictures, uint8 is 0…255, floating point 0…1.</param>
    /// <returns>float32 (B, …), normalised as in training.</returns>
    /// <exception cref="ShapeException">The samples have another shape.</exception>
    public Tensor Encode(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Tensor x = samples.Shape == this.InputShape ? samples.Reshape([1, .. this.InputShape.Sizes]) : samples;
        if (x.Rank != this.InputShape.Rank + 1 || x.Shape[1..] != this.InputShape)
            throw new ShapeException($"The samples have shape {samples.Shape}, the network takes {this.InputShape}, alone or several along the first axis.");
        if (!this.IsPicture || x.DType != DType.UInt8) return this.Normalization.Apply(x);
        x = x.Contiguous();
        Tensor y = Tensor.Allocate(new TensorSpec(DType.Float32, x.Shape));
        int channels = this.InputShape[0], plane = this.InputShape.Size / channels;
        for (int i = 0; i < x.Shape[0] * channels; i++)
        {
            (float shift, float scale) = this.Normalization.ForBytes(i % channels);
            ImageDataset.Normalize(x.Data<byte>().Slice(i * plane, plane), shift, scale, y.Data<float>().Slice(i * plane, plane));
        }
        GC.KeepAlive(x);
        return y;
    }

    /// <summary>Targets as the network learns them: numbers in their own units are standardised, labels and probabilities of classes stay.</summary>
    /// <param name="targets">The targets, batch axis first.</param>
    /// <exception cref="ShapeException">They are not as many numbers for each sample as the network predicts.</exception>
    public Tensor EncodeTarget(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return targets.DType.IsFloat && this is { Kind: TargetKind.Numbers, TargetNormalization: { } units } ? units.Apply(targets) : targets;
    }

    /// <summary>The format as one line of JSON.</summary>
    public string ToJson()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("input", this.InputShape.ToX());
            writer.WriteString("predicts", this.Kind == TargetKind.Classes ? "classes" : "numbers");
            TableSchema.Write(writer, "outputs", this.Outputs);
            writer.WriteString("normalization", this.Normalization.ToString());
            if (this.TargetNormalization is not null) writer.WriteString("target_normalization", this.TargetNormalization.ToString());
            if (this.IsPicture) writer.WriteBoolean("picture", true);
            if (this.Table is not null)
            {
                writer.WritePropertyName("table");
                this.Table.Write(writer);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The line of JSON.</param>
    /// <exception cref="FormatException">The text is not a data format.</exception>
    public static DataFormat Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            DataFormat format = Read(document.RootElement);
            if (format.Outputs.Count == 0) throw new FormatException("The model's description of its data is damaged: it has no outputs.");
            format.Normalization.MustFit(format.InputShape);
            format.TargetNormalization?.MustFit([format.Outputs.Count]);
            if (format.Table is not null
                && (format.InputShape != new[] { format.Table.Width } || !format.Table.Outputs.SequenceEqual(format.Outputs, StringComparer.Ordinal)))
                throw new FormatException("The model's description of its data contradicts itself: the columns of the table are not its inputs and outputs.");
            return format;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ShapeException)
        {
            throw new FormatException($"The model's description of its data is damaged: {e.Message}", e);
        }
    }

    private static DataFormat Read(JsonElement json)
    {
        string input = Text(json, "input"), kind = Text(json, "predicts");
        return new DataFormat
        {
            InputShape = input == Shape.Scalar.ToX() ? Shape.Scalar : Shape.Parse(input),
            Kind = kind switch
            {
                "classes" => TargetKind.Classes,
                "numbers" => TargetKind.Numbers,
                _ => throw new FormatException($"The model's description of its data is damaged: it predicts '{kind}', neither classes nor numbers."),
            },
            Outputs = TableSchema.Texts(json.GetProperty("outputs")),
            Normalization = Normalization.Parse(Text(json, "normalization")),
            TargetNormalization = json.TryGetProperty("target_normalization", out _) ? Normalization.Parse(Text(json, "target_normalization")) : null,
            IsPicture = json.TryGetProperty("picture", out JsonElement picture) && picture.GetBoolean(),
            Table = json.TryGetProperty("table", out JsonElement table) ? TableSchema.Read(table) : null,
        };
    }

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString() ?? "";
}
