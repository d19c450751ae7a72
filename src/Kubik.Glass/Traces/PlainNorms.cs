// Norms as the field defines them, √Σx². The engine takes the largest element out first, so that no square overflows or vanishes, and
// asks for vectors of zeros, which have no direction. People are shown the definition, where the numbers let it be computed: it is
// traced first, and where a sum of powers turns out to be 0, or too small or too great, that norm is traced again as the engine has it.

namespace Kubik.Glass.Traces;

/// <summary>The norms of a trace by their definitions.</summary>
internal sealed class PlainNorms
{
    /// <summary>What the length of a vector is called.</summary>
    public const string Letter = "n";

    private readonly HashSet<int> guarded = [];
    private readonly List<(int Norm, Tensor Sum)> sums = [];
    private int count;

    /// <summary>Whether there is a norm that was traced by its definition.</summary>
    public bool Any => this.sums.Count > 0;

    /// <summary>Begins a trace.</summary>
    public void Begin()
    {
        this.sums.Clear();
        this.count = 0;
    }

    /// <summary>Traces something with these norms.</summary>
    public T During<T>(Func<T> compute) => Recording.By(this.Of, compute);

    /// <summary>Looks at the sums that were computed. False: some norms have to be traced again as the engine has them.</summary>
    /// <param name="rangeOf">The least and the greatest number of a value; null when it was not computed.</param>
    /// <param name="type">In which it was computed.</param>
    public bool AreOrdinary(Func<Tensor, (double Least, double Greatest)?> rangeOf, DType type)
    {
        double least = type == DType.Float64 ? 1e-280 : 1e-30; // below, digits of what is added are lost
        int before = this.guarded.Count;
        foreach ((int norm, Tensor sum) in this.sums)
        {
            if (rangeOf(sum) is { } range && !(range.Least >= least && double.IsFinite(range.Greatest))) this.guarded.Add(norm);
        }
        return this.guarded.Count == before;
    }

    private Tensor? Of(Op op, Tensor[] x)
    {
        if (op is not (LpNormalization or ReduceL2 or LpPool { P: not 1 }) || x[0].Count == 0) return null;
        int norm = this.count++;
        if (this.guarded.Contains(norm)) return null;
        switch (op)
        {
            case LpNormalization of:
                Tensor sum = this.Summed(norm, (of.P == 1 ? x[0].Abs() : x[0] * x[0]).Sum([x[0].Shape.Axis(of.Axis, of.Name)], keepDims: true));
                return x[0] / (of.P == 1 ? sum : sum.Sqrt()).Called(Letter);
            case ReduceL2 of:
                return this.Summed(norm, new Reduce<Sum>(of.Axes, of.KeepDims).Apply(x[0] * x[0])).Sqrt();
            default:
                LpPool pool = (LpPool)op;
                return this.Summed(norm, new AvgPool(pool.Grid, Divisor.One).Apply(x[0].Abs().Pow(pool.P))).Pow(1 / pool.P);
        }
    }

    private Tensor Summed(int norm, Tensor sum)
    {
        this.sums.Add((norm, sum));
        return sum;
    }
}
