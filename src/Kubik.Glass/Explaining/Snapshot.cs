// A tensor's numbers as an explanation keeps them: all of a small one; of a big one its range. So an explanation
// stays small, whatever the network is.

using System.Globalization;

namespace Kubik.Glass.Explaining;

/// <summary>The values of a tensor, or what can be said of them in short.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Values">All values, row by row; null when there are more than <see cref="MostValues"/>.</param>
/// <param name="Least">The least value; NaN when there is none.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="Mean">Their mean.</param>
public sealed record Snapshot(Shape Shape, IReadOnlyList<double>? Values, double Least, double Greatest, double Mean)
{
    /// <summary>Of how many elements all are kept.</summary>
    public const int MostValues = 1024;

    /// <summary>The values as people are shown them, where rounding has left something of 0.</summary>
    internal IReadOnlyList<double>? Shown { get => field ?? this.Values; init; }

    /// <summary>Looks at a tensor.</summary>
    public static Snapshot Of(Tensor x)
    {
        if (x.Count == 0) return new(x.Shape, [], double.NaN, double.NaN, double.NaN);
        x = x.Detach();
        // A big one is not copied to be looked at.
        if (x.Count > MostValues && x.DType.IsFloat) return new(x.Shape, null, x.Min().Item(), x.Max().Item(), x.Mean().Item());
        double[] values = x.ToDoubles();
        return new(x.Shape, values.Length <= MostValues ? values : null, values.Min(), values.Max(), values.Average());
    }

    /// <summary>Shape and range, such as (64, 784) from −0.1 to 0.1.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{this.Shape} from {Digits.Of(this.Least).Text} to {Digits.Of(this.Greatest).Text}");
}

/// <summary>A value with its name.</summary>
/// <param name="Name">As text.</param>
/// <param name="Latex">As LaTeX.</param>
/// <param name="Value">Its numbers.</param>
public sealed record Named(string Name, string Latex, Snapshot Value);
