// A solution as JSON, part by part in the order of the page: words, formulas, numbers, tables, pictures in words; a step that was
// explained is its own trace, with all its numbers.

using System.Text.Json;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;

namespace Kubik.Book;

/// <summary>A step that was explained, and which parts of the page it is.</summary>
internal sealed record Explained(Explanation Explanation, int From, int Count);

/// <summary>Writes the parts of a solution.</summary>
internal static class SolutionJson
{
    /// <summary>An array of {kind, …}: heading, text and code with text; formula with text and latex; matrix with name and rows; table with header and rows; picture with text; step with all that an explanation has.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Block> blocks, IReadOnlyList<Explained> explained)
    {
        json.WriteStartArray();
        for (int i = 0; i < blocks.Count; i++)
        {
            if (explained.FirstOrDefault(e => e.From == i && e.Count > 0) is { } step)
            {
                Write(json, step.Explanation);
                i += step.Count - 1;
            }
            else
            {
                Write(json, blocks[i]);
            }
        }
        json.WriteEndArray();
    }

    // What kubik explain --json has, and the kind of part that it is.
    private static void Write(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("kind", "step");
        ExplanationJson.WriteMembers(json, explanation);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Block block)
    {
        switch (block)
        {
            case Heading h: Write(json, "heading", ("text", h.Text)); break;
            case Paragraph p: Write(json, "text", ("text", p.Text)); break;
            case Code c: Write(json, "code", ("text", c.Text)); break;
            case Equality f: Write(json, "formula", ("text", f.Text), ("latex", f.Latex)); break;
            case Equalities fs:
                foreach ((string text, string latex) in fs.Lines) Write(json, "formula", ("text", text), ("latex", latex));
                break;
            case Picture p: Write(json, "picture", ("text", $"{p.Words}\n{p.Plain}".TrimEnd())); break;
            case Matrix m: Write(json, "matrix", () => json.WriteString("name", m.Name), m.Rows.Select(row => row.Select(cell => cell.Text))); break;
            case Table t: Write(json, "table", () => Header(json, t.Header), t.Rows); break;
            default: throw new ArgumentException($"{block.GetType().Name} is no block that a page knows.", nameof(block));
        }
    }

    private static void Write(Utf8JsonWriter json, string kind, params (string Key, string Text)[] texts)
    {
        json.WriteStartObject();
        json.WriteString("kind", kind);
        foreach ((string key, string text) in texts) json.WriteString(key, text);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string kind, Action head, IEnumerable<IEnumerable<string>> rows)
    {
        json.WriteStartObject();
        json.WriteString("kind", kind);
        head();
        json.WriteStartArray("rows");
        foreach (IEnumerable<string> row in rows)
        {
            json.WriteStartArray();
            foreach (string cell in row) json.WriteStringValue(cell);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Header(Utf8JsonWriter json, IReadOnlyList<string> header)
    {
        json.WriteStartArray("header");
        foreach (string cell in header) json.WriteStringValue(cell);
        json.WriteEndArray();
    }
}
