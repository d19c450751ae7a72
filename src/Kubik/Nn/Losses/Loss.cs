// What training makes small: a scalar of the network's output and the target. The table lists those with a name, each
// says in its own file how it is written (its Syntax).

namespace Kubik.Nn;

/// <summary>How a loss is written and made.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Usage">The word with its options.</param>
/// <param name="Make">Makes it.</param>
public sealed record LossSyntax(string Name, string Usage, Func<BrickArguments, Loss> Make);

/// <summary>A loss: how far outputs are from targets.</summary>
/// <example><code>
/// Loss loss = new Huber(2);
/// Tensor mean = loss.Of(net.Forward(x), y);                                  // a scalar, to take the gradient of
/// Tensor each = new Huber(2) { Reduction = Reduction.None }.Of(output, y);   // one for each element
/// Tensor heavy = loss.Of(output, y, Tensor.Of(1f, 1f, 5f));                  // the third sample counts five times
/// </code></example>
public abstract class Loss : Criterion
{
    /// <summary>The losses with a name.</summary>
    public static IReadOnlyList<LossSyntax> All { get; } =
    [
        CrossEntropy.Syntax,
        MeanSquaredError.Syntax,
        BinaryCrossEntropy.Syntax,
        NegativeLogLikelihood.Syntax,
        Focal.Syntax,
        BinaryFocal.Syntax,
        MeanAbsoluteError.Syntax,
        Huber.Syntax,
        SmoothL1.Syntax,
        AsymmetricSquare.Syntax,
        Pinball.Syntax,
        LogCosh.Syntax,
        PoissonNll.Syntax,
        GaussianNll.Syntax,
        Hinge.Syntax,
        SoftMargin.Syntax,
        MultiMargin.Syntax,
        HingeEmbedding.Syntax,
        KullbackLeibler.Syntax,
        Dice.Syntax,
        Jaccard.Syntax,
        BoxIou.Syntax,
        GeneralizedBoxIou.Syntax,
        DetectionLoss.Syntax,
    ];

    /// <summary>The loss of a notation: a name, and options as name=value, such as <c>huber delta=2</c>.</summary>
    /// <exception cref="FormatException">There is none; the message names the nearest.</exception>
    public static Loss Parse(string notation)
    {
        string name = notation.TrimStart().Split(' ')[0].ToLowerInvariant();
        LossSyntax syntax = All.FirstOrDefault(l => l.Name == name)
            ?? throw new FormatException(
                $"There is no loss '{name}'.{Alias.DidYouMean(name, All.Select(l => l.Name))} The losses are {string.Join(", ", All.Select(l => l.Name))}.");
        return BrickArguments.Make(notation.Trim(), syntax.Usage, syntax.Make);
    }

    /// <summary>The loss of a batch: its mean, a scalar, unless <see cref="Criterion.Reduction"/> says otherwise.</summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="target">What it should give.</param>
    /// <exception cref="ShapeException">Output and target do not fit.</exception>
    public Tensor Of(Tensor output, Tensor target) => this.Of(output, target, null);

    /// <summary>The loss of a batch whose samples count differently: the mean is Σ w·l / Σ w, so that a weight of 2 is the same as the sample twice,
    /// and 0 the same as leaving it out.</summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="target">What it should give.</param>
    /// <param name="weights">One for each sample (B), or for each of the first axes of the losses; null: all 1. When all are 0 the mean is NaN.</param>
    /// <exception cref="ShapeException">Output, target and weights do not fit.</exception>
    public Tensor Of(Tensor output, Tensor target, Tensor? weights)
    {
        this.RequireFloat("the output", output);
        Tensor each = this.Compute(output, target);
        this.CheckTarget(target);
        return this.Reduce(each, weights, this.Counts(output, target));
    }

    /// <summary>Refuses targets with values outside of the loss's range. A trace has no values; who runs what was traced asks again.</summary>
    /// <exception cref="ArgumentException">A value is outside of the range.</exception>
    internal virtual void CheckTarget(Tensor target)
    {
    }

    /// <summary>What outputs of a network that was trained with this loss say of the classes: softmax or sigmoid for a loss of logits;
    /// the outputs as they are for a loss that gives them no such meaning.</summary>
    public virtual Tensor Probabilities(Tensor outputs) => outputs;

    /// <summary>The shape of a target that is numbers, for outputs of a shape: that of the outputs, unless the loss takes others.
    /// Whether the outputs fit is not looked at.</summary>
    /// <param name="output">The shape of what the network gives, batch axis first.</param>
    /// <example><code>Console.WriteLine(new GaussianNll().TargetShape([8, 2]));   // (8, 1): mean and ln variance for each number</code></example>
    public virtual Shape TargetShape(Shape output) => output;

    /// <summary>A target of numbers at random, such as the loss takes: from 0 to 1, unless it takes others.</summary>
    internal virtual Tensor RandomTarget(TensorSpec output, RandomStream random) => random.Uniform(this.TargetShape(output.Shape), output.DType);

    /// <summary>The loss of each sample or element; the first axis counts the samples.</summary>
    /// <exception cref="ShapeException">Output and target do not fit.</exception>
    protected abstract Tensor Compute(Tensor output, Tensor target);

    /// <summary>How much each loss counts in the mean, where that is not 1: class weights,
    /// which are in the losses of <see cref="Compute"/> already, and 0 for what is ignored.</summary>
    protected virtual Tensor? Counts(Tensor output, Tensor target) => null;

    /// <summary>Labels (B) for outputs (B, K) as rows with a 1 at the label; anything else must be shaped like the output already.</summary>
    /// <exception cref="ShapeException">Output and target do not fit.</exception>
    protected Tensor Fit(Tensor output, Tensor target)
    {
        if (output.Rank == 2 && target.Rank == 1 && !target.DType.IsFloat && target.Shape[0] == output.Shape[0])
            return this.OneHot(target, output.Shape[1], output.DType);
        return output.Spec == target.Spec
            ? target
            : throw this.Error("output and target must have one shape and type, or the target be labels (batch,) for outputs (batch, classes); "
                + $"got {output.Spec} and {target.Spec}.");
    }

    /// <summary>Labels (B, …) as distributions (B, …, K).</summary>
    private protected Tensor OneHot(Tensor labels, int classes, DType dtype) => this.Checked(classes, () => labels.OneHot(classes, dtype));

    /// <summary>Says which loss it was when a label is not one of the classes.</summary>
    private protected T Checked<T>(int classes, Func<T> pick)
    {
        try
        {
            return pick();
        }
        catch (ArgumentOutOfRangeException e)
        {
            if (classes == 1)
                throw new ArgumentOutOfRangeException(
                    $"{this.Name}: the network has one output, so that 0 is the only label; "
                    + "for yes or no give targets of 0 and 1 as floating point (batch, 1), or the network an output for each class.", e);
            throw new ArgumentOutOfRangeException($"{this.Name}: a label is none of the network's {classes} outputs: {e.Message.Split(" (Parameter '")[0]}", e);
        }
    }
}
