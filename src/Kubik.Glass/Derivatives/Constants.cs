// The engine's rules hold constants as numbers; people write √(2π) and 1/6. A number is taken for one of these when it is the
// nearest floating-point number to it, or next to that.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>Numbers as people write them.</summary>
internal static class Constants
{
    private const int LargestRoot = 1024;
    private const int MostBelow = 12; // 1/12 is a number of formulas, 1/137 is a measurement

    private static readonly (double Value, Expression Written)[] Known = [.. ((string[])["√2", "1/√2", "√π", "2/√π", "√(2π)", "1/√(2π)", "√(2/π)", "2√(2/π)", "1/π"]).Select(f => (Formula.Compute(Formula.Parse(f).Root, new Dictionary<string, Tensor>(StringComparer.Ordinal)).Item(), Formula.Parse(f).Root))];

    /// <summary>A number, as a constant or a fraction when it is one.</summary>
    public static Expression Written(double value)
    {
        double size = Math.Abs(value);
        if (Array.Find(Known, k => IsNear(k.Value, size)).Written is { } constant) return value < 0 ? Arithmetic.Negative(constant) : constant;
        double whole = Math.Round(1 / (size * size)); // 1/√d, by which an attention divides
        if (whole is > 2 and <= LargestRoot && Math.Sqrt(whole) % 1 != 0 && IsNear(1 / Math.Sqrt(whole), size)) return Arithmetic.Divide(new Number(Math.Sign(value)), Call.Of(Unary<Sqrt>.Instance, new Number(whole)));
        for (int below = 3; below <= MostBelow; below++)
        {
            double above = Math.Round(value * below);
            if (Math.Abs(above) is >= 1 and <= MostBelow && IsNear(above / below, value) && value * 4096 % 1 != 0) return Arithmetic.Divide(new Number(above), new Number(below));
        }
        return new Number(value);
    }

    private static bool IsNear(double a, double b) => Math.Abs(a - b) <= 2 * Math.BitIncrement(Math.Abs(a)) - 2 * Math.Abs(a);
}
