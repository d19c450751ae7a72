// What was taken for what: rows are the truth, columns the answer. Right answers are blue by their share of the row,
// mistakes orange by the root of theirs, so that a few in a thousand can still be seen.

using System.Text;
using Kubik.Cli.Train;
using static Kubik.Cli.Report.Markup;

namespace Kubik.Cli.Report;

internal static class ConfusionTable
{
    private const int MostClasses = 30, MostPairs = 20;

    public static string Draw(Measures test)
    {
        IReadOnlyList<string> names = test.Data.Classes;
        if (names.Count > MostClasses) return Pairs(test);
        int[,] confusion = test.Evaluation.Confusion();
        StringBuilder html = new("<div class=\"scroll\"><table class=\"confusion\">"
            + "<caption class=\"about\">Rows: what it is. Columns: what it was read as.</caption><thead><tr><td></td>");
        foreach (string name in names) html.Append($"<th scope=\"col\">{Text(name)}</th>");
        html.Append("<th scope=\"col\">right</th></tr></thead><tbody>\n");
        for (int i = 0; i < names.Count; i++)
        {
            int all = Enumerable.Range(0, names.Count).Sum(j => confusion[i, j]);
            html.Append($"<tr><th scope=\"row\">{Text(names[i])}</th>");
            for (int j = 0; j < names.Count; j++) html.Append(Cell(names, i, j, confusion[i, j], all));
            html.Append($"<td>{(all == 0 ? "" : Terminal.Say.Percent1((double)confusion[i, i] / all))}</td></tr>\n");
        }
        return html.Append("</tbody></table></div>").ToString();
    }

    private static string Cell(IReadOnlyList<string> names, int truth, int read, int times, int all)
    {
        if (times == 0) return "<td class=\"zero\">0</td>";
        double share = (double)times / all;
        string colour = truth == read ? $"rgba(var(--right), {0.12 + (0.5 * share * share):0.###})"
            : $"rgba(var(--wrong), {Math.Min(0.12 + (1.6 * Math.Sqrt(share)), 0.85):0.###})";
        string words = truth == read ? $"{names[truth]}: {times} of {all} right" : $"{names[truth]} was read as {names[read]} {times} times of {all}";
        return $"<td style=\"background: {colour}\" title=\"{Text(words)}\">{times}</td>";
    }

    // A table of a thousand classes helps nobody; the pairs that are confused do.
    private static string Pairs(Measures test)
    {
        StringBuilder html =
            new("<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>is</th><th>was read as</th><th class=\"n\">times</th></tr></thead><tbody>\n");
        foreach ((string truth, string read, int times) in test.Confused().Take(MostPairs))
            html.Append($"<tr><td>{Text(truth)}</td><td>{Text(read)}</td><td class=\"n\">{times}</td></tr>\n");
        return html.Append("</tbody></table></div>").ToString();
    }
}
