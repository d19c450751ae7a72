namespace Kubik.Ops
{
    /// <summary>
    /// Transposed convolution: x (B, C, H, W), w (C, O / groups, kh, kw) → (B, O, H', W'),
    /// H' = (H − 1)·stride − padding + dilation·(kh − 1) + 1 + output padding. Each element of x puts a kernel times
    /// itself into the output; the input gradient of <see cref="Conv"/> under another name.
    /// </summary>
    /// <remarks>With <see cref="Window.Same"/> the output is H·stride long. Source: Zeiler et al. 2010, "Deconvolutional networks".</remarks>
    /// <param name="Window">How the kernels move, counted in cells of the output.</param>
    /// <param name="OutputPad">Cells added to the end of the output, of the sizes that the stride leaves open:
    /// below the stride (PyTorch also takes one below the dilation).</param>
    public sealed record ConvTranspose(Window Window, PerAxis OutputPad) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "ConvTranspose";

        /// <inheritdoc/>
        public override Notation Notation =>
            Notation.Worded("convtranspose",
                this.OutputPad.Most == 0 ? this.Window.Options
                : string.Join(", ", ((string[])[this.Window.Options, $"output pad {this.OutputPad}"]).Where(o => o.Length > 0)), @"\operatorname{conv}^\top");

        /// <inheritdoc/>
        public override string? Onnx => "ConvTranspose";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) =>
            new ConvInputGradient(this.Window, this.Size(x[0].Spec, x[1].Spec)).Apply(x[0], x[1]);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec input, TensorSpec w) = (x[0], x[1]);
            int axes = input.Shape.Rank - 2;
            if (axes is < 1 or > PerAxis.MaxCount || w.Shape.Rank != input.Shape.Rank)
                throw this.Error("the input must be (batch, channels, …) and the kernel (in, out / groups, …) with 1, 2 or 3 spatial axes each, "
                    + $"as many in one as in the other; got {input.Shape} and {w.Shape}.");
            if (this.Window.ProblemFor(axes) is { } problem) throw this.Error(problem);
            if (input.DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(input));
            if (input.DType != w.DType) throw this.Error(TypeRule.Same(input, w));
            if (input.Shape[1] != w.Shape[0])
                throw this.Error($"the kernel {w.Shape} is for {w.Shape[0]} input channels; the input {input.Shape} has {input.Shape[1]}.");
            if (w.Shape[0] % this.Window.Groups != 0) throw this.Error($"the {w.Shape[0]} input channels cannot be split into {this.Window.Groups} groups.");
            if (input.Shape.Sizes[2..].Contains(0) || w.Shape.Sizes[2..].Contains(0))
                throw this.Error($"input and kernel must have cells along every spatial axis; got {input.Shape} and {w.Shape}.");
            if (!this.OutputPad.Fits(axes))
                throw this.Error($"the output padding {this.OutputPad} is for {this.OutputPad.Count} spatial axes, but there are {axes}.");
            for (int i = 0; i < axes; i++)
            {
                if (this.OutputPad[i] < 0 || this.OutputPad[i] >= this.Window.Stride[i])
                    throw this.Error($"the output padding {this.OutputPad} must be 0 or more and below the stride, {this.Window.Stride}.");
                if (this.Window.IsSame && this.OutputPad[i] != 0)
                    throw this.Error($"the padding is chosen to give size times stride, so there can be no output padding {this.OutputPad}.");
            }
            this.Size(input, w);
        }

        private Shape Size(TensorSpec x, TensorSpec w)
        {
            int[] size = new int[x.Shape.Rank - 2];
            for (int i = 0; i < size.Length; i++)
            {
                AxisWindow axis = this.Window.Along(i, 0, w.Shape[i + 2]);
                long cells = this.Window.IsSame
                    ? (long)x.Shape[i + 2] * this.Window.Stride[i]
                    : (x.Shape[i + 2] - 1L) * this.Window.Stride[i] - axis.Begin - axis.End + axis.Span + this.OutputPad[i];
                size[i] = cells is >= 1 and <= AxisWindow.Longest
                    ? (int)cells
                    : throw this.Error($"{x.Shape} with the kernel {w.Shape}, stride {this.Window.Stride} and padding {this.Window.PadText} gives {cells} "
                        + $"cells along axis {i + 2}; there must be 1 or more, and not above {AxisWindow.Longest}.");
            }
            return size;
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Transposed convolution of (B, C, …) with kernels (C, O / groups, …):
        /// the way back from a convolution's output size to its input's.</summary>
        /// <example><code>
        /// Tensor x = Tensor.Ones([1, 6, 4, 4]), w = Tensor.Ones([6, 3, 2, 2]);
        /// Console.WriteLine(x.ConvTranspose(w, new Window(stride: 2)).Shape);   // (1, 3, 8, 8)
        /// </code></example>
        /// <param name="kernels">(in, out / groups, …).</param>
        /// <param name="window">How the kernels move, in cells of the output.</param>
        /// <param name="outputPad">Cells added to the end of the output; below the stride.</param>
        /// <exception cref="ShapeException">The shapes, types or numbers of the window do not fit.</exception>
        public Tensor ConvTranspose(Tensor kernels, Window window, PerAxis outputPad = default) => new ConvTranspose(window, outputPad).Apply(this, kernels);
    }
}
