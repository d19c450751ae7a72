// Sums over (batch, channels, rest) that leave the channels, for batch normalisation. A job is a block of samples and of
// neighbouring channels, small enough for the second cache, and walks it in the order of memory: first Σ dy or Σ x, then,
// if asked, the same block again for the squares around the block's own mean. What the blocks of samples give is put
// together in double, in order: sums are added, means and squares combined (Chan, Golub, LeVeque 1979).
// A long segment of a channel is added up in registers; short ones are added to columns in memory, then to their channel.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class ChannelSums
{
    /// <summary>Segments below this many elements are treated as columns.</summary>
    public const int Short = 64;

    private const int JobElements = 32768; // what one job works on; fixed, so that results never depend on threads
    private const int JobColumns = 2048;   // neighbouring elements of a sample in a job, if a channel has no more
    private const int Piece = 4096;        // elements that are added in the type itself

    [ThreadStatic] private static Scratch? scratch;

    /// <summary>Mean and variance of each channel of x, seen as (outer, channels, inner).</summary>
    public static void Moments<T>(T* x, T* mean, T* variance, int outer, int channels, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Job<T> job = new(x, null, null, outer, channels, inner);
        job.Run();
        for (int c = 0; c < channels; c++)
        {
            double count = 0, center = 0, squares = 0;
            for (int b = 0; b < job.RowBlocks; b++)
            {
                double n = (double)(Math.Min(job.RowsABlock, outer - b * job.RowsABlock)) * inner, total = count + n,
                    apart = job.First[b * channels + c] - center;
                center += apart * n / total;
                squares += job.Second[b * channels + c] + apart * apart * count * n / total;
                count = total;
            }
            mean[c] = T.CreateChecked(center);
            variance[c] = T.CreateChecked(squares / count);
        }
    }

    /// <summary>Σ dy and Σ dy·(x − μ) of each channel into first and second.</summary>
    public static void Products<T>(T* x, T* dy, T* mean, int outer, int channels, int inner, Span<double> first, Span<double> second)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Job<T> job = new(x, dy, mean, outer, channels, inner);
        job.Run();
        for (int c = 0; c < channels; c++)
        {
            (first[c], second[c]) = (0, 0);
            for (int b = 0; b < job.RowBlocks; b++)
            {
                first[c] += job.First[b * channels + c];
                second[c] += job.Second[b * channels + c];
            }
        }
    }

    // Without dy: the block's mean into First, the squares around it into Second. With it: Σ dy and Σ dy·(x − μ).
    private struct Job<T> : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public readonly T* X, Dy, Mean;
        public readonly int Outer, Channels, Inner, RowsABlock, RowBlocks, ChannelsABlock, ChannelBlocks;
        public double* First, Second; // (row blocks, channels)

        public Job(T* x, T* dy, T* mean, int outer, int channels, int inner)
        {
            this.X = x;
            this.Dy = dy;
            this.Mean = mean;
            (this.Outer, this.Channels, this.Inner) = (outer, channels, inner);
            this.ChannelsABlock = Math.Max(1, Math.Min(channels, JobColumns / Math.Max(1, inner)));
            this.ChannelBlocks = (channels + this.ChannelsABlock - 1) / this.ChannelsABlock;
            this.RowsABlock = Math.Max(1, JobElements / Math.Max(1, this.ChannelsABlock * inner));
            this.RowBlocks = (outer + this.RowsABlock - 1) / this.RowsABlock;
        }

        public void Run()
        {
            this.First = (double*)(scratch ??= new()).Reserve((long)this.RowBlocks * this.Channels * 2 * sizeof(double));
            this.Second = this.First + (long)this.RowBlocks * this.Channels;
            Workers.Run(this.RowBlocks * this.ChannelBlocks, ref this);
        }

        public readonly void Run(int job)
        {
            if (Vector512.IsHardwareAccelerated) this.Run<Lanes512<T>>(job);
            else if (Vector256.IsHardwareAccelerated) this.Run<Lanes256<T>>(job);
            else this.Run<Lanes128<T>>(job);
        }

        private readonly void Run<V>(int job) where V : struct, ILanes<V, T>
        {
            int block = job / this.ChannelBlocks, channel = job % this.ChannelBlocks * this.ChannelsABlock;
            int channels = Math.Min(this.ChannelsABlock, this.Channels - channel), row = block * this.RowsABlock,
                end = Math.Min(row + this.RowsABlock, this.Outer);
            double* first = this.First + (long)block * this.Channels + channel, second = this.Second + (long)block * this.Channels + channel;
            for (int c = 0; c < channels; c++) (first[c], second[c]) = (0, 0);
            if (this.Inner < Short)
            {
                this.Columns<V>(channel, channels, row, end, first, second);
                return;
            }
            for (int n = row; n < end; n++)
            {
                for (int c = 0; c < channels; c++) first[c] += Sum<V>((this.Dy == null ? this.X : this.Dy) + this.At(n, channel + c), this.Inner);
            }
            T* mean = stackalloc T[channels];
            if (this.Dy == null) Means(first, mean, channels, (double)(end - row) * this.Inner);
            else for (int c = 0; c < channels; c++) mean[c] = this.Mean[channel + c];
            for (int n = row; n < end; n++)
            {
                for (int c = 0; c < channels; c++)
                {
                    long at = this.At(n, channel + c);
                    second[c] += Product<V>(this.X + at, this.Dy == null ? null : this.Dy + at, mean[c], this.Inner);
                }
            }
        }

        private readonly long At(int row, int channel) => ((long)row * this.Channels + channel) * this.Inner;

        // The mean as it is rounded: the squares are taken around that.
        private static void Means(double* sums, T* mean, int channels, double count)
        {
            for (int c = 0; c < channels; c++)
            {
                mean[c] = T.CreateChecked(sums[c] / count);
                sums[c] = double.CreateChecked(mean[c]);
            }
        }

        private static double Sum<V>(T* x, int length) where V : struct, ILanes<V, T>
        {
            double sum = 0;
            while (length > Piece + Short)
            {
                sum += double.CreateChecked(PieceSum<V>(x, Piece));
                x += Piece;
                length -= Piece;
            }
            return sum + double.CreateChecked(PieceSum<V>(x, length));
        }

        private static double Product<V>(T* x, T* dy, T mean, int length) where V : struct, ILanes<V, T>
        {
            double sum = 0;
            while (length > Piece + Short)
            {
                sum += double.CreateChecked(dy == null ? PieceSquares<V>(x, mean, Piece) : PieceProduct<V>(x, dy, mean, Piece));
                x += Piece;
                if (dy != null) dy += Piece;
                length -= Piece;
            }
            return sum + double.CreateChecked(dy == null ? PieceSquares<V>(x, mean, length) : PieceProduct<V>(x, dy, mean, length));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceSum<V>(T* x, int length) where V : struct, ILanes<V, T>
        {
            V a = V.Zero, b = V.Zero, c = V.Zero, d = V.Zero;
            int i = 0;
            for (; i <= length - 4 * V.Count; i += 4 * V.Count)
            {
                a += V.Load(x + i);
                b += V.Load(x + i + V.Count);
                c += V.Load(x + i + 2 * V.Count);
                d += V.Load(x + i + 3 * V.Count);
            }
            for (; i <= length - V.Count; i += V.Count) a += V.Load(x + i);
            if (i < length) b += V.Load(x + length - V.Count) & PartOfVector.LastLanes<V, T>(length - i);
            return V.Sum(a + b + (c + d));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceSquares<V>(T* x, T mean, int length) where V : struct, ILanes<V, T>
        {
            V m = V.Of(double.CreateChecked(mean)), a = V.Zero, b = V.Zero;
            int i = 0;
            for (; i <= length - 2 * V.Count; i += 2 * V.Count)
            {
                V u = V.Load(x + i) - m, w = V.Load(x + i + V.Count) - m;
                a = V.MultiplyAdd(u, u, a);
                b = V.MultiplyAdd(w, w, b);
            }
            if (i <= length - V.Count)
            {
                V u = V.Load(x + i) - m;
                a = V.MultiplyAdd(u, u, a);
                i += V.Count;
            }
            if (i < length)
            {
                V u = (V.Load(x + length - V.Count) - m) & PartOfVector.LastLanes<V, T>(length - i);
                b = V.MultiplyAdd(u, u, b);
            }
            return V.Sum(a + b);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T PieceProduct<V>(T* x, T* dy, T mean, int length) where V : struct, ILanes<V, T>
        {
            V m = V.Of(double.CreateChecked(mean)), a = V.Zero, b = V.Zero;
            int i = 0;
            for (; i <= length - 2 * V.Count; i += 2 * V.Count)
            {
                a = V.MultiplyAdd(V.Load(dy + i), V.Load(x + i) - m, a);
                b = V.MultiplyAdd(V.Load(dy + i + V.Count), V.Load(x + i + V.Count) - m, b);
            }
            if (i <= length - V.Count)
            {
                a = V.MultiplyAdd(V.Load(dy + i), V.Load(x + i) - m, a);
                i += V.Count;
            }
            if (i < length) b = V.MultiplyAdd(V.Load(dy + length - V.Count) & PartOfVector.LastLanes<V, T>(length - i), V.Load(x + length - V.Count) - m, b);
            return V.Sum(a + b);
        }

        // Short segments: what stands in one column of the block is added up first, in memory, then each channel's columns.
        private readonly void Columns<V>(int channel, int channels, int row, int end, double* first, double* second) where V : struct, ILanes<V, T>
        {
            int width = channels * this.Inner, padded = (width + V.Count - 1) / V.Count * V.Count;
            T* sums = stackalloc T[2 * padded], mean = sums + padded;
            new Span<T>(sums, 2 * padded).Clear();
            for (int n = row; n < end; n++) AddRow<V>((this.Dy == null ? this.X : this.Dy) + this.At(n, channel), null, null, sums, width);
            this.Fold(sums, channels, first);
            T* means = stackalloc T[channels];
            if (this.Dy == null) Means(first, means, channels, (double)(end - row) * this.Inner);
            for (int c = 0; c < channels; c++) new Span<T>(mean + c * this.Inner, this.Inner).Fill(this.Dy == null ? means[c] : this.Mean[channel + c]);
            new Span<T>(sums, padded).Clear();
            for (int n = row; n < end; n++)
            {
                long at = this.At(n, channel);
                AddRow<V>(this.X + at, this.Dy == null ? this.X + at : this.Dy + at, mean, sums, width, this.Dy == null);
            }
            this.Fold(sums, channels, second);
        }

        private readonly void Fold(T* sums, int channels, double* to)
        {
            for (int c = 0; c < channels; c++, sums += this.Inner)
            {
                double sum = 0;
                for (int i = 0; i < this.Inner; i++) sum += double.CreateChecked(sums[i]);
                to[c] = sum;
            }
        }

        // sums += x, or with means += (x − μ)·dy, or, where dy is x, += (x − μ)².
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void AddRow<V>(T* x, T* dy, T* mean, T* sums, int width, bool squares = false) where V : struct, ILanes<V, T>
        {
            int i = 0;
            if (mean == null)
            {
                for (; i <= width - V.Count; i += V.Count) V.Store(V.Load(sums + i) + V.Load(x + i), sums + i);
            }
            else if (squares)
            {
                for (; i <= width - V.Count; i += V.Count)
                {
                    V u = V.Load(x + i) - V.Load(mean + i);
                    V.Store(V.MultiplyAdd(u, u, V.Load(sums + i)), sums + i);
                }
            }
            else
            {
                for (; i <= width - V.Count; i += V.Count) V.Store(V.MultiplyAdd(V.Load(dy + i), V.Load(x + i) - V.Load(mean + i), V.Load(sums + i)), sums + i);
            }
            for (; i < width; i++)
            {
                T u = mean == null ? x[i] : x[i] - mean[i];
                sums[i] += mean == null ? u : squares ? u * u : dy[i] * u;
            }
        }
    }
}
