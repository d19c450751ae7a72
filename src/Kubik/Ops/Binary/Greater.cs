using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kubik.Ops
{
    /// <summary>Whether a &gt; b, element by element.</summary>
    public readonly struct Greater : ICompareOp
    {
        /// <inheritdoc/>
        public static string Name => "Greater";

        /// <inheritdoc/>
        public static Notation Notation => new("[{0:sum} > {1:sum}]", @"\left[{0} > {1}\right]");

        /// <inheritdoc/>
        public static string? Onnx => "Greater";

        /// <inheritdoc/>
        public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a > b;

        /// <inheritdoc/>
        public static Vector128<T> Holds<T>(Vector128<T> a, Vector128<T> b) where T : unmanaged, INumber<T> => Vector128.GreaterThan(a, b);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether a &gt; b, element by element, with broadcasting.</summary>
        public static Tensor operator >(Tensor a, Tensor b) => Compare<Greater>.Instance.Apply(a, b);

        /// <summary>Whether a &gt; b, element by element.</summary>
        public static Tensor operator >(Tensor a, double b) => Compare<Greater>.Instance.Apply(a, Scalar(b, a.DType));
    }
}
