// A page of the problem book is the same in programs of every culture.

using Kubik.Glass;

namespace Kubik.Book.Tests;

public sealed class CultureTests
{
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
