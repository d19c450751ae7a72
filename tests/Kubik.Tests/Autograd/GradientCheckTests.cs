// What the gradient check takes, and what it says when a tape is cut.

using Kubik.Autograd;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Tests.Autograd;

public sealed class GradientCheckTests
{
    private static readonly Tensor X = Tensor.Of(0.5, -1, 2);

    private static RandomStream Random => new(1, 1);

    [Fact]
    public void A_function_may_take_gradients_itself()
    {
        GradientCheckResult result = GradientCheck.Along(v => Gradient.Of(v[0].Tanh().Sum(), v[0]).Square().Sum(), [X], Random);
        Assert.True(result.RelativeError < 1e-8 && Math.Abs(result.Numeric) > 0.01, result.ToString());
    }

    [Fact]
    public void A_cut_tape_is_an_error()
    {
        Parameter w = new(X);
        foreach (Func<Tensor[], Tensor> f in new Func<Tensor[], Tensor>[]
        {
            v => v[0].Track().Square().Sum(),
            v => v[0].Detach().Square().Sum(),
            v =>
            {
                w.Assign(v[0]);
                return w.Value.Square().Sum();
            },
        })
        {
            Assert.Contains("cuts the tape", Assert.Throws<InvalidOperationException>(() => GradientCheck.Along(f, [X], Random)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_constant_needs_no_tape() =>
        Assert.Equal(new GradientCheckResult(0, 0), GradientCheck.Along(v => (v[0] > 0).Cast(DType.Float64).Sum() * 1e6, [X], Random));

    [Fact]
    public void The_weights_of_a_module_are_checked_one_by_one_and_stay_as_they_are()
    {
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse("linear 4 bias=false | batchnorm | dropout 0.5 | tanh | linear 2"));
        Tensor x = Random.Normal([5, 3]);
        net.Build(x.Shape);
        double[] before = [.. net.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles())];
        ParameterCheck[] results = [.. GradientCheck.Of(net, v => net.Forward(v[0]).Square().Sum(), [x], Random)];
        Assert.Equal(net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Select(p => p.Path), results.Select(r => r.Path));
        Assert.All(results, r => Assert.True(r is { Verdict: GradientVerdict.Right, IsReached: true, MaxRelativeError: < 1e-6 }, $"{r.Path} {r.Worst}"));
        Assert.Equal(before, net.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles()));
        Assert.All(net.Parameters().Where(p => p.Parameter.Spec.DType.IsFloat), p => Assert.Equal(DType.Float32, p.Parameter.Spec.DType));
    }

    [Fact]
    public void Of_a_large_weight_some_elements_are_looked_at_and_always_that_with_the_largest_gradient()
    {
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse("linear 40 bias=false"));
        Tensor x = Random.Normal([2, 50]);
        ParameterCheck weight = Assert.Single(GradientCheck.Of(net, v => net.Forward(v[0]).Square().Sum(), [x], Random, elements: 7));
        Assert.Equal(7, weight.Elements.Count);
        Assert.Equal([50, 40], weight.Shape);
        Tensor y = net.Forward(x).Square().Sum();
        double[] slopes = [.. Gradient.Of(y, net.Parameters().Single().Parameter.Value).ToDoubles().Select(Math.Abs)];
        Assert.Contains(Array.IndexOf(slopes, slopes.Max()), weight.Elements.Select(e => e.Index));
    }

    [Fact]
    public void A_wrong_rule_is_found_with_its_element_and_a_cut_tape_too()
    {
        Parameter w = new(Tensor.Of(0f, 1, 2)), cut = new(X.Cast(DType.Float32)), unused = new(X.Cast(DType.Float32));
        Weights model = new() { W = w, Cut = cut, Unused = unused };
        ParameterCheck[] results = [.. GradientCheck.Of(model, v => (new WrongSquare().Apply(w.Value) + cut.Value.Detach().Square() * v[0]).Sum(), [Tensor.Of(1f, 1, 1)], Random)];
        Assert.Equal([GradientVerdict.Wrong, GradientVerdict.Wrong, GradientVerdict.Right], results.Select(r => r.Verdict));
        Assert.Equal([true, false, false], results.Select(r => r.IsReached));
        Assert.Equal(1, results[0].Elements.Count(e => e.Verdict == GradientVerdict.Wrong));
        ElementCheck worst = results[0].Worst!;
        Assert.Equal((2, 8.0), (worst.Index, worst.Analytic)); // 2·w² in the place of 2·w, which is the same where w is 0 or 1
        Assert.Equal(4, worst.Numeric, 1e-6);
    }

