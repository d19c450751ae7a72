// IDX, the format of MNIST (yann.lecun.com/exdb/mnist): two zero bytes, a type, the number of axes, the sizes, the
// elements; everything big-endian. Files are mostly kept gzipped, which is noticed by their first bytes.

using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;

namespace Kubik.IO;

/// <summary>Reads and writes IDX files, plain or gzipped.</summary>
/// <remarks>
/// Format: the end of http://yann.lecun.com/exdb/mnist/. Types: 08 unsigned byte → uint8; 09 signed byte, 0B short,
/// 0C int → int32; 0D float → float32; 0E double → float64.
/// </remarks>
/// <example><code>Tensor images = Idx.Load("data/mnist/t10k-images-idx3-ubyte.gz");   // uint8 (10000, 28, 28)</code></example>
public static class Idx
{
    /// <summary>Reads a file, gzipped or not.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing, or damaged, or no IDX file.</exception>
    public static Tensor Load(string path)
    {
        using ByteSource source = ByteSource.Open(path, gunzip: true);
        return Load(source);
    }

    /// <summary>Reads from a stream, gzipped or not, to its end; it need not be able to seek.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static Tensor Load(Stream stream, string name = "stream")
    {
        using ByteSource source = ByteSource.Of(stream, name, gunzip: true);
        return Load(source);
    }

    /// <summary>Writes a file in one step; gzipped when its name ends in ".gz".</summary>
    /// <param name="path">The file.</param>
    /// <param name="x">uint8, int32, float32 or float64, with at least one axis.</param>
    /// <exception cref="ShapeException">The format has no code for the element type, or the tensor has no axes.</exception>
    /// <exception cref="DataFileException">The file cannot be written; see <see cref="AtomicFile"/>.</exception>
    public static void Save(string path, Tensor x)
    {
        bool gzip = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        AtomicFile.Write(path, stream =>
        {
            if (!gzip)
            {
                Save(stream, x);
                return;
            }
            using GZipStream zip = new(stream, CompressionLevel.Optimal, leaveOpen: true);
            Save(zip, x);
        });
    }

    /// <summary>Writes to a stream, not gzipped; the stream is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="x">uint8, int32, float32 or float64, with at least one axis.</param>
    /// <exception cref="ShapeException">The format has no code for the element type, or the tensor has no axes.</exception>
    public static void Save(Stream stream, Tensor x)
    {
        byte code = x.DType switch
        {
            DType.UInt8 => 0x08,
            DType.Int32 => 0x0C,
            DType.Float32 => 0x0D,
            DType.Float64 => 0x0E,
            _ => throw new ShapeException($"Idx.Save: IDX has no code for {x.DType.Name}; cast the tensor to uint8, int32, float32 or float64."),
        };
        if (x.Rank == 0) throw new ShapeException("Idx.Save: a number without axes cannot be written as IDX; reshape it to (1,).");
        byte[] header = new byte[4 + (4 * x.Rank)];
        header[2] = code;
        header[3] = (byte)x.Rank;
        for (int i = 0; i < x.Rank; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), x.Shape[i]);
        stream.Write(header);
        TensorBytes.Write(stream, x, bigEndian: true);
    }

    private static Tensor Load(ByteSource source)
    {
        byte[] magic = source.Take(4, "the magic number");
        int rank = magic[3];
        if (magic[0] != 0 || magic[1] != 0 || rank == 0)
            throw source.Error($"the first four bytes are {Convert.ToHexString(magic)}; an IDX file begins 0000, a type and the number of axes. "
                + "This is not an IDX file.");
        byte[] bytes = source.Take(4 * rank, "the sizes");
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) sizes[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 * i));
        Shape shape = TensorBytes.ShapeOf(source, sizes, "the header");
        const string What = "the elements";
        Tensor x = magic[2] switch
        {
            0x08 => TensorBytes.Read(source, new TensorSpec(DType.UInt8, shape), bigEndian: true, What),
            0x09 => TensorBytes.Read<sbyte, int>(source, shape, bigEndian: true, What, TensorPrimitives.ConvertChecked),
            0x0B => TensorBytes.Read<short, int>(source, shape, bigEndian: true, What, TensorPrimitives.ConvertChecked),
            0x0C => TensorBytes.Read(source, new TensorSpec(DType.Int32, shape), bigEndian: true, What),
            0x0D => TensorBytes.Read(source, new TensorSpec(DType.Float32, shape), bigEndian: true, What),
            0x0E => TensorBytes.Read(source, new TensorSpec(DType.Float64, shape), bigEndian: true, What),
            byte other => throw source.Error($"the element type is {other:X2}; IDX has 08, 09, 0B, 0C, 0D and 0E. This is not an IDX file."),
        };
        source.ExpectEnd("the elements");
        return x;
    }
}
