// A list of axes as a value, so that ops with equal attributes are equal.

using System.Collections;
using System.Runtime.CompilerServices;

namespace Kubik.Ops;

/// <summary>A list of axis numbers; equal when the numbers are.</summary>
[CollectionBuilder(typeof(Axes), nameof(Create))]
public readonly struct Axes : IEquatable<Axes>, IReadOnlyList<int>
{
    private readonly int[]? axes;

    private Axes(int[] axes) => this.axes = axes;

    /// <summary>The number of axes in the list.</summary>
    public int Count => this.axes?.Length ?? 0;

    /// <summary>One of the axes.</summary>
    public int this[int index] => this.axes![index];

    /// <summary>Makes a list.</summary>
    public static Axes Create(ReadOnlySpan<int> axes) => new(axes.ToArray());

    /// <inheritdoc/>
    public bool Equals(Axes other) => this.axes.AsSpan().SequenceEqual(other.axes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Axes other && this.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => this.Aggregate(17, HashCode.Combine);

    /// <summary>Whether two lists are equal.</summary>
    public static bool operator ==(Axes a, Axes b) => a.Equals(b);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(Axes a, Axes b) => !a.Equals(b);

    /// <summary>Walks the list.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(this.axes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => this.GetEnumerator();

    /// <summary>The axes as "(0, 2)".</summary>
    public override string ToString() => $"({string.Join(", ", this)})";
}
