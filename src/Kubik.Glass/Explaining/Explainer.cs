// From a computed training step to the steps of an explanation. What a brick computes is read from the graph, between the
// values that have a name; the gradients are read the same way, so the chain rule that is shown is the one that was used.

using System.Text.RegularExpressions;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;
using Kubik.Nn;
using TextWriter = Kubik.Glass.Formulas.TextWriter;

namespace Kubik.Glass.Explaining;

/// <summary>Writes the steps of one training step.</summary>
internal sealed class Explainer
{
    private const int MostParts = 48, ShortestPiece = 100, MostPieces = 12, MostUnnamed = 400, ShortNorm = 4;

    private readonly StepTrace trace;
    private readonly Names names;
    private readonly GraphReader reader;
    private readonly ShownValues values;
    private readonly Dictionary<Tensor, Symbol> gradientNames = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<BrickCall, List<Tensor>> parts = [];
    private readonly Dictionary<Tensor, List<(Slice Cut, Expression Name)>> pieces = new(ReferenceEqualityComparer.Instance); // of what is cut into parts
    private readonly Dictionary<string, Symbol> constants = new(StringComparer.Ordinal);
    private readonly Dictionary<Parameter, Tensor> symbols;
    private readonly HashSet<Tensor> weights, measured; // measured: running means and the like
    private readonly HashSet<Tensor> twins = new(ReferenceEqualityComparer.Instance); // what a definition computes again
    private readonly List<Tensor> lossParts = [];
    private bool isHalved; // a mean of two squares: its 2/n is 1
    private readonly EquationWriter writer;
    private readonly int round;

    public Explainer(StepTrace trace, Names names, ShownValues values, int round, Focus focus)
    {
        (this.trace, this.names, this.values, this.round) = (trace, names, values, round);
        this.reader = new(standsFor: trace.StandsFor);
        this.symbols = trace.Graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        ILookup<bool, Tensor> symbolsOf = trace.Graph.Parameters.ToLookup(p => p.Parameter.Role == ParameterRole.Weight, p => p.Symbol);
        (this.weights, this.measured) = (new(symbolsOf[true], ReferenceEqualityComparer.Instance), new(symbolsOf[false], ReferenceEqualityComparer.Instance));
        Entries entries = new(values, trace.StandsFor, v => names.Of(v) is not null || this.twins.Contains(v) || this.gradientNames.ContainsKey(v), names);
        this.writer = new(trace, names, this.reader, values, entries, focus);
        foreach (Tensor value in trace.Graph.Values)
        {
            if (!value.IsSymbolic) this.reader.Name(value, names.Of(value) ?? this.Constant(value));
            else if (value.IsSymbolic && value.Node is null && names.Of(value) is { } name) this.reader.Name(value, name);
            // the state of a random source, or a memory of the optimiser
            else if (value is { IsSymbolic: true, Node: null }) this.reader.Name(value, names.Fresh(value, "s"));
        }
    }

    /// <summary>The forward pass, brick by brick.</summary>
    public IEnumerable<ExplainStep> Forward()
    {
        this.reader.Name(this.trace.Graph.Inputs[0], this.names.Of(this.trace.Graph.Inputs[0])!);
        HashSet<Module> met = new(ReferenceEqualityComparer.Instance);
        foreach (BrickCall call in this.trace.Net.Root.Working)
        {
            if (!this.values.Has(call.Output))
            {
                yield return new(this.round, Phase.Forward, call.Path, call.Module.Notation, [], [], null, null, [Sentences.Unused]);
                continue;
            }
            if (ReferenceEquals(call.Output, call.Input))
            {
                yield return new(this.round, Phase.Forward, call.Path, call.Module.Notation, [], [this.writer.Named(call.Input)],
                    this.writer.Named(call.Output), this.writer.GradientOf(call.Output), [Sentences.Unchanged]);
                continue;
            }
            List<Remark> remarks = [.. Sentences.Forward(call)];
            if (call.Own.FirstOrDefault(v => v.Label == "Q" && v.Rank == 5) is { } heads
                && heads.Shape[1] * heads.Shape[2] > 1)
                remarks.Add(Sentences.Heads(heads.Shape, [.. ((string[])["Q", "K", "V"]).Select(l => this.Projected(call, l))]));
            // An attention is no softmax alone, and what numbers are drawn for, their op does not say.
            bool isMoreThanItsOps = remarks.Count == 0 || call.Own.Any(v => v.Label == "Q" || v.Node!.Op is RandomOp);
            if (isMoreThanItsOps && Meanings.Of(call) is { } meaning && (!call.IsBetween || met.Add(call.Module)))
                remarks.Insert(0, meaning);
            if (this.trace.Net.Root.All.FirstOrDefault(c => c.Module is Reparametrization && c.Inside.Contains(call)) is { } around)
                remarks.Insert(0, Meanings.OfBrick(around.Module.Notation)!);
            bool isOnesOwn = call.Module.GetType().Assembly != typeof(Module).Assembly;
            if (call.IsBetween && isOnesOwn && Meanings.OfBrick(call.Module.Notation) is null) remarks.Insert(0, Sentences.Between(call.Module.Notation));
            if (this.BeforeTheFirstStep(call) is { Length: > 0 } beginning) remarks.Add(Sentences.Beginning(beginning));
            else if (BeginsWithNothing(call)) remarks.Add(Sentences.Nothing);
            List<Equation> equations = [.. this.Equations(call, remarks), .. this.Followed(call, remarks)];
            remarks.AddRange(this.StatesIn(equations, call).Select(Sentences.State));
            yield return new(this.round, Phase.Forward, call.Path, call.Module.Notation, equations, this.InputsOf(call), this.writer.Named(call.Output),
                this.writer.GradientOf(call.Output), remarks);
        }
    }

