using System.Text;

namespace Kubik.Glass.Pages;

/// <summary>Pages in Markdown, with formulas between dollars.</summary>
internal sealed class MarkdownPage : Page
{
    /// <inheritdoc/>
    public override string Write(IReadOnlyList<Block> blocks)
    {
        StringBuilder page = new();
        foreach (Block block in WithoutPictures(blocks))
        {
            string text = block switch
            {
                Heading h => new string('#', h.Level) + " " + Escaped(h.Text),
                Paragraph p => Escaped(p.Text),
                Code c => Fenced(c.Text, ""),
                Equality f => $"$$ {f.Latex} $$",
                Equalities fs => string.Join("\n\n", fs.Lines.Select(l => $"$$ {l.Latex} $$")),
                Picture p => $"{Escaped(p.Words)}\n\n{Fenced(p.Plain, "text")}",
                Matrix m => $"$$ {LatexPage.Written(m)} $$",
                Table t =>
                    string.Join('\n', [Row(t.Header.Select(Escaped)), Row(t.Header.Select((_, c) => t.IsWords(c) ? ":---" : "---:")),
                        .. t.Rows.Select(row => Row(row.Select(Escaped)))]),
                _ => throw new ArgumentException($"{block.GetType().Name} is no block that a page knows.", nameof(blocks)),
            };
            page.Append(text).Append("\n\n");
        }
        return page.ToString().TrimEnd() + "\n";
    }

    // Between fences that are longer than every row of ` in the text.
    private static string Fenced(string text, string kind)
    {
        int row = 0, longest = 0;
        foreach (char c in text) longest = Math.Max(longest, row = c == '`' ? row + 1 : 0);
        string fence = new('`', Math.Max(3, longest + 1));
        return $"{fence}{kind}\n{XmlText.Clean(text)}\n{fence}";
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Escaped(string text)
    {
        StringBuilder safe = new();
        foreach (char c in XmlText.Clean(text))
        {
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '$') safe.Append('\\');
            safe.Append(c);
        }
        return safe.ToString();
    }
}
