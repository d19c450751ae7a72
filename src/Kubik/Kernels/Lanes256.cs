using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>Lanes of 256 bits of float or double.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<Lanes256<T>, T> where T : unmanaged, INumber<T>
{
#pragma warning disable CS0649 // made by BitCast: a constructor costs the JIT two locals more an operation, and it stops inlining at 512
    private readonly Vector256<T> v;
#pragma warning restore CS0649

    public static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<T>.Count;
    }

    public static Lanes256<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256<T>.Zero);
    }

    public static Lanes256<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256<T>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Of(double value) =>
        Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle ? Vector256.Create((float)value).As<float, T>() : Vector256.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> OfBits(long bits) =>
        Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle ? Vector256.Create((int)bits).As<int, T>() : Vector256.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Repeat(T value) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(T* from) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256<T> a, T* to) => a.v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Lanes256<T> a) => Vector256.Sum(a.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest(Lanes256<T> a) =>
        Lanes128<T>.Largest(Unsafe.BitCast<Vector128<T>, Lanes128<T>>(Vector128.MaxNative(a.v.GetLower(), a.v.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator +(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(a.v + b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(a.v - b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator *(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(a.v * b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator /(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(a.v / b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> a) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(-a.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator &(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(a.v & b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator |(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(a.v | b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> a, Lanes256<T> b, Lanes256<T> c) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle
        ? Vector256.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>()
        : Vector256.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Scale(Lanes256<T> a, Lanes256<T> n) => VectorMath.ScaleInTwo(a, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Abs(Lanes256<T> a) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.Abs(a.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Sqrt(Lanes256<T> a) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.Sqrt(a.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Min(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.MinNative(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Max(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.MaxNative(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Less(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.LessThan(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LessOrEqual(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.LessThanOrEqual(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Greater(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.GreaterThan(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Equal(Lanes256<T> a, Lanes256<T> b) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.Equals(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Select(Lanes256<T> mask, Lanes256<T> a, Lanes256<T> b) =>
        Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.ConditionalSelect(mask.v, a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> AddBits(Lanes256<T> a, Lanes256<T> b) =>
        Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle ? (a.v.AsInt32() + b.v.AsInt32()).As<int, T>() : (a.v.AsInt64() + b.v.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> SubtractBits(Lanes256<T> a, Lanes256<T> b) =>
        Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle ? (a.v.AsInt32() - b.v.AsInt32()).As<int, T>() : (a.v.AsInt64() - b.v.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> ShiftLeft(Lanes256<T> a, int bits) =>
        Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle ? Vector256.ShiftLeft(a.v.AsInt32(), bits).As<int, T>()
            : Vector256.ShiftLeft(a.v.AsInt64(), bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> ShiftRight(Lanes256<T> a, int bits) => Unsafe.BitCast<Vector256<T>, Lanes256<T>>(IsSingle
        ? Vector256.ShiftRightLogical(a.v.AsInt32(), bits).As<int, T>()
        : Vector256.ShiftRightLogical(a.v.AsInt64(), bits).As<long, T>());
}
