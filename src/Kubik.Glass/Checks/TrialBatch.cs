// Something to try a network on when there is no data: numbers that it can take, and targets that its loss can.

using Kubik.Glass.Traces;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Glass.Checks;

/// <summary>A random batch for a network and a loss.</summary>
/// <param name="Input">The samples, (B, …): normal numbers; whole ones where the network looks them up in a table.</param>
/// <param name="Target">Labels where the loss takes them and there are several classes, else numbers such as the loss takes.</param>
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
        if (Problem(loss, output) is { } problem) throw problem;
        bool areLabels = TakesLabels(loss, output) && (output.Shape[1] > 1 || NumbersFor(loss, output) is null);
        return new(x, areLabels ? random.Integers(0, output.Shape[1], output.Shape.Without(1)) : NumbersOf(loss, output, random));
    }

    /// <summary>The shape of targets that are numbers for outputs and a loss (<see cref="Loss.TargetShape"/>); null when the loss takes no numbers.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">What the network gives.</param>
    public static Shape? NumbersFor(Loss loss, TensorSpec output)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shape shape = loss.TargetShape(output.Shape);
        return Misfit(loss, output, output with { Shape = shape }) is null ? shape : default(Shape?);
    }

    /// <summary>Whether targets may be labels (B, …), one for each sample or place, of the classes along axis 1 of the outputs.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">What the network gives.</param>
    public static bool TakesLabels(Loss loss, TensorSpec output)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return output.Shape.Rank >= 2 && Misfit(loss, output, Labels(output)) is null;
    }

    /// <summary>Why a loss takes neither labels nor numbers for outputs; null when it takes some.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">What the network gives.</param>
    public static ShapeException? Problem(Loss loss, TensorSpec output)
    {
        if (NumbersFor(loss, output) is not null || TakesLabels(loss, output)) return null;
        bool wantsLabels = loss is ClassLoss or MultiMargin && output.Shape.Rank >= 2;
        return Misfit(loss, output, wantsLabels ? Labels(output) : output with { Shape = loss.TargetShape(output.Shape) });
    }

    /// <summary>Numbers at random that a loss takes as a target: −1 and 1 for losses of a margin, boxes for those of boxes, shares that are 1
    /// together for those of distributions, else from 0 to 1.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">What the network gives.</param>
    /// <param name="random">Where the numbers come from.</param>
    public static Tensor NumbersOf(Loss loss, TensorSpec output, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.RandomTarget(output, random);
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

    private static TensorSpec Labels(TensorSpec output) => new(DType.Int64, output.Shape.Without(1));

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
