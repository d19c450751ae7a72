// What people type: decimals with a point or a comma, fractions, percents, functions without brackets, names in front. The values
// are those of a pocket calculator.

using Kubik.Book.Answers;
using Kubik.Glass;

namespace Kubik.Book.Tests;

public sealed class TypedValueTests
{
    private const double Ln2 = 0.6931471805599453;

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData(" 0,5 ", 0.5)]
    [InlineData(".5", 0.5)]
    [InlineData("+0.5", 0.5)]
    [InlineData("-0.5", -0.5)]
    [InlineData("−0,5", -0.5)]
    [InlineData("1/2", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("2·10^-3", 0.002)]
    [InlineData("2*10⁻³", 0.002)]
    [InlineData("(1 + 2)/4", 0.75)]
    [InlineData("1 2/3", 5 / 3.0)]
    [InlineData("-1 2/3", -5 / 3.0)]
    [InlineData("− 1 2 / 3", -5 / 3.0)]
    [InlineData("25%", 0.25)]
    [InlineData("12,5 %", 0.125)]
    [InlineData("1 - 25%", 0.75)]
    [InlineData("-25%", -0.25)]
    [InlineData("m = 0.25", 0.25)]
    [InlineData("m=0,25", 0.25)]
    [InlineData("h_1 = 1/4", 0.25)]
    [InlineData("λ ≈ 0.25", 0.25)]
    [InlineData("= 0.25", 0.25)]
    [InlineData("m = -1 1/2", -1.5)]
    [InlineData("3*2 + ln 2", 6 + Ln2)]
    [InlineData("3*2 + ln(2)", 6 + Ln2)]
    [InlineData("ln2", Ln2)]
    [InlineData("log 2", Ln2)]
    [InlineData("-ln 0,5", Ln2)]
    [InlineData("ln 50%", -Ln2)]
    [InlineData("ln 2/ln 16", 0.25)]
    [InlineData("ln 2^3", 3 * Ln2)]
    [InlineData("2 ln 2", 2 * Ln2)]
    [InlineData("2ln 2", 2 * Ln2)]
    [InlineData("ln e", 1)]
    [InlineData("ln e^2", 2)]
    [InlineData("sqrt 2/2", 0.7071067811865476)]
    [InlineData("√2/2", 0.7071067811865476)]
    [InlineData("exp 1", Math.E)]
    [InlineData("e^(-1)", 1 / Math.E)]
    [InlineData("e^-1", 1 / Math.E)]
    [InlineData("1/(1 + e^-2)", 0.8807970779778823)]
    [InlineData("tanh 1", 0.7615941559557649)]
    [InlineData("max(0, 2) + relu 3", 5)]
    [InlineData("σ(0)", 0.5)]
    [InlineData("σ 0", 0.5)]
    public void A_number_is_read_as_it_is_written(string typed, double value) => Assert.Equal(value, TypedValue.Read(typed, Shape.Scalar).Item(), 12);

    [Theory]
    [InlineData("1 2 3")]
    [InlineData("1, 2, 3")]
    [InlineData("1,2,3")]
    [InlineData("1; 2; 3")]
    [InlineData("(1, 2, 3)")]
    [InlineData("[1 2 3]")]
    [InlineData("x = (1, 2, 3)")]
    [InlineData("x = 1 2 3")]
    [InlineData("100% 4/2 2+1")]
    [InlineData("exp 0; 2; 3,0")]
    [InlineData("exp 0 2 sqrt 9")]
    [InlineData("exp 0, 2, sqrt 9")]
    public void A_vector_is_read_as_it_is_written(string typed) => Assert.Equal([1, 2, 3], TypedValue.Read(typed, [3]).ToDoubles().Select(x => Math.Round(x, 12)));

    [Theory]
    [InlineData("1 2; 3 4.5")]
    [InlineData("1, 2; 3, 4.5")]
    [InlineData("W = [1 2; 3 4,5]")]
    [InlineData("1 2\n3 4.5")]
    [InlineData("exp 0 2; 3 9/2")]
    public void A_matrix_is_read_as_it_is_written(string typed) => Assert.Equal([1, 2, 3, 4.5], TypedValue.Read(typed, [2, 2]).ToDoubles());

    [Theory]
    [InlineData("2 + ", "нужно одно число, например 0,5, 1/2 или 3*2 + ln 2")]
    [InlineData("foo", "«foo»")]
    public void What_cannot_be_read_is_said_in_plain_words(string typed, string expected)
    {
        Verdict verdict = Grade.Of([new("y", Tensor.Scalar(1.0), null, 0.1, [])], new Dictionary<string, string>(StringComparer.Ordinal) { ["y"] = typed }).Verdicts.Single();
        Assert.False(verdict.IsRight);
        Assert.Contains(expected, verdict.Says!.Russian, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', verdict.Says.Russian + verdict.Says.English);
        Assert.DoesNotContain(" is ", verdict.Says.Russian, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_numbers_are_said_with_the_shape_that_is_asked()
    {
        Dictionary<string, string> typed = new(StringComparer.Ordinal) { ["v"] = "1 2", ["W"] = "1 2 3" };
        Grade grade = Grade.Of([new("v", Tensor.Of(1.0, 2, 3), null, 0.1, []), new("W", Tensor.Ones([2, 3]), null, 0.1, [])], typed);
        Assert.Equal("Не удалось прочесть «1 2»: нужно чисел: 3, через пробел, например 1 2 3.", grade.Verdicts[0].Says!.Russian);
        Assert.Equal("Не удалось прочесть «1 2 3»: нужно строк: 2, через точку с запятой, и чисел в каждой: 3, через пробел, например 1 2 3; 1 2 3.", grade.Verdicts[1].Says!.Russian);
    }

    [Fact]
    public void Slips_of_one_value_are_all_said_and_of_several_the_nearest()
    {
        Answer answer = new("y", Tensor.Scalar(10.0), null, 0.2, [new(Tensor.Scalar(3.0), new("One.", "Раз.")), new(Tensor.Scalar(3.05), new("Two.", "Два.")), new(Tensor.Scalar(3.05), new("Three.", "Три."))]);
        Assert.Equal("One.", answer.SlipOf(Tensor.Scalar(3.02))?.English);
        Assert.Equal("Two. Or: Three.", answer.SlipOf(Tensor.Scalar(3.06))?.English);
        Assert.Equal("Раз.", answer.SlipOf(Tensor.Scalar(2.96))?.Russian);
        Assert.Equal("The sign is wrong.", answer.SlipOf(Tensor.Scalar(-10.0))?.English);
        Assert.Null(answer.SlipOf(Tensor.Scalar(6.0)));
    }

    [Fact]
    public void A_transposed_matrix_is_known_though_its_shape_is_another()
    {
        Answer answer = new("W", Tensor.From(new double[,] { { 1, 2, 3 } }), null, 0.1, []);
        Assert.Equal("The matrix is transposed.", Grade.Of([answer], new Dictionary<string, string>(StringComparer.Ordinal) { ["W"] = "1; 2; 3" }).Verdicts.Single().Says?.English);
    }

    [Fact]
    public void The_sentences_of_the_source_keep_their_order_and_those_of_a_variant_theirs()
    {
        BookTask task = Book.Find("4.8");
        static string[] Choices(Sheet sheet, Language language) => [.. sheet.Answers.First(a => a.Choices is not null).Choices!.Select(c => c.In(language))];
        Assert.Equal(["the sum", "the product", "the maximum", "the copy"], Choices(task.Solve(), Language.English));
        string[][] orders = [.. Enumerable.Range(1, 20).Select(seed => Choices(task.Solve(task.Variant(seed)), Language.English))];
        Assert.Equal(orders[6], Choices(task.Solve(task.Variant(7), Language.Russian), Language.English));
        Assert.True(orders.Select(o => string.Join('|', o)).Distinct(StringComparer.Ordinal).Count() > 5);
        Assert.All(orders, o => Assert.Equal(4, o.Distinct(StringComparer.Ordinal).Count()));
    }
}
