// The independent evaluator of what an explanation prints: every line of numbers is read as a formula and worked out again. Printed
// numbers are rounded, so each is moved by half a unit of its last digit to see how far the result may be off.

using System.Globalization;
using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Explaining;

internal static partial class PrintedNumbers
{
    /// <summary>Works out every entry that is written out; gives how many there are.</summary>
    public static int Entries(Explanation explanation)
    {
        int checkedEntries = 0;
        foreach (Entry entry in explanation.Steps.SelectMany(s => s.Equations).SelectMany(e => e.Entries))
        {
            int equals = entry.Text.IndexOf(" = ", StringComparison.Ordinal), result = entry.Text.LastIndexOfAny(['=', '≈']);
            double wanted = Value(Plain(entry.Text[(result + 1)..]));
            foreach (string computed in Sides(Plain(entry.Text[(equals + 3)..(result - 1)])))
            {
                (double[] got, double[] blur) = Worked(computed);
                Assert.True(Math.Abs(wanted - Assert.Single(got)) <= blur[0] + HalfUnit(Plain(entry.Text[(result + 1)..])),
                    $"{entry.Text}: {got[0]} ± {blur[0]}");
            }
            checkedEntries++;
        }
        return checkedEntries;
    }

    /// <summary>Works out every line with numbers that formulas can be read from; gives how many there are.</summary>
    public static int Lines(Explanation explanation)
    {
        int read = 0;
        foreach (Equation equation in explanation.Steps.SelectMany(s => s.Equations).Where(e => e.Numbers is not null))
        {
            string[] sides = SoftmaxOfRow().Replace(SoftmaxOfRows().Replace(Plain(equation.Numbers!), RowByRow), "softmax([${row}])'")
                .Split([" = ", " ≈ ", " ← "], StringSplitOptions.None);
            if (sides.Length < 3 || equation.Result.Value.Values is not { } wanted) continue;
            (double[] got, double[] blur) = ([], []);
            try
            {
                (got, blur) = Worked(Squared().Replace(Row().Replace(sides[^2], "[[${row}]]"), "(${matrix} ∘ ${matrix})"));
            }
            catch (Exception e) when (e is FormulaException or ShapeException or ArgumentException)
            {
                continue; // a notation that formulas of the command line do not have
            }
            if (got.Length != wanted.Count) continue;
            for (int i = 0; i < got.Length; i++)
                Assert.True(Math.Abs(got[i] - wanted[i]) <= blur[i], $"{equation.Numbers}: {got[i]} ± {blur[i]}, not {wanted[i]}");
            // What is printed is the value, and = stands where it is what the printed numbers give, digit for digit.
            (double[] printed, double[] half) = Worked(Row().Replace(sides[^1], "[[${row}]]"));
            bool isEqual = equation.Numbers!.LastIndexOf(" = ", StringComparison.Ordinal) > equation.Numbers.LastIndexOf(" ≈ ", StringComparison.Ordinal);
            Assert.Equal(got.Length, printed.Length);
            for (int i = 0; i < got.Length; i++)
            {
                Assert.True(Math.Abs(printed[i] - wanted[i]) <= half[i], $"{equation.Numbers}: {printed[i]} ± {half[i]}, not {wanted[i]}");
                if (isEqual) Assert.True(Math.Abs(printed[i] - got[i]) <= 1e-9 * Math.Max(1, Math.Abs(got[i])), $"{equation.Numbers}: = and not {got[i]}");
            }
            read++;
        }
        return read;
    }

