using System.Text.Json;
using System.Xml.Linq;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public class ExplanationTests
{
    public static TheoryData<string, int[], string> Nets => new()
    {
        { "linear 3 | relu | linear 2", [1, 2], "values" },
        { "linear 3 | sigmoid | linear 3", [2, 2], "class" },
        { "conv 2 3x3 | relu | maxpool 2 | flatten | linear 2", [1, 1, 6, 6], "class" },
        { "conv 4 3x3 stride=2 pad=1 groups=2 | avgpool 2 | flatten | linear 2", [1, 2, 8, 8], "values" },
        { "batchnorm | linear 2 | softmax", [4, 3], "values" },
        { "layernorm | linear 2", [2, 3], "values" },
        { "groupnorm 2", [2, 4], "values" },
        { "dropout 0.5 | linear 2", [2, 4], "values" },
        { "lstm 2 | linear 1", [1, 3, 2], "values" },
        { "gru 2 last=true", [1, 3, 2], "values" },
        { "rnn 2 bidirectional=true last=true", [2, 3, 2], "values" },
        { "attention 2 causal=true", [1, 3, 4], "values" },
        { "attention 1 rotary=true", [1, 3, 4], "values" },
        { "attention 2 rotary=true keyheads=1", [1, 3, 8], "values" },
        { "transformer 2 6", [1, 3, 4], "values" },
        { "linear 2 | tanh | lstm 2 | linear 1", [1, 3, 2], "values" },
        { "residual(linear 2 | tanh) | gelu | linear 2", [1, 2], "values" },
        { "separable 3 3x3 | silu", [1, 2, 5, 5], "values" },
    };

    [Theory, MemberData(nameof(Nets))]
    public void Every_entry_that_is_written_out_is_what_it_says(string notation, int[] shape, string kind)
    {
        Explanation explanation = Explained(notation, shape, kind, new Adam(0.01));
        int checkedEntries = PrintedNumbers.Entries(explanation);
        Assert.True(checkedEntries > 0 || !notation.Contains("linear", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Nets))]
    public void Every_line_of_numbers_that_can_be_read_is_what_it_says(string notation, int[] shape, string kind)
    {
        int read = PrintedNumbers.Lines(Explained(notation, shape, kind, new Adam(0.01)));
        Assert.True(read >= 2 || !notation.Contains("linear", StringComparison.Ordinal), $"{read} lines were read");
    }

    [Theory, MemberData(nameof(Nets))]
    public void No_two_values_have_one_name(string notation, int[] shape, string kind)
    {
        Explanation explanation = Explained(notation, shape, kind, new Adam(0.01));
        string[] names = [.. explanation.Steps.Where(s => s.Phase != Phase.Update).SelectMany(s => s.Equations).Where(e => !e.Text.Contains('←', StringComparison.Ordinal)).Select(e => e.Result.Name), .. explanation.Parameters.Select(p => p.Name[..p.Name.IndexOf(' ')])];
        Assert.Equal(names.Distinct(), names);
    }

    [Theory, MemberData(nameof(Nets))]
    public void Every_page_is_well_formed_in_both_languages(string notation, int[] shape, string kind)
    {
        Explanation explanation = Explained(notation, shape, kind, new Momentum(0.1, 0.9));
        foreach (Language language in Enum.GetValues<Language>())
        {
            XDocument page = XDocument.Parse(explanation.ToHtml(language).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
            Assert.Equal(language == Language.Russian ? "ru" : "en", page.Root!.Attribute("lang")!.Value);
            Assert.Contains(page.Descendants(), e => e.Name.LocalName == "math");
            Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img");
            Assert.NotEmpty(explanation.ToMarkdown(language));
            string latex = explanation.ToLatex(language);
            Assert.Equal(latex.Count(c => c == '{'), latex.Count(c => c == '}'));
        }
        Assert.NotEqual(explanation.ToText(Language.English), explanation.ToText(Language.Russian));
        using JsonDocument json = JsonDocument.Parse(explanation.ToJson());
        foreach (JsonElement step in json.RootElement.GetProperty("steps").EnumerateArray())
            Assert.All(["phase", "path", "op", "formula", "numbers", "inputs", "output", "gradient"], key => Assert.True(step.TryGetProperty(key, out _), key));
    }

    [Fact]
    public void The_network_and_the_optimizer_are_left_as_they_were()
    {
        Sequential net = Seeded.Net("batchnorm | dropout 0.5 | linear 2");
        net.Build([4, 3]);
        Adam adam = new(0.01);
        double[][] before = [.. net.Parameters().Select(p => p.Parameter.Value.ToDoubles())];
        net.Explain(Some([4, 3]), Some([4, 2]), new() { Optimizer = adam, Steps = 3 });
        Assert.Equal(before, [.. net.Parameters().Select(p => p.Parameter.Value.ToDoubles())]);
        Assert.Equal(0, adam.Steps);
        Assert.True(net.Training);
    }

    [Theory]
    [InlineData("sgd"), InlineData("momentum"), InlineData("nesterov"), InlineData("rmsprop"), InlineData("adam"), InlineData("adagrad"), InlineData("lion"), InlineData("adamw")]
    public void Weights_after_some_steps_are_those_of_training(string rule)
    {
        Sequential net = Seeded.Net("linear 3 | tanh | linear 1");
        net.Build([4, 2]);
        Tensor x = Some([4, 2]), t = Some([4, 1]);
        OptimizerTable table = OptimizerTable.Find(rule);
        Explanation explanation = net.Explain(x, t, new() { Optimizer = table.Make(0.05, Schedule.Constant), Steps = 3 });
        net.Cast(DType.Float64);
        Optimizer optimizer = table.Make(0.05, Schedule.Constant);
        for (int i = 0; i < 3; i++) optimizer.Step(new MeanSquaredError().Of(net.Forward(x.Cast(DType.Float64)), t.Cast(DType.Float64)), net);
        foreach ((string path, Parameter p) in net.Parameters())
        {
            double[] shown = [.. explanation.Steps.Last(s => s.Phase == Phase.Update && s.Path == path).Output!.Value.Values!], trained = p.Value.ToDoubles();
            for (int i = 0; i < shown.Length; i++) Assert.Equal(trained[i], shown[i], 1e-6); // its weights began as float32, the explanation's as their decimals
        }
    }

    [Fact]
    public void A_gradient_that_does_not_arrive_is_none_and_not_0()
    {
        Explanation explanation = Seeded.Net("linear 2 | step | linear 1").Explain(Some([1, 2]), Some([1, 1]));
        ExplainStep first = Assert.Single(explanation.Steps, s => s.Phase == Phase.Backward && s.Path == "0");
        Assert.Null(first.Gradient);
        Assert.Contains(first.Remarks, r => r.English.StartsWith("No gradient gets here", StringComparison.Ordinal));
    }

    [Fact]
    public void A_big_network_is_explained_in_short()
    {
        Explanation explanation = Seeded.Net("linear 3000 | relu | linear 3000 | relu | linear 10").Explain(Some([1, 100]), Tensor.Of(3L), new() { Loss = new CrossEntropy(), Optimizer = new Adam(0.001) });
        Assert.True(explanation.ToHtml().Length < 5_000_000, $"{explanation.ToHtml().Length} characters");
        Assert.Contains("(3000, 3000)", explanation.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_explained_is_said()
    {
        Sequential net = Seeded.Net("linear 1");
        Assert.Contains("lbfgs", Assert.Throws<ArgumentException>(() => net.Explain(Some([1, 2]), Some([1, 1]), new() { Optimizer = new Lbfgs(1) })).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("target", Assert.Throws<ArgumentException>(() => net.Explain(Some([1, 2]), null, new() { Optimizer = new Sgd(0.1) })).Message, StringComparison.Ordinal);
    }

    private static Explanation Explained(string notation, int[] shape, string kind, Optimizer optimizer)
    {
        Kubik.Nn.Module net = Seeded.Known(notation, 2);
        Shape y = net.Build([.. shape]);
        Tensor target = kind == "class" ? Tensor.From<long>([.. Enumerable.Range(0, y[0]).Select(i => (long)i % y[1])], [y[0]]) : Some([.. y.Sizes]);
        return net.Explain(Some(shape), target, new() { Loss = kind == "class" ? new CrossEntropy() : null, Optimizer = net.Parameters().Any(p => p.Parameter.Role == ParameterRole.Weight) ? optimizer : null });
    }

    private static Tensor Some(int[] shape)
    {
        int count = shape.Aggregate(1, (a, b) => a * b);
        return Tensor.From<float>([.. Enumerable.Range(0, count).Select(i => (i * 37 % 23 - 11) / 8f)], [.. shape]);
    }
}
