// Arithmetic of the numbers in front, as people do it by hand: 0.1 + 0.7 is 0.8 and 0.1 + 0.2 − 0.3 is 0, where binary numbers leave
// 0.7999999999999999 and 5.6·10⁻¹⁷. What is no short decimal, as 1/3, is computed as the engine does.

namespace Kubik.Glass.Derivatives;

/// <summary>Sums and products of coefficients.</summary>
internal static class Decimals
{
    private const double Most = 1e14, Least = 1e-14; // of what decimals hold with all its digits
    private const double Rounding = 4.5e-16; // of one operation, relatively: two units in the last place

    /// <summary>a + b.</summary>
    public static double Sum(double a, double b) => IsShort(a) && IsShort(b)
        ? Checked((double)((decimal)a + (decimal)b), a + b, Math.Max(Math.Abs(a), Math.Abs(b)))
        : a + b;

    /// <summary>a·b.</summary>
    public static double Product(double a, double b) => IsShort(a) && IsShort(b) ? Checked((double)((decimal)a * (decimal)b), a * b, Math.Abs(a * b)) : a * b;

    /// <summary>xⁿ.</summary>
    public static double Raised(double x, double n)
    {
        if (n != Math.Floor(n) || n is < 1 or > 9) return Math.Pow(x, n);
        double power = x;
        for (int i = 1; i < n; i++) power = Product(power, x);
        return power;
    }

    // Whether its 15 digits as a decimal are all that it has.
    private static bool IsShort(double x) => x == 0 || Math.Abs(x) is >= Least and <= Most && (double)(decimal)x == x;

    // Only rounding is mended: of what a decimal cannot hold, the binary result stays.
    private static double Checked(double exact, double binary, double size) => Math.Abs(exact - binary) <= Rounding * size ? exact : binary;
}
