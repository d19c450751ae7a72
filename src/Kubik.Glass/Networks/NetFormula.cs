// A network as equations. Its forward pass is traced; the value that each brick hands on gets a name, and is written in terms
// of the names before it, by the notations of the ops. An activation is written around what it is applied to, and linear layers
// without an activation between them as the one layer that they are.

using System.Globalization;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;
using Embedding = Kubik.Nn.Embedding;
using Module = Kubik.Nn.Module;

namespace Kubik.Glass.Networks;

/// <summary>A name in a network's equations.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Means">What it is: the path of a parameter, or words.</param>
/// <param name="Parameter">The parameter; null for the input and for constants.</param>
public sealed record NetSymbol(Variable Name, string Means, Parameter? Parameter);

/// <summary>The equations of a network.</summary>
/// <example><code>
/// Console.WriteLine(NetFormula.Of(Sequential.Parse("linear 8 | relu | linear 1"), [2]));
/// // h₁ = relu(x·W₁ + b₁)
/// // y = h₁·W₂ + b₂
/// </code></example>
public sealed class NetFormula
{
    private const int LargestWritten = 64, MostNeurons = 40;

    private readonly List<(Variable Name, Formula Value)> equations = [];
    private readonly List<NetSymbol> symbols = [];
    private readonly List<Call> collapsed = [];

    private NetFormula()
    {
    }

    /// <summary>One equation for each brick that computes something, the output, y, last.</summary>
    public IReadOnlyList<(Variable Name, Formula Value)> Equations => this.equations;

    /// <summary>The input, the parameters and the constants, in the order in which they are used.</summary>
    public IReadOnlyList<NetSymbol> Symbols => this.symbols;

    /// <summary>What linear layers without an activation between them multiply out to: products of their matrices, and the biases of the whole.</summary>
    public IReadOnlyList<Formula> Collapsed => [.. this.collapsed.Select(Formula.Of)];

    /// <summary>The layers with their numbers, when the network is a small one of neurons; else null.</summary>
    public NeuronNet? Neurons { get; private init; }

    /// <summary>The equations of a network, as it predicts.</summary>
    /// <param name="net">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    public static NetFormula Of(Module net, Shape sample)
    {
        ArgumentNullException.ThrowIfNull(net);
        Shape input = sample.Insert(0, 1);
        return Module.InEvaluation(() =>
        {
            NetTrace known = NetTrace.Of(net, input);
            bool readsNumbers = known.Root.Working.FirstOrDefault()?.Module is not Embedding; // else the numbers of words
            NeuronNet? neurons = DenseReader.TryRead(known, MostNeurons, MostNeurons)?.Joined();
            NetFormula formula = new() { Neurons = neurons?.Layers.Sum(l => l.Weights.Length + l.Neurons) <= 10 * MostNeurons ? neurons : null };
            formula.Write(StepTrace.Of(net, new(readsNumbers ? DType.Float64 : DType.Int64, input), new() { Type = DType.Float64 }).Net); // in float64, as formulas are
            return formula;
        });
    }

    /// <summary>A small network neuron by neuron, with a letter for every weight; empty for others.</summary>
    public IReadOnlyList<(Variable Name, Formula Value)> ByNeuron()
    {
        const string Values = "hgkqr", Weights = "wvusp", Biases = "bcdam";
        if (this.Neurons is not { } net || net.Layers.Count > Values.Length || net.Layers.Sum(l => l.Weights.Length) > MostNeurons || net.Layers.Any(l => l.Inputs > 9 || l.Neurons > 9)) return [];
        List<(Variable, Formula)> all = [];
        Variable[] x = [.. net.Inputs];
        for (int l = 0; l < net.Layers.Count; l++)
        {
            NeuronLayer layer = net.Layers[l];
            bool isLast = l == net.Layers.Count - 1;
            Variable[] next = [.. Enumerable.Range(1, layer.Neurons).Select(j => new Variable(isLast ? layer.Neurons == 1 ? "y" : $"y{j}" : $"{Values[l]}{j}", Shape.Scalar))];
            for (int j = 0; j < layer.Neurons; j++)
            {
                Expression sum = Enumerable.Range(0, layer.Inputs).Select(i => Arithmetic.Multiply(new Variable($"{Weights[l]}{i + 1}{(layer.Neurons == 1 ? "" : j + 1)}", Shape.Scalar), x[i])).Aggregate(Arithmetic.Add);
                all.Add((next[j], Formula.Of(layer.Write(Arithmetic.Add(sum, new Variable(layer.Neurons == 1 ? $"{Biases[l]}" : $"{Biases[l]}{j + 1}", Shape.Scalar))))));
            }
            x = next;
        }
        return all;
    }

