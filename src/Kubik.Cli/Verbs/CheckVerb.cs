using System.CommandLine;
using Kubik.Autograd;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Glass;
using Kubik.Glass.Checks;
using Kubik.Glass.Counts;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>Whether the gradients of a network are right.</summary>
internal sealed class CheckVerb : Verb
{
    private const int Samples = 4, FewSamples = 2, Elements = 20;
    private const double Affordable = 2e11; // multiply-adds; some ten seconds in double precision

    private readonly Argument<string?> net = new("NET|MODEL") { Arity = ArgumentArity.ZeroOrOne, Description = "The name of a network, a network in notation, a model file or the folder of a run." };
    private readonly Option<string?> input = Flags.Text("--input", "SHAPE", "The shape of one sample, without the batch. Default: as for show, or that of --data.");
    private readonly Option<string?> data = Flags.Text("--data", "NAME|FILE", "Data to take a batch from. Default: random numbers.");
    private readonly Option<string?> loss = Flags.Text("--loss", "NAME", "The loss. Default: that of the model; of --data cross-entropy for classes, else mse.");
    private readonly Option<int?> batch = Flags.Whole("--batch", "N", $"Samples. Default: {Samples}; {FewSamples} for large networks.", least: 1);
    private readonly Option<int?> elements = Flags.Whole("--elements", "N", $"How many elements of a parameter are looked at, at most. Default: {Elements}; fewer for large networks.", least: 1);
    private readonly Option<long?> seed = Flags.Seed("--seed", "S", "Decides weights, random numbers and which elements are looked at. Default: 1.");

    public override string Name => "check";

    public override string About => "Compares the gradient of every parameter with difference quotients, in double precision; exit code 1 when one is wrong. The model is not changed.";

    public override string Usage => "NET|MODEL [--data NAME|FILE] [--input SHAPE] [--loss NAME] [--seed S] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"linear 8 | relu | linear 3\" --input 4 --loss cross-entropy", "a small network on random numbers"),
        ("lenet --data mnist", "LeNet-5 on four digits"),
        ("runs/20260101-120000-lenet --data mnist --elements 100", "a trained network, more of each parameter"),
        ("resnet18 --input 3x16x16", "a deep network on small pictures, which is faster"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        foreach (Option option in (Option[])[this.data, this.input, this.loss, this.batch, this.elements, this.seed]) command.Add(option);
    }

    protected override int Run(ParseResult given)
    {
        string name = given.GetValue(this.net) ?? throw new MistakeException($"the NET or MODEL to check is missing, as in '{Tool.Name} check lenet'.");
        string? source = given.GetValue(this.data);
        if (source is not null && given.GetValue(this.input) is not null) throw new MistakeException("--input says the shape of random samples, but --data brings its own; leave one of them out.");
        long start = given.GetValue(this.seed) ?? 1;
        RandomSource.Default = new RandomSource(start);
        Dataset? samples = source is null || NetArgument.IsModel(name) ? null : DataParts.Open(source, null, null, given.GetValue(this.loss)).Train;
        (Module module, Shape sample, SavedModel? model) = NetArgument.Read(name, given.GetValue(this.input), samples?.OutputCount);
        if (source is not null && model is not null) samples = Datasets.Open(source, model.Format);
        if (samples is not null) sample = samples.InputShape;
        Loss criterion = given.GetValue(this.loss) is { } asked ? Loss.Parse(asked) : model?.Loss ?? (samples is null ? new MeanSquaredError() : Loss.Parse(TrainDefaults.LossFor(samples)));
        module.Train(); // the gradients of training are meant
        NetSummary costs = module.Summary(sample);
        if (costs.Problem is { } problem) throw new MistakeException($"the input {sample} does not fit the network: {Misfit.Explain(problem)}", problem);
        int learnt = module.Parameters().Count(p => p.Parameter.Role == ParameterRole.Weight);
        if (learnt == 0) throw new MistakeException($"the network {name} has nothing to learn, so there is no gradient to check.");
        double once = 2.0 * costs.MultiplyAdds * learnt;
        int count = given.GetValue(this.batch) ?? (once * Samples * Elements > Affordable ? FewSamples : Samples);
        int most = given.GetValue(this.elements) ?? (int)Math.Clamp(Affordable / (once * count), 1, Elements);
        if (once * count * most > 10 * Affordable) Console.Error.WriteLine($"{Tool.Name} {this.Name}: this takes minutes; a smaller --input shows the same faster.");
        (Tensor x, Tensor target) = samples is null ? TrialBatch.Of(module, criterion, sample, count, start) : Read(samples, count, start);
        GradientReport report = module.CheckGradients(criterion, x, target, most, start);
        Console.Out.WriteLine($"{criterion.Notation} on {Say.Count(x.Shape[0], "sample")}{(source is null ? " of random numbers" : $" of {source}")}, in float64\n");
        Console.Out.WriteLine(report.ToText());
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, report));
        return report.IsOk ? ExitCode.Fine : ExitCode.No;
    }

    private static TrialBatch Read(Dataset samples, int count, long seed)
    {
        Batch first = new Loader(samples, Math.Min(count, samples.Count), seed).Epoch().First();
        return new(first.Input, first.Target);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, GradientReport report)
    {
        json.WriteStartObject();
        json.WriteStartArray("parameters");
        foreach (ParameterCheck p in report.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("path", p.Path);
            json.Number("max_relative_error", p.MaxRelativeError);
            json.WriteString("verdict", p.Verdict.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("ok", report.IsOk);
        json.WriteEndObject();
    }
}
