// Which of several sentences is right, found by another way than the task's, for the choices of chapters 6 to 9. Sentences are
// compared, not numbers: where a choice stands says nothing.

using Kubik.Book.Answers;

namespace Kubik.Book.Tests;

public sealed class ChoiceTests
{
    private static readonly Dictionary<(string Id, string Name), Func<Given, string>> Expected = new()
    {
        [("6.2b", "turn")] = _ => "there is none",
        [("7.5b", "largest")] = _ => "y = x + f(x), small weights",
        [("7.6a", "rows")] = _ => "the third alone",
        [("7.9", "text")] = Likeliest,
        [("9.2", "s")] = _ => "in one",
        [("9.3", "m_p")] = _ => "it stays as it is",
        [("9.5", "m_s")] = _ => "it has recorded ops and multiplied nothing",
        [("9.5", "late")] = _ => "the symbolic program shows it only in a run",
    };

    public static TheoryData<string, string> Choices
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach ((string id, string name) in Expected.Keys) all.Add(id, name);
            return all;
        }
    }

    [Theory, MemberData(nameof(Choices))]
    public void The_right_sentence_is_the_one_found_by_another_way(string id, string name)
    {
        BookTask task = Book.Find(id);
        for (long seed = 0; seed <= 12; seed++)
        {
            Given given = seed == 0 ? task.Seed : task.Variant(seed);
            Answer answer = task.Solve(given).Answers.Single(a => a.Name == name);
            Assert.Equal(Expected[(id, name)](given), answer.Choices![(int)answer.Value.Item() - 1].English);
        }
    }

    private static string Likeliest(Given given)
    {
        (double most, string text) = (0, "");
        for (int i = 0; i < 9; i++)
        {
            double p = given.Vector("P")[i / 3] * given.Matrix("Q")[i / 3, i % 3];
            if (p > most) (most, text) = (p, $"{"ABC"[i / 3]}, then {"ABC"[i % 3]}");
        }
        return text;
    }
}