    // The states of random numbers that are written; of a mask only its probability is.
    private IEnumerable<string> StatesIn(List<Equation> equations, BrickCall call) =>
        call.Own.Where(v => v.Node!.Op is RandomOp).SelectMany(v => v.Node!.Inputs).Where(x => x is { IsSymbolic: true, Node: null })
            .Select(x => this.reader.Read(x).ToString()!).Distinct(StringComparer.Ordinal)
            .Where(s => equations.Exists(e => Regex.IsMatch(e.Text, $@"(?<![\p{{L}}_]){Regex.Escape(s)}(?![\p{{L}}\p{{N}}])", RegexOptions.None,
                TimeSpan.FromSeconds(1))));

    // What the queries of all heads are the columns of: h₃·W_q + b_q.
    private string Projected(BrickCall call, string letter)
    {
        if (call.Own.FirstOrDefault(v => v.Label == letter) is not { } part) return letter;
        while (part.Node is { Op: ViewOp or RotaryEmbedding or Cast, Inputs: [var of] }) part = of;
        return new TextWriter().Write(this.writer.Written(part));
    }

    // What a brick measures as it goes along, for evaluation.
    private IEnumerable<Equation> Followed(BrickCall call, List<Remark> remarks)
    {
        HashSet<Tensor> own = new(call.Own, ReferenceEqualityComparer.Instance);
        foreach ((Parameter parameter, Tensor value) in this.trace.Graph.Updates)
        {
            if (parameter.Role != ParameterRole.Statistic || !own.Contains(value) || this.names.Of(this.symbols[parameter]) is not { } name) continue;
            bool isSingularVector = this.trace.Net.Root.All.Any(c => c.Module is SpectralNorm { U: var u } && u == parameter);
            Remark said = isSingularVector ? Sentences.Approached(name.ToString()!) : Sentences.Measured;
            if (!remarks.Contains(said)) remarks.Add(said);
            yield return this.writer.Of(value, name, "←");
        }
    }

    // Whether it is a single step of a cell, whose state is 0.
    private static bool BeginsWithNothing(BrickCall call) =>
        call.Own.SelectMany(v => v.Node!.Inputs).Any(x => !x.IsSymbolic && x.Label is not null && GraphReader.Uniform(x) is { Value: 0 });

    // What the states of a sequence begin with.
    private string[] BeforeTheFirstStep(BrickCall call) =>
        [.. this.names.Cells.Of(call).SelectMany(c => c.Beginnings).Select(v => $"{this.names.Of(v)} = {this.NumbersOf(v)}")];

    private string NumbersOf(Tensor constant) =>
        GraphReader.Uniform(constant) is { } number ? this.names.Digits(number.Value).Text : this.names.Numbers(constant)?.Written.Text ?? "…";

