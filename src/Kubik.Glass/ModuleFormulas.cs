// model.ToFormula(shape): the door from a network to its equations.

using Kubik.Glass.Networks;
using Kubik.Nn;

namespace Kubik.Glass;

/// <summary>Networks as formulas.</summary>
public static class ModuleFormulas
{
    /// <summary>The network's equations, with a name for the value of each brick.</summary>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <example><code>Console.WriteLine(Sequential.Parse("linear 8 | relu | linear 1").ToFormula([2]));</code></example>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    public static NetFormula ToFormula(this Module net, Shape sample) => NetFormula.Of(net, sample);

    /// <summary>The same for a network that was built, loaded or has computed: for samples of the shape that it had first.</summary>
    /// <param name="net">The network.</param>
    /// <exception cref="InvalidOperationException">It has not seen an input yet.</exception>
    public static NetFormula ToFormula(this Module net) => net.ToFormula(Inspection.SampleOf(net, nameof(ToFormula)));
}
