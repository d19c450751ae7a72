// Between the elements of a tensor and the bytes of a file: byte order, widening, and the rule that a tensor is
// allocated only once its bytes are known to exist. All the tensor formats read and write through these two methods.

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kubik.IO;

/// <summary>Reads and writes the elements of tensors.</summary>
internal static class TensorBytes
{
    private const int BlockElements = 1 << 14; // small enough to stay in the cache between reading and placing
    private const int MaxBlockElements = 1 << 20;

    /// <summary>Turns a block of a file's elements into a tensor's.</summary>
    public delegate void Place<TFile, TElement>(ReadOnlySpan<TFile> from, Span<TElement> to);

    /// <summary>Reads a tensor whose elements the file holds as they are.</summary>
    public static Tensor Read(ByteSource source, TensorSpec spec, bool bigEndian, string what) => spec.DType switch
    {
        DType.Float32 => Read<float, float>(source, spec.Shape, bigEndian, what, Copy),
        DType.Float64 => Read<double, double>(source, spec.Shape, bigEndian, what, Copy),
        DType.BFloat16 => Read<BFloat16, BFloat16>(source, spec.Shape, bigEndian, what, Copy),
        DType.Float16 => Read<Half, Half>(source, spec.Shape, bigEndian, what, Copy),
        DType.Int32 => Read<int, int>(source, spec.Shape, bigEndian, what, Copy),
        DType.Int64 => Read<long, long>(source, spec.Shape, bigEndian, what, Copy),
        DType.UInt8 => Read<byte, byte>(source, spec.Shape, bigEndian, what, Copy),
        DType.Bool => Read<byte, bool>(source, spec.Shape, bigEndian, what, (from, to) => Truths(from, to, source, what)),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.DType, "not a DType"),
    };

    /// <summary>Reads a tensor whose elements the file holds in another type.</summary>
    public static Tensor Read<TFile, TElement>(ByteSource source, Shape shape, bool bigEndian, string what, Place<TFile, TElement> place)
        where TFile : unmanaged
        where TElement : unmanaged
    {
        int count = shape.Size;
        source.Require((long)count * Unsafe.SizeOf<TFile>(), what);
        TensorSpec spec = new(DTypes.Of<TElement>(), shape);
        if (source.Remaining is null) return ReadUnknown(source, spec, bigEndian, what, place);
        Tensor x = Tensor.Allocate(spec);
        Span<TElement> to = x.Data<TElement>();
        TFile[] block = new TFile[Math.Min(count, BlockElements)];
        while (to.Length > 0)
        {
            Span<TFile> part = block.AsSpan(0, Math.Min(block.Length, to.Length));
            Fill(source, part, bigEndian, what);
            place(part, to[..part.Length]);
            to = to[part.Length..];
        }
        GC.KeepAlive(x);
        return x;
    }

    /// <summary>Writes a tensor's elements in row-major, little-endian order.</summary>
    public static void Write(Stream stream, Tensor x, bool bigEndian = false)
    {
        Tensor c = x.Contiguous();
        switch (c.DType)
        {
            case DType.Float32: Write<float>(stream, c.Data<float>(), bigEndian); break;
            case DType.Float64: Write<double>(stream, c.Data<double>(), bigEndian); break;
            case DType.BFloat16: Write<BFloat16>(stream, c.Data<BFloat16>(), bigEndian); break;
            case DType.Float16: Write<Half>(stream, c.Data<Half>(), bigEndian); break;
            case DType.Int32: Write<int>(stream, c.Data<int>(), bigEndian); break;
            case DType.Int64: Write<long>(stream, c.Data<long>(), bigEndian); break;
            case DType.UInt8: Write<byte>(stream, c.Data<byte>(), bigEndian); break;
            case DType.Bool: Write<bool>(stream, c.Data<bool>(), bigEndian); break;
            default: throw new ArgumentOutOfRangeException(nameof(x), c.DType, "not a DType");
        }
        GC.KeepAlive(c);
    }

    /// <summary>Makes a shape of sizes that a file claims.</summary>
    /// <exception cref="DataFileException">There are too many axes or elements.</exception>
    public static Shape ShapeOf(ByteSource source, ReadOnlySpan<long> sizes, string what)
    {
        if (sizes.Length > Shape.MaxRank)
            throw source.Error($"{what} has {sizes.Length} axes; a tensor has at most {Shape.MaxRank}.");
        Span<int> small = stackalloc int[Shape.MaxRank];
        long count = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 0 || sizes[i] > int.MaxValue || (count *= Math.Max(sizes[i], 1)) > int.MaxValue)
                throw source.Error($"{what} claims the shape ({string.Join(", ", sizes.ToArray())}), which no tensor has: "
                    + $"sizes are 0 or more and their product is at most {int.MaxValue}.");
            small[i] = (int)sizes[i];
        }
        return Shape.Create(small[..sizes.Length]);
    }

    // Of a stream whose length nobody knows: blocks that double while bytes keep coming, and the tensor at the end.
    private static Tensor ReadUnknown<TFile, TElement>(ByteSource source, TensorSpec spec, bool bigEndian, string what, Place<TFile, TElement> place)
        where TFile : unmanaged
        where TElement : unmanaged
    {
        List<TFile[]> blocks = [];
        int left = spec.Shape.Size, size = BlockElements;
        while (left > 0)
        {
            TFile[] block = new TFile[Math.Min(left, size)];
            Fill(source, block, bigEndian, what);
            blocks.Add(block);
            left -= block.Length;
            size = Math.Min(2 * size, MaxBlockElements);
        }
        Tensor x = Tensor.Allocate(spec);
        Span<TElement> to = x.Data<TElement>();
        foreach (TFile[] block in blocks)
        {
            place(block, to[..block.Length]);
            to = to[block.Length..];
        }
        GC.KeepAlive(x);
        return x;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, Span<T> to) => from.CopyTo(to);

    // A C# bool that is neither 0 nor 1 would be true and yet different from true.
    private static void Truths(ReadOnlySpan<byte> from, Span<bool> to, ByteSource source, string what)
    {
        int odd = from.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (odd >= 0)
            throw source.Error($"{what}: truth values are the bytes 0 and 1, but one of them is {from[odd]}. The file is damaged or the type wrong.");
        from.CopyTo(MemoryMarshal.AsBytes(to));
    }

    private static void Fill<T>(ByteSource source, Span<T> values, bool bigEndian, string what) where T : unmanaged
    {
        source.Fill(MemoryMarshal.AsBytes(values), what);
        if (bigEndian == BitConverter.IsLittleEndian) Swap(values);
    }

    private static void Write<T>(Stream stream, ReadOnlySpan<T> values, bool bigEndian) where T : unmanaged
    {
        bool swap = bigEndian == BitConverter.IsLittleEndian && Unsafe.SizeOf<T>() > 1;
        T[] swapped = swap ? new T[Math.Min(values.Length, BlockElements)] : [];
        while (!values.IsEmpty)
        {
            ReadOnlySpan<T> block = values[..Math.Min(values.Length, swap ? BlockElements : MaxBlockElements)];
            values = values[block.Length..];
            if (swap)
            {
                block.CopyTo(swapped);
                Swap(swapped.AsSpan(0, block.Length));
                block = swapped.AsSpan(0, block.Length);
            }
            stream.Write(MemoryMarshal.AsBytes(block));
        }
    }

    private static void Swap<T>(Span<T> values) where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        switch (Unsafe.SizeOf<T>())
        {
            case 2:
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                Span<uint> ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
