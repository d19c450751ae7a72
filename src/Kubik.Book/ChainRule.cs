// A formula at a point as it is worked on paper: each part of it with its value, then from the end to the beginning what reaches
// each part: for every part that reads it, what reached that one times its derivative.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pages;
using Kubik.Ops;
using static Kubik.Book.Numbers;

namespace Kubik.Book;

internal static class ChainRule
{
    /// <summary>Values forward, gradients back.</summary>
    public static IEnumerable<Block> Write(string name, Formula formula, params (string Name, double Value)[] at)
    {
        Evaluation evaluation = Evaluation.Of(formula, at);
        Part[] parts = [.. evaluation.Steps.Select(s => new Part(Named(s.Name), s, [.. Differentiation.Of(Formula.Parse(s.Formula))]))];
        Dictionary<string, double> values = at.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
        foreach (Part part in parts) values[part.Name.Name] = part.Step.Value;
        yield return new Equalities([.. parts.Select(Forward)]);
        (Variable Name, double Gradient)[] reached = [.. parts.Where(p => p.Step.Gradient is not null).Select(p => (p.Name, p.Step.Gradient!.Value)).Reverse(), .. evaluation.Partials.Select(p => (p.Variable, p.Value))];
        yield return new Equalities([.. reached.Select(r => Backward(new(name, Shape.Scalar), r.Name, r.Gradient, parts, values))]);
    }

    private static (string Text, string Latex) Forward(Part part)
    {
        Formula letters = Formula.Parse(part.Step.Formula), numbers = Formula.Parse(part.Step.WithNumbers);
        return Line(part.Name, part.Step.Value, letters.Root, numbers.Root);
    }

    private static (string Text, string Latex) Backward(Variable whole, Variable name, double gradient, Part[] parts, Dictionary<string, double> values)
    {
        List<Expression> letters = [], slopes = [], numbers = [];
        foreach (Part reader in parts.Where(p => p.Step.Gradient is not null))
        {
            foreach ((Variable by, Formula slope) in reader.Slopes.Where(s => s.Variable.Equals(name)))
            {
                Expression arrived = Written(reader.Step.Gradient!.Value), worth = Written(slope.At([.. slope.Variables.Select(v => (v.Name, values[v.Name]))]));
                letters.Add(Product(Derivative(whole, reader.Name), Derivative(reader.Name, by)));
                slopes.Add(Product(arrived, slope.Variables.Count > 0 ? slope.Root : worth));
                numbers.Add(Product(arrived, worth));
            }
        }
        Expression left = Derivative(whole, name);
        return letters.Count == 0 ? Line(left, gradient) : Line(left, gradient, Sum(letters), Sum(slopes), Sum(numbers));
    }

    // left = one way to write it = another ≈ value; what is written as before is left out.
    private static (string Text, string Latex) Line(Expression left, double value, params Expression[] ways)
    {
        Digits result = Digits.Of(value, Precision.Of(DType.Float64));
        List<(string Text, string Latex)> sides = [(left.ToString(), Latex(left))];
        foreach (Expression way in ways)
        {
            if (way.ToString() is var text && text != sides[^1].Text) sides.Add((text, Latex(way)));
        }
        (string text, string latex) all = (string.Join(" = ", sides.Select(s => s.Text)), string.Join(" = ", sides.Select(s => s.Latex)));
        return sides[^1].Text == result.Text ? all : ($"{all.text} {(result.IsExact ? "=" : "≈")} {result.Text}", $"{all.latex} {(result.IsExact ? "=" : @"\approx")} {result.Latex}");
    }

    private static Variable Named(string name) => (Variable)Formula.Parse(name).Root;

    private static Symbol Derivative(Variable of, Variable by) =>
        new(of.Spec, $"∂{of}/∂{by}", $@"\frac{{\partial {Latex(of)}}}{{\partial {Latex(by)}}}", Strength.Product);

    private static Symbol Written(double x) => Literal.Of(N(x), Precision.Of(DType.Float64))!.Written;

    private static Call Product(Expression a, Expression b) => Call.Of(Binary<Mul>.Instance, a, b);

    private static Expression Sum(IEnumerable<Expression> terms) => terms.Aggregate((a, b) => Call.Of(Binary<Add>.Instance, a, b));

    private static string Latex(Expression e) => new LatexWriter().Write(e);

    /// <summary>A part, with the derivatives of what it computes by what it reads.</summary>
    private sealed record Part(Variable Name, EvaluationStep Step, IReadOnlyList<(Variable Variable, Formula Derivative)> Slopes);
}
