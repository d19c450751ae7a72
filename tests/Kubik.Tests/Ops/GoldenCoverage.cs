// Which ops were compared with PyTorch: those that a trace of the golden cases meets, and of the ones made of others
// those with cases under their own name. What PyTorch does not have stands here, with what takes its place.

using Kubik.Graphs;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class GoldenCoverage
{
    private static readonly Dictionary<string, string> WithoutPyTorch = new()
    {
        ["Recurrence"] = "PyTorch has no linear recurrence; it is under CumProd and Prod, which are compared",
        ["ScaledDotProductAttentionGradient"] = "met by the gradients of attention",
        ["RNNGradient"] = "the gradient of RNN: met by the gradients of the layers",
        ["GRUGradient"] = "as RNNGradient",
        ["LSTMGradient"] = "as RNNGradient",
        ["Cofactor"] = "the gradient of Det, which is compared",
        ["ResampleSpread"] = "the gradient of Resample: met by the gradients of resize",
        ["BatchNormalizationSums"] = "the gradient of BatchNormalization's scale and shift, which is compared",
        ["BatchNormalizationGradient"] = "the gradient of BatchNormalization, which is compared",
        ["RowNormalizationGradient"] = "the gradient of LayerNormalization and its like, which are compared",
        ["RowNormalizationSums"] = "the gradient of LayerNormalization's scale and shift, which is compared",
        ["GeluGradient"] = "the gradient of Gelu, which is compared",
        ["GeluTanhGradient"] = "the gradient of GeluTanh, which is compared",
        ["SoftmaxGradient"] = "the gradient of Softmax, which is compared",
        ["LogSoftmaxGradient"] = "the gradient of LogSoftmax, which is compared",
        ["SoftmaxCrossEntropyGradient"] = "the gradient of SoftmaxCrossEntropy, which is compared",
        ["Recall"] = "what it gives is its input",
        ["Recomputed"] = "as much as what is recomputed; compared with that to the bit",
        ["RandomUniform"] = "other numbers for the same seed; compared with SlowPhilox",
        ["RandomNormal"] = "as RandomUniform",
        ["RandomBernoulli"] = "as RandomUniform",
        ["RandomCategorical"] = "as RandomUniform",
        ["RandomExponential"] = "as RandomUniform",
        ["RandomGumbel"] = "as RandomUniform",
        ["RandomInteger"] = "as RandomUniform",
        ["RandomPermutation"] = "as RandomUniform",
        ["RandomTruncatedNormal"] = "as RandomUniform",
    };

    // The names of cases that are not the op's own in small letters.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["ReduceMean"] = "mean",
        ["ReduceVariance"] = "variance",
        ["ReduceStd"] = "std",
        ["ReduceLogSumExp"] = "logsumexp",
        ["ReduceL1"] = "norml1",
        ["ReduceL2"] = "norml2",
        ["ReduceSumSquare"] = "sumsquare",
        ["ConvTranspose"] = "convtranspose2d",
        ["GlobalAveragePool"] = "globalavgpool",
        ["AdaptiveAveragePool"] = "adaptiveavgpool2d",
        ["AdaptiveMaxPool"] = "adaptivemaxpool2d",
        ["LpPool"] = "lppool2d",
        ["Resize"] = "resize linear",
        ["LpNormalization"] = "lpnorm",
        ["ScaledDotProductAttention"] = "attention",
        ["RotaryEmbedding"] = "rotary",
    };

    [Fact]
    public void Every_op_that_PyTorch_has_is_compared_with_it()
    {
        HashSet<Type> met = [];
        foreach (GoldenCase c in GoldenOps.All)
        {
            Graph graph = Graph.Trace(x => GoldenOps.Run(c, x), [.. c.Inputs().Select(t => t.Spec)]);
            met.UnionWith(graph.Values.Select(v => v.Node).OfType<Node>().Select(n => n.Op.GetType()));
        }
        HashSet<string> names = [.. GoldenOps.All.Select(c => c.Op)];
        IEnumerable<string> missing = OpTable.All
            .Where(op => op is CompositeOp ? !names.Contains(Names.GetValueOrDefault(op.Name, op.Name.ToLowerInvariant())) : !met.Contains(op.GetType()))
            .Select(op => op.Name);
        Assert.Equal(WithoutPyTorch.Keys.Order(), missing.Order());
    }
}
