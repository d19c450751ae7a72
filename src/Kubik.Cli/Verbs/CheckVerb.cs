using System.CommandLine;
using Kubik.Autograd;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Glass;
using Kubik.Glass.Checks;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>Whether the gradients of a network are right.</summary>
internal sealed class CheckVerb : Verb
{
    private const int ManySamples = 4, FewSamples = 2, Elements = 20;
    private const int NoiseSamples = 32, NormNumbers = 8; // so that dropout does not drop all there is, and batch norm has something to take a mean of
    private const double Affordable = 2e11; // multiply-adds; some ten seconds in double precision

    private readonly Argument<string?> net = new("NET|MODEL")
    { Arity = ArgumentArity.ZeroOrOne, Description = "The name of a network, a network in notation, a model file or the folder of a run." };
    private readonly Option<string?> input =
        Flags.Text("--input", "SHAPE", "The shape of one sample, without the batch. Default: as for show, or that of --data.");
    private readonly Option<string?> data =
        Flags.Text("--data", "NAME|FILE|X:T, X:T",
            "Data to take a batch from, or samples with their targets, such as \"1 0:2, 0 1:0\". Default: random numbers.");
    private readonly Option<string?> loss =
        Flags.Text("--loss", "NAME", "The loss. Default: that of the model; cross-entropy for data with classes and for networks that read texts; else mse.");
    private readonly Option<int?> batch =
        Flags.Whole("--batch", "N",
            $"Samples. Default: {ManySamples}; {FewSamples} for large networks, more where batch norm would have only a few numbers, "
            + "or dropout might drop all.", least: 1);
    private readonly Option<int?> elements =
        Flags.Whole("--elements", "N", $"How many elements of a parameter are looked at, at most. Default: {Elements}; fewer for large networks.", least: 1);
    private readonly Option<long?> seed = Flags.Seed("--seed", "S", "Decides weights, random numbers and which elements are looked at. Default: 1.");

    public override string Name => "check";

    public override string About =>
        "Compares the gradient of every parameter with difference quotients, in double precision; exit code 1 when one is wrong. The model is not changed.";

