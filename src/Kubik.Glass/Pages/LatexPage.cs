// One LaTeX document that needs amsmath, graphicx and a font with the letters of the language. Formulas that are wider than a line
// are written in pieces, between which TeX ends lines as it does between words; wide matrices are set smaller. Signs that text
// fonts do not have, in a sentence or in a picture made of characters, are defined where the page has them.

using System.Globalization;
using System.Text;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Pages;

/// <summary>Pages as a LaTeX document, for XeLaTeX or LuaLaTeX.</summary>
internal sealed class LatexPage(Language language) : Page
{
    private const double Line = 78, Smaller = 96, Smallest = 125; // digits in a line of 16 cm: ten point, eight and seven

    private const int VerbatimLine = 86, SmallVerbatimLine = 106, TinyVerbatimLine = 120; // signs of the typewriter, likewise

    // Signs, each with what stands for it in a formula; an index or a power by itself has nothing to be attached to.
    private static readonly string[][] Signs = [.. Greek.Letters.Select(l => (string[])[l.Letter, Greek.ToLatex(l.Letter)]), .. """
        ∂ \partial ∇ \nabla ℓ \mathit{l} 𝟏 \mathbf{1} ∞ \infty
        ⁰ {}^0 ¹ {}^1 ² {}^2 ³ {}^3 ⁴ {}^4 ⁵ {}^5 ⁶ {}^6 ⁷ {}^7 ⁸ {}^8 ⁹ {}^9 ⁻ {}^- ⁺ {}^+ ⁽ {}^( ⁾ {}^) ᵀ {}^{\top} ʷ {}^w ˣ {}^x ʰ {}^h
        ₀ {}_0 ₁ {}_1 ₂ {}_2 ₃ {}_3 ₄ {}_4 ₅ {}_5 ₆ {}_6 ₇ {}_7 ₈ {}_8 ₉ {}_9 … \ldots ‖ \| ⌊ \lfloor ⌋ \rfloor ⌈ \lceil ⌉ \rceil
        − - ± \pm × \times · \cdot ∘ \circ ∗ \ast ⊘ \oslash ⊙ \odot ⊗ \otimes ⊕ \oplus √ \surd ∑ \sum ∏ \prod ∈ \in ∪ \cup ∩ \cap ∧ \wedge ∨ \vee ¬ \lnot
        ≈ \approx ≤ \le ≥ \ge ≠ \ne ∼ \sim → \to ← \leftarrow ↔ \leftrightarrow ↑ \uparrow ↓ \downarrow
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Chunk(2)];

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<Block> blocks)
    {
        StringBuilder page = new();
        foreach (Block block in WithoutPictures(blocks))
        {
            string text = block switch
            {
                Heading { Level: 1 } h => $@"\section{{{Escaped(h.Text)}}}",
                Heading { Level: 2 } h => $@"\subsection{{{Escaped(h.Text)}}}",
                Heading h => $@"\subsubsection{{{Escaped(h.Text)}}}",
                Paragraph p => Escaped(p.Text),
                Code c => $@"{{\raggedright\texttt{{{Escaped(c.Text)}}}\par}}",
                Equality f => Displayed(f.Latex),
                Equalities fs => Displayed([.. fs.Lines.Select(l => l.Latex)]),
                Picture p => $"{Escaped(p.Words)}\n\n{Characters(p.Plain)}",
                Matrix m => Displayed(m),
                Table t => Written(t),
                _ => throw new ArgumentException($"{block.GetType().Name} is no block that a page knows.", nameof(blocks)),
            };
            page.Append(text).Append("\n\n");
        }
        return this.Preamble(page.ToString()) + page.Append("\\end{document}\n");
    }

    /// <summary>A matrix with its name.</summary>
    public static string Written(Matrix m) =>
        $@"{m.Latex} {(m.IsExact ? "=" : @"\approx")} "
        + $@"\begin{{pmatrix}} {string.Join(@" \\ ", m.Rows.Select(row => string.Join(" & ", row.Select(cell => cell.Latex))))} \end{{pmatrix}}";

    private string Preamble(string page)
    {
        StringBuilder preamble =
            new("% xelatex or lualatex\n\\documentclass{article}\n\\usepackage{amsmath,fontspec,graphicx}\n\\usepackage[margin=2.5cm]{geometry}\n");
        if (language == Language.Russian)
            preamble.Append("\\usepackage{polyglossia}\n\\setmainlanguage{russian}\n\\setmainfont{CMU Serif}\n\\setmonofont{CMU Typewriter Text}\n");
        preamble.Append("\\setcounter{secnumdepth}{0}\n\\setcounter{MaxMatrixCols}{50}\n\\allowdisplaybreaks\n\\emergencystretch=3em\n");
        // A formula in pieces; lines after the first stand in, and high ones do not touch.
        preamble.Append("\\newcommand\\pieces[1]{\\par\\smallskip{\\raggedright\\lineskip=4pt\\lineskiplimit=4pt\\leftskip=4em\\parindent=-2em\\indent "
            + "#1\\par}\\smallskip}\n");
        // A sign of a formula in a text; among characters it is as wide as these are.
        preamble.Append("\\makeatletter\n\\protected\\def\\sign#1{\\ifmmode#1\\else\\ifx\\f@family\\ttdefault"
            + "\\hbox to\\fontcharwd\\font`0{\\hss$#1$\\hss}\\else$#1$\\fi\\fi}\n\\makeatother\n");
        foreach (string[] pair in Signs)
        {
            if (page.Contains(pair[0], StringComparison.Ordinal))
                preamble.Append(CultureInfo.InvariantCulture, $"\\catcode`{pair[0]}=13 \\protected\\def{pair[0]}{{\\sign{{{pair[1]}}}}}\n");
        }
        return preamble.Append("\\begin{document}\n\n").ToString();
    }

    private static string Displayed(string latex) => FormulaWidth.Of(latex) <= Line ? $@"\[ {latex} \]" : Pieces(latex);

    private static string Displayed(string[] lines) =>
        lines.All(l => FormulaWidth.Of(l) <= Line) ? $"\\begin{{gather*}}\n{string.Join(" \\\\\n", lines)}\n\\end{{gather*}}"
        : string.Join("\n", lines.Select(Pieces));

    private static string Displayed(Matrix m) =>
        Written(m) is var latex && m.Rows.Count > 1 && FormulaWidth.Of(latex) > Line ? $@"\pieces{{{Piece(latex)}}}" : Displayed(Written(m));

    private static string Pieces(string latex) => $@"\pieces{{{string.Join(' ', FormulaPieces.Of(latex).Select((p, i) => Piece((i == 0 ? "" : "{}") + p)))}}}";

    // A matrix does not go on in the next line: it is set smaller, and the widest is made to fit.
    private static string Piece(string latex) => FormulaWidth.Of(latex) switch
    {
        <= Line => $@"$\displaystyle {latex}$",
        <= Smaller => $@"{{\footnotesize\setlength\arraycolsep{{2pt}}$\displaystyle {latex}$}}",
        <= Smallest => $@"{{\scriptsize\setlength\arraycolsep{{2pt}}$\displaystyle {latex}$}}",
        _ => $@"\resizebox{{0.9\linewidth}}{{!}}{{\setlength\arraycolsep{{3pt}}$\displaystyle {latex}$}}",
    };

    private static string Written(Table t)
    {
        string rows = string.Join(" \\\\\n", [Row(t.Header) + " \\\\ \\hline", .. t.Rows.Select(Row)]);
        string table = $"\\begin{{tabular}}{{{string.Concat(t.Header.Select((_, c) => t.IsWords(c) ? 'l' : 'r'))}}}\n{rows}\n\\end{{tabular}}";
        int width = t.Header.Select((h, c) => t.Rows.Select(r => r[c].Length).Append(h.Length).Max() + 2).Sum();
        return $"\\begin{{center}}{(width > Line ? @"\scriptsize\setlength\tabcolsep{3pt}" : "")}{table}\\end{{center}}";
    }

    // What ends the surroundings does not stand inside of them.
    private static string Characters(string text)
    {
        string safe = XmlText.Clean(text).Replace(@"\end{", @"\end {", StringComparison.Ordinal);
        int width = safe.Split('\n').Max(line => line.Length);
        string size = width <= VerbatimLine ? "" : width <= SmallVerbatimLine ? "\\footnotesize\n" : width <= TinyVerbatimLine ? "\\scriptsize\n" : "\\tiny\n";
        string verbatim = $"\\begin{{verbatim}}\n{safe}\n\\end{{verbatim}}";
        return size.Length == 0 ? verbatim : $"{{{size}{verbatim}\n}}";
    }

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
                _ => c.ToString(),
            });
        }
        return safe.ToString();
    }
}
