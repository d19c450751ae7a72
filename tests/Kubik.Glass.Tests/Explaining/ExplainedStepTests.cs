// What an explanation says where networks, optimisers and numbers are out of the ordinary: unused bricks, frozen and collecting
// weights, saved models, float32, constants, limits.

using System.Text.Json;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Ops;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public class ExplainedStepTests
{
    private static readonly Tensor X = Tensor.Of(1f, 2f, -1f, 0.5f).Reshape(2, 2), T = Tensor.Of(1f, -1f).Reshape(2, 1);

    private sealed class Idle : Kubik.Nn.Module
    {
        private readonly Linear used = new(1), idle = new(3);
        private readonly Parameter spare = new(Tensor.Ones([2]));

        public Parameter Spare => this.spare;

        protected override Tensor Compute(Tensor x)
        {
            this.idle.Forward(x);
            return this.used.Forward(x);
        }
    }

    private sealed class Constant(params Tensor[] constants) : Kubik.Nn.Module
    {
        protected override Tensor Compute(Tensor x) => constants.Select(c => c.Rank == 2 ? x.MatMul(c.Cast(x.DType)) : x * c.Cast(x.DType)).Aggregate((a, b) => a + b);
    }

    [Fact]
    public void What_is_not_used_is_said_to_be_so()
    {
        Explanation explanation = new Idle().Explain(X, T, new() { Optimizer = new Adam(0.1) });
        ExplainStep idle = Assert.Single(explanation.Steps, s => s.Path == "idle");
        Assert.Equal(Phase.Forward, idle.Phase);
        Assert.Contains("not used", Assert.Single(idle.Remarks).English, StringComparison.Ordinal);
        ExplainStep spare = Assert.Single(explanation.Steps, s => s.Path == "spare");
        Assert.StartsWith("No gradient gets here", Assert.Single(spare.Remarks).English, StringComparison.Ordinal);
        Assert.Contains(explanation.Parameters, p => p.Name.EndsWith("(spare)", StringComparison.Ordinal) && p.Value.Values!.SequenceEqual([1, 1]));
        Assert.NotEmpty(explanation.ToHtml());
    }

    [Fact]
    public void A_weight_that_a_group_freezes_has_a_gradient_and_stays()
    {
        Sequential net = Seeded.Net("linear 3 | tanh | linear 1");
        Adam adam = new(0.1) { Groups = [new((path, _) => path.StartsWith('0')) { Rate = 0 }, new((path, _) => path.EndsWith("bias", StringComparison.Ordinal)) { Rate = 0.5 }] };
        Explanation explanation = net.Explain(X, T, new() { Optimizer = adam });
        ExplainStep frozen = Assert.Single(explanation.Steps, s => s.Phase == Phase.Update && s.Path == "0.weight");
        Assert.NotNull(frozen.Gradient);
        Assert.Contains("rate of its group is 0", Assert.Single(frozen.Remarks).English, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(explanation.Steps, s => s.Phase == Phase.Update && s.Path == "2.weight").Output);
    }

    [Fact]
    public void Gradients_of_several_steps_are_collected_as_in_training()
    {
        Sequential net = Seeded.Net("linear 3 | tanh | linear 1");
        net.Build(X.Shape);
        Explanation explanation = net.Explain(X, T, new() { Optimizer = new Momentum(0.1, 0.9) { Accumulate = 2 }, Steps = 4, Batch = 1 });
        ExplainStep[] updates = [.. explanation.Steps.Where(s => s.Phase == Phase.Update && s.Path == "0.weight")];
        Assert.Equal([false, true, false, true], updates.Select(s => s.Output is not null));
        Assert.Contains("last of 2 steps", updates[0].Remarks[0].English, StringComparison.Ordinal);
        Assert.Equal("G ← ∂L/∂W₁", Assert.Single(updates[0].Equations).Text);
        Assert.Contains("G + ∂L/∂W₁", updates[1].Equations[0].Text, StringComparison.Ordinal);

        net.Cast(DType.Float64);
        Momentum trained = new(0.1, 0.9) { Accumulate = 2 };
        for (int i = 0; i < 4; i++) trained.Step(new MeanSquaredError().Of(net.Forward(X[(i % 2)..(i % 2 + 1)].Cast(DType.Float64)), T[(i % 2)..(i % 2 + 1)].Cast(DType.Float64)), net);
        double[] now = net.Parameters().Single(p => p.Path == "0.weight").Parameter.Value.ToDoubles();
        Assert.Equal(now, updates[3].Output!.Value.Values!, (a, b) => Math.Abs(a - b) <= 1e-6);
    }

    [Fact]
    public void An_optimizer_is_left_as_it_was()
    {
        Sequential net = Seeded.Net("linear 3 | tanh | linear 1");
        Adam fresh = new(0.1) { Accumulate = 2 }, used = new(0.1) { Accumulate = 2 };
        for (int i = 0; i < 3; i++) used.Step(new MeanSquaredError().Of(net.Forward(X), T), net);
        foreach (Adam adam in (Adam[])[fresh, used])
        {
            Dictionary<string, Tensor> before = adam.State(net);
            long steps = adam.Steps;
            net.Explain(X, T, new() { Optimizer = adam, Steps = 3 });
            Dictionary<string, Tensor> after = adam.State(net);
            Assert.Equal(before.Keys, after.Keys);
            Assert.All(before, b => Assert.Equal(b.Value.Spec, after[b.Key].Spec));
            Assert.All(before, b => Assert.Equal(b.Value.ToDoubles(), after[b.Key].ToDoubles()));
            Assert.Equal(steps, adam.Steps);
        }
    }

    [Fact]
    public void A_network_that_is_set_to_evaluation_is_explained_as_in_training()
    {
        Sequential net = Seeded.Net("batchnorm | dropout 0.5 | linear 1");
        net.Build(X.Shape);
        net.Eval();
        net.Modules().Single(m => m.Path == "1").Module.Train();
        Explanation training = net.Explain(X, T), evaluation = net.Explain(X, T, new() { Training = false });
        Assert.Contains(training.Steps, s => s.Path == "1" && s.Equations.Count > 0);
        Assert.Contains(training.Steps[0].Equations, e => e.Result.Name == "μ");
        Assert.DoesNotContain(evaluation.Steps, s => s.Path == "1" && s.Equations.Count > 0);
        Assert.Equal([false, false, true, false], net.Modules().Select(m => m.Module.Training));
    }

    [Theory]
    [InlineData(3.1415927f, "3.1416", false), InlineData(0.1f, "0.1", true), InlineData(12.5f, "12.5", true), InlineData(1 / 3f, "1/3", true), InlineData(123456f, "123456", true), InlineData(123.456f, "123.46", false), InlineData(0.14285715f, "1/7", true), InlineData(0.61834f, "0.6183", false)]
    public void Numbers_of_float32_are_taken_for_few_fractions(float x, string text, bool isExact)
    {
        Digits d = Digits.Of(x, Precision.Of(DType.Float32));
        Assert.Equal((text, isExact), (d.Text, d.IsExact));
    }

    [Theory]
    [InlineData(355 / 113.0, "355/113", true), InlineData(Math.PI, "3.1416", false), InlineData(62831853.07179586, "6.283·10⁷", false), InlineData(0.1 + 0.2, "0.3", true), InlineData(2.5, "2.5", true)]
    public void Numbers_of_float64_are_fractions_where_they_are(double x, string text, bool isExact)
    {
        Digits d = Digits.Of(x, Precision.Of(DType.Float64));
        Assert.Equal((text, isExact), (d.Text, d.IsExact));
    }

    // What cancels exactly is 0, and not what rounding leaves of it; what is small by itself stays.
    [Fact]
    public void What_rounding_leaves_of_0_is_shown_as_0_and_kept_as_it_is()
    {
        Explanation exact = Weighted("linear 1 bias=false", 0.1f, 0.2f, -0.3f).Explain(Tensor.Of(1f, 1f, 1f, 3f, 1f, 1f).Reshape(2, 3), Tensor.Of(0f, 0.2f).Reshape(2, 1));
        Assert.DoesNotContain("·10⁻", exact.ToText(), StringComparison.Ordinal);
        Assert.NotEqual(0, exact.Steps[0].Output!.Value.Values![0]);
        Assert.InRange(Math.Abs(exact.Steps[0].Output!.Value.Values![0]), 0, 1e-16);

        Explanation small = Weighted("linear 1 bias=false", 1e-12f, 1e-20f, 0f).Explain(Tensor.Of(1f, 0f, 1f, 0f, 1f, 1000f).Reshape(2, 3));
        Assert.Contains("10⁻¹²", small.ToText(), StringComparison.Ordinal);
        Assert.Contains("10⁻²⁰", small.ToText(), StringComparison.Ordinal);
    }

    // A small number that is right to some digits is no rest: a gradient that has almost vanished is not 0.
    [Theory]
    [InlineData("tanh", 16, "10⁻¹³")]
    [InlineData("tanh", 17, "10⁻¹⁴")]
    [InlineData("sigmoid", 30, "10⁻¹³")] // 2(1 − σ(30)) = 1.87·10⁻¹³
    public void A_gradient_that_has_almost_vanished_is_not_0(string activation, float at, string power)
    {
        Explanation explanation = Weighted($"linear 1 bias=false | {activation}", 1f).Explain(Tensor.Of(at).Reshape(1, 1), Tensor.Of(0f).Reshape(1, 1));
        Assert.Contains(power, string.Join('\n', explanation.ToText().Split('\n').Where(l => l.Contains("∂L/∂z₁", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    // What no digit tells from a whole number is not one: e to a power is none, and 1 + 10⁻¹³ is not 1. What cancels exactly is one.
    [Theory]
    [InlineData("sigmoid", 30, "≈ 1"), InlineData("sigmoid", 40, "≈ 1"), InlineData("sigmoid", -800, "≈ 0"), InlineData("sigmoid", 0, "= 0.5")]
    [InlineData("tanh", -30, "≈ −1"), InlineData("elu", -40, "≈ −1"), InlineData("elu", 40, "= 40"), InlineData("softplus", 50, "≈ 50"), InlineData("gelu", 20, "≈ 20")]
    [InlineData("relu", 30, "= 30"), InlineData("hardsigmoid", 30, "= 1"), InlineData("hardtanh", -30, "= −1"), InlineData("sigmoid | relu", 40, "≈ 1")]
    public void What_only_looks_exact_is_shown_as_rounded(string activation, float at, string shown)
    {
        Explanation explanation = Weighted($"linear 1 bias=false | {activation}", 1f).Explain(Tensor.Of(at).Reshape(1, 1), Tensor.Of(0f).Reshape(1, 1));
        Assert.EndsWith(shown, explanation.Steps.Last(s => s.Phase == Phase.Forward).Equations[^1].Numbers!, StringComparison.Ordinal);
        if (shown == "≈ 1") Assert.Equal("L = (0 − 1)² ≈ 1", explanation.Steps.Single(s => s.Phase == Phase.Loss).Equations[^1].Numbers);
    }

    [Theory]
    [InlineData(800, 0, "≈ (1, 0)"), InlineData(40, 0, "≈ (1, 4.248·10⁻¹⁸)"), InlineData(3, 3, "= (0.5, 0.5)")]
    public void Shares_that_are_not_equal_are_no_fractions(float a, float b, string shown)
    {
        Explanation explanation = Seeded.Net("softmax axis=-1").Explain(Tensor.Of(a, b).Reshape(1, 2));
        Assert.EndsWith(shown, explanation.Steps[0].Equations[^1].Numbers!, StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_by_more_than_rounding_does_is_not_exact()
    {
        Explanation off = Weighted("linear 1 bias=false", 1f, 1e-13f).Explain(Tensor.Ones([1, 2]));
        Assert.EndsWith("≈ 1", off.Steps[0].Equations[^1].Numbers!, StringComparison.Ordinal);
        Assert.Equal(1 + 1e-13, off.Steps[0].Output!.Value.Values![0]);
        Explanation exact = Weighted("linear 1 bias=false", 0.1f, 0.2f, 0.7f).Explain(Tensor.Of(1f, 3f, 7f).Reshape(1, 3));
        Assert.EndsWith("= 5.6", exact.Steps[0].Equations[^1].Numbers!, StringComparison.Ordinal);
    }

    // [0 > 0] = 1 would be nonsense: where a rest opens a gate or gives a sign it is shown.
    [Theory]
    [InlineData("linear 1 bias=false | relu")]
    [InlineData("linear 1 bias=false | leakyrelu")]
    public void A_rest_that_decides_is_shown(string net)
    {
        Explanation explanation = Weighted(net, 0.1f, 0.2f, -0.3f).Explain(Tensor.Ones([1, 3]), Tensor.Of(1f).Reshape(1, 1));
        Assert.Contains("10⁻¹⁷", explanation.ToText(), StringComparison.Ordinal);
        Assert.DoesNotContain("[0 > 0]", explanation.ToText(), StringComparison.Ordinal);
    }

    private static Sequential Weighted(string notation, params float[] weights)
    {
        Sequential net = Seeded.Net(notation);
        net.Build([1, weights.Length]);
        net.Parameters().Single().Parameter.Assign(Tensor.Of(weights).Reshape(weights.Length, 1));
        return net;
    }

    [Fact]
    public void The_square_of_every_element_is_no_product_of_matrices()
    {
        Explanation explanation = Seeded.Net("linear 2").Explain(X, Tensor.Of(1f, -1f, 2f, 0.5f).Reshape(2, 2));
        Assert.Equal("L = mean((t − y)∘²)", explanation.Steps.Single(s => s.Phase == Phase.Loss).Equations[^1].Text);
        Assert.Contains(@"^{\circ 2}", explanation.Steps.Single(s => s.Phase == Phase.Loss).Equations[^1].Latex, StringComparison.Ordinal);
        Assert.Contains("<mo>∘</mo>", explanation.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_big_network_has_one_precision_for_formulas_and_tables()
    {
        Explanation explanation = Seeded.Net("linear 1500 | linear 1400 | linear 1").Explain(Tensor.Of(3.1415927f, 1.4142135f).Reshape(1, 2));
        Assert.DoesNotContain("355/113", explanation.ToText(), StringComparison.Ordinal);
        Assert.Contains("3.1416", explanation.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_the_loss_are_shown_and_those_of_the_engine_are_not()
    {
        Sequential net = Seeded.Net("linear 1 bias=false");
        net.Build([1, 1]);
        net.Parameters().Single().Parameter.Assign(Tensor.Ones([1, 1]));
        ExplainStep loss = net.Explain(Tensor.Of(50f).Reshape(1, 1), Tensor.Of(0f).Reshape(1, 1), new() { Loss = Loss.Parse("huber delta=30") }).Steps.Single(s => s.Phase == Phase.Loss);
        Assert.Equal(30 * (50 - 15), loss.Output!.Value.Values![0]);
        Assert.Contains("c = clip(δ; −30, 30)", loss.Equations.Select(e => e.Text));
        foreach (string activation in (string[])["silu", "mish", "gelu", "gelu tanh=true"])
            Assert.DoesNotContain("clip", Seeded.Net($"{activation} | linear 1").Explain(X, T).ToText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Constants_that_look_alike_are_not_one()
    {
        Tensor a = Tensor.From<float>([.. Enumerable.Range(0, 400).Select(i => i / 7f)], [20, 20]), b = a.Transpose(0, 1), x = Tensor.Ones([1, 20]);
        string big = new Constant(a, b).Explain(x).Steps[0].Equations[^1].Text;
        Assert.Contains("C₁", big, StringComparison.Ordinal);
        Assert.Contains("C₂", big, StringComparison.Ordinal);
        string small = new Constant(Tensor.Of(1.000001, 2.0), Tensor.Of(1.000002, 2.0)).Explain(X).Steps[0].Equations[^1].Text;
        Assert.Contains(" + ", small, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sentence_is_on_an_op_and_some_network_hears_it()
    {
        HashSet<string> ops = [.. OpTable.All.Select(op => op.Name)];
        HashSet<string> heard = [];
        foreach ((string notation, int[] shape) in ((string, int[])[])[("conv 2 3x3 | relu | maxpool 2 | flatten | linear 2 | softmax", [1, 1, 6, 6]), ("conv 2 3x3 | globalmaxpool", [1, 1, 6, 6]), ("dropout 0.5 | layernorm | residual(linear 2 | sigmoid) | lstm 2", [1, 3, 2]), ("tanh | softmax", [2, 3]), ("avgpool 2 | conv 1 1x1", [1, 1, 4, 4]), ("embedding 3 2 | linear 2", [1, 2]), ("attention 1 rotary=true", [1, 3, 4])])
        {
            Sequential net = Seeded.Net(notation);
            Shape y = net.Build([.. shape]);
            Tensor x = notation.StartsWith("embedding", StringComparison.Ordinal) ? Tensor.Ones([.. shape]) : new RandomStream(1, 0).Normal([.. shape]);
            heard.UnionWith(net.Explain(x, Tensor.Zeros(y)).Steps.SelectMany(s => s.Remarks).Select(r => r.English));
        }
        Assert.All(Sentences.OnOps, s => Assert.Contains(s.Op, ops));
        Assert.All(Sentences.OnOps, s => Assert.Contains(s.Remark.English, heard));
    }

    [Fact]
    public void The_last_batch_is_the_rest()
    {
        Explanation explanation = Seeded.Net("linear 1").Explain(Tensor.Of(1f, 2f, 3f).Reshape(3, 1), Tensor.Of(1f, 2f, 3f).Reshape(3, 1), new() { Optimizer = new Sgd(0.1), Steps = 3, Batch = 2 });
        double[][] batches = [[1, 2], [3], [1, 2]];
        Assert.Equal(batches, explanation.Steps.Where(s => s.Phase == Phase.Forward).Select(s => s.Inputs.Single(i => i.Name == "x").Value.Values!.ToArray()));
    }

    [Fact]
    public void A_focus_below_0_is_refused() =>
        Assert.Contains("from 0 on", Assert.Throws<ArgumentOutOfRangeException>(() => new ExplainOptions { Focus = [0, -1] }).Message, StringComparison.Ordinal);

    [Fact]
    public void Only_long_formulas_are_stops_of_the_keyboard()
    {
        string page = Seeded.Net("linear 8 | linear 1").Explain(X, T).ToHtml();
        Assert.Contains("<div class=\"formula\"><math", page, StringComparison.Ordinal);
        Assert.Contains("<div class=\"formula\" tabindex=\"0\"><math", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_holds_all_that_pages_say()
    {
        Explanation explanation = Seeded.Net("linear 2 | relu | linear 1").Explain(X, T);
        using JsonDocument json = JsonDocument.Parse(explanation.ToJson());
        JsonElement steps = json.RootElement.GetProperty("steps");
        Assert.Equal(explanation.Steps.Count, steps.GetArrayLength());
        foreach ((ExplainStep step, JsonElement said) in explanation.Steps.Zip(steps.EnumerateArray()))
        {
            Assert.Equal(step.Equations.Count, said.GetProperty("equations").GetArrayLength());
            Assert.Equal(step.Remarks.Select(r => (r.English, r.Russian)), said.GetProperty("remarks").EnumerateArray().Select(r => (r.GetProperty("en").GetString()!, r.GetProperty("ru").GetString()!)));
            foreach ((Equation equation, JsonElement e) in step.Equations.Zip(said.GetProperty("equations").EnumerateArray()))
            {
                Assert.Equal((equation.NumbersLatex, equation.Others, equation.Result.Latex), (e.GetProperty("numbersLatex").GetString(), e.GetProperty("others").GetInt32(), e.GetProperty("result").GetProperty("latex").GetString()));
                Assert.Equal(equation.Entries.Select(x => (x.Text, x.Latex)), e.GetProperty("entries").EnumerateArray().Select(x => (x.GetProperty("text").GetString()!, x.GetProperty("latex").GetString()!)));
            }
        }
    }

    [Theory]
    [InlineData(2f, 1f, "1")]
    [InlineData(1f, 2f, "0")]
    [InlineData(2f, 2f, "0.5")] // equal ones share it
    public void The_larger_of_two_gets_the_gradient(float a, float b, string share)
    {
        Explanation explanation = new Larger().Explain(Tensor.Of(a, b).Reshape(1, 2), Tensor.Of(0f).Reshape(1, 1), new() { Loss = new Outcome() });
        Equation x = explanation.Steps.Where(s => s.Phase == Phase.Backward).SelectMany(s => s.Equations).Single(e => e.Result.Name == "∂L/∂x");
        Assert.Contains("(1 + sign(", x.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("≥", x.Text, StringComparison.Ordinal);
        Assert.Equal(share, Digits.Of(x.Result.Value.Values![0]).Text);
        Assert.Equal(1 - x.Result.Value.Values![0], x.Result.Value.Values![1]);
    }

    private sealed class Larger : Kubik.Nn.Module
    {
        protected override Tensor Compute(Tensor x) => x[.., 0..1].Maximum(x[.., 1..2]);
    }

    // The output itself.
    private sealed class Outcome : Loss
    {
        public override string Name => "outcome";

        public override string Formula => "y";

        protected override Tensor Compute(Tensor output, Tensor target) => output + target * 0;
    }

    [Theory]
    [InlineData("rnn 2", "h₀")]
    [InlineData("lstm 2", "h₀, c₀")]
    public void Why_the_first_state_has_no_part_in_a_gradient_is_said(string notation, string states)
    {
        Tensor x = Tensor.Of(1f, 2f, 3f, 4f).Reshape(1, 2, 2), t = Tensor.Zeros([1, 2, 2]);
        ExplainStep back = Seeded.Net(notation).Explain(x, t).Steps.Single(s => s is { Phase: Phase.Backward, Path: "0" });
        Remark said = Assert.Single(back.Remarks, r => r.English.Contains("so the first step adds nothing", StringComparison.Ordinal));
        Assert.StartsWith($"{states} {(states.Contains(',', StringComparison.Ordinal) ? "are" : "is")} 0", said.English, StringComparison.Ordinal);
    }
}
