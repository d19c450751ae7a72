namespace Kubik.Nn;

/// <summary>Layer-sequential unit variance: Mishkin and Matas 2015, "All you need is a good init", arXiv:1511.06422, algorithm 1.</summary>
public static class Lsuv
{
    /// <summary>
    /// Begins every <see cref="Linear"/> and convolution of a network with an orthogonal matrix and a bias of 0; then, in the order in which
    /// data goes through them, divides each one's weights by the standard deviation of its output on a batch until the
    /// variance is 1.
    /// </summary>
    /// <param name="net">The network. Its parameters are assigned.</param>
    /// <param name="batch">Data like that of the training, a few hundred examples.</param>
    /// <param name="random">Draws the orthogonal matrices; a stream of the default source when not given.</param>
    /// <param name="tolerance">How far from 1 a variance may stay.</param>
    /// <param name="rounds">How often a layer is measured at most.</param>
    /// <returns>The layers with the variances of their outputs at the end, in order.</returns>
    /// <remarks>
    /// The network is measured as in evaluation. A layer whose output does not vary, all 0 for one, is left as it is, and so are the
    /// projections inside attention, transformer and recurrent bricks, and layers whose length is learnt apart (<see cref="WeightNorm"/>).
    /// </remarks>
    /// <exception cref="ShapeException">The batch does not fit the network.</exception>
    /// <example><code>Lsuv.Initialize(net, data[..256]);</code></example>
    public static IReadOnlyList<(Module Layer, double Variance)> Initialize(Module net, Tensor batch, RandomStream? random = null, double tolerance = 0.01,
        int rounds = 10)
    {
        random ??= RandomSource.Default.NextStream();
        return Module.InEvaluation(() =>
        {
            List<Module> layers = [], normalised = [.. net.Modules().Select(m => m.Module).OfType<Reparametrization>().Select(r => r.Layer)];
            Module.Observed((m, _) => _ =>
            {
                if (WeightOf(m) is not null && !normalised.Contains(m) && !layers.Contains(m)) layers.Add(m);
            }, () => net.Forward(batch));
            foreach (Module layer in layers)
            {
                Parameter weight = WeightOf(layer)!;
                weight.Assign(Initializers.Orthogonal()(weight.Spec, random));
                if (BiasOf(layer) is { } bias) bias.Assign(Tensor.Zeros(bias.Spec.Shape, bias.Spec.DType));
            }
            return layers.ConvertAll(layer => (layer, Scale(net, batch, layer, tolerance, rounds)));
        });
    }

    private static double Scale(Module net, Tensor batch, Module layer, double tolerance, int rounds)
    {
        for (int round = 0; ; round++)
        {
            double variance = double.NaN;
            Module.Observed((m, _) => y =>
            {
                if (m == layer && double.IsNaN(variance)) variance = y.Detach().Cast(DType.Float64).Variance([.. Enumerable.Range(0, y.Rank)]).Item();
            }, () => net.Forward(batch));
            if (Math.Abs(variance - 1) <= tolerance || round == rounds || !(variance > 0 && double.IsFinite(variance))) return variance;
            Parameter weight = WeightOf(layer)!;
            weight.Assign((weight.Value / Math.Sqrt(variance)).Detach());
        }
    }

    private static Parameter? WeightOf(Module layer) => (layer as Linear)?.Weight ?? (layer as ConvModule)?.Weight;

    private static Parameter? BiasOf(Module layer) => (layer as Linear)?.Bias ?? (layer as ConvModule)?.Bias;
}
