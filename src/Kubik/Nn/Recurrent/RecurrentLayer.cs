// A cell drawn through sequences. The inputs of all steps are projected by one matrix product; then the steps follow one
// another in one op. Sequences of different lengths run side by side: past its end a sequence's state stands still and its output is
// 0. Run backwards, a sequence stands still until its own end is reached, so that the same rule begins it there.

namespace Kubik.Nn;

/// <summary>What the recurrent layers share: cells in layers and directions, run through (B, T, C).</summary>
public abstract class RecurrentLayer : Module
{
    private readonly RecurrentCell[] cells; // layer 0 forwards, layer 0 backwards, layer 1 forwards, …
    private readonly Dropout? dropout;
    private readonly double dropoutProbability;
    private readonly int layers;
    private readonly bool bidirectional, last;

    private protected RecurrentLayer(Func<RecurrentCell> cell, int layers, bool bidirectional, double dropout, bool last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        if (dropout != 0 && layers == 1)
            throw new ArgumentException("dropout acts between layers, and there is one layer only; put a dropout brick after it instead.", nameof(dropout));
        (this.layers, this.bidirectional, this.last, this.dropoutProbability) = (layers, bidirectional, last, dropout);
        this.cells = [.. Enumerable.Range(0, layers * this.Directions).Select(_ => cell())];
        this.dropout = dropout == 0 ? null : new Dropout(dropout);
    }

    /// <summary>The cells: layer 0 forwards, layer 0 backwards if there are both directions, layer 1 forwards, and so on.</summary>
    public IReadOnlyList<RecurrentCell> Cells => this.cells;

    private protected const string Usage = "[layers=1] [bidirectional=false] [dropout=0] [last=false] [bias=true]";

    /// <summary>Size and options as the notation writes them.</summary>
    private protected string Options => $"{this.cells[0].Hidden}"
        + (this.layers == 1 ? "" : $" layers={this.layers}")
        + (this.bidirectional ? " bidirectional=true" : "")
        + Numbers.Option("dropout", this.dropoutProbability, 0)
        + (this.last ? " last=true" : "")
        + (this.cells[0].Bias is null ? " bias=false" : "");

    private int Directions => this.bidirectional ? 2 : 1;

    /// <summary>All steps: (B, T, C) → (B, T, directions · H); or, when the layer was made so, the last alone: (B, directions · H).</summary>
    protected sealed override Tensor Compute(Tensor x)
    {
        (Tensor output, Tensor[] state) = this.Steps(x, state: null, lengths: null);
        Tensor h = state[0]; // (layers · directions, B, H)
        return !this.last ? output : this.bidirectional ? Tensor.Concat(1, h[^2], h[^1]) : h[^1];
    }

    /// <summary>Output (B, T, directions · H) and, for each part of the state, where it ended (layers · directions, B, H).</summary>
    private protected (Tensor Output, Tensor[] State) Unroll(Tensor x, Tensor[]? state, Tensor? lengths) =>
        this.Within(x, () => this.Steps(x, state, lengths));

    private (Tensor Output, Tensor[] State) Steps(Tensor x, Tensor[]? state, Tensor? lengths)
    {
        if (x.Rank != 3 || x.Shape[1] == 0) throw new ShapeException($"the input must be (batch, steps, channels) with a step or more; got {x.Shape}.");
        RecurrentCell first = this.cells[0];
        Tensor[] start = RecurrentState.Checked(state, first.StateParts, new(x.DType, [this.cells.Length, x.Shape[0], first.Hidden]));
        Tensor? going = lengths is null ? null : Going(x, lengths); // (B, T)
        Tensor zero = Tensor.Scalar(0, x.DType);
        if (going is not null) x = Tensor.Where(going.Unsqueeze(2), x, zero); // whatever stands there, NaN too, is not seen
        List<Tensor[]> ends = [];
        for (int layer = 0; layer < this.layers; layer++)
        {
            if (layer > 0 && this.dropout is not null) x = this.dropout.Forward(x);
            Tensor[] outputs = new Tensor[this.Directions];
            for (int direction = 0; direction < outputs.Length; direction++)
            {
                int k = ends.Count;
                (outputs[direction], Tensor[] end) = Run(this.cells[k], x, [.. start.Select(part => part[k])], going, backwards: direction == 1);
                if (going is not null) outputs[direction] = Tensor.Where(going.Unsqueeze(2), outputs[direction], zero);
                ends.Add(end);
            }
            x = this.bidirectional ? Tensor.Concat(2, outputs) : outputs[0];
        }
        return (x, [.. Enumerable.Range(0, start.Length).Select(part => Tensor.Stack(0, [.. ends.Select(end => end[part])]))]);
    }

