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

    /// <summary>A number; null where there is none.</summary>
    public static void Number(this Utf8JsonWriter json, string name, double? x)
    {
        json.WritePropertyName(name);
        json.Number(x);
    }

    /// <summary>A number; null where there is none. JSON has no infinities: they are "Infinity" and "-Infinity",
    /// and what is not a number is "NaN", as in all of Kubik's files.</summary>
    public static void Number(this Utf8JsonWriter json, double? x)
    {
        if (x is not { } value) json.WriteNullValue();
        else if (double.IsFinite(value)) json.WriteNumberValue(value + 0.0); // −0 is 0
        else json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
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
