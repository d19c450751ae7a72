// A graph's values as expressions, to be written. Some values have names, and reading ends at them: so a whole network can be
// one formula, or every layer a formula of the one before.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Traces;

/// <summary>Reads values of a graph as expressions.</summary>
internal sealed class GraphReader
{
    private readonly Dictionary<Tensor, Expression> read = new(ReferenceEqualityComparer.Instance);

    /// <summary>Says how a value is written from now on, whatever it is computed from.</summary>
    public void Name(Tensor value, Expression name) => this.read[value] = name;

    /// <summary>A value in terms of those that have a name.</summary>
    /// <exception cref="NotSupportedException">It is computed from constants that are no numbers.</exception>
    public Expression Read(Tensor value)
    {
        // Inputs first, by a stack: networks may be deep.
        Stack<Tensor> open = new([value]);
        while (open.TryPeek(out Tensor? top))
        {
            if (this.read.ContainsKey(top))
            {
                open.Pop();
                continue;
            }
            Tensor[] inputs = top is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];
            Tensor[] missing = [.. inputs.Where(x => !this.read.ContainsKey(x))];
            foreach (Tensor x in missing) open.Push(x);
            if (missing.Length == 0) this.read[open.Pop()] = this.Of(top);
        }
        return this.read[value];
    }

    private Expression Of(Tensor value) =>
        value is { IsSymbolic: true, Node: { } node } ? Call.Of(node.Op, [.. node.Inputs.Select(x => this.read[x])])
        : Uniform(value) is { } number ? value.Rank == 0 ? number : Call.Of(new BroadcastTo(value.Shape), number)
        : throw new NotSupportedException($"A constant of shape {value.Shape} cannot be written yet.");

    /// <summary>The number that a constant has everywhere; null when it has several.</summary>
    public static Number? Uniform(Tensor value)
    {
        if (value.IsSymbolic || value.Count == 0) return null;
        double[] all = value.ToDoubles();
        return !Array.TrueForAll(all, a => a.Equals(all[0])) ? null : value.DType == DType.Float64 ? new(all[0]) : new(all[0], value.DType);
    }
}
