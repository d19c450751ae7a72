using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Graphs;

public sealed class PlanTests
{
    [Theory]
    [InlineData("linear 16 | relu | linear 10", new[] { 8, 12 })]
    [InlineData("conv 4 3x3 pad=1 | batchnorm | relu | maxpool 2 | dropout 0.3 | flatten | linear 10", new[] { 4, 2, 6, 6 })]
    public void A_planned_training_step_gives_the_bits_of_the_graph(string notation, int[] input)
    {
        Sequential a = Sequential.Parse(notation), b = Sequential.Parse(notation);
        Tensor x = new RandomStream(1, 1).Normal(input), t = Tensor.Of([.. Enumerable.Range(0, input[0]).Select(i => i % 10)]);
        a.Build(input);
        b.Build(input);
        b.Assign(a.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()));
        Adam o1 = new(0.01), o2 = new(0.01);
        Graph ga = TrainingStep(a, o1, x, t), gb = TrainingStep(b, o2, x, t);
        Graph slim = Pass.All.Aggregate(gb, (g, pass) => pass.Apply(g));
        Assert.True(slim.Values.Count < gb.Values.Count);
        Dictionary<Parameter, Tensor> homes = [];
        Plan plan = new(slim, p => homes.TryGetValue(p, out Tensor? home) ? home : homes[p] = new Kubik.Ops.Copy().Apply(p.Current.Detach()));
        for (int step = 0; step < 4; step++)
        {
            o1.Advance(0);
            o2.Advance(0);
            foreach ((Parameter p, Tensor home) in homes)
            {
                if (p.Role == ParameterRole.State && p.Spec.Shape.Rank == 0) Kubik.Kernels.Elementwise.Copy(p.Current, home);
            }
            Kubik.Kernels.Elementwise.Copy(x, plan.Input(0));
            Kubik.Kernels.Elementwise.Copy(t, plan.Input(1));
            plan.Run();
            Kubik.Tests.Ops.Bits.Equal(ga.Run(x, t)[0], plan.Output(0), $"step {step}");
        }
    }

    private static Graph TrainingStep(Sequential net, Optimizer optimizer, Tensor x, Tensor t)
    {
        Parameter[] weights = [.. net.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        return Graph.Trace(
            v =>
            {
                Tensor mean = new CrossEntropy().Of(net.Forward(v[0]), v[1]);
                optimizer.UpdateAll(weights, Gradient.TryOf(mean, [.. weights.Select(w => w.Value)]));
                return [mean];
            },
            x.Spec, t.Spec);
    }
}
