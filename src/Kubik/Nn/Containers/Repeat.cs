using System.Globalization;

namespace Kubik.Nn;

/// <summary>The same net several times in a row, each time with weights of its own. They are named by position: "0.weight".</summary>
/// <example><code>
/// Repeat tower = new(12, () => new TransformerBlock(heads: 8, hidden: 256, causal: true));
/// Sequential same = Sequential.Parse("repeat 12 (transformer 8 256 causal=true)");
/// </code></example>
public sealed class Repeat : Module
{
    private readonly Module[] copies;
    private readonly string? net;

    /// <summary>Makes so many modules.</summary>
    /// <param name="count">How many.</param>
    /// <param name="factory">Makes one, a new one at each call.</param>
    public Repeat(int count, Func<Module> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        List<Module> made = [];
        while (made.Count < count) made.Add(factory());
        this.copies = [.. made];
        // Once, since in repeats of repeats each question would ask all copies inside again.
        string[] written = [.. made.Select(NetNotation.Branch).Distinct(StringComparer.Ordinal)];
        this.net = written.Length == 1 ? written[0] : null;
    }

    /// <summary>The modules in order.</summary>
    public IReadOnlyList<Module> Items => this.copies;

    /// <summary>The notation of one and their number; of modules that differ, the chain that they are.</summary>
    public override string Notation => this.IsOneNet ? $"repeat {this.copies.Length} ({this.net})" : NetNotation.Item(this);

    /// <summary>Whether all are written alike, so that one of them says what they are.</summary>
    internal bool IsOneNet => this.net is not null;

    internal static BrickSyntax Syntax { get; } = new("repeat", "repeat COUNT (NET)", a => new Repeat(a.Number("COUNT"), a.Factory()));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Sequential.InTurn(this.copies, x);

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() =>
        this.copies.Select((m, i) => (i.ToString(CultureInfo.InvariantCulture), (object?)m));
}
