using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kubik.Ops
{
    /// <summary>Whether a == b, element by element.</summary>
    public readonly struct Equal : ICompareOp
    {
        /// <inheritdoc/>
        public static string Name => "Equal";

        /// <inheritdoc/>
        public static Notation Notation => new("[{0:sum} = {1:sum}]", @"\left[{0} = {1}\right]");

        /// <inheritdoc/>
        public static string? Onnx => "Equal";

        /// <inheritdoc/>
        public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a == b;

        /// <inheritdoc/>
        public static Vector128<T> Holds<T>(Vector128<T> a, Vector128<T> b) where T : unmanaged, INumber<T> => Vector128.Equals(a, b);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether the elements are equal, with broadcasting. (C#'s == compares references.)</summary>
        public Tensor Equal(Tensor b) => Compare<Equal>.Instance.Apply(this, b);

        /// <summary>Whether the elements are equal to a number, which takes the tensor's type.</summary>
        public Tensor Equal(double b) => this.Equal(Scalar(b, this.DType));
    }
}
