// Texts that people read are kept in a file and compared as a whole, so that a change to one of them is seen.

namespace Kubik.Tests.Ops;

internal static class Approved
{
    /// <summary>Compares the lines with an approved file of the tests.</summary>
    public static void Equal(string file, IEnumerable<string> lines)
    {
        string path = Path.Combine(Root, "tests", "Kubik.Tests", file), actual = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable("KUBIK_APPROVE") == "1") File.WriteAllText(path, actual);
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected == actual) return;
        string[] added = [.. actual.Split('\n').Except(expected.Split('\n'))], gone = [.. expected.Split('\n').Except(actual.Split('\n'))];
        Assert.Fail($"{file} has other texts:\n{string.Join('\n', gone.Select(l => "- " + l).Concat(added.Select(l => "+ " + l)))}\n"
            + "If the new texts are right, run the tests once with KUBIK_APPROVE=1 and commit the file.");
    }

    /// <summary>The repository's folder: the one above the test binaries that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kubik.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"There is no Kubik.slnx above {AppContext.BaseDirectory}.");
    }
}
