// A workload measured: by Kubik alone in one go; against PyTorch in several rounds in which they take turns; against itself on
// one thread and op by op in several processes in each of which they take turns every 50 ms: so whatever else the machine does
// meets all alike. All steps of all rounds are one sample.

namespace Kubik.Cli.Bench;

/// <summary>What Kubik takes turns with: nothing, PyTorch, or itself on one thread and op by op.</summary>
internal readonly record struct Rival(Torch? Torch, bool IsSelf);

/// <summary>What was measured of a workload.</summary>
internal sealed class Comparison
{
    public const int Rounds = 3;

    private readonly Sample kubik;
    private readonly (TorchSetting Setting, Sample Sample)? torch;
    private readonly (Sample Alone, Sample Eager)? self;

    private Comparison(Workload workload, Sample kubik, (TorchSetting, Sample)? torch = null, (Sample, Sample)? self = null) =>
        (this.Workload, this.kubik, this.torch, this.self) = (workload, kubik, torch, self);

    public Workload Workload { get; }

    public long Parameters => this.kubik.Parameters;

    public int Steps => this.kubik.Steps;

    /// <summary>Milliseconds of a step: of half of them less.</summary>
    public double Median => Quantile(this.kubik, 0.5);

    /// <summary>Milliseconds that a quarter and three quarters of the steps did not exceed.</summary>
    public (double Low, double High) Spread => (Quantile(this.kubik, 0.25), Quantile(this.kubik, 0.75));

    public double Least => this.kubik.Times[0];

    /// <summary>Operations of a step in 10⁹, a multiply-add being two.</summary>
    public double Gigaflop => this.kubik.Gigaflop;

    /// <summary>Operations a second in 10⁹, by the median.</summary>
    public double Gigaflops => this.kubik.Gigaflop / this.Median * 1000;

    /// <summary>The process's peak, in MB.</summary>
    public double Memory => this.kubik.Memory;

    /// <summary>Seconds from the start of the process to the end of its first step.</summary>
    public double FirstStep => this.kubik.FirstStep;

    /// <summary>PyTorch's setting with the least median.</summary>
    public TorchSetting? TorchSetting => this.torch?.Setting;

    public double? TorchMedian => this.torch is { } t ? Quantile(t.Sample, 0.5) : null;

    public double? TorchLeast => this.torch?.Sample.Times[0];

    public double? TorchMemory => this.torch?.Sample.Memory;

    public string? TorchVersion => this.torch?.Sample.Torch;

    public string? TorchComplaint => this.torch is { } t ? Torch.Complaint(t.Sample) : null;

    /// <summary>How often Kubik's step fits into PyTorch's.</summary>
    public double? Ratio => this.TorchMedian / this.Median;

    /// <summary>Milliseconds of a compiled step on one thread.</summary>
    public double? AloneMedian => this.self is { } s ? Quantile(s.Alone, 0.5) : null;

    /// <summary>Milliseconds of a step op by op, on as many threads.</summary>
    public double? EagerMedian => this.self is { } s ? Quantile(s.Eager, 0.5) : null;

    /// <summary>How much faster it is on all threads than on one.</summary>
    public double? Speedup => this.AloneMedian / this.Median;

    /// <summary>How much longer it takes op by op than compiled.</summary>
    public double? EagerShare => this.EagerMedian / this.Median;

    /// <summary>Measures a workload.</summary>
    /// <param name="workload">What to measure.</param>
    /// <param name="threads">How many threads Kubik has; PyTorch one or as many, whatever is better.</param>
    /// <param name="eager">Whether Kubik's step is run op by op.</param>
    /// <param name="time">How long to measure each.</param>
    /// <param name="rival">What it takes turns with.</param>
    /// <param name="begins">Told what is measured next.</param>
    public static Comparison Of(Workload workload, int threads, bool eager, TimeSpan time, Rival rival, Action<string> begins)
    {
        TimeSpan part = time / Rounds;
        if (rival.IsSelf)
        {
            List<Sample>[] samples = [[], [], []];
            for (int round = 1; round <= Rounds; round++)
            {
                begins($"{workload.Name}, round {round} of {Rounds}");
                foreach ((int to, Sample turn) in Runner.KubikInTurns(workload, threads, samples.Length * part).Index()) samples[to].Add(turn);
            }
            return new(workload, Joined(samples[0]), self: (Joined(samples[1]), Joined(samples[2])));
        }
        if (rival.Torch is not { } torch)
        {
            begins(workload.Name);
            return new(workload, Runner.Kubik(workload, threads, eager, time));
        }
        List<Sample> own = [];
        Dictionary<TorchSetting, List<Sample>> others = TorchSetting.UpTo(threads).ToDictionary(s => s, _ => new List<Sample>());
        for (int round = 1; round <= Rounds; round++)
        {
            string place = $"{workload.Name}, round {round} of {Rounds}";
            begins($"{place}: Kubik");
            own.Add(Runner.Kubik(workload, threads, eager, part));
            foreach ((TorchSetting setting, List<Sample> samples) in others)
            {
                begins($"{place}: PyTorch, {setting}");
                samples.Add(torch.Measure(workload, setting, part));
            }
        }
        (TorchSetting best, Sample sample) = others.Select(o => (o.Key, Joined(o.Value))).MinBy(o => Quantile(o.Item2, 0.5));
        return new(workload, Joined(own), (best, sample));
    }

    // Each round has about as many times as the others, at most a thousand, so they can be put together as they are.
    private static Sample Joined(List<Sample> rounds) =>
        rounds[0] with
        {
            Steps = rounds.Sum(r => r.Steps),
            Times = [.. rounds.SelectMany(r => r.Times).Order()],
            Memory = rounds.Max(r => r.Memory),
            FirstStep = rounds.Min(r => r.FirstStep)
        };

    // Between two times the mean of them, so that a median is the median.
    private static double Quantile(Sample sample, double share)
    {
        double at = share * (sample.Times.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sample.Times.Length - 1);
        return sample.Times[below] + ((at - below) * (sample.Times[above] - sample.Times[below]));
    }
}
