// Reads an expression as Σ wᵢ·hᵢ + b with numbers w and b, where each h is a variable or a neuron's output. Numbers are
// computed by the engine, so 2·3·x has the weight 6 and (x − 1)/4 has ¼ and −¼.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Networks;

internal static class WeightedSum
{
    /// <summary>The weights and the bias; null when the expression is no weighted sum.</summary>
    public static (Dictionary<Expression, double> Weights, double Bias)? TryRead(Expression expression)
    {
        Dictionary<Expression, (Dictionary<Expression, double> Weights, double Bias)> read = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(expression))
        {
            switch (part)
            {
                case Number n: read[part] = ([], n.Value); break;
                case Variable: read[part] = (new() { [part] = 1 }, 0); break;
                case Call when Activation.TryRead(part) is not null: read[part] = (new() { [part] = 1 }, 0); break;
                case Call { Op: UnaryNumber<Neg>, Inputs: [var a] } when read.TryGetValue(a, out var p): read[part] = Scaled(p, -1); break;
                case Call { Inputs: [var a, var b] } c when read.TryGetValue(a, out var p) && read.TryGetValue(b, out var q):
                    if (Of(c.Op, p, q) is { } sum) read[part] = sum;
                    break;
            }
        }
        return read.TryGetValue(expression, out var whole) ? whole : null;
    }

    // A sum of sums, a multiple or a fraction of one.
    private static (Dictionary<Expression, double>, double)? Of(
        Op op, (Dictionary<Expression, double> Weights, double Bias) a, (Dictionary<Expression, double> Weights, double Bias) b) =>
        op switch
        {
            Binary<Add> => Combined(a, b, 1),
            Binary<Sub> => Combined(a, b, -1),
            Binary<Mul> when a.Weights.Count == 0 => Scaled(b, a.Bias),
            Binary<Mul> when b.Weights.Count == 0 => Scaled(a, b.Bias),
            Binary<Div> when b.Weights.Count == 0 && b.Bias != 0 => (a.Weights.ToDictionary(w => w.Key, w => w.Value / b.Bias), a.Bias / b.Bias),
            _ => null,
        };

    private static (Dictionary<Expression, double>, double) Combined(
        (Dictionary<Expression, double> Weights, double Bias) a, (Dictionary<Expression, double> Weights, double Bias) b, double sign)
    {
        Dictionary<Expression, double> all = new(a.Weights);
        foreach ((Expression x, double w) in b.Weights) all[x] = all.GetValueOrDefault(x) + sign * w;
        return (all, a.Bias + sign * b.Bias);
    }

    private static (Dictionary<Expression, double>, double) Scaled((Dictionary<Expression, double> Weights, double Bias) a, double by) =>
        (a.Weights.ToDictionary(w => w.Key, w => w.Value * by), a.Bias * by);
}
