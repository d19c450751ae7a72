// What an op hides, as equations: the parts that its definition names (Q, K and V of an attention, the gates of an LSTM), each in
// terms of those before it. Where the definition does the same at every step of a sequence, one step is written, t, with the state
// of the step before, and what stands in the state's place at the first step as its beginning; where it does the same for every
// head, one head. That the others are the same is looked at, not supposed.

using System.Globalization;
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
    private readonly Dictionary<Expression, Sequence> sequences = []; // what stands for all steps
    private readonly Dictionary<Variable, Symbol> inputs = [];    // x and x_t
    private readonly Dictionary<BrickCall, Heads> heads = [];
    private readonly HashSet<Variable> cut = []; // parameters whose blocks have names
    private Cells cells = new([], _ => []);
    private string? steps; // how many there are: T, when it is one number in the whole network

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

    /// <summary>Finds the cells of all bricks that are to be written, so that they are numbered through the whole network.</summary>
    public void Number(IEnumerable<BrickCall> calls)
    {
        this.cells = new(calls, this.Parts);
        if (this.cells.Steps is not { } count) return;
        this.steps = "T";
        symbols.Add(new(new Variable("T", Shape.Scalar), $"the number of steps t: {count}", null));
    }

    // What is only cut into pieces, or is inside of one function, is written where it is used.
    private IEnumerable<Tensor> Parts(BrickCall call) => call.Own.Where(v => v.Label is not null && !ReferenceEquals(v, call.Output) && this.IsPart(v));

    private bool IsPart(Tensor value)
    {
        IReadOnlyList<Tensor> readers = letters.Readers(value);
        bool IsPlace(Tensor reader) => reader.Node!.Op is Slice || readers.Count == 1 && Function.IsElementwise(reader.Node.Op);
        return readers.Count > 0 && !readers.All(IsPlace);
    }

    /// <summary>The equations of the parts that a brick's definitions name; they have names afterwards.</summary>
    public List<(Expression Name, Expression Value)> Of(BrickCall call)
    {
        if (this.cells.Of(call) is { Count: > 0 } all) return [.. all.SelectMany(cell => this.Of(cell, call))];
        List<(Tensor Part, Expression Value, Expression Name)> parts = [];
        foreach (Tensor part in this.Parts(call))
        {
            Expression value = reader.Read(part);
            if (Tidying.Of(value) is var nothing && Identities.IsZero(nothing)) // a state that begins with 0 and is multiplied
            {
                reader.Name(part, nothing);
                continue;
            }
            Expression name = letters.NameInside(part);
            parts.Add((part, value, name));
            reader.Name(part, name);
        }
        return this.OfHead(call, parts) ?? [.. parts.Select(p => (p.Name, this.InStep(WithoutZeros(Tidying.Of(p.Value)), null, p.Part.Label!)))];
    }

    // 0 + d is d, though the 0 has a row for each sample and d has none.
    private static Expression WithoutZeros(Expression value) => Formula.Rewritten(value, (part, x) => part switch
    {
        Call { Op: Binary<Add> } when Identities.IsZero(x[0]) => Spread(x[1], part.Shape),
        Call { Op: Binary<Add> } when Identities.IsZero(x[1]) => Spread(x[0], part.Shape),
        Call c => c.With(x),
        _ => part,
    });

    private static Expression Spread(Expression x, Shape shape) => x.Shape == shape ? x : Call.Of(new BroadcastTo(shape), x);

    // One head, h; null where there are none, or they are not alike.
    private List<(Expression Name, Expression Value)>? OfHead(BrickCall call, List<(Tensor Part, Expression Value, Expression Name)> parts)
    {
        if (Heads.Of([.. parts.Select(p => p.Part.Shape)]) is not { } heads) return null;
        List<(Expression Name, Expression Value)> equations = [];
        Dictionary<Variable, NetSymbol> columns = [];
        foreach ((Tensor part, Expression value, Expression name) in parts)
        {
            Expression? OfHead(int i) => heads.Of(value, i, own => this.InHead(Tidying.Of(own), heads, i, columns)) is { } own ? Tidying.Of(own) : null;
            Expression?[] alike = [.. Enumerable.Range(0, heads.Count).Select(OfHead).Distinct()];
            if (alike is not [{ } one] || name is not Variable letter) return null;
            equations.Add((part.Rank >= 4 && part.Shape[1..^2].Size > 1 ? heads.Name(letter) : letter, one));
        }
        this.heads[call] = heads;
        if (!symbols.Exists(s => s.Name.Name == "h")) symbols.Add(new(new Variable("h", Shape.Scalar), "the number of a head, from 1", null));
        symbols.AddRange(columns.Values);
        return equations;
    }

    // W_q⁽ʰ⁾ for the columns of W_q that the head has.
    private Expression InHead(Expression value, Heads heads, int head, Dictionary<Variable, NetSymbol> columns) => Replaced(value, p =>
    {
        if (p is not Call { Op: Slice { Step: 1 } cut, Inputs: [Variable w] } || !this.IsBlock(cut, w)) return null;
        int size = cut.Count, all = w.Shape[^1] / size;
        if (cut.Start != heads.Place(head, all) * size) return null;
        Variable block = Heads.Marked(w, "ʰ", p.Spec);
        string k = all == heads.Count ? "h" : "k", where = k == "h" ? "" : $", k = ⌈h/{heads.Count / all}⌉";
        columns[block] = new(block, size == 1 ? $"{Piece(w)} {k} of {w}{where}" : $"{Pieces(w)} {size}{k}−{size - 1} to {size}{k} of {w}{where}", null);
        this.cut.Add(w);
        return block;
    });

    // The columns of a weight, or the entries of a bias: blocks along the last axis have names.
    private bool IsBlock(Slice cut, Variable w) => cut.Axis == w.Shape.Rank - 1 && symbols.Exists(s => s.Parameter is not null && s.Name.Equals(w));

    private static string Piece(Variable w) => w.Shape.Rank == 1 ? "entry" : "column";

    private static string Pieces(Variable w) => w.Shape.Rank == 1 ? "entries" : "columns";

    /// <summary>Whether equations name blocks of a parameter in its place.</summary>
    public bool IsCut(Variable parameter) => this.cut.Contains(parameter);

    /// <summary>A brick's output, in terms of its parts.</summary>
    public Expression Result(BrickCall call, Expression value)
    {
        Expression whole = this.heads.TryGetValue(call, out Heads? heads) ? heads.Joined(value) : value;
        return Replaced(WithoutZeros(Tidying.Of(whole)), this.LastStep);
    }

    // h_T for the cut of (hₜ, t = 1 … T) at its end.
    private Call? LastStep(Expression part)
    {
        if (part is not Call { Op: Slice { Axis: 1, Count: 1 } cut, Inputs: [Symbol s] } || !this.sequences.TryGetValue(s, out Sequence? all)) return null;
        return cut.Start == all.LastTime ? Call.Of(new Reshape(part.Shape), all.Last!) : null;
    }

    /// <summary>Whether an output is nothing but states that have names, h_T or the last of both directions.</summary>
    public bool IsState(BrickCall call, Expression value) => this.cells.Of(call).Count > 0 && value.Shape.Rank == 2
        && Formula.Parts(value).TrueForAll(p => p is Symbol or Call { Op: Reshape or Concat });

    /// <summary>All steps of an output as one sequence, ([h⁽→⁾ₜ, h⁽←⁾ₜ], t = 1 … T); null when it is something else.</summary>
    public Symbol? AllSteps(Expression value)
    {
        // Both directions are side by side; a layer with one state has that in a list of one.
        bool IsSide(Expression part) => part is Symbol s
            ? this.sequences.ContainsKey(s)
            : part is Call { Op: Reshape or Concat, Inputs: [_] } or Call { Op: Concat { Axis: 2 } };
        if (value.Shape.Rank != 3 || !Formula.Parts(value).TrueForAll(IsSide)) return null;
        Expression step = Formula.Rewritten(value, (part, x) => part switch
        {
            Symbol s => Call.Of(new Reshape([s.Shape[0], 1, s.Shape[2]]), this.sequences[s].Step),
            Call { Op: Concat, Inputs: [_, _, ..] } c => c.With(x),
            _ => x[0],
        });
        return this.Side(value.Spec, step, value.Shape[1]);
    }

    /// <summary>Says that a name is that of a sequence, so that its step t is written as what it is.</summary>
    public void NameSequence(Expression name, Symbol sequence) => this.sequences[name] = this.sequences[sequence];

    private Symbol Side(TensorSpec spec, Expression step, int count)
    {
        string last = this.steps ?? count.ToString(CultureInfo.InvariantCulture);
        Symbol sequence = new(spec, $"({step}, t = 1 … {last})", $@"\left({new LatexWriter().Write(step)}, t = 1 \ldots {last}\right)");
        this.sequences[sequence] = new(step, null, -1);
        return sequence;
    }

    // One step in general letters, the last, and how the states begin.
    private List<(Expression Name, Expression Value)> Of(Cell cell, BrickCall call)
    {
        string last = this.steps ?? cell.Steps.Count.ToString(CultureInfo.InvariantCulture);
        Dictionary<string, (Symbol Now, Symbol Before)> names = [];
        foreach (Tensor part in cell.Steps[0].Parts) names[part.Label!] = (cell.At(part, "t"), cell.At(part, cell.IsReverse ? "t+1" : "t−1"));
        List<(Expression Name, Expression Value)> equations = [];
        List<Expression> read = [], before = [];
        Dictionary<Expression, Expression> beginnings = [];
        string? written = null;
        for (int s = 0; s < cell.Steps.Count; s++)
        {
            equations.Clear();
            (before, read) = (read, []);
            foreach (Tensor part in s == 0 ? [] : cell.Steps[s - 1].Parts) reader.Name(part, names[part.Label!].Before);
            foreach (Tensor part in cell.Steps[s].Parts)
            {
                if (!names.TryGetValue(part.Label!, out (Symbol Now, Symbol Before) name)) return [];
                read.Add(reader.Read(part));
                equations.Add((name.Now, this.InStep(Tidying.Of(read[^1]), cell.Steps[s].Time, part.Label!)));
                reader.Name(part, name.Now);
            }
            // No step like the others: the op's parts stay without equations.
            HashSet<Expression> states = [.. names.Values.Select(n => n.Before)];
            if (s == 1 && (before.Count != read.Count || !before.Zip(read).All(p => Begins(p.First, p.Second, cell, states, beginnings)))) return [];
            string now = string.Join('\n', equations.Select(e => e.Value.ToString()));
            if (s > 1 && now != written) return [];
            written = now;
        }
        foreach ((string label, (Symbol now, Symbol state)) in names)
        {
            if (!beginnings.TryGetValue(state, out Expression? beginning)) continue;
            Expression begun = Tidying.Of(beginning);
            equations.Add((cell.At(label, now.Spec, cell.IsReverse ? $"{last}+1" : "0"), Identities.IsZero(begun) ? new Number(0) : begun));
        }
        this.NameSequences(call, cell, names, last);
        return equations;
    }

    // Whether the first step does what the second does, and what it has where the second has the state of the step before.
    private static bool Begins(Expression first, Expression second, Cell cell, HashSet<Expression> states, Dictionary<Expression, Expression> beginnings)
    {
        Dictionary<Expression, Expression> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(Expression First, Expression Second)> open = new([(first, second)]);
        while (open.TryPop(out (Expression First, Expression Second) pair))
        {
            (Expression a, Expression b) = pair;
            if (ReferenceEquals(a, b)) continue;
            if (a.Spec != b.Spec) return false;
            if (!seen.TryAdd(b, a) && !states.Contains(b))
            {
                if (!seen[b].Equals(a)) return false;
            }
            else if (states.Contains(b))
            {
                if (!beginnings.TryAdd(b, a) && !beginnings[b].Equals(a)) return false;
            }
            else if (a is Call x && b is Call y)
            {
                bool isStep = (x.Op, y.Op) is (Slice { Axis: 1, Count: 1 } from, Slice { Axis: 1, Count: 1 } to)
                    && from.Start == cell.Steps[0].Time && to.Start == cell.Steps[1].Time;
                if (!isStep && !x.Op.Equals(y.Op) || x.Inputs.Count != y.Inputs.Count) return false;
                foreach ((Expression, Expression) both in x.Inputs.Zip(y.Inputs)) open.Push(both);
            }
            else if (!a.Equals(b))
            {
                return false;
            }
        }
        return true;
    }

    // All steps of a part side by side are a sequence.
    private void NameSequences(BrickCall call, Cell cell, Dictionary<string, (Symbol Now, Symbol Before)> names, string last)
    {
        HashSet<Tensor> parts = new(cell.Steps.SelectMany(s => s.Parts), ReferenceEqualityComparer.Instance);
        foreach (Tensor all in call.Own)
        {
            if (all.Node is not { Op: Concat { Axis: 1 }, Inputs: var side }) continue;
            if (side.Length != cell.Steps.Count || !Array.TrueForAll(side, x => parts.Contains(Labelled(x)))) continue;
            string label = Labelled(side[0]).Label!;
            Symbol now = names[label].Now, sequence = this.Side(GraphReader.SpecOf(all), now, cell.Steps.Count);
            this.sequences[sequence] = new(now, cell.At(label, now.Spec, cell.IsReverse ? "1" : last), cell.Steps[^1].Time);
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
        Call { Op: Slice { Axis: 1, Count: 1 } cut, Inputs: [var s] } when cut.Start == time && this.sequences.TryGetValue(s, out Sequence? all) =>
            Call.Of(new Reshape(p.Shape), all.Step),
        Call { Op: Slice { Axis: 1, Count: 1 } cut, Inputs: [Variable { Shape.Rank: 3 } x] } when cut.Start == time =>
            this.inputs.TryGetValue(x, out Symbol? step) ? step : this.inputs[x] = StepOf(x, p.Spec),
        Call { Op: Slice { Step: 1 } block, Inputs: [Variable w] } when this.IsBlock(block, w) => this.Block(w, block, purpose, p.Spec),
        _ => null,
    });

    // xₜ, and H₂[t]: what has a number has no room for a second.
    private static Symbol StepOf(Variable sequence, TensorSpec spec)
    {
        string latex = new LatexWriter().Write(sequence);
        return sequence.Name.Length == 1 ? new(spec, $"{sequence}ₜ", $"{latex}_{{t}}") : new(spec, $"{sequence}[t]", $"{latex}[t]");
    }

    private static Expression Replaced(Expression expression, Func<Expression, Expression?> by) =>
        Formula.Rewritten(expression, (part, x) => by(part) ?? (part is Call c ? c.With(x) : part));

    private Variable Block(Variable w, Slice cut, string purpose, TensorSpec spec)
    {
        if (this.blocks.TryGetValue((w.Name, cut.Start, cut.Count), out Variable? known)) return known;
        Variable block = letters.Part(w, purpose, spec);
        symbols.Add(new(block, $"{Pieces(w)} {cut.Start + 1} to {cut.Start + cut.Count} of {w}", null));
        this.cut.Add(w);
        return this.blocks[(w.Name, cut.Start, cut.Count)] = block;
    }

    private sealed record Sequence(Expression Step, Symbol? Last, int LastTime);
}
