// Answers against what was asked: right, wrong with the slip that it looks like, not readable, missing.

using Kubik.Glass.Explaining;

namespace Kubik.Book.Answers;

/// <summary>How one answer was.</summary>
/// <param name="Name">Which.</param>
/// <param name="IsRight">Whether it is right.</param>
/// <param name="Says">What is to be said to a wrong one: the slip that it looks like, or what should have been typed; null: nothing is known.</param>
public sealed record Verdict(string Name, bool IsRight, Remark? Says)
{
    /// <summary>Whether it was there and could be understood.</summary>
    public bool IsReadable { get; init; } = true;
}

/// <summary>How a task was answered.</summary>
/// <param name="Verdicts">One for each value that was asked.</param>
public sealed record Grade(IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>How many are right.</summary>
    public int Right => this.Verdicts.Count(v => v.IsRight);

    internal static Grade Of(IReadOnlyList<Answer> asked, IReadOnlyDictionary<string, string> typed)
    {
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        foreach ((string name, string text) in typed)
        {
            Answer answer = asked.FirstOrDefault(a => a.IsCalled(name))
                ?? throw new ArgumentException($"There is an answer to {name}, which is not asked; asked are {string.Join(", ", asked.Select(a => a.Name))}.", nameof(typed));
            if (!known.TryAdd(answer.Name, text)) throw new ArgumentException($"There are two answers to {answer.Name}.", nameof(typed));
        }
        return new([.. asked.Select(a => a.Judge(known.GetValueOrDefault(a.Name), asked))]);
    }
}
