// A picture as people have it, turned into one as the network saw in training. MNIST's digits were made like this
// (LeCun, Bottou, Bengio, Haffner 1998): the ink cut out, fitted into 20 of 28 pixels keeping its proportions, put down
// with its centre of mass in the middle, light on dark. A picture that is of the network's size and colours already
// is left as it is.

using Kubik.Cli.Verbs;
using Kubik.Data;
using Kubik.IO;

namespace Kubik.Cli.Predict;

internal static class PicturePreparation
{
    private const double InkShare = 20.0 / 28;
    private const int LeastContrast = 24; // of 255: less is noise on an empty page
    private const double Faint = 0.15; // shares of the darkest ink below this are paper: shadows, creases, compression

    /// <summary>Prepares a picture.</summary>
    /// <param name="picture">Any PNG.</param>
    /// <param name="taken">What the network takes, (C, H, W).</param>
    /// <param name="paperIsDark">Whether the network learnt light on dark.</param>
    /// <param name="name">The file, for messages.</param>
    /// <returns>The picture to give, and what was done.</returns>
    /// <exception cref="MistakeException">There is nothing on the picture.</exception>
    public static (Image Picture, List<Preparation> Done) Prepare(Image picture, Shape taken, bool paperIsDark, string name)
    {
        (int channels, int high, int wide) = (taken[0], taken[1], taken[2]);
        List<Preparation> done = [];
        if (channels == 3) return Colour(picture, wide, high);
        if (picture.Channels != 1) done.Add(new(PixelChannels.IsGrey(picture) ? PictureChange.OnWhitePaper : PictureChange.TurnedGrey));
        if (picture.Channels == 3 && PixelChannels.IsGrey(picture)) done.Clear();
        Image grey = PixelChannels.Grey(picture);
        int paper = Paper(grey);
        bool isDark = paper < 128, fits = grey.Width == wide && grey.Height == high;
        bool isAsLearnt = fits && isDark == paperIsDark;
        // Ink is what differs from the paper, 0 to 1.
        int most = grey.Pixels.Max(p => Math.Abs(p - paper));
        if (most < (isAsLearnt ? 1 : LeastContrast))
            throw new MistakeException($"{name}: the picture is empty: all its pixels are about {paper} of 255. Give one with something on it.");
        if (isAsLearnt) return (grey, done);
        double[] ink = [.. grey.Pixels.Select(p => Math.Abs(p - paper) / (double)most).Select(v => v < Faint ? 0 : v)];
        if (isDark != paperIsDark) done.Add(new(isDark ? PictureChange.InvertedFromDark : PictureChange.InvertedFromWhite));
        double[] placed = Placed(ink, grey.Width, grey.Height, wide, high, done);
        byte[] bytes = [.. placed.Select(v => (byte)Math.Round(255 * (paperIsDark ? v : 1 - v)))];
        return (new Image(wide, high, 1, bytes), done);
    }

    // Photographs are not ink on paper: the middle is taken and brought to size.
    private static (Image Picture, List<Preparation> Done) Colour(Image picture, int wide, int high)
    {
        Image rgb = PixelChannels.Rgb(picture);
        if (rgb.Width == wide && rgb.Height == high) return (rgb, []);
        double scale = Math.Min((double)rgb.Width / wide, (double)rgb.Height / high);
        int width = Math.Max(1, (int)Math.Round(wide * scale)), height = Math.Max(1, (int)Math.Round(high * scale));
        int left = (rgb.Width - width) / 2, top = (rgb.Height - height) / 2;
        byte[] pixels = new byte[wide * high * 3];
        for (int c = 0; c < 3; c++)
        {
            double[] plane = new double[width * height];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++) plane[(y * width) + x] = rgb[left + x, top + y, c];
            }
            double[] small = Resampling.Resize(plane, width, height, wide, high);
            for (int i = 0; i < small.Length; i++) pixels[(i * 3) + c] = (byte)Math.Clamp(Math.Round(small[i]), 0, 255);
        }
        List<Preparation> done = [];
        if (width != rgb.Width || height != rgb.Height) done.Add(new(PictureChange.CutToMiddle, new(width, height), new(rgb.Width, rgb.Height)));
        if (width != wide || height != high) done.Add(new(PictureChange.Resized, new(wide, high)));
        return (new Image(wide, high, 3, pixels), done);
    }

    // The commonest shade along the edge, roughly: the median.
    private static int Paper(Image grey)
    {
        List<byte> edge = [];
        for (int x = 0; x < grey.Width; x++) edge.AddRange([grey[x, 0, 0], grey[x, grey.Height - 1, 0]]);
        for (int y = 0; y < grey.Height; y++) edge.AddRange([grey[0, y, 0], grey[grey.Width - 1, y, 0]]);
        edge.Sort();
        return edge[edge.Count / 2];
    }

    private static double[] Placed(double[] ink, int width, int height, int wide, int high, List<Preparation> done)
    {
        (int left, int top, int right, int bottom) = Bounds(ink, width);
        int w = right - left + 1, h = bottom - top + 1;
        double[] cut = new double[w * h];
        for (int y = 0; y < h; y++) Array.Copy(ink, ((top + y) * width) + left, cut, y * w, w);
        double scale = Math.Min(wide * InkShare / w, high * InkShare / h);
        int newWidth = Math.Clamp((int)Math.Round(w * scale), 1, wide), newHeight = Math.Clamp((int)Math.Round(h * scale), 1, high);
        double[] small = Resampling.Resize(cut, w, h, newWidth, newHeight);
        double most = Math.Max(small.Max(), 1e-9);
        (double middleX, double middleY) = Middle(small, newWidth);
        int atX = Math.Clamp((int)Math.Round((wide / 2.0) - middleX), 0, wide - newWidth);
        int atY = Math.Clamp((int)Math.Round((high / 2.0) - middleY), 0, high - newHeight);
        double[] placed = new double[wide * high];
        for (int y = 0; y < newHeight; y++)
        {
            for (int x = 0; x < newWidth; x++) placed[((atY + y) * wide) + atX + x] = Math.Clamp(small[(y * newWidth) + x] / most, 0, 1);
        }
        if (w != width || h != height) done.Add(new(PictureChange.CutToInk, new(w, h), new(width, height)));
        if (newWidth != w || newHeight != h) done.Add(new(PictureChange.Resized, new(newWidth, newHeight)));
        done.Add(new(PictureChange.Centred, new(wide, high)));
        return placed;
    }

    private static (int Left, int Top, int Right, int Bottom) Bounds(double[] ink, int width)
    {
        (int left, int top, int right, int bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        for (int i = 0; i < ink.Length; i++)
        {
            if (ink[i] <= 0) continue;
            (int x, int y) = (i % width, i / width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
        }
        return (left, top, right, bottom);
    }

    // The centre of mass, in pixels from the upper left corner; a pixel's own middle is at half a pixel.
    private static (double X, double Y) Middle(double[] ink, int width)
    {
        double sum = 0, sumX = 0, sumY = 0;
        for (int i = 0; i < ink.Length; i++)
        {
            sum += ink[i];
            sumX += ink[i] * ((i % width) + 0.5);
            sumY += ink[i] * ((i / width) + 0.5);
        }
        return (sumX / sum, sumY / sum);
    }
}