    // One cell in one direction: (B, T, C) → (B, T, H) and the state where each sequence ended.
    private static (Tensor Output, Tensor[] State) Run(RecurrentCell cell, Tensor x, Tensor[] state, Tensor? going, bool backwards)
    {
        int batch = x.Shape[0], steps = x.Shape[1];
        Tensor projected = cell.Project(x.Reshape([batch * steps, x.Shape[2]]));
        Tensor parts = cell.Unroll(projected.Reshape([batch, steps, projected.Shape[1]]), state, going, backwards);
        return (parts[0], [.. Enumerable.Range(0, state.Length).Select(k => parts[k, .., backwards ? 0 : steps - 1])]);
    }

    // Whether each sequence still goes on at each step.
    private static Tensor Going(Tensor x, Tensor lengths)
    {
        (int batch, int steps) = (x.Shape[0], x.Shape[1]);
        if (lengths.DType is not (DType.Int64 or DType.Int32) || lengths.Rank != 1 || lengths.Shape[0] != batch)
            throw new ShapeException($"the lengths must be whole numbers, int64 ({batch},), one for each sequence of {x.Shape}; got {lengths.Spec}.");
        if (!lengths.IsSymbolic && lengths.ToDoubles().Any(n => n < 0 || n > steps))
            throw new ShapeException($"the lengths must be from 0 to the {steps} steps of {x.Shape}; got {string.Join(", ", lengths.ToDoubles())}.");
        return Tensor.Range(0, steps, dtype: lengths.DType) < lengths.Unsqueeze(1);
    }
}

/// <summary>A recurrent layer of <see cref="RnnCell"/>s over sequences: (B, T, C) → (B, T, H), both directions side by side.</summary>
public sealed class Rnn : RecurrentLayer
{
    private readonly bool relu;

    /// <summary>A layer whose input size is taken from the first input.</summary>
    /// <param name="hidden">H, the size of the state.</param>
    /// <param name="layers">How many layers stand on one another.</param>
    /// <param name="bidirectional">Whether each layer runs backwards too: the output is then (B, T, 2H).</param>
    /// <param name="dropout">Probability of dropping an element between layers, in training.</param>
    /// <param name="last">Whether <see cref="Module.Forward"/> gives the last step alone, (B, H): of the backward direction the first, where it ends.</param>
    /// <param name="relu">Whether max(0, x) takes the place of tanh.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="initializer">How W and U begin; uniform on ±1/√H, as b, when not given.</param>
    public Rnn(int hidden, int layers = 1, bool bidirectional = false, double dropout = 0, bool last = false, bool relu = false, bool bias = true,
        Initializer? initializer = null)
        : base(() => new RnnCell(hidden, relu, bias, initializer), layers, bidirectional, dropout, last) => this.relu = relu;

    /// <inheritdoc/>
    public override string Notation => $"rnn {this.Options}{(this.relu ? " relu=true" : "")}";

    internal static BrickSyntax Syntax { get; } = new("rnn", $"rnn HIDDEN {Usage} [relu=false]", a =>
        new Rnn(a.Number("HIDDEN"), a.Number("layers", 1), a.Flag("bidirectional", false), a.Real("dropout", 0), a.Flag("last", false), a.Flag("relu", false),
            a.Flag("bias", true)));

    /// <summary>All steps, and the state where each sequence ended, (layers · directions, B, H).</summary>
    /// <inheritdoc cref="Lstm.Run" path="/param|/exception"/>
    public (Tensor Output, Tensor State) Run(Tensor x, Tensor? state = null, Tensor? lengths = null)
    {
        (Tensor output, Tensor[] parts) = this.Unroll(x, RecurrentState.Parts(state), lengths);
        return (output, parts[0]);
    }
}

/// <summary>A recurrent layer of <see cref="LstmCell"/>s over sequences: (B, T, C) → (B, T, H), both directions side by side.</summary>
/// <example><code>
/// Lstm lstm = new(256, layers: 2, bidirectional: true, dropout: 0.1);
/// Tensor y = lstm.Forward(x);                                                  // (B, T, 512)
/// (Tensor output, LstmState state) = lstm.Run(x, lengths: Tensor.Of(7L, 4L));  // two sequences, of 7 and 4 steps
/// </code>
/// Truncated backpropagation: a long sequence in pieces. The state goes on from piece to piece, the gradient does not.
/// <code>
/// LstmState? state = null;
/// foreach (Tensor piece in pieces)                            // (B, 35, C) each
/// {
///     (Tensor y, state) = lstm.Run(piece, state?.Detach());
///     optimizer.Step(loss.Of(head.Forward(y), target), net);  // goes back 35 steps, no further
/// }
/// </code></example>
public sealed class Lstm : RecurrentLayer
{
    private readonly double forgetBias;

