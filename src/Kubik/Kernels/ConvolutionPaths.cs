// Which kernel computes a convolution of float32: a rule of its sizes alone, so that equal shapes give equal bits. What
// no path takes (three axes, double, groups of several channels) is left to the general one.

using System.Numerics;

namespace Kubik.Kernels;

/// <summary>How convolutions are computed.</summary>
public static class ConvolutionOptions
{
    /// <summary>
    /// Whether 3 × 3 kernels of 16 channels or more may be computed by Winograd's algorithm, which is two to four times as fast and rounds some ten
    /// times as much (docs/kernels.md gives the bound): yes, unless the variable KUBIK_WINOGRAD is 0. To be set before anything is computed.
    /// </summary>
    public static bool Winograd { get; set; } = Environment.GetEnvironmentVariable("KUBIK_WINOGRAD") != "0";
}

/// <summary>What is computed of a convolution.</summary>
internal enum ConvolutionPart
{
    /// <summary>y from x and w.</summary>
    Output,

    /// <summary>dx from dy and w.</summary>
    Input,

    /// <summary>dw from x and dy.</summary>
    Kernel,
}

/// <summary>The kernels that compute a convolution.</summary>
internal enum ConvolutionPath
{
    General,
    Direct,
    BatchLanes,
    Winograd,
    Pointwise,
    ChannelsLast,
    Depthwise,
}

internal static unsafe class ConvolutionPaths
{
    private const int WinogradChannels = 16;                   // with fewer, the transforms cost more than they save
    private const int WinogradLargeTiles = 4, WinogradSmallTiles = 8;
    private const int FewInputs = 4, FewOutputs = 8, Few = 16; // where a tile of 32 outputs would be empty or its sums short
    private const int LeastLanes = 12;                         // of those 32
    private const double MostOfWinograd = 1 << 25;             // elements of a picture: transformed they are up to four times as many
    private const long MostPadded = 1 << 18;                   // elements of a padded picture that stay in the cache

    /// <summary>The path of a convolution.</summary>
    public static ConvolutionPath Of(in Convolution.Geometry g, ConvolutionPart part)
    {
        if (!Vector.IsHardwareAccelerated || g.Z != AxisWindow.One || g.Batch == 0 || g.Channels == 0 || g.Out == 0) return ConvolutionPath.General;
        if (g.Groups > 1) return g is { Channels: 1, Out: 1 } && Depthwise.Fits(g, part) ? ConvolutionPath.Depthwise : ConvolutionPath.General;
        (int from, int to) = part == ConvolutionPart.Input ? (g.Out, g.Channels) : (g.Channels, g.Out);
        if (FitsBatchLanes(g, from, to, part)) return ConvolutionPath.BatchLanes;
        if (FitsDirect(g, from, to, part)) return ConvolutionPath.Direct;
        if (part != ConvolutionPart.Kernel && to >= FewOutputs && IsPointwise(g.Y) && IsPointwise(g.X)) return ConvolutionPath.Pointwise;
        if (FitsWinograd(g, part)) return ConvolutionPath.Winograd;
        return to >= LeastLanes && ChannelsLast.Fits(g, part) ? ConvolutionPath.ChannelsLast : ConvolutionPath.General;
    }

    /// <summary>y = x ∗ w; false when it is left to the general path.</summary>
    public static bool Forward(in Convolution.Geometry g, float* x, float* w, float* y, Epilogue? epilogue)
    {
        OutputParts parts = new(y, epilogue);
        switch (Of(g, ConvolutionPart.Output))
        {
            case ConvolutionPath.Direct:
                DirectConvolution.Convolve(Sizes(g), g.Y.Kernel, g.X.Kernel, x, w, turned: false, y, parts);
                return true;
            case ConvolutionPath.BatchLanes:
                BatchLanes.Convolve(Sizes(g), g.Y.Kernel, g.X.Kernel, x, w, turned: false, y, parts);
                return true;
            case ConvolutionPath.Winograd:
                Winograd.Convolve(Sizes(g), x, w, turned: false, y, parts);
                return true;
            case ConvolutionPath.Pointwise:
                Pointwise.Convolve(g.Batch, g.Channels, g.Out, g.Area, x, w, turned: false, y, parts);
                return true;
            case ConvolutionPath.ChannelsLast:
                ChannelsLast.Forward(g, x, w, y, parts);
                return true;
            case ConvolutionPath.Depthwise:
                Depthwise.Forward(g, x, w, y, parts);
                return true;
            default:
                return false;
        }
    }

