// Small ones of the networks that everybody builds: written in a line, trained a step, recorded, saved and read back.

using Kubik.Autograd;
using Kubik.Data;
using Kubik.Graphs;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Nn;

public sealed class SmallNets
{
    // A name, the notation, one sample, how many outputs, how many weights.
    public static TheoryData<string, string, int[], int, int> Nets => new()
    {
        {
            "gpt", "embedding 7 8 name=tokens | positions 5 | repeat 2 (transformer 2 16 causal=true) | tiedlinear tokens | reshape 35 | linear 3", [5], 3,
            7 * 8 + 5 * 8 + 2 * (4 * (8 * 8 + 8) + 8 * 16 + 16 + 16 * 8 + 8 + 4 * 8) + 35 * 3 + 3
        },
        {
            "resnet",
            "conv 4 3x3 pad=1 | batchnorm | relu | residual(conv 4 3x3 pad=1 | batchnorm | relu | conv 4 3x3 pad=1 | batchnorm) | relu"
            + " | residual(conv 6 3x3 stride=2 pad=1 | batchnorm | relu | conv 6 3x3 pad=1 | batchnorm ; conv 6 1x1 stride=2 | batchnorm) | relu | avgpool 4 | flatten | linear 3",
            [1, 8, 8], 3,
            (9 * 4 + 4 + 8) + 2 * (4 * 9 * 4 + 4 + 8) + (4 * 9 * 6 + 6 + 12) + (6 * 9 * 6 + 6 + 12) + (4 * 6 + 6 + 12) + 6 * 3 + 3
        },
        {
            "inception",
            "conv 4 3x3 pad=1 | relu | parallel(conv 2 1x1 ; conv 2 1x1 | relu | conv 3 3x3 pad=1 ; conv 2 1x1 | relu | conv 3 5x5 pad=2 ; maxpool 3 stride=1 pad=1 | conv 2 1x1) | relu | avgpool 8 | flatten | linear 3",
            [1, 8, 8], 3,
            (9 * 4 + 4) + (4 * 2 + 2) + (4 * 2 + 2 + 2 * 9 * 3 + 3) + (4 * 2 + 2 + 2 * 25 * 3 + 3) + (4 * 2 + 2) + 10 * 3 + 3
        },
    };

    [Theory]
    [MemberData(nameof(Nets))]
    public void IsBuiltTrainedRecordedSavedAndReadBack(string name, string notation, int[] sample, int outputs, int weights)
    {
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse(notation)), traced = Sequential.Parse(net.Notation);
        Assert.Equal(notation, net.Notation);
        Assert.Equal([2, outputs], net.Build([2, .. sample]));
        Assert.Equal(weights, net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Sum(p => p.Parameter.Spec.Shape.Size));

        Tensor x = (new RandomStream(1, 1).Uniform([6, .. sample]) * 7).Cast(DType.Int64).Cast(DType.Float32), y = Tensor.Of(0, 1, 2, 0, 1, 2);
        traced.Build(x.Shape);
        traced.Assign(net.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()));
        CrossEntropy loss = new();
        Adam a = new(0.01), b = new(0.01);
        Parameter[] learnt = [.. traced.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        Graph step = Graph.Trace(
            v =>
            {
                Tensor mean = loss.Of(traced.Forward(v[0]), v[1]);
                b.UpdateAll(learnt, Gradient.TryOf(mean, [.. learnt.Select(w => w.Value)]));
                return mean;
            },
            x.Spec, y.Spec);
        List<double> losses = [];
        for (int i = 0; i < 5; i++)
        {
            Tensor mean = loss.Of(net.Forward(x), y);
            losses.Add((double)mean);
            a.Step(mean, net);
            b.Advance(0);
            Assert.Equal((double)mean, (double)step.Run(x, y)[0]);
        }
        Assert.True(losses[^1] < losses[0], $"{name}: {string.Join(", ", losses)}");

        net.Eval();
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, $"{name}.safetensors");
        Tensor labels = Tensor.From(Enumerable.Repeat(0L, 6).ToArray());
        new SavedModel(net, new TensorDataset(x, labels, ["a", "b", "c"]).Format, loss).Save(file);
        SavedModel again = SavedModel.Load(file);
        Assert.Equal(net.Notation, again.Net.Notation);
        Assert.Equal(net.Forward(x).ToArray<float>(), again.Net.Forward(x).ToArray<float>());
    }
}
