// Batch normalisation on (batch, channels, rest): its moments, itself, and the two passes of its gradient, put together from
// sums that leave the channels and one affine map of elements.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class BatchNormKernel
{
    [ThreadStatic] private static Scratch? scratch;

    /// <summary>Mean and variance of each channel into (2, channels).</summary>
    public static void Moments<T>(Tensor x, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        x = x.Contiguous();
        (int outer, int channels, int inner) = Sizes(x.Shape);
        fixed (T* px = x.Data<T>(), mean = y.Data<T>()) ChannelSums.Moments(px, mean, mean + channels, outer, channels, inner);
        GC.KeepAlive(x);
    }

    /// <summary>y = (x − μ) / √(σ² + ε) · scale + shift.</summary>
    public static void Forward<T>(ReadOnlySpan<Tensor> x, double epsilon, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor input = x[0].Contiguous(), scale = x[1].Contiguous(), shift = x[2].Contiguous(), mean = x[3].Contiguous(), variance = x[4].Contiguous();
        (int outer, int channels, int inner) = Sizes(input.Shape);
        T* four = (T*)(scratch ??= new()).Reserve((long)channels * 4 * sizeof(T));
        ReadOnlySpan<T> s = scale.Data<T>(), t = shift.Data<T>(), m = mean.Data<T>(), v = variance.Data<T>();
        for (int c = 0; c < channels; c++)
        {
            four[c] = m[c];
            four[channels + c] = T.CreateChecked(double.CreateChecked(s[c]) / Math.Sqrt(double.CreateChecked(v[c]) + epsilon));
            four[2 * channels + c] = T.Zero;
            four[3 * channels + c] = t[c];
        }
        fixed (T* px = input.Data<T>(), py = y.Data<T>()) ChannelMap.Run(px, null, four, py, outer, channels, inner);
        GC.KeepAlive(input);
        GC.KeepAlive(scale);
        GC.KeepAlive(shift);
        GC.KeepAlive(mean);
        GC.KeepAlive(variance);
    }

    /// <summary>Σ dy and Σ dy·(x − μ) / √(σ² + ε) of each channel into (2, channels); inputs dy, x, μ, σ².</summary>
    public static void Sums<T>(ReadOnlySpan<Tensor> x, double epsilon, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor dy = x[0].Contiguous(), input = x[1].Contiguous(), mean = x[2].Contiguous(), variance = x[3].Contiguous();
        (int outer, int channels, int inner) = Sizes(input.Shape);
        double* first = (double*)(scratch ??= new()).Reserve((long)channels * 2 * sizeof(double)), second = first + channels;
        fixed (T* pdy = dy.Data<T>(), px = input.Data<T>(), pm = mean.Data<T>(), pv = variance.Data<T>(), py = y.Data<T>())
        {
            ChannelSums.Products(px, pdy, pm, outer, channels, inner, new(first, channels), new(second, channels));
            for (int c = 0; c < channels; c++)
            {
                py[c] = T.CreateChecked(first[c]);
                py[channels + c] = T.CreateChecked(second[c] / Math.Sqrt(double.CreateChecked(pv[c]) + epsilon));
            }
        }
        GC.KeepAlive(dy);
        GC.KeepAlive(input);
        GC.KeepAlive(mean);
        GC.KeepAlive(variance);
    }

    /// <summary>dx = scale / σ · (dy − Σdy / n − x̂ · Σ(dy·x̂) / n); inputs dy, x, scale, μ, σ² and the sums.</summary>
    public static void Gradient<T>(ReadOnlySpan<Tensor> x, double epsilon, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor dy = x[0].Contiguous(), input = x[1].Contiguous(), scale = x[2].Contiguous(), mean = x[3].Contiguous(), variance = x[4].Contiguous(),
            sums = x[5].Contiguous();
        (int outer, int channels, int inner) = Sizes(input.Shape);
        T* four = (T*)(scratch ??= new()).Reserve((long)channels * 4 * sizeof(T));
        ReadOnlySpan<T> s = scale.Data<T>(), m = mean.Data<T>(), v = variance.Data<T>(), two = sums.Data<T>();
        double n = (double)outer * inner;
        for (int c = 0; c < channels; c++)
        {
            double rate = 1 / Math.Sqrt(double.CreateChecked(v[c]) + epsilon), b = double.CreateChecked(s[c]) * rate;
            four[c] = m[c];
            four[channels + c] = T.CreateChecked(-b * rate * double.CreateChecked(two[channels + c]) / n);
            four[2 * channels + c] = T.CreateChecked(b);
            four[3 * channels + c] = T.CreateChecked(-b * double.CreateChecked(two[c]) / n);
        }
        fixed (T* pdy = dy.Data<T>(), px = input.Data<T>(), py = y.Data<T>()) ChannelMap.Run(px, pdy, four, py, outer, channels, inner);
        GC.KeepAlive(dy);
        GC.KeepAlive(input);
        GC.KeepAlive(scale);
        GC.KeepAlive(mean);
        GC.KeepAlive(variance);
        GC.KeepAlive(sums);
    }

    private static (int Outer, int Channels, int Inner) Sizes(Shape x)
    {
        int inner = 1;
        for (int axis = 2; axis < x.Rank; axis++) inner *= x[axis];
        return (x[0], x[1], inner);
    }
}
