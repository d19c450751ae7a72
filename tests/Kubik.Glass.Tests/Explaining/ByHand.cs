// What an explanation writes out for single entries, worked out again by a reader that knows nothing of Kubik: a calculator of
// four operations, powers and a few functions, on the digits that are printed. Rounded digits are intervals, so that a number
// is wrong when it cannot come out, and not when it is a little off.

using System.Globalization;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class ByHand
{
    [Theory]
    [InlineData("linear 3 | relu | linear 2", new[] { 2, 2 }, 30)]
    [InlineData("conv 2 3x3 pad=1 | relu | maxpool 2 | flatten | linear 2", new[] { 1, 1, 4, 4 }, 20)]
    [InlineData("avgpool 2 | flatten | linear 2 | softmax temperature=2", new[] { 1, 1, 4, 4 }, 8)]
    [InlineData("linear 2 | sigmoid | linear 2 | tanh", new[] { 1, 3 }, 20)]
    [InlineData("lstm 2 last=true | linear 1", new[] { 1, 3, 2 }, 20)]
    [InlineData("attention 1 causal=true", new[] { 1, 3, 2 }, 40)]
    [InlineData("batchnorm | linear 2", new[] { 3, 2 }, 10)]
    [InlineData("residual(linear 2 | tanh) | linear 2", new[] { 1, 2 }, 10)]
    public void Every_entry_comes_out(string notation, int[] shape, int least)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = new RandomStream(4, 1).Normal([.. shape]);
        Shape y = net.Build(x.Shape);
        long stream = 3;
        foreach (Parameter weight in net.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)) weight.Assign(new RandomStream(4, stream++).Normal(weight.Spec.Shape));
        Explanation explanation = net.Explain(x, new RandomStream(4, 2).Normal(y), new() { Optimizer = new Optim.Momentum(0.1, 0.9), Steps = 2 });
        int worked = 0;
        foreach (Entry entry in explanation.Steps.SelectMany(s => s.Equations).SelectMany(e => e.Entries))
        {
            string[] sides = entry.Text.Split([" = ", " ≈ "], StringSplitOptions.None);
            (double low, double high) = Calculator.Of(sides[^1]);
            foreach (string side in sides[1..^1].Where(s => !s.Contains('∘')))
            {
                (double from, double to) = Calculator.Of(side);
                Assert.True(from <= high && low <= to, $"{entry.Text}: from {from} to {to}");
                // Whether a winner is as great as the greatest, digits that were rounded cannot say: then it is 0 or the whole, and no more.
                if (side.Contains('≥') && Calculator.IsUndecided(side))
                {
                    (double kept, double lost) = (Calculator.Of(side, undecided: 1).Low, Calculator.Of(side, undecided: 0).High);
                    Assert.True(Calculator.Of(side, undecided: 1) is var all && all.High - all.Low <= 0.05 * (1 + Math.Abs(all.High)) && (Math.Abs(kept - low) <= 0.05 * (1 + Math.Abs(low)) || Math.Abs(lost - low) <= 0.05 * (1 + Math.Abs(low))), $"{entry.Text}: neither {kept} nor {lost}");
                }
                else Assert.True(to - from <= 0.05 * (1 + Math.Abs(to)), $"{entry.Text}: the digits say only from {from} to {to}");
                worked++;
            }
        }
        Assert.True(worked >= least, $"{worked} entries");
    }

    [Theory]
    [InlineData("1·(−0.5) + 2·3 + 1/3", -0.5 + 6 + 1.0 / 3)]
    [InlineData("e^(−2) / (e^1 + e^(−2) + e^0)", 0.0351190)]
    [InlineData("max(1, −2, 3)·[2 > 1]", 3)]
    [InlineData("√(2·8) − 2^3", -4)]
    [InlineData("1.5·10⁻²", 0.015)]
    public void The_calculator_is_right(string text, double value)
    {
        (double low, double high) = Calculator.Of(text);
        Assert.InRange(value, low - 1e-7, high + 1e-7);
        Assert.True(high - low < 0.3);
    }

    // Sums, products, powers and functions of intervals. A number with as many digits as are shown at most may be rounded.
    private sealed class Calculator
    {
        private readonly string text;
        private readonly int? undecided;
        private int at;
        private bool hasUndecided;

        /// <summary>Whether rounded digits do not say if a bracket holds.</summary>
        public static bool IsUndecided(string text)
        {
            Calculator c = new(text, null);
            c.Sum();
            return c.hasUndecided;
        }

        private Calculator(string text, int? undecided) => (this.undecided, this.text) = (undecided, text.Replace(" ", "", StringComparison.Ordinal));

        public static (double Low, double High) Of(string text, int? undecided = null)
        {
            Calculator c = new(text, undecided);
            (double, double) result = c.Sum();
            Assert.True(c.at == c.text.Length, $"'{c.text[c.at..]}' of {text} is not understood");
            return result;
        }

        private bool Take(string sign)
        {
            if (string.CompareOrdinal(this.text, this.at, sign, 0, sign.Length) != 0) return false;
            this.at += sign.Length;
            return true;
        }

        private (double Low, double High) Sum()
        {
            (double low, double high) = this.Product();
            while (true)
            {
                bool isPlus = this.Take("+");
                if (!isPlus && !this.Take("−")) return (low, high);
                (double a, double b) = this.Product();
                (low, high) = isPlus ? (low + a, high + b) : (low - b, high - a);
            }
        }

        private (double Low, double High) Product()
        {
            (double Low, double High) x = this.Power();
            while (true)
            {
                if (this.Take("·")) x = Hull(x, this.Power(), (a, b) => a * b);
                else if (this.Take("/")) x = Hull(x, this.Power(), (a, b) => a / b);
                else if (this.at < this.text.Length && this.text[this.at] is '(' or '[') x = Hull(x, this.Power(), (a, b) => a * b);
                else return x;
            }
        }

        private (double Low, double High) Power()
        {
            if (this.Take("−")) return this.Power() is var (a, b) ? (-b, -a) : default;
            if (this.Take("e^")) return Grown(this.Power(), Math.Exp);
            (double Low, double High) x = this.Atom();
            if (this.Take("²")) x = x.Low <= 0 && x.High >= 0 ? (0, Math.Max(x.Low * x.Low, x.High * x.High)) : Hull(x, x, (a, b) => a * b);
            else if (this.Take("^")) x = Hull(x, this.Power(), Math.Pow);
            return x;
        }

        private (double Low, double High) Atom()
        {
            if (this.Take("(")) return this.Closed(")");
            if (this.Take("√")) return Grown(this.Atom(), v => Math.Sqrt(Math.Max(v, 0)));
            if (this.Take("[")) // of 0 and 1
            {
                (double Low, double High) left = this.Sum();
                Assert.True(this.Take(">") || this.Take("≥"));
                (double Low, double High) right = this.Closed("]");
                (int low, int high) = (left.Low > right.High ? 1 : 0, left.High >= right.Low ? 1 : 0);
                this.hasUndecided |= low != high;
                return low != high && this.undecided is { } taken ? (taken, taken) : (low, high);
            }
            if (this.Take("tanh(")) return Grown(this.Closed(")"), Math.Tanh);
            if (this.Take("sigmoid(")) return Grown(this.Closed(")"), v => 1 / (1 + Math.Exp(-v)));
            if (this.Take("relu(")) return Grown(this.Closed(")"), v => Math.Max(v, 0));
            if (this.Take("ln(")) return Grown(this.Closed(")"), Math.Log);
            if (this.Take("max("))
            {
                (double Low, double High) most = this.Sum();
                while (this.Take(",")) most = this.Sum() is var (a, b) ? (Math.Max(most.Low, a), Math.Max(most.High, b)) : default;
                Assert.True(this.Take(")"));
                return most;
            }
            return this.Number();
        }

        private (double Low, double High) Closed(string end)
        {
            (double Low, double High) inside = this.Sum();
            Assert.True(this.Take(end), $"'{end}' is missing at '{this.text[this.at..]}' of {this.text}");
            return inside;
        }

        private (double Low, double High) Number()
        {
            int from = this.at;
            while (this.at < this.text.Length && (char.IsAsciiDigit(this.text[this.at]) || this.text[this.at] == '.')) this.at++;
            string digits = this.text[from..this.at];
            Assert.True(digits.Length > 0, $"a number is expected at '{this.text[from..]}' of {this.text}");
            int places = digits.Contains('.') ? digits.Length - digits.IndexOf('.') - 1 : 0, power = 0;
            if (this.Take("·10") && this.at < this.text.Length && "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".Contains(this.text[this.at]))
            {
                int sign = this.Take("⁻") ? -1 : 1;
                while (this.at < this.text.Length && "⁰¹²³⁴⁵⁶⁷⁸⁹".IndexOf(this.text[this.at]) is >= 0 and var digit) (power, this.at) = (10 * power + digit, this.at + 1);
                power *= sign;
            }
            else if (this.text[from..this.at] != digits)
            {
                this.at = from + digits.Length; // a product with ten
            }
            double x = double.Parse(digits, CultureInfo.InvariantCulture), scale = Math.Pow(10, power);
            // Noughts at the end are not written: 0.26 may be 0.26004, and from 100 on 120.5 may be 120.504.
            double half = x >= 100 ? (digits.Contains('.') ? 0.005 : 0) : 0.5 * Math.Pow(10, -Math.Max(places, places < 3 ? 4 : places));
            return ((x - half) * scale, (x + half) * scale);
        }

        private static (double Low, double High) Grown((double Low, double High) x, Func<double, double> f) => (f(x.Low), f(x.High));

        private static (double Low, double High) Hull((double Low, double High) x, (double Low, double High) y, Func<double, double, double> f)
        {
            double[] all = [f(x.Low, y.Low), f(x.Low, y.High), f(x.High, y.Low), f(x.High, y.High)];
            return (all.Min(), all.Max());
        }
    }
}
