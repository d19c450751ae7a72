// From a computed training step to the steps of an explanation. What a brick computes is read from the graph, between the
// values that have a name; the gradients are read the same way, so the chain rule that is shown is the one that was used.

using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Nn;
using TextWriter = Kubik.Glass.Formulas.TextWriter;

namespace Kubik.Glass.Explaining;

/// <summary>Writes the steps of one training step.</summary>
internal sealed class Explainer
{
    private const int MostParts = 48, MostEntries = 8, FewEntries = 2, LongestFormula = 300;

    private readonly StepTrace trace;
    private readonly Names names;
    private readonly GraphReader reader;
    private readonly StepValues values;
    private readonly Dictionary<Tensor, Symbol> gradientNames = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<BrickCall, List<Tensor>> parts = [];
    private readonly Entries entries;
    private readonly int round;
    private readonly int[]? focus;

    public Explainer(StepTrace trace, Names names, StepValues values, int round, int[]? focus)
    {
        (this.trace, this.names, this.values, this.round, this.focus) = (trace, names, values, round, focus);
        this.reader = new(isInput: trace.IsGuard);
        this.entries = new(values, trace.IsGuard, v => names.Of(v) is not null || this.gradientNames.ContainsKey(v), names);
        foreach (Tensor value in trace.Graph.Values)
        {
            if (!value.IsSymbolic) this.reader.Name(value, this.Constant(value));
            else if (value.IsSymbolic && value.Node is null && names.Of(value) is { } name) this.reader.Name(value, name);
            else if (value is { IsSymbolic: true, Node: null }) this.reader.Name(value, names.Fresh(value, "s")); // the state of a random source, or a memory of the optimiser
        }
    }

