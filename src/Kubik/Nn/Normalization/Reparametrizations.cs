// Layers whose weight is computed from another one. The layer inside knows nothing of it: its own parameter holds what
// is learnt, and while it computes, it reads in its place what is made of it (Parameter.As).

namespace Kubik.Nn;

/// <summary>A layer that computes with a function of its weight instead of its weight.</summary>
public abstract class Reparametrization : Module
{
    private readonly Module layer;

    private protected Reparametrization(Module layer)
    {
        this.layer = layer;
        this.Weight = layer.Parameters().FirstOrDefault(p => p.Path == "weight").Parameter
            ?? throw new ArgumentException($"'{layer}' has no weight of its own; wrap a layer that has one, such as linear or conv.", nameof(layer));
    }

    /// <summary>The layer's own weight, from which the one it computes with is made.</summary>
    public Parameter Weight { get; }

    /// <summary>The layer.</summary>
    public Module Layer => this.layer;

    /// <summary>The weight that the layer computes with, from its own as a matrix with a row an output, (outputs, inputs).</summary>
    private protected abstract Tensor Of(Tensor rows);

    /// <summary>How that weight is called.</summary>
    private protected abstract string Letter { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) =>
        this.Weight.As(w => this.FromRows(this.Of(this.ToRows(w)), w.Shape).Called(this.Letter), () => this.layer.Forward(x));

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() => [("layer", this.layer)];

    /// <summary>A row an output: of a matrix (inputs, outputs) its columns, of kernels (outputs, …) each kernel.</summary>
    private protected Tensor ToRows(Tensor w) => w.Rank < 2
        ? throw new ShapeException($"the weight must have an axis of inputs and one of outputs; it is {w.Shape}.")
        : w.MoveAxis(this.Outputs(w.Rank), 0).Flatten();

    private Tensor FromRows(Tensor rows, Shape shape)
    {
        int outputs = this.Outputs(shape.Rank);
        return rows.Reshape(shape.Without(outputs).Insert(0, shape[outputs])).MoveAxis(0, outputs);
    }

    private int Outputs(int rank) => this.Weight.OutputAxis ?? (rank == 2 ? 1 : 0);
}

/// <summary>
/// Weight normalisation: a layer whose weight is w = g · v / ‖v‖ for each output, so that length and direction are learnt
/// apart (Salimans and Kingma 2016, arXiv:1602.07868, eq. 2).
/// </summary>
/// <remarks>g begins as ‖v‖: at first the layer computes what it would without. v is the layer's own weight.</remarks>
/// <example><code>
/// WeightNorm layer = new(new Linear(300));
/// Tensor y = layer.Forward(x);   // parameters: layer.weight (v), layer.bias, gain (g)
/// </code></example>
public sealed class WeightNorm : Reparametrization
{
    /// <summary>Wraps a layer that has a weight.</summary>
    /// <exception cref="ArgumentException">The layer has none of its own.</exception>
    public WeightNorm(Module layer) : base(layer) => this.Gain = new Parameter(_ => Length(this.ToRows(this.Weight.Current.Detach())));

    /// <summary>g, the length of the weight of each output (outputs).</summary>
    public Parameter Gain { get; }

    /// <inheritdoc/>
    public override string Notation => $"weightnorm({NetNotation.Branch(this.Layer)})";

    internal static BrickSyntax Syntax { get; } = new("weightnorm", "weightnorm(BRICK)", a => new WeightNorm(a.Branches(1, 1)[0]));

    private protected override string Letter => "W";

    private protected override Tensor Of(Tensor rows)
    {
        this.Gain.Define(new(rows.DType, [rows.Shape[0]]));
        return rows.LpNormalize(axis: 1) * this.Gain.Value.Unsqueeze(1);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() => [.. base.Members(), ("gain", this.Gain)];

    // The same vectors over their direction: as exact for large and small ones as the direction is.
    private static Tensor Length(Tensor rows) => (rows * rows.LpNormalize(axis: 1)).Sum(1);
}

/// <summary>
/// Spectral normalisation: a layer whose weight is W / σ, σ the largest singular value of W as a matrix with a row an
/// output, so that the layer stretches no vector (Miyato et al. 2018, arXiv:1802.05957, algorithm 1).
/// </summary>
/// <remarks>
/// σ = uᵀ·W·v with v = Wᵀu / ‖Wᵀu‖. In training each call first improves u by a step of the power iteration, u = W·v / ‖W·v‖; the
/// gradient takes u and v for constants. u begins at random, fifteen steps on. PyTorch keeps v as well and uses the
/// last one in evaluation; here v is computed anew, so that σ fits the weight that is there.
/// </remarks>
public sealed class SpectralNorm : Reparametrization
{
    private const int FirstSteps = 15;

    /// <summary>Wraps a layer that has a weight.</summary>
    /// <exception cref="ArgumentException">The layer has none of its own.</exception>
    public SpectralNorm(Module layer) : base(layer)
    {
        RandomStream random = RandomSource.Default.NextStream();
        this.U = new Parameter(spec =>
        {
            Tensor w = this.ToRows(this.Weight.Current.Detach()), u = random.Normal([w.Shape[0], 1], w.DType).LpNormalize(axis: 0);
            for (int i = 0; i < FirstSteps; i++) u = Step(w, u).U;
            return u.Squeeze(1);
        }, ParameterRole.Statistic);
    }

    /// <summary>u, the estimate of the first left singular vector (outputs).</summary>
    public Parameter U { get; }

    /// <inheritdoc/>
    public override string Notation => $"spectralnorm({NetNotation.Branch(this.Layer)})";

    internal static BrickSyntax Syntax { get; } = new("spectralnorm", "spectralnorm(BRICK)", a => new SpectralNorm(a.Branches(1, 1)[0]));

    private protected override string Letter => "W\u0304"; // W̄, in Miyato's paper

    private protected override Tensor Of(Tensor rows)
    {
        this.U.Define(new(rows.DType, [rows.Shape[0]]));
        Tensor constant = rows.Detach(), u = this.U.Value.Unsqueeze(1);
        (Tensor v, Tensor next) = Step(constant, u);
        if (this.Training)
        {
            u = next;
            this.U.Assign(u.Squeeze(1));
        }
        Tensor sigma = u.T.MatMul(rows).MatMul(v.Called("v")).Called("σ"); // (1, 1)
        // a weight of zeros stays 0
        return rows / Tensor.Where(sigma.Equal(Tensor.Scalar(0, sigma.DType)), Tensor.Scalar(1, sigma.DType), sigma).StandingFor(sigma);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() => [.. base.Members(), ("u", this.U)];

    // A step of the power iteration: u (outputs, 1) → v (inputs, 1) → the next u.
    private static (Tensor V, Tensor U) Step(Tensor w, Tensor u)
    {
        Tensor v = w.T.MatMul(u).LpNormalize(axis: 0);
        return (v, w.MatMul(v).LpNormalize(axis: 0));
    }
}
