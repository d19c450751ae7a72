// The element types a tensor can hold. Float32 is the default for networks; Float64 serves gradient checks and
// explanations; the integers hold labels and indices; Float16 and
// BFloat16 are for storage: cast them before computing with them.

namespace Kubik;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>32-bit IEEE 754 floating point, C#'s <see cref="float"/>: the default.</summary>
    Float32,
    /// <summary>64-bit IEEE 754 floating point, C#'s <see cref="double"/>.</summary>
    Float64,
    /// <summary>16-bit IEEE 754 floating point, <see cref="Half"/>: for storage only.</summary>
    Float16,
    /// <summary>32-bit signed integer.</summary>
    Int32,
    /// <summary>64-bit signed integer.</summary>
    Int64,
    /// <summary>8-bit unsigned integer.</summary>
    UInt8,
    /// <summary>Truth value, one byte: 0 or 1.</summary>
    Bool,
    /// <summary>16-bit floating point with the range of Float32 and 8 bits of precision, <see cref="Kubik.BFloat16"/>: for storage only.</summary>
    BFloat16,
}

/// <summary>What a <see cref="DType"/> is: its width, its kind, the C# type behind it.</summary>
public static class DTypes
{
    extension(DType dtype)
    {
        /// <summary>Bytes an element takes.</summary>
        public int ByteSize => dtype switch
        {
            DType.Float64 or DType.Int64 => 8,
            DType.Float32 or DType.Int32 => 4,
            DType.Float16 or DType.BFloat16 => 2,
            _ => 1,
        };

        /// <summary>True for the types that have derivatives: Float32, Float64, Float16, BFloat16.</summary>
        public bool IsFloat => dtype is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16;

        /// <summary>The name as messages and files show it: "float32", "int64", ….</summary>
        public string Name => dtype switch
        {
            DType.Float32 => "float32",
            DType.Float64 => "float64",
            DType.Float16 => "float16",
            DType.Int32 => "int32",
            DType.Int64 => "int64",
            DType.UInt8 => "uint8",
            DType.Bool => "bool",
            DType.BFloat16 => "bfloat16",
            _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
        };
    }

    /// <summary>The <see cref="DType"/> of C#'s <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is no element type.</exception>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.Float32 :
        typeof(T) == typeof(double) ? DType.Float64 :
        typeof(T) == typeof(Half) ? DType.Float16 :
        typeof(T) == typeof(int) ? DType.Int32 :
        typeof(T) == typeof(long) ? DType.Int64 :
        typeof(T) == typeof(byte) ? DType.UInt8 :
        typeof(T) == typeof(bool) ? DType.Bool :
        typeof(T) == typeof(BFloat16) ? DType.BFloat16 :
        throw new NotSupportedException($"A tensor cannot hold {typeof(T).Name}; it holds float, double, Half, BFloat16, int, long, byte or bool.");
}
