// The seeds' exercises through the command line: what explain prints is the worked solution, number by number.

using System.Text.Json;
using System.Xml.Linq;

namespace Kubik.Cli.Tests;

public sealed class ExplainTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void Layer_by_layer_forward_and_back() // seed 000, 4.4
    {
        Said said = Tool.Run(this.folder, "explain", "linear 2 bias=false | relu | linear 1 bias=false", "--input", "1,2", "--target", "0", "--weights", "0.weight=1,-1,0.5,0; 2.weight=0.5,1", "--optimizer", "sgd", "--lr", "1").Fine();
        foreach (string line in (string[])["z₁ = (1, 2)·[[1, −1], [0.5, 0]] = (2, −1)", "h₁ = relu((2, −1)) = (2, 0)", "y = (2, 0)·[[0.5], [1]] = 1", "L = (0 − 1)² = 1", "∂L/∂y = 2(1 − 0) = 2", "∂L/∂h₁ = 2·[[0.5], [1]]ᵀ = (1, 2)", "∂L/∂z₁ = (1, 2) ∘ [(2, −1) > 0] = (1, 0)", "∂L/∂x = (1, 0)·[[1, 0.5], [−1, 0]] = (1, 0.5)", "W₁ = [[1, −1], [0.5, 0]] − 1·[[1, 0], [2, 0]] = [[0, −1], [−1.5, 0]]"])
            Assert.Contains(line.Replace("2·[[0.5], [1]]ᵀ", "2·(0.5, 1)", StringComparison.Ordinal), said.Out, StringComparison.Ordinal);
    }

    [Theory] // seed 000, 3.1: y = w·x on (1, 2), (2, 3) from w = 0; the loss is the mean of squares, its gradient 5w − 8
    [InlineData("sgd", 0.1, null, 0.8, 1.2)]
    [InlineData("momentum momentum=0.9", 0.1, null, 0.8, 1.92)]
    [InlineData("nesterov momentum=0.9", 0.1, null, 1.52, 2.244)]
    [InlineData("sgd", 0.1, 1, 0.4, 1.28)]
    public void Two_steps_of_descent(string rule, double rate, int? batch, double first, double second)
    {
        string[] words = ["explain", "linear 1 bias=false", "--data", "1:2, 2:3", "--weights", "0.weight=0", "--optimizer", rule, "--lr", rate.ToString(System.Globalization.CultureInfo.InvariantCulture), "--steps", "2", "--part", "update", "--format", "json"];
        JsonElement said = Tool.Run(this.folder, batch is { } n ? [.. words, "--batch", $"{n}"] : words).Fine().Json;
        double[] weights = [.. said.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("output").GetProperty("values")[0].GetDouble())];
        Assert.Equal([first, second], weights.Select(w => Math.Round(w, 12)));
    }

    [Fact]
    public void Two_steps_of_RMSprop_and_Adam() // seed 000, 3.1, with its constants
    {
        double v = 0.1 * 64, w = 0.1 * 8 / (Math.Sqrt(v) + 1e-8), g = 5 * w - 8;
        v = 0.9 * v + 0.1 * g * g;
        double[] rms = [w, w - 0.1 * g / (Math.Sqrt(v) + 1e-8)];
        Assert.Equal(rms.Select(x => Math.Round(x, 10)), this.Descent("rmsprop alpha=0.9"));

        double m = 0.1 * -8;
        (v, w) = (0.1 * 64, 0.1 * 8 / (8 + 1e-8));
        (g, double first) = (5 * w - 8, w);
        (m, v) = (0.9 * m + 0.1 * g, 0.9 * v + 0.1 * g * g);
        w -= 0.1 * (m / (1 - 0.81)) / (Math.Sqrt(v / (1 - 0.81)) + 1e-8);
        Assert.Equal([Math.Round(first, 10), Math.Round(w, 10)], this.Descent("adam beta1=0.9 beta2=0.9"));
    }

    [Fact]
    public void Least_squares_has_no_gradient() // seed 000, 3.1a: w = (1·2 + 2·3) / (1 + 4)
    {
        JsonElement said = Tool.Run(this.folder, "explain", "linear 1 bias=false", "--data", "1:2, 2:3", "--weights", "0.weight=1.6", "--part", "backward", "--format", "json").Fine().Json;
        JsonElement result = said.GetProperty("steps").EnumerateArray().SelectMany(s => s.GetProperty("equations").EnumerateArray()).Select(e => e.GetProperty("result")).Single(r => r.GetProperty("name").GetString() == "∂L/∂W₁");
        Assert.Equal(0, result.GetProperty("values")[0].GetDouble(), 1e-12);
    }

    private IEnumerable<double> Descent(string rule) =>
        Tool.Run(this.folder, "explain", "linear 1 bias=false", "--data", "1:2, 2:3", "--weights", "0.weight=0", "--optimizer", rule, "--lr", "0.1", "--steps", "2", "--part", "update", "--format", "json").Fine().Json
            .GetProperty("steps").EnumerateArray().Select(s => Math.Round(s.GetProperty("output").GetProperty("values")[0].GetDouble(), 10));

    [Theory]
    [InlineData("1,-2,0", 0, 0.70538), InlineData("0.5,-1,0", 2, 0.33150)]
    public void Log_loss_of_a_whale_and_a_beaver(string logits, int animal, double probability) // seed 000, 2.3: 1, −2, 0 and 0.5, −1, 0
    {
        JsonElement said = Tool.Run(this.folder, "explain", "linear 3 bias=false", "--input", logits, "--target", $"{animal}", "--weights", "0.weight=1,0,0,0,1,0,0,0,1", "--format", "json").Fine().Json;
        JsonElement loss = said.GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("phase").GetString() == "loss");
        Assert.Equal(-Math.Log(probability), loss.GetProperty("output").GetProperty("values")[0].GetDouble(), 2e-5);
        // d(softmax + NLL)/dz = p − t
        JsonElement back = said.GetProperty("steps").EnumerateArray().First(s => s.GetProperty("phase").GetString() == "backward");
        Assert.Equal("p = softmax(y); ℓ = −ln(p[t + 1]); L = ℓ", loss.GetProperty("formula").GetString());
        Assert.Equal("∂L/∂y = p − onehot(t)", back.GetProperty("formula").GetString());
        Assert.Equal(probability - 1, back.GetProperty("output").GetProperty("values")[animal].GetDouble(), 2e-5);
    }

    [Fact]
    public void The_coffee_house() // seed 000, 1.2: at (20, 0, 1)
    {
        string[] shown = Tool.Run(this.folder, "explain", "linear 2 | relu | linear 1 | relu", "--input", "20,0,1", "--weights", "0.weight=5,-2,-60,-80,0.5,2; 0.bias=0; 2.weight=1,0.2; 2.bias=4").Fine().Out.Split('\n');
        foreach (string line in (string[])["z₁ = (20, 0, 1)·[[5, −2], [−60, −80], [0.5, 2]] + (0, 0) = (100.5, −38)", "z₁[1] = 20·5 + 0·(−60) + 1·0.5 + 0 = 100.5", "h₁ = relu((100.5, −38)) = (100.5, 0)", "z₂ = (100.5, 0)·[[1], [0.2]] + 4 = 104.5", "y = relu(104.5) = 104.5"])
            Assert.Contains(shown, s => s.Trim() == line);
        Assert.Equal(104.5, Tool.Run(this.folder, "calc", "relu(relu(5x1 - 60x2 + 0.5x3) + 0.2relu(-2x1 - 80x2 + 2x3) + 4)", "--at", "x1=20,x2=0,x3=1", "--json").Fine().Json.GetProperty("value").GetDouble());
    }

    [Fact]
    public void Logistic_regression() // seed 000, 3.2: x = −5, y = 1, w = 1, γ = 0.01
    {
        JsonElement said = Tool.Run(this.folder, "explain", "linear 1 bias=false", "--input", "-5", "--target", "1", "--loss", "bce", "--weights", "0.weight=1", "--optimizer", "sgd", "--lr", "0.01", "--format", "json").Fine().Json;
        JsonElement update = said.GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("phase").GetString() == "update");
        Assert.Equal(4.9665, update.GetProperty("gradient").GetProperty("values")[0].GetDouble(), 4e-5);
        Assert.Equal(0.9503, update.GetProperty("output").GetProperty("values")[0].GetDouble(), 4e-5);
    }

    [Theory]
    [InlineData(10, 0.2780, 0.3072, 0.4147), InlineData(1, 0.0171, 0.0466, 0.9362), InlineData(0.1, 0, 0, 1)]
    public void Softmax_at_a_temperature(double temperature, double a, double b, double c) // seed 000, 2.3 and 5.4
    {
        string t = temperature.ToString(System.Globalization.CultureInfo.InvariantCulture);
        JsonElement said = Tool.Run(this.folder, "explain", $"softmax temperature={t}", "--input", "1,2,5", "--format", "json").Fine().Json;
        double[] p = [.. said.GetProperty("steps")[0].GetProperty("output").GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
        Assert.Equal([a, b, c], p.Select(v => Math.Round(v, 4)));
    }

    [Fact]
    public void An_untrained_softmax_of_1000_classes_starts_at_ln_1000() // seed 000, 5.12
    {
        JsonElement said = Tool.Run(this.folder, "explain", "linear 1000", "--input", "1,2", "--target", "7", "--weights", "0.weight=0; 0.bias=0", "--part", "forward", "--format", "json").Fine().Json;
        JsonElement loss = said.GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("phase").GetString() == "loss");
        Assert.Equal(Math.Log(1000), loss.GetProperty("output").GetProperty("values")[0].GetDouble(), 1e-12);
    }

    [Fact]
    public void A_page_in_Russian_is_written_whole()
    {
        Tool.Run(this.folder, "explain", "lenet", "--input", "1x28x28", "--target", "3", "--lang", "ru", "-o", "lenet.html").Fine();
        string page = File.ReadAllText(Path.Combine(this.folder.Path, "lenet.html"));
        XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Contains("Обратный проход: от потерь к весам", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_are_read_from_files()
    {
        File.WriteAllText(Path.Combine(this.folder.Path, "w.json"), "{ \"0.weight\": [[1, -1], [0.5, 0]], \"0.bias\": [0, 3] }");
        Assert.Contains("y = (1, 2)·[[1, −1], [0.5, 0]] + (0, 3) = (2, 2)", Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "w.json").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_words_are_in_the_vocabulary()
    {
        JsonElement x = Tool.Run(this.folder, "explain", "embedding 5 3 | flatten | linear 2", "--input", "random 6", "--target", "1", "--format", "json").Fine().Json.GetProperty("steps")[0].GetProperty("inputs").EnumerateArray().Single(i => i.GetProperty("name").GetString() == "x");
        Assert.All(x.GetProperty("values").EnumerateArray(), v => Assert.Contains(v.GetDouble(), (double[])[0, 1, 2, 3, 4]));
        Tool.Run(this.folder, "explain", "embedding 5 3 | flatten | linear 2", "--input", "1,4,0").Fine();
        Tool.Run(this.folder, "explain", "embedding 5 3 | flatten | linear 2", "--input", "1,5").Refused("a table of 5 rows", "0 to 4");
        Tool.Run(this.folder, "explain", "gpt", "--part", "forward").Fine();
        Tool.Run(this.folder, "explain", "char-lstm", "--input", "64,3,2", "--target", "3").Refused("(1, 3, 96)", "288", "cross-entropy");
        Tool.Run(this.folder, "explain", "conv 4 3x3", "--input", "1x3x3", "--target", "2", "--loss", "cross-entropy").Fine();
    }

    [Fact]
    public void Slips_are_explained()
    {
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,b").Refused("'b' in --input is no number");
        Tool.Run(this.folder, "explain", "linear 2").Refused("--input 1,2");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "1,2,3").Refused("3 numbers", "give 2", "0 to 1");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "0.wieght=1").Refused("no parameter '0.wieght'", "0.weight (2, 2)");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "0.weight=1,2,3").Refused("takes 4 numbers", "3 are given");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "1,2", "--optimizer", "lbfgs").Refused("lbfgs");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--part", "middle").Refused("there is no part 'middle'");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--steps", "3").Refused("--optimizer");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--data", "1:2").Refused("leave out --input");
    }
}
