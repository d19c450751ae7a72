// The contents. Tasks are listed here and nowhere else; their ids say which chapter they stand in.

using Kubik.Book.Tasks.Bricks;
using Kubik.Book.Tasks.Function;
using Kubik.Glass.Explaining;

namespace Kubik.Book;

/// <summary>A chapter of the book.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Title">What it is called.</param>
public sealed record Chapter(int Number, Remark Title);

/// <summary>The problem book.</summary>
public static class Book
{
    /// <summary>The chapters, in order.</summary>
    public static IReadOnlyList<Chapter> Chapters { get; } =
    [
        new(1, new("Just a function", "Всего лишь функция")),
        new(2, new("What a network puts out", "Что отдаёт нейросеть")),
        new(3, new("Shades of descent", "Оттенки спуска")),
        new(4, new("Backpropagation", "Обратное распространение")),
        new(5, new("Bricks", "Кубики")),
        new(6, new("Convolutions", "Свёртки")),
        new(7, new("Recurrent and other cells", "Рекуррентные и другие ячейки")),
        new(8, new("Matrix derivatives and regressions", "Матричные производные и регрессии")),
        new(9, new("Frameworks", "Фреймворки")),
    ];

    /// <summary>The tasks, in order.</summary>
    public static IReadOnlyList<BookTask> Tasks { get; } = [new LinearNetwork(), new Forecast(), new FormulaToPicture(), new DenseCount(), new Temperature()];

    /// <summary>The task of an id.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static BookTask Find(string id) => Tasks.FirstOrDefault(t => t.Id == id)
        ?? throw new ArgumentException($"There is no task {id}; there are {string.Join(", ", Tasks.Select(t => t.Id))}.", nameof(id));
}
