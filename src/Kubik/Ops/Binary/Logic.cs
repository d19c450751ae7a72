// The family of functions of two truth values, and their negation. Nothing else is taken for a truth value: compare first.

using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>A function of two truth values.</summary>
    public interface ILogicOp : INamedOp
    {
        /// <summary>The result for truth values that are 0 or 1.</summary>
        static abstract int Of(int a, int b);
    }

    /// <summary>The op of a function of two truth values, with broadcasting: Bool, without a derivative.</summary>
    public sealed record Logic<TOp> : DiscreteOp, IElementwise where TOp : struct, ILogicOp
    {
        /// <summary>The op: it has no attributes, so one serves all.</summary>
        public static readonly Logic<TOp> Instance = new();

        private Logic()
        {
        }

        /// <inheritdoc/>
        public override string Name => TOp.Name;

        /// <inheritdoc/>
        public override Notation Notation => TOp.Notation;

        /// <inheritdoc/>
        public override string? Onnx => TOp.Onnx;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType != DType.Bool || x[1].DType != DType.Bool)
                throw this.Error($"both inputs must be bool; got {x[0]} and {x[1]}. Compare something to get one.");
            return new(DType.Bool, Broadcasting.Common(this, x[0].Shape, x[1].Shape));
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

        TileKernel IElementwise.Kernel(DType x, DType y) => TileKernel.Of<Tile>();

        private readonly struct Tile : ITile
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                for (int i = 0; i < count; i++) y[i] = (byte)TOp.Of(x[0][i], x[1][i]);
            }
        }
    }

    /// <summary>Whether a truth value is false, element by element.</summary>
    public sealed record Not : DiscreteOp, IElementwise
    {
        /// <inheritdoc/>
        public override string Name => "Not";

        /// <inheritdoc/>
        public override Notation Notation => new("¬{0:power}", @"\lnot {0:power}", Strength.Power);

        /// <inheritdoc/>
        public override string? Onnx => "Not";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
            x[0].DType == DType.Bool ? x[0] : throw this.Error($"the input must be bool, not {x[0]}; compare something to get one.");

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

        TileKernel IElementwise.Kernel(DType x, DType y) => TileKernel.Of<Tile>();

        private readonly struct Tile : ITile
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                for (int i = 0; i < count; i++) y[i] = (byte)(x[0][i] ^ 1);
            }
        }
    }

    /// <summary>Whether both are true, element by element, with broadcasting.</summary>
    public readonly struct And : ILogicOp
    {
        /// <inheritdoc/>
        public static string Name => "And";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:sum} ∧ {1:sum}", @"{0:sum} \land {1:sum}", Strength.Choice); // parentheses in every product and sum

        /// <inheritdoc/>
        public static string? Onnx => "And";

        /// <inheritdoc/>
        public static int Of(int a, int b) => a & b;
    }

    /// <summary>Whether one or both are true, element by element, with broadcasting.</summary>
    public readonly struct Or : ILogicOp
    {
        /// <inheritdoc/>
        public static string Name => "Or";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:sum} ∨ {1:sum}", @"{0:sum} \lor {1:sum}", Strength.Choice);

        /// <inheritdoc/>
        public static string? Onnx => "Or";

        /// <inheritdoc/>
        public static int Of(int a, int b) => a | b;
    }

    /// <summary>Whether just one is true, element by element, with broadcasting.</summary>
    public readonly struct Xor : ILogicOp
    {
        /// <inheritdoc/>
        public static string Name => "Xor";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:product} ⊕ {1:product}", @"{0:product} \oplus {1:product}", Strength.Sum);

        /// <inheritdoc/>
        public static string? Onnx => "Xor";

        /// <inheritdoc/>
        public static int Of(int a, int b) => a ^ b;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether the truth value is false.</summary>
        public static Tensor operator !(Tensor x) => new Not().Apply(x);

        /// <summary>Whether both are true: truth values, with broadcasting.</summary>
        public static Tensor operator &(Tensor a, Tensor b) => Logic<And>.Instance.Apply(a, b);

        /// <summary>Whether one or both are true: truth values, with broadcasting.</summary>
        public static Tensor operator |(Tensor a, Tensor b) => Logic<Or>.Instance.Apply(a, b);

        /// <summary>Whether just one is true: truth values, with broadcasting.</summary>
        public static Tensor operator ^(Tensor a, Tensor b) => Logic<Xor>.Instance.Apply(a, b);
    }
}
