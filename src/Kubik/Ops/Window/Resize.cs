// Pictures of another size. Each axis is resampled by itself: an element of the output is one element of the input, or
// a mix of two neighbours, with weights that depend on the sizes alone. So the op is linear, and its gradient exact.

using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>How elements between those of the input are found.</summary>
    public enum Interpolation
    {
        /// <summary>The element at ⌊i·ratio⌋, ratio = input size / output size (PyTorch's "nearest").</summary>
        Nearest,
        /// <summary>On the straight line between two neighbours at (i + ½)·ratio − ½, not beyond the first and last (bilinear, trilinear).</summary>
        Linear,
        /// <summary>On the straight line between two neighbours at i·(input size − 1) / (output size − 1):
        /// the corners stay (PyTorch's align_corners).</summary>
        LinearAligned,
    }

    /// <summary>An axis with another number of elements, interpolated: yᵢ = (1 − λᵢ)·x at lowᵢ + λᵢ·x at lowᵢ + 1.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Size">Its size afterwards.</param>
    /// <param name="Mode">How elements are found.</param>
    /// <param name="Ratio">Elements of the input to one of the output; 0 takes it from the sizes.</param>
    public sealed record Resample(int Axis, int Size, Interpolation Mode, double Ratio = 0) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Resample";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("resample", this.Options);

        /// <inheritdoc/>
        public override string? Onnx => null;

        internal string Options => $"axis {this.Axis} to {this.Size}{In(this.Mode)}";

        internal static string In(Interpolation mode) =>
            mode switch { Interpolation.Linear => ", linear", Interpolation.LinearAligned => ", linear with corners", _ => "" };

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (this.Mode == Interpolation.Nearest ? !TypeRule.IsNumber(x[0].DType) : x[0].DType is not (DType.Float32 or DType.Float64))
                throw this.Error(this.Mode == Interpolation.Nearest ? TypeRule.Number(x[0]) : TypeRule.Float(x[0]));
            if (!Enum.IsDefined(this.Mode)) throw this.Error($"there is no interpolation {this.Mode}.");
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            if (this.Axis < 0) throw this.Error($"the axis is counted from 0, not {this.Axis}.");
            if (this.Size < 1 || x[0].Shape[axis] < 1)
                throw this.Error($"axis {axis} of {x[0].Shape} cannot become {this.Size} long; both sizes must be 1 or more.");
            return this.Ratio is >= 0 and < double.PositiveInfinity
                ? x[0] with { Shape = x[0].Shape.With(axis, this.Size) }
                : throw this.Error($"the ratio must be 0 or more, not {this.Ratio}.");
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            if (axis != this.Axis) return new(axis);
            (long size, long to) = this.Mode == Interpolation.LinearAligned ? (x[0].Shape[axis] - 1, this.Size - 1) : (x[0].Shape[axis], this.Size);
            if (this.Ratio > 0 && this.Mode != Interpolation.LinearAligned)
            {
                // The ratio as a fraction, if it is a simple one.
                to = 1;
                while (to <= MostParts && Math.Abs(this.Ratio * to - Math.Round(this.Ratio * to)) > 1e-9 * to) to++;
                if (to > MostParts) return Sight.Unknown;
                size = (long)Math.Round(this.Ratio * to);
            }
            if (to == 0) return new(axis, Step: 0);
            return this.Mode switch
            {
                Interpolation.Nearest => new(axis, size, 1 - to, 0, to),
                // ⌊u⌋ and ⌈u⌉ of u = (i + ½)·size / to − ½
                Interpolation.Linear => new(axis, 2 * size, size - to - (2 * to - 1), size - to + (2 * to - 1), 2 * to),
                _ => new(axis, size, 1 - to, to - 1, to),
            };
        }

        private const int MostParts = 64;

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new ResampleSpread(this, x[0].Shape[this.Axis]).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            switch (y.DType)
            {
                case DType.Float32: Resampling.Run<float>(this, x[0], y); break;
                case DType.Float64: Resampling.Run<double>(this, x[0], y); break;
                case DType.Int32: Resampling.Run<int>(this, x[0], y); break;
                case DType.Int64: Resampling.Run<long>(this, x[0], y); break;
                default: Resampling.Run<byte>(this, x[0], y); break;
            }
        }

        /// <summary>For each element of the output: the lower neighbour, and the share λ of the one after it.</summary>
        internal (int[] Low, double[] Share) Taps(int size)
        {
            int[] low = new int[this.Size];
            double[] share = new double[this.Size];
            double ratio = this.Ratio > 0 ? this.Ratio : (double)size / this.Size;
            for (int i = 0; i < low.Length; i++)
            {
                double at = this.Mode switch
                {
                    // In whole numbers when the sizes say it: i·(1/3) may end below the whole number that it is.
                    Interpolation.Nearest => this.Ratio > 0 ? Math.Floor(i * ratio) : (long)i * size / this.Size,
                    Interpolation.Linear => Math.Max(0, (i + 0.5) * ratio - 0.5),
                    _ => this.Size == 1 ? 0 : i * ((size - 1.0) / (this.Size - 1)),
                };
                low[i] = (int)Math.Min(at, size - 1);
                share[i] = low[i] == size - 1 ? 0 : at - low[i];
            }
            return (low, share);
        }
    }

    /// <summary>The reverse of <see cref="Resample"/>: each element is added to those that it was mixed of, times their shares.</summary>
    /// <param name="Of">What it reverses.</param>
    /// <param name="Size">The size of the axis before it.</param>
    public sealed record ResampleSpread(Resample Of, int Size) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "ResampleSpread";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("resampleᵀ", this.Of.Options, @"\operatorname{resample}^\top");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            TensorSpec input = x[0] with { Shape = x[0].Shape.With(x[0].Shape.Axis(this.Of.Axis, this.Name), this.Size) }, y = this.InferAs(this.Of, input);
            return y == x[0] ? input : throw this.Error($"{input} becomes {y}, not {x[0]}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => this.Of.Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Resampling.Spread<float>(this.Of, x[0], y);
            else Resampling.Spread<double>(this.Of, x[0], y);
        }
    }

    /// <summary>Another size of the axes after the second, interpolated along each: (B, C, H, W) → (B, C, H', W'), 1, 2 or 3 spatial axes.</summary>
    /// <remarks>With a scale the new size is ⌊size·scale⌋ and the ratio is 1 / scale, as in PyTorch's interpolate; with a size it is size / new size.</remarks>
    /// <param name="Size">The new sizes; null when a scale is given.</param>
    /// <param name="Scale">By how much all axes grow; null when sizes are given.</param>
    /// <param name="Mode">How elements are found.</param>
    public sealed record Resize(PerAxis? Size, double? Scale, Interpolation Mode = Interpolation.Nearest) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Resize";

        /// <inheritdoc/>
        public override Notation Notation =>
            Notation.Worded("resize",
                (this.Size is { } size ? $"to {size}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"by {this.Scale}"))
                + Resample.In(this.Mode));

        /// <inheritdoc/>
        public override string? Onnx => "Resize";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor y = x[0];
            for (int axis = y.Rank - 1; axis >= 2; axis--)
            {
                int size = this.SizeOf(axis, y.Shape[axis]);
                double ratio = this.Scale is { } scale ? 1 / scale : 0;
                if (size != y.Shape[axis] || ratio is not (0 or 1)) y = new Resample(axis, size, this.Mode, ratio).Apply(y);
            }
            return y;
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            int axes = x[0].Shape.Rank - 2;
            if (this.Mode != Interpolation.Nearest && x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            if (this.Size is null == this.Scale is null) throw this.Error("give either a size or a scale.");
            if (axes is < 1 or > PerAxis.MaxCount) throw this.Error($"the input must be (batch, channels, …) with 1, 2 or 3 spatial axes; got {x[0].Shape}.");
            if (this.Size is { } sizes && !sizes.Fits(axes))
                throw this.Error($"the size {sizes} is for {sizes.Count} spatial axes, but {x[0].Shape} has {axes}.");
            if (this.Scale is { } scale && !(scale > 0 && scale < double.PositiveInfinity)) throw this.Error($"the scale must be above 0, not {scale}.");
            for (int axis = 2; axis < x[0].Shape.Rank; axis++)
            {
                if (x[0].Shape[axis] < 1 || this.SizeOf(axis, x[0].Shape[axis]) < 1)
                    throw this.Error($"axis {axis} of {x[0].Shape} cannot become {this.SizeOf(axis, x[0].Shape[axis])} long; both sizes must be 1 or more.");
            }
        }

        private int SizeOf(int axis, int size) =>
            this.Size is { } sizes ? sizes[axis - 2] : int.CreateSaturating(Math.Floor(size * this.Scale!.Value));
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The spatial axes of (B, C, …) with other sizes, interpolated.</summary>
        /// <example><code>
        /// Tensor x = Tensor.Ones([1, 3, 8, 8]);
        /// Console.WriteLine(x.Resize([12, 5], Ops.Interpolation.Linear).Shape);   // (1, 3, 12, 5)
        /// </code></example>
        /// <exception cref="ShapeException">The tensor has no spatial axes, or a size is below 1.</exception>
        public Tensor Resize(PerAxis size, Ops.Interpolation mode = Ops.Interpolation.Nearest) => new Resize(size, null, mode).Apply(this);

        /// <summary>The spatial axes of (B, C, …), each <paramref name="scale"/> times as long, rounded down, interpolated.</summary>
        /// <exception cref="ShapeException">The tensor has no spatial axes, or the scale leaves nothing of one.</exception>
        public Tensor ResizeBy(double scale, Ops.Interpolation mode = Ops.Interpolation.Nearest) => new Resize(null, scale, mode).Apply(this);
    }
}
