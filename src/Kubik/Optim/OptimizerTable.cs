namespace Kubik.Optim;

/// <summary>The optimisers with a name, for the command line.</summary>
/// <param name="Name">The name.</param>
/// <param name="UsualLearningRate">What to begin with when nothing is said.</param>
/// <param name="Make">Makes one with a learning rate and a schedule.</param>
public sealed record OptimizerTable(string Name, double UsualLearningRate, Func<double, Schedule, Optimizer> Make)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OptimizerTable> All { get; } =
    [
        new("sgd", 0.1, (rate, schedule) => new Sgd(rate) { Schedule = schedule }),
        new("momentum", 0.05, (rate, schedule) => new Momentum(rate) { Schedule = schedule }),
        new("adam", 0.002, (rate, schedule) => new Adam(rate) { Schedule = schedule }),
    ];

    /// <summary>The entry of a name.</summary>
    /// <exception cref="FormatException">There is none; the message names the nearest.</exception>
    public static OptimizerTable Find(string name) => All.FirstOrDefault(o => o.Name == name)
        ?? throw new FormatException($"There is no optimizer '{name}'.{Suggestion.DidYouMean(name, All.Select(o => o.Name))} The optimizers are {string.Join(", ", All.Select(o => o.Name))}.");
}
