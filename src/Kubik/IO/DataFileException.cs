// The one exception for files: missing, unreadable, truncated, lying or hostile ones, and those that cannot be written.
// Its message is one sentence a person can act on: the file, what was found, what was expected, what to do.

namespace Kubik.IO;

/// <summary>A data file that cannot be read or written, with a message that names the file, what was found and what was expected.</summary>
/// <example><code>
/// try { Tensor x = Npy.Load("x.npy"); }
/// catch (DataFileException e) { Console.Error.WriteLine(e.Message); }   // x.npy: there is no such file.
/// </code></example>
public sealed class DataFileException : IOException
{
    /// <summary>Makes an error about a file.</summary>
    /// <param name="file">The file's path, or what the caller calls the stream.</param>
    /// <param name="problem">What is wrong: found, expected, what to do.</param>
    /// <param name="cause">The exception behind it, if there is one.</param>
    public DataFileException(string file, string problem, Exception? cause = null)
        : base(Printable($"{file}: {problem}"), cause) => this.File = file;

    /// <summary>The file's path, or the name the caller gave the stream.</summary>
    public string File { get; }

    /// <summary>Says in one sentence why the operating system refused a file.</summary>
    internal static DataFileException From(string file, string verb, Exception cause) => cause switch
    {
        DataFileException known => known,
        FileNotFoundException when verb == "written" => new(file, "cannot be written: no file can be made in this folder.", cause),
        FileNotFoundException => new(file, "there is no such file.", cause),
        DirectoryNotFoundException when verb == "written" => new(file, $"{Folder(file)}; create it first.", cause),
        DirectoryNotFoundException => new(file, $"there is no such file: {Folder(file)}.", cause),
        UnauthorizedAccessException when Directory.Exists(file) => new(file, $"cannot be {verb}: it is a folder, not a file.", cause),
        UnauthorizedAccessException => new(file, $"cannot be {verb}: permission denied; check the rights of the file and its folder.", cause),
        IOException when IsDiskFull(cause) => new(file, $"cannot be {verb}: the disk is full; free some space or choose another folder.", cause),
        _ => new(file, $"cannot be {verb}: {cause.Message}", cause),
    };

    private static string Folder(string file) => $"its folder '{Path.GetDirectoryName(Path.GetFullPath(file))}' does not exist";

    // What a message quotes from a file may be anything, even commands to the terminal it is printed on.
    private static string Printable(string text)
    {
        const int Most = 800;
        if (text.Length > Most) text = text[..Most] + "…";
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }

    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows; ENOSPC and EDQUOT of Linux; EDQUOT of macOS.
    private static bool IsDiskFull(Exception cause) =>
        (cause.HResult & 0xFFFF) is 0x70 or 0x27 && OperatingSystem.IsWindows()
        || cause.HResult is 28 or 122 or 69 && !OperatingSystem.IsWindows();
}
