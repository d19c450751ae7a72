using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks;

/// <summary>Networks of neurons as tasks give them: layers with their numbers.</summary>
internal static class Neurons
{
    /// <summary>A layer.</summary>
    /// <param name="activation">Its activation around z, such as "relu(z)", "max(0, z)", "[z > 0]"; "z" for none.</param>
    /// <param name="weights">W (inputs, neurons).</param>
    /// <param name="bias">b, one number for each neuron; null: none.</param>
    public static NeuronLayer Layer(string activation, double[,] weights, double[]? bias = null) =>
        NeuronNet.TryRead(Formula.Parse(activation))!.Layers[0] with { Weights = weights, Bias = bias ?? new double[weights.GetLength(1)] };

    /// <summary>The network of layers, with the inputs x₁, x₂, … or, of one, x.</summary>
    public static NeuronNet Net(params NeuronLayer[] layers) =>
        NeuronNet.Of(layers[0].Inputs == 1 ? [new("x", Shape.Scalar)] : [.. Enumerable.Range(1, layers[0].Inputs).Select(i => new Variable($"x{i}", Shape.Scalar))], layers);

    /// <summary>The outputs at a point.</summary>
    public static double[] At(this NeuronNet net, params double[] x) => [.. net.ToFormulas().Select(f => f.At([.. f.Variables.Select(v => (v.Name, x[net.Inputs.ToList().IndexOf(v)]))]))];

    /// <summary>A column of a matrix's numbers.</summary>
    public static double[,] Column(double[] v)
    {
        double[,] column = new double[v.Length, 1];
        for (int i = 0; i < v.Length; i++) column[i, 0] = v[i];
        return column;
    }
}
