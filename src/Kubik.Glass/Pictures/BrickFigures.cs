// What a good teacher would draw beside a brick: the window of a convolution, the winners of a pool, scores and the weights
// that softmax makes of them, the mask of a dropout. Every number in them is one of the trace.

using Kubik.Glass.Explaining;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Pictures;

/// <summary>Makes the pictures of bricks.</summary>
/// <param name="values">The values of the trace.</param>
/// <param name="names">What they are called.</param>
/// <param name="focus">The entry that is looked at.</param>
internal sealed class BrickFigures(ShownValues values, Names names, Focus focus)
{
    private const int MostOfBrick = 3, MostOfPage = 24, MostPlaces = 10, MostTables = 2;

    private int drawn;

    /// <summary>The pictures of a brick; none once a page has many.</summary>
    public IReadOnlyList<Figure> Of(BrickCall call)
    {
        WindowFigures windows = new(values, this.NameOf);
        List<Figure> figures = [];
        foreach (Tensor value in call.Own)
        {
            if (figures.Count == MostOfBrick || this.drawn == MostOfPage) break;
            if (value.Count == 0) continue;
            Figure? figure = value.Node!.Op switch
            {
                Conv conv => windows.Convolution(conv, value, call.Output.Shape == value.Shape ? call.Output : value, focus.Of(value.Shape)),
                MaxPool { Grid: SlidingGrid grid } => windows.Pool(grid, isMax: true, value, focus.Of(value.Shape)),
                AvgPool { Grid: SlidingGrid grid, Divisor: not Divisor.One } => windows.Pool(grid, isMax: false, value, focus.Of(value.Shape)),
                Ops.Softmax soft when value.Shape.Axis(soft.Axis, soft.Name) == value.Rank - 1 => this.Shares(value),
                Cast when value.Node.Inputs[0].DType == DType.Bool && value.Shape == call.Output.Shape && call.Own.Any(v => v.Node!.Op is RandomOp) =>
                    this.Mask(value, call),
                _ => null,
            };
            if (figure is null) continue;
            figures.Add(figure);
            this.drawn++;
        }
        return figures;
    }

    // What softmax makes of scores: both as tables, of the last two axes.
    private CellPicture? Shares(Tensor value)
    {
        Tensor scores = value.Node!.Inputs[0];
        if (value.Rank == 0 || !values.Has(scores) || !values.Has(value)) return null;
        int[] at = focus.Of(value.Shape);
        int tables = value.Rank > 2 ? value.Shape[..^2].Size : 1, first = value.Rank > 2 ? Entries.Flat(value.Shape[..^2], at[..^2]) : 0,
            shown = Math.Min(MostTables, tables - first);
        bool hasClosed = false;
        List<IReadOnlyList<CellItem>> lines = [];
        for (int t = first; t < first + shown; t++)
        {
            int[] table = value.Rank > 2 ? Entries.Unraveled(value.Shape[..^2], t) : [];
            string index = tables > 1 ? $"[{string.Join(",", table.Select(i => i + 1))}]" : "";
            bool IsClosed(int r, int c) => double.IsNegativeInfinity(values.Entry(scores, Place(value, table, r, c)));
            Cell Of(Tensor source, int r, int c)
            {
                if (!IsClosed(r, c)) return new(CellKind.Number, values.Entry(source, Place(value, table, r, c)));
                hasClosed = true;
                return new(CellKind.Closed);
            }
            lines.Add([new("", Table(this.NameOf(Unmasked(scores)) + index, value, at, (r, c) => Of(scores, r, c))),
                new("softmax  →", Table(this.NameOf(value) + index, value, at, (r, c) => Of(value, r, c)))]);
        }
        bool isTable = value.Rank > 1 && value.Shape[^2] > 1;
        List<Remark> says = [isTable
            ? new("A row of scores on the left, a row of shares with sum 1 on the right.", "Слева строки оценок, справа строки долей с суммой 1.")
            : new("Scores on the left, shares with sum 1 on the right.", "Слева оценки, справа доли с суммой 1.")];
        if (hasClosed)
            says.Add(new("Empty places are masked: there the score counts as −∞ and the share is 0.",
                "Пустые места закрыты маской: там оценка считается равной −∞, а доля равна 0."));
        if (shown < tables) says.Add(new($"Shown are {shown} of {tables} tables.", $"Показано таблиц: {shown} из {tables}."));
        return new(new("Scores and shares", "Оценки и доли"), WindowFigures.Joined(says), lines);
    }

    // What goes in, what the mask lets through, and what comes out.
    private CellPicture? Mask(Tensor mask, BrickCall call)
    {
        if (call.Input.Shape != mask.Shape || !values.Has(mask) || !values.Has(call.Input) || !values.Has(call.Output) || mask.Rank == 0) return null;
        int[] at = focus.Of(mask.Shape), table = mask.Rank > 2 ? at[..^2] : [];
        double At(Tensor source, int r, int c) => values.Entry(source, Place(mask, table, r, c));
        return new(new("The mask of a dropout", "Маска dropout"),
            new("What goes in, the mask, and what comes out. What falls on an empty place of the mask is dropped.",
                "Вход, маска и выход. То, что попадает на пустое место маски, обнуляется."),
        [
            [
                new("", Table(this.NameOf(call.Input), mask, at, (r, c) => new(CellKind.Number, At(call.Input, r, c)))),
                new("∘", Table(names.Of(mask)?.ToString() ?? "m", mask, at,
                    (r, c) => At(mask, r, c) == 0 ? new(CellKind.Closed) : new(CellKind.Number, At(mask, r, c)))),
                new("→", Table(this.NameOf(call.Output), mask, at, (r, c) => new(CellKind.Number, At(call.Output, r, c)))),
            ],
        ]);
    }

    private static CellGrid Table(string name, Tensor value, int[] at, Func<int, int, Cell> cell)
    {
        int?[] rows = value.Rank > 1 ? ShownPlaces.Around(value.Shape[^2], at[^2], MostPlaces) : [0];
        return new(name, rows, ShownPlaces.Around(value.Shape[^1], at[^1], MostPlaces), cell) { IsNumbered = true };
    }

    private static int[] Place(Tensor value, int[] table, int r, int c) => value.Rank > 1 ? [.. table, r, c] : [c];

    // The scores before −∞ was put in the closed places.
    private static Tensor Unmasked(Tensor scores) => scores.Node is { Op: Where, Inputs: [_, var open, _] } ? Unmasked(open) : scores;

    // Its own name, or that of what it is a view of.
    private string NameOf(Tensor value)
    {
        while (names.Of(value) is null && value.Node is { Op: ViewOp or Cast or Detach or Copy, Inputs: [var whole] }) value = whole;
        return names.Of(value)?.ToString() ?? "";
    }
}
