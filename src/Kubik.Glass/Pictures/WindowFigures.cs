// Windows at work: a convolution's window laid over the input, with the kernel, the products and their sum; a pool's windows
// with their winners. One entry of the output has the focus; all numbers are those that the engine computed.

using Kubik.Glass.Explaining;

namespace Kubik.Glass.Pictures;

/// <summary>Pictures of convolutions and pools.</summary>
/// <param name="values">The values of the trace.</param>
/// <param name="nameOf">What a value is called.</param>
internal sealed class WindowFigures(ShownValues values, Func<Tensor, string> nameOf)
{
    private const int MostPlaces = 9, MostPlanes = 3, MostCells = 300;

    /// <summary>One entry of a convolution; null where there is nothing to be seen.</summary>
    /// <param name="conv">The convolution.</param>
    /// <param name="value">What it computes.</param>
    /// <param name="after">What the brick hands on: the same with a bias, or the same.</param>
    /// <param name="at">The entry.</param>
    public CellPicture? Convolution(Conv conv, Tensor value, Tensor after, int[] at)
    {
        Tensor[] x = value.Node!.Inputs;
        if (!x.Append(value).All(values.Has)) return null;
        (Tensor input, Tensor kernel) = (x[0], x[1]);
        int axes = input.Rank - 2;
        AxisWindow[] windows = [.. Enumerable.Range(0, axes).Select(a => conv.Window.Along(a, input.Shape[2 + a], kernel.Shape[2 + a]))];
        AxisWindow across = axes > 1 ? windows[^2] : AxisWindow.One, along = windows[^1]; // rows and columns; of a line one row
        (int row, int column) = (axes > 1 ? at[^2] : 0, at[^1]);
        int?[] rows = ShownPlaces.Of(across, row, MostPlaces), columns = ShownPlaces.Of(along, column, MostPlaces);
        int?[] kernelRows = ShownPlaces.Kernel(across, row, rows), kernelColumns = ShownPlaces.Kernel(along, column, columns);
        int Row(int k) => row * across.Stride - across.Begin + k * across.Dilation;
        int Column(int k) => column * along.Stride - along.Begin + k * along.Dilation;

        // A plane for each channel, and for each layer of a kernel with depth.
        int channels = kernel.Shape[1], depth = axes > 2 ? windows[0].Kernel : 1, planes = channels * depth;
        int shown = Math.Clamp(MostCells / (rows.Length * columns.Length + 2 * kernelRows.Length * kernelColumns.Length), 1, Math.Min(planes, MostPlanes));
        int first = at[1] / (kernel.Shape[0] / conv.Window.Groups) * channels;
        List<IReadOnlyList<CellItem>> lines = [];
        for (int plane = 0; plane < shown; plane++)
        {
            (int c, int d) = (plane / depth, plane % depth);
            int z = axes > 2 ? at[2] * windows[0].Stride - windows[0].Begin + d * windows[0].Dilation : 0;
            int[] Cell(int r, int k) => axes > 2 ? [at[0], first + c, z, r, k] : axes > 1 ? [at[0], first + c, r, k] : [at[0], first + c, k];
            int[] Weight(int r, int k) => axes > 2 ? [at[1], c, d, r, k] : axes > 1 ? [at[1], c, r, k] : [at[1], c, k];
            bool IsInside(int r, int k) => r >= 0 && r < across.Size && k >= 0 && k < along.Size && (axes < 3 || z >= 0 && z < windows[0].Size);
            double At(int r, int k) => IsInside(r, k) ? values.Entry(input, Cell(r, k)) : 0;

            string index = planes == 1 ? "" : axes > 2 ? $"[{first + c + 1},{z + 1}]" : $"[{first + c + 1}]";
            Cell Covered(int r, int k) => new(IsInside(r, k) ? CellKind.Number : CellKind.Beyond, At(r, k));
            CellGrid over = new(nameOf(x[0]) + index, rows, columns, Covered) { IsNumbered = true };
            if (across.Dilation == 1 && along.Dilation == 1)
            {
                over.Frame(Row(0), Row(across.Kernel - 1), Column(0), Column(along.Kernel - 1), hasFocus: true);
            }
            else
            {
                foreach (int r in kernelRows.OfType<int>())
                {
                    foreach (int k in kernelColumns.OfType<int>()) over.Frame(Row(r), Row(r), Column(k), Column(k), hasFocus: true);
                }
            }
            // The products are the engine's too.
            Tensor cells = Gathered(kernelRows, kernelColumns, (r, k) => At(Row(r), Column(k)));
            double[] products = (cells * Gathered(kernelRows, kernelColumns, (r, k) => values.Entry(kernel, Weight(r, k)))).ToDoubles();
            int[] places = [.. kernelColumns.OfType<int>()], levels = [.. kernelRows.OfType<int>()];
            string weight = channels * depth * kernel.Shape[0] == 1 ? "" : axes > 2 ? $"[{at[1] + 1},{c + 1},{d + 1}]" : $"[{at[1] + 1},{c + 1}]";
            Cell Product(int r, int k) => new(
                IsInside(Row(r), Column(k)) ? CellKind.Number : CellKind.Beyond,
                products[Array.IndexOf(levels, r) * places.Length + Array.IndexOf(places, k)]);
            lines.Add([
                new("", over),
                new("∘", new(nameOf(x[1]) + weight, kernelRows, kernelColumns, (r, k) => new(CellKind.Number, values.Entry(kernel, Weight(r, k))))),
                new("=", new("", kernelRows, kernelColumns, Product)),
            ]);
        }
        lines.Add([new(this.Sum(values.Entry(value, at), value, after, at), this.Result(after, at, axes))]);
        string entry = Entries.Index(after.Shape, at), name = nameOf(after);
        List<Remark> says =
        [
            new(
                $"The window of {name}[{entry}] laid over the input, the kernel beside it, and their products, which are all added up.",
                $"Окно элемента {name}[{entry}] на входе, рядом ядро и поэлементные произведения; все они складываются."),
        ];
        if (windows.Any(w => w.Stride > 1))
            says.Add(new($"The next window is {Steps(windows, w => w.Stride)} cells further.", $"Шаг окна: {Steps(windows, w => w.Stride)}."));
        if (windows.Any(w => w.Dilation > 1))
            says.Add(new($"Its cells are {Steps(windows, w => w.Dilation)} apart.", $"Расстояние между клетками окна: {Steps(windows, w => w.Dilation)}."));
        if (windows.Any(w => w.Begin + w.End > 0)) says.Add(new("What lies beyond the border counts as 0.", "За краем — нули."));
        if (shown < planes)
            says.Add(axes > 2 ? new($"Shown are {shown} of {planes} planes.", $"Показано плоскостей: {shown} из {planes}.")
                : new($"Shown are {shown} of {channels} input channels.", $"Показано входных каналов: {shown} из {channels}."));
        return new(new("The window of a convolution", "Окно свёртки"), Joined(says), lines);
    }

