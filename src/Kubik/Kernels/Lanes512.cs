using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

/// <summary>Lanes of 512 bits of float or double.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<Lanes512<T>, T> where T : unmanaged, INumber<T>
{
#pragma warning disable CS0649 // made by BitCast: a constructor costs the JIT two locals more an operation, and it stops inlining at 512
    private readonly Vector512<T> v;
#pragma warning restore CS0649

    public static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    public static Lanes512<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512<T>.Zero);
    }

    public static Lanes512<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512<T>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Of(double value) =>
        Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle ? Vector512.Create((float)value).As<float, T>() : Vector512.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> OfBits(long bits) =>
        Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle ? Vector512.Create((int)bits).As<int, T>() : Vector512.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Repeat(T value) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(T* from) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512<T> a, T* to) => a.v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Lanes512<T> a) => Vector512.Sum(a.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest(Lanes512<T> a) =>
        Lanes256<T>.Largest(Unsafe.BitCast<Vector256<T>, Lanes256<T>>(Vector256.MaxNative(a.v.GetLower(), a.v.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator +(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(a.v + b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(a.v - b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator *(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(a.v * b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator /(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(a.v / b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> a) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(-a.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator &(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(a.v & b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator |(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(a.v | b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle
        ? Vector512.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Scale(Lanes512<T> a, Lanes512<T> n) =>
        !Avx512F.IsSupported ? VectorMath.ScaleInTwo(a, n) : Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle
        ? Avx512F.Scale(a.v.AsSingle(), n.v.AsSingle()).As<float, T>()
        : Avx512F.Scale(a.v.AsDouble(), n.v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Abs(Lanes512<T> a) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.Abs(a.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Sqrt(Lanes512<T> a) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.Sqrt(a.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Min(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.MinNative(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Max(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.MaxNative(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Less(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.LessThan(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LessOrEqual(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.LessThanOrEqual(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Greater(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.GreaterThan(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Equal(Lanes512<T> a, Lanes512<T> b) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.Equals(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Select(Lanes512<T> mask, Lanes512<T> a, Lanes512<T> b) =>
        Unsafe.BitCast<Vector512<T>, Lanes512<T>>(Vector512.ConditionalSelect(mask.v, a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> AddBits(Lanes512<T> a, Lanes512<T> b) =>
        Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle ? (a.v.AsInt32() + b.v.AsInt32()).As<int, T>() : (a.v.AsInt64() + b.v.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> SubtractBits(Lanes512<T> a, Lanes512<T> b) =>
        Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle ? (a.v.AsInt32() - b.v.AsInt32()).As<int, T>() : (a.v.AsInt64() - b.v.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> ShiftLeft(Lanes512<T> a, int bits) =>
        Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle ? Vector512.ShiftLeft(a.v.AsInt32(), bits).As<int, T>()
            : Vector512.ShiftLeft(a.v.AsInt64(), bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> ShiftRight(Lanes512<T> a, int bits) => Unsafe.BitCast<Vector512<T>, Lanes512<T>>(IsSingle
        ? Vector512.ShiftRightLogical(a.v.AsInt32(), bits).As<int, T>()
        : Vector512.ShiftRightLogical(a.v.AsInt64(), bits).As<long, T>());
}
