// What the cases of tests/golden/cases/losses.py are in Kubik. The first attribute is the reduction.

using System.Text.Json;
using Kubik.Nn;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> LossCases { get; } = new()
    {
        ["mse"] = (c, x) => new MeanSquaredError { Reduction = How(c) }.Of(x[0], x[1]),
        ["mae"] = (c, x) => new MeanAbsoluteError { Reduction = How(c) }.Of(x[0], x[1]),
        ["huber"] = (c, x) => new Huber(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["smooth l1"] = (c, x) => new SmoothL1(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["asymmetric square"] = (c, x) => new AsymmetricSquare(c.Real(1), c.Real(2)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["pinball"] = (c, x) => new Pinball(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["log cosh"] = (c, x) => new LogCosh { Reduction = How(c) }.Of(x[0], x[1]),
        ["poisson"] = (c, x) => new PoissonNll(c.Flag(1), c.Flag(2)) { Reduction = How(c) }.Of(x[0], x[1].Cast(c.Type)),
        ["gaussian"] = (c, x) => new GaussianNll { Reduction = How(c) }.Of(x[0], x[1]),
        ["nll"] = (c, x) => new NegativeLogLikelihood(Weights(c, 1), Ignored(c, 2)) { Reduction = How(c) }.Of(x[0].LogSoftmax(1), x[1]),
        ["cross entropy"] = (c, x) => new CrossEntropy(Weights(c, 1), Ignored(c, 2), c.Real(3)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["focal"] = (c, x) => new Focal(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["binary focal"] = (c, x) => new BinaryFocal(c.Real(1), c.Real(2)) { Reduction = How(c) }.Of(x[0], x[1].Cast(c.Type)),
        ["bce"] = (c, x) => (Weights(c, 1) is { } w ? new BinaryCrossEntropy(w) { Reduction = How(c) } : new BinaryCrossEntropy { Reduction = How(c) }).Of(x[0], x[1]),
        ["kl"] = (c, x) => new KullbackLeibler(c.Flag(1)) { Reduction = Batch(c, x[0]) }.Of(x[0].LogSoftmax(1), c.Flag(1) ? x[1].LogSoftmax(1) : x[1].Cast(c.Type)) / (How(c) == Reduction.Mean && x[0].Rank > 2 ? x[0].Shape[0] : 1),
        ["hinge"] = (c, x) => new Hinge(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1].Cast(c.Type)),
        ["soft margin"] = (c, x) => new SoftMargin { Reduction = How(c) }.Of(x[0], x[1].Cast(c.Type)),
        ["hinge embedding"] = (c, x) => new HingeEmbedding(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1].Cast(c.Type)),
        ["multi margin"] = (c, x) => new MultiMargin(c.Real(1), c.Int(2)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["margin ranking"] = (c, x) => new MarginRanking(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1], x[2].Cast(c.Type)),
        ["triplet"] = (c, x) => new Triplet(c.Real(1), c.Real(2), c.Flag(3)) { Reduction = How(c) }.Of(x[0], x[1], x[2]),
        ["cosine embedding"] = (c, x) => new CosineEmbedding(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1], x[2]),
        ["contrastive"] = (c, x) => new Contrastive(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1], x[2]),
        ["dice"] = (c, x) => new Dice(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["jaccard"] = (c, x) => new Jaccard(c.Real(1)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["box iou"] = (c, x) => new BoxIou { Reduction = How(c) }.Of(x[0], x[1]),
        ["box giou"] = (c, x) => new GeneralizedBoxIou { Reduction = How(c) }.Of(x[0], x[1]),
        ["detection"] = (c, x) => new DetectionLoss(c.Int(1), c.Flag(2), c.Real(3), c.Real(4)) { Reduction = How(c) }.Of(x[0], x[1]),
        ["ctc"] = (c, x) => new Ctc(c.Int(1), c.Flag(2)) { Reduction = How(c) }.Of(x[0].LogSoftmax(-1), x[1], x[2], x[3]),
    };

    private static Reduction How(GoldenCase c) => Enum.Parse<Reduction>(c.Text(0), ignoreCase: true);

    // PyTorch's "batchmean" divides by the batch alone; for further axes that is not Kubik's mean.
    private static Reduction Batch(GoldenCase c, Tensor output) => How(c) == Reduction.Mean && output.Rank > 2 ? Reduction.Sum : How(c);

    private static double[]? Weights(GoldenCase c, int i) => c.Json.GetProperty("attributes")[i] is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(w => w.GetDouble())] : null;

    private static int? Ignored(GoldenCase c, int i) => c.Json.GetProperty("attributes")[i] is { ValueKind: JsonValueKind.Number } ignore ? ignore.GetInt32() : null;
}
