using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Networks;

public sealed class NeuronNetTests
{
    [Theory]
    [InlineData("max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)")]
    [InlineData("relu(relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)")]
    [InlineData("[[x1 + x2 − 0.5 > 0] − [x1 + x2 − 1.5 > 0] − 0.5 > 0]")]
    [InlineData("sigmoid(3tanh(x) − 2tanh(−x + 1))")]
    [InlineData("2x1 − x2 + 3")]
    [InlineData("−x1 − 0.25")]
    [InlineData("leakyrelu(x1, 0.1) + leakyrelu(x2, 0.1)")]
    [InlineData("[x1 >= 0] + [x2 >= 0]")]
    [InlineData("2celu(2x + 1, 3) − 5celu(x − 1, 3)")]
    [InlineData("threshold(2x + 1, 0.5)")]
    [InlineData("gelutanh(x) + 1")]
    public void A_formula_is_a_network_and_the_network_the_formula(string typed)
    {
        Formula formula = Formula.Parse(typed);
        Assert.Equal(formula.ToString(), NeuronNet.TryRead(formula)!.ToFormula().ToString());
    }

    [Fact]
    public void The_layers_have_the_formulas_numbers()
    {
        NeuronNet net = NeuronNet.TryRead(Formula.Parse("max(0, 4*max(0, 3x1 + 4x2 + 1) + 2*max(0, 3x1 + 2x2 + 7) + 6)"))!;
        Assert.Equal(["x1", "x2"], net.Inputs.Select(v => v.Name));
        Assert.Equal(["relu", "relu"], net.Layers.Select(l => l.Activation));
        Assert.Equal(new double[,] { { 3, 3 }, { 4, 2 } }, net.Layers[0].Weights);
        Assert.Equal([1, 7], net.Layers[0].Bias);
        Assert.Equal(new double[,] { { 4 }, { 2 } }, net.Layers[1].Weights);
        Assert.Equal([6], net.Layers[1].Bias);
    }

    [Fact]
    public void Inputs_stand_in_the_order_of_their_numbers_also_where_a_neuron_leaves_one_out()
    {
        NeuronNet net = NeuronNet.TryRead(Formula.Parse("relu(x10) + relu(x2 - x1)"))!;
        Assert.Equal(["x1", "x2", "x10"], net.Inputs.Select(v => v.Name));
        Assert.Equal(new double[,] { { 0, -1 }, { 0, 1 }, { 1, 0 } }, net.Layers[0].Weights);
    }

    [Fact]
    public void Layers_without_an_activation_between_them_are_one() // (x1 + x2, x1 − x2)·(2, 3) = 5x1 − x2
    {
        NeuronNet net = NeuronNet.TryRead(Formula.Parse("2(x1 + x2) + 3(x1 − x2)"))!;
        Assert.Single(net.Layers);
        Assert.Equal("5x₁ − x₂", net.ToFormula().ToString());
    }

    [Theory]
    [InlineData("x1*x2")]
    [InlineData("relu(x) + x")] // takes from two layers
    [InlineData("w*x + b + relu(x)^2")]
    [InlineData("relu(x) + tanh(x)")] // two activations in one layer
    [InlineData("leakyrelu(x1, 0.1) + leakyrelu(x2, 0.5)")] // and so are two slopes,
    [InlineData("[x1 >= 0] + [x2 > 0]")] // and steps that differ at 0
    [InlineData("hardtanh(x1) − hardtanh(x2, −1, 2)")]
    [InlineData("x + 1e308*10*x")] // ∞·x
    [InlineData("1e300*(1e300*x + 1)")]
    [InlineData("1e308*10*relu(x)")]
    [InlineData("relu(x) + 1e308*10")]
    [InlineData("erf(x) + 1")] // a function that is no brick
    [InlineData("3")]
    [InlineData("e^x")]
    public void What_is_no_layered_network_is_null(string typed) => Assert.Null(NeuronNet.TryRead(Formula.Parse(typed)));

