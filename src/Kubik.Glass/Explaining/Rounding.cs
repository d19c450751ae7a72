// What rounding alone has left: 0.1 + 0.2 − 0.3 is 5.6·10⁻¹⁷ in floating point, and 0. How far a number may be off follows to first
// order from those that it was computed from; one that is no larger than a few times that is a rest, and people are shown ≈ 0.
// Nothing is computed with that 0. Where a rest decides something (a comparison, a sign, a maximum, a division by it), it is
// shown as it is, for then it matters. The other way round, 1 − 10⁻¹³ is not 1: what differs from the number that would be written for
// it by more than rounding does, or cannot be that number at all (Irrational), is moved so far away that it is written with ≈.

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

    private readonly Dictionary<Tensor, Tensor?> errors = new(ReferenceEqualityComparer.Instance); // in float64; null: not known, or not needed any more
    private readonly Dictionary<Tensor, Tensor?> untrue = new(ReferenceEqualityComparer.Instance); // 1 where a number looks exact and is not; null: nowhere
    private readonly Dictionary<Tensor, int> readers = new(ReferenceEqualityComparer.Instance); // that are still to come
    private readonly HashSet<Tensor> deciding = new(ReferenceEqualityComparer.Instance);
    private readonly double unit;
    private readonly Precision precision;
    private readonly Irrational irrational;

    /// <summary>Begins with the values of a graph.</summary>
    /// <param name="graph">All of them, each after those that it is computed from.</param>
    /// <param name="isGuard">Whether a value only keeps others from overflowing.</param>
    /// <param name="type">In which they were computed.</param>
    public Rounding(IReadOnlyList<Tensor> graph, Predicate<Tensor> isGuard, DType type)
    {
        this.unit = type == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1;
        this.precision = Precision.Of(type);
        this.irrational = new(this.precision);
        foreach (Tensor value in graph.Reverse())
        {
            if (value is not { IsSymbolic: true, Node: { } node }) continue;
            bool decides = !isGuard(value);
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                this.readers[node.Inputs[i]] = this.readers.GetValueOrDefault(node.Inputs[i]) + 1;
                if (decides && node.Inputs[i].DType.IsFloat && Decides(node, i, value.DType, this.deciding.Contains(value))) this.deciding.Add(node.Inputs[i]);
            }
        }
    }

    /// <summary>A value as it is shown, Rest in the place of each rest, and what only looks exact so far off that it does not; null where all is
    /// shown as it is.</summary>
    /// <param name="symbol">A value of the graph, which comes after those that it is computed from, and once.</param>
    /// <param name="value">Its numbers.</param>
    /// <param name="valueOf">The numbers of those that it is computed from; null where they are not known.</param>
    public Tensor? Marked(Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        (Tensor? error, Tensor? seeming) = (this.errors[symbol], this.untrue[symbol]) = this.Followed(symbol, value, valueOf);
        foreach (Tensor x in Interpreter.InputsOf(symbol))
        {
            if (--this.readers[x] == 0) this.errors[x] = this.untrue[x] = null;
        }
        return error is null || symbol.Node is null ? null : this.Marked(value, error, seeming, isDeciding: this.deciding.Contains(symbol));
    }

    private Tensor? Marked(Tensor value, Tensor error, Tensor? seeming, bool isDeciding)
    {
        double[] x = value.ToDoubles(), off = error.ToDoubles();
        double[]? never = seeming?.ToDoubles();
        bool isMarked = false, hasRests = false;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(off[i])) continue; // −∞ of a mask stays
            bool isUntrue = never is not null && never[i] > 0;
            if (x[i] == 0 ? isUntrue : Math.Abs(x[i]) <= Bounds * off[i])
            {
                if (isDeciding) continue;
                hasRests |= x[i] != 0;
                x[i] = Rest;
            }
            else if (x[i] != 0 && Digits.Exactly(x[i], this.precision) is { } exact
                && (isUntrue || Math.Abs(x[i] - exact) > Math.Max(Bounds * off[i], Least * this.unit * Math.Abs(x[i]))))
            {
                x[i] += Math.CopySign(2 * this.precision.Rounding * exact, x[i] < exact ? -1 : 1); // what is greater stays so
            }
            else
            {
                continue;
            }
            isMarked = true;
        }
        // Where rounding has left something of one number, that it left nothing of another one beside it is chance.
        for (int i = 0; hasRests && i < x.Length; i++)
        {
            if (x[i] == 0 && off[i] > 0) x[i] = Rest;
        }
        return isMarked ? Tensor.From(x, value.Shape) : null;
    }

    // How far the numbers of a value may be off, first order, absolute; and where they look exact and are not.
    private (Tensor? Error, Tensor? Untrue) Followed(Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        if (!value.DType.IsFloat || value.Count > Largest) return (null, null);
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
        Tensor error = Spread(op, x, Of(this.errors, t => t.Abs() * this.unit), y, own, this.unit);
        Tensor? seeming = this.irrational.Of(op, x, y);
        if (Array.Exists(node.Inputs, i => this.untrue.GetValueOrDefault(i) is not null))
        {
            Tensor passed = Reached(op, x, Of(this.untrue, t => t * 0), y);
            seeming = ((seeming is null ? passed : passed + seeming) > 0).Cast(DType.Float64);
        }
        return (error, seeming);
    }

    // What the errors of the inputs make of a result's, and the unit of its own rounding.
    private static Tensor Spread(Op op, Tensor[] x, Tensor[] off, Tensor y, Tensor own, double unit) => op switch
    {
        Detach or Copy or Cast or ViewOp or Concat or Place or BroadcastTo or UnaryNumber<Neg> or Take or Gather or AvgPool or Reduce<Max> or MaxPool =>
            Same(op, off).Abs(),
        Binary<Add> or Binary<Sub> => off[0] + off[1] + own,
        Binary<Mul> => off[0] * x[1].Abs() + off[1] * x[0].Abs() + own,
        Binary<Div> => (off[0] + off[1] * y.Abs()) / x[1].Abs() + own,
        Where when off[1].DType.IsFloat && off[2].DType.IsFloat => Same(op, [x[0], off[1], off[2]]),
        Reduce<Sum> => Same(op, off) + Same(op, [x[0].Abs()]) * unit,
        MatMul or Conv => Same(op, [off[0], x[1].Abs()]) + Same(op, [x[0].Abs(), off[1]]) + Same(op, [x[0].Abs(), x[1].Abs()]) * unit,
        Unary<Sqrt> => (x[0] + off[0]).Sqrt() - (x[0] - off[0]).Maximum(0).Sqrt() + own, // it has no slope at 0
        IElementwise when x.Length == 1 => off[0] * Slope(op, x[0]) + own,
        _ => own,
    };

    // Where a result depends on numbers that look exact and are not: the way of an error, without rounding on it.
    private static Tensor Reached(Op op, Tensor[] x, Tensor[] off, Tensor y) => op switch
    {
        Reduce<Max> or MaxPool => Same(op, [Tensor.Where(off[0] > 0, x[0], x[0] * 0 - double.MaxValue)]).Equal(y).Cast(DType.Float64),
        IElementwise when x.Length == 1 => Tensor.Where(Same(op, [x[0] + Step(x[0])]).Equal(y) & Same(op, [x[0] - Step(x[0])]).Equal(y), y * 0, off[0]),
        _ => Spread(op, x, off, y, y * 0, 0),
    };

    private static Tensor Slope(Op op, Tensor x) => (Same(op, [x + Step(x)]) - Same(op, [x - Step(x)])).Abs() / (Step(x) * 2);

    private static Tensor Step(Tensor x) => (x.Abs() + 1e-3) * 1e-6;

    // Whether an op does something else for a number beside 0 than for 0, or hands on to one that does.
    private static bool Decides(Node node, int input, DType result, bool isDeciding) => node.Op switch
    {
        ViewOp or Detach or Copy or BroadcastTo or Concat or UnaryNumber<Neg> => isDeciding,
        Cast => isDeciding || !result.IsFloat,
        Binary<Maximum> or Binary<Minimum> or Reduce<Max> or Reduce<Min> or MaxPool => true,
        Binary<Div> => input == 1,
        IElementwise when result.IsFloat => node.Inputs.Length == 1 && Jumps(node.Op),
        _ => !result.IsFloat,
    };

    // Whether a function jumps at 0, as sign and step do, and the logarithm.
    private static bool Jumps(Op op)
    {
        double[] y = Same(op, [Tensor.Of(0.0, 1e-9, -1e-9)]).ToDoubles();
        return !(Math.Abs(y[1] - y[0]) <= 1e-2) || Math.Abs(y[2] - y[0]) > 1e-2; // a root has no value below 0, which is no jump
    }

    private static Tensor Same(Op op, Tensor[] x) => op.Apply(x).Detach();
}
