// A graph's values as expressions, to be written. Some values have names, and reading ends at them: so a whole network can be
// one formula, or every layer a formula of the one before.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;
using Kubik.Graphs;

namespace Kubik.Glass.Traces;

/// <summary>Reads values of a graph as expressions.</summary>
internal sealed class GraphReader
{
    /// <summary>The spec of a value in a formula: numbers are float64 there, whatever they are computed in.</summary>
    public static TensorSpec SpecOf(Tensor value) => value.DType.IsFloat ? value.Spec with { DType = DType.Float64 } : value.Spec;

    private const double FarOut = 30; // from where on the engine's gradients use a limit in the place of x

    private readonly Dictionary<Tensor, Expression> read = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> given = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Expression, Tensor> named = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Op>? known;
    private readonly Func<Tensor, Tensor?> standsFor;

    /// <summary>A reader.</summary>
    /// <param name="known">The fused ops that are written by their own names; others, which only the engine's rules use, for speed,
    /// are written as their definitions. Null: all are known.</param>
    /// <param name="standsFor">Which values are written as another one; null: those of which their definitions say so.</param>
    public GraphReader(IEnumerable<Op>? known = null, Func<Tensor, Tensor?>? standsFor = null) =>
        (this.known, this.standsFor) = (known?.ToHashSet(), standsFor ?? (v => v.StandsFor));

    /// <summary>Whether a value is another one cut off so far out that nothing changes but broken numbers.
    /// The engine's gradients and definitions do so, to have no ∞·0; a network's or a formula's own limits look the same, so only the caller knows.</summary>
    public static bool IsFarCut(Tensor value) => value.Node?.Op is Clip { Min: <= -FarOut, Max: >= FarOut };

    /// <summary>What a value of the engine's own stands for: because its definition says so, or as it is cut off far out.</summary>
    public static Tensor? Whole(Tensor value) => value.StandsFor ?? (IsFarCut(value) ? value.Node!.Inputs[0] : null);

    /// <summary>Says how a value is written from now on, whatever it is computed from.</summary>
    public void Name(Tensor value, Expression name)
    {
        (this.read[value], this.named[name]) = (name, value);
        this.given.Add(value);
    }

    /// <summary>What a value is computed from, back to what has a name, each after what it is computed from;
    /// all this is read anew, with the names that come.</summary>
    public List<Tensor> Unnamed(Tensor value)
    {
        List<Tensor> parts = [.. Graph.Behind([value], this.given.Contains).Where(v => !this.given.Contains(v))];
        foreach (Tensor part in parts) this.read.Remove(part);
        return parts;
    }

    /// <summary>The value that a name was given to; null when it is no such name.</summary>
    public Tensor? Named(Expression name) => this.named.GetValueOrDefault(name);

    /// <summary>A value in terms of those that have a name.</summary>
    /// <exception cref="NotSupportedException">It is computed from constants that are no numbers.</exception>
    public Expression Read(Tensor value)
    {
        foreach (Tensor part in Graph.Behind([value], this.read.ContainsKey))
        {
            if (!this.read.ContainsKey(part)) this.read[part] = this.Of(part);
        }
        return this.read[value];
    }

    private Expression Of(Tensor value) =>
        value is { IsSymbolic: true, Node: not null } && this.standsFor(value) is { } whole && this.read.TryGetValue(whole, out Expression? other) ? other
        // Formulas do not tell float32 from float64.
        : value is { IsSymbolic: true, Node: { Op: Cast } cast } && value.DType.IsFloat
            ? this.read[cast.Inputs[0]] is { Spec.DType: DType.Float64 } same ? same : Call.Of(new Cast(DType.Float64), this.read[cast.Inputs[0]])
        : value is { IsSymbolic: true, Node: { } node } ? this.Of(node)
        : value is { IsSymbolic: false, Count: 1, DType: DType.Float64 } ? Constants.Written(value.Item())
        : Uniform(value) is { } number ? value.Rank == 0 ? number : Call.Of(new BroadcastTo(value.Shape), number)
        : throw new NotSupportedException($"A constant of shape {value.Shape} cannot be written yet.");

    private Expression Of(Node node)
    {
        Expression[] x = [.. node.Inputs.Select(i => this.read[i])];
        if (this.known is null || node.Op is not FusedOp fused || this.known.Contains(fused))
            return Call.Of(node.Op, x) is { Spec.DType: DType.Float32 } single ? Call.Of(new Cast(DType.Float64), single) : Call.Of(node.Op, x);
        Graph definition = Graph.Trace(s => fused.Decompose(s), [.. x.Select(i => i.Spec)]);
        GraphReader inside = new(this.known, Whole);
        for (int i = 0; i < x.Length; i++) inside.Name(definition.Inputs[i], x[i]);
        return inside.Read(definition.Outputs[0]);
    }

    /// <summary>The number that a constant has everywhere; null when it has several.</summary>
    public static Number? Uniform(Tensor value)
    {
        if (value.IsSymbolic || value.Count == 0) return null;
        double[] all = value.ToDoubles();
        return !Array.TrueForAll(all, a => a.Equals(all[0])) ? null : value.DType.IsFloat ? new(all[0]) : new(all[0], value.DType);
    }
}
