// A thread that makes things in order while somebody uses the ones before, a few ahead at most. The thread knows only
// the belt between the two, not this object: when the user forgets to dispose it, the collector still finds it, and
// its finalizer stops the belt. So no thread is ever left behind.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Kubik.Data;

/// <summary>Makes a number of things on a background thread, in order.</summary>
internal sealed class Prefetcher<T> : IDisposable
{
    /// <summary>What the threads are called, for debuggers and tests.</summary>
    public const string ThreadName = "Kubik loader";

    private readonly Belt belt;
    private readonly Thread thread;

    /// <summary>Starts a thread that calls <paramref name="make"/> with 0 to <paramref name="count"/> − 1.</summary>
    public Prefetcher(int count, Func<int, T> make, int ahead)
    {
        Belt shared = this.belt = new Belt(ahead);
        this.thread = new Thread(() => shared.Produce(count, make)) { IsBackground = true, Name = ThreadName };
        this.thread.Start();
    }

#pragma warning disable MA0055 // a finalizer is the only way to notice that a consumer was dropped without being disposed
    ~Prefetcher() => this.belt?.Stop();
#pragma warning restore MA0055

    /// <summary>The next thing; false after the last. What its making threw is thrown here.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item) => this.belt.TryTake(out item);

    /// <summary>Ends the thread and waits for it: for the making of one thing at most.</summary>
    public void Dispose()
    {
        this.belt.Stop();
        if (Thread.CurrentThread != this.thread) this.thread.Join();
        GC.SuppressFinalize(this);
    }

    /// <summary>A queue with room for a few things, and the two ends of it.</summary>
    private sealed class Belt(int room)
    {
        private readonly Queue<T> items = new();
        private bool stopped, ended;
        private ExceptionDispatchInfo? failure;

        public void Produce(int count, Func<int, T> make)
        {
            try
            {
                for (int i = 0; i < count && this.AwaitRoom(); i++) this.Put(make(i));
            }
            catch (Exception e)
            {
                this.failure = ExceptionDispatchInfo.Capture(e);
            }
            lock (this.items)
            {
                this.ended = true;
                Monitor.PulseAll(this.items);
            }
        }

        public bool TryTake([MaybeNullWhen(false)] out T item)
        {
            lock (this.items)
            {
                while (this.items.Count == 0 && !this.ended && !this.stopped) Monitor.Wait(this.items);
                Monitor.PulseAll(this.items);
                if (!this.stopped && this.items.TryDequeue(out item)) return true;
            }
            this.failure?.Throw(); // after the things that were made before it
            item = default;
            return false;
        }

        public void Stop()
        {
            lock (this.items)
            {
                this.stopped = true;
                this.items.Clear();
                Monitor.PulseAll(this.items);
            }
        }

        private bool AwaitRoom()
        {
            lock (this.items)
            {
                while (this.items.Count >= room && !this.stopped) Monitor.Wait(this.items);
                return !this.stopped;
            }
        }

        private void Put(T item)
        {
            lock (this.items)
            {
                if (!this.stopped) this.items.Enqueue(item);
                Monitor.PulseAll(this.items);
            }
        }
    }
}
