// A network as equations. Its forward pass is traced, twice: with every op whole, which gives an equation for each brick, and with
// those ops opened that hide products of matrices (an LSTM, an attention), which gives what is written. Parameters and bricks have
// the letters of explanations; the parts of a step or a head have their own, for explanations write every step out.

using System.Globalization;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Module = Kubik.Nn.Module;

namespace Kubik.Glass.Networks;

/// <summary>A name in a network's equations.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Means">What it is: the path of a parameter, or words.</param>
/// <param name="Parameter">The parameter; null for the input and for constants.</param>
public sealed record NetSymbol(Variable Name, string Means, Parameter? Parameter);

/// <summary>The equations of a network.</summary>
/// <example><code>
/// Console.WriteLine(Sequential.Parse("linear 8 | relu | linear 1").ToFormula([2]));
/// // h₁ = relu(x·W₁ + b₁)
/// // y = h₁·W₂ + b₂
/// </code></example>
public sealed class NetFormula
{
    private const int LargestWritten = 64, MostNeurons = 40;

    private readonly EquationReader bricks, written;

    private NetFormula(EquationReader bricks, EquationReader written) => (this.bricks, this.written) = (bricks, written);

    /// <summary>One equation for each brick that computes something, the output, y, last.</summary>
    public IReadOnlyList<(Variable Name, Formula Value)> Equations => [.. this.bricks.Equations.Select(e => ((Variable)e.Name, Formula.Of(e.Value)))];

    /// <summary>
    /// The equations as they are written: where an op hides products of matrices, as an LSTM and an attention do, those of its
    /// definition; of a sequence one step, t.
    /// </summary>
    public IReadOnlyList<(Expression Name, Formula Value)> Lines => [.. this.written.Equations.Select(e => (e.Name, Formula.Of(FromOne(e.Value))))];

    /// <summary>The input, the parameters and the constants, in the order in which they are used, and what the lines call a part of them.</summary>
    public IReadOnlyList<NetSymbol> Symbols => this.written.Symbols;

    /// <summary>What linear layers without an activation between them multiply out to: products of their matrices, and the biases of the whole.</summary>
    public IReadOnlyList<Formula> Collapsed => [.. this.bricks.Collapsed.Select(Formula.Of)];

    /// <summary>
    /// What the network's bricks do as it predicts that they do not do in training: dropout passes on what it gets. Null when there are
    /// none such.
    /// </summary>
    public string? InPrediction { get; private set; }

    /// <summary>The layers with their numbers, when the network is a small one of neurons; else null.</summary>
    public NeuronNet? Neurons { get; private init; }

    /// <summary>The equations of a network, as it predicts.</summary>
    /// <param name="net">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    internal static NetFormula Of(Module net, Shape sample)
    {
        ArgumentNullException.ThrowIfNull(net);
        Shape input = sample.Insert(0, 1);
        NetFormula formula = Module.InEvaluation(() =>
        {
            NetTrace known = NetTrace.Of(net, input);
            // In float64, as formulas are.
            NetTrace Traced() => Recording.Whole(IsWritten, () => StepTrace.Of(net, new(DType.Float64, input), new() { Type = DType.Float64 }).Net);
            NeuronNet? neurons = DenseReader.TryRead(known, MostNeurons, MostNeurons)?.Joined();
            NetTrace trace = Traced();
            HashSet<FusedOp> hiding = Definitions.HidingProducts(trace);
            NetTrace unfolded = hiding.Count == 0 ? trace : Recording.Unfolded(hiding.Contains, Traced);
            string handedOn = Cells.HandedOn(unfolded);
            bool isPlain = hiding.Count == 0 && trace.Graph.Values.All(v => v.Label is null);
            bool isSmall = neurons?.Layers.Sum(l => l.Weights.Length + l.Neurons) <= 10 * MostNeurons && neurons.Layers.All(l => l.IsFinite);
            EquationReader whole = new(trace, null, handedOn), opened = isPlain ? whole : new(unfolded, trace, handedOn);
            return new NetFormula(whole, opened) { Neurons = isSmall ? neurons : null };
        });
        formula.InPrediction = Prediction.Of(net, sample);
        return formula;
    }

    // Rows are counted from 1, numbers that pick them from 0: W[x + 1].
    private static Expression FromOne(Expression value) => Formula.Rewritten(value, (part, x) => part switch
    {
        Call { Op: Take } c when x[1].Spec.DType == DType.Int64 => Call.Of(c.Op, x[0], Call.Of(Binary<Add>.Instance, x[1], new Number(1, DType.Int64))),
        Call c => c.With(x),
        _ => part,
    });

