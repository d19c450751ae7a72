using System.Text;

namespace Kubik.Glass.Pages;

/// <summary>Pages as a LaTeX document, for XeLaTeX or LuaLaTeX.</summary>
internal sealed class LatexPage(Language language) : Page
{
    /// <inheritdoc/>
    public override string Write(IReadOnlyList<Block> blocks)
    {
        StringBuilder page = new();
        page.Append("\\documentclass{article}\n\\usepackage{amsmath,fontspec}\n\\usepackage[margin=2.5cm]{geometry}\n");
        page.Append(language == Language.Russian ? "\\usepackage{polyglossia}\n\\setmainlanguage{russian}\n\\setmainfont{CMU Serif}\n\\setmonofont{CMU Typewriter Text}\n" : "");
        page.Append("\\setcounter{secnumdepth}{0}\n\\allowdisplaybreaks\n\\begin{document}\n\n");
        foreach (Block block in blocks)
        {
            string text = block switch
            {
                Heading { Level: 1 } h => $@"\section{{{Escaped(h.Text)}}}",
                Heading { Level: 2 } h => $@"\subsection{{{Escaped(h.Text)}}}",
                Heading h => $@"\subsubsection{{{Escaped(h.Text)}}}",
                Paragraph p => Escaped(p.Text),
                Code c => $@"\texttt{{{Escaped(c.Text)}}}",
                Equality f => $@"\[ {f.Latex} \]",
                Equalities fs => $"\\begin{{gather*}}\n{string.Join(" \\\\\n", fs.Lines.Select(l => l.Latex))}\n\\end{{gather*}}",
                Picture p => $"{Escaped(p.Words)}\n\n\\begin{{verbatim}}\n{Verbatim(p.Plain)}\n\\end{{verbatim}}",
                Matrix m => $@"\[ {Written(m)} \]",
                Table t => $"\\begin{{center}}\\begin{{tabular}}{{{string.Concat(t.Header.Select((_, c) => t.IsWords(c) ? 'l' : 'r'))}}}\n{string.Join(" \\\\\n", [Row(t.Header) + " \\\\ \\hline", .. t.Rows.Select(Row)])}\n\\end{{tabular}}\\end{{center}}",
                _ => throw new ArgumentException($"{block.GetType().Name} is no block that a page knows.", nameof(blocks)),
            };
            page.Append(text).Append("\n\n");
        }
        return page.Append("\\end{document}\n").ToString();
    }

    /// <summary>A matrix with its name.</summary>
    public static string Written(Matrix m) =>
        $@"{m.Latex} {(m.IsExact ? "=" : @"\approx")} \begin{{pmatrix}} {string.Join(@" \\ ", m.Rows.Select(row => string.Join(" & ", row.Select(cell => cell.Latex))))} \end{{pmatrix}}";

    // What ends the surroundings does not stand inside of them.
    private static string Verbatim(string text) => XmlText.Clean(text).Replace(@"\end{", @"\end {", StringComparison.Ordinal);

    private static string Row(IEnumerable<string> cells) => string.Join(" & ", cells.Select(Escaped));

    private static string Escaped(string text)
    {
        StringBuilder safe = new();
        foreach (char c in XmlText.Clean(text))
        {
            safe.Append(c switch
            {
                '\\' => @"\textbackslash{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => "\\" + c,
                '~' => @"\textasciitilde{}",
                '^' => @"\textasciicircum{}",
                '−' => "$-$",
                '∂' => @"$\partial$",
                '×' => @"$\times$",
                '⁻' => "$^{-}$",
                _ when Numeral.IsRaised(c) => $"$^{Numeral.Plain(c.ToString())}$",
                _ when Numeral.IsLowered(c) => $"$_{Numeral.Plain(c.ToString())}$",
                _ => c.ToString(),
            });
        }
        return safe.ToString();
    }
}
