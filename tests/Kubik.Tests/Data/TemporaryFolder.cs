// A folder for one test, gone afterwards.

using Kubik.IO;

namespace Kubik.Tests.Data;

internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => this.Path = Directory.CreateTempSubdirectory("kubik-data-").FullName;

    public string Path { get; }

    /// <summary>Writes a text, making its folders, and gives its path.</summary>
    public string Text(string name, string content)
    {
        string path = this.PathOf(name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a picture of one shade or colour.</summary>
    public string Picture(string name, int width, int height, params byte[] pixel)
    {
        string path = this.PathOf(name);
        byte[] pixels = [.. Enumerable.Range(0, width * height * pixel.Length).Select(i => pixel[i % pixel.Length])];
        Png.Save(path, new Image(width, height, pixel.Length, pixels));
        return path;
    }

    /// <summary>Writes a tensor as IDX.</summary>
    public string Idx(string name, Tensor x)
    {
        string path = this.PathOf(name);
        Kubik.IO.Idx.Save(path, x);
        return path;
    }

    public string PathOf(string name)
    {
        string path = System.IO.Path.Combine(this.Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    public void Dispose() => Directory.Delete(this.Path, recursive: true);
}
