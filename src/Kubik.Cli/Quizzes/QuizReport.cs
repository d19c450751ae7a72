// What was right, for people and for programs. Several pupils stand one after the other, and in the end each with the score.

using System.Text.Json;
using Kubik.Book.Answers;
using Kubik.Glass;

namespace Kubik.Cli.Quizzes;

internal static class QuizReport
{
    /// <summary>A task with a line for each answer.</summary>
    public static void Tell(TextWriter to, Submission submission, Language language)
    {
        string seed = submission.Question.Seed is { } s ? $" (--seed {s})" : "";
        to.WriteLine($"{submission.Question.Task.Id}. {submission.Question.Task.Title.In(language)}{seed}");
        foreach (Verdict verdict in submission.Grade.Verdicts)
        {
            string says = verdict.IsRight ? T(language, "right", "верно") : !verdict.IsReadable ? "" : T(language, "wrong", "неверно");
            string why = verdict.Says?.In(language).ReplaceLineEndings("; ") ?? "";
            to.WriteLine($"   {verdict.Name}: {says}{(says.Length > 0 && why.Length > 0 ? ". " : "")}{why}");
        }
    }

    /// <summary>All that was handed in, by pupils.</summary>
    public static void TellAll(TextWriter to, IReadOnlyList<Submission> submissions, Language language)
    {
        IGrouping<string?, Submission>[] pupils = Pupils(submissions);
        foreach (IGrouping<string?, Submission> pupil in pupils)
        {
            if (pupil.Key is { } name) to.WriteLine($"{name}\n{new string('─', name.Length)}");
            foreach (Submission submission in pupil) Tell(to, submission, language);
            to.WriteLine();
        }
        if (pupils.Length < 2) return;
        int width = pupils.Max(p => NameOf(p, language).Length);
        foreach (IGrouping<string?, Submission> pupil in pupils)
            to.WriteLine($"{NameOf(pupil, language).PadRight(width)}  {T(language, $"{Right(pupil)} of {Asked(pupil)}", $"{Right(pupil)} из {Asked(pupil)}")}");
        to.WriteLine();
    }

    /// <summary>The score of all.</summary>
    public static void Sum(TextWriter to, IReadOnlyList<Submission> submissions, Language language) => to.WriteLine(
        submissions.Count == 0 ? T(language, "Nothing was answered.", "Ответов не было.")
            : T(language, $"{Right(submissions)} of {Asked(submissions)} right.", $"Верно: {Right(submissions)} из {Asked(submissions)}."));

    public static bool IsAllRight(IReadOnlyList<Submission> submissions) => submissions.Count > 0 && Right(submissions) == Asked(submissions);

    public static void Write(Utf8JsonWriter json, IReadOnlyList<Submission> submissions, Language language)
    {
        json.WriteStartObject();
        json.WriteNumber("right", Right(submissions));
        json.WriteNumber("asked", Asked(submissions));
        json.WriteStartArray("pupils");
        foreach (IGrouping<string?, Submission> pupil in Pupils(submissions))
        {
            if (pupil.Key is not { } name) continue;
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("right", Right(pupil));
            json.WriteNumber("asked", Asked(pupil));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("questions");
        foreach (Submission submission in submissions) Write(json, submission, language);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Submission submission, Language language)
    {
        json.WriteStartObject();
        json.WriteString("pupil", submission.Pupil); // null where there is none
        json.WriteString("id", submission.Question.Task.Id);
        if (submission.Question.Seed is { } s) json.WriteNumber("seed", s);
        else json.WriteNull("seed");
        json.WriteStartArray("verdicts");
        foreach (Verdict verdict in submission.Grade.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("name", verdict.Name);
            json.WriteBoolean("right", verdict.IsRight);
            json.WriteString("says", verdict.Says?.In(language));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // In the order in which they appear.
    private static IGrouping<string?, Submission>[] Pupils(IReadOnlyList<Submission> submissions) => [.. submissions.GroupBy(s => s.Pupil)];

    private static string NameOf(IGrouping<string?, Submission> pupil, Language language) => pupil.Key ?? T(language, "(no name)", "(без имени)");

    private static int Right(IEnumerable<Submission> submissions) => submissions.Sum(s => s.Right);

    private static int Asked(IEnumerable<Submission> submissions) => submissions.Sum(s => s.Asked);

    private static string T(Language language, string english, string russian) => language == Language.Russian ? russian : english;
}
