using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

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
    [InlineData("3")]
    [InlineData("e^x")]
    public void What_is_no_layered_network_is_null(string typed) => Assert.Null(NeuronNet.TryRead(Formula.Parse(typed)));

    [Fact]
    public void A_unit_that_is_used_twice_is_one_neuron() =>
        Assert.Equal(1, NeuronNet.TryRead(Formula.Parse("relu(relu(x)) + 2relu(relu(x))"))!.Layers[1].Neurons);
}
