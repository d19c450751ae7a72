// What the glass asks of every op has a default, so an op could forget to answer. Each says it itself, or stands here with the
// reason why the default is right for it.

using System.Reflection;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class OpDeclarations
{
    private static readonly (string Method, string Reason, string[] Ops)[] Defaults =
    [
        (nameof(Op.Sees), "adds up or picks what others have spread: a gradient, and receptive fields are of values",
            ["ConvWeightGradient", "MaxPoolScatter", "MaxPoolGather", "AvgPoolSpread", "ResampleSpread", "Fold", "ScatterAdd", "TakeAdd", "PlaceDiagonal"]),
        (nameof(Op.Sees), "gives positions, which no network passes on along an axis",
            ["ArgMax", "ArgMin", "ArgSort", "TopK", "SearchSorted", "RavelIndex", "OneHot"]),
        (nameof(Op.Sees), "puts elements where an index says", ["Scatter"]),
        (nameof(Op.Sees), "works on whole matrices, whose axes are not places",
            ["Cholesky", "Cofactor", "Det", "DetSign", "Inverse", "LogAbsDet", "Qr", "Solve", "TriangularSolve"]),
        (nameof(Op.Sees), "draws numbers, and sees but a random state and its chances",
            ["RandomUniform", "RandomNormal", "RandomBernoulli", "RandomCategorical", "RandomExponential", "RandomGumbel", "RandomInteger", "RandomPermutation",
                "RandomTruncatedNormal"]),
        (nameof(Op.MultiplyAdds), "moves elements",
            ["Concat", "Detach", "Place", "PlaceDiagonal", "Unfold", "Gather", "Scatter", "Take", "OneHot", "RavelIndex", "MaxPoolGather"]),
        (nameof(Op.MultiplyAdds), "adds or compares, and multiplies nothing or each element by itself",
            ["Reduce", "CumSum", "CumProd", "Recurrence", "MaxPool", "AvgPool", "Resample", "ArgMax", "ArgMin", "ArgSort", "TopK", "SearchSorted"]),
        (nameof(Op.MultiplyAdds), "the reverse of one that multiplies nothing",
            ["Fold", "ScatterAdd", "TakeAdd", "MaxPoolScatter", "AvgPoolSpread", "ResampleSpread"]),
        (nameof(Op.MultiplyAdds), "takes matrices apart; counted are products and convolutions",
            ["Cholesky", "Cofactor", "Det", "DetSign", "Inverse", "LogAbsDet", "Qr", "Solve", "TriangularSolve"]),
        (nameof(Op.MultiplyAdds), "draws numbers",
            ["RandomUniform", "RandomNormal", "RandomBernoulli", "RandomCategorical", "RandomExponential", "RandomGumbel", "RandomInteger", "RandomPermutation",
                "RandomTruncatedNormal"]),
        (nameof(Op.Counted), "its weight lies as it is said: (inputs, outputs), or (words, numbers)", ["MatMul", "Take"]),
        (nameof(Op.Counted), "its scale and shift are a number for each channel",
            ["LayerNormalization", "RmsNormalization", "InstanceNormalization", "GroupNormalization", "BatchNormalization"]),
        (nameof(Op.Counted), "takes values, or weights as they lie",
        [
            "Reduce", "CumSum", "CumProd", "Recurrence", "Concat", "Detach", "Recomputed", "Place", "PlaceDiagonal", "Unfold", "Fold", "ArgMax", "ArgMin",
            "ArgSort", "TopK",
            "SearchSorted", "Gather", "ScatterAdd", "Scatter", "TakeAdd", "RavelIndex", "OneHot", "MaxPool", "AvgPool", "Resample", "ChannelMoments", "Softmax",
            "LogSoftmax",
            "SoftmaxCrossEntropy", "ScaledDotProductAttention", "Cholesky", "Cofactor", "Det", "DetSign", "Inverse", "LogAbsDet", "Qr", "Solve",
            "TriangularSolve",
        ]),
        (nameof(Op.Counted), "is of a backward pass, and the forward pass is counted",
        [
            "ConvWeightGradient", "MaxPoolScatter", "MaxPoolGather", "AvgPoolSpread", "ResampleSpread", "RowNormalizationGradient", "RowNormalizationSums",
            "BatchNormalizationSums",
            "BatchNormalizationGradient", "SoftmaxGradient", "LogSoftmaxGradient", "SoftmaxCrossEntropyGradient", "ScaledDotProductAttentionGradient",
            "UnrolledGradient",
        ]),
        (nameof(Op.Counted), "draws numbers",
            ["RandomUniform", "RandomNormal", "RandomBernoulli", "RandomCategorical", "RandomExponential", "RandomGumbel", "RandomInteger", "RandomPermutation",
                "RandomTruncatedNormal"]),
    ];

    [Theory]
    [InlineData(nameof(Op.Sees))]
    [InlineData(nameof(Op.MultiplyAdds))]
    [InlineData(nameof(Op.Counted))]
    public void Every_op_says_it_or_is_listed(string method)
    {
        string[] listed = [.. Defaults.Where(d => d.Method == method).SelectMany(d => d.Ops)];
        Op[] silent = [.. OpTable.All.Where(op => !Says(op, method) && !IsClear(op, method))];
        Assert.Equal([], silent.Select(Name).Where(n => !listed.Contains(n)).Distinct());
        Assert.Equal([], listed.Where(n => !silent.Any(op => Name(op) == n))); // what stands here for nothing
        Assert.Equal(listed.Length, listed.Distinct().Count());
    }

    private static string Name(Op op) => op.GetType().Name.Split('`')[0];

    private static bool Says(Op op, string method) =>
        op.GetType().GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.DeclaringType != typeof(Op);

    // Composites are in no graph; fused ops are followed and counted by their definitions; an elementwise op has one rule, and like a view multiplies nothing.
    private static bool IsClear(Op op, string method) =>
        op is CompositeOp or IElementwise || method != nameof(Op.Counted) && op is FusedOp || method != nameof(Op.Sees) && op is ViewOp;
}
