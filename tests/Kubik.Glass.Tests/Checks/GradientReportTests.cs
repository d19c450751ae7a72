using Kubik.Autograd;
using Kubik.Glass.Checks;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Checks;

public class GradientReportTests
{
    [Theory]
    [InlineData("cross-entropy", "linear 8 | relu | linear 3", new[] { 4 })]
    [InlineData("mse", "conv 3 3x3 pad=1 | batchnorm | relu | dropout 0.5 | maxpool 2 | flatten | linear 2", new[] { 1, 6, 6 })]
    [InlineData("cross-entropy", "embedding 7 6 | positions 5 | transformer 2 8 causal=true | linear 5", new[] { 5 })]
    [InlineData("mse", "residual(separable 2 3x3 pad=1 | groupnorm 2 | gelu) | globalavgpool | flatten", new[] { 2, 5, 5 })]
    [InlineData("mae", "lstm 4 layers=2 bidirectional=true | gru 3 last=true", new[] { 5, 3 })]
    [InlineData("huber", "recompute(weightnorm(linear 4) | prelu) | spectralnorm(linear 2)", new[] { 3 })]
    [InlineData("bce", "conv 2 3x3 | convtranspose 1 3x3 | instancenorm", new[] { 1, 6, 6 })]
    public void Right_gradients_are_found_right(string loss, string notation, int[] sample)
    {
        Sequential net = Seeded.Net(notation);
        Loss l = Loss.Parse(loss);
        (Tensor x, Tensor target) = TrialBatch.Of(net, l, [.. sample]);
        GradientReport report = net.CheckGradients(l, x, target);
        Assert.True(report.IsOk, report.ToText());
        Assert.All(report.Parameters, p => Assert.True(p.Verdict == GradientVerdict.Right && p.Elements.Count > 0, report.ToText()));
        Assert.Contains("No gradient is wrong.", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_planted_mistake_is_named()
    {
        Planted net = new();
        (Tensor x, Tensor target) = TrialBatch.Of(net, new MeanSquaredError(), [3]);
        GradientReport report = net.CheckGradients(new MeanSquaredError(), x, target);
        Assert.False(report.IsOk);
        Assert.Equal([GradientVerdict.Wrong, GradientVerdict.Wrong, GradientVerdict.Right, GradientVerdict.Right], report.Parameters.Select(p => p.Verdict));
        Assert.Contains("WRONG", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("of first.weight: the rules say", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kink_is_explained()
    {
        Sequential net = Seeded.Net("linear 2 bias=false | relu");
        net.Build([1, 2]);
        net.Parameters().Single().Parameter.Assign(Tensor.Zeros([2, 2]));
        GradientReport report = net.CheckGradients(new MeanSquaredError(), Tensor.Of(1f, 1).Reshape(1, 2), Tensor.Of(1f, 1).Reshape(1, 2));
        Assert.True(report.IsOk);
        Assert.Equal(4, report.Parameters.Single().Kinks);
        Assert.Contains("at [0, 0] the slope is 0 to the left and −1 to the right; the rules say 0.", report.ToText().Replace("−0.99999", "−1", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_for_several_parameters_is_said_once()
    {
        Sequential net = Seeded.Net("linear 2 | tanh | linear 2 | step | linear 1");
        (Tensor x, Tensor target) = TrialBatch.Of(net, new MeanSquaredError(), [3]);
        string text = net.CheckGradients(new MeanSquaredError(), x, target).ToText();
        Assert.Contains("0.weight, 0.bias, 2.weight and 1 more: no gradient comes there: the loss does not depend on them, or changes with them by jumps", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), l => l.Contains("no gradient comes there", StringComparison.Ordinal));
    }

    // Beside 10⁶, 10⁻⁸ may be what rounding leaves; where the quotient has the same digits it is not.
    [Fact]
    public void A_small_gradient_that_the_quotient_confirms_is_not_taken_for_rounding()
    {
        static ParameterCheck Of(string path, double analytic, double numeric) => new(path, [1], [new(0, analytic, numeric, 0, GradientVerdict.Right, numeric, numeric)], true);
        string[] lines = new GradientReport([Of("large", 1e6, 1e6), Of("small", 1e-8, 1e-8), Of("none", 1e-8, 2e-3)]).ToText().Split('\n');
        Assert.DoesNotContain("≈ 0", lines.First(l => l.StartsWith("small", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("≈ 0", lines.First(l => l.StartsWith("none", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(lines, l => l.Contains("0 but for rounding", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_seed_looks_at_the_same_elements()
    {
        Sequential net = Seeded.Known("lenet", 10);
        (Tensor x, Tensor target) = TrialBatch.Of(net, new CrossEntropy(), [1, 28, 28], batch: 2);
        string[] texts = [.. new long[] { 3, 3, 4 }.Select(seed => net.CheckGradients(new CrossEntropy(), x, target, elements: 2, seed).ToText())];
        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
    }

    [Fact]
    public void Every_loss_takes_the_targets_that_are_drawn_for_it()
    {
        foreach (LossSyntax syntax in Loss.All)
        {
            Loss loss = Loss.Parse(syntax.Name == "detection" ? "detection 4" : syntax.Name);
            int width = syntax.Name == "detection" ? 8 : 4;
            TensorSpec output = new(DType.Float32, [6, width]);
            Tensor y = new RandomStream(1, stream: 0).Normal(output.Shape);
            Assert.Null(TrialBatch.Problem(loss, output));
            if (TrialBatch.NumbersFor(loss, output) is { } numbers)
            {
                Tensor t = TrialBatch.NumbersOf(loss, output, new RandomStream(2, stream: 0));
                Assert.Equal(numbers, t.Shape);
                Assert.True(double.IsFinite(loss.Of(y, t).Item()), loss.Notation);
            }
            Tensor target = TrialBatch.Of(Seeded.Net($"linear {width}"), loss, [3], batch: 6).Target;
            Assert.Equal(TrialBatch.TakesLabels(loss, output), !target.DType.IsFloat);
            Assert.True(double.IsFinite(loss.Of(y, target).Item()), loss.Notation);
        }
    }

    [Fact]
    public void A_loss_that_takes_no_such_output_is_refused() =>
        Assert.Throws<ShapeException>(() => TrialBatch.Of(Seeded.Net("linear 3"), Loss.Parse("box-iou"), [4]));

    private sealed class Planted : Module
    {
        private readonly Linear first = new(3, 3), second = new(3, 2);

        protected override Tensor Compute(Tensor x) => this.second.Forward(new Halved().Apply(this.first.Forward(x)));
    }

    // tanh, whose gradient lacks a factor.
    private sealed record Halved : FusedOp
    {
        public override string Name => "Halved";

        public override Notation Notation => Notation.Function("halved");

        public override string? Onnx => null;

        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0];

        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Tanh();

        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => [dy * (1 - y * y) * 0.5];

        protected override void Run(ReadOnlySpan<Tensor> x, Tensor y) => x[0].Tanh().ToDoubles().CopyTo(Output<double>(y));
    }
}
