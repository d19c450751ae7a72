// The printed lines of an update are a program: who does them one after another, as they stand, has the engine's optimiser.

using System.Globalization;
using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public partial class PrintedUpdateTests
{
    public static TheoryData<string> Optimizers =>
    [
        .. OptimizerTable.All.Select(o => o.Name).Where(name => name != "lbfgs"), // several looks at the loss make no line
        "momentum dampening=0.5", "sgd decay=0.1", "adagrad rate-decay=0.1 first=0.5", "rmsprop centered=true", "rmsprop centered=true momentum=0.9",
        "rprop shrink=0.4", "lamb decay=0.1", "lion decay=0.1", "adam decay=0.1",
    ];

    [Theory, MemberData(nameof(Optimizers))]
    public void The_printed_lines_done_one_after_another_are_the_optimizer(string notation) => Done(() => (UpdateRule)OptimizerTable.Parse(notation, new(0.05, Schedule.Constant)));

    [Fact]
    public void A_rule_that_reads_a_memory_as_it_was_and_as_it_will_be_is_printed_true_too() => Done(() => new Both());

    [Fact]
    public void What_letters_mean_is_said_where_they_occur()
    {
        Assert.Equal(["η = 0.05 is the learning rate."], Remarks("sgd"));
        Assert.Equal(["η = 0.05 is the learning rate.", "k = 1 is the number of the step.", "Before the first step m = 0, v = 0."], Remarks("adam"));
    }

    private static IEnumerable<string> Remarks(string notation) => Explained((UpdateRule)OptimizerTable.Parse(notation, new(0.05, Schedule.Constant)), 1).Steps.First(s => s.Phase == Phase.Update).Remarks.Select(r => r.English);

    private static (Sequential Net, Tensor X, Tensor T) Task()
    {
        Sequential net = Seeded.Net("linear 1");
        net.Build([3, 2]);
        net.Cast(DType.Float64);
        net.Parameters().First(p => p.Path == "0.weight").Parameter.Assign(Tensor.From([0.5, -0.25], [2, 1]));
        net.Parameters().First(p => p.Path == "0.bias").Parameter.Assign(Tensor.From([0.125], [1]));
        return (net, Tensor.From([1, 2, -1, 0.5, 3, -2.0], [3, 2]), Tensor.From([0.3, -1, 2.0], [3, 1]));
    }

    private static Explanation Explained(UpdateRule rule, int steps)
    {
        (Sequential net, Tensor x, Tensor t) = Task();
        return net.Explain(x, t, new() { Optimizer = rule, Steps = steps });
    }

    private static void Done(Func<UpdateRule> rule)
    {
        const int steps = 3;
        int compared = 0;
        (Sequential net, Tensor x, Tensor t) = Task();
        Explanation explanation = Explained(rule(), steps);
        UpdateRule engine = rule();
        Dictionary<(string Path, string Letter), double[]> known = [];
        foreach ((string path, string letter) in ((string, string)[])[("0.weight", "W₁"), ("0.bias", "b₁")])
            known[(path, letter)] = net.Parameters().First(p => p.Path == path).Parameter.Value.ToDoubles();
        string begin = string.Join(", ", explanation.Steps.SelectMany(s => s.Remarks).Select(r => r.English).Where(r => r.StartsWith("Before the first step ", StringComparison.Ordinal)));
        for (int k = 1; k <= steps; k++)
        {
            engine.Step(new MeanSquaredError().Of(net.Forward(x), t), net);
            foreach (ExplainStep step in explanation.Steps.Where(s => s.Phase == Phase.Update && s.Round == k))
            {
                double[] g = [.. step.Gradient!.Value.Values!];
                if (k == 1)
                {
                    foreach (Match m in Memory().Matches(begin)) known[(step.Path, m.Groups["name"].Value)] = [.. g.Select(_ => double.Parse(m.Groups["value"].Value, CultureInfo.InvariantCulture))];
                }
                (known[(step.Path, step.Gradient.Name)], known[(step.Path, "η")], known[(step.Path, "k")]) = (g, [0.05], [k]);
                foreach (Equation line in step.Equations)
                {
                    string[] sides = line.Text.Split(["←", "="], 2, StringSplitOptions.TrimEntries);
                    Assert.DoesNotContain("…", sides[1], StringComparison.Ordinal);
                    known[(step.Path, sides[0])] = [.. Enumerable.Range(0, g.Length).Select(i => Computed(sides[1], i, known.Where(l => l.Key.Path == step.Path).ToDictionary(l => l.Key.Letter, l => l.Value)))];
                }
                double[] wanted = net.Parameters().First(p => p.Path == step.Path).Parameter.Value.ToDoubles(), got = known[(step.Path, step.Inputs[0].Name)];
                for (int i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(got[i] - wanted[i]) <= 1e-10, $"step {k}, {step.Path}: the lines {string.Join(" | ", step.Equations.Select(e => e.Text))} give {got[i]}, the engine {wanted[i]}");
                compared++;
            }
        }
        Assert.Equal(2 * steps, compared); // weight and bias
    }

    // One element, with numbers in the place of letters; a norm is of all elements.
    private static double Computed(string line, int i, Dictionary<string, double[]> known)
    {
        string text = line;
        foreach ((string letter, double[] value) in known.OrderByDescending(l => l.Key.Length)) text = text.Replace($"‖{letter}‖", Written(Math.Sqrt(value.Sum(v => v * v))), StringComparison.Ordinal);
        foreach ((string letter, double[] value) in known.OrderByDescending(l => l.Key.Length))
            text = Regex.Replace(text, $@"(?<![\p{{L}}_]){Regex.Escape(letter)}(?![\p{{L}}_\u0302₀-₉])", Written(value[Math.Min(i, value.Length - 1)]), RegexOptions.None, TimeSpan.FromSeconds(30));
        text = text.Replace("∘²", "²", StringComparison.Ordinal).Replace('∘', '·').Replace('⊘', '/');
        return Formula.Parse(text).At((ReadOnlySpan<(string, double)>)[]);
    }

    private static string Written(double x) => $"({x.ToString("R", CultureInfo.InvariantCulture)})";

    [GeneratedRegex(@"(?<name>\S+) = (?<value>[\d.]+\d|\d)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Memory();

    private sealed class Both() : UpdateRule(0.05)
    {
        public override string Name => "both";

        protected override Tensor Update(Tensor w, Tensor g, Slots s)
        {
            Tensor old = s["v"], now = s["v"] = 0.9 * old + g;
            return w - s.LearningRate * (2 * now - old);
        }
    }
}
