// What a picture of a network is made of: nodes that read values and make values, and frames around nodes. Which node a link
// comes from is never said; it is found by the values. Bricks, ops and gradients are drawn by the same code.

namespace Kubik.Glass.Pictures;

/// <summary>How a part is drawn.</summary>
internal enum FlowKind
{
    /// <summary>A box.</summary>
    Brick,
    /// <summary>A box with what goes in.</summary>
    Given,
    /// <summary>An op, rounded.</summary>
    Op,
    /// <summary>A parameter, or a value from elsewhere in the picture, beside the op that reads it.</summary>
    Beside,
    /// <summary>A gradient that was asked for.</summary>
    Result,
    /// <summary>A part that is not shown.</summary>
    LeftOut,
    /// <summary>A frame around others.</summary>
    Frame,
}

/// <summary>A node or a frame.</summary>
internal sealed class FlowPart
{
    public required FlowKind Kind { get; init; }

    public required string Title { get; init; }

    /// <summary>A second line; empty when there is none.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What is said when the pointer rests on it.</summary>
    public string Tip { get; init; } = "";

    /// <summary>What two parts have in common that do the same; names that differ from one to the other are not in it.</summary>
    public string Sign { get; init; } = "";

    /// <summary>What stands beside the link that leaves it.</summary>
    public string Label { get; init; } = "";

    public long Parameters { get; init; }

    /// <summary>How often it stands there in a row.</summary>
    public int Times { get; init; } = 1;

    public IReadOnlyList<FlowPart> Inside { get; init; } = [];

    /// <summary>The values that it reads and does not make.</summary>
    public IReadOnlyList<object> Reads { get; init; } = [];

    public IReadOnlyList<object> Makes { get; init; } = [];

    /// <summary>Whether of a run of equal groups the last is drawn, not the first: gradients come back to the first of the network's groups last.</summary>
    public bool IsBackward { get; init; }

    /// <summary>The places of its nodes in the order of work.</summary>
    public (int First, int Last) Places { get; init; }

    public bool IsFrame => this.Kind == FlowKind.Frame;

    /// <summary>The nodes inside, or itself.</summary>
    public IEnumerable<FlowPart> Nodes => this.IsFrame ? this.Inside.SelectMany(p => p.Nodes) : [this];

    /// <summary>A frame around parts: it reads what they read and do not make.</summary>
    public static FlowPart Frame(string title, IReadOnlyList<FlowPart> inside, int times = 1, string tip = "", string sign = "", bool isBackward = false)
    {
        (List<object> reads, List<object> makes) = Flow(inside);
        return new()
        {
            Kind = FlowKind.Frame,
            Title = title,
            Tip = tip,
            Sign = sign,
            Inside = inside,
            Times = times,
            IsBackward = isBackward,
            Reads = reads,
            Makes = makes,
            Parameters = inside.Sum(p => p.Parameters),
            Places = (inside[0].Places.First, inside[^1].Places.Last),
        };
    }

    /// <summary>The same with other parts inside: fewer, because some repeat. What it reads and makes stays.</summary>
    public FlowPart With(IReadOnlyList<FlowPart> inside, int times) => new()
    {
        Kind = this.Kind,
        Title = this.Title,
        Detail = this.Detail,
        Tip = this.Tip,
        Sign = this.Sign,
        Label = this.Label,
        Parameters = this.Parameters,
        Inside = inside,
        Times = times,
        IsBackward = this.IsBackward,
        Reads = this.Reads,
        Makes = this.Makes,
        Places = this.Places,
    };

    /// <summary>What parts read that they do not make, and what they make.</summary>
    public static (List<object> Reads, List<object> Makes) Flow(IEnumerable<FlowPart> parts)
    {
        List<object> makes = [.. parts.SelectMany(p => p.Makes)];
        HashSet<object> made = new(makes, ReferenceEqualityComparer.Instance);
        return ([.. parts.SelectMany(p => p.Reads).Where(v => !made.Contains(v)).Distinct(ReferenceEqualityComparer.Instance)!], makes);
    }
}
