// A tensor's numbers as an explanation keeps them: all of a small one; of a big one its range and a few. So an explanation
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

    /// <summary>Looks at a tensor.</summary>
    public static Snapshot Of(Tensor x)
    {
        double[] values = x.ToDoubles();
        double least = double.PositiveInfinity, greatest = double.NegativeInfinity, sum = 0;
        foreach (double v in values)
        {
            (least, greatest) = (Math.Min(least, v), Math.Max(greatest, v));
            sum += v;
        }
        if (values.Length == 0) least = greatest = double.NaN;
        return new(x.Shape, values.Length <= MostValues ? values : null, least, greatest, values.Length == 0 ? double.NaN : sum / values.Length);
    }

    /// <summary>Shape and range, such as (64, 784) from −0.1 to 0.1.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this.Shape} from {Digits.Of(this.Least).Text} to {Digits.Of(this.Greatest).Text}");
}

/// <summary>A value with its name.</summary>
/// <param name="Name">As text.</param>
/// <param name="Latex">As LaTeX.</param>
/// <param name="Value">Its numbers.</param>
public sealed record Named(string Name, string Latex, Snapshot Value);
