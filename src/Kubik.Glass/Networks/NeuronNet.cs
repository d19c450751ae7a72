// A network of neurons as a formula has it: nested weighted sums and activations with numbers for weights. Reading one is
// finding the layers in an expression; writing one is the way back.

using System.Globalization;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pictures;
using Kubik.Glass.Traces;
using Linear = Kubik.Nn.Linear;
using Module = Kubik.Nn.Module;
using Sequential = Kubik.Nn.Sequential;

namespace Kubik.Glass.Networks;

/// <summary>A layer of neurons: activation(x·W + b).</summary>
public sealed record NeuronLayer
{
    internal NeuronLayer(Activation function, double[,] weights, double[] bias) => (this.Function, this.Weights, this.Bias) = (function, weights, bias);

    /// <summary>
    /// The activation as a brick of networks: relu, step, elu alpha=3, …, or identity; where no brick computes it, the function of x:
    /// [x ≥ 0].
    /// </summary>
    public string Activation => this.Function.Name;

    /// <summary>W (inputs, neurons).</summary>
    public double[,] Weights { get; internal init; }

    /// <summary>b, one number for each neuron.</summary>
    public double[] Bias { get; internal init; }

    /// <summary>How many numbers come in.</summary>
    public int Inputs => this.Weights.GetLength(0);

    /// <summary>How many neurons it has.</summary>
    public int Neurons => this.Bias.Length;

    /// <summary>The activation itself.</summary>
    internal Activation Function { get; init; }

    /// <summary>Whether every weight and bias is a finite number.</summary>
    internal bool IsFinite => this.Weights.Cast<double>().Concat(this.Bias).All(double.IsFinite);
}

/// <summary>A small network with its numbers.</summary>
/// <example><code>
/// NeuronNet net = NeuronNet.TryRead(Formula.Parse("max(0, 4*max(0, 3x1 + 4x2 + 1) + 2*max(0, 3x1 + 2x2 + 7) + 6)"))!;
/// Console.WriteLine(net.Layers[0].Weights[1, 0]);   // 4
/// Console.WriteLine(net.ToFormula());               // max(0, 4·max(0, 3x₁ + 4x₂ + 1) + 2·max(0, 3x₁ + 2x₂ + 7) + 6)
/// </code></example>
public sealed class NeuronNet
{
    private NeuronNet(IReadOnlyList<Variable> inputs, IReadOnlyList<NeuronLayer> layers) => (this.Inputs, this.Layers) = (inputs, layers);

    /// <summary>What goes in.</summary>
    public IReadOnlyList<Variable> Inputs { get; }

    /// <summary>The layers, the first one first.</summary>
    public IReadOnlyList<NeuronLayer> Layers { get; }

