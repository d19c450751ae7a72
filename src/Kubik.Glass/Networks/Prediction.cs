// What a network does otherwise as it predicts than in training. That is read from its graphs, one of each kind: a brick whose own ops
// are others there does something else, whoever wrote it. Of bricks that everybody knows it is said what; a spectral norm works inside
// of the layer whose weights it scales.

using Kubik.Glass.Traces;
using Module = Kubik.Nn.Module;

namespace Kubik.Glass.Networks;

/// <summary>Compares a network in prediction with itself in training.</summary>
internal static class Prediction
{
    private const int Samples = 2; // a batch norm in training takes no single one

    /// <summary>A sentence; null when nothing is different.</summary>
    public static string? Of(Module net, Shape sample)
    {
        Module[] other = [.. Different(net, sample.Insert(0, Samples))];
        static string[] Words(IEnumerable<Module> bricks) => [.. bricks.Select(m => m.Notation.Split(' ', '(')[0]).Distinct(StringComparer.Ordinal)];
        string[] idle = Words(other.Where(IsIdle)), own = Words(other.Where(IsOwn));
        List<string> said = [];
        if (idle.Length > 0) said.Add($"{Listed(idle)} {(idle.Length == 1 ? "passes on what it gets" : "pass on what they get")}");
        if (Array.Exists(other, m => m is Nn.BatchNorm)) said.Add("batchnorm takes its running statistics");
        if (net.Modules().Any(m => m.Module is Nn.SpectralNorm)) said.Add("spectralnorm keeps its u");
        if (own.Length > 0) said.Add($"{Listed(own)} {(own.Length == 1 ? "computes" : "compute")} something else than in training");
        return said.Count == 0 ? null : $"As it predicts: {string.Join(", ", said)}.";
    }

    private static bool IsIdle(Module brick) => brick is Nn.Dropout or Nn.AlphaDropout or Nn.SpatialDropout or Nn.GaussianNoise;

    // Other bricks of the engine may take another way there, but come to the same.
    private static bool IsOwn(Module brick) => brick.GetType().Assembly != typeof(Module).Assembly;

    private static string Listed(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";

    // The bricks whose own ops differ, in the order of their work.
    private static IEnumerable<Module> Different(Module net, Shape input)
    {
        Dictionary<Module, List<Op>> predicting, training;
        try
        {
            predicting = Module.InEvaluation(() => OpsOf(net, input));
            training = NetTrace.InTraining(net, () => OpsOf(net, input));
        }
        catch (ShapeException)
        {
            return []; // it does not take two samples of this shape
        }
        return training.Keys.Union(predicting.Keys)
            .Where(m => !predicting.GetValueOrDefault(m, []).SequenceEqual(training.GetValueOrDefault(m, [])));
    }

    private static Dictionary<Module, List<Op>> OpsOf(Module net, Shape input)
    {
        Dictionary<Module, List<Op>> ops = new(ReferenceEqualityComparer.Instance);
        foreach (BrickCall call in NetTrace.Of(net, input).Root.All)
        {
            if (!ops.TryGetValue(call.Module, out List<Op>? own)) ops[call.Module] = own = [];
            own.AddRange(call.Own.Select(v => v.Node!.Op));
        }
        return ops;
    }
}
