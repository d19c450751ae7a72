// What has arrived at the tensors that are still to be visited. Most of it is summed at once. What comes through slices is
// kept until all is there: slices that lie side by side, such as the steps of a sequence or the gates of a cell, are then
// joined in one copy. Widening each with zeros and adding them up would take a time quadratic in their number.

namespace Kubik.Autograd;

internal sealed class Arrivals
{
    private readonly Dictionary<Tensor, Tensor> sums = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, List<(Slice Slice, Tensor Dy)>> slices = new(ReferenceEqualityComparer.Instance);

    /// <summary>A gradient of x arrives.</summary>
    public void Add(Tensor x, Tensor dx) => this.sums[x] = this.sums.TryGetValue(x, out Tensor? sum) ? sum + dx : dx;

    /// <summary>The gradient of a slice of x arrives.</summary>
    public void Add(Tensor x, Slice slice, Tensor dy)
    {
        if (!this.slices.TryGetValue(x, out List<(Slice, Tensor)>? list)) this.slices[x] = list = [];
        list.Add((slice, dy));
    }

    /// <summary>All that has arrived at x, which is forgotten; null when nothing has.</summary>
    public Tensor? Take(Tensor x)
    {
        if (this.slices.Remove(x, out List<(Slice Slice, Tensor Dy)>? list))
        {
            if (list.Count > 1 && Joined(x, list) is { } joined) this.Add(x, joined);
            else foreach ((Slice slice, Tensor dy) in list) this.Add(x, slice.Gradient(0, [x], dy, dy)!);
        }
        return this.sums.Remove(x, out Tensor? sum) ? sum : null;
    }

    /// <summary>All that has arrived at the results of a packed op, by result, which is forgotten;
    /// null when it does not come by single results alone.</summary>
    public Tensor?[]? TakeResults(Tensor x)
    {
        if (this.sums.ContainsKey(x) || !this.slices.TryGetValue(x, out List<(Slice Slice, Tensor Dy)>? list)
            || list.Exists(l => l.Slice is not { Axis: 0, Count: 1 }))
        {
            return null;
        }
        Tensor?[] results = new Tensor?[x.Shape[0]];
        foreach ((Slice slice, Tensor dy) in list)
        {
            Tensor d = dy.Squeeze(0);
            results[slice.Start] = results[slice.Start] is { } before ? before + d : d;
        }
        this.slices.Remove(x);
        return results;
    }

    // The slices in their order, zeros in the gaps; null when they overlap, leave out elements, lie on several axes or hold nothing.
    private static Tensor? Joined(Tensor x, List<(Slice Slice, Tensor Dy)> list)
    {
        int axis = list[0].Slice.Axis, end = 0;
        List<Tensor> parts = [];
        foreach ((Slice slice, Tensor dy) in list.Where(l => l.Slice.Count > 0).OrderBy(l => l.Slice.Start))
        {
            if (slice.Axis != axis || slice.Step != 1 || slice.Start < end) return null;
            if (slice.Start > end) parts.Add(Zeros(slice.Start - end));
            parts.Add(dy);
            end = slice.Start + slice.Count;
        }
        if (end < x.Shape[axis]) parts.Add(Zeros(x.Shape[axis] - end));
        return parts.Count == 0 ? null : Tensor.Concat(axis, [.. parts]);

        Tensor Zeros(int count) => Tensor.Zeros(x.Shape.With(axis, count), x.DType);
    }
}