    /// <summary>The loss.</summary>
    public ExplainStep Loss(Loss loss)
    {
        Tensor l = this.trace.Loss!;
        List<Equation> equations = [];
        if (Probabilities.Of(this.trace, this.names) is { } p)
        {
            equations.Add(this.writer.Of(p.Value, p.Name, right: p.Definition));
            this.reader.Name(p.Value, p.Name);
            this.writer.Probabilities = p;
        }
        HashSet<Tensor> net = new(Graph.Behind([this.trace.Net.Root.Output]), ReferenceEqualityComparer.Instance);
        Dictionary<Expression, Expression> known = [];
        foreach (Tensor each in this.trace.Graph.Values.Where(v =>
            this.trace.Forward.Contains(v) && (v.Label is not null || v.Node?.Op is SoftmaxCrossEntropy) && this.names.Of(v) is null && !net.Contains(v)
            && v.Rank > 0))
        {
            Expression letters = this.reader.Read(each);
            if (!known.TryGetValue(letters, out Expression? name)) // what is computed twice has one name
            {
                known[letters] = name = this.names.Name(each, each.Label ?? "ℓ");
                if (each.Label is not null) this.lossParts.Add(each);
                equations.Add(this.writer.Of(each, name));
            }
            this.reader.Name(each, name);
        }
        equations.Add(this.writer.Of(l, this.names.Of(l)!));
        this.isHalved = loss is MeanSquaredError { Reduction: Reduction.Mean } && this.trace.Net.Root.Output.Count == 2;
        return new(this.round, Phase.Loss, "", loss.Name, equations, [this.writer.Named(this.trace.Net.Root.Output), this.writer.Named(this.trace.Target!)],
            this.writer.Named(l), null, [.. Sentences.Loss(loss), .. this.trace.Target!.DType.IsFloat ? (Remark[])[] : [Sentences.Counted]]);
    }

    /// <summary>The chain rule from the loss to the input, brick by brick.</summary>
    public IEnumerable<ExplainStep> Backward()
    {
        Tensor output = this.trace.Net.Root.Output;
        HashSet<Tensor> done = new([output], ReferenceEqualityComparer.Instance);
        if (this.trace.Gradients.ContainsKey(output))
        {
            List<Equation> equations = [];
            foreach (Tensor part in this.lossParts.AsEnumerable().Reverse()) this.Reach(part, equations, done);
            equations.AddRange(this.GradientEquations(output));
            yield return new(this.round, Phase.Backward, "", "", equations, [], this.writer.GradientOf(output), this.writer.GradientOf(output),
                [Sentences.Chain, .. this.isHalved ? (Remark[])[Sentences.Halved] : []]);
        }
        // A value's gradient is complete where the first brick that reads it has had its turn.
        Dictionary<Tensor, BrickCall> first = new(ReferenceEqualityComparer.Instance);
        foreach (BrickCall call in this.trace.Net.Root.Working)
        {
            foreach (Tensor leaf in this.Leaves(call)) first.TryAdd(leaf, call);
        }
        foreach (BrickCall call in this.trace.Net.Root.Working.Reverse())
        {
            if (ReferenceEquals(call.Output, call.Input) || !this.values.Has(call.Output)) continue;
            List<Remark> remarks = [];
            Named? incoming = this.names.Results(call).Reverse().Select(this.writer.GradientOf).FirstOrDefault(g => g is not null);
            if (incoming is null)
            {
                yield return new(this.round, Phase.Backward, call.Path, call.Module.Notation, [], [], null, null, [Sentences.NotReached]);
                continue;
            }
            List<Equation> equations = [];
            List<Tensor> inside = this.parts.GetValueOrDefault(call) ?? [];
            // A mask learns nothing.
            foreach ((int i, Tensor part) in inside.Where(p => p.Node!.Op is not Cast).Reverse().Index()) this.Reach(part, i < MostParts ? equations
                : null, done);
            List<Tensor> leaves = this.Leaves(call);
            foreach (Tensor symbol in leaves.Where(v => first[v] == call && !this.measured.Contains(v))
                .OrderBy(v => ReferenceEquals(v, call.Input))) this.Reach(symbol, equations, done);
            if (leaves.Exists(this.trace.Gradients.ContainsKey)) remarks.AddRange(Sentences.Backward(call, this.trace));
            else remarks.Add(call.Own.Any(v => v.Node!.Op is Detach) ? Sentences.Cut : Sentences.Ends);
            if (leaves.Exists(v => this.weights.Contains(v) && first[v] != call && this.trace.Gradients.ContainsKey(v))) remarks.Add(Sentences.Shared);
            string[] nothing = [.. this.names.Cells.Of(call).SelectMany(c => c.Beginnings).Where(v => GraphReader.Uniform(v) is { Value: 0 })
                .Select(v => this.names.Of(v)!.ToString()!)];
            if (nothing.Length > 0) remarks.Add(Sentences.FromNothing(nothing));
            if (inside.Count > MostParts) remarks.Add(Sentences.More(inside.Count - MostParts));
            yield return new(this.round, Phase.Backward, call.Path, call.Module.Notation, equations, [incoming], this.writer.GradientOf(call.Input), incoming,
                remarks);
        }
    }

