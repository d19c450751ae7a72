// Normalisation over rows that lie together in memory: layer, RMS, group and instance normalisation. A row is (channels,
// rest): scale and shift have a number a channel of it, and rows repeat them by groups. Layer normalisation has a rest of
// one element, so that scale and shift run along with the row; the others have one number for a whole segment.
// Forward, a row is read from memory once: mean, squares and result are three sweeps over the first cache. Backward it is
// the same, mean and variance being computed again: two numbers a row are not worth a tensor of their own.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>How rows lie in a tensor.</summary>
/// <param name="Size">Elements of a row.</param>
/// <param name="Groups">How many rows, one after the other, have scales and shifts of their own.</param>
/// <param name="Inner">Neighbouring elements that share a scale and a shift.</param>
/// <param name="IsCentered">Whether the mean is taken off.</param>
internal readonly record struct RowShape(int Size, int Groups, int Inner, bool IsCentered)
{
    /// <summary>Scales of a row.</summary>
    public int Channels => this.Size / Math.Max(this.Inner, 1);
}

internal static unsafe class RowNormKernel
{
    private const int JobElements = 16384; // what one job works on; fixed, so that results never depend on threads
    private const int FedElements = 2048;  // of short rows that a prologue computes at once
    private const int Piece = 4096;        // elements that are added in the type itself

    [ThreadStatic] private static Scratch? scratch;

    /// <summary>y = (x − μ) / √(σ² + ε) · scale + shift; the inputs after x at will.</summary>
    public static void Forward<T>(RowShape shape, double epsilon, ReadOnlySpan<Tensor> x, Tensor y, Prologue? prologue = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor input = x[0].Contiguous(), scale = x.Length > 1 ? x[1].Contiguous() : input, shift = x.Length > 2 ? x[2].Contiguous() : input;
        fixed (T* px = prologue is null ? input.Data<T>() : default, ps = x.Length > 1 ? scale.Data<T>() : default,
            pt = x.Length > 2 ? shift.Data<T>() : default, py = y.Data<T>())
        {
            Job<T> job = new() { X = px, Prologue = prologue, Scale = x.Length > 1 ? ps : null, Shift = x.Length > 2 ? pt : null, Y = py };
            Start(ref job, shape, epsilon, input.Count);
        }
        GC.KeepAlive(input);
        GC.KeepAlive(scale);
        GC.KeepAlive(shift);
    }

    /// <summary>The gradient of x; inputs dy, x and, at will, the scale.</summary>
    public static void Gradient<T>(RowShape shape, double epsilon, ReadOnlySpan<Tensor> x, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor dy = x[0].Contiguous(), input = x[1].Contiguous(), scale = x.Length > 2 ? x[2].Contiguous() : input;
        fixed (T* pdy = dy.Data<T>(), px = input.Data<T>(), ps = scale.Data<T>(), py = y.Data<T>())
        {
            Job<T> job = new() { X = px, Dy = pdy, Scale = x.Length > 2 ? ps : null, Y = py, Work = Work.Gradient };
            Start(ref job, shape, epsilon, input.Count);
        }
        GC.KeepAlive(dy);
        GC.KeepAlive(input);
        GC.KeepAlive(scale);
    }

    /// <summary>Σ dy·x̂ and Σ dy for each scale and shift into (2, scales); inputs dy, x.</summary>
    public static void Sums<T>(RowShape shape, double epsilon, ReadOnlySpan<Tensor> x, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor dy = x[0].Contiguous(), input = x[1].Contiguous();
        int numbers = y.Count, rows = shape.Size == 0 ? 0 : input.Count / shape.Size;
        int rowsAJob = Math.Max(1, JobElements / Math.Max(1, shape.Size));
        rowsAJob = Math.Max(rowsAJob, (rows + 63) / 64); // 64 partial sums at most
        int jobs = (rows + rowsAJob - 1) / rowsAJob;
        fixed (T* pdy = dy.Data<T>(), px = input.Data<T>(), py = y.Data<T>())
        {
            T* partial = jobs <= 1 ? py : (T*)(scratch ??= new()).Reserve((long)jobs * numbers * sizeof(T));
            if (jobs <= 1) new Span<T>(py, numbers).Clear();
            Job<T> job = new() { X = px, Dy = pdy, Y = partial, Work = Work.Sums, Numbers = numbers };
            Start(ref job, shape, epsilon, input.Count, rowsAJob);
            if (jobs > 1)
            {
                for (int k = 0; k < numbers; k++)
                {
                    double sum = 0;
                    for (int j = 0; j < jobs; j++) sum += double.CreateChecked(partial[(long)j * numbers + k]);
                    py[k] = T.CreateChecked(sum);
                }
            }
        }
        GC.KeepAlive(dy);
        GC.KeepAlive(input);
    }

