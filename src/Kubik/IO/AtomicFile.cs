// A file that is either the old one or the new one, never half of one: written beside under another name, flushed to
// the disk, then renamed over, which file systems do in one step. Whatever fails on the way (a full disk, an exception
// of the writer, kill -9, a power cut) the file under the real name is untouched.

using System.Text;

namespace Kubik.IO;

/// <summary>Replaces files in one step, so that a reader or a crash never meets a half-written one.</summary>
public static class AtomicFile
{
    private const string Suffix = ".tmp";
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1); // no writer is silent for that long

    /// <summary>Replaces a file by what <paramref name="write"/> writes.</summary>
    /// <param name="path">The file; its folder must exist. A link is followed.</param>
    /// <param name="write">Writes the content to the stream it gets, which can seek.</param>
    /// <exception cref="DataFileException">The file cannot be written: no such folder, no right, full disk. The old file is intact.</exception>
    /// <remarks>An exception of <paramref name="write"/> passes through, after the temporary file has been removed.</remarks>
    /// <example><code>AtomicFile.Write("model.bin", stream => stream.Write(bytes));</code></example>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = "";
        try
        {
            string target = new FileInfo(path).LinkTarget is null
                ? Path.GetFullPath(path)
                : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            if (Directory.Exists(target)) throw new DataFileException(path, "cannot be written: it is a folder, not a file.");
            if (IsDevice(target)) throw new DataFileException(path, "cannot be written: it is a device, and a rename would replace it by a file.");
            RemoveStale(target);
            temporary = TemporaryName(target);
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true); // else the rename may reach the disk before the content
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException) throw DataFileException.From(path, "written", e);
            throw;
        }
    }

    /// <summary>Replaces a file by bytes.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})" path="/exception"/>
    /// <example><code>AtomicFile.WriteBytes("state.bin", [1, 2, 3]);</code></example>
    public static void WriteBytes(string path, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Replaces a file by text, in UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})" path="/exception"/>
    /// <example><code>AtomicFile.WriteText("report.html", html);</code></example>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteBytes(path, Encoding.UTF8.GetBytes(text));
    }

    // Hidden on Unix, and no name that a program looking for *.safetensors or *.csv would take for its own.
    private static string TemporaryName(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}{Suffix}");

    // What a killed process left behind. A living writer's file is newer than that.
    private static void RemoveStale(string target)
    {
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.*{Suffix}"))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(left) > StaleAfter) TryDelete(left);
        }
    }

    private static bool IsDevice(string target) =>
        !OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal) && !target.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static void TryDelete(string temporary)
    {
        try
        {
            if (temporary.Length > 0) File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report; a left-over is removed by a later write.
        }
    }
}
