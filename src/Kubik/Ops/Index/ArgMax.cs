using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>The position of the largest element of an axis; of several equal ones the first; of NaNs the first NaN.</summary>
    public sealed record ArgMax(int Axis) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "ArgMax";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("argmax", @"\arg\max");

        /// <inheritdoc/>
        public override string? Onnx => "ArgMax";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            return x[0].Shape[this.Axis] > 0
                ? new(DType.Int64, x[0].Shape.Without(this.Axis))
                : throw this.Error($"axis {this.Axis} of {x[0].Shape} is empty, so there is no largest element.");
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            switch (x[0].DType)
            {
                case DType.Float32: this.Run<float>(x[0], y); break;
                case DType.Float64: this.Run<double>(x[0], y); break;
                case DType.Int32: this.Run<int>(x[0], y); break;
                case DType.Int64: this.Run<long>(x[0], y); break;
                default: this.Run<byte>(x[0], y); break;
            }
        }

        private void Run<T>(Tensor x, Tensor y) where T : unmanaged, INumber<T>
        {
            x = x.Contiguous();
            int size = x.Shape[this.Axis], inner = x.Shape[(this.Axis + 1)..].Size;
            ReadOnlySpan<T> from = x.Data<T>();
            Span<long> to = y.Data<long>();
            for (int i = 0; i < to.Length; i++)
            {
                int start = i / inner * size * inner + i % inner, best = 0;
                for (int k = 1; k < size; k++)
                {
                    T value = from[start + k * inner], largest = from[start + best * inner];
                    if (value > largest || (T.IsNaN(value) && !T.IsNaN(largest))) best = k;
                }
                to[i] = best;
            }
            GC.KeepAlive(x);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The positions (Int64) of the largest elements of an axis, which is dropped; the first of equal ones.</summary>
        /// <exception cref="ShapeException">The axis is empty or does not exist.</exception>
        public Tensor ArgMax(int axis = -1) => new ArgMax(this.Shape.Axis(axis, "ArgMax")).Apply(this);
    }
}
