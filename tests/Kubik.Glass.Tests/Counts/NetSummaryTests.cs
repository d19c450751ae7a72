using Kubik.Autograd;
using Kubik.Glass.Counts;
using Kubik.Graphs;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Counts;

public class NetSummaryTests
{
    // Multiply-adds as torchvision's tables of models have them ("GFLOPS": 7.61, 15.47, 1.81, 4.09), MobileNet's as its paper does (569 million, table 8).
    [Theory]
    [InlineData("vgg11", 7.609e9, 132_863_336)]
    [InlineData("vgg16", 15.470e9, 138_357_544)]
    [InlineData("resnet18", 1.814e9, 11_689_512)]
    [InlineData("resnet50", 4.089e9, 25_557_032)]
    [InlineData("mobilenet", 0.569e9, 4_231_976)]
    public void Famous_networks_cost_what_is_published(string name, double multiplyAdds, long parameters)
    {
        NetSummary summary = Sequential.Parse(name switch
        {
            "vgg11" => FamousNets.Vgg(1, 1, 2, 2, 2) + FamousNets.VggHead,
            "vgg16" => FamousNets.Vgg(2, 2, 3, 3, 3) + FamousNets.VggHead,
            "resnet18" => FamousNets.ResNet18 + FamousNets.Head,
            "resnet50" => FamousNets.ResNet50(strideLast: false) + FamousNets.Head,
            _ => FamousNets.MobileNet + FamousNets.Head,
        }).Summary([3, 224, 224]);
        Assert.Equal(parameters, summary.Parameters);
        Assert.Equal(multiplyAdds, summary.MultiplyAdds, multiplyAdds * 0.001);
        Assert.All(summary.ToText().Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Theory]
    [InlineData("linear 300", new[] { 784 }, "(784 + 1)·300")]
    [InlineData("linear 300 bias=false", new[] { 784 }, "784·300")]
    [InlineData("conv 16 5x5", new[] { 6, 14, 14 }, "(5·5·6 + 1)·16")]
    [InlineData("conv 4 3x2 groups=2", new[] { 6, 14, 14 }, "(3·2·3 + 1)·4")]
    [InlineData("convtranspose 8 2x2 stride=2", new[] { 3, 4, 5 }, "(2·2·3 + 1)·8")]
    [InlineData("depthwise 3x3", new[] { 32, 9, 9 }, "(3·3·1 + 1)·32")]
    [InlineData("batchnorm", new[] { 64, 2, 2 }, "2·64")]
    [InlineData("layernorm", new[] { 768 }, "2·768")]
    [InlineData("rmsnorm", new[] { 768 }, "768")]
    [InlineData("prelu shared=true", new[] { 5 }, "1")]
    [InlineData("embedding 50 8", new[] { 5 }, "50·8")]
    [InlineData("lstm 20", new[] { 5, 10 }, "4·(10 + 20 + 1)·20")]
    [InlineData("gru 20", new[] { 5, 10 }, "3·(10 + 20 + 1)·20 + 20")]
    [InlineData("rnn 20", new[] { 5, 10 }, "(10 + 20 + 1)·20")]
    [InlineData("attention 2", new[] { 5, 16 }, "4·(16 + 1)·16")]
    [InlineData("relu", new[] { 5 }, "")]
    public void The_formula_gives_the_number(string notation, int[] sample, string formula)
    {
        LayerSummary layer = Sequential.Parse(notation).Summary([.. sample]).Layers[^1];
        Assert.Equal(formula, layer.Formula);
        Assert.Equal(layer.Parameters, formula.Length == 0 ? 0 : Kubik.Glass.Formulas.Formula.Parse(formula).Value);
    }

    // Every figure here by hand: x (B, 4) → linear 3 → tanh.
    [Fact]
    public void A_network_that_has_seen_an_input_needs_no_shape()
    {
        Sequential net = Sequential.Parse("linear 3 | relu | linear 1");
        Assert.Contains("model.Summary([1, 28, 28])", Assert.Throws<InvalidOperationException>(() => net.Summary()).Message, StringComparison.Ordinal);
        Assert.Contains("model.ToFormula(", Assert.Throws<InvalidOperationException>(() => net.ToFormula()).Message, StringComparison.Ordinal);
        net.Build([5, 2]);
        Assert.Equal(net.Summary([2]).ToString(), net.Summary().ToString());
        Assert.Equal(net.ToFormula([2]).ToString(), net.ToFormula().ToString());
        Assert.Equal(net.ToSvg([2]), net.ToSvg());
        Sequential other = Sequential.Parse("linear 3");
        Assert.Throws<ShapeException>(() => other.Forward(Tensor.Scalar(1.0)));
        other.Forward(Tensor.Zeros([2, 7]));
        Assert.Equal(Shape.Parse("7"), other.Summary().Input);
    }

    [Fact]
    public void It_prints_its_table()
    {
        string text = Sequential.Parse("linear 3 | tanh").Summary([4]).ToString();
        Assert.Equal(
            """
            layer  brick     output  parameters      macs  forward  backward  sees
                   input     (4,)
            0      linear 3  (3,)    15 = (4 + 1)·3    12     12 B       0 B  everything
            1      tanh      (3,)    0                  0     12 B      12 B  everything
                   total     (3,)    15                12     24 B      12 B
            """.ReplaceLineEndings("\n"), text.Split("\n\n")[0]);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_named_and_those_before_are_counted()
    {
        NetSummary summary = Sequential.Parse("conv 6 5x5 | relu | residual(flatten | maxpool 2) | linear 10").Summary([1, 28, 28]);
        Assert.Equal(["0", "1", "2.body.0"], summary.Layers.Select(l => l.Path));
        Assert.Equal("2.body.1", summary.Problem!.Path);
        Assert.Equal(6 * 24 * 24 * 25, summary.MultiplyAdds);
        Assert.Null(summary.Output);
        Assert.Contains("maxpool 2", summary.ToString(), StringComparison.Ordinal);
        Assert.Empty(Sequential.Parse("maxpool 2").Summary([4]).Layers);
    }

    [Fact]
    public void A_layer_in_two_places_is_counted_once()
    {
        Linear layer = new(3);
        NetSummary summary = new Sequential(layer, new Relu(), layer).Summary([3]);
        Assert.Equal([12, 0, 0], summary.Layers.Select(l => l.Parameters));
        Assert.Equal([9, 0, 9], summary.Layers.Select(l => l.MultiplyAdds));
    }

    [Fact]
    public void A_network_is_left_as_it_is()
    {
        Sequential net = Sequential.Parse("linear 3 | batchnorm | dropout 0.5 | linear 2");
        net.Build([2, 4]);
        net.Eval();
        net.Items[2].Train();
        Dictionary<string, double[]> before = net.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.ToDoubles());
        net.Summary([4]);
        Assert.Equal([false, false, false, true, false], net.Modules().Select(m => m.Module.Training));
        Assert.All(net.Parameters(), p => Assert.Equal(before[p.Path], p.Parameter.Value.ToDoubles()));
    }

    [Fact]
    public void Memory_grows_with_the_batch()
    {
        NetSummary one = KnownNets.Parse("lenet", 10).Summary([1, 28, 28]), many = KnownNets.Parse("lenet", 10).Summary([1, 28, 28], batch: 64);
        Assert.Equal((64 * one.MemoryForward, 64 * one.MemoryBackward, one.MultiplyAdds), (many.MemoryForward, many.MemoryBackward, many.MultiplyAdds));
        Assert.Throws<ArgumentOutOfRangeException>(() => KnownNets.Parse("lenet", 10).Summary([1, 28, 28], batch: 0));
    }

    // The products of a weight with vectors are there once, whatever the batch.
    [Theory]
    [InlineData("spectralnorm(linear 5)", new[] { 6 })]
    [InlineData("spectralnorm(conv 3 3x3) | relu | flatten | linear 2", new[] { 2, 8, 8 })]
    [InlineData("weightnorm(linear 5) | relu | attention 1", new[] { 7, 6 })]
    public void What_is_there_once_does_not_grow_with_the_batch(string notation, int[] sample)
    {
        Sequential net = Sequential.Parse(notation);
        NetSummary one = net.Summary([.. sample]), many = net.Summary([.. sample], batch: 16);
        net.Eval();
        Graph graph = Graph.Trace(x => net.Forward(x[0]), new TensorSpec(DType.Float32, [1, .. sample]));
        Assert.Equal(graph.MultiplyAdds, one.MultiplyAdds);
        Assert.Equal(one.Layers.Select(l => l.MultiplyAdds), many.Layers.Select(l => l.MultiplyAdds));
    }

    // Of x (B, 6) through W (6, 5) divided by its norm: the weight in use and the vectors around it once, and 5 numbers for each sample.
    [Fact]
    public void Memory_of_weights_does_not_grow_with_the_batch()
    {
        Sequential net = Sequential.Parse("spectralnorm(linear 5)");
        long one = net.Summary([6]).MemoryForward, two = net.Summary([6], batch: 2).MemoryForward, many = net.Summary([6], batch: 100).MemoryForward;
        Assert.Equal((5 * 4, 99 * 5 * 4), (two - one, many - one));
        Assert.True(one > 6 * 5 * 4, $"{one}");
    }

    // What is kept for the gradient has to lie in the plan of the step at once, and is most of what does.
    [Theory]
    [InlineData("lenet", new[] { 1, 28, 28 })]
    [InlineData("vgg_a", new[] { 3, 32, 32 })]
    [InlineData("resnet18", new[] { 3, 32, 32 })]
    [InlineData("mobilenet", new[] { 3, 32, 32 })]
    [InlineData("char-lstm", new[] { 64 })]
    [InlineData("gpt", new[] { 64 })]
    public void What_is_kept_is_about_what_a_compiled_step_needs(string name, int[] sample)
    {
        const int Batch = 64;
        Module net = KnownNets.Parse(name, 10);
        NetSummary summary = net.Summary([.. sample], Batch);
        Graph step = Graph.Trace(
            x =>
            {
                Tensor y = net.Forward(x[0]).Square().Sum();
                return [y, .. Gradient.TryOf(y, [.. net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Select(p => p.Parameter.Value)]).OfType<Tensor>()];
            },
            new TensorSpec(DType.Float32, [Batch, .. sample]));
        double needed = step.Plan().ArenaBytes;
        Assert.InRange(summary.MemoryBackward / needed, 0.5, 2);
    }

    [Fact]
    public void Networks_of_one_s_own_are_summarised()
    {
        NetSummary summary = new Own().Summary([6]);
        Assert.Equal(["first", "second", ""], summary.Layers.Select(l => l.Path));
        Assert.Equal((6 + 1) * 5 + (5 + 1) * 5 + 5, summary.Parameters);
        Assert.Equal("5", summary.Layers[^1].Formula);
        Assert.Equal(6 * 5 + 5 * 5, summary.MultiplyAdds);
    }

    private sealed class Own : Module
    {
        private readonly Linear first = new(6, 5), second = new(5, 5);
        private readonly Parameter scale = new(Tensor.Ones([5]));

        protected override Tensor Compute(Tensor x) => this.second.Forward(this.first.Forward(x).Tanh()) * this.scale;
    }

    [Fact]
    public void Nothing_is_computed_however_big_the_picture()
    {
        Sequential net = Sequential.Parse("conv 1 5x5 | conv 1 5x5");
        NetSummary.Of(net, [1, 64, 64]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        NetSummary summary = NetSummary.Of(net, [1, 8192, 8192]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L << 20);
        Assert.Equal(4L * 8188 * 8188, summary.Layers[0].MemoryBackward); // the second reads what the first gave
    }
}
