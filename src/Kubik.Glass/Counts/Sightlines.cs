// Follows one axis of a network's input through its graph. Of every value that depends on the input it is known which of its
// axes stands for that axis, and from where to where each of its elements sees; windows, strides and resampling repeat, so one
// period of positions says all. What is no run along one axis is not known.

using Kubik.Graphs;

namespace Kubik.Glass.Counts;

/// <summary>What the values of a graph see of an axis of its input.</summary>
internal sealed class Sightlines
{
    private const int LongestPeriod = 1 << 16;
    private readonly int size;
    private readonly Dictionary<Tensor, Seen> seen = new(ReferenceEqualityComparer.Instance);

    public Sightlines(Tensor input, int axis)
    {
        this.size = input.Shape[axis];
        this.seen[input] = new(axis, [(0, 0)], 1);
    }

    /// <summary>The receptive field of a value; null when it does not depend on the input.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mayBeJoined">Whether the axis may be one of several in one: what its elements see need not move evenly then, and if it does not, there
    /// is no jump. Else it is that of the middle of a turn, as after an upsampling.</param>
    public FieldAlong? Of(Tensor value, bool mayBeJoined = false)
    {
        Seen s = this.Follow(value);
        if (s == Seen.Nothing) return null;
        if (s.Runs is not { } runs) return new(this.size, 0, (this.size - 1) / 2.0, IsEverything: s == Seen.Everything, IsUnknown: s == Seen.Unknown);
        (long First, long Last)[] there = [.. runs.Where(r => r.First <= r.Last)];
        if (there.Length == 0) return null;
        if (s.Shift == 0 && Array.TrueForAll(there, r => r.First <= 0 && r.Last >= this.size - 1))
            return new(this.size, 0, (this.size - 1) / 2.0, IsEverything: true);
        double jump = (double)s.Shift / runs.Length;
        bool isEven = Enumerable.Range(0, runs.Length).All(i => runs[i].First - runs[0].First == i * jump && runs[i].Last - runs[0].Last == i * jump);
        return new(there.Max(r => r.Last - r.First + 1), mayBeJoined && (!isEven || jump == 0) ? double.NaN : jump, (there[0].First + there[0].Last) / 2.0);
    }

    private Seen Follow(Tensor value)
    {
        foreach (Tensor part in Graph.Behind([value], this.seen.ContainsKey))
        {
            if (this.seen.ContainsKey(part)) continue;
            this.seen[part] = part is not { IsSymbolic: true, Node: { } node } ? Seen.Nothing
                : node.Op is FusedOp fused and not IElementwise && node.Inputs.Any(x => this.seen[x] != Seen.Nothing)
                    ? this.Follow(fused.Decompose(node.Inputs))
                : this.Through(node, part.Shape);
        }
        return this.seen[value];
    }