    [Fact]
    public void A_unit_that_is_used_twice_is_one_neuron() =>
        Assert.Equal(1, NeuronNet.TryRead(Formula.Parse("relu(relu(x)) + 2relu(relu(x))"))!.Layers[1].Neurons);

    [Theory]
    [InlineData("leakyrelu(x1, 0.1)", "leakyrelu 0.1")]
    [InlineData("elu(x, 3)", "elu alpha=3")]
    [InlineData("elu(x)", "elu")]
    [InlineData("hardsigmoid(x)", "hardsigmoid")] // the slope of 1/6 has no end as a decimal number
    [InlineData("gelutanh(x)", "gelu tanh=true")]
    [InlineData("threshold(x, 1, 2)", "threshold 1 value=2")]
    [InlineData("max(0, x)", "relu")]
    [InlineData("[x > 0]", "step")]
    [InlineData("[x >= 0]", "[x ≥ 0]")]
    [InlineData("x", "identity")]
    public void An_activation_is_named_with_its_options(string typed, string name) =>
        Assert.Equal(name, NeuronNet.TryRead(Formula.Parse(typed))!.Layers[^1].Activation);

    // Every op of one number that is a brick, with the options of the op table, which are not always the brick's usual ones.
    public static TheoryData<string> Activations => [.. OpTable.All.Where(op => Function.IsElementwise(op) && IsBrick(op)).Select(op => op.Name)];

    private static bool IsBrick(Op op) => NetNotation.Bricks.Any(b => string.Equals(b.Name, op.Name, StringComparison.OrdinalIgnoreCase));

    [Theory, MemberData(nameof(Activations))]
    public void Every_op_that_is_a_brick_is_an_activation(string name)
    {
        Op op = OpTable.All.First(op => op.Name == name);
        Variable[] x = [new("x1", Shape.Scalar), new("x2", Shape.Scalar)];
        Expression sum = Arithmetic.Add(Arithmetic.Multiply(new Number(0.5), x[0]), Arithmetic.Subtract(x[1], new Number(0.25)));
        Formula formula = Formula.Of(Call.Of(op, sum));
        NeuronNet net = NeuronNet.TryRead(formula)!;
        Assert.Equal(formula.ToString(), net.ToFormula().ToString());
        Sequential module = net.ToModule();
        Assert.Equal(module.Items[1].Notation, net.Layers[0].Activation);
        Assert.Equal(formula.ToString(), NeuronNet.TryRead(module)!.ToFormula().ToString());
        Assert.Equal("neurons", NetPicture.Draw(module, [2]).Kind);
        foreach ((double a, double b) in ((double, double)[])[(0, 0.25), (2, 3), (-2, -3), (1, -0.25), (-0.5, 1)])
            Assert.Equal(formula.At(("x1", a), ("x2", b)), module.Forward(Tensor.From(new[,] { { (float)a, (float)b } })).Item(), 1e-6);
    }

