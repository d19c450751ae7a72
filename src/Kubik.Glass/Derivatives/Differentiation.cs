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
            throw new ShapeException($"Derivatives are those of numbers by numbers, and {matrix} in {formula} is {matrix.Shape}: "
                + "write columns and matrices out, number by number.");
        IReadOnlyList<Variable> variables = formula.Variables;
        return [.. variables.Zip(Read(formula, variables, new Number(1)), (v, d) => (v, Formula.Of(Simplifier.Simplify(d, formula.Root))))];
    }

    /// <summary>
    /// The derivative of a formula by one variable, in matrix notation: the gradient of a number, of the variable's shape, or the
    /// Jacobian of a column by a column, with a row for each output.
    /// </summary>
    /// <example><code>
    /// Formula f = Formula.Parse("x'*A*x", new Dictionary&lt;string, Shape&gt; { ["x"] = [3, 1], ["A"] = [3, 3] });
    /// Console.WriteLine(Differentiation.By(f, "x").Result);   // (A + Aᵀ)·x
    /// Console.WriteLine(Differentiation.By(f, "A").Result);   // x·xᵀ
    /// </code></example>
    /// <exception cref="ArgumentException">The formula has no such variable, or its value is a matrix.</exception>
    public static MatrixDerivative By(Formula formula, string variable)
    {
        Variable by = formula.Variables.FirstOrDefault(v => v.Name == variable)
            ?? throw new ArgumentException(formula.NoVariable(variable), nameof(variable));
        Shape y = formula.Root.Shape;
        if (y.Size == 1)
        {
            Formula result = Formula.Of(Simplifier.Simplify(Read(OfNumbers(formula), [by], new Number(1)).Single()));
            if (Formula.Parts(result.Root).Exists(p => p is Call { Op: Slice }))
            {
                throw new ArgumentException($"The derivative of {formula} by {by} is an entry of a matrix, which has no name in matrix notation: "
                    + "write columns and matrices out, number by number, up to 4x4.", nameof(variable));
            }
            return new(formula, by, result, IsJacobian: false);
        }
        if (y.Rank != 2 || y[1] != 1 || by.Shape.Rank != 2 || by.Shape[1] != 1)
        {
            throw new ArgumentException($"The value of {formula} is {y} and {by} is {by.Shape}: there is a derivative in matrix notation "
                + $"of a number by anything, and of a column by a column. Make the value a number, as in sum(G∘({formula})).", nameof(variable));
        }
        // What reaches each output is a letter; the gradient is Jᵀ times it.
        Variable reached = new("∂", y);
        Expression gradient = Read(formula, [by], reached).Single();
        return new(formula, by, Formula.Of(Jacobian.Of(gradient, reached, by.Shape[0])), IsJacobian: true);
    }

    // A matrix that is written out with numbers alone, [[x, y], [z, 1]], is differentiated number by number, where that is not too long.
    private static Formula OfNumbers(Formula formula)
    {
        if (formula.Variables.Any(v => !v.IsScalar)) return formula;
        try
        {
            return formula.WrittenOut();
        }
        catch (ArgumentException)
        {
            return formula;
        }
    }

    // Numbers are inputs of the trace too: what is computed from them stays as it was written, √(2π) and not 2.5066. So is
    // what reaches the formula's value: 1, or a letter.
    private static Expression[] Read(Formula formula, IReadOnlyList<Variable> by, Expression reached)
    {
        List<Variable> variables = [.. formula.Variables];
        Expression[] leaves = [.. variables, .. Formula.Parts(formula.Root).OfType<Number>()];
        Dictionary<Expression, Tensor> values = [];
        Graph graph = Graph.Trace(x =>
        {
            Dictionary<Expression, Tensor> given = new(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < leaves.Length; i++) given[leaves[i]] = x[i];
            foreach (Variable v in Formula.Parts(formula.Root).OfType<Variable>()) given[v] = x[variables.IndexOf(v)];
            values = Formula.ComputeParts(formula.Root, given);
            Tensor value = values[formula.Root];
            Tensor?[] gradients = Gradient.Pull(value, x[^1].Reshape(value.Shape), [.. by.Select(v => x[variables.IndexOf(v)])]);
            return [.. by.Select((v, i) => gradients[i] ?? Tensor.Zeros(v.Shape, DType.Float64))];
        }, [.. leaves.Select(l => l.Spec), reached.Spec]);
        List<Call> calls = [.. Formula.Parts(formula.Root).OfType<Call>()];
        // What the formula computes has names here; limits far out are the engine's own.
        GraphReader reader = new(calls.TrueForAll(c => c.IsScalar) ? calls.Select(c => c.Op) : null, GraphReader.Whole);
        // What the formula computes is written as in the formula, not as the ops that it is made of.
        foreach (Call part in calls) reader.Name(values[part], part);
        for (int i = 0; i < leaves.Length; i++) reader.Name(graph.Inputs[i], leaves[i]);
        reader.Name(graph.Inputs[^1], reached);
        try
        {
            return [.. graph.Outputs.Select(reader.Read)];
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"The derivative of {formula} has no short form in matrix notation. {e.Message}", nameof(formula), e);
        }
    }
}
