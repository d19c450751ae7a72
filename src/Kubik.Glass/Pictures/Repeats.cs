// Repeated parts drawn once: a run of equal groups, each of which reads what the one before it gives, becomes one group with
// × n on it. Equal is what has the same notation, shapes, numbers of parameters and links inside.

using System.Globalization;

namespace Kubik.Glass.Pictures;

/// <summary>Finds what repeats.</summary>
internal sealed class Repeats
{
    private const int LongestGroup = 48;

    private readonly Dictionary<object, object> instead = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, List<int>> readers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    private Repeats(IEnumerable<FlowPart> parts)
    {
        foreach (FlowPart node in parts.SelectMany(p => p.Nodes))
        {
            foreach (object value in node.Reads)
            {
                if (!this.readers.TryGetValue(value, out List<int>? places)) this.readers[value] = places = [];
                places.Add(node.Places.First);
            }
        }
    }

    /// <summary>The parts with each run of equal groups drawn once.</summary>
    /// <param name="parts">The parts in the order of work.</param>
    /// <param name="shown">
    /// What stands for a value in the folded picture: for what the last of equal groups gives, the same of the first, which is drawn;
    /// where the last is drawn, in a backward pass, for what it reads of the group before it, what the first reads in its place.
    /// </param>
    public static List<FlowPart> Fold(IReadOnlyList<FlowPart> parts, out Func<object, object> shown)
    {
        Repeats repeats = new(parts);
        List<FlowPart> folded = repeats.Of(parts);
        shown = repeats.Shown;
        return folded;
    }

    private object Shown(object value)
    {
        while (this.instead.TryGetValue(value, out object? other)) value = other;
        return value;
    }

    private List<FlowPart> Of(IReadOnlyList<FlowPart> parts)
    {
        int[] signs = [.. parts.Select(this.SignOf)];
        Dictionary<object, int> makers = Makers(parts);
        List<FlowPart> folded = [];
        int i = 0;
        while (i < parts.Count)
        {
            (int start, int length, int times) = this.BestRun(parts, signs, makers, i);
            if (times < 2)
            {
                folded.Add(this.Inner(parts[i++]));
                continue;
            }
            for (; i < start; i++) folded.Add(this.Inner(parts[i]));
            int last = start + (times - 1) * length, drawn = parts.Skip(start).Take(length).Any(p => p.IsBackward) ? last : start;
            List<FlowPart> group = this.Of([.. parts.Skip(drawn).Take(length)]);
            FlowPart once = group is [{ Times: 1 } one] ? one.With(one.Inside, times) : FlowPart.Frame("", group, times);
            folded.Add(once);
            // What is drawn stands for all: it reads what the first reads, or its result is what the last gives.
            if (drawn > start) Entering(start, last, length);
            else if (Leaving(parts, last, length) is [var result]) this.instead[result] = Leaving(parts, start, length)[0];
            i = start + times * length;
        }
        return folded;

        // What the last group reads of the one before it, and the first in its place.
        void Entering(int first, int last, int length)
        {
            for (int k = 0; k < length; k++)
            {
                foreach ((object given, object read) in parts[first + k].Reads.Zip(parts[last + k].Reads))
                {
                    if (makers.TryGetValue(read, out int maker) && maker < last && maker >= last - length) this.instead[read] = given;
                }
            }
        }

        // The values of a group that are read after it.
        List<object> Leaving(IReadOnlyList<FlowPart> all, int from, int count)
        {
            int end = all[from + count - 1].Places.Last;
            return [.. all.Skip(from).Take(count).SelectMany(p => p.Makes)
                .Where(v => this.readers.TryGetValue(v, out List<int>? at) && at.Exists(p => p > end))];
        }
    }

    private FlowPart Inner(FlowPart part) => part.IsFrame ? part.With(this.Of(part.Inside), part.Times) : part;

