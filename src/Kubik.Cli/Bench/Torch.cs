// PyTorch at its best. How fast it is on a processor depends on the number of threads, on whether they wait spinning or
// sleeping (OMP_WAIT_POLICY), and on OpenBLAS knowing the processor; which is best differs from workload to workload by up
// to five times. So all settings are measured, and the best of them counts. What this shell's environment sets for itself
// of these is taken away.

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Kubik.Cli.Verbs;

namespace Kubik.Cli.Bench;

/// <summary>How PyTorch is run.</summary>
internal sealed record TorchSetting(int Threads, bool Passive)
{
    /// <summary>"2 threads, passive".</summary>
    public override string ToString() => $"{Terminal.Say.Count(this.Threads, "thread")}{(this.Passive ? ", passive" : "")}";

    /// <summary>All settings for at most so many threads.</summary>
    public static IReadOnlyList<TorchSetting> UpTo(int threads) =>
        [.. ((int[])[1, threads]).Distinct().SelectMany(n => (TorchSetting[])[new(n, Passive: false), new(n, Passive: true)])];
}

/// <summary>A Python that has PyTorch.</summary>
internal sealed class Torch
{
    private const string Install = "Install it, on Debian and Ubuntu with: sudo apt-get install python3-torch libopenblas0-openmp";

    // What others may have set for good reasons, and what would make PyTorch slower than it can be.
    private static readonly string[] Foreign = ["OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "GOTO_", "BLIS_", "DNNL_", "ONEDNN_", "ATEN_", "TORCH_"];

    private readonly string python;

    private Torch(string program) => this.python = program;

    /// <summary>The system's Python or the one on the PATH, whichever has PyTorch.</summary>
    /// <exception cref="MistakeException">None has; the message says what to install.</exception>
    public static Torch Find()
    {
        foreach (string candidate in (string[])["/usr/bin/python3", "python3", "python"])
        {
            try
            {
                Runner.Run(new(candidate, ["-c", "import torch; print(torch.__version__)"]), "importing torch");
                return new(candidate);
            }
            catch (Exception e) when (e is Win32Exception or MistakeException)
            {
                // No such program, or no PyTorch in it: the next.
            }
        }
        throw new MistakeException(
            $"--vs torch takes a Python that has PyTorch: neither /usr/bin/python3 nor the python3 on the PATH can import torch. {Install}");
    }

    /// <summary>PyTorch's steps.</summary>
    public Sample Measure(Workload workload, TorchSetting setting, TimeSpan time) =>
        Sample.Read(this.Run(Script(), [workload.Name, "--seconds", Runner.Seconds(time)], setting, $"PyTorch's {workload.Name}")[^1]);

    /// <summary>Runs a script with a setting and gives the lines that it wrote.</summary>
    public string[] Run(string script, IEnumerable<string> words, TorchSetting setting, string what)
    {
        ProcessStartInfo start = new(this.python, ["-", .. words]);
        foreach (string name in start.Environment.Keys.Where(k => Foreign.Any(f => k.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToList())
            start.Environment.Remove(name);
        start.Environment["OMP_NUM_THREADS"] = $"{setting.Threads}";
        if (setting.Passive) start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        if (Core() is { } core) start.Environment["OPENBLAS_CORETYPE"] = core;
        return Runner.Run(start, what, script);
    }

    /// <summary>What is wrong with what PyTorch multiplies matrices with; null when nothing is known to be.</summary>
    public static string? Complaint(Sample sample) =>
        sample.Blas is null || sample.Blas.Contains("openmp", StringComparison.OrdinalIgnoreCase)
            ? null
            : $"this PyTorch multiplies matrices with {sample.Blas}, not with OpenBLAS's OpenMP build, which is faster. {Install}";

    // An older OpenBLAS does not know a newer processor, and takes kernels without AVX-512 for it.
    private static string? Core() => HasAvx512() ? "SKYLAKEX" : Avx2.IsSupported ? "Haswell" : null;

    // From the system, since .NET can be told to do without.
    private static bool HasAvx512()
    {
        try
        {
            return Avx512BW.IsSupported
                || (File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo")
                    .Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" avx512bw", StringComparison.Ordinal)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Script()
    {
        using StreamReader reader = new(typeof(Torch).Assembly.GetManifestResourceStream("steps.py")!);
        return reader.ReadToEnd();
    }
}
