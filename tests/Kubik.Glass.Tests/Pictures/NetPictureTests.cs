using Kubik.Glass.Pictures;
using Kubik.Glass.Traces;
using Kubik.Graphs;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Pictures;

public sealed class NetPictureTests
{
    private const string Inception = "parallel(conv 8 1 ; conv 8 1 | relu | conv 16 3 pad=1 ; maxpool 3 stride=1 pad=1 | conv 8 1) | relu | globalavgpool | flatten | linear 3";
    private const string Classifier = "embedding 1000 64 | lstm 128 bidirectional=true last=true | dropout 0.3 | linear 2";

    public static TheoryData<string, int[], PictureKind> Pictures
    {
        get
        {
            TheoryData<string, int[], PictureKind> all = [];
            foreach (KnownNet net in KnownNets.All)
            {
                foreach (PictureKind kind in Enum.GetValues<PictureKind>()) all.Add(net.Name, net.Sample.Sizes.ToArray(), kind);
            }
            foreach ((string net, int[] input) in new[] { (Vgg16(), (int[])[3, 224, 224]), (ResNet50(), [3, 64, 64]), (Inception, [16, 14, 14]), (Classifier, [20]), ("linear 3 | tanh | linear 1", [2]) })
            {
                foreach (PictureKind kind in Enum.GetValues<PictureKind>()) all.Add(net, input, kind);
            }
            all.Add("linear 8 | relu | linear 8", [8], PictureKind.Network);
            return all;
        }
    }

    [Theory, MemberData(nameof(Pictures))]
    public void Nothing_covers_anything_else(string net, int[] input, PictureKind kind)
    {
        Module module = KnownNets.Parse(net, 10);
        NetPicture picture = NetPicture.Draw(module, [.. input], kind);
        new Drawn(picture.Svg).MustBeClean();
        Assert.Equal(picture.Svg, NetPicture.Draw(module, [.. input], kind).Svg);
        Assert.True(picture.Svg.Length < 300_000);
    }

    [Fact]
    public void Small_dense_networks_are_neurons_with_their_weights()
    {
        Sequential net = Seeded.Net("linear 8 | relu | linear 8 | relu | linear 1");
        NetPicture picture = NetPicture.Draw(net, [4]);
        Assert.Equal(("neurons", 4 + 8 + 8 + 1, 4 * 8 + 8 * 8 + 8), (picture.Kind, picture.Nodes, picture.Edges));
        Assert.Equal("bricks", NetPicture.Draw(Seeded.Net("linear 9 | relu | linear 1"), [4]).Kind);
        Assert.Equal("bricks", NetPicture.Draw(Seeded.Net("linear 4 | residual(linear 4) | linear 1"), [4]).Kind);
        double[] weights = ((Linear)net.Items[0]).Weight.Value.ToDoubles();
        Assert.Contains(new Drawn(picture.Svg).Words, w => w.Text == weights[0].ToString("0.####").Replace('-', '−'));
    }

    [Fact]
    public void Weights_stand_on_paper_and_an_activation_is_said_once()
    {
        Drawn drawn = new Drawn(NetPicture.Draw(Seeded.Net("linear 2 | relu | linear 1 | sigmoid"), [2]).Svg).MustBeClean();
        Assert.Equal(2, drawn.Words.Count(w => w.Text == "relu")); // in two neurons
        Assert.Equal(["sigmoid", "σ"], drawn.Words.Select(w => w.Text).Where(t => t is "sigmoid" or "σ").Order(StringComparer.Ordinal));
        Assert.Equal(1 + 6, drawn.Root.Elements().Count(e => e.Name.LocalName == "rect" && e.Attribute("class")!.Value == "paper"));
        Assert.DoesNotContain(drawn.Root.Descendants(), e => e.Attribute("dominant-baseline") is not null);
    }

