// Explanations of an LSTM, an attention head, a batch norm, a residual block and a convolution, number by number against PyTorch; of more
// bricks, losses and optimisers what comes out at their ends: outputs, all gradients, the weights after each step.

using System.Runtime.CompilerServices;
using System.Text.Json;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public class GoldenExplanations
{
    // With how many values there are to be compared, so that none gets lost from a file.
    [Theory]
    [InlineData("lstm", 32)]
    [InlineData("attention", 21)]
    [InlineData("rotary", 21)]
    [InlineData("batchnorm", 11)]
    [InlineData("residual", 15)]
    [InlineData("convolution", 17)]
    [InlineData("gru", 27)]
    [InlineData("groupnorm", 5)]
    [InlineData("instancenorm", 5)]
    [InlineData("convtranspose", 5)]
    [InlineData("words", 13)]
    [InlineData("prelu", 8)]
    [InlineData("adaptive", 3)]
    [InlineData("transformer", 19)]
    [InlineData("huber", 17)]
    [InlineData("smoothing", 17)]
    [InlineData("kl", 15)]
    public void Every_number_is_PyTorchs(string name, int count)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), name + ".json")));
        JsonElement root = golden.RootElement;
        Sequential net = Seeded.Net(root.GetProperty("net").GetString()!);
        Tensor x = Read(root.GetProperty("input")), t = Read(root.GetProperty("target"));
        Loss? loss = root.TryGetProperty("criterion", out JsonElement notation) ? Loss.Parse(notation.GetString()!) : null;
        if (loss is CrossEntropy) t = t.Cast(DType.Int64);
        if (name == "words") x = x.Cast(DType.Int64);
        net.Build(x.Shape, x.DType);
        Dictionary<string, Parameter> parameters = net.Parameters().ToDictionary(p => p.Path, p => p.Parameter);
        foreach (JsonProperty p in root.GetProperty("parameters").EnumerateObject()) parameters[p.Name].Assign(Read(p.Value));

        JsonElement[] updated = root.TryGetProperty("updated", out JsonElement after) ? [.. after.EnumerateArray()] : [];
        Optimizer? optimizer = updated.Length == 0 ? null
            : OptimizerTable.Parse(root.GetProperty("optimizer").GetString()!, new(root.GetProperty("rate").GetDouble(), Schedule.Constant));
        Explanation explanation = net.Explain(x, t, new() { Loss = loss, Optimizer = optimizer, Steps = Math.Max(1, updated.Length) });

        Dictionary<string, Snapshot> shown = explanation.Steps.Where(s => s.Round == 1 && s.Phase != Phase.Update).SelectMany(s => s.Equations)
            .Select(e => e.Result).ToDictionary(r => r.Name, r => r.Value);
        int compared = 0;
        foreach (JsonProperty v in root.GetProperty("values").EnumerateObject())
        {
            Same(v.Value, v.Name);
            if (root.GetProperty("gradients").GetProperty(v.Name) is { ValueKind: JsonValueKind.Object } g) Same(g, $"∂L/∂{v.Name}");
        }
        Dictionary<string, string> names = explanation.Parameters.ToDictionary(p => p.Name[(p.Name.IndexOf('(') + 1)..^1], p => p.Name[..p.Name.IndexOf(' ')]);
        foreach (JsonProperty p in root.GetProperty("parameterGradients").EnumerateObject()) Same(p.Value, $"∂L/∂{names[p.Name]}");
        if (root.GetProperty("inputGradient") is { ValueKind: JsonValueKind.Object } input) Same(input, "∂L/∂x");
        foreach ((int k, JsonElement weights) in updated.Index())
        {
            foreach (JsonProperty p in weights.EnumerateObject())
            {
                shown[$"{p.Name} after step {k + 1}"] =
                    explanation.Steps.Single(s => s.Phase == Phase.Update && s.Round == k + 1 && s.Path == p.Name).Output!.Value;
                Same(p.Value, $"{p.Name} after step {k + 1}");
            }
        }
        Assert.Equal(root.GetProperty("loss").GetDouble(), shown["L"].Values![0], 1e-12);
        Assert.Equal(count, compared);

        void Same(JsonElement expected, string value)
        {
            Assert.True(shown.TryGetValue(value, out Snapshot? got), $"{value} is not shown; there are {string.Join(", ", shown.Keys)}");
            double[] wanted = [.. expected.GetProperty("values").EnumerateArray().Select(e => e.GetDouble())];
            Assert.Equal(wanted.Length, got.Values!.Count);
            double scale = wanted.Select(Math.Abs).Append(1e-3).Max();
            for (int i = 0; i < wanted.Length; i++)
                Assert.True(Math.Abs(wanted[i] - got.Values[i]) <= 1e-12 * scale, $"{value}[{i}] is {got.Values[i]:R}, PyTorch's {wanted[i]:R}");
            compared++;
        }
    }

    private static Tensor Read(JsonElement e) =>
        Tensor.From<float>([.. e.GetProperty("values").EnumerateArray().Select(v => (float)v.GetDouble())],
            [.. e.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())]);

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "golden", "explain");
}
