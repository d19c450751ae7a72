// The inner layer of a PNG: header, palette, transparency, then rows that are inflated, unfiltered and spread over the
// picture, in one pass or in the seven of Adam7. The order of work is the defence against bombs: the header bounds
// the bytes to inflate, these are taken as they come, and only when all have come is the picture allocated.

using System.Buffers.Binary;
using System.IO.Compression;

namespace Kubik.IO;

/// <summary>Reads one PNG.</summary>
internal sealed class PngDecoder(ByteSource source)
{
    private const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, RgbAlpha = 6; // colour types, table 11.1

    // Where each pass of Adam7 begins and how far apart its pixels lie (section 8.2).
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly PngChunks chunks = new(source);
    private int width, height, depth, colour;
    private bool interlaced;
    private byte[] palette = [];
    private byte[] transparency = [];
    private bool hasTransparency;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private int Samples => this.colour switch { Rgb => 3, GreyAlpha => 2, RgbAlpha => 4, _ => 1 };

    private int Channels => (this.colour == Palette ? 3 : this.Samples) + (this.hasTransparency ? 1 : 0);

    public Image Decode()
    {
        if (source.Remaining == 0) throw source.Error("this is not a PNG file: it is empty.");
        byte[] start = source.Take(Signature.Length, "the signature");
        if (!Signature.SequenceEqual(start))
            throw source.Error($"this is not a PNG file: its first bytes are {Convert.ToHexString(start)}, not {Convert.ToHexString(Signature)}.");
        this.ReadHeader();
        this.ReadUntilPixels();
        byte[] raw = this.Inflate();
        byte[] pixels = new byte[this.width * this.height * this.Channels];
        int at = 0;
        foreach ((int x, int y, int stepX, int stepY) in this.Passes()) at = this.Spread(raw, at, pixels, x, y, stepX, stepY);
        this.ReadUntilEnd();
        return new Image(this.width, this.height, this.Channels, pixels);
    }

    private void ReadHeader()
    {
        this.chunks.Next();
        if (this.chunks.Type != "IHDR") throw source.Error($"the first chunk is {this.chunks.Type}, not IHDR. The file is damaged.");
        byte[] h = this.chunks.ReadAll(atMost: 13);
        if (h.Length != 13) throw source.Error($"chunk IHDR has {h.Length} bytes, not 13. The file is damaged.");
        uint w = BinaryPrimitives.ReadUInt32BigEndian(h), rows = BinaryPrimitives.ReadUInt32BigEndian(h.AsSpan(4));
        (this.depth, this.colour, this.interlaced) = (h[8], h[9], h[12] == 1);
        if (w == 0 || rows == 0 || w > int.MaxValue || rows > int.MaxValue)
            throw source.Error($"it claims {w}×{rows} pixels; sizes are from 1 to {int.MaxValue}. The file is damaged.");
        if ((ulong)w * rows > Png.MaxPixels)
            throw source.Error($"it claims {w}×{rows} pixels; Kubik reads pictures of up to {Png.MaxPixels}. Make it smaller first.");
        bool legal = this.colour switch
        {
            Grey => this.depth is 1 or 2 or 4 or 8 or 16,
            Palette => this.depth is 1 or 2 or 4 or 8,
            Rgb or GreyAlpha or RgbAlpha => this.depth is 8 or 16,
            _ => false,
        };
        if (!legal) throw source.Error($"colour type {this.colour} with {this.depth} bits does not exist. The file is damaged.");
        if (h[10] != 0 || h[11] != 0 || h[12] > 1)
            throw source.Error($"compression {h[10]}, filter {h[11]}, interlacing {h[12]} are not in the PNG standard, which has 0, 0 and 0 or 1. "
                + "The file is damaged.");
        (this.width, this.height) = ((int)w, (int)rows);
    }

    private void ReadUntilPixels()
    {
        for (this.chunks.Next(); this.chunks.Type != "IDAT"; this.chunks.Next())
        {
            switch (this.chunks.Type)
            {
                case "PLTE" when this.palette.Length == 0:
                    this.ReadPalette();
                    break;
                case "tRNS" when !this.hasTransparency:
                    this.ReadTransparency();
                    break;
                case "PLTE" or "tRNS" or "IHDR":
                    throw source.Error($"there are two chunks {this.chunks.Type}. The file is damaged.");
                case "IEND":
                    throw source.Error("it ends without pixels (no IDAT chunk). The file is damaged.");
                default:
                    this.SkipUnknown();
                    break;
            }
        }
        if (this.colour == Palette && this.palette.Length == 0)
            throw source.Error("its pixels are numbers of palette entries, but it has no palette (no PLTE chunk).");
    }

    private void ReadPalette()
    {
        byte[] entries = this.chunks.ReadAll(atMost: 3 * 256);
        if (entries.Length == 0 || entries.Length % 3 != 0) throw source.Error($"chunk PLTE has {entries.Length} bytes, which is not three for each colour.");
        if (this.colour is Grey or GreyAlpha) throw source.Error("it is grey and yet has a palette (PLTE chunk). The file is damaged.");
        this.palette = entries;
    }