    /// <summary>dx = dy ∗ᵀ w; false when it is left to the general path.</summary>
    public static bool InputGradient(in Convolution.Geometry g, float* dy, float* w, float* dx, Epilogue? epilogue)
    {
        OutputParts parts = new(dx, epilogue);
        switch (Of(g, ConvolutionPart.Input))
        {
            case ConvolutionPath.Direct:
                DirectConvolution.Convolve(TurnedSizes(g), g.Y.Kernel, g.X.Kernel, dy, w, turned: true, dx, parts);
                return true;
            case ConvolutionPath.BatchLanes:
                BatchLanes.Convolve(TurnedSizes(g), g.Y.Kernel, g.X.Kernel, dy, w, turned: true, dx, parts);
                return true;
            case ConvolutionPath.Winograd:
                Winograd.Convolve(TurnedSizes(g), dy, w, turned: true, dx, parts);
                return true;
            case ConvolutionPath.Pointwise:
                Pointwise.Convolve(g.Batch, g.Out, g.Channels, g.Area, dy, w, turned: true, dx, parts);
                return true;
            case ConvolutionPath.ChannelsLast:
                ChannelsLast.InputGradient(g, dy, w, dx, parts);
                return true;
            case ConvolutionPath.Depthwise:
                Depthwise.InputGradient(g, dy, w, dx, parts);
                return true;
            default:
                return false;
        }
    }

    /// <summary>dw from x and dy; false when it is left to the general path.</summary>
    public static bool WeightGradient(in Convolution.Geometry g, float* x, float* dy, float* dw)
    {
        switch (Of(g, ConvolutionPart.Kernel))
        {
            case ConvolutionPath.Direct:
                DirectConvolution.WeightGradient(Sizes(g), g.Y.Kernel, g.X.Kernel, x, dy, dw);
                return true;
            case ConvolutionPath.BatchLanes:
                BatchLanes.WeightGradient(Sizes(g), g.Y.Kernel, g.X.Kernel, x, dy, dw);
                return true;
            case ConvolutionPath.Winograd:
                Winograd.WeightGradient(Sizes(g), x, dy, dw);
                return true;
            case ConvolutionPath.ChannelsLast:
                ChannelsLast.WeightGradient(g, x, dy, dw);
                return true;
            case ConvolutionPath.Depthwise:
                Depthwise.WeightGradient(g, x, dy, dw);
                return true;
            default:
                return false;
        }
    }

    private static PlaneSizes Sizes(in Convolution.Geometry g) =>
        new(g.Batch, g.Channels, g.Out, g.Y.Size, g.X.Size, g.Y.Begin, g.X.Begin, g.Y.Positions, g.X.Positions);

    // Of the convolution that the gradient of the input is, when the stride is 1.
    private static PlaneSizes TurnedSizes(in Convolution.Geometry g) =>
        new(g.Batch, g.Out, g.Channels, g.Y.Positions, g.X.Positions, g.Y.Kernel - 1 - g.Y.Begin, g.X.Kernel - 1 - g.X.Begin, g.Y.Size, g.X.Size);

    private static bool FitsDirect(in Convolution.Geometry g, int from, int to, ConvolutionPart part)
    {
        long rows = (long)g.Y.Size + g.Y.Begin + g.Y.End + g.Y.Kernel, columns = (long)g.X.Size + g.X.Begin + g.X.End + g.X.Kernel;
        return (part == ConvolutionPart.Kernel ? to < LeastLanes : IsFew(from, to)) && DirectConvolution.IsSupported && IsPlain(g.Y) && IsPlain(g.X)
            && Math.Max(from, (double)to) * rows * columns <= MostPadded;
    }

    private static bool IsFew(int from, int to) => to <= FewOutputs || from <= FewInputs || (from <= Few && to <= Few);

    // Few channels, and pictures enough to fill most lanes.
    private static bool FitsBatchLanes(in Convolution.Geometry g, int from, int to, ConvolutionPart part) =>
        BatchLanes.IsSupported && IsFew(from, to) && (to <= Few || part == ConvolutionPart.Kernel) && IsPlain(g.Y) && IsPlain(g.X)
            && g.Batch >= 0.7 * 16 * BatchLanes.Blocks(g.Batch)
            && Math.Max(from, (double)to) * (g.Y.Size + g.Y.Kernel) * (g.X.Size + g.X.Kernel) <= MostPadded;

    private static bool FitsWinograd(in Convolution.Geometry g, ConvolutionPart part)
    {
        // A picture or two of a deep layer has too few tiles for what it costs to transform the kernels.
        (long tiles, bool large) = part == ConvolutionPart.Input ? Winograd.Tiles(g.Batch, g.Y.Size, g.X.Size)
            : Winograd.Tiles(g.Batch, g.Y.Positions, g.X.Positions);
        bool many = part == ConvolutionPart.Kernel || tiles >= (large ? WinogradLargeTiles : WinogradSmallTiles);
        return ConvolutionOptions.Winograd && many && g.Channels >= WinogradChannels && g.Out >= WinogradChannels && g.Y.Kernel == 3 && g.X.Kernel == 3
            && IsPlain(g.Y) && IsPlain(g.X) && g.Y.Positions > 1 && g.X.Positions > 1
                && (double)g.Y.Size * g.X.Size * Math.Max(g.Channels, g.Out) <= MostOfWinograd;
    }

    private static bool IsPointwise(AxisWindow axis) => axis is { Kernel: 1, Stride: 1, Begin: 0, End: 0 };

    // One cell at a time, and a margin that no window lies wholly inside of, so that the gradient of the input has one too.
    private static bool IsPlain(AxisWindow axis) => axis is { Stride: 1, Dilation: 1 } && axis.Begin < axis.Kernel && axis.End < axis.Kernel;
}
