// x²·y: a product of letters, each once with its power, in any order. A letter is whatever is taken as a whole: a variable, a
// function's value; all of them numbers, or all of them matrices of one shape that are multiplied element by element.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>A product of letters with powers.</summary>
internal sealed class Powers((Expression Letter, double Power)[] letters) : IEquatable<Powers>
{
    public static readonly Powers One = new([]);

    public double Degree => letters.Sum(l => l.Power);

    public string? FirstVariable => letters.Select(l => (l.Letter as Variable)?.Name).OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault();

    public (Expression Letter, double Power)[] Letters => letters;

    public Powers Times(Powers other)
    {
        List<(Expression Letter, double Power)> all = [.. letters];
        foreach ((Expression letter, double power) in other.Letters)
        {
            int at = all.FindIndex(l => l.Letter.Equals(letter));
            if (at < 0) all.Add((letter, power));
            else if (all[at].Power + power == 0) all.RemoveAt(at);
            else all[at] = (letter, all[at].Power + power);
        }
        return new([.. all]);
    }

    public double PowerOf(Expression letter) => letters.FirstOrDefault(l => l.Letter.Equals(letter)).Power;

    public Powers Raised(double power) => new([.. letters.Select(l => (l.Letter, l.Power * power))]);

    public bool Equals(Powers? other) => other is not null && other.Letters.Length == letters.Length && letters.All(l => other.Letters.Contains(l));

    public override bool Equals(object? obj) => this.Equals(obj as Powers);

    public override int GetHashCode()
    {
        int hash = 0;
        foreach ((Expression letter, double power) in letters) hash += HashCode.Combine(letter, power);
        return hash;
    }
}
