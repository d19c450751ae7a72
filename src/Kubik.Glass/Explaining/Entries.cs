// One entry of a tensor as what it is computed from, entry by entry: (x·W)₁₂ = 1·3 + 2·4. What an op does with single numbers
// is written by the op; for products, windows, sums and reshaped values it is said here which entries come together.

using Kubik.Glass.Formulas;
using Kubik.Graphs;
using TextWriter = Kubik.Glass.Formulas.TextWriter;

namespace Kubik.Glass.Explaining;

/// <summary>Writes single entries of values.</summary>
/// <param name="values">The values, as far as they are kept.</param>
/// <param name="standsFor">What a value is another name for.</param>
/// <param name="isKnown">Which values stand as numbers: those with a name.</param>
/// <param name="names">How numbers are written.</param>
internal sealed class Entries(ShownValues values, Func<Tensor, Tensor?> standsFor, Func<Tensor, bool> isKnown, Names names)
{
    private const int MostEntriesOfNothing = 1 << 16, MostTerms = 32, MostWindows = 3, WidestWindow = 7;

    private bool showsWindows, hasShown;

    /// <summary>An entry as it is computed; null when there is no short way to write it.</summary>
    public Expression? Of(Tensor value, int[] at) => value is { IsSymbolic: true, Node: { } node } ? this.Computed(node, value, at) : this.Number(value, at);

    /// <summary>An entry with the windows of a convolution as matrices, laid upon the kernel; null when there are none to be shown.</summary>
    public Expression? Windowed(Tensor value, int[] at)
    {
        (this.showsWindows, this.hasShown) = (true, false);
        Expression? entry = this.Of(value, at);
        this.showsWindows = false;
        return this.hasShown ? entry : null;
    }

    /// <summary>The values whose numbers the entries of a value are made of.</summary>
    public HashSet<Tensor> MadeOf(Tensor value)
    {
        HashSet<Tensor> met = new(ReferenceEqualityComparer.Instance), made = new(ReferenceEqualityComparer.Instance);
        void Visit(Tensor x)
        {
            foreach (Tensor input in standsFor(x) is { } whole ? [whole] : Interpreter.InputsOf(x))
            {
                if (!met.Add(input)) continue;
                if (isKnown(input) || input is not { IsSymbolic: true, Node: not null }) made.Add(input);
                else Visit(input);
            }
        }
        Visit(value);
        return made;
    }

    private Symbol? Number(Tensor value, int[] at) => values.At(value, at) is { } entry ? names.Number(entry) : null;

    private Expression? Inside(Tensor value, int[] at) =>
        isKnown(value) || value is not { IsSymbolic: true, Node: not null } ? this.Number(value, at) : this.Of(value, at);

