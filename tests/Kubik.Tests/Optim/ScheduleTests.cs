using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class ScheduleTests
{
    [Fact]
    public void TheCosineFallsFromOneToZero()
    {
        Assert.Equal(1, Schedule.Cosine.At(1, 0));
        Assert.Equal(0.5, Schedule.Cosine.At(1, 0.5), 12);
        Assert.Equal(0, Schedule.Cosine.At(1, 1), 12);
    }

    [Theory]
    [InlineData("constant", "constant")]
    [InlineData("Cosine", "cosine")]
    [InlineData("  warmup   5|cosine floor=0.25 ", "warmup 5 | cosine floor=0.25")]
    [InlineData("constant 2 until 3 then warmup 5 | exponential 0.5 until 9 then constant",
        "constant 2 until 3 then warmup 5 | exponential 0.5 until 9 then constant")]
    [InlineData("one-cycle 0.3 phases=2 start=0.04", "one-cycle")]
    [InlineData("plateau patience=10", "plateau")]
    public void TheNotationIsReadAndWritten(string text, string notation) => Assert.Equal(notation, Schedule.Parse(text).Notation);

    [Fact]
    public void EveryScheduleOfTheTableCanBeWrittenAsItsUsageSays()
    {
        foreach (ScheduleTable entry in ScheduleTable.All)
        {
            string least = string.Join(' ', entry.Usage.Split(' ').Where(w => w[0] != '[').Select(w => char.IsUpper(w[0]) ? "2" : w));
            Assert.StartsWith(entry.Name, Schedule.Parse(least).Notation, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cosin", "There is no schedule 'cosin'. Did you mean 'cosine'?")]
    [InlineData("", "empty place")]
    [InlineData("step", "STEPS is missing")]
    [InlineData("step 0 0.5", "1 or more")]
    [InlineData("step 5 0", "above 0")]
    [InlineData("step 5 nan", "'nan' is not a value for FACTOR")]
    [InlineData("cosine floor=2", "0 to 1")]
    [InlineData("cosine 3", "'3' is one argument too many")]
    [InlineData("cosine | | cosine", "empty place")]
    [InlineData("restarts 5 times=0.5", "1 or more times")]
    [InlineData("one-cycle 0.6 phases=3", "leave something to go down")]
    [InlineData("one-cycle phases=4", "2 or 3")]
    [InlineData("plateau factor=1", "below 1")]
    [InlineData("polynomial 0", "above 0")]
    [InlineData("cosine then constant", "until STEPS")]
    [InlineData("cosine until 5", "'then'")]
    [InlineData("cosine until x then constant", "'x' is no number of steps")]
    [InlineData("cosine until 5 then constant until 4 then cosine", "must come later")]
    public void WhatCannotBeReadSaysWhy(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void FactorsAreFiniteAndNotNegativeAlongAVeryLongTraining()
    {
        foreach (ScheduleTable entry in ScheduleTable.All)
        {
            Schedule schedule = Schedule.Parse(string.Join(' ', entry.Usage.Split(' ').Where(w => w[0] != '[').Select(w => char.IsUpper(w[0]) ? "1" : w)));
            foreach (long step in (long[])[1, 2, 1000, 1L << 40])
                Assert.All((double[])[0, 0.5, 1, 1.5], p => Assert.InRange(schedule.At(step, p), 0, 1.5));
        }
    }

    [Fact]
    public void ASequenceInASequenceCountsOn()
    {
        Schedule s = Schedule.Factor(2).Then(10, Schedule.Factor(3).Then(10, Schedule.Factor(4)));
        Assert.Equal("constant 2 until 10 then constant 3 until 20 then constant 4", s.Notation);
        Assert.Equal([2, 2, 3, 3, 4], ((long[])[1, 10, 11, 20, 21]).Select(step => s.At(step, 0)));
    }

    [Fact]
    public void AProductOfASequenceIsComputedThoughItCannotBeWritten()
    {
        Schedule s = Schedule.Factor(2).Then(3, Schedule.Factor(4)).Times(Schedule.Factor(0.5));
        Assert.Equal(1, s.At(3, 0));
        Assert.Equal(2, s.At(4, 0));
        Assert.Equal("(constant 2 until 3 then constant 4) | constant 0.5", s.Notation);
    }

    [Fact]
    public void ResultsInASequenceBelongToThePartThatMadeThem()
    {
        Schedule s = Schedule.Parse("constant until 2 then plateau factor=0.5 patience=0");
        long step = 0;
        foreach (double factor in (double[])[1, 1, 1, 1, 0.5, 0.25])
        {
            Assert.Equal(factor, s.At(++step, 0));
            s.Observe(7); // never better than the first
        }
    }

    [Fact]
    public void AResultAfterASaveBelongsToThePartThatMadeIt()
    {
        Schedule whole = Schedule.Parse("plateau factor=0.5 patience=0 until 2 then plateau factor=0.25 patience=0"), again = Schedule.Parse(whole.Notation);
        for (int step = 1; step <= 3; step++) whole.At(step, 0);
        whole.Observe(1);
        again.Restore([.. whole.State]);
        foreach (Schedule s in (Schedule[])[whole, again]) s.Observe(7); // before the next step is asked for
        Assert.Equal([0.25, 0.25], [whole.At(4, 0), again.At(4, 0)]);
    }

    [Fact]
    public void APlateauIsFollowedAcrossASaveInTheMiddle()
    {
        Schedule whole = Schedule.Parse("warmup 4 | plateau patience=2 cooldown=1"), broken = Schedule.Parse(whole.Notation);
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(whole.At(i + 1, 0), broken.At(i + 1, 0));
            whole.Observe(i % 7);
            broken.Observe(i % 7);
            Schedule next = Schedule.Parse(whole.Notation);
            next.Restore([.. broken.State]);
            broken = next;
        }
        Assert.True(whole.At(30, 0) < 0.01);
    }

    [Fact]
    public void AScheduleOfOnesOwn()
    {
        Schedule own = Schedule.Of("half every step", (step, _) => Math.Pow(0.5, step));
        Assert.Equal(0.25, own.At(2, 0));
        Assert.Equal("half every step | cosine", own.Times(Schedule.Cosine).ToString());
    }
}
