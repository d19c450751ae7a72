// Questions drawn from the book: which tasks, with which numbers. A seed gives the same quiz everywhere.

using System.Collections.Concurrent;
using Kubik.Book.Answers;
using Kubik.Glass;

namespace Kubik.Book.Quizzes;

/// <summary>A task with numbers of its own.</summary>
/// <param name="Task">The task.</param>
/// <param name="Seed">What its numbers are drawn from; null: the source's own.</param>
public sealed record Question(BookTask Task, long? Seed)
{
    private readonly ConcurrentDictionary<Language, Sheet> solved = new(); // solving can take a training

    /// <summary>The numbers.</summary>
    public Given Given { get; } = Seed is { } s ? Task.Variant(s) : Task.Seed;

    /// <summary>The statement.</summary>
    public Sheet State(Language language = Language.English) => this.Solve(language).Unsolved;

    /// <summary>The statement and the solution.</summary>
    public Sheet Solve(Language language = Language.English) => this.solved.GetOrAdd(language, l => this.Task.Solve(this.Given, l));

    /// <summary>Looks at answers as they were typed.</summary>
    /// <exception cref="ArgumentException">There is an answer to nothing that was asked.</exception>
    public Grade Grade(IReadOnlyDictionary<string, string> answers) => Answers.Grade.Of((this.solved.Values.FirstOrDefault() ?? this.Solve()).Answers, answers);

    /// <summary>Whether it is the same task with the same numbers.</summary>
    public bool Equals(Question? other) => other is not null && this.Task == other.Task && this.Seed == other.Seed;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(this.Task, this.Seed);
}

/// <summary>Draws questions.</summary>
public static class Quiz
{
    /// <summary>The most questions, or variants of a test, at a time.</summary>
    public const int MostQuestions = 1000;

    /// <summary>So many questions of a task, of a chapter, or of the whole book.</summary>
    /// <param name="scope">A task's id, a chapter's number, or null for all.</param>
    /// <param name="count">How many, at most <see cref="MostQuestions"/>.</param>
    /// <param name="seed">Which.</param>
    /// <exception cref="ArgumentException">There is no such task or chapter.</exception>
    public static IReadOnlyList<Question> Draw(string? scope, int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostQuestions);
        IReadOnlyList<BookTask> tasks = Scope(scope);
        // Each task comes once before any comes again.
        RandomStream stream = new(seed, stream: 1);
        List<BookTask> order = [];
        while (order.Count < count) order.AddRange(stream.Permutation(tasks.Count).Select(i => tasks[i]));
        return [.. order.Take(count).Zip(Seeds(seed), (t, s) => new Question(t, s))];
    }

    /// <summary>Seeds of questions, short enough to be typed.</summary>
    internal static IEnumerable<long> Seeds(long seed)
    {
        RandomStream stream = new(seed, stream: 2);
        while (true) yield return (long)stream.Integers(1, 1_000_000_000, []).Item();
    }

    /// <summary>The tasks of a scope: that task, those of a chapter, or all.</summary>
    /// <param name="scope">A task's id, a chapter's number, or null for all.</param>
    /// <exception cref="ArgumentException">There is no such task or chapter.</exception>
    public static IReadOnlyList<BookTask> Scope(string? scope)
    {
        BookTask[] tasks = [.. Book.Tasks.Where(t => scope is null || t.Id == scope || t.Id.StartsWith(scope + ".", StringComparison.Ordinal))];
        return tasks.Length > 0 ? tasks
            : throw new ArgumentException($"There is no task and no chapter {scope}; there are the chapters {string.Join(", ", Book.Chapters.Where(c => c.Tasks.Count > 0).Select(c => c.Number))} and tasks such as {Book.Tasks[0].Id}.", nameof(scope));
    }

    /// <summary>The final test: a question of each chapter.</summary>
    /// <param name="seed">Which.</param>
    public static IReadOnlyList<Question> Test(long seed)
    {
        RandomStream stream = new(seed, stream: 1);
        return [.. Book.Chapters.Where(c => c.Tasks.Count > 0).Select(c => c.Tasks[(int)stream.Integers(0, c.Tasks.Count, []).Item()]).Zip(Seeds(seed), (t, s) => new Question(t, s))];
    }
}
