// A recurrent layer through all its steps. The sequences of a batch do not touch one another, so a job owns some of them from
// the first step to the last and never waits for another job. The weights of the state are packed once; a step is one
// product of the job's few rows, which stay in L1 and L2, with them, and one pass over the gates. Backwards the same
// with the weights transposed; the gradients of the weights are one large product over all steps, outside.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>Where a unit finds one row of a step; what is one number for each hidden element has H of them.</summary>
internal unsafe struct RecurrentRow<T> where T : unmanaged
{
    /// <summary>H.</summary>
    public int Hidden;

    /// <summary>The projected input, (gates · H); backwards its gradient, to be written.</summary>
    public T* Projected;

    /// <summary>The product of the state with its weights, (gates · H), with room for a vector behind; backwards its gradient, to be written.</summary>
    public T* Recurrent;

    /// <summary>What is added to the product before the gates act; GRU alone.</summary>
    public T* Bias;

    /// <summary>h and c before the step.</summary>
    public T* HiddenBefore, CellBefore;

    /// <summary>The results of the step: the first part, the others Part elements on; backwards they are read.</summary>
    public T* Results;

    public long Part;

    /// <summary>Backwards: what has reached h and c of the step; what goes on to the step before otherwise than through the weights takes its place.</summary>
    public T* HiddenGradient, CellGradient;

    /// <summary>Backwards: the gradient of the product where it differs from that of the projected input, to be written; GRU alone.</summary>
    public T* Extra;
}

/// <summary>The tensors of a layer: contiguous, the optional ones null.</summary>
internal readonly ref struct RecurrentTensors
{
    /// <summary>(B, T, gates · H); forward alone.</summary>
    public Tensor? Projected { get; init; }

    /// <summary>(H, gates · H).</summary>
    public Tensor Weight { get; init; }

    /// <summary>(B, H) each.</summary>
    public Tensor Hidden { get; init; }

    public Tensor? Cell { get; init; }

    /// <summary>(H).</summary>
    public Tensor? Bias { get; init; }

    /// <summary>Bool (B, T): where a sequence goes on.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>(parts, B, T, H).</summary>
    public Tensor Results { get; init; }

    /// <summary>(B, T, H) each; backward alone.</summary>
    public Tensor? HiddenGradient { get; init; }

    public Tensor? CellGradient { get; init; }

    /// <summary>The gradients of projected input (B, T, gates · H), of the product's part that differs (B, T, H),
    /// of h and c (B, H), one after another.</summary>
    public Tensor? Gradients { get; init; }
}

internal static unsafe class RecurrentKernel
{
    private const long SmallWork = 1 << 17; // multiply-adds below which threads cost more than they bring

    [ThreadStatic] private static Scratch? weights, rows;

