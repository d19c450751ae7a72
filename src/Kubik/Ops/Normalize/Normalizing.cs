// What the normalisations share: the checks, the standardising over axes, and the scale and shift that may follow.

using Kubik.Kernels;

namespace Kubik.Ops;

internal static class Normalizing
{
    /// <summary>(x − μ) / √(σ² + ε), μ and σ² of the axes given. The mean is taken off before squaring, so a large mean costs no digits.</summary>
    public static Tensor Standardize(Tensor x, int[] axes, double epsilon)
    {
        Tensor d = x - x.Mean(axes, keepDims: true).Called("μ");
        return (d / ((d * d).Mean(axes, keepDims: true).Called("σ²") + epsilon).Sqrt()).Called("x̂");
    }

    /// <summary>Rows (R / G, G, C, n) without mean, unless it stays, divided by √(σ² + ε); and 1 / √(σ² + ε).</summary>
    public static (Tensor Normal, Tensor Rate) Rows(Tensor x, bool isCentered, double epsilon)
    {
        Tensor d = isCentered ? x - x.Mean([2, 3], keepDims: true) : x, rate = ((d * d).Mean([2, 3], keepDims: true) + epsilon).Rsqrt();
        return (d * rate, rate);
    }

    /// <summary>(R / G, G, C, n): R rows in G groups, of C channels with n elements each.</summary>
    public static Shape AsRows(Shape x, RowShape rows) => [x.Size / Math.Max(rows.Size * rows.Groups, 1), rows.Groups, rows.Channels, rows.Inner];

    /// <summary>The gradients of a normalisation over rows.</summary>
    public static Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy, RowShape rows, double epsilon)
    {
        Tensor?[] dx = new Tensor?[x.Length];
        if (wanted[0])
        {
            RowNormalizationGradient op = new(rows.Size, rows.Groups, rows.Inner, rows.IsCentered, epsilon);
            dx[0] = x.Length > 1 ? op.Apply(dy, x[0], x[1]) : op.Apply(dy, x[0]);
        }
        if (!wanted[1..].Contains(true)) return dx;
        Tensor sums = new RowNormalizationSums(rows.Size, rows.Groups, rows.Inner, rows.IsCentered, epsilon).Apply(dy, x[0]); // (2, scales)
        for (int i = 1; i < x.Length; i++)
        {
            if (wanted[i]) dx[i] = new Reshape(x[i].Shape).Apply(new Slice(0, i - 1, 1, 1).Apply(sums));
        }
        return dx;
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

    /// <summary>The number of elements along the axes from one of them on.</summary>
    public static int SizeFrom(int axis, Shape shape)
    {
        int size = 1;
        for (; axis < shape.Rank; axis++) size *= shape[axis];
        return size;
    }

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

    /// <summary>The same for rows.</summary>
    public static void CheckRows(Op op, ReadOnlySpan<TensorSpec> x, RowShape rows, double epsilon, int most)
    {
        Check(op, x, epsilon, most);
        if (x.Length < 2 || x[0] != x[1]) throw op.Error($"it takes what arrives and the input, of one spec; got {string.Join(" and ", x.ToArray())}.");
        if (rows.Size < 1 || rows.Groups < 1 || rows.Inner < 1 || rows.Size % rows.Inner != 0 || x[1].Shape.Size % ((long)rows.Size * rows.Groups) != 0)
            throw op.Error($"{x[1].Shape} cannot be split into {rows.Groups} groups of rows of {rows.Size} elements, each in segments of {rows.Inner}.");
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
