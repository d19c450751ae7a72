// What an op hides, as equations: the parts that its definition names (Q, K and V of an attention, the gates of an LSTM), each in
// terms of those before it. Where the definition does the same at every step of a sequence, one step is written, t, with the state
// of the step before; that the others are the same is looked at, not supposed.

using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;

namespace Kubik.Glass.Networks;

/// <summary>Writes definitions of ops as equations.</summary>
/// <param name="letters">The names of the network.</param>
/// <param name="reader">Reads its values.</param>
/// <param name="symbols">Where the parts of parameters are noted that the equations name.</param>
internal sealed class Definitions(Lettering letters, GraphReader reader, List<NetSymbol> symbols)
{
    private const int MostValues = 50_000; // of a definition: an LSTM has seventeen for each step

    private readonly Dictionary<(string Of, int Start, int Count), Variable> blocks = [];
    private readonly Dictionary<Symbol, Sequence> sequences = []; // what stands for all steps
    private readonly Dictionary<Variable, Symbol> inputs = [];    // x and x_t

    /// <summary>The ops of a network whose definitions multiply matrices: a formula that is to show every product has to open them.</summary>
    public static HashSet<FusedOp> HidingProducts(NetTrace trace)
    {
        HashSet<FusedOp> hiding = [], seen = [];
        foreach (Tensor value in trace.Graph.Values)
        {
            if (value is not { IsSymbolic: true, Node: { Op: FusedOp op } node } || !seen.Add(op)) continue;
            Graph definition = Graph.Trace(x => op.Decompose(x), [.. node.Inputs.Select(x => x.Spec)]);
            if (definition.Values.Count <= MostValues && definition.Values.Any(v => v.Node?.Op is MatMul)) hiding.Add(op);
        }
        return hiding;
    }

    /// <summary>The equations of the parts that a brick's definitions name; they have names afterwards.</summary>
    public List<(Expression Name, Expression Value)> Of(BrickCall call)
    {
        // What is only cut into pieces, or is inside of one function, is written where it is used.
        Tensor[] parts = [.. call.Own.Where(v => v.Label is not null && !ReferenceEquals(v, call.Output) && letters.Readers(v) is { Count: > 0 } readers && !readers.All(r => r.Node!.Op is Slice || readers.Count == 1 && Function.IsElementwise(r.Node!.Op)))];
        HashSet<Tensor> own = new(call.Own, ReferenceEqualityComparer.Instance);
        (Tensor Part, int? Step)[] found = [.. parts.Select(p => (p, StepOf(p, own)))];
        if (!Array.Exists(found, f => f.Step is not null)) return [.. parts.Select(this.Part)];
        return [.. Cells(found).SelectMany(cell => this.Of(cell, call))];
    }

    /// <summary>A brick's output, in terms of its parts.</summary>
    public Expression Result(Expression value) => Replaced(Tidying.Of(value), p => p is Call { Op: Slice { Axis: 1, Count: 1 } cut, Inputs: [Symbol s] } && this.sequences.TryGetValue(s, out Sequence? all) && cut.Start == all.LastTime ? Call.Of(new Reshape(p.Shape), all.Last) : null);

    private (Expression Name, Expression Value) Part(Tensor part)
    {
        Expression value = this.InStep(Tidying.Of(reader.Read(part)), null, part.Label!), name = letters.NameInside(part);
        reader.Name(part, name);
        return (name, value);
    }

    // Steps, each with the parts of one round, as cells: a cell goes through every step once.
    private static List<List<(int Time, List<Tensor> Parts)>> Cells((Tensor Part, int? Step)[] found)
    {
        List<List<(int Time, List<Tensor> Parts)>> cells = [];
        foreach ((Tensor part, int? step) in found)
        {
            if (cells.Count > 0 && !cells[^1][^1].Parts.Exists(p => p.Label == part.Label))
            {
                cells[^1][^1].Parts.Add(part);
                continue;
            }
            int time = step ?? -1;
            if (cells.Count == 0 || cells[^1].Exists(s => s.Time == time)) cells.Add([]);
            cells[^1].Add((time, [part]));
        }
        return cells;
    }

    // Which step of a sequence (B, T, C) is read: the nearest cut of one along its second axis, behind a part.
    private static int? StepOf(Tensor part, HashSet<Tensor> own)
    {
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Queue<Tensor> open = new([part]);
        while (open.TryDequeue(out Tensor? value))
        {
            if (!own.Contains(value) || !seen.Add(value) || value.Node is not { } node) continue;
            if (node.Op is Slice { Axis: 1, Count: 1, Step: 1 } slice && node.Inputs[0].Rank == 3) return slice.Start;
            foreach (Tensor x in node.Inputs) open.Enqueue(x);
        }
        return null;
    }

