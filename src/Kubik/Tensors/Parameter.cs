// The one thing whose value changes: a weight, a running statistic, the state of a random source. An optimiser or a
// loader assigns it; every tensor computed from the old value keeps its numbers. During a trace the value is a symbol
// and an assignment is recorded, so compiled code reads and writes parameters instead of freezing them.

namespace Kubik;

/// <summary>What a parameter is for.</summary>
public enum ParameterRole
{
    /// <summary>Learnt: optimisers change it.</summary>
    Weight,
    /// <summary>Measured while training, such as the running mean of a batch norm: saved with the model, not learnt.</summary>
    Statistic,
    /// <summary>The state of a random source: saved in checkpoints so that a run can go on exactly, not in models.</summary>
    State,
}

/// <summary>A named value that can be assigned.</summary>
public sealed partial class Parameter
{
    [ThreadStatic] internal static IParameterBinder? Binder;

    private readonly Lock gate = new();
    private Func<TensorSpec, Tensor>? initializer;
    private TensorSpec? spec;
    private DType? type; // asked for before the spec was known
    private Tensor? value;
    private Tensor? home; // where plans read and write it; the value is then a copy, made when somebody asks
    private long version;

    /// <summary>A parameter with a value.</summary>
    public Parameter(Tensor value, ParameterRole role = ParameterRole.Weight)
    {
        this.Role = role;
        this.Assign(value);
    }

    /// <summary>A parameter whose value is made at first use, once its spec is known.</summary>
    /// <param name="initializer">Makes the first value from the spec; must give the same value whenever it is called.</param>
    /// <param name="role">What the parameter is for.</param>
    public Parameter(Func<TensorSpec, Tensor> initializer, ParameterRole role = ParameterRole.Weight)
    {
        this.initializer = initializer;
        this.Role = role;
    }

    /// <summary>What the parameter is for.</summary>
    public ParameterRole Role { get; }

    /// <summary>The axis that has a place for each output, when it is not the second of a matrix (inputs,
    /// outputs) or the first of kernels (outputs, …).</summary>
    public int? OutputAxis { get; init; }

    /// <summary>Whether the spec is known: false for a layer that waits for its first input.</summary>
    public bool HasSpec => this.spec is not null;

    /// <summary>Element type and shape.</summary>
    /// <exception cref="InvalidOperationException">They depend on an input that the layer has not seen yet.</exception>
    public TensorSpec Spec => this.Seen ?? throw new InvalidOperationException(
        "This parameter's shape depends on the layer's first input; run the model once or call Build(inputShape) first.");

    // A trace may see all parameters in another type than they have.
    private TensorSpec? Seen => this.spec is { } own ? Binder?.SpecOf(own) ?? own : null;

    /// <summary>The value: a tensor that gradients can be taken by. A symbol while a trace is running.</summary>
    public Tensor Value => Binder?.Read(this) ?? this.Current;

    /// <summary>The value itself, also during a trace.</summary>
    internal Tensor Current
    {
        get
        {
            lock (this.gate)
            {
                if (this.value is null)
                {
                    Tensor made = this.Made();
                    this.value = this.Role == ParameterRole.Weight ? made.Track() : made;
                    if (this.home is null) this.initializer = null;
                }
                return this.value;
            }
        }
    }

    /// <summary>The value itself; one that nobody has asked for yet is made, but not kept.</summary>
    internal Tensor Peek()
    {
        lock (this.gate) return this.value ?? this.Made();
    }

    /// <summary>Another parameter that has the value that this one has when the other is asked for its own: no memory before.</summary>
    internal Parameter Copy()
    {
        Parameter copy = new(_ => this.Peek(), this.Role);
        copy.Define(this.Spec);
        return copy;
    }

    // What the plans have written, or the first value.
    private Tensor Made()
    {
        if (this.home is not null)
        {
            Tensor copy = Tensor.Allocate(this.home.Spec);
            Kernels.Elementwise.Copy(this.home, copy);
            return copy;
        }
        TensorSpec known = this.spec ?? this.Spec;
        return this.initializer!(known).Cast(known.DType).Contiguous();
    }

    /// <summary>The memory in which plans read and write the parameter: always the same until it is converted to another type.</summary>
    internal Tensor Home
    {
        get
        {
            Tensor now = this.Current;
            lock (this.gate)
            {
                if (this.home is null)
                {
                    this.home = Tensor.Pinned(now.Spec);
                    Kernels.Elementwise.Copy(now, this.home);
                }
                return this.home;
            }
        }
    }

    /// <summary>Whether plans may go on with this memory.</summary>
    internal bool LivesAt(Tensor memory) => ReferenceEquals(this.home, memory);

    /// <summary>Counts how often the value was changed: who keeps something that was computed from it sees that it is of the past.</summary>
    internal long Version => Volatile.Read(ref this.version);

    /// <summary>A plan has written the memory: copies made of it before are of the past.</summary>
    internal void WasWritten()
    {
        this.value = null;
        Volatile.Write(ref this.version, this.version + 1);
    }

