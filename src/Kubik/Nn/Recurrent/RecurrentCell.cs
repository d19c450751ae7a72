// A step of a recurrent layer. What differs between the cells is how the state goes on; the weights, how they begin, and
// the projection of the inputs are here. A state is a list of (B, H): the hidden state first, which is also the output.

namespace Kubik.Nn;

/// <summary>What the recurrent cells share: W for the input, U for the state, b, of so many blocks (gates) each.</summary>
public abstract class RecurrentCell : Module
{
    private readonly int blocks;

    private protected RecurrentCell(int hidden, int blocks, Initializer weights, Initializer? bias)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (this.Hidden, this.blocks) = (hidden, blocks);
        this.InputWeight = Drawn(weights);
        this.StateWeight = Drawn(weights);
        this.Bias = bias is null ? null : Drawn(bias);
    }

    /// <summary>W, the blocks side by side (in, blocks · H).</summary>
    public Parameter InputWeight { get; }

    /// <summary>U, the blocks side by side (H, blocks · H).</summary>
    public Parameter StateWeight { get; }

    /// <summary>b, the blocks one after the other (blocks · H); null when the cell has none.</summary>
    public Parameter? Bias { get; }

    /// <summary>H, the size of the state.</summary>
    internal int Hidden { get; }

    /// <summary>How many tensors the state is made of.</summary>
    internal virtual int StateParts => 1;

    /// <summary>The state after a step: from the projected input (B, blocks · H) and the state before.</summary>
    internal abstract Tensor[] Next(Tensor projected, Tensor[] state);

    /// <summary>The parts of all steps (parts, B, T, H), the state's first, from the projected inputs (B, T, blocks · H), the state (B, H) and where sequences go on, bool (B, T).</summary>
    internal Tensor Unroll(Tensor projected, Tensor[] state, Tensor? going, bool backwards)
    {
        List<Tensor> inputs = [projected, this.StateWeight, .. state];
        if (this.AddedToProduct(projected.DType) is { } added) inputs.Add(added);
        if (going is not null) inputs.Add(going);
        return this.Unrolled(backwards).Apply([.. inputs]);
    }

    private protected abstract Op Unrolled(bool backwards);

    /// <summary>What is added to h·U before the gates act, (H); null when the cell has no such thing.</summary>
    private protected virtual Tensor? AddedToProduct(DType dtype) => null;

    /// <summary>x·W + b, for all rows at once: (n, in) → (n, blocks · H).</summary>
    internal Tensor Project(Tensor x)
    {
        this.Define(x.Shape[^1], x.DType);
        int inputs = this.InputWeight.Spec.Shape[0];
        if (x.Shape[^1] != inputs) throw new ShapeException($"W is {this.InputWeight.Spec.Shape}, so the last axis of the input must be {inputs}; got {x.Shape}.");
        Tensor y = x.MatMul(this.InputWeight);
        return this.Bias is null ? y : y + this.Bias;
    }

    private protected virtual void Define(int inputs, DType dtype)
    {
        this.InputWeight.Define(new(dtype, [inputs, this.blocks * this.Hidden]));
        this.StateWeight.Define(new(dtype, [this.Hidden, this.blocks * this.Hidden]));
        this.Bias?.Define(new(dtype, [this.blocks * this.Hidden]));
    }

    /// <summary>A step from a state, zeros when there is none.</summary>
    private protected Tensor[] From(Tensor x, params Tensor[]? state) => this.Within(x, () =>
    {
        if (x.Rank != 2) throw new ShapeException($"the input of a step must be (batch, inputs); got {x.Shape}.");
        TensorSpec spec = new(x.DType, [x.Shape[0], this.Hidden]);
        Tensor[] before = RecurrentState.Checked(state, this.StateParts, spec), next = this.Next(this.Project(x), before);
        for (int k = 0; k < before.Length && state is null; k++) before[k].Begins(next[k]);
        return next;
    });

    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor x) => this.From(x, state: null)[0];

    /// <summary>How the weights begin unless told otherwise: uniform on ±1/√H.</summary>
    private protected static Initializer Usual(int hidden) => Initializers.Uniform(1 / Math.Sqrt(Math.Max(1, hidden)));

    // A given initialiser is for the weights: b then begins at 0.
    private protected static Initializer? UsualBias(int hidden, bool bias, Initializer? given) =>
        !bias ? null : given is null ? Usual(hidden) : Initializers.Zeros;

    private protected static Parameter Drawn(Initializer initializer)
    {
        RandomStream random = RandomSource.Default.NextStream();
        return new Parameter(spec => initializer(spec, random));
    }
}

