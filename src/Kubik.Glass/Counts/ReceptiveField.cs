// How much of the input an element of a value sees, by the arithmetic of positions of the ops in between. Cells of the
// border count, as everywhere in the literature: the field of a deep layer may be larger than the picture.

namespace Kubik.Glass.Counts;

/// <summary>The receptive field along one axis of the input.</summary>
/// <param name="Size">How many elements of the input one element sees, from the first to the last, those of the border included.</param>
/// <param name="Jump">How far apart the fields of neighbours are, in elements of the input; not a number where that differs from pair to pair, as where
/// the axis was made one with others.</param>
/// <param name="Centre">The middle of the first element's field, in elements of the input counted from 0.</param>
/// <param name="IsEverything">Whether all of the axis is seen from everywhere.</param>
/// <param name="IsUnknown">Whether it is not known what is seen: the size is then the axis's own, the most that it can be.</param>
public readonly record struct FieldAlong(long Size, double Jump, double Centre, bool IsEverything = false, bool IsUnknown = false);

/// <summary>What an element of a value sees of the network's input, along each spatial axis.</summary>
/// <remarks>Source: Araujo, Norris and Sim 2019, "Computing receptive fields of convolutional neural networks", distill.pub.
/// Where branches meet it is what they see together.</remarks>
/// <param name="Along">One for each axis that is followed: of samples (C, H, W) those after the channels, of sequences (T,
/// C) the steps, else the only one.</param>
public sealed record ReceptiveField(IReadOnlyList<FieldAlong> Along)
{
    /// <summary>Whether each element sees all of the input.</summary>
    public bool IsEverything => this.Along.All(a => a.IsEverything);

    /// <summary>Whether what an element sees is not known along some axis.</summary>
    public bool IsUnknown => this.Along.Any(a => a.IsUnknown);

    /// <summary>"18×18 / 4": the size and the jump; "everything"; "unknown".</summary>
    public override string ToString()
    {
        if (this.IsEverything) return "everything";
        if (this.IsUnknown) return "unknown";
        string size = string.Join('×', this.Along.Select(a => a.Size)), jump = string.Join('×', this.Along.Select(a => Said(a.Jump)).Distinct());
        return this.Along.All(a => a.Jump == 0) || this.Along.Any(a => double.IsNaN(a.Jump)) ? size : $"{size} / {jump}";
    }

    private static string Said(double jump) => jump.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
