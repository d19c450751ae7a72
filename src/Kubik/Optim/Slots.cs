// A rule's memory of one weight. What a rule assigns is kept aside until the whole step has succeeded; what it reads is
// what it assigned last. A slot begins when it is first read or assigned.

namespace Kubik.Optim;

/// <summary>What a rule remembers of one weight: named tensors shaped like it, zeros at first, and named numbers.</summary>
public sealed class Slots
{
    private readonly Dictionary<string, Parameter> values = [];
    private readonly Dictionary<string, Tensor> next = [];
    private readonly List<string> begun = [];
    private readonly HashSet<string> numbers = [];
    private TensorSpec spec;

    internal Slots(TensorSpec spec)
    {
        this.spec = spec;
        this.LearningRate = Tensor.Scalar(0, spec.DType);
        this.Step = Tensor.Scalar(0, DType.Float64);
    }

    /// <summary>The learning rate of this step, a scalar of the weight's type.</summary>
    public Tensor LearningRate { get; internal set; }

    /// <summary>The number of this step, from 1, a float64 scalar. It counts for all weights together,
    /// also for one that had no gradient before (PyTorch counts for each weight).</summary>
    public Tensor Step { get; internal set; }

    internal IEnumerable<(string Name, Parameter Parameter)> Parameters => this.values.Select(v => (v.Key, v.Value));

    internal IEnumerable<(string Name, Tensor Value)> All => this.values.Select(v => (v.Key, v.Value.Value));

    /// <summary>A remembered tensor.</summary>
    /// <exception cref="ShapeException">It is set to a tensor that is not shaped like the weight.</exception>
    public Tensor this[string name]
    {
        get => this.Begin(name, 0);
        set => this.next[name] = this.Problem(name, value) is null || !this.values.ContainsKey(name) && value.Spec == this.spec
            ? this.Began(name, value)
            : throw new ShapeException($"The memory '{name}' of a weight that is {this.spec} cannot become {value.Spec}.");
    }

    /// <summary>A remembered tensor that is filled with a number at first.</summary>
    public Tensor Begin(string name, double first) => this.Read(name, this.spec, first);

    /// <summary>A remembered number, a float64 scalar.</summary>
    public Tensor Number(string name, double first)
    {
        this.numbers.Add(name);
        return this.Read(name, new(DType.Float64, []), first);
    }

    /// <summary>A running average: a ← β·a + (1 − β)·x, zeros at first.</summary>
    public Tensor Average(string name, double beta, Tensor x) => this[name] = beta * this[name] + (1 - beta) * x;

    /// <summary>1 − βᵗ: what a running average of t steps that began at 0 is divided by. Of the weight's type, computed in float64.</summary>
    public Tensor Correction(double beta) => this.Like(1 - Tensor.Scalar(beta, DType.Float64).Pow(this.Step));

    /// <summary>A number as a scalar of the weight's type.</summary>
    public Tensor Like(Tensor number) => number.Cast(this.spec.DType);

    /// <summary>Why a name and a value are not of this memory; null when they are.</summary>
    internal string? Problem(string name, Tensor value) =>
        !this.values.TryGetValue(name, out Parameter? slot) ? $"the rule remembers {(this.values.Count == 0 ? "nothing" : string.Join(", ", this.values.Keys))}"
        : slot.Spec != value.Spec ? $"it is {value.Spec}, not {slot.Spec}"
        : null;

    /// <summary>A memory of its own that begins with the same values, read when they are needed, and nothing assigned.</summary>
    internal Slots Copy()
    {
        Slots copy = new(this.spec);
        foreach ((string name, Parameter slot) in this.values) copy.values[name] = slot.Copy();
        copy.numbers.UnionWith(this.numbers);
        return copy;
    }

    /// <summary>A name that nothing was assigned to; null when there is none.</summary>
    internal string? Missing => this.values.Keys.FirstOrDefault(name => !this.next.ContainsKey(name));

    /// <summary>Makes what was assigned the memory.</summary>
    internal void Keep()
    {
        foreach ((string name, Tensor value) in this.next) this.values[name].Assign(value);
        this.next.Clear();
        this.begun.Clear();
    }

    /// <summary>Goes back to what was kept last.</summary>
    internal void Forget()
    {
        this.Drop();
        foreach (string name in this.begun) this.values.Remove(name);
        this.begun.Clear();
    }

    /// <summary>Throws away what was assigned, but not what began.</summary>
    internal void Drop() => this.next.Clear();

    /// <summary>Follows a weight that was converted to another type.</summary>
    internal void Cast(DType dtype)
    {
        if (this.spec.DType == dtype) return;
        this.spec = this.spec with { DType = dtype };
        foreach ((string name, Parameter slot) in this.values)
        {
            if (!this.numbers.Contains(name)) slot.Cast(dtype);
        }
    }

    private Tensor Read(string name, TensorSpec of, double first)
    {
        if (this.next.TryGetValue(name, out Tensor? assigned)) return assigned;
        if (!this.values.TryGetValue(name, out Parameter? slot))
        {
            slot = this.values[name] = new Parameter(spec => Tensor.Full(spec.Shape, first, spec.DType), ParameterRole.State); // no memory before it is needed
            slot.Define(of);
            this.begun.Add(name);
        }
        return slot.Value;
    }

    private Tensor Began(string name, Tensor value)
    {
        if (!this.values.ContainsKey(name)) this.Begin(name, 0);
        return value;
    }
}
