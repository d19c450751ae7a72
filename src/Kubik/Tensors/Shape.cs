// The sizes of a tensor's axes, a value: (64, 1, 28, 28). The scalar's shape is empty and is also default(Shape).
// All shape arithmetic that several ops share lives here: broadcasting, axes, parsing and printing.

using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kubik;

/// <summary>The sizes of a tensor's axes, outermost first; row-major.</summary>
/// <example><code>
/// Shape s = [2, 3];
/// Console.WriteLine(s);        // (2, 3)
/// Console.WriteLine(s.Size);   // 6
/// Console.WriteLine(s[^1]);    // 3
/// </code></example>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    /// <summary>The most axes a tensor may have.</summary>
    public const int MaxRank = 16;

    private readonly int[]? sizes;

    private Shape(int[] sizes) => this.sizes = sizes;

    /// <summary>The shape of a single number: no axes.</summary>
    public static Shape Scalar => default;

    /// <summary>Makes a shape of the sizes given.</summary>
    /// <exception cref="ShapeException">A size is negative, there are too many axes, or the count of elements overflows.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaxRank)
            throw new ShapeException($"A shape has at most {MaxRank} axes, not {sizes.Length}.");
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 0)
                throw new ShapeException($"A shape's sizes are 0 or more; got {Text(sizes)}.");
            count = Math.Min(count * Math.Max(size, 1), (long)int.MaxValue + 1);
        }
        if (count > int.MaxValue)
            throw new ShapeException($"A tensor of shape {Text(sizes)} has more than {int.MaxValue} elements, the most that one tensor holds.");
        return sizes.IsEmpty ? default : new Shape(sizes.ToArray());
    }

    /// <summary>The number of axes.</summary>
    public int Rank => this.Sizes.Length;

    /// <summary>The number of elements: the product of the sizes, 1 for a scalar.</summary>
    /// <remarks>Not named Count: C#'s collection expressions would take that for the number of axes.</remarks>
    public int Size
    {
        get
        {
            int count = 1;
            foreach (int size in this.Sizes) count *= size;
            return count;
        }
    }

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<int> Sizes => this.sizes;

    /// <summary>The size of one axis.</summary>
    public int this[int axis] => this.Sizes[axis];

    /// <summary>The size of one axis counted from either end: <c>shape[^1]</c> is the last.</summary>
    public int this[Index axis] => this.Sizes[axis];

    /// <summary>The axes in a range, as a shape: <c>shape[1..]</c> drops the first.</summary>
    public Shape this[Range axes] => Create(this.Sizes[axes]);

    int IReadOnlyCollection<int>.Count => this.Rank;

    /// <summary>The axis as a number from 0, when −1 may mean the last.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int Axis(int axis, string op)
    {
        int a = axis < 0 ? axis + this.Rank : axis;
        return (uint)a < (uint)this.Rank
            ? a
            : throw new ShapeException(this.Rank == 0
                ? $"{op}: there is no axis {axis}: the tensor is a single number and has no axes."
                : $"{op}: axis {axis} is not one of the {this.Rank} axes of {this}; use {-this.Rank} to {this.Rank - 1}.");
    }

    /// <summary>This shape with the size of one axis changed.</summary>
    public Shape With(int axis, int size)
    {
        int[] s = this.Sizes.ToArray();
        s[axis] = size;
        return Create(s);
    }

    /// <summary>The product of the sizes of the axes from one to another, which is not counted.</summary>
    internal int Product(int from, int to)
    {
        int product = 1;
        for (int axis = from; axis < to; axis++) product *= this.Sizes[axis];
        return product;
    }

    /// <summary>This shape without one axis.</summary>
    public Shape Without(int axis) => [.. this.Sizes[..axis], .. this.Sizes[(axis + 1)..]];

    /// <summary>This shape with an axis put in before the one given.</summary>
    public Shape Insert(int axis, int size) => [.. this.Sizes[..axis], size, .. this.Sizes[axis..]];

    /// <summary>The shape both broadcast to, by NumPy's rule: aligned at the last axis, sizes equal or one of them 1.</summary>
    /// <returns>False when the two do not fit.</returns>
    public static bool TryBroadcast(Shape a, Shape b, out Shape result)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> common = stackalloc int[MaxRank];
        for (int i = 1; i <= rank; i++)
        {
            int p = i <= a.Rank ? a[^i] : 1, q = i <= b.Rank ? b[^i] : 1;
            if (p != q && p != 1 && q != 1)
            {
                result = default;
                return false;
            }
            common[rank - i] = p == 1 ? q : p;
        }
        result = Create(common[..rank]);
        return true;
    }

    /// <summary>Reads a shape as people type it: <c>1x28x28</c>, <c>(2, 3)</c>, <c>12</c>.</summary>
    /// <exception cref="FormatException">The text is no shape.</exception>
    public static Shape Parse(string text)
    {
        string inner = text.Trim().Trim('(', ')', '[', ']').Trim();
        string[] parts = inner.Length == 0 ? [] : inner.Split(['x', 'X', ',', '×'], StringSplitOptions.TrimEntries);
        if (parts is [{ Length: > 0 }, ""] && inner[^1] == ',') parts = parts[..1]; // one size is printed "(5,)"
        int[] parsed = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length == 0)
                throw new FormatException($"'{text}' is not a shape: a size is missing. Write sizes like 1x28x28.");
            if (parts[i].All(char.IsAsciiDigit) && parts[i].TrimStart('0').Length > 0 && !int.TryParse(parts[i], CultureInfo.InvariantCulture, out _))
                throw new FormatException($"'{text}' is not a shape: {parts[i]} is too large; a tensor has at most {int.MaxValue} elements.");
            if (!int.TryParse(parts[i], CultureInfo.InvariantCulture, out parsed[i]) || parsed[i] < 1)
                throw new FormatException($"'{text}' is not a shape: '{parts[i]}' is not a whole number above 0. Write sizes like 1x28x28.");
        }
        return Create(parsed);
    }

    /// <summary>The sizes joined by "x", as the command line writes them: 1x28x28; "scalar" when there are none.</summary>
    public string ToX() => this.Rank == 0 ? "scalar" : string.Join('x', this.Sizes.ToArray());

    /// <inheritdoc/>
    public bool Equals(Shape other) => this.Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && this.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in this.Sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>An array of sizes is a shape.</summary>
    public static implicit operator Shape(int[] sizes) => Create(sizes);

    /// <summary>The sizes as "(2, 3)", "(5,)" or "()".</summary>
    public override string ToString() => Text(this.Sizes);

    /// <summary>Walks the sizes, outermost first.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(this.sizes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => this.GetEnumerator();

    private static string Text(ReadOnlySpan<int> sizes) =>
        sizes.Length == 1 ? $"({sizes[0]},)" : $"({string.Join(", ", sizes.ToArray())})";
}
