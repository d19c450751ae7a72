using System.CommandLine;
using System.Text.Json;
using Kubik.Cli.Terminal;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Glass.Pictures;
using Kubik.IO;

namespace Kubik.Cli.Verbs;

/// <summary>A formula written in every way, and the network that it is.</summary>
internal sealed class FormulaVerb : Verb
{
    private readonly Argument<string> expression = new("EXPR") { Description = "A formula: numbers, variables (x, x1, w_out), + - * / ^, brackets, [x > 0], functions such as max, relu, sigmoid, exp, ln. Products need no sign: 3x1." };
    private readonly Option<string?> svg = Flags.Text("--svg", "FILE", "Where to write the network's picture.");
    private readonly Option<bool> share = new("--share") { Description = "Name parts that repeat, and write each once." };

    public override string Name => "formula";

    public override string About => "Reads a formula and writes it as text and LaTeX; when it is a network of neurons, says its layers, weights and biases.";

    public override string Usage => "EXPR [--share] [--svg FILE] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)\" --svg net.svg", "a network of three neurons, drawn"),
        ("\"[(x1 ∪ x2) - (x1 ∩ x2) - 0.5 > 0]\"", "XOR by the step function"),
        ("\"x*tanh(w*x) + tanh(w*x)^2\" --share", "what repeats has a name"),
    ];

    protected override bool TakesFormula => true;

    protected override void Declare(Command command)
    {
        command.Add(this.expression);
        command.Add(this.share);
        command.Add(this.svg);
    }

    protected override int Run(ParseResult given)
    {
        Formula formula = Formula.Parse(given.GetValue(this.expression)!);
        NeuronNet? net = NeuronNet.TryRead(formula);
        string? file = given.GetValue(this.svg);
        if (file is not null && net is null)
            throw new MistakeException($"there is nothing to draw: {formula} is no network of neurons. A network has weighted sums with numbers for weights, and activations, each sum of the layer before it.");
        IReadOnlyList<(Variable Name, Formula Part)> parts = given.GetValue(this.share) ? formula.Share() : [(new Variable("f", formula.Root.Shape), formula)];
        foreach ((Variable name, Formula part) in parts) Console.Out.WriteLine(parts.Count == 1 ? part.ToString() : $"{name} = {part}");
        Console.Out.WriteLine();
        foreach ((Variable name, Formula part) in parts) Console.Out.WriteLine("LaTeX: " + (parts.Count == 1 ? "" : $"{Formula.Of(name).ToLatex()} = ") + part.ToLatex());
        if (net is not null) Tell(net);
        if (file is not null)
        {
            AtomicFile.WriteText(file, NeuronPicture.Draw(net!));
            Console.Out.WriteLine($"\nPicture: {Tool.Short(file)}");
        }
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, formula, net));
        return ExitCode.Fine;
    }

    private static void Tell(NeuronNet net)
    {
        Console.Out.WriteLine($"\nA network {net.Inputs.Count}-{string.Join("-", net.Layers.Select(l => l.Neurons))} with {Say.Count(net.Layers.Sum(l => l.Weights.Length + l.Neurons), "parameter")}:");
        for (int l = 0; l < net.Layers.Count; l++)
        {
            NeuronLayer layer = net.Layers[l];
            Console.Out.WriteLine($"  layer {l + 1}, {layer.Activation}");
            for (int j = 0; j < layer.Neurons; j++)
            {
                string weights = string.Join(", ", Enumerable.Range(0, layer.Inputs).Select(i => layer.Weights[i, j].ToString("R")));
                Console.Out.WriteLine($"    neuron {j + 1}: weights {weights}; bias {layer.Bias[j]:R}");
            }
        }
    }

    private static void Write(Utf8JsonWriter json, Formula formula, NeuronNet? net)
    {
        json.WriteStartObject();
        json.WriteString("text", formula.ToString());
        json.WriteString("latex", formula.ToLatex());
        json.WriteString("mathml", formula.ToMathMl());
        if (net is null)
        {
            json.WriteNull("layers");
        }
        else
        {
            json.WriteStartArray("layers");
            foreach (NeuronLayer layer in net.Layers)
            {
                json.WriteStartObject();
                json.WriteString("activation", layer.Activation);
                json.WriteStartArray("weights");
                for (int i = 0; i < layer.Inputs; i++)
                {
                    json.WriteStartArray();
                    for (int j = 0; j < layer.Neurons; j++) json.WriteNumberValue(layer.Weights[i, j]);
                    json.WriteEndArray();
                }
                json.WriteEndArray();
                json.WriteStartArray("bias");
                foreach (double b in layer.Bias) json.WriteNumberValue(b);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
