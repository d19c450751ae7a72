// What is said of an answer: right or wrong, which slip leads there, what cannot be read and how to write it, which sentence was chosen.

using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;

namespace Kubik.Book.Tests;

public sealed class JudgedAnswerTests
{
    [Theory]
    [InlineData("262,144", 262.144), InlineData("262,144", 262144)]
    [InlineData("1,234,567.5", 1234567.5)]
    [InlineData("max(0,5)", 0.5), InlineData("max(0,5)", 5)]
    public void What_can_be_meant_in_two_ways_is_right_when_one_of_them_is(string typed, double value) =>
        Assert.True(new Answer("y", Tensor.Scalar(value, DType.Float64), null, 1e-9, []).Judge(typed).IsRight);

    [Theory]
    [InlineData("1 2", true)]
    [InlineData("W = 1, 2", true)]
    [InlineData("[[1 2]", true)]
    [InlineData("1 2; 3 4", false)]
    [InlineData("1", false)]
    [InlineData("abc", false)]
    public void A_matrix_can_be_typed_row_by_row(string typed, bool isUnfinished) =>
        Assert.Equal(isUnfinished, new Answer("W", Tensor.Ones([2, 2]), null, 0.1, []).IsUnfinished(typed));

    [Theory]
    [InlineData("-inf")]
    [InlineData("1/0")]
    [InlineData("0/0")]
    [InlineData("ln 0")]
    [InlineData("lg(-1)")]
    [InlineData("sqrt(-1)")]
    [InlineData("10^10^10")]
    public void What_is_no_finite_number_is_said_to_be_none_and_asked_again(string typed)
    {
        Verdict verdict = new Answer("y", Tensor.Scalar(1.0), null, 0.1, []).Judge(typed);
        Assert.Equal((false, false), (verdict.IsRight, verdict.IsReadable));
        Assert.StartsWith($"'{typed}' is no number; expected: one number", verdict.Says!.English, StringComparison.Ordinal);
        Assert.StartsWith($"«{typed}» — не число. Формат ответа: одно число", verdict.Says.Russian, StringComparison.Ordinal);
        Assert.StartsWith($"'2 {typed}' is not all numbers", new Answer("v", Tensor.Of(1.0, 2), null, 0.1, []).Judge($"2 {typed}").Says!.English,
            StringComparison.Ordinal);
        Assert.False(new Answer("y", Tensor.Scalar(1.0), null, 0, []) { IsRight = _ => true }.Accepts(Tensor.Scalar(double.PositiveInfinity)));
    }

