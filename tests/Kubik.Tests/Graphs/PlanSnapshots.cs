using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class PlanSnapshots
{
    [Theory]
    [InlineData("mlp", "linear 30 | relu | linear 10", new[] { 16, 12 })]
    [InlineData("lenet", "conv 6 5x5 pad=2 | relu | maxpool 2 | conv 16 5x5 | relu | maxpool 2 | flatten | linear 120 | relu | linear 10", new[] { 4, 1, 28, 28 })]
    [InlineData("resnet", "conv 4 3x3 pad=1 bias=false | batchnorm | relu | residual(conv 4 3x3 pad=1 bias=false | batchnorm) | relu | globalavgpool | flatten | linear 10", new[] { 4, 3, 8, 8 })]
    [InlineData("transformer", "linear 8 | transformer 2 16 causal=true (gelu) | layernorm | flatten | linear 10", new[] { 4, 6, 5 })]
    public void A_plan_is_the_approved_one(string name, string notation, int[] input)
    {
        Sequential net = Sequential.Parse(notation);
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Adam());
        step.Run(new RandomStream(1, 1).Normal(input), Tensor.Of([.. Enumerable.Range(0, input[0]).Select(i => i % 10)]));
        Approved.Equal($"Graphs/approved-plan-{name}.txt", step.Plans[0].ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_measured_plan_has_a_time_for_each_step()
    {
        CompiledStep step = Compiled.Step(Sequential.Parse("linear 30 | relu | linear 10"), new CrossEntropy(), new Adam());
        PlanReport report = step.Measure(Tensor.Ones([4, 3]), Tensor.Of(0, 1, 2, 3), 3);
        Assert.All(report.Steps, s => Assert.InRange(s.Microseconds!.Value, 0, 1e6));
        Assert.Contains("µs", report.ToString(), StringComparison.Ordinal);
    }
}
