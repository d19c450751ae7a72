// Small pictures as grids of grey or signed cells with their numbers, beside each other with signs between them.

using Kubik.Glass.Explaining;
using Kubik.Glass.Pictures;

namespace Kubik.Book.Drawing;

/// <summary>Draws matrices as pictures.</summary>
internal static class Pixels
{
    /// <summary>Pictures in a row, each with the sign that stands before it and its name.</summary>
    public static CellPicture Row(Remark caption, params (string Sign, string Name, Tensor Picture)[] pictures) => Rows(caption, pictures);

    /// <summary>Several rows of pictures.</summary>
    public static CellPicture Rows(Remark caption, params IReadOnlyList<(string Sign, string Name, Tensor Picture)>[] rows) =>
        new(caption, caption, [.. rows.Select(row => row.Select((p, i) => new CellItem(i > 0 && p.Sign.Length == 0 ? " " : p.Sign, Grid(p.Name, p.Picture))).ToArray())]);

    /// <summary>A matrix as cells; some of them may be marked.</summary>
    public static CellGrid Grid(string name, Tensor picture, Func<int, int, bool>? isMarked = null)
    {
        (int rows, int columns) = (picture.Shape[0], picture.Shape[1]);
        double[] values = picture.ToDoubles();
        int?[] Places(int count) => [.. Enumerable.Range(0, count).Select(i => (int?)i)];
        return new(name, Places(rows), Places(columns), (r, c) => new(CellKind.Number, values[r * columns + c], isMarked?.Invoke(r, c) ?? false));
    }
}
