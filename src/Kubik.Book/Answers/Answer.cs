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
    /// <summary>What is right where more than one value is; null: what is near the value.</summary>
    public Predicate<Tensor>? IsRight { get; init; }

    /// <summary>Where the answer is one of several sentences: these, the value being the number of the right one, from 1.</summary>
    public IReadOnlyList<Remark>? Choices { get; init; }

    /// <summary>Whether a value is right within the tolerance.</summary>
    public bool Accepts(Tensor typed) => this.IsRight?.Invoke(typed) ?? IsNear(typed, this.Value, this.Tolerance);

    /// <summary>The slip that a wrong value looks like; null: none that is known.</summary>
    public Remark? SlipOf(Tensor typed)
    {
        // The slips that the task knows say more than a wrong sign.
        IEnumerable<Slip> all = this.Choices is null && this.IsRight is null ? [.. this.Slips, .. this.Common()] : this.Slips;
        return all.FirstOrDefault(s => !this.Accepts(s.Value) && IsNear(typed, s.Value, this.Tolerance))?.Says;
    }

    private IEnumerable<Slip> Common()
    {
        yield return new(-this.Value, new("The sign is wrong.", "Знак неверный."));
        if (this.Value.Rank == 2) yield return new(this.Value.T, new("The matrix is transposed.", "Матрица транспонирована."));
        if (this.Value.Rank == 0 && this.Value.Item() is not (0 or 1 or -1)) yield return new(1 / this.Value, new("That is one over the right value.", "Это единица, делённая на верное значение."));
    }

    private static bool IsNear(Tensor a, Tensor b, double tolerance) =>
        a.Shape == b.Shape && a.ToDoubles().Zip(b.ToDoubles()).All(p => p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= tolerance);
}
