// A tensor: a shape, an element type and, unless it is symbolic, values. It is a view: storage, offset and strides, so
// that transposes, slices and broadcasts share memory. Values never change under the user; ops make new tensors.
// The methods that compute (+, MatMul, Tanh, …) stand beside their ops in Ops/; this part is about holding values.

using System.Diagnostics;

namespace Kubik;

/// <summary>An n-dimensional array of numbers that records how it was computed, so that gradients can be taken.</summary>
/// <example><code>
/// Tensor x = Tensor.Of(1f, 2f, 3f);
/// Tensor y = (x * x).Sum();
/// Console.WriteLine((float)y);   // 14
/// </code></example>
[DebuggerDisplay("{TensorPrinter.Summary(this),nq}")]
[DebuggerTypeProxy(typeof(TensorDebugView))]
public sealed partial class Tensor
{
    private const long MostBytes = int.MaxValue; // kernels count bytes with an int
    private readonly Storage? storage;

    internal Tensor(TensorSpec spec, Storage? storage, Layout layout)
    {
        this.Spec = spec;
        this.storage = storage;
        this.Layout = layout;
    }

    /// <summary>A tensor of the given spec with memory of its own whose content is undefined.</summary>
    /// <exception cref="ShapeException">It would take more memory than a tensor can have.</exception>
    internal static Tensor Allocate(TensorSpec spec)
    {
        long bytes = (long)spec.Shape.Size * spec.DType.ByteSize;
        return bytes <= MostBytes
            ? new(spec, new Storage(bytes), Layout.Contiguous(spec.Shape))
            : throw new ShapeException(
                $"A tensor {spec} would take {bytes / 1e9:F1} GB, but one tensor holds at most 2.1; "
                + "split it, for example along the batch, or use a smaller type.");
    }

    /// <summary>A tensor of zeros whose memory is its own and never moves.</summary>
    internal static Tensor Pinned(TensorSpec spec) => new(spec, Storage.Pinned((long)spec.Shape.Size * spec.DType.ByteSize), Layout.Contiguous(spec.Shape));

    /// <summary>Element type and shape.</summary>
    public TensorSpec Spec { get; }

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape => this.Spec.Shape;

    /// <summary>The element type.</summary>
    public DType DType => this.Spec.DType;

    /// <summary>The number of axes.</summary>
    public int Rank => this.Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Count => this.Shape.Size;

    /// <summary>True for a tensor inside a <see cref="Graphs.Graph"/> that is being traced: it has a shape but no values.</summary>
    public bool IsSymbolic => this.storage is null;

    internal Layout Layout { get; }

    internal bool IsContiguous => this.Layout.IsContiguous(this.Shape);

    /// <summary>The same memory seen through another shape and layout.</summary>
    internal Tensor View(Shape shape, Layout layout) => new(this.Spec with { Shape = shape }, this.storage, layout);

    /// <summary>A tensor of another spec in the same memory, so many bytes from its start.</summary>
    internal Tensor At(long start, TensorSpec spec) => new(spec, this.storage, Layout.Contiguous(spec.Shape, checked((int)(start / spec.DType.ByteSize))));

    /// <summary>The elements of a contiguous tensor, for kernels: valid while the tensor is reachable.</summary>
    internal Span<T> Data<T>() where T : unmanaged
    {
        Debug.Assert(DTypes.Of<T>() == this.DType || (typeof(T) == typeof(byte) && this.DType == DType.Bool), $"{typeof(T)} for {this.DType}");
        Debug.Assert(this.IsContiguous, "kernel needs contiguous data");
        return this.Values.Span<T>(this.Layout.Offset, this.Count);
    }

    /// <summary>Where the first element lies: only for memory that does not move, and only while the tensor is reachable.</summary>
    internal unsafe byte* Address =>
        (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(this.Bytes))
        + (long)this.Layout.Offset * this.DType.ByteSize;

