// A file of answers, of one pupil or of a class: a list of entries, each with a task, the seed of its numbers, the answers and, if
// there are several pupils, a name. What is wrong with an entry is said with its number, for a class has many.

using System.Text.Json;
using Kubik.Book;
using Kubik.Book.Quizzes;
using Kubik.Cli.Terminal;
using Kubik.Cli.Verbs;

namespace Kubik.Cli.Quizzes;

internal static class AnswersFile
{
    private const string Example = """[{"name": "Anna", "id": "1.2", "seed": 7, "answers": {"y": "104.5"}}]""";

    private static readonly string[] Keys = ["name", "variant", "id", "seed", "answers"];

    /// <summary>All that was handed in, graded. The name may stand in one of a variant's entries;
    /// a variant without a name and any answer was not handed in.</summary>
    /// <exception cref="MistakeException">The file or an entry is not as it should be.</exception>
    public static List<Submission> Read(string file)
    {
        using JsonDocument document = Parsed(file);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new MistakeException($"{file}: a list is expected; it should look like {Example}.");
        List<Entry> entries = [.. document.RootElement.EnumerateArray().Select((item, i) => Entry.Of(file, i + 1, item))];
        List<Submission> all = [];
        HashSet<(string?, Question)> seen = [];
        // Without a variant each stands alone.
        foreach (IGrouping<(string?, int), Entry> variant in entries.GroupBy(e => (e.Variant, e.Variant is null ? e.Number : 0)))
        {
            string[] names = [.. variant.Select(e => e.Pupil).OfType<string>().Distinct()];
            if (names.Length == 0 && variant.All(e => e.Variant is not null && e.IsEmpty)) continue;
            foreach (Entry entry in variant)
            {
                Submission submission = entry.Graded(entry.Pupil ?? (names is [var one] ? one : entry.Variant is { } number ? $"№ {number}" : null));
                if (!seen.Add((submission.Pupil, submission.Question)))
                    throw entry.Wrong("the same task with the same seed stands in an entry before; each is graded once");
                all.Add(submission);
            }
        }
        return all.Count > 0 ? all : throw new MistakeException($"{file}: there is no answer in it; it should look like {Example}.");
    }

    private static JsonDocument Parsed(string file)
    {
        if (Directory.Exists(file)) throw new MistakeException($"{file} is a folder; a file of answers is expected, such as --sheet writes.");
        string text = File.ReadAllText(file);
        if (string.IsNullOrWhiteSpace(text)) throw new MistakeException($"{file} is empty; it should look like {Example}.");
        try
        {
            return JsonDocument.Parse(text, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException e)
        {
            string what = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            throw new MistakeException(
                $"{file} is no JSON: line {e.LineNumber + 1}, after {e.BytePositionInLine} characters: {what} It should look like {Example}.");
        }
    }

    private sealed class Entry
    {
        private readonly string file, id = "";
        private readonly Question question;
        private readonly Dictionary<string, string> typed;

        private Entry(string file, int number, JsonElement item)
        {
            (this.file, this.Number) = (file, number);
            if (item.ValueKind != JsonValueKind.Object) throw this.Wrong($"{item.GetRawText()} is no entry; it should look like {Example[1..^1]}");
            this.Once(item, "the key");
            if (Of(item, "id") is { ValueKind: JsonValueKind.Number } bare)
                throw this.Wrong($"the id {bare.GetRawText()} has no quotes; write \"id\": \"{bare.GetRawText()}\"");
            if (Of(item, "id") is not { ValueKind: JsonValueKind.String } id)
                throw this.Wrong("there is no \"id\", the task's number in quotes, such as \"1.2\"");
            this.id = id.GetString()!;
            if (item.EnumerateObject().Select(p => p.Name).FirstOrDefault(k => !Keys.Contains(k)) is { } stranger)
                throw this.Wrong($"there is no key \"{stranger}\"; an entry has {string.Join(", ", Keys.Select(k => $"\"{k}\""))}");
            BookTask task = Book.Book.Tasks.FirstOrDefault(t => t.Id == BookVerb.Plain(this.id))
                ?? throw this.Wrong(BookVerb.Parts(BookVerb.Plain(this.id)) is { } parts ? $"this task has parts, each with an id of its own: {parts}"
                : $"there is no such task; '{Tool.Name} book' lists them");
            if (Of(item, "answers") is not { ValueKind: JsonValueKind.Object } answers)
                throw this.Wrong("there is no \"answers\" with a value for each name, such as {\"y\": \"104.5\"}");
            this.Once(answers, "the answer to");
            this.typed = answers.EnumerateObject().ToDictionary(a => a.Name, this.Text, StringComparer.Ordinal);
            if (Of(item, "name") is { } name)
                this.Pupil = name.ValueKind != JsonValueKind.String ? throw this.Wrong($"the name is {name.GetRawText()}, and a name stands in quotes")
                    : name.GetString()!.Trim() is { Length: > 0 } said ? said : null;
            if (Of(item, "variant") is { } variant) this.Variant = variant.ToString();
            long? drawn = Of(item, "seed") is not { } seed ? null : seed.ValueKind == JsonValueKind.Number && seed.TryGetInt64(out long n) ? n
                : throw this.Wrong($"the seed is {seed.GetRawText()}, and a seed is a whole number without quotes; leave it out for the numbers of the source");
            this.question = new(task, drawn);
        }

