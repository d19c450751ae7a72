namespace Kubik.Optim;

/// <summary>The optimisers with a name, for the command line.</summary>
/// <param name="Name">The name.</param>
/// <param name="UsualLearningRate">What to begin with when nothing is said.</param>
/// <param name="Make">Makes one with a learning rate and a schedule.</param>
public sealed record OptimizerTable(string Name, double UsualLearningRate, Func<double, Schedule, Optimizer> Make)
{
    /// <summary>Whether it is for steps over all data at once, with a learning rate that stays: the noise of small batches misleads it.</summary>
    public bool IsForAllData { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OptimizerTable> All { get; } =
    [
        new("sgd", 0.1, (rate, schedule) => new Sgd(rate) { Schedule = schedule }),
        new("momentum", 0.05, (rate, schedule) => new Momentum(rate) { Schedule = schedule }),
        new("nesterov", 0.05, (rate, schedule) => new Nesterov(rate) { Schedule = schedule }),
        new("adagrad", 0.02, (rate, schedule) => new Adagrad(rate) { Schedule = schedule }),
        new("adadelta", 1, (rate, schedule) => new Adadelta(rate) { Schedule = schedule }),
        new("rmsprop", 0.001, (rate, schedule) => new RmsProp(rate) { Schedule = schedule }),
        new("adam", 0.002, (rate, schedule) => new Adam(rate) { Schedule = schedule }),
        new("amsgrad", 0.002, (rate, schedule) => new AmsGrad(rate) { Schedule = schedule }),
        new("adamw", 0.002, (rate, schedule) => new AdamW(rate) { Schedule = schedule }),
        new("adamax", 0.002, (rate, schedule) => new Adamax(rate) { Schedule = schedule }),
        new("nadam", 0.002, (rate, schedule) => new NAdam(rate) { Schedule = schedule }),
        new("radam", 0.002, (rate, schedule) => new RAdam(rate) { Schedule = schedule }),
        new("lion", 0.0003, (rate, schedule) => new Lion(rate) { Schedule = schedule }),
        new("lamb", 0.01, (rate, schedule) => new Lamb(rate) { Schedule = schedule }),
        new("rprop", 0.001, (rate, schedule) => new Rprop(rate) { Schedule = schedule }) { IsForAllData = true },
        new("lbfgs", 1, (rate, schedule) => new Lbfgs(rate) { Schedule = schedule }) { IsForAllData = true },
    ];

    /// <summary>The entry of a name.</summary>
    /// <exception cref="FormatException">There is none; the message names the nearest.</exception>
    public static OptimizerTable Find(string name) => All.FirstOrDefault(o => o.Name == name)
        ?? throw new FormatException($"There is no optimizer '{name}'.{Suggestion.DidYouMean(name, All.Select(o => o.Name))} The optimizers are {string.Join(", ", All.Select(o => o.Name))}.");
}
