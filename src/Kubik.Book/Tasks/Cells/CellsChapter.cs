using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Cells;

internal static class CellsChapter
{
    public static Chapter Contents { get; } = new(7, new("Recurrent and other cells", "Рекуррентные и другие ячейки"), []);
}
