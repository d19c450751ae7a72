// 16 channels of a picture with the channel last, so that one vector holds a cell of all of them, inside a margin of zeros.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

/// <summary>The sizes of the canvas, and where on it the picture's first cell lies.</summary>
internal readonly record struct ChannelBlock(int Rows, int Columns, int Top, int Left)
{
    /// <summary>Channels of a block: the widest vector.</summary>
    public const int Lanes = 16;

    /// <summary>Elements of the canvas.</summary>
    public int Elements => checked(this.Rows * this.Columns * Lanes);

    /// <summary>Elements from one row of the canvas to the next.</summary>
    public int Row => this.Columns * Lanes;

    /// <summary>Elements of the memory that filling it needs beside the canvas.</summary>
    public static int Spare(int height, int width) => checked(height * width * Lanes);

    /// <summary>Writes the canvas from planes of a picture, so many channels of which are there; what lies beyond it is left out.</summary>
    public unsafe void Fill(float* planes, int present, int height, int width, float* canvas, float* spare) =>
        this.Fill(planes, (long)height * width, present, height, width, canvas, spare);

    /// <summary>The same for planes that lie so many elements apart.</summary>
    public unsafe void Fill(float* planes, long step, int present, int height, int width, float* canvas, float* spare)
    {
        int area = height * width, columns = Math.Clamp(this.Columns - this.Left, 0, width), rows = Math.Clamp(this.Rows - this.Top, 0, height);
        int before = Math.Min(this.Left, this.Columns) * Lanes, after = this.Row - before - columns * Lanes;
        // short rows are turned all at once
        bool whole = columns == this.Columns && rows == this.Rows && rows == height, direct = whole || (width >= Lanes && columns > 0);
        if (present < Lanes) new Span<float>(direct ? canvas : spare, direct ? this.Elements : area * Lanes).Clear();
        if (!direct || whole) Transposition.Run(planes, step, present, area, whole ? canvas : spare, Lanes);
        if (whole) return;
        new Span<float>(canvas, Math.Min(this.Top, this.Rows) * this.Row).Clear();
        float* to = canvas + (long)this.Top * this.Row;
        for (int y = 0; y < rows; y++, to += this.Row)
        {
            new Span<float>(to, before).Clear();
            if (direct) Transposition.Run(planes + (long)y * width, step, present, columns, to + before, Lanes);
            else Unsafe.CopyBlockUnaligned(to + before, spare + (long)y * width * Lanes, (uint)(columns * Lanes * sizeof(float)));
            new Span<float>(to + before + columns * Lanes, after).Clear();
        }
        int below = this.Rows - this.Top - rows;
        if (below > 0) new Span<float>(to, below * this.Row).Clear();
    }
}
