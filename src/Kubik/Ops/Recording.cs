// What a trace records of an op that other ops define. A fused op is one node, and in the place of a composite op stand those it is made
// of; who reads a trace may want more of the one and less of the other: what is inside an attention, a mean as a mean. So there is a rule
// for the trace of a thread, which is asked at Op.Apply; inside of one there may be another, which is asked first.

namespace Kubik.Ops;

/// <summary>How a trace on this thread records ops that other ops define.</summary>
internal static class Recording
{
    /// <summary>What is recorded in the place of an op that is applied to these inputs; null: what is without the rule.</summary>
    public delegate Tensor? Rule(Op op, Tensor[] x);

    [ThreadStatic] private static Rule? current;

    /// <summary>What is recorded in the place of an op; null where no rule says it.</summary>
    public static Tensor? Of(Op op, ReadOnlySpan<Tensor> x) => current?.Invoke(op, x.ToArray());

    /// <summary>Computes something under a rule.</summary>
    public static T By<T>(Rule rule, Func<T> compute)
    {
        Rule? outer = current;
        current = outer is null ? rule : (op, x) => rule(op, x) ?? outer(op, x);
        try
        {
            return compute();
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>Computes something with composite ops recorded whole: for who wants to read what the code says, and not what it is made of.</summary>
    public static T Whole<T>(Func<CompositeOp, bool> which, Func<T> compute) =>
        By((op, x) => op is CompositeOp composite && which(composite) ? Tensor.Symbol(composite.Infer(SpecsOf(x)), new Node(composite, x)) : null, compute);

    /// <summary>Computes something with fused ops recorded by their definitions: for who wants to see what is inside.</summary>
    public static T Unfolded<T>(Func<FusedOp, bool> which, Func<T> compute) =>
        By((op, x) => op is FusedOp fused && which(fused) ? fused.Decompose(x) : null, compute);

    private static TensorSpec[] SpecsOf(Tensor[] x) => [.. x.Select(each => each.Spec)];
}
