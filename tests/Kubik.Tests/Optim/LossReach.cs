// A step by a loss that has nothing to do with the model is a mistake, not a step that changes nothing.

using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class LossReach
{
    private static readonly Tensor X = Tensor.Ones([2, 3]);

    public static TheoryData<string> Cases => [.. Losses.Keys];

    private static readonly Dictionary<string, Func<Module, Module, Tensor>> Losses = new()
    {
        ["of another model"] = (_, other) => other.Forward(X).Sum(),
        ["detached"] = (net, _) => net.Forward(X).Detach().Sum(),
        ["compared"] = (net, _) => (net.Forward(X) > 0).Cast(DType.Float32).Sum(),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_loss_that_reaches_no_weight_is_refused_and_nothing_changes(string name)
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(0.1), new Adam { Accumulate = 2 }, new Lbfgs() })
        {
            Sequential net = Sequential.Parse("linear 2"), other = Sequential.Parse("linear 2");
            net.Forward(X);
            double[] before = [.. net.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles())];
            string message = Assert.Throws<InvalidOperationException>(() => optimizer.Step(() => Losses[name](net, other), net)).Message;
            Assert.Contains($"{optimizer.Name}: the loss gives none of the model's 2 weights a gradient", message, StringComparison.Ordinal);
            Assert.Equal(before, net.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles()));
            Assert.Equal(0, optimizer.Steps);
            Assert.DoesNotContain(optimizer.State(net), s => s.Key.EndsWith("/gradients", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_loss_serves_one_step()
    {
        Sequential net = Sequential.Parse("linear 2");
        Tensor loss = net.Forward(X).Square().Sum();
        Sgd optimizer = new(0.1);
        optimizer.Step(loss, net);
        Assert.Contains("anew for each step", Assert.Throws<InvalidOperationException>(() => optimizer.Step(loss, net)).Message, StringComparison.Ordinal);
        Assert.Equal(1, optimizer.Steps);
    }
}