    /// <summary>The forward pass, brick by brick.</summary>
    public IEnumerable<ExplainStep> Forward()
    {
        this.reader.Name(this.trace.Graph.Inputs[0], this.names.Of(this.trace.Graph.Inputs[0])!);
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
            yield return new(this.round, Phase.Forward, call.Path, call.Module.Notation, this.Equations(call, remarks), this.InputsOf(call), this.Named(call.Output), this.GradientOf(call.Output), remarks);
        }
    }

    /// <summary>The loss.</summary>
    public ExplainStep Loss(Loss loss)
    {
        Tensor l = this.trace.Loss!;
        List<Equation> equations = [];
        foreach (Tensor each in this.trace.Forward.Where(v => v.Node?.Op is SoftmaxCrossEntropy && this.names.Of(v) is null && !v.Shape.Equals([])))
        {
            Expression name = this.names.Name(each, "ℓ");
            equations.Add(this.Equation(each, name));
            this.reader.Name(each, name);
        }
        equations.Add(this.Equation(l, this.names.Of(l)!));
        return new(this.round, Phase.Loss, "", loss.Name, equations, [this.Named(this.trace.Net.Root.Output), this.Named(this.trace.Target!)], this.Named(l), null, [.. Sentences.Loss(loss)]);
    }

    /// <summary>The chain rule from the loss to the input, brick by brick.</summary>
    public IEnumerable<ExplainStep> Backward()
    {
        Tensor output = this.trace.Net.Root.Output;
        if (this.trace.Gradients.ContainsKey(output))
            yield return new(this.round, Phase.Backward, "", "", [this.GradientEquation(output)], [], this.GradientOf(output), this.GradientOf(output), [Sentences.Chain]);
        HashSet<Tensor> done = new([output], ReferenceEqualityComparer.Instance);
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
            Named? incoming = this.GradientOf(call.Output);
            if (incoming is null)
            {
                yield return new(this.round, Phase.Backward, call.Path, call.Module.Notation, [], [], null, null, [Sentences.NotReached]);
                continue;
            }
            List<Equation> equations = [];
            List<Tensor> inside = this.parts.GetValueOrDefault(call) ?? [];
            foreach ((int i, Tensor part) in inside.AsEnumerable().Reverse().Index()) this.Reach(part, i < MostParts ? equations : null, done);
            foreach (Tensor symbol in this.Leaves(call).Where(v => first[v] == call).OrderBy(v => ReferenceEquals(v, call.Input))) this.Reach(symbol, equations, done);
            remarks.AddRange(Sentences.Backward(call, this.trace));
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
            foreach ((string slot, Parameter memory) in rule.MemoriesOf(weight))
            {
                Expression letter = new Variable(slot, memory.Spec.Shape);
                if (before.TryGetValue(memory, out Tensor? old)) this.reader.Name(old, letter);
            }
            foreach ((string slot, Parameter memory) in rule.MemoriesOf(weight))
            {
                Expression letter = new Variable(slot, memory.Spec.Shape);
                if (!next.TryGetValue(memory, out Tensor? kept) || kept.Node is null) continue;
                equations.Add(this.Equation(kept, letter, "←"));
                this.reader.Name(kept, letter);
            }
            equations.Add(this.Equation(value, name, "←"));
            yield return new(this.round, Phase.Update, path, rule.Name, equations, [this.Named(before[weight])], this.Named(value, name), this.GradientOf(before[weight]), isFirst ? [Sentences.Rate] : []);
            isFirst = false;
        }
    }

    // One equation for what is short, else one for each part, as the definition of the op names it.
    private List<Equation> Equations(BrickCall call, List<Remark> remarks)
    {
        List<Tensor> computing = [.. call.Own.Where(v => v.DType.IsFloat && v.Node!.Op is not (ViewOp or Cast or Detach or Copy or BroadcastTo or Stack) || v.Label is not null)];
        List<Equation> equations = [];
        // What the definition names are the parts; where it names none, all are, unless they are few.
        bool hasLabels = computing.Exists(v => v.Label is not null);
        List<Tensor> inside = this.parts[call] = !hasLabels && computing.Count <= 3 ? [] : [.. computing.Where(v => (!hasLabels || v.Label is not null) && !ReferenceEquals(v, call.Output) && this.names.Of(v) is null)];
        foreach ((int i, Tensor part) in inside.Index())
        {
            Expression letters = this.reader.Read(part);
            if (letters is not Call) continue; // nothing new
            Expression name = this.names.NameInside(part);
            if (i < MostParts) equations.Add(this.Equation(part, name));
            this.reader.Name(part, name); // also what is not shown, or what comes after is written with all that was before
        }
        if (inside.Count > MostParts) remarks.Add(Sentences.More(inside.Count - MostParts));
        equations.Add(this.Equation(call.Output, this.names.Of(call.Output)!));
        this.reader.Name(call.Output, this.names.Of(call.Output)!);
        return equations;
    }

    // No equations: the gradient is not shown, but has its name where others are made of it.
    private void Reach(Tensor value, List<Equation>? equations, HashSet<Tensor> done)
    {
        if (!done.Add(value) || this.names.Of(value) is not { } name || !this.trace.Gradients.TryGetValue(value, out Tensor? gradient)) return;
        if (equations is null) this.NameGradient(gradient, Names.GradientOf(name));
        else equations.Add(this.GradientEquation(value));
    }

    private Equation GradientEquation(Tensor value)
    {
        Tensor gradient = this.trace.Gradients[value];
        Symbol name = Names.GradientOf(this.names.Of(value)!);
        Equation equation = this.Equation(gradient, name);
        this.NameGradient(gradient, name);
        return equation;
    }

    // What was named before keeps its name: an addition hands on one gradient to all its summands.
    private void NameGradient(Tensor gradient, Symbol name)
    {
        if (this.gradientNames.TryAdd(gradient, name)) this.reader.Name(gradient, name);
    }

    private Equation Equation(Tensor value, Expression left, string sign = "=")
    {
        Expression right = Tidying.Of(this.reader.Read(value));
        TextWriter text = new();
        LatexWriter latex = new();
        string letters = text.Write(right);
        string arrow = sign == "←" ? @"\leftarrow" : sign;
        (string formula, string formulaLatex) = letters.Length <= LongestFormula
            ? ($"{text.Write(left)} {sign} {letters}", $"{latex.Write(left)} {arrow} {latex.Write(right)}")
            : ($"{text.Write(left)} {sign} …", $"{latex.Write(left)} {arrow} \\ldots");
        string? numbers = null, numbersLatex = null;
        Literal? result = this.values.Whole(value) is { } known ? this.names.Numbers(known) : null;
        if (result is not null)
        {
            string equals = result.IsExact ? "=" : "≈", equalsLatex = result.IsExact ? "=" : @"\approx";
            string n = "", m = "";
            if (right is Call && this.WithNumbers(right) is { } put && text.Write(put) is var written && written != result.Written.Text && written.Length <= LongestFormula)
                (n, m) = ($" = {written}", $" = {latex.Write(put)}");
            (numbers, numbersLatex) = ($"{text.Write(left)}{n} {equals} {result.Written.Text}", $"{latex.Write(left)}{m} {equalsLatex} {result.Written.Latex}");
        }
        (List<Entry> written2, int others) = this.EntriesOf(value, left, right, numbers is not null);
        return new(formula, formulaLatex, numbers, numbersLatex, this.Named(value, left), written2, others);
    }

    // The same with the numbers of what has a name; null when a part is too big.
    private Expression? WithNumbers(Expression expression)
    {
        Dictionary<Expression, Expression> now = new(ReferenceEqualityComparer.Instance);
        Dictionary<Expression, Tensor> seen = new(ReferenceEqualityComparer.Instance); // views of what has a name are numbers too
        foreach (Expression part in Formula.Parts(expression))
        {
            switch (part)
            {
                case Call { Op: ViewOp view, Inputs: [var inner] } when seen.TryGetValue(inner, out Tensor? whole):
                    seen[part] = view.Apply(whole);
                    if (this.names.Numbers(seen[part]) is not { } shown) return null;
                    now[part] = shown.Written;
                    break;
                case Call c: now[part] = Call.Of(c.Op, [.. c.Inputs.Select(x => now[x])]); break;
                case Number: now[part] = part; break;
                default:
                    if (this.ValueOf(part) is not { } value) return null;
                    seen[part] = value;
                    now[part] = this.names.Numbers(value)?.Written ?? part;
                    break;
            }
        }
        // What is too big to be written is seen through a view at best.
        return Formula.Parts(now[expression]).Exists(p => p is Variable || p is Symbol && seen.ContainsKey(p)) ? null : now[expression];
    }

    private Tensor? ValueOf(Expression name) => this.reader.Named(name) is { } value ? this.values.Whole(value) : null;

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
            if (ways.Count == 0) break;
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
        return this.names.Numbers(value)?.Written ?? this.names.Numbered(value, "C");
    }
}
