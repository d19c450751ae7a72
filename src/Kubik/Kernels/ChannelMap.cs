// z = (x − μ)·a + dy·b + c with μ, a, b, c a number a channel, on (batch, channels, rest): all that batch normalisation does to
// elements, forward (without dy) and backward. Along a channel's long segment the four stay in registers; where segments are
// short the four are spread over a sample first, and a job walks down a strip of it whose coefficients stay in the first cache.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class ChannelMap
{
    private const int JobElements = 32768; // what one job works on
    private const int StripElements = 2048; // four coefficients of each fit the first cache

    [ThreadStatic] private static Scratch? scratch;

    /// <summary>Computes z; dy may be null. The coefficients lie one after the other: μ, a, b, c, each for all channels.</summary>
    public static void Run<T>(T* x, T* dy, T* coefficients, T* z, int outer, int channels, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Job<T> job = new() { X = x, Dy = dy, Z = z, Coefficients = coefficients, Outer = outer, Channels = channels, Inner = inner, Width = channels * inner };
        job.IsSpread = inner < ChannelSums.Short;
        if (job.IsSpread)
        {
            if (inner > 1) job.Coefficients = Spread(coefficients, 4 * channels, inner);
            job.Strips = (job.Width + StripElements - 1) / StripElements;
            job.RowsAJob = Math.Max(1, JobElements / Math.Max(1, Math.Min(job.Width, StripElements)));
            Workers.Run(job.Strips * ((outer + job.RowsAJob - 1) / job.RowsAJob), ref job);
            return;
        }
        job.RowsAJob = Math.Max(1, JobElements / inner); // segments
        Workers.Run((outer * channels + job.RowsAJob - 1) / job.RowsAJob, ref job);
    }

    private static T* Spread<T>(T* values, int count, int inner) where T : unmanaged
    {
        T* spread = (T*)(scratch ??= new()).Reserve((long)count * inner * sizeof(T));
        for (int i = 0; i < count; i++) new Span<T>(spread + (long)i * inner, inner).Fill(values[i]);
        return spread;
    }

    private struct Job<T> : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public T* X, Dy, Z, Coefficients;
        public int Outer, Channels, Inner, Width, Strips, RowsAJob;
        public bool IsSpread;

        public readonly void Run(int job)
        {
            if (Vector512.IsHardwareAccelerated) this.Run<Lanes512<T>>(job);
            else if (Vector256.IsHardwareAccelerated) this.Run<Lanes256<T>>(job);
            else this.Run<Lanes128<T>>(job);
        }

        private readonly void Run<V>(int job) where V : struct, ILanes<V, T>
        {
            if (this.IsSpread)
            {
                int row = job / this.Strips * this.RowsAJob, column = job % this.Strips * StripElements, length = Math.Min(StripElements, this.Width - column);
                for (int end = Math.Min(row + this.RowsAJob, this.Outer); row < end; row++) this.Strip<V>((long)row * this.Width + column, column, length);
                return;
            }
            int segment = job * this.RowsAJob, last = Math.Min(segment + this.RowsAJob, this.Outer * this.Channels);
            for (; segment < last; segment++) this.Segment<V>((long)segment * this.Inner, segment % this.Channels);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Strip<V>(long at, int column, int length) where V : struct, ILanes<V, T>
        {
            T* x = this.X + at, dy = this.Dy + at, z = this.Z + at, mean = this.Coefficients + column, a = mean + this.Width, b = a + this.Width,
                c = b + this.Width;
            int i = 0;
            if (this.Dy == null)
            {
                for (; i <= length - V.Count; i += V.Count)
                    V.Store(V.MultiplyAdd(V.Load(x + i) - V.Load(mean + i), V.Load(a + i), V.Load(c + i)), z + i);
            }
            else
            {
                for (; i <= length - V.Count; i += V.Count)
                    V.Store(V.MultiplyAdd(V.Load(x + i) - V.Load(mean + i), V.Load(a + i), V.MultiplyAdd(V.Load(dy + i), V.Load(b + i), V.Load(c + i))), z + i);
            }
            if (i == length) return;
            int count = length - i;
            V rest = PartOfVector.Load<V, T>(c + i, count, T.Zero);
            if (this.Dy != null) rest = V.MultiplyAdd(PartOfVector.Load<V, T>(dy + i, count, T.Zero), PartOfVector.Load<V, T>(b + i, count, T.Zero), rest);
            V apart = PartOfVector.Load<V, T>(x + i, count, T.Zero) - PartOfVector.Load<V, T>(mean + i, count, T.Zero);
            PartOfVector.Store(V.MultiplyAdd(apart, PartOfVector.Load<V, T>(a + i, count, T.Zero), rest), z + i, count);
        }

        // The last vector overlaps the one before.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Segment<V>(long at, int channel) where V : struct, ILanes<V, T>
        {
            T* x = this.X + at, dy = this.Dy + at, z = this.Z + at, four = this.Coefficients + channel;
            V mean = V.Of(double.CreateChecked(four[0])), a = V.Of(double.CreateChecked(four[this.Channels]));
            V b = V.Of(double.CreateChecked(four[2 * this.Channels])), c = V.Of(double.CreateChecked(four[3 * this.Channels]));
            int i = 0, end = this.Inner - V.Count;
            if (this.Dy == null)
            {
                for (; i < end; i += V.Count) V.Store(V.MultiplyAdd(V.Load(x + i) - mean, a, c), z + i);
                V.Store(V.MultiplyAdd(V.Load(x + end) - mean, a, c), z + end);
            }
            else
            {
                for (; i < end; i += V.Count) V.Store(V.MultiplyAdd(V.Load(x + i) - mean, a, V.MultiplyAdd(V.Load(dy + i), b, c)), z + i);
                V.Store(V.MultiplyAdd(V.Load(x + end) - mean, a, V.MultiplyAdd(V.Load(dy + end), b, c)), z + end);
            }
        }
    }
}
