// Whoever reads an explanation is told in words what each brick and each loss is for, in both languages.

using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class MeaningTests
{
    [Fact]
    public void Every_brick_of_the_notation_has_a_sentence() =>
        Assert.All(NetNotation.Bricks, brick => AssertSaid(Meanings.OfBrick(brick.Usage), brick.Name));

    [Fact]
    public void Every_loss_has_a_sentence() => Assert.All(Loss.All, loss => AssertSaid(Meanings.OfLoss(loss.Name), loss.Name));

    [Theory]
    [InlineData("linear 2"), InlineData("gelu"), InlineData("sigmoid"), InlineData("layernorm"), InlineData("lstm 2"), InlineData("gru 2"), InlineData("batchnorm")]
    public void It_stands_where_the_brick_is_explained(string brick)
    {
        Tensor x = brick.Contains(' ', StringComparison.Ordinal) && brick[0] != 'l' || brick[0] == 'g' && brick.Length > 4 || brick.StartsWith("lstm", StringComparison.Ordinal) ? Tensor.Ones([1, 2, 3]) : Tensor.From([1, 2, 3.5, -1], [2, 2]).Cast(DType.Float32);
        Explanation explanation = Sequential.Parse(brick).Explain(x);
        Assert.Contains(Meanings.OfBrick(brick)!, explanation.Steps.SelectMany(s => s.Remarks));
    }

    private static void AssertSaid(Remark? remark, string name)
    {
        Assert.True(remark is not null, $"{name} has no sentence");
        Assert.EndsWith(".", remark.English, StringComparison.Ordinal);
        Assert.True(remark.Russian.Any(c => c is >= 'а' and <= 'я') && remark.Russian.EndsWith('.'), remark.Russian);
    }
}