    [Fact]
    public void Links_are_what_reads_what()
    {
        // A skip: the sum reads the body's output and what the body read.
        NetPicture skip = NetPicture.Draw(Seeded.Net("linear 4 | residual(linear 4 | relu) | linear 2"), [4]);
        Assert.Equal(("bricks", 6, 6), (skip.Kind, skip.Nodes, skip.Edges));
        NetPicture branches = NetPicture.Draw(Seeded.Net(Inception), [16, 14, 14]);
        Assert.Equal((12, 13), (branches.Nodes, branches.Edges));
        Assert.Contains(new Drawn(branches.Svg).Words, w => w.Text == "concat");
        NetPicture layers = NetPicture.Draw(KnownNets.Parse("lenet", 10), [1, 28, 28]);
        Assert.Equal((13, 12), (layers.Nodes, layers.Edges));
    }

    [Fact]
    public void A_brick_that_changes_nothing_stays_in_its_place()
    {
        Sequential net = Seeded.Net("linear 20 | dropout 0.5 | linear 2");
        net.Eval();
        NetPicture picture = NetPicture.Draw(net, [20]);
        Assert.Equal((4, 3), (picture.Nodes, picture.Edges));
        Assert.Contains(new Drawn(picture.Svg).Words, w => w.Text == "dropout 0.5");
    }

    [Fact]
    public void A_module_of_ones_own_is_drawn_by_what_it_computes()
    {
        NetPicture picture = NetPicture.Draw(new Own(), [12]);
        // input, two layers, tanh between, two sums; each sum reads two, the others one.
        Assert.Equal(("bricks", 6, 7), (picture.Kind, picture.Nodes, picture.Edges));
        Assert.Contains(new Drawn(picture.Svg).MustBeClean().Words, w => w.Text == "tanh");
    }

    [Fact]
    public void A_brick_around_a_layer_is_drawn_with_it_when_it_has_weights_too()
    {
        NetPicture picture = NetPicture.Draw(Seeded.Net("weightnorm(linear 20) | relu"), [20]);
        Assert.Equal((3, 2), (picture.Nodes, picture.Edges));
        Assert.Contains(new Drawn(picture.Svg).Words, w => w.Text == "weightnorm(linear 20)");
        Assert.Contains(new Drawn(picture.Svg).Words, w => w.Text == "20 · 440 parameters");
    }

    [Fact]
    public void Residual_blocks_of_ResNet_50_are_3_4_6_3()
    {
        List<FlowPart> parts = Repeats.Fold(FlowReader.Read(NetTrace.Of(Seeded.Net(ResNet50()), [2, 3, 64, 64]), showsOps: false, out _), out _);
        List<int> blocks = [.. parts.Where(p => p.Nodes.Any(n => n.Title == "+")).Select(p => p.Times)];
        Assert.Equal([1, 2, 1, 3, 1, 5, 1, 2], blocks); // the first of each stage has a convolution in its shortcut
        List<string> words = [.. new Drawn(NetPicture.Draw(Seeded.Net(ResNet50()), [3, 64, 64]).Svg).Words.Select(w => w.Text)];
        Assert.Equal(["× 2", "× 3", "× 5", "× 2"], words.Where(w => w.StartsWith('×')));
    }

    [Fact]
    public void What_repeats_begins_with_its_convolution()
    {
        List<FlowPart> parts = Repeats.Fold(FlowReader.Read(NetTrace.Of(Seeded.Net(Vgg16()), [2, 3, 32, 32]), showsOps: false, out _), out _);
        FlowPart[] folded = [.. parts.Where(p => p.Times > 1)];
        Assert.Equal([2, 2, 3], folded.Select(p => p.Times));
        Assert.All(folded, f => Assert.Equal(["conv", "relu"], f.Inside.Select(p => p.Title.Split(' ')[0])));
    }

    [Fact]
    public void Blocks_that_read_more_than_the_one_before_are_not_folded() =>
        Assert.All(Repeats.Fold(FlowReader.Read(NetTrace.Of(new Dense(), [2, 12]), showsOps: false, out _), out _), p => Assert.Equal(1, p.Times));

