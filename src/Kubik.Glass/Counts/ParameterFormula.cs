// Where the number of a layer's parameters comes from: the sizes of each, as the op that reads it says them, and what has
// the same outputs taken together: (5·5·6 + 1)·16.

using Kubik.Graphs;

namespace Kubik.Glass.Counts;

/// <summary>Writes the number of parameters as a sum of products.</summary>
internal sealed class ParameterFormula
{
    private readonly Dictionary<Parameter, (int Times, Shape Sizes)> counted = [];

    public ParameterFormula(Graph graph)
    {
        Dictionary<Tensor, Parameter> symbols = new(ReferenceEqualityComparer.Instance);
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters) symbols[symbol] = parameter;
        foreach (Tensor value in graph.Values)
        {
            if (value is not { IsSymbolic: true, Node: { } node }) continue;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (symbols.TryGetValue(node.Inputs[i], out Parameter? parameter)) this.counted.TryAdd(parameter, node.Op.Counted(i, parameter.Spec.Shape));
            }
        }
    }

    /// <summary>The formula of some parameters together; empty when there are none.</summary>
    public string Of(IReadOnlyList<Parameter> parameters)
    {
        (int Times, Shape Sizes)[] terms = [.. parameters.Select(p => this.counted.TryGetValue(p, out (int, Shape) own) ? own : (1, p.Spec.Shape))];
        // What an op says of its own weight, that it is there once for each gate, holds for what else has a place for each of them.
        foreach ((int times, Shape sizes) in terms.Where(t => t.Times > 1).ToArray())
        {
            for (int i = 0; i < terms.Length; i++)
            {
                if (terms[i] is (1, { Rank: > 0 } own) && own[^1] == times * sizes[^1]) terms[i] = (times, own.With(own.Rank - 1, sizes[^1]));
            }
        }
        return string.Join(" + ",
            terms.GroupBy(t => (t.Times, Last: t.Sizes.Rank == 0 ? 1 : t.Sizes[^1]))
            .Select(g => Written(g.Key.Times, g.Key.Last, [.. g.Select(t => t.Sizes)])));
    }

    private static string Written(int times, int outputs, Shape[] all)
    {
        string front = times > 1 ? $"{times}·" : "";
        string[] inner = [.. all.Select(s => s.Rank < 2 ? "1" : string.Join('·', s.Sizes[..^1].ToArray()))];
        // The same again and again is said once: 4·(128 + 1)·128.
        int again = 1;
        for (int n = inner.Length; n > 1 && again == 1; n--)
        {
            if (inner.Length % n == 0 && !inner.Where((t, i) => t != inner[i % (inner.Length / n)]).Any()) again = n;
        }
        if (again > 1) (front, inner) = ($"{(long)times * again}·", inner[..(inner.Length / again)]);
        return inner is ["1"] ? $"{front}{outputs}" : inner.Length == 1 ? $"{front}{inner[0]}·{outputs}" : $"{front}({string.Join(" + ", inner)})·{outputs}";
    }
}
