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
        public static Notation Notation => new("sum({0})", @"\sum\left({0}\right)");

        /// <inheritdoc/>
        public static string? Onnx => "ReduceSum";

        /// <inheritdoc/>
        public static bool HasIdentity => true;

        /// <inheritdoc/>
        public static T Reduce<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Kernels.FixedOrder.Sum(x);

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
        /// <remarks>Bool and UInt8 are summed as Int64, as in NumPy, so that <c>(x > 0).Sum()</c> counts; other types keep theirs.</remarks>
        public Tensor Sum(params ReadOnlySpan<int> axes) => this.Sum(axes, keepDims: false);

        /// <summary>Σ over the axes given; of Bool and UInt8 as Int64.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor Sum(ReadOnlySpan<int> axes, bool keepDims) => new Reduce<Sum>(ReduceAxes.Of(this, axes, "Sum"), keepDims)
            .Apply(this.DType is DType.Bool or DType.UInt8 ? this.Cast(DType.Int64) : this);

        /// <summary>Σ over one axis; of Bool and UInt8 as Int64.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor Sum(int axis, bool keepDims = false) => this.Sum([axis], keepDims);
    }
}
