using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The matrix product over the last two axes, (…, m, k) × (…, k, n) → (…, m, n); the axes before broadcast.</summary>
    public sealed record MatMul : DifferentiableOp, IEpilogueOp
    {
        /// <inheritdoc/>
        public override string Name => "MatMul";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:product}·{1:power}", @"{0:product} \, {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => "MatMul";

        internal override bool ReadsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec a, TensorSpec b) = (x[0], x[1]);
            if (a.DType != b.DType) throw this.Error(TypeRule.Same(a, b));
            if (!TypeRule.IsNumber(a.DType) || a.DType == DType.UInt8) throw this.Error(TypeRule.Number(a));
            if (a.Shape.Rank < 2 || b.Shape.Rank < 2)
                throw this.Error($"both inputs need two axes or more; got {a.Shape} and {b.Shape}. "
                    + "Make a vector a row with Unsqueeze(0) or a column with Unsqueeze(1).");
            if (a.Shape[^1] != b.Shape[^2])
                throw this.Error($"the last axis of the left, {a.Shape}, is {a.Shape[^1]} and must equal the second-to-last of the right, {b.Shape}, "
                    + $"which is {b.Shape[^2]}.");
            return Shape.TryBroadcast(a.Shape[..^2], b.Shape[..^2], out Shape batch)
                ? new(a.DType, [.. batch, a.Shape[^2], b.Shape[^1]])
                : throw this.Error($"the axes before the last two, {a.Shape[..^2]} and {b.Shape[..^2]}, do not broadcast.");
        }

        internal override long MultiplyAdds(ReadOnlySpan<Tensor> x, Shape y) => (long)y.Size * x[0].Shape[^1];

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            Shape own = x[input].Shape;
            return axis == own.Rank - (input == 0 ? 1 : 2) ? Sight.All : Sight.Beside(axis, own, y);
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            if (input == 0) return dy.MatMul(x[1].T);
            if (x[1].Rank > 2 || x[0].Rank == 2) return x[0].T.MatMul(dy);
            // One matrix for a whole batch: all rows at once, not a product for each matrix and then their sum.
            return x[0].Reshape([x[0].Shape[..^1].Size, x[0].Shape[^1]]).T.MatMul(dy.Reshape([dy.Shape[..^1].Size, dy.Shape[^1]]));
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Run(x[0], x[1], y, null);

        void IEpilogueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Epilogue epilogue) => Run(x[0], x[1], y, epilogue);

        private static void Run(Tensor a, Tensor b, Tensor y, Epilogue? epilogue)
        {
            switch (y.DType)
            {
                case DType.Float32: Run<float>(a, b, y, epilogue); break;
                case DType.Float64: Run<double>(a, b, y, epilogue); break;
                case DType.Int32: Run<int>(a, b, y, epilogue); break;
                default: Run<long>(a, b, y, epilogue); break;
            }
        }

        private static unsafe void Run<T>(Tensor a, Tensor b, Tensor y, Epilogue? epilogue) where T : unmanaged, INumber<T>
        {
            int m = y.Shape[^2], n = y.Shape[^1], k = a.Shape[^1];
            fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
            {
                MatrixView<T> va = new((T*)pa + a.Layout.Offset, a.Layout.Strides[^2], a.Layout.Strides[^1]);
                MatrixView<T> vb = new((T*)pb + b.Layout.Offset, b.Layout.Strides[^2], b.Layout.Strides[^1]);
                T* to = (T*)py + y.Layout.Offset;
                // A matrix shared by a whole contiguous batch of rows is one tall product; an axis of size 1 may have any stride.
                if (y.Rank == 2) Gemm.Run(m, n, k, va, vb, to, n, epilogue: epilogue);
                else if (b.Rank == 2 && a.IsContiguous) Gemm.Run(y.Count / Math.Max(n, 1), n, k, new(va.Data, k, 1), vb, to, n, epilogue: epilogue);
                else if (y.Count > 0) GemmBatch.Run(m, n, k, va, a, vb, b, to, y, epilogue);
            }
            GC.KeepAlive(a);
            GC.KeepAlive(b);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The matrix product over the last two axes; the axes before them broadcast.</summary>
        /// <example><code>x.MatMul(w) + b   // (B, in) × (in, out) + (out,)</code></example>
        /// <exception cref="ShapeException">The inner sizes, the other axes or the types do not fit.</exception>
        public Tensor MatMul(Tensor b) => new MatMul().Apply(this, b);
    }
}
