// Losses of rectangles, written as their corners (x1, y1, x2, y2) with x1 ≤ x2 and y1 ≤ y2, and of detectors that find
// one thing in a picture: where it is, what it is, whether it is there.

using System.Globalization;

namespace Kubik.Nn;

/// <summary>1 − intersection / union of boxes (…, 4), one loss for each box (Yu et al. 2016, arXiv:1608.01471, there its logarithm).
/// Boxes that are apart get no gradient: see <see cref="GeneralizedBoxIou"/>. A box whose corners are exchanged is empty.</summary>
public sealed class BoxIou : Loss
{
    /// <inheritdoc/>
    public override string Name => "box-iou";

    /// <inheritdoc/>
    public override string Formula => "1 − |A ∩ B| / |A ∪ B|";

    internal static LossSyntax Syntax { get; } = new("box-iou", "box-iou", _ => new BoxIou());

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random) => Boxes.Random(output, random);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Boxes.Require(output, target, this.Error);
        (Tensor common, Tensor union, _) = Boxes.Areas(output, target);
        return 1 - Boxes.Share(common, union);
    }
}

/// <summary>1 − (|A ∩ B| / |A ∪ B| − |H without A ∪ B| / |H|), H the smallest box around both, for boxes (…, 4), one loss for each:
/// pulls boxes together that are apart (Rezatofighi et al. 2019, arXiv:1902.09630).</summary>
public sealed class GeneralizedBoxIou : Loss
{
    /// <inheritdoc/>
    public override string Name => "box-giou";

    /// <inheritdoc/>
    public override string Formula => "1 − |A ∩ B| / |A ∪ B| + |H ∖ (A ∪ B)| / |H|";

    internal static LossSyntax Syntax { get; } = new("box-giou", "box-giou", _ => new GeneralizedBoxIou());

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random) => Boxes.Random(output, random);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Boxes.Require(output, target, this.Error);
        (Tensor common, Tensor union, Tensor hull) = Boxes.Areas(output, target);
        return 1 - Boxes.Share(common, union) + Boxes.Share(hull - union, hull);
    }
}

/// <summary>
/// The loss of a network that finds one thing in a picture, draws a box around it and says what it is: −ln softmax(classes)[label] +
/// w·Σ smoothL1(box), summed over the four coordinates (Girshick 2015, arXiv:1504.08083, eq. 1 and 2). Outputs (B, 4 + K): the box
/// x1, y1, x2, y2, then a logit for each class. Targets (B, 5): the box, then the number of the class. A detector that may also see
/// nothing gives one more logit, (B, 4 + K + 1), that something is there; its binary cross-entropy is added, and where the class is
/// −1 neither box nor class counts.
/// </summary>
/// <example><code>
/// // Ducklings and gulls: one bird in each picture.
/// Sequential net = Sequential.Parse("conv 8 3x3 pad=1 | relu | maxpool 2 | flatten | linear 6");
/// Tensor loss = new DetectionLoss(classes: 2).Of(net.Forward(pictures), birds);   // birds (B, 5): x1, y1, x2, y2, 0 or 1
/// </code></example>
public sealed class DetectionLoss : Loss
{
    private readonly int classes;
    private readonly bool presence;
    private readonly double box, beta;

