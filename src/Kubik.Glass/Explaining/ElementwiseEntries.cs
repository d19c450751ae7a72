// An entry of what is computed element by element is the letters above it with the numbers of that entry: 0.5(2 − 3) under 0.5(y − t).
// The engine may compute the same in another way (two halves of the gradient of a square are added up).

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Explaining;

/// <summary>Writes entries of expressions in letters.</summary>
/// <param name="values">The numbers of what has a name, as far as they are kept.</param>
/// <param name="named">The value that has a name.</param>
/// <param name="names">How numbers are written.</param>
internal sealed class ElementwiseEntries(ShownValues values, Func<Expression, Tensor?> named, Names names)
{
    /// <summary>An entry with its numbers; null where several entries of a part come together, or a number is not kept.</summary>
    public Expression? Of(Expression part, int[] at)
    {
        if (Own(part, at) is not { } own) return null;
        switch (part)
        {
            case Number { Spec.DType: DType.Float64 }: return part;
            case Call { Op: BroadcastTo, Inputs: [var of] }: return this.Of(of, own);
            case Call { Op: Where, Inputs: [var condition, var yes, var no] }:
                if (this.Computed(condition, own) is not { } truth) return null;
                if (values is Rehearsal) this.Of(truth == 0 ? yes : no, own); // it may be either
                return this.Of(truth == 0 ? no : yes, own);
            case Call { Op: IElementwise } c:
                Expression?[] parts = [.. c.Inputs.Select(i => this.Of(i, own))];
                return Array.Exists(parts, p => p is null) ? null : Call.Of(c.Op, parts!);
            default: return this.Leaf(part) is { DType.IsFloat: true } leaf && values.At(leaf, own) is { } number ? names.Number(number) : null;
        }
    }

    // The entry as a number: of a condition it says which way it goes.
    private double? Computed(Expression part, int[] at)
    {
        if (Own(part, at) is not { } own) return null;
        switch (part)
        {
            case Number n: return n.Value;
            case Call { Op: BroadcastTo, Inputs: [var of] }: return this.Computed(of, own);
            case Call { Op: IElementwise } c:
                double?[] parts = [.. c.Inputs.Select(i => this.Computed(i, own))];
                return Array.Exists(parts, p => p is null) ? null
                    : c.Op.Apply([.. parts.Select((p, i) => Tensor.Scalar(p!.Value, DType.Float64).Cast(c.Inputs[i].Spec.DType))]).ToDoubles()[0];
            default: return this.Leaf(part) is { } leaf ? values.At(leaf, own) : null;
        }
    }

    private Tensor? Leaf(Expression part) => named(part) is { } leaf && leaf.Shape == part.Shape ? leaf : null;

    // Which entry of a part belongs to an entry of the whole; null where that cannot be told.
    private static int[]? Own(Expression part, int[] at)
    {
        if (part.Shape.Rank > at.Length) return null;
        int[] own = Entries.Aligned(part.Shape, at);
        return own.Index().All(i => i.Item < part.Shape[i.Index]) ? own : null;
    }
}
