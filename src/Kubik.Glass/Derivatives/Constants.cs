// The engine's rules hold constants as numbers; people write √(2π) and 1/6. A number is taken for one of these when it is the
// nearest floating-point number to it, or next to that.

using System.Globalization;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>Numbers as people write them.</summary>
internal static class Constants
{
    private const int LargestRoot = 1024;
    private const int MostBelow = 999;

    private static readonly (double Value, Expression Written)[] Known =
    [
        .. ((string[])["√2", "1/√2", "√π", "2/√π", "√(2π)", "1/√(2π)", "√(2/π)", "2√(2/π)", "1/π"])
            .Select(f => Formula.Parse(f)).Select(f => (f.Value, f.Root)),
    ];

    /// <summary>A number, as a constant or a fraction when it is one.</summary>
    public static Expression Written(double value)
    {
        double size = Math.Abs(value);
        if (Array.Find(Known, k => IsNear(k.Value, size)).Written is { } constant) return value < 0 ? Arithmetic.Negative(constant) : constant;
        double whole = Math.Round(1 / (size * size)); // 1/√d, by which an attention divides
        bool isRoot = whole is > 2 and <= LargestRoot && Math.Sqrt(whole) % 1 != 0 && IsNear(1 / Math.Sqrt(whole), size);
        if (isRoot) return Arithmetic.Divide(new Number(Math.Sign(value)), Call.Of(Unary<Sqrt>.Instance, new Number(whole)));
        return Fraction(value) is var (above, below) ? Arithmetic.Divide(new Number(above), new Number(below)) : new Number(value);
    }

    /// <summary>Of a number that no short decimal gives again, the fraction that it is: 1/3, and not 0.3333333333333333; null when it is none.</summary>
    /// <param name="value">The number.</param>
    /// <param name="isOfWholes">Whether it was computed from whole numbers: then it is 4/5, and not 0.8.</param>
    public static (double Above, double Below)? Fraction(double value, bool isOfWholes = false)
    {
        double typed = double.Parse(value.ToString("G10", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        if (!double.IsFinite(value) || !isOfWholes && Math.Abs(typed - value) <= 1e-13 * Math.Abs(value)) return null; // 0.12, and not 3/25
        for (int below = 3; below <= MostBelow; below++)
        {
            double above = Math.Round(value * below);
            if (Math.Abs(above) is >= 1 and <= MostBelow && IsNear(above / below, value)) return (above, below);
        }
        return null;
    }

    private static bool IsNear(double a, double b) => Math.Abs(a - b) <= 2 * Math.BitIncrement(Math.Abs(a)) - 2 * Math.Abs(a);
}
