// From a computed training step to the steps of an explanation. What a brick computes is read from the graph, between the
// values that have a name; the gradients are read the same way, so the chain rule that is shown is the one that was used.

using System.Globalization;
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
    private const int MostParts = 48, MostEntries = 8, FewEntries = 2, LongestFormula = 300, ShortestPiece = 100, MostPieces = 12, MostUnnamed = 400, MostSteps = 6;

    private readonly StepTrace trace;
    private readonly Names names;
    private readonly GraphReader reader;
    private readonly ShownValues values;
    private readonly Dictionary<Tensor, Symbol> gradientNames = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<BrickCall, List<Tensor>> parts = [];
    private readonly Dictionary<Tensor, List<(Slice Cut, Expression Name)>> pieces = new(ReferenceEqualityComparer.Instance); // of what is cut into parts
    private readonly Dictionary<string, Symbol> constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Expression> ruleLetters = new(StringComparer.Ordinal); // of the optimiser
    private readonly HashSet<Tensor> measured; // running means and the like: no weights
    private readonly HashSet<Tensor> twins = new(ReferenceEqualityComparer.Instance); // what a definition computes again
    private readonly List<Tensor> lossParts = [];
    private bool isHalved; // a mean of two squares: its 2/n is 1
    private readonly Entries entries;
    private readonly int round;
    private Probabilities? probabilities;
    private readonly int[]? focus;

    public Explainer(StepTrace trace, Names names, ShownValues values, int round, int[]? focus)
    {
        (this.trace, this.names, this.values, this.round, this.focus) = (trace, names, values, round, focus);
        this.reader = new(standsFor: trace.StandsFor);
        this.measured = new(trace.Graph.Parameters.Where(p => p.Parameter.Role != ParameterRole.Weight).Select(p => p.Symbol), ReferenceEqualityComparer.Instance);
        this.entries = new(values, trace.StandsFor, v => names.Of(v) is not null || this.twins.Contains(v) || this.gradientNames.ContainsKey(v), names);
        foreach (Tensor value in trace.Graph.Values)
        {
            if (!value.IsSymbolic) this.reader.Name(value, names.Of(value) ?? this.Constant(value));
            else if (value.IsSymbolic && value.Node is null && names.Of(value) is { } name) this.reader.Name(value, name);
            else if (value is { IsSymbolic: true, Node: null }) this.reader.Name(value, names.Fresh(value, "s")); // the state of a random source, or a memory of the optimiser
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
                yield return new(this.round, Phase.Forward, call.Path, call.Module.Notation, [], [this.Named(call.Input)], this.Named(call.Output), this.GradientOf(call.Output), [Sentences.Unchanged]);
                continue;
            }
            List<Remark> remarks = [.. Sentences.Forward(call)];
            if (call.Own.FirstOrDefault(v => v.Label == "Q" && v.Rank == 5) is { } heads && heads.Shape[1] * heads.Shape[2] > 1) remarks.Add(Sentences.Heads(heads.Shape));
            if (remarks.Count == 0 && Meanings.OfBrick(call.Module.Notation) is { } meaning && (!call.IsBetween || met.Add(call.Module))) remarks.Add(meaning);
            if (call.IsBetween && Meanings.OfBrick(call.Module.Notation) is null) remarks.Insert(0, Sentences.Between(call.Module.Notation));
            if (this.BeforeTheFirstStep(call) is { Length: > 0 } beginning) remarks.Add(Sentences.Beginning(beginning));
            List<Equation> equations = [.. this.Equations(call, remarks), .. this.Followed(call, remarks)];
            yield return new(this.round, Phase.Forward, call.Path, call.Module.Notation, equations, this.InputsOf(call), this.Named(call.Output), this.GradientOf(call.Output), remarks);
        }
    }

    // What a brick measures as it goes along, for evaluation.
    private IEnumerable<Equation> Followed(BrickCall call, List<Remark> remarks)
    {
        HashSet<Tensor> own = new(call.Own, ReferenceEqualityComparer.Instance);
        Dictionary<Parameter, Tensor> before = this.trace.Graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        foreach ((Parameter parameter, Tensor value) in this.trace.Graph.Updates)
        {
            if (parameter.Role != ParameterRole.Statistic || !own.Contains(value) || this.names.Of(before[parameter]) is not { } name) continue;
            if (!remarks.Contains(Sentences.Measured)) remarks.Add(Sentences.Measured);
            yield return this.Equation(value, name, "←");
        }
    }

    // What the states of a sequence begin with.
    private string[] BeforeTheFirstStep(BrickCall call) =>
        [.. this.names.Cells.Of(call).SelectMany(c => c.Beginnings).Select(v => $"{this.names.Of(v)} = {(GraphReader.Uniform(v) is { } number ? this.names.Digits(number.Value).Text : this.names.Numbers(v)?.Written.Text ?? "…")}")];

    /// <summary>The loss.</summary>
    public ExplainStep Loss(Loss loss)
    {
        Tensor l = this.trace.Loss!;
        List<Equation> equations = [];
        if (Probabilities.Of(this.trace, this.names) is { } p)
        {
            equations.Add(this.Equation(p.Value, p.Name, right: p.Definition));
            this.reader.Name(p.Value, p.Name);
            this.probabilities = p;
        }
        HashSet<Tensor> net = new(Graph.Behind([this.trace.Net.Root.Output]), ReferenceEqualityComparer.Instance);
        Dictionary<Expression, Expression> known = [];
        foreach (Tensor each in this.trace.Graph.Values.Where(v => this.trace.Forward.Contains(v) && (v.Label is not null || v.Node?.Op is SoftmaxCrossEntropy) && this.names.Of(v) is null && !net.Contains(v) && v.Rank > 0))
        {
            Expression letters = this.reader.Read(each);
            if (!known.TryGetValue(letters, out Expression? name)) // what is computed twice has one name
            {
                known[letters] = name = this.names.Name(each, each.Label ?? "ℓ");
                if (each.Label is not null) this.lossParts.Add(each);
                equations.Add(this.Equation(each, name));
            }
            this.reader.Name(each, name);
        }
        equations.Add(this.Equation(l, this.names.Of(l)!));
        this.isHalved = loss is MeanSquaredError { Reduction: Reduction.Mean } && this.trace.Net.Root.Output.Count == 2;
        return new(this.round, Phase.Loss, "", loss.Name, equations, [this.Named(this.trace.Net.Root.Output), this.Named(this.trace.Target!)], this.Named(l), null, [.. Sentences.Loss(loss), .. this.trace.Target!.DType.IsFloat ? (Remark[])[] : [Sentences.Counted]]);
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
            yield return new(this.round, Phase.Backward, "", "", equations, [], this.GradientOf(output), this.GradientOf(output), [Sentences.Chain, .. this.isHalved ? (Remark[])[Sentences.Halved] : []]);
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
            Named? incoming = this.names.Results(call).Reverse().Select(this.GradientOf).FirstOrDefault(g => g is not null);
            if (incoming is null)
            {
                yield return new(this.round, Phase.Backward, call.Path, call.Module.Notation, [], [], null, null, [Sentences.NotReached]);
                continue;
            }
            List<Equation> equations = [];
            List<Tensor> inside = this.parts.GetValueOrDefault(call) ?? [];
            // A mask learns nothing.
            foreach ((int i, Tensor part) in inside.Where(p => p.Node!.Op is not Cast).Reverse().Index()) this.Reach(part, i < MostParts ? equations : null, done);
            List<Tensor> leaves = this.Leaves(call);
            foreach (Tensor symbol in leaves.Where(v => first[v] == call && !this.measured.Contains(v)).OrderBy(v => ReferenceEquals(v, call.Input))) this.Reach(symbol, equations, done);
            if (leaves.Exists(this.trace.Gradients.ContainsKey)) remarks.AddRange(Sentences.Backward(call, this.trace));
            else remarks.Add(call.Own.Any(v => v.Node!.Op is Detach) ? Sentences.Cut : Sentences.Ends);
            if (leaves.Exists(v => v.Node is null && first[v] != call && this.trace.Gradients.ContainsKey(v) && !ReferenceEquals(v, call.Input))) remarks.Add(Sentences.Shared);
            string[] nothing = [.. this.names.Cells.Of(call).SelectMany(c => c.Beginnings).Where(v => GraphReader.Uniform(v) is { Value: 0 }).Select(v => this.names.Of(v)!.ToString()!)];
            if (nothing.Length > 0) remarks.Add(Sentences.FromNothing(nothing));
            if (inside.Count > MostParts) remarks.Add(Sentences.More(inside.Count - MostParts));
            yield return new(this.round, Phase.Backward, call.Path, call.Module.Notation, equations, [incoming], this.GradientOf(call.Input), incoming, remarks);
        }
    }

    /// <summary>The optimiser's update, weight by weight.</summary>
    public IEnumerable<ExplainStep> Update(Optim.UpdateRule rule)
    {
        foreach ((Parameter parameter, Tensor symbol) in this.trace.Graph.Parameters)
        {
            if (parameter == rule.Counters.Rate) this.reader.Name(symbol, new Variable("η", symbol.Shape));
            else if (parameter == rule.Counters.Step) this.reader.Name(symbol, new Variable("k", symbol.Shape));
        }
        bool isFirst = true;
        Dictionary<Parameter, Tensor> next = this.trace.Graph.Updates.ToDictionary(u => u.Parameter, u => u.Value), before = this.trace.Graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        foreach ((string path, Parameter weight, Expression name) in this.names.Parameters)
        {
            if (weight.Role != ParameterRole.Weight) continue;
            List<Equation> equations = [];
            if (rule.SumOf(weight) is { } sum)
            {
                Expression letter = new Variable("G", sum.Spec.Shape);
                if (before.TryGetValue(sum, out Tensor? old)) this.reader.Name(old, letter);
                if (next.TryGetValue(sum, out Tensor? collected)) equations.Add(this.Equation(collected, letter, "←"));
            }
            if (!next.TryGetValue(weight, out Tensor? value))
            {
                Remark why = !this.trace.Gradients.ContainsKey(before[weight]) ? Sentences.NotReached : rule.IsLast ? Sentences.Frozen : Sentences.Collecting(rule.Accumulate);
                yield return new(this.round, Phase.Update, path, rule.Name, equations, [this.Named(before[weight])], null, this.GradientOf(before[weight]), [why]);
                continue;
            }
            List<UpdateLine> assigned = [];
            foreach ((string slot, Parameter memory) in rule.MemoriesOf(weight))
            {
                next.TryGetValue(memory, out Tensor? kept);
                string letter = kept?.Label ?? slot;
                if (before.TryGetValue(memory, out Tensor? old)) this.reader.Name(old, this.Letter(letter, old));
                if (kept?.Node is not null) assigned.Add(new(kept, old, letter));
            }
            foreach (UpdateLine line in UpdateLines.Of([.. assigned, new(value, before[weight], "")], this.trace.IsOfUpdate))
            {
                bool isEarly = line.Old is null && (line.Value == value || assigned.Exists(a => a.Value == line.Value));
                Expression left = isEarly ? this.Letter($"{(line.Letter.Length == 0 ? "w" : line.Letter)}_new", line.Value) : line.Letter.Length == 0 ? name : this.Letter(line.Letter, line.Value);
                equations.Add(this.Equation(line.Value, left, line.Old is null ? "=" : "←"));
                if (line.Letter.Length > 0 || isEarly) this.reader.Name(line.Value, left);
            }
            IEnumerable<Remark> remarks = isFirst ? this.OnUpdate(rule, equations, [.. rule.MemoriesOf(weight).Select(m => before.GetValueOrDefault(m.Parameter)).OfType<Tensor>()]) : [];
            yield return new(this.round, Phase.Update, path, rule.Name, equations, [this.Named(before[weight])], this.Named(value, name), this.GradientOf(before[weight]), [.. remarks]);
            isFirst = false;
        }
    }

    // The letter of a memory or of a value on the way to a new weight: the same one for all weights.
    private Expression Letter(string letter, Tensor value)
    {
        if (!this.ruleLetters.TryGetValue(letter, out Expression? first)) first = this.ruleLetters[letter] = this.names.Fresh(value, letter);
        return first is Symbol s ? new Symbol(GraphReader.SpecOf(value), s.Text, s.Latex, s.Strength) : new Variable(((Variable)first).Name, GraphReader.SpecOf(value));
    }

    // What the letters of an update are that are nobody's output.
    private IEnumerable<Remark> OnUpdate(Optim.UpdateRule rule, List<Equation> equations, List<Tensor> memories)
    {
        bool Occurs(string letter) => equations.Exists(e => Regex.IsMatch(e.Text, $@"(?<![\p{{L}}_]){letter}(?!\p{{L}})", RegexOptions.None, TimeSpan.FromSeconds(1)));
        if (Occurs("η")) yield return Sentences.Rate(this.names.Digits(rule.Counters.Rate.Current.Item()));
        if (Occurs("k")) yield return Sentences.Step(rule.Steps);
        if (rule.Steps > 1) yield break;
        string[] begin = [.. memories.Where(m => this.values.Has(m) && this.values[m] is { } first && first.Least == first.Greatest).Select(m => $"{this.reader.Read(m)} = {this.names.Digits(this.values[m].Least).Text}")];
        if (begin.Length > 0) yield return Sentences.Beginning(begin);
    }

    // One equation for what is short, else one for each part, as the definition of the op names it.
    private List<Equation> Equations(BrickCall call, List<Remark> remarks)
    {
        List<Tensor> computing = [.. call.Own.Where(v => v.DType.IsFloat && v.Node!.Op is not (ViewOp or Cast or Detach or Copy or BroadcastTo or Stack) || v.Label is not null)];
        List<Equation> equations = [];
        // What the definition names are the parts; where it names none, all are, unless they are few.
        bool hasLabels = computing.Exists(v => v.Label is not null);
        List<Tensor> inside = this.parts[call] = !hasLabels && computing.Count <= 3 ? [] : [.. computing.Where(v => (!hasLabels || v.Label is not null) && !ReferenceEquals(v, call.Output) && this.names.Of(v) is null)];
        // What others read besides the output has its name already.
        if (this.names.Results(call).Where(v => !ReferenceEquals(v, call.Output)).ToArray() is { Length: > 0 } results) inside = [.. inside.Concat(results).OrderBy(v => v.Node!.Ordinal)];
        foreach ((int i, Tensor part) in inside.Index())
        {
            Expression letters = this.reader.Read(part);
            if (letters is not Call) continue; // nothing new
            Expression name = this.names.Of(part) ?? this.names.NameInside(part);
            if (i < MostParts) equations.Add(this.Equation(part, name));
            this.NamePieces(part, name);
            this.NameTwins(letters, name, call);
            this.reader.Name(part, name); // also what is not shown, or what comes after is written with all that was before
        }
        if (inside.Count > MostParts) remarks.Add(Sentences.More(inside.Count - MostParts));
        equations.Add(this.Equation(call.Output, this.names.Of(call.Output)!));
        this.reader.Name(call.Output, this.names.Of(call.Output)!);
        return equations;
    }

    // What a definition computes twice, once to hand it on and once to go on with, is the same: the mean in a variance.
    private void NameTwins(Expression letters, Expression name, BrickCall call)
    {
        if (Tidying.Of(letters) is not Call { Op: Mean mean, Inputs: [var of] }) return;
        foreach (Tensor value in call.Own)
        {
            if (value.Label is not null || value.Node?.Op is not Binary<Div> || Tidying.Of(this.reader.Read(value)) is not Call { Op: Mean again, Inputs: [var same] } || !again.Axes.Equals(mean.Axes) || !same.Equals(of)) continue;
            this.reader.Name(value, value.Shape == name.Shape ? name : Call.Of(new Ops.Reshape(value.Shape), name));
            this.twins.Add(value);
        }
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
        List<Equation> equations = [.. this.Pieces(gradient), this.Equation(gradient, name)];
        this.NameGradient(gradient, name);
        return equations;
    }

    // What is too long for a line is written in pieces, which get names; unless there would be too many.
    private IEnumerable<Equation> Pieces(Tensor value)
    {
        TextWriter text = new();
        if (text.Write(this.Written(value)).Length <= LongestFormula) yield break;
        List<Tensor> unnamed = this.reader.Unnamed(value);
        if (unnamed.Count > MostUnnamed) yield break;
        int count = 0;
        foreach (Tensor part in unnamed)
        {
            if (ReferenceEquals(part, value) || !part.DType.IsFloat || part.Node is null or { Op: ViewOp or Cast or Detach or Copy or BroadcastTo or Place }) continue;
            if (count == MostPieces || this.names.Of(part) is not null || text.Write(this.Written(part)).Length < ShortestPiece) continue;
            Expression name = this.names.Numbered(part, "a");
            yield return this.Equation(part, name);
            this.reader.Name(part, name);
            count++;
        }
    }

    // What was named before keeps its name: an addition hands on one gradient to all its summands.
    private void NameGradient(Tensor gradient, Symbol name)
    {
        if (this.gradientNames.TryAdd(gradient, name)) this.reader.Name(gradient, name);
    }

    private Equation Equation(Tensor value, Expression left, string sign = "=", Expression? right = null)
    {
        right ??= this.Written(value);
        bool isDrawn = Drawn(right) is not null;
        if (Drawn(right) is { } draw) (right, sign) = (draw, "∼");
        TextWriter text = new();
        LatexWriter latex = new();
        Expression shown = this.Sequences(this.FromOne(right));
        string letters = text.Write(shown);
        string arrow = sign switch { "←" => @"\leftarrow", "∼" => @"\sim", _ => sign };
        (string formula, string formulaLatex) = letters.Length <= LongestFormula
            ? ($"{text.Write(left)} {sign} {letters}", $"{latex.Write(left)} {arrow} {latex.Write(shown)}")
            : ($"{text.Write(left)} {sign} …", $"{latex.Write(left)} {arrow} \\ldots");
        string? numbers = null, numbersLatex = null;
        Literal? result = this.values.Whole(value) is { } known ? this.names.Numbers(known) : null;
        if (result is not null)
        {
            string equals = result.IsExact ? "=" : "≈", equalsLatex = result.IsExact ? "=" : @"\approx";
            string n = "", m = "";
            if (right is Call && !isDrawn && this.WithNumbers(right) is { } put && text.Write(put) is var written && written != result.Written.Text && written.Length <= LongestFormula)
                (n, m) = ($" = {written}", $" = {latex.Write(put)}");
            (numbers, numbersLatex) = ($"{text.Write(left)}{n} {equals} {result.Written.Text}", $"{latex.Write(left)}{m} {equalsLatex} {result.Written.Latex}");
        }
        (List<Entry> written2, int others) = this.EntriesOf(value, left, right, numbers is not null);
        return new(formula, formulaLatex, numbers, numbersLatex, this.Named(value, left), written2, others);
    }

    private Expression Written(Tensor value)
    {
        Expression tidy = Tidying.Of(this.reader.Read(value));
        return this.probabilities is { } p ? Tidying.Of(p.In(tidy)) : tidy;
    }

    // What is drawn and compared with a number is 1 with a probability, else 0; null for all else.
    private static Symbol? Drawn(Expression x)
    {
        while (x is Call { Op: Cast or Ops.Reshape, Inputs: [var inner] }) x = inner;
        if (x is not Call { Op: Compare<GreaterOrEqual>, Inputs: [Call { Op: RandomUniform }, var threshold] }) return null;
        while (threshold is Call { Op: BroadcastTo or Cast, Inputs: [var inner] }) threshold = inner;
        if (threshold is not Number p) return null;
        string kept = Tidying.Constant(1 - p.Value).Text;
        return new(x.Spec, $"Bernoulli({kept})", $@"\mathrm{{Bernoulli}}({kept})");
    }

    // As the entries are counted here, from 1: what the engine calls entry k is entry k + 1, and its columns 0:2 are 1…2.
    private Expression FromOne(Expression expression) => Formula.Rewritten(expression, (part, x) => (part, x) switch
    {
        (Call { Op: Gather or Take or ScatterAdd or TakeAdd }, [var of, { Spec.DType: DType.Int64 } index]) when index is not Number => Call.Of(((Call)part).Op, of, Call.Of(Binary<Add>.Instance, index, new Number(1, DType.Int64))),
        (Call { Op: Slice { Axis: 1, Count: 1 } step, Inputs: [Call { Op: Slice { Axis: 2, Step: 1 } columns, Inputs: [(Variable or Symbol) and var whole] }] }, _) when this.names.HandedOn == "H" => Cut(columns with { Axis = 0 }, Step(whole, step.Start + 1, part.Spec), part.Spec),
        (Call { Op: Slice { Axis: 1, Count: 1 } step }, [Variable or Symbol]) when x[0].Shape.Rank == 3 && this.names.HandedOn == "H" => Step(x[0], step.Start + 1, part.Spec),
        (Call { Op: Slice { Step: 1 } cut }, [Variable or Symbol]) => Cut(cut, x[0], part.Spec),
        (Call c, _) => c.With(x),
        _ => part,
    });

    // Many steps side by side are said in general: (hₜ, t = 1 … 30).
    private Expression Sequences(Expression expression) => Formula.Rewritten(expression, (part, x) => part is not Call c ? part : c.Op is Concat && c.Inputs.Count > MostSteps && this.Sequence(c) is { } all ? all : c.With(x));

    private Symbol? Sequence(Call steps)
    {
        List<(Symbol General, int Time)> found = [];
        foreach (Expression step in steps.Inputs)
        {
            if (this.names.InGeneral(step is Call { Op: Ops.Reshape, Inputs: [var inner] } ? inner : step) is not { } state || found.Count > 0 && (state.General.Text != found[0].General.Text || Math.Abs(state.Time - found[^1].Time) != 1)) return null;
            found.Add(state);
        }
        return new(steps.Spec, $"({found[0].General.Text}, t = {found[0].Time} … {found[^1].Time})", $@"\left({found[0].General.Latex}, t = {found[0].Time} \ldots {found[^1].Time}\right)");
    }

    // A step of a sequence: x₁, and H₁[2], for what has a number has no room for a second.
    private static Symbol Step(Expression sequence, int step, TensorSpec spec)
    {
        string latex = new LatexWriter().Write(sequence), at = step.ToString(CultureInfo.InvariantCulture);
        return sequence is Variable { Name.Length: 1 } one ? new(spec, new Variable(one.Name + at, spec).ToString()!, $"{latex}_{{{at}}}") : new(spec, $"{sequence}[{at}]", $"{latex}[{at}]");
    }

    private static Symbol Cut(Slice cut, Expression of, TensorSpec spec)
    {
        string before = string.Concat(Enumerable.Repeat(":, ", cut.Axis)), first = $"{cut.Start + 1}", last = $"{cut.Start + cut.Count}", name = new LatexWriter().Write(of);
        if (name.Contains('_', StringComparison.Ordinal)) name = $"{{{name}}}";
        return cut.Count == 1
            ? new(spec, $"{of}[{before}{first}]", $"{name}_{{[{before}{first}]}}")
            : new(spec, $"{of}[{before}{first}…{last}]", $@"{name}_{{[{before}{first} \ldots {last}]}}");
    }

    // The same with the numbers of what has a name; null when a part is too big.
    private Expression? WithNumbers(Expression expression)
    {
        Dictionary<Expression, Expression> now = new(ReferenceEqualityComparer.Instance);
        Dictionary<Expression, Tensor> seen = new(ReferenceEqualityComparer.Instance); // views of what has a name are numbers too
        Dictionary<Expression, (Tensor Whole, Layout Layout)> views = new(ReferenceEqualityComparer.Instance); // of what is not kept as a whole
        foreach (Expression part in Formula.Parts(expression))
        {
            switch (part)
            {
                case Call { Op: ViewOp or Cast or OneHot or Gather or Take } c when c.Inputs.All(seen.ContainsKey):
                    seen[part] = c.Op.Apply([.. c.Inputs.Select(i => seen[i])]);
                    if (this.names.Numbers(seen[part]) is not { } shown) return null;
                    now[part] = shown.Written;
                    break;
                case Call { Op: ViewOp view, Inputs: [var of] } c when views.TryGetValue(of, out (Tensor Whole, Layout Layout) big) && view.View(of.Shape, big.Layout, c.Shape) is { } layout:
                    views[part] = (big.Whole, layout);
                    now[part] = part;
                    if (this.Seen(big.Whole, layout, c.Shape) is { } few) (seen[part], now[part]) = (few, this.names.Numbers(few)?.Written ?? part);
                    break;
                case Call { Op: Gather or Take or ScatterAdd or TakeAdd, Inputs: [var of, var index] } c when seen.TryGetValue(index, out Tensor? numbers):
                    now[part] = Call.Of(c.Op, now[of], this.names.Numbers(numbers + Tensor.Scalar(1, numbers.DType))?.Written ?? index); // counted from 1
                    break;
                case Call c: now[part] = Call.Of(c.Op, [.. c.Inputs.Select(x => now[x])]); break;
                case Number: now[part] = part; break;
                default:
                    if (this.reader.Named(part) is not { } named) return null;
                    now[part] = part;
                    if (named.IsSymbolic && this.values.Whole(named) is null)
                    {
                        views[part] = (named, Layout.Contiguous(named.Shape));
                        break;
                    }
                    Tensor value = seen[part] = named.IsSymbolic ? this.values.Whole(named)! : named;
                    now[part] = this.names.Numbers(value)?.Written ?? part;
                    break;
            }
        }
        // What is too big to be written is seen through a view at best.
        return Formula.Parts(now[expression]).Exists(p => p is Variable || views.ContainsKey(p) || p is Symbol && seen.ContainsKey(p)) ? null : now[expression];
    }

    // A few entries of something big; null when they are many.
    private Tensor? Seen(Tensor whole, Layout layout, Shape shape)
    {
        if (shape.Size > Literal.MostEntries || !this.values.Has(whole)) return null;
        double?[] few = [.. Enumerable.Range(0, shape.Size).Select(k => this.values.At(whole, Entries.Unraveled(whole.Shape, Entries.Offset(layout, Entries.Unraveled(shape, k)))))];
        return Array.TrueForAll(few, e => e is not null) ? Tensor.From([.. few.Select(e => e!.Value)], shape) : null;
    }

    private (List<Entry> Entries, int Others) EntriesOf(Tensor value, Expression left, Expression right, bool isWritten)
    {
        List<Entry> written = [];
        // What is computed element by element is to be seen in the numbers of the whole.
        if (right is not Call || value.Shape.Rank == 0 || value.Count == 0 || isWritten && Formula.Parts(right).All(p => p is not Call { Op: not (Kernels.IElementwise or ViewOp) }) || !this.values.Has(value)) return (written, 0);
        TextWriter text = new();
        LatexWriter latex = new();
        int start = Snapshot.StartOf(value.Shape, this.focus);
        int most = value.Count <= MostEntries ? MostEntries : FewEntries;
        for (int k = start; k < Math.Min(value.Count, start + most); k++)
        {
            int[] at = Entries.Unraveled(value.Shape, k);
            if (this.values.At(value, at) is not { } entry) break;
            Digits result = this.names.Digits(entry);
            // A number that is only handed on says nothing, one of a hundred terms too much.
            List<Expression> ways = [.. ((Expression?[])[this.entries.Windowed(value, at), this.entries.Of(value, at)]).OfType<Expression>().Where(e => text.Write(e) is var t && t != result.Text && t.Length <= LongestFormula)];
            if (ways.Count == 0) continue;
            string index = string.Join(",", at.SkipWhile((_, i) => i < at.Length - 1 && value.Shape[i] == 1).Select(i => i + 1));
            string sign = result.IsExact ? "=" : "≈";
            written.Add(new($"{text.Write(left)}[{index}] = {string.Join(" = ", ways.Select(text.Write))} {sign} {result.Text}", $"{latex.Write(left)}[{index}] = {string.Join(" = ", ways.Select(latex.Write))} {(result.IsExact ? "=" : @"\approx")} {result.Latex}"));
        }
        return (written, written.Count == 0 ? 0 : value.Count - written.Count);
    }

    private List<Tensor> Leaves(BrickCall call)
    {
        HashSet<Tensor> passed = new(call.Own, ReferenceEqualityComparer.Instance); // what it computes itself, or has met
        return [.. call.Own.SelectMany(v => v.Node!.Inputs).Where(x => x is { IsSymbolic: true } && this.names.Of(x) is not null && passed.Add(x))];
    }

    private List<Named> InputsOf(BrickCall call) => [.. this.Leaves(call).Where(v => this.values.Has(v)).Select(this.Named)];

    private Named? GradientOf(Tensor value) => this.names.Of(value) is { } name && this.trace.Gradients.TryGetValue(value, out Tensor? gradient) ? this.Named(gradient, Names.GradientOf(name)) : null;

    private Named Named(Tensor value) => this.Named(value, this.names.Of(value)!);

    private Named Named(Tensor value, Expression name) => new(new TextWriter().Write(name), new LatexWriter().Write(name), this.values[value]);

    private Expression Constant(Tensor value)
    {
        double[] all = value.Count <= 1 << 16 && value.DType.IsFloat ? value.ToDoubles() : [];
        if (all.Length > 0 && all.All(x => x == all[0])) return Tidying.Uniform(Tidying.Constant(all[0]), value.Shape);
        if (this.names.Numbers(value)?.Written is not { } written) return this.names.Numbered(value, "C");
        string key = $"{value.Shape} {value.DType} {string.Join(' ', value.ToDoubles())}"; // the same numbers are the same
        return this.constants.TryGetValue(key, out Symbol? known) ? known : this.constants[key] = written;
    }
}
