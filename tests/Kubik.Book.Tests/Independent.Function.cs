using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Function => new(StringComparer.Ordinal)
    {
        ["1.1"] = g => new()
        {
            ["gamma1"] = [g.Vector("v")[0] * g.Matrix("w")[0, 0] + g.Vector("v")[1] * g.Matrix("w")[0, 1]],
            ["gamma2"] = [g.Vector("v")[0] * g.Matrix("w")[1, 0] + g.Vector("v")[1] * g.Matrix("w")[1, 1]],
        },
        ["1.2"] = g =>
        {
            double[] x = g.Vector("x"), h = [.. Enumerable.Range(0, 2).Select(j => Math.Max(0, Enumerable.Range(0, 3).Sum(i => x[i] * g.Matrix("W")[i, j])))];
            return new() { ["h1"] = [h[0]], ["h2"] = [h[1]], ["y"] = [Math.Max(0, h[0] * g.Vector("v")[0] + h[1] * g.Vector("v")[1] + g.Number("c"))] };
        },
        ["1.3"] = g =>
        {
            // The numbers of the formula in the order in which they stand there; where none stands it is 1.
            string f = g.Text("f").Replace('−', '-').Replace(" ", "")["max(0,".Length..].Replace("max(0,", "m").Replace("x₁", "x").Replace("x₂", "x").Replace("x1", "x").Replace("x2", "x");
            double[] n = [.. Regex.Matches(Regex.Replace(f, "(?<![0-9·*])([mx])", "1$1"), "-?[0-9]+").Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
            Assert.Equal(9, n.Length);
            return new() { ["W1"] = [n[1], n[5], n[2], n[6]], ["b1"] = [n[3], n[7]], ["W2"] = [n[0], n[4]], ["b2"] = [n[8]] };
        },
        ["1.10"] = g => new() { ["n"] = [g.Vector("sizes").Zip(g.Vector("sizes")[1..], (i, o) => (i + 1) * o).Sum()] },
    };
}
