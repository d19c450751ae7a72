// The transforms of Winograd's convolution with 3 × 3 kernels: F(4×4, 3×3) and F(2×2, 3×3) as Lavin and Gray give them,
// "Fast Algorithms for Convolutional Neural Networks" (2015, §4.1, §4.3). With n = m + 2 cells along a tile,
//
//     Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A      and for the gradient of the kernel      dg = Gᵀ [(A dY Aᵀ) ⊙ (Bᵀ d B)] G.
//
// Each matrix is written as a line: what it does to one column. A square is all columns, then all rows of the result.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>A matrix applied to one column of vectors.</summary>
internal unsafe interface IWinogradLine
{
    /// <summary>Cells of the column.</summary>
    static abstract int From { get; }

    /// <summary>Cells of the result.</summary>
    static abstract int To { get; }

    /// <summary>Applies the matrix; cells lie sx and sy elements apart.</summary>
    static abstract void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>;
}

/// <summary>The five transforms of one size of tile. Cell (i, j) of a square lies at x + i·row + j·column,
/// and is as many floats as there are lanes, a multiple of 16.</summary>
internal unsafe interface IWinograd
{
    /// <summary>Outputs along a side of the tile: m.</summary>
    static abstract int Side { get; }

    /// <summary>Bᵀ d B.</summary>
    static abstract void Picture(Square s);

    /// <summary>G g Gᵀ.</summary>
    static abstract void Kernel(Square s);

    /// <summary>Aᵀ M A.</summary>
    static abstract void Result(Square s);

    /// <summary>A dY Aᵀ.</summary>
    static abstract void Arriving(Square s);

    /// <summary>Gᵀ dU G.</summary>
    static abstract void KernelGradient(Square s);
}

/// <summary>Where a square of cells lies and where its transform goes.</summary>
internal readonly unsafe struct Square(float* x, long xRow, long xColumn, float* y, long yRow, long yColumn, int lanes)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLine>() where TLine : IWinogradLine
    {
        if (Vector512.IsHardwareAccelerated) this.Run<TLine, Lanes512<float>>();
        else if (Vector256.IsHardwareAccelerated) this.Run<TLine, Lanes256<float>>();
        else this.Run<TLine, Lanes128<float>>();
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLine, TLanes>() where TLine : IWinogradLine where TLanes : struct, ILanes<TLanes, float>
    {
        float* columns = stackalloc float[6 * 6 * 16];
        int n = TLanes.Count;
        for (int lane = 0; lane < lanes; lane += n)
        {
            float* from = x + lane, to = y + lane;
            for (int j = 0; j < TLine.From; j++) TLine.Run<TLanes>(from + j * xColumn, xRow, columns + j * n, TLine.From * n);
            for (int i = 0; i < TLine.To; i++) TLine.Run<TLanes>(columns + i * TLine.From * n, n, to + i * yRow, yColumn);
        }
    }
}

