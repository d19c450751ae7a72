// An optimiser's rule is one method in ops, from the paper: the new value of a weight from the weight, its gradient and
// the rule's own memory. Everything else — where the memory is kept, the learning rate's schedule, clipping, saving —
// is here, once. The step count and the learning rate are parameters, so a compiled step reads them anew.

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
        this.Steps++;
        Tensor?[] g = [.. gradients.Select(gradient => gradient?.Detach())];
        if (this.ClipNorm is { } most) Clip(g, most);
        for (int i = 0; i < weights.Count; i++)
        {
            if (g[i] is not { } gradient) continue;
            Parameter weight = weights[i];
            Tensor w = weight.Value.Detach();
            if (!this.slots.TryGetValue(weight, out Slots? memory)) this.slots[weight] = memory = new Slots(w.Spec);
            memory.LearningRate = Tensor.Scalar(this.LearningRate * this.Schedule.At(this.Steps, progress), w.DType);
            memory.Step = Tensor.Scalar(this.Steps, w.DType);
            weight.Assign(this.Update(w, gradient, memory));
        }
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
            if (!this.slots.TryGetValue(parameter, out Slots? memory)) this.slots[parameter] = memory = new Slots(value.Spec);
            memory[name[(slash + 1)..]] = value;
        }
    }

    /// <summary>The rule: the new value of a weight.</summary>
    /// <param name="w">The weight.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="s">The rule's memory for this weight, the learning rate and the step.</param>
    protected abstract Tensor Update(Tensor w, Tensor g, Slots s);

    private static void Clip(Tensor?[] gradients, double most)
    {
        double squares = gradients.Sum(g => g is null ? 0 : (double)(g * g).Sum());
        double norm = Math.Sqrt(squares);
        if (!(norm > most)) return;
        for (int i = 0; i < gradients.Length; i++) gradients[i] = gradients[i] is { } g ? g * (most / norm) : null;
    }
}

/// <summary>What a rule remembers of one weight: named tensors shaped like it, zeros at first.</summary>
public sealed class Slots
{
    private readonly TensorSpec spec;
    private readonly Dictionary<string, Tensor> values = [];

    internal Slots(TensorSpec spec)
    {
        this.spec = spec;
        this.LearningRate = this.Step = Tensor.Scalar(0, spec.DType);
    }

    /// <summary>The learning rate of this step, a scalar.</summary>
    public Tensor LearningRate { get; internal set; }

    /// <summary>The number of this step, from 1, a scalar.</summary>
    public Tensor Step { get; internal set; }

    internal IReadOnlyDictionary<string, Tensor> All => this.values;

    /// <summary>A remembered tensor.</summary>
    public Tensor this[string name]
    {
        get => this.values.TryGetValue(name, out Tensor? value) ? value : Tensor.Zeros(this.spec.Shape, this.spec.DType);
        set => this.values[name] = value.Contiguous().Detach();
    }
}
