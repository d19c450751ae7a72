namespace Kubik.Graphs;

/// <summary>From a graph to a plan.</summary>
internal static class Compiler
{
    /// <summary>Makes all passes over a graph and plans what is left.</summary>
    /// <param name="graph">What is to be computed.</param>
    /// <param name="before">What was done to the graph before, for the report.</param>
    public static Plan Plan(Graph graph, params IEnumerable<PassReport> before)
    {
        graph = Recomputed.Inline(graph);
        List<PassReport> passes = [.. before];
        foreach (Pass pass in Pass.All)
        {
            int operations = graph.Operations;
            graph = pass.Apply(graph);
            passes.Add(new(pass.Name, operations, graph.Operations));
        }
        return new(graph, passes);
    }
}
