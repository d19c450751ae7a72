using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = Σ x over axes; 0 over nothing.</summary>
    public readonly struct Sum : IReduceOp
    {
        /// <inheritdoc/>
        public static string Name => "ReduceSum";

        /// <inheritdoc/>
        public static Notation Notation => new("sum({0})", @"\sum {0}");

        /// <inheritdoc/>
        public static string? Onnx => "ReduceSum";

        /// <inheritdoc/>
        public static bool HasIdentity => true;

        /// <inheritdoc/>
        public static T Reduce<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Sum(x);

        /// <inheritdoc/>
        public static void Combine<T>(Span<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, a);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy.BroadcastTo(x.Shape);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Σ over the axes given, which are dropped; over all when none are.</summary>
        public Tensor Sum(params ReadOnlySpan<int> axes) => this.Sum(axes, keepDims: false);

        /// <summary>Σ over the axes given.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor Sum(ReadOnlySpan<int> axes, bool keepDims) => new Reduce<Sum>(ReduceAxes.Of(this, axes, "Sum"), keepDims).Apply(this);

        /// <summary>The mean over the axes given, which are dropped; over all when none are.</summary>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Mean(params ReadOnlySpan<int> axes) => this.Mean(axes, keepDims: false);

        /// <summary>The mean over the axes given: Σx / n.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Mean(ReadOnlySpan<int> axes, bool keepDims)
        {
            Tensor sum = this.Sum(axes, keepDims);
            int count = 1;
            foreach (int axis in ReduceAxes.Of(this, axes, "Mean")) count *= this.Shape[axis];
            return count > 0 ? sum / count : throw new ShapeException($"Mean: a tensor of shape {this.Shape} has no elements to take the mean of.");
        }

        /// <summary>The variance over the axes given: the mean of (x − mean)², of n elements, not n − 1.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Variance(ReadOnlySpan<int> axes, bool keepDims = false)
        {
            Tensor d = this - this.Mean(axes, keepDims: true);
            return (d * d).Mean(axes, keepDims);
        }
    }
}
