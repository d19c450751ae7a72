// What rounding alone has left: 0.1 + 0.2 − 0.3 is 5.6·10⁻¹⁷ in floating point, and 0. How far a number may be off follows to first
// order from those that it was computed from; one that is small and no larger than a few times that is a rest, and people are shown ≈ 0.
// Nothing is computed with that 0, and nothing shown contradicts it: where an op that reads the rest would make something else of 0 (a
// comparison, a sign, a division by it, a huge factor), the mark is withdrawn, and the rest shown as it is. The other way round, 1 − 10⁻¹³
// is not 1: what differs from the number that would be written for it by more than rounding does, has no certain digit, or cannot be that
// number at all (Irrational), is moved so far away that it is written with ≈.

using Kubik.Graphs;

namespace Kubik.Glass.Explaining;

/// <summary>Tells numbers from what rounding leaves of 0.</summary>
internal sealed class Rounding
{
    /// <summary>What stands for a rest in the numbers that are shown: the least number that there is.</summary>
    public const double Rest = double.Epsilon;

    private const int Largest = 1 << 14, LargestInput = 1 << 17; // elements of what is shown, and of what it is computed from
    private const double Bounds = 4; // a bound of first order may be passed by the others
    private const double Least = 64; // units that are taken for rounding in any case
    private const double Small = 1e-5; // what is not seen of a number beside 1
    private const double Alike = 1e-5; // of two results that are written with the same digits

    private readonly Dictionary<Tensor, Tensor?> errors = new(ReferenceEqualityComparer.Instance); // in float64; null: not known, or not needed any more
    private readonly Dictionary<Tensor, Tensor?> untrue = new(ReferenceEqualityComparer.Instance); // 1 where a number looks exact and is not; null: nowhere
    private readonly Dictionary<Tensor, Tensor?> rests = new(ReferenceEqualityComparer.Instance); // 1 where a number is shown as ≈ 0; null: nowhere
    private readonly Dictionary<Tensor, Tensor?> withdrawn = new(ReferenceEqualityComparer.Instance); // what is shown when a mark is withdrawn
    private readonly Dictionary<Tensor, int> readers = new(ReferenceEqualityComparer.Instance); // that are still to come
    private readonly Predicate<Tensor> isGuard;
    private readonly Predicate<Tensor>? decides;
    private readonly double unit;
    private readonly Precision precision;
    private readonly Irrational irrational;

    /// <summary>Begins with the values of a graph.</summary>
    /// <param name="graph">All of them, each after those that it is computed from.</param>
    /// <param name="isGuard">Whether a value only keeps others from overflowing.</param>
    /// <param name="type">In which they were computed.</param>
    /// <param name="decides">Whether what is computed of a value later on depends on its rests; null: that of none does.</param>
    public Rounding(IReadOnlyList<Tensor> graph, Predicate<Tensor> isGuard, DType type, Predicate<Tensor>? decides = null)
    {
        this.decides = decides;
        this.unit = type == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1;
        this.precision = Precision.Of(type);
        this.irrational = new(this.precision);
        this.isGuard = isGuard;
        foreach (Tensor x in graph.SelectMany(Interpreter.InputsOf)) this.readers[x] = this.readers.GetValueOrDefault(x) + 1;
    }

    /// <summary>Told of a value whose rests have to be shown after all, and of what is shown in its place; null: its numbers as they are.</summary>
    public Action<Tensor, Tensor?>? Withdrawn { get; init; }

    /// <summary>A value as it is shown, Rest in the place of each rest, and what only looks exact so far off that it does not; null where all is
    /// shown as it is.</summary>
    /// <param name="symbol">A value of the graph, which comes after those that it is computed from, and once.</param>
    /// <param name="value">Its numbers.</param>
    /// <param name="valueOf">The numbers of those that it is computed from; null where they are not known.</param>
    public Tensor? Marked(Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        (Tensor? error, Tensor? seeming) = (this.errors[symbol], this.untrue[symbol]) = this.Followed(symbol, value, valueOf);
        Tensor? marked = error is null || symbol.Node is null || this.decides?.Invoke(symbol) == true ? null : this.Marked(symbol, value, error, seeming);
        if (symbol is { IsSymbolic: true, Node: { } node } && !this.isGuard(symbol)) this.Withdraw(node, symbol, value, valueOf);
        foreach (Tensor x in Interpreter.InputsOf(symbol))
        {
            if (--this.readers[x] == 0) this.errors[x] = this.untrue[x] = this.rests[x] = null;
        }
        return marked;
    }

