namespace Kubik.Nn;

/// <summary>
/// Self-attention and a perceptron, each with a residual around it and a layer normalisation before it (x + f(norm(x)); Xiong
/// et al. 2020, arXiv:2002.04745) or after it (norm(x + f(x)); Vaswani et al. 2017, arXiv:1706.03762): (B, T, D) → (B, T, D).
/// </summary>
/// <example><code>
/// TransformerBlock block = new(heads: 4, hidden: 256, causal: true);
/// Sequential tower = Sequential.Parse("repeat 6 (transformer 4 256 causal=true)");
/// Sequential other = Sequential.Parse("transformer 4 256 prenorm=false (tanh)");   // another activation
/// </code></example>
public sealed class TransformerBlock : Module
{
    private readonly int heads, hidden;
    private readonly bool preNorm;
    private readonly double probability;
    private readonly MultiHeadAttention attention;
    private readonly Projection expand, contract;
    private readonly Module activation;
    private readonly Standardize norm1 = new(), norm2 = new();
    private readonly Dropout? dropout1, dropout2, dropout3;

    /// <summary>A block whose sizes are taken from its first input.</summary>
    /// <param name="heads">Heads of the attention; they divide D.</param>
    /// <param name="hidden">Neurons of the perceptron's hidden layer.</param>
    /// <param name="causal">Whether position i looks at the positions 0 to i only.</param>
    /// <param name="preNorm">Whether the normalisations come before attention and perceptron, and not after the sums.</param>
    /// <param name="rotary">Whether queries and keys are turned by their positions.</param>
    /// <param name="keyHeads">How many heads keys and values have; as many as queries when not given.</param>
    /// <param name="dropout">With what probability looks, hidden neurons and elements of what is added are dropped in training.</param>
    /// <param name="activation">Between the layers of the perceptron; ReLU when not given.</param>
    public TransformerBlock(int heads, int hidden, bool causal = false, bool preNorm = true, bool rotary = false, int? keyHeads = null, double dropout = 0, Module? activation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (this.heads, this.hidden, this.preNorm, this.probability) = (heads, hidden, preNorm, dropout);
        this.attention = new(heads, causal, bias: true, rotary, keyHeads, dropout);
        (this.expand, this.contract, this.activation) = (new(bias: true), new(bias: true), activation ?? new Relu());
        if (dropout != 0) (this.dropout1, this.dropout2, this.dropout3) = (new(dropout), new(dropout), new(dropout));
    }

    /// <inheritdoc/>
    public override string Notation
    {
        get
        {
            // The attention writes its own options.
            string attended = this.attention.Notation["attention ".Length..], rest = attended[attended.Split(' ')[0].Length..];
            return $"transformer {this.heads} {this.hidden}{rest}{(this.preNorm ? "" : " prenorm=false")}{(this.activation is Relu ? "" : $" ({NetNotation.Branch(this.activation)})")}";
        }
    }

    internal static BrickSyntax Syntax { get; } = new(
        "transformer", "transformer HEADS HIDDEN [causal=false] [rotary=false] [keyheads=HEADS] [dropout=0] [prenorm=true] [(ACTIVATION)]", a =>
    {
        int count = a.Number("HEADS"), neurons = a.Number("HIDDEN");
        return new TransformerBlock(count, neurons, a.Flag("causal", false), a.Flag("prenorm", true), a.Flag("rotary", false), a.Number("keyheads", count), a.Real("dropout", 0), a.Inside());
    });

    /// <summary>The block with a mask of its attention, as in <see cref="MultiHeadAttention.Forward(Tensor, Tensor)"/>.</summary>
    /// <exception cref="ShapeException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor mask) => this.Within(x, () => this.Run(x, mask));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => this.Run(x, mask: null);

    private Tensor Run(Tensor x, Tensor? mask)
    {
        Sequences.Require(x);
        x = this.Around(x, this.norm1, y => Dropped(this.dropout1, mask is null ? this.attention.Forward(y) : this.attention.Forward(y, mask)));
        return this.Around(x, this.norm2, y => Dropped(this.dropout3, this.contract.Of(Dropped(this.dropout2, this.activation.Forward(this.expand.Of(y, this.hidden))), y.Shape[2])));
    }

    private Tensor Around(Tensor x, Module norm, Func<Tensor, Tensor> f) =>
        this.preNorm ? x + f(norm.Forward(x)) : norm.Forward(x + f(x));

    private static Tensor Dropped(Dropout? dropout, Tensor x) => dropout?.Forward(x) ?? x;

    // Layer normalisation over the last axis (Ba et al. 2016, arXiv:1607.06450).
    private sealed class Standardize : Module
    {
        private readonly Parameter gamma = new(spec => Tensor.Ones(spec.Shape, spec.DType)), beta = new(spec => Tensor.Zeros(spec.Shape, spec.DType));

        protected override Tensor Compute(Tensor x)
        {
            this.gamma.Define(new(x.DType, [x.Shape[^1]]));
            this.beta.Define(new(x.DType, [x.Shape[^1]]));
            return (x - x.Mean([-1], keepDims: true)) / (x.Variance([-1], keepDims: true) + 1e-5).Sqrt() * this.gamma + this.beta;
        }
    }
}
