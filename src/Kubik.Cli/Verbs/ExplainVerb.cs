using System.CommandLine;
using System.Globalization;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Glass;
using Kubik.Glass.Checks;
using Kubik.Glass.Explaining;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Cli.Verbs;

/// <summary>The worked solution of a forward pass, a backward pass and updates.</summary>
internal sealed class ExplainVerb : Verb
{
    private const int MostSteps = 10_000; // of a small network within half a minute; for more there is train

    private readonly Argument<string> net = new("NET|MODEL") { Description = "A network in notation or by name; a model file or the folder of a run." };
    private readonly Option<string?> input =
        Flags.Text("--input", "NUMBERS|FILE|SHAPE",
        "One sample, without the batch: numbers (1,2), rows with semicolons (1,2; 3,4), a shape with its numbers (\"1x2x2: 1,2,3,4\"), or a shape alone, "
        + "such as 1x28x28 or \"random 10\", for random numbers. Or a file, as predict takes it: .png, .csv, .npy (the batch axis first, any type of numbers). "
        + "A model prepares it as predict does.");
    private readonly Option<string?> target =
        Flags.Text("--target", "NUMBERS",
        "What should come out: numbers, or the right class, by its number from 0 or the name that a model has for it; of a network for texts one class "
        + "for each place, such as 2,3,4; random: any.");
    private readonly Option<string?> data =
        Flags.Text("--data", "NAME|FILE|X:T, X:T",
        "A data set, of which one sample is taken with its target (--batch: so many); or samples with their targets, such as \"1:2, 2:3\" or "
        + "\"0 1:1, 1 1:0\". Instead of --input and --target.");
    private readonly Option<int?> index = Flags.Whole("--index", "K", "Which sample of a data set or of a file with several, counted from 0. Default: 0.", 0);
    private readonly Option<string?> loss =
        Flags.Text("--loss", "LOSS", "The loss (show --list losses). Default: cross-entropy for a class, else the mean of squares.");
    private readonly Option<string?> optimizer = Flags.Text("--optimizer", "OPTIMIZER", "Write out the updates of this optimizer (show --list optimizers).");
    private readonly Option<double?> rate =
        Flags.Real("--lr", "X", "The learning rate. Default: that of the optimizer's class in C#, such as 0.01 for sgd, 0.001 for adam.",
            x => x > 0 && double.IsFinite(x), "a number above 0");
    private readonly Option<int?> steps =
        Flags.Whole("--steps", "N", "How many training steps; of very many the first ones and the last are shown. Default: 1.", 1, MostSteps);
    private readonly Option<int?> batch = Flags.Whole("--batch", "N", "How many samples each step takes. Default: all.", 1);
    private readonly Option<string?> weights =
        Flags.Text("--weights", "FILE|PATH=NUMBERS; …",
        "The weights: a .safetensors or .json file, or numbers by path, such as \"0.weight=1,-1,0.5,0; 0.bias=0\"; one number fills a parameter. The json "
        + "is an object of them: {\"0.weight\": [[1, -1], [0.5, 0]], \"0.bias\": [0, 0]}.");
    private readonly Option<string?> part = Flags.Text("--part", "PART", "forward, backward, update or all. Default: all that there is.");
    private readonly Option<string?> focus =
        Flags.Text("--focus", "I,J,…",
            "The entry, counted from 0, from which entries of big values are written out. Default: the first, of pictures the middle.");
    private readonly PageOutput page = new("explain");
    private readonly Option<bool> eval =
        new("--eval") { Description = "Compute as in evaluation: dropout drops nothing, batch norm uses its running statistics." };
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "The seed of random weights and inputs. Default: 1.");

    public override string Name => "explain";

    public override string About =>
        "Explains a network at work as a teacher would: every brick forward, the loss, the chain rule back, the updates, in letters and in numbers.";

    public override string Usage => "NET|MODEL --input NUMBERS [--target NUMBERS] [--optimizer NAME] [--format FORMAT]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"linear 2 | relu | linear 1\" --input 1,-2 --target 0", "forward and backward, with random weights"),
        ("\"linear 1 bias=false\" --data \"1:2, 2:3\" --weights 0.weight=0 --optimizer \"momentum momentum=0.9\" --lr 0.1 --steps 2",
            "two steps of momentum, written out"),
        ("lenet --data mnist -o lenet.html", "LeNet-5 on a digit, a page with formulas"),
        ("runs/20260101-120000-lenet --input seven.png --eval --part forward", "how a trained network reads a picture, from its pixels on"),
        ("\"embedding 5 4 | positions 3 | transformer 2 4 causal=true | linear 5\" --input 1,2,3 --target 2,3,4",
            "a small language model: the right next word at each place"),
        ("gpt --input \"random 8\" --target random", "a large one"),
        ("\"lstm 2\" --input \"1,2; 3,4\" --lang ru", "the gates of an LSTM, in Russian"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        foreach (Option option in (Option[])[this.input, this.target, this.data, this.index, this.loss, this.optimizer, this.rate, this.steps, this.batch,
            this.weights, this.part, this.focus, .. this.page.Options, this.eval, this.seed]) command.Add(option);
    }

    protected override int Run(ParseResult given)
    {
        RandomSource.Default = new RandomSource(given.GetValue(this.seed) ?? 1);
        this.RequireSense(given);
        string written = this.FormatOf(given);
        string name = given.GetValue(this.net)!;
        string? source = given.GetValue(this.data);
        if (source is not null && (given.GetValue(this.input) ?? given.GetValue(this.target)) is not null)
            throw new MistakeException("--data gives inputs and targets already; leave out --input and --target.");
        bool isSet = source is not null && !Samples.ArePairs(source);
        Dataset? set = isSet && !NetArgument.IsModel(name) ? DataParts.Open(source!, null, null, given.GetValue(this.loss)).Train : null;
        (Module module, Shape? sample, SavedModel? model) = NetArgument.Find(name, set?.OutputCount);
        if (isSet && model is not null) set = Datasets.Open(source!, model.Format);
        if (given.GetValue(this.eval)) module.Eval();
        else module.Train();
        (Tensor x, Tensor? t, DataFormat? format, Remark? about) = this.Asked(given, set, module, sample, model);
        if (given.GetValue(this.batch) > x.Shape[0])
            throw new MistakeException(
                $"--batch {given.GetValue(this.batch)} takes more samples in a step than there are: {x.Shape[0]}. Give several with --data.");
        DType type = format is null ? x.DType : DType.Float32;
        Build(module, x.Shape, type);
        if (given.GetValue(this.weights) is { } own) WeightsArgument.Assign(module, own);
        Shape y = module.Build(x.Shape, type);
        Loss? criterion = given.GetValue(this.loss) is { } word ? Loss.Parse(word)
            : model?.Loss ?? (set is null ? null : Loss.Parse(TrainDefaults.LossFor(set)));
        bool readsWords = Samples.Vocabulary(module, x.Shape[1..]) is not null;
        if (set is { Kind: TargetKind.Classes } && y.Rank == 2 && y[1] < set.OutputCount && TrialBatch.TakesLabels(criterion!, new(DType.Float32, y)))
            throw new MistakeException(
                $"{source} has {Terminal.Say.Count(set.OutputCount, "class")}, the network gives {Terminal.Say.Count(y[1], "number")}; "
                + $"let its last layer give {set.OutputCount}, one for each class.");
        if (given.GetValue(this.target) == "random") t = Samples.RandomTarget(y, criterion, readsWords);
        (Tensor? expected, criterion) = Samples.Target(t, y, criterion, readsWords);
        IReadOnlyList<Phase>? phases = PhasesOf(given.GetValue(this.part));
        if (phases is [Phase.Backward] && expected is null)
            throw new MistakeException("--part backward begins at the loss, and that needs a target; add --target.");
        if (phases is [Phase.Update] && given.GetValue(this.optimizer) is null)
            throw new MistakeException("--part update needs an optimizer; add --optimizer sgd.");
        if (expected is not null) WarnOfTwice(module, criterion);
        int[]? place = given.GetValue(this.focus) is { } at ? Place(at) : null;
        Explanation explanation = module.Explain(x, expected, new()
        {
            Loss = criterion,
            Optimizer = given.GetValue(this.optimizer) is { } rule
                ? OptimizerTable.Parse(rule, new(given.GetValue(this.rate) ?? UsualRate(rule), Schedule.Constant))
                : null,
            Steps = given.GetValue(this.steps) ?? 1,
            Batch = given.GetValue(this.batch),
            Phases = phases,
            Focus = place,
            Training = !given.GetValue(this.eval),
            Format = format,
            About = about,
        });
        if (place is not null) RequirePlace(explanation, place);
        Language language = this.page.Language(given);
        string text = written switch
        {
            "markdown" => explanation.ToMarkdown(language),
            "latex" => explanation.ToLatex(language),
            "html" => explanation.ToHtml(language),
            "json" => explanation.ToJson(),
            _ => explanation.ToText(language),
        };
        this.page.Write(given, text, $"{explanation.Steps.Count} steps explained.");
        return ExitCode.Fine;
    }

    // That of the class, as in C# and in books; the table's rates are chosen for training on the tool's data.
    private static double UsualRate(string rule) => OptimizerTable.OfNotation(rule) switch
    {
        { Name: "sgd" or "momentum" or "nesterov" or "adagrad" or "rmsprop" or "rprop" } => 0.01,
        { Name: "adam" or "amsgrad" or "adamw" or "radam" or "lamb" } => 0.001,
        { Name: "lion" } => 0.0001,
        var other => other.UsualLearningRate,
    };

    // What goes in and what should come out, and what is known of them.
    private GivenSamples Asked(ParseResult given, Dataset? set, Module module, Shape? sample, SavedModel? model)
    {
        int? at = given.GetValue(this.index);
        string? source = given.GetValue(this.data);
        // As many as all steps take.
        int count = given.GetValue(this.batch) is { } each ? each * (given.GetValue(this.steps) ?? 1) : 1;
        if (set is not null) return GivenSamples.Of(set, source!, at ?? 0, count);
        if (source is not null)
        {
            if (at is not null) throw new MistakeException("--index picks a sample of a data set or of a file; the samples that are typed are all taken.");
            (Tensor x, Tensor? t) = Samples.Pairs(source, word => ClassOf(word, model?.Format));
            GivenSamples.RequireColumns(x, module, model?.Format);
            return new(x, t, model?.Format, null);
        }
        GivenSamples one = GivenSamples.Input(given.GetValue(this.input), at, module, sample, model?.Format);
        return one with
        {
            T = given.GetValue(this.target) switch
            {
                null or "random" => null,
                var word when ClassOf(word, model?.Format) is { } label => Tensor.Of((float)label).Reshape(1, 1),
                var numbers => Samples.Numbers(numbers, "--target"),
            },
        };
    }

    // A class by the name that a model has for it; null for numbers.
    private static int? ClassOf(string name, DataFormat? format)
    {
        const int Shown = 20;
        bool IsNumber(string word) => double.TryParse(word.Replace('−', '-'), CultureInfo.InvariantCulture, out _);
        if (format is not { Kind: TargetKind.Classes } || IsNumber(name)) return null;
        if (format.Outputs.ToList().FindIndex(o => string.Equals(o, name.Trim(), StringComparison.OrdinalIgnoreCase)) is >= 0 and var label) return label;
        string[] words = name.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || Array.Exists(words, IsNumber)) return null;
        string classes = string.Join(", ", format.Outputs.Take(Shown).Select((o, i) => o == $"{i}" ? o : $"{i} {o}"))
            + (format.Outputs.Count > Shown ? ", …" : "");
        throw new MistakeException($"there is no class '{name.Trim()}'; the model has {format.Outputs.Count}: {classes}. Give one by its name or its number.");
    }

    // What would be passed over without a word.
    private void RequireSense(ParseResult given)
    {
        bool hasTarget = (given.GetValue(this.target) ?? given.GetValue(this.data)) is not null, hasOptimizer = given.GetValue(this.optimizer) is not null;
        if (!hasTarget && given.GetValue(this.loss) is { } word) throw new MistakeException($"--loss {word} compares with a target; add --target.");
        if (!hasTarget && hasOptimizer) throw new MistakeException("an update needs a gradient, and that needs a target; add --target.");
        if (!hasOptimizer && (given.GetValue(this.rate) is not null || given.GetValue(this.steps) is not null and not 1))
            throw new MistakeException("--lr and --steps belong to an optimizer; add --optimizer sgd.");
    }

    // Shapes do not depend on it whether a network learns, but batch norm refuses a single value a channel when it does.
    private static void Build(Module module, Shape x, DType type)
    {
        try
        {
            module.Build(x, type);
        }
        catch (ShapeException problem)
        {
            bool fits = module.Training && FitsInEvaluation(module, x, type);
            throw new MistakeException(fits ? $"{Mistake.Continued(problem.Message.Split(" Use ")[0])} Add --eval, or more samples with --data."
                : Misfit.Explain(problem, batch: x[0]), problem);
        }
    }

    private static bool FitsInEvaluation(Module module, Shape x, DType type)
    {
        module.Eval();
        try
        {
            module.Build(x, type);
            return true;
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    private static int[] Place(string text) =>
    [
        .. text.Split([',', 'x'], StringSplitOptions.TrimEntries).Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int i)
            ? i
            : throw new MistakeException($"--focus takes whole numbers from 0 on, such as 0,5,5, not '{text}'.")),
    ];

    // Which places of which values it names, the last axes of each.
    private static void RequirePlace(Explanation explanation, int[] place)
    {
        Shape[] shapes = [.. explanation.Steps.SelectMany(s => s.Equations.Select(e => e.Result.Value.Shape)).Distinct()];
        bool IsIn(Shape s) => s.Rank >= place.Length && place.Zip(s.Sizes[^place.Length..].ToArray()).All(p => p.First < p.Second);
        if (shapes.Length == 0 || Array.Exists(shapes, IsIn)) return;
        throw new MistakeException(
            $"--focus {string.Join(',', place)} is in none of the values that are shown, "
            + $"which are {string.Join(", ", shapes.OrderByDescending(s => s.Size).Take(5))}; entries are counted from 0.");
    }

    private string FormatOf(ParseResult given)
    {
        string format = this.page.Format(given, given.GetValue(this.Json));
        return format != "json" || !this.page.HasLanguage(given)
            ? format
            : throw new MistakeException("--lang is for pages that people read; leave it out with JSON.");
    }

    // The commonest slip with losses of logits.
    private static void WarnOfTwice(Module module, Loss? loss)
    {
        Module? last = module is Sequential { Items: [.., var brick] } ? brick : null;
        if ((last, loss) is (Softmax, NegativeLogLikelihood))
            Console.Error.WriteLine(
                $"{Terminal.Tool.Name} explain: {loss} takes the logarithms of probabilities, and the network gives the probabilities themselves; "
                + "write logsoftmax for softmax, or take --loss cross-entropy without softmax.");
        string? twice = (last, loss) switch
        {
            (Sigmoid, BinaryCrossEntropy or BinaryFocal) => "sigmoid",
            (Softmax, CrossEntropy or Focal) => "softmax",
            _ => null,
        };
        if (twice is not null)
            Console.Error.WriteLine(
                $"{Terminal.Tool.Name} explain: {loss} has its own {twice}, so this is the {twice} of a {twice}; leave out the last brick of the network.");
    }

    private static Phase[]? PhasesOf(string? part) => part switch
    {
        null or "all" => null,
        "forward" => [Phase.Forward],
        "backward" => [Phase.Backward],
        "update" => [Phase.Update],
        _ => throw new MistakeException($"there is no part '{part}'; the parts are forward, backward, update and all."),
    };
}
