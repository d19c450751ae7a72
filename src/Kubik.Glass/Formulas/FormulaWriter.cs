// An expression as people write it. Every op is written by its own notation; what is said here is what names, numbers, powers
// and products look like in text and in LaTeX.

using System.Globalization;

namespace Kubik.Glass.Formulas;

/// <summary>Writes expressions.</summary>
public abstract class FormulaWriter
{
    /// <summary>The expression as it is written.</summary>
    public string Write(Expression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new WritingPass(this).Write(expression);
    }

    /// <summary>Whether numbers stand in the place of values: of a single sample as a matrix or a row, so that axes are those of a shape
    /// that is said.</summary>
    internal bool OfNumbers { get; init; }

    internal abstract Written NameOf(string letters, string index);

    /// <summary>A name with something in parentheses above: the number of a layer or a head, a direction.</summary>
    internal abstract Written Marked(Written name, string mark);

    /// <summary>Digits without a power of ten, or a letter that stands for a number.</summary>
    private protected abstract string Digits(string text);

    internal abstract Written SymbolOf(Symbol s);

    internal abstract Written Apply(Notation notation, Written[] inputs);

    /// <summary>A root; the LaTeX of it has no parentheses.</summary>
    internal abstract Written Root(Written x);

    internal abstract Written Exponential(Written x);

    internal abstract Written Raised(Written x, string exponent);

    /// <summary>A power of every element, which is no power of the matrix.</summary>
    internal abstract Written RaisedEach(Written x, Written exponent);

    internal abstract Written Norm(Written x, bool squared);

    internal abstract Written Matrix(IReadOnlyList<string[]> rows);

    internal abstract string Parenthesised(string text);

    /// <summary>The sign of a product, with the spaces around it; beside is true when nothing has to be between.</summary>
    internal abstract string Dot(bool beside);

    internal abstract string Minus { get; }

    /// <summary>A column of ones.</summary>
    internal abstract Written Ones { get; }

    /// <summary>The signs of a product and of a division element by element.</summary>
    internal abstract string Circle { get; }

    internal abstract string Over { get; }

    /// <summary>What is written with parentheses when it holds together less than it has to.</summary>
    internal string At(Written x, Strength least) => x.Strength < least ? this.Parenthesised(x.Text) : x.Text;

    /// <summary>A number that is not below 0, as it was typed: 2.5e-7 is 2.5·10⁻⁷, and 2e0 is 2.</summary>
    internal Written NumberOf(string typed)
    {
        Numeral n = Numeral.Of(typed);
        if (n.Exponent == 0) return new(this.Digits(n.Mantissa));
        Written power = this.Raised(new("10"), n.Exponent.ToString(CultureInfo.InvariantCulture));
        return n.IsPowerOfTen ? power : new(n.Mantissa + this.Dot(beside: false) + power.Text, Strength.Product);
    }
}

/// <summary>Writes expressions as Unicode text: 3x₁² + √(x₂).</summary>
public sealed class TextWriter : FormulaWriter
{
    internal override string Minus => "−";

    internal override Written Ones => new("𝟏");

    internal override string Circle => "∘";

    internal override string Over => "⊘";

    internal override Written NameOf(string letters, string index) =>
        new(index.Length == 0 ? letters : index.All(char.IsAsciiDigit) ? letters + Numeral.Lowered(index) : $"{letters}_{index}");

    private protected override string Digits(string text) => text;

    internal override Written Marked(Written name, string mark) => name with { Text = $"{name.Text}⁽{mark}⁾" };

    internal override Written SymbolOf(Symbol s) => new(s.Text, s.Strength);

    internal override Written Apply(Notation notation, Written[] inputs)
    {
        Written written = notation.ToText(inputs);
        // The minus of a number or between terms; a hyphen in a word stays.
        string text = ((string[])[" - ", "; -", ", -"]).Aggregate(written.Text, (t, s) => t.Replace(s, s.Replace('-', '−'), StringComparison.Ordinal));
        return written with { Text = text };
    }

    internal override Written Root(Written x) => new("√" + this.At(x, Strength.Atom));

    internal override Written Exponential(Written x) => new("e^" + this.At(x, Strength.Atom), Strength.Power);

