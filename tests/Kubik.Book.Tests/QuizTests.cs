// Questions for any seed, and what no answer may be taken for.

using Kubik.Book.Answers;
using Kubik.Book.Quizzes;

namespace Kubik.Book.Tests;

public sealed class QuizTests
{
    public static TheoryData<long> Extremes => [0, 1, -1, 1000, 922_337_203_685_477_580, long.MaxValue, long.MinValue];

    [Theory, MemberData(nameof(Extremes))]
    public void Any_seed_gives_questions(long seed)
    {
        Assert.Equal(3, Quiz.Draw("1.2", 3, seed).Select(q => q.Seed).Distinct().Count());
        Assert.Equal(Quiz.Draw(null, 10, seed), Quiz.Draw(null, 10, seed));
        Assert.Equal(Book.Chapters.Where(c => c.Tasks.Count > 0).Select(c => c.Number), Quiz.Test(seed).Select(q => int.Parse(q.Task.Id.Split('.')[0])));
        Assert.Equal(2, TestSheet.Draw([Book.Find("1.2")], 2, seed).Variants.Count);
    }

    [Fact]
    public void Neighbouring_seeds_share_no_question() =>
        Assert.Empty(Quiz.Draw("1.2", 1000, 1).Intersect(Quiz.Draw("1.2", 1000, 2)));

    [Theory, InlineData(0), InlineData(Quiz.MostQuestions + 1)]
    public void There_is_a_most(int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Quiz.Draw(null, count, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TestSheet.Draw([Book.Find("1.2")], count, 1));
    }

    [Theory, MemberData(nameof(TaskTheories.Ids), MemberType = typeof(TaskTheories))]
    public void What_is_not_finite_is_never_right(string id)
    {
        foreach (Answer answer in Book.Find(id).Solve().Answers)
        {
            foreach (double x in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300])
                Assert.False(answer.Accepts(Tensor.Full(answer.Value.Shape, x, DType.Float64)), $"{id}: {answer.Name} = {x}");
        }
    }

    // A slip is near what is typed when it is near by its own size: 0 is no slip that led to 0.01.
    [Theory, MemberData(nameof(TaskTheories.Ids), MemberType = typeof(TaskTheories))]
    public void Nothing_is_not_taken_for_a_small_slip(string id)
    {
        foreach (Answer answer in Book.Find(id).Solve().Answers.Where(a => !a.Slips.Any(s => s.Value.ToDoubles().All(x => x == 0))))
            Assert.Null(answer.SlipOf(Tensor.Zeros(answer.Value.Shape, DType.Float64)));
    }
}
