// Memory that looks after itself: it stays bounded without Dispose and without the user's GC.Collect, and a span that
// the user holds is never written over.

using System.Runtime.CompilerServices;

namespace Kubik.Tests.Tensors;

[Collection(Kernels.Alone.Name)]
public sealed class BufferPoolTests
{
    private static readonly TensorSpec Megabyte = new(DType.Float32, [262_144]);

    [Fact]
    public void Garbage_of_20_000_steps_stays_bounded()
    {
        // What other tests of this process have kept alive has set the pool's budget; 160 GB of garbage must not raise it.
        long first = BufferPool.HeldBytes, settled = 0, later = 0;
        for (int step = 0; step < 20_000; step++)
        {
            for (int i = 0; i < 8; i++) _ = Tensor.Allocate(Megabyte);
            if (step < 1000) settled = Math.Max(settled, BufferPool.HeldBytes);
            else later = Math.Max(later, BufferPool.HeldBytes);
        }
        Assert.True(later < 400L << 20, $"{first >> 20} MB were held at first, {settled >> 20} MB in the first thousand steps, {later >> 20} MB after them");
    }

    [Fact]
    public void Memory_of_what_is_gone_is_given_back_after_a_few_times_as_much_was_asked_for()
    {
        long before = BufferPool.HeldBytes;
        KeepForSomeSteps();
        long held = BufferPool.HeldBytes, asked = 0;
        while (BufferPool.HeldBytes > Math.Max(before, 400L << 20) && asked < 20 * held)
        {
            _ = Tensor.Allocate(Megabyte);
            asked += 4L * Megabyte.Shape.Size;
        }
        Assert.True(asked < 8 * held, $"{asked >> 20} MB were asked for until {held >> 20} MB were {BufferPool.HeldBytes >> 20}");
    }

    // A gigabyte in blocks of many sizes, as old as can be when it dies.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void KeepForSomeSteps()
    {
        List<Tensor> net = [.. Enumerable.Range(0, 64).Select(i => Tensor.Allocate(new TensorSpec(DType.Float32, [(12 + i % 8) << 18])))];
        for (int i = 0; i < 3; i++) GC.Collect();
        for (int step = 0; step < 200; step++) _ = Tensor.Allocate(Megabyte);
        GC.KeepAlive(net);
    }

    [Fact]
    public void Of_what_is_reclaimed_little_waits()
    {
        KeepForSomeSteps();
        BufferPool.Reclaim();
        long lent = BufferPool.LentBytes, idle = BufferPool.HeldBytes - lent;
        Assert.True(idle <= Math.Max(64L << 20, lent / 2), $"{idle >> 20} MB wait beside {lent >> 20} MB in use");
    }

    [Fact]
    public void Memory_whose_use_swings_is_kept()
    {
        for (int step = 0; step < 20; step++) Swing();
        long held = BufferPool.HeldBytes;
        for (int step = 0; step < 40; step++)
        {
            Swing();
            Assert.True(BufferPool.HeldBytes > held / 2, $"{held >> 20} MB were held, then {BufferPool.HeldBytes >> 20}");
        }
    }

    // A step: half a gigabyte is held on the way forward, and on the way back as much is asked for again in small parts.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Swing()
    {
        Stack<Tensor> tape = new();
        for (int i = 0; i < 512; i++) tape.Push(Tensor.Allocate(Megabyte));
        while (tape.TryPop(out _)) _ = Tensor.Allocate(Megabyte);
    }

    [Fact]
    public void Values_that_are_in_use_are_not_lent_again()
    {
        List<Tensor> kept = [];
        for (int step = 0; step < 400; step++)
        {
            Tensor x = Tensor.Full([50_000], step).Contiguous();
            if (step % 20 == 0) kept.Add(x[1..]); // only a view keeps the block
        }
        for (int i = 0; i < kept.Count; i++) Assert.All(kept[i].ToArray<float>(), v => Assert.Equal(i * 20, v));
    }

    [Fact]
    public void Returned_blocks_are_lent_again_and_no_others()
    {
        Tensor[] first = [.. Enumerable.Range(0, 600).Select(i => Tensor.Full([50_000], i).Contiguous())];
        int[] order = [.. Enumerable.Range(0, 600).Select(i => i * 7 % 600)]; // each once, in no order
        foreach (int i in order[..400])
        {
            first[i].Memory!.Return();
            first[i].Memory!.Return(); // once more is nothing
        }
        long held = BufferPool.HeldBytes;
        Tensor[] second = [.. Enumerable.Range(0, 400).Select(i => Tensor.Full([50_000], -1 - i).Contiguous())];
        Assert.InRange(BufferPool.HeldBytes, 0, held + (20L << 20)); // 80 MB were asked for
        Assert.All(order[..400], i => Assert.Throws<InvalidOperationException>(() => first[i].ToArray<float>()));
        Assert.All(order[400..], i => Assert.Equal((i, i), ((int)first[i].Min().Item(), (int)first[i].Max().Item())));
        Assert.All(second.Index(), t => Assert.Equal((-1 - t.Index, -1 - t.Index), ((int)t.Item.Min().Item(), (int)t.Item.Max().Item())));
    }

    [Fact]
    public void A_span_outlives_its_tensor()
    {
        ReadOnlySpan<float> span = SpanOfDyingTensor();
        for (int step = 0; step < 500; step++) _ = Tensor.Full([262_144], -1).Contiguous();
        foreach (float v in span) Assert.Equal(42, v);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<float> SpanOfDyingTensor() => Tensor.Full([262_144], 42).Contiguous().AsSpan<float>();

    [Fact]
    public void A_span_of_a_view_that_had_to_be_copied_outlives_it_too()
    {
        ReadOnlySpan<float> span = SpanOfDyingCopy();
        for (int step = 0; step < 500; step++) _ = Tensor.Full([262_144], -1).Contiguous();
        for (int i = 0; i < span.Length; i++) Assert.Equal(i % 512 * 512 + i / 512, span[i]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<float> SpanOfDyingCopy() => Tensor.Range(0, 262_144).Reshape(512, 512).T.AsSpan<float>();

    [Fact]
    public void Threads_that_make_garbage_do_not_write_over_each_other()
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            try
            {
                for (int step = 0; step < 150; step++)
                {
                    Tensor x = Tensor.Full([300, 301], t), joined = Tensor.Concat(1, x.T, x.T);
                    Assert.Equal(t * 301.0 * 600, joined.Sum().Item());
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }))];
        foreach (Thread t in threads) t.Start();
        foreach (Thread t in threads) t.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void Large_blocks_begin_on_a_cache_line()
    {
        for (int count = 2000; count < 300_000; count = count * 3 / 2)
        {
            Tensor x = Tensor.Allocate(new TensorSpec(DType.Float32, [count]));
            unsafe
            {
                fixed (byte* p = x.Bytes) Assert.Equal(0, (long)p % 64);
            }
        }
    }
}
