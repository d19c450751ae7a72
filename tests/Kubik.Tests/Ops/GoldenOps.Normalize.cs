// What the cases of tests/golden/cases/normalize.py are in Kubik.

using Kubik.Nn;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> NormalizeCases { get; } = new()
    {
        ["layernorm"] = (c, x) => x[0].LayerNorm(x.ElementAtOrDefault(1), x.ElementAtOrDefault(2), -c.Int(0), c.Real(1)),
        ["rmsnorm"] = (c, x) => x[0].RmsNorm(x[1], -c.Int(0), c.Real(1)),
        ["groupnorm"] = (c, x) => x[0].GroupNorm(c.Int(0), x[1], x[2], c.Real(1)),
        ["instancenorm"] = (c, x) => x[0].InstanceNorm(x.ElementAtOrDefault(1), x.ElementAtOrDefault(2), c.Real(0)),
        ["batchnorm"] = BatchNormed,
        ["lrn"] = (c, x) => x[0].LocalResponseNorm(c.Int(0), c.Real(1), c.Real(2), c.Real(3)),
        ["lpnorm"] = (c, x) => x[0].LpNormalize(c.Int(0), c.Int(1)),
        ["weightnorm"] = (_, x) =>
        {
            WeightNorm net = new(Layer(x[1]));
            net.Build(x[0].Shape, x[0].DType);
            return Substituted.Run([(net.Weight, InKubik(x[1])), (net.Gain, x[2])], () => net.Forward(x[0]));
        },
        ["spectralnorm"] = (c, x) =>
        {
            SpectralNorm net = new(Layer(x[1]));
            net.Build(x[0].Shape, x[0].DType);
            net.U.Assign(x[2].LpNormalize());
            if (!c.Flag(0)) net.Eval();
            Tensor y = Substituted.Run([(net.Weight, InKubik(x[1]))], () => net.Forward(x[0]));
            return Tensor.Concat(0, y.Flatten(0), net.U);
        },
    };

    private static Tensor BatchNormed(GoldenCase c, Tensor[] x)
    {
        bool training = c.Flag(0);
        BatchNorm net = new(c.Real(1), c.Real(2));
        net.Build([2, .. x[0].Shape.Sizes[1..]], x[0].DType);
        net.RunningMean.Assign(x[3]);
        net.RunningVariance.Assign(x[4]);
        if (!training) net.Eval();
        Tensor y = Substituted.Run([(net.Gamma!, x[1]), (net.Beta!, x[2])], () => net.Forward(x[0]));
        return training ? Tensor.Concat(0, y.Flatten(0), net.RunningMean, net.RunningVariance) : y;
    }

    private static Module Layer(Tensor w) =>
        w.Rank == 2 ? new Linear(w.Shape[0], bias: false) : new Conv(w.Shape[0], w.Shape[2..], new Window(), bias: false);

    private static Tensor InKubik(Tensor w) => w.Rank == 2 ? w.T : w; // PyTorch's matrices are (out, in)
}

/// <summary>A module computed with tensors in the place of its parameters, so that gradients reach them.</summary>
internal static class Substituted
{
    public static T Run<T>(IEnumerable<(Parameter Parameter, Tensor Value)> values, Func<T> compute) =>
        values.Aggregate(compute, (inner, v) => () => v.Parameter.As(_ => v.Value, inner))();
}
