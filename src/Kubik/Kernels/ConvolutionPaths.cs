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
    private const int LeastLanes = 12;       // with fewer, most of a tile of 32 lanes would be computed for nothing

    /// <summary>y = x ∗ w, when there is a path for it.</summary>
    public static bool Forward(in Convolution.Geometry g, float* x, float* w, float* y)
    {
        if (FitsWinograd(g))
        {
            Winograd.Convolve(new PlaneSizes(g.Batch, g.Channels, g.Out, g.Y.Size, g.X.Size, g.Y.Begin, g.X.Begin, g.Y.Positions, g.X.Positions), x, w, turned: false, y);
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
        if (FitsWinograd(g))
        {
            Winograd.Convolve(new PlaneSizes(g.Batch, g.Out, g.Channels, g.Y.Positions, g.X.Positions, 2 - g.Y.Begin, 2 - g.X.Begin, g.Y.Size, g.X.Size), dy, w, turned: true, dx);
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
        if (FitsWinograd(g))
        {
            Winograd.WeightGradient(new PlaneSizes(g.Batch, g.Channels, g.Out, g.Y.Size, g.X.Size, g.Y.Begin, g.X.Begin, g.Y.Positions, g.X.Positions), x, dy, dw);
            return true;
        }
        if (FitsChannelsLast(g, g.Out))
        {
            ChannelsLast.WeightGradient(g, x, dy, dw);
            return true;
        }
        return false;
    }

    private static bool FitsChannelsLast(in Convolution.Geometry g, int lanes) =>
        System.Numerics.Vector.IsHardwareAccelerated && g.Groups == 1 && g.Z == AxisWindow.One && lanes >= LeastLanes && g.Batch > 0;

    private static bool FitsWinograd(in Convolution.Geometry g) =>
        ConvolutionOptions.Winograd && System.Numerics.Vector.IsHardwareAccelerated && g.Groups == 1 && g.Z == AxisWindow.One && IsThree(g.Y) && IsThree(g.X)
            && g.Channels >= WinogradChannels && g.Out >= WinogradChannels && g.Y.Positions > 1 && g.X.Positions > 1;

    private static bool IsThree(AxisWindow axis) => axis is { Kernel: 3, Stride: 1, Dilation: 1, Begin: <= 2, End: <= 2 };
}
