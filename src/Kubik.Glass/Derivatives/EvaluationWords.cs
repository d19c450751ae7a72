// What is said of a formula at a point: why a derivative there is none, or differs from its quotient; why there is no finite value;
// and numbers with as many digits as all of an evaluation have.

using System.Globalization;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

public sealed partial record Evaluation
{
    /// <summary>Why a difference quotient or the formula of a derivative may differ from the derivative at the point.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="partial">Its derivative.</param>
    /// <param name="at">The point.</param>
    /// <exception cref="ArgumentException">A variable has no value.</exception>
    public static string Why(Formula formula, Partial partial, params ReadOnlySpan<(string Name, double Value)> at)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(partial);
        string x = partial.Variable.ToString(), slope = (partial.IsRounded ? About : "") + Text(partial.Value);
        if (!partial.HasFormula)
        {
            string part = WhyNotFinite(partial.Derivative, out bool isTooLarge, at);
            return isTooLarge && !double.IsFinite(partial.Value) ? $"{part}."
                : partial.Exists ? $"{part}. {Found(partial)}"
                : isTooLarge ? $"{part}. The engine's rules give {slope}."
                : double.IsFinite(partial.Value) ? $"{part}. There is no derivative by {x} at this point; the engine hands back {Near(partial.Value)}."
                : $"{part}. There is no derivative by {x} at this point.";
        }
        if (!double.IsFinite(partial.Value) && partial.Exists) return $"the engine's rules give {slope} at this point. {Found(partial)}";
        if (!double.IsFinite(partial.Value)) return $"the formula or its derivative by {x} does not exist at this point.";
        if (!double.IsFinite(partial.Numeric))
            return $"however small its step is, no finite number comes of it. The engine takes the slope {slope} there.";
        if (partial.IsBlurred)
            return $"it is computed from numbers so large that rounding alone can put it off by {Text(partial.Noise, 1)}. The derivative is {slope}.";
        (string Name, double Value)[] near = Given(formula, at);
        int k = Array.FindIndex(near, p => p.Name == partial.Variable.Name);
        if (k < 0) throw new ArgumentException($"The formula {formula} has no variable {x}.", nameof(partial));
        if (partial.Jumps) return $"at this point the formula jumps in {x}. The engine takes the slope beside the jump, {slope}.";
        if (!partial.IsKink && !partial.Cancels)
            return $"near this point the formula changes too fast in {x} for a quotient over ±{Text(partial.Step)}. The derivative is {slope}.";
        Dictionary<string, double> values = near.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        Dictionary<Expression, Tensor> all = Computed(formula, v => Tensor.Scalar(values[v.Name], DType.Float64));
        bool AreEqual(Expression a, Expression b) => all[a].Item().Equals(all[b].Item());
        string[] rules = [.. Formula.Parts(formula.Root).OfType<Call>().Select(c => (c.Op, c.Inputs) switch
        {
            (Binary<Maximum> or Binary<Minimum>, [var a, var b]) when AreEqual(a, b) => "equally large arguments of max and min share it",
            (Reduce<Max> or Reduce<Min>, [var a]) when all[a].ToDoubles().Count(x => x.Equals(all[c].Item())) > 1 =>
                "equally large arguments of max and min share it",
            (Unary<Relu>, [var a]) when all[a].Item() == 0 => "relu(0) has 0",
            (UnaryNumber<Abs>, [var a]) when all[a].Item() == 0 => "|0| has 0",
            _ => "",
        }).Where(r => r.Length > 0).Distinct()];
        string met = partial.Cancels ? $"kinks of its parts cancel in {x} at this point: the slope is {Text(partial.Left)} on both sides"
            : $"at this point the formula has a kink in {x}: the slope is {Slope(partial.Left, partial.Right)} to the left "
                + $"and {Slope(partial.Right, partial.Left)} to the right";
        return $"{met}. The engine takes the slope {slope} there{(rules.Length == 0 ? "" : $": {string.Join(", and ", rules)}")}.";
    }

    private static string Found(Partial partial) =>
        $"The derivative is {Slope(partial.Left, 1)}, as the slopes beside the point and the difference quotient say.";

    // A slope is taken a little beside the point, where that of x² is not 0.
    private static string Slope(double slope, double other) => Text(Math.Abs(slope) <= Nothing * Math.Abs(other) ? 0 : slope);

    /// <summary>
    /// Why a formula has no finite value at a point: which part of it is the first without one, and whether it is undefined,
    /// infinite or too large.
    /// </summary>
    /// <param name="formula">The formula.</param>
    /// <param name="at">The point.</param>
    /// <exception cref="ArgumentException">A variable has no value, or the formula's value is finite.</exception>
    public static string WhyNotFinite(Formula formula, params ReadOnlySpan<(string Name, double Value)> at) => WhyNotFinite(formula, out _, at);

    private static string WhyNotFinite(Formula formula, out bool isTooLarge, params ReadOnlySpan<(string Name, double Value)> at)
    {
        ArgumentNullException.ThrowIfNull(formula);
        isTooLarge = false;
        Dictionary<string, double> values = Given(formula, at).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        Dictionary<Expression, Tensor> all = Computed(formula, v => Tensor.Scalar(values[v.Name], DType.Float64));
        bool IsFinite(Expression part) => !part.Spec.DType.IsFloat || all[part].ToDoubles().All(double.IsFinite);
        if (IsFinite(formula.Root))
            throw new ArgumentException($"The value of {formula} is finite at this point: {Text(all[formula.Root].ToDoubles()[0])}.", nameof(at));
        // Down to the part that makes it so; what a choice leaves aside has no say.
        Expression first = formula.Root;
        while (Inside(first) is { } next && !IsFinite(next)) first = next;
        if (first is not Call call) return $"{first} is {Text(all[first].Item())}";
        if (all[call].ToDoubles().Any(double.IsNaN)) return $"{call} is not defined there";
        // A pole is one point: beside it there are values. What is too large is so around it, and 0 for what is too small is none.
        isTooLarge = !new[] { -1, 1 }.Any(to => call.Op.Apply([.. call.Inputs.Select(x => Moved(x, to))]).ToDoubles().All(double.IsFinite));
        return isTooLarge ? $"{call} is too large: numbers end at 1.8·10³⁰⁸" : $"{call} is infinite there";

        Expression? Inside(Expression part) => part switch
        {
            Call { Op: Where } choice => choice.Inputs[all[choice.Inputs[0]].ToDoubles()[0] != 0 ? 1 : 2],
            Call c => c.Inputs.FirstOrDefault(x => !IsFinite(x)),
            _ => null,
        };

        Tensor Moved(Expression x, int to) => !x.Spec.DType.IsFloat || IsTooSmall(x) ? all[x] : all[x] * (1 + to * Beyond) + (IsZero(x) ? to * Pole : 0);

        bool IsZero(Expression part) => part.Spec.DType.IsFloat && all[part].ToDoubles().All(v => v == 0);

        // 10⁻⁴⁰⁰ is 0 among numbers.
        bool IsTooSmall(Expression part) => part is Call c && IsZero(c) && (c.Op switch
        {
            Binary<Mul> => !c.Inputs.Any(IsNothing),
            Binary<Add> => c.Inputs.All(IsZero) && c.Inputs.Any(IsTooSmall),
            Binary<Div> or Binary<Pow> or UnaryNumber<Square> or UnaryNumber<Neg> or UnaryNumber<Abs> or Unary<Sqrt> => !IsNothing(c.Inputs[0]),
            _ => c.Inputs is [{ IsScalar: true } x] && new Irrational(Precision.Full).Of(c.Op, [all[x]], all[c]) is not null,
        });

        bool IsNothing(Expression part) => IsZero(part) && !IsTooSmall(part);
    }

    private const int Places = 6;

    private const double Pole = 1e-3, Beyond = 1e-12, Nothing = 1e-9;

    private const string About = "≈ ";

    /// <summary>A number with six digits and the sign before it: " = 12", " ≈ 0.333333" where they are not all of them, or " ≈ 0" of what rounding has
    /// left of 0.</summary>
    /// <param name="x">The number.</param>
    /// <param name="isRest">Whether it is a rest.</param>
    /// <param name="isRounded">Whether six digits are not all of it.</param>
    public static string Equal(double x, bool isRest, bool isRounded) => isRest ? " ≈ 0" : isRounded ? $" {About}{Text(x)}" : $" = {Text(x)}";

    /// <summary>A number with six digits, and ≈ before it when it has more.</summary>
    /// <param name="x">The number.</param>
    public static string Near(double x) => (Exact.IsCut(x) ? About : "") + Text(x);

    /// <summary>A number with six digits, as all of an evaluation are written.</summary>
    /// <param name="x">The number.</param>
    /// <param name="digits">How many digits.</param>
    public static string Text(double x, int digits = Places) => Digits.Significant(x, digits);

    /// <summary>A formula with six digits of its numbers, and ≈ before it when that is not all of them: 1.0507 of 1.0507009873554805.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="digits">How many digits.</param>
    public static string Text(Formula formula, int digits = Places)
    {
        ArgumentNullException.ThrowIfNull(formula);
        bool isRounded = false;
        Expression Short(Number n)
        {
            if (n.IsConstant || n.Text.Count(char.IsAsciiDigit) <= digits + 3) return n; // 0.001234 is as it was typed
            string few = Numeral.Of(n.Value, digits).ToTyped();
            double off = Math.Abs(double.Parse(few, CultureInfo.InvariantCulture) - n.Value);
            isRounded |= off > Precision.Full.Rounding * Math.Abs(n.Value); // 0.30000000000000004 is 0.3
            return new Number(n.Value, few);
        }
        Expression written = Formula.Rewritten(formula.Root, (part, x) => part is Number n ? Short(n) : part is Call c ? c.With(x) : part);
        return (isRounded ? About : "") + Formula.Of(written);
    }
}
