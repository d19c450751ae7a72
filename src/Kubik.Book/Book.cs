// The contents: chapters, each with its tasks in order.

using Kubik.Book.Tasks.Backward;
using Kubik.Book.Tasks.Bricks;
using Kubik.Book.Tasks.Cells;
using Kubik.Book.Tasks.Convolutions;
using Kubik.Book.Tasks.Descent;
using Kubik.Book.Tasks.Frameworks;
using Kubik.Book.Tasks.Function;
using Kubik.Book.Tasks.Matrices;
using Kubik.Book.Tasks.Outputs;
using Kubik.Glass.Explaining;

namespace Kubik.Book;

/// <summary>A chapter of the book.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Tasks">Its tasks, in order; the final test has none of its own: it is drawn from all chapters.</param>
public sealed record Chapter(int Number, Remark Title, IReadOnlyList<BookTask> Tasks);

/// <summary>The problem book.</summary>
public static class Book
{
    /// <summary>The chapters, in order.</summary>
    public static IReadOnlyList<Chapter> Chapters { get; } =
    [
        FunctionChapter.Contents,
        OutputsChapter.Contents,
        DescentChapter.Contents,
        BackwardChapter.Contents,
        BricksChapter.Contents,
        ConvolutionsChapter.Contents,
        CellsChapter.Contents,
        MatricesChapter.Contents,
        FrameworksChapter.Contents,
        new(10, new("Final test", "Итоговый тест"), []),
    ];

    /// <summary>The tasks, in order.</summary>
    public static IReadOnlyList<BookTask> Tasks { get; } = [.. Chapters.SelectMany(c => c.Tasks)];

    /// <summary>The task of an id.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static BookTask Find(string id) => Tasks.FirstOrDefault(t => t.Id == id)
        ?? throw new ArgumentException($"There is no task {id}; there are {string.Join(", ", Tasks.Select(t => t.Id))}.", nameof(id));
}
