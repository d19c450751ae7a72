// Products of many matrices. Small ones are dealt out to the threads whole; large ones are cut up inside, one after another.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class GemmBatch
{
    private const long JobWork = 1 << 17, LargeWork = 1 << 24; // multiply-adds

    /// <summary>y[i] = a[i]·b[i] for all matrices i of y; the leading axes of a and b broadcast to y's.</summary>
    public static void Run<T>(int m, int n, int k, MatrixView<T> va, Tensor a, MatrixView<T> vb, Tensor b, T* to, Tensor y, Epilogue? epilogue)
        where T : unmanaged, INumber<T>
    {
        Job<T> job = new() { M = m, N = n, K = k, A = va, B = vb, C = to, Rank = y.Rank - 2, Count = y.Count / (m * n), Epilogue = epilogue };
        for (int axis = 0; axis < job.Rank; axis++)
        {
            job.Axes[axis] = y.Shape[axis];
            job.StepsA[axis] = StepOf(a, axis - y.Rank + a.Rank);
            job.StepsB[axis] = StepOf(b, axis - y.Rank + b.Rank);
        }
        long work = (long)m * n * Math.Max(k, 1);
        job.Each = (int)Math.Clamp(JobWork / work, 1, job.Count);
        int jobs = (job.Count + job.Each - 1) / job.Each;
        if (work < LargeWork) Workers.Run(jobs, ref job);
        else for (int i = 0; i < jobs; i++) job.Run(i);
    }

    private static long StepOf(Tensor x, int axis) => axis < 0 || x.Shape[axis] == 1 ? 0 : x.Layout.Strides[axis];

    private struct Job<T> : IJob where T : unmanaged, INumber<T>
    {
        public int M, N, K, Rank, Count, Each;
        public MatrixView<T> A, B;
        public T* C;
        public Epilogue? Epilogue;
        public fixed int Axes[Shape.MaxRank];
        public fixed long StepsA[Shape.MaxRank], StepsB[Shape.MaxRank];

        public readonly void Run(int job)
        {
            for (int i = job * this.Each, end = Math.Min(i + this.Each, this.Count); i < end; i++)
            {
                long a = 0, b = 0;
                for (int axis = this.Rank - 1, index = i; axis >= 0; axis--)
                {
                    (int rest, int at) = Math.DivRem(index, this.Axes[axis]);
                    a += at * this.StepsA[axis];
                    b += at * this.StepsB[axis];
                    index = rest;
                }
                MatrixView<T> va = new(this.A.Data + a, this.A.Row, this.A.Column), vb = new(this.B.Data + b, this.B.Row, this.B.Column);
                long first = (long)i * this.M * this.N;
                Gemm.Run(this.M, this.N, this.K, va, vb, this.C + first, this.N, epilogue: this.Epilogue, first: first);
            }
        }
    }
}
