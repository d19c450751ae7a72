// The schema as JSON, written and read by hand: no reflection, so that it works in a trimmed program.
// {"columns":[{"name":"age"},{"name":"sex","values":["f","m"]}],"target":{"name":"ill","values":["0","1"]},"classes":["no","yes"]}

using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Kubik.Data;

public sealed partial class TableSchema
{
    /// <summary>The schema as one line of JSON.</summary>
    public string ToJson()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer)) this.Write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The line of JSON.</param>
    /// <exception cref="FormatException">The text is not a schema.</exception>
    public static TableSchema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"The description of the table's columns is damaged: {e.Message}", e);
        }
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("columns");
        foreach (TableColumn column in this.Columns) Write(writer, column);
        writer.WriteEndArray();
        writer.WritePropertyName("target");
        Write(writer, this.Target);
        if (this.Target.Values is not null && !this.Target.Values.SequenceEqual(this.Outputs, StringComparer.Ordinal)) Write(writer, "classes", this.Outputs);
        writer.WriteEndObject();
    }

    internal static TableSchema Read(JsonElement json)
    {
        TableColumn[] columns = [.. json.GetProperty("columns").EnumerateArray().Select(Column)];
        TableColumn target = Column(json.GetProperty("target"));
        string[]? classes = json.TryGetProperty("classes", out JsonElement names) ? Texts(names) : null;
        if (columns.Length == 0 || (classes is not null && classes.Length != target.Values?.Count))
            throw new FormatException("The description of the table's columns is damaged: it has no columns, or other numbers of classes and of values.");
        return new TableSchema(columns, target, classes);
    }

    internal static void Write(Utf8JsonWriter writer, string property, IEnumerable<string> texts)
    {
        writer.WriteStartArray(property);
        foreach (string text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    internal static string[] Texts(JsonElement json) => [.. json.EnumerateArray().Select(Text)];

    private static void Write(Utf8JsonWriter writer, TableColumn column)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        if (column.Values is not null) Write(writer, "values", column.Values);
        writer.WriteEndObject();
    }

    private static TableColumn Column(JsonElement json)
    {
        string[]? values = json.TryGetProperty("values", out JsonElement texts) ? Texts(texts) : null;
        if (values is not null && (values.Length == 0 || values.Distinct(StringComparer.Ordinal).Count() < values.Length))
            throw new FormatException("The description of the table's columns is damaged: a column has no values, or one of them twice.");
        return new TableColumn(Text(json.GetProperty("name")), values);
    }

    private static string Text(JsonElement json) =>
        json.GetString() ?? throw new FormatException("The description of the table's columns is damaged: a name is null.");
}
