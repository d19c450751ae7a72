// Known answers from Random123's kat_vectors, and the statistics of what is made of the words.

using Kubik.Kernels;

namespace Kubik.Tests.Kernels;

public sealed class PhiloxTests
{
    // The counter's low half is the position, its high half the stream; the key is the seed; least significant word first.
    [Theory]
    [InlineData(0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Blocks_are_those_of_Random123(ulong seed, ulong stream, ulong position, uint a, uint b, uint c, uint d)
    {
        Assert.Equal((a, b, c, d), Philox.Block(seed, stream, position));
        Assert.Equal([a, b, c, d], Ops.SlowPhilox.Block(seed, stream, position));
    }

    [Fact]
    public void Uniform_numbers_fill_0_to_1_evenly()
    {
        double[] u = new RandomStream(1, 1).Uniform([200_000]).ToDoubles();
        Assert.All(u, v => Assert.InRange(v, 0, 1 - Math.Pow(2, -24)));
        Assert.Equal(0.5, u.Average(), 0.003);
        Assert.Equal(1.0 / 12, u.Average(v => (v - 0.5) * (v - 0.5)), 0.001);
        Assert.Equal(0, Correlation(u), 0.01);
        Assert.All(u.GroupBy(v => (int)(v * 16)), g => Assert.InRange(g.Count(), 12_000, 13_000));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_bell()
    {
        double[] z = new RandomStream(1, 2).Normal([200_000]).ToDoubles();
        Assert.Equal(0, z.Average(), 0.01);
        Assert.Equal(1, z.Average(v => v * v), 0.02);
        Assert.Equal(0, z.Average(v => v * v * v), 0.05);
        Assert.Equal(3, z.Average(v => v * v * v * v), 0.1);
        Assert.Equal(0.6827, z.Count(v => Math.Abs(v) < 1) / 200_000.0, 0.005);
        Assert.Equal(0, Correlation(z), 0.01);
    }

    [Fact]
    public void Seeds_streams_and_positions_give_other_numbers_and_the_same_ones_again()
    {
        float[] first = new RandomStream(1, 1).Uniform([8]).ToArray<float>();
        Assert.Equal(first, new RandomStream(1, 1).Uniform([8]).ToArray<float>());
        Assert.NotEqual(first, new RandomStream(2, 1).Uniform([8]).ToArray<float>());
        Assert.NotEqual(first, new RandomStream(1, 2).Uniform([8]).ToArray<float>());
        RandomStream stream = new(1, 1);
        Assert.Equal(first[..4], stream.Uniform([4]).ToArray<float>());
        Assert.Equal(first[4..], stream.Uniform([4]).ToArray<float>());
    }

    [Fact]
    public void Both_float_types_draw_the_same_uniform_numbers() =>
        Assert.Equal(new RandomStream(3, 1).Uniform([9]).ToDoubles(), new RandomStream(3, 1).Uniform([9], DType.Float64).ToDoubles());

    [Fact]
    public void A_saved_state_goes_on_where_it_was()
    {
        RandomStream stream = new(9, 4), other = new(0, 0);
        stream.Normal([7]);
        other.State.Assign(stream.State.Value);
        Assert.Equal(stream.Normal([5]).ToDoubles(), other.Normal([5]).ToDoubles());
    }

    [Fact]
    public void A_permutation_holds_every_number_once()
    {
        Assert.Equal(Enumerable.Range(0, 1000), new RandomStream(1, 1).Permutation(1000).Order());
        Assert.NotEqual(Enumerable.Range(0, 1000), new RandomStream(1, 1).Permutation(1000));
        Assert.Empty(new RandomStream(1, 1).Permutation(0));
        int[] firsts = [.. Enumerable.Range(0, 4000).Select(seed => new RandomStream(seed, 1).Permutation(4)[0])];
        Assert.All(firsts.GroupBy(f => f), g => Assert.InRange(g.Count(), 880, 1120));
    }

    private static double Correlation(double[] x)
    {
        double mean = x.Average(), top = 0, bottom = 0;
        for (int i = 1; i < x.Length; i++)
        {
            top += (x[i] - mean) * (x[i - 1] - mean);
            bottom += (x[i] - mean) * (x[i] - mean);
        }
        return top / bottom;
    }
}
