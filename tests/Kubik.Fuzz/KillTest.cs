// kill -9 at any moment must leave a file that loads: a child process rewrites one file as fast as it can, is killed
// after a random time, and the file has to be whole every time.

using System.Diagnostics;
using Kubik.IO;

namespace Kubik.Fuzz;

/// <summary>Kills writers and looks at what they leave.</summary>
internal static class KillTest
{
    private const int Elements = 200_000;

    /// <summary>The child: writes checkpoints of equal numbers until it is killed.</summary>
    public static int WriteForever(string path)
    {
        for (int n = 1; ; n++)
            Safetensors.Save(path, new Dictionary<string, Tensor> { ["w"] = Tensor.Full([Elements], n) }, new Dictionary<string, string> { ["n"] = $"{n}" });
    }

    /// <summary>The parent.</summary>
    public static int Run(int times)
    {
        string folder = Directory.CreateTempSubdirectory("kubik-kill-").FullName;
        string path = Path.Combine(folder, "model.safetensors");
        Random random = new(1);
        int bad = 0, leftOver = 0;
        for (int i = 0; i < times; i++)
        {
            using Process child = Process.Start(Environment.ProcessPath!, ["write", path]);
            // The first time a whole file must have been written; afterwards any moment will do.
            while (!File.Exists(path) && !child.HasExited) Thread.Sleep(5);
            Thread.Sleep(100 + random.Next(200));
            child.Kill();
            child.WaitForExit();
            if (!IsWhole(path)) bad++;
            leftOver += Directory.GetFiles(folder, ".model*").Length;
            foreach (string file in Directory.GetFiles(folder, ".model*")) File.Delete(file);
        }
        Directory.Delete(folder, recursive: true);
        Console.WriteLine($"kill: {times} writers killed, {leftOver} of them in the middle of a write, {bad} files broken");
        return bad == 0 ? 0 : 1;
    }

    private static bool IsWhole(string path)
    {
        try
        {
            SafetensorsFile file = Safetensors.Load(path);
            float n = float.Parse(file.Metadata["n"]);
            return !file["w"].AsSpan<float>().ContainsAnyExcept(n);
        }
        catch (DataFileException e)
        {
            Console.Error.WriteLine(e.Message);
            return false;
        }
    }
}
