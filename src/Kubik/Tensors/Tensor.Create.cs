// Making tensors from C# values.

using System.Runtime.InteropServices;

namespace Kubik;

public sealed partial class Tensor
{
    /// <summary>A vector of the values given; its element type is C#'s type of them.</summary>
    /// <example><code>Tensor.Of(1f, 2f, 3f)   // float32 (3,)
    /// Tensor.Of(0, 2, 1)      // int32 (3,)</code></example>
    public static Tensor Of<T>(params ReadOnlySpan<T> values) where T : unmanaged => From(values, [values.Length]);

    /// <summary>A tensor of the given shape with a copy of the values, in row-major order.</summary>
    /// <exception cref="ShapeException">The number of values is not the shape's count.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        if (values.Length != shape.Size)
            throw new ShapeException($"From: {values.Length} values do not fill the shape {shape}, which has {shape.Size} elements.");
        Tensor y = Allocate(new TensorSpec(DTypes.Of<T>(), shape));
        values.CopyTo(y.Data<T>());
        return y;
    }

    /// <summary>A vector with a copy of the values.</summary>
    public static Tensor From<T>(T[] values) where T : unmanaged => From<T>(values, [values.Length]);

    /// <summary>A tensor of the given shape with a copy of the values, in row-major order.</summary>
    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)" path="/exception"/>
    public static Tensor From<T>(T[] values, Shape shape) where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>A matrix with a copy of the values.</summary>
    public static Tensor From<T>(T[,] values) where T : unmanaged =>
        From<T>(Flat<T>(values), [values.GetLength(0), values.GetLength(1)]);

    /// <summary>A tensor of three axes with a copy of the values.</summary>
    public static Tensor From<T>(T[,,] values) where T : unmanaged =>
        From<T>(Flat<T>(values), [values.GetLength(0), values.GetLength(1), values.GetLength(2)]);

    /// <summary>A tensor of four axes with a copy of the values.</summary>
    public static Tensor From<T>(T[,,,] values) where T : unmanaged =>
        From<T>(Flat<T>(values), [values.GetLength(0), values.GetLength(1), values.GetLength(2), values.GetLength(3)]);

    /// <summary>A copy of a tensor of System.Numerics.Tensors.</summary>
    public static Tensor From<T>(System.Numerics.Tensors.Tensor<T> values) where T : unmanaged
    {
        int[] sizes = new int[values.Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = checked((int)values.Lengths[i]);
        T[] flat = new T[checked((int)values.FlattenedLength)];
        values.FlattenTo(flat);
        return From<T>(flat, sizes);
    }

    /// <summary>A single number.</summary>
    public static Tensor Scalar(double value, DType dtype = DType.Float32) => Full([], value, dtype);

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32) => Full(shape, 0, dtype);

    /// <summary>A tensor of ones.</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32) => Full(shape, 1, dtype);

    /// <summary>A tensor with one value everywhere. It takes the memory of one element.</summary>
    /// <exception cref="ShapeException">An integer type is asked to hold a value it cannot.</exception>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32)
    {
        Tensor y = Allocate(new TensorSpec(dtype, []));
        switch (dtype)
        {
            case DType.Float32: y.Data<float>()[0] = (float)value; break;
            case DType.Float64: y.Data<double>()[0] = value; break;
            case DType.Float16: y.Data<Half>()[0] = (Half)value; break;
            case DType.BFloat16: y.Data<BFloat16>()[0] = (BFloat16)value; break;
            case DType.Int32: y.Data<int>()[0] = Whole<int>(value, dtype); break;
            case DType.Int64: y.Data<long>()[0] = Whole<long>(value, dtype); break;
            case DType.UInt8: y.Data<byte>()[0] = Whole<byte>(value, dtype); break;
            case DType.Bool: y.Data<bool>()[0] = value != 0; break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType");
        }
        return shape.Rank == 0 ? y : y.View(shape, y.Layout.Broadcast([], shape));
    }

    /// <summary>The numbers from <paramref name="start"/> up to, not including, <paramref name="end"/> in equal steps.</summary>
    /// <exception cref="ArgumentException">The step is 0 or leads away from the end.</exception>
    public static Tensor Range(double start, double end, double step = 1, DType dtype = DType.Float32)
    {
        double count = Math.Ceiling((end - start) / step);
        if (!(count >= 0 && count <= int.MaxValue))
            throw new ArgumentException($"Range: steps of {step} do not lead from {start} to {end}.");
        double[] values = new double[(int)count];
        for (int i = 0; i < values.Length; i++) values[i] = start + i * step;
        return From(values).Cast(dtype);
    }

    /// <summary><paramref name="count"/> numbers from <paramref name="start"/> to <paramref name="end"/>, both included, in equal steps.</summary>
    public static Tensor Linspace(double start, double end, int count, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = i == count - 1 && count > 1 ? end : start + i * (end - start) / Math.Max(count - 1, 1);
        return From(values).Cast(dtype);
    }

    /// <summary>The identity matrix.</summary>
    public static Tensor Eye(int size, DType dtype = DType.Float32)
    {
        Shape shape = [size, size];
        double[] values = new double[shape.Size];
        for (int i = 0; i < size; i++) values[i * size + i] = 1;
        return From(values, shape).Cast(dtype);
    }

    private static ReadOnlySpan<T> Flat<T>(Array values) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(
            ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);

    private static T Whole<T>(double value, DType dtype) where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T>
    {
        T whole = T.CreateSaturating(value);
        return double.CreateSaturating(whole) == value
            ? whole
            : throw new ShapeException($"{dtype.Name} cannot hold {value}; give a whole number in its range, or cast the tensor to Float32 first.");
    }
}
