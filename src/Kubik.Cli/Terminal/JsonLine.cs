using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kubik.Cli.Terminal;

/// <summary>JSON for machines: one line on stdout, numbers with all their digits.</summary>
internal static class JsonLine
{
    public static void Print(Action<Utf8JsonWriter> write) => Console.Out.WriteLine(Text(write));

    public static string Text(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) write(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A number, or null where there is none (JSON knows no NaN).</summary>
    public static void Number(this Utf8JsonWriter json, string name, double? x)
    {
        if (x is { } value && double.IsFinite(value)) json.WriteNumber(name, value + 0.0); // −0 is 0
        else json.WriteNull(name);
    }

    public static void Texts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static void Shape(this Utf8JsonWriter json, string name, Shape shape)
    {
        json.WriteStartArray(name);
        foreach (int size in shape.Sizes) json.WriteNumberValue(size);
        json.WriteEndArray();
    }
}