/// <summary>F(4×4, 3×3): 36 products for 16 outputs instead of 144.</summary>
internal readonly unsafe struct Winograd4 : IWinograd
{
    public static int Side => 4;

    public static void Picture(Square s) => s.Run<PictureLine>();

    public static void Kernel(Square s) => s.Run<KernelLine>();

    public static void Result(Square s) => s.Run<ResultLine>();

    public static void Arriving(Square s) => s.Run<ArrivingLine>();

    public static void KernelGradient(Square s) => s.Run<KernelGradientLine>();

    private readonly struct PictureLine : IWinogradLine
    {
        public static int From => 6;

        public static int To => 6;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes d0 = TLanes.Load(x), d1 = TLanes.Load(x + sx), d2 = TLanes.Load(x + 2 * sx), d3 = TLanes.Load(x + 3 * sx), d4 = TLanes.Load(x + 4 * sx),
                d5 = TLanes.Load(x + 5 * sx);
            TLanes a = TLanes.MultiplyAdd(d2, TLanes.Of(-4), d4), b = TLanes.MultiplyAdd(d1, TLanes.Of(-4), d3), c = d4 - d2, e = d3 - d1;
            TLanes.Store(TLanes.MultiplyAdd(d0, TLanes.Of(4), TLanes.MultiplyAdd(d2, TLanes.Of(-5), d4)), y);
            TLanes.Store(a + b, y + sy);
            TLanes.Store(a - b, y + 2 * sy);
            TLanes.Store(TLanes.MultiplyAdd(e, TLanes.Of(2), c), y + 3 * sy);
            TLanes.Store(TLanes.MultiplyAdd(e, TLanes.Of(-2), c), y + 4 * sy);
            TLanes.Store(TLanes.MultiplyAdd(d1, TLanes.Of(4), TLanes.MultiplyAdd(d3, TLanes.Of(-5), d5)), y + 5 * sy);
        }
    }

    private readonly struct KernelLine : IWinogradLine
    {
        public static int From => 3;

        public static int To => 6;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes g0 = TLanes.Load(x), g1 = TLanes.Load(x + sx), g2 = TLanes.Load(x + 2 * sx);
            TLanes a = (g0 + g2) * TLanes.Of(-1f / 6), b = g1 * TLanes.Of(1f / 6);
            TLanes c = TLanes.MultiplyAdd(g2, TLanes.Of(1f / 6), g0 * TLanes.Of(1f / 24)), e = g1 * TLanes.Of(1f / 12);
            TLanes.Store(g0 * TLanes.Of(0.25f), y);
            TLanes.Store(a - b, y + sy);
            TLanes.Store(a + b, y + 2 * sy);
            TLanes.Store(c + e, y + 3 * sy);
            TLanes.Store(c - e, y + 4 * sy);
            TLanes.Store(g2, y + 5 * sy);
        }
    }

    private readonly struct ResultLine : IWinogradLine
    {
        public static int From => 6;

        public static int To => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes m1 = TLanes.Load(x + sx), m2 = TLanes.Load(x + 2 * sx), m3 = TLanes.Load(x + 3 * sx), m4 = TLanes.Load(x + 4 * sx);
            TLanes a = m1 + m2, b = m1 - m2, c = m3 + m4, e = m3 - m4;
            TLanes.Store(TLanes.Load(x) + a + c, y);
            TLanes.Store(TLanes.MultiplyAdd(e, TLanes.Of(2), b), y + sy);
            TLanes.Store(TLanes.MultiplyAdd(c, TLanes.Of(4), a), y + 2 * sy);
            TLanes.Store(TLanes.MultiplyAdd(e, TLanes.Of(8), b + TLanes.Load(x + 5 * sx)), y + 3 * sy);
        }
    }

    private readonly struct ArrivingLine : IWinogradLine
    {
        public static int From => 4;

        public static int To => 6;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes e0 = TLanes.Load(x), e1 = TLanes.Load(x + sx), e2 = TLanes.Load(x + 2 * sx), e3 = TLanes.Load(x + 3 * sx);
            TLanes a = e0 + e2, b = e1 + e3, c = TLanes.MultiplyAdd(e2, TLanes.Of(4), e0), e = TLanes.MultiplyAdd(e3, TLanes.Of(8), e1 + e1);
            TLanes.Store(e0, y);
            TLanes.Store(a + b, y + sy);
            TLanes.Store(a - b, y + 2 * sy);
            TLanes.Store(c + e, y + 3 * sy);
            TLanes.Store(c - e, y + 4 * sy);
            TLanes.Store(e3, y + 5 * sy);
        }
    }

    private readonly struct KernelGradientLine : IWinogradLine
    {
        public static int From => 6;

        public static int To => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes u1 = TLanes.Load(x + sx), u2 = TLanes.Load(x + 2 * sx), u3 = TLanes.Load(x + 3 * sx), u4 = TLanes.Load(x + 4 * sx);
            TLanes a = u1 + u2, b = u2 - u1, c = u3 + u4, e = u3 - u4;
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(x), TLanes.Of(0.25f), TLanes.MultiplyAdd(a, TLanes.Of(-1f / 6), c * TLanes.Of(1f / 24))), y);
            TLanes.Store(TLanes.MultiplyAdd(b, TLanes.Of(1f / 6), e * TLanes.Of(1f / 12)), y + sy);
            TLanes.Store(TLanes.MultiplyAdd(c - a, TLanes.Of(1f / 6), TLanes.Load(x + 5 * sx)), y + 2 * sy);
        }
    }
}

