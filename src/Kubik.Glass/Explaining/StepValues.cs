// The numbers of a traced step, as far as an explanation shows them: of every value its snapshot; small ones as a whole; of big ones the
// entries that were asked for in the rehearsal, looked up when they are computed. What is big is given up as soon as nothing is to be
// computed of it. So a step takes the memory of the weights, their gradients and what the optimiser remembers, each once, and of the
// forward pass what the backward pass still needs.

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Kubik.Glass.Traces;
using Kubik.Graphs;

namespace Kubik.Glass.Explaining;

/// <summary>The values of a step that was computed.</summary>
internal sealed class StepValues : ShownValues
{
    private readonly StepTrace trace;
    private readonly Rehearsal rehearsal;
    private readonly Interpreter run;
    private readonly Dictionary<Tensor, Snapshot> snapshots = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Dictionary<int, double>> entries = new(ReferenceEqualityComparer.Instance); // of big values, by their places
    private readonly Dictionary<Tensor, Parameter> parameters;
    // values that are shown otherwise than they are, and such entries of big ones; the run goes on with the numbers as they are
    private readonly Dictionary<Tensor, Tensor> shown = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Dictionary<int, double>> shownEntries = new(ReferenceEqualityComparer.Instance);
    private readonly Rounding rounding;

    /// <summary>Computes the forward pass, the loss and the gradients.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="given">The input, and the target if there is one.</param>
    /// <param name="current">A parameter's value, asked for once, when it is needed; and whether nobody else will need it.</param>
    /// <param name="type">The type in which it is computed.</param>
    /// <param name="rehearsal">What is kept.</param>
    public StepValues(StepTrace trace, Tensor[] given, Func<Parameter, (Tensor, bool)> current, DType type, Rehearsal rehearsal)
    {
        Debug.Assert(Rehearsal.LargestWhole * 8L < Interpreter.Large,
            "What stays whole here is taken by the next step, so its memory must never be returned: it has to be smaller than what goes back to the pool.");
        (this.trace, this.rehearsal) = (trace, rehearsal);
        this.parameters = new(trace.Graph.Parameters.Select(p => KeyValuePair.Create(p.Symbol, p.Parameter)), ReferenceEqualityComparer.Instance);
        HashSet<Tensor> signed = Signed(trace);
        this.rounding = new(trace.Graph.Values, v => trace.StandsFor(v) is not null, type, signed.Contains)
        {
            Withdrawn = (symbol, instead) => this.Show(symbol, instead),
        };
        this.run = new(Interpreter.Compute, symbol => current(this.parameters[symbol])) { See = this.See };
        this.run.GiveUpAllBut(rehearsal.IsKept, trace.Graph.Values);
        for (int i = 0; i < given.Length; i++) this.run[trace.Graph.Inputs[i]] = given[i];
        HashSet<Tensor> results = new(trace.Graph.Outputs, ReferenceEqualityComparer.Instance);
        // parameters when they are needed
        this.run.Run(trace.Graph.Values.Where(v => !trace.IsOfUpdate(v) && (results.Contains(v) || v is { IsSymbolic: true, Node: not null })));
    }

    /// <summary>Computes the optimiser's update. Big parameters and inputs are given up as well. Gives the new values of parameters, and which
    /// of them are nobody else's.</summary>
    /// <param name="results">The new values of parameters, if they will be needed.</param>
    public Dictionary<Parameter, (Tensor Value, bool IsOwn)> Update(bool results)
    {
        HashSet<Tensor> kept = new(results ? this.trace.Graph.Updates.Select(u => u.Value) : [], ReferenceEqualityComparer.Instance);
        Tensor[] toCome = [.. this.trace.Graph.Values.Where(this.trace.IsOfUpdate)];
        this.run.GiveUpAllBut(v => this.rehearsal.IsSmall(v) || kept.Contains(v), toCome);
        this.run.Run(toCome);
        this.run.Run(this.parameters.Keys.Where(p => !this.snapshots.ContainsKey(p))); // those that nothing is computed from
        IReadOnlyList<(Parameter Parameter, Tensor Value)> updates = results ? this.trace.Graph.Updates : [];
        Dictionary<Parameter, (Tensor Value, bool IsOwn)> next = updates.Zip(this.run.Take([.. updates.Select(u => u.Value)]))
            .ToDictionary(u => u.First.Parameter, u => u.Second);
        this.run.GiveUpAllBut(this.rehearsal.IsSmall, []); // who asked holds them alone
        return next;
    }

    /// <summary>The most bytes that values took at a time.</summary>
    public long MostBytes => this.run.MostBytes;

    /// <inheritdoc/>
    public override bool Has(Tensor value) => this.snapshots.ContainsKey(value);

    /// <inheritdoc/>
    public override Snapshot this[Tensor value] => this.snapshots[value];

    /// <inheritdoc/>
    public override bool TryGet(Tensor value, [NotNullWhen(true)] out Tensor? whole) =>
        this.shown.TryGetValue(value, out whole) || this.rehearsal.IsKept(value) && this.run.TryGet(value, out whole);

    /// <summary>It was asked in the rehearsal.</summary>
    public override void Keep(Tensor value)
    {
    }

    /// <inheritdoc/>
    public override double? At(Tensor value, int[] at)
    {
        if (this.TryGet(value, out Tensor? whole)) return Entries.Element(whole, at);
        int k = Entries.Flat(value.Shape, at);
        return this.shownEntries.GetValueOrDefault(value)?.TryGetValue(k, out double shown) == true ? shown
            : this.entries.GetValueOrDefault(value)?.TryGetValue(k, out double entry) == true ? entry : null;
    }

    // Gradients whose sign an update takes: what rounding leaves of 0 decides there, when their own lines have been written.
    private static HashSet<Tensor> Signed(StepTrace trace)
    {
        HashSet<Tensor> signed = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in trace.Graph.Values.Where(trace.IsOfUpdate).Reverse())
        {
            if (value.Node is { Op: UnaryNumber<Sign> } || signed.Contains(value)) signed.UnionWith(Interpreter.InputsOf(value));
        }
        return signed;
    }

    // What is to be known of a value is looked up while it is there.
    private void See(Tensor symbol, Tensor value)
    {
        if (this.snapshots.ContainsKey(symbol)) return;
        this.snapshots[symbol] = Snapshot.Of(value);
        if (!this.rehearsal.IsSmall(symbol) && this.rehearsal.AskedOf(symbol) is { Count: > 0 } asked) this.entries[symbol] = Asked(asked, value);
        if (this.rounding.Marked(symbol, value, x => this.run.TryGet(x, out Tensor? known) ? known : null) is { } marked) this.Show(symbol, marked);
    }

    // Shows a value otherwise than it is; null: as it is.
    private void Show(Tensor symbol, Tensor? marked)
    {
        if (symbol.Count <= Snapshot.MostValues) this.snapshots[symbol] = this.snapshots[symbol] with { Shown = marked?.ToDoubles() };
        this.shown.Remove(symbol);
        this.shownEntries.Remove(symbol);
        if (marked is null) return;
        if (this.rehearsal.IsKept(symbol)) this.shown[symbol] = marked;
        else if (this.rehearsal.AskedOf(symbol) is { Count: > 0 } asked) this.shownEntries[symbol] = Asked(asked, marked);
    }

    private static Dictionary<int, double> Asked(IReadOnlyCollection<int> places, Tensor value) =>
        places.ToDictionary(k => k, k => Entries.Element(value, Entries.Unraveled(value.Shape, k)));
}
