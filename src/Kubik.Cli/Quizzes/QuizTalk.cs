// Asks questions one after the other: a line is an answer. What cannot be read is asked again, so a slip of the keyboard costs
// nothing. At a terminal a task that was not all right is followed by an offer to see the solution; from a pipe each line is an
// answer and nothing else.

using Kubik.Book.Answers;
using Kubik.Book.Quizzes;
using Kubik.Glass;

namespace Kubik.Cli.Quizzes;

internal sealed class QuizTalk(TextReader from, TextWriter to, bool isTerminal, Language language)
{
    private bool isOver;

    /// <summary>Asks all questions and grades what was answered.</summary>
    public List<Submission> Ask(IReadOnlyList<Question> questions)
    {
        List<Submission> graded = [];
        to.WriteLine(this.T(
            "Three digits after the point are enough; of a number below 1, three significant ones. Enter leaves an answer out, ? shows the solution, q ends.",
            "Хватит трёх знаков после запятой, а для чисел меньше 1 — трёх значащих цифр. Enter — пропустить, ? — показать решение, q — закончить."));
        for (int i = 0; i < questions.Count && !this.isOver; i++)
        {
            if (this.Ask(questions[i], isLast: i == questions.Count - 1) is { } submission) graded.Add(submission);
        }
        return graded;
    }

    private Submission? Ask(Question question, bool isLast)
    {
        to.WriteLine();
        to.Write(question.State(language).ToText());
        List<Verdict> verdicts = [];
        IReadOnlyList<Answer> asked = question.Solve(language).Answers;
        bool isShown = false;
        foreach (Answer answer in asked)
        {
            string? line = this.Answered(answer, asked);
            isShown = line == "?";
            if (isShown || line is null) break;
            verdicts.Add(answer.Judge(line, asked));
        }
        // What was seen in the solution is not answered; what a reader who stops has not come to is not asked.
        if (isShown) verdicts.AddRange(asked.Skip(verdicts.Count).Select(a => a.Judge(null)));
        if (verdicts.Count == 0) return null;
        Submission submission = new(null, question, new(verdicts));
        QuizReport.Tell(to, submission, language);
        if (isShown) to.Write(question.Solve(language).ToText());
        else if (submission.Right < submission.Asked && !this.isOver) this.Offer(question, isLast);
        return submission;
    }

    // What was typed, "?" for the solution, null for the end.
    private string? Answered(Answer answer, IReadOnlyList<Answer> asked)
    {
        while (true)
        {
            string? line = this.Line($"{answer.Name}{this.Form(answer)} = ");
            if (line is null or "" or "?") return line;
            for (int row = 2; answer.IsUnfinished(line); row++)
            {
                if (this.Line(this.T($"   row {row}: ", $"   строка {row}: ")) is not { } more) return null;
                if (more.Length == 0) break;
                if (more == "?") return more;
                line += "\n" + more;
            }
            Verdict verdict = answer.Judge(line, asked);
            if (verdict.IsReadable) return line;
            to.WriteLine($"   {verdict.Says!.In(language).ReplaceLineEndings("; ")}");
        }
    }

    private string Form(Answer answer) => answer.Choices is not null || answer.Value.Rank > 0 ? $" ({answer.Form.In(language)})" : "";

    private void Offer(Question question, bool isLast)
    {
        if (!isTerminal)
        {
            to.WriteLine($"   {this.T("The solution: ", "Решение: ")}{Submission.Solution(question, language)}");
            return;
        }
        string next = isLast ? this.T("Enter — the result", "Enter — итог") : this.T("Enter — next", "Enter — дальше");
        if (this.Line($"{next}, {this.T("? — solution", "? — решение")}: ") == "?") to.Write(question.Solve(language).ToText());
    }

    // A line that was typed; null for the end: q, on a Russian keyboard й, or no more input.
    private string? Line(string prompt)
    {
        to.Write(prompt);
        to.Flush();
        string? line = from.ReadLine()?.Trim();
        // What is piped leaves no line end behind the prompt.
        if (line is null || !isTerminal) to.WriteLine(line);
        this.isOver = line is null or "q" or "Q" or "й" or "Й";
        return this.isOver ? null : line;
    }

    private string T(string english, string russian) => language == Language.Russian ? russian : english;
}
