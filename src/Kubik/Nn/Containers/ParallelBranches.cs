namespace Kubik.Nn;

/// <summary>Several modules on the same input, their outputs joined along an axis or added:
/// the inception block (Szegedy et al. 2015, arXiv:1409.4842, figure 2).</summary>
/// <example><code>
/// ParallelBranches block = new(new Conv(8, 1), new Conv(8, 3, pad: 1));   // (B, C, H, W) → (B, 16, H, W)
/// Sequential same = Sequential.Parse("parallel(conv 8 1 ; conv 8 3 pad=1)");
/// Sequential added = Sequential.Parse("parallel sum=true (linear 8 | relu ; identity)");
/// </code></example>
public sealed class ParallelBranches : Module
{
    private const int Channels = 1;

    private readonly Module[] branches;
    private readonly int? axis;

    /// <summary>Branches whose outputs are joined along the channels, axis 1.</summary>
    public ParallelBranches(params ReadOnlySpan<Module> branches) : this((int?)Channels, branches)
    {
    }

    /// <summary>Branches whose outputs are joined along an axis; −1 is the last.</summary>
    public ParallelBranches(int axis, params ReadOnlySpan<Module> branches) : this((int?)axis, branches)
    {
    }

    private ParallelBranches(int? axis, ReadOnlySpan<Module> branches)
    {
        if (branches.IsEmpty) throw new ArgumentException("parallel: there must be a branch or more.", nameof(branches));
        (this.axis, this.branches) = (axis, branches.ToArray());
    }

    /// <summary>Branches whose outputs, all of one shape, are added.</summary>
    public static ParallelBranches Added(params ReadOnlySpan<Module> branches) => new((int?)null, branches);

    /// <inheritdoc/>
    public override string Notation =>
        "parallel"
        + this.axis switch { null => " sum=true ", Channels => "", { } along => Numbers.Option("axis", along, Channels) + " " }
        + $"({string.Join(" ; ", this.branches.Select(NetNotation.Branch))})";

    internal static BrickSyntax Syntax { get; } = new("parallel", "parallel [axis=1] [sum=false] (NET ; NET ; …)", a =>
    {
        bool adds = a.Flag("sum", false);
        if (adds && a.Word("axis") is not null) throw new ArgumentException("what is added is not joined along an axis; leave out one of them.");
        return new ParallelBranches(adds ? null : a.Integer("axis", Channels), a.Branches(1));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Tensor[] parts = [.. this.branches.Select(branch => branch.Forward(x))];
        foreach (Tensor part in parts)
        {
            if (this.axis is null && part.Shape != parts[0].Shape)
                throw new ShapeException(
                    $"branches that are added must give one shape; of {x.Shape} they made {string.Join(", ", parts.Select(p => p.Shape))}.");
        }
        return this.axis is { } along ? Tensor.Concat(along, parts) : parts.Aggregate((a, b) => a + b);
    }
}
