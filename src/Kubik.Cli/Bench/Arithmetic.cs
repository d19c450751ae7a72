// How much there is to compute, whatever the kernels do: the multiply-adds of matrix products and convolutions in the
// traced forward and backward pass, as a loop over their definition would do them. A faster algorithm (Winograd's) does
// not make them fewer, so it may be faster than the machine's peak. Of a fused op its definition counts.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Cli.Bench;

internal static class Arithmetic
{
    /// <summary>Multiply-adds of the forward and the backward pass of a training step.</summary>
    public static long OfStep(Workload workload, Module net)
    {
        (Tensor x, Tensor target) = workload.MakeBatch();
        return Of(Graph.Trace(
            s => Gradient.Of(workload.Loss.Of(net.Forward(s[0]), s[1]), [.. net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Select(p => p.Parameter.Value)]),
            x.Spec, target.Spec));
    }

    private static long Of(Graph graph) => graph.Values.Sum(y => y.IsSymbolic && y.Node is { } node ? Of(node, y.Spec.Shape) : 0);

    private static long Of(Node node, Shape y)
    {
        Shape First() => node.Inputs[0].Shape;
        Shape Second() => node.Inputs[1].Shape;
        return node.Op switch
        {
            MatMul => (long)y.Size * First()[^1],
            Ops.Conv => (long)y.Size * Second()[1..].Size,            // w (O, C / groups, kh, kw): a product for each cell of a kernel
            ConvInputGradient => (long)First().Size * Second()[1..].Size,
            ConvWeightGradient => (long)Second().Size * y[1..].Size,
            FusedOp fused => Of(Graph.Trace(x => fused.Decompose(x), [.. node.Inputs.Select(x => x.Spec)])),
            _ => 0,
        };
    }
}
