// What the tests of the file formats share: where the golden files are, folders that go away, streams that are as
// unhelpful as a stream may be, and what it means that a reader refuses a file.

using Kubik.IO;

namespace Kubik.Tests.IO;

/// <summary>Files for tests.</summary>
internal static class Files
{
    public static string Repository { get; } = FindRepository();

    /// <summary>A file of tests/golden/io, written by another implementation (see tests/golden/make_io.py).</summary>
    public static string Golden(params string[] parts) => Path.Combine([Repository, "tests", "golden", "io", .. parts]);

    /// <summary>Asserts that a reader says what is wrong, in one sentence that names the file and these things.</summary>
    public static DataFileException Refuses(Action read, params string[] mentions)
    {
        DataFileException e = Assert.Throws<DataFileException>(read);
        Assert.StartsWith($"{e.File}: ", e.Message, StringComparison.Ordinal);
        foreach (string mention in mentions) Assert.Contains(mention, e.Message, StringComparison.Ordinal);
        return e;
    }

    public static byte[] Written(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kubik.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests run outside the repository; they need its tests/golden folder.");
    }
}

/// <summary>A new folder that is removed afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kubik-io-").FullName;

    public string File(string name) => System.IO.Path.Combine(this.Path, name);

    public void Dispose() => Directory.Delete(this.Path, recursive: true);
}
