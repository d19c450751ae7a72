// Networks of papers at their own size, in notation.

namespace Kubik.Glass.Tests.Counts;

internal static class FamousNets
{
    /// <summary>The convolutions of VGG with so many in each stage (Simonyan, Zisserman 2014).</summary>
    public static string Vgg(params int[] depths)
    {
        int[] widths = [64, 128, 256, 512, 512];
        return string.Join(" | ", depths.Select((n, i) => string.Concat(Enumerable.Repeat($"conv {widths[i]} 3x3 pad=1 | relu | ", n)) + "maxpool 2"));
    }

    /// <summary>The layers of VGG after the convolutions.</summary>
    public const string VggHead = " | flatten | linear 4096 | relu | linear 4096 | relu | linear 1000";

    /// <summary>The convolutions of MobileNet v1 (Howard et al. 2017).</summary>
    public static string MobileNet { get; } = "conv 32 3x3 stride=2 pad=1 bias=false | batchnorm | relu | " + string.Join(" | ",
        new[] { (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1) }
            .Select(b => $"depthwise 3x3 stride={b.Item2} pad=1 bias=false | batchnorm | relu | conv {b.Item1} 1x1 bias=false | batchnorm | relu"));

    public const string Head = " | globalavgpool | flatten | linear 1000";

    private const string Stem = "conv 64 7x7 stride=2 pad=3 bias=false | batchnorm | relu | maxpool 3 stride=2 pad=1";

    /// <summary>ResNet-18 (He et al. 2015).</summary>
    public static string ResNet18 { get; } = Stem + string.Concat(new[] { 64, 128, 256, 512 }.SelectMany(w => new[] { true, false }.Select(first =>
    {
        int stride = first && w > 64 ? 2 : 1;
        return $" | residual(conv {w} 3x3 stride={stride} pad=1 bias=false | batchnorm | relu | conv {w} 3x3 pad=1 bias=false | batchnorm{(stride == 2 ? $" ; conv {w} 1x1 stride=2 bias=false | batchnorm" : "")}) | relu";
    })));

    /// <summary>The convolutions of ResNet-50; the code of the first paper for TensorFlow makes the last block of a stage the one that halves, others the first of the next.</summary>
    public static string ResNet50(bool strideLast)
    {
        int[] depths = [3, 4, 6, 3];
        string all = Stem;
        for (int stage = 0; stage < 4; stage++)
        {
            int w = 64 << stage;
            for (int block = 0; block < depths[stage]; block++)
            {
                int stride = strideLast ? (block == depths[stage] - 1 && stage < 3 ? 2 : 1) : (block == 0 && stage > 0 ? 2 : 1);
                string shortcut = block == 0 || stride == 2 ? $" ; conv {4 * w} 1x1 stride={stride} bias=false | batchnorm" : "";
                all += $" | residual(conv {w} 1x1 bias=false | batchnorm | relu | conv {w} 3x3 stride={stride} pad=1 bias=false | batchnorm | relu | conv {4 * w} 1x1 bias=false | batchnorm{shortcut}) | relu";
            }
        }
        return all;
    }
}
