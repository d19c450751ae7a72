using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Convolutions;

internal static class ConvolutionsChapter
{
    public static Chapter Contents { get; } = new(6, new("Convolutions", "Свёртки"), []);
}
