// A row of the losses' test plan: the theories in LossTheories run over all of them. To add a loss, add a row to
// LossRows; LossTheories says so when it is missing.

using Kubik.Nn;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Nn;

/// <summary>A loss with its options, its inputs, and what is known of it.</summary>
/// <param name="Make">Makes it with a reduction.</param>
/// <param name="Call">Calls it on inputs and weights.</param>
/// <param name="Inputs">Its inputs; the first axis of each counts the samples, three of them.</param>
public sealed record LossRow(Func<Reduction, Criterion> Make, Func<Criterion, Tensor[], Tensor?, Tensor> Call, params Arg[] Inputs)
{
    public const int Samples = 3;

    /// <summary>Inputs at which it is as small as it gets; null when there are none, or they are far out.</summary>
    public Func<Tensor[], Tensor[]>? Perfect { get; init; }

    /// <summary>Whether losses count differently in the mean by themselves: class weights, an ignored label.</summary>
    public bool Counts { get; init; }

    /// <summary>Whether the target is looked at, not computed with: no gradient is asked for it.</summary>
    public int[] Held { get; init; } = [];

    public string Note { get; init; } = "";

    public string Id => $"{this.Make(Reduction.Mean).Notation} {string.Join(" ", this.Inputs.Select(i => i.Shape))}{this.Note}";

    public Tensor[] Draw(DType type)
    {
        Random random = new(this.Id.Aggregate(17, (hash, c) => unchecked(hash * 31 + c)));
        return [.. this.Inputs.Select(i => Tensor.From(i.Domain.Draw(random, i.Shape.Size, (i.Fixed ?? type) is not (DType.Float32 or DType.Float64)), i.Shape).Cast(i.Fixed ?? type))];
    }

    public Tensor Of(Tensor[] x, Reduction reduction = Reduction.Mean, Tensor? weights = null) => this.Call(this.Make(reduction), x, weights);

    /// <summary>The inputs that can be moved.</summary>
    public int[] Moving => [.. Enumerable.Range(0, this.Inputs.Length).Where(i => this.Inputs[i].Fixed is null && !this.Held.Contains(i))];

    /// <summary>A loss of an output and a target.</summary>
    public static LossRow Of(Func<Reduction, Loss> make, Arg output, Arg target) => new(make, (loss, x, w) => ((Loss)loss).Of(x[0], x[1], w), output, target);
}

public static class LossRows
{
    private static readonly Domain Signs = Domain.Flags with { Draw = (r, n, whole) => [.. Domain.Flags.Draw(r, n, whole).Select(v => 2 * v - 1)] };

    private static readonly Domain Shares = new("distributions of 4", (r, n, _) => [.. Enumerable.Range(0, n / 4).SelectMany(_ =>
    {
        double[] row = [.. Enumerable.Range(0, 4).Select(_ => 0.1 + r.NextDouble())];
        return row.Select(v => v / row.Sum());
    })]);

    private static readonly Domain Unit = new("0 to 1", (r, n, _) => [.. Enumerable.Range(0, n).Select(_ => r.NextDouble())]);

    // Corners that are apart from those of other boxes; half of the boxes overlap.
    private static Domain Boxes(double shift) => new("boxes", (r, n, _) => [.. Enumerable.Range(0, n / 4).SelectMany(i =>
    {
        double x = shift + r.NextDouble() / 4, y = shift + i % 2 + r.NextDouble() / 4;
        return new[] { x, y, x + 1 + r.NextDouble() / 4, y + 1 + r.NextDouble() / 4 };
    })]);

    private static Domain Birds(int least) => new("boxes with classes", (r, n, _) => [.. Enumerable.Range(0, n / 5).SelectMany(i =>
        new[] { r.NextDouble() + 3, r.NextDouble() + 3, r.NextDouble() + 5, r.NextDouble() + 5, i % 3 + least })]);

    private static Arg Labels(int classes, params int[] shape) => new(shape, Domain.Below(classes), DType.Int64);

    public static IReadOnlyList<LossRow> All { get; } = [.. Numbers(), .. Classes(), .. Margins(), .. Points(), .. Regions(), .. Sequences()];

    private static readonly Dictionary<string, LossRow> ById = All.ToDictionary(r => r.Id);

    public static LossRow Get(string id) => ById[id];

