using System.CommandLine;
using System.Text.Json;
using Kubik.Cli.Terminal;
using Kubik.Glass;
using Kubik.Glass.Counts;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>The layers of a network: path, brick, output shape, parameters, and what each costs, holds and sees.</summary>
internal sealed class ShowVerb : Verb
{
    private readonly Argument<string?> net = new("NET|MODEL")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The name of a network (show --list nets), such as lenet; a network in notation; a model file or the folder of a run. "
            + "After --bricks or --list: only those whose name holds this word."
    };
    private readonly Option<string?> input =
        Flags.Text("--input", "SHAPE",
            "The shape of one sample, without the batch. Default: what a named network is usually given, else 1x28x28, as MNIST has it; "
            + "a model knows its own.");

    private readonly Option<int?> batch = Flags.Whole("--batch", "N", "For how many samples the memory is counted. Default: one.", least: 1);
    private readonly Option<bool> bricks = new("--bricks")
    { Description = "List the words of the notation instead, each with its arguments and options; the same as --list bricks." };
    private readonly Option<string?> list =
        Flags.Text("--list", "WHAT", $"List how something is written: {string.Join(", ", NotationList.All.Select(l => l.Name))}.");

    public override string Name => "show";

    public override string About =>
        "Shows the layers of a network: output shape, parameters and their formula, multiply–adds, memory forward and backward, receptive field. "
        + "Nothing is computed.";

    public override string Usage => "NET|MODEL [--input SHAPE] [--batch N] [--json], or show --bricks [NAME]";

    public override (string Words, string Does)[] Examples =>
    [
        ("lenet", "LeNet-5 for MNIST"),
        ("\"conv 8 3x3 | relu | flatten | linear 10\" --input 3x32x32", "a network of your own on small colour pictures"),
        ("resnet18 --batch 128", "the memory of a training step of 128 pictures"),
        ("--bricks conv", "how the bricks of convolution are written"),
        ("--list losses", "the losses and their options"),
        ("runs/20260101-120000-lenet/model.safetensors", "what is in a trained network"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        command.Add(this.input);
        command.Add(this.batch);
        command.Add(this.bricks);
        command.Add(this.list);
    }

    protected override int Run(ParseResult given)
    {
        if ((given.GetValue(this.list) is not null || given.GetValue(this.bricks))
            && (given.GetValue(this.input) is not null || given.GetValue(this.batch) is not null))
            throw new MistakeException("--input and --batch are for a network, and --list and --bricks list words; leave one of them out.");
        if (given.GetValue(this.list) is { } other and not "bricks" && given.GetValue(this.bricks))
            throw new MistakeException($"--bricks and --list {other} are two lists; leave one of them out.");
        if ((given.GetValue(this.list) ?? (given.GetValue(this.bricks) ? "bricks" : null)) is { } what)
            return NotationList.Write(what, given.GetValue(this.net), given.GetValue(this.Json));
        string name = given.GetValue(this.net)
            ?? throw new MistakeException(
            $"the NET or MODEL to show is missing, as in '{Tool.Name} show lenet'; '{Tool.Name} show --bricks' lists what networks are made of.");
        (Module module, Shape shape, _) = NetArgument.Read(name, given.GetValue(this.input));
        NetSummary summary = module.Summary(shape, given.GetValue(this.batch) ?? 1);
        if (summary.ToText() is { Length: > 0 } table) Console.Out.WriteLine(table);
        if (summary.Problem is { } problem) throw new MistakeException(Misfit.Explain(problem, withChain: false), problem);
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, module, summary));
        return ExitCode.Fine;
    }

    private static void Write(Utf8JsonWriter json, Module module, NetSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("net", module.Notation);
        json.Shape("input", summary.Input);
        json.WriteNumber("batch", summary.Batch);
        json.WriteStartArray("layers");
        foreach (LayerSummary layer in summary.Layers)
        {
            json.WriteStartObject();
            json.WriteString("path", layer.Path);
            json.WriteString("brick", layer.Brick);
            json.Shape("output", layer.Output);
            json.WriteNumber("parameters", layer.Parameters);
            json.WriteString("formula", layer.Formula);
            json.WriteNumber("macs", layer.MultiplyAdds);
            json.WriteNumber("memory_forward", layer.MemoryForward);
            json.WriteNumber("memory_backward", layer.MemoryBackward);
            Write(json, layer.ReceptiveField);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteNumber("macs", summary.MultiplyAdds);
        json.WriteNumber("memory_forward", summary.MemoryForward);
        json.WriteNumber("memory_backward", summary.MemoryBackward);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReceptiveField? field)
    {
        if (field is null or { IsUnknown: true })
        {
            json.WriteNull("receptive_field");
            return;
        }
        json.WriteStartObject("receptive_field");
        Along("size", a => a.Size);
        Along("jump", a => a.Jump);
        Along("centre", a => a.Centre);
        json.WriteBoolean("everything", field.IsEverything);
        json.WriteEndObject();

        void Along(string name, Func<FieldAlong, double> number)
        {
            json.WriteStartArray(name);
            foreach (double value in field.Along.Select(number))
            {
                if (double.IsNaN(value)) json.WriteNullValue();
                else json.WriteNumberValue(value);
            }
            json.WriteEndArray();
        }
    }
}
