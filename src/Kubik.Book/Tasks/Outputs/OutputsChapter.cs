using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Outputs;

internal static class OutputsChapter
{
    public static Chapter Contents { get; } = new(2, new("What a network puts out", "Что отдаёт нейросеть"), []);
}