    // Ops made of others that have a name which everybody knows, and are written by it.
    private static bool IsWritten(CompositeOp op) => op is Mean or Variance or Std or LogSumExp or ReduceL1 or ReduceL2 or SumSquare
        or LpNormalization or LocalResponseNormalization or Pad or Maxout or Resize or PixelShuffle or PixelUnshuffle
        or GlobalAvgPool or GlobalMaxPool or LpPool or RotaryEmbedding;

    /// <summary>A small network neuron by neuron, with a letter for every weight; empty for others.</summary>
    public IReadOnlyList<(Variable Name, Formula Value)> ByNeuron()
    {
        const string Values = "hgkqr", Weights = "wvusp", Biases = "bcdam";
        bool isLarge = this.Neurons is null || this.Neurons.Layers.Count > Values.Length || this.Neurons.Layers.Sum(l => l.Weights.Length) > MostNeurons;
        if (isLarge || this.Neurons is not { } net || net.Layers.Any(l => l.Inputs > 9 || l.Neurons > 9)) return [];
        List<(Variable, Formula)> all = [];
        Variable[] x = [.. net.Inputs];
        for (int l = 0; l < net.Layers.Count; l++)
        {
            NeuronLayer layer = net.Layers[l];
            bool isLast = l == net.Layers.Count - 1;
            string Name(int j) => !isLast ? $"{Values[l]}{j}" : layer.Neurons == 1 ? "y" : $"y{j}";
            string Weight(int i, int j) => $"{Weights[l]}{i + 1}{(layer.Neurons == 1 ? "" : j + 1)}";
            string Bias(int j) => layer.Neurons == 1 ? $"{Biases[l]}" : $"{Biases[l]}{j + 1}";
            Expression Product(int i, int j) => Arithmetic.Multiply(new Variable(Weight(i, j), Shape.Scalar), x[i]);
            Variable[] next = [.. Enumerable.Range(1, layer.Neurons).Select(j => new Variable(Name(j), Shape.Scalar))];
            for (int j = 0; j < layer.Neurons; j++)
            {
                Expression sum = Enumerable.Range(0, layer.Inputs).Select(i => Product(i, j)).Aggregate(Arithmetic.Add);
                all.Add((next[j], Formula.Of(layer.Function.At(Arithmetic.Add(sum, new Variable(Bias(j), Shape.Scalar))))));
            }
            x = next;
        }
        return all;
    }

    /// <summary>A parameter's numbers behind = or, where five digits do not tell them, ≈; of a large one their number, range and mean.</summary>
    public static string Numbers(Parameter parameter) => Numbers(parameter.Value.Detach());

    private static string Numbers(Tensor value)
    {
        double[] all = value.Contiguous().Cast(DType.Float64).ToArray<double>();
        string Digits(double x) => x.ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−');
        if (all.Length > LargestWritten) return $"= {all.Length} numbers from {Digits(all.Min())} to {Digits(all.Max())}, mean {Digits(all.Average())}";
        string Row(IEnumerable<double> row) => $"[{string.Join(", ", row.Select(Digits))}]";
        double blur = Explaining.Precision.Of(value.DType).Rounding;
        bool Told(double x) => Math.Abs(double.Parse(Digits(x).Replace('−', '-'), CultureInfo.InvariantCulture) - x) <= blur * Math.Abs(x);
        string rows = value.Rank == 2 ? $"[{string.Join(", ", all.Chunk(value.Shape[1]).Select(Row))}]" : value.Rank == 0 ? Digits(all[0]) : Row(all);
        return $"{(Array.TrueForAll(all, Told) ? "=" : "≈")} {rows}";
    }

    /// <summary>The numbers of a product of weights behind = or ≈.</summary>
    public string Numbers(Formula collapsed)
    {
        Dictionary<string, Tensor> values = new(StringComparer.Ordinal);
        foreach (NetSymbol s in this.Symbols)
        {
            if (s.Parameter is { } parameter) values[s.Name.Name] = parameter.Value.Detach().Cast(DType.Float64);
        }
        return Numbers(Formula.Compute(collapsed.Root, values));
    }

    /// <summary>The equations as Unicode text, one in each line.</summary>
    public override string ToString() => string.Join('\n', this.Lines.Select(e => $"{e.Name} = {e.Value}"));

    /// <summary>The equations as LaTeX, below each other.</summary>
    public string ToLatex()
    {
        IEnumerable<string> lines = this.Lines.Select(e => $"{Formula.Of(e.Name).ToLatex()} &= {e.Value.ToLatex()}");
        return $@"\begin{{aligned}} {string.Join(@" \\ ", lines)} \end{{aligned}}";
    }

    /// <summary>The equations as MathML.</summary>
    public string ToMathMl() => MathMl.FromLatex(this.ToLatex());
}
