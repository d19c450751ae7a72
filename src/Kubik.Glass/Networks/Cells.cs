// The cells of recurrent bricks: what a definition does again and again, along the steps of a sequence. Which step a part belongs to is
// read from the cut of the sequence that it is computed from; layers and directions are told apart by a mark, h⁽²⁾ and h⁽←⁾. So the
// equations of a network and its explanation call the states alike: hₜ in general, h₁, h₂, … where every step is written out.

using System.Globalization;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Networks;

/// <summary>The cells of a network.</summary>
internal sealed class Cells
{
    private readonly Dictionary<BrickCall, Cell[]> cells = [];

    /// <summary>Finds the cells of bricks, and numbers them: h⁽¹⁾ of the first layer when there are more, h⁽→⁾ of a direction.</summary>
    /// <param name="calls">The bricks, in the order of their work.</param>
    /// <param name="parts">The parts of a brick that are written.</param>
    public Cells(IEnumerable<BrickCall> calls, Func<BrickCall, IEnumerable<Tensor>> parts)
    {
        foreach (BrickCall call in calls)
        {
            Tensor[] named = [.. parts(call)];
            HashSet<Tensor> own = named.Length == 0 ? [] : new(call.Own, ReferenceEqualityComparer.Instance);
            (Tensor Part, int? Step)[] found = [.. named.Select(p => (p, StepOf(p, own)))];
            if (Array.Exists(found, f => f.Step is not null)) this.cells[call] = [.. Rounds(found).Select(steps => new Cell(steps))];
        }
        int layers = this.cells.Values.Sum(all => all.Where((c, i) => !IsBackOf(all, i)).Count()), layer = 0;
        foreach (Cell[] all in this.cells.Values)
        {
            for (int i = 0; i < all.Length; i++)
            {
                bool isBack = IsBackOf(all, i);
                if (!isBack) layer++;
                all[i].Mark = (layers > 1 ? Numeral.Raised(layer) : "") + (isBack || all[i].IsReverse ? "←" : IsBackOf(all, i + 1) ? "→" : "");
            }
        }
        int[] counts = [.. this.cells.Values.SelectMany(all => all).Select(c => c.Steps.Count).Distinct()];
        if (counts is [var count]) this.Steps = count;
    }

    /// <summary>How many steps there are, when it is one number in the whole network.</summary>
    public int? Steps { get; }

    /// <summary>All of them.</summary>
    public IEnumerable<Cell> All => this.cells.Values.SelectMany(all => all);

    /// <summary>The cells of a brick; none when it does not go through a sequence.</summary>
    public IReadOnlyList<Cell> Of(BrickCall call) => this.cells.GetValueOrDefault(call, []);

    /// <summary>
    /// The letter of what a network's bricks hand on: H where h₁ would be the state h at t = 1, since definitions go through a
    /// sequence step by step.
    /// </summary>
    public static string HandedOn(NetTrace unfolded) => unfolded.Root.All.Any(call =>
    {
        Tensor[] parts = [.. call.Own.Where(v => v.Label is not null)];
        HashSet<Tensor> own = parts.Length == 0 ? [] : new(call.Own, ReferenceEqualityComparer.Instance);
        return Array.Exists(parts, p => StepOf(p, own) is not null);
    }) ? "H" : "h";

    // Whether a cell is the other direction of the one before it.
    private static bool IsBackOf(Cell[] all, int i) => i > 0 && i < all.Length && all[i].IsReverse && !all[i - 1].IsReverse;

    // Steps, each with the parts of one round, as cells: a cell goes through every step once.
    private static List<List<(int Time, List<Tensor> Parts)>> Rounds((Tensor Part, int? Step)[] found)
    {
        List<List<(int Time, List<Tensor> Parts)>> rounds = [];
        foreach ((Tensor part, int? step) in found)
        {
            if (rounds.Count > 0 && !rounds[^1][^1].Parts.Exists(p => p.Label == part.Label))
            {
                rounds[^1][^1].Parts.Add(part);
                continue;
            }
            int time = step ?? -1;
            if (rounds.Count == 0 || rounds[^1].Exists(s => s.Time == time)) rounds.Add([]);
            rounds[^1].Add((time, [part]));
        }
        return rounds;
    }

    // Which step of a sequence (B, T, C) is read: the nearest cut of one along its second axis, behind a part.
    private static int? StepOf(Tensor part, HashSet<Tensor> own)
    {
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Queue<Tensor> open = new([part]);
        while (open.TryDequeue(out Tensor? value))
        {
            if (!own.Contains(value) || !seen.Add(value) || value.Node is not { } node) continue;
            if (node.Op is Slice { Axis: 1, Count: 1, Step: 1 } slice && node.Inputs[0].Rank == 3) return slice.Start;
            foreach (Tensor x in node.Inputs) open.Enqueue(x);
        }
        return null;
    }
}

/// <summary>The parts of every step, in the order in which the steps are gone through.</summary>
internal sealed class Cell(List<(int Time, List<Tensor> Parts)> steps)
{
    private static readonly Dictionary<char, char> Low = "t−+".Zip("ₜ₋₊").ToDictionary();

    public List<(int Time, List<Tensor> Parts)> Steps { get; } = steps;

    public bool IsReverse => this.Steps.Count > 1 && this.Steps[1].Time < this.Steps[0].Time;

    /// <summary>The layer and the direction, where there are several.</summary>
    public string Mark { get; set; } = "";

    /// <summary>The constants that the states begin with, as far as the definition names them.</summary>
    public IEnumerable<Tensor> Beginnings
    {
        get
        {
            HashSet<Tensor> met = new(ReferenceEqualityComparer.Instance);
            foreach (Tensor part in this.Steps[0].Parts)
            {
                // A part is a few ops away from the state.
                foreach (Tensor x in Graphs.Graph.Behind([part], v => !ReferenceEquals(v, part) && v.Label is not null))
                {
                    if (!x.IsSymbolic && x.Label is not null && met.Add(x)) yield return x;
                }
            }
        }
    }

    /// <summary>The place of what the states begin with: 0, and T + 1 where the sequence is gone through backwards.</summary>
    public int Start => this.IsReverse ? this.Steps.Count + 1 : 0;

    /// <summary>A part at a step: hₜ₋₁, h⁽²⁾ₜ, h⁽←⁾_(T+1).</summary>
    public Symbol At(Tensor part, string step) => this.At(part.Label!, GraphReader.SpecOf(part), step);

    /// <summary>A part at a step that is a number, from 1.</summary>
    public Symbol At(Tensor part, int step) => this.At(part, step.ToString(CultureInfo.InvariantCulture));

    /// <summary>A part at a step: hₜ₋₁, h⁽²⁾ₜ, h⁽←⁾_(T+1).</summary>
    public Symbol At(string label, TensorSpec spec, string step)
    {
        Variable name = new(this.Mark.Length > 0 ? $"{label}⁽{this.Mark}⁾" : label, spec);
        bool isLow = step.All(c => char.IsAsciiDigit(c) || Low.ContainsKey(c));
        string below = isLow ? string.Concat(step.Select(Lowered)) : step.Length > 1 && !step.All(char.IsAsciiDigit) ? $"_({step})" : $"_{step}";
        return new(spec, name + below, $"{new LatexWriter().Write(name)}_{{{step.Replace('−', '-')}}}");
    }

    private static string Lowered(char c) => Low.TryGetValue(c, out char low) ? $"{low}" : Numeral.Lowered($"{c}");
}
