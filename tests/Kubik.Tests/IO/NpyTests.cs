// .npy and .npz against NumPy's own files (tests/golden/make_io.py).

using System.IO.Compression;
using System.Text;
using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class NpyTests
{
    // make_io.py: 0 … 23 as (2, 3, 4); signed types less 12, floats halved, bool: divisible by 3.
    private static double[] Counting(char kind) => [.. Enumerable.Range(0, 24).Select(n => kind switch
    {
        'f' => (n - 12) / 2.0,
        'i' => n - 12,
        'b' => n % 3 == 0 ? 1 : 0,
        _ => n,
    })];

    [Theory]
    [InlineData("f8", DType.Float64)]
    [InlineData("f4", DType.Float32)]
    [InlineData("f2", DType.Float16)]
    [InlineData("i8", DType.Int64)]
    [InlineData("i4", DType.Int32)]
    [InlineData("i2", DType.Int32)]
    [InlineData("i1", DType.Int32)]
    [InlineData("u8", DType.Int64)]
    [InlineData("u4", DType.Int64)]
    [InlineData("u2", DType.Int32)]
    [InlineData("u1", DType.UInt8)]
    [InlineData("b1", DType.Bool)]
    [InlineData("f8_big", DType.Float64)]
    [InlineData("f4_big", DType.Float32)]
    [InlineData("f2_big", DType.Float16)]
    [InlineData("i8_big", DType.Int64)]
    [InlineData("i4_big", DType.Int32)]
    [InlineData("i2_big", DType.Int32)]
    [InlineData("u8_big", DType.Int64)]
    [InlineData("u4_big", DType.Int64)]
    [InlineData("u2_big", DType.Int32)]
    [InlineData("f8_fortran", DType.Float64)]
    [InlineData("i4_fortran", DType.Int32)]
    [InlineData("i2_fortran", DType.Int32)]
    [InlineData("u1_fortran", DType.UInt8)]
    [InlineData("f4_big_fortran", DType.Float32)]
    [InlineData("f4_v1", DType.Float32)]
    [InlineData("f4_v2", DType.Float32)]
    [InlineData("f4_v3", DType.Float32)]
    public void NumPys_arrays_are_read(string name, DType dtype)
    {
        Tensor x = Npy.Load(Files.Golden("npy", name + ".npy"));
        Assert.Equal(new TensorSpec(dtype, [2, 3, 4]), x.Spec);
        Assert.Equal(Counting(name[0]), x.ToDoubles());
        Tensor dripped = Npy.Load(new DripStream(File.ReadAllBytes(Files.Golden("npy", name + ".npy"))));
        Assert.Equal(Counting(name[0]), dripped.ToDoubles());
    }

    [Fact]
    public void Scalars_vectors_and_empty_arrays_are_read()
    {
        Assert.Equal(2.5, Npy.Load(Files.Golden("npy", "scalar.npy")).Item());
        Assert.Equal(0, Npy.Load(Files.Golden("npy", "scalar.npy")).Rank);
        Assert.Equal([1L, 2L, 3L], Npy.Load(Files.Golden("npy", "vector.npy")).ToArray<long>());
        Assert.Equal("(0, 3)", Npy.Load(Files.Golden("npy", "empty.npy")).Shape.ToString());
    }

    [Fact]
    public void Special_values_keep_their_bits() => Assert.Equal(
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue],
        Npy.Load(Files.Golden("npy", "special.npy")).ToArray<float>());

    [Theory]
    [InlineData("f8")]
    [InlineData("f4")]
    [InlineData("f2")]
    [InlineData("i8")]
    [InlineData("i4")]
    [InlineData("u1")]
    [InlineData("b1")]
    [InlineData("scalar")]
    [InlineData("vector")]
    [InlineData("empty")]
    [InlineData("special")]
    public void Bytes_are_those_of_NumPy(string name)
    {
        using TemporaryFolder folder = new();
        Npy.Save(folder.File("x.npy"), Npy.Load(Files.Golden("npy", name + ".npy")));
        Assert.Equal(File.ReadAllBytes(Files.Golden("npy", name + ".npy")), File.ReadAllBytes(folder.File("x.npy")));
    }

    [Theory]
    [InlineData("objects", "pickled")]
    [InlineData("complex", "complex")]
    [InlineData("texts", "texts")]
    [InlineData("bytes", "texts")]
    [InlineData("dates", "dates")]
    [InlineData("records", "np.save(file, x['field'])")]
    [InlineData("long_double", "'f16'")]
    [InlineData("u8_too_large", "18446744073709551615")]
    public void What_no_tensor_can_hold_is_refused(string name, string mention) =>
        Files.Refuses(() => Npy.Load(Files.Golden("npy", name + ".npy")), name + ".npy", mention);

    // ---- bad files ---------------------------------------------------------------------------------------------------

    public static TheoryData<string, int, string> BadHeaders => new()
    {
        { "", 0, "'{' is missing" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), ", 4, "text in quotes" },
        { "{'descr': '<f4', 'fortran_order': False, }", 4, "is missing" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", 4, "the key 'x'" },
        { "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", 4, "the key 'descr'" },
        { "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", 4, "neither True nor False" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", 4, "'(n,)'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", 4, "whole number" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1", 4, "after the closing brace" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os'),)}", 4, "whole number" },
        { "{'descr': '<<', 'fortran_order': False, 'shape': (1,)}", 4, "not an element type" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}", 4, "whole number" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", 4, "no tensor has" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536)}", 4, "no tensor has" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000,)}", 4, "16000000000 bytes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4294967296)}", 0, "no tensor has" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", 4, "17 axes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 7, "8 bytes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 9, "1 bytes follow" },
        { "{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}", 1, "truth values" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4, "records" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void A_bad_header_is_refused(string header, int elements, string mention)
    {
        byte[] bytes = Make(header, elements);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Files.Refuses(() => Npy.Load(new MemoryStream(bytes)), mention);
        Assert.Throws<DataFileException>(() => Npy.Load(new DripStream(bytes)));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20, "allocated what the header claims");
    }

    [Theory]
    [InlineData("{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(1,)}")] // any quotes, no spaces
    [InlineData("{'shape': (1L,), 'fortran_order': False, 'descr': '<f4'}   \n")] // any order; Python 2's long
    [InlineData("{'descr': '=f4', 'fortran_order': True, 'shape': ( 1 , ), }")]
    public void Headers_may_be_written_in_other_ways(string header) =>
        Assert.Equal("(1,)", Npy.Load(new MemoryStream(Make(header, 4))).Shape.ToString());

    [Fact]
    public void Other_magic_numbers_versions_and_header_lengths_are_refused()
    {
        Files.Refuses(() => Npy.Load(new MemoryStream("PK\u0003\u0004 a zip"u8.ToArray())), "not a .npy file");
        Files.Refuses(() => Npy.Load(new MemoryStream([0x93, .. "NUMPY"u8, 4, 0, 0, 0, 0, 0])), "version 4.0");
        Files.Refuses(() => Npy.Load(new MemoryStream([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255])), "4294967295 bytes");
        Files.Refuses(() => Npy.Load(new MemoryStream([0x93, .. "NUMPY"u8, 1, 0, 255, 255])), "65535 bytes");
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] bytes = System.IO.File.ReadAllBytes(Files.Golden("npy", "i2.npy"));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<DataFileException>(() => Npy.Load(new MemoryStream(cut)));
            Assert.Throws<DataFileException>(() => Npy.Load(new DripStream(cut)));
        }
    }

    private static byte[] Make(string header, int elements)
    {
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[elements]];
        bytes.AsSpan(10 + header.Length).Fill(3);
        return bytes;
    }
}

