namespace Kubik.Tests.Kernels;

/// <summary>How much managed memory something takes each time it is done.</summary>
internal static class Allocation
{
    private const int Rounds = 20;

    /// <summary>The bytes of this thread, once what is made a single time is there: scratch memory, and the workers' own, which are made when no other test holds them.</summary>
    public static long Steady(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
