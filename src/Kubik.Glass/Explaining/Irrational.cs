// Where a result looks like a whole number or a fraction and cannot be one: σ(30) is 1 − 9·10⁻¹⁴, e⁻⁸⁰⁰ is not 0. A function that is
// built on e, such as exp, tanh, the sigmoid or a softmax, takes no rational number to a rational one, but for a few points (0, and 1
// for the logarithm). So what looks exact there was rounded, by the arithmetic or by who writes it down, and is shown with ≈.


namespace Kubik.Glass.Explaining;

/// <summary>Tells results that only look exact.</summary>
/// <param name="precision">What a number may be taken for.</param>
internal sealed class Irrational(Precision precision)
{
    private static readonly double[] Trials = [0.25, 2.25, 4]; // a root is exact there

    /// <summary>1 where a result looks exact and is not, else 0; null: nowhere.</summary>
    /// <param name="op">What computes it.</param>
    /// <param name="x">From what, floats in float64.</param>
    /// <param name="y">The result, in float64.</param>
    public Tensor? Of(Op op, Tensor[] x, Tensor y)
    {
        if (y.Count == 0) return null;
        Func<int, bool>? isIrrational = op switch
        {
            Ops.Softmax softmax => Where(Uneven(x[0], softmax.Axis) & (x[0] > double.NegativeInfinity)),
            Ops.LogSoftmax softmax => Where(Uneven(x[0], softmax.Axis) & (x[0] > double.NegativeInfinity)),
            SoftmaxCrossEntropy => Where(Uneven(x[0], 1).Reshape(y.Shape)),
            IElementwise when x.Length == 1 => Element(op, x[0]),
            _ => null,
        };
        if (isIrrational is null) return null;
        double[] looks = y.ToDoubles();
        bool isAny = false;
        for (int i = 0; i < looks.Length; i++)
        {
            looks[i] = double.IsFinite(looks[i]) && isIrrational(i) && Digits.Exactly(looks[i], precision) is not null ? 1 : 0;
            isAny |= looks[i] > 0;
        }
        return isAny ? Tensor.From(looks, y.Shape) : null;
    }

    private static Func<int, bool> Where(Tensor flags)
    {
        double[] all = flags.Cast(DType.Float64).ToDoubles();
        return i => all[i] > 0;
    }

    // Equal logits have equal shares, and those behind a mask none; all others have powers of e.
    private static Tensor Uneven(Tensor z, int axis)
    {
        Tensor most = z.Max(axis, keepDims: true);
        Tensor least = Tensor.Where(z > double.NegativeInfinity, z, most).Min(axis, keepDims: true);
        return least < most;
    }

    // By trial, on each side of 0: an ELU is the number itself above it and e to its power below.
    private static Func<int, bool>? Element(Op op, Tensor x)
    {
        double[] tried = op.Apply([Tensor.From([.. Trials, .. Trials.Select(t => -t)], [2 * Trials.Length])]).Detach().ToDoubles();
        bool isAbove = IsIrrational(tried[..Trials.Length]), isBelow = IsIrrational(tried[Trials.Length..]);
        if (!isAbove && !isBelow) return null;
        double[] at = x.ToDoubles();
        return i => at[i] is not (0 or 1) && (at[i] > 0 ? isAbove : isBelow);
    }

    private static bool IsIrrational(double[] values) => Array.TrueForAll(values, v => double.IsFinite(v) && Digits.Exactly(v, Precision.Full) is null);
}