    // (√x)², for √x² may be taken for √(x²).
    internal override Written Raised(Written x, string exponent) =>
        new((x.Text.StartsWith('√') ? this.Parenthesised(x.Text) : this.At(x, Strength.Atom)) + Numeral.Raised(exponent), Strength.Power);

    internal override Written RaisedEach(Written x, Written exponent)
    {
        string raised = exponent.Text.All(char.IsAsciiDigit) ? "∘" + Numeral.Raised(exponent.Text) : "^∘" + this.At(exponent, Strength.Atom);
        return new(this.At(x, Strength.Atom) + raised, Strength.Power);
    }

    internal override Written Norm(Written x, bool squared) =>
        new($"‖{this.At(x, Strength.Sum)}‖{(squared ? "²" : "")}", squared ? Strength.Power : Strength.Atom);

    internal override Written Matrix(IReadOnlyList<string[]> rows) =>
        new(rows.Count > 1 && rows[0].Length == 1 ? Listed(rows.Select(r => r[0])) : Listed(rows.Select(Listed)));

    private static string Listed(IEnumerable<string> cells) => $"[{string.Join(", ", cells)}]";

    internal override string Parenthesised(string text) => $"({text})";

    internal override string Dot(bool beside) => beside ? "" : "·";
}

/// <summary>Writes expressions as LaTeX.</summary>
public sealed class LatexWriter : FormulaWriter
{
    internal override string Minus => "-";

    internal override Written Ones => new(@"\mathbf{1}");

    internal override string Circle => @"\circ";

    internal override string Over => @"\oslash";

    internal override Written NameOf(string letters, string index)
    {
        string name = letters.Length == 1 ? Greek.ToLatex(letters) : $@"\mathrm{{{letters}}}";
        return new(index.Length == 0 ? name : $"{name}_{{{(index.All(char.IsAsciiDigit) ? index : $@"\mathrm{{{index}}}")}}}");
    }

    // In braces, for a power or a transposition may follow.
    internal override Written Marked(Written name, string mark) =>
        name with { Text = $"{{{name.Text}^{{({string.Concat(mark.Select(Sign))})}}}}" };

    private static string Sign(char mark) => mark switch
    {
        'ʰ' => "h",
        '→' => @"\to ",
        '←' => @"\leftarrow ",
        _ => Numeral.IsRaised(mark) ? Numeral.Plain(mark.ToString()) : mark.ToString(),
    };

    internal override Written SymbolOf(Symbol s) => new(s.Latex, s.Strength);

    private protected override string Digits(string text) => new Numeral(false, text, 0).ToLatex();

    internal override Written Apply(Notation notation, Written[] inputs)
    {
        // A cut of x₁ has two indices, of which LaTeX takes one.
        bool isIndexed = inputs.Length > 0 && inputs[0].Strength == Strength.Atom && inputs[0].Text.Contains('_', StringComparison.Ordinal);
        if (isIndexed && notation.Latex.StartsWith("{0:atom}_", StringComparison.Ordinal)) inputs[0] = new($"{{{inputs[0].Text}}}");
        return notation.ToLatex(inputs);
    }

    internal override Written Root(Written x) => new($@"\sqrt{{{x.Text}}}");

    internal override Written Exponential(Written x) => new($"e^{{{x.Text}}}", Strength.Power);

    internal override Written Raised(Written x, string exponent) => new($"{this.At(x, Strength.Atom)}^{{{exponent}}}", Strength.Power);

    internal override Written RaisedEach(Written x, Written exponent)
    {
        string under = this.At(x, Strength.Atom);
        // What has a sign above it takes no other: {X^\top}^{\circ 2}.
        if (x.Strength == Strength.Atom && under.Contains('^', StringComparison.Ordinal)) under = $"{{{under}}}";
        return new($@"{under}^{{\circ {exponent.Text}}}", Strength.Power);
    }

    internal override Written Norm(Written x, bool squared) =>
        new($@"\left\lVert {x.Text} \right\rVert{(squared ? "^2" : "")}", squared ? Strength.Power : Strength.Atom);

    internal override Written Matrix(IReadOnlyList<string[]> rows) =>
        new($@"\begin{{pmatrix}} {string.Join(@" \\ ", rows.Select(r => string.Join(" & ", r)))} \end{{pmatrix}}");

    internal override string Parenthesised(string text) => $@"\left({text}\right)";

    internal override string Dot(bool beside) => beside ? " " : @" \cdot ";
}
