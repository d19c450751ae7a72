// What others call a brick or a loss: too far from its name here for a slip of the fingers.

namespace Kubik.Nn;

/// <summary>Names of other toolkits.</summary>
internal static class Alias
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["conv2d"] = "conv",
        ["convolution"] = "conv",
        ["dense"] = "linear",
        ["fc"] = "linear",
        ["affine"] = "linear",
        ["gemm"] = "linear",
        ["bn"] = "batchnorm",
        ["batchnorm1d"] = "batchnorm",
        ["batchnorm2d"] = "batchnorm",
        ["ln"] = "layernorm",
        ["gn"] = "groupnorm",
        ["maxpool2d"] = "maxpool",
        ["avgpool2d"] = "avgpool",
        ["averagepool"] = "avgpool",
        ["gap"] = "globalavgpool",
        ["meanpool"] = "globalavgpool",
        ["cat"] = "parallel",
        ["concat"] = "parallel",
        ["concatenate"] = "parallel",
        ["branches"] = "parallel",
        ["skip"] = "residual",
        ["shortcut"] = "residual",
        ["add"] = "residual",
        ["swish"] = "silu",
        ["lrelu"] = "leakyrelu",
        ["view"] = "reshape",
        ["transpose"] = "permute",
        ["mha"] = "attention",
        ["multiheadattention"] = "attention",
        ["selfattention"] = "attention",
        ["dropout2d"] = "spatialdropout",
        ["noise"] = "gaussiannoise",
        ["interpolate"] = "resize",
        ["ce"] = "cross-entropy",
        ["crossentropy"] = "cross-entropy",
        ["softmax"] = "cross-entropy",
        ["l1"] = "mae",
        ["l2"] = "mse",
        ["quantile"] = "pinball",
        ["iou"] = "jaccard",
        ["f1"] = "dice",
    };

    /// <summary>" Did you mean 'NAME'?" for another toolkit's name or a slip; empty when nothing is near.</summary>
    public static string DidYouMean(string given, IEnumerable<string> names) =>
        Of(given) is { } own && names.Contains(own, StringComparer.Ordinal) ? $" Did you mean '{own}'?" : Suggestion.DidYouMean(given, names);

    /// <summary>The name here of another toolkit's; null when it is none.</summary>
    public static string? Of(string given) => Known.GetValueOrDefault(given);
}