    /// <summary>For a number of classes.</summary>
    /// <param name="classes">How many kinds of things there are.</param>
    /// <param name="presence">Whether a picture may show nothing.</param>
    /// <param name="box">The weight w of the box.</param>
    /// <param name="beta">Where the box's loss turns from a square into a line: in the unit of the coordinates.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public DetectionLoss(int classes, bool presence = false, double box = 1, double beta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (!(box >= 0 && double.IsFinite(box))) throw new ArgumentOutOfRangeException(nameof(box), box, "detection: the weight of the box must be 0 or more.");
        if (!(beta >= 0 && double.IsFinite(beta))) throw new ArgumentOutOfRangeException(nameof(beta), beta, "detection: beta must be 0 or more.");
        (this.classes, this.presence, this.box, this.beta) = (classes, presence, box, beta);
    }

    /// <inheritdoc/>
    public override string Name => "detection";

    /// <inheritdoc/>
    public override string Formula => "−ln softmax(y_class)ₜ + w·Σ smoothL1(t_box − y_box)";

    /// <inheritdoc/>
    public override string Notation =>
        WithOptions($"{this.Name} {this.classes}", ("presence", this.presence, false), ("box", this.box, 1.0), ("beta", this.beta, 1.0));

    internal static LossSyntax Syntax { get; } = new("detection", "detection CLASSES [presence=false] [box=1] [beta=1]",
        a => new DetectionLoss(a.Number("CLASSES"), a.Flag("presence", false), a.Real("box", 1), a.Real("beta", 1)));

    /// <summary>The outputs with probabilities instead of logits: box, classes, presence.</summary>
    public override Tensor Probabilities(Tensor outputs)
    {
        (Tensor box, Tensor logits, Tensor? there) = this.Parts(outputs);
        return there is null ? Tensor.Concat(1, box, logits.Softmax(1)) : Tensor.Concat(1, box, logits.Softmax(1), there.Sigmoid());
    }

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target)
    {
        if (target.IsSymbolic || target.Rank != 2 || target.Shape[1] != 5) return;
        double[] numbers = target.ToDoubles();
        for (int i = 4; i < numbers.Length; i += 5)
        {
            double label = Math.Round(numbers[i]);
            if (Math.Abs(numbers[i] - label) <= Near && label < this.classes && (label >= 0 || this.presence && label == -1)) continue;
            string rule = $"whole numbers from 0 to {this.classes - 1}{(this.presence ? ", or −1 where there is nothing" : "")}";
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{this.Name}: the target of sample {i / 5} says class {numbers[i]:G6}, but classes are {rule}."));
        }
    }

    /// <summary>The box and the class of each sample: (B, 5).</summary>
    public override Shape TargetShape(Shape output) => output.Rank == 0 ? output : [output[0], 5];

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random)
    {
        int batch = output.Shape[0];
        Tensor place = Boxes.Random(output with { Shape = [batch, 4] }, random);
        return Tensor.Concat(1, place, random.Integers(this.presence ? -1 : 0, this.classes, [batch, 1]).Cast(output.DType));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        int width = 4 + this.classes + (this.presence ? 1 : 0);
        if (output.Rank != 2 || output.Shape[1] != width || target.Spec != new TensorSpec(output.DType, [output.Shape[0], 5]))
            throw this.Error($"for {this.classes} classes it takes outputs (batch, {width}) and targets (batch, 5), box and class, of one type; "
                + $"got {output.Spec} and {target.Spec}.");
        (Tensor box, Tensor logits, Tensor? there) = this.Parts(output);
        Tensor label = target[.., 4], wanted = target[.., ..4];
        Tensor isThere = (label >= 0).Cast(output.DType); // (B)
        Tensor known = this.presence ? label.Maximum(0) : label;
        Tensor what = this.Checked(this.classes, () => -logits.LogSoftmax(1).Gather(known.Cast(DType.Int64).Unsqueeze(1), axis: 1).Squeeze(1)); // (B)
        Tensor each = what + SmoothL1.Of(wanted - box, this.beta).Sum(1) * this.box;
        if (there is null) return each;
        Tensor z = there.Squeeze(1);
        return isThere * (each + (-z).Softplus()) + (1 - isThere) * z.Softplus();
    }

    private (Tensor Box, Tensor Logits, Tensor? There) Parts(Tensor output)
    {
        int end = 4 + this.classes;
        return (output[.., ..4], output[.., 4..end], this.presence ? output[.., end..] : null);
    }
}

internal static class Boxes
{
    public static void Require(Tensor a, Tensor b, Func<string, ShapeException> error)
    {
        if (a.Rank == 0 || a.Shape[^1] != 4 || a.Spec != b.Spec)
            throw error($"output and target must be boxes (…, 4), x1, y1, x2, y2, of one shape and type; got {a.Spec} and {b.Spec}.");
    }

    /// <summary>Boxes at random, the first corner before the second.</summary>
    public static Tensor Random(TensorSpec boxes, RandomStream random)
    {
        Shape corner = boxes.Shape.With(boxes.Shape.Rank - 1, 2);
        Tensor first = random.Uniform(corner, boxes.DType);
        return Tensor.Concat(-1, first, first + random.Uniform(corner, boxes.DType));
    }

    /// <summary>What part of a whole is; 0 of nothing, so that two empty boxes are not 0/0. No ε: it would rule the loss of small boxes.</summary>
    public static Tensor Share(Tensor part, Tensor whole)
    {
        Tensor one = Tensor.Scalar(1, whole.DType), is0 = whole.Equal(Tensor.Scalar(0, whole.DType));
        Tensor share = part / Tensor.Where(is0, one, whole).StandingFor(whole);
        return Tensor.Where(is0, Tensor.Scalar(0, whole.DType), share).StandingFor(share);
    }

    /// <summary>The areas of the intersection, the union and the smallest box around both.</summary>
    public static (Tensor Common, Tensor Union, Tensor Hull) Areas(Tensor a, Tensor b)
    {
        (Tensor ax1, Tensor ay1, Tensor ax2, Tensor ay2) = Corners(a);
        (Tensor bx1, Tensor by1, Tensor bx2, Tensor by2) = Corners(b);
        Tensor common = Area(ax1.Maximum(bx1), ay1.Maximum(by1), ax2.Minimum(bx2), ay2.Minimum(by2)).Called("I");
        Tensor union = (Area(ax1, ay1, ax2, ay2) + Area(bx1, by1, bx2, by2) - common).Called("U");
        return (common, union, Area(ax1.Minimum(bx1), ay1.Minimum(by1), ax2.Maximum(bx2), ay2.Maximum(by2)).Called("H"));
    }

    private static Tensor Area(Tensor x1, Tensor y1, Tensor x2, Tensor y2) => (x2 - x1).Relu() * (y2 - y1).Relu();

    private static (Tensor X1, Tensor Y1, Tensor X2, Tensor Y2) Corners(Tensor box) => (Part(box, 0), Part(box, 1), Part(box, 2), Part(box, 3));

    private static Tensor Part(Tensor box, int i) => new Slice(box.Rank - 1, i, 1, 1).Apply(box).Squeeze(-1);
}
