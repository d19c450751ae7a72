// What rounding alone has left: 0.1 + 0.2 − 0.3 is 5.6·10⁻¹⁷ in floating point, and 0. How far a number may be off follows to first
// order from those that it was computed from; one that is no larger than a few times that is a rest, and people are shown ≈ 0.
// Nothing is computed with that 0. Where a rest decides something (a comparison, a sign, a maximum, a division by it), it is
// shown as it is, for then it matters.

using Kubik.Graphs;
using Kubik.Kernels;

namespace Kubik.Glass.Explaining;

/// <summary>Tells numbers from what rounding leaves of 0.</summary>
internal sealed class Rounding
{
    /// <summary>What stands for a rest in the numbers that are shown: the least number that there is.</summary>
    public const double Rest = double.Epsilon;

    private const int Largest = 1 << 14, LargestInput = 1 << 17; // elements of what is shown, and of what it is computed from
    private const double Bounds = 4; // a bound of first order may be passed by the others

    private readonly Dictionary<Tensor, Tensor?> errors = new(ReferenceEqualityComparer.Instance); // in float64; null: not known, or not needed any more
    private readonly Dictionary<Tensor, int> readers = new(ReferenceEqualityComparer.Instance); // that are still to come
    private readonly HashSet<Tensor> deciding = new(ReferenceEqualityComparer.Instance);
    private readonly double unit;

    /// <summary>Begins with the values of a graph.</summary>
    /// <param name="graph">All of them, each after those that it is computed from.</param>
    /// <param name="isGuard">Whether a value only keeps others from overflowing.</param>
    /// <param name="type">In which they were computed.</param>
    public Rounding(IReadOnlyList<Tensor> graph, Predicate<Tensor> isGuard, DType type)
    {
        this.unit = type == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1;
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

    /// <summary>A value as it is shown, Rest in the place of each rest; null when it has none.</summary>
    /// <param name="symbol">A value of the graph, which comes after those that it is computed from, and once.</param>
    /// <param name="value">Its numbers.</param>
    /// <param name="valueOf">The numbers of those that it is computed from; null where they are not known.</param>
    public Tensor? Marked(Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        Tensor? error = this.errors[symbol] = this.ErrorOf(symbol, value, valueOf);
        foreach (Tensor x in Interpreter.InputsOf(symbol))
        {
            if (--this.readers[x] == 0) this.errors[x] = null;
        }
        if (error is null) return null;
        return symbol.Node is not null && !this.deciding.Contains(symbol) ? Marked(value, error) : null;
    }

    private static Tensor? Marked(Tensor value, Tensor error)
    {
        double[] x = value.ToDoubles(), off = error.ToDoubles();
        bool hasRests = false;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] == 0 || !double.IsFinite(off[i]) || !(Math.Abs(x[i]) <= Bounds * off[i])) continue; // −∞ of a mask stays
            x[i] = Rest;
            hasRests = true;
        }
        return hasRests ? Tensor.From(x, value.Shape) : null;
    }

    // How far the numbers of a value may be off: first order, absolute.
    private Tensor? ErrorOf(Tensor symbol, Tensor value, Func<Tensor, Tensor?> valueOf)
    {
        if (!value.DType.IsFloat || value.Count > Largest) return null;
        Tensor y = value.Detach().Cast(DType.Float64), own = y.Abs() * this.unit;
        if (symbol is not { IsSymbolic: true, Node: { } node }) return Tensor.Where(y <= y.Floor(), y * 0, own * 0.5); // whole numbers are what was typed, others were rounded
        Tensor[] x = [.. node.Inputs.Select(valueOf).OfType<Tensor>()];
        if (x.Length < node.Inputs.Length || Array.Exists(x, t => t.DType.IsFloat && t.Count > LargestInput)) return own; // before any is copied
        x = [.. x.Select(t => t.DType.IsFloat ? t.Detach().Cast(DType.Float64) : t.Detach())];
        // Positions, choices and masks are what they are.
        Tensor[] off = [.. node.Inputs.Select((i, k) => !x[k].DType.IsFloat ? x[k] : this.errors.GetValueOrDefault(i) ?? x[k].Abs() * this.unit)];
        if (Array.TrueForAll(off, e => !e.DType.IsFloat)) return own;
        Op op = node.Op is Cast && value.DType.IsFloat ? new Cast(DType.Float64) : node.Op;
        return op switch
        {
            Detach or Copy or Cast or ViewOp or Concat or Place or BroadcastTo or UnaryNumber<Neg> or Take or Gather or AvgPool or Reduce<Max> or MaxPool => Same(op, off).Abs(),
            Binary<Add> or Binary<Sub> => off[0] + off[1] + own,
            Binary<Mul> => off[0] * x[1].Abs() + off[1] * x[0].Abs() + own,
            Binary<Div> => (off[0] + off[1] * y.Abs()) / x[1].Abs() + own,
            Where when off[1].DType.IsFloat && off[2].DType.IsFloat => Same(op, [x[0], off[1], off[2]]),
            Reduce<Sum> => Same(op, off) + Same(op, [x[0].Abs()]) * this.unit,
            MatMul or Conv => Same(op, [off[0], x[1].Abs()]) + Same(op, [x[0].Abs(), off[1]]) + Same(op, [x[0].Abs(), x[1].Abs()]) * this.unit,
            IElementwise when x.Length == 1 => off[0] * Slope(op, x[0]) + own,
            _ => own,
        };
    }

    private static Tensor Slope(Op op, Tensor x)
    {
        Tensor h = (x.Abs() + 1e-3) * 1e-6;
        return (Same(op, [x + h]) - Same(op, [x - h])).Abs() / (h * 2);
    }

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
