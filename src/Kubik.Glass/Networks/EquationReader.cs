// The equations of a traced network. The value that each brick hands on has a name, and is written in terms of the names before it,
// by the notations of the ops. An activation is written around what it is applied to, and linear layers without an activation
// between them as the one layer that they are. What an op hides is written part by part, as its definition names them.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;

namespace Kubik.Glass.Networks;

/// <summary>Reads a trace as equations.</summary>
internal sealed class EquationReader : Lettering
{
    private const int LongestWritten = 500; // inputs of ops, a part that repeats as often as it does

    private readonly GraphReader reader = new();
    private readonly NetTrace trace;
    private readonly List<Call> collapsed = [];
    private readonly HashSet<Expression> weights;

    /// <summary>Reads the equations.</summary>
    /// <param name="trace">The network.</param>
    /// <param name="whole">
    /// The same network with every op whole: where that is another, the definitions' parts are written. Null: one equation for each brick.
    /// </param>
    /// <param name="handedOn">The letter of what bricks hand on.</param>
    public EquationReader(NetTrace trace, NetTrace? whole, string handedOn) : base(trace, handedOn: handedOn)
    {
        this.trace = trace;
        this.weights = [.. this.Parameters.Select(p => p.Name)];
        this.NameLeaves();
        BrickCall[] before = [.. whole?.Root.Working ?? []], calls = [.. trace.Root.Working];
        HashSet<Tensor> ofInput = whole is null ? [] : this.OfInput();
        bool IsOpened(BrickCall call, int i) => before.Length == calls.Length
            && (call.Own.Count != before[i].Own.Count || call.Own.Any(v => v.Label is not null && ofInput.Contains(v)));
        HashSet<BrickCall> opened = [.. calls.Where(IsOpened)];
        Definitions definitions = new(this, this.reader, this.Symbols);
        definitions.Number(calls.Where(opened.Contains));
        HashSet<Tensor> done = new(ReferenceEqualityComparer.Instance);
        HashSet<BrickCall> defined = [];
        Tensor output = trace.Graph.Outputs[0];
        foreach ((BrickCall call, Tensor y) in calls.SelectMany(c => this.Results(c).Select(y => (c, y))))
        {
            if (y.Node is null || !done.Add(y) || this.Readers(y).Count == 0 && !ReferenceEquals(y, output)) continue;
            bool isOpened = opened.Contains(call);
            bool IsOfWeights(Tensor value) => value.Label is not null && this.Of(value) is null && !ofInput.Contains(value);
            foreach (Tensor part in whole is null || isOpened ? [] : call.Own.Where(IsOfWeights)) this.NameWeight(part);
            if (isOpened && defined.Add(call)) this.Equations.AddRange(definitions.Of(call)); // before the first of its results
            Expression value = Valued(this.Joined(this.reader.Read(y)));
            if (isOpened) value = definitions.Result(call, value);
            Symbol? steps = definitions.AllSteps(value);
            value = steps ?? value;
            value = this.Shared(value);
            this.reader.Name(y, value);
            if (this.IsInner(y) || !ReferenceEquals(y, output) && definitions.IsState(call, value)) continue;
            // Flattened: only the shape is another.
            if (value is Call { Op: Reshape or Permute, Shape.Rank: 2, Inputs: [Variable { Shape.Rank: > 2 } x] }) value = Call.Of(new Flatten(1), x);
            Expression name = this.Of(y) ?? this.Numbered(y, this.HandedOn);
            if (steps is not null) definitions.NameSequence(name, steps);
            this.Equations.Add((name, value));
            this.reader.Name(y, name);
        }
        // All steps of a layer have no name where only single steps of them are read.
        this.Equations.RemoveAll(e => e.Value is Symbol && e.Name is Variable { Name: not "y" } && !this.IsRead(e.Name));
        // What follows the last brick; all of it where no brick computes anything.
        bool isMore = this.Equations.Count == 0
            || !ReferenceEquals(trace.Root.Output, output) && !this.reader.Read(output).Equals(this.Equations[^1].Name);
        if (isMore) this.Equations.Add((new Variable("y", output.Spec), this.Shared(this.reader.Read(output))));
        HashSet<string> known = [.. this.Symbols.Select(s => s.Name.Name)];
        this.Symbols.AddRange(Glossary.Of(this.Equations).Where(word => !known.Contains(word.Name.Name)));
        // The state before a single step is 0, and what it is multiplied with stands in no equation.
        for (int i = 0; i < this.Symbols.Count; i++)
        {
            NetSymbol symbol = this.Symbols[i];
            if (symbol.Parameter is not { Role: ParameterRole.Weight } || this.IsRead(symbol.Name) || definitions.IsCut(symbol.Name)) continue;
            this.Symbols[i] = symbol with { Means = $"{symbol.Means}, in no equation: what it is multiplied with is 0" };
        }
    }

