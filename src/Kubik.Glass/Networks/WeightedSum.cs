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
                case Call { Op: Binary<Add>, Inputs: [var a, var b] } when read.TryGetValue(a, out var p) && read.TryGetValue(b, out var q): read[part] = Combined(p, q, 1); break;
                case Call { Op: Binary<Sub>, Inputs: [var a, var b] } when read.TryGetValue(a, out var p) && read.TryGetValue(b, out var q): read[part] = Combined(p, q, -1); break;
                case Call { Op: UnaryNumber<Neg>, Inputs: [var a] } when read.TryGetValue(a, out var p): read[part] = Scaled(p, -1); break;
                case Call { Op: Binary<Mul>, Inputs: [var a, var b] } when read.TryGetValue(a, out var p) && read.TryGetValue(b, out var q) && (p.Weights.Count == 0 || q.Weights.Count == 0):
                    read[part] = p.Weights.Count == 0 ? Scaled(q, p.Bias) : Scaled(p, q.Bias);
                    break;
                case Call { Op: Binary<Div>, Inputs: [var a, var b] } when read.TryGetValue(a, out var p) && read.TryGetValue(b, out var q) && q.Weights.Count == 0 && q.Bias != 0:
                    read[part] = (p.Weights.ToDictionary(w => w.Key, w => w.Value / q.Bias), p.Bias / q.Bias);
                    break;
            }
        }
        return read.TryGetValue(expression, out var sum) ? sum : null;
    }

    private static (Dictionary<Expression, double>, double) Combined((Dictionary<Expression, double> Weights, double Bias) a, (Dictionary<Expression, double> Weights, double Bias) b, double sign)
    {
        Dictionary<Expression, double> all = new(a.Weights);
        foreach ((Expression x, double w) in b.Weights) all[x] = all.GetValueOrDefault(x) + sign * w;
        return (all, a.Bias + sign * b.Bias);
    }

    private static (Dictionary<Expression, double>, double) Scaled((Dictionary<Expression, double> Weights, double Bias) a, double by) => (a.Weights.ToDictionary(w => w.Key, w => w.Value * by), a.Bias * by);
}
