// What has to come out right of the exercises that Kubik began with, where the other tests of the verbs do not say it already;
// the numbers are worked out here or by hand. Whoever types these lines gets these numbers.

using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace Kubik.Cli.Tests;

public sealed class SeedTests : IDisposable
{
    private const string Layers = "linear 2 bias=false | relu | linear 1 bias=false", Weights = "0.weight=1,-1,0.5,0; 2.weight=0.5,1";

    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    // A gradient is ordered by a target: of the mean of squares of two outputs it is y − t, of one 2(y − t).
    [Theory]
    [InlineData("linear 2 bias=false", "1,2", "3,-1", "0.weight=1,-1,0.5,0", "∂L/∂y = (2, −1) − (3, −1) = (−1, 0)", "∂L/∂x = (−1, 0)·[[1, 0.5], [−1, 0]] = (−1, −0.5)")]
    [InlineData("relu", "2,-1", "3,2", null, "∂L/∂y = (2, 0) − (3, 2) = (−1, −2)", "∂L/∂x = (−1, −2) ∘ [(2, −1) > 0] = (−1, 0)")]
    [InlineData("linear 1 bias=false", "2,0", "2", "0.weight=0.5,1", "∂L/∂y = 2(1 − 2) = −2", "∂L/∂x = (−2)·(0.5, 1) = (−1, −2)")]
    public void Incoming_gradients_of_single_layers(string net, string input, string target, string? weights, string incoming, string outgoing)
    {
        string[] words = ["explain", net, "--input", input, "--target", target, "--part", "backward", .. weights is null ? (string[])[] : ["--weights", weights]];
        string[] lines = [.. Tool.Run(this.folder, words).Fine().Out.Split('\n').Select(l => l.Trim())];
        Assert.Contains(incoming, lines);
        Assert.Contains(outgoing, lines);
    }

    // The same network with sigmoid and log-loss on top: p = σ(1); L = −ln(1 − p) against 0, and what comes back is p.
    [Fact]
    public void Sigmoid_and_log_loss_on_top()
    {
        double p = 1 / (1 + Math.Exp(-1));
        Said said = Tool.Run(this.folder, "explain", Layers, "--input", "1,2", "--target", "0", "--loss", "bce", "--weights", Weights, "--optimizer", "sgd", "--lr", "1", "--json").Fine();
        JsonElement[] steps = [.. said.Json.GetProperty("steps").EnumerateArray()];
        Assert.Equal(-Math.Log(1 - p), Values(steps.Single(s => Phase(s) == "loss").GetProperty("output"))[0], 1e-12);
        Assert.Equal(p, Values(steps.First(s => Phase(s) == "backward").GetProperty("output"))[0], 1e-12);
        double[][] expected = [[1 - 0.5 * p, -1, 0.5 - p, 0], [0.5 - 2 * p, 1]];
        foreach ((double[] right, JsonElement step) in expected.Zip(steps.Where(s => Phase(s) == "update")))
            Assert.All(right.Zip(Values(step.GetProperty("output"))), w => Assert.Equal(w.First, w.Second, 1e-12));

        // Sigmoid and logarithm each by itself: ∂L/∂p = 1/(1 − p), times p(1 − p).
        JsonElement[] parts = [.. Tool.Run(this.folder, "calc", "-(t*ln(sigmoid(z)) + (1-t)*ln(1-sigmoid(z)))", "--at", "t=0,z=1", "--json").Fine().Json.GetProperty("steps").EnumerateArray()];
        JsonElement sigmoid = parts.Single(s => s.GetProperty("formula").GetString() == "sigmoid(z)");
        Assert.Equal((p, 1 / (1 - p)), (Math.Round(sigmoid.GetProperty("value").GetDouble(), 15), sigmoid.GetProperty("gradient").GetDouble()), Near);
        Assert.Equal(p, Tool.Run(this.folder, "calc", "-(t*ln(sigmoid(z)) + (1-t)*ln(1-sigmoid(z)))", "--at", "t=0,z=1", "--json").Fine().Json.GetProperty("gradient").GetProperty("z").GetDouble(), 1e-12);
    }

    [Fact]
    public void A_sigmoid_of_a_sigmoid_is_warned_of()
    {
        Said said = Tool.Run(this.folder, "explain", $"{Layers} | sigmoid", "--input", "1,2", "--target", "0", "--loss", "bce").Fine();
        Assert.Contains("bce has its own sigmoid", said.Error, StringComparison.Ordinal);
        Assert.Empty(Tool.Run(this.folder, "explain", $"{Layers} | sigmoid", "--input", "1,2", "--target", "0").Fine().Error);
        Assert.Contains("cross-entropy has its own softmax", Tool.Run(this.folder, "explain", "linear 3 | softmax", "--input", "1,2", "--target", "0").Fine().Error, StringComparison.Ordinal);
    }