    [Fact]
    public void The_forward_graph_has_every_op_and_every_parameter()
    {
        Module net = KnownNets.Parse("lenet", 10);
        Graph graph = NetTrace.Of(net, [2, 1, 28, 28]).Graph;
        NetPicture picture = NetPicture.Draw(net, [1, 28, 28], PictureKind.Forward);
        Assert.Equal(("forward", graph.Operations + graph.Parameters.Count + 1), (picture.Kind, picture.Nodes));
    }

    [Theory]
    [InlineData(PictureKind.Forward)]
    [InlineData(PictureKind.Backward)]
    public void Parameters_of_one_frame_have_names_of_their_own(PictureKind kind)
    {
        Drawn drawn = new Drawn(NetPicture.Draw(Seeded.Net("attention 2"), [3, 4], kind).Svg).MustBeClean();
        Assert.Equal(["key.weight", "output.weight", "query.weight", "value.weight"], drawn.Words.Select(w => w.Text).Where(t => t.EndsWith("weight  4×4", StringComparison.Ordinal) && !t.StartsWith('∂')).Select(t => t.Split(' ')[0]).Distinct().Order());
        if (kind == PictureKind.Backward) Assert.Contains(drawn.Words, w => w.Text.StartsWith("∂query.weight = ", StringComparison.Ordinal));
    }

    // Of four equal blocks one is drawn; what its gradients read must be in the picture.
    [Fact]
    public void The_gradients_of_blocks_that_repeat_are_those_of_the_block_that_is_drawn()
    {
        string[] words = [.. new Drawn(NetPicture.Draw(KnownNets.Parse("gpt", 96), [64], PictureKind.Backward).Svg).Words.Select(w => w.Text)];
        Assert.Contains("v29 = gelu(v28)", words);
        Assert.Contains("∂v28 = gelugradient(v28, ∂v29)", words);
    }

