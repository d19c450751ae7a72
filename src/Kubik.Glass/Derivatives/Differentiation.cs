// Derivatives of formulas. The engine traces the formula and differentiates the graph by the ops' own rules; here the graph
// that comes out is read back as an expression and made short.

using Kubik.Autograd;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;

namespace Kubik.Glass.Derivatives;

/// <summary>Partial derivatives of formulas.</summary>
public static class Differentiation
{
    /// <summary>∂f/∂x for every variable of a formula whose value is a number; 0 for one that it does not depend on.</summary>
    /// <example><code>
    /// Formula f = Formula.Parse("x² + x·y + (x + y)²");
    /// foreach ((Variable x, Formula d) in Differentiation.Of(f)) Console.WriteLine($"∂/∂{x} = {d}");   // 4x + 3y, 3x + 2y
    /// </code></example>
    /// <exception cref="ShapeException">The formula has columns or matrices.</exception>
    public static IReadOnlyList<(Variable Variable, Formula Derivative)> Of(Formula formula)
    {
        if (Formula.Parts(formula.Root).Find(p => !p.IsScalar) is { } matrix)
            throw new ShapeException($"Derivatives are those of numbers by numbers, and {matrix} in {formula} is {matrix.Shape}: write columns and matrices out, number by number.");
        // Numbers are inputs too: what is computed from them stays as it was written, √(2π) and not 2.5066.
        IReadOnlyList<Variable> variables = formula.Variables;
        Expression[] leaves = [.. variables, .. Formula.Parts(formula.Root).OfType<Number>()];
        Graph graph = Graph.Trace(x =>
        {
            Dictionary<Expression, Tensor> values = new(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < x.Length; i++) values[leaves[i]] = x[i];
            foreach (Variable v in Formula.Parts(formula.Root).OfType<Variable>()) values[v] = x[variables.ToList().IndexOf(v)];
            Tensor?[] gradients = Gradient.TryOf(Formula.Compute(formula.Root, values), x.AsSpan(0, variables.Count));
            return [.. gradients.Select((g, i) => g ?? Tensor.Zeros(variables[i].Shape, DType.Float64))];
        }, [.. leaves.Select(l => l.Spec)]);
        GraphReader reader = new(Formula.Parts(formula.Root).OfType<Call>().Select(c => c.Op));
        for (int i = 0; i < leaves.Length; i++) reader.Name(graph.Inputs[i], leaves[i]);
        return [.. variables.Select((v, i) => (v, Formula.Of(Simplifier.Simplify(reader.Read(graph.Outputs[i])))))];
    }
}
