// The picture at the top of an explanation: of a small network the computation graph with the value and the gradient on every
// link, when it is small enough to be read; else its neurons, or its bricks.

using System.Globalization;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;
using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Pictures;

internal static class OverviewFigure
{
    private const int MostNodes = 26, MostNumbers = 6, WidestLayer = 8, MostLayers = 6;
    private const double WidestGraph = 1900;
    private const long MostWeights = 500; // of a network of neurons that is drawn

    /// <summary>A network's picture.</summary>
    /// <param name="net">The network.</param>
    /// <param name="trace">Its step.</param>
    /// <param name="values">The step's values.</param>
    /// <param name="names">What they are called.</param>
    /// <param name="input">The input as it was given.</param>
    public static Figure Of(Module net, StepTrace trace, ShownValues values, Names names, TensorSpec input)
    {
        if (Graph(trace, values, names) is { } graph) return graph;
        Remark title = new("The network", "Сеть");
        if (net.Parameters().Where(p => p.Parameter.HasSpec).Sum(p => (long)p.Parameter.Spec.Shape.Size) <= MostWeights
            && DenseReader.TryRead(NetTrace.Of(net, input.Shape, input.DType), WidestLayer, MostLayers) is { } neurons)
        {
            Remark neuronsAre = new("The neurons of the network, with a weight on every line.", "Нейроны сети; на каждой линии подписан вес.");
            return new DrawnFigure(title, neuronsAre, _ => NeuronPicture.Draw(neurons));
        }
        NetTrace bricks = trace.Net;
        Remark bricksAre = new(
            "The bricks of the network in the order of data flow. What repeats is drawn once, with its number.",
            "Блоки сети в порядке прохождения данных. Повторяющееся нарисовано один раз, с числом повторений.");
        return new DrawnFigure(title, bricksAre, language =>
            FlowPicture.Draw(FlowReader.Read(bricks, showsOps: false, out _, language), title.In(language), "", hasLabels: false).Svg);
    }

