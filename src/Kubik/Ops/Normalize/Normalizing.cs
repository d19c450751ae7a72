// What the normalisations share: the checks, the standardising over axes, and the scale and shift that may follow.

namespace Kubik.Ops;

internal static class Normalizing
{
    /// <summary>(x − μ) / √(σ² + ε), μ and σ² of the axes given. The mean is taken off before squaring, so a large mean costs no digits.</summary>
    public static Tensor Standardize(Tensor x, int[] axes, double epsilon)
    {
        Tensor d = x - x.Mean(axes, keepDims: true);
        return d / ((d * d).Mean(axes, keepDims: true) + epsilon).Sqrt();
    }

    /// <summary>y · scale + shift, as far as the inputs after the first go, each seen under a shape.</summary>
    public static Tensor ScaleAndShift(Tensor y, ReadOnlySpan<Tensor> x, Shape shape)
    {
        if (x.Length > 1) y *= x[1].Reshape(shape);
        return x.Length > 2 ? y + x[2].Reshape(shape) : y;
    }

    /// <summary>The inputs of an op that takes a scale and a shift at will.</summary>
    public static Tensor[] Inputs(Tensor x, Tensor? scale, Tensor? shift) =>
        shift is not null ? [x, scale ?? Tensor.Ones(shift.Shape, shift.DType), shift] :
        scale is not null ? [x, scale] : [x];

    /// <summary>The last axes of a shape, from one of them on.</summary>
    public static int[] From(int axis, Shape shape) => [.. Enumerable.Range(axis, shape.Rank - axis)];

    /// <summary>The shape that a number a channel (axis 1) has beside (batch, channels, …).</summary>
    public static Shape BesideChannels(Shape x) => [x[1], .. Enumerable.Repeat(1, x.Rank - 2)];

    /// <summary>All axes but the channels'.</summary>
    public static int[] BesidesChannels(Shape x) => [0, .. Enumerable.Range(2, x.Rank - 2)];

    public static void Check(Op op, ReadOnlySpan<TensorSpec> x, double epsilon, int most)
    {
        if (!(epsilon >= 0 && double.IsFinite(epsilon))) throw op.Error($"ε must be a number of 0 or more, not {epsilon}.");
        if (x[0].DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(x[0]));
        if (x.Length > most) throw op.Error($"it takes at most {most} inputs, not {x.Length}.");
    }

    /// <summary>A gradient's inputs: so many, what arrives and x of one spec first.</summary>
    public static void CheckGradient(Op op, ReadOnlySpan<TensorSpec> x, double epsilon, int count)
    {
        Check(op, x, epsilon, count);
        if (x.Length != count) throw op.Error($"it takes {count} inputs, not {x.Length}.");
        if (x[0] != x[1]) throw op.Error($"what arrives must have the spec of the input {x[1]}; got {x[0]}.");
        CheckChannels(op, x[1], least: 2);
    }

    public static void CheckChannels(Op op, TensorSpec x, int least)
    {
        if (x.Shape.Rank < least)
            throw op.Error($"the input must be (batch, channels, …) with {least} axes or more; got {x.Shape}.");
    }

    /// <summary>The inputs after the first must have one shape and the first one's type.</summary>
    public static void CheckAffine(Op op, ReadOnlySpan<TensorSpec> x, Shape shape, params ReadOnlySpan<string> names)
    {
        for (int i = x.Length - 1; i > 0; i--) // a shift without a scale comes with one of its own shape: name the shift
        {
            if (x[i] != x[0] with { Shape = shape })
                throw op.Error($"for the input {x[0]} the {names[i - 1]} must be {x[0].DType.Name} {shape}; got {x[i]}.");
        }
    }

    public static void CheckNotEmpty(Op op, Shape x, ReadOnlySpan<int> axes)
    {
        foreach (int axis in axes)
        {
            if (x[axis] == 0) throw op.Error($"axis {axis} of {x} is empty, and the mean of no elements does not exist.");
        }
    }
}
