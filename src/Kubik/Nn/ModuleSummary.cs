// A network layer by layer: what comes out of each, and how many parameters each has. It is traced with symbols, so
// nothing is computed, and a network whose layers do not fit is shown up to the one that does not.

using System.Globalization;

namespace Kubik.Nn;

/// <summary>One layer of a network, in the order of computation.</summary>
/// <param name="Path">Where it is in the network: "3" or "encoder.attention".</param>
/// <param name="Brick">What it is, in the one-line notation.</param>
/// <param name="Output">What comes out for one sample, without the batch axis.</param>
/// <param name="Parameters">How many numbers it learns; 0 where a shared layer comes again.</param>
public sealed record LayerSummary(string Path, string Brick, Shape Output, long Parameters);

/// <summary>A network layer by layer.</summary>
/// <param name="Input">What goes in, without the batch axis.</param>
/// <param name="Layers">The layers that fit, in the order of computation.</param>
/// <param name="Problem">Why the next layer does not fit; null when all do.</param>
/// <example><code>
/// ModuleSummary summary = ModuleSummary.Of(Sequential.Parse("flatten | linear 10"), [1, 28, 28]);
/// Console.WriteLine(summary);   // a table
/// foreach (LayerSummary layer in summary.Layers) Console.WriteLine($"{layer.Path} {layer.Brick} {layer.Output} {layer.Parameters}");
/// </code></example>
public sealed record ModuleSummary(Shape Input, IReadOnlyList<LayerSummary> Layers, ShapeException? Problem)
{
    /// <summary>How many samples the traced batch has: two, since batch norm has no variance of one.</summary>
    public const int TracedBatch = 2;

    /// <summary>How many numbers the layers learn.</summary>
    public long Parameters => this.Layers.Sum(layer => layer.Parameters);

    /// <summary>What comes out of the network for one sample; null when a layer does not fit.</summary>
    public Shape? Output { get; private init; }

    /// <summary>Looks at a network without computing anything. Layers that waited for their input size know it afterwards.</summary>
    /// <param name="module">The network.</param>
    /// <param name="sample">The shape of one sample.</param>
    /// <param name="dtype">The element type of samples.</param>
    public static ModuleSummary Of(Module module, Shape sample, DType dtype = DType.Float32)
    {
        Dictionary<Module, string> paths = new(ReferenceEqualityComparer.Instance);
        foreach ((string path, Module part) in module.Modules()) paths.TryAdd(part, path);
        List<LayerSummary> layers = [];
        HashSet<Parameter> counted = [];
        Shape? output = null;
        ShapeException? problem = null;
        Action<Tensor> Count(Module part, Tensor x) => y =>
        {
            // A container's parameters are those of the layers inside, which came before it.
            long own = part.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight && counted.Add(p)).Sum(p => (long)p.Spec.Shape.Size);
            bool isContainer = part.Modules().Skip(1).Any();
            if (!isContainer || own > 0) layers.Add(new(paths.GetValueOrDefault(part, ""), part.Notation, Sample(y.Shape), own));
        };
        try
        {
            output = Sample(Module.Observed(Count, () => module.Build([TracedBatch, .. sample.Sizes], dtype)));
        }
        catch (ShapeException e)
        {
            problem = e;
        }
        return new(sample, layers, problem) { Output = output };
    }

    /// <summary>A table of the layers, and the sum of the parameters; the problem, when there is one.</summary>
    public override string ToString()
    {
        List<string[]> rows = [["layer", "brick", "output", "parameters"], ["", "input", $"{this.Input}", ""]];
        rows.AddRange(this.Layers.Select(l => (string[])[l.Path, l.Brick, $"{l.Output}", string.Create(CultureInfo.InvariantCulture, $"{l.Parameters}")]));
        rows.Add(["", "", "", string.Create(CultureInfo.InvariantCulture, $"{this.Parameters}")]);
        int[] widths = [.. Enumerable.Range(0, 4).Select(c => rows.Max(r => r[c].Length))];
        IEnumerable<string> lines = rows.Select(r => $"{r[0].PadRight(widths[0])}  {r[1].PadRight(widths[1])}  {r[2].PadRight(widths[2])}  {r[3].PadLeft(widths[3])}");
        return string.Join('\n', this.Problem is null ? lines : lines.Append(this.Problem.Message));
    }

    private static Shape Sample(Shape batch) => batch.Rank > 0 ? batch[1..] : batch;
}
