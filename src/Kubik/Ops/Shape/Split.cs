// An op has one output, so splitting is a method: several slices, which share the tensor's memory.

namespace Kubik;

public sealed partial class Tensor
{
    /// <summary>Equal parts of an axis, in order. They share memory.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="axis">The axis; −1 is the last.</param>
    /// <example><code>Tensor[] qkv = x.Split(3, axis: -1);</code></example>
    /// <exception cref="ShapeException">The axis does not divide into so many equal parts.</exception>
    public Tensor[] Split(int parts, int axis = 0)
    {
        int a = this.Shape.Axis(axis, "Split"), size = this.Shape[a];
        if (parts < 1 || size % parts != 0)
            throw new ShapeException(
                $"Split: axis {a} of {this.Shape} has {size} elements and does not divide into {parts} equal parts; give the sizes of the parts instead.");
        return this.Split([.. Enumerable.Repeat(size / parts, parts)], a);
    }

    /// <summary>Parts of an axis of the sizes given, in order. They share memory.</summary>
    /// <param name="sizes">The parts' sizes, which add up to the axis's.</param>
    /// <param name="axis">The axis; −1 is the last.</param>
    /// <exception cref="ShapeException">A size is negative, or they do not add up to the axis's size.</exception>
    public Tensor[] Split(ReadOnlySpan<int> sizes, int axis = 0)
    {
        int a = this.Shape.Axis(axis, "Split");
        long sum = 0;
        bool negative = false;
        foreach (int size in sizes)
        {
            sum += size;
            negative |= size < 0;
        }
        if (negative || sum != this.Shape[a])
            throw new ShapeException(
                $"Split: the sizes ({string.Join(", ", sizes.ToArray())}) must be 0 or more and add up to {this.Shape[a]}, "
                + $"the size of axis {a} of {this.Shape}; they add up to {sum}.");
        Tensor[] parts = new Tensor[sizes.Length];
        for (int i = 0, start = 0; i < parts.Length; start += sizes[i++])
            parts[i] = new Slice(a, start, sizes[i], 1).Apply(this);
        return parts;
    }

    /// <summary>The tensors along an axis, which is dropped: the reverse of <see cref="Stack"/>. They share memory.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor[] Unstack(int axis = 0)
    {
        int a = this.Shape.Axis(axis, "Unstack");
        Tensor[] rows = new Tensor[this.Shape[a]];
        for (int i = 0; i < rows.Length; i++) rows[i] = new Slice(a, i, 1, 1).Apply(this).Squeeze(a);
        return rows;
    }

    /// <summary>The grid that vectors span: tensor i has the values of vector i along axis i and repeats along the others (NumPy's
    /// indexing "ij"). They share memory.</summary>
    /// <example><code>Tensor[] grid = Tensor.Meshgrid(rows, columns);   // each (rows, columns)</code></example>
    /// <exception cref="ShapeException">A tensor is no vector.</exception>
    public static Tensor[] Meshgrid(params ReadOnlySpan<Tensor> vectors)
    {
        int[] sizes = new int[vectors.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = vectors[i].Rank == 1 ? vectors[i].Count
                : throw new ShapeException($"Meshgrid: tensor {i} must be a vector; it has shape {vectors[i].Shape}.");
        Tensor[] grid = new Tensor[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            int[] along = [.. Enumerable.Repeat(1, sizes.Length)];
            along[i] = sizes[i];
            grid[i] = vectors[i].Reshape((Shape)along).BroadcastTo(sizes);
        }
        return grid;
    }
}
