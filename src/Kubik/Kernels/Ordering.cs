// What is larger: the first of an axis, the k first of it, all of them. Every number becomes an unsigned key that orders
// as the number does (the bits of a float, turned round below 0), so that one sort serves all types and both directions,
// and the place of NaN is a matter of its key.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class Ordering
{
    private const int JobElements = 8192;
    private const int MostInserted = 64; // so few best ones are kept in order on the way; more are cheaper to sort

    [ThreadStatic] private static Scratch? scratch;

    public static TensorSpec InferExtreme(Op op, TensorSpec x, int axis, bool keepDims, string what)
    {
        if (!TypeRule.IsNumber(x.DType)) throw op.Error(TypeRule.Number(x));
        AxisRule.Check(op, axis, x.Shape);
        if (x.Shape[axis] == 0) throw op.Error($"axis {axis} of {x.Shape} is empty, so there is no {what} element.");
        return new(DType.Int64, keepDims ? x.Shape.With(axis, 1) : x.Shape.Without(axis));
    }

    public static void Extreme(Tensor x, int axis, bool smallest, Tensor y)
    {
        switch (x.DType)
        {
            case DType.Float32: Extreme<float>(x, axis, smallest, y); break;
            case DType.Float64: Extreme<double>(x, axis, smallest, y); break;
            case DType.Int32: Extreme<int>(x, axis, smallest, y); break;
            case DType.Int64: Extreme<long>(x, axis, smallest, y); break;
            default: Extreme<byte>(x, axis, smallest, y); break;
        }
    }

    /// <summary>The positions of the first <paramref name="count"/> elements of each line in order.</summary>
    public static void Sort(Tensor x, int axis, int count, bool descending, bool nanFirst, Tensor y)
    {
        switch (x.DType)
        {
            case DType.Float32: Sort<float>(x, axis, count, descending, nanFirst, y); break;
            case DType.Float64: Sort<double>(x, axis, count, descending, nanFirst, y); break;
            case DType.Int32: Sort<int>(x, axis, count, descending, nanFirst, y); break;
            case DType.Int64: Sort<long>(x, axis, count, descending, nanFirst, y); break;
            default: Sort<byte>(x, axis, count, descending, nanFirst, y); break;
        }
    }

    public static void Search(Tensor sorted, Tensor values, bool right, Tensor y)
    {
        switch (sorted.DType)
        {
            case DType.Float32: Search<float>(sorted, values, right, y); break;
            case DType.Float64: Search<double>(sorted, values, right, y); break;
            case DType.Int32: Search<int>(sorted, values, right, y); break;
            case DType.Int64: Search<long>(sorted, values, right, y); break;
            default: Search<byte>(sorted, values, right, y); break;
        }
    }

    private static ulong Key<T>(T x, bool descending, bool nanFirst) where T : unmanaged, INumber<T>
    {
        const ulong Sign = 1UL << 63;
        ulong key;
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            if (T.IsNaN(x)) return nanFirst ? ulong.MinValue : ulong.MaxValue;
            ulong bits = BitConverter.DoubleToUInt64Bits(double.CreateTruncating(x) + 0.0); // −0 + 0 is 0
            key = (bits & Sign) != 0 ? ~bits : bits | Sign;
        }
        else
        {
            key = (ulong)long.CreateTruncating(x) ^ Sign;
        }
        return descending ? ~key : key;
    }

    private static void Extreme<T>(Tensor x, int axis, bool smallest, Tensor y) where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        x = x.Contiguous();
        fixed (T* px = x.Data<T>())
        fixed (long* py = y.Data<long>())
        {
            ExtremeJob<T> job = new() { X = px, Y = py, Size = x.Shape[axis], Inner = x.Shape[(axis + 1)..].Size, Lines = y.Count, Smallest = smallest };
            job.LinesAJob = Math.Max(1, JobElements / job.Size);
            Workers.Run((job.Lines + job.LinesAJob - 1) / job.LinesAJob, ref job);
        }
        GC.KeepAlive(x);
    }

    private static void Sort<T>(Tensor x, int axis, int count, bool descending, bool nanFirst, Tensor y) where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        x = x.Contiguous();
        fixed (T* px = x.Data<T>())
        fixed (long* py = y.Data<long>())
        {
            SortJob<T> job = new()
            { X = px, Y = py, Size = x.Shape[axis], Inner = x.Shape[(axis + 1)..].Size, Count = count, Descending = descending, NanFirst = nanFirst };
            job.Lines = x.Count / job.Size;
            job.LinesAJob = Math.Max(1, JobElements / job.Size);
            Workers.Run((job.Lines + job.LinesAJob - 1) / job.LinesAJob, ref job);
        }
        GC.KeepAlive(x);
    }

    private static void Search<T>(Tensor sorted, Tensor values, bool right, Tensor y) where T : unmanaged, INumber<T>
    {
        (sorted, values) = (sorted.Contiguous(), values.Contiguous());
        ReadOnlySpan<T> within = sorted.Data<T>(), of = values.Data<T>();
        Span<long> to = y.Data<long>();
        for (int i = 0; i < of.Length; i++)
        {
            ulong key = Key(of[i], descending: false, nanFirst: false);
            int low = 0, high = within.Length;
            while (low < high)
            {
                int middle = (int)(((uint)low + (uint)high) / 2);
                ulong at = Key(within[middle], descending: false, nanFirst: false);
                if (at < key || (right && at == key)) low = middle + 1;
                else high = middle;
            }
            to[i] = low;
        }
        GC.KeepAlive(sorted);
        GC.KeepAlive(values);
    }

    private struct ExtremeJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* X;
        public long* Y;
        public int Size, Inner, Lines, LinesAJob;
        public bool Smallest;

        public readonly void Run(int job)
        {
            for (int line = job * this.LinesAJob, end = Math.Min(line + this.LinesAJob, this.Lines); line < end; line++)
            {
                T* x = this.X + (long)(line / this.Inner) * this.Size * this.Inner + line % this.Inner;
                int best = 0;
                T extreme = *x;
                for (int k = 1; k < this.Size && !T.IsNaN(extreme); k++)
                {
                    T value = x[(long)k * this.Inner];
                    if (!(this.Smallest ? value < extreme : value > extreme) && !T.IsNaN(value)) continue;
                    (best, extreme) = (k, value);
                }
                this.Y[line] = best;
            }
        }
    }

    private struct SortJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* X;
        public long* Y;
        public int Size, Inner, Count, Lines, LinesAJob;
        public bool Descending, NanFirst;

        public readonly void Run(int job)
        {
            ulong* memory = (ulong*)(scratch ??= new()).Reserve((sizeof(ulong) + sizeof(int)) * (long)this.Size);
            Span<ulong> keys = new(memory, this.Size);
            Span<int> places = new(memory + this.Size, this.Size);
            for (int line = job * this.LinesAJob, end = Math.Min(line + this.LinesAJob, this.Lines); line < end; line++)
            {
                long outer = line / this.Inner, inner = line % this.Inner;
                T* x = this.X + outer * this.Size * this.Inner + inner;
                long* y = this.Y + outer * this.Count * this.Inner + inner;
                if (this.Count < this.Size && this.Count <= MostInserted) this.Insert(x, keys, places);
                else this.SortAll(x, keys, places);
                for (int k = 0; k < this.Count; k++) y[(long)k * this.Inner] = places[k];
            }
        }

        // The best so far in order; what is no better than the last of them is passed over.
        private readonly void Insert(T* x, Span<ulong> keys, Span<int> places)
        {
            int kept = 0;
            for (int k = 0; k < this.Size; k++)
            {
                ulong key = Key(x[(long)k * this.Inner], this.Descending, this.NanFirst);
                if (kept == this.Count && key >= keys[kept - 1]) continue;
                int at = kept == this.Count ? kept - 1 : kept++;
                for (; at > 0 && keys[at - 1] > key; at--) (keys[at], places[at]) = (keys[at - 1], places[at - 1]);
                (keys[at], places[at]) = (key, k);
            }
        }

        private readonly void SortAll(T* x, Span<ulong> keys, Span<int> places)
        {
            for (int k = 0; k < keys.Length; k++) (keys[k], places[k]) = (Key(x[(long)k * this.Inner], this.Descending, this.NanFirst), k);
            keys.Sort(places);
            // The sort leaves equal keys in any order; their places are put right afterwards.
            for (int start = 0; start < keys.Length;)
            {
                int end = start + 1;
                while (end < keys.Length && keys[end] == keys[start]) end++;
                if (end - start > 1) places[start..end].Sort();
                start = end;
            }
        }
    }
}
