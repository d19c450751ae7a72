namespace Kubik.Book;

/// <summary>Numbers and rows in double precision, as answers have them.</summary>
internal static class Numbers
{
    // Decimals of a few digits come out of computations with rests far behind this one.
    private const int Decimals = 9;

    /// <summary>A number as a tensor.</summary>
    public static Tensor N(double x) => Tensor.Scalar(x, DType.Float64);

    /// <summary>All numbers of a tensor in one row, rank 1.</summary>
    public static Tensor Flat(this Tensor x) => x.Reshape(x.Count);

    /// <summary>The same in single precision, for the input of a network.</summary>
    public static Tensor Single(this Tensor x) => x.Cast(DType.Float32);

    /// <summary>Numbers beside each other as a row (1, n), as formulas take it.</summary>
    public static Tensor RowOf(params IReadOnlyList<Tensor> numbers) =>
        Tensor.Stack(0, [.. numbers.Select(n => n.Reshape(Shape.Scalar))]).Reshape(1, numbers.Count);

    /// <summary>Whether two tensors have the same numbers.</summary>
    public static bool Same(Tensor a, Tensor b) => a.ToDoubles().SequenceEqual(b.ToDoubles());

    /// <summary>A number without what rounding left behind its ninth decimal.</summary>
    public static double Rounded(double x) => Math.Round(x, Decimals) + 0.0; // −0 becomes 0

    /// <summary>The same of all numbers of a tensor.</summary>
    public static Tensor Rounded(Tensor x) => Tensor.From([.. x.ToDoubles().Select(Rounded)], x.Shape);
}
