// Columns and matrices number by number: the values are those of the engine's own op on the matrix.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Formulas;

public sealed class WrittenOutTests
{
    [Theory]
    [InlineData("norm([x, y])", "√(x² + y²)")]
    [InlineData("tr([[1, 2], [3, 4]]^2)", "1·1 + 2·3 + 3·2 + 4·4")]
    [InlineData("tr(inv([[x, 2], [3, y]]))", "y / (x·y − 2·3) + x / (x·y − 2·3)")]
    [InlineData("tr([[1, 2], [3, 4]]^-1)", "−2 − 0.5")]
    [InlineData("tr([[1, 2], [3, 9]]^-1)", "3 + 1 / 3")]
    [InlineData("sum([[x, 0], [0, y]]^0)", "1 + 0 + 0 + 1")]
    public void A_formula_is_written_number_by_number(string typed, string written) => Assert.Equal(written, Formula.Parse(typed).WrittenOut().ToString());

    [Theory]
    [InlineData("sum(inv([[1, 2], [2, 4]])) + x", "[[1, 2], [2, 4]]")]
    [InlineData("tr([[0.1, 0.2], [0.2, 0.4]]^-2)", "[[0.1, 0.2], [0.2, 0.4]]")]
    public void A_matrix_without_an_inverse_is_named(string typed, string matrix) =>
        Assert.Equal($"{matrix} has no inverse: its determinant is 0.", Assert.Throws<ArgumentException>(() => Formula.Parse(typed).WrittenOut()).Message);

    [Fact]
    public void Numbers_are_worked_out_as_decimals() =>
        Assert.DoesNotContain("99999", Formula.Parse("sum([[0.1, 0.2], [0.3, 0.4]]^-3)").WrittenOut().ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("tr([[1, 2], [3, 4]]^2)", 29)]
    [InlineData("tr([[1, 2], [3, 4]]^10)", 20025689)] // by t(n) = 5t(n − 1) + 2t(n − 2) from 2 and 5
    [InlineData("[5, 6]'*[[1, 2], [3, 4]]^-1*[5, 6]", 7)]
    [InlineData("det([[1, 2], [3, 4]]^-1)", -0.5)]
    [InlineData("tr([[2, 0, 0], [0, 4, 0], [0, 0, 8]]^-1)", 0.875)]
    [InlineData("[1, 0, 0]'*[[1, 2, 3], [0, 1, 4], [5, 6, 0]]^-1*[1, 1, 1]", -1)]
    public void Powers_and_inverses_have_their_values(string typed, double value)
    {
        Formula f = Formula.Parse(typed);
        double engine = Formula.Compute(f.Root, new Dictionary<string, Tensor>(StringComparer.Ordinal)).Item();
        Assert.Equal(engine, value, 1e-9 * Math.Abs(engine));
        Assert.Equal(value, f.WrittenOut().Value, 1e-12 * Math.Abs(value));
    }

    [Theory]
    [InlineData("tr([[x, 2], [3, y]]^3)")]
    [InlineData("[1, x]'*[[x, 2], [3, y]]^-2*[1, 1]")]
    [InlineData("sum([[x, 2, 0], [3, y, 1], [1, x, 9]]^-1)")]
    [InlineData("sum(inv([[x, 2, 0, 1], [3, y, 1, 0], [1, x, 9, 1], [0, 0, 1, 5]]))")]
    [InlineData("[1, 2, 3]'*logsoftmax([x, y, 1])")]
    public void Each_number_is_the_engines(string typed)
    {
        Formula f = Formula.Parse(typed);
        Assert.Equal(f.At(("x", 1.7), ("y", -0.6)), f.WrittenOut().At(("x", 1.7), ("y", -0.6)), 1e-10);
    }

    [Fact]
    public void What_would_be_too_long_is_refused()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Formula.Parse("tr([[x, y], [y, x]]^20)").WrittenOut());
        Assert.Contains("too long number by number", refused.Message, StringComparison.Ordinal);
    }
}
