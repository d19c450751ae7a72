// Which ops of a graph are computed together. Elementwise ops of one shape run in one loop: an op joins the loop of one of
// its readers when nothing between the two has to wait for it outside of the loop. Readers come first, so that what is cheap
// to compute is computed where it is needed and not kept. An op whose kernel takes an epilogue then joins the loop that
// reads it, which goes over each part of its output while that is in the cache. Where a loop has no such head, a sum, a softmax
// or a normalisation that reads it may join at its end and have it computed piece by piece.

using Kubik.Kernels;

namespace Kubik.Graphs;

/// <summary>The values of a graph, cut into groups that run as one step each.</summary>
internal sealed class Fusion
{
    private const int MostOps = 24; // of a loop: what is between must fit into L1
    private const int MostLooks = 256; // groups that are looked at for one answer, so that the time stays linear
    private const int SmallWork = 1 << 14, FewJobs = 4; // results; less is the work of one thread, and so are fewer jobs
    private const int None = -1;

    private readonly Tensor[] values;
    private readonly IReadOnlySet<Tensor> apart;
    private readonly Dictionary<Tensor, int> indexOf;
    private readonly List<int>[] readers, members;
    private readonly int[] group, other, looked; // the other of a group: an op that the loop is the epilogue or the prologue of
    private int look;

    private Fusion(IReadOnlyList<Tensor> values, IReadOnlySet<Tensor> apart)
    {
        (this.values, this.apart) = ([.. values], apart);
        this.indexOf = new(this.values.Length, ReferenceEqualityComparer.Instance);
        this.readers = new List<int>[this.values.Length];
        this.members = new List<int>[this.values.Length];
        this.group = new int[this.values.Length];
        this.other = new int[this.values.Length];
        this.looked = new int[this.values.Length];
        for (int i = 0; i < this.values.Length; i++)
        {
            this.indexOf[this.values[i]] = i;
            (this.readers[i], this.members[i], this.group[i], this.other[i]) = ([], [i], i, None);
            foreach (Tensor x in this.InputsOf(i)) this.readers[this.indexOf[x]].Add(i);
        }
    }

    /// <summary>The computed values in groups, each after the groups it reads.</summary>
    /// <param name="values">The graph's values, each after what it is computed from.</param>
    /// <param name="apart">Those that are not mixed with the others.</param>
    public static IEnumerable<Group> Groups(IReadOnlyList<Tensor> values, IReadOnlySet<Tensor> apart)
    {
        Fusion fusion = new(values, apart);
        for (int i = fusion.values.Length - 1; i >= 0; i--)
        {
            if (fusion.values[i] is { IsSymbolic: true, Node.Op: IElementwise or IEpilogueOp }) fusion.Join(i);
        }
        for (int i = 0; i < fusion.values.Length; i++)
        {
            if (fusion.values[i] is { IsSymbolic: true, Node.Op: IPrologueOp }) fusion.Follow(i);
        }
        return fusion.Ordered();
    }

    private bool IsLoop(int i) => this.values[i].Node!.Op is IElementwise;

    private Tensor[] InputsOf(int i) => this.values[i] is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];

    private void Join(int i)
    {
        foreach (int reader in this.readers[i].Order())
        {
            int g = this.group[reader];
            if (!this.IsLoop(reader) || this.values[reader].Shape != this.values[i].Shape) continue;
            if (this.apart.Contains(this.values[reader]) != this.apart.Contains(this.values[i])) continue;
            if (this.IsLoop(i) ? this.members[g].Count >= MostOps || this.readers[i].Contains(this.other[g]) : this.other[g] != None) continue;
            if (!this.readers[i].TrueForAll(r => this.group[r] == g || !this.Reaches(this.group[r], g))) continue;
            this.group[i] = g;
            if (!this.IsLoop(i)) this.other[g] = i;
            this.members[g].Add(i);
            this.members[i] = [];
            return;
        }
    }

    private void Follow(int i)
    {
        Node node = this.values[i].Node!;
        int input = this.indexOf[node.Inputs[0]], g = this.group[input], elements = this.values[input].Shape.Size;
        if (this.values[input].Node is null || !this.values[input].IsSymbolic || !this.IsLoop(input) || this.other[g] != None
            || this.members[this.group[i]].Count > 1)
        {
            return;
        }
        if (this.apart.Contains(this.values[input])) return;
        int job = ((IPrologueOp)node.Op).ElementsAJob([.. node.Inputs.Select(x => x.Spec)]);
        if (job == 0 || (long)elements * this.members[g].Count > SmallWork && elements / job < FewJobs) return;
        if (node.Inputs.Skip(1).Any(x => this.group[this.indexOf[x]] == g)) return;
        if (this.members[g].Exists(m => this.readers[m].Exists(r => r != i && this.group[r] != g && this.Reaches(this.group[r], this.group[i])))) return;
        this.other[g] = i;
        this.members[this.group[i]] = [];
        this.members[g].Add(i);
        this.group[i] = g;
    }

    // Whether something in a group has to wait for another one; true as well when that would take long to find out.
    private bool Reaches(int from, int to)
    {
        int last = this.members[to].Max(), left = MostLooks;
        this.look++;
        Stack<int> open = new([from]);
        this.looked[from] = this.look;
        while (open.TryPop(out int g))
        {
            foreach (int member in this.members[g])
            {
                foreach (int reader in this.readers[member])
                {
                    int next = this.group[reader];
                    if (next == to) return true;
                    if (this.looked[next] == this.look || this.members[next].TrueForAll(m => m > last)) continue;
                    if (left-- == 0) return true;
                    this.looked[next] = this.look;
                    open.Push(next);
                }
            }
        }
        return false;
    }

    // The groups in the order of their last members, but each after those it reads. Where two wait for each other after all,
    // which the search for a way between them may overlook, their ops are computed one by one.
    private IEnumerable<Group> Ordered()
    {
        while (true)
        {
            List<int> circle = [];
            List<int> order = this.TryOrder(circle);
            if (circle.Count == 0)
                return order.Where(g => this.values[g] is { IsSymbolic: true, Node: not null })
                    .Select(g => new Group([.. this.members[g].Order().Select(m => this.values[m])]));
            foreach (int g in circle) this.Dissolve(g);
        }
    }

    private List<int> TryOrder(List<int> circle)
    {
        List<int> order = [];
        bool[] begun = new bool[this.values.Length], done = new bool[this.values.Length];
        Stack<(int Group, IEnumerator<int> Before)> open = new();
        foreach (int first in Enumerable.Range(0, this.values.Length).Where(g => this.members[g].Count > 0).OrderBy(g => this.members[g].Max()))
        {
            Begin(first);
            while (open.TryPeek(out (int Group, IEnumerator<int> Before) top))
            {
                if (!top.Before.MoveNext())
                {
                    open.Pop();
                    done[top.Group] = true;
                    order.Add(top.Group);
                }
                else if (top.Before.Current != top.Group)
                {
                    Begin(top.Before.Current);
                }
                if (circle.Count > 0) return order;
            }
        }
        return order;

        void Begin(int g)
        {
            if (done[g]) return;
            if (begun[g])
            {
                circle.AddRange(open.Select(o => o.Group).TakeWhile(o => o != g).Append(g));
                return;
            }
            begun[g] = true;
            open.Push((g, this.members[g].Order().SelectMany(this.InputsOf).Select(x => this.group[this.indexOf[x]]).GetEnumerator()));
        }
    }

    private void Dissolve(int g)
    {
        int[] all = [.. this.members[g]];
        foreach (int m in all) (this.group[m], this.members[m], this.other[m]) = (m, [m], None);
    }
}
