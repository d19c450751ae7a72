namespace Kubik.Nn;

/// <summary>What the convolutions share: kernels, how they move, and a bias.</summary>
public abstract class ConvModule : Module
{
    private readonly string word;
    private readonly string? initializerName;

    private protected ConvModule(string word, Shape kernel, Window window, bool bias, Initializer? initializer, int outputAxis = 0)
    {
        if (kernel.Rank is < 1 or > PerAxis.MaxCount)
            throw new ArgumentException($"{word}: the kernel must have 1, 2 or 3 spatial axes; got {kernel}.", nameof(kernel));
        if (kernel.Sizes.Contains(0))
            throw new ArgumentException($"{word}: the kernel must be 1 or larger along every axis, not {kernel.ToX()}.", nameof(kernel));
        if (window.ProblemFor(kernel.Rank) is { } problem) throw new ArgumentException($"{word}: {problem}", nameof(window));
        (this.word, this.Kernel, this.Window, this.initializerName) = (word, kernel, window, InitializerTable.NameOf(initializer));
        RandomStream forWeight = RandomSource.Default.NextStream(), forBias = RandomSource.Default.NextStream();
        this.Weight = new Parameter(spec => (initializer ?? Initializers.FanInUniform)(spec, forWeight)) { OutputAxis = outputAxis };
        // A given initialiser is for the kernels: the bias then begins at 0.
        this.Bias = !bias ? null : new Parameter(spec => initializer is null
            ? Initializers.Uniform(1 / Math.Sqrt(Math.Max(1, Initializers.FanIn(this.Weight.Spec.Shape))))(spec, forBias)
            : Tensor.Zeros(spec.Shape, spec.DType));
    }

    /// <summary>The kernels.</summary>
    public Parameter Weight { get; }

    /// <summary>What is added to each output channel (out); null when the layer has none.</summary>
    public Parameter? Bias { get; }

    /// <summary>The spatial sizes of a kernel.</summary>
    private protected Shape Kernel { get; }

    /// <summary>How the kernels move.</summary>
    private protected Window Window { get; }

    /// <summary>The notation, with what stands between the word and the kernel, and between the window and the bias.</summary>
    private protected string Write(string before, string after = "") =>
        $"{WindowNotation.Word(this.word, this.Kernel.Rank)}{before} {this.Kernel.ToX()}{WindowNotation.Of(this.Window)}{after}"
        + (this.Bias is null ? " bias=false" : "")
        + (this.initializerName is { } name ? $" init={name}" : "");

    /// <summary>The number of channels of an input with as many spatial axes as the kernel.</summary>
    private protected int Channels(Tensor x)
    {
        if (x.Rank != this.Kernel.Rank + 2)
        {
            string axes = this.Kernel.Rank switch { 1 => "cells", 2 => "rows, columns", _ => "slices, rows, columns" };
            throw new ShapeException($"the input must be (batch, channels, {axes}); got {x.Shape}.");
        }
        return x.Shape[1];
    }

    /// <summary>The output with the bias added to each channel.</summary>
    private protected Tensor AddBias(Tensor y)
    {
        if (this.Bias is null) return y;
        int[] aligned = [y.Shape[1], .. Enumerable.Repeat(1, this.Kernel.Rank)];
        this.Bias.Define(new(y.DType, [y.Shape[1]]));
        return y + this.Bias.Value.Reshape(aligned);
    }
}
