using System.CommandLine;
using System.Globalization;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Cli.Verbs;

/// <summary>The worked solution of a forward pass, a backward pass and updates.</summary>
internal sealed class ExplainVerb : Verb
{
    private readonly Argument<string> net = new("NET|MODEL") { Description = "A network in notation or by name; a model file or the folder of a run." };
    private readonly Option<string?> input = Flags.Text("--input", "NUMBERS|FILE|SHAPE", "The sample: numbers (1,2), rows with semicolons (1,2; 3,4), a .npy file, or a shape such as 1x28x28 or \"random 10\" for random numbers.");
    private readonly Option<string?> target = Flags.Text("--target", "NUMBERS", "What should come out: numbers, or the number of the right class; of a network for texts one for each place.");
    private readonly Option<string?> data = Flags.Text("--data", "X:T, X:T", "Several samples with their targets, such as \"1:2, 2:3\" or \"0 1:1, 1 1:0\", instead of --input and --target.");
    private readonly Option<string?> loss = Flags.Text("--loss", "LOSS", "The loss (show --list losses). Default: cross-entropy for a class, else the mean of squares.");
    private readonly Option<string?> optimizer = Flags.Text("--optimizer", "OPTIMIZER", "Write out the updates of this optimizer (show --list optimizers).");
    private readonly Option<double?> rate = Flags.Real("--lr", "X", "The learning rate. Default: what is usual for the optimizer.", x => x > 0 && double.IsFinite(x), "a number above 0");
    private readonly Option<int?> steps = Flags.Whole("--steps", "N", "How many training steps. Default: 1.", 1);
    private readonly Option<int?> batch = Flags.Whole("--batch", "N", "How many samples each step takes. Default: all.", 1);
    private readonly Option<string?> weights = Flags.Text("--weights", "FILE|PATH=NUMBERS; …", "The weights: a .safetensors or .json file, or numbers by path, such as \"0.weight=1,-1,0.5,0; 0.bias=0\"; one number fills a parameter.");
    private readonly Option<string?> part = Flags.Text("--part", "PART", "forward, backward, update or all. Default: all that there is.");
    private readonly Option<string?> focus = Flags.Text("--focus", "I,J,…", "The entry, counted from 0, from which entries of big values are written out.");
    private readonly Option<string?> format = Flags.Text("--format", "FORMAT", "text, markdown, latex, html or json. Default: text, or what the ending of --out says.");
    private readonly Option<string?> output = new("--out", "-o") { HelpName = "FILE", Description = "Write it to a file." };
    private readonly Option<string?> lang = Flags.Text("--lang", "en|ru", "The language of the words. Default: en.");
    private readonly Option<bool> eval = new("--eval") { Description = "Compute as in evaluation: dropout drops nothing, batch norm uses its running statistics." };
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "The seed of random weights and inputs. Default: 1.");

    public override string Name => "explain";

    public override string About => "Explains a network at work as a teacher would: every brick forward, the loss, the chain rule back, the updates, in letters and in numbers.";

    public override string Usage => "NET|MODEL --input NUMBERS [--target NUMBERS] [--optimizer NAME] [--format FORMAT]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"linear 2 | relu | linear 1\" --input 1,2 --target 0", "forward and backward, with random weights"),
        ("\"linear 1 bias=false\" --data \"1:2, 2:3\" --weights 0.weight=0 --optimizer \"momentum momentum=0.9\" --lr 0.1 --steps 2", "two steps of momentum, written out"),
        ("lenet --input 1x28x28 --target 3 -o lenet.html", "a page with formulas"),
        ("\"lstm 2\" --input \"1,2; 3,4\" --lang ru", "the gates of an LSTM, in Russian"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        foreach (Option option in (ReadOnlySpan<Option>)[this.input, this.target, this.data, this.loss, this.optimizer, this.rate, this.steps, this.batch, this.weights, this.part, this.focus, this.format, this.output, this.lang, this.eval, this.seed]) command.Add(option);
    }

    protected override int Run(ParseResult given)
    {
        RandomSource.Default = new RandomSource(given.GetValue(this.seed) ?? 1);
        (Module module, Shape? sample, _) = NetArgument.Find(given.GetValue(this.net)!);
        if (given.GetValue(this.data) is not null && (given.GetValue(this.input) ?? given.GetValue(this.target)) is not null)
            throw new MistakeException("--data gives inputs and targets already; leave out --input and --target.");
        (Tensor x, Tensor? t) = given.GetValue(this.data) is { } pairs
            ? Samples.Pairs(pairs)
            : (Samples.Input(given.GetValue(this.input), module, sample), given.GetValue(this.target) is { } wanted ? Samples.Numbers(wanted, "--target") : null);
        Misfit.Explained(() => module.Build(x.Shape, x.DType), x.Shape[0]);
        if (given.GetValue(this.weights) is { } set) WeightsArgument.Assign(module, set);
        Shape y = module.Build(x.Shape, x.DType);
        Loss? criterion = given.GetValue(this.loss) is { } word ? Loss.Parse(word) : null;
        (Tensor? expected, criterion) = Samples.Target(t, y, criterion, Samples.Vocabulary(module, x.Shape[1..]) is not null);
        IReadOnlyList<Phase>? phases = PhasesOf(given.GetValue(this.part));
        if (phases is [Phase.Backward] && expected is null) throw new MistakeException("--part backward begins at the loss, and that needs a target; add --target.");
        if (phases is [Phase.Update] && given.GetValue(this.optimizer) is null) throw new MistakeException("--part update needs an optimizer; add --optimizer sgd.");
        WarnOfTwice(module, criterion);
        Explanation explanation = module.Explain(x, expected, new()
        {
            Loss = criterion,
            Optimizer = given.GetValue(this.optimizer) is { } rule ? OptimizerTable.Parse(rule, new(given.GetValue(this.rate) ?? OptimizerTable.OfNotation(rule).UsualLearningRate, Schedule.Constant))
                : given.GetValue(this.rate) is null && given.GetValue(this.steps) is null or 1 ? null : throw new MistakeException("--lr and --steps belong to an optimizer; add --optimizer sgd."),
            Steps = given.GetValue(this.steps) ?? 1,
            Batch = given.GetValue(this.batch),
            Phases = phases,
            Focus = given.GetValue(this.focus) is { } place ? [.. place.Split([',', ' ', 'x'], StringSplitOptions.RemoveEmptyEntries).Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int i) ? i : throw new MistakeException($"--focus takes whole numbers from 0 on, such as 0,5,5, not '{place}'."))] : null,
            Training = !given.GetValue(this.eval),
        });
        return Tell(explanation, given.GetValue(this.Json) ? "json" : given.GetValue(this.format), given.GetValue(this.output), LanguageOf(given.GetValue(this.lang)));
    }

    private static int Tell(Explanation explanation, string? format, string? file, Language language)
    {
        string ending = (file is null ? "" : Path.GetExtension(file)).ToLowerInvariant();
        string text = (format ?? ending switch { ".html" or ".htm" => "html", ".md" => "markdown", ".tex" => "latex", ".json" => "json", _ => "text" }) switch
        {
            "text" => explanation.ToText(language),
            "markdown" or "md" => explanation.ToMarkdown(language),
            "latex" or "tex" => explanation.ToLatex(language),
            "html" => explanation.ToHtml(language),
            "json" => explanation.ToJson(),
            { } other => throw new MistakeException($"there is no format '{other}'; the formats are text, markdown, latex, html and json."),
        };
        if (file is null)
        {
            Console.Out.WriteLine(text.TrimEnd());
            return ExitCode.Fine;
        }
        IO.AtomicFile.WriteText(file, text);
        Console.Out.WriteLine($"{file}: {explanation.Steps.Count} steps explained.");
        return ExitCode.Fine;
    }

    // The commonest slip with losses of logits.
    private static void WarnOfTwice(Module module, Loss? loss)
    {
        Module? last = module is Sequential { Items: [.., var brick] } ? brick : null;
        string? twice = (last, loss) switch { (Sigmoid, BinaryCrossEntropy or BinaryFocal) => "sigmoid", (Softmax, CrossEntropy or Focal) => "softmax", _ => null };
        if (twice is not null) Console.Error.WriteLine($"{Terminal.Tool.Name} explain: {loss} has its own {twice}, so this is the {twice} of a {twice}; leave out the last brick of the network.");
    }

    private static Phase[]? PhasesOf(string? part) => part switch
    {
        null or "all" => null,
        "forward" => [Phase.Forward],
        "backward" => [Phase.Backward],
        "update" => [Phase.Update],
        _ => throw new MistakeException($"there is no part '{part}'; the parts are forward, backward, update and all."),
    };

    private static Language LanguageOf(string? lang) => lang switch
    {
        null or "en" => Language.English,
        "ru" => Language.Russian,
        _ => throw new MistakeException($"--lang takes en or ru, not '{lang}'."),
    };
}
