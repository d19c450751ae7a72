// softmax(q·kᵀ·s)·v without the T × S matrix (Dao et al. 2022, "FlashAttention"): a block of queries is scored against all keys,
// its few rows of weights stay in L1 and L2, are made into probabilities there and multiplied by the values at once. The
// backward pass computes a block's weights again. Keys and values are packed once for all blocks of a head. With a causal mask a block
// meets only the keys up to its last query. Memory beside the inputs grows with the keys, not with queries times keys.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class AttentionKernel
{
    private const int BlockRows = 16;
    private const int JobWork = 1 << 17; // multiply-adds that are worth a job

    [ThreadStatic] private static Scratch? memory;

    /// <summary>Computes y (…, T, e) of queries (…, T, d), keys (…, S, d), values (…, S, e) and perhaps a mask;
    /// or, when <paramref name="dy"/> is there, their gradients one after another, each for the whole batch.</summary>
    public static void Run<T>(bool causal, int past, double scale, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor? dy, Tensor y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<Lanes512<T>, T>(causal, past, T.CreateChecked(scale), q, k, v, mask, dy, y);
        else if (Vector256.IsHardwareAccelerated) Run<Lanes256<T>, T>(causal, past, T.CreateChecked(scale), q, k, v, mask, dy, y);
        else Run<Lanes128<T>, T>(causal, past, T.CreateChecked(scale), q, k, v, mask, dy, y);
    }

    private static void Run<TLanes, T>(bool causal, int past, T scale, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor? dy, Tensor y)
        where TLanes : unmanaged, ILanes<TLanes, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (y.Count == 0) return;
        fixed (byte* pq = q.Bytes, pk = k.Bytes, pv = v.Bytes, pm = mask is null ? default : mask.Bytes, pd = dy is null ? default : dy.Bytes, py = y.Bytes)
        {
            Job<TLanes, T> job = new()
            {
                Causal = causal,
                Past = past,
                Scale = scale,
                Queries = q.Shape[^2],
                Keys = k.Shape[^2],
                Size = q.Shape[^1],
                Values = v.Shape[^1],
                Y = (T*)py + y.Layout.Offset,
                IsBackward = dy is not null,
                IsFlags = mask?.DType == DType.Bool,
                HasMask = mask is not null,
            };
            job.Q.Set(q, pq);
            job.K.Set(k, pk);
            job.V.Set(v, pv);
            if (mask is not null) job.Mask.Set(mask, pm);
            if (dy is not null) job.Dy.Set(dy, pd);
            ReadOnlySpan<int> whole = (dy ?? y).Shape.Sizes;
            job.SetBatch(whole[..^2]);
            long work = (long)job.Queries * job.Keys * (job.Size + job.Values);
            // A head's queries are cut when there are few heads; its gradients of keys and values are sums over all of them, in order.
            job.RowsAJob = job.IsBackward || job.Batch >= 8 ? Math.Max(1, job.Queries) : Math.Max(4 * BlockRows, (job.Queries + 7) / 8 / BlockRows * BlockRows);
            job.Cuts = (job.Queries + job.RowsAJob - 1) / job.RowsAJob;
            if (job.Queries == 0) job.Cuts = 1; // there are no queries, but keys whose gradient is 0
            job.HeadsAJob = job.Cuts > 1 ? 1 : (int)Math.Clamp(JobWork / Math.Max(work, 1), 1, job.Batch);
            Workers.Run(job.Cuts > 1 ? job.Batch * job.Cuts : (job.Batch + job.HeadsAJob - 1) / job.HeadsAJob, ref job);
        }
    }

    // A batch of matrices: where each begins and how far its rows and columns lie apart; what repeats has stride 0.
    private struct Matrices
    {
        public byte* Data; // of the first element
        public long Row, Column;
        private fixed int strides[Shape.MaxRank]; // of the axes before the last two, the last of them first

        public void Set(Tensor x, byte* data)
        {
            this.Data = data + (long)x.Layout.Offset * x.DType.ByteSize;
            this.Column = Stride(x, 1);
            this.Row = Stride(x, 2);
            for (int i = 3; i <= x.Rank; i++) this.strides[i - 3] = Stride(x, i);
        }

        public readonly long Offset(int axisFromEnd, int index) => (long)this.strides[axisFromEnd] * index;

        private static int Stride(Tensor x, int fromEnd) => fromEnd <= x.Rank && x.Shape[^fromEnd] != 1 ? x.Layout.Strides[^fromEnd] : 0;
    }

    private struct Job<TLanes, T> : IJob where TLanes : unmanaged, ILanes<TLanes, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Matrices Q, K, V, Mask, Dy;
        public bool Causal, IsBackward, IsFlags, HasMask;
        public int Past, Queries, Keys, Size, Values, Batch, RowsAJob, HeadsAJob, Cuts;
        public T Scale;
        public T* Y;
        private int rank;
        private fixed int sizes[Shape.MaxRank]; // of the batch's axes, the last first

        public void SetBatch(ReadOnlySpan<int> axes)
        {
            (this.rank, this.Batch) = (axes.Length, 1);
            for (int i = 0; i < axes.Length; i++)
            {
                this.sizes[i] = axes[^(i + 1)];
                this.Batch *= axes[i];
            }
        }

        public readonly void Run(int job)
        {
            if (this.Cuts > 1)
            {
                int first = job % this.Cuts * this.RowsAJob;
                this.Head(job / this.Cuts, first, Math.Min(first + this.RowsAJob, this.Queries));
                return;
            }
            for (int head = job * this.HeadsAJob, end = Math.Min(head + this.HeadsAJob, this.Batch); head < end; head++) this.Head(head, 0, this.Queries);
        }

        private readonly void Head(int head, int first, int end)
        {
            MatrixView<T> q = this.At(this.Q, head), k = this.At(this.K, head), v = this.At(this.V, head),
                dy = this.IsBackward ? this.At(this.Dy, head) : default;
            (int n, int d, int e) = (this.Keys, this.Size, this.Values);
            int wide = PackedProduct.Padded<TLanes, T>(n) + 16;
            long keys = PackedProduct.Size<TLanes, T>(d, n), values = PackedProduct.Size<TLanes, T>(n, e), back = this.IsBackward ? 1 : 0;
            long backKeys = back * PackedProduct.Size<TLanes, T>(n, d), backValues = back * PackedProduct.Size<TLanes, T>(e, n);
            long block = back * PackedProduct.Size<TLanes, T>(BlockRows, Math.Max(d, e)), rows = BlockRows * (d + 16L);
            T* kt = (T*)(memory ??= new()).Reserve((keys + values + backKeys + backValues + block + rows + 2L * BlockRows * wide) * sizeof(T));
            T* vp = kt + keys, kp = vp + values, vt = kp + backKeys, packed = vt + backValues, qs = packed + block, p = qs + rows,
                dp = p + (long)BlockRows * wide;
            PackedProduct.Pack<TLanes, T>(k.Transposed, d, n, kt);
            if (!this.IsBackward)
            {
                PackedProduct.Pack<TLanes, T>(v, n, e, vp);
            }
            else
            {
                PackedProduct.Pack<TLanes, T>(k, n, d, kp);
                PackedProduct.Pack<TLanes, T>(v.Transposed, e, n, vt);
            }
            T* dq = this.Y + (long)head * this.Queries * d, dk = this.Y + ((long)this.Batch * this.Queries + (long)head * n) * d;
            T* dv = this.Y + (long)this.Batch * (this.Queries + n) * d + (long)head * n * e, y = this.Y + (long)head * this.Queries * e;
            if (this.IsBackward)
            {
                new Span<T>(dk, n * d).Clear();
                new Span<T>(dv, n * e).Clear();
            }
            T* share = stackalloc T[BlockRows];
            for (int i = first; i < end; i += BlockRows)
            {
                int height = Math.Min(BlockRows, end - i), met = this.Causal ? (int)Math.Min(n, (long)i + height + this.Past) : n;
                for (int r = 0; r < height; r++) Scaled(q.At(i + r, 0), q.Column, qs + r * (d + 16), d, this.Scale);
                PackedProduct.Run<TLanes, T>(height, d, qs, d + 16, 1, kt, d, PackedProduct.Padded<TLanes, T>(met), p, wide, accumulate: false);
                // Two loops, not one: what a row waits for is then computed beside the other rows.
                for (int r = 0; r < height; r++) share[r] = this.Largest(head, i + r, met, p + (long)r * wide);
                for (int r = 0; r < height; r++) share[r] = Exponentials(met, p + (long)r * wide, share[r]);
                if (!this.IsBackward)
                {
                    PackedProduct.Run<TLanes, T>(height, met, p, wide, 1, vp, n, e, y + (long)i * e, e, accumulate: false);
                    for (int r = 0; r < height; r++) Scaled(y + (long)(i + r) * e, 1, y + (long)(i + r) * e, e, share[r]);
                    continue;
                }
                PackedProduct.Run<TLanes, T>(height, e, dy.At(i, 0), dy.Row, dy.Column, vt, e, PackedProduct.Padded<TLanes, T>(met), dp, wide,
                    accumulate: false);
                for (int r = 0; r < height; r++) this.WeightsBack(p + (long)r * wide, dp + (long)r * wide, met, share[r]);
                PackedProduct.Run<TLanes, T>(height, met, dp, wide, 1, kp, n, d, dq + (long)i * d, d, accumulate: false);
                PackedProduct.Pack<TLanes, T>(new(q.At(i, 0), q.Row, q.Column), height, d, packed);
                PackedProduct.Run<TLanes, T>(met, height, dp, 1, wide, packed, height, d, dk, d, accumulate: true);
                PackedProduct.Pack<TLanes, T>(new(dy.At(i, 0), dy.Row, dy.Column), height, e, packed);
                PackedProduct.Run<TLanes, T>(met, height, p, 1, wide, packed, height, e, dv, e, accumulate: true);
            }
        }

        private readonly MatrixView<T> At(Matrices x, int head) => new((T*)x.Data + this.Offset(x, head), x.Row, x.Column);

        private readonly long Offset(Matrices x, int head)
        {
            long offset = 0;
            for (int axis = 0; axis < this.rank; axis++)
            {
                offset += x.Offset(axis, head % this.sizes[axis]);
                head /= this.sizes[axis];
            }
            return offset;
        }

        // The largest score of a query; −∞ takes the place of those it may not look at and of the last vector's rest.
        private readonly T Largest(int head, int query, int met, T* s)
        {
            int open = this.Causal ? (int)Math.Min(this.Keys, (long)query + this.Past + 1) : this.Keys;
            if (this.HasMask) this.Close(head, query, open, s);
            TLanes closed = TLanes.Repeat(T.NegativeInfinity), largest = closed;
            for (int j = 0; j < met; j += TLanes.Count)
            {
                TLanes score = TLanes.Select(PartOfVector.FirstLanes<TLanes, T>(open - j), TLanes.Load(s + j), closed);
                TLanes.Store(score, s + j);
                largest = TLanes.Max(largest, score);
            }
            return TLanes.Largest(largest);
        }

        // The scores become e^(score − largest), 0 for −∞; returns what makes their sum 1.
        private static T Exponentials(int met, T* s, T largest)
        {
            TLanes minus = TLanes.Repeat(T.IsNegativeInfinity(largest) ? T.Zero : -largest), sums = default; // all closed: then all is 0
            for (int j = 0; j < met; j += TLanes.Count)
            {
                TLanes w = VectorMath.Exp(TLanes.Load(s + j) + minus);
                TLanes.Store(w, s + j);
                sums += w;
            }
            T sum = TLanes.Sum(sums);
            return sum == T.Zero ? T.Zero : T.One / sum;
        }

        private readonly void Close(int head, int query, int open, T* s)
        {
            long at = this.Offset(this.Mask, head) + query * this.Mask.Row, step = this.Mask.Column;
            if (this.IsFlags)
            {
                for (int j = 0; j < open; j++)
                    if (this.Mask.Data[at + j * step] == 0) s[j] = T.NegativeInfinity;
                return;
            }
            T* added = (T*)this.Mask.Data + at;
            for (int j = 0; j < open; j++) s[j] = T.IsNegativeInfinity(added[j * step]) ? T.NegativeInfinity : s[j] + added[j * step];
        }

        // p becomes the probabilities, and dp, the gradient that reached them, that of the scores before their scaling: p·(dp − Σ p·dp)·s.
        private readonly void WeightsBack(T* p, T* dp, int met, T share)
        {
            int count = TLanes.Count;
            TLanes part = TLanes.Repeat(share), sums = default;
            for (int j = 0; j < met; j += count)
            {
                TLanes w = TLanes.Load(p + j) * part;
                TLanes.Store(w, p + j);
                sums = TLanes.MultiplyAdd(w, TLanes.Load(dp + j), sums);
            }
            TLanes mean = TLanes.Repeat(TLanes.Sum(sums)), scale = TLanes.Repeat(this.Scale);
            for (int j = 0; j < met; j += count)
                TLanes.Store(TLanes.Load(p + j) * (TLanes.Load(dp + j) - mean) * scale, dp + j);
        }

        private static void Scaled(T* x, long step, T* y, int n, T by)
        {
            TLanes factor = TLanes.Repeat(by);
            if (step == 1) for (int j = 0; j < n; j += TLanes.Count) Ends<TLanes, T>.Store(Ends<TLanes, T>.Load(x + j, n - j) * factor, y + j, n - j);
            else for (int j = 0; j < n; j++) y[j] = x[j * step] * by;
        }
    }
}
