// The first page of the book: chapters and tasks, and a field that leaves those in whose title, statement or source all words are.

using System.Globalization;
using System.Text;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;

namespace Kubik.Book.Site;

internal static class ContentsPage
{
    private const string Style = """

        main ul { list-style: none; padding-left: 1.2rem; } main li { margin: .25rem 0; } main li span { color: var(--soft); font-size: .9rem; }
        [hidden] { display: none; } input { font: inherit; padding: .3rem .5rem; width: min(24rem, 100%); color: inherit; background: var(--fill); border: 1px solid var(--soft); border-radius: 6px; }
        input:focus-visible { outline: 2px solid var(--plus); outline-offset: 2px; }
        """;

    // The field is of use with a script alone, so the script shows it.
    private const string Script = """
        <script>
        const search = document.getElementById("search"), field = search.querySelector("input"), found = search.querySelector("output");
        search.hidden = false;
        field.addEventListener("input", () => {
          const words = field.value.toLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
          let count = 0;
          for (const section of document.querySelectorAll("main section")) {
            let here = 0;
            for (const item of section.querySelectorAll("li")) {
              item.hidden = !words.every(word => item.dataset.words.includes(word));
              if (!item.hidden) here++;
            }
            section.hidden = here === 0;
            count += here;
          }
          found.value = words.length ? found.dataset.words + " " + count : "";
        });
        </script>

        """;

    private static readonly Remark Sources = new(
        "Behind the title of a task stands its source, one of five course texts in Russian: 000 is a collection of exercises for pen and paper, "
        + "001 the lecture “Foundations of neural networks” with exercises on matrix derivatives, 002 the opening lecture of the course “Deep learning”, "
        + "003 a sheet of problems, 004 the lecture “Neural networks. The beginning”.",
        "За названием задачи указан её источник, один из пяти учебных текстов: 000 — сборник задач на ручку и бумагу, "
        + "001 — лекция «Основы нейронных сетей» с задачами на матричные производные, 002 — вводная лекция курса «Глубокое обучение», "
        + "003 — листок с задачами, 004 — лекция «Нейронные сети. Начало».");

    public static string Write(Language language)
    {
        string T(string english, string russian) => new Remark(english, russian).In(language);
        string title = T("Kubik: the problem book", "Kubik: задачник");
        StringBuilder page = new();
        page.Append($"<header>\n<h1>{title}</h1>\n<p>{T("Exercises on neural networks to be done with pen and paper. Every number of a solution was computed when its page was written.", "Задачи по нейронным сетям на ручку и бумагу. Каждое число в решении вычислено в тот момент, когда писалась страница.")}</p>\n</header>\n");
        page.Append($"<p>{Sources.In(language)}</p>\n");
        page.Append($"<div id=\"search\" role=\"search\" hidden=\"hidden\"><label>{T("Search", "Поиск")} <input type=\"search\"/></label> <output data-words=\"{T("Found:", "Найдено:")}\"></output></div>\n<main>\n");
        foreach (Chapter chapter in Book.Chapters)
        {
            page.Append(CultureInfo.InvariantCulture, $"<section aria-labelledby=\"c{chapter.Number}\">\n<h2 id=\"c{chapter.Number}\">{chapter.Number}. {Escaped(chapter.Title)}</h2>\n<ul>\n");
            foreach (BookTask task in chapter.Tasks)
            {
                string source = SourceTag.In(task.Source, language), words = $"{task.Id} {task.Title.In(language)} {new TextPage().Write(task.Told(task.Seed, language))} {source}".ToLowerInvariant().Replace('ё', 'е').ReplaceLineEndings(" "); // many type е for ё
                page.Append($"<li data-words=\"{HtmlPage.Escaped(words)}\"><a href=\"{task.Id}.html\">{task.Id}. {Indices.Html(task.Title.In(language))}</a> <span>{HtmlPage.Escaped(source)}</span></li>\n");
            }
            if (chapter.Tasks.Count == 0) page.Append($"<li data-words=\"{Escaped(chapter.Title).ToLowerInvariant()}\"><a href=\"test.html\">{T("A task of each chapter", "По задаче из каждой главы")}</a></li>\n");
            page.Append("</ul>\n</section>\n");
        }
        return HtmlPage.Document(language, title, Style, page.Append("</main>\n").Append(Script).ToString());

        string Escaped(Remark words) => HtmlPage.Escaped(words.In(language));
    }
}
