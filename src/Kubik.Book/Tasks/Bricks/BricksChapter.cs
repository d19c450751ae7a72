namespace Kubik.Book.Tasks.Bricks;

internal static class BricksChapter
{
    public static Chapter Contents { get; } = new(5, new("Bricks", "Кубики"), [new Temperature()]);
}
