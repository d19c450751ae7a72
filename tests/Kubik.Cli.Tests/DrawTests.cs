using System.Xml.Linq;

namespace Kubik.Cli.Tests;

public sealed class DrawTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData("linear 8 | relu | linear 8 | relu | linear 1", "4", null, "neurons", 21, 104)]
    [InlineData("lenet", null, null, "bricks", 13, 12)]
    [InlineData("gpt", null, null, "bricks", 11, 12)]
    [InlineData("lenet", null, "forward", "forward", 30, 29)]
    [InlineData("lenet", null, "backward", "backward", 86, 85)]
    public void A_network_becomes_a_picture(string net, string? input, string? graph, string kind, int nodes, int edges)
    {
        string[] words = ["draw", net, "-o", "net.svg", "--json", .. input is null ? (string[])[] : ["--input", input], .. graph is null ? (string[])[] : ["--graph", graph]];
        Said said = Tool.Run(this.folder, words).Fine();
        Assert.Equal(["file", "kind", "nodes", "edges"], said.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("net.svg", kind, nodes, edges), (said.Json.GetProperty("file").GetString(), said.Json.GetProperty("kind").GetString(), said.Json.GetProperty("nodes").GetInt32(), said.Json.GetProperty("edges").GetInt32()));
        Assert.Equal("svg", XDocument.Load(this.folder["net.svg"]).Root!.Name.LocalName);
        Assert.Contains("Picture: net.svg", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("draw", "MODEL -o FILE.svg|--input|--graph|--json|lenet --graph backward")]
    [InlineData("calc", "--at|--svg FILE|--steps")]
    public void The_page_has_examples(string verb, string words)
    {
        string page = Tool.Run(this.folder, verb, "--help").Fine().Out;
        foreach (string word in words.Split('|')) Assert.Contains(word, page, StringComparison.Ordinal);
        Assert.Contains($"\n  kubik {verb}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trained_model_becomes_a_picture()
    {
        Tool.Run(this.folder, "train", "linear 4 | relu | linear 3", "--data", "iris", "--epochs", "1", "--out", "run", "--quiet").Fine();
        Assert.Equal("neurons", Tool.Run(this.folder, "draw", "run", "-o", "net.svg", "--json").Fine().Json.GetProperty("kind").GetString());
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        Tool.Run(this.folder, "draw", "lenet").Refused("-o is missing", "draw lenet -o lenet.svg");
        Tool.Run(this.folder, "draw", "lenett", "-o", "net.svg").Refused("there is no network 'lenett'", "Did you mean 'lenet'?");
        Tool.Run(this.folder, "draw", "lenet", "-o", "net.svg", "--graph", "backwards").Refused("'backwards'", "Did you mean 'backward'?");
        Tool.Run(this.folder, "draw", "lenet", "-o", "net.svg", "--input", "2x2").Refused("conv");
        Tool.Run(this.folder, "draw", "lenet", "-o", Path.Combine("none", "net.svg")).Refused("none");
        Assert.Empty(Directory.EnumerateFileSystemEntries(this.folder.Path));
    }

    [Fact]
    public void Calc_draws_the_computation_graph()
    {
        Said said = Tool.Run(this.folder, "calc", "x^2 + xy + (x+y)^2", "--at", "x=1,y=2", "--svg", "graph.svg").Fine();
        Assert.Contains("Picture: graph.svg", said.Out, StringComparison.Ordinal);
        string[] words = [.. XDocument.Load(this.folder["graph.svg"]).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
        foreach (string word in (string[])["12", "∂ = 10", "∂ = 7"]) Assert.Contains(word, words);
    }
}
