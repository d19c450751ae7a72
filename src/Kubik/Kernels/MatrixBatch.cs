// The driver of the factorisations: takes the matrices of a batch one by one, with any strides and broadcasting, hands
// them on in double precision and writes down what comes back. Float32 gains digits that an elimination loses, and
// there is one kernel of each kind. A matrix is one thread's work, so bits do not depend on threads.

namespace Kubik.Kernels;

/// <summary>The sizes of one problem: a is Rows × Columns, b has Right columns (0 when there is no b).</summary>
internal readonly record struct MatrixSizes(int Rows, int Columns, int Right);

/// <summary>What is done with each matrix of a batch; all are row-major without gaps.</summary>
internal unsafe interface IMatrixFunction
{
    /// <summary>Doubles of working memory beside the inputs, which may be overwritten.</summary>
    int Spare(MatrixSizes sizes);

    /// <summary>Computes y from a and b.</summary>
    /// <returns>−1, or the row at which the matrix turned out to be of the wrong kind.</returns>
    int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes);
}

internal static unsafe class MatrixBatch
{
    private const double WorkAJob = 1 << 16;

    [ThreadStatic] private static Scratch? memory;

    /// <summary>Applies f to every matrix of a and, where it is given, b, whose leading axes broadcast to <paramref name="batch"/>.</summary>
    /// <returns>Null, or the first matrix that was of the wrong kind and the row where that came out.</returns>
    public static (int Matrix, int Row)? Run<TFunction>(TFunction f, Tensor a, Tensor? b, Tensor y, Shape batch) where TFunction : struct, IMatrixFunction
    {
        int count = batch.Size;
        if (count == 0) return null;
        MatrixSizes sizes = new(a.Shape[^2], a.Shape[^1], b?.Shape[^1] ?? 0);
        double work = Math.Max(1, sizes.Rows) * Math.Max(1.0, sizes.Columns) * (sizes.Columns + sizes.Right);
        int[] failed = new int[count];
        fixed (byte* pa = a.Bytes, pb = b is null ? default : b.Bytes, py = y.Bytes)
        {
            Job<TFunction> job = new()
            {
                F = f,
                A = new(a, pa, batch),
                B = b is null ? default : new(b, pb, batch),
                Y = py + (long)y.Layout.Offset * y.DType.ByteSize,
                IsFloat = y.DType == DType.Float32,
                Sizes = sizes,
                Outputs = y.Count / count,
                Count = count,
                Failed = failed,
                MatricesAJob = (int)Math.Clamp(WorkAJob / Math.Max(work, 1), 1, count),
            };
            Workers.Run((count + job.MatricesAJob - 1) / job.MatricesAJob, ref job);
        }
        int first = Array.FindIndex(failed, row => row >= 0);
        return first < 0 ? null : (first, failed[first]);
    }

    // A tensor whose last two axes are matrices, and where each of them begins.
    private readonly struct Source
    {
        private readonly byte* data;
        private readonly Layout layout;
        private readonly Shape batch;
        private readonly int rows, columns;
        private readonly bool isFloat;

        public Source(Tensor x, byte* data, Shape batch)
        {
            this.data = data;
            this.batch = batch;
            (this.rows, this.columns) = (x.Shape[^2], x.Shape[^1]);
            this.isFloat = x.DType == DType.Float32;
            this.layout = x.Layout.Broadcast(x.Shape, [.. batch, this.rows, this.columns]);
        }

        public int Count => this.rows * this.columns;

        public void Load(int matrix, double* to)
        {
            long start = this.layout.Offset, row = this.layout.Strides[^2], column = this.layout.Strides[^1];
            for (int axis = this.batch.Rank - 1; axis >= 0; axis--)
            {
                start += matrix % this.batch[axis] * (long)this.layout.Strides[axis];
                matrix /= this.batch[axis];
            }
            for (int i = 0; i < this.rows; i++)
            {
                for (int j = 0; j < this.columns; j++)
                {
                    long at = start + i * row + j * column;
                    *to++ = this.isFloat ? ((float*)this.data)[at] : ((double*)this.data)[at];
                }
            }
        }
    }

    private struct Job<TFunction> : IJob where TFunction : struct, IMatrixFunction
    {
        public TFunction F;
        public Source A, B;
        public byte* Y;
        public bool IsFloat;
        public MatrixSizes Sizes;
        public int Outputs, Count, MatricesAJob;
        public int[] Failed;

        public readonly void Run(int job)
        {
            int first = job * this.MatricesAJob, last = Math.Min(first + this.MatricesAJob, this.Count);
            long needed = (long)this.A.Count + this.B.Count + this.Outputs + this.F.Spare(this.Sizes);
            double* a = (double*)(memory ??= new Scratch()).Reserve(needed * sizeof(double));
            double* b = a + this.A.Count, y = b + this.B.Count, spare = y + this.Outputs;
            for (int matrix = first; matrix < last; matrix++)
            {
                this.A.Load(matrix, a);
                if (this.Sizes.Right > 0) this.B.Load(matrix, b);
                this.Failed[matrix] = this.F.Run(a, b, y, spare, this.Sizes);
                long to = (long)matrix * this.Outputs;
                for (int i = 0; i < this.Outputs; i++)
                {
                    if (this.IsFloat) ((float*)this.Y)[to + i] = (float)y[i];
                    else ((double*)this.Y)[to + i] = y[i];
                }
            }
        }
    }
}
