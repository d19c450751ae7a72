// Reverse-mode differentiation over the tape. The nodes behind y are put in order, each passes what arrives at its
// output on to its inputs by its op's rule, and broadcasting is undone on the way: rules never mention it. Rules are
// written in ops, so what comes out can itself be differentiated, compiled or printed. All walks are loops, not
// recursions: a chain of a million ops is fine.


namespace Kubik.Autograd;

/// <summary>Gradients of scalars.</summary>
public static class Gradient
{
    /// <summary>∂y/∂x for a scalar y.</summary>
    /// <example><code>
    /// Tensor x = Tensor.Of(1f, 2f).Track();
    /// Tensor g = Gradient.Of((x * x * x).Sum(), x);   // 3x² = (3, 12)
    /// Tensor h = Gradient.Of(g.Sum(), x);             // 6x  = (6, 12)
    /// </code></example>
    /// <exception cref="ShapeException">y is not a scalar.</exception>
    /// <exception cref="InvalidOperationException">y does not depend on x, or x was not tracked when y was computed.</exception>
    public static Tensor Of(Tensor y, Tensor x) => Of(y, [x])[0];

    /// <summary>∂y/∂x for a scalar y and each x.</summary>
    /// <inheritdoc cref="Of(Tensor, Tensor)" path="/exception"/>
    public static Tensor[] Of(Tensor y, params ReadOnlySpan<Tensor> xs)
    {
        Tensor?[] gradients = TryOf(y, xs);
        for (int i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is null)
            {
                throw new InvalidOperationException(
                    $"Gradient: y ({y.Spec}) does not depend on tensor {i} ({xs[i].Spec}). "
                    + (xs[i].IsTracked ? "Was y computed from another tensor with the same values, or cut off by Detach or a comparison?"
                        : "It was not tracked when y was computed: take x.Track() first and compute y from that."));
            }
        }
        return gradients!;
    }

    /// <summary>∂y/∂x for a scalar y and each x; null for an x that y does not depend on.</summary>
    /// <exception cref="ShapeException">y is not a scalar.</exception>
    public static Tensor?[] TryOf(Tensor y, params ReadOnlySpan<Tensor> xs) =>
        y.Count == 1
            ? Pull(y, Tensor.Ones(y.Shape, y.DType), xs)
            : throw new ShapeException(
                $"Gradient: y must be a scalar; it has shape {y.Shape}. Reduce it first, for example with Sum() or Mean(), or use Gradient.Pull.");

    /// <summary>What reaches each x when <paramref name="dy"/> reaches y (a vector–Jacobian product); null for an x that y does not depend on.</summary>
    /// <exception cref="ShapeException">dy is not shaped like y.</exception>
    public static Tensor?[] Pull(Tensor y, Tensor dy, params ReadOnlySpan<Tensor> xs)
    {
        if (dy.Spec != y.Spec)
            throw new ShapeException($"Gradient: what arrives at y must have its spec, {y.Spec}, not {dy.Spec}.");
        HashSet<Tensor> targets = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor x in xs) targets.Add(x);
        return Pull(y, dy, xs, targets, ends: null);
    }

    private static Tensor?[] Pull(Tensor y, Tensor dy, ReadOnlySpan<Tensor> xs, HashSet<Tensor> targets, HashSet<Tensor>? ends)
    {
        List<Tensor> order = Order(y, targets, ends, out HashSet<Tensor> leads);
        Arrivals arrived = new();
        arrived.Add(y, dy);
        Dictionary<Tensor, Tensor> found = new(ReferenceEqualityComparer.Instance);
        for (int i = order.Count - 1; i >= 0; i--)
        {
            Tensor t = order[i];
            if (t.Node is { Op: PackedOp packed } results && leads.Contains(t) && !targets.Contains(t) && arrived.TakeResults(t) is { } parts)
            {
                bool[] wanted = [.. results.Inputs.Select(leads.Contains)];
                HandOn(results.Inputs, packed.Gradients(wanted, results.Inputs, t, parts), arrived);
                continue;
            }
            if (arrived.Take(t) is not { } d) continue;
            if (targets.Contains(t)) found[t] = d;
            if (t.Node is { Op: DifferentiableOp op } node && leads.Contains(t))
                PassOn(op, node.Inputs, t, d, leads, arrived);
            else if (t.Node is { Op: CompositeOp whole } kept && leads.Contains(t))
                HandOn(kept.Inputs, whole.Gradients([.. kept.Inputs.Select(leads.Contains)], kept.Inputs, d), arrived);
        }
        Tensor?[] result = new Tensor?[xs.Length];
        for (int i = 0; i < xs.Length; i++) result[i] = found.GetValueOrDefault(xs[i]);
        return result;
    }

    private static void PassOn(DifferentiableOp op, Tensor[] inputs, Tensor y, Tensor dy, HashSet<Tensor> leads, Arrivals arrived)
    {
        if (op is Slice slice)
        {
            if (leads.Contains(inputs[0])) arrived.Add(inputs[0], slice, dy);
            return;
        }
        Span<bool> wanted = inputs.Length <= 16 ? stackalloc bool[inputs.Length] : new bool[inputs.Length];
        for (int k = 0; k < inputs.Length; k++) wanted[k] = leads.Contains(inputs[k]);
        Tensor?[] dx = op.Gradients(wanted, inputs, y, dy);
        // What keeps numbers out on the way forward keeps their gradients out, and no others.
        for (int k = 0; k < inputs.Length; k++)
        {
            if (y.StandsFor is { } whole && ReferenceEquals(whole, inputs[k]) && dx[k] is { } back && !ReferenceEquals(back, dy)) back.StandingFor(dy);
        }
        HandOn(inputs, dx, arrived);
    }

    private static void HandOn(Tensor[] inputs, Tensor?[] gradients, Arrivals arrived)
    {
        for (int k = 0; k < inputs.Length; k++)
        {
            if (gradients[k] is { } dx) arrived.Add(inputs[k], dx.SumTo(inputs[k].Shape));
        }
    }

    /// <summary>The gradients of a fused op by way of its definition, which is computed again for it.</summary>
    internal static Tensor?[] OfDefinition(FusedOp op, ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy) =>
        OfDefinition(op, wanted, x, dy, t => new Reshape(t.Shape).Apply(t));

    /// <summary>The gradients of an op that a trace has recorded whole, by way of its definition.</summary>
    internal static Tensor?[] OfDefinition(CompositeOp op, ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy) =>
        OfDefinition(views => op.Decompose(views), wanted, x, dy, t => new Reshape(t.Shape).Apply(t));

    /// <summary>The same, when the definition sees its inputs by a certain op.</summary>
    internal static Tensor?[] OfDefinition(FusedOp op, ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy, Func<Tensor, Tensor> view) =>
        OfDefinition(views => op.Decompose(views), wanted, x, dy, view);

    private static Tensor?[] OfDefinition(Func<Tensor[], Tensor> definition, ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy,
        Func<Tensor, Tensor> view)
    {
        // The definition stands on views of the inputs, at which the walk ends: what the inputs came from is not its business,
        // but what is found depends on them as ever.
        Tensor[] views = new Tensor[x.Length];
        HashSet<Tensor> targets = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < views.Length; i++)
        {
            views[i] = view(x[i]);
            if (wanted[i]) targets.Add(views[i]);
        }
        return Pull(definition(views), dy, views, targets, new(views, ReferenceEqualityComparer.Instance));
    }

    // The tensors behind y as far as the ends, every one after its inputs, and those of them through which a target is reached.
    private static List<Tensor> Order(Tensor y, HashSet<Tensor> targets, HashSet<Tensor>? ends, out HashSet<Tensor> leads)
    {
        List<Tensor> order = [];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        leads = new(ReferenceEqualityComparer.Instance);
        Stack<(Tensor Tensor, int Next)> open = new([(y, 0)]);
        seen.Add(y);
        while (open.TryPop(out (Tensor Tensor, int Next) top))
        {
            Tensor[] inputs = top.Tensor.Node is { Op: not DiscreteOp } node && ends?.Contains(top.Tensor) != true ? node.Inputs : [];
            if (top.Next < inputs.Length)
            {
                open.Push((top.Tensor, top.Next + 1));
                if (seen.Add(inputs[top.Next])) open.Push((inputs[top.Next], 0));
                continue;
            }
            order.Add(top.Tensor);
            bool leading = targets.Contains(top.Tensor);
            foreach (Tensor input in inputs) leading |= leads.Contains(input);
            if (leading) leads.Add(top.Tensor);
        }
        return order;
    }
}
