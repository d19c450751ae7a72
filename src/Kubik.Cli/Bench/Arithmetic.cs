// How much there is to compute in a training step, whatever the kernels do: the multiply-adds of the traced forward and
// backward pass. A faster algorithm (Winograd's) does not make them fewer, so it may be faster than the machine's peak.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Cli.Bench;

internal static class Arithmetic
{
    /// <summary>Multiply-adds of the forward and the backward pass of a training step.</summary>
    public static long OfStep(Workload workload, Module net)
    {
        (Tensor x, Tensor target) = workload.MakeBatch();
        return Graph.Trace(
            s =>
                Gradient.Of(workload.Loss.Of(net.Forward(s[0]), s[1]),
                    [.. net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Select(p => p.Parameter.Value)]),
            x.Spec, target.Spec).MultiplyAdds;
    }
}