    // Among what is in a closed frame the gradients of parameters come last, but they do not leave it.
    [Fact]
    public void A_link_has_the_shape_of_what_goes_along_it()
    {
        Drawn drawn = new(NetPicture.Draw(KnownNets.Parse("vgg_a", 10), [3, 32, 32], PictureKind.Backward).Svg);
        Assert.All(drawn.Words.Where(w => w.Area.Kind == "small soft halo"), w => Assert.StartsWith("2×", w.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Whole_numbers_are_not_rounded() =>
        Assert.Contains(new Drawn(NetPicture.Draw(KnownNets.Parse("gpt", 96), [64], PictureKind.Backward).Svg).Words, w => w.Text.EndsWith(" / 12288", StringComparison.Ordinal));

    [Theory]
    [InlineData("lenet")]
    [InlineData("linear 3 | tanh | residual(linear 3 | relu) | linear 1")]
    public void The_backward_graph_ends_at_the_gradient_of_every_parameter(string text)
    {
        Module net = KnownNets.Parse(text, 10);
        NetPicture picture = NetPicture.Draw(net, [1, 28, 28], PictureKind.Backward);
        Assert.Equal("backward", picture.Kind);
        Assert.Equal(net.Parameters().Count(), new Drawn(picture.Svg).Nodes.Count(n => n.Kind == "result"));
    }

    [Fact]
    public void A_network_of_a_thousand_different_layers_stays_a_picture()
    {
        NetPicture picture = NetPicture.Draw(Seeded.Net(string.Join(" | ", Enumerable.Range(1, 1000).Select(i => $"linear {i % 7 + i / 7 % 5 + i % 11 + 1} | tanh"))), [30]);
        Assert.True(picture.Nodes <= 260, $"{picture.Nodes} nodes");
        Assert.Contains(new Drawn(picture.Svg).MustBeClean().Words, w => w.Text.EndsWith("more …", StringComparison.Ordinal));
    }

    [Fact]
    public void Modules_and_networks_of_neurons_draw_themselves()
    {
        Sequential net = Seeded.Net("linear 2 | relu | linear 1");
        Assert.Equal(NetPicture.Draw(net, [2]).Svg, net.ToSvg([2]));
        Assert.Equal(NetPicture.Draw(net, [2], PictureKind.Backward).Svg, net.ToSvg([2], PictureKind.Backward));
    }

    internal static string Vgg16() =>
        string.Concat(new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) }.Select(s => string.Concat(Enumerable.Repeat($"conv {s.Item1} 3x3 pad=1 | relu | ", s.Item2)) + "maxpool 2 | "))
        + "flatten | linear 4096 | relu | dropout 0.5 | linear 4096 | relu | dropout 0.5 | linear 1000";

    internal static string ResNet50()
    {
        static string Body(int w, int stride) => $"conv {w} 1 bias=false | batchnorm | relu | conv {w} 3x3 stride={stride} pad=1 bias=false | batchnorm | relu | conv {4 * w} 1 bias=false | batchnorm";
        static string Stage(int w, int stride, int count) => $"residual({Body(w, stride)} ; conv {4 * w} 1 stride={stride} bias=false | batchnorm) | relu" + string.Concat(Enumerable.Repeat($" | residual({Body(w, 1)}) | relu", count - 1));
        return $"conv 64 7x7 stride=2 pad=3 bias=false | batchnorm | relu | maxpool 3 stride=2 pad=1 | {Stage(64, 1, 3)} | {Stage(128, 2, 4)} | {Stage(256, 2, 6)} | {Stage(512, 2, 3)} | globalavgpool | flatten | linear 1000";
    }

    // What an op has stands in its node; elements times elements have another sign than matrices.
    [Fact]
    public void Parameters_and_numbers_of_a_module_of_ones_own_are_drawn()
    {
        string bricks = new Scaling().ToSvg([12]), graph = new Scaling().ToSvg([12], PictureKind.Backward);
        Assert.Contains("□ ∘ scale", bricks, StringComparison.Ordinal);
        Assert.Contains("1 − □", bricks, StringComparison.Ordinal);
        Assert.Contains(" ∘ scale<", graph, StringComparison.Ordinal);
        Assert.Contains("·weight<", graph, StringComparison.Ordinal);
        Assert.DoesNotContain("· scale", graph, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_ops_are_one_node_with_their_parameters()
    {
        string[] words = [.. new Drawn(new Scaling(turns: 7).ToSvg([12])).Words.Select(w => w.Text)];
        Assert.Contains("16 ops", words); // the product, the difference, seven times tanh and a sum
        Assert.Contains("12 parameters", words);
        Assert.Contains("12 · 156 parameters", words);
    }

    private sealed class Scaling(int turns = 0) : Module
    {
        private readonly Linear inside = new(12), outside = new(1);
        private readonly Parameter scale = new(spec => Tensor.Ones(spec.Shape, spec.DType));

        protected override Tensor Compute(Tensor x)
        {
            this.scale.Define(new(x.DType, [12]));
            Tensor h = 1 - this.inside.Forward(x) * this.scale;
            for (int i = 0; i < turns; i++) h = h + h.Tanh();
            return this.outside.Forward(h);
        }
    }

    private sealed class Own : Module
    {
        private readonly Linear first = new(12), second = new(12);

        protected override Tensor Compute(Tensor x)
        {
            Tensor a = this.first.Forward(x), b = a.Tanh(), c = this.second.Forward(b);
            return a + b + c;
        }
    }

    // Each layer reads the sum of all before it.
    private sealed class Dense : Module
    {
        private readonly Linear[] layers = [new(12), new(12), new(12), new(12)];

        protected override Tensor Compute(Tensor x)
        {
            List<Tensor> all = [x];
            foreach (Linear layer in this.layers) all.Add(layer.Forward(Tensor.Concat(1, [.. all])[.., ..12]));
            return all[^1];
        }
    }
}
