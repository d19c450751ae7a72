// How written parts are put beside each other: 3x₁ for 3·x₁, a − b for a + (−b), and as few parentheses as a person would write.
// What the signs look like is the writer's.

using System.Globalization;

namespace Kubik.Glass.Formulas;

/// <summary>One expression being written.</summary>
/// <param name="by">Whose signs are used.</param>
internal sealed class WritingPass(FormulaWriter by)
{
    private readonly Dictionary<Expression, Written> done = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Expression> told = new(ReferenceEqualityComparer.Instance); // reshapes that are written: what is said of axes holds behind them

    /// <summary>The expression as it is written.</summary>
    public string Write(Expression expression)
    {
        // From the inside out, not by recursion: a sum of thousands of terms is as deep as it is long.
        List<Expression> parts = Formula.Parts(expression);
        foreach (Call over in parts.OfType<Call>()) this.told.UnionWith(SeenAxes.Hidden(over));
        if (parts.TrueForAll(p => p is Variable or Symbol or Call { Op: Reshape or Permute })) this.told.UnionWith(Rearranged(parts));
        // What goes on in a chain is written at its top alone.
        IEnumerable<Expression> inputs = parts.OfType<Call>().SelectMany(c => IsChained(c) ? c.Inputs.Where(x => !IsOf(c, x)) : c.Inputs);
        HashSet<Expression> read = new(inputs.Append(expression), ReferenceEqualityComparer.Instance);
        foreach (Expression part in parts.Where(read.Contains)) this.done[part] = this.Of(part);
        return this.done[expression].Text;
    }

    private Written Written(Expression part) => this.done[part];

    private Written Of(Expression expression) => expression switch
    {
        Number n => this.NumberOf(n),
        Variable v => this.VariableOf(v),
        Symbol s => by.SymbolOf(s),
        Call c => this.CallOf(c),
        _ => throw new ArgumentException($"No writer knows {expression.GetType().Name}.", nameof(expression)),
    };

    private Written NumberOf(Number n)
    {
        Written written = by.NumberOf(n.Value < 0 || n.Text[0] == '-' ? n.Text[1..] : n.Text);
        return n.Value < 0 || n.Text[0] == '-' ? new(by.Minus + written.Text, Strength.Sum) : written;
    }

    private Written VariableOf(Variable v)
    {
        int mark = v.Name.IndexOf('⁽', StringComparison.Ordinal);
        if (mark > 0) return by.Marked(this.VariableOf(new Variable(v.Name[..mark], v.Spec)), v.Name[(mark + 1)..^1]);
        int letters = v.Name.Length;
        while (letters > 1 && char.IsAsciiDigit(v.Name[letters - 1])) letters--;
        int low = v.Name.IndexOf('_', StringComparison.Ordinal);
        return low > 0 ? by.NameOf(v.Name[..low], v.Name[(low + 1)..]) : by.NameOf(v.Name[..letters], v.Name[letters..]);
    }

