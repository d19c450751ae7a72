using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Explaining;

/// <summary>What an explanation shows.</summary>
public sealed record ExplainOptions
{
    /// <summary>The loss. When not given: cross-entropy for a target of whole numbers, which are the classes' labels, else the mean of squares.</summary>
    public Loss? Loss { get; init; }

    /// <summary>The optimiser whose updates are written out; null: none.</summary>
    public Optimizer? Optimizer { get; init; }

    /// <summary>How many training steps are explained; of so many that no page could hold them, the first ones and the last are shown.</summary>
    public int Steps { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Steps must be 1 or more."); } = 1;

    /// <summary>Which samples each step takes: so many at a time, one batch after another; null: all in every step.</summary>
    public int? Batch
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Batch must be 1 sample or more.");
    }

    /// <summary>Which phases are shown; null: all that there are.</summary>
    public IReadOnlyList<Phase>? Phases { get; init; }

    /// <summary>The entry (from 0) of every value from which entries are written out, such as 0, 5, 5 for a channel, a row and a column; null:
    /// the first, of large pictures the middle.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 0.</exception>
    public IReadOnlyList<int>? Focus
    {
        get;
        init => field = value?.FirstOrDefault(i => i < 0) is not < 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value),
                $"Focus counts entries from 0 on, such as 0, 5, 5; {string.Join(", ", value)} has a number below 0.");
    }

    /// <summary>What the network knows about its data, as a saved model does; null: nothing. With it samples and targets are given in the units
    /// of the data, are prepared as for a prediction, and outputs have their names.</summary>
    public DataFormat? Format { get; init; }

    /// <summary>A sentence on the samples, for the reader: where they are from.</summary>
    public Remark? About { get; init; }

    /// <summary>Whether the network computes as in training: dropout drops, batch norm measures.</summary>
    public bool Training { get; init; } = true;

    /// <summary>So many bytes all values of a step may take together, for which nearly all are kept until it is explained.</summary>
    internal long MostWhole { get; init; } = Rehearsal.MostWhole;
}
