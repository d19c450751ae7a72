// Threads: every job once, in whatever company; failures come out once and leave the workers usable.

using Kubik.Kernels;

namespace Kubik.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class WorkersTests : IDisposable
{
    private readonly int before = Workers.Count;

    public void Dispose() => Workers.Count = this.before;

    private struct Counting : IJob
    {
        public int[] Done;
        public int FailAt;

        public readonly void Run(int job)
        {
            Interlocked.Increment(ref this.Done[job]);
            if (job == this.FailAt) throw new InvalidDataException($"job {job}");
        }
    }

    private struct Outer : IJob
    {
        public int[][] Done;

        public readonly void Run(int job)
        {
            Counting inner = new() { Done = this.Done[job], FailAt = -1 };
            Workers.Run(inner.Done.Length, ref inner);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_job_runs_once(int threads)
    {
        Workers.Count = threads;
        for (int round = 0; round < 300; round++)
        {
            Counting work = new() { Done = new int[round % 40], FailAt = -1 };
            Workers.Run(work.Done.Length, ref work);
            Assert.All(work.Done, n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void Calls_inside_a_job_run_there()
    {
        Workers.Count = 4;
        Outer work = new() { Done = [.. Enumerable.Range(0, 20).Select(_ => new int[30])] };
        Workers.Run(20, ref work);
        Assert.All(work.Done, inner => Assert.All(inner, n => Assert.Equal(1, n)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_failure_comes_out_once_and_leaves_the_workers_usable(int threads)
    {
        Workers.Count = threads;
        for (int round = 0; round < 50; round++)
        {
            Counting work = new() { Done = new int[16], FailAt = round % 16 };
            InvalidDataException e = Assert.Throws<InvalidDataException>(() =>
            {
                Counting copy = work;
                Workers.Run(16, ref copy);
            });
            Assert.Equal($"job {round % 16}", e.Message);
            Counting next = new() { Done = new int[16], FailAt = -1 };
            Workers.Run(16, ref next);
            Assert.All(next.Done, n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        Workers.Count = 3;
        List<Exception> failures = [];
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(caller => new Thread(() =>
        {
            try
            {
                for (int round = 0; round < 500; round++)
                {
                    Counting work = new() { Done = new int[1 + (round + caller) % 17], FailAt = -1 };
                    Workers.Run(work.Done.Length, ref work);
                    Assert.All(work.Done, n => Assert.Equal(1, n));
                }
            }
            catch (Exception e)
            {
                lock (failures) failures.Add(e);
            }
        }))];
        foreach (Thread t in callers) t.Start();
        foreach (Thread t in callers) Assert.True(t.Join(TimeSpan.FromSeconds(30)), "A caller hangs.");
        Assert.Empty(failures);
    }

    [Fact]
    public void The_number_of_threads_can_change_between_calls()
    {
        for (int round = 0; round < 400; round++)
        {
            Workers.Count = 1 + round % 8;
            Counting work = new() { Done = new int[24], FailAt = -1 };
            Workers.Run(24, ref work);
            Assert.All(work.Done, n => Assert.Equal(1, n));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void A_number_that_makes_no_sense_is_refused(int threads) => Assert.Throws<ArgumentOutOfRangeException>(() => Workers.Count = threads);
}
