using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Function;

internal static class FunctionChapter
{
    public static Chapter Contents { get; } = new(1, new("Just a function", "Всего лишь функция"), [new LinearNetwork(), new Forecast(), new FormulaToPicture(), new DenseCount()]);
}
