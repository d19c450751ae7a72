namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Frameworks => new(StringComparer.Ordinal)
    {
    };
}
