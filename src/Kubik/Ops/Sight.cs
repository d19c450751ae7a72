// What an op sees along an axis: from which elements of an input an element of the output is computed. The rules are
// arithmetic of positions, so a window, a stride, a resampling and a view are one kind of thing, and following them from the
// input of a network to a value gives its receptive field.

namespace Kubik.Ops;

/// <summary>
/// Where an axis of an input is in the output, and what an element sees there: element i those from ⌈(i·Step + First) / Divisor⌉ to
/// ⌊(i·Step + Last) / Divisor⌋, which may lie in the border; with Wrap, counted modulo it. Or that it is all of the axis, or not known.
/// </summary>
/// <param name="Axis">The axis of the output.</param>
/// <param name="Step">By how much what is seen moves from one element to the next, in parts of Divisor.</param>
/// <param name="First">Where it begins for element 0.</param>
/// <param name="Last">Where it ends for element 0.</param>
/// <param name="Divisor">Into how many parts an element of the input is divided.</param>
/// <param name="Wrap">After how many elements of the input it begins again; 0: never.</param>
internal readonly record struct Sight(int Axis, long Step = 1, long First = 0, long Last = 0, long Divisor = 1, int Wrap = 0)
{
    /// <summary>Every element sees all of the axis.</summary>
    public static Sight All => new(-1);

    /// <summary>What an element sees is not known, or is no run along one axis.</summary>
    public static Sight Unknown => new(-2);

    /// <summary>A window that moves along the axis.</summary>
    public static Sight Of(int axis, AxisWindow window) => new(axis, window.Stride, -window.Begin, window.Span - 1 - window.Begin);

    /// <summary>An input that is laid beside the output, last axes together; where it has one element, that is seen from everywhere.</summary>
    public static Sight Beside(int axis, Shape x, Shape y)
    {
        int own = y.Rank - x.Rank + axis;
        return x[axis] == 1 && y[own] != 1 ? new(own, Step: 0) : new(own);
    }

    /// <summary>The same elements in row-major order under another shape; unknown where that spreads the axis over elements that are not one run.</summary>
    public static Sight Reshaped(int axis, Shape x, Shape y)
    {
        long before = 1, inner = 1, passed = 1;
        for (int i = 0; i < axis; i++) before *= x[i];
        for (int i = axis + 1; i < x.Rank; i++) inner *= x[i];
        int size = x[axis];
        if (before * inner * size == 0) return Unknown;
        for (int own = 0; own < y.Rank; passed *= y[own++])
        {
            if (passed == before && y[own] == size) return new(own);
            // what is left of the axis comes after it
            if (passed == before && y[own] > 1 && size % y[own] == 0) return new(own, size / y[own], 0, size / y[own] - 1);
            long after = before * size * inner / (passed * y[own]); // elements behind the axis
            // Several axes as one, in which a run of k elements is one place of the axis.
            if (y[own] > 1 && passed <= before && before % passed == 0 && inner % after == 0 && passed * y[own] >= before * size)
            {
                long k = inner / after;
                return new(own, 1, -(k - 1), 0, k, passed == before && y[own] == size * k ? 0 : size);
            }
        }
        return Unknown;
    }
}
