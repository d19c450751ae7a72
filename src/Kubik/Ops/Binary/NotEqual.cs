using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kubik.Ops
{
    /// <summary>Whether a != b, element by element.</summary>
    public readonly struct NotEqual : ICompareOp
    {
        /// <inheritdoc/>
        public static string Name => "NotEqual";

        /// <inheritdoc/>
        public static Notation Notation => new("[{0:sum} ≠ {1:sum}]", @"\left[{0} \ne {1}\right]");

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a != b;

        /// <inheritdoc/>
        public static Vector128<T> Holds<T>(Vector128<T> a, Vector128<T> b) where T : unmanaged, INumber<T> => ~Vector128.Equals(a, b);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether the elements are different, with broadcasting. (C#'s == compares references.)</summary>
        public Tensor NotEqual(Tensor b) => Compare<NotEqual>.Instance.Apply(this, b);

        /// <summary>Whether the elements are different from a number, which takes the tensor's type.</summary>
        public Tensor NotEqual(double b) => this.NotEqual(Scalar(b, this.DType));
    }
}
