// A formula is a network of neurons and back: with the same weights, bit for bit, whatever module or text it was.

using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Networks;

public sealed class NetAndFormulaTests
{
    [Theory]
    [InlineData("max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)", "relu(4·relu(3x₁ + 4x₂ + 1) + 2·relu(3x₁ + 2x₂ + 7) + 6)")]
    [InlineData("relu(relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)", "relu(relu(5x₁ − 60x₂ + 0.5x₃) + 0.2·relu(−2x₁ − 80x₂ + 2x₃) + 4)")]
    [InlineData("[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]", "[[x₁ + x₂ − 0.5 > 0] − [x₁ + x₂ − 1.5 > 0] − 0.5 > 0]")]
    [InlineData("sigmoid(0.1tanh(0.3x1) − 1e-7)", "sigmoid(0.1·tanh(0.3x₁) − 10⁻⁷)")]
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

    // A float32 needs up to nine digits; the shortest that give it again are written.
    [Fact]
    public void Weights_come_back_from_the_text_bit_for_bit()
    {
        Random random = new(8);
        for (int i = 0; i < 200; i++)
        {
            Sequential net = Seeded.Net(random.Next(2) == 0 ? "linear 4 | tanh | linear 1" : "linear 3 | relu | linear 2 | relu | linear 1 | sigmoid");
            net.Forward(Tensor.Zeros([1, 2]));
            foreach (Parameter p in net.Parameters().Select(p => p.Parameter))
            {
                float[] numbers = [.. Enumerable.Range(0, p.Spec.Shape.Size).Select(_ => Any())];
                p.Assign(Tensor.From(numbers, p.Spec.Shape));
            }
            string written = net.ToFormula([2]).Neurons!.ToFormula().ToString();
            Sequential again = NeuronNet.TryRead(Formula.Parse(written))!.ToModule();
            int[][] before = Bits(net), after = Bits(again);
            Assert.Equal(before, after);
        }

        static int[] BitsOf(Parameter parameter) =>
            [.. parameter.Value.Detach().Contiguous().ToArray<float>().Select(BitConverter.SingleToInt32Bits)];

        static int[][] Bits(Sequential net) => [.. net.Parameters().Select(p => BitsOf(p.Parameter))];

        // Of any bits, but far from where sums overflow.
        float Any()
        {
            while (true)
            {
                float x = BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, (long)int.MaxValue + 1));
                if (float.IsNormal(x) && Math.Abs(x) is > 1e-30f and < 1e30f) return x;
            }
        }
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
            Sequential net = Seeded.Net(string.Join(" | ", bricks));
            NeuronNet read = NeuronNet.TryRead(net, [3])!;
            Sequential again = NeuronNet.TryRead(Formula.Parse(read.ToFormula().ToString()))!.ToModule();
            Tensor x = new RandomStream(i, 0).Normal([4, 3]);
            Assert.Equal(net.Forward(x).ToDoubles(), again.Forward(x).ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-5);
        }
    }

    [Fact]
    public void Words_are_read_as_words_whatever_module_looks_them_up()
    {
        Assert.Equal(string.Join('\n', "h₁ = W₁[x + 1]", "y = h₁·W₂ + b₂"), Seeded.Net("embedding 9 4 | linear 2").ToFormula([5]).ToString());
        Assert.Equal(string.Join('\n', "h₁ = table₁[x + 1]", "y = h₁·W₂ + b₂"), new OwnTable().ToFormula([5]).ToString());
        Assert.Equal(string.Join('\n', "h₁ = W₁[x + 1]", "h₂ = h₁ + x", "y = h₂·W₂ + b₂"), new WordsAndNumbers().ToFormula([3]).ToString());
    }

    private sealed class OwnTable : Module
    {
        private readonly Parameter table = new(Tensor.Ones([9, 4]));
        private readonly Linear output = new(2);

        protected override Tensor Compute(Tensor x) => this.output.Forward(this.table.Value.Take(x.Cast(DType.Int64), 0));
    }

    // What is looked up is computed with too.
    private sealed class WordsAndNumbers : Module
    {
        private readonly Embedding words = new(9, 4);
        private readonly Linear output = new(2);

        protected override Tensor Compute(Tensor x) => this.output.Forward(this.words.Forward(x) + x.Unsqueeze(2));
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
        Assert.Equal(["W₁·W₂ = [[5], [−1]]", "b₁·W₂ + b₂ = [[8.5]]"], formula.Collapsed.Select(c => $"{c} {formula.Numbers(c)}"));
        Assert.Equal("5x₁ − x₂ + 8.5", formula.Neurons!.ToFormula().ToString());
        Assert.Equal("y = w₁·x₁ + w₂·x₂ + b", string.Join('\n', formula.ByNeuron().Select(n => $"{n.Name} = {n.Value}")));
    }
}
