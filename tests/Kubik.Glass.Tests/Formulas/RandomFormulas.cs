// What holds for every formula, on random ones.

using System.Xml.Linq;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Formulas;

public sealed class RandomFormulas
{
    private const int Count = 2000, Told = 200; // an evaluation differentiates every step

    private static readonly string[] Letters = ["x", "y", "x1", "w2"];

    // As people and programs type them: 2e0 is 2, 1e2 is 10².
    private static readonly string[] Numerals = ["2e0", "1e0", "3e-0", "1e2", "5e1", "25e-1", "2.5E+1", "1e-3", "0e99999999999", "0.5e01"];

    // Where parts have no value, an infinite one, or one beyond the numbers.
    private static readonly double[] Odd = [-1, 0, -0.0, 1, 1e300, -1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    [Fact]
    public void What_is_written_is_read_as_the_same()
    {
        Random random = new(1);
        for (int i = 0; i < Count; i++)
        {
            Formula f = Formula.Parse(Make(random, 4));
            string written = f.ToString();
            Formula again = Formula.Parse(written);
            Assert.True(written == again.ToString(), $"{written}\n{again}");
            (string, double)[] at = At(f, random);
            Assert.Equal(f.At(at), again.At(at), Tolerance(f.At(at), 1e-12));
        }
    }

    [Fact]
    public void A_derivative_is_the_slope()
    {
        Random random = new(2);
        int compared = 0;
        for (int i = 0; i < Count; i++)
        {
            Formula f = Formula.Parse(Make(random, 3));
            (string Name, double Value)[] at = At(f, random);
            foreach ((Variable v, Formula d) in Differentiation.Of(f))
            {
                int k = Array.FindIndex(at, a => a.Name == v.Name);
                double slope = Slope(f, at, k, 1e-5), finer = Slope(f, at, k, 0.5e-5), value = d.At(at);
                // At kinks and poles (a root of 0) neither the difference quotient nor the derivative is sure.
                bool isHuge = !double.IsFinite(slope) || !double.IsFinite(value) || Math.Abs(slope) > 1e6 || Math.Abs(f.At(at)) > 1e6;
                if (isHuge || Cancels(f, at) || Math.Abs(slope - finer) > 1e-6 * Math.Max(1, Math.Abs(slope))) continue;
                bool isSame = Math.Abs(value - finer) <= 1e-4 * Math.Max(1, Math.Abs(finer));
                Assert.True(isSame, $"∂/∂{v} of {f} at {string.Join(", ", at)} is {finer}, but {d} = {value}");
                compared++;
            }
        }
        Assert.True(compared > Count);
    }

    [Fact]
    public void What_is_computed_can_be_told_where_parts_have_no_value()
    {
        Random random = new(4);
        int without = 0, hidden = 0;
        for (int i = 0; i < Told; i++)
        {
            Formula f = Formula.Parse(Make(random, 3));
            (string Name, double Value)[] at = [.. f.Variables.Select(v => (v.Name, Odd[random.Next(Odd.Length)]))];
            Evaluation all = Evaluation.Of(f, at);
            Assert.DoesNotContain(all.Steps, s => s.WithNumbers.Length == 0 || s.Formula.Length == 0);
            Assert.DoesNotContain(all.Partials, p => Evaluation.Text(p.Derivative).Length == 0 || !p.Agrees && Evaluation.Why(f, p, at).Length == 0);
            XElement.Parse(f.ToSvg(at));
            if (double.IsFinite(all.Value))
            {
                if (all.Steps.Any(s => !double.IsFinite(s.Value))) hidden++;
                continue;
            }
            Assert.Matches("( is not defined there| is infinite there| is too large: .*| is .?∞| is not a number)$", Evaluation.WhyNotFinite(f, at));
            without++;
        }
        Assert.True(without > Told / 10 && hidden > Told / 50, $"{without}, {hidden}");
    }

    [Fact]
    public void Latex_and_MathML_are_well_formed()
    {
        Random random = new(3);
        for (int i = 0; i < Count; i++)
        {
            Formula f = Formula.Parse(Make(random, 4));
            int depth = 0;
            foreach (char c in f.ToLatex())
            {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                Assert.True(depth >= 0);
            }
            Assert.Equal(0, depth);
            XElement.Parse(f.ToMathMl());
        }
    }

    [Fact]
    public void The_notation_of_every_op_becomes_MathML()
    {
        foreach (Op op in OpTable.All) XElement.Parse(MathMl.FromLatex(op.Notation.ToLatex("a", "b", "c", "d")));
    }

    private static double Slope(Formula f, (string Name, double Value)[] at, int k, double h)
    {
        (string Name, double Value)[] up = [.. at], down = [.. at];
        up[k].Value += h;
        down[k].Value -= h;
        return (f.At(up) - f.At(down)) / (2 * h);
    }

    // A difference of huge numbers keeps no digits of what changed.
    private static bool Cancels(Formula f, (string Name, double Value)[] at) =>
        Formula.Parts(f.Root).Exists(p => p.IsScalar && Math.Abs(Formula.Of(p).At(at)) > 1e6);

    private static (string Name, double Value)[] At(Formula f, Random random) =>
        [.. f.Variables.Select(v => (v.Name, Math.Round(random.NextDouble() * 4 - 1, 3)))];

    private static double Tolerance(double x, double relative) => double.IsFinite(x) ? Math.Max(1, Math.Abs(x)) * relative : 0;

    private static string Make(Random random, int depth)
    {
        if (depth == 0 || random.Next(6) == 0)
        {
            return random.Next(9) switch
            {
                0 => Numerals[random.Next(Numerals.Length)],
                1 or 2 => (random.Next(9) + (random.Next(2) == 0 ? 0 : 0.5)).ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => Letters[random.Next(Letters.Length)],
            };
        }
        string a = Make(random, depth - 1), b = Make(random, depth - 1);
        return random.Next(18) switch
        {
            0 or 1 => $"({a}) + ({b})",
            2 or 3 => $"({a}) - ({b})",
            4 or 5 => $"({a})*({b})",
            6 => $"({a})/({b})",
            7 => $"-({a})",
            8 => $"({a})^{random.Next(4)}",
            9 => $"e^({a})",
            10 => $"max({a}, {b})",
            11 => $"[({a}) {Pick(random, ">", ">=", "<", "<=", "=", "!=")} ({b})]*({b})",
            12 => $"√({a})",
            13 or 14 => $"([({a}) {Pick(random, ">", ">=", "<", "!=")} ({b})] ? {Make(random, depth - 1)} : {b})",
            15 => $"|({a})|",
            16 => Pick(random, $"leakyrelu({a}, 0.01234567)", $"elu({a}, 1.0507009873554805)", $"hardsigmoid({a})",
                $"celu({a}, 2e0)", $"softshrink({a}, 1/3)", $"threshold({a}, 1e-5, -2)"),
            _ => $"{Pick(random, "relu", "sigmoid", "tanh", "ln", "sin", "abs", "softplus")}({a})",
        };
    }

    private static string Pick(Random random, params ReadOnlySpan<string> of) => of[random.Next(of.Length)];
}
