using System.Globalization;

namespace Kubik.Book;

/// <summary>A number that a sentence or a table writes with so many significant digits.</summary>
/// <param name="X">The number.</param>
/// <param name="Digits">How many digits.</param>
internal readonly record struct Significant(double X, int Digits)
{
    /// <summary>As it is written.</summary>
    public string Text => Glass.Explaining.Digits.Significant(this.X, this.Digits);

    /// <summary>Whether these digits are all that it has.</summary>
    public bool IsExact => this.X.Equals(double.Parse(this.X.ToString($"E{this.Digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
