// Which kernel computes a convolution of float32: a rule of its sizes alone, so that equal shapes give equal bits. What
// no path takes (three axes, double, groups, …) is left to the general one.

namespace Kubik.Kernels;

/// <summary>How convolutions are computed.</summary>
public static class ConvolutionOptions
{
    /// <summary>Whether 3 × 3 kernels may be computed by Winograd's algorithm, which is faster and rounds more (docs/kernels.md gives the bound): yes, unless KUBIK_WINOGRAD is 0. Set it before a graph is compiled.</summary>
    public static bool Winograd { get; set; } = Environment.GetEnvironmentVariable("KUBIK_WINOGRAD") != "0";
}

internal static unsafe class ConvolutionPaths
{
    private const int WinogradChannels = 16; // with fewer, the transforms cost more than they save
    private const int FewInputs = 4, FewOutputs = 8, Few = 16;
    private const long MostPadded = 1 << 18; // elements of a padded picture
    private const int LeastLanes = 12;       // with fewer, most of a tile of 32 lanes would be computed for nothing

    /// <summary>y = x ∗ w, when there is a path for it.</summary>
    public static bool Forward(in Convolution.Geometry g, float* x, float* w, float* y)
    {
        if (FitsDepthwise(g))
        {
            Depthwise.Forward(g, x, w, y);
            return true;
        }
        if (FitsDirect(g, g.Channels, g.Out))
        {
            DirectConvolution.Convolve(Sizes(g), g.Y.Kernel, g.X.Kernel, x, w, turned: false, y);
            return true;
        }
        if (FitsWinograd(g))
        {
            Winograd.Convolve(Sizes(g), x, w, turned: false, y);
            return true;
        }
        if (FitsChannelsLast(g, g.Out))
        {
            ChannelsLast.Forward(g, x, w, y);
            return true;
        }
        return false;
    }

    /// <summary>dx = dy ∗ᵀ w, when there is a path for it.</summary>
    public static bool InputGradient(in Convolution.Geometry g, float* dy, float* w, float* dx)
    {
        if (FitsDepthwise(g))
        {
            Depthwise.InputGradient(g, dy, w, dx);
            return true;
        }
        if (FitsDirect(g, g.Out, g.Channels) && g.Y.Begin < g.Y.Kernel && g.X.Begin < g.X.Kernel)
        {
            DirectConvolution.Convolve(TurnedSizes(g), g.Y.Kernel, g.X.Kernel, dy, w, turned: true, dx);
            return true;
        }
        if (FitsWinograd(g))
        {
            Winograd.Convolve(TurnedSizes(g), dy, w, turned: true, dx);
            return true;
        }
        if (FitsChannelsLast(g, g.Channels))
        {
            ChannelsLast.InputGradient(g, dy, w, dx);
            return true;
        }
        return false;
    }

    /// <summary>The gradient of w, when there is a path for it.</summary>
    public static bool WeightGradient(in Convolution.Geometry g, float* x, float* dy, float* dw)
    {
        if (FitsDepthwise(g))
        {
            Depthwise.WeightGradient(g, x, dy, dw);
            return true;
        }
        if (FitsDirect(g, g.Channels, g.Out) && g.Out < LeastLanes)
        {
            DirectConvolution.WeightGradient(Sizes(g), g.Y.Kernel, g.X.Kernel, x, dy, dw);
            return true;
        }
        if (FitsWinograd(g))
        {
            Winograd.WeightGradient(Sizes(g), x, dy, dw);
            return true;
        }
        if (FitsChannelsLast(g, g.Out))
        {
            ChannelsLast.WeightGradient(g, x, dy, dw);
            return true;
        }
        return false;
    }

    private static PlaneSizes Sizes(in Convolution.Geometry g) =>
        new(g.Batch, g.Channels, g.Out, g.Y.Size, g.X.Size, g.Y.Begin, g.X.Begin, g.Y.Positions, g.X.Positions);

    // Of the convolution that the gradient of the input is, when the stride is 1.
    private static PlaneSizes TurnedSizes(in Convolution.Geometry g) =>
        new(g.Batch, g.Out, g.Channels, g.Y.Positions, g.X.Positions, g.Y.Kernel - 1 - g.Y.Begin, g.X.Kernel - 1 - g.X.Begin, g.Y.Size, g.X.Size);

    private static bool FitsDepthwise(in Convolution.Geometry g) =>
        System.Numerics.Vector.IsHardwareAccelerated && g.Groups > 1 && g.Channels == 1 && g.Out == 1 && g.Z == AxisWindow.One && g.Batch > 0;

    // Few channels on either side, and padded pictures that stay in the cache.
    private static bool FitsDirect(in Convolution.Geometry g, int from, int to) =>
        DirectConvolution.IsSupported && g.Groups == 1 && g.Z == AxisWindow.One && g.Batch > 0 && g.Y is { Stride: 1, Dilation: 1 } && g.X is { Stride: 1, Dilation: 1 }
            && (to <= FewOutputs || from <= FewInputs || (from <= Few && to <= Few))
            && from * ((long)g.Y.Size + 2 * g.Y.Kernel) * ((long)g.X.Size + 2 * g.X.Kernel) <= MostPadded;

    private static bool FitsChannelsLast(in Convolution.Geometry g, int lanes) =>
        System.Numerics.Vector.IsHardwareAccelerated && g.Groups == 1 && g.Z == AxisWindow.One && lanes >= LeastLanes && g.Batch > 0;

    private static bool FitsWinograd(in Convolution.Geometry g) =>
        ConvolutionOptions.Winograd && System.Numerics.Vector.IsHardwareAccelerated && g.Groups == 1 && g.Z == AxisWindow.One && IsThree(g.Y) && IsThree(g.X)
            && g.Channels >= WinogradChannels && g.Out >= WinogradChannels && g.Y.Positions > 1 && g.X.Positions > 1;

    private static bool IsThree(AxisWindow axis) => axis is { Kernel: 3, Stride: 1, Dilation: 1, Begin: <= 2, End: <= 2 };
}
