using System.CommandLine;
using Kubik.Cli.Bench;
using Kubik.Cli.Report;
using Kubik.Cli.Terminal;
using Kubik.Kernels;

namespace Kubik.Cli.Verbs;

/// <summary>How fast training steps are here, alone or beside PyTorch's.</summary>
internal sealed class BenchVerb : Verb
{
    private const double UsualSeconds = 4;

    private readonly Argument<string[]> names = new("NAME")
    { Arity = ArgumentArity.ZeroOrMore, Description = $"What to measure: {string.Join(", ", Workload.All.Select(w => w.Name))}. Default: all of them." };
    private readonly Option<string?> versus =
        Flags.Text("--vs", "torch|self",
            "Take turns in several rounds. torch: with PyTorch, and print its median in its best setting "
            + "(one thread or as many as Kubik has, spinning or sleeping), its memory, the ratio of its median to Kubik's, and that setting. self: "
            + "with Kubik itself, and print its medians on one thread and op by op, and the ratios of both to the compiled step on all threads.");
    private readonly Option<int?> threads =
        Flags.Whole("--threads", "N", "How many threads compute. Default: KUBIK_THREADS, else the number of processors.", least: 1);
    private readonly Option<double?> seconds =
        Flags.Real("--seconds", "S", $"How long to measure each workload, after warming up. Default: {UsualSeconds}.", s => s is > 0 and <= 3600,
            "a number of seconds above 0, at most 3600");
    private readonly Option<bool> eager = new("--eager") { Description = "Run the step op by op, as a loop of one's own does, instead of compiled." };
    private readonly Option<string?> profile =
        Flags.Text("--profile", "NAME", "Show what one step consists of instead: the compiler's passes, and the plan's steps with their time and memory.");
    private readonly Option<string?> one = new("--one") { Hidden = true }; // measures in this process and prints a line for the one that started it

    public override string Name => "bench";

    public override string About =>
        "Measures whole training steps (forward, loss, backward, update): time, share of the machine's peak, memory. "
        + "Each workload runs in a process of its own.";

    public override string Usage => "[NAME…] [--vs torch|self] [--threads N] [--json], or bench --profile NAME";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "all workloads"),
        ("lenet gpt --threads 1", "two of them on one thread"),
        ("--vs torch", "all beside PyTorch, about ten minutes"),
        ("vgg_a lstm --vs self", "what the second thread brings, and compiling"),
        ("--profile gpt", "where the time of a step goes"),
        ("tiny --eager --json", "the cost of a step op by op, as JSON"),
    ];

    protected override string JsonHolds =>
        "Print the results as JSON in the last line: machine, threads, peak_gflops, and of every workload name, ms_median, ms_min, gflops, peak_share, "
        + "rss_mb, torch_ms_median and ratio (null without --vs torch). bench/README.md lists these keys and the further ones, and those of --profile.";

    protected override void Declare(Command command)
    {
        command.Add(this.names);
        command.Add(this.versus);
        command.Add(this.threads);
        command.Add(this.seconds);
        command.Add(this.eager);
        command.Add(this.profile);
        command.Add(this.one);
    }

    protected override int Run(ParseResult given)
    {
        TimeSpan time = TimeSpan.FromSeconds(given.GetValue(this.seconds) ?? UsualSeconds);
        bool isEager = given.GetValue(this.eager);
        if (given.GetValue(this.one) is { } single)
        {
            Sample[] samples = given.GetValue(this.versus) == "self" ? Measurement.InTurns(Named(single), time)
                : [Measurement.Of(Named(single), isEager, time)];
            foreach (Sample sample in samples) sample.Print();
            return ExitCode.Fine;
        }
        int count = given.GetValue(this.threads) ?? Workers.Count;
        if (count > 1024) throw new MistakeException($"--threads takes a whole number from 1 to 1024, not '{count}'.");
        if (given.GetValue(this.profile) is { } profiled)
        {
            if (given.GetValue(this.names) is { Length: > 0 } || given.GetValue(this.versus) is not null || isEager)
                throw new MistakeException("--profile shows the compiled step of one workload; leave the other names, --vs and --eager out.");
            Workers.Count = count;
            Profile.Show(Named(profiled), time, given.GetValue(this.Json));
            return ExitCode.Fine;
        }
        Workload[] workloads = given.GetValue(this.names) is { Length: > 0 } asked ? [.. asked.Select(Named).Distinct()] : [.. Workload.All];
        Rival rival = given.GetValue(this.versus) switch
        {
            null => default,
            "torch" => new(Torch.Find(), IsSelf: false),
            "self" when isEager => throw new MistakeException("--vs self measures compiled steps and eager ones; leave --eager out."),
            "self" => new(Torch: null, IsSelf: true),
            string other => throw new MistakeException($"--vs takes torch, the toolkit to compare with, or self, not '{other}'."),
        };
        Measure(workloads, count, isEager, time, rival, given.GetValue(this.Json));
        return ExitCode.Fine;
    }

    private static void Measure(Workload[] workloads, int threads, bool eager, TimeSpan time, Rival rival, bool isJson)
    {
        string machine = Machine.Line();
        double peak = FmaPeak.Gigaflops(threads);
        Console.Out.WriteLine(machine);
        Console.Out.WriteLine($"{Say.Count(threads, "thread")}; the peak of multiply-adds in registers: {Say.Number(peak)} GFLOP/s in float32\n");
        BenchTable table = new(peak, threads, rival);
        Console.Out.WriteLine(table.Header);
        List<Comparison> results = [];
        foreach (Workload workload in workloads)
        {
            Comparison result = Comparison.Of(workload, threads, eager, time, rival, begins => Screen.Status($"measuring {begins} …"));
            Screen.Status("");
            Console.Out.WriteLine(table.Row(result));
            results.Add(result);
        }
        if (rival.Torch is not null)
            Console.Out.WriteLine(
                $"\nRatio: PyTorch's median over Kubik's. PyTorch {results[0].TorchVersion}, the best of {TorchSetting.UpTo(threads).Count} settings.");
        if (rival.IsSelf)
            Console.Out.WriteLine(
                "\n\"Faster\": a step's time on one thread over that on all. \"Of compiled\": a step's time op by op over that of the compiled one.");
        if (results.Select(r => r.TorchComplaint).FirstOrDefault(c => c is not null) is { } complaint) Console.Out.WriteLine($"Note: {complaint}");
        if (isJson) JsonLine.Print(json => BenchTable.Write(json, machine, threads, peak, eager, rival, results));
    }

    private static Workload Named(string name) => Workload.All.FirstOrDefault(w => w.Name == name)
        ?? throw new MistakeException(
            $"there is no workload '{name}'.{Suggestion.DidYouMean(name, Workload.All.Select(w => w.Name))} The workloads are "
            + $"{string.Join(", ", Workload.All.Select(w => w.Name))}.");
}
