using System.Text.Json;
using Kubik.IO;

namespace Kubik.Cli.Tests;

public sealed class ShowAndDataTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void Show_tells_layers_shapes_and_parameters()
    {
        Said said = Tool.Run(this.folder, "show", "lenet", "--json").Fine();
        Assert.Contains("conv 6 5x5 pad=2", said.Out, StringComparison.Ordinal);
        Assert.Contains("61 706 parameters", said.Out, StringComparison.Ordinal);
        JsonElement json = said.Json;
        Assert.Equal(61_706, json.GetProperty("parameters").GetInt64());
        JsonElement[] layers = [.. json.GetProperty("layers").EnumerateArray()];
        Assert.Equal(12, layers.Length);
        Assert.Equal("3", layers[3].GetProperty("path").GetString());
        Assert.Equal("conv 16 5x5", layers[3].GetProperty("brick").GetString());
        Assert.Equal([16, 10, 10], layers[3].GetProperty("output").EnumerateArray().Select(x => x.GetInt32()));
        Assert.Equal(2416, layers[3].GetProperty("parameters").GetInt64());
        Assert.Equal(61_706, layers.Sum(l => l.GetProperty("parameters").GetInt64()));
    }

    [Fact]
    public void Show_takes_other_inputs() =>
        Assert.Equal(3 * 8 * 9 + 8, Tool.Run(this.folder, "show", "conv 8 3x3 | relu", "--input", "3x32x32", "--json").Fine().Json.GetProperty("parameters").GetInt64());

    [Fact]
    public void Show_lists_what_can_be_written()
    {
        Said all = Tool.Run(this.folder, "show", "--bricks", "--json").Fine();
        Assert.True(all.Json.GetProperty("bricks").GetArrayLength() > 50);
        Assert.Contains("\n  linear OUTPUTS", all.Out, StringComparison.Ordinal);
        Said norms = Tool.Run(this.folder, "show", "--bricks", "norm").Fine();
        Assert.Contains("\n  batchnorm", norms.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  linear", norms.Out, StringComparison.Ordinal);
        foreach ((string list, string line) in ((string, string)[])[("losses", "huber [delta=1]"), ("optimizers", "adamw [beta1=0.9]"), ("schedules", "warmup STEPS"), ("initializers", "he[:slope]"), ("nets", "lenet")])
            Assert.Contains($"\n  {line}", Tool.Run(this.folder, "show", "--list", list).Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_prints_the_layers_that_still_fit()
    {
        Said said = Tool.Run(this.folder, "show", "conv 6 5x5 | relu | flatten | maxpool 2 | linear 10").Refused("in layer 3 (maxpool 2)", "(2, 3456)");
        Assert.Contains("(6, 24, 24)", said.Out, StringComparison.Ordinal);
        Assert.Contains("(3456,)", said.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("linear 10", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_lists_what_is_there()
    {
        Said said = Tool.Run(this.folder, "data", "--json").Fine();
        JsonElement[] all = [.. said.Json.GetProperty("data").EnumerateArray()];
        Assert.Equal(["mnist", "digits", "iris", "wine", "breast-cancer", "moby-dick"], all.Select(d => d.GetProperty("name").GetString()));
        foreach (JsonElement one in all)
        {
            Assert.True(one.GetProperty("count").GetInt32() > 0);
            Assert.NotEmpty(one.GetProperty("source").GetString()!);
            Assert.NotEmpty(one.GetProperty("licence").GetString()!);
            Assert.True(one.TryGetProperty("shape", out _) && one.TryGetProperty("classes", out _));
        }
    }

    [Fact]
    public void Data_shows_pictures_on_a_sheet()
    {
        Said said = Tool.Run(this.folder, "data", "digits", "--json").Fine();
        Assert.Contains("digits-samples.png", said.Out, StringComparison.Ordinal);
        Image sheet = Png.Load(this.folder["digits-samples.png"]);
        Assert.True(sheet.Width > 200 && sheet.Height > 200);
        Assert.Equal(1797, said.Json.GetProperty("count").GetInt32());
        Assert.Equal(10, said.Json.GetProperty("classes").GetArrayLength());
        Assert.Equal(1797, said.Json.GetProperty("class_counts").EnumerateArray().Sum(c => c.GetInt32()));
        Tool.Run(this.folder, "data", "digits", "--out", "no/such/folder.png").Refused("no/such/folder.png", "does not exist");
    }

    [Fact]
    public void Data_shows_tables_and_texts()
    {
        string iris = Tool.Run(this.folder, "data", "iris").Fine().Out;
        Assert.Contains("setosa (50)", iris, StringComparison.Ordinal);
        Assert.Contains("petal width (cm)", iris, StringComparison.Ordinal);
        Assert.Contains("public domain", Tool.Run(this.folder, "data", "moby-dick", "--json").Fine().Out, StringComparison.Ordinal);
        this.folder.Write("own.csv", "colour,size,price\nred,1,10.5\nblue,2,20.25\nred,3,31\nblue,4,39\n");
        Said own = Tool.Run(this.folder, "data", "own.csv", "--json").Fine();
        Assert.Contains("2 names", own.Out, StringComparison.Ordinal);
        Assert.Equal("price", own.Json.GetProperty("targets")[0].GetString());
    }
}
