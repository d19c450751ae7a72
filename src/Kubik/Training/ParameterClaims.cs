// Two compiled steps may share parameters, but while one of them writes a parameter no other may read it. A lock would hide
// that the order of the steps is then one of chance; so nobody waits: who finds a parameter taken throws. Whoever shares
// nothing pays one atomic exchange and one read a step. What is shared is known when plans are made: the first step that
// uses a parameter is noted beside it, and the second one tells all that there is something to look out for.

using System.Runtime.CompilerServices;

namespace Kubik.Training;

/// <summary>The parameters of a compiled step, and whether another step that shares one of them is running.</summary>
internal sealed class ParameterClaims
{
    private static readonly Lock Gate = new();
    private static readonly ConditionalWeakTable<Parameter, Use> Uses = [];
    private static int sharings; // how often a parameter was found to be used by one more step

    private readonly Dictionary<Use, bool> own = []; // whether the parameter is written
    private (Use Use, bool Writes)[] shared = [];
    private int known, held, running;

    /// <summary>Begins a step.</summary>
    /// <exception cref="InvalidOperationException">This step, or one that shares parameters with it, is running; nothing was begun.</exception>
    public void Enter()
    {
        if (Interlocked.Exchange(ref this.running, 1) != 0)
            throw new InvalidOperationException(
                "This compiled step is running on another thread: a step changes the weights, so its calls must come one after another.");
        try
        {
            this.Take();
        }
        catch
        {
            this.Leave();
            throw;
        }
    }

    /// <summary>Ends a step.</summary>
    public void Leave()
    {
        this.Release();
        Volatile.Write(ref this.running, 0);
    }

    /// <summary>In the middle of a step that has made a plan: notes the plan's parameters.</summary>
    /// <exception cref="InvalidOperationException">A step that shares one of them is running; this one has to end.</exception>
    public void Add(IEnumerable<(Parameter Parameter, bool Writes)> parameters)
    {
        this.Release();
        lock (Gate)
        {
            bool isNew = false;
            foreach ((Parameter parameter, bool writes) in parameters)
            {
                if (!Uses.TryGetValue(parameter, out Use? use)) Uses.Add(parameter, use = new Use(this));
                bool had = this.own.TryGetValue(use, out bool wrote);
                this.own[use] = wrote || writes;
                use.IsShared |= use.First != this;
                isNew |= use.IsShared && (!had || wrote != this.own[use]);
            }
            if (isNew) Interlocked.Increment(ref sharings);
            // The first step of a parameter may have begun before it could know that it shares it.
            foreach ((Use use, bool writes) in this.own)
            {
                if (use.First != this && Volatile.Read(ref use.First.running) != 0 && (writes || use.First.own[use])) throw Refusal();
            }
        }
        this.Take();
    }

    private void Take()
    {
        if (Volatile.Read(ref sharings) != this.known) this.Look();
        foreach ((Use use, bool writes) in this.shared)
        {
            if (!use.TryTake(writes)) throw Refusal();
            this.held++;
        }
    }

    private void Look()
    {
        lock (Gate)
        {
            this.known = sharings;
            this.shared = [.. this.own.Where(o => o.Key.IsShared).Select(o => (o.Key, o.Value))];
        }
    }

    private void Release()
    {
        for (; this.held > 0; this.held--) this.shared[this.held - 1].Use.Release(this.shared[this.held - 1].Writes);
    }

    private static InvalidOperationException Refusal() => new(
        "Another compiled step that shares parameters with this one, of the network or of the optimizer, is running on another thread: "
            + "one would read what the other is writing. "
        + "Let them run one after another, or give each a network and an optimizer of its own.");

    /// <summary>Who is using a parameter that several steps share.</summary>
    private sealed class Use(ParameterClaims first)
    {
        private int state; // −1: written, n > 0: read by n steps

        public ParameterClaims First => first;

        public bool IsShared { get; set; }

        public bool TryTake(bool writes)
        {
            if (writes) return Interlocked.CompareExchange(ref this.state, -1, 0) == 0;
            for (int now = Volatile.Read(ref this.state); now >= 0;)
            {
                int before = Interlocked.CompareExchange(ref this.state, now + 1, now);
                if (before == now) return true;
                now = before;
            }
            return false;
        }

        public void Release(bool writes)
        {
            if (writes) Volatile.Write(ref this.state, 0);
            else Interlocked.Decrement(ref this.state);
        }
    }
}
