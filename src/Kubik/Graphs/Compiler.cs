namespace Kubik.Graphs;

/// <summary>From a graph to a plan.</summary>
internal static class Compiler
{
    /// <summary>Makes all passes over a graph and plans what is left.</summary>
    public static Plan Plan(Graph graph)
    {
        graph = Recomputed.Inline(graph);
        List<PassReport> passes = [];
        foreach (Pass pass in Pass.All)
        {
            int before = graph.Operations;
            graph = pass.Apply(graph);
            passes.Add(new(pass.Name, before, graph.Operations));
        }
        return new(graph, passes);
    }
}
