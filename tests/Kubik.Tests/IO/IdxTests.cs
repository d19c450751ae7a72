// IDX after the description at the end of yann.lecun.com/exdb/mnist; the files are written with Python's struct.

using System.IO.Compression;
using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class IdxTests
{
    [Theory]
    [InlineData("08", DType.UInt8, 1)]
    [InlineData("09", DType.Int32, -1)]
    [InlineData("0B", DType.Int32, -1)]
    [InlineData("0C", DType.Int32, -1)]
    [InlineData("0D", DType.Float32, -1)]
    [InlineData("0E", DType.Float64, -1)]
    public void Every_type_code_is_read(string code, DType dtype, int sign)
    {
        double[] expected = [0, sign, 2 * sign, 100 * sign, 126 * sign, 127 * sign];
        Tensor x = Idx.Load(Files.Golden("idx", code + ".idx"));
        Assert.Equal(new TensorSpec(dtype, [2, 3]), x.Spec);
        Assert.Equal(expected, x.ToDoubles());
        Assert.Equal(expected, Idx.Load(new DripStream(File.ReadAllBytes(Files.Golden("idx", code + ".idx")))).ToDoubles());
    }

    [Fact]
    public void Gzip_is_noticed_by_content_not_by_name()
    {
        byte[] expected = [0, 1, 2, 100, 126, 127];
        string path = Files.Golden("idx", "zipped_without_saying_so.idx");
        Assert.Equal(expected, Idx.Load(path).ToArray<byte>());
        Assert.Equal(expected, Idx.Load(new DripStream(File.ReadAllBytes(path), 1)).ToArray<byte>());
    }

    [Theory]
    [InlineData("08")]
    [InlineData("0C")]
    [InlineData("0D")]
    [InlineData("0E")]
    public void Bytes_are_those_of_the_description(string code)
    {
        byte[] golden = File.ReadAllBytes(Files.Golden("idx", code + ".idx"));
        Assert.Equal(golden, Files.Written(s => Idx.Save(s, Idx.Load(new MemoryStream(golden)))));
    }

    [Theory]
    [InlineData("x.idx")]
    [InlineData("x.idx.gz")]
    public void Round_trip_through_files(string name)
    {
        using TemporaryFolder folder = new();
        Tensor x = Tensor.Range(0, 60_000).Reshape(3, 200, 100);
        Idx.Save(folder.File(name), x);
        Tensor y = Idx.Load(folder.File(name));
        Assert.Equal(x.Shape, y.Shape);
        Assert.Equal(x.ToArray<float>(), y.ToArray<float>());
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(folder.File(name))[0] == 0x1F);
    }

    [Fact]
    public void MNIST_is_what_it_is()
    {
        string folder = Path.Combine(Files.Repository, "data", "mnist");
        Tensor labels = Idx.Load(Path.Combine(folder, "train-labels-idx1-ubyte.gz"));
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], labels.ToArray<byte>()[..10]); // the ten every tutorial shows
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
            labels.ToArray<byte>().CountBy(l => l).OrderBy(c => c.Key).Select(c => c.Value));

        Tensor images = Idx.Load(Path.Combine(folder, "train-images-idx3-ubyte.gz"));
        Assert.Equal(new TensorSpec(DType.UInt8, [60_000, 28, 28]), images.Spec);
        double mean = images.ToArray<byte>().Average(p => (double)p) / 255;
        Assert.Equal(0.1307, mean, 4); // the constant of the literature
    }

    [Fact]
    public void Types_and_shapes_without_a_code_are_not_written()
    {
        Assert.Contains("int64", Assert.Throws<ShapeException>(() => Idx.Save(Stream.Null, Tensor.Of(1L))).Message, StringComparison.Ordinal);
        Assert.Contains("(1,)", Assert.Throws<ShapeException>(() => Idx.Save(Stream.Null, Tensor.Scalar(1))).Message, StringComparison.Ordinal);
    }

    // ---- bad files: bytes in hex, what the message must mention ----

    [Theory]
    [InlineData("", "magic number")]
    [InlineData("000008", "magic number")]
    [InlineData("01000801", "not an IDX file")]
    [InlineData("00000800", "not an IDX file")]
    [InlineData("00000A01 00000001 00", "element type is 0A")]
    [InlineData("00000802 00000001", "the sizes")]
    [InlineData("00000801 00000002 00", "2 bytes")]
    [InlineData("00000801 00000001 0000", "1 bytes follow")]
    [InlineData("00000801 FFFFFFFF 00", "no tensor has")]
    [InlineData("00000803 00010000 00010000 00000001 00", "no tensor has")]
    [InlineData("00000E03 7FFFFFFF 7FFFFFFF 7FFFFFFF 00", "no tensor has")]
    [InlineData("00000E01 7FFFFFFF 00", "17179869176 bytes")]
    [InlineData("000008FF 00", "the sizes")]
    public void A_bad_file_is_refused_without_allocating_what_it_claims(string hex, string mention)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Files.Refuses(() => Idx.Load(new MemoryStream(bytes), "bad.idx"), "bad.idx", mention);
        Assert.Throws<DataFileException>(() => Idx.Load(new DripStream(bytes)));
        Assert.Throws<DataFileException>(() => Idx.Load(new MemoryStream(Zipped(bytes))));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20, "allocated what the header claims");
    }

    [Fact]
    public void A_gzip_file_cut_or_changed_anywhere_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("idx", "zipped_without_saying_so.idx"));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<DataFileException>(() => Idx.Load(new MemoryStream(cut)));
            Assert.Throws<DataFileException>(() => Idx.Load(new DripStream(cut)));
        }
        bytes[^5] ^= 1; // the checksum of gzip
        Files.Refuses(() => Idx.Load(new MemoryStream(bytes)), "damaged");
    }

    private static byte[] Zipped(byte[] bytes) => Files.Written(s =>
    {
        using GZipStream zip = new(s, CompressionLevel.Optimal, leaveOpen: true);
        zip.Write(bytes);
    });
}
