// Softmax, its logarithm, the cross-entropy of labels, and the gradients of the three, a row at a time: largest element,
// exponentials and their sum, result are sweeps over the first cache, so a row is read from memory once and written once.
// Along another axis than the last, sixteen neighbouring columns at a time are brought together first.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>What is computed of a row.</summary>
internal enum SoftmaxWork
{
    /// <summary>y = e^x / Σ e^x.</summary>
    Softmax,
    /// <summary>y = x − ln Σ e^x.</summary>
    Logarithm,
    /// <summary>Of y and dy: y·(dy − Σ y·dy).</summary>
    Gradient,
    /// <summary>Of y and dy: dy − e^y·Σ dy.</summary>
    LogarithmGradient,
    /// <summary>One number: ln Σ e^x − x at the label.</summary>
    CrossEntropy,
    /// <summary>(e^x / Σ e^x − 1 at the label) · dy, dy being one number.</summary>
    CrossEntropyGradient,
}

internal static unsafe class SoftmaxKernel
{
    private const int JobElements = 8192; // what one job works on; fixed, so that results never depend on threads
    private const int Piece = 4096;       // elements that are added in the type itself
    private const int FedElements = 2048; // of short rows that a prologue computes at once
    private const int Together = 16;      // columns that are gathered at once: a cache line of floats

    [ThreadStatic] private static Scratch? scratch;

    public static TensorSpec Infer(Op op, int axis, TensorSpec x, double temperature = 1) =>
        !(temperature > 0 && double.IsFinite(temperature)) ? throw op.Error($"the temperature must be above 0, not {temperature}.") :
        (uint)axis >= (uint)x.Shape.Rank ? throw op.Error($"axis {axis} is not one of the {x.Shape.Rank} axes of {x.Shape}, counted from 0.") :
        x.DType is not (DType.Float32 or DType.Float64) ? throw op.Error(TypeRule.Float(x)) :
        x.Shape[axis] == 0 ? throw op.Error($"axis {axis} of {x.Shape} is empty, and probabilities over nothing do not exist.") : x;

    /// <summary>How many elements a job reads, for a prologue: rows must lie together.</summary>
    public static int ElementsAJob(Shape x, int axis) => axis == x.Rank - 1 && x.Size > 0 ? JobElements : 0;

    /// <summary>The spec of logits (B, K, …) when the labels (B, …) fit.</summary>
    public static TensorSpec InferLabels(Op op, TensorSpec x, TensorSpec labels)
    {
        if (x.Shape.Rank < 2) throw op.Error($"the logits must be (batch, classes, …); got {x.Shape}.");
        Infer(op, 1, x);
        if (labels.DType != DType.Int64 || labels.Shape != x.Shape.Without(1))
            throw op.Error($"the labels of logits {x.Shape} must be int64 {x.Shape.Without(1)}; got {labels}.");
        return x;
    }

