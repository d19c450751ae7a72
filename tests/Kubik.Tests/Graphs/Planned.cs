using Kubik.Graphs;
using Kubik.Ops;

namespace Kubik.Tests.Graphs;

/// <summary>A graph run as a plan.</summary>
internal static class Planned
{
    public static Tensor[] Run(Graph graph, params ReadOnlySpan<Tensor> x)
    {
        Plan plan = Compiler.Plan(graph);
        for (int round = 0; round < 2; round++) // the second finds the memory as the first left it
        {
            for (int i = 0; i < x.Length; i++) plan.SetInput(i, x[i]);
            plan.Compute();
        }
        Tensor[] outputs = [.. Enumerable.Range(0, graph.Outputs.Count).Select(i => new Copy().Apply(plan.Output(i)))];
        plan.Write();
        return outputs;
    }
}
