// The numbers of a traced step, as far as an explanation shows them: of every value its snapshot, and as a whole what is small. Of
// big ones those of the forward pass stay until the update, since formulas read them anywhere; gradients, and all that the
// optimiser makes of them, are given up as soon as nothing is to be computed of them. So a step takes the memory of the weights,
// their gradients and what the optimiser remembers, each once.

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Kubik.Glass.Traces;
using Kubik.Graphs;

namespace Kubik.Glass.Explaining;

/// <summary>The values of a step.</summary>
internal sealed class StepValues
{
    private const int Largest = 100_000; // elements of what stays whole

    private readonly StepTrace trace;
    private readonly Interpreter run;
    private readonly Dictionary<Tensor, Snapshot> snapshots = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Parameter> parameters;
    private readonly Dictionary<Tensor, Tensor> shown = new(ReferenceEqualityComparer.Instance); // values with rests of rounding; the run goes on with the numbers as they are
    private readonly Rounding rounding;
    private readonly int[]? focus;

    /// <summary>Computes the forward pass, the loss and the gradients.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="given">The input, and the target if there is one.</param>
    /// <param name="current">A parameter's value, asked for once, when it is needed; and whether nobody else will need it.</param>
    /// <param name="type">The type in which it is computed.</param>
    /// <param name="focus">The entry from which entries of big values are shown.</param>
    public StepValues(StepTrace trace, Tensor[] given, Func<Parameter, (Tensor, bool)> current, DType type, int[]? focus)
    {
        Debug.Assert(Largest * 8L < Interpreter.Large, "What stays whole here is taken by the next step, so its memory must never be returned: it has to be smaller than what goes back to the pool.");
        (this.trace, this.focus) = (trace, focus);
        this.parameters = new(trace.Graph.Parameters.Select(p => KeyValuePair.Create(p.Symbol, p.Parameter)), ReferenceEqualityComparer.Instance);
        this.run = new(Interpreter.Compute, symbol => current(this.parameters[symbol]))
        {
            See = (symbol, value) => this.snapshots.TryAdd(symbol, Snapshot.Of(value, focus)),
        };
        this.run.GiveUpAllBut(v => v.Count <= Largest || trace.Forward.Contains(v), trace.Graph.Values);
        for (int i = 0; i < given.Length; i++) this.run[trace.Graph.Inputs[i]] = given[i];
        HashSet<Tensor> results = new(trace.Graph.Outputs, ReferenceEqualityComparer.Instance);
        this.run.Run(trace.Graph.Values.Where(v => !trace.IsOfUpdate(v) && (results.Contains(v) || v is { IsSymbolic: true, Node: not null }))); // parameters when they are needed
        this.rounding = new(trace.Graph.Values, v => trace.StandsFor(v) is not null, v => this.run.TryGet(v, out Tensor? known) ? known : v.IsSymbolic ? null : v, type);
        this.MarkRests(trace.Graph.Values.Where(v => !trace.IsOfUpdate(v)));
    }

    /// <summary>Computes the optimiser's update. Big values of the forward pass are given up. Gives the new values of parameters, and which of them are nobody else's.</summary>
    /// <param name="results">The new values of parameters, if they will be needed.</param>
    public Dictionary<Parameter, (Tensor Value, bool IsOwn)> Update(bool results)
    {
        HashSet<Tensor> kept = new(results ? this.trace.Graph.Updates.Select(u => u.Value) : [], ReferenceEqualityComparer.Instance);
        Tensor[] toCome = [.. this.trace.Graph.Values.Where(this.trace.IsOfUpdate)];
        this.run.GiveUpAllBut(v => v.Count <= Largest || kept.Contains(v), toCome);
        this.run.Run(toCome);
        this.MarkRests(toCome);
        this.run.Run(this.parameters.Keys.Where(p => !this.snapshots.ContainsKey(p))); // those that nothing is computed from
        IReadOnlyList<(Parameter Parameter, Tensor Value)> updates = results ? this.trace.Graph.Updates : [];
        Dictionary<Parameter, (Tensor Value, bool IsOwn)> next = updates.Zip(this.run.Take([.. updates.Select(u => u.Value)])).ToDictionary(u => u.First.Parameter, u => u.Second);
        this.run.GiveUpAllBut(v => v.Count <= Largest, []); // who asked holds them alone
        return next;
    }

    /// <summary>The most bytes that values took at a time.</summary>
    public long MostBytes => this.run.MostBytes;

    /// <summary>Whether a value was computed.</summary>
    public bool Has(Tensor value) => this.snapshots.ContainsKey(value);

    /// <summary>What is kept of a value in every case.</summary>
    public Snapshot this[Tensor value] => this.snapshots[value];

    /// <summary>A value as a whole, as it is shown, when it is not too big to be kept and was computed.</summary>
    public bool TryGet(Tensor value, [NotNullWhen(true)] out Tensor? whole) => this.shown.TryGetValue(value, out whole) || this.run.TryGet(value, out whole);

    /// <summary>A value as a whole; null when it is too big to be kept or was not computed.</summary>
    public Tensor? Whole(Tensor value) => this.TryGet(value, out Tensor? known) ? known : null;

    /// <summary>One entry of a value; null when it is not kept.</summary>
    public double? At(Tensor value, int[] at) => this.TryGet(value, out Tensor? known) ? Entries.Element(known, at) : this.snapshots.GetValueOrDefault(value)?.At(at);

    private void MarkRests(IEnumerable<Tensor> order)
    {
        foreach ((Tensor symbol, Tensor marked) in this.rounding.Rests(order))
        {
            this.shown[symbol] = marked;
            if (this.snapshots[symbol].Values is not null) this.snapshots[symbol] = this.snapshots[symbol] with { Shown = marked.ToDoubles() };
        }
    }
}
