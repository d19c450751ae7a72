// Philox 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011). A block cipher
// on a counter: block i gives four 32-bit words that depend on the key and on i alone, so any part of the sequence
// can be made by any thread. The key is the seed, the counter is (position, stream).


namespace Kubik.Kernels;

internal static unsafe class Philox
{
    private const int BlocksAJob = 4096;

    public static TensorSpec Infer(Op op, TensorSpec wanted, TensorSpec state) =>
        state != new TensorSpec(DType.Int64, [3]) ? throw op.Error($"the state must be int64 (3,): seed, stream, position; got {state}.") :
        wanted.DType is not (DType.Float32 or DType.Float64) ? throw op.Error($"random numbers are float32 or float64, not {wanted.DType.Name}; convert them with Cast.") : wanted;

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

    public static void Fill(Tensor state, Tensor y, bool normal)
    {
        ReadOnlySpan<long> s = state.Contiguous().Data<long>();
        FillJob job = new() { Seed = (ulong)s[0], Stream = (ulong)s[1], Position = (ulong)s[2], Count = y.Count, Normal = normal };
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

    private struct FillJob : IJob
    {
        public ulong Seed, Stream, Position;
        public float* Floats;
        public double* Doubles;
        public int Count;
        public bool Normal;

        public readonly int Jobs => (this.Count + 4 * BlocksAJob - 1) / (4 * BlocksAJob);

        public readonly void Run(int job)
        {
            double* four = stackalloc double[4];
            for (int i = job * 4 * BlocksAJob, end = (int)Math.Min(i + 4L * BlocksAJob, this.Count); i < end; i += 4)
            {
                (uint a, uint b, uint c, uint d) = Block(this.Seed, this.Stream, this.Position + (ulong)(i / 4));
                if (this.Normal)
                {
                    (four[0], four[1]) = BoxMuller(a, b);
                    (four[2], four[3]) = BoxMuller(c, d);
                }
                else
                {
                    (four[0], four[1], four[2], four[3]) = (Unit(a), Unit(b), Unit(c), Unit(d));
                }
                for (int k = 0; k < 4 && i + k < end; k++)
                {
                    if (this.Floats != null) this.Floats[i + k] = (float)four[k];
                    else this.Doubles[i + k] = four[k];
                }
            }
        }

        // 24 bits: every value is exact as a float, so float32 and float64 draw the same numbers and 1 is never reached.
        private static double Unit(uint word) => (word >> 8) * (1.0 / (1 << 24));

        // Box and Muller (1958); the + ½ keeps the logarithm's argument above 0.
        private static (double, double) BoxMuller(uint a, uint b)
        {
            double r = Math.Sqrt(-2 * Math.Log((a + 0.5) * (1.0 / 4294967296))), angle = b * (2 * Math.PI / 4294967296);
            return (r * Math.Cos(angle), r * Math.Sin(angle));
        }
    }
}