    private static string Steps(AxisWindow[] windows, Func<AxisWindow, int> step) =>
        string.Join("×", windows.Select(step).Distinct().Count() == 1 ? windows[..1].Select(step) : windows.Select(step));

    private static Tensor Gathered(int?[] rows, int?[] columns, Func<int, int, double> entry) =>
        Tensor.From([.. rows.OfType<int>().SelectMany(r => columns.OfType<int>().Select(k => entry(r, k)))],
            [rows.OfType<int>().Count() * columns.OfType<int>().Count()]);

    // Σ + b = −0.12 + 0.3, where a bias follows.
    private string Sum(double sum, Tensor value, Tensor after, int[] at)
    {
        if (after.Node is not { Op: Binary<Add>, Inputs: [var a, var bias] } || !ReferenceEquals(a, value)
            || values.At(bias, Entries.Aligned(bias.Shape, at)) is not { } added)
        {
            return $"Σ = {Cell.Short(sum)}  →";
        }
        while (bias.Node is { Op: ViewOp, Inputs: [var whole] }) bias = whole;
        return $"Σ + {nameOf(bias)} = {Cell.Short(sum)} {(added < 0 ? "−" : "+")} {Cell.Short(Math.Abs(added))}  →";
    }

    // The plane of the output that the entry is in.
    private CellGrid Result(Tensor after, int[] at, int axes)
    {
        int[] Entry(int r, int k) => axes > 1 ? [.. at[..^2], r, k] : [.. at[..^1], k];
        int height = axes > 1 ? after.Shape[^2] : 1;
        string index = after.Shape[1] == 1 && axes < 3 ? "" : $"[{string.Join(",", at[1..(axes > 2 ? 3 : 2)].Select(i => i + 1))}]";
        int?[] rows = ShownPlaces.Around(height, axes > 1 ? at[^2] : 0, MostPlaces - 2), columns = ShownPlaces.Around(after.Shape[^1], at[^1], MostPlaces - 2);
        CellGrid grid = new(nameOf(after) + index, rows, columns, (r, k) => new(CellKind.Number, values.Entry(after, Entry(r, k)))) { IsNumbered = true };
        (int row, int column) = (axes > 1 ? at[^2] : 0, at[^1]);
        grid.Frame(row, row, column, column, hasFocus: true);
        return grid;
    }

