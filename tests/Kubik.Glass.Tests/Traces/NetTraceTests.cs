using Kubik.Glass.Traces;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Traces;

public class NetTraceTests
{
    public static TheoryData<string, int[]> Nets => new()
    {
        { "linear 8 | relu | linear 1", [1, 2] },
        { "lenet", [1, 1, 28, 28] },
        { "resnet18", [1, 3, 32, 32] },
        { "recompute(linear 4 | tanh) | lstm 3", [2, 5, 3] },
        { "transformer 2 6 causal=true", [1, 4, 6] },
    };

    [Theory, MemberData(nameof(Nets))]
    public void Every_value_belongs_to_one_brick(string notation, int[] input)
    {
        NetTrace trace = NetTrace.Of(KnownNets.Parse(notation, 10), [.. input]);
        List<Tensor> computed = [.. trace.Graph.Values.Where(v => v is { IsSymbolic: true, Node: not null })];
        List<Tensor> taken = [.. trace.Root.All.SelectMany(c => c.Own)];
        Assert.Equal(computed.Count, taken.Count);
        Assert.Equal(new HashSet<Tensor>(computed, ReferenceEqualityComparer.Instance), new HashSet<Tensor>(taken, ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void Calls_are_in_the_order_of_work_and_hand_on_what_they_computed()
    {
        NetTrace trace = NetTrace.Of(Seeded.Net("linear 8 | relu | residual(linear 8 | tanh) | linear 1"), [1, 2]);
        Assert.Equal(["0", "1", "2.body.0", "2.body.1", "2", "3"], trace.Root.Working.Select(c => c.Path));
        List<BrickCall> calls = [.. trace.Root.Inside];
        for (int i = 1; i < calls.Count; i++) Assert.Same(calls[i - 1].Output, calls[i].Input);
        Assert.Same(trace.Graph.Outputs[0], trace.Root.Output);
        Assert.Equal("Add", Assert.Single(trace.Root.All.Single(c => c.Path == "2").Own).Node!.Op.Name);
    }

    [Fact]
    public void A_brick_that_is_used_twice_is_called_twice()
    {
        Twice net = new();
        NetTrace trace = NetTrace.Of(net, [1, 3]);
        Assert.Equal(["layer", "layer"], trace.Root.Inside.Select(c => c.Path));
        Assert.NotSame(trace.Root.Inside[0].Output, trace.Root.Inside[1].Output);
        Assert.Equal(["layer.weight", "layer.bias"], trace.Graph.Parameters.Select(p => trace.Paths[p.Parameter]));
    }

    private sealed class Twice : Module
    {
        private readonly Linear layer = new(3, 3);

        protected override Tensor Compute(Tensor x) => this.layer.Forward(this.layer.Forward(x).Tanh());
    }
}
