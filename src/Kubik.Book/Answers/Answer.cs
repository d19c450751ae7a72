// What is asked: a value with its tolerance, and the wrong values that are known slips. Where the value and the slips come from
// is the engine; here they are only compared.

using Kubik.Glass.Explaining;

namespace Kubik.Book.Answers;

/// <summary>A value that a slip leads to.</summary>
/// <param name="Value">The wrong value.</param>
/// <param name="Says">What was done wrong.</param>
public sealed record Slip(Tensor Value, Remark Says);

/// <summary>A value that is asked.</summary>
/// <param name="Name">Its name, as it is typed.</param>
/// <param name="Value">The right value, or one of them: a number, a vector or a matrix.</param>
/// <param name="Unit">What it counts; null: nothing.</param>
/// <param name="Tolerance">How far an answer may be off, absolutely.</param>
/// <param name="Slips">Values that known slips lead to.</param>
public sealed record Answer(string Name, Tensor Value, Remark? Unit, double Tolerance, IReadOnlyList<Slip> Slips)
{
    private const double MostOff = 0.02; // of the largest entry

    private const double SameValue = 1e-6; // of the value: single precision rounds to this

    /// <summary>What is right where more than one value is; null: what is near the value.</summary>
    public Predicate<Tensor>? IsRight { get; init; }

    /// <summary>Where the answer is one of several sentences: these, the value being the number of the right one, from 1.</summary>
    public IReadOnlyList<Remark>? Choices { get; init; }

    /// <summary>Whether a value is right within the tolerance; what is not finite in the precision that networks compute in never is.</summary>
    public bool Accepts(Tensor typed) => typed.Shape == this.Value.Shape && typed.ToDoubles().All(x => float.IsFinite((float)x)) && (this.IsRight?.Invoke(typed) ?? IsNear(typed, this.Value, this.Tolerance));

    /// <summary>The slip that a wrong value looks like; slips that lead to one value are all named; null: none that is known.</summary>
    public Remark? SlipOf(Tensor typed)
    {
        // The slips that the task knows say more than a wrong sign.
        Slip[] near = this.Near(typed, this.Slips);
        if (near.Length == 0 && this.Choices is null && this.IsRight is null) near = [.. this.Near(typed, this.Common()).Take(1)];
        if (near.Length == 0) return null;
        Remark[] says = [.. near.Select(s => s.Says).DistinctBy(s => s.English)];
        return says.Length == 1 ? says[0] : new(string.Join(" Or: ", says.Select(s => s.English)), string.Join(" Или: ", says.Select(s => s.Russian)));
    }

    // The nearest of those within the tolerance; several where their values are the same but for rounding.
    private Slip[] Near(Tensor typed, IEnumerable<Slip> slips)
    {
        Slip[] near = [.. slips.Where(s => !this.Accepts(s.Value) && IsNear(typed, s.Value, Within(s.Value, this.Tolerance))).OrderBy(s => Distance(typed, s.Value))];
        return [.. near.Where(s => IsNear(s.Value, near[0].Value, SameValue * Math.Max(this.Tolerance, near[0].Value.ToDoubles().Max(Math.Abs))))];
    }

    private static double Distance(Tensor a, Tensor b) => a.ToDoubles().Zip(b.ToDoubles()).Max(p => p.First.Equals(p.Second) ? 0 : Math.Abs(p.First - p.Second));

    /// <summary>The shapes of slips that are not that of the value, such as a transposed matrix.</summary>
    internal IEnumerable<Shape> WrongShapes => this.Slips.Concat(this.Common()).Select(s => s.Value.Shape).Where(s => s != this.Value.Shape).Distinct();

    private IEnumerable<Slip> Common()
    {
        yield return new(-this.Value, new("The sign is wrong.", "Знак неверный."));
        if (this.Value.Rank == 2) yield return new(this.Value.T, new("The matrix is transposed.", "Матрица транспонирована."));
        if (this.Value.Rank == 0 && this.Value.Item() is not (0 or 1 or -1)) yield return new(1 / this.Value, new("That is one over the right value.", "Это единица, делённая на верное значение."));
    }

    /// <summary>A tolerance of not more than two hundredths of the largest entry, or 0 would be near what is small; 1, 2 or 5 of a decimal place.</summary>
    internal static double Within(Tensor value, double tolerance)
    {
        double most = MostOff * value.ToDoubles().Max(Math.Abs);
        if (most == 0 || tolerance <= most) return tolerance;
        int place = (int)Math.Floor(Math.Log10(most));
        int digit = (most / Math.Pow(10, place)) switch { >= 5 => 5, >= 2 => 2, _ => 1 };
        return place < 0 ? digit / Math.Pow(10, -place) : digit * Math.Pow(10, place);
    }

    private static bool IsNear(Tensor a, Tensor b, double tolerance) =>
        a.Shape == b.Shape && a.ToDoubles().Zip(b.ToDoubles()).All(p => p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= tolerance);
}
