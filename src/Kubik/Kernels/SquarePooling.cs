// Pools of float32 whose windows are 2 × 2 and lie side by side, the pools of most networks: two rows of the picture are parted
// into even and odd columns, and a vector of windows is decided at once, without branches. The last vector of a row may
// overlap the one before. Bound by memory: every element of the picture is read once.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class SquarePooling
{
    private const int ElementsAJob = 1 << 14;

    /// <summary>Windows of the shortest row there is a vector for.</summary>
    public static int ShortestRow => Pairs.IsSupported<Lanes128<float>>() ? Lanes128<float>.Count : int.MaxValue / 2;

    /// <summary>Does what T says with every window; false when there is no vector for windows in so short a row.</summary>
    /// <param name="x">The picture that decides.</param>
    /// <param name="picture">Shaped like it, read or written.</param>
    /// <param name="windows">One element a window.</param>
    /// <param name="planes">How many planes.</param>
    /// <param name="height">Rows of a plane of the picture.</param>
    /// <param name="width">Columns of a plane of the picture.</param>
    public static bool Run<TCell>(float* x, float* picture, float* windows, int planes, int height, int width) where TCell : struct, ICell =>
        Run<TCell, Lanes512<float>>(x, picture, windows, planes, height, width)
            || Run<TCell, Lanes256<float>>(x, picture, windows, planes, height, width)
            || Run<TCell, Lanes128<float>>(x, picture, windows, planes, height, width);

    private static bool Run<TCell, TLanes>(float* x, float* picture, float* windows, int planes, int height, int width)
        where TCell : struct, ICell where TLanes : struct, ILanes<TLanes, float>
    {
        if (!Pairs.IsSupported<TLanes>() || width / 2 < TLanes.Count) return false;
        PlaneJob<TCell, TLanes> job = new()
        {
            X = x,
            Picture = picture,
            Windows = windows,
            Planes = planes,
            Height = height,
            Width = width,
            PlanesAJob = Math.Max(1, ElementsAJob / (height * width))
        };
        Workers.Run((planes + job.PlanesAJob - 1) / job.PlanesAJob, ref job);
        return true;
    }

    /// <summary>What a pool does with a vector of windows, whose cells lie at x and below, and likewise in the picture.</summary>
    internal interface ICell
    {
        static abstract void Visit<TLanes>(float* x, float* picture, float* window, int width) where TLanes : struct, ILanes<TLanes, float>;
    }

    private struct PlaneJob<TCell, TLanes> : IJob where TCell : struct, ICell where TLanes : struct, ILanes<TLanes, float>
    {
        public float* X, Picture, Windows;
        public int Planes, PlanesAJob, Height, Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int job)
        {
            int columns = this.Width / 2, rows = this.Height / 2, last = columns - TLanes.Count;
            for (int plane = job * this.PlanesAJob, end = Math.Min(plane + this.PlanesAJob, this.Planes); plane < end; plane++)
            {
                for (int y = 0; y < rows; y++)
                {
                    long at = ((long)plane * this.Height + 2 * y) * this.Width;
                    float* window = this.Windows + ((long)plane * rows + y) * columns;
                    for (int i = 0; i < last; i += TLanes.Count) TCell.Visit<TLanes>(this.X + at + 2 * i, this.Picture + at + 2 * i, window + i, this.Width);
                    TCell.Visit<TLanes>(this.X + at + 2 * last, this.Picture + at + 2 * last, window + last, this.Width);
                }
            }
        }
    }

    // Where a is larger than b, or NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Beats<TLanes>(TLanes a, TLanes b) where TLanes : struct, ILanes<TLanes, float> =>
        TLanes.Select(TLanes.Equal(a, a), TLanes.Greater(a, b), TLanes.OfBits(-1));

    // Which cells won, and the rows they are in: the odd one of the upper pair, of the lower pair, the lower pair.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Winner<TLanes>(float* x, int width, out TLanes right, out TLanes lowerRight, out TLanes lower)
        where TLanes : struct, ILanes<TLanes, float>
    {
        Pairs.Part(x, out TLanes a, out TLanes b);
        Pairs.Part(x + width, out TLanes c, out TLanes d);
        right = Beats(b, a);
        lowerRight = Beats(d, c);
        TLanes top = TLanes.Select(right, b, a), bottom = TLanes.Select(lowerRight, d, c);
        lower = Beats(bottom, top);
        return TLanes.Select(lower, bottom, top);
    }

    /// <summary>The largest cell.</summary>
    internal readonly struct Largest : ICell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Visit<TLanes>(float* x, float* picture, float* window, int width) where TLanes : struct, ILanes<TLanes, float> =>
            TLanes.Store(Winner<TLanes>(x, width, out _, out _, out _), window);
    }

    /// <summary>Puts the window's element where the largest cell is, and zeros elsewhere.</summary>
    internal readonly struct Scatter : ICell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Visit<TLanes>(float* x, float* picture, float* window, int width) where TLanes : struct, ILanes<TLanes, float>
        {
            Winner<TLanes>(x, width, out TLanes right, out TLanes lowerRight, out TLanes lower);
            TLanes g = TLanes.Load(window), zero = TLanes.Zero, top = TLanes.Select(lower, zero, g), bottom = TLanes.Select(lower, g, zero);
            Pairs.Join(TLanes.Select(right, zero, top), TLanes.Select(right, top, zero), picture);
            Pairs.Join(TLanes.Select(lowerRight, zero, bottom), TLanes.Select(lowerRight, bottom, zero), picture + width);
        }
    }

    /// <summary>Picks the picture's element where the largest cell is.</summary>
    internal readonly struct Gather : ICell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Visit<TLanes>(float* x, float* picture, float* window, int width) where TLanes : struct, ILanes<TLanes, float>
        {
            Winner<TLanes>(x, width, out TLanes right, out TLanes lowerRight, out TLanes lower);
            Pairs.Part(picture, out TLanes a, out TLanes b);
            Pairs.Part(picture + width, out TLanes c, out TLanes d);
            TLanes.Store(TLanes.Select(lower, TLanes.Select(lowerRight, d, c), TLanes.Select(right, b, a)), window);
        }
    }

    /// <summary>The mean.</summary>
    internal readonly struct Mean : ICell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Visit<TLanes>(float* x, float* picture, float* window, int width) where TLanes : struct, ILanes<TLanes, float>
        {
            Pairs.Part(x, out TLanes a, out TLanes b);
            Pairs.Part(x + width, out TLanes c, out TLanes d);
            TLanes.Store((a + b + c + d) * TLanes.Of(0.25), window);
        }
    }

    /// <summary>A quarter of the window's element to each cell.</summary>
    internal readonly struct Spread : ICell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Visit<TLanes>(float* x, float* picture, float* window, int width) where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes share = TLanes.Load(window) * TLanes.Of(0.25);
            Pairs.Join(share, share, picture);
            Pairs.Join(share, share, picture + width);
        }
    }
}