    private Written CallOf(Call c) => (c.Op, c.Inputs) switch
    {
        (Reshape, [Call { Op: Stack } cells]) => by.Matrix([.. cells.Inputs.Select(cell => by.At(this.Written(cell), Strength.Sum)).Chunk(c.Shape[1])]),
        (Reshape, [var x]) when this.told.Contains(c) => by.Apply(Reshaped(c.Shape), [this.Written(x)]),
        (Reshape or Cast, [var x]) => this.Written(x),
        (Permute { Axes.Count: > 2, IsTranspose: false } order, [var x]) when this.told.Contains(c) => by.Apply(order.Notation, [this.Written(x)]),
        (Permute { Axes.Count: > 2, IsTranspose: false }, [var x]) => this.Written(x), // which axis is which is no matter of a formula
        (MatrixPower { Power: >= -99 and <= 99 } power, [var x]) => by.Raised(this.Base(x), power.Power.ToString(CultureInfo.InvariantCulture)),
        (BroadcastTo, [Number n]) => n.Value == 1 ? by.Ones : this.NumberOf(n),
        (BroadcastTo, [var x]) => this.Written(x),
        (Concat, [var x]) => this.Written(x),
        (Concat joined, var x) when c.Shape.Rank - joined.Axis == 2 => by.Apply(Below(x.Count), [.. x.Select(this.Written)]),
        (Slice { Axis: 0, Start: 0, Count: 1 }, [Call { Op: PackedOp } results]) => this.Written(results), // the first of several results is the output
        (PlaceDiagonal { Offset: 0 }, [Call { Op: BroadcastTo, Inputs: [Number { Value: 1 }] }]) => new("I"),
        (Binary<Mul> or Binary<Div>, [var first, var b]) when this.LeadsWithMinus(first) => this.Negative(c.Op, first.Spec, this.Written(first).Text, b),
        (Binary<Div>, [Call { Op: BroadcastTo, Inputs: [Number n] }, { Shape.Size: not 1 } b]) => this.Quotient(this.NumberOf(n), by.Over, b),
        (Binary<Div>, [var a, { Shape.Size: not 1 } b]) => this.Quotient(this.Written(a), by.Over, b),
        // Quotients of quotients do not stand on each other's shoulders without end.
        (Binary<Div>, [Call { Op: Binary<Div>, Inputs: [Call { Op: Binary<Div>, Inputs: [Call { Op: Binary<Div> }, _] }, _] } a, var b]) =>
            this.Quotient(this.Written(a), "/", b),
        (Binary<Add> or Binary<Sub>, [var a, var b]) => this.Sum(a, b, minus: c.Op is Binary<Sub>),
        (UnaryNumber<Neg>, [var x]) => new(by.Minus + by.At(this.Written(x), Strength.Product), Strength.Sum),
        (Binary<Mul> or MatMul, [var a, var b]) => this.Product(a, b, elementwise: c.Op is Binary<Mul> && !a.IsScalar && !b.IsScalar && c.Shape.Size != 1),
        (IOverAxes over, [var x]) when Partial(over.Axes, x.Shape) =>
            by.Apply(this.Along(c.Op, SeenAxes.Of(x, over.Axes, this.told)), [this.Written(x)]),
        (Softmax { Temperature: not 1 } soft, [var x]) => this.Cooled(soft with { Temperature = 1 }, soft.Temperature, x),
        (LogSoftmax { Temperature: not 1 } soft, [var x]) => this.Cooled(soft with { Temperature = 1 }, soft.Temperature, x),
        (Softmax soft, [var x]) when this.Across(soft.Axis, x) is { } seen => by.Apply(this.Along(soft, seen), [this.Written(x)]),
        (LogSoftmax soft, [var x]) when this.Across(soft.Axis, x) is { } seen => by.Apply(this.Along(soft, seen), [this.Written(x)]),
        (Ops.Pad, _) when this.Padded(c) is { } padded => padded,
        (Slice cut, [var x]) => by.Apply(Cut(cut), [ShowsAxes(x) ? this.Written(x) : by.Apply(Reshaped(x.Shape), [this.Written(x)])]),
        (Unary<Sqrt>, [Call { Op: SumSquare squared, Inputs: [var x] }]) when !Partial(squared.Axes, x.Shape) => by.Norm(this.Written(x), squared: false),
        (SumSquare, [var x]) => by.Norm(this.Written(x), squared: true),
        (Unary<Sqrt>, [var x]) => by.Root(this.Written(x)),
        (Function<Exp>, [{ IsScalar: true } x]) => by.Exponential(this.Written(x)),
        (Function<Exp>, [var x]) => by.Apply(Notation.Function("exp", @"\exp"), [this.Written(x)]), // e^A could be that of the matrix
        (UnaryNumber<Square>, [{ Shape.Size: not 1 } x]) => by.RaisedEach(this.Written(x), new("2")), // X² would be X·X
        (Binary<Pow>, [{ Shape.Size: not 1 } x, { Shape.Size: 1 } n]) => by.RaisedEach(this.Written(x), this.Written(n)),
        (Binary<Pow>, [var x, Call { Op: BroadcastTo, Inputs: [Number n] }]) => this.CallOf(c.With([x, n])),
        (Binary<Pow>, [var x, Number { Value: >= 0 and <= 99 } n]) when n.Value == Math.Floor(n.Value) =>
            by.Raised(this.Written(x), n.Value.ToString(CultureInfo.InvariantCulture)),
        (Binary<Maximum> or Binary<Minimum>, _) when IsChained(c) => this.Chained(c),
        // ||x|| would be read as a norm.
        (UnaryNumber<Abs>, [Call { Op: UnaryNumber<Abs> } x]) => by.Apply(c.Op.Notation, [new(by.Parenthesised(this.Written(x).Text))]),
        _ => by.Apply(c.Op.Notation, [.. c.Inputs.Select(this.Written)]),
    };

