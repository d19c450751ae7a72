// What an explanation holds of a step, in bytes: weights, gradients and what the optimiser remembers, each once, and a few values of
// the largest weight that is being updated; so also in the steps that follow.

using Kubik.Glass.Explaining;
using Kubik.Glass.Traces;
using Kubik.Nn;
using Kubik.Ops;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public class StepValuesTests
{
    private const int Input = 400, Hidden = 520, Layers = 4, Atonce = 5;

    public static TheoryData<string, int> Rules => new() { { "sgd", 0 }, { "momentum", 1 }, { "adam", 2 }, { "amsgrad", 3 }, { "adadelta", 2 }, { "rmsprop momentum=0.9 centered=true", 3 }, { "lamb", 2 } };

    [Theory, MemberData(nameof(Rules))]
    public void A_step_holds_each_weight_gradient_and_memory_once(string notation, int memories)
    {
        Sequential net = Sequential.Parse(string.Join(" | relu | ", Enumerable.Repeat($"linear {Hidden}", Layers)));
        net.Build([1, Input]);
        UpdateRule rule = (UpdateRule)OptimizerTable.Parse(notation, new(0.01, Schedule.Constant));
        (Tensor x, Tensor t) = (Tensor.Ones([1, Input]), Tensor.Zeros([1, Hidden]));
        long weights = 4 * net.Parameters().Sum(p => (long)p.Parameter.Spec.Shape.Size), largest = 4L * Hidden * Hidden, small = weights / 20;
        Dictionary<Parameter, (Tensor, bool)> state = [];
        for (int round = 1; round <= 3; round++)
        {
            StepTrace trace = StepTrace.Of(net, x.Spec, new() { Target = t.Spec, Loss = new MeanSquaredError().Of, Gradients = GradientsOf.Everything, Rule = rule, IsUnfolded = true });
            StepValues values = new(trace, [x, t], p => state.Remove(p, out (Tensor, bool) now) ? now : (p.Value.Detach(), false), DType.Float32, focus: null);
            Assert.InRange(values.MostBytes, 2 * weights, 2 * weights + largest + small);
            state = values.Update(results: true);
            Assert.InRange(values.MostBytes, 2 * weights, (2 + memories) * weights + Atonce * largest + small);
            long all = trace.Graph.Values.Where(v => v.Node?.Op is not ViewOp).Sum(v => (long)v.Count * v.DType.ByteSize);
            if (memories > 1) Assert.True(values.MostBytes < all / 2, $"{values.MostBytes:N0} of {all:N0}");
            Assert.All(trace.Graph.Parameters, p => Assert.True(values.Has(p.Symbol)));
            Assert.All(trace.Graph.Updates, u => Assert.Equal(values[u.Value].Greatest, state[u.Parameter].Item1.Max().Item()));
        }
    }

    [Fact]
    public void Of_a_big_value_entries_from_the_focus_on_are_kept()
    {
        Tensor x = Tensor.From<float>([.. Enumerable.Range(0, 6000).Select(i => (float)i)], [2, 30, 100]);
        Snapshot first = Snapshot.Of(x), focused = Snapshot.Of(x, [7, 98]), outside = Snapshot.Of(x, [30, 0]);
        Assert.Equal((0, 7, null), (first.At([0, 0, 0]), first.At([0, 0, 7]), first.At([0, 0, 8])));
        Assert.Equal((798, 800, null, null), (focused.At([0, 7, 98]), focused.At([0, 8, 0]), focused.At([0, 0, 0]), focused.At([1, 7, 98])));
        Assert.Equal(0, outside.At([0, 0, 0]));
        Assert.Equal(3, Snapshot.Of(Tensor.Of(1f, 3f), [7]).At([1]));
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Big_weights_are_updated_entry_by_entry_where_the_focus_is(int steps)
    {
        Sequential net = Sequential.Parse("linear 1500 | tanh | linear 1400");
        (Tensor x, Tensor t) = (Tensor.From<float>([.. Enumerable.Range(0, 3).Select(i => i - 0.5f)], [1, 3]), Tensor.Zeros([1, 1400]));
        Adam adam = new(0.01);
        Explanation explanation = net.Explain(x, t, new() { Optimizer = adam, Steps = steps, Focus = [2, 5] });
        for (int i = 0; i < steps; i++) adam.Step(new MeanSquaredError().Of(net.Forward(x), t), net);
        Tensor trained = net.Parameters().Single(p => p.Path == "2.weight").Parameter.Value;
        ExplainStep update = explanation.Steps.Last(s => s.Phase == Phase.Update && s.Path == "2.weight");
        Assert.Equal(trained.Mean().Item(), update.Output!.Value.Mean, 1e-6);
        Assert.Equal(["m", "m̂", "v", "v̂", "W₂"], update.Equations.Select(e => e.Text.Split(" ")[0]));
        Assert.All(update.Equations, e => Assert.Contains("[3,6] = ", e.Entries[0].Text, StringComparison.Ordinal));
        Assert.EndsWith($"≈ {Digits.Of(trained[2, 5].Item(), Precision.Of(DType.Float32)).Text}", update.Equations[^1].Entries[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_that_nothing_reads_may_be_big()
    {
        Tensor x = Tensor.Ones([1, 120_000]);
        ExplainStep first = Sequential.Parse("relu | linear 20").Explain(x, Tensor.Zeros([1, 20]), new() { Optimizer = new Adam(0.01) }).Steps.Single(s => s.Phase == Phase.Backward && s.Op == "relu");
        Assert.Equal(x.Shape, first.Output!.Value.Shape); // the gradient of the input
        Assert.NotEmpty(first.Equations[^1].Entries);
    }
}
