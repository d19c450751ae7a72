// Connectionist temporal classification against its definition: all paths, written out.

using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class CtcTests
{
    private static Tensor Lengths(params int[] lengths) => Tensor.From(lengths);

    // The probability of all sequences of so many steps that read a word: repeats merged, blanks removed.
    private static double AllPaths(double[,] p, int steps, int[] word, int blank)
    {
        int classes = p.GetLength(1);
        double sum = 0;
        for (int code = 0; code < Math.Pow(classes, steps); code++)
        {
            int[] path = [.. Enumerable.Range(0, steps).Select(t => code / (int)Math.Pow(classes, t) % classes)];
            int[] read = [.. path.Where((k, t) => (t == 0 || k != path[t - 1]) && k != blank)];
            if (read.SequenceEqual(word)) sum += path.Select((k, t) => p[t, k]).Aggregate(1.0, (a, b) => a * b);
        }
        return sum;
    }

    [Theory]
    [InlineData(0, new[] { 1, 2 })]
    [InlineData(0, new[] { 1, 1 })]
    [InlineData(0, new[] { 2, 1, 2 })]
    [InlineData(0, new int[0])]
    [InlineData(2, new[] { 0, 0, 1 })]
    [InlineData(1, new[] { 2 })]
    public void ItIsTheSumOverAllPaths(int blank, int[] word)
    {
        Tensor logs = new RandomStream(1, word.Length + 10 * blank).Normal([1, 5, 3], DType.Float64).LogSoftmax(-1);
        double[,] p = new double[5, 3];
        for (int t = 0; t < 5; t++)
        {
            for (int k = 0; k < 3; k++) p[t, k] = Math.Exp(logs[0, t, k].Item());
        }
        for (int steps = 1; steps <= 5; steps++)
        {
            double expected = -Math.Log(AllPaths(p, steps, word, blank));
            Assert.Equal(expected, new Ctc(blank).Of(logs, Tensor.From(word, [1, word.Length]), Lengths(steps), Lengths(word.Length)).Item(), 10);
        }
    }

    [Fact]
    public void WhatFillsUpLabelsAndStepsDoesNotMatter()
    {
        Tensor logs = new RandomStream(2, 1).Normal([2, 6, 4], DType.Float64).LogSoftmax(-1).Track();
        Tensor steps = Lengths(4, 6), letters = Lengths(1, 3), labels = Tensor.From<int>([3, -1, 99, 1, 2, 3], [2, 3]),
            other = Tensor.From<int>([3, 3, 0, 1, 2, 3], [2, 3]);
        Ctc loss = new() { Reduction = Reduction.None };
        Tensor each = loss.Of(logs, labels, steps, letters);
        Assert.Equal(each.ToDoubles(), loss.Of(logs, other, steps, letters).ToDoubles());
        Assert.All(Gradient.Of(each.Sum(), logs)[0, 4..].ToDoubles(), g => Assert.Equal(0, g));
    }

    [Fact]
    public void LabelsThatDoNotFitAreInfinitelyUnlikelyAndGiveNoGradient()
    {
        Tensor logs = new RandomStream(3, 1).Normal([1, 2, 3]).LogSoftmax(-1).Track(), word = Tensor.From<int>([1, 1], [1, 2]); // needs a blank between
        Tensor infinite = new Ctc().Of(logs, word, Lengths(2), Lengths(2));
        Assert.Equal(double.PositiveInfinity, infinite.Item());
        Assert.All(Gradient.Of(infinite, logs).ToDoubles(), g => Assert.Equal(0, g));
        Assert.Equal(0, new Ctc(zeroInfinity: true).Of(logs, word, Lengths(2), Lengths(2)).Item());
    }

    [Fact]
    public void ManyStepsAndImpossibleClassesStayFinite()
    {
        Tensor logits = new RandomStream(4, 1).Normal([2, 400, 5]) * 300;
        Tensor logs = logits.LogSoftmax(-1).Track(), word = Tensor.From<int>([1, 2, 3, 4, 4, 3, 2, 1], [2, 4]);
        Tensor loss = new Ctc().Of(logs, word, Lengths(400, 399), Lengths(4, 4));
        Assert.True(double.IsFinite(loss.Item()) && loss.Item() > 1000);
        Assert.All(Gradient.Of(loss, logs).ToDoubles(), g => Assert.True(double.IsFinite(g)));
        float never = float.NegativeInfinity; // never a blank
        Tensor sure = Tensor.From<float>([never, 0, never, never, never, 0], [1, 2, 3]).Track(),
            certain = new Ctc().Of(sure, Tensor.From<int>([1, 2], [1, 2]), Lengths(2), Lengths(2));
        Assert.Equal(0, certain.Item(), 6);
        Assert.All(Gradient.Of(certain, sure).ToDoubles(), g => Assert.True(double.IsFinite(g)));
    }
}
