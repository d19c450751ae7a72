using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kubik.Ops
{
    /// <summary>Whether a &gt;= b, element by element.</summary>
    public readonly struct GreaterOrEqual : ICompareOp
    {
        /// <inheritdoc/>
        public static string Name => "GreaterOrEqual";

        /// <inheritdoc/>
        public static Notation Notation => new("[{0:sum} ≥ {1:sum}]", @"\left[{0} \ge {1}\right]");

        /// <inheritdoc/>
        public static string? Onnx => "GreaterOrEqual";

        /// <inheritdoc/>
        public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a >= b;

        /// <inheritdoc/>
        public static Vector128<T> Holds<T>(Vector128<T> a, Vector128<T> b) where T : unmanaged, INumber<T> => Vector128.GreaterThanOrEqual(a, b);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether a &gt;= b, element by element, with broadcasting.</summary>
        public static Tensor operator >=(Tensor a, Tensor b) => Compare<GreaterOrEqual>.Instance.Apply(a, b);

        /// <summary>Whether a &gt;= b, element by element.</summary>
        public static Tensor operator >=(Tensor a, double b) => Compare<GreaterOrEqual>.Instance.Apply(a, Scalar(b, a.DType));
    }
}
