// The quiz as a pupil and a teacher use it: lines that are typed, files of a class, sheets with a key.

using System.Text.Json;

namespace Kubik.Cli.Tests;

public sealed class QuizTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void All_right_answers_are_told_and_end_with_0()
    {
        (_, string[] right, string[] sentences) = this.Drawn();
        Said said = this.Typed(string.Join('\n', [$"f = {right[0]}", .. right[1..5], sentences[int.Parse(right[5]) - 1].ToUpperInvariant(), sentences[int.Parse(right[6]) - 1].Replace("the ", "", StringComparison.Ordinal)]) + "\n", Gates);
        Assert.Equal(0, said.Exit);
        Assert.Contains("router (1–4) = THE ", said.Out, StringComparison.Ordinal);
        Assert.EndsWith("7 of 7 right.\n", said.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("kubik book", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "'three' cannot be read; expected: one number", "'minimum' cannot be read; expected: the number of a sentence, 1 to 4", "6 of 7 right.", "The sign is wrong.", "The solution: ")]
    [InlineData("ru", "Не удалось прочесть «three». Формат ответа: одно число", "Не удалось прочесть «minimum». Формат ответа: номер варианта от 1 до 4", "Верно: 6 из 7.", "Знак неверный.", "Решение: ")]
    public void What_cannot_be_read_is_asked_again_and_a_wrong_answer_is_explained(string lang, string number, string sentence, string score, string slip, string solution)
    {
        (long seed, string[] right, _) = this.Drawn();
        Said said = this.Typed(string.Join('\n', ["three", $"-({right[0]})", .. right[1..5], "minimum", .. right[5..]]) + "\n", [.. Gates, "--lang", lang]);
        Assert.Equal(1, said.Exit);
        foreach (string words in (string[])[number, sentence, score, slip, $"{solution}kubik book 4.8 --seed {seed}{(lang == "ru" ? " --lang ru" : "")}"]) Assert.Contains(words, said.Out, StringComparison.Ordinal);
        Assert.Equal(2, said.Out.Split("router (1–4) = ").Length - 1);
    }

    [Theory]
    [InlineData("q\n2\n"), InlineData(""), InlineData("й\n")]
    public void What_was_answered_before_the_end_is_graded(string end)
    {
        (_, string[] right, _) = this.Drawn();
        Said said = this.Typed($"{right[0]}\n1234\n{end}", "4.8", "--seed", "3", "--count", "2", "--json");
        Assert.Equal(1, said.Exit);
        Assert.Equal((1, 2, 1), (said.Json.GetProperty("right").GetInt32(), said.Json.GetProperty("asked").GetInt32(), said.Json.GetProperty("questions").GetArrayLength()));
        Assert.Contains("1 of 2 right.", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_to_be_nothing()
    {
        Said said = this.Typed("q\n", "4.8", "--lang", "ru");
        Assert.Equal(1, said.Exit);
        Assert.EndsWith("Ответов не было.\n", said.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_solution_is_shown_and_not_counted_as_right()
    {
        (_, string[] right, _) = this.Drawn();
        Said said = this.Typed($"{right[0]}\n?\n1234\n", "4.8", "--seed", "3", "--count", "2");
        string[] parts = said.Out.ReplaceLineEndings("\n").Split("Solution\n");
        Assert.Equal(2, parts.Length);
        Assert.Contains("f: right", parts[0], StringComparison.Ordinal);
        Assert.Contains("g_x: There is no answer.", parts[0], StringComparison.Ordinal);
        Assert.Contains("1 of 8 right.", said.Out, StringComparison.Ordinal); // seven of the first question, one of the second
    }

    [Fact]
    public void A_matrix_is_typed_in_a_line_or_row_by_row()
    {
        Said said = this.Typed("1 2 3 4 5\n1\n\n[[1, 2],\n[8, 7]]\nq\n", "6.9", "--seed", "3", "--count", "1");
        Assert.Contains("numbers, as 1 2", said.Out, StringComparison.Ordinal);
        Assert.Contains("   row 2: [8, 7]]", said.Out, StringComparison.Ordinal);
        Assert.Contains("cannot be read; expected: ", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_is_graded_pupil_by_pupil()
    {
        this.folder.Write("class.json", """
            [
              {"name": "Anna", "id": "1.2", "answers": {"h_1": "100.5", "h₂": 0, "y": "104.5 guests"}},
              {"name": "Борис", "id": "1.2", "answers": {"h1": 100.5, "h2": "-38", "y": ""}},
              {"name": "Anna", "id": "6.9", "answers": {"G_X": [[1, -1, 5], [7, -2, 0]], "G_W": "((1;8;1),(-1;7;4))", "back": "∂f/∂X = ∂f/∂Y·Wᵀ"}}, // a comma too many and a comment
            ]
            """);
        Said said = Tool.Run(this.folder, "quiz", "--answers", "class.json", "--json");
        Assert.Equal(1, said.Exit);
        Assert.Equal(["right", "asked", "pupils", "questions"], said.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal([("Anna", 5, 6), ("Борис", 1, 3)], said.Json.GetProperty("pupils").EnumerateArray().Select(p => (p.GetProperty("name").GetString(), p.GetProperty("right").GetInt32(), p.GetProperty("asked").GetInt32())));
        Assert.Equal(["pupil", "id", "seed", "verdicts"], said.Json.GetProperty("questions")[0].EnumerateObject().Select(p => p.Name));
        foreach (string words in (string[])["Anna   5 of 6", "Борис  1 of 3", "6 of 9 right.", "G_W: wrong. The matrix is transposed."]) Assert.Contains(words, said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[[1, -1, 5], [7, -2, 0]]""", "6 of 6")]
    [InlineData("""[["1", "-1,0", 5], ["5 + 2", "-4/2", "0"]]""", "6 of 6")]
    [InlineData("""["1 -1 5", "7; -2; 0"]""", "6 of 6")]
    [InlineData("""[["1", "-1", "5"], ["7", "", "0"]]""", "5 of 6")]
    public void A_list_of_numbers_may_have_quotes(string list, string score)
    {
        this.folder.Write("a.json", $$$"""[{"name": "A", "id": "6.9", "answers": {"G_X": {{{list}}}, "G_W": ["1 -1", "8 7", "1 4"], "back": "3"}}, {"name": "A", "id": "1.2", "answers": {"h1": "100.5", "h2": ["0"], "y": [104.5]}}]""");
        Assert.Contains(score, Tool.Run(this.folder, "quiz", "--answers", "a.json").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_is_not_taken_for_the_place_of_an_entry()
    {
        this.folder.Write("a.json", """[{"name": "Anna", "variant": "#2", "id": "1.2", "answers": {"y": "104.5"}}, {"id": "1.2", "answers": {"y": "104.5"}}]""");
        Said said = Tool.Run(this.folder, "quiz", "--answers", "a.json", "--json");
        Assert.Equal(["Anna", null], said.Json.GetProperty("questions").EnumerateArray().Select(q => q.GetProperty("pupil").GetString()));
    }

    [Fact]
    public void The_examples_of_the_manual_work()
    {
        string manual = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Tool.Data)!, "docs", "book.md")).ReplaceLineEndings("\n");
        this.folder.Write("class.json", manual.Split("```json\n")[1].Split("```")[0]);
        Assert.Contains("Anna   2 of 3\nBoris  6 of 6\n", Tool.Run(this.folder, "quiz", "--answers", "class.json").Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        string[] piped = manual.Split("printf '")[1].Split('\n')[0].Split("' | ./kubik ");
        Assert.Equal(0, Tool.Typed(this.folder, piped[0].Replace("\\n", "\n", StringComparison.Ordinal), piped[1].Split(' ')).Exit);
    }

    [Fact]
    public void A_sheets_file_of_answers_is_filled_in_and_graded()
    {
        Said sheet = Tool.Run(this.folder, "quiz", "1.10", "--count", "3", "--seed", "1", "--sheet", "test.html", "--json").Fine();
        Assert.Equal(["sheet", "key", "answers", "variants", "seed"], sheet.Json.EnumerateObject().Select(p => p.Name));
        Tool.Run(this.folder, "quiz", "--answers", "test-answers.json").Refused("test-answers.json", "no answer");
        string[] lines = File.ReadAllLines(this.folder["test-answers.json"]);
        using JsonDocument empty = JsonDocument.Parse(string.Concat(lines));
        double right = Tool.Run(this.folder, "book", "1.10", "--seed", $"{empty.RootElement[1].GetProperty("seed")}", "--json").Fine().Json.GetProperty("answers")[0].GetProperty("value").GetDouble();
        lines[2] = lines[2].Replace("\"name\": \"\"", "\"name\": \"Anna\"", StringComparison.Ordinal).Replace("\"n\": \"\"", $"\"n\": \"{right} parameters\"", StringComparison.Ordinal);
        lines[3] = lines[3].Replace("\"n\": \"\"", "\"n\": \"1\"", StringComparison.Ordinal);
        File.WriteAllLines(this.folder["test-answers.json"], lines);
        Said said = Tool.Run(this.folder, "quiz", "--answers", "test-answers.json");
        Assert.Contains("Anna  1 of 1", said.Out, StringComparison.Ordinal);
        Assert.Contains("№ 3   0 of 1", said.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("№ 1", said.Out, StringComparison.Ordinal); // was not handed in
        // What was handed out and filled in stays.
        Tool.Run(this.folder, "quiz", "1.2", "--count", "1", "--sheet", "test.html").Refused("test.html, test-key.html, test-answers.json are there already", "another name");
        File.Delete(this.folder["test.html"]);
        File.Delete(this.folder["test-key.html"]);
        Tool.Run(this.folder, "quiz", "1.2", "--count", "1", "--sheet", "test.html").Refused("test-answers.json is there already", "delete it");
        Assert.False(File.Exists(this.folder["test.html"]));
        Assert.Equal(lines, File.ReadAllLines(this.folder["test-answers.json"]));
    }

    [Fact]
    public void A_sheet_in_Russian_is_told_of_in_Russian()
    {
        Said said = Tool.Run(this.folder, "quiz", "1.10", "--count", "2", "--seed", "1", "--sheet", "test.html", "--lang", "ru").Fine();
        Assert.Equal("test.html: вариантов: 2 (--seed 1)\ntest-key.html: ответы\ntest-answers.json: заполнить и проверить командой 'kubik quiz --answers test-answers.json --lang ru'\n", said.Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void One_name_holds_for_all_tasks_of_a_variant()
    {
        this.folder.Write("a.json", """[{"name": "Anna", "variant": 1, "id": "1.2", "answers": {}}, {"variant": 1, "id": "1.10", "answers": {"n": "84301"}}]""");
        JsonElement pupil = Assert.Single(Tool.Run(this.folder, "quiz", "--answers", "a.json", "--json").Json.GetProperty("pupils").EnumerateArray());
        Assert.Equal(("Anna", 1, 4), (pupil.GetProperty("name").GetString(), pupil.GetProperty("right").GetInt32(), pupil.GetProperty("asked").GetInt32()));
    }

    [Theory]
    [InlineData("""[{"id": "1.2", "answers": {}}, 1]""", "entry 2", "1 is no entry")]
    [InlineData("""[{"answers": {}}]""", "entry 1", "\"id\"")]
    [InlineData("""[{"id": 1.2, "answers": {}}]""", "entry 1", "no quotes; write \"id\": \"1.2\"")]
    [InlineData("""[{"id": "1.8", "answers": {}}]""", "entry 1 (1.8)", "1.8a, 1.8b, 1.8c or 1.8d")]
    [InlineData("""[{"id": "1.8а", "answers": {"zz": 1}}]""", "entry 1 (1.8а)", "answer to zz")] // the Russian letter is read
    [InlineData("""[{"id": "1.2", "answers": {}}, {"id": "1.22", "answers": {}}]""", "entry 2 (1.22)", "kubik book")]
    [InlineData("""[{"id": "1.2", "answers": {}}, {"id": "1.10", "seed": "7", "answers": {}}]""", "entry 2 (1.10)", "without quotes")]
    [InlineData("""[{"id": "1.2", "anwers": {}}]""", "entry 1 (1.2)", "\"anwers\"")]
    [InlineData("""[{"id": "1.2"}]""", "entry 1 (1.2)", "\"answers\"")]
    [InlineData("""[{"id": "1.2", "answers": {"z": 1}}]""", "entry 1 (1.2)", "answer to z")]
    [InlineData("""[{"id": "1.2", "answers": {"h1": 1, "h_1": 2}}]""", "entry 1 (1.2)", "two answers to h1")]
    [InlineData("""[{"id": "1.2", "answers": {"y": true}}]""", "entry 1 (1.2)", "answer to y is true")]
    [InlineData("""[{"id": "1.2", "name": 3, "answers": {}}]""", "entry 1 (1.2)", "name is 3")]
    [InlineData("""[{"id": "1.2", "id": "1.3", "answers": {}}]""", "entry 1", "key id is there twice")]
    [InlineData("""[{"id": "1.2", "answers": {}}, {"id": "1.10", "answers": {"n": "\ud83d"}}]""", "entry 2", "half of a character")]
    [InlineData("""[{"id": "1.2", "answers": {}}, {"id": "1.10", "answers": {"\ud83d": "1"}}]""", "entry 2", "half of a character")]
    [InlineData("""[{"id": "1.2", "answers": {}}, {"id": "1.10", "variant": "\ud83d", "answers": {}}]""", "entry 2", "half of a character")]
    [InlineData("""[{"id": "1.2", "answers": {}}, {"id": "1.2", "answers": {}}]""", "entry 2 (1.2)", "graded once")]
    [InlineData("[\n{\"id\": 1.2, answers}]", "no JSON", "line 2")]
    [InlineData("", "is empty", "Anna")]
    [InlineData("{}", "a list is expected", "Anna")]
    [InlineData("[]", "no answer in it", "Anna")]
    public void What_is_wrong_with_a_file_is_said_with_its_entry(string text, string where, string what)
    {
        this.folder.Write("a.json", text);
        Tool.Run(this.folder, "quiz", "--answers", "a.json").Refused("a.json", where, what);
    }

    [Fact]
    public void A_chapter_is_listed_and_parts_of_a_task_are_hinted_at()
    {
        Said said = Tool.Run(this.folder, "book", "3", "--json").Fine();
        Assert.Equal(["3.1", "3.2"], said.Json.EnumerateArray().Select(t => t.GetProperty("id").GetString()));
        Assert.StartsWith("3. Shades of descent", said.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("4.1", said.Out, StringComparison.Ordinal);
        foreach (string verb in (string[])["book", "quiz"])
        {
            Tool.Run(this.folder, verb, "10").Refused("final test", "kubik quiz --test");
            Tool.Run(this.folder, verb, "1.8").Refused("1.8a", "1.8d");
            Tool.Run(this.folder, verb, "3.9").Refused("3.9", "3.1 to 3.2");
            Tool.Run(this.folder, verb, "12").Refused("12", "chapters 1 to 10");
        }
        Tool.Run(this.folder, "book", "3", "--seed", "2").Refused("--seed", "chapter");
        Assert.Contains("a triangle", Tool.Run(this.folder, "book", "1.8а", "--statement-only").Fine().Out, StringComparison.Ordinal); // the Russian letter
        Assert.Contains("a triangle", Tool.Run(this.folder, "book", "1.8A", "--statement-only").Fine().Out, StringComparison.Ordinal);
    }

    private static string[] Gates => ["4.8", "--seed", "3", "--count", "1"];

    // The seed of the question, its right answers and the sentences to choose from.
    private (long Seed, string[] Right, string[] Sentences) Drawn()
    {
        Said asked = this.Typed("1234\nq\n", [.. Gates, "--json"]);
        long seed = asked.Json.GetProperty("questions")[0].GetProperty("seed").GetInt64();
        string asks = asked.Out.ReplaceLineEndings(" ");
        return (seed, [.. Tool.Run(this.folder, "book", "4.8", "--seed", $"{seed}", "--json").Fine().Json.GetProperty("answers").EnumerateArray().Select(a => a.GetProperty("value").GetRawText())],
            [.. asks[(asks.IndexOf("router (1: ", StringComparison.Ordinal) + "router (".Length)..].Split(')')[0].Split(';').Select(s => string.Join(' ', s.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)))]);
    }

    private Said Typed(string lines, params string[] words) => Tool.Typed(this.folder, lines, ["quiz", .. words]);
}
