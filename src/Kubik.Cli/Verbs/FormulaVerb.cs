using System.CommandLine;
using System.Text.Json;
using Kubik.Cli.Terminal;
using Kubik.Glass;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.IO;

namespace Kubik.Cli.Verbs;

/// <summary>A formula written in every way, and the network that it is.</summary>
internal sealed class FormulaVerb : Verb
{
    private const int MostTableVariables = 6, Exact = 15; // digits

    private readonly Argument<string?> expression = new("EXPR")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A formula: numbers, variables (x, x1, w_out), + - * / ^, brackets, [x > 0], functions such as max, relu, sigmoid, exp, ln. "
            + "Products need no sign: 3x1.",
    };

    private readonly Option<string?> svg = Flags.File("--svg", ".svg", "Where to write the network's picture.");
    private readonly Option<string?> network = Flags.Text("--net", "NET|MODEL",
        "Write a network as equations instead: a name or a notation as for the verb show, a model file or the folder of a run.");

    private readonly Option<string?> input = Flags.Text("--input", "SHAPE", "With --net: the shape of one sample, without the batch.");
    private readonly Option<bool> withNumbers = new("--numbers")
    {
        Description = "With --net: the weights' values too; of large matrices their range and mean.",
    };
    private readonly Option<bool> truthTable = new("--table") { Description = "Print the formula's value for all 0 and 1 of its variables: a truth table." };
    private readonly Option<bool> share = new("--share") { Description = "Name parts that repeat, and write each once." };

    public override string Name => "formula";

    public override string About =>
        "Reads a formula and writes it as text and LaTeX; when it is a network of neurons, says its layers, weights and biases. "
        + "Or writes a network as equations.";

    public override string Usage =>
        "EXPR [--share] [--table] [--svg FILE] [--json], or formula --net NET|MODEL [--input SHAPE] [--numbers] [--svg FILE] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)\" --svg net.svg", "a network of three neurons, drawn"),
        ("\"[(x1 ∪ x2) - (x1 ∩ x2) - 0.5 > 0]\" --table", "XOR by the step function, with its truth table"),
        ("\"x*tanh(w*x) + tanh(w*x)^2\" --share", "what repeats has a name"),
        ("--net \"linear 2 | relu | linear 1\" --input 2 --numbers", "a network as equations, with its weights"),
        ("--net lenet", "a larger one, brick by brick"),
    ];

    protected override bool TakesFormula => true;

    protected override void Declare(Command command)
    {
        command.Add(this.expression);
        command.Add(this.network);
        command.Add(this.input);
        command.Add(this.withNumbers);
        command.Add(this.share);
        command.Add(this.truthTable);
        command.Add(this.svg);
    }

    protected override int Run(ParseResult given)
    {
        string? text = FormulaOf(given.GetValue(this.expression));
        if (given.GetValue(this.network) is { } name)
            return text is null ? this.RunNet(given, name) : throw new MistakeException($"give a formula or --net, not both: '{text}' and --net {name}.");
        if (given.GetValue(this.input) is not null || given.GetValue(this.withNumbers))
            throw new MistakeException("--input and --numbers are for networks: add --net NET.");
        if (text is null)
            throw new MistakeException($"the formula is missing, as in '{Tool.Name} formula \"max(0, 3x1 + 4x2 + 1)\"'; or give a network with --net.");
        Formula formula = this.Noted(Formula.Parse(text));
        NeuronNet? net = NeuronNet.TryRead(formula);
        string? file = given.GetValue(this.svg);
        if (file is not null && net is null)
        {
            throw new MistakeException($"there is nothing to draw: {formula} is no network of neurons. "
                + "A network has weighted sums with numbers for weights, and activations, each sum of the layer before it.");
        }
        IReadOnlyList<(Variable Name, Formula Part)> parts = given.GetValue(this.share) ? formula.Share() : [(new Variable("f", formula.Root.Shape), formula)];
        foreach ((Variable left, Formula part) in parts) Console.Out.WriteLine(parts.Count == 1 ? part.ToString() : $"{left} = {part}");
        Console.Out.WriteLine();
        foreach ((Variable left, Formula part) in parts)
            Console.Out.WriteLine("LaTeX: " + (parts.Count == 1 ? "" : $"{Formula.Of(left).ToLatex()} = ") + part.ToLatex());
        if (net is not null) Tell(net);
        if (given.GetValue(this.truthTable)) Table(formula);
        if (file is not null)
        {
            AtomicFile.WriteText(file, net!.ToSvg());
            Console.Out.WriteLine($"\nPicture: {Tool.Short(file)}");
        }
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, formula.ToString(), formula.ToLatex(), formula.ToMathMl(), net, formula.Notes));
        return ExitCode.Fine;
    }

    private int RunNet(ParseResult given, string name)
    {
        if (given.GetValue(this.share) || given.GetValue(this.truthTable))
            throw new MistakeException("--share and --table are for formulas; a network's repeated values have names already.");
        (Nn.Module read, Shape sample, _) = NetArgument.Read(name, given.GetValue(this.input));
        NetFormula formula = Misfit.Explained(() => read.ToFormula(sample), batch: 1);
        bool numbers = given.GetValue(this.withNumbers);
        string? file = given.GetValue(this.svg);
        if (file is not null && formula.Neurons is null)
        {
            throw new MistakeException("there is no picture of neurons for this network: it is too large, or more than linear layers and activations "
                + "in a row.");
        }
        Console.Out.WriteLine(formula);
        if (formula.InPrediction is { } said) Console.Out.WriteLine($"\n{said}");
        if (formula.Collapsed.Count > 0)
        {
            Console.Out.WriteLine("\nLinear layers without an activation between them are one linear layer, with the product of their matrices.");
            foreach (Formula whole in formula.Collapsed.Where(_ => numbers)) Console.Out.WriteLine($"  {whole} {formula.Numbers(whole)}");
        }
        Console.Out.WriteLine();
        TextTable table = new(("name", false), ("shape", false), ("what it is", false));
        foreach (NetSymbol symbol in formula.Symbols)
        {
            string values = numbers && symbol.Parameter is { } parameter ? $" {NetFormula.Numbers(parameter)}" : "";
            string shape = symbol is { Parameter: null, Name.Shape.Rank: 0 } ? "" : symbol.Name.Shape.ToX(); // a word has none
            table.Add(symbol.Name.ToString(), shape, symbol.Means + values);
        }
        table.Write(Console.Out);
        if (formula.ByNeuron() is { Count: > 0 } neurons)
        {
            string joined = formula.Collapsed.Count > 0 ? "; layers that are one have the weights and biases of the product" : "";
            Console.Out.WriteLine($"\nNeuron by neuron, every letter one number{joined}:");
            foreach ((Variable left, Formula right) in neurons) Console.Out.WriteLine($"  {left} = {right}");
        }
        if (numbers && formula.Neurons is { } net)
        {
            Console.Out.WriteLine("\nWith numbers:");
            IReadOnlyList<Formula> outputs = net.ToFormulas();
            for (int i = 0; i < outputs.Count; i++) Console.Out.WriteLine($"  y{(outputs.Count == 1 ? "" : $"{i + 1}")} = {outputs[i]}");
        }
        Console.Out.WriteLine($"\nLaTeX: {formula.ToLatex()}");
        if (file is not null)
        {
            AtomicFile.WriteText(file, formula.Neurons!.ToSvg());
            Console.Out.WriteLine($"\nPicture: {Tool.Short(file)}");
        }
        if (given.GetValue(this.Json))
        {
            NeuronNet? layers = formula.Neurons;
            string[] notes = formula.InPrediction is { } note ? [note] : [];
            JsonLine.Print(json => Write(json, formula.ToString(), formula.ToLatex(), formula.ToMathMl(), layers, notes));
        }
        return ExitCode.Fine;
    }

    private static void Table(Formula formula)
    {
        Variable[] variables = [.. formula.Variables];
        if (variables.Length > MostTableVariables || formula.Root.Shape.Size > 1)
        {
            throw new MistakeException($"a table of 0 and 1 is for a formula whose value is a number, of {MostTableVariables} variables at most; "
                + $"{formula} has {variables.Length}.");
        }
        TextTable table = new([.. variables.Select(v => (v.ToString(), true)), ("f", true)]);
        for (int row = 0; row < 1 << variables.Length; row++)
        {
            (string, double)[] at = [.. variables.Select((v, i) => (v.Name, (double)(row >> (variables.Length - 1 - i) & 1)))];
            table.Add([.. at.Select(a => $"{a.Item2}"), Evaluation.Text(formula.At(at))]);
        }
        Console.Out.WriteLine();
        table.Write(Console.Out);
    }

    private static void Tell(NeuronNet net)
    {
        string sizes = string.Join("-", net.Layers.Select(l => l.Neurons).Prepend(net.Inputs.Count));
        Console.Out.WriteLine($"\nA network {sizes} with {Say.Count(net.Layers.Sum(l => l.Weights.Length + l.Neurons), "parameter")}:");
        for (int l = 0; l < net.Layers.Count; l++)
        {
            NeuronLayer layer = net.Layers[l];
            Console.Out.WriteLine($"  layer {l + 1}, {layer.Activation}");
            for (int j = 0; j < layer.Neurons; j++)
            {
                string weights = string.Join(", ", Enumerable.Range(0, layer.Inputs).Select(i => Number(layer.Weights[i, j])));
                Console.Out.WriteLine($"    neuron {j + 1}: weights {weights}; bias {Number(layer.Bias[j])}");
            }
        }
    }

    private static string Number(double x) => Evaluation.Text(x, Exact);

    private static void Write(Utf8JsonWriter json, string text, string latex, string mathMl, NeuronNet? net, IReadOnlyList<string> notes)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteString("latex", latex);
        json.WriteString("mathml", mathMl);
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
                    for (int j = 0; j < layer.Neurons; j++) json.Number(layer.Weights[i, j]);
                    json.WriteEndArray();
                }
                json.WriteEndArray();
                json.WriteStartArray("bias");
                foreach (double b in layer.Bias) json.Number(b);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.Texts("notes", notes);
        json.WriteEndObject();
    }
}
