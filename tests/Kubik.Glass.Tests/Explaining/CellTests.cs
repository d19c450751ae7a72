// A single step of a recurrent cell: that its state begins with 0 is said, and nothing is computed with the zeros; what comes out of a
// sequence of one step is its state, which has no line of its own.

using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class CellTests
{
    private static Explanation Of(string notation, params int[] shape)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = new RandomStream(1, 1).Normal(shape);
        return net.Explain(x, Tensor.Ones(net.Build(x.Shape)), new() { Loss = new MeanSquaredError() });
    }

    private static string[] Forward(Explanation explanation) =>
        [.. explanation.Steps.Where(s => s.Phase == Phase.Forward).SelectMany(s => s.Equations).Select(e => e.Text)];

    [Theory]
    [InlineData("lstmcell 3", "z = x·W₁ + b₁ | i = sigmoid(z[:, 1…3]) | f = sigmoid(z[:, 4…6]) | g = tanh(z[:, 7…9]) | o = sigmoid(z[:, 10…12]) | c = i ∘ g "
        + "| y = o ∘ tanh(c)")]
    [InlineData("grucell 2", "r = sigmoid(x·W₁[:, 1…2] + b₁[1…2]) | z = sigmoid(x·W₁[:, 3…4] + b₁[3…4]) | u = d₁ | n = tanh(x·W₁[:, 5…6] + b₁[5…6] + r ∘ u) "
        + "| y = (1 − z) ∘ n")]
    [InlineData("rnncell 2", "z = x·W₁ + b₁ | y = tanh(z)")]
    public void A_cell_says_that_its_state_begins_with_0(string notation, string letters)
    {
        foreach (int batch in (int[])[1, 2])
        {
            Explanation explanation = Of(notation, batch, 2);
            Assert.Equal(letters, string.Join(" | ", Forward(explanation)));
            Assert.Contains(Sentences.Nothing, explanation.Steps[0].Remarks);
            Assert.All(explanation.Steps.SelectMany(s => s.Equations), e => Assert.DoesNotContain("0 −", e.Text, StringComparison.Ordinal));
            PrintedNumbers.Entries(explanation);
            PrintedNumbers.Lines(explanation);
        }
    }

    [Theory]
    [InlineData("lstm 2", "y = o ∘ tanh(c)", "∂L/∂c = ∂L/∂y ∘ o ∘ (1 − tanh(c)∘²)")]
    [InlineData("lstm 2 last=true", "y = o ∘ tanh(c)", "∂L/∂c = ∂L/∂y ∘ o ∘ (1 − tanh(c)∘²)")]
    [InlineData("gru 2", "y = (1 − z) ∘ n", "∂L/∂u = ∂L/∂n ∘ (1 − n∘²) ∘ r")]
    [InlineData("rnn 2", "y = tanh(z)", "∂L/∂z = ∂L/∂y ∘ (1 − y∘²)")]
    public void A_sequence_of_one_step_has_its_state_as_the_output(string notation, string last, string back)
    {
        Explanation explanation = Of(notation, 1, 1, 2);
        Assert.Equal(last, Forward(explanation)[^1]);
        Assert.Contains(Sentences.Nothing, explanation.Steps[0].Remarks);
        Assert.DoesNotContain(explanation.Steps.SelectMany(s => s.Equations), e => e.Text is "y = h" or "∂L/∂h = ∂L/∂y");
        Assert.Contains(back, explanation.Steps.SelectMany(s => s.Equations).Select(e => e.Text));
    }

    [Fact]
    public void Steps_of_a_longer_sequence_keep_their_states()
    {
        string[] lines = Forward(Of("lstm 2 last=true", 1, 2, 2));
        Assert.Equal("y = h₂", lines[^1]);
        Assert.Contains("h₂ = o₂ ∘ tanh(c₂)", lines);
    }
}
