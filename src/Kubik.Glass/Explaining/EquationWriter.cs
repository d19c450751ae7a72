// A value as an equation: in letters, as the graph computes it; with the numbers of what has a name; and a few entries of it, each
// computed from single numbers. Where something is too long or too big to be read, it is left out, and the values are shown alone.

using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;
using TextWriter = Kubik.Glass.Formulas.TextWriter;

namespace Kubik.Glass.Explaining;

/// <summary>Writes the equations of a step.</summary>
/// <param name="trace">The step.</param>
/// <param name="names">What values are called.</param>
/// <param name="reader">How they are computed, in letters.</param>
/// <param name="values">Their numbers.</param>
/// <param name="entries">Their entries.</param>
/// <param name="focus">The entry from which entries of big values are written out.</param>
internal sealed class EquationWriter(StepTrace trace, Names names, GraphReader reader, ShownValues values, Entries entries, Focus focus)
{
    /// <summary>Characters of the longest formula that is written.</summary>
    public const int LongestFormula = 300;

    private const int MostEntries = 8, FewEntries = 2, LargestSearched = Rehearsal.LargestWhole;

    private readonly CountedFromOne counted = new(names);
    private readonly ElementwiseEntries elementwise = new(values, reader.Named, names);

    /// <summary>The probabilities that the loss speaks of, once they have a name.</summary>
    public Probabilities? Probabilities { get; set; }

    /// <summary>A value with its numbers.</summary>
    public Named Named(Tensor value) => this.Named(value, names.Of(value)!);

    /// <summary>A value by another name.</summary>
    public Named Named(Tensor value, Expression name) => new(new TextWriter().Write(name), new LatexWriter().Write(name), values[value]);

    /// <summary>The gradient of a value; null when none was computed.</summary>
    public Named? GradientOf(Tensor value) =>
        names.Of(value) is { } name && trace.Gradients.TryGetValue(value, out Tensor? gradient) ? this.Named(gradient, Names.GradientOf(name)) : null;

    /// <summary>The equation of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="left">What it is called.</param>
    /// <param name="sign">What stands between: = or ←.</param>
    /// <param name="right">What it is, where the graph says it otherwise; null: as it is computed.</param>
    public Equation Of(Tensor value, Expression left, string sign = "=", Expression? right = null)
    {
        right ??= this.Written(value);
        Expression ofEntries = right;
        bool isDrawn = Drawn(right) is not null;
        if (Drawn(right) is { } draw) (right, ofEntries, sign) = (draw, draw, "∼");
        else right = ForEach(right, value);
        TextWriter text = new();
        LatexWriter latex = new();
        Expression shown = this.counted.Of(right);
        string letters = text.Write(shown);
        string arrow = sign switch { "←" => @"\leftarrow", "∼" => @"\sim", _ => sign };
        (string formula, string formulaLatex) = letters.Length <= LongestFormula
            ? ($"{text.Write(left)} {sign} {letters}", $"{latex.Write(left)} {arrow} {latex.Write(shown)}")
            : ($"{text.Write(left)} {sign} …", $"{latex.Write(left)} {arrow} \\ldots");
        string? numbers = null, numbersLatex = null;
        Literal? result = values.Whole(value) is { } known ? names.Numbers(known) : null;
        if (result is not null)
        {
            bool isTrue = result.IsExact;
            string n = "", m = "";
            if (right is Call && !isDrawn && this.WithNumbers(right) is { } put
                && new TextWriter { OfNumbers = true }.Write(put) is var written && written != result.Written.Text && written.Length <= LongestFormula
                && PrintedArithmetic.Gives(put, result.Written) is { } gives)
            {
                (n, m) = ($" = {written}", $" = {new LatexWriter { OfNumbers = true }.Write(put)}");
                isTrue &= gives;
            }
            (string equals, string equalsLatex) = isTrue ? ("=", "=") : ("≈", @"\approx");
            (numbers, numbersLatex) = ($"{text.Write(left)}{n} {equals} {result.Written.Text}", $"{latex.Write(left)}{m} {equalsLatex} {result.Written.Latex}");
        }
        (List<Entry> listed, int others) = this.EntriesOf(value, left, ofEntries, numbers is not null);
        return new(formula, formulaLatex, numbers, numbersLatex, this.Named(value, left), listed, others);
    }

