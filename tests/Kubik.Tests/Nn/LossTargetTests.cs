// Targets that a loss is not defined on are an error; in a trace there are no values to look at.

using Kubik.Data;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Tests.Nn;

public sealed class LossTargetTests
{
    private static readonly Tensor Output = Tensor.From(new float[,] { { 1, -2 }, { 0, 3 } });

    [Theory]
    [InlineData("bce", 3f, "from 0 (no) to 1 (yes)")]
    [InlineData("bce", -0.5f, "from 0 (no) to 1 (yes)")]
    [InlineData("bce", float.NaN, "from 0 (no) to 1 (yes)")]
    [InlineData("binary-focal", -1f, "from 0 (no) to 1 (yes)")]
    [InlineData("dice", 255f, "from 0 (no) to 1 (yes)")]
    [InlineData("jaccard", 255f, "from 0 (no) to 1 (yes)")]
    [InlineData("hinge", 0f, "−1 or 1")]
    [InlineData("hinge", 2f, "−1 or 1")]
    [InlineData("soft-margin", 0.5f, "−1 or 1")]
    [InlineData("hinge-embedding", 0f, "−1 or 1")]
    public void A_target_outside_of_the_loss_is_named(string loss, float value, string rule)
    {
        Tensor target = Tensor.From(new float[,] { { 1, 1 }, { value, 1 } });
        string said = Assert.Throws<ArgumentException>(() => Loss.Parse(loss).Of(Output, target)).Message;
        Assert.StartsWith(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{loss}: the target float32 (2, 2) holds {value} at element 2"),
            said, StringComparison.Ordinal);
        Assert.Contains(rule, said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_a_ranking_is_a_side_too() =>
        Assert.Contains("−1 or 1", Assert.Throws<ArgumentException>(() => new MarginRanking().Of(Output, Output, Tensor.Zeros([2, 2]))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Standardised_yes_and_no_are_refused_before_they_are_learnt()
    {
        Dataset data = new TensorDataset(Output, Tensor.From(new float[,] { { 0 }, { 1 } })).Standardized();
        Assert.Contains("leave targets unstandardised",
            Assert.Throws<ArgumentException>(() => Trainer.Fit(new Sequential(new Linear(1)), new BinaryCrossEntropy(), new Adam(), data)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_may_be_above_one_by_rounding() => Assert.True(double.IsFinite(new BinaryCrossEntropy().Of(Output, Tensor.Ones([2, 2]) + 1e-6f).Item()));

    [Theory]
    [InlineData("bce")]
    [InlineData("hinge")]
    [InlineData("dice")]
    public void A_trace_looks_at_no_values(string loss)
    {
        Graph graph = Graph.Trace(x => [Loss.Parse(loss).Of(x[0], x[1])], Output.Spec, Output.Spec);
        Assert.Equal(Loss.Parse(loss).Of(Output, Tensor.Ones([2, 2])).Item(), graph.Run(Output, Tensor.Ones([2, 2]))[0].Item(), 1e-6);
    }

    [Fact]
    public void Labels_for_one_output_are_told_what_to_be() =>
        Assert.Contains("as floating point (batch, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossEntropy().Of(Tensor.Zeros([2, 1]), Tensor.Of(0, 1))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_loss_that_takes_no_distributions_names_mixup() =>
        Assert.Contains("MixUp", Assert.Throws<ShapeException>(() => new Focal().Of(Output, Output)).Message, StringComparison.Ordinal);
}
