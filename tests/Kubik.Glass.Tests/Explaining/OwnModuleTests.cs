// Modules of one's own call their bricks in any order and compute something between them. An explanation and the equations follow the
// order in which it happens: a turn for every brick and for every piece between, each in terms of what came before. A brick that is
// called twice has two turns.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public partial class OwnModuleTests
{
    public static TheoryData<string, string[]> Nets => new()
    {
        { "plain", ["h₁ = relu(x·W₁ + b₁)", "y = h₁·W₂ + b₂"] },
        { "twice", ["h₁ = tanh(x·W₁ + b₁)", "h₂ = h₁ + tanh(h₁·W₁ + b₁)", "y = h₂·W₂ + b₂"] },
        { "gated", ["h₁ = x·W₁ + b₁", "h₂ = sigmoid(h₁)", "h₃ = h₂ ∘ tanh(x·W₂ + b₂) + h₁ ∘ scale₃", "y = h₃·W₄ + b₄"] },
        { "late", ["h₁ = relu(x·W₁ + b₁)", "h₂ = h₁ + sigmoid(h₁·W₂ + b₂)", "h₃ = h₂·W₃ + b₃", "y = h₃ − 1"] },
        { "two results", ["h₁ = x·W₁ + b₁", "h₂ = sigmoid(h₁)", "h₃ = tanh(h₁)", "h₄ = h₂·W₂ + b₂", "y = h₃ ∘ h₄"] },
        { "cut off", ["h₁ = x·W₁ + b₁", "h₂ = detach(h₁)", "y = h₂·W₂ + b₂"] },
        { "jumps", ["h₁ = [x·W₁ + b₁ > 0]", "y = h₁·W₂ + b₂"] },
    };

    [Theory, MemberData(nameof(Nets))]
    public void Equations_follow_the_code(string name, string[] equations) => Assert.Equal(equations, Of(name).ToFormula([2]).ToString().Split('\n'));

    [Theory, MemberData(nameof(Nets))]
    public void Steps_follow_the_code_and_say_something(string name, string[] equations)
    {
        Explanation explanation = Explained(name);
        HashSet<string> known = ["x", "t", .. explanation.Parameters.Select(p => p.Name.Split(' ')[0])];
        foreach (ExplainStep step in explanation.Steps)
        {
            Assert.True(step.Equations.Count + step.Remarks.Count > 0, $"nothing is said under {step.Op} ({step.Path})");
            foreach (Equation e in step.Equations)
            {
                string right = e.Text[(e.Text.IndexOf('=', StringComparison.Ordinal) + 1)..];
                Assert.NotEqual(e.Result.Name, right.Trim());
                Assert.All(Letters().Matches(right), m => Assert.True(known.Contains(m.Value), $"{m.Value} of '{e.Text}' has not been explained yet"));
                known.Add(e.Result.Name);
            }
        }
        // What the equations have as names are the names of the explanation.
        Assert.All(equations, e => Assert.Contains(e.Split(' ')[0], known));
    }

    // An explanation is computed in double, whatever type the module names.
    [Theory]
    [InlineData("mask")]
    [InlineData("truth values")]
    [InlineData("a number in float32")]
    [InlineData("a constant")]
    [InlineData("noise")]
    public void A_module_may_name_the_type_it_computes_in(string name)
    {
        Lambda own = name switch
        {
            "mask" => new(x => x * (x > 0).Cast(DType.Float32)),
            "truth values" => new(x => ((x > 0) & !(x > 1)).Cast(DType.Float32)),
            "noise" => new(x => x + 0 * new RandomStream(1, 1).Normal([1, 20])),
            "a constant" => new(x => x * Tensor.Full([20], 2f)),
            _ => new(x => (x > 0).Cast(DType.Float32) * 3),
        };
        Sequential net = new(new Linear(20), own);
        Tensor x = Tensor.Ones([1, 3]), y = net.Forward(x);
        Explanation explanation = net.Explain(x);
        Assert.Equal(y.ToDoubles(), explanation.Steps[^1].Output!.Value.Values!, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Contains("x·W₁ + b₁", net.ToFormula([3]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_brick_that_is_called_twice_has_two_turns()
    {
        Explanation explanation = Explained("twice");
        Assert.Equal(["first", "", "first", "", "output"], explanation.Steps.Where(s => s.Phase == Phase.Forward).Select(s => s.Path));
        ExplainStep[] back = [.. explanation.Steps.Where(s => s is { Phase: Phase.Backward, Path: "first" })];
        Assert.Equal(["∂L/∂h₁ = ∂L/∂h₂ + ∂L/∂z₂·W₁ᵀ"], back[0].Equations.Select(e => e.Text));
        Assert.Contains(back[0].Remarks, r => r.English.Contains("The weights were used before", StringComparison.Ordinal));
        Assert.Equal("∂L/∂W₁ = h₁ᵀ·∂L/∂z₂ + xᵀ·∂L/∂z₁", back[1].Equations[0].Text);
    }

    [Theory]
    [InlineData("cut off", "detach")]
    [InlineData("jumps", "jumps")]
    public void Where_a_gradient_ends_is_said(string name, string word)
    {
        ExplainStep[] back = [.. Explained(name).Steps.Where(s => s.Phase == Phase.Backward)];
        Assert.Contains(word, Assert.Single(back[2].Remarks).English, StringComparison.Ordinal);
        Assert.StartsWith("No gradient gets here", Assert.Single(back[3].Remarks).English, StringComparison.Ordinal);
    }

    [Fact]
    public void The_figures_are_beside_their_turns()
    {
        Explanation explanation = new Drawing().Explain(new RandomStream(3, 1).Normal([1, 1, 4, 4]), Tensor.Of(1L));
        ExplainStep[] forward = [.. explanation.Steps.Where(s => s.Phase == Phase.Forward)];
        Assert.Equal([1, 1, 0], forward.Select(s => s.Figures.Count)); // the windows of a convolution, those of a pool
    }

    private static Explanation Explained(string name) => Of(name).Explain(Tensor.From([1.0, 2], [1, 2]), Tensor.From<double>(name == "two results" ? [0.5, 1] : [0.5], [1, name == "two results" ? 2 : 1]));

    private static Own Of(string name) => new(name);

    // A name with its index, but no function.
    [GeneratedRegex(@"(?<![\p{Ll}\p{Lu}])(∂L/∂)?(?>(scale|\p{Ll}|\p{Lu})[₀-₉]*)(?![\p{Ll}\p{Lu}(])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Letters();

    private sealed class Own(string what) : Module
    {
        private readonly Linear output = new(what == "two results" ? 2 : 1), first = new(2), second = new(2); // not in the order of their use
        private readonly Parameter scale = new(spec => Tensor.Ones(spec.Shape, spec.DType));

        protected override Tensor Compute(Tensor x)
        {
            Tensor h = this.first.Forward(x);
            switch (what)
            {
                case "plain": return this.output.Forward(h.Relu());
                case "twice":
                    h = h.Tanh();
                    return this.output.Forward(h + this.first.Forward(h).Tanh());
                case "gated":
                    this.scale.Define(new(x.DType, [2]));
                    return this.output.Forward(h.Sigmoid() * this.second.Forward(x).Tanh() + h * this.scale);
                case "late":
                    h = h.Relu();
                    return this.output.Forward(h + this.second.Forward(h).Sigmoid()) - 1f;
                case "two results":
                    (Tensor a, Tensor b) = (h.Sigmoid(), h.Tanh());
                    return b * this.output.Forward(a);
                case "cut off": return this.output.Forward(h.Detach());
                default: return this.output.Forward(h.Step());
            }
        }
    }

    [Fact]
    public void Blocks_have_the_names_of_the_fields()
    {
        string svg = new Drawing().ToSvg([1, 9, 9]);
        foreach (string block in (string[])["conv: conv 1 3x3", "output: linear 2"]) Assert.Contains($">{block}<", svg, StringComparison.Ordinal);
        string known = Seeded.Net("linear 3 | transformer 1 4").ToSvg([5, 4]);
        Assert.DoesNotContain("attention:", known, StringComparison.Ordinal); // a notation says what is inside
    }

    private sealed class Drawing : Module
    {
        private readonly Conv conv = new(1, 3);
        private readonly Linear output = new(2);

        protected override Tensor Compute(Tensor x) => this.output.Forward(this.conv.Forward(x).Relu().MaxPool(2).Reshape([x.Shape[0], -1]));
    }
}
