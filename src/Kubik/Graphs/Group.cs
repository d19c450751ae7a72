namespace Kubik.Graphs;

/// <summary>Values that are computed together: those of elementwise ops in one loop, before it that of an op whose output the loop goes on with part by part,
/// or after it that of an op whose first input the loop computes piece by piece.</summary>
internal sealed class Group
{
    /// <summary>The group of values that are in an order in which they can be computed.</summary>
    public Group(IReadOnlyList<Tensor> values)
    {
        this.Loop = [.. values.Where(v => v.Node!.Op is IElementwise)];
        Tensor? other = values.FirstOrDefault(v => v.Node!.Op is not IElementwise);
        bool isFed = other is not null && this.Loop.Contains(other.Node!.Inputs[0], ReferenceEqualityComparer.Instance);
        this.Head = isFed ? null : other;
        this.Fed = isFed ? other : null;
        Dictionary<Tensor, int> results = new(ReferenceEqualityComparer.Instance), inputs = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < this.Loop.Length; i++) results[this.Loop[i]] = i;
        foreach (Tensor x in this.Loop.SelectMany(y => y.Node!.Inputs))
        {
            if (!results.ContainsKey(x)) inputs.TryAdd(x, inputs.Count);
        }
        this.Inputs = [.. inputs.Keys];
        this.Registers = [.. this.Loop.Select(y => y.Node!.Inputs.Select(x => inputs.TryGetValue(x, out int r) ? r : inputs.Count + results[x]).ToArray())];
    }

    /// <summary>What an op computes that the loop goes on with, or that stands alone.</summary>
    public Tensor? Head { get; }

    /// <summary>What an op computes whose first input the loop computes.</summary>
    public Tensor? Fed { get; }

    /// <summary>What the ops of the loop compute, all of one shape.</summary>
    public Tensor[] Loop { get; }

    /// <summary>What the loop reads, each once; the head is one of them.</summary>
    public Tensor[] Inputs { get; }

    /// <summary>For each op of the loop the registers it reads: inputs first, then results.</summary>
    public int[][] Registers { get; }

    /// <summary>The ops of the loop.</summary>
    public Op[] Ops => [.. this.Loop.Select(y => y.Node!.Op)];

    /// <summary>All values in order.</summary>
    public IEnumerable<Tensor> Values => this.Head is not null ? [this.Head, .. this.Loop] : this.Fed is not null ? [.. this.Loop, this.Fed] : this.Loop;
}