    // What stands between signs of equality, but not between those of a bracket: [x = max(x, y)] asks.
    private static List<string> Sides(string text)
    {
        List<string> sides = [];
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '[' or '(' ? 1 : text[i] is ']' or ')' ? -1 : 0;
            if (depth > 0 || !text.AsSpan(i).StartsWith(" = ", StringComparison.Ordinal)) continue;
            sides.Add(text[start..i]);
            start = i + " = ".Length;
        }
        Assert.Equal(0, depth);
        return [.. sides, text[start..]];
    }

    // The value of printed arithmetic, and how far it may be off since its numbers are rounded: each is moved by half a unit of its last
    // digit, but not where it is asked whether it equals another.
    private static (double[] Value, double[] Blur) Worked(string text)
    {
        List<(string Name, double Value, double Half)> numbers = [];
        MatchCollection equalities = Equality().Matches(text), options = Options().Matches(text);
        Formula formula = Formula.Parse(Number().Replace(text, m =>
        {
            if (options.Any(o => m.Index >= o.Index && m.Index < o.Index + o.Length)) return m.Value;
            bool isCompared = equalities.Any(e => m.Index >= e.Index && m.Index < e.Index + e.Length);
            numbers.Add(($"p{numbers.Count}", double.Parse(m.Value, CultureInfo.InvariantCulture), isCompared ? 0 : HalfUnit(m.Value)));
            return numbers[^1].Name;
        }));
        double[] value = At(-1, 0), blur = [.. value.Select(v => 1e-9 * Math.Max(1, Math.Abs(v)))];
        for (int i = 0; i < numbers.Count; i++)
        {
            double[] up = At(i, 1), down = At(i, -1);
            for (int k = 0; k < value.Length; k++) blur[k] += 1.1 * Math.Max(Math.Abs(up[k] - value[k]), Math.Abs(down[k] - value[k]));
        }
        return (value, blur);

        double[] At(int moved, int sign) =>
            formula.At([.. numbers.Select((n, i) => (n.Name, Tensor.Scalar(n.Value + (i == moved ? sign * n.Half : 0), DType.Float64)))]).ToDoubles();
    }

    // As numbers are printed: four decimals, fewer of big ones, four digits of small ones.
    private static double HalfUnit(string number)
    {
        Match m = Number().Match(number);
        double size = Math.Abs(double.Parse(m.Value, CultureInfo.InvariantCulture));
        int e = m.Value.IndexOf('e', StringComparison.Ordinal);
        return size == 0 ? 0
            : e >= 0 ? 0.5e-3 * Math.Pow(10, int.Parse(m.Value[(e + 1)..], CultureInfo.InvariantCulture))
            : size >= 100 ? 0.5e-2 : size >= 0.01 ? 0.5e-4 : 0.5e-5;
    }

    private static double Value(string text) => Formula.Parse(text).At((ReadOnlySpan<(string, double)>)[]);

    // 5·10⁻⁴ as a number that can be read, and 10⁻⁴.
    private static string Plain(string text) =>
        Power().Replace(text, m =>
        {
            IEnumerable<char> digits = m.Groups["power"].Value.Select(c => c == '⁻' ? '-' : (char)('0' + "⁰¹²³⁴⁵⁶⁷⁸⁹".IndexOf(c)));
            return $"{(m.Groups["times"].Success ? "" : "1")}e{string.Concat(digits)}";
        });

    [GeneratedRegex(@"\[[^\[\]]* = [^\[\]]*\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Equality();

    // α of elu(x; α): a number of the function.
    [GeneratedRegex(@";[^();]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Options();

    [GeneratedRegex(@"((?<times>(?<=\d)·)|(?<![\w.])(?=10⁻))10(?<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Power();

    [GeneratedRegex(@"(?<![\w.])\d+(\.\d+)?(e-?\d+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Number();

    // Of each element here, the product of matrices in a formula.
    [GeneratedRegex(@"(?<matrix>\[\[((?!\]\])[^()])*\]\])²", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Squared();

    // Of each row here, of all in a formula: exp(X − ln(exp(X)·J)), with J of ones, which adds up rows.
    private static string RowByRow(Match softmax)
    {
        string x = softmax.Groups["rows"].Value;
        int columns = x[..x.IndexOf(']', StringComparison.Ordinal)].Split(", ").Length;
        string ones = $"[{string.Join(", ", Enumerable.Repeat($"[{string.Join(", ", Enumerable.Repeat("1", columns))}]", columns))}]";
        return $"exp({x} - ln(exp({x})*{ones}))";
    }

    [GeneratedRegex(@"softmax\((?<rows>−?\[\[((?!\]\])[^()])*\]\]( / [\d.]+)?)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex SoftmaxOfRows();

    // softmax((1, 2)): a formula's is that of a column.
    [GeneratedRegex(@"softmax\(\((?<row>(−?[\d.e/-]+, )+−?[\d.e/-]+)\)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex SoftmaxOfRow();

    // (1, 2), where it is no list of a function's arguments.
    [GeneratedRegex(@"(?<![\w])\((?<row>(−?[\d.e/-]+, )+−?[\d.e/-]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Row();
}
