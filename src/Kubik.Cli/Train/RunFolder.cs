// A run's folder and the files in it. A run that is there is never overwritten; a folder that was made for a run which
// then could not begin is taken away again.

using Kubik.Cli.Terminal;
using Kubik.Cli.Verbs;

namespace Kubik.Cli.Train;

/// <summary>Where a run keeps its files.</summary>
internal sealed class RunFolder
{
    private const string ModelName = "model.safetensors", CheckpointName = "checkpoint.safetensors", Runs = "runs";
    private readonly bool isNew;

    private RunFolder(string path, bool isNew) => (this.Path, this.isNew) = (path, isNew);

    public string Path { get; }

    /// <summary>The trained network: all that is needed to use it.</summary>
    public string Model => this.File(ModelName);

    /// <summary>The state of the training, for --resume.</summary>
    public string Checkpoint => this.File(CheckpointName);

    /// <summary>A line of JSON for every epoch.</summary>
    public string Metrics => this.File("metrics.jsonl");

    public string Report => this.File("report.html");

    /// <summary>A sample of the test part, to try predict on.</summary>
    public string Sample(string extension) => this.File($"sample{extension}");

    /// <summary>Makes the folder of a new run.</summary>
    /// <exception cref="MistakeException">It cannot be made, or a run is there already.</exception>
    public static RunFolder Create(string? asked, string net)
    {
        string path = System.IO.Path.GetFullPath(asked ?? Unused(System.IO.Path.Combine(Runs, $"{DateTime.Now:yyyyMMdd-HHmmss}-{net}")));
        RunFolder folder = new(path, !Directory.Exists(path));
        if (System.IO.File.Exists(path)) throw new MistakeException($"--out '{asked}' is a file; give a folder, which need not exist yet.");
        if (System.IO.File.Exists(folder.Model) || System.IO.File.Exists(folder.Checkpoint))
        {
            string name = Tool.Argument(path);
            throw new MistakeException(System.IO.File.Exists(folder.Model)
                ? $"there is a trained network in '{Tool.Short(path)}' already, and it is not overwritten. "
                    + $"Give another --out, remove the folder, or go on with it: {Tool.Name} train --resume {name}"
                : $"there is an interrupted run in '{Tool.Short(path)}' already. Go on with it: {Tool.Name} train --resume {name}; or give another --out.");
        }
        if (HasContent(path))
            throw new MistakeException(
                $"--out '{Tool.Short(path)}' is a folder with other files in it, and no run; name a new folder, which need not exist yet.");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MistakeException(
                $"the folder '{Tool.Short(path)}' for the run cannot be made: {e.Message.TrimEnd('.')}. "
                + "Give a folder that you may write in with --out DIR.", e);
        }
        return folder;
    }

    /// <summary>The folder of a run to go on with; a path to its checkpoint or model is understood too.</summary>
    /// <exception cref="MistakeException">There is no run to go on with.</exception>
    public static RunFolder Existing(string path)
    {
        if (System.IO.File.Exists(path) && System.IO.Path.GetFileName(path) is not (ModelName or CheckpointName))
            throw new MistakeException($"--resume: '{path}' is a file; give the folder of the run.");
        RunFolder folder = new(
            System.IO.Path.GetFullPath(System.IO.File.Exists(path) ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))! : path), isNew: false);
        folder.Sweep();
        if (!Directory.Exists(folder.Path))
            throw new MistakeException($"--resume: there is no folder '{path}'.{Nearest(path)} Give the folder of a run that was interrupted.");
        return System.IO.File.Exists(folder.Checkpoint)
            ? folder
            : throw new MistakeException(
                $"--resume: '{path}' holds no {CheckpointName}, so there is nothing to go on from: "
                + "it is no run's folder, or the run was ended before its first step. "
                + $"Start anew{(HasContent(folder.Path) ? " with 'train'." : $": {Tool.Name} train --out {Tool.Argument(folder.Path)}")}");
    }

    /// <summary>The model in a run's folder when a folder is given; else the path itself.</summary>
    public static string ModelAt(string path) => Directory.Exists(path) ? System.IO.Path.Combine(path, ModelName) : path;

    /// <summary>The settings of the run that a model lies in; null when there is no run that can be read.</summary>
    public static RunSettings? SettingsBeside(string model)
    {
        RunFolder folder = new(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(model))!, isNew: false);
        try
        {
            return System.IO.File.Exists(folder.Checkpoint) ? TrainingRun.Read(folder).Settings : null;
        }
        catch (Exception e) when (e is IOException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether all that a run writes at its end is newer than its last checkpoint.</summary>
    public bool IsWritten => System.IO.File.Exists(this.Model) && System.IO.File.Exists(this.Report)
        && System.IO.File.GetLastWriteTimeUtc(this.Report) >= System.IO.File.GetLastWriteTimeUtc(this.Checkpoint);

    /// <summary>Whether an epoch has been finished here.</summary>
    public bool HasEpochs => System.IO.File.Exists(this.Metrics);

    /// <summary>Takes away what a run has written that has nothing to keep; the folder too if it was made for the run.</summary>
    public void Undo()
    {
        try
        {
            if (this.isNew) Directory.Delete(this.Path, recursive: true);
            else System.IO.File.Delete(this.Checkpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong before is what the user has to know.
        }
    }

    // What a killed process was writing when it was killed.
    private void Sweep()
    {
        if (!System.IO.File.Exists(this.Checkpoint)) return;
        try
        {
            foreach (string left in Directory.EnumerateFiles(this.Path, ".*.tmp")) System.IO.File.Delete(left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are in nobody's way.
        }
    }

    // Half-written files of a killed process do not count.
    private static bool HasContent(string path) =>
        Directory.Exists(path)
            && Directory.EnumerateFileSystemEntries(path).Any(e => System.IO.Path.GetFileName(e) is not (['.', ..] and [.., '.', 't', 'm', 'p']));

    private string File(string name) => System.IO.Path.Combine(this.Path, name);

    private static string Unused(string path)
    {
        string free = path;
        for (int i = 2; Directory.Exists(free); i++) free = $"{path}-{i}";
        return free;
    }

    private static string Nearest(string path)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        string? parent = System.IO.Path.GetDirectoryName(full);
        return Directory.Exists(parent)
            ? Suggestion.DidYouMean(System.IO.Path.GetFileName(full), Directory.EnumerateDirectories(parent).Select(d => System.IO.Path.GetFileName(d)!)) : "";
    }
}
