using Kubik.Book.Answers;
using Kubik.Book.Quizzes;

namespace Kubik.Cli.Quizzes;

/// <summary>A question, who answered it, and how.</summary>
/// <param name="Pupil">The name; null where it is not said.</param>
/// <param name="Question">The question.</param>
/// <param name="Grade">How it was answered.</param>
internal sealed record Submission(string? Pupil, Question Question, Grade Grade)
{
    public int Right => this.Grade.Right;

    public int Asked => this.Grade.Verdicts.Count;

    /// <summary>The command that shows the solution.</summary>
    public static string Solution(Question question, Glass.Language language) =>
        $"{Terminal.Tool.Name} book {question.Task.Id}"
        + (question.Seed is { } seed ? $" --seed {seed}" : "")
        + (language == Glass.Language.Russian ? " --lang ru" : "");
}
