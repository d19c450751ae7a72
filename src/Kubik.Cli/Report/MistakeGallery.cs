// The mistakes that the network was surest about: often the label is wrong, or the picture is unreadable, and if not,
// they say what the network has not understood.

using System.Text;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Models;
using static Kubik.Cli.Report.Markup;

namespace Kubik.Cli.Report;

internal static class MistakeGallery
{
    private const int Most = 28, MostRows = 12, MostColumns = 8, PictureWidth = 96;

    private sealed record Wrong(int Row, string Truth, string Read, double Probability);

    public static string Draw(SavedModel model, Measures test)
    {
        List<Wrong> mistakes = Find(model, test);
        if (mistakes.Count == 0) return "<p>There are none.</p>";
        return test.Data switch
        {
            ImageDataset pictures => Pictures(pictures, mistakes.Take(Most)),
            TableDataset table => Rows(model, table, mistakes.Take(MostRows)),
            _ => "",
        };
    }

    private static List<Wrong> Find(SavedModel model, Measures test)
    {
        double[] p = model.Read(test.Evaluation.Outputs).ToDoubles();
        IReadOnlyList<string> names = test.Data.Classes;
        List<Wrong> wrong = [];
        for (int row = 0; row < test.Count; row++)
        {
            ReadOnlySpan<double> own = p.AsSpan(row * names.Count, names.Count);
            int truth = test.Data.Label(row), read = 0;
            for (int k = 1; k < own.Length; k++)
            {
                if (own[k] > own[read]) read = k;
            }
            if (read != truth) wrong.Add(new(row, names[truth], names[read], own[read]));
        }
        return [.. wrong.OrderByDescending(w => w.Probability).ThenBy(w => w.Row)];
    }

    private static string Pictures(ImageDataset data, IEnumerable<Wrong> mistakes)
    {
        StringBuilder html = new("<div class=\"gallery\">\n");
        foreach (Wrong w in mistakes)
        {
            string words = $"was read as {w.Read} ({Say.Percent1(w.Probability)}), is {w.Truth}";
            html.Append($"<figure>{Picture(data.Picture(w.Row), $"Test image {w.Row}: {words}", PictureWidth)}<figcaption>was read as <b>{Text(w.Read)}</b> "
                + $"({Math.Floor(w.Probability * 100):0}&#160;%), is&#160;<b>{Text(w.Truth)}</b></figcaption></figure>\n");
        }
        return html.Append("</div>").ToString();
    }

    private static string Rows(SavedModel model, TableDataset data, IEnumerable<Wrong> mistakes)
    {
        IReadOnlyList<string> names = data.Schema.InputNames;
        int shown = Math.Min(names.Count, MostColumns);
        StringBuilder html = new("<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>is</th><th>was read as</th><th class=\"n\">sure</th>");
        foreach (string name in names.Take(shown)) html.Append($"<th class=\"n\">{Text(name)}</th>");
        html.Append(names.Count > shown ? "<th>…</th></tr></thead><tbody>\n" : "</tr></thead><tbody>\n");
        foreach (Wrong w in mistakes)
        {
            double[] x = model.Format.Normalization.Undo(data.Read(w.Row).Input).ToDoubles();
            html.Append($"<tr><td>{Text(w.Truth)}</td><td>{Text(w.Read)}</td><td class=\"n\">{Say.Percent1(w.Probability)}</td>");
            foreach (double value in x.Take(shown)) html.Append($"<td class=\"n\">{Say.Number(value)}</td>");
            html.Append(names.Count > shown ? "<td></td></tr>\n" : "</tr>\n");
        }
        return html.Append("</tbody></table></div>").ToString();
    }
}