    // One step in general letters, the last; the first, which begins with a state of zeros, only where there is no other.
    private List<(Expression Name, Expression Value)> Of(List<(int Time, List<Tensor> Parts)> cell, BrickCall call)
    {
        bool isReverse = cell.Count > 1 && cell[1].Time < cell[0].Time;
        Dictionary<string, (Expression Name, Symbol Now, Symbol Before)> names = [];
        foreach (Tensor part in cell[0].Parts)
        {
            Expression name = letters.NameInside(part);
            TensorSpec spec = GraphReader.SpecOf(part);
            names[part.Label!] = (name, At(name, spec, "t"), At(name, spec, isReverse ? "t+1" : "t−1"));
        }
        List<(Expression Name, Expression Value)> equations = [];
        string? before = null;
        HashSet<Expression> atFirst = [];
        for (int s = 0; s < cell.Count; s++)
        {
            equations.Clear();
            foreach (Tensor part in s == 0 ? [] : cell[s - 1].Parts) reader.Name(part, names[part.Label!].Before);
            foreach (Tensor part in cell[s].Parts)
            {
                if (!names.TryGetValue(part.Label!, out (Expression Name, Symbol Now, Symbol Before) name)) return [];
                equations.Add((name.Now, this.InStep(Tidying.Of(reader.Read(part)), cell[s].Time, part.Label!)));
                reader.Name(part, name.Now);
            }
            string written = string.Join('\n', equations.Select(e => e.Value.ToString()));
            if (s > 1 && written != before) return []; // no step like the others: the op's parts stay without equations
            if (s == 0) atFirst = Leaves(equations);
            before = written;
        }
        HashSet<Expression> leaves = Leaves(equations);
        if (atFirst.IsSubsetOf(leaves)) equations.AddRange(names.Values.Where(n => leaves.Contains(n.Before)).Select(n => ((Expression)At(n.Name, n.Now.Spec, isReverse ? "T+1" : "0"), (Expression)new Number(0))));
        this.NameSequences(call, cell, names, isReverse);
        return equations;
    }

    private static HashSet<Expression> Leaves(List<(Expression Name, Expression Value)> equations) => [.. equations.SelectMany(e => Formula.Parts(e.Value)).Where(p => p is Variable or Symbol)];

    // All steps of a part side by side are a sequence.
    private void NameSequences(BrickCall call, List<(int Time, List<Tensor> Parts)> cell, Dictionary<string, (Expression Name, Symbol Now, Symbol Before)> names, bool isReverse)
    {
        HashSet<Tensor> parts = new(cell.SelectMany(s => s.Parts), ReferenceEqualityComparer.Instance);
        foreach (Tensor all in call.Own)
        {
            if (all.Node is not { Op: Concat { Axis: 1 }, Inputs: var side } || side.Length != cell.Count || !Array.TrueForAll(side, x => parts.Contains(Labelled(x)))) continue;
            (Expression name, Symbol now, _) = names[Labelled(side[0]).Label!];
            Symbol sequence = new(GraphReader.SpecOf(all), $"({now.Text}, t = 1 … {cell.Count})", $@"\left({now.Latex}, t = 1 \ldots {cell.Count}\right)");
            this.sequences[sequence] = new(now, At(name, now.Spec, isReverse ? "1" : "T"), cell[^1].Time);
            reader.Name(all, sequence);
        }
    }

    private static Tensor Labelled(Tensor x)
    {
        while (x is { Label: null, Node: { Op: Reshape, Inputs: [var inner] } }) x = inner;
        return x;
    }

    // x_t for the cut of x at the step; W_i for the block of W that the gate i has.
    private Expression InStep(Expression expression, int? time, string purpose) => Replaced(expression, p => p switch
    {
        Call { Op: Slice { Axis: 1, Count: 1 } cut, Inputs: [Symbol s] } when cut.Start == time && this.sequences.TryGetValue(s, out Sequence? all) => Call.Of(new Reshape(p.Shape), all.Step),
        Call { Op: Slice { Axis: 1, Count: 1 } cut, Inputs: [Variable { Shape.Rank: 3 } x] } when cut.Start == time => this.inputs.TryGetValue(x, out Symbol? step) ? step : this.inputs[x] = At(x, p.Spec, "t"),
        Call { Op: Slice { Step: 1 } block, Inputs: [Variable w] } when block.Axis == w.Shape.Rank - 1 && symbols.Exists(s => s.Parameter is not null && s.Name.Equals(w)) => this.Block(w, block, purpose, p.Spec),
        _ => null,
    });

    private static Expression Replaced(Expression expression, Func<Expression, Expression?> by) => Formula.Rewritten(expression, (part, x) => by(part) ?? (part is Call c ? c.With(x) : part));

    private Variable Block(Variable w, Slice cut, string purpose, TensorSpec spec)
    {
        if (this.blocks.TryGetValue((w.Name, cut.Start, cut.Count), out Variable? known)) return known;
        Variable block = letters.Part(w, purpose, spec);
        symbols.Add(new(block, $"{(w.Shape.Rank == 1 ? "entries" : "columns")} {cut.Start + 1} to {cut.Start + cut.Count} of {w}", null));
        return this.blocks[(w.Name, cut.Start, cut.Count)] = block;
    }

    // h_t; of a second layer, whose state has a number, h⁽²⁾_t.
    private static Symbol At(Expression name, TensorSpec spec, string step)
    {
        (string text, string latex, string index) = (name.ToString(), new LatexWriter().Write(name), step.Replace('−', '-'));
        if (name is Variable v && v.Name.TrimEnd("0123456789".ToCharArray()) is var letter && letter.Length < v.Name.Length && letter != "x")
            (text, latex) = ($"{letter}⁽{string.Concat(v.Name[letter.Length..].Select(d => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d - '0']))}⁾", $"{new LatexWriter().Write(new Variable(letter, spec))}^{{({v.Name[letter.Length..]})}}");
        string below = string.Concat(step.Select(c => c switch { 't' => 'ₜ', '−' => '₋', '+' => '₊', '0' => '₀', '1' => '₁', _ => c }));
        return new(spec, step.Contains('T', StringComparison.Ordinal) ? $"{text}_{(step.Length > 1 ? $"({step})" : step)}" : text + below, latex.EndsWith('}') && !latex.EndsWith(")}", StringComparison.Ordinal) ? $"{latex[..^1]},{index}}}" : $"{latex}_{{{index}}}");
    }

    private sealed record Sequence(Symbol Step, Symbol Last, int LastTime);
}
