using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Backward;

internal static class BackwardChapter
{
    public static Chapter Contents { get; } = new(4, new("Backpropagation", "Обратное распространение"), []);
}