    public override string Usage => "NET|MODEL [--data NAME|FILE|PAIRS] [--input SHAPE] [--loss NAME] [--seed S] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"linear 8 | relu | linear 3\" --input 4 --loss cross-entropy", "a small network on random numbers"),
        ("lenet --data mnist", "LeNet-5 on four digits"),
        ("\"linear 2 | softmax\" --data \"1 0:1 0, 0 1:0 1\"", "on samples with targets of one's own"),
        ("gpt --input 8", "on eight random words, each with the next"),
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
        if (source is not null && given.GetValue(this.input) is not null)
            throw new MistakeException("--input says the shape of random samples, but --data brings its own; leave one of them out.");
        long start = given.GetValue(this.seed) ?? 1;
        RandomSource.Default = new RandomSource(start);
        (Tensor X, Tensor? T)? pairs = source is not null && Samples.ArePairs(source) ? Samples.Pairs(source) : null;
        Dataset? samples = source is null || pairs is not null || NetArgument.IsModel(name) ? null
            : DataParts.Open(source, null, null, given.GetValue(this.loss)).Train;
        (Module module, Shape sample, SavedModel? model) = NetArgument.Read(name, given.GetValue(this.input), samples?.OutputCount);
        if (source is not null && pairs is null && model is not null) samples = Datasets.Open(source, model.Format);
        if (samples is not null) sample = samples.InputShape;
        // What was typed is in the units of the data.
        if (pairs is (var raw, var aim) && model is not null) pairs = (model.Format.Encode(raw), aim is null ? null : model.Format.EncodeTarget(aim));
        if (pairs is { } typed) sample = typed.X.Shape[1..];
        Loss? criterion = given.GetValue(this.loss) is { } asked ? Loss.Parse(asked)
            : model?.Loss ?? (samples is null ? null : Loss.Parse(TrainDefaults.LossFor(samples)));
        module.Train(); // the gradients of training are meant
        NetSummary costs = module.Summary(sample);
        if (costs.Problem is { } problem) throw new MistakeException($"the input {sample} does not fit the network: {Misfit.Explain(problem)}", problem);
        int learnt = module.Parameters().Count(p => p.Parameter.Role == ParameterRole.Weight);
        if (learnt == 0) throw new MistakeException($"the network {name} has nothing to learn, so there is no gradient to check.");
        double once = 2.0 * costs.MultiplyAdds * learnt;
        int count = given.GetValue(this.batch) ?? SamplesFor(module, costs, once * Elements);
        int most = given.GetValue(this.elements) ?? (int)Math.Clamp(Affordable / (once * count), 1, Elements);
        if (once * count * most > 10 * Affordable)
            Console.Error.WriteLine($"{Tool.Name} {this.Name}: this takes minutes; a smaller --input shows the same faster.");
        (Tensor x, Tensor target, criterion) = pairs is { } own ? Typed(own.X, own.T!, module, criterion)
            : samples is null ? Drawn(module, criterion, sample, costs.Output!.Value, count, start)
            : Read(samples, criterion!, count, start);
        GradientReport report = module.CheckGradients(criterion, x, target, most, start);
        string from = source is null ? " of random numbers" : pairs is null ? $" of {source}" : "";
        Console.Out.WriteLine($"{criterion.Notation} on {Say.Count(x.Shape[0], "sample")}{from}, in float64\n");
        Console.Out.WriteLine(report.ToText());
        if (report.Parameters.Any(p => p.Untold > 0) && SmallestNorm(module, costs) is { } norm
            && norm.Numbers * x.Shape[0] is var numbers and < 4 * NormNumbers)
        {
            Console.Out.WriteLine($"The batch norm {norm.Path} takes the mean of {Say.Count(numbers, "number")} only, and its outputs change fast with them; "
                + $"--batch {Math.Max(2 * x.Shape[0], SamplesFor(norm.Numbers))} or a larger --input tells more.");
        }
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, report));
        return report.IsOk ? ExitCode.Fine : ExitCode.No;
    }

    // As many as the time allows, but enough for what takes samples together or leaves some out.
    private static int SamplesFor(Module module, NetSummary costs, double each)
    {
        int count = each * ManySamples > Affordable ? FewSamples : ManySamples;
        if (each * NoiseSamples <= Affordable && module.Parameters().Any(p => p.Parameter.Role == ParameterRole.State)) count = NoiseSamples;
        return SmallestNorm(module, costs) is { } norm ? Math.Max(count, SamplesFor(norm.Numbers)) : count;
    }

    private static int SamplesFor(int numbers) => (NormNumbers + numbers - 1) / numbers;

    // The batch norm that has the fewest numbers of a sample for each channel.
    private static (string Path, int Numbers)? SmallestNorm(Module module, NetSummary costs)
    {
        HashSet<string> norms = [.. module.Modules().Where(m => m.Module is BatchNorm).Select(m => m.Path)];
        return costs.Layers.Where(l => norms.Contains(l.Path) && l.Output.Rank > 0)
            .Select(l => ((string, int)?)(l.Path, l.Output.Size / l.Output[0])).MinBy(l => l!.Value.Item2);
    }

    private static (Tensor X, Tensor Target, Loss Loss) Read(Dataset samples, Loss loss, int count, long seed)
    {
        Batch first = new Loader(samples, Math.Min(count, samples.Count), seed).Epoch().First();
        return (first.Input, first.Target, loss);
    }

    private static (Tensor X, Tensor Target, Loss Loss) Typed(Tensor x, Tensor t, Module module, Loss? loss)
    {
        (Tensor? target, Loss? fitting) = Samples.Target(t, module.Build(x.Shape, x.DType), loss, Samples.Vocabulary(module, x.Shape[1..]) is not null);
        return (x, target!, fitting ?? new MeanSquaredError());
    }

    // What reads words gives classes at every place.
    private static (Tensor X, Tensor Target, Loss Loss) Drawn(Module module, Loss? loss, Shape sample, Shape output, int count, long seed)
    {
        if (loss is null or ClassLoss && output.Rank == 2 && Samples.Vocabulary(module, sample) is not null)
        {
            RandomStream random = new(seed, stream: 1);
            Tensor words = TrialBatch.InputOf(module, sample, random, count);
            return (words, random.Integers(0, output[1], [count, output[0]]), new SequenceLoss((ClassLoss)(loss ?? new CrossEntropy())));
        }
        loss ??= new MeanSquaredError();
        (Tensor x, Tensor target) = TrialBatch.Of(module, loss, sample, count, seed);
        return (x, target, loss);
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