        public static Entry Of(string file, int number, JsonElement item)
        {
            try
            {
                return new(file, number, item);
            }
            catch (InvalidOperationException)
            {
                throw new MistakeException($"{file}, entry {number}: a name or an answer in it is no text, but has half of a character."); // a surrogate alone
            }
        }

        /// <summary>From 1, in the file.</summary>
        public int Number { get; }

        public string? Pupil { get; }

        public string? Variant { get; }

        public bool IsEmpty => this.typed.Values.All(string.IsNullOrWhiteSpace);

        public MistakeException Wrong(string what) => new($"{this.file}, entry {this.Number}{(this.id.Length > 0 ? $" ({this.id})" : "")}: {what}.");

        public Submission Graded(string? pupil)
        {
            try
            {
                return new(pupil, this.question, this.question.Grade(this.typed));
            }
            catch (ArgumentException e)
            {
                throw this.Wrong(Mistake.Explain(e)!.TrimEnd('.'));
            }
        }

        private static JsonElement? Of(JsonElement item, string key) =>
            item.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

        private void Once(JsonElement of, string what)
        {
            if (of.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw this.Wrong($"{what} {twice.Key} is there twice");
        }

        // Numbers and lists may stand without quotes, and the numbers of a list with them.
        private string Text(JsonProperty answer) => Text(answer.Value)
            ?? throw this.Wrong($"the answer to {answer.Name} is {answer.Value.GetRawText()}; a number, a list of numbers or text in quotes is expected");

        // As a pupil would type it; null where something in it is neither a number nor text.
        private static string? Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Array => List([.. value.EnumerateArray().Select(Text)]),
            JsonValueKind.Null => "",
            _ => null,
        };

        // (1; 0,5): between semicolons commas are decimal. What has spaces, as 1 1/2, and what stands alone has brackets that mean nothing else.
        private static string? List(string?[] entries)
        {
            if (Array.Exists(entries, e => e is null)) return null;
            if (Array.TrueForAll(entries, string.IsNullOrWhiteSpace)) return "";
            string[] parts = [.. entries.Select(e => e!.Length == 0
                || e.Contains(' ', StringComparison.Ordinal) && e.IndexOfAny(['(', '[']) < 0 ? $"[{e}]" : e)];
            return parts is [var alone] ? $"[{alone}]" : $"({string.Join("; ", parts)})";
        }
    }
}
