namespace Kubik.Nn;

/// <summary>
/// Self-attention and a perceptron, each with a residual around it and a layer normalisation before it (x + f(norm(x)); Xiong
/// et al. 2020, arXiv:2002.04745) or after it (norm(x + f(x)); Vaswani et al. 2017, arXiv:1706.03762): (B, T, D) → (B, T, D).
/// Between the two layers of the perceptron stands a ReLU, or the activation that is given.
/// </summary>
/// <example><code>
/// TransformerBlock block = new(heads: 4, hidden: 256, causal: true);
/// Sequential tower = Sequential.Parse("repeat 6 (transformer 4 256 causal=true)");
/// Sequential other = Sequential.Parse("transformer 4 256 prenorm=false (tanh)");   // another activation
/// </code></example>
public sealed class TransformerBlock : Module
{
    private readonly int heads;
    private readonly bool preNorm;
    private readonly MultiHeadAttention attention;
    private readonly FeedForward perceptron;
    private readonly LayerNorm norm1 = new(), norm2 = new();
    private readonly Dropout? dropout1, dropout2;

    /// <summary>A block whose sizes are taken from its first input.</summary>
    /// <param name="heads">Heads of the attention; they divide D.</param>
    /// <param name="hidden">Neurons of the perceptron's hidden layer.</param>
    /// <param name="causal">Whether position i looks at the positions 0 to i only.</param>
    /// <param name="preNorm">Whether the normalisations come before attention and perceptron, and not after the sums.</param>
    /// <param name="rotary">Whether queries and keys are turned by their positions.</param>
    /// <param name="keyHeads">How many heads keys and values have; as many as queries when not given.</param>
    /// <param name="dropout">With what probability looks, hidden neurons and elements of what is added are dropped in training.</param>
    /// <param name="activation">Between the layers of the perceptron; ReLU when not given.</param>
    public TransformerBlock(int heads, int hidden, bool causal = false, bool preNorm = true, bool rotary = false, int? keyHeads = null, double dropout = 0,
        Module? activation = null)
    {
        (this.heads, this.preNorm) = (heads, preNorm);
        this.attention = new(heads, causal, bias: true, rotary, keyHeads, dropout);
        this.perceptron = new(hidden, dropout, activation);
        if (dropout != 0) (this.dropout1, this.dropout2) = (new(dropout), new(dropout));
    }

    /// <inheritdoc/>
    public override string Notation
    {
        get
        {
            // The attention writes its own options.
            string attended = this.attention.Notation["attention ".Length..], rest = attended[attended.Split(' ')[0].Length..];
            return $"transformer {this.heads} {this.perceptron.Hidden}{rest}"
                + (this.preNorm ? "" : " prenorm=false")
                + (this.perceptron.Activation is Relu ? "" : $" ({NetNotation.Branch(this.perceptron.Activation)})");
        }
    }

    internal static BrickSyntax Syntax { get; } = new(
        "transformer", "transformer HEADS HIDDEN [causal=false] [rotary=false] [keyheads=HEADS] [dropout=0] [prenorm=true] [(ACTIVATION)]", a =>
    {
        int count = a.Number("HEADS"), neurons = a.Number("HIDDEN");
        return new TransformerBlock(count, neurons, a.Flag("causal", false), a.Flag("prenorm", true), a.Flag("rotary", false), a.Number("keyheads", count),
            a.Real("dropout", 0), a.Inside());
    });

    /// <summary>The block with a mask of its attention, as in <see cref="MultiHeadAttention.Forward(Tensor, Tensor)"/>.</summary>
    /// <exception cref="ShapeException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor mask) => this.Within(x, () => this.Run(x, mask));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => this.Run(x, mask: null);

    private Tensor Run(Tensor x, Tensor? mask)
    {
        Sequences.Require(x);
        x = this.norm1.Around(x, this.preNorm, this.dropout1, y => mask is null ? this.attention.Forward(y) : this.attention.Forward(y, mask));
        return this.norm2.Around(x, this.preNorm, this.dropout2, this.perceptron.Forward);
    }
}

