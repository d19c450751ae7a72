// A symbolic tensor written out as one expression over named leaves. What is used twice gets a name of its own.

using Kubik.Ops;

namespace Kubik.Tests.Docs;

internal sealed class Formula
{
    private const int Digits = 6;

    private readonly Dictionary<Tensor, Written> written = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> shared = [];

    /// <summary>Formulas over these leaves, each with its name.</summary>
    public Formula(IEnumerable<(Tensor Leaf, string Name)> leaves)
    {
        foreach ((Tensor leaf, string name) in leaves) this.written[leaf] = new(name);
    }

    /// <summary>The expression; parts that repeat stand before it as definitions.</summary>
    public string Of(Tensor y)
    {
        Dictionary<Tensor, int> uses = new(ReferenceEqualityComparer.Instance);
        List<Tensor> order = this.Order(y, uses);
        foreach (Tensor t in order)
        {
            Written w = t.Node is { } node && t.IsSymbolic ? this.Of(node) : Constant(t);
            if (uses[t] > 1 && w.Text.Length > 12)
            {
                string name = $"t{this.shared.Count + 1}";
                this.shared.Add($"{name} = {w.Text}");
                w = new(name);
            }
            this.written[t] = w;
        }
        string result = this.written[y].Text;
        return this.shared.Count == 0 ? result : $"{result}, where {string.Join("; ", this.shared)}";
    }

    // A truth value in brackets is 0 or 1 already: Iverson's convention.
    private Written Of(Node node) =>
        node is { Op: Cast, Inputs: [{ DType: DType.Bool } truth] } ? this.written[truth]
            : node.Op.Notation.ToText([.. node.Inputs.Select(i => this.written[i])]);

    private static Written Constant(Tensor t)
    {
        if (t.Count != 1) return new($"constant {t.Shape}");
        double v = t.Item();
        Numeral n = Numeral.Of(Math.Abs(v), Digits);
        return v < 0 ? new("-" + n.ToText(), Strength.Sum)
            : new(n.ToText(), n.Exponent == 0 ? Strength.Atom : n.IsPowerOfTen ? Strength.Power : Strength.Product);
    }

    private List<Tensor> Order(Tensor y, Dictionary<Tensor, int> uses)
    {
        List<Tensor> order = [];
        Stack<(Tensor Tensor, int Next)> open = new([(y, 0)]);
        uses[y] = 1;
        while (open.TryPop(out (Tensor Tensor, int Next) top))
        {
            if (this.written.ContainsKey(top.Tensor)) continue;
            Tensor[] inputs = top.Tensor is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];
            if (top.Next == inputs.Length)
            {
                order.Add(top.Tensor);
                continue;
            }
            open.Push((top.Tensor, top.Next + 1));
            Tensor next = inputs[top.Next];
            uses[next] = uses.GetValueOrDefault(next) + 1;
            if (uses[next] == 1) open.Push((next, 0));
        }
        return order;
    }
}