    // y = w·x on (1, 2), (2, 3) from w = 0, mean of squares, η = 0.1: every line as a teacher writes it.
    [Theory]
    [InlineData("sgd", null, "W₁ = 0 − 0.1·(−8) = 0.8|W₁ = 0.8 − 0.1·(−4) = 1.2")]
    [InlineData("sgd", "1", "W₁ = 0 − 0.1·(−4) = 0.4|W₁ = 0.4 − 0.1·(−8.8) = 1.28")]
    [InlineData("momentum momentum=0.9", null, "v = 0.9·0 − 8 = −8|W₁ = 0 − 0.1·(−8) = 0.8|v = 0.9·(−8) − 4 = −11.2|W₁ = 0.8 − 0.1·(−11.2) = 1.92")]
    [InlineData("nesterov momentum=0.9", null, "v = 0.9·0 − 8 = −8|W₁ = 0 − 0.1·(−8 + 0.9·(−8)) = 1.52|v = 0.9·(−8) − 0.4 = −7.6|W₁ = 1.52 − 0.1·(−0.4 + 0.9·(−7.6)) = 2.244")]
    [InlineData("rmsprop alpha=0.9", null, "v = 0.9·0 + 0.1(−8)² = 6.4|v ← 0.9v + 0.1(∂L/∂W₁)²|W₁ ← W₁ − η·(∂L/∂W₁ / (√v + 10⁻⁸))")]
    [InlineData("adam beta1=0.9 beta2=0.9", null, "m = 0.9·0 + 0.1·(−8) = −0.8|m̂ = m / (1 − 0.9^k)|v = 0.9·0 + 0.1(−8)² = 6.4|v̂ = v / (1 − 0.9^k)|W₁ ← W₁ − η·(m̂ / (√v̂ + 10⁻⁸))")]
    public void Two_steps_are_written_out_with_the_state_of_the_rule(string rule, string? batch, string lines)
    {
        string[] words = ["explain", "linear 1 bias=false", "--data", "1:2, 2:3", "--weights", "0.weight=0", "--optimizer", rule, "--lr", "0.1", "--steps", "2", .. batch is null ? (string[])[] : ["--batch", batch]];
        string[] said = [.. Tool.Run(this.folder, words).Fine().Out.Split('\n').Select(l => l.Trim())];
        foreach (string line in lines.Split('|')) Assert.Contains(line, said);
        Assert.Contains("Step 1. The loss", said);
        Assert.Contains("Step 2. Update: new weights", said);
        if (batch is null) Assert.Contains("L = mean(([[2], [3]] − [[0], [0]])∘²) = 6.5", said); // the loss is the mean of squares
    }

    [Theory] // softmax(1, 2, 5) where T goes to 0 and to ∞
    [InlineData("0.001", 0, 0, 1), InlineData("1000000", 0.333333, 0.333333, 0.333334)]
    public void Softmax_in_the_limits_of_its_temperature(string temperature, double a, double b, double c) =>
        Assert.All(Values(this.Explained($"softmax temperature={temperature}", "--input", "1,2,5")[0].GetProperty("output")).Zip([a, b, c]), p => Assert.Equal(p.Second, p.First, 1.1e-6));

