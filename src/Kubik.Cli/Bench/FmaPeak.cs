// The limit for matrix products and convolutions: how many multiply-adds the cores can do when nothing has to be fetched.
// The loops keep everything in registers, with as many independent sums as hide the instruction's latency (about four
// cycles, two to four at a time). Of many short slices the fastest counts: what else runs on the machine only slows.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Cli.Bench;

internal static class FmaPeak
{
    private const int Rounds = 100_000; // about a tenth of a millisecond
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(250);

    // The results go here, so that the loops are not dropped as useless.
    private static float sink;

    /// <summary>Float32 operations a second of so many threads together, a multiply-add being two, in 10⁹.</summary>
    public static double Gigaflops(int threads)
    {
        double[] best = new double[threads];
        using Barrier together = new(threads);
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(t => new Thread(() => best[t] = OfThisThread(together)))];
        foreach (Thread thread in others) thread.Start();
        best[0] = OfThisThread(together);
        foreach (Thread thread in others) thread.Join();
        return best.Sum() / 1e9;
    }

    private static double OfThisThread(Barrier together)
    {
        (Func<int, float> loop, int lanes, int sums) =
            Vector512.IsHardwareAccelerated ? (Loop512, Vector512<float>.Count, 12)
            : Vector256.IsHardwareAccelerated ? (Loop256, Vector256<float>.Count, 12)
            : Vector128.IsHardwareAccelerated ? (Loop128, Vector128<float>.Count, 16)
            : ((Func<int, float>, int, int))(LoopOfNumbers, 1, 8);
        together.SignalAndWait();
        double best = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Long)
        {
            long slice = Stopwatch.GetTimestamp();
            sink = loop(Rounds);
            best = Math.Max(best, 2.0 * lanes * sums * Rounds / Stopwatch.GetElapsedTime(slice).TotalSeconds);
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Loop512(int rounds)
    {
        Vector512<float> x = Vector512.Create(0.9999f), c = Vector512.Create(1e-4f);
        Vector512<float> a = c, b = c, d = c, e = c, f = c, g = c, h = c, i = c, j = c, k = c, l = c, m = c;
        for (int round = 0; round < rounds; round++)
        {
            (a, b, d) = (Vector512.MultiplyAddEstimate(a, x, c), Vector512.MultiplyAddEstimate(b, x, c), Vector512.MultiplyAddEstimate(d, x, c));
            (e, f, g) = (Vector512.MultiplyAddEstimate(e, x, c), Vector512.MultiplyAddEstimate(f, x, c), Vector512.MultiplyAddEstimate(g, x, c));
            (h, i, j) = (Vector512.MultiplyAddEstimate(h, x, c), Vector512.MultiplyAddEstimate(i, x, c), Vector512.MultiplyAddEstimate(j, x, c));
            (k, l, m) = (Vector512.MultiplyAddEstimate(k, x, c), Vector512.MultiplyAddEstimate(l, x, c), Vector512.MultiplyAddEstimate(m, x, c));
        }
        return Vector512.Sum(a + b + d + e + f + g + h + i + j + k + l + m);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Loop256(int rounds) // twelve sums: with 16 registers more would not stay in them
    {
        Vector256<float> x = Vector256.Create(0.9999f), c = Vector256.Create(1e-4f);
        Vector256<float> a = c, b = c, d = c, e = c, f = c, g = c, h = c, i = c, j = c, k = c, l = c, m = c;
        for (int round = 0; round < rounds; round++)
        {
            (a, b, d) = (Vector256.MultiplyAddEstimate(a, x, c), Vector256.MultiplyAddEstimate(b, x, c), Vector256.MultiplyAddEstimate(d, x, c));
            (e, f, g) = (Vector256.MultiplyAddEstimate(e, x, c), Vector256.MultiplyAddEstimate(f, x, c), Vector256.MultiplyAddEstimate(g, x, c));
            (h, i, j) = (Vector256.MultiplyAddEstimate(h, x, c), Vector256.MultiplyAddEstimate(i, x, c), Vector256.MultiplyAddEstimate(j, x, c));
            (k, l, m) = (Vector256.MultiplyAddEstimate(k, x, c), Vector256.MultiplyAddEstimate(l, x, c), Vector256.MultiplyAddEstimate(m, x, c));
        }
        return Vector256.Sum(a + b + d + e + f + g + h + i + j + k + l + m);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Loop128(int rounds) // sixteen sums: some Arm cores begin four multiply-adds a cycle
    {
        Vector128<float> x = Vector128.Create(0.9999f), c = Vector128.Create(1e-4f);
        Vector128<float> a = c, b = c, d = c, e = c, f = c, g = c, h = c, i = c, j = c, k = c, l = c, m = c, n = c, o = c, p = c, q = c;
        for (int round = 0; round < rounds; round++)
        {
            (a, b, d, e) = (Vector128.MultiplyAddEstimate(a, x, c), Vector128.MultiplyAddEstimate(b, x, c), Vector128.MultiplyAddEstimate(d, x, c),
                Vector128.MultiplyAddEstimate(e, x, c));
            (f, g, h, i) = (Vector128.MultiplyAddEstimate(f, x, c), Vector128.MultiplyAddEstimate(g, x, c), Vector128.MultiplyAddEstimate(h, x, c),
                Vector128.MultiplyAddEstimate(i, x, c));
            (j, k, l, m) = (Vector128.MultiplyAddEstimate(j, x, c), Vector128.MultiplyAddEstimate(k, x, c), Vector128.MultiplyAddEstimate(l, x, c),
                Vector128.MultiplyAddEstimate(m, x, c));
            (n, o, p, q) = (Vector128.MultiplyAddEstimate(n, x, c), Vector128.MultiplyAddEstimate(o, x, c), Vector128.MultiplyAddEstimate(p, x, c),
                Vector128.MultiplyAddEstimate(q, x, c));
        }
        return Vector128.Sum(a + b + d + e + f + g + h + i + j + k + l + m + n + o + p + q);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LoopOfNumbers(int rounds)
    {
        float x = 0.9999f, c = 1e-4f;
        float a = c, b = c, d = c, e = c, f = c, g = c, h = c, i = c;
        for (int round = 0; round < rounds; round++)
        {
            (a, b, d, e) = (float.MultiplyAddEstimate(a, x, c), float.MultiplyAddEstimate(b, x, c), float.MultiplyAddEstimate(d, x, c),
                float.MultiplyAddEstimate(e, x, c));
            (f, g, h, i) = (float.MultiplyAddEstimate(f, x, c), float.MultiplyAddEstimate(g, x, c), float.MultiplyAddEstimate(h, x, c),
                float.MultiplyAddEstimate(i, x, c));
        }
        return a + b + d + e + f + g + h + i;
    }
}
