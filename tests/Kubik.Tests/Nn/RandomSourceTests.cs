// Where the first weights come from: a source for the whole program, and one of its own for what is made within Seeded.

using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class RandomSourceTests
{
    private static float[] Weights(Sequential net)
    {
        net.Build([1, 3]);
        return [.. net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).SelectMany(p => p.Parameter.Value.ToArray<float>())];
    }

    private static Sequential Net() => Sequential.Parse("linear 4 | tanh | linear 2");

    [Fact]
    public void A_seed_gives_the_same_weights_whatever_others_make_meanwhile()
    {
        float[] first = Weights(RandomSource.Seeded(1, Net));
        Thread other = new(() => { for (int i = 0; i < 100; i++) Net(); });
        other.Start();
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(first, Weights(RandomSource.Seeded(1, Net))));
        other.Join();
        Assert.NotEqual(first, Weights(RandomSource.Seeded(2, Net)));
    }

    [Fact]
    public void Its_source_is_the_usual_one_inside_and_no_longer_outside()
    {
        RandomSource outside = RandomSource.Default;
        (RandomSource Own, RandomSource Inner, RandomSource Again, RandomSource Set) seen = RandomSource.Seeded(1, () =>
        {
            RandomSource own = RandomSource.Default;
            RandomSource inner = RandomSource.Seeded(2, () => RandomSource.Default), again = RandomSource.Default;
            RandomSource.Default = new RandomSource(5);
            return (own, inner, again, RandomSource.Default);
        });
        Assert.Equal([1, 2, 1, 5], [seen.Own.Seed, seen.Inner.Seed, seen.Again.Seed, seen.Set.Seed]);
        Assert.Same(outside, RandomSource.Default);
        Assert.Throws<InvalidOperationException>(() => RandomSource.Seeded<int>(1, () => throw new InvalidOperationException()));
        Assert.Same(outside, RandomSource.Default);
    }

    [Fact]
    public void What_goes_on_later_is_refused()
    {
        Assert.Contains("returns a task", Assert.Throws<ArgumentException>(() => { _ = RandomSource.Seeded(1, () => Task.FromResult(1)); }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => { _ = RandomSource.Seeded(1, () => Task.CompletedTask); });
        Assert.Throws<ArgumentException>(() => { _ = RandomSource.Seeded(1, () => default(ValueTask)).AsTask(); });
        Assert.Throws<ArgumentException>(() => { _ = RandomSource.Seeded(1, () => default(ValueTask<int>)).AsTask(); });
        Assert.Throws<ArgumentNullException>(() => RandomSource.Seeded<int>(1, null!));
        Assert.Throws<ArgumentNullException>(() => RandomSource.Default = null!);
    }
}
