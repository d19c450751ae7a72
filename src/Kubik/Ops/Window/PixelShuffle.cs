namespace Kubik.Ops
{
    /// <summary>
    /// Channels to pixels: (B, C·r², H, W) → (B, C, H·r, W·r); channel c·r² + i·r + j becomes the pixels at row i and
    /// column j of every r × r square of channel c (Shi et al. 2016, arXiv:1609.05158, eq. 4).
    /// </summary>
    /// <param name="Factor">r.</param>
    public sealed record PixelShuffle(int Factor) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "PixelShuffle";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("pixelshuffle", $"{this.Factor}");

        /// <inheritdoc/>
        public override string? Onnx => "DepthToSpace"; // mode CRD

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape s = x[0].Shape;
            (int r, int channels) = (this.Factor, s[1] / (this.Factor * this.Factor));
            Tensor squares = x[0].Reshape([s[0], channels, r, r, s[2], s[3]]).Permute(0, 1, 4, 2, 5, 3); // (B, C, H, r, W, r)
            return squares.Reshape([s[0], channels, s[2] * r, s[3] * r]);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (this.Factor is < 1 or > 4096) throw this.Error($"the factor must be from 1 to 4096, not {this.Factor}.");
            if (x[0].Shape.Rank != 4) throw this.Error($"the input must be (batch, channels, rows, columns); got {x[0].Shape}.");
            if (x[0].Shape[1] % (this.Factor * this.Factor) != 0)
                throw this.Error($"the {x[0].Shape[1]} channels of {x[0].Shape} cannot be split into squares of {this.Factor}x{this.Factor}.");
        }
    }

    /// <summary>Pixels to channels, the reverse of <see cref="PixelShuffle"/>: (B, C, H·r, W·r) → (B, C·r², H, W).</summary>
    /// <remarks>ONNX's SpaceToDepth puts the channels in another order, (i, j, c) instead of (c, i, j).</remarks>
    /// <param name="Factor">r.</param>
    public sealed record PixelUnshuffle(int Factor) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "PixelUnshuffle";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("pixelunshuffle", $"{this.Factor}");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape s = x[0].Shape;
            (int r, int high, int wide) = (this.Factor, s[2] / this.Factor, s[3] / this.Factor);
            Tensor squares = x[0].Reshape([s[0], s[1], high, r, wide, r]).Permute(0, 1, 3, 5, 2, 4); // (B, C, r, r, H, W)
            return squares.Reshape([s[0], s[1] * r * r, high, wide]);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (this.Factor is < 1 or > 4096) throw this.Error($"the factor must be from 1 to 4096, not {this.Factor}.");
            if (x[0].Shape.Rank != 4) throw this.Error($"the input must be (batch, channels, rows, columns); got {x[0].Shape}.");
            if (x[0].Shape[2] % this.Factor != 0 || x[0].Shape[3] % this.Factor != 0)
                throw this.Error($"the picture {x[0].Shape[2]}x{x[0].Shape[3]} cannot be split into squares of {this.Factor}x{this.Factor}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Channels to pixels: (B, C·r², H, W) → (B, C, H·r, W·r).</summary>
        /// <exception cref="ShapeException">The channels cannot be split.</exception>
        public Tensor PixelShuffle(int factor) => new PixelShuffle(factor).Apply(this);

        /// <summary>Pixels to channels: (B, C, H·r, W·r) → (B, C·r², H, W).</summary>
        /// <exception cref="ShapeException">The picture cannot be split.</exception>
        public Tensor PixelUnshuffle(int factor) => new PixelUnshuffle(factor).Apply(this);
    }
}
