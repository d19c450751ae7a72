// The book is the same in programs of every culture: what all tasks ask, and whole pages of some of them.

using Kubik.Glass;
using Kubik.Glass.Pages;

namespace Kubik.Book.Tests;

public sealed class CultureTests
{
    // Whole pages of all would take minutes.
    public static TheoryData<string> Some => [.. Book.Tasks.Where((_, i) => i % 12 == 5).Select(t => t.Id), "1.2", "2.5", "4.9", "5.1"];

    [Fact]
    public void What_every_task_asks_is_the_same() => Cultures.AssertSame(() =>
        [.. from task in Book.Tasks from given in (Given[])[task.Seed, task.Variant(3)] select (task.Id, given.ToJson() + new TextPage().Write(task.Told(given, Language.Russian)))]);

    [Theory, MemberData(nameof(Some))]
    public void A_page_is_the_same(string id) => Cultures.AssertSame(() =>
    {
        BookTask task = Book.Tasks.Single(t => t.Id == id);
        Sheet sheet = task.Solve(task.Variant(3), Language.Russian);
        return [("HTML", sheet.ToHtml()), ("JSON", sheet.ToJson())];
    });
}
