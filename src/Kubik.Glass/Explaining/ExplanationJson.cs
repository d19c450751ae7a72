using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kubik.Glass.Explaining;

/// <summary>An explanation as JSON, with all digits.</summary>
internal static class ExplanationJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Explanation explanation)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            WriteMembers(json, explanation);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>What an explanation has, into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteString("net", explanation.Net);
        json.WriteStartArray("parameters");
        foreach (Named p in explanation.Parameters) Value(json, p);
        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (ExplainStep step in explanation.Steps) Step(json, step);
        json.WriteEndArray();
    }

    private static void Step(Utf8JsonWriter json, ExplainStep step)
    {
        json.WriteStartObject();
        json.WriteNumber("step", step.Round);
        json.WriteString("phase", step.Phase.ToString().ToLowerInvariant());
        json.WriteString("path", step.Path);
        json.WriteString("op", step.Op);
        json.WriteString("formula", string.Join("; ", step.Equations.Select(e => e.Text)));
        json.WriteString("numbers", string.Join("; ", step.Equations.Select(e => e.Numbers).OfType<string>()));
        json.WriteStartArray("equations");
        foreach (Equation e in step.Equations)
        {
            json.WriteStartObject();
            json.WriteString("formula", e.Text);
            json.WriteString("latex", e.Latex);
            json.WriteString("numbers", e.Numbers);
            json.WriteString("numbersLatex", e.NumbersLatex);
            json.WriteStartArray("entries");
            foreach (Entry entry in e.Entries)
            {
                json.WriteStartObject();
                json.WriteString("text", entry.Text);
                json.WriteString("latex", entry.Latex);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("others", e.Others);
            json.WritePropertyName("result");
            Value(json, e.Result);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("inputs");
        foreach (Named input in step.Inputs) Value(json, input);
        json.WriteEndArray();
        json.WritePropertyName("output");
        Value(json, step.Output);
        json.WritePropertyName("gradient");
        Value(json, step.Gradient);
        json.WriteStartArray("remarks");
        foreach (Remark remark in step.Remarks)
        {
            json.WriteStartObject();
            json.WriteString("en", remark.English);
            json.WriteString("ru", remark.Russian);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, Named? named)
    {
        if (named is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("name", named.Name);
        json.WriteString("latex", named.Latex);
        json.WriteStartArray("shape");
        foreach (int n in named.Value.Shape) json.WriteNumberValue(n);
        json.WriteEndArray();
        if (named.Value.Values is { } values)
        {
            json.WriteStartArray("values");
            foreach (double x in values) Number(json, x);
            json.WriteEndArray();
        }
        else
        {
            foreach ((string key, double x) in (ReadOnlySpan<(string, double)>)[("least", named.Value.Least), ("greatest", named.Value.Greatest),
                ("mean", named.Value.Mean)])
            {
                json.WritePropertyName(key);
                Number(json, x);
            }
        }
        json.WriteEndObject();
    }

    // JSON has no infinities.
    private static void Number(Utf8JsonWriter json, double x)
    {
        if (double.IsFinite(x)) json.WriteNumberValue(x);
        else json.WriteStringValue(double.IsNaN(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity");
    }
}
