// Philox 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011). A block cipher
// on a counter: block i gives four 32-bit words that depend on the key and on i alone, so any part of the sequence
// can be made by any thread. The key is the seed, the counter is (position, stream).


namespace Kubik.Kernels;

/// <summary>A distribution: makes numbers of the words of a block.</summary>
internal unsafe interface IDraw
{
    /// <summary>How many numbers a block gives: 4 of one word each, or 2 of two.</summary>
    static abstract int PerBlock { get; }

    /// <summary>Writes the numbers of one block.</summary>
    void Draw(uint a, uint b, uint c, uint d, double* to);
}

internal static unsafe class Philox
{
    private const int BlocksAJob = 4096;

    public static void CheckState(Op op, TensorSpec state)
    {
        if (state != new TensorSpec(DType.Int64, [3])) throw op.Error($"the state must be int64 (3,): seed, stream, position; got {state}.");
    }

    public static TensorSpec Infer(Op op, TensorSpec wanted, TensorSpec state)
    {
        CheckState(op, state);
        return wanted.DType is DType.Float32 or DType.Float64
            ? wanted
            : throw op.Error($"random numbers are float32 or float64, not {wanted.DType.Name}; convert them with Cast.");
    }

    /// <summary>The four words of one block.</summary>
    public static (uint A, uint B, uint C, uint D) Block(ulong seed, ulong stream, ulong position)
    {
        const ulong M0 = 0xD2511F53, M1 = 0xCD9E8D57;
        const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;
        uint a = (uint)position, b = (uint)(position >> 32), c = (uint)stream, d = (uint)(stream >> 32);
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = M0 * a, p1 = M1 * c;
            (a, b, c, d) = ((uint)(p1 >> 32) ^ b ^ k0, (uint)p1, (uint)(p0 >> 32) ^ d ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (a, b, c, d);
    }

    /// <summary>A whole number below <paramref name="range"/>, all equally likely:
    /// number <paramref name="index"/> of those that begin at a position, two a block.</summary>
    /// <remarks>Lemire 2019, "Fast Random Integer Generation in an Interval".
    /// What has to be drawn again comes from another key, so that no counter is used twice.</remarks>
    public static ulong Below(ulong range, ulong seed, ulong stream, ulong position, ulong index)
    {
        while (true)
        {
            (uint a, uint b, uint c, uint d) = Block(seed, stream, position + index / 2);
            ulong word = index % 2 == 0 ? (ulong)a << 32 | b : (ulong)c << 32 | d;
            ulong high = Math.BigMul(word, range, out ulong low);
            if (low >= range || low >= (0 - range) % range) return high;
            seed += 0x9E3779B97F4A7C15;
        }
    }

    /// <summary>Seed, stream and position.</summary>
    public static (ulong Seed, ulong Stream, ulong Position) Read(Tensor state)
    {
        Tensor dense = state.Contiguous();
        ReadOnlySpan<long> s = dense.Data<long>();
        (ulong, ulong, ulong) read = ((ulong)s[0], (ulong)s[1], (ulong)s[2]);
        GC.KeepAlive(dense);
        return read;
    }

    /// <summary>Fills y with numbers of a distribution.</summary>
    public static void Fill<TDraw>(TDraw draw, Tensor state, Tensor y) where TDraw : struct, IDraw
    {
        (ulong seed, ulong stream, ulong position) = Read(state);
        FillJob<TDraw> job = new() { Of = draw, Seed = seed, Stream = stream, Position = position, Count = y.Count };
        if (y.DType == DType.Float32)
        {
            fixed (float* p = y.Data<float>())
            {
                job.Floats = p;
                Workers.Run(job.Jobs, ref job);
            }
        }
        else
        {
            fixed (double* p = y.Data<double>())
            {
                job.Doubles = p;
                Workers.Run(job.Jobs, ref job);
            }
        }
    }

    private struct FillJob<TDraw> : IJob where TDraw : struct, IDraw
    {
        public TDraw Of;
        public ulong Seed, Stream, Position;
        public float* Floats;
        public double* Doubles;
        public int Count;

        private static int ElementsAJob => TDraw.PerBlock * BlocksAJob;

        public readonly int Jobs => (int)((this.Count + (long)ElementsAJob - 1) / ElementsAJob);

        public readonly void Run(int job)
        {
            double* drawn = stackalloc double[4];
            for (long i = (long)job * ElementsAJob, end = Math.Min(i + ElementsAJob, this.Count); i < end; i += TDraw.PerBlock)
            {
                (uint a, uint b, uint c, uint d) = Block(this.Seed, this.Stream, this.Position + (ulong)(i / TDraw.PerBlock));
                this.Of.Draw(a, b, c, d, drawn);
                for (int k = 0; k < TDraw.PerBlock && i + k < end; k++)
                {
                    if (this.Floats != null) this.Floats[i + k] = (float)drawn[k];
                    else this.Doubles[i + k] = drawn[k];
                }
            }
        }
    }
}