    [Theory]
    [InlineData("1.10", "n", -0.6), InlineData("1.10", "n", 0.4), InlineData("6.7", "D", -0.25)]
    public void A_count_is_only_the_whole_number(string id, string name, double off)
    {
        Answer answer = Book.Find(id).Solve().Answers.Single(a => a.Name == name);
        Assert.True(answer.Accepts(answer.Value));
        Verdict verdict = answer.Judge((answer.Value.Item() + off).ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((false, "A whole number is asked: round it, up or down as the task says."), (verdict.IsRight, verdict.Says?.English));
    }

    [Theory]
    [InlineData("h2 = 100.5", "h2")]
    [InlineData("h_2: 100.5", "h2")]
    [InlineData("y=100.5", "y")]
    [InlineData("x=y=100.5", "y")]
    [InlineData("y=3, h1=100.5", "y")]
    [InlineData("h1 = 100.5", null)]
    [InlineData("h₁ = 4 + 96,5 = 100,5", null)]
    [InlineData("x = 100.5", null)]
    public void What_has_the_name_of_another_answer_is_not_taken_for_this_one(string typed, string? other)
    {
        IReadOnlyList<Answer> asked = Book.Find("1.2").Solve().Answers;
        Verdict verdict = asked[0].Judge(typed, asked);
        Assert.Equal((other is null, other is null), (verdict.IsRight, verdict.IsReadable));
        Assert.Equal(other is null ? null : $"That is the answer to {other}; h1 is asked.", verdict.Says?.English);
        Assert.Equal(other is null ? null : $"Это ответ для {other}, а спрашивается h1.", verdict.Says?.Russian);
    }

    [Fact]
    public void A_letter_with_a_value_of_its_own_is_a_name_where_it_is_asked() =>
        Assert.Equal((true, false),
            (new Answer("e", Tensor.Scalar(0.5), null, 0.01, []).Judge("e: 0,5").IsRight,
                new Answer("y", Tensor.Scalar(0.5), null, 0.01, []).Judge("e: 0,5").IsRight));

    [Fact]
    public void What_has_the_name_of_another_answer_is_no_choice()
    {
        IReadOnlyList<Answer> asked = Book.Find("4.8").Solve().Answers;
        Answer router = asked.Single(a => a.Name == "router");
        Assert.Equal("That is the answer to g_x; router is asked.", router.Judge($"g_x = {router.Value.Item()}", asked).Says?.English);
        Assert.True(router.Judge($"router = {router.Value.Item()}", asked).IsRight);
    }

    [Fact]
    public void A_count_is_what_the_task_says_is_one()
    {
        Assert.True(Answer.OfCount("n", Tensor.Of(3.0, 4), null, []).IsCount);
        Assert.False(Answer.OfCount("n", Tensor.Scalar(300.0), null, []).Accepts(Tensor.Scalar(300.4)));
        Assert.True(Answer.Of("y", Tensor.Scalar(300.0), null, 0.5, []).Accepts(Tensor.Scalar(300.4)));
        Assert.Throws<ArgumentException>(() => Answer.OfCount("n", Tensor.Scalar(2.5), null, []));
    }

    [Fact]
    public void What_is_long_and_cannot_be_read_is_shortened() =>
        Assert.StartsWith($"'{new string('a', 60)}…' cannot be read",
            new Answer("y", Tensor.Scalar(1.0), null, 0.1, []).Judge(new string('a', 5000)).Says!.English, StringComparison.Ordinal);

    [Theory]
    [InlineData("2 + ", "Формат ответа: одно число, например 0,5, 1/2 или 3*2 + ln 2")]
    [InlineData("foo", "«foo»")]
    public void What_cannot_be_read_is_said_in_plain_words(string typed, string expected)
    {
        Verdict verdict = Grade.Of([new("y", Tensor.Scalar(1.0), null, 0.1, [])],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["y"] = typed }).Verdicts.Single();
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
        Assert.Equal("Не удалось прочесть «1 2». Формат ответа: 3 числа через пробел, например 1 2 3.", grade.Verdicts[0].Says!.Russian);
        Assert.Equal("Не удалось прочесть «1 2 3». Формат ответа: 2 строки через точку с запятой, в каждой 3 числа через пробел, например 1 2 3; 1 2 3.",
            grade.Verdicts[1].Says!.Russian);
    }

    [Fact]
    public void Slips_of_one_value_are_all_said_and_of_several_the_nearest()
    {
        Answer answer = new("y", Tensor.Scalar(10.0), null, 0.2,
            [new(Tensor.Scalar(3.0), new("One.", "Раз.")), new(Tensor.Scalar(3.05), new("Two.", "Два.")), new(Tensor.Scalar(3.05), new("Three.", "Три."))]);
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
        Assert.Equal("The matrix is transposed.",
            Grade.Of([answer], new Dictionary<string, string>(StringComparer.Ordinal) { ["W"] = "1; 2; 3" }).Verdicts.Single().Says?.English);
    }

    [Theory]
    [InlineData("-1 -2", "The sign is wrong.")]
    [InlineData("2 4", "That is twice the right value.")]
    [InlineData("0.5 1", "That is half the right value.")]
    [InlineData("2 1", "The numbers are right, their order is not.")]
    [InlineData("1 3", "Of 2 numbers 1 is right.")]
    [InlineData("7 8", null)]
    public void Slips_that_every_answer_knows_are_named(string typed, string? says) =>
        Assert.Equal(says, new Answer("v", Tensor.Of(1.0, 2), null, 0.01, []).Judge(typed).Says?.English);

