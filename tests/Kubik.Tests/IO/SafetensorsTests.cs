// Safetensors after github.com/huggingface/safetensors: the golden files are written byte by byte in make_io.py, the bad ones here.

using System.Buffers.Binary;
using System.Text;
using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class SafetensorsTests
{
    [Fact]
    public void Every_dtype_is_read()
    {
        SafetensorsFile file = Safetensors.Load(Files.Golden("safetensors", "all_types.safetensors"));

        Assert.Equal([true, false, true], file["bool"].ToArray<bool>());
        Assert.Equal([(Half)0.5f, (Half)(-2f)], file["f16"].ToArray<Half>());
        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5.25f], file["f32"].ToArray<float>());
        Assert.Equal(new TensorSpec(DType.Float32, [2, 3]), file["f32"].Spec);
        Assert.Equal(0.1, file["f64"].Item());
        Assert.Equal(0, file["f64"].Rank);
        Assert.Equal([int.MinValue, int.MaxValue], file["i32"].ToArray<int>());
        Assert.Equal([long.MinValue, long.MaxValue], file["i64"].ToArray<long>());
        Assert.Equal([0, 1, 254, 255], file["u8"].ToArray<byte>());
        Assert.Equal(new TensorSpec(DType.Float32, [0, 4]), file["empty"].Spec);
        Assert.Equal(7, file["имя.ü"].Item());
    }

    [Fact]
    public void Bfloat16_is_read_and_written_bit_for_bit()
    {
        Tensor x = Safetensors.Load(Files.Golden("safetensors", "all_types.safetensors"))["bf16"];
        Assert.Equal(DType.BFloat16, x.DType);
        Assert.Equal([0x3F80, 0xC040, 0x7F80], x.ToArray<BFloat16>().Select(b => (int)b.Bits));
        Assert.Equal([1, -3, double.PositiveInfinity], x.ToDoubles());
        byte[] written = Files.Written(s => Safetensors.Save(s, new Dictionary<string, Tensor> { ["b"] = x }));
        Assert.Equal([0x80, 0x3F, 0x40, 0xC0, 0x80, 0x7F], written[^6..]);
        Assert.Contains("\"BF16\"", System.Text.Encoding.UTF8.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_has_no_bfloat16_and_says_so() =>
        Assert.Contains("NumPy has no bfloat16", Assert.Throws<ShapeException>(() => Files.Written(s => Npy.Save(s, Tensor.Ones([2], DType.BFloat16)))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Metadata_is_read()
    {
        SafetensorsFile file = Safetensors.Load(Files.Golden("safetensors", "all_types.safetensors"));
        Assert.Equal("linear 10", file.Metadata["net"]);
        Assert.Equal("a\nb \"c\"", file.Metadata["line"]);
    }

    [Fact]
    public void Tensors_come_in_the_order_of_their_names() => Assert.Equal(
        ["bf16", "bool", "empty", "f16", "f32", "f64", "i32", "i64", "u8", "имя.ü"],
        Safetensors.Load(Files.Golden("safetensors", "all_types.safetensors")).Tensors.Keys);

    [Fact]
    public void Bytes_are_those_of_the_reference_implementation()
    {
        Dictionary<string, Tensor> tensors = new()
        {
            ["c"] = Tensor.Scalar(9, DType.UInt8),
            ["a"] = Tensor.From(new float[,] { { 1 }, { 2 } }),
            ["b"] = Tensor.Of(3d),
        };
        byte[] written = Files.Written(s => Safetensors.Save(s, tensors, new Dictionary<string, string> { ["a"] = "1" }));
        Assert.Equal(File.ReadAllBytes(Files.Golden("safetensors", "as_written.safetensors")), written);
    }

    [Fact]
    public void Round_trip_keeps_every_dtype_shape_and_bit()
    {
        using TemporaryFolder folder = new();
        SafetensorsFile first = Safetensors.Load(Files.Golden("safetensors", "all_types.safetensors"));
        Safetensors.Save(folder.File("x"), first.Tensors, first.Metadata);
        SafetensorsFile second = Safetensors.Load(folder.File("x"));

        Assert.Equal(first.Metadata, second.Metadata);
        Assert.Equal(first.Tensors.Keys, second.Tensors.Keys);
        foreach ((string name, Tensor x) in first.Tensors)
        {
            Assert.Equal(x.Spec, second[name].Spec);
            Assert.Equal(x.ToDoubles(), second[name].ToDoubles());
        }
        Assert.Equal(File.ReadAllBytes(folder.File("x")), Files.Written(s => Safetensors.Save(s, second.Tensors, second.Metadata)));
    }

    [Fact]
    public void Special_values_and_views_survive()
    {
        Tensor x = Tensor.From(new float[,] { { float.NaN, float.PositiveInfinity, -0f }, { float.Epsilon, float.MaxValue, -1 } });
        byte[] bytes = Files.Written(s => Safetensors.Save(s, new Dictionary<string, Tensor> { ["x"] = x, ["t"] = x.T }));
        SafetensorsFile file = Safetensors.Load(new MemoryStream(bytes));
        Assert.Equal(Bits([float.NaN, float.PositiveInfinity, -0f, float.Epsilon, float.MaxValue, -1]), Bits(file["x"].ToArray<float>()));
        Assert.Equal(Bits([float.NaN, float.Epsilon, float.PositiveInfinity, float.MaxValue, -0f, -1]), Bits(file["t"].ToArray<float>()));
        Assert.Equal("(3, 2)", file["t"].Shape.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Elements_begin_at_a_multiple_of_eight(int nameLength)
    {
        byte[] bytes = Files.Written(s => Safetensors.Save(s, new Dictionary<string, Tensor> { [new string('n', nameLength)] = Tensor.Of(1f) }));
        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
    }

    [Fact]
    public void A_stream_without_length_is_read_too()
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("safetensors", "all_types.safetensors"));
        Assert.Equal(10, Safetensors.Load(new DripStream(bytes)).Tensors.Count);
    }

    [Fact]
    public void Large_tensors_pass_through_streams_without_length()
    {
        Tensor x = Tensor.Range(0, 300_000);
        byte[] bytes = Files.Written(s => Safetensors.Save(s, new Dictionary<string, Tensor> { ["x"] = x }));
        Assert.Equal(x.ToArray<float>(), Safetensors.Load(new DripStream(bytes, 100_001))["x"].ToArray<float>());
    }

    [Fact]
    public void Metadata_key_is_no_name_for_a_tensor() => Assert.Throws<ArgumentException>(
        () => Safetensors.Save(Stream.Null, new Dictionary<string, Tensor> { ["__metadata__"] = Tensor.Of(1f) }));

    [Fact]
    public void A_name_that_is_not_there_is_answered_with_those_that_are() => Files.Refuses(
        () => _ = Safetensors.Load(Files.Golden("safetensors", "as_written.safetensors"))["w"], "'w'", "'a', 'b', 'c'");

    // ---- bad files: the header as text, the number of bytes of elements that follow, what the message must mention ----

    public static TheoryData<string, int, string> BadHeaders => new()
    {
        { "", 0, "does not begin with '{'" },
        { "[1]", 0, "does not begin with '{'" },
        { """ {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "does not begin with '{'" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}""", 1, "not valid JSON" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} x""", 1, "not valid JSON" },
        { """{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "not valid JSON" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "'a' occurs twice" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "occurs twice" },
        { """{"__metadata__":{"k":"1","k":"2"}}""", 0, "'k' occurs twice" },
        { """{"__metadata__":{"k":1}}""", 0, "'k' is not a text" },
        { """{"__metadata__":"k"}""", 0, "not an object" },
        { """{"a":[1]}""", 1, "tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[1]}}""", 1, "lacks" },
        { """{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1, "lacks" },
        { """{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1, "lacks" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}""", 1, "lacks" },
        { """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "two fields 'dtype'" },
        { """{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}""", 1, "dtype of tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1, "the shape of tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "the shape of tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "the shape of tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, "the shape of tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}""", 1, "the shape of tensor 'a'" },
        { """{"a":{"dtype":"I16","shape":[1],"data_offsets":[0,2]}}""", 2, "tensor 'a' has the dtype I16" },
        { """{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "F8_E4M3" },
        { """{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype f32" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "[4, 0]" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "no tensor has" },
        { """{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,17179869184]}}""", 0, "no tensor has" },
        { """{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", 1, "17 axes" },
        { """{"a":{"dtype":"F64","shape":[268435455],"data_offsets":[0,2147483640]}}""", 8, "2147483640 bytes" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "tensor 'b' begins at byte 1 of the elements and overlaps with tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, "leaves a hole after tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "leaves a hole after the beginning" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 0, "1 bytes" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "bytes" },
        { """{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", 1, "truth values" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void A_bad_header_is_refused(string header, int elements, string mention)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + text.Length + elements];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        bytes.AsSpan(8 + text.Length).Fill(2);
        Files.Refuses(() => Safetensors.Load(new MemoryStream(bytes)), mention);
        Assert.Throws<DataFileException>(() => Safetensors.Load(new DripStream(bytes)));
    }

    [Theory]
    [InlineData(0, "is 0 bytes")]
    [InlineData(100_000_001UL, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(99_999_999UL, "99999999 bytes")]
    public void A_header_longer_than_the_file_is_refused_without_being_allocated(ulong length, string mention)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DataFileException e = Assert.Throws<DataFileException>(() => Safetensors.Load(new DripStream(bytes)));
        Assert.Throws<DataFileException>(() => Safetensors.Load(new MemoryStream(bytes)));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        if (length > 100_000_000) Assert.Contains(mention, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("safetensors", "as_written.safetensors"));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<DataFileException>(() => Safetensors.Load(new MemoryStream(cut)));
            Assert.Throws<DataFileException>(() => Safetensors.Load(new DripStream(cut)));
        }
    }

    [Fact]
    public void Unknown_fields_of_an_entry_are_skipped()
    {
        const string Header = """{"a":{"dtype":"U8","new":{"x":[1]},"shape":[1],"data_offsets":[0,1]}}""";
        byte[] bytes = [(byte)Header.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header), 5];
        Assert.Equal(5, Safetensors.Load(new MemoryStream(bytes))["a"].Item());
    }

    [Fact]
    public void A_missing_file_is_named() => Files.Refuses(() => Safetensors.Load("no/such/net.safetensors"), "no/such/net.safetensors", "does not exist");

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
