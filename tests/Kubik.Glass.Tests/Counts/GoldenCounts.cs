// What famous networks cost and see, exactly as PyTorch counts it: by hooks on the modules that run, and by how far a gradient
// reaches (tests/golden/make_counts.py, where the networks are written module by module).

using System.Runtime.CompilerServices;
using System.Text.Json;
using Kubik.Glass.Counts;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Counts;

public class GoldenCounts
{
    private static readonly JsonElement Golden = Read();

    public static TheoryData<string> Names => [.. Golden.EnumerateObject().Select(p => p.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Parameters_multiply_adds_and_fields_are_PyTorchs(string name)
    {
        JsonElement golden = Golden.GetProperty(name);
        bool isLeNet = name == "lenet";
        Assert.True(golden.TryGetProperty("macs", out _) || golden.TryGetProperty("sees", out _), $"counts.json says nothing of {name} that is compared here");
        if (golden.TryGetProperty("macs", out JsonElement macs))
        {
            NetSummary whole = Net(name, withHead: true).Summary(isLeNet ? [1, 28, 28] : [3, 224, 224]);
            Assert.Equal((golden.GetProperty("parameters").GetInt64(), macs.GetInt64()), (whole.Parameters, whole.MultiplyAdds));
        }
        if (golden.TryGetProperty("sees", out JsonElement sees))
        {
            ReceptiveField field = Net(name, withHead: false).Summary([3, 224, 224]).Layers[^1].ReceptiveField!;
            (int, int) expected = (sees.GetProperty("size").GetInt32(), sees.GetProperty("stride").GetInt32());
            Assert.All(field.Along, a => Assert.Equal(expected, ((int)a.Size, (int)a.Jump)));
        }
    }

    private static Sequential Net(string name, bool withHead) => name switch
    {
        "lenet" => KnownNets.Parse("lenet", 10),
        "vgg11" => Sequential.Parse(FamousNets.Vgg(1, 1, 2, 2, 2) + FamousNets.VggHead),
        "vgg11 convolutions" => Sequential.Parse(FamousNets.Vgg(1, 1, 2, 2, 2)),
        "vgg11 to the first of 256" => new([.. Sequential.Parse(FamousNets.Vgg(1, 1, 2, 2, 2)).Items.Take(7)]),
        "vgg16" => Sequential.Parse(FamousNets.Vgg(2, 2, 3, 3, 3) + (withHead ? FamousNets.VggHead : "")),
        "resnet18" => Sequential.Parse(FamousNets.ResNet18 + FamousNets.Head),
        "resnet50" => Sequential.Parse(FamousNets.ResNet50(strideLast: false) + (withHead ? FamousNets.Head : "")),
        "resnet50 stride last" => Sequential.Parse(FamousNets.ResNet50(strideLast: true)),
        "mobilenet" => Sequential.Parse(FamousNets.MobileNet + (withHead ? FamousNets.Head : "")),
        "alexnet" => Sequential.Parse("conv 64 11x11 stride=4 pad=2 | relu | maxpool 3 stride=2 | conv 192 5x5 pad=2 | relu | maxpool 3 stride=2 | conv 384 3x3 pad=1 | relu | conv 256 3x3 pad=1 | relu | conv 256 3x3 pad=1 | relu | maxpool 3 stride=2"),
        _ => throw new InvalidOperationException($"counts.json has a network '{name}' that this test does not know."),
    };

    private static JsonElement Read([CallerFilePath] string file = "")
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "golden", "counts.json")));
        return document.RootElement.Clone();
    }
}
