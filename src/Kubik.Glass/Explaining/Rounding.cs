// What rounding alone has left: 0.1 + 0.2 − 0.3 is 5.6·10⁻¹⁷ in floating point, and 0. Beside each number goes its scale, how large
// it is without what cancels: of a sum the sum of its terms' sizes. A number that is some roundings of its scale and no more is
// written as 0; a small one that nothing was cancelled for (a weight of 10⁻¹²) is as large as its scale. What is computed from
// such a rest takes its scale from the rest's scale, so it is a rest too.

using Kubik.Kernels;

namespace Kubik.Glass.Explaining;

/// <summary>Tells numbers from what rounding leaves of 0.</summary>
internal sealed class Rounding
{
    private const int Largest = 1 << 14, LargestInput = 1 << 17; // elements of what is shown, and of what it is computed from
    private const double Roundings = 32, Step = 1e-4; // so many may come together on the way to a number; how far a function is tried beside it

    private readonly Func<Tensor, Tensor?> valueOf;
    private readonly Dictionary<Tensor, Tensor?> scales = new(ReferenceEqualityComparer.Instance);
    private readonly double unit;

    /// <summary>Begins with the values of a graph.</summary>
    /// <param name="valueOf">A value's numbers; null where they are not known.</param>
    /// <param name="type">In which they were computed.</param>
    public Rounding(Func<Tensor, Tensor?> valueOf, DType type) => (this.valueOf, this.unit) = (valueOf, type == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1);

    /// <summary>The values that are to be shown otherwise than they were computed: what may be 0 is 0.</summary>
    /// <param name="order">Values of the graph, each after those that it is computed from.</param>
    public IEnumerable<(Tensor Symbol, Tensor Shown)> Cleared(IEnumerable<Tensor> order)
    {
        foreach (Tensor symbol in order)
        {
            if (this.scales.ContainsKey(symbol) || this.valueOf(symbol) is not { } value) continue;
            this.scales[symbol] = this.ScaleOf(symbol, value);
            if (this.scales[symbol] is { } scale && symbol.Node is not null && this.Cleared(value, scale) is { } cleared) yield return (symbol, cleared);
        }
    }

    private Tensor? Cleared(Tensor value, Tensor scale)
    {
        double[] x = value.ToDoubles(), size = scale.ToDoubles();
        bool hasRests = false;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] == 0 || !double.IsFinite(size[i]) || !(Math.Abs(x[i]) <= Roundings * this.unit * size[i])) continue; // −∞ of a mask stays
            x[i] = 0;
            hasRests = true;
        }
        return hasRests ? Tensor.From(x, value.Shape).Cast(value.DType) : null;
    }

    private Tensor? ScaleOf(Tensor symbol, Tensor value)
    {
        if (!value.DType.IsFloat || value.Count > Largest) return null;
        Tensor own = value.Abs();
        if (symbol is not { IsSymbolic: true, Node: { } node }) return own;
        Tensor[] x = [.. node.Inputs.Select(i => this.valueOf(i)?.Detach()).OfType<Tensor>()];
        if (x.Length < node.Inputs.Length || Array.Exists(x, t => t.DType.IsFloat && t.Count > LargestInput)) return own;
        // Positions, choices and masks are what they are.
        Tensor[] size = [.. node.Inputs.Select((i, k) => x[k].DType.IsFloat ? this.Size(i, x[k]) : x[k])];
        if (Array.TrueForAll(size, s => !s.DType.IsFloat)) return own;
        return node.Op switch
        {
            Detach or Copy or Cast => size[0].Cast(value.DType),
            ViewOp or Concat or Place or BroadcastTo or UnaryNumber<Neg> => Same(node.Op, size).Abs(),
            Binary<Add> or Binary<Sub> => size[0] + size[1],
            Binary<Mul> => size[0] * size[1],
            Binary<Div> => size[0] / x[1].Abs(),
            Where when size[1].DType.IsFloat && size[2].DType.IsFloat => Same(node.Op, [x[0], size[1], size[2]]),
            Reduce<Sum> => Many(Same(node.Op, size), x[0].Count, value.Count),
            MatMul or Conv => Many(Same(node.Op, size), x[1].Count, value.Shape[node.Op is Conv ? 1 : ^1]),
            // How much the function makes of a relative change: sin(π) is a rest of π.
            IElementwise when x.Length == 1 => Max(own, (Same(node.Op, [x[0] + size[0] * Step]) - Same(node.Op, [x[0] - size[0] * Step])).Abs() / (2 * Step)),
            _ => own,
        };
    }

    // A number's size, or the scale of one that is a rest.
    private Tensor Size(Tensor symbol, Tensor value) =>
        this.scales.GetValueOrDefault(symbol) is { } scale ? Tensor.Where(value.Abs() <= scale * (Roundings * this.unit), scale, value.Abs()) : value.Abs();

    // Of n terms the roundings add up as √n does.
    private static Tensor Many(Tensor sum, int terms, int results) => sum * Math.Max(1, Math.Sqrt((double)terms / Math.Max(1, results)) / 8);

    private static Tensor Max(Tensor a, Tensor b) => Tensor.Where(a >= b, a, b);

    private static Tensor Same(Op op, Tensor[] x) => op.Apply(x).Detach();
}
