using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Cli.Bench;

/// <summary>The one place that says how a training step runs.</summary>
internal static class TrainingStep
{
    /// <summary>A step on the workload's batch: forward, loss, backward, update.</summary>
    public static Action Of(Workload workload, Module net, bool eager)
    {
        (Tensor x, Tensor target) = workload.MakeBatch();
        Optimizer optimizer = workload.MakeOptimizer();
        return () => optimizer.Step(workload.Loss(net.Forward(x), target), net);
    }
}