    private Expression? Computed(Node node, Tensor value, int[] at)
    {
        Tensor[] x = node.Inputs;
        if (standsFor(value) is { } whole) return this.Inside(whole, at);
        switch (node.Op)
        {
            case Cast when this.Inside(x[0], at) is { } truth && !truth.Spec.DType.IsFloat: return Call.Of(new Cast(DType.Float64), truth);
            case Cast or Detach or Copy: return this.Inside(x[0], at);
            case ViewOp view:
                return view.View(x[0].Shape, Layout.Contiguous(x[0].Shape), value.Shape) is { } layout
                    ? this.Inside(x[0], Unraveled(x[0].Shape, Offset(layout, at)))
                    : null;
            case MatMul when x[0].Rank >= 2 && x[1].Rank >= 2:
                Expression? Left(int k) => this.Inside(x[0], Aligned(x[0].Shape, [.. at[..^1], k]));
                Expression? Right(int k) => this.Inside(x[1], Aligned(x[1].Shape, [.. at[..^2], k, at[^1]]));
                return Sum(x[0].Shape[^1], k => (Left(k), Right(k)));
            case Function<Exp> when x[0].Node is { Op: Ops.LogSoftmax logs, Inputs: [var of] }: return this.Share(of, logs.Axis, logs.Temperature, at);
            case Binary<Add> when this.IsNothing(x[1]) && x[0].Shape == value.Shape: return this.Inside(x[0], at);
            case Binary<Add> when this.IsNothing(x[0]) && x[1].Shape == value.Shape: return this.Inside(x[1], at);
            case Binary<Add> when IsSame(x[0], x[1]): return this.Twice(x[1], at);
            case Binary<Add> when x[0] is { Node: { Op: Binary<Add>, Inputs: [var first, var second] } } && !isKnown(x[0]) && IsSame(second, x[1]):
                return this.Inside(first, Aligned(first.Shape, at)) is { } rest && this.Twice(x[1], at) is { } twice
                    ? Call.Of(Binary<Add>.Instance, rest, twice) : null;
            case IElementwise when x.All(i => i.DType.IsFloat):
                {
                    Expression?[] parts = [.. x.Select(i => this.Inside(i, Aligned(i.Shape, at)))];
                    return parts.Any(p => p is null) ? null
                        : node.Op is Binary<Mul> && ReferenceEquals(x[0], x[1]) ? Call.Of(UnaryNumber<Ops.Square>.Instance, parts[0]!)
                        : node.Op is Binary<Pow> && x[1] is { IsSymbolic: false, Count: 1 } power && power.Item() == 0.5
                        ? Call.Of(Unary<Sqrt>.Instance, parts[0]!)
                        : node.Op is Binary<Div> && parts is [Call { Op: Binary<Add> } both, Number { Value: 2 } or Symbol { Text: "2" }]
                        && Tidying.Halved(both) is { } halved ? halved : Call.Of(node.Op, parts!);
                }
            case RotaryEmbedding rotary: return this.Turned(rotary, x[0], at);
            case Reduce<Sum> sum: return this.Over(x[0], sum.Axes, sum.KeepDims, at) is { } summands ? Chain(summands) : null;
            case Reduce<Max> max: return Listed("max", @"\max", this.Over(x[0], max.Axes, max.KeepDims, at));
            case Reduce<Min> min: return Listed("min", @"\min", this.Over(x[0], min.Axes, min.KeepDims, at));
            case Conv conv: return this.showsWindows ? this.Windows(conv, x, at) : this.Window(conv, x, at);
            case ConvWeightGradient conv: return Terms(x[1].Shape[0] * x[1].Shape[2..].Size, k => WindowPlaces.KernelTerm(conv, x, at, k), this.Inside, x);
            case ConvInputGradient conv:
                int terms = x[1].Shape[0] / conv.Window.Groups * x[1].Shape[2..].Size;
                return Terms(terms, k => WindowPlaces.InputTerm(conv, x, value.Shape, at, k), this.Inside, x);
            case MaxPoolScatter { Pool.Grid: SlidingGrid grid }: return this.Won(grid, x, at);
            case AvgPoolSpread { Pool: { Grid: SlidingGrid grid, Divisor: Divisor.Window or Divisor.One } pool }:
                return this.Shared(grid, x[0], value.Shape, at, isWhole: pool.Divisor == Divisor.One);
            case Where when this.Flag(x[0], Aligned(x[0].Shape, at)) is { } isTrue:
                {
                    Expression? Side(int k) => this.Inside(x[k], Aligned(x[k].Shape, at));
                    if (values is Rehearsal) Side(2); // it may be either
                    return Side(isTrue ? 1 : 2);
                }
            case MaxPool { Grid: SlidingGrid grid }: return Listed("max", @"\max", this.Cells(grid, x[0], at));
            case AvgPool { Grid: SlidingGrid grid, Divisor: Divisor.One } when this.Cells(grid, x[0], at) is { } powers: return Chain(powers);
            case AvgPool { Grid: SlidingGrid grid, Divisor: Divisor.Window } when this.Cells(grid, x[0], at) is { } cells:
                {
                    int axes = x[0].Rank - 2;
                    double size = Enumerable.Range(0, axes).Aggregate(1.0, (n, a) => n * grid.Kernel[grid.Kernel.Count == 1 ? 0 : a]);
                    return Chain(cells) is { } total ? Call.Of(Binary<Div>.Instance, total, new Number(size)) : null;
                }
            case Ops.Softmax softmax: return this.Share(x[0], softmax.Axis, softmax.Temperature, at);
            case Ops.LogSoftmax softmax:
                return this.Share(x[0], softmax.Axis, softmax.Temperature, at) is { } share ? Call.Of(Unary<Log>.Instance, share) : null;
            case SoftmaxCrossEntropy when values.At(x[1], at) is { } label:
                {
                    int[] right = [at[0], (int)label, .. at[1..]];
                    return this.Share(x[0], 1, 1, right) is { } part ? Call.Of(UnaryNumber<Neg>.Instance, Call.Of(Unary<Log>.Instance, part)) : null;
                }
            default: return null;
        }
    }

