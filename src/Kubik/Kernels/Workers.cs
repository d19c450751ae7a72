// Threads for kernels. The caller always works too; helper threads are started once, spin briefly between calls and
// then park. Work is cut by its size alone and every job writes its own part of the output, so results are the same
// whatever the number of threads. Calls from inside a job, and calls while another thread holds the workers, run on
// the caller alone.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Kubik.Kernels;

/// <summary>A piece of work that is cut into numbered jobs, in any order, at the same time.</summary>
internal interface IJob
{
    void Run(int job);
}

/// <summary>The threads that kernels share.</summary>
public static class Workers
{
    // Longer than the gaps between the kernels of a step: waking a sleeper costs tens of microseconds. By the clock: how long a
    // round of SpinWait takes is for the runtime to say.
    private static readonly long SpinTicks = Stopwatch.Frequency / 5000;

    private static readonly List<Thread> Helpers = [];
    private static readonly ManualResetEventSlim Wake = new(initialState: false, spinCount: 0);
    private static volatile Runner? current;
    private static int threads = FromEnvironment();
    private static int taken; // 1 while a thread runs jobs

    [ThreadStatic] private static bool busy;

    /// <summary>How many threads kernels use, the caller included: KUBIK_THREADS, else the number of processors. The results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not in 1 to 1024.</exception>
    public static int Count
    {
        get => threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            threads = value;
        }
    }

    /// <summary>Runs the jobs 0 to <paramref name="jobs"/> − 1 and returns when all are done.</summary>
    internal static void Run<TJob>(int jobs, ref TJob work) where TJob : struct, IJob
    {
        if (jobs <= 1 || threads == 1 || busy || Interlocked.Exchange(ref taken, 1) != 0)
        {
            for (int job = 0; job < jobs; job++) work.Run(job);
            return;
        }
        try
        {
            busy = true;
            Runner<TJob> runner = Runner<TJob>.Shared ??= new();
            EnsureHelpers(Math.Min(threads, jobs) - 1); // may throw, so before the runner is opened
            runner.Start(jobs, Math.Min(threads, jobs), work);
            current = runner;
            Wake.Set();
            runner.Work(0);
            current = null;
            runner.Finish();
        }
        finally
        {
            busy = false;
            Volatile.Write(ref taken, 0);
        }
    }

    private static int FromEnvironment() =>
        int.TryParse(Environment.GetEnvironmentVariable("KUBIK_THREADS"), CultureInfo.InvariantCulture, out int n) && n is >= 1 and <= 1024 ? n
            : Math.Min(Environment.ProcessorCount, 1024);

    private static void EnsureHelpers(int count)
    {
        while (Helpers.Count < count)
        {
            int number = Helpers.Count + 1;
            Thread thread = new(() => Help(number)) { IsBackground = true, Name = $"Kubik worker {number}" };
            thread.Start();
            Helpers.Add(thread);
        }
    }

    private static void Help(int number)
    {
        busy = true;
        Runner? last = null;
        int lastRound = -1;
        while (true)
        {
            Runner? runner = current;
            long began = Stopwatch.GetTimestamp();
            while ((runner is null || (runner == last && runner.Round == lastRound)) && Stopwatch.GetTimestamp() - began < SpinTicks)
            {
                Thread.SpinWait(1);
                runner = current;
            }
            if (runner is null || (runner == last && runner.Round == lastRound))
            {
                // The sleeper itself takes the call back, before it looks a last time. The caller must not: who wakes up after a
                // short call would find it taken back and sleep on, through all short calls to come.
                Wake.Reset();
                if (current is { } late && (late != last || late.Round != lastRound)) continue;
                Wake.Wait();
                continue;
            }
            (last, lastRound) = (runner, runner.Round);
            if (number < threads && runner.Enter()) runner.WorkAndLeave(number);
            else Thread.Yield();
        }
    }

    // One call's state. Helpers enter and leave; the caller closes the door and waits until none is inside.
    private abstract class Runner
    {
        private const int Closed = int.MinValue / 2, Line = 16;
        private int[] next = []; // of each share, on a line of the cache of its own
        private int jobs, shares, inside = Closed, round;
        private ExceptionDispatchInfo? failure;

        public int Round => Volatile.Read(ref this.round);

        protected void Open(int count, int threads)
        {
            (this.jobs, this.shares) = (count, threads);
            if (this.next.Length < (threads + 1) * Line) this.next = new int[(threads + 1) * Line];
            for (int share = 0; share < threads; share++) this.next[(share + 1) * Line] = this.First(share);
            this.failure = null;
            Volatile.Write(ref this.round, this.round + 1);
            Interlocked.Add(ref this.inside, -Closed); // not a plain write: a helper that was turned away may still have to count itself out
        }

        public bool Enter()
        {
            if (Interlocked.Increment(ref this.inside) > 0) return true;
            Interlocked.Decrement(ref this.inside);
            return false;
        }

        // First a thread's own share, then what is left of the others'.
        public void Work(int thread)
        {
            for (int i = 0; i < this.shares; i++)
            {
                int share = (thread + i) % this.shares, end = this.First(share + 1), job;
                while ((job = Interlocked.Increment(ref this.next[(share + 1) * Line]) - 1) < end) this.Try(job);
            }
        }

        public void WorkAndLeave(int thread)
        {
            this.Work(thread);
            Interlocked.Decrement(ref this.inside);
        }

        public void Finish()
        {
            // Adding Closed turns late helpers away; the helpers inside keep the count above it until they leave.
            if (Interlocked.Add(ref this.inside, Closed) != Closed)
            {
                // First without giving the processor away, so that the scheduler sees two busy threads and gives each a core.
                long began = Stopwatch.GetTimestamp();
                while (Volatile.Read(ref this.inside) > Closed && Stopwatch.GetTimestamp() - began < SpinTicks) Thread.SpinWait(1);
                SpinWait spin = default;
                while (Volatile.Read(ref this.inside) > Closed) spin.SpinOnce(sleep1Threshold: -1);
            }
            this.Forget();
            this.failure?.Throw();
        }

        protected abstract void RunJob(int job);

        /// <summary>Lets go of the work: it holds tensors.</summary>
        protected abstract void Forget();

        private int First(int share) => (int)((long)this.jobs * share / this.shares);

        private void Try(int job)
        {
            try
            {
                this.RunJob(job);
            }
            catch (Exception e)
            {
                this.failure ??= ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    private sealed class Runner<TJob> : Runner where TJob : struct, IJob
    {
        public static Runner<TJob>? Shared;
        private TJob work;

        public void Start(int jobs, int threads, in TJob job)
        {
            this.work = job;
            this.Open(jobs, threads);
        }

        protected override void RunJob(int job) => this.work.Run(job);

        protected override void Forget() => this.work = default;
    }
}
