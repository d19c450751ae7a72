namespace Kubik.Optim;

/// <summary>A set of weights that gradients have reached. Sets that were made from another hold on to each other, so the same weights are the same object:
/// plans compare it by reference.</summary>
internal sealed class Reach
{
    private readonly HashSet<Parameter> weights;
    private readonly List<Reach> next = [];

    private Reach(HashSet<Parameter> weights) => this.weights = weights;

    /// <summary>A new set of no weights, from which others are made.</summary>
    public static Reach Nothing() => new([]);

    /// <summary>Whether a weight is in it.</summary>
    public bool Holds(Parameter weight) => this.weights.Contains(weight);

    /// <summary>The set with more weights.</summary>
    public Reach With(IEnumerable<Parameter> more)
    {
        HashSet<Parameter> all = [.. this.weights, .. more];
        if (all.Count == this.weights.Count) return this;
        Reach? known = this.next.Find(n => n.weights.SetEquals(all));
        if (known is null) this.next.Add(known = new(all));
        return known;
    }
}