    /// <summary>All bytes of the storage behind this tensor, for kernels that follow offset and strides themselves.</summary>
    internal Span<byte> Bytes => this.Values.Span<byte>(0, checked((int)this.Values.Bytes));

    /// <summary>The block of memory that this tensor and its views look at; null for a symbol.</summary>
    internal Storage? Memory => this.storage;

    private Storage Values => this.storage ?? throw new InvalidOperationException(
        $"{(Parameter.Binder?.Place is { } place ? $"In {place}: this" : "This")} tensor ({this.Spec}) is symbolic: "
            + $"it was made{this.MadeBy} in code that is traced "
        + "(by Graph.Trace, Module.Build, Compiled or the trainer), so it has a shape but no values to read or to branch on. "
        + "Use Tensor.Where instead of branching, or return the tensor and read the result; code that has to look at values runs op by op: "
        + "with TrainerOptions.Compile = false, or net.Forward(x) and optimizer.Step(loss, net) instead of Compiled.");

    /// <summary>The elements in row-major order, read-only. A view that is not contiguous is copied first.</summary>
    /// <exception cref="ShapeException"><typeparamref name="T"/> is not the tensor's element type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is symbolic.</exception>
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged
    {
        this.Require<T>(nameof(this.AsSpan));
        Tensor x = this.Contiguous();
        x.Values.Expose();
        return x.Values.Span<T>(x.Layout.Offset, x.Count);
    }

    /// <summary>A copy of the elements in row-major order.</summary>
    /// <inheritdoc cref="AsSpan{T}" path="/exception"/>
    public T[] ToArray<T>() where T : unmanaged
    {
        this.Require<T>(nameof(this.ToArray));
        Tensor x = this.Contiguous();
        T[] copy = x.Values.Span<T>(x.Layout.Offset, x.Count).ToArray();
        GC.KeepAlive(x);
        return copy;
    }

    private void Require<T>(string method) where T : unmanaged
    {
        if (DTypes.Of<T>() != this.DType)
            throw new ShapeException(
                $"{method}<{typeof(T).Name}>: the tensor holds {this.DType.Name}; ask for that type or convert with Cast(DType.{DTypes.Of<T>()}).");
    }

    /// <summary>The elements converted to <see cref="double"/>, whatever their type.</summary>
    public double[] ToDoubles()
    {
        if (this.IsSymbolic) _ = this.Values; // throws, and names the op that made this, not a Cast
        return this.Cast(DType.Float64).ToArray<double>();
    }

    /// <summary>The value of a tensor with one element.</summary>
    /// <exception cref="ShapeException">The tensor does not have exactly one element.</exception>
    public double Item()
    {
        if (this.Count != 1)
            throw new ShapeException($"Item: a tensor of shape {this.Shape} has {this.Count} elements, not one; index it or reduce it first.");
        return this.ToDoubles()[0];
    }

    /// <summary>The value of a one-element tensor.</summary>
    public static explicit operator double(Tensor x) => x.Item();

    /// <summary>The value of a one-element tensor.</summary>
    public static explicit operator float(Tensor x) => (float)x.Item();

    /// <summary>The value of a one-element tensor, truncated.</summary>
    public static explicit operator int(Tensor x) => (int)x.Item();

    /// <summary>The truth of a one-element tensor: whether it is not 0.</summary>
    public static explicit operator bool(Tensor x) => x.Item() != 0;

    /// <summary>Shape, type, values (the middle of long axes left out) and, if there are any, the number of non-finite ones.</summary>
    public override string ToString() => TensorPrinter.Print(this);

    /// <summary>Hands the values to System.Numerics.Tensors (a copy).</summary>
    public System.Numerics.Tensors.Tensor<T> ToNumericsTensor<T>() where T : unmanaged
    {
        nint[] lengths = new nint[this.Rank];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = this.Shape[i];
        return System.Numerics.Tensors.Tensor.Create(this.ToArray<T>(), lengths);
    }
}
