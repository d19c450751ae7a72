// An optimiser's rule is one method in ops, from the paper: the new value of a weight from the weight, its gradient and
// the rule's own memory. Everything else is here, once, in this order: gradients are added up over several steps, clipped,
// decay is added, the rule is applied, the norm is limited, and only when all new values are there is anything assigned.
// Memory, step count and learning rate are parameters, so a traced update reads and writes them anew.

using System.Runtime.CompilerServices;
using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>An optimiser with a rule for one weight at a time.</summary>
/// <example><code>
/// sealed class SignDescent(double learningRate) : UpdateRule(learningRate)
/// {
///     public override string Name => "sign";
///
///     protected override Tensor Update(Tensor w, Tensor g, Slots s) => w - s.LearningRate * g.Sign();
/// }
/// </code></example>
public abstract class UpdateRule : Optimizer
{
    private const string SumKey = "/gradients", CollectedKey = "/collected";
    private readonly Parameter rate = new(Tensor.Scalar(0, DType.Float64), ParameterRole.State),
        step = new(Tensor.Scalar(0, DType.Float64), ParameterRole.State);
    private readonly Dictionary<Parameter, ParameterGroup?> groupOf = [];
    private Dictionary<Parameter, Slots> slots = [];
    private Dictionary<Parameter, Parameter> sums = []; // of the gradients so far; holds something for the weights of Reached
    private readonly Reach nothing = Reach.Nothing();
    private int collected;

    /// <summary>A rule with a learning rate.</summary>
    protected UpdateRule(double learningRate) : base(learningRate)
    {
    }

    /// <summary>The largest norm that all gradients together may have; larger ones are shortened to it (Pascanu et al. 2013). Null: no limit.</summary>
    public double? ClipNorm { get; init => field = value is null ? null : Positive(value.Value, nameof(this.ClipNorm)); }

    /// <summary>The largest magnitude that an element of a gradient may have;
    /// larger ones are cut to it, before <see cref="ClipNorm"/>. Null: no limit.</summary>
    public double? ClipValue { get; init => field = value is null ? null : Positive(value.Value, nameof(this.ClipValue)); }

    /// <summary>λ of the coupled decay: λ·w is added to the gradient before the rule, as the penalty λ/2·Σw² would.</summary>
    public double WeightDecay { get; init => field = NotNegative(value, nameof(this.WeightDecay)); }

    /// <summary>λ of the decoupled decay: w becomes (1 − η·λ)·w besides what the rule does (Loshchilov and Hutter 2019, arXiv:1711.05101).</summary>
    public double DecoupledDecay { get; init => field = NotNegative(value, nameof(this.DecoupledDecay)); }

    /// <summary>
    /// The largest norm that the incoming weights of a unit may have after a step; longer ones are shortened to it
    /// (Srivastava et al. 2014, section 5.1). A unit's weights are a column of a matrix (in, out) and w[o] of a kernel
    /// (out, in, …); a weight with fewer than two axes is a bias and has no limit. Null: no limit.
    /// </summary>
    public double? MaxNorm { get; init => field = value is null ? null : Positive(value.Value, nameof(this.MaxNorm)); }