    private static Dictionary<object, int> Makers(IReadOnlyList<FlowPart> parts)
    {
        Dictionary<object, int> makers = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < parts.Count; i++)
        {
            foreach (object value in parts[i].Makes) makers[value] = i;
        }
        return makers;
    }

    // A number for what a part does, the same for parts that do the same.
    private int SignOf(FlowPart part)
    {
        string sign = $"{part.Kind}|{part.Sign}";
        if (part.IsFrame)
        {
            Dictionary<object, int> makers = Makers(part.Inside);
            List<object> outside = [];
            sign += "{" + string.Join(';', part.Inside.Select(p => this.SignOf(p) + ":" + string.Join(',', p.Reads.Select(Source)))) + "}";

            string Source(object value)
            {
                if (makers.TryGetValue(value, out int maker)) return maker.ToString(CultureInfo.InvariantCulture);
                int k = outside.FindIndex(v => ReferenceEquals(v, value));
                if (k < 0) outside.Add(value);
                return "x" + (k < 0 ? outside.Count - 1 : k).ToString(CultureInfo.InvariantCulture);
            }
        }
        if (!this.numbers.TryGetValue(sign, out int number)) this.numbers[sign] = number = this.numbers.Count;
        return number;
    }

    // Of the runs that begin here or within their first group, the one that covers the most; of those that cover the same, the
    // one whose group begins with the most parameters: a convolution and what follows it, not what follows it and the next one.
    private (int Start, int Length, int Times) BestRun(IReadOnlyList<FlowPart> parts, int[] signs, Dictionary<object, int> makers, int from)
    {
        (int Start, int Length, int Times) best = (from, 0, 0);
        for (int length = 1; length <= Math.Min(LongestGroup, (parts.Count - from) / 2); length++)
        {
            // Only where something repeats from here on.
            int times = this.Run(parts, signs, makers, from, length);
            if (times < 2) continue;
            Take(from, length, times);
            for (int start = from + 1; start < from + length; start++) Take(start, length, this.Run(parts, signs, makers, start, length));
        }
        return best;

        void Take(int start, int length, int times)
        {
            int covers = length * times, covered = best.Length * best.Times;
            if (times < 2 || covers < covered) return;
            if (covers > covered || best.Length == length && parts[start].Parameters > parts[best.Start].Parameters) best = (start, length, times);
        }
    }

    // How many equal groups follow each other.
    private int Run(IReadOnlyList<FlowPart> parts, int[] signs, Dictionary<object, int> makers, int start, int length)
    {
        int times = 1;
        while (start + (times + 1) * length <= parts.Count && this.Follows(parts, signs, makers, start, start + times * length, length)) times++;
        while (times > 1 && !this.Ends(parts, start + (times - 1) * length, length)) times--;
        return times;
    }

    // Whether the group at `next` does the same as the first one, and reads what the one before it gives and nothing else of it.
    private bool Follows(IReadOnlyList<FlowPart> parts, int[] signs, Dictionary<object, int> makers, int first, int next, int length)
    {
        for (int k = 0; k < length; k++)
        {
            if (signs[first + k] != signs[next + k]) return false;
        }
        int before = next - length;
        object? link = null, given = null;
        for (int k = 0; k < length; k++)
        {
            IReadOnlyList<object> one = parts[first + k].Reads, other = parts[next + k].Reads;
            if (one.Count != other.Count) return false;
            for (int r = 0; r < one.Count; r++)
            {
                int m = makers.GetValueOrDefault(other[r], -1), m1 = makers.GetValueOrDefault(one[r], -1);
                bool inside = m >= next, inside1 = m1 >= first;
                if (inside != inside1 || inside && m - next != m1 - first) return false;
                if (inside) continue;
                if (m >= before)
                {
                    if (link is not null && !(ReferenceEquals(link, other[r]) && ReferenceEquals(given, one[r]))) return false;
                    (link, given) = (other[r], one[r]);
                }
                else if (!ReferenceEquals(one[r], other[r]))
                {
                    return false;
                }
            }
        }
        if (link is null) return false;
        // All that leaves the group before goes to this one.
        int end = parts[before + length - 1].Places.Last, last = parts[next + length - 1].Places.Last;
        foreach (object value in parts.Skip(before).Take(length).SelectMany(p => p.Makes))
        {
            if (!this.readers.TryGetValue(value, out List<int>? at)) continue;
            if (at.Exists(p => p > last) || at.Exists(p => p > end) && !ReferenceEquals(value, link)) return false;
        }
        return true;
    }

    // Whether one value or none leaves a group.
    private bool Ends(IReadOnlyList<FlowPart> parts, int from, int length)
    {
        int end = parts[from + length - 1].Places.Last;
        return parts.Skip(from).Take(length).SelectMany(p => p.Makes)
            .Count(v => this.readers.TryGetValue(v, out List<int>? at) && at.Exists(p => p > end)) <= 1;
    }
}
