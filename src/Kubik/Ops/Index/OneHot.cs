using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>A new last axis of size Classes: 1 at the element's value, 0 elsewhere.</summary>
    /// <param name="Classes">The new axis's size: elements are 0 to Classes − 1.</param>
    /// <param name="To">The result's type.</param>
    public sealed record OneHot(int Classes, DType To) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "OneHot";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("onehot");

        /// <inheritdoc/>
        public override string? Onnx => "OneHot";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
            x[0].DType != DType.Int64 ? throw this.Error($"the input must be int64, not {x[0]}.") :
            this.To is not (DType.Float32 or DType.Float64) ? throw this.Error($"the output is float32 or float64, not {this.To.Name}; convert it with Cast.") :
            new(this.To, x[0].Shape.Insert(x[0].Shape.Rank, this.Classes));

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) this.Run(x[0].Contiguous(), y.Data<float>(), 1f);
            else this.Run(x[0].Contiguous(), y.Data<double>(), 1d);
        }

        private void Run<T>(Tensor x, Span<T> y, T one) where T : unmanaged
        {
            y.Clear();
            ReadOnlySpan<long> from = x.Data<long>();
            for (int i = 0; i < from.Length; i++)
                y[i * this.Classes + Indexing.Checked(this, from[i], x.Rank, this.Classes)] = one;
            GC.KeepAlive(x);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>A new last axis of size <paramref name="classes"/>: 1 at the element's value, 0 elsewhere.</summary>
        /// <exception cref="ArgumentOutOfRangeException">An element is not a class number.</exception>
        public Tensor OneHot(int classes, DType dtype = DType.Float32) => new OneHot(classes, dtype).Apply(IndexRule.Whole(this, "OneHot"));
    }
}
