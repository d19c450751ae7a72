namespace Kubik.Tests.Kernels;

/// <summary>How much managed memory something takes each time it is done.</summary>
internal static class Allocation
{
    private const int Rounds = 60, InARow = 5;

    /// <summary>The bytes of this thread that go on being taken, once what is made a single time is there:
    /// scratch memory, and the workers' own, which are made when no other test holds them. 0 when five times in a row took nothing.</summary>
    public static long Steady(Action action)
    {
        action();
        long last = 0;
        for (int i = 0, nothing = 0; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            nothing = taken == 0 ? nothing + 1 : 0;
            if (taken > 0) last = taken;
            if (nothing == InARow) return 0;
        }
        return last;
    }
}
