// Pictures come grey or coloured, with or without opacity; networks take one channel or three. Transparent pixels show
// white paper, as a page would. Grey is the luma of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.

using Kubik.IO;

namespace Kubik.Data;

/// <summary>Brings pictures to the channels a network takes.</summary>
/// <example><code>Image grey = PixelChannels.Grey(Png.Load("photo.png"));</code></example>
public static class PixelChannels
{
    /// <summary>Whether every pixel is a shade of grey: one channel, or three equal ones.</summary>
    /// <param name="picture">The picture; its opacity does not matter.</param>
    public static bool IsGrey(Image picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.Channels < 3) return true;
        ReadOnlySpan<byte> p = picture.Pixels;
        for (int i = 0; i < p.Length; i += picture.Channels)
        {
            if (p[i] != p[i + 1] || p[i] != p[i + 2]) return false;
        }
        return true;
    }

    /// <summary>The picture in one channel, on white paper where it is transparent.</summary>
    /// <param name="picture">The picture; returned as it is when it is grey and opaque.</param>
    public static Image Grey(Image picture) => To(1, picture);

    /// <summary>The picture in three channels, on white paper where it is transparent.</summary>
    /// <param name="picture">The picture; returned as it is when it is RGB and opaque.</param>
    public static Image Rgb(Image picture) => To(3, picture);

    private static Image To(int channels, Image picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.Channels == channels) return picture;
        int from = picture.Channels;
        byte[] x = picture.Pixels, y = new byte[picture.Width * picture.Height * channels];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            ReadOnlySpan<byte> pixel = x.AsSpan(i * from, from);
            byte alpha = from is 2 or 4 ? pixel[^1] : byte.MaxValue;
            if (channels == 1) y[i] = OnWhite(from < 3 ? pixel[0] : Luma(pixel), alpha);
            else for (int c = 0; c < 3; c++) y[(i * 3) + c] = OnWhite(pixel[from < 3 ? 0 : c], alpha);
        }
        return new Image(picture.Width, picture.Height, channels, y);
    }

    // In thousandths, rounded; equal channels keep their value.
    private static byte Luma(ReadOnlySpan<byte> p) => (byte)(((299 * p[0]) + (587 * p[1]) + (114 * p[2]) + 500) / 1000);

    private static byte OnWhite(byte value, byte alpha) => (byte)(((value * alpha) + (255 * (255 - alpha)) + 127) / 255);
}
