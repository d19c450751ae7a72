// The sums of the lanes of many vectors: 16 vectors are turned, then their lanes lie above one another and are added side by side.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class LaneSums
{
    private const int Lanes = 16;

    /// <summary>to[i] = the sum of the 16 numbers from rows + 16·i on, or that added to it.</summary>
    [SkipLocalsInit]
    public static void Run(float* rows, int count, float* to, bool add = false)
    {
        float* turned = stackalloc float[Lanes * Lanes];
        for (int first = 0; first < count; first += Lanes)
        {
            int some = Math.Min(Lanes, count - first);
            if (some < Lanes) new Span<float>(turned, Lanes * Lanes).Clear();
            Transposition.Run(rows + first * Lanes, Lanes, some, Lanes, turned, Lanes);
            for (int apart = Lanes / 2; apart > 0; apart /= 2)
                for (int i = 0; i < apart; i++) (Vector512.Load(turned + i * Lanes) + Vector512.Load(turned + (i + apart) * Lanes)).Store(turned + i * Lanes);
            for (int i = 0; i < some; i++) to[first + i] = add ? to[first + i] + turned[i] : turned[i];
        }
    }
}
