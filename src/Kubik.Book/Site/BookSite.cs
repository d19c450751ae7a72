// The whole book as a folder of pages: contents with a search, a page for each task with its solution folded, links to the task
// before and after, a final test. Each page needs nothing but itself; without a script the contents are a plain list.

using Kubik.Book.Quizzes;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;
using Kubik.IO;

namespace Kubik.Book.Site;

/// <summary>Writes the book as static pages.</summary>
/// <example><code>int pages = BookSite.Write("book", Language.English);   // book/index.html, book/1.1.html, …</code></example>
public static class BookSite
{
    private const string Style = """

        .book { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; justify-content: space-between; margin: 0 0 1.2rem; } main + .book { margin: 3rem 0 0; }
        """;

    private static Remark FinalTitle => new("10. Final test", "10. Итоговый тест");

    /// <summary>Writes all pages into a folder, which is made when it is missing; other files there stay.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="language">The language of the words.</param>
    /// <param name="done">Is told of each page that has been written.</param>
    /// <returns>How many pages there are.</returns>
    /// <exception cref="IOException">A page cannot be written.</exception>
    public static int Write(string folder, Language language, Action<string>? done = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Directory.CreateDirectory(folder);
        IReadOnlyList<BookTask> tasks = Book.Tasks;
        for (int i = 0; i < tasks.Count; i++)
        {
            (string, string)? before = i == 0 ? null : Link(tasks[i - 1]), after = i == tasks.Count - 1 ? ("test.html", FinalTitle.In(language)) : Link(tasks[i + 1]);
            Save($"{tasks[i].Id}.html", tasks[i].Solve(language: language).ToHtml(Around(language, before, after)));
        }
        Save("test.html", FinalTest(language, Around(language, Link(tasks[^1]), null)));
        Save("index.html", ContentsPage.Write(language));
        return tasks.Count + 2;

        (string Page, string Title) Link(BookTask task) => ($"{task.Id}.html", $"{task.Id} {task.Title.In(language)}");

        void Save(string name, string page)
        {
            AtomicFile.WriteText(Path.Combine(folder, name), page);
            done?.Invoke(name);
        }
    }

    // To the page before, the contents, the page after; the order is that of reading.
    private static Frame Around(Language language, (string Page, string Title)? before, (string Page, string Title)? after)
    {
        string contents = new Remark("All tasks", "Все задачи").In(language);
        string left = before is { } b ? $"<a rel=\"prev\" href=\"{b.Page}\">← {Indices.Html(b.Title)}</a>" : "<span></span>", right = after is { } a ? $"<a rel=\"next\" href=\"{a.Page}\">{Indices.Html(a.Title)} →</a>" : "<span></span>";
        string Bar(Remark label) => $"<nav class=\"book\" aria-label=\"{label.In(language)}\">{left}<a href=\"index.html\">{contents}</a>{right}</nav>\n";
        return new(Bar(new("Before and after", "До и после")), Bar(new("Before and after, at the end of the page", "До и после, в конце страницы")), Style);
    }

    private static string FinalTest(Language language, Frame frame)
    {
        List<Block> page = [new Heading(1, FinalTitle.In(language)), new Paragraph(new Remark("A task of each chapter. The command kubik quiz --test asks another one and grades it.", "По задаче из каждой главы. Команда kubik quiz --test задаёт другой тест и проверяет его.").In(language))];
        foreach (Question question in Quiz.Test(1))
        {
            Sheet sheet = question.Solve(language);
            page.Add(new Heading(2, $"{question.Task.Id}. {question.Task.Title.In(language)}"));
            page.AddRange(sheet.Statement);
            page.AddRange(sheet.Solution.Select(b => b is Heading { Level: 2 } h ? h with { Text = $"{question.Task.Id}. {h.Text}", IsFolded = true } : b));
        }
        return new HtmlPage(language, frame).Write(page);
    }
}
