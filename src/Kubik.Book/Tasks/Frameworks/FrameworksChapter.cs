using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Frameworks;

internal static class FrameworksChapter
{
    public static Chapter Contents { get; } = new(9, new("Frameworks", "Фреймворки"), []);
}
