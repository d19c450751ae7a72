// Elements of an axis mixed with fixed weights: of one element (nearest) or of two neighbours (linear), and the reverse.
// The tensor is (outer, size, inner); an outer block is a job of its own.

using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Kernels;

internal static unsafe class Resampling
{
    public static void Run<T>(Resample op, Tensor x, Tensor y) where T : unmanaged, INumber<T> => Move<T>(op, op.Axis, x.Contiguous(), y, spread: false);

    public static void Spread<T>(Resample op, Tensor dy, Tensor dx) where T : unmanaged, INumber<T>
    {
        Elementwise.Clear(dx);
        Move<T>(op, op.Axis, dx, dy.Contiguous(), spread: true);
    }

    private static void Move<T>(Resample op, int axis, Tensor x, Tensor y, bool spread) where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        (int[] low, double[] share) = op.Taps(x.Shape[axis]);
        fixed (T* px = x.Data<T>(), py = y.Data<T>())
        {
            MixJob<T> job = new()
            {
                X = px,
                Y = py,
                Low = low,
                Share = [.. share.Select(s => T.CreateChecked(s))],
                Size = x.Shape[axis],
                Inner = x.Shape[(axis + 1)..].Size,
                Outer = x.Shape[..axis].Size,
                Spread = spread,
            };
            job.OuterAJob = Math.Max(1, 8192 / (job.Inner * Math.Max(job.Size, low.Length)));
            Workers.Run((job.Outer + job.OuterAJob - 1) / job.OuterAJob, ref job);
        }
        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }

    private struct MixJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* X, Y;
        public int[] Low;
        public T[] Share;
        public int Size, Inner, Outer, OuterAJob;
        public bool Spread;

        public readonly void Run(int job)
        {
            for (int o = job * this.OuterAJob, end = Math.Min(o + this.OuterAJob, this.Outer); o < end; o++)
            {
                T* x = this.X + (long)o * this.Size * this.Inner, y = this.Y + (long)o * this.Low.Length * this.Inner;
                for (int i = 0; i < this.Low.Length; i++, y += this.Inner)
                {
                    T* low = x + (long)this.Low[i] * this.Inner;
                    if (this.Spread) Add(low, y, this.Inner, this.Share[i]);
                    else Mix(low, y, this.Inner, this.Share[i]);
                }
            }
        }

        // A neighbour without a share is left out, so that its infinity does no harm.
        private static void Mix(T* low, T* y, int count, T share)
        {
            Span<T> to = new(y, count);
            if (share == T.Zero)
            {
                new ReadOnlySpan<T>(low, count).CopyTo(to);
                return;
            }
            T rest = T.One - share;
            if (count == 1)
            {
                *y = *low * rest + low[1] * share;
                return;
            }
            TensorPrimitives.Multiply(new ReadOnlySpan<T>(low, count), rest, to);
            TensorPrimitives.MultiplyAdd(new ReadOnlySpan<T>(low + count, count), share, to, to);
        }

        private static void Add(T* low, T* y, int count, T share)
        {
            T rest = T.One - share;
            for (int i = 0; i < count; i++) low[i] += y[i] * rest;
            if (share == T.Zero) return;
            for (int i = 0; i < count; i++) low[count + i] += y[i] * share;
        }
    }
}
