// What a loss says when it is given what it cannot take: the loss, what it got, the rule.

using Kubik.Nn;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Nn;

public sealed class LossErrors
{
    private static readonly Tensor Column = Tensor.Zeros([3, 1]), Row = Tensor.Zeros([3]), Logits = Tensor.Zeros([3, 4]), Labels = Tensor.Of(0, 1, 3),
        Box = Tensor.Zeros([3, 4]);
    private static readonly Tensor Logs = Tensor.Zeros([2, 5, 3]), Words = Tensor.From<int>([1, 2, 1, 2], [2, 2]), Steps = Tensor.Of(5, 4),
        Letters = Tensor.Of(2, 1);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("mse of (3, 1) and (3,)", () => Of("mse", Column, Row)),
        ("mse of int32", () => Of("mse", Labels, Labels)),
        ("mse of two types", () => Of("mse", Row, Row.Cast(DType.Float64))),
        ("mse with weights for 2 of 3", () => new MeanSquaredError().Of(Row, Row, Tensor.Of(1f, 2f))),
        ("mse with weights (3, 1) for (3,)", () => new MeanSquaredError().Of(Row, Row, Column)),
        ("mse of nothing", () => Of("mse", Tensor.Zeros([0, 2]), Tensor.Zeros([0, 2]))),
        ("mse of labels for another batch", () => Of("mse", Logits, Tensor.Of(0, 1))),
        ("mse of a label 4 of 4", () => Of("mse", Logits, Tensor.Of(0, 1, 4))),
        ("poisson-nll of (3, 1) and (3,)", () => Of("poisson-nll", Column, Row)),
        ("gaussian-nll of as many outputs as targets", () => Of("gaussian-nll", Logits, Logits)),
        ("gaussian-nll of a number", () => Of("gaussian-nll", Tensor.Scalar(1), Tensor.Scalar(1))),
        ("cross-entropy of a label -1", () => Of("cross-entropy", Logits, Tensor.Of(0, -1, 3))),
        ("cross-entropy of a label 4 of 4", () => Of("cross-entropy", Logits, Tensor.Of(0, 1, 4))),
        ("cross-entropy of labels (3, 1)", () => Of("cross-entropy", Logits, Labels.Unsqueeze(1))),
        ("cross-entropy of float labels", () => Of("cross-entropy", Logits, Row)),
        ("cross-entropy of logits (4,)", () => Of("cross-entropy", Tensor.Zeros([4]), Tensor.Scalar(1, DType.Int32))),
        ("cross-entropy with 3 weights for 4 classes", () => new CrossEntropy([1, 2, 3]).Of(Logits, Labels)),
        ("cross-entropy of distributions with an ignored label", () => new CrossEntropy(ignore: 0).Of(Logits, Logits)),
        ("cross-entropy weighted by a matrix", () => new CrossEntropy().Of(Logits, Labels, Logits)),
        ("nll of distributions", () => Of("nll", Logits, Logits)),
        ("focal of distributions", () => Of("focal", Logits, Logits)),
        ("bce of (3, 1) and (3,)", () => Of("bce", Column, Row)),
        ("bce with 3 weights for 4 outputs", () => new BinaryCrossEntropy(1, 2, 3).Of(Logits, Logits)),
        ("binary-focal of (3, 1) and (3,)", () => Of("binary-focal", Column, Row)),
        ("kl of labels", () => Of("kl", Logits, Labels)),
        ("kl of vectors", () => Of("kl", Row, Row)),
        ("hinge of (3, 1) and (3,)", () => Of("hinge", Column, Row)),
        ("soft-margin of (3, 1) and (3,)", () => Of("soft-margin", Column, Row)),
        ("hinge-embedding of (3, 1) and (3,)", () => Of("hinge-embedding", Column, Row)),
        ("multi-margin of scores (2, 5, 3)", () => Of("multi-margin", Logs, Words)),
        ("multi-margin of a label 4 of 4", () => Of("multi-margin", Logits, Tensor.Of(0, 1, 4))),
        ("dice of (3, 1) and (3,)", () => Of("dice", Column, Row)),
        ("jaccard of vectors", () => Of("jaccard", Row, Row)),
        ("box-iou of triples", () => Of("box-iou", Tensor.Zeros([2, 3]), Tensor.Zeros([2, 3]))),
        ("box-giou of 3 and 2 boxes", () => Of("box-giou", Box, Tensor.Zeros([2, 4]))),
        ("detection of too few outputs", () => Of("detection 2", Tensor.Zeros([3, 5]), Tensor.Zeros([3, 5]))),
        ("detection without presence of targets (3, 4)", () => Of("detection 2", Tensor.Zeros([3, 6]), Box)),
        ("detection of a class 2 of 2", () => Of("detection 2", Tensor.Zeros([1, 6]), Tensor.From<float>([0, 0, 1, 1, 2], [1, 5]))),
        ("detection of nothing without presence", () => Of("detection 2", Tensor.Zeros([1, 6]), Tensor.From<float>([0, 0, 1, 1, -1], [1, 5]))),
        ("margin-ranking of (3, 1) and (3,)", () => new MarginRanking().Of(Row, Row, Column)),
        ("triplet of two shapes", () => new Triplet().Of(Logits, Logits, Column)),
        ("triplet of numbers", () => new Triplet().Of(Tensor.Scalar(1), Tensor.Scalar(1), Tensor.Scalar(1))),
        ("contrastive with marks (3, 1)", () => new Contrastive().Of(Logits, Logits, Column)),
        ("cosine-embedding of two types", () => new CosineEmbedding().Of(Logits, Logits.Cast(DType.Float64), Row)),
        ("ctc of (5, 3)", () => new Ctc().Of(Logits, Words, Steps, Letters)),
        ("ctc of labels (4,)", () => new Ctc().Of(Logs, Words.Reshape(4), Steps, Letters)),
        ("ctc of float labels", () => new Ctc().Of(Logs, Words.Cast(DType.Float32), Steps, Letters)),
        ("ctc with 6 of 5 steps", () => new Ctc().Of(Logs, Words, Tensor.Of(5, 6), Letters)),
        ("ctc with 0 steps", () => new Ctc().Of(Logs, Words, Tensor.Of(0, 5), Letters)),
        ("ctc with 3 of 2 labels", () => new Ctc().Of(Logs, Words, Steps, Tensor.Of(3, 1))),
        ("ctc with a label 3 of 3", () => new Ctc().Of(Logs, Words + 1, Steps, Letters)),
        ("ctc with a label that is the blank", () => new Ctc(blank: 1).Of(Logs, Words, Steps, Letters)),
        ("ctc with a blank 3 of 3", () => new Ctc(blank: 3).Of(Logs, Words, Steps, Letters)),
        ("ctc of no steps", () => new Ctc().Of(Tensor.Zeros([2, 0, 3]), Words, Steps, Letters)),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Nn/approved-loss-errors.txt", Cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ShapeException or ArgumentException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));

    private static void Of(string notation, Tensor output, Tensor target) => Loss.Parse(notation).Of(output, target);
}