/// <summary>h' = tanh(x·W + b + h·U), or max(0, …) (Elman 1990). PyTorch's weights: W and U are weight_ih and weight_hh transposed, b the sum of its two biases.</summary>
public sealed class RnnCell : RecurrentCell
{
    private readonly bool relu;

    /// <summary>A cell whose input size is taken from the first input.</summary>
    /// <param name="hidden">H, the size of the state.</param>
    /// <param name="relu">Whether max(0, x) takes the place of tanh.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="initializer">How W and U begin; uniform on ±1/√H, as b, when not given.</param>
    public RnnCell(int hidden, bool relu = false, bool bias = true, Initializer? initializer = null)
        : base(hidden, 1, initializer ?? Usual(hidden), UsualBias(hidden, bias, initializer)) => this.relu = relu;

    /// <inheritdoc/>
    public override string Notation => $"rnncell {this.Hidden}{(this.relu ? " relu=true" : "")}{(this.Bias is null ? " bias=false" : "")}";

    internal static BrickSyntax Syntax { get; } = new("rnncell", "rnncell HIDDEN [relu=false] [bias=true]",
        a => new RnnCell(a.Number("HIDDEN"), a.Flag("relu", false), a.Flag("bias", true)));

    /// <summary>One step: x (B, in) and the state before (B, H), zeros when not given, → the state after (B, H).</summary>
    /// <exception cref="ShapeException">The input or the state does not fit.</exception>
    public Tensor Step(Tensor x, Tensor? state = null) => this.From(x, RecurrentState.Parts(state))[0];

    internal override Tensor[] Next(Tensor projected, Tensor[] state) => this.Unit.Step(projected, state[0].MatMul(this.StateWeight), bias: null, state);

    private protected override Op Unrolled(bool backwards) => new Unrolled<ElmanUnit>(this.Unit, backwards);

    private ElmanUnit Unit => new(this.relu);
}

/// <summary>
/// c' = σ(f)·c + σ(i)·tanh(g), h' = σ(o)·tanh(c') with (i, f, g, o) = x·W + b + h·U (Hochreiter and Schmidhuber 1997, with
/// the forget gate of Gers, Schmidhuber, Cummins 2000).
/// </summary>
/// <remarks>PyTorch's weights: W and U are weight_ih and weight_hh transposed, with the gates in the same order; b is the sum of its two biases.</remarks>
public sealed class LstmCell : RecurrentCell
{
    private readonly double forgetBias;

    /// <summary>A cell whose input size is taken from the first input.</summary>
    /// <param name="hidden">H, the size of the state.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="forgetBias">Added to b of the forget gate when it begins; 1 lets a cell remember from the start (Jozefowicz, Zaremba, Sutskever 2015).</param>
    /// <param name="initializer">How W and U begin; uniform on ±1/√H, as b, when not given.</param>
    public LstmCell(int hidden, bool bias = true, double forgetBias = 0, Initializer? initializer = null)
        : base(hidden, 4, initializer ?? Usual(hidden), Forgetting(UsualBias(hidden, bias, initializer), forgetBias, hidden))
    {
        if (!double.IsFinite(forgetBias)) throw new ArgumentOutOfRangeException(nameof(forgetBias), forgetBias, "lstm: the forget gate's bias must be a number.");
        if (forgetBias != 0 && !bias) throw new ArgumentException("lstm: without biases the forget gate has none to begin with; leave bias or forget out.", nameof(forgetBias));
        this.forgetBias = forgetBias;
    }

