using System.Text.Json;

namespace Kubik.Cli.Tests;

public sealed class BookTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void The_book_lists_its_tasks_with_their_sources()
    {
        Said said = Tool.Run(this.folder, "book", "--json").Fine();
        Assert.Contains("1. Just a function", said.Out, StringComparison.Ordinal);
        JsonElement forecast = said.Json.EnumerateArray().Single(t => t.GetProperty("id").GetString() == "1.2");
        Assert.Equal("000 §1.2", forecast.GetProperty("source").GetString());
    }

    [Fact]
    public void A_task_is_solved_with_the_numbers_of_its_source()
    {
        Said said = Tool.Run(this.folder, "book", "1.2", "--json").Fine();
        Assert.Equal(["id", "title", "lang", "seed", "statement", "parameters", "answers", "trace"], said.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal([100.5, 0, 104.5], said.Json.GetProperty("answers").EnumerateArray().Select(a => a.GetProperty("value").GetDouble()));
        Assert.Equal(JsonValueKind.Null, said.Json.GetProperty("seed").ValueKind);
        Assert.Contains("Решение", Tool.Run(this.folder, "book", "1.2", "--lang", "ru").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_gives_other_numbers_and_the_solution_can_be_left_out()
    {
        string own = Tool.Run(this.folder, "book", "1.10").Fine().Out, other = Tool.Run(this.folder, "book", "1.10", "--seed", "7", "--statement-only").Fine().Out;
        Assert.Contains("84301", own, StringComparison.Ordinal);
        Assert.DoesNotContain("84301", other, StringComparison.Ordinal);
        Assert.DoesNotContain("Solution", other, StringComparison.Ordinal);
        Assert.Equal(other, Tool.Run(this.folder, "book", "1.10", "--seed", "7", "--statement-only").Fine().Out);
    }

    [Fact]
    public void A_page_is_written_as_the_ending_says()
    {
        Tool.Run(this.folder, "book", "5.4", "-o", "task.html").Fine();
        string page = File.ReadAllText(Path.Combine(this.folder.Path, "task.html"));
        Assert.Contains("<math", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_in_a_file_are_graded_and_slips_are_named()
    {
        File.WriteAllText(Path.Combine(this.folder.Path, "class.json"), """[{"id": "1.2", "answers": {"h1": "201/2", "h2": "-38", "y": "104,5"}}]""");
        Said said = Tool.Run(this.folder, "quiz", "--answers", "class.json", "--json");
        Assert.Equal(1, said.Exit);
        Assert.Equal((2, 3), (said.Json.GetProperty("right").GetInt32(), said.Json.GetProperty("asked").GetInt32()));
        JsonElement wrong = said.Json.GetProperty("questions")[0].GetProperty("verdicts").EnumerateArray().Single(v => !v.GetProperty("right").GetBoolean());
        Assert.Contains("activation", wrong.GetProperty("says").GetString(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(this.folder.Path, "class.json"), """[{"id": "1.2", "answers": {"h1": 100.5, "h2": "0", "y": "100.5 + 2*2"}}]""");
        Assert.Contains("3 of 3 right", Tool.Run(this.folder, "quiz", "--answers", "class.json").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_book_becomes_pages_in_a_folder()
    {
        Said said = Tool.Run(this.folder, "book", "--all", "--lang", "ru", "-o", "pages", "--json").Fine();
        Assert.Equal(["folder", "tasks", "pages"], said.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(said.Json.GetProperty("pages").GetInt32(), Directory.GetFiles(Path.Combine(this.folder.Path, "pages")).Length);
        Assert.Contains("href=\"1.2.html\"", File.ReadAllText(Path.Combine(this.folder.Path, "pages", "index.html")), StringComparison.Ordinal);
        Assert.Contains("lang=\"ru\"", File.ReadAllText(Path.Combine(this.folder.Path, "pages", "1.2.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_on_paper_has_a_key_of_its_own()
    {
        Said said = Tool.Run(this.folder, "quiz", "1.10", "--count", "4", "--seed", "3", "--sheet", "test.html", "--json").Fine();
        Assert.Equal(("test.html", "test-key.html", 4, 3), (said.Json.GetProperty("sheet").GetString(), said.Json.GetProperty("key").GetString(), said.Json.GetProperty("variants").GetInt32(), said.Json.GetProperty("seed").GetInt32()));
        Assert.Equal(4, File.ReadAllText(Path.Combine(this.folder.Path, "test.html")).Split("<section").Length - 1);
        string key = File.ReadAllText(Path.Combine(this.folder.Path, "test-key.html"));
        string command = key[key.IndexOf("kubik book 1.10", StringComparison.Ordinal)..].Split('<')[0];
        double right = Tool.Run(this.folder, [.. command.Split(' ')[1..], "--json"]).Fine().Json.GetProperty("answers")[0].GetProperty("value").GetDouble();
        Assert.Contains($"{right}", key, StringComparison.Ordinal);
        Tool.Run(this.folder, "quiz", "3", "--count", "2", "--sheet", "chapter.html").Fine();
        Assert.Contains("3.2", File.ReadAllText(Path.Combine(this.folder.Path, "chapter.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_meant_is_refused()
    {
        Tool.Run(this.folder, "book", "99.1").Refused("99.1", "kubik book");
        Tool.Run(this.folder, "book", "1.8").Refused("1.8a", "1.8d");
        Tool.Run(this.folder, "book", "1.2", "--lang", "de").Refused("--lang", "de");
        Tool.Run(this.folder, "book", "1.2", "--format", "pdf").Refused("pdf", "markdown");
        Tool.Run(this.folder, "book", "--all").Refused("--all", "-o");
        Tool.Run(this.folder, "book", "1.2", "--all", "-o", "x").Refused("1.2", "--all");
        Tool.Run(this.folder, "book", "--seed", "3").Refused("--seed");
        Tool.Run(this.folder, "quiz", "--sheet", "x.html").Refused("--sheet", "--test");
        Tool.Run(this.folder, "quiz", "1.2", "--sheet", "x.pdf").Refused("x.pdf", ".html");
        Tool.Run(this.folder, "quiz", "99").Refused("99", "chapters");
        Tool.Run(this.folder, "quiz", "--test", "--count", "3").Refused("--test", "--count");
        Tool.Run(this.folder, "quiz", "--answers", "missing.json").Refused("missing.json");
        File.WriteAllText(Path.Combine(this.folder.Path, "a.json"), "[1]");
        Tool.Run(this.folder, "quiz", "--answers", "a.json").Refused("a.json", "id");
        File.WriteAllText(Path.Combine(this.folder.Path, "a.json"), """[{"id": "1.2", "answers": {"z": "1"}}]""");
        Tool.Run(this.folder, "quiz", "--answers", "a.json").Refused("z", "h1");
        foreach (string entry in (string[])["\"seed\": \"7\", \"answers\": {}", "\"seed\": 7.5, \"answers\": {}"])
        {
            File.WriteAllText(Path.Combine(this.folder.Path, "a.json"), $$"""[{"id": "1.2", {{entry}}}]""");
            Tool.Run(this.folder, "quiz", "--answers", "a.json").Refused("seed", "1.2", "whole number");
        }
        File.WriteAllText(Path.Combine(this.folder.Path, "a.json"), """[{"id": "1.2", "answers": {"y": "1", "y": "2"}}]""");
        Tool.Run(this.folder, "quiz", "--answers", "a.json").Refused("y", "twice");
        Tool.Run(this.folder, "quiz", "1.2", "--answers", "a.json").Refused("--answers", "1.2");
        Tool.Run(this.folder, "quiz", "--test", "--answers", "a.json").Refused("--answers", "--test");
        Tool.Run(this.folder, "quiz", "--count", "2", "--answers", "a.json").Refused("--answers", "--count");
        Tool.Run(this.folder, "quiz", "--seed", "2", "--answers", "a.json").Refused("--answers", "--seed");
        Tool.Run(this.folder, "book", "--list", "-o", "l.txt").Refused("--out", "--list");
        Tool.Run(this.folder, "book", "--format", "html").Refused("--format", "without a task");
    }
}
