// In which order the lines of an update are true when they are done one after another, as somebody does who writes them as a
// program: a line that reads a memory as it was stands before the one that changes it, a line that reads it as it will be
// after that. Where both are asked for, the new value has a letter of its own until nobody needs the old one.

using Kubik.Graphs;

namespace Kubik.Glass.Explaining;

/// <summary>A line of an update.</summary>
/// <param name="Value">What is computed.</param>
/// <param name="Old">What it takes the place of; null: nothing, it is a value on the way.</param>
/// <param name="Letter">What the rule calls it.</param>
internal sealed record UpdateLine(Tensor Value, Tensor? Old, string Letter)
{
    /// <summary>Whether the value was computed by a line before, under another letter, and is only put in its place.</summary>
    public bool IsLate { get; init; }
}

internal static class UpdateLines
{
    /// <summary>The lines in an order in which they are true.</summary>
    /// <param name="assigned">What memories and the weight become, the weight last.</param>
    /// <param name="isPart">Which values of the graph are the update's own.</param>
    public static List<UpdateLine> Of(IReadOnlyList<UpdateLine> assigned, Func<Tensor, bool> isPart)
    {
        HashSet<Tensor> results = new(assigned.Select(l => l.Value), ReferenceEqualityComparer.Instance);
        List<UpdateLine> waiting =
        [
            .. Graph.Behind([.. results], v => !isPart(v)).Where(v => isPart(v) && v.Label is not null && !results.Contains(v))
                .Select(v => new UpdateLine(v, null, v.Label!)).Concat(assigned.SkipLast(1)).OrderBy(l => l.Value.Node?.Ordinal),
            assigned[^1],
        ];
        HashSet<Tensor> computed = new(waiting.Select(l => l.Value), ReferenceEqualityComparer.Instance);
        Dictionary<UpdateLine, HashSet<Tensor>> reads = waiting.ToDictionary(l => l, l => ReadBy(l, v => v.Node is null || !isPart(v) || computed.Contains(v)));
        List<UpdateLine> lines = [];
        while (waiting.Count > 0)
        {
            // What nobody else who waits needs as it was, and who needs nothing that is not there yet.
            UpdateLine? next = waiting.Find(l => IsReady(l) && !waiting.Exists(o => o != l && l.Old is { } old && reads[o].Contains(old)));
            if (next is null)
            {
                UpdateLine early = waiting.Find(IsReady) ?? waiting[0];
                next = early with { Old = null };
                waiting.Add(early with { IsLate = true });
                reads[next] = reads[early];
                reads[waiting[^1]] = [];
                waiting.Remove(early);
            }
            waiting.Remove(next);
            lines.Add(next);
        }
        return lines;

        bool IsReady(UpdateLine line) => !waiting.Exists(o => o != line && !o.IsLate && reads[line].Contains(o.Value));
    }

    // Old values, and what other lines compute.
    private static HashSet<Tensor> ReadBy(UpdateLine line, Func<Tensor, bool> isEnd) =>
        new(line.Value.Node is { } node ? Graph.Behind(node.Inputs, isEnd).Where(v => v.IsSymbolic && isEnd(v))
            : [line.Value], ReferenceEqualityComparer.Instance);
}
