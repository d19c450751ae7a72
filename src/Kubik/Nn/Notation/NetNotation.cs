// The one-line notation: bricks separated by "|", each a name, its arguments in order, its options as name=value, and
// for those that hold other nets, these in parentheses.
//
//     net    = brick { "|" brick }
//     brick  = name { word } [ "(" net { ";" net } ")" ]     conv 16 3x3 pad=1     residual(conv 16 3x3 pad=1 ; identity)
//            | "(" net ")"                                   a chain as one brick
//     word   = argument | option "=" value                   no blanks, bars, semicolons or parentheses inside
//
// Blanks and line ends separate words and mean nothing else. A net of one brick in parentheses is that brick itself, so
// the weights of residual(linear 5) are body.weight. Each brick says how it is written in its own file (its Syntax); the
// table here only lists them. NetReader reads.

namespace Kubik.Nn;

/// <summary>How a brick is written and made.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Usage">The word with its arguments and options.</param>
/// <param name="Make">Makes it.</param>
public sealed record BrickSyntax(string Name, string Usage, Func<BrickArguments, Module> Make);

/// <summary>The notation's bricks, and its reader.</summary>
public static class NetNotation
{
    /// <summary>All bricks that the notation knows.</summary>
    public static IReadOnlyList<BrickSyntax> Bricks { get; } =
    [
        Linear.Syntax,
        Conv.Syntax,
        MaxPool.Syntax,
        AvgPool.Syntax,
        Flatten.Syntax,
        Relu.Syntax,
        Tanh.Syntax,
        Sigmoid.Syntax,
        Softmax.Syntax,
        Dropout.Syntax,
        BatchNorm.Syntax,
        Celu.Syntax,
        Elu.Syntax,
        Gelu.Syntax,
        Glu.Syntax,
        Hardshrink.Syntax,
        HardSigmoid.Syntax,
        HardSwish.Syntax,
        HardTanh.Syntax,
        LeakyRelu.Syntax,
        LogSigmoid.Syntax,
        LogSoftmax.Syntax,
        Maxout.Syntax,
        Mish.Syntax,
        PRelu.Syntax,
        Relu6.Syntax,
        Selu.Syntax,
        Silu.Syntax,
        Softmin.Syntax,
        Softplus.Syntax,
        Softshrink.Syntax,
        Softsign.Syntax,
        Step.Syntax,
        Tanhshrink.Syntax,
        Threshold.Syntax,
        Conv.Syntax1d,
        Conv.Syntax3d,
        ConvTranspose.Syntax1d,
        ConvTranspose.Syntax,
        ConvTranspose.Syntax3d,
        DepthwiseConv.Syntax1d,
        DepthwiseConv.Syntax,
        DepthwiseConv.Syntax3d,
        SeparableConv.Syntax1d,
        SeparableConv.Syntax,
        SeparableConv.Syntax3d,
        LpPool.Syntax,
        GlobalAvgPool.Syntax,
        GlobalMaxPool.Syntax,
        AdaptiveAvgPool.Syntax,
        AdaptiveMaxPool.Syntax,
        Pad.Syntax,
        Unfold.Syntax,
        Fold.Syntax,
        Upsample.Syntax,
        Resize.Syntax,
        PixelShuffle.Syntax,
        PixelUnshuffle.Syntax,
        Embedding.Syntax,
        TiedLinear.Syntax,
        PositionalEncoding.Syntax,
        LearnedPositions.Syntax,
        MultiHeadAttention.Syntax,
        TransformerBlock.Syntax,
        Residual.Syntax,
        ParallelBranches.Syntax,
        Repeat.Syntax,
        Recompute.Syntax,
        Identity.Syntax,
        Unflatten.Syntax,
        Reshape.Syntax,
        Permute.Syntax,
        LayerNorm.Syntax,
        RmsNorm.Syntax,
        GroupNorm.Syntax,
        InstanceNorm.Syntax,
        LocalResponseNorm.Syntax,
        LpNorm.Syntax,
        WeightNorm.Syntax,
        SpectralNorm.Syntax,
        RnnCell.Syntax,
        LstmCell.Syntax,
        GruCell.Syntax,
        Rnn.Syntax,
        Lstm.Syntax,
        Gru.Syntax,
        AlphaDropout.Syntax,
        GaussianNoise.Syntax,
        SpatialDropout.Syntax,
    ];

    internal static Sequential Parse(string notation) => NetReader.Read(notation);

    /// <summary>A module as it is written between bars.</summary>
    internal static string Item(Module module) =>
        Chained(module) is not { } items ? module.Notation : items.Count == 0 ? "identity" : $"({Chain(items)})";

    /// <summary>A module as it is written in a brick's parentheses.</summary>
    internal static string Branch(Module module) => Chained(module) is { Count: > 1 } items ? Chain(items) : Item(module);

    /// <summary>Modules in turn.</summary>
    internal static string Chain(IReadOnlyList<Module> items) => string.Join(" | ", items.Select(Item));

    // The modules of one that is written as a chain; null when it is a brick.
    private static IReadOnlyList<Module>? Chained(Module module) => module switch
    {
        Sequential chain => chain.Items,
        Repeat { IsOneNet: false } differing => differing.Items,
        _ => null,
    };

    /// <summary>Why a network is not the one that its notation makes; null when it is.</summary>
    internal static string? Problem(Sequential net) => RandomSource.Seeded(0, () => ProblemOf(net));

    private static string? ProblemOf(Sequential net)
    {
        Sequential again;
        try
        {
            again = Parse(net.Notation);
        }
        catch (FormatException e)
        {
            (string path, Module module) = Unreadable(net);
            return path.Length == 0 ? e.Message : $"layer {path} ({module.Notation}) has no notation that it could be read back from.";
        }
        foreach (((string path, Module own), (string otherPath, Module other)) in Leaves(net).Zip(Leaves(again)))
        {
            if (path != otherPath || own.GetType() != other.GetType())
                return $"'{net.Notation}' makes a network with a layer {otherPath} ({other.Notation}) of its own; "
                    + "a layer that stands in two places has no notation (for an embedding and its output there is tiedlinear).";
        }
        return Leaves(net).Count() == Leaves(again).Count() ? null
            : $"'{net.Notation}' makes a network with another number of layers; a layer that stands in two places has no notation.";
    }

    // An empty chain is written as identity, so neither counts.
    private static IEnumerable<(string Path, Module Module)> Leaves(Module net) =>
        net.Modules().Where(m => m.Module is not (Sequential or Identity) && !m.Module.Modules().Skip(1).Any());

    // The innermost module that cannot be read, inside ones that cannot either.
    private static (string Path, Module Module) Unreadable(Module net)
    {
        (string Path, Module Module) found = ("", net);
        foreach ((string path, Module module) in net.Modules().Skip(1))
        {
            bool isInside = found.Path.Length == 0 || path.StartsWith(found.Path + ".", StringComparison.Ordinal);
            if (isInside && !CanRead(module)) found = (path, module);
        }
        return found;
    }

    private static bool CanRead(Module module)
    {
        try
        {
            return Parse(Item(module)) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
