using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>The optimisers with a name, for the command line and for files.</summary>
/// <param name="Name">The name.</param>
/// <param name="Usage">The name with its options.</param>
/// <param name="UsualLearningRate">What to begin with when nothing is said.</param>
/// <param name="From">Makes one with its options and what all optimisers have.</param>
public sealed record OptimizerTable(string Name, string Usage, double UsualLearningRate, Func<BrickArguments, OptimizerTable.Common, Optimizer> From)
{
    /// <summary>What all optimisers have.</summary>
    /// <param name="Rate">The learning rate.</param>
    /// <param name="Schedule">How it goes on.</param>
    /// <param name="Clip">The largest norm of all gradients together; null: no limit.</param>
    public sealed record Common(double Rate, Schedule Schedule, double? Clip = null);

    /// <summary>Whether it is for steps over all data at once, with a learning rate that stays: the noise of small batches misleads it.</summary>
    public bool IsForAllData { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OptimizerTable> All { get; } =
    [
        new("sgd", "sgd [decay=0]", 0.1,
            (a, c) => new Sgd(c.Rate) { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("momentum", "momentum [momentum=0.9] [dampening=0] [decay=0]", 0.05,
            (a, c) => new Momentum(c.Rate, a.Real("momentum", 0.9), a.Real("dampening", 0))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("nesterov", "nesterov [momentum=0.9] [decay=0]", 0.05,
            (a, c) => new Nesterov(c.Rate, a.Real("momentum", 0.9)) { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("adagrad", "adagrad [rate-decay=0] [first=0] [epsilon=1e-10] [decay=0]", 0.02,
            (a, c) => new Adagrad(c.Rate, a.Real("rate-decay", 0), a.Real("first", 0), a.Real("epsilon", 1e-10))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("adadelta", "adadelta [rho=0.9] [epsilon=1e-6] [decay=0]", 1,
            (a, c) => new Adadelta(c.Rate, a.Real("rho", 0.9), a.Real("epsilon", 1e-6))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("rmsprop", "rmsprop [alpha=0.99] [epsilon=1e-8] [momentum=0] [centered=false] [decay=0]", 0.001,
            (a, c) => new RmsProp(c.Rate, a.Real("alpha", 0.99), a.Real("epsilon", 1e-8), a.Real("momentum", 0), a.Flag("centered", false))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("adam", "adam [beta1=0.9] [beta2=0.999] [epsilon=1e-8] [decay=0]", 0.002,
            (a, c) => new Adam(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-8))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("amsgrad", "amsgrad [beta1=0.9] [beta2=0.999] [epsilon=1e-8] [decay=0]", 0.002,
            (a, c) => new AmsGrad(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-8))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("adamw", "adamw [beta1=0.9] [beta2=0.999] [epsilon=1e-8] [decay=0.01]", 0.002,
            (a, c) => new AdamW(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-8), a.Real("decay", 0.01))
                { Schedule = c.Schedule, ClipNorm = c.Clip }),
        new("adamax", "adamax [beta1=0.9] [beta2=0.999] [epsilon=1e-8] [decay=0]", 0.002,
            (a, c) => new Adamax(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-8))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("nadam", "nadam [beta1=0.9] [beta2=0.999] [epsilon=1e-8] [momentum-decay=0.004] [decay=0]", 0.002,
            (a, c) => new NAdam(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-8), a.Real("momentum-decay", 0.004))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("radam", "radam [beta1=0.9] [beta2=0.999] [epsilon=1e-8] [decay=0]", 0.002,
            (a, c) => new RAdam(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-8))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }),
        new("lion", "lion [beta1=0.9] [beta2=0.99] [decay=0]", 0.0003,
            (a, c) => new Lion(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.99))
                { Schedule = c.Schedule, ClipNorm = c.Clip, DecoupledDecay = a.Real("decay", 0) }),
        new("lamb", "lamb [beta1=0.9] [beta2=0.999] [epsilon=1e-6] [decay=0]", 0.01,
            (a, c) => new Lamb(c.Rate, a.Real("beta1", 0.9), a.Real("beta2", 0.999), a.Real("epsilon", 1e-6), a.Real("decay", 0))
                { Schedule = c.Schedule, ClipNorm = c.Clip }),
        new("rprop", "rprop [shrink=0.5] [grow=1.2] [least=1e-6] [most=50] [decay=0]", 0.001,
            (a, c) => new Rprop(c.Rate, a.Real("shrink", 0.5), a.Real("grow", 1.2), a.Real("least", 1e-6), a.Real("most", 50))
                { Schedule = c.Schedule, ClipNorm = c.Clip, WeightDecay = a.Real("decay", 0) }) { IsForAllData = true },
        new("lbfgs", "lbfgs [iterations=20] [history=100] [search=true]", 1,
            (a, c) => c.Clip is null ? new Lbfgs(c.Rate, a.Number("iterations", 20), a.Number("history", 100), a.Flag("search", true))
                { Schedule = c.Schedule }
                : throw new ArgumentException("lbfgs searches along its own direction, which clipped gradients would bend; leave the clipping out"))
                { IsForAllData = true },
    ];

    /// <summary>The entry of a name.</summary>
    /// <exception cref="FormatException">There is none; the message names the nearest.</exception>
    public static OptimizerTable Find(string name) => All.FirstOrDefault(o => o.Name == name)
        ?? throw new FormatException(
            $"There is no optimizer '{name}'.{Suggestion.DidYouMean(name, All.Select(o => o.Name))} The optimizers are "
            + $"{string.Join(", ", All.Select(o => o.Name))}.");

    /// <summary>The entry of a notation: a name, and options as name=value, such as <c>adamw decay=0.05</c>.</summary>
    /// <exception cref="FormatException">There is none of that name; the message names the nearest.</exception>
    public static OptimizerTable OfNotation(string notation) => Find(notation.TrimStart().Split(' ')[0].ToLowerInvariant());

    /// <summary>The optimiser of a notation, such as <c>momentum momentum=0.95 decay=0.0005</c>.</summary>
    /// <param name="notation">A name, and options as name=value.</param>
    /// <param name="common">The learning rate and what else all have.</param>
    /// <exception cref="FormatException">There is none, or an option is wrong; the message says how to write it.</exception>
    public static Optimizer Parse(string notation, Common common)
    {
        OptimizerTable entry = OfNotation(notation);
        return BrickArguments.Make(notation.Trim(), entry.Usage, a => entry.From(a, common));
    }

    /// <summary>Makes one with a learning rate and a schedule, all else as usual.</summary>
    public Optimizer Make(double rate, Schedule schedule) => Parse(this.Name, new(rate, schedule));
}