    [Fact]
    public void Where_there_is_no_derivative_nothing_is_said_to_be_wrong()
    {
        Parameter w = new(Tensor.Of(0f, 1, -2, 1e-6f));
        ParameterCheck corner = Assert.Single(GradientCheck.Of(new Weights { W = w }, v => (w.Value.Relu() * v[0]).Sum(), [Tensor.Of(2f, 2, 2, 2)], Random));
        Assert.Equal([GradientVerdict.Kink, GradientVerdict.Right, GradientVerdict.Right, GradientVerdict.Right], corner.Elements.Select(e => e.Verdict)); // at 1e-6 a smaller step decides
        Assert.Equal((0, 2), (corner.Elements[0].Left, corner.Elements[0].Right), new Near(1e-6));
        Assert.Equal((1, GradientVerdict.Right), (corner.Kinks, corner.Verdict));
        Parameter zero = new(Tensor.Of(0f));
        ParameterCheck all = Assert.Single(GradientCheck.Of(new Weights { W = zero }, v => zero.Value.Abs().Sum() * v[0].Sum(), [Tensor.Of(1f)], Random));
        Assert.Equal((GradientVerdict.Kink, 0), (all.Verdict, all.MaxRelativeError));
    }

    // Smaller steps have more rounding, which may not be the excuse for what the first step shows.
    [Theory]
    [InlineData(5e-8, 0)]
    [InlineData(1e-5, 500)]
    [InlineData(1e-6, -500)]
    public void An_error_above_the_rounding_of_the_best_step_is_wrong_however_small(double error, double offset)
    {
        Parameter w = new(Tensor.Of(0f));
        ElementCheck Checked(double by) => Assert.Single(Assert.Single(
            GradientCheck.Of(new Weights { W = w }, v => (new SquareOff(by).Apply(w.Value) * v[0]).Sum() + offset, [Tensor.Of(1f)], Random)).Elements);
        Assert.Equal(GradientVerdict.Right, Checked(0).Verdict);
        ElementCheck wrong = Checked(error);
        Assert.Equal(GradientVerdict.Wrong, wrong.Verdict);
        Assert.True(wrong.RelativeError > GradientCheck.Tolerance, wrong.ToString());
    }

    // sin²(5·10⁴·w): the first two steps are too long for it.
    [Theory]
    [InlineData(1, true)]
    [InlineData(1.01, false)]
    public void Where_the_first_step_is_too_long_a_smaller_one_judges(double factor, bool isRight)
    {
        Parameter w = new(Tensor.Of(0.25f));
        ParameterCheck steep = Assert.Single(GradientCheck.Of(new Weights { W = w }, v => new SquareOff(0, factor).Apply((w.Value * 5e4).Sin()).Sum() * v[0].Sum(), [Tensor.Of(1f)], Random));
        Assert.Equal(isRight, steep.Verdict == GradientVerdict.Right);
    }

    // The slopes are 0.327 and 1.346, and the rules, which take 0 at each corner, lie outside of both.
    [Fact]
    public void A_corner_with_both_slopes_of_one_sign_is_a_kink()
    {
        Parameter w = new(Tensor.Of(0f));
        ElementCheck corner = Assert.Single(Assert.Single(GradientCheck.Of(new Weights { W = w }, v => ((w.Value * 1.346).Relu() - (w.Value * -0.327).Relu()).Sum() * v[0].Sum(), [Tensor.Of(1f)], Random)).Elements);
        Assert.Equal((GradientVerdict.Kink, 0), (corner.Verdict, corner.Analytic));
        Assert.Equal((0.327, 1.346), (corner.Left, corner.Right), new Near(1e-6));
    }