    /// <summary>How many elements a job reads, for a prologue.</summary>
    public static int ElementsAJob(Shape x) => x.Size > 0 ? JobElements : 0;

    private static void Start<T>(ref Job<T> job, RowShape shape, double epsilon, int count, int rowsAJob = 0) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (count == 0) return;
        (job.Shape, job.Epsilon, job.Rows) = (shape, epsilon, count / shape.Size);
        job.RowsAJob = rowsAJob > 0 ? rowsAJob : Math.Max(1, JobElements / shape.Size);
        Workers.Run((job.Rows + job.RowsAJob - 1) / job.RowsAJob, ref job);
    }

    private enum Work
    {
        Forward,
        Gradient,
        Sums,
    }

    private struct Job<T> : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public T* X, Dy, Scale, Shift, Y;
        public Prologue? Prologue;
        public RowShape Shape;
        public double Epsilon;
        public int Rows, RowsAJob, Numbers;
        public Work Work;

        public readonly void Run(int job)
        {
            if (Vector512.IsHardwareAccelerated) this.Run<Lanes512<T>>(job);
            else if (Vector256.IsHardwareAccelerated) this.Run<Lanes256<T>>(job);
            else this.Run<Lanes128<T>>(job);
        }

        private readonly void Run<V>(int job) where V : struct, ILanes<V, T>
        {
            int row = job * this.RowsAJob, end = Math.Min(row + this.RowsAJob, this.Rows), size = this.Shape.Size;
            T* sums = this.Y + (long)job * this.Numbers;
            if (this.Work == Work.Sums) new Span<T>(sums, this.Numbers).Clear();
            int together = this.Prologue is null ? 0 : Math.Max(1, FedElements / size), begin = row;
            T* room = this.Prologue is null ? null : (T*)(scratch ??= new()).Reserve((long)together * size * sizeof(T)), fed = null;
            for (; row < end; row++)
            {
                if (this.Prologue is not null && (row - begin) % together == 0)
                    fed = (T*)this.Prologue.Get((long)row * size, Math.Min(together, end - row) * size, (byte*)room);
                T* x = this.Prologue is null ? this.X + (long)row * size : fed + (long)((row - begin) % together) * size;
                double mean = this.Shape.IsCentered ? Sum<V>(x, null, null, T.Zero, size) / size : 0;
                T center = T.CreateChecked(mean);
                double rate = 1 / Math.Sqrt(Sum<V>(x, x, null, center, size, squares: true) / size + this.Epsilon);
                int first = row % this.Shape.Groups * this.Shape.Channels;
                if (this.Work == Work.Forward) this.Forward<V>(x, this.Y + (long)row * size, center, rate, first);
                else if (this.Work == Work.Gradient) this.Gradient<V>(x, this.Dy + (long)row * size, this.Y + (long)row * size, center, rate, first);
                else this.AddSums<V>(x, this.Dy + (long)row * size, sums + first, center, rate);
            }
        }

        private readonly void Forward<V>(T* x, T* y, T mean, double rate, int first) where V : struct, ILanes<V, T>
        {
            if (this.Shape.Inner == 1)
            {
                MapAlong<V>(x, this.Scale == null ? null : this.Scale + first, this.Shift == null ? null : this.Shift + first, y, mean, T.CreateChecked(rate),
                    this.Shape.Size);
                return;
            }
            for (int c = 0, inner = this.Shape.Inner; c < this.Shape.Channels; c++)
            {
                double scale = this.Scale == null ? 1 : double.CreateChecked(this.Scale[first + c]);
                Map<V>(x + c * inner, y + c * inner, mean, T.CreateChecked(rate * scale), this.Shift == null ? T.Zero : this.Shift[first + c], inner);
            }
        }

        // dx = r·(g − Σg / n − (x − μ)·r²·Σg·(x − μ) / n) with g = dy·scale and r = 1 / √(σ² + ε): exactly 0 where a row has one element.
        private readonly void Gradient<V>(T* x, T* dy, T* dx, T mean, double rate, int first) where V : struct, ILanes<V, T>
        {
            double sum = 0, product = 0;
            int inner = this.Shape.Inner, size = this.Shape.Size;
            T* scale = this.Scale == null ? null : this.Scale + first;
            if (inner == 1)
            {
                if (this.Shape.IsCentered) sum = scale == null ? Sum<V>(dy, null, null, T.Zero, size) : Sum<V>(dy, scale, null, T.Zero, size);
                product = Sum<V>(x, dy, scale, mean, size);
            }
            else
            {
                for (int c = 0; c < this.Shape.Channels; c++)
                {
                    double s = scale == null ? 1 : double.CreateChecked(scale[c]);
                    if (this.Shape.IsCentered) sum += s * Sum<V>(dy + c * inner, null, null, T.Zero, inner);
                    product += s * Sum<V>(x + c * inner, dy + c * inner, null, mean, inner);
                }
            }
            T a = T.CreateChecked(-rate * rate * product / size), center = T.CreateChecked(sum / size), r = T.CreateChecked(rate);
            if (inner == 1)
            {
                MapBack<V>(x, dy, scale, T.One, dx, mean, a, center, r, size);
                return;
            }
            for (int c = 0; c < this.Shape.Channels; c++)
                MapBack<V>(x + c * inner, dy + c * inner, null, scale == null ? T.One : scale[c], dx + c * inner, mean, a, center, r, inner);
        }

        private readonly void AddSums<V>(T* x, T* dy, T* sums, T mean, double rate) where V : struct, ILanes<V, T>
        {
            T* shifts = sums + this.Numbers / 2;
            if (this.Shape.Inner == 1)
            {
                AddAlong<V>(x, dy, sums, shifts, mean, T.CreateChecked(rate), this.Shape.Size);
                return;
            }
            for (int c = 0, inner = this.Shape.Inner; c < this.Shape.Channels; c++)
            {
                sums[c] += T.CreateChecked(rate * Sum<V>(x + c * inner, dy + c * inner, null, mean, inner));
                shifts[c] += T.CreateChecked(Sum<V>(dy + c * inner, null, null, T.Zero, inner));
            }
        }

        // Σ (x − μ), Σ (x − μ)·y or Σ (x − μ)·y·z, as far as these are given; with squares Σ (x − μ)².
        private static double Sum<V>(T* x, T* y, T* z, T mean, int length, bool squares = false) where V : struct, ILanes<V, T>
        {
            double sum = 0;
            for (int done = 0; done < length; done += Piece)
            {
                int count = Math.Min(Piece, length - done);
                sum += double.CreateChecked(
                    squares ? PieceSquares<V>(x + done, mean, count) :
                    y == null ? PieceSum<V>(x + done, count) :
                    PieceProduct<V>(x + done, y + done, z == null ? null : z + done, mean, count));
            }
            return sum;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceSum<V>(T* x, int count) where V : struct, ILanes<V, T>
        {
            V a = V.Zero, b = V.Zero;
            int i = 0;
            for (; i <= count - 2 * V.Count; i += 2 * V.Count)
            {
                a += V.Load(x + i);
                b += V.Load(x + i + V.Count);
            }
            for (; i <= count - V.Count; i += V.Count) a += V.Load(x + i);
            T sum = V.Sum(a + b);
            for (; i < count; i++) sum += x[i];
            return sum;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceSquares<V>(T* x, T mean, int count) where V : struct, ILanes<V, T>
        {
            V m = V.Of(double.CreateChecked(mean)), a = V.Zero, b = V.Zero;
            int i = 0;
            for (; i <= count - 2 * V.Count; i += 2 * V.Count)
            {
                V u = V.Load(x + i) - m, w = V.Load(x + i + V.Count) - m;
                a = V.MultiplyAdd(u, u, a);
                b = V.MultiplyAdd(w, w, b);
            }
            for (; i <= count - V.Count; i += V.Count)
            {
                V u = V.Load(x + i) - m;
                a = V.MultiplyAdd(u, u, a);
            }
            T sum = V.Sum(a + b);
            for (; i < count; i++) sum += (x[i] - mean) * (x[i] - mean);
            return sum;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceProduct<V>(T* x, T* y, T* z, T mean, int count) where V : struct, ILanes<V, T>
        {
            V m = V.Of(double.CreateChecked(mean)), a = V.Zero, b = V.Zero;
            int i = 0;
            if (z == null)
            {
                for (; i <= count - 2 * V.Count; i += 2 * V.Count)
                {
                    a = V.MultiplyAdd(V.Load(y + i), V.Load(x + i) - m, a);
                    b = V.MultiplyAdd(V.Load(y + i + V.Count), V.Load(x + i + V.Count) - m, b);
                }
                for (; i <= count - V.Count; i += V.Count) a = V.MultiplyAdd(V.Load(y + i), V.Load(x + i) - m, a);
            }
            else
            {
                for (; i <= count - 2 * V.Count; i += 2 * V.Count)
                {
                    a = V.MultiplyAdd(V.Load(y + i) * V.Load(z + i), V.Load(x + i) - m, a);
                    b = V.MultiplyAdd(V.Load(y + i + V.Count) * V.Load(z + i + V.Count), V.Load(x + i + V.Count) - m, b);
                }
                for (; i <= count - V.Count; i += V.Count) a = V.MultiplyAdd(V.Load(y + i) * V.Load(z + i), V.Load(x + i) - m, a);
            }
            T sum = V.Sum(a + b);
            for (; i < count; i++) sum += (z == null ? y[i] : y[i] * z[i]) * (x[i] - mean);
            return sum;
        }

        // to = (x − μ)·a + shift along a segment.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Map<V>(T* x, T* to, T mean, T a, T shift, int count) where V : struct, ILanes<V, T>
        {
            V vm = V.Of(double.CreateChecked(mean)), va = V.Of(double.CreateChecked(a)), vs = V.Of(double.CreateChecked(shift));
            int i = 0;
            for (; i <= count - V.Count; i += V.Count) V.Store(V.MultiplyAdd(V.Load(x + i) - vm, va, vs), to + i);
            for (; i < count; i++) to[i] = (x[i] - mean) * a + shift;
        }

        // The same along a row with a scale and a shift for each element, as far as there are any.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void MapAlong<V>(T* x, T* scale, T* shift, T* to, T mean, T a, int count) where V : struct, ILanes<V, T>
        {
            V vm = V.Of(double.CreateChecked(mean)), va = V.Of(double.CreateChecked(a));
            int i = 0;
            for (; i <= count - V.Count; i += V.Count)
            {
                V normal = (V.Load(x + i) - vm) * va;
                if (scale != null) normal *= V.Load(scale + i);
                if (shift != null) normal += V.Load(shift + i);
                V.Store(normal, to + i);
            }
            for (; i < count; i++)
            {
                T normal = (x[i] - mean) * a;
                to[i] = (scale == null ? normal : normal * scale[i]) + (shift == null ? T.Zero : shift[i]);
            }
        }

        // to = (dy·scale − center + (x − μ)·a)·rate, with a scale for each element or one for all.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void MapBack<V>(T* x, T* dy, T* scales, T scale, T* to, T mean, T a, T center, T rate, int count) where V : struct, ILanes<V, T>
        {
            V vm = V.Of(double.CreateChecked(mean)), va = V.Of(double.CreateChecked(a)), vc = V.Of(double.CreateChecked(center));
            V vr = V.Of(double.CreateChecked(rate)), vs = V.Of(double.CreateChecked(scale));
            int i = 0;
            for (; i <= count - V.Count; i += V.Count)
            {
                V g = V.Load(dy + i) * (scales == null ? vs : V.Load(scales + i)) - vc;
                V.Store(V.MultiplyAdd(V.Load(x + i) - vm, va, g) * vr, to + i);
            }
            for (; i < count; i++) to[i] = ((x[i] - mean) * a + (dy[i] * (scales == null ? scale : scales[i]) - center)) * rate;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void AddAlong<V>(T* x, T* dy, T* sums, T* shifts, T mean, T rate, int count) where V : struct, ILanes<V, T>
        {
            V vm = V.Of(double.CreateChecked(mean)), vr = V.Of(double.CreateChecked(rate));
            int i = 0;
            for (; i <= count - V.Count; i += V.Count)
            {
                V g = V.Load(dy + i);
                V.Store(V.MultiplyAdd((V.Load(x + i) - vm) * vr, g, V.Load(sums + i)), sums + i);
                V.Store(V.Load(shifts + i) + g, shifts + i);
            }
            for (; i < count; i++)
            {
                sums[i] += (x[i] - mean) * rate * dy[i];
                shifts[i] += dy[i];
            }
        }
    }
}
