// The limit for what computes little: how fast the threads together read memory that no cache holds. Of several passes the
// fastest counts.

using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kubik.KernelBench;

internal static class MemoryPeak
{
    private const int Passes = 8, Numbers = 32 << 20; // 128 MB for each thread

    /// <summary>10⁹ bytes a second of so many threads together.</summary>
    public static double GigabytesPerSecond(int threads)
    {
        float[][] memory = new float[threads][];
        double[] best = new double[threads];
        using Barrier together = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            memory[t] = new float[Numbers];
            Array.Fill(memory[t], 1f); // pages that were never written are all the same page of zeros
            for (int pass = 0; pass < Passes; pass++)
            {
                together.SignalAndWait();
                long start = Stopwatch.GetTimestamp();
                float sum = Sum(memory[t]);
                double rate = sizeof(float) * (double)Numbers / Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (float.IsFinite(sum)) best[t] = Math.Max(best[t], rate);
            }
        }))];
        foreach (Thread thread in all) thread.Start();
        foreach (Thread thread in all) thread.Join();
        return best.Sum() / 1e9;
    }

    private static float Sum(float[] x)
    {
        ReadOnlySpan<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(x);
        Vector<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i + 4 <= v.Length; i += 4) (a, b, c, d) = (a + v[i], b + v[i + 1], c + v[i + 2], d + v[i + 3]);
        return Vector.Sum(a + b + c + d);
    }
}