    // A state that begins with 0 adds nothing; letters leave it out, too.
    private bool IsNothing(Tensor x) => !isKnown(x) && x switch
    {
        { IsSymbolic: false } => x.Count <= MostEntriesOfNothing && Array.TrueForAll(x.ToDoubles(), e => e == 0),
        { Node: { Op: MatMul or Binary<Mul>, Inputs: [var a, var b] } } => this.IsNothing(a) || this.IsNothing(b),
        { Node: { Op: ViewOp or BroadcastTo or Cast, Inputs: [var of] } } => this.IsNothing(of),
        _ => false,
    };

    private Call? Twice(Tensor x, int[] at) =>
        this.Inside(x, Aligned(x.Shape, at)) is { } once ? Call.Of(Binary<Mul>.Instance, new Number(2), once) : null;

    // Whether two values are computed alike: of d·d the engine adds up both halves of the gradient.
    private static bool IsSame(Tensor a, Tensor b) => ReferenceEquals(a, b)
        || a is { IsSymbolic: true, Node: { } one } && b is { IsSymbolic: true, Node: { } other } && one.Op is Binary<Mul> && one.Op.Equals(other.Op)
        && one.Inputs.AsSpan().SequenceEqual(other.Inputs, ReferenceEqualityComparer.Instance);

    // a·cos φ − b·sin φ of a pair's first, b·cos φ + a·sin φ of its second; the first place is not turned.
    private Expression? Turned(RotaryEmbedding rotary, Tensor x, int[] at)
    {
        (int partner, double angle, bool isSecond) = rotary.Pair(at[^2], at[^1], x.Shape[^1]);
        if (this.Inside(x, at) is not { } own || angle == 0) return angle == 0 ? this.Inside(x, at) : null;
        if (this.Inside(x, [.. at[..^1], partner]) is not { } other) return null;
        Symbol phi = names.Number(Math.Abs(angle));
        Expression stays = Call.Of(Binary<Mul>.Instance, own, Call.Of(Unary<Cos>.Instance, phi));
        Expression comes = Call.Of(Binary<Mul>.Instance, other, Call.Of(Unary<Sin>.Instance, phi));
        return isSecond == angle > 0 ? Call.Of(Binary<Add>.Instance, stays, comes) : Call.Of(Binary<Sub>.Instance, stays, comes);
    }

    // e^(z/T) / Σ e^(z/T)
    private Call? Share(Tensor z, int axis, double temperature, int[] at)
    {
        if (z.Shape[axis] > MostTerms) return null;
        Expression? own = null;
        List<Expression> powers = [];
        for (int k = 0; k < z.Shape[axis]; k++)
        {
            int[] index = [.. at];
            index[axis] = k;
            if (this.IsClosed(z, index)) continue; // e^(−∞) is 0
            if (this.Inside(z, index) is not { } x) return null;
            powers.Add(Call.Of(new Function<Exp>(default), temperature == 1 ? x : Call.Of(Binary<Div>.Instance, x, new Number(temperature))));
            if (k == at[axis]) own = powers[^1];
        }
        return own is null ? null : Call.Of(Binary<Div>.Instance, own, Chain(powers)!);
    }

    // Where a mask has put −∞.
    private bool IsClosed(Tensor z, int[] at) =>
        z.Node is { Op: Where, Inputs: [var mask, _, { IsSymbolic: false, Count: 1 } closed] } && double.IsNegativeInfinity(closed.Item())
        && this.Flag(mask, Aligned(mask.Shape, at)) == false;

    private bool? Flag(Tensor mask, int[] at) => mask.IsSymbolic ? values.At(mask, at) is { } flag ? flag != 0 : null : Element(mask, at) != 0;

    // Σ a·b over the places that there are.
    private static Expression? Terms(int count, Func<int, (int[] A, int[] B)?> place, Func<Tensor, int[], Expression?> inside, Tensor[] x)
    {
        List<(int[] A, int[] B)> places = [];
        for (int k = 0; k < count; k++)
        {
            if (place(k) is not { } found) continue;
            if (places.Count == MostTerms) return null;
            places.Add(found);
        }
        return Sum(places.Count, k => (inside(x[0], places[k].A), inside(x[1], places[k].B)));
    }