    /// <summary>The optimiser's update, weight by weight.</summary>
    public IEnumerable<ExplainStep> Update(Optim.UpdateRule rule) =>
        new UpdateWriter(this.trace, this.names, this.reader, this.values, this.writer, this.round).Of(rule);

    // One equation for what is short, else one for each part, as the definition of the op names it.
    private List<Equation> Equations(BrickCall call, List<Remark> remarks)
    {
        List<Tensor> computing = [.. call.Own.Where(v =>
            v.DType.IsFloat && v.Node!.Op is not (ViewOp or Cast or Detach or Copy or BroadcastTo or Stack) || v.Label is not null)];
        List<Equation> equations = [];
        // What the definition names are the parts; where it names none, all are, unless they are few.
        bool hasLabels = computing.Exists(v => v.Label is not null && (v.Label != PlainNorms.Letter || computing.Count <= ShortNorm));
        // A pool of powers is read like any pool: windows, and what is made of them.
        bool isShort = computing.Count <= (computing.Exists(v => v.Node!.Op is Ops.AvgPool { Divisor: Divisor.One }) ? 4 : 3);
        List<Tensor> inside = this.parts[call] = !hasLabels && isShort ? []
            : [.. computing.Where(v => (!hasLabels || v.Label is not null) && !ReferenceEquals(v, call.Output) && this.names.Of(v) is null)];
        // What the output is but for its shape, such as the only state of a sequence, is written as the output: y = h would say nothing.
        Tensor? same = inside.Count > 0 && ReferenceEquals(inside[^1], BeforeViews(call.Output)) && this.names.Cells.Of(call).Count == 0 ? inside[^1] : null;
        if (same is not null) inside.RemoveAt(inside.Count - 1);
        // What others read besides the output has its name already.
        if (this.names.Results(call).Where(v => !ReferenceEquals(v, call.Output)).ToArray() is { Length: > 0 } results) inside =
            [.. inside.Concat(results).OrderBy(v => v.Node!.Ordinal)];
        foreach ((int i, Tensor part) in inside.Index())
        {
            Expression letters = this.reader.Read(part);
            if (letters is not Call) continue; // nothing new
            Expression name = this.names.Of(part) ?? this.names.NameInside(part);
            if (i < MostParts) equations.Add(this.writer.Of(part, name));
            this.NamePieces(part, name);
            this.NameTwins(letters, name, call);
            this.reader.Name(part, name); // also what is not shown, or what comes after is written with all that was before
        }
        if (inside.Count > MostParts) remarks.Add(Sentences.More(inside.Count - MostParts));
        equations.Add(this.writer.Of(call.Output, this.names.Of(call.Output)!));
        this.reader.Name(call.Output, this.names.Of(call.Output)!);
        if (same is not null && this.names.Of(call.Output) is Variable output) this.reader.Name(same, new Variable(output.Name, GraphReader.SpecOf(same)));
        return equations;
    }

    // What a value is that only its shape, or other axes, tell apart from it; what was joined and cut out again is itself.
    private static Tensor BeforeViews(Tensor value)
    {
        while (true)
        {
            Tensor? seen = value.Node switch
            {
                { Op: ViewOp or Concat, Inputs: [var inner] } when inner.Count == value.Count => inner,
                { Op: Slice { Step: 1 } cut, Inputs: [{ Node: { Op: Concat all, Inputs: var parts } }] } when cut.Axis == all.Axis => Part(cut, parts),
                _ => null,
            };
            if (seen is null) return value;
            value = seen;
        }

        // The one that is cut out whole.
        static Tensor? Part(Slice cut, Tensor[] parts)
        {
            int at = 0;
            foreach (Tensor part in parts)
            {
                if (at == cut.Start && part.Shape[cut.Axis] == cut.Count) return part;
                at += part.Shape[cut.Axis];
            }
            return null;
        }
    }

    // What a definition computes twice, once to hand it on and once to go on with, is the same: the mean in a variance.
    private void NameTwins(Expression letters, Expression name, BrickCall call)
    {
        if (Tidying.Of(letters) is not Call { Op: Mean mean, Inputs: [var of] }) return;
        foreach (Tensor value in call.Own.Where(IsMean))
        {
            if (Tidying.Of(this.reader.Read(value)) is not Call { Op: Mean again, Inputs: [var same] } || !again.Axes.Equals(mean.Axes)
                || !same.Equals(of)) continue;
            this.reader.Name(value, value.Shape == name.Shape ? name : Call.Of(new Ops.Reshape(value.Shape), name));
            this.twins.Add(value);
        }
    }