    [Fact]
    public void What_no_brick_computes_is_no_module()
    {
        NeuronNet net = NeuronNet.TryRead(Formula.Parse("[x >= 0]"))!;
        Assert.Equal("[x ≥ 0]", net.ToFormula().ToString());
        Assert.Contains("[x ≥ 0]", Assert.Throws<NotSupportedException>(net.ToModule).Message, StringComparison.Ordinal);
        Assert.Contains("1E+300", Assert.Throws<NotSupportedException>(NeuronNet.TryRead(Formula.Parse("1e300x"))!.ToModule).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_with_a_weight_that_is_no_number_is_no_net_of_neurons()
    {
        Sequential net = Seeded.Net("linear 1");
        net.Forward(Tensor.Zeros([1, 2]));
        Assert.NotNull(NeuronNet.TryRead(net));
        ((Linear)net.Items[0]).Weight.Assign(Tensor.From(new float[,] { { 1 }, { float.NaN } }));
        Assert.Null(NeuronNet.TryRead(net));
        Assert.Equal("bricks", NetPicture.Draw(net, [2]).Kind);
        Assert.Null(net.ToFormula([2]).Neurons);
    }

    [Fact]
    public void Products_that_are_beyond_all_numbers_are_no_net_of_neurons() // 1e200·1e200
    {
        Sequential net = Seeded.Net("linear 1 | linear 1");
        net.Forward(Tensor.Zeros([1, 1]));
        foreach (Linear layer in net.Items.Cast<Linear>()) layer.Weight.Assign(Tensor.From(new[,] { { 3e38f } }));
        Assert.NotNull(net.ToFormula([1]).Neurons); // in double precision 9·10⁷⁶
        Sequential long9 = Seeded.Net("repeat 9 (linear 1)");
        long9.Forward(Tensor.Zeros([1, 1]));
        foreach (Parameter w in long9.Parameters().Select(p => p.Parameter).Where(p => p.Spec.Shape.Rank == 2)) w.Assign(Tensor.From(new[,] { { 3e38f } }));
        Assert.Null(long9.ToFormula([1]).Neurons);
    }

    [Theory]
    [InlineData("conv 2 3x3 | flatten | linear 1", "1x5x5")]
    [InlineData("layernorm | linear 1", "4")]
    [InlineData("residual(linear 4 | relu)", "4")]
    [InlineData("linear 3", "5x6")] // a row for each of five places, not for each sample
    [InlineData("linear 3 | flatten", "5x6")]
    public void What_is_more_than_layers_in_a_row_is_no_net_of_neurons(string net, string sample) =>
        Assert.Null(NeuronNet.TryRead(Seeded.Net(net), Shape.Parse(sample)));

    [Fact]
    public void Only_another_shape_is_flattened()
    {
        Assert.Null(NeuronNet.TryRead(new Before(x => x.Permute(0, 2, 1).Reshape([1, 6])), [2, 3]));
        Assert.Null(NeuronNet.TryRead(new Before(x => x[.., AxisIndex.Every(-1)]), [6]));
        Assert.Null(NeuronNet.TryRead(new Before(x => x.Reshape([2, 6])), [12]));
        Assert.Equal(6, NeuronNet.TryRead(new Before(x => x.Reshape([1, 6])), [2, 3])!.Inputs.Count);
    }

    [Fact]
    public void Two_biases_are_added()
    {
        TwoBiases net = new();
        NeuronNet read = NeuronNet.TryRead(net, [2])!;
        Assert.Equal([1.25, -2], read.Layers[0].Bias);
        Tensor x = new RandomStream(3, 0).Normal([4, 2]);
        Assert.Equal(net.Forward(x).ToDoubles(), read.ToModule().Forward(x).ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-6);
    }

    // A later layer that knows its size says nothing of the input of one that does not.
    [Fact]
    public void A_module_that_waits_for_its_input_is_none_until_a_shape_is_given()
    {
        Sequential net = new(new Linear(4), new Nn.Relu(), new Linear(4, 1));
        Assert.Null(NeuronNet.TryRead(net));
        Assert.Equal(3, NeuronNet.TryRead(net, [3])!.Inputs.Count);
        Assert.Equal(3, NeuronNet.TryRead(net)!.Inputs.Count);
    }

    [Theory]
    [InlineData("conv 2 3x3 | flatten | linear 1", "1x5x5")]
    [InlineData("embedding 9 4 | linear 1", "5")]
    public void A_module_that_takes_no_row_of_numbers_is_none(string notation, string sample)
    {
        Sequential net = Seeded.Net(notation);
        net.ToFormula(Shape.Parse(sample));
        Assert.Null(NeuronNet.TryRead(net));
    }

    private sealed class Before(Func<Tensor, Tensor> change) : Module
    {
        private readonly Linear layer = new(6, 1);

        protected override Tensor Compute(Tensor x) => this.layer.Forward(change(x));
    }

    private sealed class TwoBiases : Module
    {
        private readonly Linear layer = new(2, 2, bias: false);
        private readonly Parameter first = new(Tensor.Of(1f, -4f)), second = new(Tensor.Of(0.25f, 2f));

        protected override Tensor Compute(Tensor x) => this.layer.Forward(x) + this.first + this.second;
    }
}