    // Of each window that it lies in an entry gets the gradient, if it is the greatest: dy·[x ≥ max(…)].
    private Expression? Won(SlidingGrid grid, Tensor[] x, int[] at)
    {
        if (x[1].Shape[2..].Size > MostTerms || this.Inside(x[0], at) is not { } own) return null;
        List<Expression> terms = [];
        foreach (int[] window in WindowPlaces.Around(grid, x[0].Shape, x[1].Shape, at))
        {
            if (this.Cells(grid, x[0], window) is not { } cells || this.Inside(x[1], window) is not { } reached) return null;
            TextWriter text = new();
            if (cells.Count(c => text.Write(c) == text.Write(own)) > 1) return null; // of equal ones the first wins
            terms.Add(Call.Of(Binary<Mul>.Instance, reached,
                Call.Of(new Cast(DType.Float64), Call.Of(Compare<GreaterOrEqual>.Instance, own, Listed("max", @"\max", cells)!))));
        }
        return Chain(terms);
    }

    // Of each window that it lies in an entry gets its share, of a sum all.
    private Expression? Shared(SlidingGrid grid, Tensor reached, Shape input, int[] at, bool isWhole)
    {
        if (reached.Shape[2..].Size > MostTerms) return null;
        List<Expression> terms = [];
        int cells = Enumerable.Range(0, input.Rank - 2).Aggregate(1, (n, a) => n * grid.Window.Along(a, input[2 + a], grid.Kernel[a]).Kernel);
        foreach (int[] window in WindowPlaces.Around(grid, input, reached.Shape, at))
        {
            if (this.Inside(reached, window) is not { } value) return null;
            terms.Add(isWhole ? value : Call.Of(Binary<Div>.Instance, value, new Number(cells)));
        }
        return Chain(terms);
    }

    private static Expression? Chain(List<Expression> terms) =>
        terms.Count is 0 or > MostTerms ? null : terms.Aggregate((a, b) => Call.Of(Binary<Add>.Instance, a, b));

    private static Symbol? Listed(string name, string latex, List<Expression>? terms)
    {
        if (terms is null) return null;
        TextWriter text = new();
        LatexWriter tex = new();
        return new(new(DType.Float64, []), $"{name}({string.Join(", ", terms.Select(text.Write))})",
            $@"{latex}\left({string.Join(", ", terms.Select(tex.Write))}\right)");
    }

    // The cells of a pool's window, those of the border left out.
    private List<Expression>? Cells(SlidingGrid grid, Tensor x, int[] at)
    {
        int axes = x.Rank - 2;
        AxisWindow[] along = [.. Enumerable.Range(0, axes).Select(a => grid.Window.Along(a, x.Shape[2 + a], grid.Kernel[a]))];
        List<Expression> cells = [];
        for (int k = 0; k < along.Aggregate(1, (n, w) => n * w.Kernel); k++)
        {
            int[] cell = [.. at];
            bool isInside = true;
            for (int a = axes - 1, left = k; a >= 0; a--)
            {
                cell[2 + a] = at[2 + a] * along[a].Stride + left % along[a].Kernel * along[a].Dilation - along[a].Begin;
                left /= along[a].Kernel;
                isInside &= cell[2 + a] >= 0 && cell[2 + a] < x.Shape[2 + a];
            }
            if (!isInside) continue;
            if (cells.Count == MostTerms || this.Inside(x, cell) is not { } value) return null;
            cells.Add(value);
        }
        return cells;
    }

    // Σ a·b
    private static Expression? Sum(int count, Func<int, (Expression? A, Expression? B)> term)
    {
        if (count is 0 or > MostTerms) return null;
        Expression? sum = null;
        for (int k = 0; k < count; k++)
        {
            if (term(k) is not ({ } a, { } b)) return null;
            Expression product = Call.Of(Binary<Mul>.Instance, a, b);
            sum = sum is null ? product : Call.Of(Binary<Add>.Instance, sum, product);
        }
        return sum;
    }

    // The entries that come together over some axes; null when they are many.
    private List<Expression>? Over(Tensor x, Axes axes, bool keepDims, int[] at)
    {
        bool[] gone = new bool[x.Rank];
        foreach (int axis in axes) gone[axis] = true;
        int count = Enumerable.Range(0, x.Rank).Where(a => gone[a]).Aggregate(1, (n, a) => n * x.Shape[a]);
        if (count is 0 or > MostTerms) return null;
        List<Expression> all = [];
        for (int k = 0; k < count; k++)
        {
            int[] index = new int[x.Rank];
            for (int a = x.Rank - 1, left = k, kept = at.Length - 1; a >= 0; a--)
            {
                if (gone[a])
                {
                    (index[a], left) = (left % x.Shape[a], left / x.Shape[a]);
                    if (keepDims) kept--;
                }
                else
                {
                    index[a] = at[kept--];
                }
            }
            if (this.Inside(x, index) is not { } part) return null;
            all.Add(part);
        }
        return all;
    }