    /// <summary>Says what spec the parameter has, unless that is known already.</summary>
    /// <exception cref="ShapeException">It is to be learnt or measured, but is neither float32 nor float64,
    /// as when a layer's first input is whole numbers.</exception>
    public void Define(TensorSpec known)
    {
        if (this.spec is null && this.Role != ParameterRole.State && known.DType is not (DType.Float32 or DType.Float64))
            throw new ShapeException(
                $"a layer makes its weights of its first input's type, which must be float32 or float64, not {known.DType.Name}; "
                + "convert the input with Cast, or make rows of indices with an embedding.");
        lock (this.gate) this.spec ??= this.type is { } asked && known.DType.IsFloat ? known with { DType = asked } : known;
    }

    /// <summary>Converts the parameter to another floating-point type, for example Float64 for a gradient check.</summary>
    public void Cast(DType dtype)
    {
        lock (this.gate)
        {
            if (this.spec is null && dtype.IsFloat) this.type = dtype;
            if (this.Seen is not { } s || s.DType == dtype || !s.DType.IsFloat) return;
            this.spec = s with { DType = dtype };
            Tensor? converted = (this.value ?? this.home)?.Detach().Cast(dtype);
            this.value = this.Role == ParameterRole.Weight ? converted?.Track() : converted;
            this.home = null;
            this.version++;
        }
    }

    /// <summary>Gives the parameter a new value of the same shape and type.</summary>
    /// <exception cref="ShapeException">The new value has another shape or type.</exception>
    public void Assign(Tensor next)
    {
        if (this.Seen is { } s && s != next.Spec)
            throw new ShapeException($"Assign: the parameter is {s} and cannot become {next.Spec}.");
        if (Binder is { } binder && (this.spec is not null || next.IsSymbolic))
        {
            if (this.spec is null && this.initializer is null)
                throw new InvalidOperationException("A parameter that is made inside a trace cannot begin as a symbol; make it before, or from values.");
            this.Define(next.Spec);
            binder.Write(this, next);
            return;
        }
        lock (this.gate)
        {
            this.spec = next.Spec;
            this.value = next.Contiguous().Detach();
            if (this.Role == ParameterRole.Weight) this.value = this.value.Track();
            if (this.home is not null) Kernels.Elementwise.Copy(this.value, this.home);
            this.version++;
        }
    }

    /// <summary>Gives a parameter that is one float64 number a new value, without a new tensor where plans read it.</summary>
    internal void Set(double number)
    {
        if (this.home is not { } memory)
        {
            this.Assign(Tensor.Scalar(number, DType.Float64));
            return;
        }
        memory.Data<double>()[0] = number;
        this.WasWritten();
    }

    /// <summary>Computes with another value in this parameter's place, which a function makes from the parameter's own:
    /// so a weight can be normalised without its layer knowing.</summary>
    /// <param name="seen">What the parameter's readers see, from its value; asked once, when it is first read.</param>
    /// <param name="compute">What to compute. Only this thread, and only while it is computing, sees the other value.</param>
    internal T As<T>(Func<Tensor, Tensor> seen, Func<T> compute)
    {
        IParameterBinder? outer = Binder;
        Binder = new Substitution(this, seen, outer);
        try
        {
            return compute();
        }
        finally
        {
            Binder = outer;
        }
    }

    /// <summary>A parameter is used as the tensor it holds.</summary>
    public static implicit operator Tensor(Parameter parameter) => parameter.Value;
}

/// <summary>A network, for those who meet its parameters one by one.</summary>
internal interface INetwork
{
    /// <summary>All parameters with their paths.</summary>
    IEnumerable<(string Path, Parameter Parameter)> Parameters();

    /// <summary>The layer of this network that is computing on this thread, such as "layer 1 (relu)"; null when none is.</summary>
    string? Place { get; }
}

/// <summary>Stands between parameters and their users while a trace runs.</summary>
internal interface IParameterBinder
{
    /// <summary>A network begins to compute.</summary>
    void Enter(INetwork network);

    /// <summary>Which layer is computing; null outside of networks.</summary>
    string? Place { get; }

    /// <summary>The symbol for a parameter.</summary>
    Tensor Read(Parameter parameter);

    /// <summary>Records an assignment.</summary>
    void Write(Parameter parameter, Tensor value);

    /// <summary>The spec that a parameter of this spec seems to have.</summary>
    TensorSpec SpecOf(TensorSpec own);
}

/// <summary>Gives another value in one parameter's place, and leaves all else to the binder outside, if there is one.</summary>
internal sealed class Substitution(Parameter substituted, Func<Tensor, Tensor> seen, IParameterBinder? outer) : IParameterBinder
{
    private Tensor? value;

    string? IParameterBinder.Place => outer?.Place;

    void IParameterBinder.Enter(INetwork network) => outer?.Enter(network);

    Tensor IParameterBinder.Read(Parameter parameter) =>
        parameter == substituted ? this.value ??= this.Outside(() => seen(parameter.Value)) : this.Outside(() => parameter.Value);

    void IParameterBinder.Write(Parameter parameter, Tensor value) => this.Outside(() =>
    {
        parameter.Assign(value);
        return value;
    });

    TensorSpec IParameterBinder.SpecOf(TensorSpec own) => outer?.SpecOf(own) ?? own;

    private Tensor Outside(Func<Tensor> f)
    {
        Parameter.Binder = outer;
        try
        {
            return f();
        }
        finally
        {
            Parameter.Binder = this;
        }
    }
}