    // A sum divided by how many there are, without a name.
    private static bool IsMean(Tensor value)
    {
        if (value is not { Label: null, Node: { Op: Binary<Div>, Inputs: [var sum, _] } }) return false;
        while (sum.Node is { Op: ViewOp or Cast, Inputs: [var of] }) sum = of;
        return sum.Node?.Op is Reduce<Sum>;
    }

    // What was cut into parts that have names now is these side by side: the gates of a cell are computed as one.
    private void NamePieces(Tensor part, Expression name)
    {
        if (part.Node is not { Op: Slice { Step: 1 } cut, Inputs: [var whole] } || this.names.Of(whole) is not null) return;
        List<(Slice Cut, Expression Name)> known = this.pieces.TryGetValue(whole, out List<(Slice, Expression)>? list) ? list : this.pieces[whole] = [];
        known.Add((cut, name));
        int at = 0;
        foreach ((Slice next, _) in known.Where(k => k.Cut.Axis == cut.Axis).OrderBy(k => k.Cut.Start)) at = next.Start == at ? at + next.Count : -1;
        if (at == whole.Shape[cut.Axis]) this.reader.Name(whole, Call.Of(new Concat(cut.Axis), [.. known.OrderBy(k => k.Cut.Start).Select(k => k.Name)]));
    }

    // No equations: the gradient is not shown, but has its name where others are made of it.
    private void Reach(Tensor value, List<Equation>? equations, HashSet<Tensor> done)
    {
        if (!done.Add(value) || this.names.Of(value) is not { } name || !this.trace.Gradients.TryGetValue(value, out Tensor? gradient)) return;
        if (equations is null) this.NameGradient(gradient, Names.GradientOf(name));
        else equations.AddRange(this.GradientEquations(value));
    }

    private List<Equation> GradientEquations(Tensor value)
    {
        Tensor gradient = this.trace.Gradients[value];
        Symbol name = Names.GradientOf(this.names.Of(value)!);
        List<Equation> equations = [.. this.Pieces(gradient), this.writer.Of(gradient, name)];
        this.NameGradient(gradient, name);
        return equations;
    }

    // What is too long for a line is written in pieces, which get names; unless there would be too many.
    private IEnumerable<Equation> Pieces(Tensor value)
    {
        TextWriter text = new();
        if (text.Write(this.writer.Written(value)).Length <= EquationWriter.LongestFormula) yield break;
        List<Tensor> unnamed = this.reader.Unnamed(value);
        if (unnamed.Count > MostUnnamed) yield break;
        int count = 0;
        foreach (Tensor part in unnamed)
        {
            if (ReferenceEquals(part, value) || !part.DType.IsFloat
                || part.Node is null or { Op: ViewOp or Cast or Detach or Copy or BroadcastTo or Place }) continue;
            if (count == MostPieces || this.names.Of(part) is not null || text.Write(this.writer.Written(part)).Length < ShortestPiece) continue;
            Expression name = this.names.Numbered(part, "a");
            yield return this.writer.Of(part, name);
            this.reader.Name(part, name);
            count++;
        }
    }

    // What was named before keeps its name: an addition hands on one gradient to all its summands.
    private void NameGradient(Tensor gradient, Symbol name)
    {
        if (this.gradientNames.TryAdd(gradient, name)) this.reader.Name(gradient, name);
    }

    private List<Tensor> Leaves(BrickCall call)
    {
        HashSet<Tensor> passed = new(call.Own, ReferenceEqualityComparer.Instance); // what it computes itself, or has met
        return [.. call.Own.SelectMany(v => v.Node!.Inputs).Where(x => x is { IsSymbolic: true } && this.names.Of(x) is not null && passed.Add(x))];
    }

    private List<Named> InputsOf(BrickCall call) => [.. this.Leaves(call).Where(v => this.values.Has(v)).Select(this.writer.Named)];

    private Expression Constant(Tensor value)
    {
        double[] all = value.Count <= 1 << 16 && value.DType.IsFloat ? value.ToDoubles() : [];
        if (all.Length > 0 && all.All(x => x == all[0])) return Tidying.Uniform(Tidying.Constant(all[0]), value.Shape);
        if (this.names.Numbers(value)?.Written is not { } written) return this.names.Numbered(value, "C");
        string key = $"{value.Shape} {value.DType} {string.Join(' ', value.ToDoubles())}"; // the same numbers are the same
        return this.constants.TryGetValue(key, out Symbol? known) ? known : this.constants[key] = written;
    }
}