    /// <summary>The windows of a pool over one channel, the winners marked; null where there is nothing to be seen.</summary>
    /// <param name="pool">The pool's windows.</param>
    /// <param name="isMax">Whether the greatest wins; else all have their share.</param>
    /// <param name="value">What it computes.</param>
    /// <param name="at">The entry that has the focus.</param>
    public CellPicture? Pool(SlidingGrid pool, bool isMax, Tensor value, int[] at)
    {
        Tensor x = value.Node!.Inputs[0], y = value;
        if (x.Rank > 4 || !values.Has(x) || !values.Has(y)) return null;
        int axes = x.Rank - 2;
        AxisWindow[] windows = [.. Enumerable.Range(0, axes).Select(a => pool.Window.Along(a, x.Shape[2 + a], pool.Kernel[a]))];
        AxisWindow across = axes > 1 ? windows[0] : AxisWindow.One, along = windows[^1];
        (int row, int column) = (axes > 1 ? at[^2] : 0, at[^1]);
        int?[] rows = Places(across, row), columns = Places(along, column);
        int[] Cell(Tensor t, int r, int k) => t.Rank > 3 ? [at[0], at[1], r, k] : [at[0], at[1], k];
        bool IsInside(int r, int k) => r >= 0 && r < across.Size && k >= 0 && k < along.Size;
        // The windows that are seen whole.
        (int Row, int Column)[] seen =
            [.. Seen(across, axes > 1 ? y.Shape[2] : 1, rows).SelectMany(r => Seen(along, y.Shape[^1], columns).Select(k => (r, k)))];
        HashSet<(int, int)> winners = [];
        foreach ((int r, int k) in isMax ? seen : [])
        {
            double most = values.Entry(y, Cell(y, r, k));
            foreach ((int, int) cell in Cells(across, r).SelectMany(i => Cells(along, k).Select(j => (i, j)))
                .Where(c => IsInside(c.i, c.j) && values.Entry(x, Cell(x, c.i, c.j)).Equals(most)).Take(1))
            {
                winners.Add(cell);
            }
        }
        string index = x.Shape[1] == 1 ? "" : $"[{at[1] + 1}]";
        Cell Given(int r, int k) => IsInside(r, k)
            ? new(CellKind.Number, values.Entry(x, Cell(x, r, k)), winners.Contains((r, k)))
            : new(CellKind.Beyond, isMax ? double.NaN : 0);
        CellGrid input = new(nameOf(x) + index, rows, columns, Given) { IsNumbered = true };
        bool isTiled = windows.All(w => w.Stride >= w.Span);
        foreach ((int r, int k) in isTiled ? seen : []) Frame(input, r, k, hasFocus: false);
        Frame(input, row, column, hasFocus: true);
        int?[] placesDown = ShownPlaces.Around(axes > 1 ? y.Shape[2] : 1, row, MostPlaces - 2);
        int?[] placesAcross = ShownPlaces.Around(y.Shape[^1], column, MostPlaces - 2);
        Cell Made(int r, int k) => new(CellKind.Number, values.Entry(y, Cell(y, r, k)));
        CellGrid output = new(nameOf(y) + index, placesDown, placesAcross, Made) { IsNumbered = true };
        output.Frame(row, row, column, column, hasFocus: true);
        string entry = Entries.Index(y.Shape, at), name = nameOf(y);
        Remark says = isMax
            ? new(
                $"The windows of a pool; the window of {name}[{entry}] is framed, the greatest entry of each window is marked.",
                $"Окна пулинга; окно элемента {name}[{entry}] обведено рамкой, наибольший элемент каждого окна отмечен.")
            : new(
                $"The windows of a pool; the window of {name}[{entry}] is framed, and all its entries have the same share.",
                $"Окна пулинга; окно элемента {name}[{entry}] обведено рамкой, все его элементы входят с равным весом.");
        return new(new("The windows of a pool", "Окна пулинга"), says, [[new("", input), new(isMax ? "max  →" : "Σ / n  →", output)]]);

        void Frame(CellGrid grid, int r, int k, bool hasFocus) =>
            grid.Frame(r * across.Stride - across.Begin, r * across.Stride - across.Begin + (int)across.Span - 1, k * along.Stride - along.Begin,
                k * along.Stride - along.Begin + (int)along.Span - 1, hasFocus);
    }

    // Several windows beside each other.
    private static int?[] Places(AxisWindow w, int position)
    {
        int low = -w.Begin, count = w.Size + w.Begin + w.End;
        return [.. ShownPlaces.Around(count, position * w.Stride + MostPlaces / 4, MostPlaces).Select(p => p + low)];
    }

    private static IEnumerable<int> Cells(AxisWindow w, int position) =>
        Enumerable.Range(0, w.Kernel).Select(k => position * w.Stride - w.Begin + k * w.Dilation);

    private static IEnumerable<int> Seen(AxisWindow w, int positions, int?[] shown)
    {
        int first = (shown.First(p => p is not null)!.Value + w.Begin) / w.Stride;
        for (int i = first; i < positions && i <= first + MostPlaces; i++)
        {
            if (Cells(w, i).All(c => shown.Contains(c) || c >= w.Size + w.End)) yield return i;
        }
    }

    /// <summary>Several sentences as one.</summary>
    public static Remark Joined(IEnumerable<Remark> parts) => parts.Aggregate((a, b) => new($"{a.English} {b.English}", $"{a.Russian} {b.Russian}"));
}