    // The graph of output and loss with its numbers; null when it is too big to be read.
    private static DrawnFigure? Graph(StepTrace trace, ShownValues values, Names names)
    {
        Dictionary<Tensor, int> places = new(ReferenceEqualityComparer.Instance);
        Dictionary<Tensor, string> aliases = new(ReferenceEqualityComparer.Instance); // names of the same numbers
        List<(string Text, bool IsGiven, Tensor Value, List<Tensor> Inputs)> nodes = [];
        if (trace.Forward.Count > 4 * MostNodes) return null;
        foreach (Tensor value in trace.Forward.OrderBy(v => v.Node?.Ordinal ?? (ReferenceEquals(v, trace.Graph.Inputs[0]) ? -2 : -1)))
        {
            if (value.Node is not null && Behind(value, trace, values) is var behind && !ReferenceEquals(behind, value))
            {
                if (names.Of(value) is { } alias) aliases.TryAdd(behind, alias.ToString());
                continue;
            }
            if (!values.TryGet(value, out Tensor? numbers) || Written(numbers, names) is null || nodes.Count == MostNodes) return null;
            List<Tensor> inputs = [];
            string text = value.Node is null ? names.Of(value)?.ToString() ?? "" : FlowReader.SymbolOf(value.Node).Replace('-', '−');
            foreach (Tensor x in value.Node?.Inputs ?? [])
            {
                Tensor from = Behind(x, trace, values);
                if (from.IsSymbolic)
                {
                    inputs.Add(from);
                    continue;
                }
                // A number stands in the node.
                double[] constant = from.Count <= MostNumbers ? from.ToDoubles() : [];
                if (constant.Length == 0 || constant.Any(c => c != constant[0])) return null;
                text = inputs.Count == 0 ? $"{Cell.Short(constant[0])} {text}" : $"{text} {Cell.Short(constant[0])}";
            }
            if (text.Length == 0) return null; // a state of chance has no name
            places[value] = nodes.Count;
            nodes.Add((text, value.Node is null, value, inputs));
        }
        if (nodes.Count < 3) return null;
        Dictionary<Tensor, int> readers = nodes.SelectMany(n => n.Inputs).GroupBy(x => x, ReferenceEqualityComparer.Instance)
            .ToDictionary(g => (Tensor)g.Key!, g => g.Count(), (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);
        // What comes back by one of several links is not known by itself; their sum stands under the node.
        string? Back(Tensor x) => trace.Gradients.TryGetValue(x, out Tensor? g) && values.TryGet(g, out Tensor? known) ? Written(known, names) : null;
        string Named(Tensor x) =>
            x.Node is not null && (names.Of(x)?.ToString() ?? aliases.GetValueOrDefault(x)) is { } name
            ? $"{name} ={(values.Whole(x)!.Count > 1 ? '\n' : ' ')}{Written(values.Whole(x)!, names)}" : Written(values.Whole(x)!, names)!;
        List<ValueNode> drawn =
            [.. nodes.Select(n =>
                new ValueNode(n.Text, n.IsGiven,
                    readers.GetValueOrDefault(n.Value) > 1 && Back(n.Value) is { } sum
                    ? $"∂ ={(sum.Contains('\n', StringComparison.Ordinal) ? '\n' : ' ')}{sum}" : null,
            [.. n.Inputs.Select(x => new ValueLink(places[x], Named(x), readers[x] == 1 ? Back(x) : null))]))];
        Tensor last = nodes[^1].Value;
        bool hasLoss = trace.Loss is not null;
        Remark title = new("The computation graph", "Граф вычислений"), says = hasLoss
            ? new("An op in each node. Above a link stands the value that goes forward, below it the gradient of the loss that comes back; "
                + "where a value goes several ways, their sum stands under its node as ∂.",
                "В узлах — операции. Над стрелкой — значение прямого прохода, под ней — градиент функции потерь, идущий обратно; "
                + "если значение идёт по нескольким стрелкам, сумма градиентов стоит под узлом после знака ∂.")
            : new("An op in each node. Above a link stands the value that goes forward.", "В узлах — операции. Над стрелкой — значение прямого прохода.");
        (string result, string? back) = (Named(last), hasLoss ? "1" : null);
        return ValueGraph.Draw(drawn, result, back, title.English, "").Width <= WidestGraph
            ? new(title, says, language => ValueGraph.Draw(drawn, result, back, title.In(language), "").Svg) : null;
    }

    // What stands behind names for the same numbers.
    private static Tensor Behind(Tensor value, StepTrace trace, ShownValues values)
    {
        while (value is { IsSymbolic: true, Node: { } node } && IsOnlyHandedOn(value, node, trace, values)) value = node.Inputs[0];
        return value;
    }

    private static bool IsOnlyHandedOn(Tensor value, Node node, StepTrace trace, ShownValues values) => node.Op switch
    {
        _ when trace.StandsFor(value) is not null => true,
        Cast or Detach or Copy or Ops.Reshape or BroadcastTo => true,
        Reduce<Sum> => node.Inputs[0].Count == value.Count,
        Binary<Div> or Binary<Mul> =>
            !node.Inputs[1].IsSymbolic && node.Inputs[0].Count == value.Count && node.Inputs[1].Count == 1 && node.Inputs[1].Item() == 1,
        _ => false,
    };

    // (2, −1), of a matrix a line for each row; null when there are too many numbers.
    private static string? Written(Tensor value, Names names)
    {
        int[] sizes = [.. value.Shape.Sizes.ToArray().SkipWhile(n => n == 1)];
        if (value.Count is 0 or > MostNumbers || sizes.Length > 2) return null;
        string[] numbers = [.. value.ToDoubles().Select(x => names.Digits(x) is { IsExact: true, Text.Length: <= 5 } exact ? exact.Text : Short(x))];
        return numbers.Length == 1 ? numbers[0]
            : string.Join('\n', numbers.Chunk(sizes[^1]).Select(row => sizes.Length == 1 ? $"({string.Join(", ", row)})" : $"[{string.Join(", ", row)}]"));
    }

    // There is little room on a link.
    private static string Short(double x) =>
        Math.Abs(x) is >= 0.1 and < 10 ? x.ToString("0.##", CultureInfo.InvariantCulture).Replace('-', '−') : Cell.Short(x);
}
