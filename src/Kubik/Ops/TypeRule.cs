namespace Kubik.Ops;

/// <summary>The element types that ops compute with, and what is said when they get another.</summary>
internal static class TypeRule
{
    public static bool IsNumber(DType dtype) => dtype is not (DType.Bool or DType.Float16 or DType.BFloat16);

    public static string Float(TensorSpec x) =>
        $"the input must be float32 or float64, not {x.DType.Name} {x.Shape}; convert it with Cast(DType.Float32).";

    public static string Number(TensorSpec x) =>
        $"the input must hold numbers to compute with, not {x.DType.Name} {x.Shape}; convert it with Cast.";

    public static string Same(TensorSpec a, TensorSpec b) =>
        $"both inputs must have one element type; got {a.DType.Name} {a.Shape} and {b.DType.Name} {b.Shape}. Convert one with Cast.";

    /// <summary>A number of a type; throws the op's error when the type cannot hold it.</summary>
    public static Tensor Constant(Op op, double value, DType dtype)
    {
        try
        {
            return Tensor.Full([], value, dtype);
        }
        catch (ShapeException e)
        {
            throw op.Error(e.Message);
        }
    }
}
