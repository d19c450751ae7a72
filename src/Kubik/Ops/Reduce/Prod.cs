using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = Π x over axes; 1 over nothing. The gradient of an element is the product of the others, also where some are 0.</summary>
    public readonly struct Prod : IReduceOp
    {
        /// <inheritdoc/>
        public static string Name => "ReduceProd";

        /// <inheritdoc/>
        public static Notation Notation => new("prod({0})", @"\prod\left({0}\right)");

        /// <inheritdoc/>
        public static string? Onnx => "ReduceProd";

        /// <inheritdoc/>
        public static bool HasIdentity => true;

        /// <inheritdoc/>
        public static T Reduce<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => x.IsEmpty ? T.One : Kernels.FixedOrder.Product(x);

        /// <inheritdoc/>
        public static void Combine<T>(Span<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, a);

        // The product of what comes before an element times that of what comes after it: no division, so no zero matters.
        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            int[] reduced = [.. Enumerable.Range(0, x.Rank).Where(axis => x.Shape[axis] != y.Shape[axis])];
            if (reduced.Length == 0) return dy;
            int[] order = [.. Enumerable.Range(0, x.Rank).Except(reduced), .. reduced], back = new int[order.Length];
            for (int i = 0; i < order.Length; i++) back[order[i]] = i;
            Tensor moved = x.Permute(order);
            int last = x.Rank - reduced.Length;
            Tensor lines = moved.Reshape([.. moved.Shape.Sizes[..last], moved.Shape[last..].Size]);
            Tensor others = lines.CumProd(last, exclusive: true) * lines.CumProd(last, exclusive: true, reverse: true);
            return dy * others.Reshape(moved.Shape).Permute(back);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The product over the axes given, which are dropped; over all when none are. 1 over nothing.</summary>
        public Tensor Prod(params ReadOnlySpan<int> axes) => this.Prod(axes, keepDims: false);

        /// <summary>The product over the axes given; 1 over nothing.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor Prod(ReadOnlySpan<int> axes, bool keepDims) => new Reduce<Prod>(ReduceAxes.Of(this, axes, "Prod"), keepDims).Apply(this);

        /// <summary>The product over one axis; 1 over nothing.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor Prod(int axis, bool keepDims = false) => this.Prod([axis], keepDims);
    }
}
