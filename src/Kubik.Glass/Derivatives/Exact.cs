// Whether a number of an evaluation is written with all its digits. Its arithmetic is done again with fractions of whole numbers, in
// which 1 + 10⁻²⁰ is not 1 and (10⁻²⁰⁰)² is not 0; what a function makes of a fraction is told by Explaining.Irrational. A value for
// which no fraction is known, as tanh(50), counts as rounded.

using System.Globalization;
using System.Numerics;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>A fraction in lowest terms, above a divisor that is positive.</summary>
internal readonly record struct Exact
{
    private const int MostBits = 20_000, Places = 6;
    private const double Small = 1e-6, Large = 1e6; // between them rounding leaves six digits as they are
    private const double Rounding = 1e-15, Alike = 1e-9;

    private Exact(BigInteger above, BigInteger below) => (this.Above, this.Below) = (above, below);

    private BigInteger Above { get; }

    private BigInteger Below { get; }

    public static Exact Zero { get; } = new(0, 1);

    public static Exact One { get; } = new(1, 1);

    /// <summary>A number as it is written: 0.1 is a tenth; null for what is none, as ∞ and π.</summary>
    public static Exact? Of(string typed)
    {
        Numeral n = Numeral.Of(typed);
        string digits = n.Mantissa;
        int point = digits.IndexOf('.', StringComparison.Ordinal), exponent = n.Exponent - (point < 0 ? 0 : digits.Length - point - 1);
        string plain = digits.Replace(".", "", StringComparison.Ordinal);
        if (!BigInteger.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger whole)) return null;
        BigInteger power = BigInteger.Pow(10, Math.Abs(exponent));
        if (n.IsNegative) whole = -whole;
        return exponent < 0 ? Reduced(whole, power) : Reduced(whole * power, 1);
    }

    /// <summary>A number with the fewest digits that tell it from others.</summary>
    public static Exact? Of(double x) => Of(x.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The value of a formula; null where it is not known.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="known">The values of its variables, exact and as they are computed.</param>
    public static Exact? Of(Formula formula, IReadOnlyDictionary<string, (Exact? Exact, double Value)> known)
    {
        Dictionary<Expression, Tensor> all = Formula.ComputeParts(formula.Root,
            leaf => Formula.Leaf(leaf, v => Tensor.Scalar(known[v.Name].Value, DType.Float64)), Formula.Apply, EqualityComparer<Expression>.Default);
        Dictionary<Expression, Exact?> exact = [];
        foreach (Expression part in Formula.Parts(formula.Root))
        {
            exact[part] = part switch
            {
                Number n => n.IsConstant ? null : Of(n.Text),
                Variable v => known[v.Name].Exact,
                Call c when c.Inputs.All(i => i.IsScalar) => Of(c, [.. c.Inputs.Select(i => exact[i])], [.. c.Inputs.Select(i => all[i])], all[c]),
                _ => null,
            };
        }
        return exact[formula.Root];
    }

    /// <summary>Whether six digits of a value are not all that it has.</summary>
    /// <param name="exact">What it is; null: not known.</param>
    /// <param name="value">As it was computed.</param>
    public static bool IsRounded(Exact? exact, double value) => double.IsFinite(value) && !(exact is { } all && Of(Numeral.Of(value, Places).ToTyped()) == all);

    /// <summary>The same of a slope. At a kink the engine has a share of its own, which no formula gives.</summary>
    /// <param name="exact">What it is by the formula; null: not known.</param>
    /// <param name="value">The engine's.</param>
    public static bool IsRoundedSlope(Exact? exact, double value) => exact is { } all && Math.Abs(all.Value - value) > Alike * Math.Max(1, Math.Abs(value))
        ? IsCut(value)
        : IsRounded(exact, value);

    /// <summary>Whether a number has more than six digits.</summary>
    public static bool IsCut(double value) =>
        double.IsFinite(value) && double.Parse(Numeral.Of(value, Places).ToTyped(), CultureInfo.InvariantCulture) != value;

    public static Exact? operator +(Exact? a, Exact? b) =>
        a is { } x && b is { } y ? Reduced(x.Above * y.Below + y.Above * x.Below, x.Below * y.Below) : null;

    // 0 times anything is 0.
    public static Exact? operator *(Exact? a, Exact? b) => a == Zero || b == Zero ? Zero
        : a is { } x && b is { } y ? Reduced(x.Above * y.Above, x.Below * y.Below) : null;

    private double Value => Math.Exp(BigInteger.Log(BigInteger.Abs(this.Above)) - BigInteger.Log(this.Below)) * this.Above.Sign;

    private static Exact? Reduced(BigInteger above, BigInteger below)
    {
        BigInteger common = BigInteger.GreatestCommonDivisor(above, below);
        (above, below) = (above / common, below / common);
        return above.GetBitLength() + below.GetBitLength() <= MostBits ? new(above, below) : null;
    }

    private static Exact? Negative(Exact? x) => x is { } a ? new(-a.Above, a.Below) : null;

    private static Exact? Inverse(Exact? x) => x is { Above.IsZero: false } a ? Reduced(a.Below * a.Above.Sign, BigInteger.Abs(a.Above)) : null;

    private static int Compare(Exact a, Exact b) => (a.Above * b.Below).CompareTo(b.Above * a.Below);

    private static Exact? Of(Call call, Exact?[] x, Tensor[] values, Tensor result) => call.Op switch
    {
        Binary<Add> => x[0] + x[1],
        Binary<Sub> => call.Inputs[0].Equals(call.Inputs[1]) ? Zero : x[0] + Negative(x[1]),
        Binary<Mul> => x[0] * x[1],
        Binary<Div> => x[0] * Inverse(x[1]),
        Binary<Pow> => Power(x[0], x[1], result.Item()),
        Unary<Sqrt> => Power(x[0], Inverse(One + One), result.Item()),
        UnaryNumber<Square> => x[0] * x[0],
        UnaryNumber<Neg> => Negative(x[0]),
        Unary<Reciprocal> => Inverse(x[0]),
        UnaryNumber<Abs> => x[0] is { Above.Sign: < 0 } ? Negative(x[0]) : x[0],
        Unary<Relu> => (x[0]?.Above.Sign ?? values[0].Item()) < 0 ? Zero : x[0],
        UnaryNumber<Step> or UnaryNumber<Sign> => Ordered(x[0], Zero, values[0].Item(), 0) ? Of(result.Item()) : null,
        Binary<Maximum> or Binary<Minimum> when Ordered(x[0], x[1], values[0].Item(), values[1].Item()) =>
            values[0].Item().Equals(result.Item()) ? x[0] : x[1],
        Where when x[0] is { } holds => holds == One ? x[1] : x[2],
        _ when call.Spec.DType == DType.Bool && x.Length == 2 && values[0].DType.IsFloat =>
            Ordered(x[0], x[1], values[0].Item(), values[1].Item()) ? Of(result.Cast(DType.Float64).Item()) : null,
        Cast or Reshape or Detach => x[0],
        _ when call.Spec.DType == DType.Float64 && x is [{ } only] => Function(call.Op, only, values[0], result),
        _ => null,
    };

    // Whether numbers are in the order of what they are exactly: 1 + 10⁻²⁰ is more than 1.
    private static bool Ordered(Exact? a, Exact? b, double x, double y) =>
        a is { } one && b is { } other ? Math.Sign(Compare(one, other)) == x.CompareTo(y) : !x.Equals(y);

    // A root is exact when its power is: 8^(1/3) is 2, for 2³ is 8.
    private static Exact? Power(Exact? a, Exact? b, double result)
    {
        if (a is not { } x || b is not { } n || !double.IsFinite(result)) return null;
        Exact? raised = Raised(x, n.Above);
        if (n.Below.IsOne || raised is null) return raised;
        Exact? root = Of(Numeral.Of(result, Places).ToTyped());
        return root is { } r && Raised(r, n.Below) == raised ? root : null;
    }

    private static Exact? Raised(Exact x, BigInteger n)
    {
        if (n.Sign < 0) return Inverse(Raised(x, -n));
        if (x == Zero || x == One) return n.IsZero ? One : x;
        if (n > MostBits || n * BigInteger.Max(x.Above.GetBitLength(), x.Below.GetBitLength()) > MostBits) return null;
        return new(BigInteger.Pow(x.Above, (int)n), BigInteger.Pow(x.Below, (int)n));
    }

    // Where rounding takes nothing away that would be seen, what a function gives in six digits has no more.
    private static Exact? Function(Op op, Exact x, Tensor at, Tensor result)
    {
        double size = Math.Abs(at.Item()), y = result.Item();
        if (!double.IsFinite(y) || size != 0 && size is < Small or > Large || new Irrational(Precision.Full).Of(op, [at], result) is not null) return null;
        string written = Numeral.Of(y, Places).ToTyped();
        bool isAll = Of(at.Item()) == x || Of(Numeral.Of(at.Item(), Places).ToTyped()) == x;
        return isAll && Math.Abs(double.Parse(written, CultureInfo.InvariantCulture) - y) <= Rounding * Math.Abs(y) ? Of(written) : null;
    }
}