    /// <summary>Gradients of so many steps are averaged before the weights change once, as if they came from one larger batch.
    /// The sum of each weight's gradients takes as much memory as the weight.</summary>
    public int Accumulate
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Accumulate must be 1 step or more.");
    } = 1;

    /// <summary>Parameters that are treated otherwise; the first group that holds a parameter counts.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <inheritdoc/>
    public sealed override Tensor Step(Func<Tensor> loss, Module model, double progress = 0)
    {
        Tensor value = loss();
        this.Step(value, model, progress);
        return value;
    }

    /// <inheritdoc/>
    public sealed override void Step(Tensor loss, Module model, double progress = 0)
    {
        List<(string Path, Parameter Weight)> weights = WeightsOf(model);
        this.Sort(model);
        Tensor?[] gradients = Gradient.TryOf(loss, [.. weights.Select(w => w.Weight.Value)]);
        this.MustReach(gradients);
        this.Apply([.. weights.Select(w => w.Weight)], gradients, progress);
    }

    /// <summary>Changes weights by gradients that are there already; a weight whose gradient is null is left alone.</summary>
    /// <exception cref="ArgumentException">There are more or fewer gradients than weights.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="Groups"/>, but a weight's path is not known,
    /// because <see cref="Step(Tensor, Module, double)"/> has never seen it.</exception>
    public void Apply(IReadOnlyList<Parameter> weights, IReadOnlyList<Tensor?> gradients, double progress = 0)
    {
        if (weights.Count != gradients.Count)
            throw new ArgumentException($"There must be a gradient or null for each of the {weights.Count} weights, not {gradients.Count} gradients.");
        bool isLast = this.IsLast;
        Reach after = this.After(this.Reached, weights, gradients, isLast);
        if (isLast) this.Advance(progress);
        try
        {
            this.CollectOrUpdate(weights, gradients, this.Reached, isLast);
        }
        catch
        {
            if (isLast) this.Withdraw();
            throw;
        }
        this.Collected(after, isLast);
    }

    /// <summary>The rule: the new value of a weight.</summary>
    /// <param name="w">The weight.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="s">The rule's memory for this weight, the learning rate and the step.</param>
    protected abstract Tensor Update(Tensor w, Tensor g, Slots s);

    /// <summary>A number from 0 up to, not including, 1, as the share of an average that stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    protected static double Share(double value, [CallerArgumentExpression(nameof(value))] string name = "") => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and below 1; it is {value}.");

    /// <summary>A number above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    protected internal static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") => value > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above 0; it is {value}.");

    /// <summary>A number from 0 on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    protected internal static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more; it is {value}.");

    /// <summary>Looks which group each parameter of a model belongs to.</summary>
    internal void Sort(Module model)
    {
        if (this.Groups.Count == 0) return;
        foreach ((string path, Parameter weight) in WeightsOf(model))
        {
            if (!this.groupOf.ContainsKey(weight)) this.groupOf[weight] = this.Groups.FirstOrDefault(group => group.Holds(path, weight));
        }
    }

    /// <summary>Counts a step and sets its learning rate: what stays outside of a trace.</summary>
    internal void Advance(double progress)
    {
        double now = this.LearningRate * this.Schedule.At(this.Steps + 1, progress);
        this.Steps++;
        this.rate.Set(now);
        this.step.Set(this.Steps);
    }

    /// <summary>Whether a parameter is set anew before every step.</summary>
    internal bool Sets(Parameter parameter) => parameter == this.rate || parameter == this.step;

    /// <summary>The parameters of the rule itself, by the names that they have in a checkpoint.</summary>
    internal INetwork MemoryOf(Module model) => new RuleMemory(
    [
        ("learning rate", this.rate),
        ("step", this.step),
        .. WeightsOf(model).SelectMany(w => this.slots.TryGetValue(w.Weight, out Slots? memory)
            ? memory.Parameters.Select(p => ($"{w.Path}/{p.Name}", p.Parameter)) : []),
        .. WeightsOf(model).Where(w => this.sums.ContainsKey(w.Weight)).Select(w => (w.Path + SumKey, this.sums[w.Weight])),
    ]);

    /// <summary>The parameters that hold the learning rate and the number of the step.</summary>
    internal (Parameter Rate, Parameter Step) Counters => (this.rate, this.step);

    /// <summary>What the rule remembers of a weight, by name.</summary>
    internal IEnumerable<(string Name, Parameter Parameter)> MemoriesOf(Parameter weight) =>
        this.slots.TryGetValue(weight, out Slots? memory) ? memory.Parameters : [];

    /// <summary>What the rule remembers, all of it: another object once it was restored.</summary>
    internal object Remembered => this.slots;

    /// <summary>Whether the gradients of the next step complete a larger batch, so that the weights change.</summary>
    internal bool IsLast => this.collected + 1 >= this.Accumulate;

    /// <summary>The weights that gradients of the larger batch have reached so far: one object for the same weights.</summary>
    internal Reach Reached { get => field ??= this.nothing; private set; }

    /// <summary>Takes back a step that could not be made.</summary>
    internal void Withdraw() => this.Steps--;

    /// <summary>Computes something that makes or traces steps; memories, sums of gradients and counts are afterwards those of before.</summary>
    internal T LeavingNoTrace<T>(Func<T> compute)
    {
        (Dictionary<Parameter, Slots> memories, Dictionary<Parameter, Parameter> added, Reach reached, int collectedBefore, long steps) =
            (this.slots, this.sums, this.Reached, this.collected, this.Steps);
        (double rateBefore, double stepBefore) = (this.rate.Value.Item(), this.step.Value.Item());
        (this.slots, this.sums) = (memories.ToDictionary(s => s.Key, s => s.Value.Copy()), added.ToDictionary(s => s.Key, s => s.Value.Copy()));
        try
        {
            return compute();
        }
        finally
        {
            (this.slots, this.sums, this.Reached, this.collected, this.Steps) = (memories, added, reached, collectedBefore, steps);
            this.rate.Set(rateBefore);
            this.step.Set(stepBefore);
        }
    }

    /// <summary>Holds the sum of the gradients that have reached a weight since it changed last; null when there is none.</summary>
    internal Parameter? SumOf(Parameter weight) => this.sums.GetValueOrDefault(weight);

    /// <summary>The weights that gradients will have reached after a step.</summary>
    internal Reach After(Reach before, IReadOnlyList<Parameter> weights, IReadOnlyList<Tensor?> gradients, bool isLast) =>
        isLast ? this.nothing : before.With(weights.Where((_, i) => gradients[i] is not null));

    /// <summary>A step has been made, and gradients have reached these weights.</summary>
    internal void Collected(Reach reached, bool isLast) => (this.Reached, this.collected) = (reached, isLast ? 0 : this.collected + 1);

    /// <summary>Adds gradients to those before, or changes the weights by the mean of all of them:
    /// in ops on parameters alone, so that it can be traced.</summary>
    internal void CollectOrUpdate(IReadOnlyList<Parameter> weights, IReadOnlyList<Tensor?> gradients, Reach reached, bool isLast)
    {
        if (this.Accumulate == 1)
        {
            this.UpdateAll(weights, gradients);
            return;
        }
        Tensor?[] totals = [.. weights.Select((w, i) => this.SumWith(w, gradients[i]?.Detach(), reached))];
        if (isLast)
        {
            this.UpdateAll(weights, [.. totals.Select(total => total is null ? null : total / this.Accumulate)]);
            return;
        }
        for (int i = 0; i < weights.Count; i++)
        {
            if (gradients[i] is null) continue;
            if (!this.sums.TryGetValue(weights[i], out Parameter? sum))
            {
                sum = this.sums[weights[i]] = new Parameter(spec => Tensor.Zeros(spec.Shape, spec.DType), ParameterRole.State); // no memory before it is needed
                sum.Define(weights[i].Spec);
            }
            sum.Cast(weights[i].Spec.DType); // after a Module.Cast
            sum.Assign(totals[i]!);
        }
    }

    private Tensor? SumWith(Parameter weight, Tensor? g, Reach reached)
    {
        if (!reached.Holds(weight)) return g;
        Tensor before = this.sums[weight].Value;
        return g is null ? before : before.Cast(g.DType) + g;
    }

    /// <summary>The rule for all weights, in ops on parameters alone: it can be traced.
    /// Neither a weight nor a memory changes before all new values are there.</summary>
    internal void UpdateAll(IReadOnlyList<Parameter> weights, IReadOnlyList<Tensor?> gradients)
    {
        Tensor?[] g = [.. gradients.Select(gradient => gradient?.Detach())];
        if (this.ClipValue is { } magnitude) g = [.. g.Select(x => x?.Maximum(-magnitude).Minimum(magnitude))];
        if (this.ClipNorm is { } most) Clip(g, most);
        List<(Parameter Weight, Slots Memory)> touched = [];
        List<Tensor> next = [];
        try
        {
            for (int i = 0; i < weights.Count; i++)
            {
                if (g[i] is not { } gradient || this.GroupOf(weights[i]) is { Rate: 0 }) continue;
                Slots memory = this.SlotsOf(weights[i]);
                touched.Add((weights[i], memory));
                next.Add(this.Changed(weights[i], gradient, memory));
            }
        }
        catch
        {
            foreach ((_, Slots memory) in touched) memory.Forget();
            throw;
        }
        for (int i = 0; i < next.Count; i++)
        {
            touched[i].Memory.Keep();
            touched[i].Weight.Assign(next[i]);
        }
    }

    private protected sealed override Dictionary<string, Tensor> Memory(Module model)
    {
        Dictionary<string, Tensor> state = [];
        foreach ((string path, Parameter weight) in WeightsOf(model))
        {
            if (this.slots.TryGetValue(weight, out Slots? memory))
            {
                foreach ((string name, Tensor value) in memory.All) state[$"{path}/{name}"] = value;
            }
            if (this.Reached.Holds(weight)) state[path + SumKey] = this.sums[weight].Value;
        }
        if (this.collected > 0) state[CollectedKey] = Tensor.Scalar(this.collected, DType.Float64);
        return state;
    }

    private protected sealed override void Remember(Module model, IReadOnlyDictionary<string, Tensor> state)
    {
        Dictionary<string, Parameter> byPath = WeightsOf(model).ToDictionary(p => p.Path, p => p.Weight);
        Dictionary<Parameter, Slots> restored = [];
        Dictionary<Parameter, Parameter> added = [];
        int count = 0;
        foreach ((string name, Tensor value) in state)
        {
            if (name == CollectedKey)
            {
                count = value.Count == 1 && value.Item() is var n && n >= 1 && n < this.Accumulate
                    ? (int)n
                    : throw new ShapeException(
                        $"The checkpoint was made after some gradients of a larger batch, but not of {this.Accumulate}: "
                        + "give the optimizer the same Accumulate.");
                continue;
            }
            int slash = name.LastIndexOf('/');
            if (slash < 0 || !byPath.TryGetValue(name[..slash], out Parameter? weight))
                throw new ShapeException(
                    $"The checkpoint holds '{name}', but the network has no such parameter; it belongs to another network or another optimizer.");
            if (name[slash..] == SumKey)
            {
                added[weight] = value.Spec == weight.Spec ? new Parameter(value, ParameterRole.State)
                    : throw new ShapeException($"The checkpoint's '{name}' is {value.Spec}, but the parameter is {weight.Spec}.");
                continue;
            }
            if (!restored.TryGetValue(weight, out Slots? memory)) memory = restored[weight] = this.Fresh(weight);
            if (memory.Problem(name[(slash + 1)..], value) is { } problem)
                throw new ShapeException($"The checkpoint holds '{name}', but {problem}; it belongs to another run or another optimizer than {this.Name}.");
            memory[name[(slash + 1)..]] = value;
        }
        if (restored.FirstOrDefault(r => r.Value.Missing is not null) is { Value: { } half } found)
            throw new ShapeException(
                $"The checkpoint has no '{byPath.First(p => p.Value == found.Key).Key}/{half.Missing}', which {this.Name} remembers; "
                + "it belongs to another run or another optimizer.");
        foreach (Slots memory in restored.Values) memory.Keep();
        (this.slots, this.sums, this.collected, this.Reached) = (restored, added, count, this.nothing.With(added.Keys));
    }

    // The memory that the rule makes for a weight: it is asked, with zeros, and the answer is thrown away.
    private Slots Fresh(Parameter weight)
    {
        Slots memory = new(weight.Spec) { LearningRate = Tensor.Scalar(0, weight.Spec.DType), Step = Tensor.Scalar(1, DType.Float64) };
        Tensor zeros = Tensor.Zeros(weight.Spec.Shape, weight.Spec.DType);
        this.Update(zeros, zeros, memory);
        memory.Drop();
        return memory;
    }

    private Tensor Changed(Parameter weight, Tensor g, Slots s)
    {
        ParameterGroup? group = this.GroupOf(weight);
        Tensor w = weight.Value.Detach(), eta = group is null or { Rate: 1 } ? this.rate.Value : this.rate.Value * group.Rate;
        (s.LearningRate, s.Step) = (eta.Cast(w.DType), this.step.Value);
        double coupled = group?.WeightDecay ?? this.WeightDecay, decoupled = group?.DecoupledDecay ?? this.DecoupledDecay;
        if (coupled != 0) g = g + coupled * w;
        if (decoupled != 0) w = w * s.Like(1 - eta * decoupled);
        Tensor next = this.Update(w, g, s);
        if (next.Spec != w.Spec) throw new ShapeException($"{this.Name}: the rule makes {next.Spec} of a weight that is {w.Spec}.");
        return (group?.MaxNorm ?? this.MaxNorm) is { } most ? Limited(next, weight.OutputAxis, most) : next;
    }

    private Slots SlotsOf(Parameter weight)
    {
        if (!this.slots.TryGetValue(weight, out Slots? memory)) memory = this.slots[weight] = new Slots(weight.Spec);
        memory.Cast(weight.Spec.DType); // after a Module.Cast
        return memory;
    }

    private ParameterGroup? GroupOf(Parameter weight) => this.Groups.Count == 0
        ? null
        : this.groupOf.TryGetValue(weight, out ParameterGroup? group)
        ? group
        : throw new InvalidOperationException(
            "The weight belongs to a group by its path, which Apply does not know: call Step with the model first, or leave out Groups.");

    // All gradients together are one vector; one that is longer than the most is shortened to it.
    private static void Clip(Tensor?[] gradients, double most)
    {
        Tensor[] squares = [.. gradients.OfType<Tensor>().Select(g => g.Cast(DType.Float64)).Select(g => (g * g).Sum())];
        if (squares.Length == 0) return;
        Tensor scale = (most / squares.Aggregate((a, b) => a + b).Sqrt()).Minimum(1);
        for (int i = 0; i < gradients.Length; i++) gradients[i] = gradients[i] is { } g ? g * scale.Cast(g.DType) : null;
    }

    // The incoming weights of each output, together at most so long.
    private static Tensor Limited(Tensor w, int? outputAxis, double most)
    {
        if (w.Rank < 2) return w;
        int outputs = outputAxis ?? (w.Rank == 2 ? 1 : 0);
        int[] incoming = [.. Enumerable.Range(0, w.Rank).Where(axis => axis != outputs)];
        Tensor norm = (w * w).Sum(incoming, keepDims: true).Sqrt();
        return w * (most / norm.Maximum(most)); // 1 where it is short enough
    }
}

/// <summary>The parameters of a rule, as those of a network that computes nothing.</summary>
internal sealed class RuleMemory(IReadOnlyList<(string Path, Parameter Parameter)> parameters) : INetwork
{
    string? INetwork.Place => null;

    IEnumerable<(string Path, Parameter Parameter)> INetwork.Parameters() => parameters;
}