    /// <summary>A parameter's numbers, or of a large one their number, range and mean.</summary>
    public static string Numbers(Parameter parameter) => Numbers(parameter.Value.Detach());

    /// <summary>A matrix by its rows, or of a large one the number of its elements, their range and mean.</summary>
    internal static string Numbers(Tensor value)
    {
        double[] all = value.Contiguous().Cast(DType.Float64).ToArray<double>();
        string Digits(double x) => x.ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−');
        if (all.Length > LargestWritten) return $"{all.Length} numbers from {Digits(all.Min())} to {Digits(all.Max())}, mean {Digits(all.Average())}";
        string Row(IEnumerable<double> row) => $"[{string.Join(", ", row.Select(Digits))}]";
        return value.Rank == 2 ? $"[{string.Join(", ", all.Chunk(value.Shape[1]).Select(Row))}]" : value.Rank == 0 ? Digits(all[0]) : Row(all);
    }

    /// <summary>The numbers of a product of weights.</summary>
    public string Numbers(Formula collapsed)
    {
        Dictionary<string, Tensor> values = this.symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Name.Name, s => s.Parameter!.Value.Detach().Cast(DType.Float64), StringComparer.Ordinal);
        return Numbers(Formula.Compute(collapsed.Root, values));
    }

    /// <summary>The equations as Unicode text, one in each line.</summary>
    public override string ToString() => string.Join('\n', this.equations.Select(e => $"{e.Name} = {e.Value}"));

    /// <summary>The equations as LaTeX, below each other.</summary>
    public string ToLatex() => $@"\begin{{aligned}} {string.Join(@" \\ ", this.equations.Select(e => $"{Formula.Of(e.Name).ToLatex()} &= {e.Value.ToLatex()}"))} \end{{aligned}}";

    /// <summary>The equations as MathML.</summary>
    public string ToMathMl() => MathMl.FromLatex(this.ToLatex());

    private void Write(NetTrace trace)
    {
        GraphReader reader = new();
        Graph graph = trace.Graph;
        this.Name(reader, trace);
        Dictionary<Tensor, List<Tensor>> readers = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in graph.Values)
        {
            foreach (Tensor x in value is { IsSymbolic: true, Node: { } node } ? node.Inputs : [])
                (readers.TryGetValue(x, out List<Tensor>? list) ? list : readers[x] = []).Add(value);
        }
        HashSet<Tensor> named = new(ReferenceEqualityComparer.Instance);
        Tensor output = graph.Outputs[0];
        foreach (BrickCall call in trace.Root.Working)
        {
            Tensor y = call.Output;
            if (y.Node is null || !named.Add(y) || !readers.ContainsKey(y) && !ReferenceEquals(y, output)) continue;
            Expression value = this.Joined(reader.Read(y));
            reader.Name(y, value);
            bool isLast = ReferenceEquals(y, output);
            if (!isLast && IsLinear(value) && readers[y] is [{ Node: { Op: MatMul, Inputs: [_, var w] } } product] && ReferenceEquals(product.Node!.Inputs[0], y) && graph.Parameters.Any(p => ReferenceEquals(p.Symbol, w))) continue; // one linear layer
            if (!isLast && value is Call { Op: not ViewOp, Inputs.Count: > 1 } && readers[y] is [{ Node: { Inputs: [_] } activation }] && Elementwise(activation.Op)) continue;
            if (value is Call { Op: Reshape or Permute, Inputs: [Variable x] } view)
            {
                // Flattened: only the shape is another.
                if (new Flatten(1) is var flatten && x.Shape.Rank > 2 && view.Shape.Rank == 2) value = Call.Of(flatten, x);
                else if (!isLast) continue;
            }
            Variable name = new(isLast ? "y" : $"h{this.equations.Count + 1}", y.Spec);
            this.equations.Add((name, Formula.Of(value)));
            reader.Name(y, name);
        }
        if (this.equations.Count > 0 && this.equations[^1].Name.Name != "y") this.equations.Add((new Variable("y", output.Spec), Formula.Of(reader.Read(output))));
    }

    private void Name(GraphReader reader, NetTrace trace)
    {
        Graph graph = trace.Graph;
        Variable input = new("x", graph.Inputs[0].Spec);
        reader.Name(graph.Inputs[0], input);
        this.symbols.Add(new(input, "the input, a row for each sample", null));
        Dictionary<string, int> layers = new(StringComparer.Ordinal);
        HashSet<string> taken = [];
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters)
        {
            string path = trace.Paths.GetValueOrDefault(parameter, "parameter"), owner = path[..Math.Max(0, path.LastIndexOf('.'))], last = path[(path.LastIndexOf('.') + 1)..];
            int number = layers.TryGetValue(owner, out int known) ? known : layers[owner] = layers.Count + 1;
            // W and b of one layer have one number; a second matrix of it is U.
            string letters = last.Contains("weight", StringComparison.OrdinalIgnoreCase) ? symbol.Rank > 2 ? "KLMN" : "WUVQ" : last.Contains("bias", StringComparison.OrdinalIgnoreCase) ? "bcda" : last switch
            {
                "gamma" => "γ",
                "beta" => "β",
                "runningMean" => "μ",
                "runningVariance" => "v",
                _ => last[..1],
            } + "pqrst";
            string free = letters.Select(l => $"{l}{number}").FirstOrDefault(n => !taken.Contains(n)) ?? $"p{number}_{taken.Count}";
            taken.Add(free);
            Variable name = new(free, symbol.Spec);
            reader.Name(symbol, name);
            this.symbols.Add(new(name, path, parameter));
        }
        int constants = 0;
        foreach (Tensor value in graph.Values)
        {
            if (value.IsSymbolic || GraphReader.Uniform(value) is not null) continue;
            Variable name = new($"C{++constants}", value.Spec);
            reader.Name(value, name);
            this.symbols.Add(new(name, "a constant", null));
        }
    }

    private static bool Elementwise(Op op) => Function.IsElementwise(op) || op is Softmax or LogSoftmax;

    private static bool IsLinear(Expression x) => x is Call { Op: MatMul, Inputs: [_, var w] } && IsWeights(w) || x is Call { Op: Binary<Add>, Inputs: [Call { Op: MatMul, Inputs: [_, var v] }, var b] } && IsWeights(v) && IsWeights(b);

    // Names of parameters, and what was joined of them.
    private static bool IsWeights(Expression x) => Formula.Parts(x).OfType<Variable>().All(v => v.Name is not "x" && !v.Name.StartsWith('h'));

    // (x·W₁ + b₁)·W₂ + b₂ is x·(W₁·W₂) + (b₁·W₂ + b₂).
    private Expression Joined(Expression value)
    {
        if (value is Call { Op: Binary<Add>, Inputs: [Call { Op: MatMul } inner, var b2] } && IsWeights(b2) && this.Product(inner) is { } joined)
        {
            if (joined is not Call { Op: Binary<Add>, Inputs: [var product, var bias] }) return Call.Of(Binary<Add>.Instance, joined, b2);
            Call whole = Call.Of(Binary<Add>.Instance, bias, b2);
            this.collapsed[^1] = whole;
            return Call.Of(Binary<Add>.Instance, product, whole);
        }
        return value is Call { Op: MatMul } alone && this.Product(alone) is { } one ? one : value;
    }

    private Call? Product(Call product)
    {
        if (product.Inputs is not [Call before, { Shape.Rank: 2 } w2] || !IsLinear(before) || !IsWeights(w2)) return null;
        (Expression first, Expression? bias) = before.Op is MatMul ? (before, null) : (before.Inputs[0], before.Inputs[1]);
        Call weights = Call.Of(new MatMul(), ((Call)first).Inputs[1], w2), whole = Call.Of(new MatMul(), ((Call)first).Inputs[0], weights);
        this.collapsed.RemoveAll(c => c.Equals(((Call)first).Inputs[1]) || bias is not null && c.Equals(bias));
        this.collapsed.Add(weights);
        if (bias is null) return whole;
        Call moved = Call.Of(new MatMul(), bias.Shape.Rank == 2 ? bias : Call.Of(new Reshape([1, bias.Shape[0]]), bias), w2);
        this.collapsed.Add(moved);
        return Call.Of(Binary<Add>.Instance, whole, moved);
    }
}
