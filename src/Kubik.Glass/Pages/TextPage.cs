using System.Text;

namespace Kubik.Glass.Pages;

/// <summary>Pages for a terminal: Unicode formulas, columns of numbers.</summary>
/// <param name="width">After how many characters a sentence goes on in the next line.</param>
/// <param name="indent">How far sentences stand in; formulas, tables and matrices two more.</param>
internal sealed class TextPage(int width = 100, int indent = 3) : Page
{
    private readonly string sentence = new(' ', indent), formula = new(' ', indent + 2), detail = new(' ', indent + 4);

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<Block> blocks)
    {
        StringBuilder page = new();
        foreach (Block block in WithoutPictures(blocks))
        {
            switch (block)
            {
                case Heading { Level: 1 } h: page.AppendLine(h.Text).AppendLine(new string('═', h.Text.Length)); break;
                case Heading { Level: 2 } h: page.AppendLine().AppendLine(h.Text).AppendLine(new string('─', h.Text.Length)); break;
                case Heading h: page.AppendLine().AppendLine(h.Text); break;
                case Paragraph p: foreach (string line in Wrapped(p.Text)) page.Append(this.sentence).AppendLine(line); break;
                case Code c: page.Append(this.sentence).AppendLine(c.Text); break;
                case Equality f: page.Append(this.formula).AppendLine(f.Text); break;
                case Equalities fs: foreach ((string text, _) in fs.Lines) page.Append(this.detail).AppendLine(text); break;
                case Picture p:
                    foreach (string line in Wrapped(p.Words)) page.Append(this.sentence).AppendLine(line);
                    foreach (string line in p.Plain.Split('\n', StringSplitOptions.RemoveEmptyEntries)) page.AppendLine((this.detail + line).TrimEnd());
                    break;
                case Matrix m: this.Write(page, m); break;
                case Table t: this.Write(page, t); break;
            }
        }
        return page.ToString().TrimEnd() + Environment.NewLine;
    }

    private void Write(StringBuilder page, Matrix m)
    {
        int columns = m.Rows[0].Length;
        int[] widths = [.. Enumerable.Range(0, columns).Select(c => m.Rows.Max(r => r[c].Text.Length))];
        string name = $"{this.formula}{m.Name} {(m.IsExact ? "=" : "≈")} ";
        for (int r = 0; r < m.Rows.Count; r++)
        {
            string row = string.Join("  ", m.Rows[r].Select((cell, c) => cell.Text.PadLeft(widths[c])));
            page.Append(r == 0 ? name : new string(' ', name.Length)).Append('[').Append(row).AppendLine("]");
        }
    }

    private void Write(StringBuilder page, Table table)
    {
        IReadOnlyList<string>[] lines = [table.Header, .. table.Rows];
        int[] widths = [.. table.Header.Select((_, c) => lines.Max(line => line[c].Length))];
        foreach (IReadOnlyList<string> line in lines)
            page.Append(this.formula)
                .AppendLine(string.Join("  ", line.Select((cell, c) => table.IsWords(c) ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd());
    }

    private IEnumerable<string> Wrapped(string text)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }
        yield return line.ToString();
    }
}
