// A task, written: its statement and, when it is solved, the solution and the answers; in every format from the same blocks.

using System.Text;
using System.Text.Json;
using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Pages;

namespace Kubik.Book;

/// <summary>A task as it is shown.</summary>
public sealed class Sheet
{
    private readonly BookTask task;
    private readonly Given given;
    private readonly Language language;
    private readonly IReadOnlyList<Block> statement;
    private readonly IReadOnlyList<Block>? solution;
    private readonly IReadOnlyList<Explained> trace;

    internal Sheet(BookTask task, Given given, Language language, IReadOnlyList<Block> statement, IReadOnlyList<Block>? solution, IReadOnlyList<Answer> answers, IReadOnlyList<Explained> trace) =>
        (this.task, this.given, this.language, this.statement, this.solution, this.Answers, this.trace) = (task, given, language, statement, solution, answers, trace);

    /// <summary>What is asked, with the right values.</summary>
    public IReadOnlyList<Answer> Answers { get; }

    /// <summary>As text for a terminal.</summary>
    public string ToText() => new TextPage().Write(this.Blocks());

    /// <summary>As Markdown with LaTeX formulas.</summary>
    public string ToMarkdown() => new MarkdownPage().Write(this.Blocks());

    /// <summary>As a LaTeX document.</summary>
    public string ToLatex() => new LatexPage(this.language).Write(this.Blocks());

    /// <summary>As one HTML page that needs nothing else.</summary>
    public string ToHtml() => new HtmlPage(this.language).Write(this.Blocks());

    /// <summary>The same as one page of many; the solution is folded.</summary>
    internal string ToHtml(Frame frame) =>
        new HtmlPage(this.language, frame).Write([.. this.Blocks().Select(b => b is Heading { Level: 2 } h ? h with { IsFolded = true } : b)]);

    /// <summary>The same without the solution.</summary>
    internal Sheet Unsolved => new(this.task, this.given, this.language, this.statement, null, this.Answers, this.trace);

    /// <summary>The statement and what is asked, without a title.</summary>
    internal IReadOnlyList<Block> Statement => [.. this.statement, new Paragraph(this.Asked())];

    /// <summary>The solution and the answers under headings of level 2.</summary>
    internal IReadOnlyList<Block> Solution
    {
        get
        {
            string T(string english, string russian) => this.language == Language.Russian ? russian : english;
            return this.solution is null ? [] : [new Heading(2, T("Solution", "Решение")), .. this.solution, new Heading(2, T("Answers", "Ответы")), .. this.Right];
        }
    }

    /// <summary>The right answers.</summary>
    internal IReadOnlyList<Block> Right
    {
        get
        {
            Board answers = new(this.language);
            foreach (Answer answer in this.Answers)
            {
                if (answer.Choices is { } choices) answers.Say($"{answer.Name}: {(int)answer.Value.Item()}, {choices[(int)answer.Value.Item() - 1].English}", $"{answer.Name}: {(int)answer.Value.Item()}, {choices[(int)answer.Value.Item() - 1].Russian}");
                else answers.Write(answer.Name, answer.Value);
            }
            return answers.Blocks;
        }
    }

    /// <summary>As JSON: id, title, lang, seed, statement, parameters, answers, trace. The trace is the solution part by part, a step that was explained with all its numbers. Of a statement alone the answers have no values and the trace is empty.</summary>
    /// <param name="seed">The seed of the parameters; null: the source's own.</param>
    public string ToJson(long? seed = null)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("id", this.task.Id);
            json.WriteString("title", this.task.Title.In(this.language));
            json.WriteString("lang", this.language == Language.Russian ? "ru" : "en");
            if (seed is { } s) json.WriteNumber("seed", s);
            else json.WriteNull("seed");
            json.WriteString("statement", new TextPage(width: int.MaxValue, indent: 0).Write(this.statement).Trim());
            json.WritePropertyName("parameters");
            this.given.Write(json);
            json.WriteStartArray("answers");
            foreach (Answer answer in this.Answers)
            {
                json.WriteStartObject();
                json.WriteString("name", answer.Name);
                json.WritePropertyName("value");
                if (this.solution is null) json.WriteNullValue();
                else JsonNumbers.Write(json, answer.Value);
                if (answer.Unit is { } unit) json.WriteString("unit", unit.In(this.language));
                else json.WriteNull("unit");
                json.WriteNumber("tolerance", answer.Tolerance);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WritePropertyName("trace");
            SolutionJson.Write(json, this.solution ?? [], this.trace);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private List<Block> Blocks() => [new Heading(1, $"{this.task.Id}. {this.task.Title.In(this.language)}"), .. this.Statement, .. this.Solution];

    private string Asked() => (this.language == Language.Russian ? "Найти: " : "Asked: ") + string.Join(", ", this.Answers.Select(this.Asked)) + ".";

    // h1 (guests); kind (1: …, 2: …)
    private string Asked(Answer answer)
    {
        string[] notes =
        [
            .. answer.Unit is { } unit ? (string[])[unit.In(this.language)] : [],
            .. answer.Choices?.Select((c, i) => $"{i + 1}: {c.In(this.language)}") ?? [],
            .. answer.IsRight is null ? (string[])[] : [this.language == Language.Russian ? "подойдут любые верные" : "any that are right"],
        ];
        return notes.Length == 0 ? answer.Name : $"{answer.Name} ({string.Join("; ", notes)})";
    }
}
