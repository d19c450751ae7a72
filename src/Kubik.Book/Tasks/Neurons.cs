using System.Collections.Concurrent;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Nn;

namespace Kubik.Book.Tasks;

/// <summary>Networks of neurons as tasks give them: layers with their numbers.</summary>
internal static class Neurons
{
    // One neuron of each activation, read once.
    private static readonly ConcurrentDictionary<string, NeuronLayer> Plain = new(StringComparer.Ordinal);

    /// <summary>A layer.</summary>
    /// <param name="activation">Its activation around z, such as "relu(z)", "max(0, z)", "[z > 0]"; "z" for none.</param>
    /// <param name="weights">W (inputs, neurons).</param>
    /// <param name="bias">b, one number for each neuron; null: none.</param>
    public static NeuronLayer Layer(string activation, double[,] weights, double[]? bias = null) =>
        Plain.GetOrAdd(activation, static z => NeuronNet.TryRead(Formula.Parse(z))!.Layers[0]) with { Weights = weights, Bias = bias ?? new double[weights.GetLength(1)] };

    /// <summary>The network of layers, with the inputs x₁, x₂, … or, of one, x.</summary>
    public static NeuronNet Net(params NeuronLayer[] layers) =>
        NeuronNet.Of(layers[0].Inputs == 1 ? [new("x", Shape.Scalar)] : [.. Enumerable.Range(1, layers[0].Inputs).Select(i => new Variable($"x{i}", Shape.Scalar))], layers);

    /// <summary>The outputs at a point.</summary>
    public static double[] At(this NeuronNet net, params double[] x) =>
        [.. net.ToFormulas().Select(f => f.At([.. f.Variables.Select(v => (v.Name, x[net.Inputs.ToList().IndexOf(v)]))]))];

    /// <summary>Step neurons [w·x + b > 0], one in each column: its weights and, in the last row, its bias.</summary>
    public static NeuronLayer Steps(double[,] neurons)
    {
        int inputs = neurons.GetLength(0) - 1, count = neurons.GetLength(1);
        double[,] weights = new double[inputs, count];
        Array.Copy(neurons, weights, weights.Length);
        return Layer("[z > 0]", weights, [.. Enumerable.Range(0, count).Select(j => neurons[inputs, j])]);
    }

    /// <summary>The outputs at many points at once: (points, inputs) to (points, outputs).</summary>
    public static Tensor At(this NeuronNet net, Tensor points) => net.ToModule().Forward(points.Cast(DType.Float32)).Detach().Cast(DType.Float64);

    /// <summary>Points of a square grid, (points, 2).</summary>
    public static Tensor Grid(double low, double high, int each)
    {
        Tensor line = Tensor.Linspace(low, high, each, DType.Float64);
        return Tensor.Stack(1, line.RepeatInterleave(each), Tensor.Concat(0, [.. Enumerable.Repeat(line, each)]));
    }

    /// <summary>A matrix as an array.</summary>
    public static double[,] Array2(Tensor matrix)
    {
        double[,] all = new double[matrix.Shape[0], matrix.Shape[1]];
        Buffer.BlockCopy(matrix.ToDoubles(), 0, all, 0, all.Length * sizeof(double));
        return all;
    }

    /// <summary>A column of a matrix's numbers.</summary>
    public static double[,] Column(double[] v)
    {
        double[,] column = new double[v.Length, 1];
        for (int i = 0; i < v.Length; i++) column[i, 0] = v[i];
        return column;
    }

    /// <summary>A network of the one-line notation with these weights, in the order of its parameters.</summary>
    public static Sequential Weighted(string notation, params IReadOnlyList<Tensor> weights) => Weighted(notation, [1, weights[0].Shape[0]], weights);

    /// <summary>The same for an input that is no row of numbers: its shape, the batch first.</summary>
    public static Sequential Weighted(string notation, Shape input, params IReadOnlyList<Tensor> weights)
    {
        Sequential net = Sequential.Parse(notation);
        net.Build(input, DType.Float32);
        foreach ((Parameter parameter, Tensor value) in net.Parameters().Select(p => p.Parameter).Zip(weights)) parameter.Assign(value.Cast(DType.Float32));
        return net;
    }

    /// <summary>A new network of the one-line notation that is the same each time: weights with two axes or more as drawn, biases 0, and what it draws later from the same seed.</summary>
    /// <param name="notation">The network.</param>
    /// <param name="batch">The shape of what goes in.</param>
    /// <param name="initializer">How weights begin.</param>
    /// <param name="seed">The seed.</param>
    public static Sequential Fresh(string notation, Shape batch, Initializer initializer, long seed)
    {
        Sequential net = Sequential.Parse(notation);
        net.Build(batch, DType.Float32);
        long stream = 0;
        foreach ((string path, Parameter parameter) in net.Parameters())
        {
            RandomStream random = new(seed, stream++);
            if (parameter.Role == ParameterRole.State) parameter.Assign(random.State.Value);
            else if (parameter.Spec.Shape.Rank >= 2) parameter.Assign(initializer(parameter.Spec, random));
            else if (path.EndsWith("bias", StringComparison.Ordinal)) parameter.Assign(Tensor.Zeros(parameter.Spec.Shape));
        }
        return net;
    }

    /// <summary>What an explanation found a value to be, by its name, such as ∂L/∂W₁: a number, a row of numbers or a matrix.</summary>
    public static Tensor Result(this Explanation explanation, string name, int round = 1)
    {
        Snapshot found = explanation.Steps.Where(s => s.Round == round).SelectMany(s => s.Equations).Select(e => e.Result).Last(r => r.Name == name).Value;
        Shape shape = found.Shape.Size == 1 ? Shape.Scalar : found.Shape.Rank == 2 && found.Shape[0] == 1 ? [found.Shape[1]] : found.Shape;
        return Tensor.From([.. found.Values!], shape);
    }
}