    private Seen Through(Node node, Shape y)
    {
        Seen all = Seen.Nothing;
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            Seen x = this.seen[node.Inputs[i]];
            if (x == Seen.Nothing || IsBorder(node, i, x.Axis)) continue;
            if (node.Op is Reshape && x.Runs is { Length: > 1 } && x.Shift == 0 && Again(x, node.Inputs[i].Shape, y) is { } own) return x.Apart(own, y[own]);
            all = all.With(x.Runs is null ? x : x.Through(node.Op.Sees(i, x.Axis, node.Inputs, y)));
        }
        return all;
    }

    // What was put into one axis with others, and so repeats along it, is an axis of its own again.
    private static int? Again(Seen x, Shape from, Shape to)
    {
        long behind = from[(x.Axis + 1)..].Size, passed = 1;
        for (int own = to.Rank - 1; own >= 0; passed *= to[own--])
        {
            if (passed == behind && to[own] > 1 && to[own] % x.Runs!.Length == 0 && from[x.Axis] % to[own] == 0) return own;
        }
        return null;
    }

    // Padding that repeats or mirrors what is inside is a border as zeros are.
    private static bool IsBorder(Node node, int input, int axis)
    {
        if (node.Op is not Concat { Axis: var along } || along != axis) return false;
        Tensor whole = node.Inputs[input];
        while (whole is { IsSymbolic: true, Node: { Op: ViewOp, Inputs: [var from] } }) whole = from;
        return whole != node.Inputs[input] && node.Inputs.Any(x => ReferenceEquals(x, whole));
    }

    // The axis of a value, and what its elements see: element q·runs.Length + r from Runs[r].First + q·Shift to Runs[r].Last + q·Shift.
    private readonly record struct Seen(int Axis, (long First, long Last)[]? Runs, long Shift)
    {
        public static Seen Nothing => new(-1, null, 0);

        public static Seen Everything => new(-2, null, 0);

        public static Seen Unknown => new(-3, null, 0);

        public Seen Through(Sight sight)
        {
            if (sight == Sight.All) return Everything;
            if (sight == Sight.Unknown) return Unknown;
            (long First, long Last)[] runs = this.Runs!;
            long period, moves; // so many elements of the output move by so many of the input
            if (sight.Wrap > 0)
            {
                (period, moves) = (sight.Wrap * sight.Divisor, 0);
            }
            else
            {
                long common = Common(Math.Abs(sight.Step), sight.Divisor);
                (period, moves) = (sight.Divisor / common, sight.Step / common);
                long times = runs.Length / Common(runs.Length, Math.Abs(moves));
                (period, moves) = (period * times, moves * times);
            }
            if (period > LongestPeriod) return Unknown;
            (long First, long Last)[] now = new (long, long)[period];
            for (long i = 0; i < period; i++)
            {
                long a = -Floor(-(i * sight.Step + sight.First), sight.Divisor), b = Floor(i * sight.Step + sight.Last, sight.Divisor);
                if (sight.Wrap > 0) (a, b) = (a % sight.Wrap, b % sight.Wrap);
                now[i] = this.Over(a, b);
            }
            return new(sight.Axis, now, moves / runs.Length * this.Shift);
        }

        /// <summary>One period of it as an axis of its own, which goes on evenly if it did.</summary>
        public Seen Apart(int axis, int size)
        {
            (long First, long Last)[] runs = this.Runs!;
            for (int period = 1; period < size && size == runs.Length; period++)
            {
                long shift = runs[period].First - runs[0].First;
                if (Enumerable.Range(0, size - period).All(i => runs[i + period] == (runs[i].First + shift, runs[i].Last + shift)))
                    return new(axis, runs[..period], shift);
            }
            return this with { Axis = axis };
        }

        public Seen With(Seen other)
        {
            if (this == Nothing) return other;
            if (other == Nothing) return this;
            if (this == Everything || other == Everything) return Everything;
            if (this.Runs is not { } a || other.Runs is not { } b || this.Axis != other.Axis || this.Shift * b.Length != other.Shift * a.Length) return Unknown;
            long period = (long)a.Length / Common(a.Length, b.Length) * b.Length;
            if (period > LongestPeriod) return Unknown;
            (long First, long Last)[] now = new (long, long)[period];
            for (long i = 0; i < period; i++) now[i] = Together(this.Over(i, i), other.Over(i, i));
            return new(this.Axis, now, this.Shift * (period / a.Length));
        }

        // What elements a to b see together. Beyond one period from either end nothing lies further out.
        private (long First, long Last) Over(long a, long b)
        {
            (long, long) all = (1, 0);
            long period = this.Runs!.Length;
            for (long i = a; i <= b; i++)
            {
                if (i - a > period && b - i > period) i = b - period;
                long q = Floor(i, period);
                (long first, long last) = this.Runs[i - q * period];
                if (first <= last) all = Together(all, (first + q * this.Shift, last + q * this.Shift));
            }
            return all;
        }

        private static (long First, long Last) Together((long First, long Last) a, (long First, long Last) b) =>
            a.First > a.Last ? b : b.First > b.Last ? a : (Math.Min(a.First, b.First), Math.Max(a.Last, b.Last));

        private static long Floor(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);

        private static long Common(long a, long b) => b == 0 ? Math.Max(a, 1) : a == 0 ? b : (long)System.Numerics.BigInteger.GreatestCommonDivisor(a, b);
    }
}
