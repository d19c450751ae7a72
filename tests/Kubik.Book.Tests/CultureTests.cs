// The book is the same in programs of every culture: what each task asks in all of them, its whole page in one of them (all of them
// take half a minute), and some pages in all.

using Kubik.Glass;
using Kubik.Glass.Pages;

namespace Kubik.Book.Tests;

public sealed class CultureTests
{
    [Fact]
    public void What_every_task_asks_is_the_same() => Cultures.AssertSame(() =>
        [.. from task in Book.Tasks from given in (Given[])[task.Seed, task.Variant(3)] select (task.Id, given.ToJson() + new TextPage().Write(task.Told(given, Language.Russian)))]);

    [Fact]
    public void Every_page_is_the_same_in_one_of_them()
    {
        foreach ((int i, BookTask task) in Book.Tasks.Index())
        {
            string Page() => task.Solve(language: Language.Russian) is var sheet ? sheet.ToText() + sheet.ToHtml() : "";
            string culture = Cultures.Signs[i % Cultures.Signs.Length].Name;
            Assert.True(Cultures.In("", Page) == Cultures.In(culture, Page), $"{task.Id} in {culture}");
        }
    }

    [Theory]
    [InlineData("1.2")]
    [InlineData("2.5")]
    [InlineData("4.9")]
    [InlineData("5.1")]
    public void A_page_is_the_same(string id) => Cultures.AssertSame(() =>
    {
        BookTask task = Book.Tasks.Single(t => t.Id == id);
        Sheet sheet = task.Solve(task.Variant(3), Language.Russian);
        return [("HTML", sheet.ToHtml()), ("JSON", sheet.ToJson())];
    });
}
