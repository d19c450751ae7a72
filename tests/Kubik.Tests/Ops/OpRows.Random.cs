// The rows of the ops that draw. Their references take the words from the slow cipher, two for each number.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Distributions() =>
    [
        .. from s in new Shape[] { [], [7], [3, 2], [0] }
        from type in OpRow.Floats
        from row in new OpRow[]
        {
            DrawnBy(new RandomGumbel(new(type, s)), s, u => -Math.Log(-Math.Log(u))),
            DrawnBy(new RandomExponential(new(type, s)), s, u => -Math.Log(u)),
            DrawnBy(new RandomTruncatedNormal(new(type, s), -2, 2), s, u => NormalQuantile(-2, 2, u)) with { Tolerance64 = 1e-10, Tolerance32 = 1e-6 },
            DrawnBy(new RandomTruncatedNormal(new(type, s), 0.5, 3), s, u => -NormalQuantile(-3, -0.5, u)) with { Tolerance64 = 1e-10, Tolerance32 = 1e-6, Note = $"{type} {s} from 0.5 to 3" },
        }
        select row,
        DrawnBy(new RandomGumbel(new(DType.Float32, [20_001])), [20_001], u => -Math.Log(-Math.Log(u))) with { Big = true },
        .. from c in new (DType Type, Shape Shape, long Low, long High)[]
        {
            (DType.Int64, [9], 0, 10), (DType.Int64, [2, 3], -5, -4), (DType.Int64, [], long.MinValue, long.MaxValue), (DType.Int64, [40], -1, long.MaxValue),
            (DType.Int64, [40], -(1L << 62), (1L << 62) + 1), (DType.Int32, [5], int.MinValue, 1L + int.MaxValue), (DType.UInt8, [3, 5], 0, 256), (DType.Int64, [0], 0, 2), (DType.Int64, [20_001], 0, 3),
        }
        select new OpRow(new RandomInteger(new(c.Type, c.Shape), c.Low, c.High), [State], _ =>
            Naive.Build([.. c.Shape], i => (double)((Int128)c.Low + (Int128)SlowBelow((ulong)(UInt128)((Int128)c.High - c.Low), Flat(c.Shape, i)))))
        { Types = [DType.Int64], Note = $"{c.Type} {c.Shape} from {c.Low} to {c.High}", Big = c.Shape.Size > 1000 },
        .. from count in new[] { 0, 1, 2, 9, 100 }
        select new OpRow(new RandomPermutation(count), [State], _ =>
        {
            List<double> left = [.. Enumerable.Range(0, count).Select(i => (double)i)];
            double[] order = new double[count];
            for (int i = count - 1; i >= 0; i--)
            {
                // The one at the drawn place goes to the end, the last of what is left to the drawn place.
                int j = i == 0 ? 0 : (int)SlowBelow((ulong)i + 1, (ulong)i);
                order[i] = left[j];
                left[j] = left[i];
                left.RemoveAt(i);
            }
            return new([count], order);
        })
        { Types = [DType.Int64], Note = $"of {count}" },
        .. from s in new Shape[] { [], [9], [4, 3], [0] }
        select new OpRow(new RandomBernoulli(), [State, new(s, Probability)], x => Naive.Build(x[1].Shape, i => SlowOpen(Flat(s, i)) < x[1][i] ? 1 : 0)),
        .. from s in new Shape[] { [5], [1], [7, 3], [2, 3, 4], [0, 2] }
        from logits in new[] { true, false }
        select new OpRow(new RandomCategorical(logits), [State, new(s, logits ? Domain.Away : Probability)], x => Naive.Build([.. s[..^1]], i =>
        {
            double[] p = [.. Enumerable.Range(0, s[^1]).Select(k => logits ? Math.Exp(x[1][[.. i, k]]) : x[1][[.. i, k]])];
            double passed = SlowOpen(Flat(s[..^1], i)) * p.Sum();
            return Enumerable.Range(0, p.Length).First(k => p[..(k + 1)].Sum() > passed);
        }))
        { Note = logits ? "logits" : "probabilities" },
    ];

    private const long Seed = 11, Stream = 5, Position = 1L << 35;

    private static Arg State => new([3], Domain.Exactly(Seed, Stream, Position), DType.Int64);

    private static Domain Probability => new("probabilities", (r, count, _) => [.. Enumerable.Range(0, count).Select(_ => r.NextDouble())]);

    private static OpRow DrawnBy(Op op, Shape shape, Func<double, double> f) =>
        new(op, [State], _ => Naive.Build([.. shape], i => f(SlowOpen(Flat(shape, i))))) { Types = [DType.Int64], Note = $"{op.Infer([new(DType.Int64, [3])])}" };

    private static ulong Flat(Shape shape, int[] index)
    {
        ulong flat = 0;
        for (int axis = 0; axis < index.Length; axis++) flat = flat * (ulong)shape[axis] + (ulong)index[axis];
        return flat;
    }

    private static ulong SlowWord(ulong seed, ulong index)
    {
        uint[] w = SlowPhilox.Block(seed, Stream, Position + index / 2);
        return index % 2 == 0 ? w[0] * (1UL << 32) + w[1] : w[2] * (1UL << 32) + w[3];
    }

    private static double SlowOpen(ulong index) => (Math.Floor(SlowWord(Seed, index) / Math.Pow(2, 12)) + 0.5) / Math.Pow(2, 52);

    // The word's place in [0, 2⁶⁴) scaled to the range; the few words that would make a number likelier are drawn again.
    private static ulong SlowBelow(ulong range, ulong index)
    {
        UInt128 words = UInt128.One << 64;
        for (ulong seed = Seed; ; seed = unchecked(seed + 0x9E3779B97F4A7C15))
        {
            UInt128 product = (UInt128)SlowWord(seed, index) * range;
            if (product % words >= words % range) return (ulong)(product / words);
        }
    }

    // By halving: the z in the bounds at which the share below is that of u.
    private static double NormalQuantile(double low, double high, double u)
    {
        double target = Share(low) + u * (Share(high) - Share(low)), from = low, to = high;
        for (int step = 0; step < 100; step++)
        {
            double middle = (from + to) / 2;
            if (Share(middle) < target) from = middle;
            else to = middle;
        }
        return (from + to) / 2;

        // Simpson's rule over the bell from 0.
        static double Share(double z)
        {
            const int Pieces = 400;
            double h = z / Pieces, sum = 0;
            for (int i = 0; i <= Pieces; i++) sum += (i is 0 or Pieces ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-i * h * i * h / 2);
            return sum * h / 3 / Math.Sqrt(2 * Math.PI);
        }
    }
}
