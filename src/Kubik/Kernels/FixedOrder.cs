// Sums and products whose order is a matter of the number of elements alone. TensorPrimitives' own begin at the first
// aligned element, so that their last bits depend on where in memory the numbers happen to lie.

using System.Numerics;
using System.Runtime.InteropServices;

namespace Kubik.Kernels;

internal static class FixedOrder
{
    /// <summary>Σ x.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        ref T p = ref MemoryMarshal.GetReference(x);
        T sum = T.Zero;
        int i = 0, n = Vector<T>.Count;
        if (x.Length >= n)
        {
            Vector<T> a = Vector<T>.Zero, b = a, c = a, d = a;
            for (; i <= x.Length - 4 * n; i += 4 * n)
            {
                a += Vector.LoadUnsafe(ref p, (nuint)i);
                b += Vector.LoadUnsafe(ref p, (nuint)(i + n));
                c += Vector.LoadUnsafe(ref p, (nuint)(i + 2 * n));
                d += Vector.LoadUnsafe(ref p, (nuint)(i + 3 * n));
            }
            a = a + b + (c + d);
            for (; i <= x.Length - n; i += n) a += Vector.LoadUnsafe(ref p, (nuint)i);
            sum = Vector.Sum(a);
        }
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }

    /// <summary>Π x.</summary>
    public static T Product<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        ref T p = ref MemoryMarshal.GetReference(x);
        T product = T.One;
        int i = 0, n = Vector<T>.Count;
        if (x.Length >= 2 * n)
        {
            Vector<T> a = Vector<T>.One;
            for (; i <= x.Length - n; i += n) a *= Vector.LoadUnsafe(ref p, (nuint)i);
            for (int lane = 0; lane < n; lane++) product *= a[lane];
        }
        for (; i < x.Length; i++) product *= x[i];
        return product;
    }

    /// <summary>Σ x·y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref double p = ref MemoryMarshal.GetReference(x), q = ref MemoryMarshal.GetReference(y);
        double sum = 0;
        int i = 0, n = Vector<double>.Count;
        if (x.Length >= 2 * n)
        {
            Vector<double> a = Vector<double>.Zero;
            for (; i <= x.Length - n; i += n) a += Vector.LoadUnsafe(ref p, (nuint)i) * Vector.LoadUnsafe(ref q, (nuint)i);
            sum = Vector.Sum(a);
        }
        for (; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }
}