    /// <inheritdoc/>
    public override string Notation => $"lstmcell {this.Hidden}{(this.Bias is null ? " bias=false" : "")}{Numbers.Option("forget", this.forgetBias, 0)}";

    internal static BrickSyntax Syntax { get; } = new("lstmcell", "lstmcell HIDDEN [bias=true] [forget=0]",
        a => new LstmCell(a.Number("HIDDEN"), a.Flag("bias", true), a.Real("forget", 0)));

    internal override int StateParts => 2;

    /// <summary>One step: x (B, in) and the state before, zeros when not given, → the state after; both tensors of a state are (B, H).</summary>
    /// <exception cref="ShapeException">The input or the state does not fit.</exception>
    public LstmState Step(Tensor x, LstmState? state = null) => LstmState.Of(this.From(x, state?.Parts));

    internal override Tensor[] Next(Tensor projected, Tensor[] state) => default(LstmUnit).Step(projected, state[0].MatMul(this.StateWeight), bias: null, state)[..2];

    private protected override Op Unrolled(bool backwards) => new Unrolled<LstmUnit>(default, backwards);

    private static Initializer? Forgetting(Initializer? bias, double forgetBias, int hidden) => bias is null || forgetBias == 0 ? bias : (spec, random) =>
    {
        double[] raised = new double[4 * hidden];
        Array.Fill(raised, forgetBias, hidden, hidden);
        return bias(spec, random) + Tensor.From(raised).Cast(spec.DType);
    };
}

/// <summary>
/// h' = (1 − z)·n + z·h with r = σ(xWᵣ + bᵣ + hUᵣ), z = σ(xW_z + b_z + hU_z), n = tanh(xWₙ + bₙ + r·(hUₙ + c)) (Cho et al. 2014,
/// arXiv:1406.1078, with the reset gate after the product, as in cuDNN, PyTorch and ONNX's linear_before_reset).
/// </summary>
/// <remarks>PyTorch's weights: W and U are weight_ih and weight_hh transposed, blocks r, z, n; b is bias_ih + bias_hh for r and z and bias_ih for n; c is bias_hh for n.</remarks>
public sealed class GruCell : RecurrentCell
{
    /// <summary>A cell whose input size is taken from the first input.</summary>
    /// <param name="hidden">H, the size of the state.</param>
    /// <param name="bias">Whether b and c are added.</param>
    /// <param name="initializer">How W and U begin; uniform on ±1/√H, as b and c, when not given.</param>
    public GruCell(int hidden, bool bias = true, Initializer? initializer = null)
        : base(hidden, 3, initializer ?? Usual(hidden), UsualBias(hidden, bias, initializer)) =>
        this.StateBias = UsualBias(hidden, bias, initializer) is { } begin ? Drawn(begin) : null;

    /// <summary>c, which the reset gate acts on (H); null when the cell has no biases.</summary>
    public Parameter? StateBias { get; }

    /// <inheritdoc/>
    public override string Notation => $"grucell {this.Hidden}{(this.Bias is null ? " bias=false" : "")}";

    internal static BrickSyntax Syntax { get; } = new("grucell", "grucell HIDDEN [bias=true]", a => new GruCell(a.Number("HIDDEN"), a.Flag("bias", true)));

    /// <summary>One step: x (B, in) and the state before (B, H), zeros when not given, → the state after (B, H).</summary>
    /// <exception cref="ShapeException">The input or the state does not fit.</exception>
    public Tensor Step(Tensor x, Tensor? state = null) => this.From(x, RecurrentState.Parts(state))[0];

    internal override Tensor[] Next(Tensor projected, Tensor[] state) =>
        default(GruUnit).Step(projected, state[0].MatMul(this.StateWeight), this.AddedToProduct(projected.DType), state)[..1];

    private protected override Op Unrolled(bool backwards) => new Unrolled<GruUnit>(default, backwards);

    private protected override Tensor AddedToProduct(DType dtype) => this.StateBias ?? Tensor.Zeros([this.Hidden], dtype);

    private protected override void Define(int inputs, DType dtype)
    {
        base.Define(inputs, dtype);
        this.StateBias?.Define(new(dtype, [this.Hidden]));
    }
}
