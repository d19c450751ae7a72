// A Russian page has Russian words, those in formulas too: options of the notation, the units of the data; numbers have the right forms.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public partial class RussianTests
{
    [Theory]
    [InlineData("softmax(x; axis 1)", "softmax(x; ось 1)")]
    [InlineData("mean(x; axes 2, 3)", "mean(x; оси 2, 3)")]
    [InlineData(@"\operatorname{mean}\left(x;\text{ axes 2, 3}\right)", @"\operatorname{mean}\left(x;\text{ оси 2, 3}\right)")]
    [InlineData("x ∗[stride 2, pad 1, groups 2] K₁", "x ∗[шаг 2, дополнение 1, групп: 2] K₁")]
    [InlineData("maxpool(x; 3, stride 2, pad 1 and 0)", "maxpool(x; 3, шаг 2, дополнение 1 и 0)")]
    [InlineData("maxout(x; groups of 3 along axis 2)", "maxout(x; группы по 3 вдоль оси 2)")]
    [InlineData("x[:, 1…5 by 2]", "x[:, 1…5 через 2]")]
    [InlineData("resize(x; by 2, linear)", "resize(x; множитель 2, линейно)")]
    [InlineData(@"\operatorname{resize}\left(x;\text{ by 2}\right)", @"\operatorname{resize}\left(x;\text{ множитель 2}\right)")]
    [InlineData("resample(x; axis 2 to 8)", "resample(x; ось 2 до 8)")]
    [InlineData("axis₁ + stride + to·by", "axis₁ + stride + to·by")] // names of somebody's own
    public void Options_of_the_notation_are_said(string english, string russian)
    {
        Assert.Equal(russian, FormulaWords.In(english, Language.Russian));
        Assert.Equal(english, FormulaWords.In(english, Language.English));
    }

    [Theory]
    [InlineData("x = (raw / 255 − mean) ⊘ deviation", "x = (исходное / 255 − среднее) ⊘ отклонение")]
    [InlineData(@"x = \left(\mathrm{raw} - \mathrm{mean}\right) \oslash \mathrm{deviation}", @"x = \left(\text{исходное} - \text{среднее}\right) \oslash \text{отклонение}")]
    public void The_data_is_called_in_Russian(string english, string russian) => Assert.Equal(russian, FormulaWords.In(english, Language.Russian, isOfData: true));

    [Fact]
    public void Numbers_have_their_forms()
    {
        Assert.Equal("Ещё 1 часть вычисляется так же и не показана.", Sentences.More(1).Russian);
        Assert.Equal("Ещё 22 части вычисляются так же и не показаны.", Sentences.More(22).Russian);
        Assert.Equal("Ещё 11 частей вычисляются так же и не показаны.", Sentences.More(11).Russian);
    }

    [Theory]
    [InlineData("softmax axis=1 | batchnorm", new[] { 3, 4 })]
    [InlineData("conv 2 3x3 pad=1 stride=2 | maxpool 2 | lrn 3", new[] { 1, 8, 8 })]
    [InlineData("maxout 2 | layernorm", new[] { 4 })]
    public void No_English_word_stands_in_a_formula(string notation, int[] sample)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = new RandomStream(1, 1).Normal([2, .. sample]);
        Explanation explanation = net.Explain(x, Tensor.Zeros(net.Build(x.Shape)), new() { Loss = new MeanSquaredError() });
        foreach (string page in (string[])[explanation.ToText(Language.Russian), explanation.ToLatex(Language.Russian)])
            Assert.DoesNotMatch(EnglishWords(), page);
        Assert.Matches(EnglishWords(), explanation.ToText());
    }

    [GeneratedRegex(@"\b(axis|axes|stride|pad|groups of) \d", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex EnglishWords();
}
