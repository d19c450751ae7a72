namespace Kubik.Book.Tasks.Descent;

internal static class DescentChapter
{
    public static Chapter Contents { get; } = new(3, new("Shades of descent", "Оттенки спуска"), [new ShadesOfDescent(), new LogisticStep()]);
}
