// An op is defined once, in one file: its shape rule (Infer), its kernel (Run), its gradient written in ops, its
// notation and its ONNX name. Everything that computes goes through Op.Apply, the one choke point: on tensors with
// values it allocates what Infer says and runs; on symbolic ones it only records. So shapes cannot drift from
// execution, and what the tape, the graph, the formula and the picture see is the same.
//
// There are four kinds, and the compiler asks for what each needs: a DifferentiableOp has a gradient rule, a FusedOp is
// defined by other ops and has a faster kernel, a CompositeOp is defined by other ops and needs no kernel: applying it
// applies them. A DiscreteOp says that it has no derivative. A PackedOp is a fused op with several results.

namespace Kubik.Ops;

/// <summary>A tensor operation with its attributes. Equal ops do the same thing.</summary>
public abstract record Op
{
    private protected Op()
    {
    }

    /// <summary>The op's name, in ONNX/NumPy words.</summary>
    public abstract string Name { get; }

    /// <summary>How the op is written in a formula.</summary>
    public abstract Notation Notation { get; }

    /// <summary>The ONNX operator with the same meaning; null when it takes several.</summary>
    public abstract string? Onnx { get; }

    /// <summary>The spec of the output for inputs of these specs.</summary>
    /// <exception cref="ShapeException">The inputs do not fit: the message names the op, the rule and what was given.</exception>
    public abstract TensorSpec Infer(ReadOnlySpan<TensorSpec> x);

    /// <summary>Whether the kernel reads inputs of any strides. For the others a plan copies what does not lie dense into its own memory.</summary>
    internal virtual bool ReadsStrides => this is IElementwise or ViewOp;

    /// <summary>Computes the output into <paramref name="y"/>, which is contiguous and has the inferred spec.</summary>
    protected internal abstract void Run(ReadOnlySpan<Tensor> x, Tensor y);

    /// <summary>Multiply–adds of the op, as a loop over its definition does them: those of products and convolutions;
    /// what is done to each element by itself does not count.</summary>
    internal virtual long MultiplyAdds(ReadOnlySpan<Tensor> x, Shape y) => 0;

    /// <summary>What an element of the output sees of an input along an axis of the input.</summary>
    internal virtual Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) =>
        this is IElementwise ? Sight.Beside(axis, x[input].Shape, y) : Sight.Unknown;

    /// <summary>The sizes of an input that is a weight as they are said, the outputs last, and how often such a weight is there:
    /// an LSTM has 4 of (in, hidden).</summary>
    internal virtual (int Times, Shape Sizes) Counted(int input, Shape weight) => (1, weight);

    /// <summary>Applies the op: computes at once, or records a symbol when an input is symbolic.</summary>
    /// <exception cref="ShapeException">The inputs do not fit.</exception>
    public Tensor Apply(params ReadOnlySpan<Tensor> x)
    {
        bool symbolic = false, tracked = false;
        foreach (Tensor input in x)
        {
            symbolic |= input.IsSymbolic;
            tracked |= input.IsTracked;
        }
        if (symbolic && Parameter.Binder is { } trace && trace.SpecOf(Single).DType == DType.Float64) x = Widened(x);
        TensorSpec[] specs = new TensorSpec[x.Length];
        for (int i = 0; i < x.Length; i++) specs[i] = x[i].Spec;
        if (this is CompositeOp composite)
        {
            composite.Check(specs);
            return (symbolic ? Recording.Of(this, x) : null) ?? composite.Decompose(x);
        }
        TensorSpec spec = this.Infer(specs);
        if (symbolic) return Recording.Of(this, x) ?? Tensor.Symbol(spec, new Node(this, x.ToArray()));
        Tensor y = this.Execute(x, spec);
        if (tracked && this is not DiscreteOp)
            y.Node = new Node(this, x.ToArray());
        return y;
    }

    // Where a float32 network is traced in double, what its code makes in float32 is no error.
    private static readonly TensorSpec Single = new(DType.Float32, []);

    private static ReadOnlySpan<Tensor> Widened(ReadOnlySpan<Tensor> x)
    {
        Tensor[] all = x.ToArray();
        return Array.Exists(all, t => t.DType == DType.Float64) ? Array.ConvertAll(all, t => t.DType == DType.Float32 ? t.Cast(DType.Float64) : t) : x;
    }

    /// <summary>Computes on tensors with values.</summary>
    internal virtual Tensor Execute(ReadOnlySpan<Tensor> x, TensorSpec spec)
    {
        Tensor y = Tensor.Allocate(spec);
        this.Run(x, y);
        foreach (Tensor input in x) GC.KeepAlive(input);
        return y;
    }

    /// <summary>The memory of an output, for kernels outside this assembly.</summary>
    protected static Span<T> Output<T>(Tensor y) where T : unmanaged => y.Data<T>();

    /// <summary>An error of this op.</summary>
    protected internal ShapeException Error(string what) => new($"{this.Name}: {what}");

    /// <summary>The spec of another op, by whose rule this one goes; what it finds wrong is said in this op's name.</summary>
    private protected TensorSpec InferAs(Op other, params ReadOnlySpan<TensorSpec> x)
    {
        try
        {
            return other.Infer(x);
        }
        catch (ShapeException e)
        {
            throw this.Error(e.Message);
        }
    }

    /// <summary>The op's name and attributes.</summary>
    public sealed override string ToString() => this.Name;
}

