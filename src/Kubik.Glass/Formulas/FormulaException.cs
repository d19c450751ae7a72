namespace Kubik.Glass.Formulas;

/// <summary>A formula cannot be read; the message shows the place.</summary>
public sealed class FormulaException : FormatException
{
    internal FormulaException(string formula, int position, string what, (int A, int B)? sizes = null)
        : base($"{what}\n  {formula.ReplaceLineEndings(" ")}\n  {new string(' ', Column(formula, position))}^")
    {
        this.Position = position;
        this.What = what;
        this.Sizes = sizes;
    }

    // A letter such as 𝑥 is two chars and one place.
    internal static int Column(string formula, int position) => new System.Globalization.StringInfo(formula[..position]).LengthInTextElements;

    /// <summary>Where, in characters from the start.</summary>
    public int Position { get; }

    /// <summary>What is wrong there, without the picture.</summary>
    public string What { get; }

    /// <summary>Whether it can be read, and only the shapes do not fit.</summary>
    internal bool IsOfShapes { get; init; }

    /// <summary>Two sizes that would have to be equal, when that is what is wrong.</summary>
    internal (int A, int B)? Sizes { get; }
}

/// <summary>Two sizes in a formula are different that would have to be equal.</summary>
internal sealed class SizeException(string message, int a, int b) : ArgumentException(message)
{
    public (int A, int B) Sizes => (a, b);
}
