// How the values of a network are called, in equations and in explanations alike: x goes in, y comes out; h1, h2, … come out of
// the bricks, and z1, z2, … where an activation or the next layer follows at once, so that a formula may be written around them.
// K is a kernel, W a matrix of weights, b the bias of the same layer. What an op's definition calls its parts (the gates i, f, g,
// o of an LSTM) keeps that name.

using System.Globalization;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Graph = Kubik.Graphs.Graph;

namespace Kubik.Glass.Networks;

/// <summary>Gives letters to the inputs, the parameters and the values of a traced network.</summary>
internal abstract class Lettering
{
    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["weight"] = "W",
        ["bias"] = "b",
        ["gamma"] = "γ",
        ["beta"] = "β",
        ["runningMean"] = "m",
        ["runningVariance"] = "v",
        ["inputWeight"] = "W",
        ["stateWeight"] = "U",
        ["stateBias"] = "d", // c₁ would be the cell of an LSTM at t = 1
        ["slope"] = "α",
    };

    private static readonly string[] Parts = ["query", "key", "value", "output"]; // of an attention: W_q, W_k, W_v, W_o

    private const char Hat = '\u0302', Bar = '\u0304';

    private readonly Dictionary<Tensor, Expression> names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, List<Tensor>> readers = new(ReferenceEqualityComparer.Instance); // within the network
    private readonly Dictionary<Tensor, Expression> labelled = new(ReferenceEqualityComparer.Instance); // what a definition names and others read
    private readonly HashSet<Tensor> inner = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> weights = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal); // as they are read: W1 and W_1 are one
    private readonly Dictionary<Tensor, string> layers = new(ReferenceEqualityComparer.Instance); // the number of what is computed from weights
    private readonly Dictionary<string, int> last = new(StringComparer.Ordinal);
    private readonly Tensor output;

    /// <summary>Names what a network computes, its target and its loss.</summary>
    /// <param name="net">The network.</param>
    /// <param name="target">The target.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="handedOn">The letter of what bricks hand on: H where h₁ would be the state h at t = 1.</param>
    protected Lettering(NetTrace net, Tensor? target = null, Tensor? loss = null, string handedOn = "h")
    {
        this.HandedOn = handedOn;
        this.output = net.Root.Output;
        this.Name(net.Graph.Inputs[0], "x");
        if (target is not null) this.Name(target, "t");
        if (loss is not null) this.Name(loss, "L");
        if (this.Of(this.output) is null) this.Name(this.output, "y");
        this.NameParameters(net);
        this.NumberWeights(net);
        HashSet<Tensor> computed = new(net.Graph.Values, ReferenceEqualityComparer.Instance);
        foreach (Tensor value in net.Root.All.SelectMany(c => c.Own))
        {
            foreach (Tensor x in value.Node!.Inputs) (this.readers.TryGetValue(x, out List<Tensor>? list) ? list : this.readers[x] = []).Add(value);
        }
        foreach (BrickCall call in net.Root.Working)
        {
            foreach (Tensor value in this.Results(call))
            {
                if (this.Of(value) is not null || !computed.Contains(value)) continue;
                bool isInner = this.IsFollowed(value);
                if (isInner) this.inner.Add(value);
                // What the field has a name for keeps it, also where another brick reads it: an attention's weights A, which a dropout gets.
                if (call.IsBetween && handedOn != "H" && value.Label is { } label) this.labelled[value] = this.Name(value, label);
                else this.Numbered(value, !isInner ? handedOn : handedOn == "H" ? "Z" : "z"); // z₁ would be the gate z at t = 1
            }
        }
    }

    /// <summary>What a brick's turn hands on: its output; and, of what is computed between bricks, all that others read, in the order of the code.</summary>
    public IEnumerable<Tensor> Results(BrickCall call)
    {
        if (!call.IsBetween) return [call.Output];
        HashSet<Tensor> own = new(call.Own, ReferenceEqualityComparer.Instance);
        return call.Own.Where(v => ReferenceEquals(v, call.Output) || v.DType.IsFloat && this.Readers(v).Any(r => !own.Contains(r)));
    }

    /// <summary>The letter of what bricks hand on.</summary>
    public string HandedOn { get; }

    /// <summary>The weights and other parameters that have a name, in the order of their use.</summary>
    public List<(string Path, Parameter Parameter, Expression Name)> Parameters { get; } = [];

    /// <summary>The name of a value; null when it has none.</summary>
    public Expression? Of(Tensor value) => this.names.GetValueOrDefault(value);

    /// <summary>Names a value: by a letter, with the next free number when another value has it.</summary>
    public Expression Name(Tensor value, string letter) => this.names[value] = this.Fresh(value, letter);

    /// <summary>A name that no other value has, for one that is no step of its own.</summary>
    public Expression Fresh(Tensor value, string letter) => Named(value, letter, this.Free(letter, isBare: true));

    /// <summary>Names a value by a letter with a number.</summary>
    public Expression Numbered(Tensor value, string letter) => this.names[value] = Named(value, letter, this.Free(letter, isBare: false));

    /// <summary>A letter with the next free number, for a part that is no value of the network.</summary>
    protected Variable Numbered(TensorSpec spec, string letter) => new(letter + this.Free(letter, isBare: false), spec);

    /// <summary>Names a value as it is said.</summary>
    protected Symbol Name(Tensor value, Symbol name)
    {
        this.taken.Add(Read(name.Text));
        this.names[value] = name;
        return name;
    }

    /// <summary>Names a value by what the field calls it; or a1, a2, …</summary>
    public virtual Expression NameInside(Tensor value) =>
        this.labelled.TryGetValue(value, out Expression? known) ? known
        : this.layers.TryGetValue(value, out string? layer) && this.taken.Add(Read(value.Label + layer)) ? this.names[value] = Named(value, value.Label!, layer)
        : value.Label is { } label ? this.Name(value, label)
        : this.Numbered(value, "a");

    /// <summary>
    /// Whether a brick's output is one that equations are written around: an activation or a layer follows at once, or it is seen in
    /// another shape.
    /// </summary>
    public bool IsInner(Tensor value) => this.inner.Contains(value);

    /// <summary>What in the network reads a value.</summary>
    public IReadOnlyList<Tensor> Readers(Tensor value) => this.readers.TryGetValue(value, out List<Tensor>? list) ? list : [];

    private bool IsFollowed(Tensor value)
    {
        if (ReferenceEquals(value, this.output) || value.Node is not { } made) return false;
        Node node = Opened(made)?.Outputs[0].Node ?? made;
        // But what is flattened has a name.
        if (node.Op is Reshape or Permute && this.Of(node.Inputs[0]) is not null) return !(node.Inputs[0].Rank > 2 && value.Rank == 2);
        if (this.Readers(value) is not [{ Node: { } reader }]) return false;
        return node.Inputs.Length > 1 && IsActivation(reader, value)
            || this.IsLinear(node) && reader is { Op: MatMul, Inputs: [var x, var w] } && ReferenceEquals(x, value) && this.weights.Contains(w);
    }

    /// <summary>Whether a value comes of a function that is applied to every element, or of a softmax.</summary>
    private static bool IsActivation(Node node, Tensor of)
    {
        if (Opened(node) is not { } opened) return node.Inputs.Length == 1 && (Function.IsElementwise(node.Op) || node.Op is Softmax or LogSoftmax);
        Tensor given = opened.Inputs[Array.FindIndex(node.Inputs, x => ReferenceEquals(x, of))];
        bool Reads(Tensor value) => value.Node is { } reader && Array.Exists(reader.Inputs, x => ReferenceEquals(x, given));
        return opened.Values.Where(Reads).ToArray() is [{ Node: { } only }] && IsActivation(only, given);
    }

    // What an op that is recorded whole is made of: letters are those of explanations, which follow it op by op.
    private static Graph? Opened(Node node) => node.Op is CompositeOp op ? Graph.Trace(x => op.Decompose(x), [.. node.Inputs.Select(x => x.Spec)]) : null;

    // x·W or x·W + b.
    private bool IsLinear(Node node) => node switch
    {
        { Op: MatMul, Inputs: [_, var w] } => this.weights.Contains(w),
        { Op: Binary<Add>, Inputs: [{ Node: { Op: MatMul, Inputs: [_, var w] } }, var b] } => this.weights.Contains(w) && this.weights.Contains(b),
        _ => false,
    };

    private void NameParameters(NetTrace net)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        // A field of a module of one's own that is called value is no attention's: beside that are queries and keys.
        HashSet<string> owners = [.. net.Paths.Values.Select(Owner)];
        HashSet<string> paths = [.. net.Paths.Values];
        bool IsOfAttention(string owner) => Array.TrueForAll(Parts, p => owners.Contains(owner[..(owner.LastIndexOf('.') + 1)] + p));
        foreach ((Parameter parameter, Tensor symbol) in net.Graph.Parameters)
        {
            if (!net.Paths.TryGetValue(parameter, out string? path) || parameter.Role == ParameterRole.State) continue;
            this.weights.Add(symbol);
            int dot = path.LastIndexOf('.');
            string owner = dot < 0 ? "" : path[..dot], leaf = path[(dot + 1)..], part = owner[(owner.LastIndexOf('.') + 1)..];
            // A layer within a norm of its weights has its number: V₁ and g₁, W₁ and u₁.
            bool isScaled = paths.Contains(Within(owner, "gain"));
            if (isScaled || paths.Contains(Within(owner, "u"))) owner = Owner(owner);
            string letter = leaf == "weight" && isScaled ? "V" : leaf == "gain" && paths.Contains((owner.Length > 0 ? owner + "." : "") + "layer.weight") ? "g"
                : leaf == "weight" && symbol.Rank > 2 ? "K" : Letters.GetValueOrDefault(leaf) ?? leaf;
            bool isProjection = Parts.Contains(part) && IsOfAttention(owner);
            if (!isProjection && !numbers.ContainsKey(owner)) numbers[owner] = numbers.Count + 1;
            string name = letter.Length == 1 ? $"{letter}{numbers.GetValueOrDefault(owner)}" : $"{letter}_{numbers.GetValueOrDefault(owner)}";
            Expression given = isProjection ? this.Name(symbol, $"{letter}_{part[0]}")
                : this.taken.Add(Read(name)) ? this.names[symbol] = new Variable(name, GraphReader.SpecOf(symbol)) : this.Numbered(symbol, letter);
            this.Parameters.Add((path, parameter, given));
        }
    }

    // What is computed from weights alone has the number of their layer where its letter does for two: W₁ = V₁ / ‖V₁‖ ∘ g₁ beside W₂.
    private void NumberWeights(NetTrace net)
    {
        Dictionary<Tensor, string> found = new(ReferenceEqualityComparer.Instance);
        static string Index(string name) => name[(name.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..];
        foreach ((_, Tensor symbol) in net.Graph.Parameters)
        {
            if (this.Of(symbol) is Variable { Name: var name }) found[symbol] = Index(name);
        }
        foreach (Tensor value in net.Root.All.SelectMany(c => c.Own).OrderBy(v => v.Node!.Ordinal))
        {
            Tensor[] from = [.. value.Node!.Inputs.Where(x => x.IsSymbolic)];
            if (from.Length > 0 && Array.TrueForAll(from, found.ContainsKey)) found[value] = found[from[0]];
        }
        foreach (Tensor[] same in found.Keys.Where(v => v.Label is not null).GroupBy(v => v.Label).Select(g => g.ToArray()))
        {
            bool isShared = same.Length > 1 || this.Parameters.Exists(p => p.Name is Variable { Name: var name } && name == same[0].Label + Index(name));
            bool isTold = same.DistinctBy(v => found[v]).Count() == same.Length && Array.TrueForAll(same, v => found[v].Length > 0);
            foreach (Tensor value in isShared && isTold ? same : []) this.layers[value] = found[value];
        }
    }

    // The path of a parameter beside the layer that it is a norm of: 0.gain for 0.layer.
    private static string Within(string owner, string leaf) =>
        owner == "layer" ? leaf : owner.EndsWith(".layer", StringComparison.Ordinal) ? $"{Owner(owner)}.{leaf}" : "";

    private static string Owner(string path) => path.LastIndexOf('.') is var dot && dot < 0 ? "" : path[..dot];

    /// <summary>A name for a part of a parameter, W_i of W1: its letter and what the part is for, with the next free number when another has it.</summary>
    public Variable Part(Variable of, string purpose, TensorSpec spec)
    {
        string name = $"{of.Name[0]}_{purpose}";
        return new(name + this.Free(name, isBare: true), spec);
    }

    private string Free(string letter, bool isBare)
    {
        if (isBare && this.taken.Add(Read(letter))) return "";
        int n = this.last.GetValueOrDefault(letter, isBare ? 1 : 0) + 1;
        while (!this.taken.Add(Read($"{letter}{n}"))) n++;
        this.last[letter] = n;
        return n.ToString(CultureInfo.InvariantCulture);
    }

    private static string Read(string name) => name.Replace("_", "", StringComparison.Ordinal);

    private static Expression Named(Tensor value, string letter, string index) => letter switch
    {
        [.. var plain, Hat] => new Symbol(GraphReader.SpecOf(value), letter + Numeral.Lowered(index), $@"\hat{{{plain}}}{Below(index)}"),
        [.. var plain, Bar] => new Symbol(GraphReader.SpecOf(value), letter + Numeral.Lowered(index), $@"\bar{{{plain}}}{Below(index)}"),
        "σ²" => new Symbol(GraphReader.SpecOf(value), $"σ{Numeral.Lowered(index)}²", $@"\sigma{Below(index)}^{{2}}"),
        _ => new Variable(letter + index, GraphReader.SpecOf(value)),
    };

    // An index in LaTeX.
    private static string Below(string index) => index.Length > 0 ? $"_{{{index}}}" : "";
}