/// <summary>An op with a derivative.</summary>
public abstract record DifferentiableOp : Op
{
    /// <summary>The gradient with respect to one input, written in ops: what reaches <paramref name="x"/>[<paramref name="input"/>] when
    /// <paramref name="dy"/> reaches the output.</summary>
    /// <param name="input">Which input.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The output.</param>
    /// <param name="dy">The gradient that arrives at the output.</param>
    /// <returns>The gradient, of the output's broadcast shape or the input's own (broadcasting is undone by the caller);
    /// null when it is zero everywhere.</returns>
    public abstract Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy);

    /// <summary>The gradients with respect to several inputs: one by one, unless the op can share work between them.</summary>
    /// <param name="wanted">Which inputs; the others are left null.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The output.</param>
    /// <param name="dy">The gradient that arrives at the output.</param>
    public virtual Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
    {
        Tensor?[] dx = new Tensor?[x.Length];
        for (int i = 0; i < dx.Length; i++) dx[i] = wanted[i] ? this.Gradient(i, x, y, dy) : null;
        return dx;
    }
}

/// <summary>An op that other ops define, with a kernel that is faster than they are.
/// Without a gradient rule of its own its gradient is that of the definition.</summary>
public abstract record FusedOp : DifferentiableOp
{
    /// <summary>The same result in terms of other ops: the definition.</summary>
    public abstract Tensor Decompose(ReadOnlySpan<Tensor> x);

    /// <inheritdoc/>
    public sealed override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
    {
        bool[] wanted = new bool[x.Length];
        wanted[input] = true;
        return this.Gradients(wanted, x, y, dy)[input];
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
        Autograd.Gradient.OfDefinition(this, wanted, x, dy);
}

/// <summary>A fused op with several results of one shape: its output holds them one after another along the first axis.</summary>
public abstract record PackedOp : FusedOp
{
    /// <summary>The gradients with respect to several inputs, when dy[k] has reached result k: null where nothing has.</summary>
    /// <inheritdoc cref="DifferentiableOp.Gradients" path="/param"/>
    public abstract Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor?[] dy);

    /// <inheritdoc/>
    public sealed override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
    {
        Tensor?[] parts = new Tensor?[y.Shape[0]];
        for (int k = 0; k < parts.Length; k++) parts[k] = dy[k];
        return this.Gradients(wanted, x, y, parts);
    }

    /// <summary>What has reached the results as one gradient of the output.</summary>
    private protected static Tensor Whole(Tensor y, Tensor?[] dy) =>
        Tensor.Stack(0, [.. dy.Select(d => d ?? Tensor.Zeros(y.Shape[1..], y.DType))]);
}

/// <summary>An op that other ops define and that has no kernel of its own: tape and graph hold the ops it is made of.</summary>
public abstract record CompositeOp : Op
{
    /// <summary>The result in terms of other ops: the definition.</summary>
    public abstract Tensor Decompose(ReadOnlySpan<Tensor> x);

    /// <summary>The gradients with respect to the inputs where a trace has recorded the op whole: those of the definition, unless one op says it.</summary>
    internal virtual Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor dy) => Autograd.Gradient.OfDefinition(this, wanted, x, dy);

    /// <summary>Throws what is wrong with the inputs under this op's name; what passes is left to the ops inside.</summary>
    protected internal virtual void Check(ReadOnlySpan<TensorSpec> x)
    {
    }

    /// <inheritdoc/>
    public sealed override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        this.Check(x);
        Tensor[] symbols = new Tensor[x.Length];
        for (int i = 0; i < x.Length; i++) symbols[i] = Tensor.Symbol(x[i], node: null);
        return this.Decompose(symbols).Spec;
    }

    internal sealed override Tensor Execute(ReadOnlySpan<Tensor> x, TensorSpec spec) => this.Decompose(x);

    /// <inheritdoc/>
    protected internal sealed override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Kernels.Elementwise.Copy(this.Decompose(x), y);
}

/// <summary>An op that has no derivative: comparisons, indices, random numbers.</summary>
public abstract record DiscreteOp : Op;

/// <summary>An op whose output shares its input's memory: only the layout changes.</summary>
public abstract record ViewOp : DifferentiableOp
{
    /// <summary>The output's layout in the input's storage; null when the elements have to be copied first.</summary>
    internal abstract Layout? View(Shape shape, Layout layout, Shape output);

    internal sealed override Tensor Execute(ReadOnlySpan<Tensor> x, TensorSpec spec) =>
        this.View(x[0].Shape, x[0].Layout, spec.Shape) is { } layout
            ? x[0].View(spec.Shape, layout)
            : base.Execute(x, spec);

    /// <inheritdoc/>
    protected internal sealed override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Tensor source = this.View(x[0].Shape, x[0].Layout, y.Shape) is null ? x[0].Contiguous() : x[0];
        Layout layout = this.View(source.Shape, source.Layout, y.Shape)!.Value;
        Kernels.Elementwise.Copy(source.View(y.Shape, layout), y);
    }
}