/// <summary>
/// A block of a decoder: causal self-attention, attention to the encoder's output, and a perceptron, each with a residual and
/// a layer normalisation as in <see cref="TransformerBlock"/> (Vaswani et al. 2017, arXiv:1706.03762, figure 1). It takes two
/// inputs, and so has no place in the one-line notation: call <see cref="Attend"/> in a module of one's own.
/// </summary>
/// <example><code>Tensor y = block.Attend(x, memory);   // (B, T, D) and (B, S, M) → (B, T, D)</code></example>
public sealed class TransformerDecoderBlock : Module
{
    private readonly bool preNorm;
    private readonly MultiHeadAttention self, cross;
    private readonly FeedForward perceptron;
    private readonly LayerNorm norm1 = new(), norm2 = new(), norm3 = new();
    private readonly Dropout? dropout1, dropout2, dropout3;

    /// <summary>A block whose sizes are taken from its first inputs.</summary>
    /// <param name="heads">Heads of both attentions; they divide D.</param>
    /// <param name="hidden">Neurons of the perceptron's hidden layer.</param>
    /// <param name="causal">Whether position i looks at the positions 0 to i of its own sequence only.</param>
    /// <param name="preNorm">Whether the normalisations come before attentions and perceptron, and not after the sums.</param>
    /// <param name="dropout">With what probability looks, hidden neurons and elements of what is added are dropped in training.</param>
    /// <param name="activation">Between the layers of the perceptron; ReLU when not given.</param>
    public TransformerDecoderBlock(int heads, int hidden, bool causal = true, bool preNorm = true, double dropout = 0, Module? activation = null)
    {
        this.preNorm = preNorm;
        (this.self, this.cross) = (new(heads, causal, dropout: dropout), new(heads, dropout: dropout));
        this.perceptron = new(hidden, dropout, activation);
        if (dropout != 0) (this.dropout1, this.dropout2, this.dropout3) = (new(dropout), new(dropout), new(dropout));
    }

    /// <summary>Computes the block's output.</summary>
    /// <param name="x">The sequences, (B, T, D).</param>
    /// <param name="memory">What the encoder gave, (B, S, M).</param>
    /// <param name="mask">Where x may look at itself, as in <see cref="MultiHeadAttention.Forward(Tensor, Tensor)"/>.</param>
    /// <param name="memoryMask">Where x may look at the memory; for a padded one (B, 1, 1, S).</param>
    /// <exception cref="ShapeException">The inputs or a mask do not fit.</exception>
    public Tensor Attend(Tensor x, Tensor memory, Tensor? mask = null, Tensor? memoryMask = null) => this.Within(x, () =>
    {
        Sequences.Require(x);
        Tensor y = this.norm1.Around(x, this.preNorm, this.dropout1, y => mask is null ? this.self.Forward(y) : this.self.Forward(y, mask));
        y = this.norm2.Around(y, this.preNorm, this.dropout2, y => this.cross.Attend(y, memory, memoryMask));
        return this.norm3.Around(y, this.preNorm, this.dropout3, this.perceptron.Forward);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => throw new ShapeException("the block needs what an encoder gave; call Attend(x, memory).");
}

/// <summary>The perceptron of a transformer block: one hidden layer, back to the size of the input.</summary>
internal sealed class FeedForward : Module
{
    private readonly Projection expand = new(bias: true), contract = new(bias: true);
    private readonly Dropout? dropout;

    public FeedForward(int hidden, double dropout, Module? activation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (this.Hidden, this.Activation, this.dropout) = (hidden, activation ?? new Relu(), dropout == 0 ? null : new(dropout));
    }

    public int Hidden { get; }

    public Module Activation { get; }

    /// <summary>The layers that it is; the last one's size is known once an input was seen.</summary>
    public override string Notation =>
        $"(linear {this.Hidden} | {NetNotation.Branch(this.Activation)}{(this.dropout is null ? "" : $" | {this.dropout.Notation}")} "
        + $"| linear {(this.contract.Weight.HasSpec ? this.contract.Weight.Spec.Shape[1] : "…")})";

    protected override Tensor Compute(Tensor x)
    {
        Tensor h = this.Activation.Forward(this.expand.Of(x, this.Hidden)); // (B, T, hidden)
        return this.contract.Of(this.dropout?.Forward(h) ?? h, x.Shape[^1]);
    }
}

/// <summary>How a part of a transformer is added to what it is given.</summary>
internal static class ResidualNorm
{
    /// <summary>x + f(norm(x)) when the normalisation stands before, norm(x + f(x)) when it stands after.</summary>
    public static Tensor Around(this LayerNorm norm, Tensor x, bool before, Dropout? dropout, Func<Tensor, Tensor> f)
    {
        Tensor y = f(before ? norm.Forward(x) : x);
        Tensor sum = x + (dropout?.Forward(y) ?? y);
        return before ? sum : norm.Forward(sum);
    }
}
