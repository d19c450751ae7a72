// What runs along an axis and keeps a number on its way: running sums, running products, linear recurrences. A job owns
// some lines; neighbouring lines go together, so that memory is read in order whichever axis it is. Float32 is carried
// in double precision: a long line rounds each element once.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class Scans
{
    private const int Width = 32;        // neighbouring lines that are walked together
    private const int JobElements = 8192;

    public static void Sum(Tensor x, int axis, bool exclusive, bool reverse, Tensor y) => Run<SumStep>(x, x, axis, exclusive, reverse, y);

    public static void Product(Tensor x, int axis, bool exclusive, bool reverse, Tensor y) => Run<ProductStep>(x, x, axis, exclusive, reverse, y);

    public static void Recurrence(Tensor a, Tensor b, int axis, bool reverse, Tensor y) => Run<RecurrenceStep>(a, b, axis, exclusive: false, reverse, y);

    private static void Run<TStep>(Tensor a, Tensor b, int axis, bool exclusive, bool reverse, Tensor y) where TStep : struct, IStep
    {
        switch (y.DType)
        {
            case DType.Float32: Run<TStep, float, double>(a, b, axis, exclusive, reverse, y); break;
            case DType.Float64: Run<TStep, double, double>(a, b, axis, exclusive, reverse, y); break;
            case DType.Int32: Run<TStep, int, int>(a, b, axis, exclusive, reverse, y); break;
            case DType.Int64: Run<TStep, long, long>(a, b, axis, exclusive, reverse, y); break;
            default: Run<TStep, byte, byte>(a, b, axis, exclusive, reverse, y); break;
        }
    }

    private static void Run<TStep, T, TSum>(Tensor a, Tensor b, int axis, bool exclusive, bool reverse, Tensor y)
        where TStep : struct, IStep where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
    {
        if (y.Count == 0) return;
        (a, b) = (a.Contiguous(), b.Contiguous());
        int size = y.Shape[axis], inner = y.Shape[(axis + 1)..].Size, bands = (inner + Width - 1) / Width;
        fixed (T* pa = a.Data<T>(), pb = b.Data<T>(), py = y.Data<T>())
        {
            LineJob<TStep, T, TSum> job = new() { A = pa, B = pb, Y = py, Size = size, Inner = inner, Bands = bands, Exclusive = exclusive, Reverse = reverse };
            job.Count = y.Count / size / inner * bands;
            job.BandsAJob = (int)Math.Max(1, JobElements / ((long)size * Math.Min(inner, Width)));
            Workers.Run((job.Count + job.BandsAJob - 1) / job.BandsAJob, ref job);
        }
        GC.KeepAlive(a);
        GC.KeepAlive(b);
    }

    /// <summary>How the number that is carried along goes on at the next element.</summary>
    private interface IStep
    {
        static abstract T Identity<T>() where T : INumber<T>;

        static abstract T First<T>(T a, T b) where T : INumber<T>;

        static abstract T Next<T>(T sum, T a, T b) where T : INumber<T>;
    }

    private readonly struct SumStep : IStep
    {
        public static T Identity<T>() where T : INumber<T> => T.Zero;

        public static T First<T>(T a, T b) where T : INumber<T> => a;

        public static T Next<T>(T sum, T a, T b) where T : INumber<T> => sum + a;
    }

    private readonly struct ProductStep : IStep
    {
        public static T Identity<T>() where T : INumber<T> => T.One;

        public static T First<T>(T a, T b) where T : INumber<T> => a;

        public static T Next<T>(T sum, T a, T b) where T : INumber<T> => sum * a;
    }

    private readonly struct RecurrenceStep : IStep
    {
        public static T Identity<T>() where T : INumber<T> => T.Zero;

        public static T First<T>(T a, T b) where T : INumber<T> => b;

        public static T Next<T>(T sum, T a, T b) where T : INumber<T> => a * sum + b;
    }

    private struct LineJob<TStep, T, TSum> : IJob where TStep : struct, IStep where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
    {
        public T* A, B, Y;
        public int Size, Inner, Bands, Count, BandsAJob;
        public bool Exclusive, Reverse;

        public readonly void Run(int job)
        {
            TSum* carried = stackalloc TSum[Width];
            for (int band = job * this.BandsAJob, end = Math.Min(band + this.BandsAJob, this.Count); band < end; band++)
            {
                int column = band % this.Bands * Width;
                this.Walk((long)(band / this.Bands) * this.Size * this.Inner + column, Math.Min(Width, this.Inner - column), carried);
            }
        }

        private readonly void Walk(long start, int width, TSum* carried)
        {
            for (int k = 0; k < this.Size; k++)
            {
                long at = start + (long)(this.Reverse ? this.Size - 1 - k : k) * this.Inner;
                for (int i = 0; i < width; i++)
                {
                    TSum a = TSum.CreateTruncating(this.A[at + i]), b = TSum.CreateTruncating(this.B[at + i]);
                    TSum before = k == 0 ? TStep.Identity<TSum>() : carried[i];
                    carried[i] = k == 0 ? TStep.First(a, b) : TStep.Next(before, a, b);
                    this.Y[at + i] = T.CreateTruncating(this.Exclusive ? before : carried[i]);
                }
            }
        }
    }
}
