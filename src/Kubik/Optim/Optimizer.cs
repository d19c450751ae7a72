// An optimiser's rule is one method in ops, from the paper: the new value of a weight from the weight, its gradient and
// the rule's own memory. Everything else — where the memory is kept, the learning rate's schedule, clipping, saving —
// is here, once. Memory, step count and learning rate are parameters, so a traced update reads and writes them anew.

using Kubik.Autograd;
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
    private readonly Dictionary<Parameter, Slots> slots = [];
    private readonly Parameter rate = new(Tensor.Scalar(0, DType.Float64), ParameterRole.State), step = new(Tensor.Scalar(0, DType.Float64), ParameterRole.State);
    private double learningRate;

    /// <summary>An optimiser with a learning rate.</summary>
    protected Optimizer(double learningRate)
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
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{this.Name}: the learning rate must be a positive number; usual ones are 0.0001 to 0.1.");
    }

    /// <summary>What the learning rate is multiplied by as training goes on.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant;

    /// <summary>The largest norm that all gradients together may have; larger ones are shortened to it. Null: no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Steps made so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Computes the gradients of a loss and changes the model's weights.</summary>
    /// <param name="loss">A scalar computed from the model's parameters.</param>
    /// <param name="model">Whose weights are changed.</param>
    /// <param name="progress">How much of the training is done, 0 to 1, for the schedule.</param>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    public void Step(Tensor loss, Module model, double progress = 0)
    {
        Parameter[] weights = [.. model.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        Tensor?[] gradients = Gradient.TryOf(loss, [.. weights.Select(w => w.Value)]);
        this.Apply(weights, gradients, progress);
    }

    /// <summary>Changes weights by gradients that are there already; a weight whose gradient is null is left alone.</summary>
    public void Apply(IReadOnlyList<Parameter> weights, IReadOnlyList<Tensor?> gradients, double progress = 0)
    {
        this.Advance(progress);
        this.UpdateAll(weights, gradients);
    }

    /// <summary>The memory of the rule by name ("0.weight/m"), for a checkpoint of the model.</summary>
    public Dictionary<string, Tensor> State(Module model)
    {
        Dictionary<string, Tensor> state = [];
        foreach ((string path, Parameter parameter) in model.Parameters())
        {
            if (!this.slots.TryGetValue(parameter, out Slots? memory)) continue;
            foreach ((string name, Tensor value) in memory.All) state[$"{path}/{name}"] = value;
        }
        return state;
    }

    /// <summary>Restores the memory of the rule from a checkpoint.</summary>
    public void Restore(Module model, IReadOnlyDictionary<string, Tensor> state, long steps)
    {
        this.Steps = steps;
        this.slots.Clear();
        Dictionary<string, Parameter> byPath = model.Parameters().ToDictionary(p => p.Path, p => p.Parameter);
        foreach ((string name, Tensor value) in state)
        {
            int slash = name.LastIndexOf('/');
            if (slash < 0 || !byPath.TryGetValue(name[..slash], out Parameter? parameter))
                throw new ShapeException($"The checkpoint holds '{name}', but the network has no such parameter; it belongs to another network.");
            this.SlotsOf(parameter, parameter.Spec)[name[(slash + 1)..]] = value;
        }
    }

    /// <summary>The rule: the new value of a weight.</summary>
    /// <param name="w">The weight.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="s">The rule's memory for this weight, the learning rate and the step.</param>
    protected abstract Tensor Update(Tensor w, Tensor g, Slots s);

    /// <summary>Counts a step and sets its learning rate: what stays outside of a trace.</summary>
    internal void Advance(double progress)
    {
        this.Steps++;
        this.rate.Assign(Tensor.Scalar(this.LearningRate * this.Schedule.At(this.Steps, progress), DType.Float64));
        this.step.Assign(Tensor.Scalar(this.Steps, DType.Float64));
    }

    /// <summary>The rule for all weights, in ops on parameters alone: it can be traced. No weight changes before all new values are there.</summary>
    internal void UpdateAll(IReadOnlyList<Parameter> weights, IReadOnlyList<Tensor?> gradients)
    {
        Tensor?[] g = [.. gradients.Select(gradient => gradient?.Detach())];
        if (this.ClipNorm is { } most) Clip(g, most);
        List<(Parameter Weight, Tensor Value)> next = [];
        for (int i = 0; i < weights.Count; i++)
        {
            if (g[i] is not { } gradient) continue;
            Tensor w = weights[i].Value.Detach();
            Slots memory = this.SlotsOf(weights[i], w.Spec);
            memory.LearningRate = this.rate.Value.Cast(w.DType);
            memory.Step = this.step.Value.Cast(w.DType);
            next.Add((weights[i], this.Update(w, gradient, memory)));
        }
        foreach ((Parameter weight, Tensor value) in next) weight.Assign(value);
    }

    private Slots SlotsOf(Parameter weight, TensorSpec spec) =>
        this.slots.TryGetValue(weight, out Slots? memory) ? memory : this.slots[weight] = new Slots(spec);

    // All gradients together are one vector; one that is longer than the most is shortened to it.
    private static void Clip(Tensor?[] gradients, double most)
    {
        Tensor[] squares = [.. gradients.OfType<Tensor>().Select(g => g.Cast(DType.Float64)).Select(g => (g * g).Sum())];
        if (squares.Length == 0) return;
        Tensor scale = (most / squares.Aggregate((a, b) => a + b).Sqrt()).Minimum(1);
        for (int i = 0; i < gradients.Length; i++) gradients[i] = gradients[i] is { } g ? g * scale.Cast(g.DType) : null;
    }
}

/// <summary>What a rule remembers of one weight: named tensors shaped like it, zeros at first.</summary>
public sealed class Slots
{
    private readonly TensorSpec spec;
    private readonly Dictionary<string, Parameter> values = [];

    internal Slots(TensorSpec spec)
    {
        this.spec = spec;
        this.LearningRate = this.Step = Tensor.Scalar(0, spec.DType);
    }

    /// <summary>The learning rate of this step, a scalar.</summary>
    public Tensor LearningRate { get; internal set; }

    /// <summary>The number of this step, from 1, a scalar.</summary>
    public Tensor Step { get; internal set; }

    internal IEnumerable<(string Name, Tensor Value)> All => this.values.Select(v => (v.Key, v.Value.Value));

    /// <summary>A remembered tensor.</summary>
    /// <exception cref="ShapeException">It is set to a tensor that is not shaped like the weight.</exception>
    public Tensor this[string name]
    {
        get => this.Slot(name).Value;
        set => this.Slot(name).Assign(value);
    }

    private Parameter Slot(string name) =>
        this.values.TryGetValue(name, out Parameter? slot) ? slot : this.values[name] = new Parameter(Tensor.Zeros(this.spec.Shape, this.spec.DType), ParameterRole.State);
}
