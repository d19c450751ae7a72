using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Cli.Bench;

/// <summary>The one place that says how a training step runs.</summary>
internal static class TrainingStep
{
    /// <summary>A step on the workload's batch: forward, loss, backward, update.</summary>
    public static Action Of(Workload workload, Module net, bool eager)
    {
        (Tensor x, Tensor target) = workload.MakeBatch();
        UpdateRule optimizer = workload.MakeOptimizer();
        Loss loss = workload.Loss;
        if (eager) return () => optimizer.Step(loss.Of(net.Forward(x), target), net);
        CompiledStep step = Compiled.Step(net, loss, optimizer);
        return () => step.Run(x, target);
    }
}