    [Theory]
    [InlineData("1,-2,0", "y[1] = e^1 / (e^1 + e^(−2) + e^0) ≈ 0.7054")]
    [InlineData("0.5,-1,0", "y[3] = e^0 / (e^0.5 + e^(−1) + e^0) ≈ 0.3315")]
    public void Softmax_shows_its_exponents(string logits, string line) =>
        Assert.Contains(line, Tool.Run(this.folder, "explain", "softmax temperature=1", "--input", logits).Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void Log_loss_of_the_whale_and_the_beaver_together()
    {
        string said = Tool.Run(this.folder, "explain", "identity", "--data", "1 -2 0:0, 0.5 -1 0:2", "--loss", "cross-entropy").Fine().Out;
        foreach (string line in (string[])["ℓ[1] = −ln(e^1 / (e^1 + e^(−2) + e^0)) ≈ 0.349", "ℓ[2] = −ln(e^0 / (e^0.5 + e^(−1) + e^0)) ≈ 1.1041", "L = mean((0.349, 1.1041)) ≈ 0.7266"]) Assert.Contains(line, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Xor_is_a_network_of_three_neurons_that_is_drawn()
    {
        JsonElement json = Tool.Run(this.folder, "formula", "[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]", "--svg", "xor.svg", "--json").Fine().Json;
        Assert.Equal(["text", "latex", "mathml", "layers", "notes"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("""[{"activation":"step","weights":[[1,1],[1,1]],"bias":[-0.5,-1.5]},{"activation":"step","weights":[[1],[-1]],"bias":[-0.5]}]""", json.GetProperty("layers").GetRawText());
        Assert.Equal(5, XElement.Load(this.folder["xor.svg"]).Elements().Count(e => e.Name.LocalName == "circle"));
    }

    [Fact]
    public void The_coffee_house_is_a_network()
    {
        string said = Tool.Run(this.folder, "formula", "relu(1*relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)").Fine().Out;
        foreach (string line in (string[])["A network 3-2-1 with 11 parameters", "neuron 1: weights 5, −60, 0.5; bias 0", "neuron 2: weights −2, −80, 2; bias 0", "neuron 1: weights 1, 0.2; bias 4"]) Assert.Contains(line, said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_convolutions_of_the_named_VGG_A()
    {
        JsonElement[] layers = [.. Tool.Run(this.folder, "show", "vgg_a", "--input", "3x224x224", "--json").Fine().Json.GetProperty("layers").EnumerateArray()];
        JsonElement[] convolutions = [.. layers.Where(l => l.GetProperty("brick").GetString()!.StartsWith("conv ", StringComparison.Ordinal))];
        Assert.Equal(9_220_480, convolutions.Sum(l => l.GetProperty("parameters").GetInt64()));
        Assert.Equal(18, convolutions[2].GetProperty("receptive_field").GetProperty("size")[0].GetInt32());
    }

    // Every number of one LSTM step, an attention head with a causal mask, a batch norm and a residual block, by PyTorch
    // (tests/golden/make_explain.py).
    [Theory]
    [InlineData("lstm")]
    [InlineData("attention")]
    [InlineData("batchnorm")]
    [InlineData("residual")]
    public void A_step_is_PyTorchs_number_by_number(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Tool.Data, "..", "tests", "golden", "explain", name + ".json")));
        JsonElement golden = document.RootElement, input = golden.GetProperty("input"), target = golden.GetProperty("target");
        File.WriteAllText(this.folder["w.json"], $"{{ {string.Join(", ", golden.GetProperty("parameters").EnumerateObject().Select(p => $"\"{p.Name}\": {p.Value.GetProperty("values").GetRawText()}"))} }}");
        bool isSequence = input.GetProperty("shape").GetArrayLength() == 3;
        string[] sample = isSequence
            ? ["--input", string.Join("; ", Rows(input, ",")), "--target", string.Join("; ", Rows(target, ","))]
            : ["--data", string.Join(", ", Rows(input, " ").Zip(Rows(target, " "), (x, t) => $"{x}:{t}"))];
        JsonElement said = Tool.Run(this.folder, ["explain", golden.GetProperty("net").GetString()!, .. sample, "--weights", "w.json", "--json"]).Fine().Json;
        Dictionary<string, double[]> shown = said.GetProperty("steps").EnumerateArray().SelectMany(s => s.GetProperty("equations").EnumerateArray()).Select(e => e.GetProperty("result")).ToDictionary(r => r.GetProperty("name").GetString()!, Values);
        Dictionary<string, string> names = said.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!.Split(" (")).ToDictionary(p => p[1].TrimEnd(')'), p => p[0]);
        int compared = 0;
        foreach (JsonProperty v in golden.GetProperty("values").EnumerateObject()) Same(Values(v.Value), v.Name);
        foreach (JsonProperty g in golden.GetProperty("gradients").EnumerateObject().Where(g => g.Value.ValueKind == JsonValueKind.Object && shown.ContainsKey($"∂L/∂{g.Name}"))) Same(Values(g.Value), $"∂L/∂{g.Name}");
        foreach (JsonProperty p in golden.GetProperty("parameterGradients").EnumerateObject()) Same(Values(p.Value), $"∂L/∂{names[p.Name]}");
        Same(Values(golden.GetProperty("inputGradient")), "∂L/∂x");
        Same([golden.GetProperty("loss").GetDouble()], "L");
        Assert.True(compared >= 2 * golden.GetProperty("values").EnumerateObject().Count(), $"{compared}");

        void Same(double[] expected, string value)
        {
            double scale = expected.Select(Math.Abs).Append(1e-3).Max();
            Assert.Equal(expected.Length, shown[value].Length);
            Assert.All(expected.Zip(shown[value]), p => Assert.Equal(p.First, p.Second, 1e-12 * scale));
            compared++;
        }
    }

    private static IEnumerable<string> Rows(JsonElement tensor, string between) =>
        Values(tensor).Chunk(tensor.GetProperty("shape").EnumerateArray().Last().GetInt32()).Select(row => string.Join(between, row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));

    private JsonElement[] Explained(params string[] words) => [.. Tool.Run(this.folder, ["explain", .. words, "--json"]).Fine().Json.GetProperty("steps").EnumerateArray()];

    private static string Phase(JsonElement step) => step.GetProperty("phase").GetString()!;

    private static double[] Values(JsonElement tensor) => [.. tensor.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];

    private static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12;
}
