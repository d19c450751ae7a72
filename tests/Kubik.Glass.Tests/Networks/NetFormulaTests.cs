using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Networks;

public sealed class NetFormulaTests
{
    [Theory]
    [InlineData("linear 8 | relu | linear 1", "2", "h₁ = relu(x·W₁ + b₁)\ny = h₁·W₂ + b₂")]
    [InlineData("linear 8 bias=false | sigmoid", "2", "y = sigmoid(x·W₁)")]
    [InlineData("linear 4 | linear 3", "2", "y = x·(W₁·W₂) + b₁·W₂ + b₂")]
    [InlineData("linear 4 bias=false | linear 3 bias=false | tanh | linear 1", "2", "h₁ = tanh(x·(W₁·W₂))\ny = h₁·W₃ + b₃")]
    [InlineData("linear 4 bias=false | linear 3", "2", "y = x·(W₁·W₂) + b₂")]
    [InlineData("conv 6 5x5 pad=2 | relu | maxpool 2 | flatten | linear 10", "1x28x28", "h₁ = relu(x ∗ K₁ + b₁)\nh₂ = maxpool(h₁)\nh₃ = flatten(h₂)\ny = h₃·W₂ + b₂")]
    [InlineData("residual(linear 4 | tanh) | linear 1", "4", "h₁ = tanh(x·W₁ + b₁)\nh₂ = x + h₁\ny = h₂·W₂ + b₂")]
    [InlineData("attention 2", "5x6", "y = attention(x·W₁ + b₁, x·W₂ + b₂, x·W₃ + b₃)·W₄ + b₄")]
    [InlineData("linear 4 | dropout 0.5 | relu | dropout 0.5", "2", "y = relu(x·W₁ + b₁)")]
    [InlineData("linear 3 | softmax", "2", "y = softmax(x·W₁ + b₁)")]
    [InlineData("embedding 10 4 | linear 3", "5", "h₁ = W₁[x]\ny = h₁·W₂ + b₂")]
    public void A_network_is_written_brick_by_brick(string net, string sample, string text) => Assert.Equal(text, Sequential.Parse(net).ToFormula(Shape.Parse(sample)).ToString());

    [Fact]
    public void Every_named_network_has_equations_and_MathML()
    {
        foreach (KnownNet known in KnownNets.All)
        {
            NetFormula formula = KnownNets.Parse(known.Name, known.Outputs).ToFormula(known.Sample);
            Assert.Equal("y", formula.Equations[^1].Name.Name);
            System.Xml.Linq.XElement.Parse(formula.ToMathMl());
            Assert.DoesNotContain("reshape", formula.ToString(), StringComparison.Ordinal);
        }
    }

