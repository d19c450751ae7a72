// What the cases of tests/golden/cases/recurrent.py are in Kubik: the layers and cells with PyTorch's weights.

using Kubik.Nn;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> RecurrentCases { get; } = new()
    {
        ["rnn"] = (c, x) => Recurrent(new Rnn(c.Int(0), c.Int(1), c.Flag(2), relu: c.Flag(5)), c, x),
        ["lstm"] = (c, x) => Recurrent(new Lstm(c.Int(0), c.Int(1), c.Flag(2)), c, x),
        ["gru"] = (c, x) => Recurrent(new Gru(c.Int(0), c.Int(1), c.Flag(2)), c, x),
        ["rnncell"] = (c, x) =>
        {
            RnnCell cell = new(c.Int(0), relu: c.Flag(1));
            cell.Build(x[0].Shape, x[0].DType);
            return Substituted.Run(TorchWeights(cell, x[2..]), () => cell.Step(x[0], x[1]));
        },
        ["grucell"] = (c, x) =>
        {
            GruCell cell = new(c.Int(0));
            cell.Build(x[0].Shape, x[0].DType);
            return Substituted.Run(TorchWeights(cell, x[2..]), () => cell.Step(x[0], x[1]));
        },
        ["lstmcell"] = (c, x) =>
        {
            LstmCell cell = new(c.Int(0));
            cell.Build(x[0].Shape, x[0].DType);
            LstmState state = Substituted.Run(TorchWeights(cell, x[3..]), () => cell.Step(x[0], new(x[1], x[2])));
            return Tensor.Concat(0, state.Hidden, state.Cell);
        },
    };

    private static Tensor Recurrent(RecurrentLayer net, GoldenCase c, Tensor[] x)
    {
        Queue<Tensor> rest = new(x);
        Tensor input = rest.Dequeue();
        Tensor? lengths = c.Flag(3) ? rest.Dequeue() : null;
        Tensor[]? state = !c.Flag(4) ? null : net is Lstm ? [rest.Dequeue(), rest.Dequeue()] : [rest.Dequeue()];
        net.Build(input.Shape, input.DType);
        IEnumerable<(Parameter, Tensor)> weights =
            net.Cells.SelectMany(cell => TorchWeights(cell, [rest.Dequeue(), rest.Dequeue(), rest.Dequeue(), rest.Dequeue()])).ToArray();
        return Substituted.Run(weights, () =>
        {
            Tensor[] results = net switch
            {
                Lstm lstm => lstm.Run(input, state is null ? null : new(state[0], state[1]), lengths) is var (y, s) ? [y, s.Hidden, s.Cell] : [],
                Gru gru => gru.Run(input, state?[0], lengths) is var (y, s) ? [y, s] : [],
                Rnn rnn => rnn.Run(input, state?[0], lengths) is var (y, s) ? [y, s] : [],
                _ => [],
            };
            return Tensor.Concat(0, [.. results.Select(r => r.Flatten(0))]);
        });
    }

    // weight_ih, weight_hh, bias_ih, bias_hh as the documentation of the cells says.
    private static IEnumerable<(Parameter, Tensor)> TorchWeights(RecurrentCell cell, Tensor[] w)
    {
        yield return (cell.InputWeight, w[0].T);
        yield return (cell.StateWeight, w[1].T);
        if (cell is not GruCell gru)
        {
            yield return (cell.Bias!, w[2] + w[3]);
            yield break;
        }
        int split = w[3].Shape[0] / 3 * 2;
        yield return (cell.Bias!, Tensor.Concat(0, w[2][..split] + w[3][..split], w[2][split..]));
        yield return (gru.StateBias!, w[3][split..]);
    }
}
