// NumPy's .npy (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a magic number, a version, a Python
// literal with the element type, the order and the shape, then the elements. The header is read in NpyHeader.cs by a
// small parser of its own: nothing in a file is ever evaluated, and pickled objects are refused.

using System.Numerics.Tensors;

namespace Kubik.IO;

/// <summary>Reads and writes NumPy's .npy files.</summary>
/// <remarks>
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Versions 1 to 3, either byte order, C and Fortran order are
/// read. f8, f4, f2, i8, i4, u1 and b1 keep their type; i1, i2, u2 become int32; u4 becomes int64; u8 becomes int64 if its values fit.
/// Written is version 1.0, little-endian, C order, byte for byte as NumPy writes it.
/// </remarks>
/// <example><code>
/// Npy.Save("x.npy", x);
/// Tensor y = Npy.Load("x.npy");
/// </code></example>
public static class Npy
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing or damaged, or holds what no tensor can:
    /// texts, dates, records, complex numbers, Python objects.</exception>
    public static Tensor Load(string path)
    {
        using ByteSource source = ByteSource.Open(path);
        return Load(source);
    }

    /// <summary>Reads from a stream, to its end; it need not be able to seek.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static Tensor Load(Stream stream, string name = "stream")
    {
        using ByteSource source = ByteSource.Of(stream, name);
        return Load(source);
    }

    /// <summary>Writes a file in one step: a crash leaves the old one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="x">The tensor.</param>
    /// <exception cref="DataFileException">The file cannot be written; see <see cref="AtomicFile"/>.</exception>
    public static void Save(string path, Tensor x) => AtomicFile.Write(path, stream => Save(stream, x));

    /// <summary>Writes to a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="x">The tensor.</param>
    public static void Save(Stream stream, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(NpyHeader.Make(x.Spec));
        TensorBytes.Write(stream, x);
    }

    internal static Tensor Load(ByteSource source)
    {
        NpyHeader header = NpyHeader.Read(source);
        Tensor x = Elements(source, header);
        source.ExpectEnd("the elements");
        return header.FortranOrder ? Reversed(x) : x;
    }

    private static Tensor Elements(ByteSource source, NpyHeader header)
    {
        const string What = "the elements";
        // Fortran order is C order with the axes the other way round.
        Shape shape = header.FortranOrder ? [.. header.Shape.Reverse()] : header.Shape;
        bool big = header.BigEndian;
        return header.Type switch
        {
            "f8" => TensorBytes.Read(source, new TensorSpec(DType.Float64, shape), big, What),
            "f4" => TensorBytes.Read(source, new TensorSpec(DType.Float32, shape), big, What),
            "f2" => TensorBytes.Read(source, new TensorSpec(DType.Float16, shape), big, What),
            "i8" => TensorBytes.Read(source, new TensorSpec(DType.Int64, shape), big, What),
            "i4" => TensorBytes.Read(source, new TensorSpec(DType.Int32, shape), big, What),
            "u1" => TensorBytes.Read(source, new TensorSpec(DType.UInt8, shape), big, What),
            "b1" => TensorBytes.Read(source, new TensorSpec(DType.Bool, shape), big, What),
            "i1" => TensorBytes.Read<sbyte, int>(source, shape, big, What, TensorPrimitives.ConvertChecked),
            "i2" => TensorBytes.Read<short, int>(source, shape, big, What, TensorPrimitives.ConvertChecked),
            "u2" => TensorBytes.Read<ushort, int>(source, shape, big, What, TensorPrimitives.ConvertChecked),
            "u4" => TensorBytes.Read<uint, long>(source, shape, big, What, TensorPrimitives.ConvertChecked),
            "u8" => TensorBytes.Read<ulong, long>(source, shape, big, What, (from, to) => Signed(from, to, source)),
            _ => throw source.Error(Unreadable(header.Type)),
        };
    }

    private static void Signed(ReadOnlySpan<ulong> from, Span<long> to, ByteSource source)
    {
        int tooBig = from.IndexOfAnyInRange((ulong)long.MaxValue + 1, ulong.MaxValue);
        if (tooBig >= 0)
            throw source.Error($"it holds uint64 values and one of them is {from[tooBig]}, which int64 cannot hold. Convert it in NumPy: "
                + "x.astype('int64') or x.astype('float64').");
        TensorPrimitives.ConvertChecked(from, to);
    }

    private static Tensor Reversed(Tensor x)
    {
        int[] strides = [.. x.Layout.Strides.Reverse()];
        return x.View([.. x.Shape.Reverse()], new Layout(x.Layout.Offset, strides)).Contiguous();
    }

    private static string Unreadable(string type)
    {
        string what = type[0] switch
        {
            'O' => "Python objects (pickled), which can run code when they are loaded and which Kubik therefore never reads",
            'c' => "complex numbers",
            'U' or 'S' or 'a' => "texts",
            'M' or 'm' => "dates or times",
            'V' => "raw records",
            _ => $"elements of the type '{type}'",
        };
        return $"it holds {what}. Kubik reads f8, f4, f2, i8, i4, i2, i1, u8, u4, u2, u1 and b1; convert it in NumPy: np.save(file, x.astype('float32')).";
    }
}
