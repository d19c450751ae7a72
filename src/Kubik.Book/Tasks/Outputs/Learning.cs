using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>One layer of weights trained on small data. It begins with zeros, so that it is the same each time.</summary>
internal static class Learning
{
    /// <summary>The trained network: a linear layer and, when one is given, an activation.</summary>
    public static Sequential Train(Loss loss, Tensor x, Tensor target, int outputs, Module? activation = null, double rate = 0.1, int steps = 400)
    {
        Linear layer = new(x.Shape[1], outputs);
        layer.Weight.Assign(Tensor.Zeros([x.Shape[1], outputs]));
        layer.Bias!.Assign(Tensor.Zeros([outputs]));
        Sequential net = activation is null ? new(layer) : new(layer, activation);
        CompiledStep step = Compiled.Step(net, loss, new Adam(rate));
        for (int i = 0; i < steps; i++) step.Run(x.Cast(DType.Float32), target.DType == DType.Float64 ? target.Cast(DType.Float32) : target);
        return net;
    }

    /// <summary>What a network puts out.</summary>
    public static Tensor Predict(this Module net, Tensor x) => net.Forward(x.Cast(DType.Float32)).Detach().Cast(DType.Float64);

    /// <summary>What a network with one input puts out at a number.</summary>
    public static Tensor Predict(this Module net, double x) => net.Predict(Tensor.From([x], [1, 1])).Reshape(-1);
}
