using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>Lanes of 128 bits of float or double.</summary>
internal readonly unsafe struct Lanes128<T> : ILanes<Lanes128<T>, T> where T : unmanaged, INumber<T>
{
#pragma warning disable CS0649 // made by BitCast: a constructor costs the JIT two locals more an operation, and it stops inlining at 512
    private readonly Vector128<T> v;
#pragma warning restore CS0649

    public static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<T>.Count;
    }

    public static Lanes128<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128<T>.Zero);
    }

    public static Lanes128<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128<T>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Of(double value) =>
        Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle ? Vector128.Create((float)value).As<float, T>() : Vector128.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> OfBits(long bits) =>
        Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle ? Vector128.Create((int)bits).As<int, T>() : Vector128.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Repeat(T value) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Load(T* from) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128<T> a, T* to) => a.v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Lanes128<T> a) => Vector128.Sum(a.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest(Lanes128<T> a)
    {
        T largest = a.v[0];
        for (int i = 1; i < Count; i++) largest = T.MaxNative(largest, a.v[i]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator +(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(a.v + b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator -(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(a.v - b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator *(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(a.v * b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator /(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(a.v / b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator -(Lanes128<T> a) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(-a.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator &(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(a.v & b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator |(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(a.v | b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> a, Lanes128<T> b, Lanes128<T> c) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle
        ? Vector128.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Scale(Lanes128<T> a, Lanes128<T> n) => VectorMath.ScaleInTwo(a, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Abs(Lanes128<T> a) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.Abs(a.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Sqrt(Lanes128<T> a) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.Sqrt(a.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Min(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.MinNative(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Max(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.MaxNative(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Less(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.LessThan(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> LessOrEqual(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.LessThanOrEqual(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Greater(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.GreaterThan(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Equal(Lanes128<T> a, Lanes128<T> b) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.Equals(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Select(Lanes128<T> mask, Lanes128<T> a, Lanes128<T> b) =>
        Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.ConditionalSelect(mask.v, a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> AddBits(Lanes128<T> a, Lanes128<T> b) =>
        Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle ? (a.v.AsInt32() + b.v.AsInt32()).As<int, T>() : (a.v.AsInt64() + b.v.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> SubtractBits(Lanes128<T> a, Lanes128<T> b) =>
        Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle ? (a.v.AsInt32() - b.v.AsInt32()).As<int, T>() : (a.v.AsInt64() - b.v.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> ShiftLeft(Lanes128<T> a, int bits) =>
        Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle ? Vector128.ShiftLeft(a.v.AsInt32(), bits).As<int, T>()
            : Vector128.ShiftLeft(a.v.AsInt64(), bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> ShiftRight(Lanes128<T> a, int bits) => Unsafe.BitCast<Vector128<T>, Lanes128<T>>(IsSingle
        ? Vector128.ShiftRightLogical(a.v.AsInt32(), bits).As<int, T>()
        : Vector128.ShiftRightLogical(a.v.AsInt64(), bits).As<long, T>());
}
