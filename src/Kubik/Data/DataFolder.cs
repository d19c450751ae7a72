// Where the data that ships with a clone is: in the folder KUBIK_DATA names, else in a folder "data" beside the program
// or above it, or beside the current folder or above it. A program started from anywhere in a clone finds it.

using Kubik.IO;

namespace Kubik.Data;

/// <summary>Finds the files that ship with a clone.</summary>
internal sealed class DataFolder(string? given, params IReadOnlyList<string> starts)
{
    public const string Variable = "KUBIK_DATA";
    private const string FolderName = "data";

    /// <summary>As this program's surroundings say.</summary>
    public static DataFolder Here =>
        new(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory, Environment.CurrentDirectory);

    /// <summary>The folder that has all files of a data set; null when none has.</summary>
    public string? TryFind(DatasetInfo info) =>
        this.Candidates().FirstOrDefault(folder => info.Files.All(file => File.Exists(Path.Combine(folder, file))));

    /// <summary>The paths of a data set's files.</summary>
    /// <exception cref="DataFileException">They are nowhere; the message says where was looked.</exception>
    public string[] Find(DatasetInfo info)
    {
        if (this.TryFind(info) is string folder) return [.. info.Files.Select(file => Path.Combine(folder, file))];
        string[] looked = [.. this.Candidates()];
        string? near = looked.FirstOrDefault(Directory.Exists);
        string missing = near is null ? info.Files[0] : info.Files.First(file => !File.Exists(Path.Combine(near, file)));
        throw new DataFileException(info.Name, $"its file '{missing}' is not there. Looked in {string.Join(", ", looked.Select(f => $"'{f}'"))}. "
            + $"The data ships in the folder '{FolderName}' of a clone of Kubik: run inside the clone, or set {Variable} to that folder.");
    }

    // Whoever sets the variable means that folder and no other.
    private IEnumerable<string> Candidates()
    {
        if (!string.IsNullOrEmpty(given)) return [Path.GetFullPath(given)];
        return starts.SelectMany(Upward).Select(folder => Path.Combine(folder, FolderName)).Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Upward(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent) yield return Path.TrimEndingDirectorySeparator(folder.FullName);
    }
}
