// Where the elements of a tensor lie in its storage: an offset and a stride per axis, both in elements.
// Stride 0 repeats one element along an axis: that is how broadcasting costs nothing.

namespace Kubik;

/// <summary>Offset and strides of a view into a storage.</summary>
internal readonly record struct Layout(int Offset, int[] Strides)
{
    /// <summary>Row-major from the storage's beginning.</summary>
    public static Layout Contiguous(Shape shape, int offset = 0)
    {
        int[] strides = new int[shape.Rank];
        int stride = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
        return new Layout(offset, strides);
    }

    /// <summary>Whether the elements follow each other in row-major order without gaps.</summary>
    public bool IsContiguous(Shape shape)
    {
        int stride = 1;
        for (int i = this.Strides.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0) return true;
            if (shape[i] != 1 && this.Strides[i] != stride) return false;
            stride *= shape[i];
        }
        return true;
    }

    /// <summary>The strides of a view of <paramref name="from"/> broadcast to <paramref name="to"/>.</summary>
    public Layout Broadcast(Shape from, Shape to)
    {
        int[] strides = new int[to.Rank];
        for (int i = 1; i <= from.Rank; i++)
            strides[^i] = from[^i] == 1 ? 0 : this.Strides[^i];
        return this with { Strides = strides };
    }

    /// <summary>Equal when offset and every stride are.</summary>
    public bool Equals(Layout other) => this.Offset == other.Offset && this.Strides.AsSpan().SequenceEqual(other.Strides);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(this.Offset, this.Strides.Length);
}
