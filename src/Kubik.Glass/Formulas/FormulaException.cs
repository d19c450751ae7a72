namespace Kubik.Glass.Formulas;

/// <summary>A formula cannot be read; the message shows the place.</summary>
public sealed class FormulaException : FormatException
{
    internal FormulaException(string formula, int position, string what)
        : base($"{what}\n  {formula.ReplaceLineEndings(" ")}\n  {new string(' ', position)}^")
    {
        this.Position = position;
        this.What = what;
    }

    /// <summary>Where, in characters from the start.</summary>
    public int Position { get; }

    /// <summary>What is wrong there, without the picture.</summary>
    public string What { get; }
}