    // [a, b] is side by side, [a; b] one below the other.
    private static Notation Below(int count)
    {
        string rows = string.Join("; ", Enumerable.Range(0, count).Select(i => $"{{{i}}}"));
        return new($"[{rows}]", $@"\left[{rows}\right]");
    }

    private static bool IsChained(Call c) => c.Op is Binary<Maximum> or Binary<Minimum> && c.Inputs.Any(x => IsOf(c, x));

    private static bool IsOf(Call chain, Expression x) => x is Call inner && inner.Op.Equals(chain.Op);

    // max(max(a, b), max(c, d)) is max(a, b, c, d).
    private Written Chained(Call c)
    {
        List<Written> all = [];
        Stack<Expression> open = new([c]);
        while (open.TryPop(out Expression? next))
        {
            if (next is Call { Inputs: [var left, var right] } && IsOf(c, next))
            {
                open.Push(right);
                open.Push(left);
            }
            else
            {
                all.Add(this.Written(next));
            }
        }
        string OfAll(string two) => two.Replace("{0}, {1}", "{*}", StringComparison.Ordinal);
        return by.Apply(new(OfAll(c.Op.Notation.Text), OfAll(c.Op.Notation.Latex)), [.. all]);
    }

    // Which axes they are needs no word where nothing else is left: the mean of a row is that of all its numbers.
    private static bool Partial(IReadOnlyCollection<int> axes, Shape shape) => Enumerable.Range(0, shape.Rank).Any(a => shape[a] != 1 && !axes.Contains(a));

    // Whether axes are those that a reader sees: a reshape is not written, and has others.
    private static bool ShowsAxes(Expression x)
    {
        Stack<Expression> open = new([x]);
        while (open.TryPop(out Expression? next))
        {
            if (next is not Call c) continue;
            if (c.Op is Reshape && c.Inputs[0].Shape != c.Shape && c.Inputs[0] is not Call { Op: Stack }) return false;
            foreach (Expression input in c.Inputs.Where(i => i.Shape == c.Shape || c.Op is Cast or Reshape)) open.Push(input);
        }
        return true;
    }

    // A value in another order of its entries is not the value: all that makes the order is written.
    private static IEnumerable<Expression> Rearranged(List<Expression> parts) =>
        parts.Exists(p => p is Call { Op: Permute { Axes.Count: > 2, IsTranspose: false } }) ? parts.Where(p => p is Call) : [];

    private static Notation Reshaped(Shape shape) => Notation.Worded("reshape", string.Join('×', shape));

    // Along another axis than the last, which everybody takes it for, or the columns of a matrix, which a typed softmax goes along.
    private (Expression Seen, int[] Axes)? Across(int axis, Expression x)
    {
        (Expression seen, int[] axes) = SeenAxes.Of(x, [x.Shape.Axis(axis, "softmax")], this.told);
        bool isUsual = axes is [var a] && (a == seen.Shape.Rank - 1 || (a, seen.Shape.Rank) == (0, 2));
        return isUsual || !Partial(axes, seen.Shape) ? null : (seen, axes);
    }

    // Numbers of a single sample stand without the axis of the samples.
    private Notation Along(Op op, (Expression Seen, int[] Axes) over)
    {
        Shape shape = over.Seen.Shape;
        return op.Notation.Along(over.Axes, by.OfNumbers && shape.Rank > 1 && shape[0] == 1 ? shape : (Shape?)null);
    }

    // (Xᵀ)², for Xᵀ² could be the transpose of a square.
    private Written Base(Expression x) => x is Call { Op: Permute } ? new(by.Parenthesised(this.Written(x).Text)) : this.Written(x);

