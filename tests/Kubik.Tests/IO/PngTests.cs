// PNG after the W3C's standard. The golden pictures come from Pillow, or from the encoder in make_io.py checked by
// Pillow; beside each lie its pixels as .npy.

using System.Buffers.Binary;
using System.IO.Compression;
using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class PngTests
{
    public static TheoryData<string> Pictures =>
        [.. Directory.GetFiles(Files.Golden("png"), "*.png").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Pictures_are_read(string name)
    {
        Tensor expected = Npy.Load(Files.Golden("png", name + ".npy")); // (H, W, C)
        byte[] bytes = File.ReadAllBytes(Files.Golden("png", name + ".png"));
        foreach (Image image in (Image[])[Png.Load(Files.Golden("png", name + ".png")), Png.Load(new DripStream(bytes))])
        {
            Assert.Equal($"{expected.Shape}", $"({image.Height}, {image.Width}, {image.Channels})");
            Assert.Equal(expected.ToArray<byte>(), image.Pixels);
        }
    }

    [Fact]
    public void There_are_pictures_of_every_kind() => Assert.Equal(
        (int[])[1, 2, 4, 8, 16, 8, 16, 1, 2, 4, 8, 8, 16, 8, 16],
        ((string[])["0_1", "0_2", "0_4", "0_8", "0_16", "2_8", "2_16", "3_1", "3_2", "3_4", "3_8", "4_8", "4_16", "6_8", "6_16"])
            .Where(kind => File.Exists(Files.Golden("png", $"colour{kind}bit.png")) && File.Exists(Files.Golden("png", $"colour{kind}bit_adam7.png")))
            .Select(kind => int.Parse(kind[2..])));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(28, 28, 1)]
    [InlineData(3, 50, 2)]
    [InlineData(17, 5, 3)]
    [InlineData(64, 64, 4)]
    public void What_is_written_is_read_back(int width, int height, int channels)
    {
        using TemporaryFolder folder = new();
        byte[] pixels = new byte[width * height * channels];
        new Random(width).NextBytes(pixels);
        Png.Save(folder.File("x.png"), new Image(width, height, channels, pixels));
        Image read = Png.Load(folder.File("x.png"));
        Assert.Equal((width, height, channels), (read.Width, read.Height, read.Channels));
        Assert.Equal(pixels, read.Pixels);
        Assert.Equal(File.ReadAllBytes(folder.File("x.png")), Png.ToBytes(read)); // the same picture, the same file
    }

    [Fact]
    public void Smooth_pictures_become_small()
    {
        byte[] ramp = [.. Enumerable.Range(0, 256 * 256).Select(i => (byte)((i % 256) + (i / 256)))];
        Assert.InRange(Png.ToBytes(new Image(256, 256, 1, ramp)).Length, 1, 2000); // 65 536 without filters' help
    }

    [Fact]
    public void An_image_checks_its_sizes()
    {
        Image image = new(2, 1, 3, [1, 2, 3, 4, 5, 6]);
        Assert.Equal(6, image[1, 0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image[2, 0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image[0, -1, 0]);
        Assert.Throws<ArgumentException>(() => new Image(2, 2, 3, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(0, 2, 3, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(1, 1, 5, new byte[5]));
    }

    // ---- bad files ---------------------------------------------------------------------------------------------------

    [Fact]
    public void A_bomb_is_refused_before_it_is_inflated()
    {
        // 30 000 × 30 000 zeros are 900 MB in less than 1 MB of deflate.
        byte[] png = Make(Header(30_000, 30_000, 8, 2), [("IDAT", [0x78, 0x9C, 0, 0])]);
        Watched(() => Files.Refuses(() => Png.Load(new MemoryStream(png)), "30000×30000", $"{Png.MaxPixels}"));
    }

    [Fact]
    public void A_picture_that_claims_more_than_it_holds_costs_no_more_than_it_holds()
    {
        byte[] png = Make(Header(8000, 8000, 16, 6), [("IDAT", Deflated(new byte[1000]))]); // 512 MB claimed
        Watched(() => Files.Refuses(() => Png.Load(new MemoryStream(png)), "the pixels"));
    }

    [Fact]
    public void Pixels_beyond_the_picture_are_refused_without_being_inflated()
    {
        byte[] png = Make(Header(4, 4, 8, 0), [("IDAT", Deflated(new byte[100 << 20]))]);
        Watched(() => Files.Refuses(() => Png.Load(new MemoryStream(png)), "more bytes follow after the pixels of a 4×4 picture"));
    }

    public static TheoryData<string, byte[], string> BadFiles
    {
        get
        {
            byte[] good = Deflated([0, 1, 2, 0, 3, 4]); // 2 × 2 grey
            (string, byte[]) idat = ("IDAT", good);
            return new()
            {
                { "nothing", [], "not a PNG file: it is empty" },
                { "a JPEG", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0], "not a PNG file" },
                { "line ends changed on the way", [0x89, .. "PNG\n\u001a\n"u8, 0, 0, 0, 0, 13], "not a PNG file" },
                { "width 0", Make(Header(0, 2, 8, 0), [idat]), "0×2" },
                { "negative height", Make(Header(2, -2, 8, 0), [idat]), "4294967294" },
                { "sizes that overflow", Make(Header(65536, 65536, 8, 0), [idat]), "65536×65536" },
                { "largest sizes", Make(Header(int.MaxValue, int.MaxValue, 16, 6), [idat]), "pixels" },
                { "depth 3", Make(Header(2, 2, 3, 0), [idat]), "colour type 0 with 3 bits" },
                { "RGB of 4 bits", Make(Header(2, 2, 4, 2), [idat]), "colour type 2 with 4 bits" },
                { "colour type 5", Make(Header(2, 2, 8, 5), [idat]), "colour type 5" },
                { "interlacing 2", Make(Header(2, 2, 8, 0, interlace: 2), [idat]), "interlacing 2" },
                { "no IHDR", [.. PngSignature, .. Chunk("IDAT", good)], "the first chunk is IDAT" },
                { "short IHDR", [.. PngSignature, .. Chunk("IHDR", new byte[12])], "12 bytes" },
                { "long IHDR", [.. PngSignature, .. Chunk("IHDR", new byte[14])], "at most 13" },
                { "two IHDR", Make(Header(2, 2, 8, 0), [("IHDR", Header(2, 2, 8, 0)), idat]), "two chunks IHDR" },
                { "no IDAT", Make(Header(2, 2, 8, 0), []), "without pixels" },
                { "empty IDAT", Make(Header(2, 2, 8, 0), [("IDAT", [])]), "the pixels" },
                { "IDAT that is no zlib", Make(Header(2, 2, 8, 0), [("IDAT", [1, 2, 3, 4])]), "damaged" },
                { "zlib checksum wrong", Make(Header(2, 2, 8, 0), [("IDAT", [.. good[..^1], (byte)(good[^1] ^ 1)])]), "damaged" },
                { "too few pixels", Make(Header(2, 3, 8, 0), [idat]), "6 of 9 bytes" },
                { "too many pixels", Make(Header(2, 1, 8, 0), [idat]), "more bytes follow" },
                { "IDAT in two places", Make(Header(2, 2, 8, 0), [idat, ("tEXt", []), idat]), "IDAT stands after" },
                { "filter 5", Make(Header(2, 2, 8, 0), [("IDAT", Deflated([0, 1, 2, 5, 3, 4]))]), "filter 5" },
                { "palette missing", Make(Header(2, 2, 8, 3), [idat]), "no PLTE" },
                { "palette of 4 bytes", Make(Header(2, 2, 8, 3), [("PLTE", new byte[4]), idat]), "PLTE has 4 bytes" },
                { "palette of 257 colours", Make(Header(2, 2, 8, 3), [("PLTE", new byte[771]), idat]), "at most 768" },
                { "palette entry that is not there", Make(Header(2, 2, 8, 3), [("PLTE", new byte[9]), idat]), "palette entry 3" },
                { "grey with palette", Make(Header(2, 2, 8, 0), [("PLTE", new byte[3]), idat]), "grey" },
                { "two palettes", Make(Header(2, 2, 8, 3), [("PLTE", new byte[15]), ("PLTE", new byte[15]), idat]), "two chunks PLTE" },
                { "transparency of RGBA", Make(Header(2, 2, 8, 6), [("tRNS", new byte[6]), idat]), "tRNS" },
                { "transparency before the palette", Make(Header(2, 2, 8, 3), [("tRNS", new byte[2]), ("PLTE", new byte[15]), idat]), "tRNS" },
                { "unknown critical chunk", Make(Header(2, 2, 8, 0), [("ABCD", []), idat]), "ABCD" },
                { "no IEND", Make(Header(2, 2, 8, 0), [idat])[..^12], "after IDAT" },
                { "chunk longer than the file", [.. PngSignature, .. Chunk("IHDR", Header(2, 2, 8, 0)), 0x7F, 0xFF, 0xFF, 0xFF, .. "IDAT"u8], "chunk IDAT" },
                { "chunk longer than allowed", [.. PngSignature, .. Chunk("IHDR", Header(2, 2, 8, 0)), 0xFF, 0xFF, 0xFF, 0xFF, .. "IDAT"u8], "4294967295" },
                { "no chunk at all", [.. PngSignature, .. Chunk("IHDR", Header(2, 2, 8, 0)), 0, 0, 0, 0, 1, 2, 3, 4], "no chunk" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_bad_file_is_refused(string what, byte[] bytes, string mention)
    {
        Assert.NotEmpty(what);
        Watched(() => Files.Refuses(() => Png.Load(new MemoryStream(bytes)), mention));
        Watched(() => Assert.Throws<DataFileException>(() => Png.Load(new DripStream(bytes))));
    }

    [Fact]
    public void A_changed_bit_anywhere_is_noticed()
    {
        byte[] png = File.ReadAllBytes(Files.Golden("png", "palette_transparent.png"));
        for (int bit = 0; bit < 8 * png.Length; bit += 5)
        {
            byte[] changed = [.. png];
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<DataFileException>(() => Png.Load(new MemoryStream(changed)));
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] png = File.ReadAllBytes(Files.Golden("png", "many_idat.png"));
        for (int length = 0; length < png.Length; length += 3)
        {
            byte[] cut = png[..length];
            Assert.Throws<DataFileException>(() => Png.Load(new MemoryStream(cut)));
            Assert.Throws<DataFileException>(() => Png.Load(new DripStream(cut)));
        }
    }

    [Fact]
    public void Bytes_after_the_picture_are_ignored() =>
        Assert.Equal(2, Png.Load(new MemoryStream([.. Make(Header(2, 2, 8, 0), [("IDAT", Deflated([0, 1, 2, 0, 3, 4]))]), 9, 9, 9])).Width);

    private static byte[] PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static byte[] Make(byte[] header, (string Type, byte[] Data)[] chunks) =>
        [.. PngSignature, .. Chunk("IHDR", header), .. chunks.SelectMany(c => Chunk(c.Type, c.Data)), .. Chunk("IEND", [])];

    private static byte[] Header(int width, int height, byte depth, byte colour, byte interlace = 0)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        return header;
    }

    private static byte[] Chunk(string type, byte[] data) => PngRepair.Chunk(type, data);

    private static byte[] Deflated(byte[] bytes) => Files.Written(s =>
    {
        using ZLibStream zlib = new(s, CompressionLevel.Optimal, leaveOpen: true);
        zlib.Write(bytes);
    });

    // Without the memory that the file claims.
    private static void Watched(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2 << 20, "allocated what the file claims");
    }
}

public sealed class Crc32Tests
{
    [Fact]
    public void The_checksum_of_the_nine_digits_is_the_published_one() => Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));

    [Theory]
    [InlineData("", 0u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)] // zlib.crc32 of Python
    public void Known_texts(string text, uint crc) => Assert.Equal(crc, Crc32.Of(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Parts_add_up()
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)(i * 37))];
        for (int cut = 0; cut <= 100; cut++)
            Assert.Equal(Crc32.Of(bytes), Crc32.Append(Crc32.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }
}