    // Output on the grid and target between its points: never an error of 0.
    private static IEnumerable<LossRow> Numbers()
    {
        Func<Reduction, Loss>[] all =
        [
            r => new MeanSquaredError { Reduction = r },
            r => new MeanAbsoluteError { Reduction = r },
            r => new Huber { Reduction = r },
            r => new Huber(0.52) { Reduction = r },
            r => new SmoothL1 { Reduction = r },
            r => new SmoothL1(0.27) { Reduction = r },
            r => new SmoothL1(0) { Reduction = r },
            r => new AsymmetricSquare { Reduction = r },
            r => new AsymmetricSquare(3, 0.5) { Reduction = r },
            r => new Pinball { Reduction = r },
            r => new Pinball(0.9) { Reduction = r },
            r => new LogCosh { Reduction = r },
        ];
        foreach (Func<Reduction, Loss> make in all)
        {
            yield return LossRow.Of(make, new([3, 4], Domain.Grid), new([3, 4], Domain.HalfGrid)) with { Perfect = x => [x[1], x[1]] };
            yield return LossRow.Of(make, new([3], Domain.Grid), new([3], Domain.HalfGrid)) with { Perfect = x => [x[1], x[1]] };
        }
        yield return LossRow.Of(all[0], new([3, 4], Domain.Grid), Labels(4, 3)) with { Note = " labels", Perfect = x => [x[1].OneHot(4, x[0].DType), x[1]] };
        yield return LossRow.Of(all[3], new([3, 1, 2, 2], Domain.Grid), new([3, 1, 2, 2], Domain.HalfGrid)) with { Perfect = x => [x[1], x[1]] };
        yield return LossRow.Of(r => new PoissonNll { Reduction = r }, new([3, 2], Domain.Away), new([3, 2], Domain.Positive)) with { Perfect = x => [x[1].Log(), x[1]] };
        yield return LossRow.Of(r => new PoissonNll(full: true) { Reduction = r }, new([3, 2], Domain.Away), new([3, 2], Domain.Positive)) with { Perfect = x => [x[1].Log(), x[1]] };
        yield return LossRow.Of(r => new PoissonNll(log: false) { Reduction = r }, new([3], Domain.Positive), new([3], Domain.Positive));
        yield return LossRow.Of(r => new GaussianNll { Reduction = r }, new([3, 4], Domain.Grid), new([3, 2], Domain.Grid));
        yield return LossRow.Of(r => new GaussianNll(0.001) { Reduction = r }, new([3, 2, 2], Domain.Grid), new([3, 2, 1], Domain.Grid));
        yield return LossRow.Of(r => new BinaryCrossEntropy { Reduction = r }, new([3, 4], Domain.Away), new([3, 4], Unit)) with { Perfect = x => [(x[1] / (1 - x[1])).Log(), x[1]] };
        yield return LossRow.Of(r => new BinaryCrossEntropy { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Note = " labels", Perfect = x => [x[1].OneHot(4, x[0].DType) * 100 - 50, x[1]] };
        yield return LossRow.Of(r => new BinaryCrossEntropy(2.5) { Reduction = r }, new([3], Domain.Away), new([3], Unit));
        yield return LossRow.Of(r => new BinaryCrossEntropy(0.5, 1, 2, 4) { Reduction = r }, new([3, 2, 4], Domain.Away), new([3, 2, 4], Unit));
        yield return LossRow.Of(r => new BinaryFocal { Reduction = r }, new([3, 4], Domain.Away), new([3, 4], Domain.Flags)) with { Perfect = x => [x[1] * 100 - 50, x[1]] };
        yield return LossRow.Of(r => new BinaryFocal(0.5, 0.75) { Reduction = r }, new([3], Domain.Away), new([3], Domain.Flags)) with { Perfect = x => [x[1] * 100 - 50, x[1]] };
    }

    private static IEnumerable<LossRow> Classes()
    {
        static Tensor[] Sure(Tensor[] x, int classes, double by)
        {
            Tensor one = x[1].OneHot(classes, x[0].DType) * by;
            return [one.Permute([0, one.Rank - 1, .. Enumerable.Range(1, one.Rank - 2)]), x[1]];
        }
        yield return LossRow.Of(r => new CrossEntropy { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Perfect = x => Sure(x, 4, 50) };
        yield return LossRow.Of(r => new CrossEntropy { Reduction = r }, new([3, 2, 2, 3], Domain.Away), Labels(2, 3, 2, 3)) with { Perfect = x => Sure(x, 2, 50) };
        yield return LossRow.Of(r => new CrossEntropy { Reduction = r }, new([3, 1], Domain.Away), Labels(1, 3)) with { Perfect = x => Sure(x, 1, 50) };
        yield return LossRow.Of(r => new CrossEntropy { Reduction = r }, new([3, 4], Domain.Away), new([3, 4], Shares)) with { Note = " distributions", Perfect = x => [x[1].Log(), x[1]] };
        yield return LossRow.Of(r => new CrossEntropy(smoothing: 0.2) { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Perfect = x => [(x[1].OneHot(4, x[0].DType) * 0.8 + 0.05).Log(), x[1]] };
        yield return LossRow.Of(r => new CrossEntropy([1, 2, 0.5, 3]) { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Counts = true, Perfect = x => Sure(x, 4, 50) };
        yield return LossRow.Of(r => new CrossEntropy([1, 2, 0.5, 3], smoothing: 0.1) { Reduction = r }, new([3, 4], Domain.Away), new([3, 4], Shares)) with { Note = " distributions" };
        yield return LossRow.Of(r => new CrossEntropy([1, 2], ignore: 1, smoothing: 0.1) { Reduction = r }, new([3, 2, 4], Domain.Away), Labels(2, 3, 4)) with { Counts = true };
        yield return LossRow.Of(r => new NegativeLogLikelihood { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3));
        yield return LossRow.Of(r => new NegativeLogLikelihood([1, 2, 0.5, 3], ignore: -7) { Reduction = r }, new([3, 4, 2], Domain.Away), Labels(4, 3, 2)) with { Counts = true };
        yield return LossRow.Of(r => new Focal { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Perfect = x => Sure(x, 4, 50) };
        yield return LossRow.Of(r => new Focal(0.5, [1, 2], ignore: 5) { Reduction = r }, new([3, 2, 2], Domain.Away), Labels(2, 3, 2)) with { Counts = true, Perfect = x => Sure(x, 2, 50) };
        yield return LossRow.Of(r => new KullbackLeibler { Reduction = r }, new([3, 4], Domain.Away), new([3, 4], Shares));
        yield return LossRow.Of(r => new KullbackLeibler(log: true) { Reduction = r }, new([3, 4, 2], Domain.Away), new([3, 4, 2], Domain.Away));
    }

    private static IEnumerable<LossRow> Margins()
    {
        yield return LossRow.Of(r => new Hinge { Reduction = r }, new([3, 4], Domain.HalfGrid), new([3, 4], Signs)) with { Perfect = x => [x[1] * 2, x[1]] };
        yield return LossRow.Of(r => new Hinge(0.3) { Reduction = r }, new([3, 4], Domain.HalfGrid), Labels(4, 3)) with { Note = " labels", Perfect = x => [x[1].OneHot(4, x[0].DType) * 4 - 2, x[1]] };
        yield return LossRow.Of(r => new SoftMargin { Reduction = r }, new([3, 4], Domain.Away), new([3, 4], Signs)) with { Perfect = x => [x[1] * 50, x[1]] };
        yield return LossRow.Of(r => new MultiMargin { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Perfect = x => [x[1].OneHot(4, x[0].DType) * 4, x[1]] };
        yield return LossRow.Of(r => new MultiMargin(0.5, 2) { Reduction = r }, new([3, 4], Domain.Away), Labels(4, 3)) with { Perfect = x => [x[1].OneHot(4, x[0].DType) * 4, x[1]] };
        yield return LossRow.Of(r => new HingeEmbedding { Reduction = r }, new([3, 4], Domain.HalfGrid), new([3, 4], Signs)) with { Held = [1] };
        yield return new LossRow(r => new MarginRanking(0.52) { Reduction = r }, (c, x, w) => ((MarginRanking)c).Of(x[0], x[1], x[2], w), new([3, 2], Domain.Grid), new([3, 2], Domain.HalfGrid), new([3, 2], Signs)) with { Perfect = x => [x[2], -x[2], x[2]] };
    }

    private static IEnumerable<LossRow> Points()
    {
        foreach ((double margin, double norm, bool swap) in new[] { (1.0, 2.0, false), (5, 1, false), (4, 3, true) })
        {
            yield return new LossRow(r => new Triplet(margin, norm, swap) { Reduction = r }, (c, x, w) => ((Triplet)c).Of(x[0], x[1], x[2], w), new([3, 4], Domain.Away), new([3, 4], Domain.Away), new([3, 4], Domain.Away)) with { Perfect = x => [x[0], x[0], x[0] + 10] };
        }
        yield return new LossRow(r => new Contrastive(3) { Reduction = r }, (c, x, w) => ((Contrastive)c).Of(x[0], x[1], x[2], w), new([3, 4], Domain.Away), new([3, 4], Domain.Away), new([3], Signs)) with { Held = [2], Perfect = x => [x[0], x[0] + 10 * (1 - x[2]).Unsqueeze(1), x[2]] };
        yield return new LossRow(r => new CosineEmbedding(-0.9) { Reduction = r }, (c, x, w) => ((CosineEmbedding)c).Of(x[0], x[1], x[2], w), new([3, 4], Domain.Away), new([3, 4], Domain.Away), new([3], Signs)) with { Held = [2], Perfect = x => [x[0], x[0] * x[2].Unsqueeze(1), x[2]] };
    }

    private static IEnumerable<LossRow> Regions()
    {
        foreach (Func<Reduction, double, Loss> make in new Func<Reduction, double, Loss>[] { (r, s) => new Dice(s) { Reduction = r }, (r, s) => new Jaccard(s) { Reduction = r } })
        {
            yield return LossRow.Of(r => make(r, 1), new([3, 2, 3], Domain.Away), new([3, 2, 3], Domain.Flags)) with { Perfect = x => [x[1] * 100 - 50, x[1]] };
            yield return LossRow.Of(r => make(r, 0.5), new([3, 2, 4], Domain.Away), Labels(2, 3, 4)) with { Perfect = x => [(x[1].OneHot(2, x[0].DType) * 50).Permute(0, 2, 1), x[1]] };
            yield return LossRow.Of(r => make(r, 1), new([3, 4], Domain.Away), Labels(4, 3)) with { Note = " labels", Perfect = x => [x[1].OneHot(4, x[0].DType) * 50, x[1]] };
        }
        yield return LossRow.Of(r => new BoxIou { Reduction = r }, new([3, 2, 4], Boxes(0)), new([3, 2, 4], Boxes(0.4))) with { Perfect = x => [x[1], x[1]] };
        yield return LossRow.Of(r => new GeneralizedBoxIou { Reduction = r }, new([3, 4], Boxes(0)), new([3, 4], Boxes(0.4))) with { Perfect = x => [x[1], x[1]] };
        yield return LossRow.Of(r => new GeneralizedBoxIou { Reduction = r }, new([3, 4], Boxes(0)), new([3, 4], Boxes(4))) with { Note = " apart", Perfect = x => [x[1], x[1]] };
        yield return LossRow.Of(r => new DetectionLoss(3) { Reduction = r }, new([3, 7], Domain.Away), new([3, 5], Birds(0))) with { Held = [1] };
        yield return LossRow.Of(r => new DetectionLoss(2, presence: true, box: 2, beta: 0.25) { Reduction = r }, new([3, 7], Domain.Away), new([3, 5], Birds(-1))) with { Held = [1] };
    }

    private static IEnumerable<LossRow> Sequences()
    {
        static Tensor Call(Criterion c, Tensor[] x, Tensor? w) => ((Ctc)c).Of(x[0], x[1], x[2], x[3], w);
        yield return new LossRow(r => new Ctc { Reduction = r }, Call, new([3, 6, 4], Domain.Away), new([3, 3], Domain.Exactly(1, 2, 3, 2, 2, 0, 3, 0, 0), DType.Int64), new([3], Domain.Exactly(6, 5, 4), DType.Int64), new([3], Domain.Exactly(3, 2, 1), DType.Int64));
        yield return new LossRow(r => new Ctc(blank: 2) { Reduction = r }, Call, new([3, 3, 3], Domain.Away), new([3, 1], Domain.Exactly(0, 1, 1), DType.Int32), new([3], Domain.Exactly(3, 2, 1), DType.Int32), new([3], Domain.Exactly(1, 0, 1), DType.Int32));
        yield return new LossRow(r => new Ctc(zeroInfinity: true) { Reduction = r }, Call, new([3, 3, 3], Domain.Away), new([3, 2], Domain.Exactly(1, 1, 1, 1, 2, 1), DType.Int64), new([3], Domain.Exactly(3, 2, 3), DType.Int64), new([3], Domain.Exactly(2, 2, 2), DType.Int64));
        yield return new LossRow(r => new Ctc { Reduction = r }, Call, new([3, 2, 2], Domain.Away), new([3, 0], Domain.Exactly(), DType.Int64), new([3], Domain.Exactly(2, 1, 2), DType.Int64), new([3], Domain.Exactly(0, 0, 0), DType.Int64));
    }
}
