// What holds for every formula of matrices, on random ones: simplifying keeps the value, writing and reading too, and a
// derivative is the slope.

using System.Xml.Linq;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Derivatives;

public sealed class RandomMatrixFormulas
{
    private const int Count = 400;

    private static readonly Dictionary<string, Shape> Shapes = new(StringComparer.Ordinal)
    {
        ["A"] = [3, 3],
        ["B"] = [3, 3],
        ["M"] = [4, 3],
        ["x"] = [3, 1],
        ["y"] = [3, 1],
        ["z"] = [4, 1],
        ["s"] = Shape.Scalar,
    };

    [Fact]
    public void A_derivative_is_the_slope()
    {
        Random random = new(1);
        int compared = 0;
        for (int i = 0; i < Count; i++)
        {
            string text = Number(random, 3);
            Formula f = Formula.Parse(text, Shapes);
            foreach (Variable v in f.Variables)
            {
                MatrixDerivative d = Differentiation.By(f, v.Name);
                WrittenAgain.Check(d, letterByLetter: false);
                if (d.MaxError(i) is not { } error) continue;
                Assert.True(error < 1e-4, $"∂/∂{v} of {f} is not {d.Result}: {error}");
                compared++;
            }
        }
        Assert.True(compared > 500, $"{compared}");
    }

    [Fact]
    public void A_Jacobian_is_the_slopes()
    {
        Random random = new(2);
        int compared = 0;
        for (int i = 0; i < Count; i++)
        {
            Formula f = Formula.Parse(Column(random, 3, 2), Shapes);
            if (f.Root.Shape != [3, 1] || !f.Variables.Any(v => v.Name == "x")) continue;
            MatrixDerivative d = Differentiation.By(f, "x");
            WrittenAgain.Check(d, letterByLetter: false);
            if (d.MaxError(i) is not { } error) continue;
            Assert.True(error < 1e-4, $"∂/∂x of {f} is not {d.Result}: {error}");
            compared++;
        }
        Assert.True(compared > 80, $"{compared}");
    }

    [Fact]
    public void Simplifying_keeps_the_value_and_writing_the_meaning()
    {
        Random random = new(3);
        int compared = 0;
        for (int i = 0; i < Count; i++)
        {
            Formula f = Formula.Parse(random.Next(3) switch { 0 => Number(random, 3), 1 => Column(random, 3, 3), _ => Matrix(random, 3) }, Shapes);
            Expression simple = Simplifier.Simplify(f.Root);
            Assert.Equal(f.Root.Shape, simple.Shape);
            bool IsDiagonal(Shape shape, int k) => shape.Rank == 2 && shape[0] == shape[1] && k % (shape[0] + 1) == 0;
            double[] Draw(Shape shape) => [.. Enumerable.Range(0, shape.Size).Select(k => 0.2 + random.NextDouble() + (IsDiagonal(shape, k) ? 3 : 0))];
            Dictionary<string, Tensor> at = Shapes.ToDictionary(s => s.Key, s => Tensor.From(Draw(s.Value), s.Value), StringComparer.Ordinal);
            double[] expected = Formula.Compute(f.Root, at).Contiguous().ToArray<double>(), got = Formula.Compute(simple, at).Contiguous().ToArray<double>();
            string written = f.ToString();
            Formula again = Formula.Parse(written, Shapes);
            Assert.True(again.ToString() == written, $"{written}\n{again}");
            double[] same = Formula.Compute(again.Root, at).Contiguous().ToArray<double>();
            XElement.Parse(f.ToMathMl());
            for (int k = 0; k < expected.Length; k++)
            {
                if (!double.IsFinite(expected[k]) || Math.Abs(expected[k]) > 1e9) continue;
                Assert.True(Math.Abs(expected[k] - got[k]) <= 1e-8 * Math.Max(1, expected.Max(Math.Abs)), $"{f} is not {simple}: {expected[k]} and {got[k]}");
                Assert.Equal(expected[k], same[k], 1e-9 * Math.Max(1, expected.Max(Math.Abs)));
                compared++;
            }
        }
        Assert.True(compared > Count, $"{compared}");
    }

    private static string Number(Random random, int depth)
    {
        if (depth == 0) return random.Next(2) == 0 ? "s" : (1 + random.Next(5)).ToString();
        string a = Number(random, depth - 1);
        return random.Next(12) switch
        {
            0 or 1 => $"({Column(random, 3, depth - 1)})'*({Column(random, 3, depth - 1)})",
            2 => $"sum({Column(random, 3, depth - 1)})",
            3 => $"norm({Column(random, 4, depth - 1)})^2",
            4 => $"tr({Matrix(random, depth - 1)})",
            5 => $"sum(({Matrix(random, depth - 1)})∘({Matrix(random, depth - 1)}))",
            6 => $"({a}) + ({Number(random, depth - 1)})",
            7 => $"({a})*({Number(random, depth - 1)})",
            8 => $"norm({Column(random, 3, depth - 1)})",
            9 => $"({Column(random, 3, 0)})'*({Matrix(random, depth - 1)})*({Column(random, 3, depth - 1)})",
            10 => $"ln(det({Matrix(random, 0)}))",
            _ => $"sum(ln(1 + exp({Column(random, 3, depth - 1)})))",
        };
    }

    private static string Column(Random random, int rows, int depth)
    {
        if (depth == 0) return rows == 4 ? "z" : random.Next(2) == 0 ? "x" : "y";
        string a = Column(random, rows, depth - 1);
        return random.Next(10) switch
        {
            0 => rows == 4 ? $"M*({Column(random, 3, depth - 1)})" : $"M'*({Column(random, 4, depth - 1)})",
            1 or 2 => rows == 4 ? $"M*({Column(random, 3, depth - 1)})" : $"({Matrix(random, depth - 1)})*({a})",
            3 => $"({a}) + ({Column(random, rows, depth - 1)})",
            4 => $"({a}) − ({Column(random, rows, depth - 1)})",
            5 => $"({a})∘({Column(random, rows, depth - 1)})",
            6 => $"sigmoid({a})",
            7 => $"softmax({a})",
            8 => $"2({a})",
            _ => $"1 − tanh({a})",
        };
    }

    private static string Matrix(Random random, int depth)
    {
        if (depth == 0) return random.Next(2) == 0 ? "A" : "B";
        string a = Matrix(random, depth - 1);
        return random.Next(9) switch
        {
            0 => $"({a})'",
            1 => $"({a})*({Matrix(random, depth - 1)})",
            2 => $"({a}) + ({Matrix(random, depth - 1)})",
            3 => $"({Column(random, 3, depth - 1)})*({Column(random, 3, depth - 1)})'",
            4 => $"({a})∘({Matrix(random, depth - 1)})",
            5 => $"inv({Matrix(random, 0)})",
            6 => $"M'*M",
            7 => $"s*({a})",
            _ => $"tanh({a})",
        };
    }
}
