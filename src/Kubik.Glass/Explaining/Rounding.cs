// What rounding alone has left: 0.1 + 0.2 − 0.3 is 5.6·10⁻¹⁷ in floating point, and 0. How far each number may be off follows from
// those that it was computed from: a sum is off by what its terms are, and by a rounding of the sum of their sizes. A number that
// is not larger than that is written as 0; a small one that nothing was cancelled for (a weight of 10⁻¹²) is far larger.

using Kubik.Kernels;

namespace Kubik.Glass.Explaining;

/// <summary>Tells numbers from what rounding leaves of 0.</summary>
internal sealed class Rounding
{
    private const int Largest = 1 << 14, LargestInput = 1 << 17; // elements of what is shown, and of what it is computed from

    private readonly IReadOnlyDictionary<Tensor, Tensor> values;
    private readonly Dictionary<Tensor, Tensor?> errors = new(ReferenceEqualityComparer.Instance); // how far each number may be off
    private readonly double unit;

    private Rounding(IReadOnlyDictionary<Tensor, Tensor> values, DType type) => (this.values, this.unit) = (values, type == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1);

    /// <summary>The values of a graph as they are to be shown: what may be 0 is 0.</summary>
    /// <param name="order">The graph's values, each after those that it is computed from.</param>
    /// <param name="values">Their numbers.</param>
    /// <param name="type">In which they were computed.</param>
    public static Dictionary<Tensor, Tensor> Cleared(IEnumerable<Tensor> order, IReadOnlyDictionary<Tensor, Tensor> values, DType type)
    {
        Rounding rounding = new(values, type);
        Dictionary<Tensor, Tensor> cleared = new(values, ReferenceEqualityComparer.Instance);
        foreach (Tensor symbol in order)
        {
            if (!values.TryGetValue(symbol, out Tensor? value) || rounding.errors.ContainsKey(symbol)) continue;
            rounding.errors[symbol] = rounding.Of(symbol, value);
            if (rounding.errors[symbol] is { } error && symbol.Node is not null) cleared[symbol] = Cleared(value, error);
        }
        return cleared;
    }

    private static Tensor Cleared(Tensor value, Tensor error)
    {
        double[] x = value.ToDoubles(), off = error.ToDoubles();
        bool isNoise = false;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] == 0 || !double.IsFinite(off[i]) || !(Math.Abs(x[i]) <= off[i])) continue; // −∞ of a mask stays
            x[i] = 0;
            isNoise = true;
        }
        return isNoise ? Tensor.From(x, value.Shape).Cast(value.DType) : value;
    }

    private Tensor? Of(Tensor symbol, Tensor value)
    {
        if (!value.DType.IsFloat || value.Count > Largest) return null;
        Tensor own = value.Abs() * this.unit;
        if (symbol is not { IsSymbolic: true, Node: { } node }) return own;
        if (!Array.TrueForAll(node.Inputs, i => this.values.ContainsKey(i))) return own;
        Tensor[] x = [.. node.Inputs.Select(i => this.values[i].Detach())];
        Tensor?[] off = [.. node.Inputs.Select((i, k) => this.errors.GetValueOrDefault(i) ?? (x[k].DType.IsFloat && x[k].Count <= LargestInput ? x[k].Abs() * this.unit : null))];
        // Positions, choices and masks are what they are.
        Tensor[] exact = [.. off.Select((o, k) => o ?? x[k])];
        if (Array.TrueForAll(off, o => o is null) || Array.Exists(x, t => t.DType.IsFloat && t.Count > LargestInput)) return own;
        return node.Op switch
        {
            Detach or Copy or Cast => off[0]?.Cast(value.DType) ?? own,
            ViewOp or Concat or Place or BroadcastTo or UnaryNumber<Neg> => Same(node.Op, exact).Abs(),
            Binary<Add> or Binary<Sub> => off[0]! + off[1]! + own,
            Binary<Mul> => off[0]! * x[1].Abs() + off[1]! * x[0].Abs() + own,
            Binary<Div> => (off[0]! + off[1]! * value.Abs()) / x[1].Abs() + own,
            Where when off[1] is { } yes && off[2] is { } no => Same(node.Op, [x[0], yes, no]),
            Reduce<Sum> => Same(node.Op, exact) + Same(node.Op, [x[0].Abs()]) * (this.unit * Terms(x[0].Count, value.Count)),
            MatMul or Conv => Same(node.Op, [off[0]!, x[1].Abs()]) + Same(node.Op, [x[0].Abs(), off[1]!]) + Same(node.Op, [x[0].Abs(), x[1].Abs()]) * (this.unit * Terms(x[1].Count, value.Shape[node.Op is Conv ? 1 : ^1])),
            IElementwise when x.Length == 1 => (Same(node.Op, [x[0] + off[0]!]) - value).Abs() + (Same(node.Op, [x[0] - off[0]!]) - value).Abs() + own,
            _ => own,
        };
    }

    private static int Terms(int terms, int results) => Math.Max(1, terms / Math.Max(1, results));

    private static Tensor Same(Op op, Tensor[] x) => op.Apply(x).Detach();
}
