// Positions as rotations. The angles are computed in double precision and rounded once, so that far positions keep
// their digits; sinusoidal positions (Nn/Positions.cs) are made of the same angles.

namespace Kubik.Ops
{
    /// <summary>
    /// Rotary position embedding (Su et al. 2021, arXiv:2104.09864, equation 34): of (…, T, D), pair i of row t is turned by
    /// the angle (t + offset) · base^(−2i/D), so that dot products depend on distances alone. A pair is the elements i and
    /// i + D/2, or 2i and 2i + 1 when interleaved.
    /// </summary>
    /// <param name="Offset">The position of the first row.</param>
    /// <param name="Base">The base of the wave lengths.</param>
    /// <param name="Interleaved">Whether neighbours are the pairs.</param>
    public sealed record RotaryEmbedding(int Offset = 0, double Base = 10_000, bool Interleaved = false) : CompositeOp
    {
        /// <summary>Whether it turns by the opposite angles: so gradients go back through a rotation, whose transpose is its inverse.</summary>
        internal bool IsBack { get; init; }

        /// <inheritdoc/>
        public override string Name => "RotaryEmbedding";

        /// <inheritdoc/>
        public override Notation Notation =>
            Notation.Worded(this.IsBack ? "rotaryᵀ" : "rotary", string.Join(", ", this.Options()), this.IsBack ? @"\operatorname{rotary}^\top" : null);

        private IEnumerable<string> Options()
        {
            if (this.Offset > 0) yield return $"after {this.Offset} places";
            if (this.Base != 10_000) yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"base {this.Base}");
            if (this.Interleaved) yield return "neighbours";
        }

        /// <inheritdoc/>
        public override string? Onnx => this.IsBack ? null : "RotaryEmbedding";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape shape = x[0].Shape;
            int half = shape[^1] / 2;
            Tensor angles = Angles(this.Offset, shape[^2], half, this.Base); // (T, D/2)
            Tensor cos = angles.Cos().Cast(x[0].DType), sin = (this.IsBack ? -angles : angles).Sin().Cast(x[0].DType);
            // (…, T, D/2, 2) or (…, T, 2, D/2): the axis of size 2 is the pair.
            int pair = this.Interleaved ? shape.Rank : shape.Rank - 1;
            Shape paired = this.Interleaved ? [.. shape.Sizes[..^1], half, 2] : [.. shape.Sizes[..^1], 2, half];
            Tensor pairs = x[0].Reshape(paired);
            Tensor a = new Slice(pair, 0, 1, 1).Apply(pairs).Squeeze(pair), b = new Slice(pair, 1, 1, 1).Apply(pairs).Squeeze(pair); // (…, T, D/2)
            return Tensor.Stack(pair, a * cos - b * sin, b * cos + a * sin).Reshape(shape);
        }

        internal override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy) =>
            [(this with { IsBack = !this.IsBack }).Apply(dy)];

        /// <summary>Of an element of row t: the element that is its partner, the angle by which the pair is turned,
        /// and whether it is the pair's second.</summary>
        internal (int Partner, double Angle, bool IsSecond) Pair(int t, int element, int size)
        {
            int half = size / 2, wave = this.Interleaved ? element / 2 : element % half;
            bool isSecond = this.Interleaved ? element % 2 == 1 : element >= half;
            int step = this.Interleaved ? 1 : half;
            double angle = ((double)this.Offset + t) * Math.Pow(this.Base, -(double)wave / half);
            return (isSecond ? element - step : element + step, this.IsBack ? -angle : angle, isSecond);
        }

        /// <summary>The angles (t + offset) · base^(−i/count) of the rows t and the waves i, float64 (rows, waves).</summary>
        internal static Tensor Angles(int offset, int rows, int waves, double @base)
        {
            Shape shape = [rows, waves];
            double[] angles = new double[shape.Size];
            for (int i = 0; i < angles.Length; i++) angles[i] = ((double)offset + i / waves) * Math.Pow(@base, -(double)(i % waves) / waves);
            return Tensor.From(angles, shape);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            if (x[0].Shape.Rank < 2) throw this.Error($"the input must be (…, positions, elements); got {x[0].Shape}.");
            if (x[0].Shape[^1] % 2 != 0) throw this.Error($"the elements are turned in pairs, so the last axis must be even; got {x[0].Shape}.");
            if (this.Offset < 0) throw this.Error($"the first position must be 0 or more, not {this.Offset}.");
            if (!(this.Base > 0 && double.IsFinite(this.Base))) throw this.Error($"the base of the wave lengths must be above 0, not {this.Base}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Rotary position embedding of rows (…, T, D): pair i of row t is turned by (t + offset) · base^(−2i/D).</summary>
        /// <param name="offset">The position of the first row.</param>
        /// <param name="base">The base of the wave lengths.</param>
        /// <param name="interleaved">Whether a pair is two neighbours, and not two elements that are D/2 apart.</param>
        /// <exception cref="ShapeException">The input has no rows of pairs, or an argument is out of range.</exception>
        public Tensor RotaryEmbedding(int offset = 0, double @base = 10_000, bool interleaved = false) =>
            new RotaryEmbedding(offset, @base, interleaved).Apply(this);
    }
}
