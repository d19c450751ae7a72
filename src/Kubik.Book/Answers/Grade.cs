// Answers against what was asked: right, wrong with the slip that it looks like, not readable, missing.

using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Answers;

/// <summary>How one answer was.</summary>
/// <param name="Name">Which.</param>
/// <param name="IsRight">Whether it is right.</param>
/// <param name="Says">What is to be said to a wrong one: the slip that it looks like, or why it cannot be read; null: nothing is known.</param>
public sealed record Verdict(string Name, bool IsRight, Remark? Says);

/// <summary>How a task was answered.</summary>
/// <param name="Verdicts">One for each value that was asked.</param>
public sealed record Grade(IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>How many are right.</summary>
    public int Right => this.Verdicts.Count(v => v.IsRight);

    internal static Grade Of(IReadOnlyList<Answer> asked, IReadOnlyDictionary<string, string> typed)
    {
        if (typed.Keys.FirstOrDefault(name => !asked.Any(a => a.Name == name)) is { } stranger)
            throw new ArgumentException($"There is an answer to {stranger}, which is not asked; asked are {string.Join(", ", asked.Select(a => a.Name))}.", nameof(typed));
        return new([.. asked.Select(a => Of(a, typed.GetValueOrDefault(a.Name)))]);
    }

    private static Verdict Of(Answer asked, string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return new(asked.Name, false, new("There is no answer.", "Ответа нет."));
        try
        {
            Tensor value = TypedValue.Read(typed, asked.Value.Shape);
            return asked.Accepts(value) ? new(asked.Name, true, null) : new(asked.Name, false, asked.SlipOf(value));
        }
        catch (Exception e) when (e is FormulaException or ShapeException or ArgumentException)
        {
            // The reader of formulas explains itself in English alone.
            return new(asked.Name, false, Misshapen(asked, typed) ?? new($"It cannot be read: {(e as FormulaException)?.What ?? e.Message}", $"Не удалось прочесть «{typed.Trim()}»: {Expected(asked.Value.Shape)}."));
        }
    }

    // A slip whose value has another shape.
    private static Remark? Misshapen(Answer asked, string typed)
    {
        foreach (Shape shape in asked.WrongShapes)
        {
            try
            {
                if (asked.SlipOf(TypedValue.Read(typed, shape)) is { } slip) return slip;
            }
            catch (Exception e) when (e is FormulaException or ShapeException or ArgumentException)
            {
                continue; // not this shape either
            }
        }
        return null;
    }

    private static string Expected(Shape shape) => shape.Rank switch
    {
        0 => "нужно одно число, например 0,5, 1/2 или 3*2 + ln 2",
        1 => $"нужно чисел: {shape[0]}, через пробел, например {TypedValue.Example(shape)}",
        _ => $"нужно строк: {shape[0]}, через точку с запятой, и чисел в каждой: {shape[1]}, через пробел, например {TypedValue.Example(shape)}",
    };
}