    /// <summary>A layer whose input size is taken from the first input.</summary>
    /// <param name="hidden">H, the size of the state.</param>
    /// <param name="layers">How many layers stand on one another.</param>
    /// <param name="bidirectional">Whether each layer runs backwards too: the output is then (B, T, 2H).</param>
    /// <param name="dropout">Probability of dropping an element between layers, in training.</param>
    /// <param name="last">Whether <see cref="Module.Forward"/> gives the last step alone, (B, H): of the backward direction the first, where it ends.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="forgetBias">Added to b of the forget gate when it begins; 1 lets a cell remember from the start.</param>
    /// <param name="initializer">How W and U begin; uniform on ±1/√H, as b, when not given.</param>
    public Lstm(int hidden, int layers = 1, bool bidirectional = false, double dropout = 0, bool last = false, bool bias = true, double forgetBias = 0,
        Initializer? initializer = null)
        : base(() => new LstmCell(hidden, bias, forgetBias, initializer), layers, bidirectional, dropout, last) => this.forgetBias = forgetBias;

    /// <inheritdoc/>
    public override string Notation => $"lstm {this.Options}{Numbers.Option("forget", this.forgetBias, 0)}";

    internal static BrickSyntax Syntax { get; } = new("lstm", $"lstm HIDDEN {Usage} [forget=0]", a =>
        new Lstm(a.Number("HIDDEN"), a.Number("layers", 1), a.Flag("bidirectional", false), a.Real("dropout", 0), a.Flag("last", false), a.Flag("bias", true),
            a.Real("forget", 0)));

    /// <summary>All steps, and the state where each sequence ended.</summary>
    /// <param name="x">(B, T, C).</param>
    /// <param name="state">Where to begin, (layers · directions, B, H); zeros when not given.</param>
    /// <param name="lengths">
    /// How many steps each sequence has, whole numbers (B) from 0 to T; T when not given. What stands after a sequence's end is
    /// not looked at, the outputs there are 0, and the backward direction begins at the end. In a trace, where the
    /// numbers are not known yet, longer ones count as T.
    /// </param>
    /// <exception cref="ShapeException">Input, state or lengths do not fit.</exception>
    public (Tensor Output, LstmState State) Run(Tensor x, LstmState? state = null, Tensor? lengths = null)
    {
        (Tensor output, Tensor[] parts) = this.Unroll(x, state?.Parts, lengths);
        return (output, LstmState.Of(parts));
    }
}

/// <summary>A recurrent layer of <see cref="GruCell"/>s over sequences: (B, T, C) → (B, T, H), both directions side by side.</summary>
public sealed class Gru : RecurrentLayer
{
    /// <summary>A layer whose input size is taken from the first input.</summary>
    /// <param name="hidden">H, the size of the state.</param>
    /// <param name="layers">How many layers stand on one another.</param>
    /// <param name="bidirectional">Whether each layer runs backwards too: the output is then (B, T, 2H).</param>
    /// <param name="dropout">Probability of dropping an element between layers, in training.</param>
    /// <param name="last">Whether <see cref="Module.Forward"/> gives the last step alone, (B, H): of the backward direction the first, where it ends.</param>
    /// <param name="bias">Whether b and c are added.</param>
    /// <param name="initializer">How W and U begin; uniform on ±1/√H, as b and c, when not given.</param>
    public Gru(int hidden, int layers = 1, bool bidirectional = false, double dropout = 0, bool last = false, bool bias = true, Initializer? initializer = null)
        : base(() => new GruCell(hidden, bias, initializer), layers, bidirectional, dropout, last)
    {
    }

    /// <inheritdoc/>
    public override string Notation => $"gru {this.Options}";

    internal static BrickSyntax Syntax { get; } = new("gru", $"gru HIDDEN {Usage}", a =>
        new Gru(a.Number("HIDDEN"), a.Number("layers", 1), a.Flag("bidirectional", false), a.Real("dropout", 0), a.Flag("last", false), a.Flag("bias", true)));

    /// <summary>All steps, and the state where each sequence ended, (layers · directions, B, H).</summary>
    /// <inheritdoc cref="Lstm.Run" path="/param|/exception"/>
    public (Tensor Output, Tensor State) Run(Tensor x, Tensor? state = null, Tensor? lengths = null)
    {
        (Tensor output, Tensor[] parts) = this.Unroll(x, RecurrentState.Parts(state), lengths);
        return (output, parts[0]);
    }
}