    private Tensor? Marked(Tensor symbol, Tensor value, Tensor error, Tensor? seeming)
    {
        double[] x = value.ToDoubles(), off = error.ToDoubles(), rest = new double[x.Length];
        double[]? never = seeming?.ToDoubles();
        bool isMoved = false, hasRests = false, isRounded = false;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(off[i])) continue; // −∞ of a mask stays
            bool isUntrue = never is not null && never[i] > 0, isUncertain = Math.Abs(x[i]) <= Bounds * off[i];
            if (x[i] == 0 ? isUntrue || off[i] > Small : isUncertain && Math.Abs(x[i]) <= Small)
            {
                rest[i] = 1;
                hasRests = true;
                isRounded |= x[i] != 0;
            }
            else if (x[i] != 0 && Digits.Exactly(x[i], this.precision) is { } exact
                && (isUntrue || isUncertain || Math.Abs(x[i] - exact) > Math.Max(Bounds * off[i], Least * this.unit * Math.Abs(x[i]))))
            {
                x[i] += Math.CopySign(2 * this.precision.Rounding * exact, x[i] < exact ? -1 : 1); // what is greater stays so
                isMoved = true;
            }
        }
        if (!hasRests) return isMoved ? Tensor.From(x, value.Shape) : null;
        this.withdrawn[symbol] = isMoved ? Tensor.From(x, value.Shape) : null;
        for (int i = 0; i < x.Length; i++)
        {
            // Where rounding has left something of one number, that it left nothing of another one beside it is chance.
            if (isRounded && x[i] == 0 && off[i] > 0) rest[i] = 1;
            if (rest[i] > 0) x[i] = Rest;
        }
        this.rests[symbol] = Tensor.From(rest, value.Shape);
        return Tensor.From(x, value.Shape);
    }

    // Rests are shown as 0 only while all that is computed of them is what it would be of 0.
    private void Withdraw(Node node, Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        Tensor[] marked = [.. node.Inputs.Where(i => this.rests.GetValueOrDefault(i) is not null)];
        if (marked.Length == 0 || !this.IsContradicted(node, symbol, value, valueOf)) return;
        foreach (Tensor x in marked) this.Withdraw(x);
    }

    private void Withdraw(Tensor symbol)
    {
        if (!this.withdrawn.Remove(symbol, out Tensor? instead)) return;
        this.rests[symbol] = null;
        this.Withdrawn?.Invoke(symbol, instead);
        foreach (Tensor x in Interpreter.InputsOf(symbol)) this.Withdraw(x); // 2·0 would not be 10⁻¹⁶
    }

    private bool IsContradicted(Node node, Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        Tensor[] x = [.. node.Inputs.Select(valueOf).OfType<Tensor>()];
        if (node.Op is RandomOp || x.Length < node.Inputs.Length || value.Count > LargestInput) return true; // nobody can tell
        Tensor Without(Tensor input, Tensor now) => this.rests.GetValueOrDefault(input) is { } rest ? Tensor.Where(rest > 0, now * 0, now) : now;
        double[] y = value.ToDoubles(), of0 = Same(node.Op, [.. node.Inputs.Select((input, k) => Without(input, x[k].Detach()))]).ToDoubles();
        double[]? shown = this.rests.GetValueOrDefault(symbol)?.ToDoubles();
        for (int i = 0; i < y.Length; i++)
        {
            if (y[i].Equals(of0[i]) || Math.Abs(y[i] - of0[i]) <= Alike * Math.Abs(y[i])) continue;
            if ((y[i] == 0 || shown?[i] > 0) && Math.Abs(of0[i]) <= Small) continue;
            return true;
        }
        return false;
    }

    // How far the numbers of a value may be off, first order, absolute; and where they look exact and are not.
    private (Tensor? Error, Tensor? Untrue) Followed(Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        if (!value.DType.IsFloat || value.Count is 0 or > Largest) return (null, null);
        Tensor y = value.Detach().Cast(DType.Float64), own = y.Abs() * this.unit;
        // whole numbers are what was typed, others were rounded
        if (symbol is not { IsSymbolic: true, Node: { } node }) return (Tensor.Where(y <= y.Floor(), y * 0, own * 0.5), null);
        Tensor[] x = [.. node.Inputs.Select(valueOf).OfType<Tensor>()];
        if (x.Length < node.Inputs.Length || Array.Exists(x, t => t.DType.IsFloat && t.Count > LargestInput)) return (own, null); // before any is copied
        x = [.. x.Select(t => t.DType.IsFloat ? t.Detach().Cast(DType.Float64) : t.Detach())];
        if (!Array.Exists(x, t => t.DType.IsFloat)) return (own, null);
        Op op = node.Op is Cast ? new Cast(DType.Float64) : node.Op;
        // Positions, choices and masks are what they are.
        Tensor[] Of(Dictionary<Tensor, Tensor?> known, Func<Tensor, Tensor> other) =>
            [.. node.Inputs.Select((i, k) => !x[k].DType.IsFloat ? x[k] : known.GetValueOrDefault(i) ?? other(x[k]))];
        Tensor error = IsOfWholes(op, x, 2 / this.unit) ? y * 0 : Spread(op, x, Of(this.errors, t => t.Abs() * this.unit), y, own, this.unit);
        Tensor? seeming = this.irrational.Of(op, x, y);
        if (Array.Exists(node.Inputs, i => this.untrue.GetValueOrDefault(i) is not null))
        {
            Tensor passed = Reached(op, x, Of(this.untrue, t => t * 0), y);
            seeming = ((seeming is null ? passed : passed + seeming) > 0).Cast(DType.Float64);
        }
        return (error, seeming);
    }

    // What the errors of the inputs make of a result's, and the unit of its own rounding. Those of two inputs meet as random numbers do,
    // √(a² + b²): added up as if they always pulled one way, those of a long sequence would drown its gradients.
    private static Tensor Spread(Op op, Tensor[] x, Tensor[] off, Tensor y, Tensor own, double unit) => op switch
    {
        Detach or Copy or Cast or ViewOp or Concat or Place or BroadcastTo or UnaryNumber<Neg> or Take or Gather or AvgPool or Reduce<Max> or MaxPool =>
            Same(op, off).Abs(),
        Binary<Add> or Binary<Sub> => Met(off[0], off[1]) + own,
        Binary<Mul> => Met(off[0] * x[1], off[1] * x[0]) + own,
        Binary<Div> => Met(off[0], off[1] * y) / x[1].Abs() + own,
        Where when off[1].DType.IsFloat && off[2].DType.IsFloat => Same(op, [x[0], off[1], off[2]]),
        Reduce<Sum> => Same(op, off) + Same(op, [x[0].Abs()]) * unit,
        MatMul or Conv => Met(Through(op, [off[0], x[1]]), Through(op, [x[0], off[1]])) + Same(op, [x[0].Abs(), x[1].Abs()]) * unit,
        Unary<Sqrt> => (x[0] + off[0]).Sqrt() - (x[0] - off[0]).Maximum(0).Sqrt() + own, // it has no slope at 0
        IElementwise when x.Length == 1 => off[0] * Slope(op, x[0]) + own,
        _ => own,
    };

    private static Tensor Met(Tensor a, Tensor b) => (a.Square() + b.Square()).Sqrt();

    // The terms of a product have errors of their own, or all the same one, that of a mean which was taken off each of them.
    private static Tensor Through(Op op, Tensor[] x) => Same(op, [x[0].Square(), x[1].Square()]).Sqrt().Maximum(Same(op, x).Abs());

    // Where a result depends on numbers that look exact and are not: the way of an error, without rounding on it.
    private static Tensor Reached(Op op, Tensor[] x, Tensor[] off, Tensor y) => op switch
    {
        Reduce<Max> or MaxPool => Same(op, [Tensor.Where(off[0] > 0, x[0], x[0] * 0 - double.MaxValue)]).Equal(y).Cast(DType.Float64),
        IElementwise when x.Length == 1 => Tensor.Where(Same(op, [x[0] + Step(x[0])]).Equal(y) & Same(op, [x[0] - Step(x[0])]).Equal(y), y * 0, off[0]),
        _ => Spread(op, x, off, y, y * 0, 0),
    };

    private static Tensor Slope(Op op, Tensor x) => (Same(op, [x + Step(x)]) - Same(op, [x - Step(x)])).Abs() / (Step(x) * 2);

    private static Tensor Step(Tensor x) => (x.Abs() + 1e-3) * 1e-6;

    // Sums and products of whole numbers are exact, up to 2⁵³.
    private static bool IsOfWholes(Op op, Tensor[] x, double most) =>
        op is Binary<Add> or Binary<Sub> or Binary<Mul> or Reduce<Sum> or MatMul or Conv
        && Array.TrueForAll(x, t => t.DType.IsFloat && t.Equal(t.Floor()).Cast(DType.Float64).Min().Item() > 0)
        && Same(op is Binary<Sub> ? Binary<Add>.Instance : op, [.. x.Select(t => t.Abs())]).Max().Item() <= most;

    private static Tensor Same(Op op, Tensor[] x) => op.Apply(x).Detach();
}