    public static void Run<TUnit, T>(TUnit unit, bool reverse, in RecurrentTensors x)
        where TUnit : struct, IRecurrentUnit where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<TUnit, Lanes512<T>, T>(unit, reverse, x);
        else if (Vector256.IsHardwareAccelerated) Run<TUnit, Lanes256<T>, T>(unit, reverse, x);
        else Run<TUnit, Lanes128<T>, T>(unit, reverse, x);
    }

    private static void Run<TUnit, V, T>(TUnit unit, bool reverse, in RecurrentTensors x)
        where TUnit : struct, IRecurrentUnit where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        int batch = x.Results.Shape[1], steps = x.Results.Shape[2], hidden = x.Results.Shape[3], gates = unit.Gates * hidden;
        if (batch == 0 || hidden == 0) return;
        bool isForward = x.Gradients is null;
        fixed (T* projected = Of<T>(x.Projected), weight = Of<T>(x.Weight), h = Of<T>(x.Hidden), c = Of<T>(x.Cell), bias = Of<T>(x.Bias),
            results = Of<T>(x.Results))
        fixed (T* dh = Of<T>(x.HiddenGradient), dc = Of<T>(x.CellGradient), gradients = Of<T>(x.Gradients))
        fixed (byte* mask = Of<byte>(x.Mask))
        {
            MatrixView<T> u = new(weight, gates, 1); // (H, gates · H)
            (int depth, int columns) = isForward ? (hidden, gates) : (gates, hidden);
            T* packed = (T*)(weights ??= new()).Reserve(PackedProduct.Size<V, T>(depth, columns) * sizeof(T));
            PackedProduct.Pack<V, T>(isForward ? u : u.Transposed, depth, columns, packed);
            Job<TUnit, V, T> job = new()
            {
                Unit = unit,
                Reverse = reverse,
                Forward = isForward,
                Batch = batch,
                Steps = steps,
                Hidden = hidden,
                Projected = projected,
                Weight = packed,
                H0 = h,
                C0 = c,
                Bias = bias,
                Mask = mask,
                Results = results,
                Dh = dh,
                Dc = dc,
                Dz = gradients,
                RowsAJob = (long)batch * steps * hidden * gates < SmallWork ? batch : batch >= 16 ? 8 : 4,
            };
            Workers.Run((batch + job.RowsAJob - 1) / job.RowsAJob, ref job);
        }
        // Some may be copies of an op's inputs that nothing else holds.
        KeepAlive(x.Projected, x.Weight, x.Hidden, x.Cell, x.Bias, x.Mask, x.Results, x.HiddenGradient, x.CellGradient);
    }

    private static void KeepAlive(params ReadOnlySpan<Tensor?> all)
    {
        foreach (Tensor? x in all) GC.KeepAlive(x);
    }

    private static Span<T> Of<T>(Tensor? x) where T : unmanaged => x is null ? default : x.Data<T>();

    private struct Job<TUnit, V, T> : IJob where TUnit : struct, IRecurrentUnit where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        public TUnit Unit;
        public bool Reverse, Forward;
        public int Batch, Steps, Hidden, RowsAJob;
        public T* Projected, Weight, H0, C0, Bias, Results, Dh, Dc, Dz;
        public byte* Mask;

        public readonly void Run(int job)
        {
            int first = job * this.RowsAJob, count = Math.Min(this.RowsAJob, this.Batch - first);
            if (this.Forward) this.RunForward(first, count);
            else this.RunBackward(first, count);
        }

        private readonly void RunForward(int first, int count)
        {
            int n = this.Hidden, gates = this.Unit.Gates * n, wide = PackedProduct.Padded<V, T>(gates);
            int ldh = n + 16, ldz = wide + 16; // rows do not lie a power of two apart, and a vector fits behind the last one
            T* h = (T*)(rows ??= new()).Reserve((long)count * (ldh + ldz) * sizeof(T)), z = h + (long)count * ldh;
            for (int b = 0; b < count; b++) Copy(this.H0 + (long)(first + b) * n, h + b * ldh, n);
            RecurrentRow<T> row = new() { Hidden = n, Bias = this.Bias, Part = (long)this.Batch * this.Steps * n };
            for (int s = 0; s < this.Steps; s++)
            {
                int t = this.Reverse ? this.Steps - 1 - s : s;
                PackedProduct.Run<V, T>(count, n, h, ldh, 1, this.Weight, n, wide, z, ldz, accumulate: false);
                for (int b = 0; b < count; b++)
                {
                    long at = (long)(first + b) * this.Steps + t;
                    this.Point(ref row, first + b, t, s == 0);
                    row.Projected = this.Projected + at * gates;
                    row.Recurrent = z + (long)b * ldz;
                    this.Unit.Forward<V, T>(ref row);
                    if (this.Mask != null && this.Mask[at] == 0)
                    {
                        // Past its end a sequence stands still.
                        Copy(row.HiddenBefore, row.Results, n);
                        if (row.CellBefore != null) Copy(row.CellBefore, row.Results + row.Part, n);
                    }
                    Copy(row.Results, h + b * ldh, n);
                }
            }
        }

        private readonly void RunBackward(int first, int count)
        {
            int n = this.Hidden, gates = this.Unit.Gates * n, wide = PackedProduct.Padded<V, T>(n);
            int ldh = wide + 16, ldz = gates + 16;
            bool hasCell = this.C0 != null;
            T* dh = (T*)(rows ??= new()).Reserve((long)count * (2 * ldh + ldz) * sizeof(T)), dc = dh + (long)count * ldh, dz = dc + (long)count * ldh;
            new Span<T>(dh, 2 * count * ldh).Clear();
            long all = (long)this.Batch * this.Steps;
            T* extra = this.Dz + all * gates, ends = extra + all * n * (this.Unit.Extra ? 1 : 0);
            RecurrentRow<T> row = new() { Hidden = n, Part = all * n };
            for (int s = this.Steps - 1; s >= 0; s--)
            {
                int t = this.Reverse ? this.Steps - 1 - s : s;
                for (int b = 0; b < count; b++)
                {
                    long at = (long)(first + b) * this.Steps + t;
                    T* dhRow = dh + (long)b * ldh, dcRow = dc + (long)b * ldh, dzRow = dz + (long)b * ldz;
                    if (this.Dh != null) Add(this.Dh + at * n, dhRow, n);
                    if (this.Dc != null) Add(this.Dc + at * n, dcRow, n);
                    row.Projected = this.Dz + at * gates;
                    row.Extra = extra + at * n;
                    if (this.Mask != null && this.Mask[at] == 0)
                    {
                        new Span<T>(dzRow, gates).Clear();
                        new Span<T>(row.Projected, gates).Clear();
                        if (this.Unit.Extra) new Span<T>(row.Extra, n).Clear();
                        continue;
                    }
                    this.Point(ref row, first + b, t, s == 0);
                    row.Recurrent = dzRow;
                    row.HiddenGradient = dhRow;
                    row.CellGradient = dcRow;
                    this.Unit.Backward<V, T>(ref row);
                }
                PackedProduct.Run<V, T>(count, gates, dz, ldz, 1, this.Weight, gates, wide, dh, ldh, accumulate: true);
            }
            for (int b = 0; b < count; b++)
            {
                Copy(dh + (long)b * ldh, ends + (long)(first + b) * n, n);
                if (hasCell) Copy(dc + (long)b * ldh, ends + (long)(this.Batch + first + b) * n, n);
            }
        }

        // The results of a row's step and the state before it.
        private readonly void Point(ref RecurrentRow<T> row, int b, int t, bool isFirst)
        {
            T* at = this.Results + ((long)b * this.Steps + t) * this.Hidden, before = at + (this.Reverse ? this.Hidden : -this.Hidden);
            row.Results = at;
            row.HiddenBefore = isFirst ? this.H0 + (long)b * this.Hidden : before;
            row.CellBefore = this.C0 == null ? null : isFirst ? this.C0 + (long)b * this.Hidden : before + row.Part;
        }

        private static void Copy(T* from, T* to, int count) => new ReadOnlySpan<T>(from, count).CopyTo(new Span<T>(to, count));

        private static void Add(T* from, T* to, int count)
        {
            for (int j = 0; j < count; j += V.Count)
                Ends<V, T>.Store(V.Load(to + j) + Ends<V, T>.Load(from + j, count - j), to + j, count - j);
        }
    }
}
