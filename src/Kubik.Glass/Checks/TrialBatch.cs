// Something to try a network on when there is no data: numbers that it can take, and targets that its loss can.

using Kubik.Glass.Traces;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Glass.Checks;

/// <summary>A random batch for a network and a loss.</summary>
/// <param name="Input">The samples, (B, …): normal numbers; whole ones where the network looks them up in a table.</param>
/// <param name="Target">Labels where the loss takes them, else numbers from 0 to 1 in the shape of the output.</param>
public sealed record TrialBatch(Tensor Input, Tensor Target)
{
    /// <summary>Draws a batch.</summary>
    /// <param name="net">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="sample">The shape of one sample.</param>
    /// <param name="batch">How many samples.</param>
    /// <param name="seed">The same seed gives the same batch.</param>
    /// <exception cref="ShapeException">The input does not fit the network, or no such target fits the loss.</exception>
    public static TrialBatch Of(Module net, Loss loss, Shape sample, int batch = 4, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(loss);
        RandomStream random = new(seed, stream: 1);
        NetTrace trace = NetTrace.Of(net, [batch, .. sample.Sizes]);
        Tensor x = InputOf(trace, random);
        TensorSpec output = trace.Graph.Outputs[0].Spec;
        if (output.Shape.Rank >= 2 && output.Shape[1] > 1)
        {
            Shape labels = output.Shape.Without(1);
            if (Misfit(loss, output, new(DType.Int64, labels)) is null) return new(x, random.Integers(0, output.Shape[1], labels));
        }
        return NumbersFor(loss, output) is { } shape ? new(x, random.Uniform(shape, output.DType)) : throw Misfit(loss, output, output)!;
    }

    /// <summary>The shape of targets that are numbers for outputs and a loss: that of the output,
    /// or half of its last axis where the loss takes two outputs for each number; null when the loss takes no numbers.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">What the network gives.</param>
    public static Shape? NumbersFor(Loss loss, TensorSpec output)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (Misfit(loss, output, output) is null) return output.Shape;
        if (output.Shape.Rank == 0 || output.Shape[^1] % 2 != 0) return default(Shape?);
        Shape half = output.Shape.With(output.Shape.Rank - 1, output.Shape[^1] / 2);
        return Misfit(loss, output, new(output.DType, half)) is null ? half : default(Shape?);
    }

    /// <summary>Draws samples alone.</summary>
    /// <param name="net">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="batch">How many samples.</param>
    /// <exception cref="ShapeException">The input does not fit the network.</exception>
    public static Tensor InputOf(Module net, Shape sample, RandomStream random, int batch = 1)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(random);
        return InputOf(Module.InEvaluation(() => NetTrace.Of(net, [batch, .. sample.Sizes])), random); // in training one sample is too few for batch norm
    }

    /// <summary>Below which number the whole numbers are that a network takes, since it looks them up in a table; null when it takes any numbers.</summary>
    /// <param name="net">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample.</param>
    /// <exception cref="ShapeException">The input does not fit the network.</exception>
    public static int? VocabularyOf(Module net, Shape sample)
    {
        ArgumentNullException.ThrowIfNull(net);
        return Vocabulary(Module.InEvaluation(() => NetTrace.Of(net, [1, .. sample.Sizes])).Graph);
    }

    private static Tensor InputOf(NetTrace trace, RandomStream random)
    {
        Shape shape = trace.Graph.Inputs[0].Shape;
        return Vocabulary(trace.Graph) is { } words ? random.Integers(0, words, shape).Cast(DType.Float32) : random.Normal(shape);
    }

    // How many rows the table has that the input is an index of; null when it is none.
    private static int? Vocabulary(Graph graph)
    {
        HashSet<Tensor> same = new([graph.Inputs[0]], ReferenceEqualityComparer.Instance);
        int? least = null;
        foreach (Tensor value in graph.Values)
        {
            if (value is not { IsSymbolic: true, Node: { } node }) continue;
            if (node is { Op: Take { Axis: var axis }, Inputs: [var table, var index] } && same.Contains(index))
                least = Math.Min(least ?? int.MaxValue, table.Shape[axis]);
            else if (node.Op is IElementwise or ViewOp && node.Inputs.Any(same.Contains)) same.Add(value);
        }
        return least;
    }

    private static ShapeException? Misfit(Loss loss, TensorSpec output, TensorSpec target)
    {
        try
        {
            Graph.Trace(x => loss.Of(x[0], x[1]), output, target);
            return null;
        }
        catch (ShapeException e)
        {
            return e;
        }
    }
}