public sealed class NpzTests
{
    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    public void NumPys_archives_are_read(string name)
    {
        foreach (bool seekable in (bool[])[true, false])
        {
            byte[] bytes = File.ReadAllBytes(Files.Golden("npz", name));
            IReadOnlyDictionary<string, Tensor> arrays = Npz.Load(seekable ? new MemoryStream(bytes) : new DripStream(bytes, 100));
            Assert.Equal(["x", "y"], arrays.Keys);
            Assert.Equal(Enumerable.Range(0, 24).Select(n => (n - 12) / 2f), arrays["x"].ToArray<float>());
            Assert.Equal([0L, 2L, 1L], arrays["y"].ToArray<long>());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Round_trip(bool compress)
    {
        using TemporaryFolder folder = new();
        Dictionary<string, Tensor> arrays = new() { ["w"] = Tensor.Range(0, 1000), ["layers/0/b"] = Tensor.Of(true, false) };
        Npz.Save(folder.File("a.npz"), arrays, compress);
        Npz.Save(folder.File("b.npz"), arrays, compress);
        IReadOnlyDictionary<string, Tensor> read = Npz.Load(folder.File("a.npz"));
        Assert.Equal(["layers/0/b", "w"], read.Keys);
        Assert.Equal(arrays["w"].ToArray<float>(), read["w"].ToArray<float>());
        Assert.Equal([true, false], read["layers/0/b"].ToArray<bool>());
        Assert.Equal(File.ReadAllBytes(folder.File("a.npz")), File.ReadAllBytes(folder.File("b.npz")));
    }

    [Fact]
    public void A_changed_byte_is_noticed_by_the_checksum()
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("npz", "stored.npz"));
        int at = bytes.AsSpan().LastIndexOf("NUMPY"u8) + 130; // in the elements of y
        bytes[at]++;
        Files.Refuses(() => Npz.Load(new MemoryStream(bytes)), "checksum");
    }

    [Fact]
    public void Archives_with_something_else_or_nothing_readable_are_refused()
    {
        Files.Refuses(() => Npz.Load(new MemoryStream(Zip("readme.txt", "x.npy"))), "readme.txt", "not a .npy file");
        Files.Refuses(() => Npz.Load(new MemoryStream(Zip("x.npy"))), "x.npy", "not a .npy file");
        Files.Refuses(() => Npz.Load(new MemoryStream("no zip at all"u8.ToArray())), "not a zip archive");
        Files.Refuses(() => Npz.Load("no/such.npz"), "does not exist");
    }

    [Fact]
    public void Two_entries_of_one_name_are_refused()
    {
        byte[] npy = Files.Written(s => Npy.Save(s, Tensor.Of(1f)));
        byte[] bytes = Files.Written(s =>
        {
            using ZipArchive zip = new(s, ZipArchiveMode.Create, leaveOpen: true);
            for (int i = 0; i < 2; i++)
            {
                using Stream entry = zip.CreateEntry("x.npy").Open();
                entry.Write(npy);
            }
        });
        Files.Refuses(() => Npz.Load(new MemoryStream(bytes)), "two entries");
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("npz", "deflated.npz"));
        for (int length = 0; length < bytes.Length; length += 7)
            Assert.Throws<DataFileException>(() => Npz.Load(new MemoryStream(bytes[..length])));
    }

    private static byte[] Zip(params string[] names) => Files.Written(s =>
    {
        using ZipArchive zip = new(s, ZipArchiveMode.Create, leaveOpen: true);
        foreach (string name in names)
        {
            using Stream entry = zip.CreateEntry(name).Open();
            entry.Write("some text that is no array"u8);
        }
    });
}
