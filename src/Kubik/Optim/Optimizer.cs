// What all optimisers have in common: a learning rate with its schedule, a count of steps, a state that is saved. Most of
// them are rules for one weight at a time (UpdateRule.cs); L-BFGS looks at all weights and at the loss itself (Lbfgs.cs).

using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>Changes weights so that a loss falls.</summary>
/// <example><code>
/// Adam optimizer = new(0.001);
/// for (int i = 0; i &lt; 1000; i++)
///     optimizer.Step(loss.Of(net.Forward(x), y), net);
/// </code></example>
public abstract class Optimizer
{
    private const string ScheduleKey = "/schedule"; // no path of a parameter is empty
    private double learningRate;

    /// <summary>An optimiser with a learning rate.</summary>
    private protected Optimizer(double learningRate)
    {
        this.LearningRate = learningRate;
    }

    /// <summary>The optimiser's name in the command line and in files.</summary>
    public abstract string Name { get; }

    /// <summary>The learning rate, before the schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a positive number.</exception>
    public double LearningRate
    {
        get => this.learningRate;
        set => this.learningRate = double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value,
                $"{this.Name}: the learning rate must be a positive number; usual ones are 0.0001 to 0.1.");
    }

    /// <summary>What the learning rate is multiplied by as training goes on.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant;

    /// <summary>Changes of the weights made so far.</summary>
    public long Steps { get; private protected set; }

    /// <summary>Computes the gradients of a loss and changes the model's weights: all of them, or none when something throws.</summary>
    /// <param name="loss">A scalar computed from the model's parameters.</param>
    /// <param name="model">Whose weights are changed.</param>
    /// <param name="progress">How much of the training is done, 0 to 1, for the schedule.</param>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    /// <exception cref="InvalidOperationException">No weight of the model gets a gradient from the loss,
    /// or the optimiser has to look at the loss at more than one place: give a function.</exception>
    public abstract void Step(Tensor loss, Module model, double progress = 0);

    /// <summary>Changes the model's weights by a loss that can be computed again: most optimisers compute it once, L-BFGS several times.</summary>
    /// <param name="loss">Computes the loss, a scalar, from the model's parameters as they are then.</param>
    /// <param name="model">Whose weights are changed.</param>
    /// <param name="progress">How much of the training is done, 0 to 1, for the schedule.</param>
    /// <returns>The loss before the change.</returns>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    /// <exception cref="InvalidOperationException">No weight of the model gets a gradient from the loss.</exception>
    public abstract Tensor Step(Func<Tensor> loss, Module model, double progress = 0);

    /// <summary>Everything that the next step depends on besides weights and <see cref="Steps"/>, by name ("0.weight/m"),
    /// for a checkpoint of the model.</summary>
    public Dictionary<string, Tensor> State(Module model)
    {
        Dictionary<string, Tensor> state = this.Memory(model);
        if (this.Schedule.State is { Count: > 0 } numbers) state[ScheduleKey] = Tensor.Of<double>([.. numbers]);
        return state;
    }

    /// <summary>Goes on from a checkpoint: what <see cref="State"/> gave. Nothing changes when it does not fit.</summary>
    /// <exception cref="ShapeException">The state belongs to another network or another optimiser.</exception>
    public void Restore(Module model, IReadOnlyDictionary<string, Tensor> state, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        double[] numbers = state.TryGetValue(ScheduleKey, out Tensor? saved) ? saved.ToDoubles() : [];
        if (numbers.Length != this.Schedule.State.Count)
            throw new ShapeException(
                $"The checkpoint's schedule has {numbers.Length} numbers of state, but '{this.Schedule}' has {this.Schedule.State.Count}: "
                + "it belongs to another schedule.");
        this.Remember(model, state.Where(s => s.Key != ScheduleKey).ToDictionary(s => s.Key, s => s.Value));
        if (numbers.Length > 0) this.Schedule.Restore(numbers);
        this.Steps = steps;
    }

    /// <summary>The memory, without the schedule's.</summary>
    private protected abstract Dictionary<string, Tensor> Memory(Module model);

    /// <summary>Restores the memory, all of it or nothing.</summary>
    private protected abstract void Remember(Module model, IReadOnlyDictionary<string, Tensor> state);

    /// <summary>The weights of a model, with their paths.</summary>
    private protected static List<(string Path, Parameter Weight)> WeightsOf(Module model) =>
        [.. model.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight)];

    /// <summary>Throws when a model has weights, but a loss gives a gradient to none of them: nothing would be learnt.</summary>
    internal void MustReach(Tensor?[] gradients)
    {
        if (gradients.Length == 0 || gradients.Any(g => g is not null)) return;
        throw new InvalidOperationException(
            $"{this.Name}: the loss gives none of the model's {(gradients.Length == 1 ? "weights (1)" : $"{gradients.Length} weights")} a gradient, "
                + "so nothing was changed. "
            + "Compute the loss from this model, anew for each step, and let no Detach, comparison or rounding cut it off.");
    }
}
