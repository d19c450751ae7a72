// Batches: each sample once, in an order that seed and epoch decide, ahead of time, and no thread left behind.

using System.Runtime.CompilerServices;
using Kubik.Data;
using Kubik.Kernels;

namespace Kubik.Tests.Data;

public sealed class LoaderTests
{
    private static TensorDataset Numbers(int count) =>
        new(Tensor.Range(0, count).Reshape([count, 1]), Tensor.From([.. Enumerable.Range(0, count)]));

    private static long[] Order(IEnumerable<Batch> batches) => [.. batches.SelectMany(b => b.Target.ToArray<long>())];

    [Fact]
    public void An_epoch_has_every_sample_once()
    {
        Loader loader = new(Numbers(103), batchSize: 10, seed: 1);
        Batch[] batches = [.. loader.Epoch(0)];
        Assert.Equal(11, batches.Length);
        Assert.Equal(11, loader.BatchCount);
        Assert.All(batches[..10], b => Assert.Equal(10, b.Count));
        Assert.Equal(3, batches[10].Count);
        Assert.Equal(Enumerable.Range(0, 103).Select(i => (long)i), Order(batches).Order());
        Assert.All(batches, b => Assert.Equal(b.Target.ToArray<long>().Select(i => (float)i), b.Input.ToArray<float>()));
    }

    [Fact]
    public void Seed_and_epoch_alone_decide_the_order()
    {
        Loader loader = new(Numbers(50), 7, seed: 1), same = new(Numbers(50), 5, seed: 1), other = new(Numbers(50), 7, seed: 2);
        long[] third = Order(same.Epoch(3)); // without the epochs before it, and in other batches
        for (int epoch = 0; epoch < 3; epoch++) Assert.NotEqual(third, Order(loader.Epoch(epoch)));
        Assert.Equal(third, Order(loader.Epoch(3)));
        Assert.NotEqual(third, Order(other.Epoch(3)));
    }

    [Fact]
    public void Without_shuffling_the_order_is_that_of_the_data() =>
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), Order(new Loader(Numbers(20), 6, shuffle: false).Epoch(4)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    public void Skipping_gives_the_rest_of_the_epoch(int skip)
    {
        Loader loader = new(Numbers(50), 7, seed: 1);
        Assert.Equal(Order(loader.Epoch(2).Skip(skip)), Order(loader.Epoch(2, skip)));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        int before = Workers.Count;
        try
        {
            List<float[]> runs = [];
            for (int threads = 1; threads <= 3; threads++)
            {
                Workers.Count = threads;
                runs.Add([.. new Loader(Numbers(1000).Standardized(), 64, seed: 9).Epoch(1).SelectMany(b => b.Input.ToArray<float>())]);
            }
            Assert.Equal(runs[0], runs[1]);
            Assert.Equal(runs[0], runs[2]);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void Wrong_numbers_are_refused_at_once()
    {
        Loader loader = new(Numbers(50), 7);
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Loader(Numbers(50), 0));
    }

    [Fact]
    public void A_batch_may_be_larger_than_the_data() => Assert.Equal(3, Assert.Single(new Loader(Numbers(3), int.MaxValue).Epoch()).Count);

    [Fact]
    public void An_epoch_can_be_walked_twice_and_by_two_at_once()
    {
        IEnumerable<Batch> epoch = new Loader(Numbers(40), 7, seed: 1).Epoch();
        Assert.Equal(Order(epoch), Order(epoch));
        Assert.All(epoch.Zip(epoch), pair => Assert.Equal(pair.First.Target.ToArray<long>(), pair.Second.Target.ToArray<long>()));
    }

    [Fact]
    public void Leaving_early_is_fine_any_number_of_times()
    {
        Loader loader = new(Numbers(1000), 10);
        for (int i = 0; i < 200; i++) Assert.Equal(10, loader.Epoch(i).First().Count);
    }
}

public sealed class PrefetcherTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public void Things_come_in_order_and_then_no_more()
    {
        using Prefetcher<int> p = new(5, i => i * i, ahead: 2);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(p.TryTake(out int item));
            Assert.Equal(i * i, item);
        }
        Assert.False(p.TryTake(out _));
        Assert.False(p.TryTake(out _));
    }

    [Fact]
    public void No_more_are_made_than_have_room()
    {
        int made = 0;
        using Prefetcher<int> p = new(100, _ => Interlocked.Increment(ref made), ahead: 2);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref made) == 2, Long));
        Thread.Sleep(50);
        Assert.Equal(2, Volatile.Read(ref made));
        p.TryTake(out _);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref made) == 3, Long));
    }

    [Fact]
    public void What_fails_behind_is_thrown_in_front_after_what_went_well()
    {
        using Prefetcher<int> p = new(5, i => i == 2 ? throw new InvalidDataException("picture 2 is damaged") : i, ahead: 2);
        Assert.True(p.TryTake(out _));
        Assert.True(p.TryTake(out _));
        Assert.Equal("picture 2 is damaged", Assert.Throws<InvalidDataException>(() => p.TryTake(out _)).Message);
        Assert.Throws<InvalidDataException>(() => p.TryTake(out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Disposing_ends_the_thread(int taken)
    {
        Thread? thread = null;
        Prefetcher<int> p = new(1000, i => { thread = Thread.CurrentThread; return i; }, ahead: 2);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref thread) is not null, Long));
        for (int i = 0; i < taken; i++) p.TryTake(out _);
        p.Dispose();
        Assert.False(thread!.IsAlive);
        Assert.False(p.TryTake(out _));
        p.Dispose();
    }

    [Fact]
    public void Forgetting_to_dispose_ends_the_thread_too()
    {
        Thread thread = Forget();
        for (int i = 0; i < 200 && thread.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10);
        }
        Assert.False(thread.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread Forget()
    {
        Thread? thread = null;
        Prefetcher<int> p = new(1000, i => { thread = Thread.CurrentThread; return i; }, ahead: 2);
        Assert.True(p.TryTake(out _));
        return thread!;
    }
}
