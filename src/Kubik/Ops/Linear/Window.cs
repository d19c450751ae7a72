namespace Kubik;

/// <summary>How a window moves over a picture: step, border, spacing of its cells, and into how many groups the channels are split.</summary>
/// <param name="StrideY">Rows from one window to the next.</param>
/// <param name="StrideX">Columns from one window to the next.</param>
/// <param name="PadY">Rows of zeros added at the top and at the bottom.</param>
/// <param name="PadX">Columns of zeros added at each side.</param>
/// <param name="DilationY">Rows from one cell of the window to the next.</param>
/// <param name="DilationX">Columns from one cell of the window to the next.</param>
/// <param name="Groups">Groups of channels that do not see each other.</param>
public readonly record struct Window(int StrideY = 1, int StrideX = 1, int PadY = 0, int PadX = 0, int DilationY = 1, int DilationX = 1, int Groups = 1)
{
    /// <summary>One cell at a time, no border, no spacing, one group.</summary>
    /// <remarks>Written out, because C# reads <c>new Window()</c> of a struct as all zeros even when every parameter has a default.</remarks>
    public Window() : this(StrideY: 1)
    {
    }

    /// <summary>Positions of a window of <paramref name="kernel"/> rows on <paramref name="size"/> rows.</summary>
    public int OutY(int size, int kernel) => Positions(size, kernel, this.StrideY, this.PadY, this.DilationY);

    /// <summary>Positions of a window of <paramref name="kernel"/> columns on <paramref name="size"/> columns.</summary>
    public int OutX(int size, int kernel) => Positions(size, kernel, this.StrideX, this.PadX, this.DilationX);

    /// <summary>An error when a number makes no sense; null when all do.</summary>
    internal string? Problem =>
        this.StrideY < 1 || this.StrideX < 1 ? $"the stride must be 1 or more, not {this.StrideY}x{this.StrideX}." :
        this.PadY < 0 || this.PadX < 0 ? $"the padding must be 0 or more, not {this.PadY}x{this.PadX}." :
        this.DilationY < 1 || this.DilationX < 1 ? $"the dilation must be 1 or more, not {this.DilationY}x{this.DilationX}." :
        this.Groups < 1 ? $"the number of groups must be 1 or more, not {this.Groups}." : null;

    private static int Positions(int size, int kernel, int stride, int pad, int dilation)
    {
        long room = size + 2L * pad - ((kernel - 1L) * dilation + 1);
        return room < 0 ? 0 : (int)Math.Min(room / stride + 1, int.MaxValue);
    }
}
