// What an explanation takes when nothing is said, and the code of docs/glass.md that checks gradients: with the usings of the page.

using Kubik.Autograd;
using Kubik.Glass.Checks;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public sealed class ExplainDefaultsTests
{
    [Fact]
    public void Whole_numbers_are_labels_and_their_loss_is_cross_entropy()
    {
        Sequential net = Seeded.Net("linear 3");
        Tensor x = Tensor.Of(1f, 2f).Reshape(1, 2), labels = Tensor.Of(2L);
        Explanation explained = net.Explain(x, labels, new() { Optimizer = new Sgd(0.1), Steps = 2 });
        Assert.Equal("cross-entropy", explained.Steps.First(s => s.Phase == Phase.Loss).Op);
        Assert.Equal("nll", Seeded.Net("linear 3 | logsoftmax").Explain(x, labels, new() { Loss = new NegativeLogLikelihood() }).Steps.First(s => s.Phase == Phase.Loss).Op);
        Assert.Equal("mse", net.Explain(x, Tensor.Of(0f, 0f, 1f).Reshape(1, 3)).Steps.First(s => s.Phase == Phase.Loss).Op);
    }

    [Theory]
    [InlineData("embedding 9 4 | linear 3", true)] // a network for texts gives its classes last
    [InlineData("conv1d 3 1", false)]
    public void With_as_many_places_as_classes_it_depends_on_what_the_network_reads(string notation, bool isSequence)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = isSequence ? Tensor.From<long>([1, 2, 8], [1, 3]) : new RandomSource(1).NextStream().Normal([1, 2, 3]), labels = Tensor.From<long>([2, 0, 1], [1, 3]);
        double explained = net.Explain(x, labels).Steps.Single(s => s.Phase == Phase.Loss).Output!.Value.Values![0];
        Tensor y = net.Forward(x);
        double byPlace = new CrossEntropy().Of(isSequence ? y.Reshape([3, 3]) : y, isSequence ? labels.Reshape([3]) : labels).Item();
        Assert.Equal(byPlace, explained, 1e-6);
    }

    [Fact]
    public void One_sample_is_explained_as_in_evaluation_though_the_network_is_set_to_training()
    {
        Sequential net = Seeded.Net("batchnorm | linear 1");
        net.Train();
        Assert.NotEmpty(net.Explain(Tensor.Of(1f, 2f).Reshape(1, 2), null, new() { Training = false }).Steps);
        Assert.True(net.Training);
    }

    [Fact]
    public void A_check_of_gradients_is_read_in_code()
    {
        Sequential net = Seeded.Net("linear 8 | relu | linear 3");
        Tensor x = new RandomStream(1, 1).Normal([2, 4]), labels = Tensor.Of(0L, 2L);
        GradientReport report = net.CheckGradients(new CrossEntropy(), x, labels);
        foreach (ParameterCheck p in report.Parameters) Assert.NotNull(p.Worst?.Analytic);
        Assert.Contains("No gradient is wrong.", report.ToText(), StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "glass.md")), snippet = page[page.LastIndexOf("```csharp", StringComparison.Ordinal)..];
        foreach (string name in (string[])["using Kubik.Glass;", "using Kubik.Glass.Checks;", "using Kubik.Autograd;", "using Kubik.Nn;"]) Assert.Contains(name, snippet, StringComparison.Ordinal);
    }

    // 30 weights of x = 1, target 2: w ← w − η·2/30·(w − 2), so w_k = 2 + (w₀ − 2)(1 − η/15)^k.
    [Fact]
    public void Of_very_many_steps_the_first_and_the_last_are_shown()
    {
        const int Steps = 400;
        const double Rate = 0.06;
        Sequential net = new(new Linear(1, 30, bias: false));
        float[] start = ((Linear)net.Items[0]).Weight.Value.Detach().ToArray<float>();
        Explanation explained = net.Explain(Tensor.Ones([1, 1]), Tensor.Full([1, 30], 2), new() { Optimizer = new Sgd(Rate), Steps = Steps });
        int[] rounds = [.. explained.Steps.Select(s => s.Round).Distinct()];
        Assert.Equal([.. Enumerable.Range(1, rounds.Length - 1), Steps], rounds);
        Assert.InRange(rounds.Length, 10, Steps - 2);
        foreach ((Language language, string said) in ((Language, string)[])[(Language.English, $"Steps {rounds.Length} to {Steps - 1} are computed in the same way"), (Language.Russian, $"Шаги {rounds.Length}–{Steps - 1} вычисляются так же")])
        {
            string page = explained.ToHtml(language);
            Assert.InRange(page.Length, 1_000_000, 4_500_000);
            Assert.Contains(said, page, StringComparison.Ordinal);
        }
        double[] last = [.. explained.Steps[^1].Output!.Value.Values!];
        Assert.Equal(start.Select(w => 2 + (Math.Round((double)w, 9) - 2) * Math.Pow(1 - Rate / 15, Steps)), last, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Kubik.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