    [Theory]
    [InlineData("-4", "The sign is wrong.")]
    [InlineData("8", "That is twice the right value.")]
    [InlineData("2", "That is half the right value.")]
    [InlineData("0,25", "That is one over the right value.")]
    [InlineData("5", null)]
    public void Slips_of_a_number_are_named(string typed, string? says) =>
        Assert.Equal(says, new Answer("x", Tensor.Scalar(4.0), null, 0.01, []).Judge(typed).Says?.English);

    [Fact]
    public void A_matrix_that_is_transposed_and_not_square_is_named_in_a_task()
    {
        Grade grade = Book.Find("6.9").Grade(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["G_X"] = "1 7\n-1 -2\n5 0",
            ["G_W"] = "[[1, 8, 1], [-1, 7, 4]]",
            ["back"] = "∂f/∂X = ∂f/∂Y·Wᵀ",
        });
        Assert.Equal(["The matrix is transposed.", "The matrix is transposed.", null], grade.Verdicts.Select(v => v.Says?.English));
        Assert.Equal(1, grade.Right);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("2)", 2)]
    [InlineData("(2)", 2)]
    [InlineData("№ 2", 2)]
    [InlineData("no. 2", 2)]
    [InlineData("one = 2", 2)]
    [InlineData("the product", 2)]
    [InlineData("Product", 2)]
    [InlineData("prod", 2)]
    [InlineData("one = product.", 2)]
    [InlineData("«Произведение»", 2)]
    [InlineData("произв", 2)]
    [InlineData("еж", 3)]
    [InlineData("ё", 3)]
    [InlineData("the sum of squares", 4)]
    [InlineData("the sum", 1)]
    [InlineData("sum of", 4)]
    [InlineData("su", null)]
    [InlineData("product of", null)]
    [InlineData("0", null)]
    [InlineData("6", null)]
    [InlineData("1.5", null)]
    [InlineData("x = y", 5)]
    [InlineData("", null)]
    public void A_sentence_is_chosen_by_its_number_or_its_first_words(string typed, int? number)
    {
        Remark[] choices = [new("the sum", "сумма"), new("the product", "произведение"), new("a hedgehog", "ёжик"),
            new("the sum of squares", "сумма квадратов"), new("x = y", "x равен y")];
        Answer answer = new("one", Tensor.Scalar((double)(number ?? 1), DType.Float64), null, 0, []) { Choices = choices };
        Assert.Equal((number is not null, number is not null), (answer.Judge(typed).IsRight, answer.Judge(typed).IsReadable));
    }

    [Fact]
    public void What_is_no_sentence_is_told_what_to_type()
    {
        Verdict verdict = Book.Find("4.8").Solve().Answers.First(a => a.Choices is not null).Judge("minimum");
        Assert.Equal("'minimum' cannot be read; expected: the number of a sentence, 1 to 4, or the words it begins with.", verdict.Says!.English);
        Assert.Equal("Не удалось прочесть «minimum». Формат ответа: номер варианта от 1 до 4 или слова, с которых он начинается.", verdict.Says.Russian);
    }

    [Theory, MemberData(nameof(TaskTheories.Ids), MemberType = typeof(TaskTheories))]
    public void Every_sentence_can_be_chosen_by_its_words_in_both_languages_and_names_cannot_be_mistaken(string id)
    {
        IReadOnlyList<Answer> asked = Book.Find(id).Solve().Answers;
        foreach (Answer answer in asked.Where(a => a.Choices is not null))
        {
            foreach ((int i, Remark choice) in answer.Choices!.Index())
            {
                bool isRight = i + 1 == (int)answer.Value.Item();
                Assert.Equal((isRight, isRight, isRight, true),
                    (answer.Judge(choice.English).IsRight, answer.Judge(choice.Russian.ToUpperInvariant() + ".").IsRight,
                        answer.Judge($"{answer.Name} = {i + 1}").IsRight, answer.Judge(choice.English).IsReadable));
            }
        }
        foreach (Answer answer in asked) Assert.Same(answer, Assert.Single(asked, a => a.IsCalled(answer.Name.Replace("_", "", StringComparison.Ordinal))));
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
