// A network of neurons in a trace: products with a matrix of weights, a bias added, an activation, and again. It is read from
// the ops, so it does not matter which bricks computed them.

using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Networks;

/// <summary>Finds the neurons of a network.</summary>
internal static class DenseReader
{
    /// <summary>
    /// The network's neurons with their numbers; null when it is more than layers of neurons in a row, wider or deeper than asked for, or
    /// has a weight that is no finite number.
    /// </summary>
    public static NeuronNet? TryRead(NetTrace trace, int widest, int deepest)
    {
        Dictionary<Tensor, Parameter> parameters = new(ReferenceEqualityComparer.Instance);
        foreach ((Parameter parameter, Tensor symbol) in trace.Graph.Parameters) parameters[symbol] = parameter;
        List<NeuronLayer> layers = [];
        Tensor last = trace.Graph.Inputs[0];
        int samples = last.Rank > 0 ? last.Shape[0] : 0;
        bool isActivated = true;
        foreach (Tensor value in trace.Graph.Values)
        {
            if (value is not { IsSymbolic: true, Node: { } node }) continue;
            if (node.Inputs.Length == 0 || !ReferenceEquals(node.Inputs[0], last) || node.Inputs.Length > 2) return null;
            Parameter? weights = node.Inputs.Length == 2 ? parameters.GetValueOrDefault(node.Inputs[1]) : null;
            if (node.Inputs.Length == 2 && weights is null) return null;
            switch (node.Op)
            {
                case Reshape when layers.Count == 0: // flattened, before the first layer; a product then needs a row for each sample
                    break;
                case MatMul when weights is { Spec.Shape.Rank: 2 }
                    && last.Rank == 2 && last.Shape[0] == samples
                    && weights.Spec.Shape[0] <= widest && weights.Spec.Shape[1] <= widest && layers.Count < deepest:
                    double[] all = Digits.AsWritten(weights.Value);
                    double[,] matrix = new double[weights.Spec.Shape[0], weights.Spec.Shape[1]];
                    Buffer.BlockCopy(all, 0, matrix, 0, all.Length * sizeof(double));
                    layers.Add(new(Activation.Identity, matrix, new double[weights.Spec.Shape[1]]));
                    isActivated = false;
                    break;
                case Binary<Add> when weights is not null && layers.Count > 0 && !isActivated
                    && weights.Spec.Shape.Size == layers[^1].Neurons && value.Shape == last.Shape:
                    layers[^1] = layers[^1] with { Bias = [.. layers[^1].Bias.Zip(Digits.AsWritten(weights.Value), (a, b) => a + b)] };
                    break;
                case { } op when weights is null && layers.Count > 0 && !isActivated && Activation.Is(op):
                    layers[^1] = layers[^1] with { Function = Activation.Of(op) };
                    isActivated = true;
                    break;
                default:
                    return null;
            }
            last = value;
        }
        if (layers.Count == 0 || !ReferenceEquals(last, trace.Graph.Outputs[0]) || !layers.TrueForAll(l => l.IsFinite)) return null;
        return NeuronNet.Of([.. Enumerable.Range(1, layers[0].Inputs).Select(i => new Variable($"x{i}", Shape.Scalar))], layers);
    }
}
