// Which places of an input, a kernel and an output come together in a convolution or a pool: the cells that a window covers, and, the
// other way round, the windows that a cell lies in.

namespace Kubik.Glass.Explaining;

internal static class WindowPlaces
{
    /// <summary>A weight of a kernel gets, of every window, the entry that it met times the gradient of what the window gave.</summary>
    public static (int[] Cell, int[] Window)? KernelTerm(ConvWeightGradient conv, Tensor[] x, int[] at, int k)
    {
        (Shape input, Shape windows) = (x[0].Shape, x[1].Shape);
        int axes = input.Rank - 2, channels = input[1] / conv.Window.Groups, group = at[0] / (windows[1] / conv.Window.Groups);
        int[] place = Entries.Unraveled([windows[0], .. windows.Sizes[2..]], k), cell = [place[0], group * channels + at[1], .. new int[axes]];
        for (int a = 0; a < axes; a++)
        {
            AxisWindow along = conv.Window.Along(a, input[2 + a], conv.Kernel[a]);
            cell[2 + a] = place[1 + a] * along.Stride + at[2 + a] * along.Dilation - along.Begin;
        }
        return IsInside(input, cell) ? (cell, [place[0], at[0], .. place[1..]]) : null;
    }

    /// <summary>An entry of the input gets, of every window it lies in, the weight that it met times the gradient of what the window gave.</summary>
    public static (int[] Window, int[] Weight)? InputTerm(ConvInputGradient conv, Tensor[] x, Shape input, int[] at, int k)
    {
        (Shape windows, Shape kernel) = (x[0].Shape, x[1].Shape);
        int outputs = kernel[0] / conv.Window.Groups, channel = at[1] % kernel[1], first = at[1] / kernel[1] * outputs;
        int[] place = Entries.Unraveled([outputs, .. kernel.Sizes[2..]], k), window = [at[0], first + place[0], .. new int[input.Rank - 2]];
        for (int a = 0; a < input.Rank - 2; a++)
        {
            AxisWindow along = conv.Window.Along(a, input[2 + a], kernel[2 + a]);
            int from = at[2 + a] + along.Begin - place[1 + a] * along.Dilation;
            if (from < 0 || from % along.Stride != 0) return null;
            window[2 + a] = from / along.Stride;
        }
        return IsInside(windows, window) ? (window, [first + place[0], channel, .. place[1..]]) : null;
    }

    /// <summary>The windows of a pool that an entry lies in.</summary>
    public static IEnumerable<int[]> Around(SlidingGrid grid, Shape input, Shape windows, int[] at)
    {
        AxisWindow[] along = [.. Enumerable.Range(0, input.Rank - 2).Select(a => grid.Window.Along(a, input[2 + a], grid.Kernel[a]))];
        for (int k = 0; k < windows[2..].Size; k++)
        {
            int[] window = [at[0], at[1], .. Entries.Unraveled(windows[2..], k)];
            if (along.Index().All(w =>
                at[2 + w.Index] + w.Item.Begin - window[2 + w.Index] * w.Item.Stride is var d && d >= 0 && d % w.Item.Dilation == 0
                && d / w.Item.Dilation < w.Item.Kernel)) yield return window;
        }
    }

    /// <summary>Which cell of the input meets which weight of the kernel; cells may lie beyond the border.</summary>
    public static IEnumerable<(int[] Cell, int[] Weight)> Met(Conv conv, Tensor[] x, int[] at)
    {
        (Shape input, Shape kernel) = (x[0].Shape, x[1].Shape);
        int axes = input.Rank - 2, channels = kernel[1], first = at[1] / (kernel[0] / conv.Window.Groups) * channels, cells = kernel[2..].Size;
        AxisWindow[] along = [.. Enumerable.Range(0, axes).Select(a => conv.Window.Along(a, input[2 + a], kernel[2 + a]))];
        for (int k = 0; k < channels * cells; k++)
        {
            int[] cell = new int[input.Rank], weight = new int[kernel.Rank];
            (cell[0], cell[1], weight[0], weight[1]) = (at[0], first + k / cells, at[1], k / cells);
            for (int a = axes - 1, left = k % cells; a >= 0; a--)
            {
                weight[2 + a] = left % kernel[2 + a];
                left /= kernel[2 + a];
                cell[2 + a] = at[2 + a] * along[a].Stride + weight[2 + a] * along[a].Dilation - along[a].Begin;
            }
            yield return (cell, weight);
        }
    }

    /// <summary>Whether a cell is one of the input, and not beyond its border.</summary>
    public static bool IsInside(Shape shape, int[] cell)
    {
        for (int a = 0; a < cell.Length; a++)
        {
            if (cell[a] < 0 || cell[a] >= shape[a]) return false;
        }
        return true;
    }
}