    /// <summary>Runs over rows along an axis of x; dy is null, shaped like x or, for a cross-entropy, without the axis, as are the labels.</summary>
    public static void Run<T>(Op op, SoftmaxWork work, Tensor x, int axis, Tensor? labels, Tensor? dy, Tensor y, double temperature = 1,
        Prologue? prologue = null) where T : unmanaged, IFloatingPointIeee754<T>
    {
        x = x.Contiguous();
        dy = dy?.Contiguous() ?? x;
        int size = x.Shape[axis], inner = Normalizing.SizeFrom(axis + 1, x.Shape);
        fixed (T* px = prologue is null ? x.Data<T>() : default, pdy = prologue is null ? dy.Data<T>() : default, py = y.Data<T>())
        {
            Job<T> job = new()
            {
                Work = work,
                Prologue = prologue,
                X = px,
                Dy = pdy,
                Y = py,
                Size = size,
                Inner = inner,
                Rows = size == 0 ? 0 : x.Count / size
            };
            job.Temperature = temperature == 1 ? T.One : T.Max(T.CreateChecked(temperature), T.Epsilon); // above 0, also where the type has no number as small
            job.RowsAJob = Math.Max(1, JobElements / size);
            if (inner > 1) job.RowsAJob = (job.RowsAJob + Together - 1) / Together * Together;
            if (labels is null)
            {
                Workers.Run((job.Rows + job.RowsAJob - 1) / job.RowsAJob, ref job);
            }
            else
            {
                labels = labels.Contiguous();
                ReadOnlySpan<long> at = labels.Data<long>();
                foreach (long label in at) Indexing.Checked(op, label, axis, size); // before anything is written
                fixed (long* pl = at)
                {
                    job.Labels = pl;
                    Workers.Run((job.Rows + job.RowsAJob - 1) / job.RowsAJob, ref job);
                }
                GC.KeepAlive(labels);
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(dy);
    }

    private struct Job<T> : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public SoftmaxWork Work;
        public Prologue? Prologue;
        public T* X, Dy, Y;
        public long* Labels;
        public int Size, Inner, Rows, RowsAJob;
        public T Temperature;

        private readonly bool HasOneDy => this.Work is SoftmaxWork.CrossEntropy or SoftmaxWork.CrossEntropyGradient;

        public readonly void Run(int job)
        {
            if (Vector512.IsHardwareAccelerated) this.Run<Lanes512<T>>(job);
            else if (Vector256.IsHardwareAccelerated) this.Run<Lanes256<T>>(job);
            else this.Run<Lanes128<T>>(job);
        }

        private readonly void Run<V>(int job) where V : struct, ILanes<V, T>
        {
            int row = job * this.RowsAJob, end = Math.Min(row + this.RowsAJob, this.Rows);
            if (this.Prologue is not null)
            {
                int together = Math.Max(1, FedElements / this.Size);
                T* room = (T*)(scratch ??= new()).Reserve((long)together * this.Size * sizeof(T));
                for (; row < end; row += together)
                {
                    int count = Math.Min(together, end - row);
                    T* x = (T*)this.Prologue.Get((long)row * this.Size, count * this.Size, (byte*)room);
                    for (int r = 0; r < count; r++) this.Row<V>(row + r, x + (long)r * this.Size, null, this.Y + (long)(row + r) * this.Size);
                }
                return;
            }
            if (this.Inner == 1)
            {
                for (; row < end; row++)
                {
                    long at = (long)row * this.Size;
                    this.Row<V>(row, this.X + at, this.HasOneDy ? this.Dy + row : this.Dy + at,
                        this.Work == SoftmaxWork.CrossEntropy ? this.Y + row : this.Y + at);
                }
                return;
            }
            T* rows = (T*)(scratch ??= new()).Reserve((long)Together * this.Size * 2 * sizeof(T));
            while (row < end)
            {
                int outer = row / this.Inner, column = row % this.Inner, count = Math.Min(Math.Min(Together, end - row), this.Inner - column);
                this.Columns<V>(row, count, (long)outer * this.Size * this.Inner + column, rows, rows + Together * this.Size);
                row += count;
            }
        }

        // Rows that lie apart: gathered, computed in their place, put back.
        private readonly void Columns<V>(int row, int count, long at, T* rows, T* dys) where V : struct, ILanes<V, T>
        {
            this.Gather(this.X + at, rows, count);
            if (this.Work is SoftmaxWork.Gradient or SoftmaxWork.LogarithmGradient) this.Gather(this.Dy + at, dys, count);
            for (int c = 0; c < count; c++)
            {
                T* x = rows + c * this.Size, y = this.Work == SoftmaxWork.CrossEntropy ? this.Y + row + c : x;
                this.Row<V>(row + c, x, this.HasOneDy ? this.Dy + row + c : dys + c * this.Size, y);
            }
            if (this.Work == SoftmaxWork.CrossEntropy) return;
            T* to = this.Y + at;
            for (int k = 0; k < this.Size; k++, to += this.Inner)
            {
                for (int c = 0; c < count; c++) to[c] = rows[c * this.Size + k];
            }
        }

        private readonly void Gather(T* from, T* rows, int count)
        {
            for (int k = 0; k < this.Size; k++, from += this.Inner)
            {
                for (int c = 0; c < count; c++) rows[c * this.Size + k] = from[c];
            }
        }

        private readonly void Row<V>(int row, T* x, T* dy, T* y) where V : struct, ILanes<V, T>
        {
            int size = this.Size;
            switch (this.Work)
            {
                case SoftmaxWork.Gradient:
                    GradientRow<V>(x, dy, y, T.CreateChecked(Dot<V>(x, dy, size)), this.Temperature, size);
                    return;
                case SoftmaxWork.LogarithmGradient:
                    LogarithmGradientRow<V>(x, dy, y, T.CreateChecked(Total<V>(dy, size)), this.Temperature, size);
                    return;
            }
            T max = Largest<V>(x, size);
            double sum = 0;
            bool keeps = this.Work is SoftmaxWork.Softmax or SoftmaxWork.CrossEntropyGradient;
            T atLabel = this.Work is SoftmaxWork.CrossEntropy ? x[this.Labels[row]] : T.Zero;
            for (int done = 0; done < size; done += Piece)
                sum += double.CreateChecked(Exponentials<V>(x + done, keeps ? y + done : null, max, this.Temperature, Math.Min(Piece, size - done)));
            switch (this.Work)
            {
                case SoftmaxWork.Softmax:
                    Scale<V>(y, T.CreateChecked(1 / sum), size);
                    return;
                case SoftmaxWork.Logarithm:
                    Shift<V>(x, y, max, this.Temperature, T.CreateChecked(Math.Log(sum)), size);
                    return;
                case SoftmaxWork.CrossEntropy:
                    *y = T.CreateChecked(Math.Log(sum)) - (atLabel - max);
                    return;
                default:
                    Scale<V>(y, T.CreateChecked(double.CreateChecked(*dy) / sum), size);
                    y[this.Labels[row]] -= *dy;
                    return;
            }
        }

        // A NaN may be passed over here: the sum of exponentials will be NaN in any case.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T Largest<V>(T* x, int size) where V : struct, ILanes<V, T>
        {
            T max = x[0];
            int i = 0;
            if (size >= V.Count)
            {
                V a = V.Load(x), b = V.Load(x + size - V.Count);
                for (i = V.Count; i <= size - 2 * V.Count; i += 2 * V.Count)
                {
                    a = V.Max(a, V.Load(x + i));
                    b = V.Max(b, V.Load(x + i + V.Count));
                }
                if (i <= size - V.Count) a = V.Max(a, V.Load(x + i));
                return V.Largest(V.Max(a, b));
            }
            for (; i < size; i++) max = x[i] > max ? x[i] : max;
            return max;
        }

        // Σ e^((x − max) / t), and the exponentials themselves into y when there is one; the two may be the same.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T Exponentials<V>(T* x, T* y, T max, T temperature, int size) where V : struct, ILanes<V, T>
        {
            V m = V.Of(double.CreateChecked(max)), t = V.Of(double.CreateChecked(temperature)), sum = V.Zero;
            bool isScaled = temperature != T.One;
            for (int i = 0; i < size; i += V.Count)
            {
                int count = Math.Min(V.Count, size - i);
                V e = (count == V.Count ? V.Load(x + i) : PartOfVector.Load<V, T>(x + i, count, T.NegativeInfinity)) - m;
                e = VectorMath.Exp(isScaled ? e / t : e);
                sum += e;
                if (y == null) continue;
                if (count == V.Count) V.Store(e, y + i);
                else PartOfVector.Store(e, y + i, count);
            }
            return V.Sum(sum);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Scale<V>(T* y, T factor, int size) where V : struct, ILanes<V, T>
        {
            V f = V.Of(double.CreateChecked(factor));
            int i = 0;
            for (; i <= size - V.Count; i += V.Count) V.Store(V.Load(y + i) * f, y + i);
            for (; i < size; i++) y[i] *= factor;
        }

        // y = (x − max) / t − log.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Shift<V>(T* x, T* y, T max, T temperature, T log, int size) where V : struct, ILanes<V, T>
        {
            V m = V.Of(double.CreateChecked(max)), t = V.Of(double.CreateChecked(temperature)), l = V.Of(double.CreateChecked(log));
            bool isScaled = temperature != T.One;
            int i = 0;
            for (; i <= size - V.Count; i += V.Count)
            {
                V d = V.Load(x + i) - m;
                V.Store((isScaled ? d / t : d) - l, y + i);
            }
            for (; i < size; i++) y[i] = (isScaled ? (x[i] - max) / temperature : x[i] - max) - log;
        }

        private static double Total<V>(T* x, int size) where V : struct, ILanes<V, T>
        {
            double sum = 0;
            for (int done = 0; done < size; done += Piece) sum += double.CreateChecked(PieceDot<V>(x + done, null, Math.Min(Piece, size - done)));
            return sum;
        }

        private static double Dot<V>(T* x, T* y, int size) where V : struct, ILanes<V, T>
        {
            double sum = 0;
            for (int done = 0; done < size; done += Piece) sum += double.CreateChecked(PieceDot<V>(x + done, y + done, Math.Min(Piece, size - done)));
            return sum;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceDot<V>(T* x, T* y, int size) where V : struct, ILanes<V, T>
        {
            V a = V.Zero, b = V.Zero;
            int i = 0;
            if (y == null)
            {
                for (; i <= size - 2 * V.Count; i += 2 * V.Count)
                {
                    a += V.Load(x + i);
                    b += V.Load(x + i + V.Count);
                }
            }
            else
            {
                for (; i <= size - 2 * V.Count; i += 2 * V.Count)
                {
                    a = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), a);
                    b = V.MultiplyAdd(V.Load(x + i + V.Count), V.Load(y + i + V.Count), b);
                }
            }
            T sum = V.Sum(a + b);
            for (; i < size; i++) sum += y == null ? x[i] : x[i] * y[i];
            return sum;
        }

        // y·(dy − dot) / t.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void GradientRow<V>(T* y, T* dy, T* dx, T dot, T temperature, int size) where V : struct, ILanes<V, T>
        {
            V d = V.Of(double.CreateChecked(dot)), t = V.Of(double.CreateChecked(temperature));
            bool isScaled = temperature != T.One;
            int i = 0;
            for (; i <= size - V.Count; i += V.Count)
            {
                V p = V.Load(y + i) * (V.Load(dy + i) - d);
                V.Store(isScaled ? p / t : p, dx + i);
            }
            for (; i < size; i++) dx[i] = y[i] * (dy[i] - dot) / temperature;
        }

        // (dy − e^y·sum) / t.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void LogarithmGradientRow<V>(T* y, T* dy, T* dx, T sum, T temperature, int size) where V : struct, ILanes<V, T>
        {
            V s = V.Of(double.CreateChecked(sum)), t = V.Of(double.CreateChecked(temperature));
            bool isScaled = temperature != T.One;
            for (int i = 0; i < size; i += V.Count)
            {
                int count = Math.Min(V.Count, size - i);
                bool whole = count == V.Count;
                V e = VectorMath.Exp(whole ? V.Load(y + i) : PartOfVector.Load<V, T>(y + i, count, T.Zero));
                V d = (whole ? V.Load(dy + i) : PartOfVector.Load<V, T>(dy + i, count, T.Zero)) - e * s;
                if (isScaled) d /= t;
                if (whole) V.Store(d, dx + i);
                else PartOfVector.Store(d, dx + i, count);
            }
        }
    }
}
