// Loops that do not wait for one another and run the same code on different tensors are one step over all of them: the
// update of a network's weights is one pass, with one call to the threads, however many weights there are.

namespace Kubik.Graphs;

/// <summary>Puts groups of the same code together.</summary>
internal static class Merging
{
    private const int MostOps = 24; // of the numbers that are computed together

    /// <summary>The steps of loops in which nothing else is mixed, in an order in which they can run.</summary>
    /// <param name="groups">The loops, each after those it reads.</param>
    public static IEnumerable<Group[]> Levels(IReadOnlyList<Group> groups)
    {
        Dictionary<Tensor, int> levels = new(ReferenceEqualityComparer.Instance);
        SortedDictionary<int, List<Group>> sorted = [];
        foreach (Group group in groups)
        {
            int level = group.Inputs.Max(x => levels.GetValueOrDefault(x, 0));
            foreach (Tensor y in group.Loop) levels[y] = level + 1;
            if (!sorted.TryGetValue(level, out List<Group>? at)) sorted[level] = at = [];
            at.Add(group);
        }
        foreach (List<Group> level in sorted.Values)
        {
            foreach (Group group in Numbers(level)) yield return [group];
            Dictionary<Code, List<Group>> same = [];
            foreach (Group group in level.Where(g => g.Loop[0].Shape.Rank > 0))
            {
                Code code = new(group);
                if (!same.TryGetValue(code, out List<Group>? alike)) same[code] = alike = [];
                alike.Add(group);
            }
            foreach (List<Group> alike in same.Values) yield return [.. alike];
        }
    }

    // Single numbers are computed by one loop, whatever their ops are.
    private static IEnumerable<Group> Numbers(List<Group> groups)
    {
        List<Tensor> together = [];
        foreach (Group group in groups.Where(g => g.Loop[0].Shape.Rank == 0))
        {
            if (together.Count + group.Loop.Length > MostOps && together.Count > 0)
            {
                yield return new(together);
                together = [];
            }
            together.AddRange(group.Loop);
        }
        if (together.Count > 0) yield return new(together);
    }

    // What makes two loops the same but for their tensors: single numbers for all elements are part of the code.
    private sealed class Code : IEquatable<Code>
    {
        private readonly Group group;
        private readonly Tensor?[] numbers;
        private readonly int hash;

        public Code(Group group)
        {
            this.group = group;
            this.numbers = [.. group.Inputs.Select(x => x.Rank == 0 ? x : null)];
            HashCode code = default;
            foreach (Op op in group.Ops) code.Add(op);
            foreach (Tensor? number in this.numbers) code.Add(number is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(number));
            this.hash = code.ToHashCode();
        }

        public bool Equals(Code? other) => other is not null
            && this.numbers.AsSpan().SequenceEqual(other.numbers, ReferenceEqualityComparer.Instance)
            && this.group.Ops.AsSpan().SequenceEqual(other.group.Ops)
            && this.group.Registers.Zip(other.group.Registers, (a, b) => a.AsSpan().SequenceEqual(b)).All(equal => equal)
            && this.group.Inputs.Select(x => x.DType).SequenceEqual(other.group.Inputs.Select(x => x.DType));

        public override bool Equals(object? obj) => this.Equals(obj as Code);

        public override int GetHashCode() => this.hash;
    }
}
