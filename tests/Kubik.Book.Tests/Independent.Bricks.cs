namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Bricks => new(StringComparer.Ordinal)
    {
        ["5.4"] = g =>
        {
            double[] z = g.Vector("z"), t = g.Vector("T");
            double[] At(double temperature) => [.. z.Select(a => 1 / z.Sum(b => Math.Exp((b - a) / temperature)))];
            return new() { ["p1"] = At(t[0]), ["p2"] = At(t[1]), ["p3"] = At(t[2]), ["p_cold"] = [.. z.Select(a => a == z.Max() ? 1.0 : 0)], ["p_hot"] = [1 / 3.0, 1 / 3.0, 1 / 3.0] };
        },
    };
}
