// ELU and its relatives: a line above 0, an exponential that flattens below.

using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = x for x &gt; 0, else α·(eˣ − 1), element by element (Clevert et al. 2015, arXiv:1511.07289). At 0 the subgradient is α.</summary>
    /// <param name="Alpha">α, the depth of the floor.</param>
    public readonly record struct Elu(double Alpha) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Elu";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("elu", this.Alpha);

        /// <inheritdoc/>
        public string? Onnx => "Elu";

        /// <inheritdoc/>
        public string? Fault => double.IsFinite(this.Alpha) ? null : $"alpha must be a finite number, not {this.Alpha}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => ExponentialUnit.Forward(x, 1, this.Alpha, 1);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => ExponentialUnit.Gradient(x, dy, 1, this.Alpha, 1);
    }

    /// <summary>y = x for x &gt; 0, else α·(e^(x/α) − 1), element by element:
    /// an ELU whose slope is 1 at 0 for every α (Barron 2017, arXiv:1704.07483).</summary>
    /// <param name="Alpha">α, the depth of the floor; above 0.</param>
    public readonly record struct Celu(double Alpha) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Celu";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("celu", this.Alpha);

        /// <inheritdoc/>
        public string? Onnx => "Celu";

        /// <inheritdoc/>
        public string? Fault => double.IsFinite(this.Alpha) && this.Alpha > 0 ? null : $"alpha must be above 0, not {this.Alpha}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => ExponentialUnit.Forward(x, 1, this.Alpha, 1 / this.Alpha);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => ExponentialUnit.Gradient(x, dy, 1, this.Alpha, 1 / this.Alpha);
    }

    /// <summary>y = λ·x for x &gt; 0, else λ·α·(eˣ − 1), element by element, with the λ and α that keep mean 0 and variance 1 (Klambauer et al. 2017,
    /// arXiv:1706.02515). At 0 the subgradient is λ·α.</summary>
    public readonly struct Selu : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Selu";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("selu", @"\mathrm{SELU}");

        /// <inheritdoc/>
        public string? Onnx => "Selu";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => ExponentialUnit.Forward(x, Lambda, Lambda * Alpha, 1);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => ExponentialUnit.Gradient(x, dy, Lambda, Lambda * Alpha, 1);

        private const double Lambda = 1.0507009873554804934193349852946, Alpha = 1.6732632423543772848170429916717;
    }

    /// <summary>What the three share: up·x above 0, down·(e^(rate·x) − 1) below.</summary>
    internal static class ExponentialUnit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Forward<TLanes>(TLanes x, double up, double down, double rate) where TLanes : struct, ILanes<TLanes> =>
            TLanes.Select(
                TLanes.Greater(x, TLanes.Zero),
                x * TLanes.Of(up),
                VectorMath.Expm1(x * TLanes.Of(rate)) * TLanes.Of(down));

        // The exponential sees no x above 0, so that what is not chosen stays finite.
        public static Tensor Gradient(Tensor x, Tensor dy, double up, double down, double rate) =>
            Tensor.Where(x > 0, dy * up, dy * (x.Minimum(0) * rate).Exp() * (down * rate));
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x for x &gt; 0, else α·(eˣ − 1), element by element (Clevert et al. 2015, arXiv:1511.07289). At 0 the subgradient is α.</summary>
        /// <param name="alpha">α, the depth of the floor.</param>
        public Tensor Elu(double alpha = 1) => new Function<Elu>(new(alpha)).Apply(this);

        /// <summary>x for x &gt; 0, else α·(e^(x/α) − 1), element by element:
        /// an ELU whose slope is 1 at 0 for every α (Barron 2017, arXiv:1704.07483).</summary>
        /// <param name="alpha">α, the depth of the floor; above 0.</param>
        public Tensor Celu(double alpha = 1) => new Function<Celu>(new(alpha)).Apply(this);

        /// <summary>λ·x for x &gt; 0, else λ·α·(eˣ − 1), element by element, with the λ and α that keep mean 0 and variance 1 (Klambauer et al. 2017,
        /// arXiv:1706.02515). At 0 the subgradient is λ·α.</summary>
        public Tensor Selu() => new Function<Selu>(default).Apply(this);

    }
}
