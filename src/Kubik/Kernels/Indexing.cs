// Picking, setting and adding by index along one axis. Indices are data, so they are checked here, before anything is written.

using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Kernels;

internal static unsafe class Indexing
{
    private const int JobElements = 16384;

    public static TensorSpec Infer(Op op, int axis, TensorSpec x, TensorSpec index)
    {
        AxisRule.Check(op, axis, x.Shape);
        if (index.DType != DType.Int64) throw op.Error($"the index must be int64, not {index}.");
        if (index.Shape.Rank != x.Shape.Rank || (index.Shape.With(axis, 0) != x.Shape.With(axis, 0)))
            throw op.Error($"the index {index.Shape} must have the sizes of {x.Shape} except on axis {axis}.");
        return x with { Shape = index.Shape };
    }

    public static void Gather<T>(Op op, int axis, Tensor x, Tensor index, Tensor y) where T : unmanaged
    {
        (x, index) = (x.Contiguous(), index.Contiguous());
        int size = x.Shape[axis], count = index.Shape[axis], inner = x.Shape.Product(axis + 1, x.Rank);
        ReadOnlySpan<T> from = x.Data<T>();
        ReadOnlySpan<long> at = index.Data<long>();
        Span<T> to = y.Data<T>();
        for (int i = 0; i < to.Length; i++)
            to[i] = from[(i / (count * inner) * size + Checked(op, at[i], axis, size)) * inner + i % inner];
        GC.KeepAlive(x);
        GC.KeepAlive(index);
    }

    public static void ScatterAdd<T>(Op op, int axis, Tensor x, Tensor index, Tensor y) where T : unmanaged, INumber<T>
    {
        (x, index) = (x.Contiguous(), index.Contiguous());
        int size = y.Shape[axis], count = index.Shape[axis], inner = x.Shape.Product(axis + 1, x.Rank);
        ReadOnlySpan<T> from = x.Data<T>();
        ReadOnlySpan<long> at = index.Data<long>();
        Span<T> to = y.Data<T>();
        to.Clear();
        for (int i = 0; i < from.Length; i++)
            to[(i / (count * inner) * size + Checked(op, at[i], axis, size)) * inner + i % inner] += from[i];
        GC.KeepAlive(x);
        GC.KeepAlive(index);
    }

    public static void Scatter<T>(Op op, int axis, Tensor updates, Tensor index, Tensor y) where T : unmanaged
    {
        (updates, index) = (updates.Contiguous(), index.Contiguous());
        int size = y.Shape[axis], count = index.Shape[axis], inner = y.Shape.Product(axis + 1, y.Rank);
        ReadOnlySpan<long> at = index.Data<long>();
        fixed (byte* px = updates.Bytes, py = y.Bytes)
        {
            T* from = (T*)px + updates.Layout.Offset, to = (T*)py + y.Layout.Offset;
            for (int i = 0; i < at.Length; i++)
                to[((long)(i / (count * inner)) * size + Checked(op, at[i], axis, size)) * inner + i % inner] = from[i];
        }
        GC.KeepAlive(updates);
        GC.KeepAlive(index);
    }

    public static void Take(Op op, int axis, Tensor x, Tensor index, Tensor y)
    {
        (x, index) = (x.Contiguous(), index.Contiguous());
        int size = x.Shape[axis];
        ReadOnlySpan<long> at = index.Data<long>();
        foreach (long i in at) Checked(op, i, axis, size);
        if (y.Count > 0)
        {
            int bytes = x.DType.ByteSize;
            long inner = (long)x.Shape.Product(axis + 1, x.Rank) * bytes;
            fixed (byte* px = x.Bytes, py = y.Bytes)
            fixed (long* pi = at)
            {
                TakeJob job = new()
                {
                    X = px + (long)x.Layout.Offset * bytes,
                    Y = py + (long)y.Layout.Offset * bytes,
                    Index = pi,
                    Count = at.Length,
                    Size = size,
                    Inner = inner
                };
                job.Slices = x.Shape.Product(0, axis) * at.Length;
                job.SlicesAJob = (int)Math.Max(1, 4 * JobElements / inner);
                Workers.Run((job.Slices + job.SlicesAJob - 1) / job.SlicesAJob, ref job);
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(index);
    }

    public static void TakeAdd<T>(Op op, int axis, Tensor x, Tensor index, Tensor y) where T : unmanaged, INumber<T>
    {
        (x, index) = (x.Contiguous(), index.Contiguous());
        int size = y.Shape[axis];
        ReadOnlySpan<long> at = index.Data<long>();
        foreach (long i in at) Checked(op, i, axis, size);
        Elementwise.Clear(y);
        if (x.Count > 0)
        {
            int inner = y.Shape.Product(axis + 1, y.Rank), columns = Math.Min(inner, Math.Max(64, JobElements / at.Length));
            fixed (T* px = x.Data<T>(), py = y.Data<T>())
            fixed (long* pi = at)
            {
                TakeAddJob<T> job = new()
                { X = px, Y = py, Index = pi, Count = at.Length, Size = size, Inner = inner, Columns = columns, Bands = (inner + columns - 1) / columns };
                job.Total = y.Shape.Product(0, axis) * job.Bands;
                job.BandsAJob = (int)Math.Max(1, JobElements / ((long)at.Length * columns));
                Workers.Run((job.Total + job.BandsAJob - 1) / job.BandsAJob, ref job);
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(index);
    }

    public static int Checked(Op op, long index, int axis, int size) =>
        (ulong)index < (ulong)size
            ? (int)index
            : throw new ArgumentOutOfRangeException(nameof(index), size == 0
                ? $"{op.Name}: index {index} is outside axis {axis}, which has size 0 and no elements."
                : $"{op.Name}: index {index} is outside 0 to {size - 1} of axis {axis}, which has size {size}.");

    private struct TakeJob : IJob
    {
        public byte* X, Y;
        public long* Index;
        public int Count, Size, Slices, SlicesAJob;
        public long Inner; // in bytes

        public readonly void Run(int job)
        {
            for (int slice = job * this.SlicesAJob, end = Math.Min(slice + this.SlicesAJob, this.Slices); slice < end; slice++)
            {
                byte* from = this.X + ((long)(slice / this.Count) * this.Size + this.Index[slice % this.Count]) * this.Inner,
                    to = this.Y + (long)slice * this.Inner;
                if (this.Inner == 4) *(int*)to = *(int*)from;
                else if (this.Inner == 8) *(long*)to = *(long*)from;
                else Buffer.MemoryCopy(from, to, this.Inner, this.Inner);
            }
        }
    }

    // A job owns a band of neighbouring columns of y, and adds to it in the order of the index.
    private struct TakeAddJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* X, Y;
        public long* Index;
        public int Count, Size, Inner, Columns, Bands, Total, BandsAJob;

        public readonly void Run(int job)
        {
            for (int band = job * this.BandsAJob, end = Math.Min(band + this.BandsAJob, this.Total); band < end; band++)
            {
                long outer = band / this.Bands;
                int column = band % this.Bands * this.Columns, width = Math.Min(this.Columns, this.Inner - column);
                for (int i = 0; i < this.Count; i++)
                {
                    ReadOnlySpan<T> from = new(this.X + (outer * this.Count + i) * this.Inner + column, width);
                    Span<T> to = new(this.Y + (outer * this.Size + this.Index[i]) * this.Inner + column, width);
                    TensorPrimitives.Add(to, from, to);
                }
            }
        }
    }
}