    /// <summary>
    /// The network that a module is: products with a matrix, biases and activations in a row; null when it is something else, or a weight
    /// is no finite number.
    /// </summary>
    /// <param name="net">The module; its weights are known, or are drawn when a shape is given.</param>
    /// <param name="input">
    /// The shape of one sample; null takes as many inputs as the first matrix has rows, and reads no module that waits for its input.
    /// </param>
    /// <example><code>
    /// NeuronNet net = NeuronNet.TryRead(Sequential.Parse("linear 3 | tanh | linear 1"), [2])!;
    /// Console.WriteLine(net.ToFormula());   // 0.31·tanh(0.42x₁ − …
    /// </code></example>
    /// <exception cref="ShapeException">The input that is given does not fit the module.</exception>
    public static NeuronNet? TryRead(Module net, Shape? input = null)
    {
        ArgumentNullException.ThrowIfNull(net);
        if (input is { } sample) return Read(sample);
        // What comes in is known when no weight waits for it; vectors of weights, as biases are, say nothing of it.
        Parameter[] weights = [.. net.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        if (!Array.TrueForAll(weights, p => p.HasSpec) || Array.Find(weights, p => p.Spec.Shape.Rank > 1) is not { Spec.Shape: { Rank: 2 } first }) return null;
        try
        {
            return Read([first[0]]);
        }
        catch (ShapeException)
        {
            return null; // the first matrix is not what the input is multiplied by
        }

        NeuronNet? Read(Shape shape) => DenseReader.TryRead(Module.InEvaluation(() => NetTrace.Of(net, shape.Insert(0, 1))), int.MaxValue, int.MaxValue);
    }

    /// <summary>
    /// The same function with as few layers as it takes: layers without an activation between them are one, with the product of their
    /// matrices.
    /// </summary>
    public NeuronNet Joined()
    {
        List<NeuronLayer> joined = [];
        foreach (NeuronLayer layer in this.Layers)
        {
            if (joined.Count == 0 || !joined[^1].Function.IsIdentity)
            {
                joined.Add(layer);
                continue;
            }
            Tensor w = Tensor.From(layer.Weights), before = Tensor.From(joined[^1].Weights), bias = Tensor.From(joined[^1].Bias, [1, layer.Inputs]);
            double[] product = before.MatMul(w).Contiguous().ToArray<double>();
            double[,] weights = new double[joined[^1].Inputs, layer.Neurons];
            Buffer.BlockCopy(product, 0, weights, 0, product.Length * sizeof(double));
            joined[^1] = layer with { Weights = weights, Bias = (bias.MatMul(w) + Tensor.From(layer.Bias)).Contiguous().ToArray<double>() };
        }
        return new(this.Inputs, joined);
    }

    /// <summary>The network of these layers.</summary>
    internal static NeuronNet Of(IReadOnlyList<Variable> inputs, IReadOnlyList<NeuronLayer> layers) => new(inputs, layers);

    /// <summary>The network as bricks with these weights, in float32: it can be trained, saved and used like any other.</summary>
    /// <example><code>Sequential xor = NeuronNet.TryRead(Formula.Parse("[x1 + x2 − 2relu(x1 + x2 − 1) − 0.5 > 0]"))!.ToModule();</code></example>
    /// <exception cref="NotSupportedException">There is no brick for an activation, or a weight is beyond float32.</exception>
    public Sequential ToModule()
    {
        List<Module> bricks = [];
        foreach (NeuronLayer layer in this.Layers)
        {
            if (layer.Weights.Cast<double>().Concat(layer.Bias).FirstOrDefault(w => double.IsFinite(w) && !float.IsFinite((float)w)) is not 0 and var large)
                throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture,
                    $"The weight {large} is beyond float32, in which modules compute; the largest is {float.MaxValue}."));
            Linear linear = new(layer.Inputs, layer.Neurons);
            linear.Weight.Assign(Tensor.From(layer.Weights).Cast(DType.Float32));
            linear.Bias!.Assign(Tensor.From(layer.Bias).Cast(DType.Float32));
            bricks.Add(linear);
            if (!layer.Function.IsIdentity) bricks.Add(layer.Function.ToBrick());
        }
        return new([.. bricks]);
    }

    /// <summary>
    /// The network that a formula is; null when it is none: when it is more than weighted sums with finite numbers and activations, when the neurons
    /// of a layer have different activations (the same with other options is another), or when a sum takes from two layers.
    /// </summary>
    public static NeuronNet? TryRead(Formula formula)
    {
        if (formula.Variables.Count == 0 || formula.Variables.Any(v => !v.IsScalar)) return null;
        List<NeuronLayer> layers = [];
        List<Expression> outputs = [formula.Root];
        while (true)
        {
            // From the output backwards: each value is an activation of a weighted sum of the layer before.
            if (Layer(outputs, out List<Expression> before) is not { } layer) return null;
            layers.Insert(0, layer);
            if (before.TrueForAll(x => x is Variable))
            {
                // In the order of the formula's variables, also those that the first neuron does not use.
                Variable[] inputs = [.. formula.Variables.OrderBy(v => v.Name, NaturalOrder.Instance)];
                layers[0] = Sorted(layers[0], before, inputs);
                return new(inputs, layers);
            }
            if (before.Exists(x => x is Variable)) return null;
            outputs = before;
        }
    }

    /// <summary>The network as one formula; with several outputs, one for each.</summary>
    public IReadOnlyList<Formula> ToFormulas()
    {
        Expression[] values = [.. this.Inputs];
        foreach (NeuronLayer layer in this.Layers)
        {
            Expression[] next = new Expression[layer.Neurons];
            for (int j = 0; j < next.Length; j++) next[j] = layer.Function.At(Sum(layer, values, j));
            values = next;
        }
        return [.. values.Select(Formula.Of)];
    }

    /// <summary>The network as a formula, when it has one output.</summary>
    /// <exception cref="InvalidOperationException">It has several.</exception>
    public Formula ToFormula() => this.ToFormulas() is [var one]
        ? one
        : throw new InvalidOperationException($"The network has {this.Layers[^1].Neurons} outputs; ToFormulas gives a formula for each.");

    /// <summary>The network's picture as SVG: a circle for each neuron, a line with its number for each weight.</summary>
    /// <example><code>File.WriteAllText("net.svg", NeuronNet.TryRead(Formula.Parse("relu(2x1 - x2)"))!.ToSvg());</code></example>
    public string ToSvg() => NeuronPicture.Draw(this);

    // w₁·x₁ + w₂·x₂ + b; what is 0 is not written, nor a factor of 1.
    private static Expression Sum(NeuronLayer layer, Expression[] x, int neuron)
    {
        Expression? sum = null;
        for (int i = 0; i < x.Length; i++)
        {
            double w = layer.Weights[i, neuron];
            if (w == 0) continue;
            Expression term = Math.Abs(w) == 1 ? x[i] : Arithmetic.Multiply(new Number(Math.Abs(w)), x[i]);
            sum = sum is null ? (w < 0 ? Signed(w, x[i]) : term) : w < 0 ? Arithmetic.Subtract(sum, term) : Arithmetic.Add(sum, term);
        }
        double b = layer.Bias[neuron];
        return sum is null ? new Number(b) : b == 0 ? sum : b < 0 ? Arithmetic.Subtract(sum, new Number(-b)) : Arithmetic.Add(sum, new Number(b));
    }

    private static Expression Signed(double w, Expression x) => w == -1 ? Arithmetic.Negative(x) : Arithmetic.Multiply(new Number(w), x);

    private static NeuronLayer? Layer(List<Expression> outputs, out List<Expression> before)
    {
        before = [];
        List<(Dictionary<Expression, double> Weights, double Bias)> sums = [];
        Activation? function = null;
        foreach (Expression output in outputs)
        {
            (Activation own, Expression inside) = Activation.TryRead(output) ?? (Activation.Identity, output);
            if (function is not null && !function.Equals(own)) return null;
            function ??= own;
            if (WeightedSum.TryRead(inside) is not { } sum) return null;
            sums.Add(sum);
            foreach (Expression x in sum.Weights.Keys)
            {
                if (!before.Contains(x)) before.Add(x);
            }
        }
        if (before.Count == 0) return null;
        double[,] weights = new double[before.Count, outputs.Count];
        for (int j = 0; j < outputs.Count; j++)
        {
            for (int i = 0; i < before.Count; i++) weights[i, j] = sums[j].Weights.GetValueOrDefault(before[i]);
        }
        NeuronLayer layer = new(function!, weights, [.. sums.Select(s => s.Bias)]);
        return layer.IsFinite ? layer : null;
    }

    private static NeuronLayer Sorted(NeuronLayer layer, List<Expression> found, Variable[] inputs)
    {
        double[,] weights = new double[inputs.Length, layer.Neurons];
        for (int i = 0; i < inputs.Length; i++)
        {
            int at = found.IndexOf(inputs[i]);
            for (int j = 0; at >= 0 && j < layer.Neurons; j++) weights[i, j] = layer.Weights[at, j];
        }
        return layer with { Weights = weights };
    }

    // x2 before x10.
    private sealed class NaturalOrder : IComparer<string>
    {
        public static readonly NaturalOrder Instance = new();

        public int Compare(string? x, string? y)
        {
            (string letters, int index) a = Split(x!), b = Split(y!);
            int order = string.CompareOrdinal(a.letters, b.letters);
            return order != 0 ? order : a.index.CompareTo(b.index);
        }

        private static (string, int) Split(string name)
        {
            int end = name.Length;
            while (end > 0 && char.IsAsciiDigit(name[end - 1])) end--;
            return (name[..end], int.TryParse(name[end..], CultureInfo.InvariantCulture, out int index) ? index : -1);
        }
    }
}
