using System.CommandLine;
using Kubik.Cli.Terminal;
using Kubik.Glass;
using Kubik.Glass.Pictures;
using Kubik.IO;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>A network as a picture.</summary>
internal sealed class DrawVerb : Verb
{
    private readonly Argument<string> net = new("NET|MODEL")
    { Description = "The name of a network (show --list nets), such as lenet; a network in notation; a model file or the folder of a run." };
    private readonly Option<string?> input =
        Flags.Text("--input", "SHAPE",
            "The shape of one sample, without the batch. Default: what a named network is usually given, else 1x28x28, as MNIST has it; "
            + "a model knows its own.");
    private readonly Option<string?> graph =
        Flags.Text("--graph", "WHICH", "The computation graph instead: forward, or backward with the gradients of a loss.");
    private readonly Option<string?> to = Flags.File("-o", ".svg", "Where to write the picture.", "--out");

    public override string Name => "draw";

    public override string About =>
        "Draws a network as SVG: neurons and weights when it is small, else bricks with shapes and parameters; or its computation graph.";

    public override string Usage => "NET|MODEL -o FILE.svg [--input SHAPE] [--graph forward|backward] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("lenet -o lenet.svg", "the bricks of LeNet-5"),
        ("\"linear 8 | relu | linear 8 | relu | linear 1\" --input 4 -o net.svg", "a small network with its weights"),
        ("lenet --graph backward -o graph.svg", "every op of the forward and the backward pass"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        command.Add(this.to);
        command.Add(this.input);
        command.Add(this.graph);
    }

    protected override int Run(ParseResult given)
    {
        string file = given.GetValue(this.to) ?? throw new MistakeException($"-o is missing: the file to write, as in '{Tool.Name} draw lenet -o lenet.svg'.");
        PictureKind kind = given.GetValue(this.graph) switch
        {
            null => PictureKind.Network,
            "forward" => PictureKind.Forward,
            "backward" => PictureKind.Backward,
            { } other =>
                throw new MistakeException($"--graph takes forward or backward; '{other}' is neither.{Suggestion.DidYouMean(other, ["forward", "backward"])}"),
        };
        (Module net, Shape sample, _) = NetArgument.Read(given.GetValue(this.net)!, given.GetValue(this.input));
        NetPicture picture = Misfit.Explained(() => net.ToPicture(sample, kind));
        AtomicFile.WriteText(file, picture.Svg);
        string what = picture.Kind switch { "neurons" => "Neurons", "bricks" => "Bricks", _ => "Computation graph" };
        Console.Out.WriteLine($"{what}: {Say.Count(picture.Nodes, "node")}, {Say.Count(picture.Edges, "edge")}\nPicture: {Tool.Short(file)}");
        if (given.GetValue(this.Json))
        {
            JsonLine.Print(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteString("kind", picture.Kind);
                json.WriteNumber("nodes", picture.Nodes);
                json.WriteNumber("edges", picture.Edges);
                json.WriteEndObject();
            });
        }
        return ExitCode.Fine;
    }
}
