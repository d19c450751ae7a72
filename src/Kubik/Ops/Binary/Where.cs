using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = a where the condition holds, else b; three inputs, with broadcasting.</summary>
    public sealed record Where : DifferentiableOp, IElementwise
    {
        /// <inheritdoc/>
        public override string Name => "Where";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:sum} ? {1:sum} : {2}", @"\begin{cases} {1} & {0} \\ {2} & \text{else} \end{cases}", Strength.Choice);

        /// <inheritdoc/>
        public override string? Onnx => "Where";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType != DType.Bool) throw this.Error($"the condition must be bool, not {x[0]}; compare something to get one.");
            if (x[1].DType != x[2].DType) throw this.Error(TypeRule.Same(x[1], x[2]));
            return new(x[1].DType, Broadcasting.Common(this, Broadcasting.Common(this, x[0].Shape, x[1].Shape), x[2].Shape));
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            Tensor zero = Tensor.Scalar(0, dy.DType);
            return input switch
            {
                1 => Tensor.Where(x[0], dy, zero),
                2 => Tensor.Where(x[0], zero, dy),
                _ => null,
            };
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

        TileKernel IElementwise.Kernel(DType x, DType y) => y.ByteSize switch
        {
            1 => TileKernel.Of<Tile<byte>>(),
            2 => TileKernel.Of<Tile<short>>(),
            4 => TileKernel.Of<Tile<int>>(),
            _ => TileKernel.Of<Tile<long>>(),
        };

        private readonly struct Tile<T> : ITile where T : unmanaged
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                byte* condition = x[0];
                T* a = (T*)x[1], b = (T*)x[2], to = (T*)y;
                for (int i = 0; i < count; i++) to[i] = condition[i] != 0 ? a[i] : b[i];
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary><paramref name="a"/> where the condition holds, else <paramref name="b"/>, with broadcasting.</summary>
        /// <example><code>Tensor.Where(x > 0, x, 0.1 * x)   // leaky ReLU</code></example>
        public static Tensor Where(Tensor condition, Tensor a, Tensor b) => new Where().Apply(condition, a, b);
    }
}
