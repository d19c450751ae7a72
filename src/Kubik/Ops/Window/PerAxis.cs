// Numbers of the spatial axes as a value, so that ops with equal attributes are equal. A single number stands for all
// axes, whatever their count: stride 2 is 2 along a line and 2x2 in a picture.

using System.Collections;
using System.Runtime.CompilerServices;

namespace Kubik;

/// <summary>A number for each of 1, 2 or 3 spatial axes, or one for all of them; equal when the numbers are.</summary>
/// <example><code>PerAxis all = 2, each = [3, 5];   // rows first: each is 3x5</code></example>
[CollectionBuilder(typeof(PerAxis), nameof(Create))]
public readonly struct PerAxis : IEquatable<PerAxis>, IReadOnlyList<int>
{
    /// <summary>The most spatial axes that windows move along.</summary>
    public const int MaxCount = 3;

    private readonly int first, second, third, others;

    private PerAxis(ReadOnlySpan<int> numbers) =>
        (this.first, this.second, this.third, this.others) =
            (numbers[0], numbers.Length > 1 ? numbers[1] : 0, numbers.Length > 2 ? numbers[2] : 0, numbers.Length - 1);

    /// <summary>How many numbers there are; 1 when one stands for all axes.</summary>
    public int Count => this.others + 1;

    /// <summary>The number of an axis.</summary>
    public int this[int index] => (this.others == 0 ? 0 : index) switch
    {
        0 => this.first,
        1 when this.others >= 1 => this.second,
        2 when this.others >= 2 => this.third,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, $"There are numbers for {this.Count} axes."),
    };

    /// <summary>Makes a list of numbers.</summary>
    /// <exception cref="ShapeException">There are none or more than three.</exception>
    public static PerAxis Create(ReadOnlySpan<int> numbers) => numbers.Length is >= 1 and <= MaxCount
        ? new(numbers)
        : throw new ShapeException(
            $"Give one number for all spatial axes, or one for each of up to {MaxCount}; got {numbers.Length}: ({string.Join(", ", numbers.ToArray())}).");

    /// <summary>One number for all axes.</summary>
    public static implicit operator PerAxis(int number) => new([number]);

    /// <summary>The numbers of so many axes.</summary>
    internal Shape Over(int axes)
    {
        int[] sizes = new int[axes];
        for (int i = 0; i < axes; i++) sizes[i] = this[i];
        return sizes;
    }

    /// <summary>Whether there is a number for each of so many axes.</summary>
    internal bool Fits(int axes) => this.others == 0 || this.Count == axes;

    /// <summary>The smallest of the numbers.</summary>
    internal int Least => Math.Min(this.first, Math.Min(this[Math.Min(1, this.others)], this[this.others]));

    /// <summary>The largest of the numbers.</summary>
    internal int Most => Math.Max(this.first, Math.Max(this[Math.Min(1, this.others)], this[this.others]));

    /// <inheritdoc/>
    public bool Equals(PerAxis other) => (this.first, this.second, this.third, this.others) == (other.first, other.second, other.third, other.others);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PerAxis other && this.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(this.first, this.second, this.third, this.others);

    /// <summary>Whether two lists are equal.</summary>
    public static bool operator ==(PerAxis a, PerAxis b) => a.Equals(b);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(PerAxis a, PerAxis b) => !a.Equals(b);

    /// <summary>Walks the numbers.</summary>
    public IEnumerator<int> GetEnumerator()
    {
        for (int i = 0; i < this.Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => this.GetEnumerator();

    /// <summary>The numbers as "3" or "3x5".</summary>
    public override string ToString() => string.Join('x', this);
}
