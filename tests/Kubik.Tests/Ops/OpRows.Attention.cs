// The rows of attention and rotary positions.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static readonly Arg Closed = new([4, 3], Domain.Exactly(0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1), DType.Bool);

    private static readonly Arg Added = new([4, 3], Domain.Exactly(double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity, 0.5, double.NegativeInfinity, 1, -1, 0, 2, 0, 0, 0), DType.Float64);

    private static IEnumerable<OpRow> Attentions() =>
    [
        Looks(new(), [4, 3], [5, 3]),
        Looks(new(), [2, 1, 4, 2], [3, 5, 2]),
        Looks(new(Causal: true), [2, 4, 3], [2, 4, 3]),
        Looks(new(Causal: true), [5, 2], [3, 2]),
        Looks(new(Causal: true, Past: 3), [2, 2], [5, 2]),
        Looks(new(Scale: 0.5), [1, 1], [1, 1]),
        Looks(new(), [0, 3], [5, 3]),
        Looks(new(Causal: true), [4, 3], [0, 3]),
        Looks(new(), [2, 3, 0], [2, 2, 0]),
        Looks(new(), [4, 2], [3, 2], Closed) with { Note = "a row closed" },
        Looks(new(Causal: true), [2, 4, 2], [3, 2], new([1, 3], Domain.Flags, DType.Bool)) with { Note = "causal and masked" },
        Looks(new(), [4, 2], [3, 2], new([2, 1, 4, 3], Domain.Away)) with { Inputs = [new([1, 4, 2], Domain.Away), new([3, 2], Domain.Away), new([1, 4, 3], Domain.Away)], Note = "numbers added" },
        Looks(new(), [4, 2], [3, 2], Added) with { Types = [DType.Float64], Note = "−∞ added" },
        Finds(new(), [4, 3], [5, 3], [5, 2]),
        Finds(new(Causal: true), [2, 3, 4, 2], [2, 1, 4, 2], [2, 1, 4, 3]),
        Finds(new(Causal: true, Past: 2), [1, 3], [3, 3], [2, 3, 1]),
        Finds(new(Scale: 2), [3, 1], [1, 1], [1, 5]),
        Finds(new(), [4, 3], [0, 3], [0, 2]) with { Note = "no keys" },
        Finds(new(), [2, 0, 3], [2, 4, 3], [2, 4, 2]),
        Finds(new(), [4, 2], [3, 2], [3, 2], Closed) with { Note = "a row closed" },
        Finds(new(), [4, 2], [3, 2], [3, 2], Added) with { Types = [DType.Float64], Note = "−∞ added" },
        Finds(new(), [2, 70, 33], [2, 80, 33], [2, 80, 20]) with { Big = true, Tolerance32 = 1e-5 },
        Finds(new(), [2, 4, 2], [3, 2], [3, 2], new([2, 1, 3], Domain.Flags, DType.Bool)) with { Note = "a mask for each of a batch" },
        Finds(new(Causal: true), [50, 17], [50, 17], [50, 40]),
        Finds(new(Causal: true), [8, 40, 8], [8, 40, 8], [8, 40, 8]) with { Big = true, Tolerance32 = 1e-5 },
        FindsBack(new(), [4, 3], [5, 3], [5, 2]),
        FindsBack(new(Causal: true), [2, 3, 4, 2], [2, 1, 4, 2], [2, 1, 4, 3]),
        FindsBack(new(Causal: true, Past: 2), [1, 3], [3, 3], [2, 3, 1]),
        FindsBack(new(Scale: 2), [3, 1], [1, 1], [1, 5]),
        FindsBack(new(), [4, 3], [0, 3], [0, 2]) with { Note = "no keys" },
        FindsBack(new(), [2, 0, 3], [2, 4, 3], [2, 4, 2]),
        FindsBack(new(), [4, 2], [3, 2], [3, 2], Closed) with { Note = "a row closed" },
        FindsBack(new(), [4, 2], [3, 2], [3, 2], Added) with { Types = [DType.Float64], Note = "−∞ added" },
        FindsBack(new(Causal: true), [20, 6], [20, 6], [20, 7]),
        FindsBack(new(Causal: true), [8, 40, 8], [8, 40, 8], [8, 40, 8]) with { Big = true, Tolerance32 = 1e-5 },
        Turned(new(), [4, 6]),
        Turned(new(Interleaved: true), [4, 6]),
        Turned(new(Offset: 5, Base: 100), [2, 1, 3, 4]),
        Turned(new(Offset: 1000, Interleaved: true), [2, 1, 2]),
        Turned(new(), [0, 4]),
        Turned(new(Interleaved: true), [3, 0]),
        Turned(new(), [40, 20, 64]) with { Big = true },
    ];

    private static OpRow Looks(AttentionWeights op, Shape q, Shape k, Arg? mask = null) =>
        new(op, [new(q, Domain.Away), new(k, Domain.Away), .. mask is null ? Array.Empty<Arg>() : [mask]], x => Looked(op.Causal, op.Past, op.Scale, x[0], x[1], x.Length > 2 ? x[2] : null, mask?.Fixed == DType.Bool))
        { Note = $"{(op.Causal ? "causal" : "")}{(op.Past == 0 ? "" : $" after {op.Past}")}" };

    private static OpRow Finds(ScaledDotProductAttention op, Shape q, Shape k, Shape v, Arg? mask = null) =>
        new(op, [new(q, Domain.Away), new(k, Domain.Away), new(v, Domain.Away), .. mask is null ? Array.Empty<Arg>() : [mask]], x =>
        {
            Naive w = Looked(op.Causal, op.Past, op.Scale, x[0], x[1], x.Length > 3 ? x[3] : null, mask?.Fixed == DType.Bool), v = x[2];
            int[] batch = Naive.Common(w.Shape[..^2], v.Shape[..^2]);
            return Naive.Build([.. batch, w.Shape[^2], v.Shape[^1]], i =>
                Enumerable.Range(0, w.Shape[^1]).Sum(s => w.Repeated([.. i[..^1], s]) * v.Repeated([.. i[..^2], s, i[^1]])));
        })
        { Note = $"{(op.Causal ? "causal" : "")}{(op.Past == 0 ? "" : $" after {op.Past}")}", Tolerance32 = 5e-6 };

    // The reference is the definition in double precision; that it is the gradient, the theories over Finds show.
    private static OpRow FindsBack(ScaledDotProductAttentionGradient op, Shape q, Shape k, Shape v, Arg? mask = null)
    {
        Shape batch = [.. Naive.Common(Naive.Common([.. q.Sizes[..^2]], [.. k.Sizes[..^2]]), [.. v.Sizes[..^2]])];
        Arg[] inputs = [new(q, Domain.Away), new(k, Domain.Away), new(v, Domain.Away), new([.. batch, q[^2], v[^1]], Domain.Away), .. mask is null ? Array.Empty<Arg>() : [mask]];
        return new(op, inputs, x => Naive.Of(op.Decompose([.. x.Select((t, i) => Tensor.From(t.Values, t.Shape).Cast(inputs[i].Fixed ?? DType.Float64))])))
        { Note = $"{(op.Causal ? "causal" : "")}{(op.Past == 0 ? "" : $" after {op.Past}")}", Tolerance32 = 5e-6 };
    }

    private static Naive Looked(bool causal, int past, double? scale, Naive q, Naive k, Naive? mask, bool flags)
    {
        int[] shape = [.. Naive.Common(q.Shape[..^2], k.Shape[..^2]), q.Shape[^2], k.Shape[^2]];
        double ScoreOf(int[] i)
        {
            double dot = Enumerable.Range(0, q.Shape[^1]).Sum(d => q.Repeated([.. i[..^1], d]) * k.Repeated([.. i[..^2], i[^1], d]));
            double score = dot * (scale ?? 1 / Math.Sqrt(Math.Max(1, q.Shape[^1])));
            if (causal && i[^1] > i[^2] + past) return double.NegativeInfinity;
            if (mask is null) return score;
            return !flags ? score + mask.Repeated(i) : mask.Repeated(i) != 0 ? score : double.NegativeInfinity;
        }
        return Naive.Build(shape, i => Math.Exp(ScoreOf(i))).Along(shape.Length - 1, shape[^1], e => e.Sum() is var sum && sum == 0 ? e : [.. e.Select(own => own / sum)]);
    }

    private static OpRow Turned(RotaryEmbedding op, Shape shape) =>
        new(op, [new(shape, Domain.Away)], x => Naive.Build([.. shape], i =>
        {
            int half = shape[^1] / 2, at = i[^1], wave = op.Interleaved ? at / 2 : at % half;
            bool isFirst = op.Interleaved ? at % 2 == 0 : at < half;
            int other = (op.Interleaved ? 1 : half) * (isFirst ? 1 : -1) + at;
            double angle = (i[^2] + op.Offset) / Math.Pow(op.Base, 2.0 * wave / shape[^1]), partner = x[0][Naive.Set(i, i.Length - 1, other)];
            return x[0][i] * Math.Cos(angle) + partner * Math.Sin(angle) * (isFirst ? -1 : 1);
        }))
        { Note = $"{(op.Interleaved ? "neighbours" : "halves")} from {op.Offset}" };
}