    /// <summary>How a value is computed, in letters.</summary>
    public Expression Written(Tensor value)
    {
        Expression tidy = Tidying.Of(reader.Read(value));
        return this.Probabilities is { } p ? Tidying.Of(p.In(tidy)) : tidy;
    }

    // One number, or one for each channel, that all entries get is no tensor until it is said that they get it: times ones. A row that every
    // row gets is a bias, as in x·W + b.
    private static Expression ForEach(Expression right, Tensor value)
    {
        List<(Call Call, int Input)> around = [];
        Expression one = right;
        while (one is Call c && !c.Inputs.All(i => i is Number))
        {
            if (c.Op is BroadcastTo && c.Inputs[0].Shape.Size < c.Shape.Size)
            {
                one = c.Inputs[0];
                break;
            }
            int[] others = [.. Enumerable.Range(0, c.Inputs.Count).Where(i => c.Inputs[i] is not Number)];
            if (c.Op is not (BroadcastTo or Reshape or Cast or IElementwise) || others is not [var only]) return right;
            if (c.Op is IElementwise and not Cast) around.Add((c, only));
            one = c.Inputs[only];
        }
        while (one is Call { Op: BroadcastTo, Inputs: [Number number] }) one = number;
        bool isRow = one.Shape.Rank > 0 && value.Rank > 0 && one.Shape[^1] == value.Shape[^1] && one.Shape.Size == one.Shape[^1];
        if (isRow || one.Shape.Size >= value.Count || Identities.IsZero(one) || one is Number { Value: 1 } && around.Count == 0) return right;
        if (one.Shape.Size == 1 && !one.IsScalar) one = Call.Of(new Ops.Reshape([]), one);
        foreach ((Call c, int input) in around.AsEnumerable().Reverse()) one = Call.Of(c.Op, [.. c.Inputs.Select((other, i) => i == input ? one : other)]);
        return Call.Of(Binary<Mul>.Instance, one, Call.Of(new BroadcastTo(value.Shape), new Number(1, one.Spec.DType)));
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
                    if (names.Numbers(seen[part]) is not { } shown) return null;
                    now[part] = shown.Written;
                    break;
                case Call { Op: ViewOp view, Inputs: [var of] } c
                    when views.TryGetValue(of, out (Tensor Whole, Layout Layout) big) && view.View(of.Shape, big.Layout, c.Shape) is { } layout:
                    views[part] = (big.Whole, layout);
                    now[part] = part;
                    if (this.Seen(big.Whole, layout, c.Shape) is { } few) (seen[part], now[part]) = (few, names.Numbers(few)?.Written ?? part);
                    break;
                case Call { Op: Gather or Take or ScatterAdd or TakeAdd, Inputs: [var of, var index] } c when seen.TryGetValue(index, out Tensor? numbers):
                    now[part] = Call.Of(c.Op, now[of], names.Numbers(numbers + Tensor.Scalar(1, numbers.DType))?.Written ?? index); // counted from 1
                    break;
                case Call c: now[part] = Call.Of(c.Op, [.. c.Inputs.Select(x => now[x])]); break;
                case Number: now[part] = part; break;
                default:
                    if (reader.Named(part) is not { } named) return null;
                    now[part] = part;
                    if (named.IsSymbolic && values.Whole(named) is null)
                    {
                        views[part] = (named, Layout.Contiguous(named.Shape));
                        break;
                    }
                    Tensor value = seen[part] = named.IsSymbolic ? values.Whole(named)! : named;
                    now[part] = names.Numbers(value)?.Written ?? part;
                    break;
            }
        }
        // What is too big to be written is seen through a view at best.
        return Formula.Parts(now[expression]).Exists(p => p is Variable || views.ContainsKey(p) || p is Symbol && seen.ContainsKey(p)) ? null : now[expression];
    }

    // A few entries of something big; null when they are many.
    private Tensor? Seen(Tensor whole, Layout layout, Shape shape)
    {
        if (shape.Size > Literal.MostEntries || !values.Has(whole)) return null;
        double?[] few = [.. Enumerable.Range(0, shape.Size)
            .Select(k => values.At(whole, Entries.Unraveled(whole.Shape, Entries.Offset(layout, Entries.Unraveled(shape, k)))))];
        return Array.TrueForAll(few, e => e is not null) ? Tensor.From([.. few.Select(e => e!.Value)], shape) : null;
    }

    // Of rotary positions the first place is not turned: the second says more.
    private static bool Turns(Tensor value)
    {
        while (value.Node is { Op: ViewOp, Inputs: [var of] } && of.Shape.Rank >= 2 && of.Shape[^1] == value.Shape[^1]) value = of;
        return value.Node?.Op is RotaryEmbedding { Offset: 0 } && value.Shape[^2] > 1;
    }

    private (List<Entry> Entries, int Others) EntriesOf(Tensor value, Expression left, Expression right, bool isWritten)
    {
        // What is computed element by element is to be seen in the numbers of the whole.
        if (right is not Call || value.Shape.Rank == 0 || value.Count == 0 || isWritten && Formula.Parts(right)
            .All(p => p is not Call { Op: not (IElementwise or ViewOp) }) || !values.Has(value)) return ([], 0);
        int start = focus.PlaceIn(value.Shape) + (!focus.IsAsked && value.Count > MostEntries && Turns(value) ? value.Shape[^1] : 0);
        // Of a gradient whose entry is 0 another one says more.
        List<Entry> telling = this.KeptToBeSearched(value)?.ToDoubles() is { } all && Math.Abs(all[start]) <= Rounding.Rest
            && Array.FindIndex(all, e => Math.Abs(e) > Rounding.Rest) is >= 0 and var other
            ? this.EntriesFrom(other, value, left, right)
            : [];
        List<Entry> written = telling.Count > 0 ? telling : this.EntriesFrom(start, value, left, right);
        return (written, written.Count == 0 ? 0 : value.Count - written.Count);
    }

    // The gradient of a convolution, of which any entry may be shown; null where it, or what it is made of, is too big to be kept for that.
    private Tensor? KeptToBeSearched(Tensor value)
    {
        if (focus.IsAsked || value is not { Count: > MostEntries and <= LargestSearched, Node.Op: ConvWeightGradient or ConvInputGradient }) return null;
        Tensor[] parts = [value, .. entries.MadeOf(value).Where(x => Interpreter.InputsOf(x).Length > 0)];
        if (Array.Exists(parts, x => x.Count > LargestSearched)) return null;
        foreach (Tensor part in parts) values.Keep(part);
        return values.Whole(value);
    }

    private List<Entry> EntriesFrom(int start, Tensor value, Expression left, Expression right)
    {
        List<Entry> written = [];
        TextWriter text = new();
        LatexWriter latex = new();
        int most = value.Count <= MostEntries ? MostEntries : FewEntries;
        for (int k = start; k < Math.Min(value.Count, start + most); k++)
        {
            int[] at = Entries.Unraveled(value.Shape, k);
            if (values.At(value, at) is not { } entry) break;
            Digits result = names.Digits(entry);
            // A number that is only handed on says nothing, one of a hundred terms too much.
            Expression?[] all = [entries.Windowed(value, at), this.elementwise.Of(right, at) ?? entries.Of(value, at)];
            List<Expression> ways = [];
            bool isTrue = result.IsExact;
            foreach (Expression way in all.OfType<Expression>())
            {
                string put = text.Write(way);
                if (put == result.Text || put.Length > LongestFormula || PrintedArithmetic.Gives(way, names.Number(entry)) is not { } gives) continue;
                ways.Add(way);
                isTrue &= gives;
            }
            if (ways.Count == 0) continue;
            string index = Entries.Index(value.Shape, at);
            (string sign, string arrow) = isTrue ? ("=", "=") : ("≈", @"\approx");
            written.Add(new($"{text.Write(left)}[{index}] = {string.Join(" = ", ways.Select(text.Write))} {sign} {result.Text}",
                $"{latex.Write(left)}[{index}] = {string.Join(" = ", ways.Select(latex.Write))} {arrow} {result.Latex}"));
        }
        return written;
    }
}
