using System.CommandLine;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>The layers of a network: path, brick, output shape, parameters.</summary>
internal sealed class ShowVerb : Verb
{
    private readonly Argument<string?> net = new("NET|MODEL") { Arity = ArgumentArity.ZeroOrOne, Description = "The name of a network (show --list nets), such as lenet; a network in notation; a model file or the folder of a run. After --bricks or --list: only those whose name holds this word." };
    private readonly Option<string?> input = Flags.Text("--input", "SHAPE", "The shape of one sample, without the batch. Default: what a named network is usually given, else 1x28x28, as MNIST has it; a model knows its own.");

    private readonly Option<bool> bricks = new("--bricks") { Description = "List the words of the notation instead, each with its arguments and options; the same as --list bricks." };
    private readonly Option<string?> list = Flags.Text("--list", "WHAT", $"List how something is written: {string.Join(", ", NotationList.All.Select(l => l.Name))}.");

    public override string Name => "show";

    public override string About => "Shows the layers of a network: path, brick, output shape, parameters. Nothing is computed.";

    public override string Usage => "NET|MODEL [--input SHAPE] [--json], or show --bricks [NAME]";

    public override (string Words, string Does)[] Examples =>
    [
        ("lenet", "LeNet-5 for MNIST"),
        ("\"conv 8 3x3 | relu | flatten | linear 10\" --input 3x32x32", "a network of your own on small colour pictures"),
        ("--bricks conv", "how the bricks of convolution are written"),
        ("--list losses", "the losses and their options"),
        ("runs/20260101-120000-lenet/model.safetensors", "what is in a trained network"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        command.Add(this.input);
        command.Add(this.bricks);
        command.Add(this.list);
    }

    protected override int Run(ParseResult given)
    {
        if ((given.GetValue(this.list) ?? (given.GetValue(this.bricks) ? "bricks" : null)) is { } what)
            return NotationList.Write(what, given.GetValue(this.net), given.GetValue(this.Json));
        string name = given.GetValue(this.net) ?? throw new MistakeException($"the NET or MODEL to show is missing, as in '{Tool.Name} show lenet'; '{Tool.Name} show --bricks' lists what networks are made of.");
        Shape? asked = given.GetValue(this.input) is { } text ? InputShape(text) : default(Shape?);
        (Module module, Shape shape) = NetArgument.IsModel(name) ? OfModel(SavedModel.Load(RunFolder.ModelAt(name)), asked) : OfNotation(name, asked);
        ModuleSummary summary = ModuleSummary.Of(module, shape);
        Layers.Write(Console.Out, summary);
        if (summary.Problem is { } problem) throw new MistakeException(Layers.Explain(problem, withChain: false), problem);
        Console.Out.WriteLine($"\n{Say.Count(summary.Parameters, "parameter")}, {Say.Number(summary.Parameters * 4 / 1024.0)} KB in float32");
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, module, summary));
        return ExitCode.Fine;
    }

    // A size that was forgotten between two separators is not left out.
    private static Shape InputShape(string text) => text.Trim().Trim('(', ')', '[', ']').Split(['x', 'X', ',', '×']).Any(string.IsNullOrWhiteSpace)
        ? throw new FormatException($"'{text}' is not a shape: a size is missing. Write sizes like 1x28x28.")
        : Shape.Parse(text);

    private static (Module Module, Shape Shape) OfModel(SavedModel model, Shape? asked) => (model.Net, asked ?? model.Format.InputShape);

    private static (Module Module, Shape Shape) OfNotation(string name, Shape? asked)
    {
        KnownNet usual = KnownNets.All.FirstOrDefault(n => n.Name == name.Trim()) ?? KnownNets.All[0];
        return (KnownNets.Parse(name, usual.Outputs), asked ?? usual.Sample);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, Module module, ModuleSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("net", module.Notation);
        json.Shape("input", summary.Input);
        json.WriteStartArray("layers");
        foreach (LayerSummary layer in summary.Layers)
        {
            json.WriteStartObject();
            json.WriteString("path", layer.Path);
            json.WriteString("brick", layer.Brick);
            json.Shape("output", layer.Output);
            json.WriteNumber("parameters", layer.Parameters);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteEndObject();
    }
}
