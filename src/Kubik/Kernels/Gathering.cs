// Elements that lie apart brought side by side, so that an op's mathematics sees dense spans only: one by one with a step
// between them, one element again and again, or whole runs. What they are does not matter, only how many bytes each has.

using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class Gathering
{
    /// <summary>Puts runs that begin so many elements apart one after another. Runs of a few vectors are not worth the call of a copy.</summary>
    public static void Runs(byte* to, byte* from, int stride, int size, int count, int step, int runs)
    {
        int bytes = count * size, vector = sizeof(Vector256<byte>);
        if (stride != 1 || bytes < vector)
        {
            for (; runs > 0; runs--, to += bytes, from += (long)step * size) Gather(to, from, stride, size, count);
            return;
        }
        for (; runs > 0; runs--, to += bytes, from += (long)step * size)
        {
            for (int i = 0; i < bytes - vector; i += vector) Vector256.Load(from + i).Store(to + i);
            Vector256.Load(from + bytes - vector).Store(to + bytes - vector);
        }
    }

    /// <summary>Puts elements that lie a stride apart side by side.</summary>
    public static void Gather(byte* to, byte* from, int stride, int size, int count)
    {
        switch (size)
        {
            case 1: Gather<byte>(to, from, stride, count); break;
            case 2: Gather<short>(to, from, stride, count); break;
            case 4: Gather<int>(to, from, stride, count); break;
            default: Gather<long>(to, from, stride, count); break;
        }
    }

    private static void Gather<T>(void* to, void* from, int stride, int count) where T : unmanaged
    {
        T* t = (T*)to, f = (T*)from;
        if (stride == 1)
            new ReadOnlySpan<T>(f, count).CopyTo(new Span<T>(t, count));
        else if (stride == 0)
            new Span<T>(t, count).Fill(*f);
        else
            for (int i = 0; i < count; i++) t[i] = f[(long)i * stride];
    }
}
