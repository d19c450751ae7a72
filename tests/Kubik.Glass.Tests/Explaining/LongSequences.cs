// An explanation shows so many parts of a brick and no more; what it does not show must not be written out in what it shows.

using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class LongSequences
{
    [Theory]
    [InlineData("rnn 3 last=true")]
    [InlineData("gru 3 last=true")]
    [InlineData("lstm 3 layers=2 last=true")]
    [InlineData("lstm 2 bidirectional=true")]
    public void Hundreds_of_steps_are_explained_in_short(string notation)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = new RandomStream(1, 1).Normal([1, 100, 2]);
        Shape y = net.Build(x.Shape);
        Explanation explanation = net.Explain(x, Tensor.Zeros(y));
        string text = explanation.ToText();
        Assert.Contains("more parts are computed in the same way", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1000, 300_000);
        // The gradients of all weights are there, and are those of the engine.
        ExplainStep back = explanation.Steps.Last(s => s.Phase == Phase.Backward);
        Dictionary<string, Snapshot> shown = back.Equations.ToDictionary(e => e.Result.Name, e => e.Result.Value);
        net.Cast(DType.Float64);
        (string Path, Parameter Parameter)[] weights = [.. net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight)];
        Tensor loss = new MeanSquaredError().Of(net.Forward(x.Cast(DType.Float64)), Tensor.Zeros(y, DType.Float64));
        Tensor?[] gradients = Autograd.Gradient.TryOf(loss, [.. weights.Select(w => w.Parameter.Value)]);
        int compared = 0;
        foreach (((string path, _), Tensor? gradient) in weights.Zip(gradients))
        {
            string name = explanation.Parameters.Single(p => p.Name.EndsWith($"({path})", StringComparison.Ordinal)).Name.Split(" (")[0];
            if (shown[$"∂L/∂{name}"].Values is not { } values) continue;
            Assert.Equal(gradient!.ToDoubles(), values, (a, b) => Math.Abs(a - b) <= 1e-6);
            compared++;
        }
        Assert.True(compared > 0);
    }
}
