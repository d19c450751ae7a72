// Which places along an axis a picture shows: all of a short one; of a long one those around what matters, with a gap, null,
// where some are left out.

namespace Kubik.Glass.Pictures;

internal static class ShownPlaces
{
    /// <summary>So many places of an axis, with the one that matters among them.</summary>
    public static int?[] Around(int count, int place, int most)
    {
        int first = count <= most ? 0 : Math.Clamp(place - most / 4, 0, count - most), last = Math.Min(count, first + most) - 1;
        return Between(0, count - 1, first, last);
    }

    /// <summary>The places of the input that a window sees from one position, with those beside it and the border.</summary>
    public static int?[] Of(AxisWindow w, int position, int most)
    {
        (int low, int high) = (-w.Begin, w.Size - 1 + w.End);
        int start = position * w.Stride - w.Begin, end = (int)Math.Min(int.MaxValue, start + w.Span - 1);
        if (high - low < most) return Between(low, high, low, high);
        (int first, int last) = (Math.Max(low, start - 1), Math.Min(high, end + 1));
        if (last - first < most) return Between(low, high, first, last);
        // A window that is too wide itself: its beginning and its end.
        return [.. Between(low, high, first, first + most - 3).TakeWhile((p, i) => i == 0 || p is not null), null, end];
    }

    /// <summary>The cells of a window's kernel that lie on places that are shown.</summary>
    public static int?[] Kernel(AxisWindow w, int position, IReadOnlyList<int?> shown)
    {
        List<int?> kept = [];
        for (int k = 0; k < w.Kernel; k++)
        {
            if (shown.Contains(position * w.Stride - w.Begin + k * w.Dilation)) kept.Add(k);
            else if (kept.Count == 0 || kept[^1] is not null) kept.Add(null);
        }
        return [.. kept];
    }

    private static int?[] Between(int low, int high, int first, int last)
    {
        List<int?> places = [];
        if (first > low) places.Add(null);
        for (int p = first; p <= last; p++) places.Add(p);
        if (last < high) places.Add(null);
        return [.. places];
    }
}