    // At the corner itself the rules say 0 whatever the factor; beside it they do not have the slope of the right side.
    [Theory]
    [InlineData(1, GradientVerdict.Kink)]
    [InlineData(1.5, GradientVerdict.Wrong)]
    [InlineData(-1, GradientVerdict.Wrong)]
    public void A_corner_is_no_excuse_for_a_wrong_rule(double factor, GradientVerdict verdict)
    {
        Parameter w = new(Tensor.Of(0f));
        ParameterCheck corner = Assert.Single(GradientCheck.Of(new Weights { W = w }, v => new SquareOff(0, factor).Apply(w.Value.Relu() + 1).Sum() * v[0].Sum(), [Tensor.Of(1f)], Random));
        Assert.Equal(verdict, corner.Verdict);
    }

    // sin²(10⁸·w) needs a step of 10⁻¹⁰; for sin²(10¹²·w) there is none.
    [Theory]
    [InlineData(1e8, 1, GradientVerdict.Right)]
    [InlineData(1e8, 1.01, GradientVerdict.Wrong)]
    [InlineData(1e12, 1, GradientVerdict.Untold)]
    [InlineData(1e12, -1, GradientVerdict.Untold)]
    public void Where_the_function_is_too_steep_for_a_quotient_it_is_said(double scale, double factor, GradientVerdict verdict)
    {
        Parameter w = new(Tensor.Of(0.3f));
        ParameterCheck steep = Assert.Single(GradientCheck.Of(new Weights { W = w }, v => new SquareOff(0, factor).Apply((w.Value * scale).Sin()).Sum() * v[0].Sum(), [Tensor.Of(1f)], Random));
        Assert.Equal(verdict, steep.Verdict);
        ElementCheck e = steep.Worst!;
        if (verdict == GradientVerdict.Right) Assert.True(Math.Abs(e.Analytic - e.Numeric) <= 1.01e-4 * Math.Abs(e.Analytic), e.ToString());
    }

    // 10⁶⁰ in double has no digits left for 10³⁰.
    [Fact]
    public void A_gradient_below_the_rounding_of_a_huge_loss_cannot_be_told()
    {
        Parameter w = new(Tensor.Of(0f));
        Assert.Equal(GradientVerdict.Untold, Assert.Single(GradientCheck.Of(new Weights { W = w }, v => (w.Value * 1e30).Sum() + v[0].Sum().Square(), [Tensor.Of(1e30f)], Random)).Verdict);
    }

    private sealed class Near(double tolerance) : IEqualityComparer<(double A, double B)>
    {
        public bool Equals((double A, double B) x, (double A, double B) y) => Math.Abs(x.A - y.A) < tolerance && Math.Abs(x.B - y.B) < tolerance;

        public int GetHashCode((double A, double B) obj) => 0;
    }

    private sealed class Weights : Module
    {
        public Parameter? W, Cut, Unused;

        protected override Tensor Compute(Tensor x) => x;
    }

    // x², with a gradient that is off by so much, and by a factor.
    private sealed record SquareOff(double By, double Factor = 1) : DifferentiableOp
    {
        public override string Name => "SquareOff";

        public override Notation Notation => Notation.Function("off");

        public override string? Onnx => null;

        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0];

        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy * (2 * this.Factor * x[0] + this.By);

        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Kubik.Kernels.Elementwise.Copy(x[0] * x[0], y);
    }

    private sealed record WrongSquare : DifferentiableOp
    {
        public override string Name => "WrongSquare";

        public override Notation Notation => Notation.Function("wrong");

        public override string? Onnx => null;

        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0];

        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy * 2 * x[0] * x[0];

        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Kubik.Kernels.Elementwise.Copy(x[0] * x[0], y);
    }
}