    private void ReadTransparency()
    {
        this.transparency = this.chunks.ReadAll(atMost: 256);
        int length = this.transparency.Length;
        bool fits = this.colour switch
        {
            Grey => length == 2,
            Rgb => length == 6,
            Palette => length <= this.palette.Length / 3,
            _ => false,
        };
        if (!fits) throw source.Error($"chunk tRNS of {length} bytes does not fit colour type {this.colour} here. The file is damaged.");
        this.hasTransparency = true;
    }

    private void ReadUntilEnd()
    {
        while (this.chunks.Type == "IDAT") this.chunks.Next();
        for (; this.chunks.Type != "IEND"; this.chunks.Next())
        {
            if (this.chunks.Type is "IDAT" or "IHDR" or "PLTE") throw source.Error($"a chunk {this.chunks.Type} stands after the pixels. The file is damaged.");
            this.SkipUnknown();
        }
        this.chunks.ReadAll(atMost: 0);
    }

    // A lower-case first letter marks what may be left out (section 5.4).
    private void SkipUnknown()
    {
        if (char.IsAsciiLetterUpper(this.chunks.Type[0]) && this.chunks.Type != "PLTE")
            throw source.Error($"it cannot be shown without chunk {this.chunks.Type}, which is not in the PNG standard.");
    }

    private IEnumerable<(int X, int Y, int StepX, int StepY)> Passes() =>
        this.interlaced ? Adam7.Where(p => p.X < this.width && p.Y < this.height) : [(0, 0, 1, 1)];

    // Bytes of a row of a pass, without the filter's number in front.
    private int RowBytes(int x, int stepX)
    {
        long pixels = (this.width - x + stepX - 1) / stepX;
        return (int)((pixels * this.Samples * this.depth + 7) / 8); // at most 64 Mpx of 8 bytes: fits
    }

    private byte[] Inflate()
    {
        long wanted = 0;
        foreach ((int x, int y, int stepX, int stepY) in this.Passes())
            wanted += (1L + this.RowBytes(x, stepX)) * ((this.height - y + stepY - 1) / stepY);
        using ZLibStream zlib = new(new PngChunks.Pixels(this.chunks), CompressionMode.Decompress);
        using ByteSource inflated = ByteSource.Of(zlib, source.Name);
        byte[] raw = inflated.Take(wanted, "the pixels");
        inflated.ExpectEnd($"the pixels of a {this.width}×{this.height} picture"); // which also makes zlib compare its checksum
        return raw;
    }

    private int Spread(byte[] raw, int at, byte[] pixels, int x, int y, int stepX, int stepY)
    {
        int bytes = this.RowBytes(x, stepX), step = Math.Max(1, this.Samples * this.depth / 8);
        Span<byte> above = [];
        for (; y < this.height; y += stepY)
        {
            int filter = raw[at];
            if (filter >= PngFilters.Count) throw source.Error($"row {y} uses filter {filter}; there are 0 to 4. The file is damaged.");
            Span<byte> row = raw.AsSpan(at + 1, bytes);
            PngFilters.Undo(filter, row, above, step);
            this.Place(row, pixels, ((y * this.width) + x) * this.Channels, stepX * this.Channels, (this.width - x + stepX - 1) / stepX);
            above = row;
            at += 1 + bytes;
        }
        return at;
    }

    // Turns a row of samples into pixels that lie "step" bytes apart.
    private void Place(ReadOnlySpan<byte> row, byte[] pixels, int at, int step, int count)
    {
        int samples = this.Samples;
        if (this.depth == 8 && this.colour != Palette && !this.hasTransparency && step == samples)
        {
            row.CopyTo(pixels.AsSpan(at));
            return;
        }
        for (int i = 0; i < count; i++, at += step)
        {
            if (this.colour == Palette)
            {
                this.PlaceEntry(this.Sample(row, i), pixels, at);
                continue;
            }
            bool clear = this.hasTransparency;
            for (int s = 0; s < samples; s++)
            {
                int sample = this.Sample(row, (i * samples) + s);
                pixels[at + s] = this.ToByte(sample);
                clear = clear && sample == BinaryPrimitives.ReadUInt16BigEndian(this.transparency.AsSpan(2 * s));
            }
            if (this.hasTransparency) pixels[at + samples] = clear ? (byte)0 : (byte)255;
        }
    }

    private void PlaceEntry(int entry, byte[] pixels, int at)
    {
        if (3 * entry >= this.palette.Length)
            throw source.Error($"a pixel is palette entry {entry}, but the palette has {this.palette.Length / 3}. The file is damaged.");
        this.palette.AsSpan(3 * entry, 3).CopyTo(pixels.AsSpan(at));
        if (this.hasTransparency) pixels[at + 3] = entry < this.transparency.Length ? this.transparency[entry] : (byte)255;
    }

    private int Sample(ReadOnlySpan<byte> row, int i)
    {
        if (this.depth == 8) return row[i];
        if (this.depth == 16) return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]);
        int bit = i * this.depth;
        return row[bit / 8] >> (8 - this.depth - (bit % 8)) & ((1 << this.depth) - 1);
    }

    private byte ToByte(int sample) => this.depth switch
    {
        8 => (byte)sample,
        16 => (byte)(((sample * 255) + 32767) / 65535),
        _ => (byte)(sample * 255 / ((1 << this.depth) - 1)),
    };
}
