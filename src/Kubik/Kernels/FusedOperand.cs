// An input as a fused loop sees it. What lies dense is read in place. A number for all places, a row of biases: what repeats
// after a few elements is spread out once before the loop, or once for ever when it never changes, so that every tile finds
// it dense. Any other (a transposed matrix, a number for each large channel) is gathered tile by tile.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

/// <summary>An input of a fused loop.</summary>
internal sealed unsafe class FusedOperand
{
    private const int MostPeriod = 8192; // elements: what repeats after more is gathered
    private const int FewRepeats = 3;

    private readonly byte* start;
    private readonly int[] axes, strides; // those that lie on one line are one
    private readonly FusedSpreads spreads;
    private readonly int period, spread; // of what repeats: after how many elements, and its number among the spread ones

    public FusedOperand(Tensor x, bool isConstant, Shape shape, FusedSpreads spreads)
    {
        this.Size = x.DType.ByteSize;
        this.start = x.Address;
        this.spreads = spreads;
        List<int> lengths = [], steps = [];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int own = axis - shape.Rank + x.Rank, length = shape[axis], stride = own < 0 || x.Shape[own] == 1 ? 0 : x.Layout.Strides[own];
            if (length == 1) continue;
            if (lengths.Count > 0 && steps[^1] == (long)stride * length) (lengths[^1], steps[^1]) = (lengths[^1] * length, stride);
            else
            {
                lengths.Add(length);
                steps.Add(stride);
            }
        }
        (this.axes, this.strides) = ([.. lengths], [.. steps]);
        if (steps.Count == 0 || steps is [1]) return; // dense
        this.period = steps[0] == 0 ? shape.Size / lengths[0] : 0; // axes on one line are one: so only the first can have stride 0 for all after it
        this.IsSingle = steps is [0];
        bool isWorth = this.IsSingle || this.period is > 0 and <= MostPeriod && lengths[0] > FewRepeats && (steps[^1] == 1 || lengths[^1] < MostPeriod / 64);
        this.IsGathered = !isWorth;
        if (isWorth) this.spread = spreads.Add(this, x, isConstant, this.period);
    }

    /// <summary>The bytes of an element.</summary>
    public int Size { get; }

    /// <summary>Whether there is one element for all places.</summary>
    public bool IsSingle { get; }

    /// <summary>Whether its elements are brought together for every tile.</summary>
    public bool IsGathered { get; }

    /// <summary>Where so many elements from a number on lie side by side: in <paramref name="room"/> when they had to be gathered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(int element, int count, byte* room)
    {
        if (this.IsGathered)
        {
            this.Gather(room, element, count);
            return room;
        }
        return this.period == 0 ? this.start + (long)element * this.Size : this.spreads.At(this.spread) + (long)(element % this.period) * this.Size;
    }

    /// <summary>Writes the elements from a number on, so many, side by side: the index of the first run is counted out, from there it is counted up.</summary>
    public void Gather(byte* to, int from, int n)
    {
        int last = this.axes.Length - 1, inner = this.axes[last], step = this.strides[last], size = this.Size;
        int* index = stackalloc int[Shape.MaxRank];
        int row = from / inner, column = from - row * inner;
        long offset = (long)column * step;
        for (int axis = last - 1; axis >= 0; axis--)
        {
            (row, index[axis]) = Math.DivRem(row, this.axes[axis]);
            offset += (long)index[axis] * this.strides[axis];
        }
        while (true)
        {
            int run = Math.Min(inner - column, n);
            Gathering.Gather(to, this.start + offset * size, step, size, run);
            n -= run;
            if (n == 0) return;
            to += (long)run * size;
            offset -= (long)column * step;
            column = 0;
            for (int axis = last - 1; axis >= 0; axis--)
            {
                int stride = this.strides[axis];
                offset += stride;
                if (++index[axis] < this.axes[axis]) break;
                offset -= (long)stride * this.axes[axis];
                index[axis] = 0;
            }
        }
    }
}
