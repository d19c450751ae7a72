using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = the largest x over axes; NaN if there is one. The gradient is shared equally among the elements that attain it.</summary>
    public readonly struct Max : IReduceOp
    {
        /// <inheritdoc/>
        public static string Name => "ReduceMax";

        /// <inheritdoc/>
        public static Notation Notation => new("max({0})", @"\max\left({0}\right)");

        /// <inheritdoc/>
        public static string? Onnx => "ReduceMax";

        /// <inheritdoc/>
        public static bool HasIdentity => false;

        /// <inheritdoc/>
        public static T Reduce<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Max(x);

        /// <inheritdoc/>
        public static void Combine<T>(Span<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T> => TensorPrimitives.Max(a, b, a);

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
        /// <summary>The largest element over the axes given, which are dropped; over all when none are.</summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Max(params ReadOnlySpan<int> axes) => this.Max(axes, keepDims: false);

        /// <summary>The largest element over the axes given.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Max(ReadOnlySpan<int> axes, bool keepDims) => new Reduce<Max>(ReduceAxes.Of(this, axes, "Max"), keepDims).Apply(this);

        /// <summary>The largest element over one axis.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Max(int axis, bool keepDims = false) => this.Max([axis], keepDims);
    }
}
