// A convolution's output and the epilogue that goes on with it. Kernels know where they have written; an epilogue wants to
// know which elements these are.

namespace Kubik.Kernels;

/// <summary>Says which parts of an output are final.</summary>
internal readonly unsafe struct OutputParts(float* output, Epilogue? epilogue)
{
    private const int ElementsAJob = 1 << 14;

    /// <summary>Whether anybody wants to know.</summary>
    public bool IsWanted => epilogue is not null;

    /// <summary>Rows of elements at a place of the output have their final value.</summary>
    public void Done(float* at, int rows, long step, int columns) => epilogue?.Run(at - output, rows, step, columns);

    /// <summary>So many rows from a place on, one after the other, are final: for kernels that write here and there.</summary>
    public void DoneLater(float* at, long rows, int columns)
    {
        if (epilogue is null || rows * columns == 0) return;
        RowJob job = new() { Parts = this, At = at, Rows = rows, Columns = columns, AtOnce = Math.Max(1, ElementsAJob / columns) };
        Workers.Run(checked((int)((rows + job.AtOnce - 1) / job.AtOnce)), ref job);
    }

    private struct RowJob : IJob
    {
        public OutputParts Parts;
        public float* At;
        public long Rows;
        public int Columns, AtOnce;

        public readonly void Run(int job)
        {
            long first = (long)job * this.AtOnce;
            this.Parts.Done(this.At + first * this.Columns, (int)Math.Min(this.AtOnce, this.Rows - first), this.Columns, this.Columns);
        }
    }
}
