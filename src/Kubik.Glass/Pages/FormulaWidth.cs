// How wide a formula is, roughly, in digits: enough to tell whether it fits in a line. What stands above each other is as wide as
// the wider of them; a sign between two terms has space around it.

namespace Kubik.Glass.Pages;

internal ref struct FormulaWidth
{
    private const double Sign = 1.8, Letter = 1.2, Gap = 2; // Gap: between the columns of a matrix

    private const double Small = 0.75; // an index or a power

    private static readonly string[] Functions =
        ["arccos", "arcsin", "arctan", "cos", "sin", "tan", "cosh", "sinh", "tanh", "exp", "ln", "log", "max", "min", "det", "arg", "lim"];

    private readonly ReadOnlySpan<char> latex;
    private int at;

    private FormulaWidth(ReadOnlySpan<char> latex) => this.latex = latex;

    /// <summary>The width of a LaTeX formula, or of a piece of it, in digits.</summary>
    public static double Of(ReadOnlySpan<char> latex)
    {
        FormulaWidth reader = new(latex);
        double width = 0;
        while (reader.at < latex.Length) width += reader.Next();
        return width;
    }

    private double Next()
    {
        char c = this.latex[this.at++];
        return c switch
        {
            '\\' => this.Command(),
            '{' => this.Group(),
            '_' or '^' => Small * this.Argument(),
            '+' or '-' or '=' or '<' or '>' => Sign,
            '(' or ')' or '[' or ']' or ',' or '|' => 0.7,
            _ => char.IsWhiteSpace(c) || c is '}' or '&' ? 0 : char.IsLetter(c) ? Letter : 1,
        };
    }

    private double Group()
    {
        double width = 0;
        while (this.at < this.latex.Length && this.latex[this.at] != '}') width += this.Next();
        this.at++;
        return width;
    }

    private double Argument()
    {
        while (this.at < this.latex.Length && char.IsWhiteSpace(this.latex[this.at])) this.at++;
        return this.at < this.latex.Length ? this.Next() : 0;
    }

    private double Command()
    {
        int start = this.at;
        while (this.at < this.latex.Length && char.IsAsciiLetter(this.latex[this.at])) this.at++;
        string name = this.latex[start..this.at].ToString();
        switch (name)
        {
            case "": this.at++; return 0.4;
            case "frac": return Math.Max(this.Argument(), this.Argument());
            case "sqrt": return 1 + this.Argument();
            case "operatorname" or "mathrm" or "text" or "mathbf" or "mathcal" or "hat" or "bar": return this.Argument();
            case "left" or "right": return this.Argument();
            case "begin": return this.Table();
            default: return Functions.Contains(name) ? name.Length : Sign;
        }
    }

    // The widest row.
    private double Table()
    {
        this.Argument();
        double widest = 0, row = Gap;
        while (this.at < this.latex.Length && !this.latex[this.at..].StartsWith(@"\end{", StringComparison.Ordinal))
        {
            if (this.latex[this.at] == '&') row += Gap;
            bool isRow = this.latex[this.at..].StartsWith(@"\\", StringComparison.Ordinal);
            row += this.Next();
            widest = Math.Max(widest, row);
            if (isRow) row = Gap;
        }
        this.at += @"\end".Length;
        this.Argument();
        return widest;
    }
}
