// Where the inputs of a row are drawn from. A domain keeps away from the kinks and poles of the ops that use it, so
// that a difference quotient sees a smooth function; integers are drawn too, for the ops that have them.

namespace Kubik.Tests.Ops;

/// <summary>How the elements of an input are drawn.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Draw">Draws so many numbers; whole ones when asked.</param>
public sealed record Domain(string Name, Func<Random, int, bool, double[]> Draw)
{
    /// <summary>0.2 to 2 on either side of 0.</summary>
    public static readonly Domain Away =
        Each("away from 0", r => (r.Next(2) == 0 ? -1 : 1) * (0.2 + 1.8 * r.NextDouble()), r => (r.Next(2) == 0 ? -1 : 1) * r.Next(1, 10));

    /// <summary>0.3 to 3; whole numbers 1 to 9.</summary>
    public static readonly Domain Positive = Each("positive", r => 0.3 + 2.7 * r.NextDouble(), r => r.Next(1, 10));

    /// <summary>−0.9 to 0.9, 0.05 away from 0.</summary>
    public static readonly Domain Inside = Each("inside (-1, 1)", r => (r.Next(2) == 0 ? -1 : 1) * (0.05 + 0.85 * r.NextDouble()), _ => 0);

    /// <summary>1.1 to 3.</summary>
    public static readonly Domain AboveOne = Each("above 1", r => 1.1 + 1.9 * r.NextDouble(), r => r.Next(2, 10));

    /// <summary>0.2 to 8 on either side of 0.</summary>
    public static readonly Domain Wide = Each("wide", r => (r.Next(2) == 0 ? -1 : 1) * (0.2 + 7.8 * r.NextDouble()), r => r.Next(-50, 51));

    /// <summary>Multiples of 0.1 from −2 to 2.</summary>
    public static readonly Domain Grid = Each("grid", r => r.Next(-20, 21) * 0.1, r => r.Next(-9, 10));

    /// <summary>Halfway between the points of the grid: never equal to one of them.</summary>
    public static readonly Domain HalfGrid = Each("half grid", r => r.Next(-20, 21) * 0.1 + 0.05, r => r.Next(-9, 10));

    /// <summary>Whole numbers from −3 to 3, whatever the type: equal ones are likely.</summary>
    public static readonly Domain Few = Each("few values", r => r.Next(-3, 4), r => r.Next(-3, 4));

    /// <summary>False and true.</summary>
    public static readonly Domain Flags = Each("flags", r => r.Next(2), r => r.Next(2));

    /// <summary>No two equal: evenly spaced over −2 to 2, in random order.</summary>
    public static readonly Domain Distinct = new("distinct", (r, count, whole) =>
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => whole ? i % 200 : (i + 0.5) * 4 / count - 2)];
        r.Shuffle(values);
        return values;
    });

    /// <summary>Positions 0 to <paramref name="size"/> − 1.</summary>
    public static Domain Below(int size) => Each($"0 to {size - 1}", r => r.Next(size), r => r.Next(size));

    /// <summary>The numbers given.</summary>
    public static Domain Exactly(params double[] values) => new("given", (_, count, _) =>
    {
        Assert.Equal(values.Length, count);
        return values;
    });

    /// <summary>The same numbers with a little added.</summary>
    public Domain Moved(double by) => new($"{this.Name} + {by}", (r, count, whole) => [.. this.Draw(r, count, whole).Select(v => v + by)]);

    /// <summary>Every number by itself: one rule for fractions, one for whole numbers.</summary>
    public static Domain Each(string name, Func<Random, double> real, Func<Random, double> whole) =>
        new(name, (r, count, isWhole) => [.. Enumerable.Range(0, count).Select(_ => isWhole ? whole(r) : real(r))]);
}