    // The window over the input at (sample, …, row, column), times the kernel of the output channel, over all its input channels.
    private Expression? Window(Conv conv, Tensor[] x, int[] at)
    {
        List<(int[] Cell, int[] Weight)> inside = [.. WindowPlaces.Met(conv, x, at).Where(c => WindowPlaces.IsInside(x[0].Shape, c.Cell))];
        return Sum(inside.Count, k => (this.Inside(x[0], inside[k].Cell), this.Inside(x[1], inside[k].Weight)));
    }

    // Σ window ∘ kernel, a pair of matrices for each input channel; beyond the border the window holds zeros.
    private Expression? Windows(Conv conv, Tensor[] x, int[] at)
    {
        Shape kernel = x[1].Shape;
        if (kernel.Rank != 4 || kernel[1] > MostWindows || kernel[2] > WidestWindow || kernel[3] > WidestWindow || kernel[2] * kernel[3] == 1) return null;
        Expression? sum = null;
        foreach ((int[] Cell, int[] Weight)[] channel in WindowPlaces.Met(conv, x, at).Chunk(kernel[2] * kernel[3]))
        {
            Symbol? zero = new(new(DType.Float64, []), "0", "0");
            Expression?[] window = [.. channel.Select(c => WindowPlaces.IsInside(x[0].Shape, c.Cell) ? this.Inside(x[0], c.Cell) : zero)],
                weights = [.. channel.Select(c => this.Inside(x[1], c.Weight))];
            if (window.Concat(weights).Any(e => e is not Symbol)) return null;
            Call product = Call.Of(Binary<Mul>.Instance, Matrix(window, kernel[3]), Matrix(weights, kernel[3])),
                total = Call.Of(new Reduce<Sum>([0, 1]), product);
            sum = sum is null ? total : Call.Of(Binary<Add>.Instance, sum, total);
        }
        this.hasShown = true;
        return sum;
    }

    private static Symbol Matrix(Expression?[] cells, int columns)
    {
        Symbol[][] rows = [.. cells.Cast<Symbol>().Chunk(columns)];
        return new(new(DType.Float64, [rows.Length, columns]), $"[{string.Join(", ", rows.Select(row => $"[{string.Join(", ", row.Select(c => c.Text))}]"))}]",
            $@"\begin{{pmatrix}} {string.Join(@" \\ ", rows.Select(row => string.Join(" & ", row.Select(c => c.Latex))))} \end{{pmatrix}}");
    }

    /// <summary>One element of a tensor; the others are not looked at.</summary>
    public static double Element(Tensor x, int[] at) => x.View([], new((int)Offset(x.Layout, at), [])).Item();

    /// <summary>Where an entry lies.</summary>
    public static long Offset(Layout layout, int[] at)
    {
        long offset = layout.Offset;
        for (int a = 0; a < at.Length; a++) offset += (long)at[a] * layout.Strides[a];
        return offset;
    }

    /// <summary>The place of an entry row by row.</summary>
    public static int Flat(Shape shape, int[] at)
    {
        int flat = 0;
        for (int a = 0; a < at.Length; a++) flat = flat * shape[a] + at[a];
        return flat;
    }

    /// <summary>The entry at a place row by row.</summary>
    public static int[] Unraveled(Shape shape, long flat)
    {
        int[] at = new int[shape.Rank];
        for (int a = shape.Rank - 1; a >= 0; a--)
        {
            at[a] = (int)(flat % shape[a]);
            flat /= shape[a];
        }
        return at;
    }

    /// <summary>The place of an entry as it is written, counted from 1. Of a value that is written as a row or a matrix leading axes of length 1 are
    /// left out; of others there are as many numbers as axes in the shape.</summary>
    public static string Index(Shape shape, int[] at)
    {
        int leading = 0;
        while (leading < shape.Rank - 1 && shape[leading] == 1) leading++;
        return string.Join(",", at.Skip(shape.Rank - leading > 2 ? 0 : leading).Select(i => i + 1));
    }

    /// <summary>Where an entry of a broadcast result comes from.</summary>
    public static int[] Aligned(Shape shape, int[] at)
    {
        int[] own = new int[shape.Rank];
        for (int a = 0; a < own.Length; a++) own[a] = shape[a] == 1 ? 0 : at[at.Length - own.Length + a];
        return own;
    }
}
