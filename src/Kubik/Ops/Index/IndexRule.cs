namespace Kubik.Ops;

/// <summary>How the methods of tensors read indices: whole numbers of any size; a fraction is never cut off silently.</summary>
internal static class IndexRule
{
    /// <summary>The indices as Int64.</summary>
    /// <exception cref="ShapeException">They are floating-point numbers.</exception>
    public static Tensor Whole(Tensor index, string op) => index.DType.IsFloat
        ? throw new ShapeException($"{op}: indices must be whole numbers, not {index.Spec}; convert them with Cast(DType.Int64), which cuts fractions off.")
        : index.Cast(DType.Int64);
}
