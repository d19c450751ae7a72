using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = the smallest x over axes; NaN if there is one. The gradient is shared equally among the elements that attain it.</summary>
    public readonly struct Min : IReduceOp
    {
        /// <inheritdoc/>
        public static string Name => "ReduceMin";

        /// <inheritdoc/>
        public static Notation Notation => new("min({0})", @"\min\left({0}\right)");

        /// <inheritdoc/>
        public static string? Onnx => "ReduceMin";

        /// <inheritdoc/>
        public static bool HasIdentity => false;

        /// <inheritdoc/>
        public static T Reduce<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Min(x);

        /// <inheritdoc/>
        public static void Combine<T>(Span<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T> => TensorPrimitives.Min(a, b, a);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor attains = x.Equal(y).Cast(x.DType);
            int[] reduced = [.. Enumerable.Range(0, x.Rank).Where(axis => x.Shape[axis] != y.Shape[axis])];
            return reduced.Length == 0 ? dy : attains * (dy / attains.Sum(reduced, keepDims: true));
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The smallest element over the axes given, which are dropped; over all when none are.</summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Min(params ReadOnlySpan<int> axes) => this.Min(axes, keepDims: false);

        /// <summary>The smallest element over the axes given.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Min(ReadOnlySpan<int> axes, bool keepDims) => new Reduce<Min>(ReduceAxes.Of(this, axes, "Min"), keepDims).Apply(this);

        /// <summary>The smallest element over one axis.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Min(int axis, bool keepDims = false) => this.Min([axis], keepDims);
    }
}