    // The equations are computed one after another with the network's weights; the last one is what the network gives.
    [Theory]
    [InlineData("linear 8 | relu | linear 1", "2")]
    [InlineData("linear 4 | linear 3 | linear 2 | tanh | linear 2", "3")]
    [InlineData("conv 6 5x5 pad=2 | relu | maxpool 2 | flatten | linear 10 | softmax", "1x12x12")]
    [InlineData("residual(linear 4 | tanh) | batchnorm | linear 1", "4")]
    [InlineData("attention 2 causal=true | layernorm | linear 3", "5x6")]
    [InlineData("lstm 3 last=true | linear 2", "5x2")]
    [InlineData("gru 3 layers=2 | linear 2", "5x2")]
    public void The_equations_give_what_the_network_gives(string notation, string shape)
    {
        Sequential net = Sequential.Parse(notation);
        Shape sample = Shape.Parse(shape);
        NetFormula formula = net.ToFormula(sample);
        net.Eval();
        Tensor x = new RandomStream(7, 0).Normal(sample.Insert(0, 1));
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Name.Name, s => s.Parameter!.Value.Detach().Cast(DType.Float64));
        values["x"] = x.Cast(DType.Float64);
        foreach ((Variable name, Formula value) in formula.Equations) values[name.Name] = Formula.Compute(value.Root, values);
        double[] expected = net.Forward(x).ToDoubles(), got = values["y"].ToDoubles();
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 1e-5);
    }

    [Theory]
    [InlineData("max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)", "relu(4·relu(3x₁ + 4x₂ + 1) + 2·relu(3x₁ + 2x₂ + 7) + 6)")]
    [InlineData("relu(relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)", "relu(relu(5x₁ − 60x₂ + 0.5x₃) + 0.2·relu(−2x₁ − 80x₂ + 2x₃) + 4)")]
    [InlineData("[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]", "[[x₁ + x₂ − 0.5 > 0] − [x₁ + x₂ − 1.5 > 0] − 0.5 > 0]")]
    [InlineData("sigmoid(0.1tanh(0.3x1) − 1e-7)", "sigmoid(0.1·tanh(0.3x₁) − 1E-07)")]
    public void A_formula_is_a_net_and_the_net_the_formula(string typed, string written)
    {
        Sequential net = NeuronNet.TryRead(Formula.Parse(typed))!.ToModule();
        Assert.Equal(written, NeuronNet.TryRead(net)!.ToFormula().ToString());
        Assert.Equal(written, net.ToFormula([NeuronNet.TryRead(net)!.Inputs.Count]).Neurons!.ToFormula().ToString());
    }

    [Fact]
    public void A_net_of_a_formula_computes_it()
    {
        Formula formula = Formula.Parse("max(0, 4*max(0, 3x1+4x2+1) − 2*max(0, 3x1+2x2+7) + 6)");
        Sequential net = NeuronNet.TryRead(formula)!.ToModule();
        Assert.Equal(formula.At(("x1", 2), ("x2", -0.5)), net.Forward(Tensor.From(new float[,] { { 2, -0.5f } })).Item());
    }

    [Fact]
    public void Random_networks_come_back_from_their_formulas()
    {
        Random random = new(5);
        string[] activations = ["relu", "tanh", "sigmoid", "softplus", "step", "gelu"];
        for (int i = 0; i < 100; i++)
        {
            List<string> bricks = [];
            for (int l = random.Next(1, 4); l >= 0; l--)
            {
                bricks.Add($"linear {(l == 0 ? 1 : random.Next(1, 5))}");
                if (l > 0) bricks.Add(activations[random.Next(activations.Length)]);
            }
            Sequential net = Sequential.Parse(string.Join(" | ", bricks));
            NeuronNet read = NeuronNet.TryRead(net, [3])!;
            Sequential again = NeuronNet.TryRead(Formula.Parse(read.ToFormula().ToString()))!.ToModule();
            Tensor x = new RandomStream(i, 0).Normal([4, 3]);
            Assert.Equal(net.Forward(x).ToDoubles(), again.Forward(x).ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-5);
        }
    }

    [Theory]
    [InlineData("conv 2 3x3 | flatten | linear 1", "1x5x5")]
    [InlineData("layernorm | linear 1", "4")]
    [InlineData("residual(linear 4 | relu)", "4")]
    [InlineData("linear 3", "5x6")] // a row for each of five places, not for each sample
    [InlineData("linear 3 | flatten", "5x6")]
    public void What_is_more_than_layers_in_a_row_is_no_net_of_neurons(string net, string sample) => Assert.Null(NeuronNet.TryRead(Sequential.Parse(net), Shape.Parse(sample)));

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
        Sequential net = Sequential.Parse(notation);
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

    [Fact]
    public void Layers_without_an_activation_between_them_are_one()
    {
        Sequential net = new(new Linear(2, 2), new Linear(2, 1));
        ((Linear)net.Items[0]).Weight.Assign(Tensor.From(new float[,] { { 1, 1 }, { 1, -1 } }));
        ((Linear)net.Items[0]).Bias!.Assign(Tensor.From([1f, 2f]));
        ((Linear)net.Items[1]).Weight.Assign(Tensor.From(new float[,] { { 2 }, { 3 } }));
        ((Linear)net.Items[1]).Bias!.Assign(Tensor.From([0.5f]));
        NetFormula formula = net.ToFormula([2]); // (x₁ + x₂ + 1, x₁ − x₂ + 2)·(2, 3) + 0.5
        Assert.Equal(["W₁·W₂ = [[5], [−1]]", "b₁·W₂ + b₂ = [[8.5]]"], formula.Collapsed.Select(c => $"{c} = {formula.Numbers(c)}"));
        Assert.Equal("5x₁ − x₂ + 8.5", formula.Neurons!.ToFormula().ToString());
        Assert.Equal("y = w₁·x₁ + w₂·x₂ + b", string.Join('\n', formula.ByNeuron().Select(n => $"{n.Name} = {n.Value}")));
    }
}
