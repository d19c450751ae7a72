using System.Runtime.CompilerServices;

namespace Kubik.Tests;

/// <summary>Where the golden files are: in the source tree, beside the scripts that made them.</summary>
internal static class Golden
{
    public static string Path(string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Here())!, "..", "golden", name);

    private static string Here([CallerFilePath] string file = "") => file;
}
