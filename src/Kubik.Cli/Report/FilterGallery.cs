// What the first layer looks for: its weights as pictures. Blue is negative, white 0, orange positive, each picture
// scaled to its own largest weight.

using System.Text;
using Kubik.IO;
using Kubik.Models;
using Kubik.Nn;
using static Kubik.Cli.Report.Markup;

namespace Kubik.Cli.Report;

internal static class FilterGallery
{
    private const int Most = 36, PictureWidth = 64;
    private static readonly (int R, int G, int B) Negative = (33, 102, 172), Zero = (247, 247, 247), Positive = (179, 88, 6);

    public static string Draw(SavedModel model)
    {
        if (!model.Format.IsPicture) return "";
        Shape input = model.Format.InputShape;
        (int count, Func<int, Image>? picture) = model.Net.Items.FirstOrDefault(m => m is Conv or Linear) switch
        {
            Conv conv when conv.Weight.Spec.Shape.Rank == 4 => (conv.Weight.Spec.Shape[0], OfKernel(conv.Weight.Value.Detach())),
            Linear linear when linear.Weight.Spec.Shape[0] == input.Size => (linear.Weight.Spec.Shape[1], OfUnit(linear.Weight.Value.Detach(), input)),
            _ => (0, default(Func<int, Image>)),
        };
        if (picture is null) return "";
        StringBuilder html = new("<div class=\"gallery small\">\n");
        for (int i = 0; i < Math.Min(count, Most); i++) html.Append($"<figure>{Picture(picture(i), $"Weights of filter {i}", PictureWidth)}</figure>\n");
        string more = count > Most ? $" The first {Most} of {count}." : "";
        return html.Append($"</div><div class=\"legend\">negative <span class=\"ramp\"></span> positive.{more}</div>").ToString();
    }

    // (out, in, H, W): the input channels of a kernel beside each other.
    private static Func<int, Image> OfKernel(Tensor w)
    {
        (int channels, int high, int wide) = (w.Shape[1], w.Shape[2], w.Shape[3]);
        double[] values = w.ToDoubles();
        return k => Draw(channels * wide, high, (x, y) => values[(((((k * channels) + (x / wide)) * high) + y) * wide) + (x % wide)]);
    }

    // (in, out), the inputs being the pixels of a picture.
    private static Func<int, Image> OfUnit(Tensor w, Shape input)
    {
        (int channels, int high, int wide, int units) = (input[0], input[1], input[2], w.Shape[1]);
        double[] values = w.ToDoubles();
        return u => Draw(channels * wide, high, (x, y) => values[((((((x / wide) * high) + y) * wide) + (x % wide)) * units) + u]);
    }

    private static Image Draw(int wide, int high, Func<int, int, double> weight)
    {
        double most = 1e-12;
        for (int i = 0; i < wide * high; i++) most = Math.Max(most, Math.Abs(weight(i % wide, i / wide)));
        byte[] pixels = new byte[wide * high * 3];
        for (int i = 0; i < wide * high; i++)
        {
            double v = weight(i % wide, i / wide) / most, far = Math.Abs(v);
            (int r, int g, int b) = v < 0 ? Negative : Positive;
            pixels[i * 3] = Mix(Zero.R, r, far);
            pixels[(i * 3) + 1] = Mix(Zero.G, g, far);
            pixels[(i * 3) + 2] = Mix(Zero.B, b, far);
        }
        return new Image(wide, high, 3, pixels);
    }

    private static byte Mix(int from, int to, double share) => (byte)Math.Round(from + ((to - from) * share));
}
