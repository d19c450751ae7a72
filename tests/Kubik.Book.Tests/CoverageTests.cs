// Every item of the course texts has a task. The list of them is docs/book-coverage.md, which is written by this test when
// KUBIK_APPROVE=1.

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Kubik.Book.Tests;

public sealed class CoverageTests
{
    [Fact]
    public void Every_item_of_the_course_texts_has_a_task()
    {
        string[] covered = [.. Book.Tasks.SelectMany(t => SourceItems.Of(t.Source)), "000 §8"];
        Assert.Equal([], SourceItems.All.Select(i => i.Item).Except(covered, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_source_of_a_task_is_an_item_of_the_course_texts()
    {
        HashSet<string> known = [.. SourceItems.All.Select(i => i.Item)];
        Assert.Equal([], Book.Tasks.SelectMany(t => SourceItems.Of(t.Source).Where(i => !known.Contains(i)).Select(i => $"{t.Id}: {i}")));
    }

    [Fact]
    public void The_list_in_the_documents_is_that_of_today()
    {
        string file = Path.Combine(Root(), "docs", "book-coverage.md"), list = List();
        if (Environment.GetEnvironmentVariable("KUBIK_APPROVE") == "1") File.WriteAllText(file, list);
        Assert.Equal(list, File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    private static string List()
    {
        ILookup<string, string> tasks = Book.Tasks.SelectMany(t => SourceItems.Of(t.Source).Select(i => (Item: i, t.Id))).ToLookup(p => p.Item, p => p.Id, StringComparer.Ordinal);
        StringBuilder list = new();
        list.Append(CultureInfo.InvariantCulture, $"# Which task is which exercise\n\nWritten by `CoverageTests` from the sources that the tasks name: {SourceItems.All.Count} items, {Book.Tasks.Count} tasks. The texts are those of courses in\nRussian; 000 has exercises, 003 is a task sheet, 001, 002 and 004 are lectures.\n\n| item | about | tasks |\n| --- | --- | --- |\n");
        foreach ((string item, string about) in SourceItems.All) list.Append(CultureInfo.InvariantCulture, $"| {item} | {about} | {(item == "000 §8" ? "`kubik quiz --test`" : string.Join(", ", tasks[item]))} |\n");
        return list.ToString();
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