    private bool IsRead(Expression name) => this.Equations.Exists(e => Formula.Parts(e.Value).Contains(name));

    /// <summary>The equations.</summary>
    public List<(Expression Name, Expression Value)> Equations { get; } = [];

    /// <summary>The input, the parameters and the constants.</summary>
    public List<NetSymbol> Symbols { get; } = [];

    /// <summary>What linear layers in a row multiply out to.</summary>
    public IReadOnlyList<Call> Collapsed => this.collapsed;

    private void NameLeaves()
    {
        Graph graph = this.trace.Graph;
        Tensor x = graph.Inputs[0];
        this.reader.Name(x, this.Of(x)!);
        bool picks = graph.Values.Any(v => v.Node is { Op: Take, Inputs: [_, var index] } && ReferenceEquals(Given(index), x));
        string input = x.Rank == 2 ? "the input, a row for each sample" : "the input, one sample";
        this.Symbols.Add(new((Variable)this.Of(x)!, picks ? $"{input}: numbers from 0; the number k picks row k + 1 of a table" : input, null));
        Dictionary<Parameter, (string Path, Parameter Parameter, Expression Name)> named = this.Parameters.ToDictionary(p => p.Parameter);
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters)
        {
            bool isKnown = named.TryGetValue(parameter, out (string Path, Parameter Parameter, Expression Name) p);
            Expression name = isKnown ? p.Name : this.Fresh(symbol, "s"); // the state of a random source
            this.reader.Name(symbol, name);
            if (name is Variable letter) this.Symbols.Add(new(letter, isKnown ? p.Path : "a state", parameter));
        }
        foreach (Tensor value in graph.Values)
        {
            if (value.IsSymbolic || GraphReader.Uniform(value) is not null) continue;
            Expression name = this.Numbered(value, "C");
            this.reader.Name(value, name);
            this.Symbols.Add(new((Variable)name, value.DType == DType.Bool ? "a constant: what may be looked at" : "a constant", null));
        }
    }

    // What would be too long to write: what is read twice in it has an equation of its own.
    private Expression Shared(Expression value)
    {
        if (Simplifier.Length(value) <= LongestWritten) return value;
        Dictionary<Expression, int> readers = new(ReferenceEqualityComparer.Instance);
        foreach (Expression x in Formula.Parts(value).OfType<Call>().SelectMany(c => c.Inputs)) readers[x] = readers.GetValueOrDefault(x) + 1;
        return Formula.Rewritten(value, (part, x) =>
        {
            Expression written = part is Call c ? c.With(x) : part;
            bool isComputed = part is Call { Op: not (Reshape or Permute or BroadcastTo or Cast) } && part.Spec.DType == DType.Float64;
            if (!isComputed || readers.GetValueOrDefault(part) < 2) return written;
            Variable name = this.Numbered(part.Spec, "s");
            this.Equations.Add((name, written));
            return name;
        });
    }

    // What was given as an index: the same as a whole number, where it is one.
    private static Tensor Given(Tensor index)
    {
        while (index.Node is { Op: Cast or Where, Inputs: var from }) index = from.Length == 1 ? from[0] : from[1];
        return index;
    }

    // A choice between what is learnt and the same, not learnt, is none for the values: the padding of an embedding.
    private static Expression Valued(Expression value) => Formula.Rewritten(value, (part, x) => part switch
    {
        Call { Op: Where } when x[1] is Call { Op: Detach, Inputs: [var same] } && same.Equals(x[2]) && same.Shape == part.Shape => same,
        Call c => c.With(x),
        _ => part,
    });

    private HashSet<Tensor> OfInput()
    {
        HashSet<Tensor> found = new(ReferenceEqualityComparer.Instance) { this.trace.Graph.Inputs[0] };
        foreach (Tensor value in this.trace.Graph.Values)
        {
            if (value.Node?.Inputs.Any(found.Contains) == true) found.Add(value);
        }
        return found;
    }

    // What a weight is computed from, as a norm of it names its parts: σ, W̄.
    private void NameWeight(Tensor part)
    {
        Expression value = Upright(Tidying.Of(this.reader.Read(part))), name = this.NameInside(part);
        this.Equations.Add((name, value));
        this.reader.Name(part, name);
        this.weights.Add(name);
        foreach (NetSymbol symbol in Formula.Parts(value).OfType<Call>().Select(this.MeaningOf).OfType<NetSymbol>())
        {
            if (!this.Symbols.Exists(s => s.Name.Name == symbol.Name.Name)) this.Symbols.Add(symbol);
        }
    }

    // ‖V₁‖ is taken of the weights of each output; K₁ᵀ·u₁ sees a kernel as a matrix.
    private NetSymbol? MeaningOf(Call c)
    {
        bool IsParameter(Expression x) => this.Symbols.Exists(s => s.Parameter is not null && s.Name.Equals(x));
        Variable[] of = [.. Formula.Parts(c).OfType<Variable>().Where(IsParameter).Distinct()];
        return (c.Op, of) switch
        {
            (LpNormalization norm, [var v]) when Formula.Parts(c).TrueForAll(p => p is not Call { Op: MatMul }) => new(
                new Variable($"‖{v}‖", [c.Shape.Size / c.Shape[norm.Axis]]),
                $"the length of each output's weights: of each {Vectors(c, norm, v)} of {v}", null),
            (MatMul, [{ Shape.Rank: > 2 } k, { Shape.Rank: 1 } u]) when c.Inputs[0].Shape.Rank == 2 => new(new Variable($"{k}ᵀ·{u}", [c.Shape.Size]),
                $"with {k} flattened to a matrix, {u.Shape[0]}x{k.Shape.Size / u.Shape[0]}, a row for each output; in σ too", null),
            _ => null,
        };
    }

    private static string Vectors(Call c, LpNormalization norm, Variable weights) =>
        weights.Shape.Rank > 2 ? "kernel" : c.Inputs[0].Equals(weights) && c.Shape.Axis(norm.Axis, norm.Name) == 0 ? "column" : "row";

    // Norms of weights look at a row for each output: (Wᵀ / σ)ᵀ is W / σ.
    private static Expression Upright(Expression value) =>
        value is Call { Op: Permute { IsTranspose: true }, Shape.Rank: 2, Inputs: [var rows] } ? Turned(rows) ?? value : value;

    private static Expression? Turned(Expression x) => x switch
    {
        { Shape: { Rank: 2, Size: 1 } } => x,
        Call { Op: Permute { IsTranspose: true }, Inputs: [var inner] } => inner,
        Call { Op: Reshape, Inputs: [{ Shape.Rank: 1 } vector] } when x.Shape[1] == 1 => Call.Of(new Reshape([1, x.Shape[0]]), vector),
        Call { Op: LpNormalization norm, Inputs: [var of] } when Turned(of) is { } turned =>
            Call.Of(norm with { Axis = 1 - of.Shape.Axis(norm.Axis, norm.Name) }, turned),
        Call { Op: Binary<Mul> or Binary<Div>, Inputs: [var a, var b] } both when Turned(a) is { } first && Turned(b) is { } second =>
            Call.Of(both.Op, first, second),
        _ => null,
    };

    private bool IsLinear(Expression x) => x switch
    {
        Call { Op: MatMul, Inputs: [_, var w] } => this.IsWeights(w),
        Call { Op: Binary<Add>, Inputs: [Call { Op: MatMul, Inputs: [_, var w] }, var b] } => this.IsWeights(w) && this.IsWeights(b),
        _ => false,
    };

    // Names of parameters, and what was joined of them.
    private bool IsWeights(Expression x) => Formula.Parts(x).TrueForAll(p => p is not (Variable or Symbol) || this.weights.Contains(p));

    // (x·W₁ + b₁)·W₂ + b₂ is x·(W₁·W₂) + (b₁·W₂ + b₂).
    private Expression Joined(Expression value)
    {
        if (value is Call { Op: Binary<Add>, Inputs: [Call { Op: MatMul } inner, var b2] } && this.IsWeights(b2) && this.Product(inner) is { } joined)
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
        if (product.Inputs is not [Call before, { Shape.Rank: 2 } w2] || !this.IsLinear(before) || !this.IsWeights(w2)) return null;
        (Expression first, Expression? bias) = before.Op is MatMul ? (before, null) : (before.Inputs[0], before.Inputs[1]);
        Call both = Call.Of(new MatMul(), ((Call)first).Inputs[1], w2), whole = Call.Of(new MatMul(), ((Call)first).Inputs[0], both);
        this.collapsed.RemoveAll(c => c.Equals(((Call)first).Inputs[1]) || bias is not null && c.Equals(bias));
        this.collapsed.Add(both);
        if (bias is null) return whole;
        Call moved = Call.Of(new MatMul(), bias.Shape.Rank == 2 ? bias : Call.Of(new Reshape([1, bias.Shape[0]]), bias), w2);
        this.collapsed.Add(moved);
        return Call.Of(Binary<Add>.Instance, whole, moved);
    }
}