/// <summary>F(2×2, 3×3): 16 products for 4 outputs instead of 36.</summary>
internal readonly unsafe struct Winograd2 : IWinograd
{
    public static int Side => 2;

    public static void Picture(Square s) => s.Run<PictureLine>();

    public static void Kernel(Square s) => s.Run<KernelLine>();

    public static void Result(Square s) => s.Run<ResultLine>();

    public static void Arriving(Square s) => s.Run<ArrivingLine>();

    public static void KernelGradient(Square s) => s.Run<KernelGradientLine>();

    private readonly struct PictureLine : IWinogradLine
    {
        public static int From => 4;

        public static int To => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes d0 = TLanes.Load(x), d1 = TLanes.Load(x + sx), d2 = TLanes.Load(x + 2 * sx), d3 = TLanes.Load(x + 3 * sx);
            TLanes.Store(d0 - d2, y);
            TLanes.Store(d1 + d2, y + sy);
            TLanes.Store(d2 - d1, y + 2 * sy);
            TLanes.Store(d1 - d3, y + 3 * sy);
        }
    }

    private readonly struct KernelLine : IWinogradLine
    {
        public static int From => 3;

        public static int To => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes g0 = TLanes.Load(x), g1 = TLanes.Load(x + sx), g2 = TLanes.Load(x + 2 * sx);
            TLanes a = (g0 + g2) * TLanes.Of(0.5f);
            TLanes.Store(g0, y);
            TLanes.Store(TLanes.MultiplyAdd(g1, TLanes.Of(0.5f), a), y + sy);
            TLanes.Store(TLanes.MultiplyAdd(g1, TLanes.Of(-0.5f), a), y + 2 * sy);
            TLanes.Store(g2, y + 3 * sy);
        }
    }

    private readonly struct ResultLine : IWinogradLine
    {
        public static int From => 4;

        public static int To => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes m1 = TLanes.Load(x + sx), m2 = TLanes.Load(x + 2 * sx);
            TLanes.Store(TLanes.Load(x) + (m1 + m2), y);
            TLanes.Store(m1 - m2 - TLanes.Load(x + 3 * sx), y + sy);
        }
    }

    private readonly struct ArrivingLine : IWinogradLine
    {
        public static int From => 2;

        public static int To => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes e0 = TLanes.Load(x), e1 = TLanes.Load(x + sx);
            TLanes.Store(e0, y);
            TLanes.Store(e0 + e1, y + sy);
            TLanes.Store(e0 - e1, y + 2 * sy);
            TLanes.Store(-e1, y + 3 * sy);
        }
    }

    private readonly struct KernelGradientLine : IWinogradLine
    {
        public static int From => 4;

        public static int To => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TLanes>(float* x, long sx, float* y, long sy) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes u1 = TLanes.Load(x + sx), u2 = TLanes.Load(x + 2 * sx), a = u1 + u2;
            TLanes.Store(TLanes.MultiplyAdd(a, TLanes.Of(0.5f), TLanes.Load(x)), y);
            TLanes.Store((u1 - u2) * TLanes.Of(0.5f), y + sy);
            TLanes.Store(TLanes.MultiplyAdd(a, TLanes.Of(0.5f), TLanes.Load(x + 3 * sx)), y + 2 * sy);
        }
    }
}