    private Written Quotient(Written above, string sign, Expression below) =>
        new($"{by.At(above, Strength.Product)} {sign} {by.At(this.Written(below), Strength.Power)}", Strength.Product);

    private bool LeadsWithMinus(Expression first) => first is Symbol or Call { IsScalar: true, Op: Binary<Mul> or Binary<Div> }
        && this.Written(first) is { Strength: Strength.Sum } written && this.IsNegative(written.Text);

    private bool IsNegative(string text) => text.StartsWith(by.Minus, StringComparison.Ordinal);

    // softmax(x / T)
    private Written Cooled(Op softmax, double temperature, Expression x)
    {
        Number t = new(temperature, x.Spec.DType);
        this.done[t] = this.NumberOf(t);
        Call scaled = Call.Of(Binary<Div>.Instance, x, t);
        this.done[scaled] = this.CallOf(scaled);
        return this.CallOf(Call.Of(softmax, scaled));
    }

    // Places are counted from 1: x[:, 1…3] for the first three columns.
    private static Notation Cut(Slice cut)
    {
        string before = string.Concat(Enumerable.Repeat(":, ", cut.Axis));
        string step = Math.Abs(cut.Step) == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" by {cut.Step}");
        int first = cut.Start + 1, last = cut.Start + (cut.Count - 1) * cut.Step + 1;
        string At(string between, string every) => $"[{before}{first}{(cut.Count == 1 ? "" : $"{between}{last}{every}")}]";
        return new($"{{0:atom}}{At("…", step)}", $"{{0:atom}}_{{{At(@" \ldots ", step.Length > 0 ? $@"\text{{{step}}}" : "")}}}");
    }

    // All spatial axes at once, as the brick says it: pad(x; 1).
    private Written? Padded(Call pad)
    {
        List<Ops.Pad> pads = [];
        Expression x = pad;
        bool IsNext(Ops.Pad one) => pads.Count == 0 || one.Axis == pads[0].Axis - 1 && one.Mode == pads[0].Mode && one.Value.Equals(pads[0].Value);
        while (x is Call { Op: Ops.Pad one } inner && IsNext(one))
        {
            pads.Insert(0, one);
            x = inner.Inputs[0];
        }
        return pads[0].Axis == 2 && pads.Count == pad.Shape.Rank - 2 ? by.Apply(Notation.Worded("pad", Ops.Pad.Written(pads)), [this.Written(x)]) : null;
    }

    // A number below 0 that begins a product or a quotient needs no parentheses there.
    private Written Negative(Op op, TensorSpec spec, string led, Expression b)
    {
        Symbol positive = new(spec, led[by.Minus.Length..], led[by.Minus.Length..], Strength.Product);
        this.done[positive] = by.SymbolOf(positive);
        return new(by.Minus + this.CallOf(Call.Of(op, positive, b)).Text, Strength.Sum);
    }

    private Written Sum(Expression a, Expression b, bool minus)
    {
        bool negative = false;
        while (b is Call { Op: UnaryNumber<Neg>, Inputs: [var inner] }) (negative, b) = (!negative, inner);
        Written right = this.Written(b);
        if (b is Number { Value: < 0 } n) (negative, right) = (!negative, by.NumberOf(n.Text[1..]));
        else if (b is Call { Op: Binary<Mul> } && this.IsNegative(right.Text))
            (negative, right) = (!negative, new(right.Text[by.Minus.Length..], Strength.Product));
        bool subtracts = minus != negative;
        string added = by.At(right, subtracts ? Strength.Product : Strength.Sum);
        string twice = by.Minus + by.Parenthesised("|").Split('|')[0] + by.Minus;
        if (!subtracts && added.StartsWith(twice, StringComparison.Ordinal)) added = by.Parenthesised(added); // a + (−(−b) + c)
        if (!subtracts && this.IsNegative(added)) (subtracts, added) = (true, added[by.Minus.Length..]); // a + (−b + c) is a − b + c
        return new($"{by.At(this.Written(a), Strength.Sum)} {(subtracts ? by.Minus : "+")} {added}", Strength.Sum);
    }

    // xᵀ·y·(yᵀ·x), for xᵀ·y·yᵀ·x would be read as (xᵀ·y·yᵀ)·x.
    private static bool IsMatrixNumber(Expression x) => x is Call { IsScalar: true, Op: Reshape, Inputs: [Call { Op: MatMul }] };

    private static bool EndsInMatrixNumber(Expression x)
    {
        while (x is Call { IsScalar: true, Op: Binary<Mul> } product) x = product.Inputs[1];
        return IsMatrixNumber(x);
    }

    private Written Product(Expression a, Expression b, bool elementwise)
    {
        if (a is Number { Value: < 0 } negative && !elementwise)
        {
            string digits = negative.Text[1..];
            return new(by.Minus + this.Product(new Number(-negative.Value, digits), by.NumberOf(digits), b, elementwise: false).Text, Strength.Sum);
        }
        return this.Product(a, this.Written(a), b, elementwise);
    }

    private static bool IsOnes(Expression x) => x is Call { Op: BroadcastTo, Inputs: [Number { Value: 1 }] };

    // (1 / 2)·x, for 1 / 2·x may be taken for 1 / (2·x); a fraction's line ends where it ends.
    private static bool IsInLine(Expression a, string text) =>
        (a is Call { Op: Reshape, Inputs: [var seen] } ? seen : a) is Call { Op: Binary<Div> }
        && !text.StartsWith(@"\frac", StringComparison.Ordinal) && text.Contains(" / ", StringComparison.Ordinal);

    private Written Product(Expression a, Written written, Expression b, bool elementwise)
    {
        Expression first = b;
        while (first is Call { Op: MatMul or Permute or Reshape } inner) first = inner.Inputs[0];
        bool isScaled = first is Call { Op: Binary<Mul> or Binary<Div>, Inputs: [{ IsScalar: true }, _] or [_, { IsScalar: true }] };
        bool chain = b is Call { Op: MatMul } && a.IsScalar && !isScaled; // l·x·yᵀ and l·(x ∘ y)·zᵀ, but l·(2x·yᵀ)
        bool isInner = b is Call { Op: Binary<Mul> or MatMul or Binary<Div> } && !chain
            || b is Number && this.Written(b).Strength == Strength.Product
            || IsMatrixNumber(b) && (isScaled || EndsInMatrixNumber(a));
        bool isOuter = IsMixed(a, b, elementwise) || (!elementwise || IsOnes(b)) && IsInLine(a, written.Text);
        string left = by.At(written, isOuter ? Strength.Power : Strength.Product), right = by.At(this.Written(b), isInner ? Strength.Power : Strength.Product);
        return elementwise
            ? new($"{left} {by.Circle} {right}", Strength.Product)
            : new(left + by.Dot(IsNumeral(a) && NeedsNoSign(b, first, right)) + right, Strength.Product);
    }

    // (a ∘ b)·x and (A·x) ∘ b, for nobody knows which of the two signs binds more tightly.
    private static bool IsMixed(Expression a, Expression b, bool elementwise)
    {
        Expression core = a;
        while (core is Call { Op: Binary<Mul>, Inputs: [{ IsScalar: true }, { IsScalar: false } rest] }) core = rest;
        if (b.IsScalar || core is not Call { IsScalar: false, Inputs: [var over, { IsScalar: false }] } around) return false;
        return elementwise
            ? around.Op is MatMul && !over.IsScalar
            : ReferenceEquals(core, a) && (around.Op is Binary<Div> || around.Op is Binary<Mul> && !over.IsScalar);
    }

    // 3x₁, 3(x + y) and 3Aᵀ·x, but 2·3, x·y, 10²·x and 4·max(0, x).
    private static bool IsNumeral(Expression a) => a is Number { Text: not "e" } digits && Numeral.Of(digits.Text).Exponent == 0;

    private static bool NeedsNoSign(Expression b, Expression first, string right) => b switch
    {
        _ when first is Variable => true,
        Number { IsConstant: true } => true,
        Number { Value: < 0 } or Symbol => false,
        _ when right[0] is '(' or '[' || right.StartsWith(@"\left(", StringComparison.Ordinal) => true,
        Call { Op: UnaryNumber<Square> or Binary<Pow>, Inputs: [Variable, ..] } => true,
        _ => false,
    };
}
