// The widest vectors of the machine behind one interface, so that a kernel is written once: 512 bits for floats where the
// machine has them, else whatever Vector<T> is. The type arguments are structs, so that nothing of the interface is left
// in the code the JIT makes.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>Arithmetic on vectors <typeparamref name="TV"/> of numbers <typeparamref name="T"/>.</summary>
internal unsafe interface ILanes<TV, T> where TV : unmanaged where T : unmanaged
{
    /// <summary>How many numbers a vector has.</summary>
    static abstract int Count { get; }

    /// <summary>How many rows of two vectors each fit into the registers beside what is multiplied: 4 or 8.</summary>
    static abstract int TileRows { get; }

    static abstract TV Load(T* p);

    static abstract void Store(T* p, TV x);

    static abstract TV Of(T x);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    /// <summary>a·b + c, rounded once where the machine can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    /// <summary>The larger of two; b when either is NaN.</summary>
    static abstract TV Max(TV a, TV b);

    /// <summary>y where x is above 0, else 0.</summary>
    static abstract TV WhereAbove0(TV x, TV y);

    /// <summary>The first so many numbers of x (all when there are more, none below 1), then those of y.</summary>
    static abstract TV First(int count, TV x, TV y);

    /// <summary>The sum of a vector's numbers.</summary>
    static abstract T Sum(TV x);

    /// <summary>The largest of a vector's numbers; −∞ or NaN when one is NaN.</summary>
    static abstract T Largest(TV x);

    static abstract TV Exp(TV x);

    static abstract TV Sigmoid(TV x);

    static abstract TV Tanh(TV x);
}

/// <summary>Vectors at the end of a run of numbers, where fewer may be left than a vector has.</summary>
internal static unsafe class Ends<TLanes, TV, T> where TLanes : struct, ILanes<TV, T> where TV : unmanaged where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load(T* p, int left) => left >= TLanes.Count ? TLanes.Load(p) : Part(p, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, TV x, int left)
    {
        if (left >= TLanes.Count) TLanes.Store(p, x);
        else Part(p, x, left);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TV Part(T* p, int left)
    {
        TV x = default;
        new ReadOnlySpan<T>(p, left).CopyTo(new Span<T>(&x, left));
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Part(T* p, TV x, int left) => new ReadOnlySpan<T>(&x, left).CopyTo(new Span<T>(p, left));
}

/// <summary>16 floats.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>, float>
{
    public static int Count => 16;

    public static int TileRows => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* p, Vector512<float> x) => x.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(float x) => Vector512.Create(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereAbove0(Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), y, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(int count, Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> x) => Vector512.Sum(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> x)
    {
        Vector256<float> a = Vector256.MaxNative(x.GetLower(), x.GetUpper());
        Vector128<float> b = Vector128.MaxNative(a.GetLower(), a.GetUpper());
        b = Vector128.MaxNative(b, Vector128.Shuffle(b, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(b, Vector128.Shuffle(b, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>As <see cref="VectorMath.Exp{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MinNative(Vector512.Create(89f), Vector512.MaxNative(Vector512.Create(-104f), x)); // in this order a NaN stays one
        Vector512<float> shift = Vector512.Create(1.5f * (1 << 23));
        Vector512<float> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), shift), n = shifted - shift;
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440054690582e-4f), r);
        Vector512<float> y = Vector512.Create(1 / 5040f);
        y = Vector512.FusedMultiplyAdd(y, r, Vector512.Create(1 / 720f));
        y = Vector512.FusedMultiplyAdd(y, r, Vector512.Create(1 / 120f));
        y = Vector512.FusedMultiplyAdd(y, r, Vector512.Create(1 / 24f));
        y = Vector512.FusedMultiplyAdd(y, r, Vector512.Create(1 / 6f));
        y = Vector512.FusedMultiplyAdd(y, r, Vector512.Create(0.5f));
        y = Vector512.FusedMultiplyAdd(r * r, y, r) + Vector512<float>.One;
        Vector512<int> power = shifted.AsInt32() - shift.AsInt32(), half = power >> 1;
        return y * ((half + Vector512.Create(127)) << 23).AsSingle() * ((power - half + Vector512.Create(127)) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>The quotient of two polynomials that the library Eigen uses: right to a few units in the last place, and 1 beyond 7.9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        x = Vector512.MinNative(Vector512.Create(7.90531110763549805f), Vector512.MaxNative(Vector512.Create(-7.90531110763549805f), x));
        Vector512<float> z = x * x;
        Vector512<float> top = Vector512.Create(-2.76076847742355e-16f);
        top = Vector512.FusedMultiplyAdd(top, z, Vector512.Create(2.00018790482477e-13f));
        top = Vector512.FusedMultiplyAdd(top, z, Vector512.Create(-8.60467152213735e-11f));
        top = Vector512.FusedMultiplyAdd(top, z, Vector512.Create(5.12229709037114e-08f));
        top = Vector512.FusedMultiplyAdd(top, z, Vector512.Create(1.48572235717979e-05f));
        top = Vector512.FusedMultiplyAdd(top, z, Vector512.Create(6.37261928875436e-04f));
        top = Vector512.FusedMultiplyAdd(top, z, Vector512.Create(4.89352455891786e-03f));
        Vector512<float> bottom = Vector512.Create(1.19825839466702e-06f);
        bottom = Vector512.FusedMultiplyAdd(bottom, z, Vector512.Create(1.18534705686654e-04f));
        bottom = Vector512.FusedMultiplyAdd(bottom, z, Vector512.Create(2.26843463243900e-03f));
        bottom = Vector512.FusedMultiplyAdd(bottom, z, Vector512.Create(4.89352518554385e-03f));
        return x * top / bottom;
    }
}

/// <summary>Floats or doubles in <see cref="Vector{T}"/>.</summary>
internal readonly unsafe struct LanesOf<T> : ILanes<Vector<T>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Count => Vector<T>.Count;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Load(T* p) => Vector.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector<T> x) => x.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Of(T x) => new(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Add(Vector<T> a, Vector<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Subtract(Vector<T> a, Vector<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Multiply(Vector<T> a, Vector<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Divide(Vector<T> a, Vector<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> MultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
        ? Vector.As<float, T>(Vector.MultiplyAddEstimate(Vector.As<T, float>(a), Vector.As<T, float>(b), Vector.As<T, float>(c)))
        : Vector.As<double, T>(Vector.MultiplyAddEstimate(Vector.As<T, double>(a), Vector.As<T, double>(b), Vector.As<T, double>(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Max(Vector<T> a, Vector<T> b) => Vector.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> WhereAbove0(Vector<T> x, Vector<T> y) => Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), y, Vector<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> First(int count, Vector<T> x, Vector<T> y) =>
        Vector.ConditionalSelect(Vector.LessThan(Vector<T>.Indices, new Vector<T>(T.CreateTruncating(count))), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector<T> x) => Vector.Sum(x);

    public static T Largest(Vector<T> x)
    {
        T largest = x[0];
        for (int i = 1; i < Vector<T>.Count; i++) largest = T.MaxNative(largest, x[i]);
        return largest;
    }

    public static Vector<T> Exp(Vector<T> x) => VectorMath.Exp(x);

    public static Vector<T> Sigmoid(Vector<T> x) => VectorMath.Sigmoid(x);

    public static Vector<T> Tanh(Vector<T> x) => VectorMath.Tanh(x);
}
