// What is left of a gradient on its way back, measured from several random starts and shown as powers of ten: through time in one
// task, through depth in another.

using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>How a gradient dies away or grows, for each start by the places that it has gone back: lg of its norm relative to that at the end.</summary>
/// <param name="Name">In what.</param>
/// <param name="Left">A row for each start.</param>
internal sealed record Decay(Remark Name, double[][] Left)
{
    /// <summary>Measured from starts 1, 2, …: each gives ln of the gradient's norm from the first place to the last.</summary>
    public static Decay Of(Remark name, int starts, Func<int, Tensor> measure) => new(name, [.. Enumerable.Range(1, starts).Select(start =>
    {
        Tensor ln = measure(start);
        return ((ln - ln[^1]) / N(10).Log()).Flip(0).ToDoubles();
    })]);

    /// <summary>The mean over the starts.</summary>
    public double At(int back) => this.Left.Average(run => run[back]);

    /// <summary>A drawing over all places, and a table of some of them with the spread of the starts. Gives which is largest at the last one.</summary>
    public static int Show(Board board, IReadOnlyList<Decay> all, string axis, Remark caption, Remark header, IReadOnlyList<string> labels, params int[] shown)
    {
        double[] values = [.. all.SelectMany(d => d.Left.SelectMany(run => run))];
        Plane plane = new(axis, "lg", (0, shown[^1]), (Math.Floor(values.Min()), Math.Ceiling(values.Max()) + 1));
        foreach ((Decay decay, string label) in all.Zip(labels)) plane.Line([.. Enumerable.Range(0, shown[^1] + 1).Select(back => ((double)back, decay.At(back)))], label);
        board.Draw(plane, caption);
        board.Table([header, .. shown.Cast<object>()],
            all.Select(d => (object[])[d.Name, .. shown.Select(back => (object)Spread.Of([.. d.Left.Select(run => run[back])]))]));
        return Enumerable.Range(0, all.Count).MaxBy(i => all[i].At(shown[^1]));
    }
}
