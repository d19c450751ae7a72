namespace Kubik.Graphs;

/// <summary>From a graph to a plan.</summary>
internal static class Compiler
{
    /// <summary>Makes all passes over a graph and plans what is left.</summary>
    public static Plan Plan(Graph graph) => new(Pass.All.Aggregate(graph, (g, pass) => pass.Apply(g)));
}
