// A picture in memory: rows from the top, pixels from the left, the channels of a pixel side by side, eight bits each.
// No more than that: turning pictures into training data is the business of Data.

namespace Kubik.IO;

/// <summary>A picture of 8-bit pixels: grey, grey with opacity, RGB, or RGB with opacity.</summary>
/// <example><code>
/// Image picture = Png.Load("seven.png");
/// byte red = picture[10, 20, 0];   // x, y, channel
/// </code></example>
public sealed class Image
{
    /// <summary>Makes a picture of pixels that it keeps, not copies.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <param name="pixels">Row by row from the top, <c>width·height·channels</c> bytes.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the number of bytes does not fit.</exception>
    public Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != (long)width * height * channels)
            throw new ArgumentException(
                $"{pixels.Length} bytes are not the {(long)width * height * channels} of {width}×{height} pixels with {channels} channels.", nameof(pixels));
        this.Width = width;
        this.Height = height;
        this.Channels = channels;
        this.Pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (0 transparent, 255 opaque).</summary>
    public int Channels { get; }

    /// <summary>The bytes, row by row from the top; index <c>(y·Width + x)·Channels + channel</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>One channel of one pixel, counted from the upper left corner.</summary>
    public byte this[int x, int y, int channel]
    {
        get => this.Pixels[this.IndexOf(x, y, channel)];
        set => this.Pixels[this.IndexOf(x, y, channel)] = value;
    }

    private int IndexOf(int x, int y, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)this.Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)this.Height, nameof(y));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)this.Channels, nameof(channel));
        return ((((y * this.Width) + x) * this.Channels) + channel);
    }
}
