using System.Globalization;
using System.Text.Json;
using Kubik.IO;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>Weights from a file or as they are typed.</summary>
internal static class WeightsArgument
{
    /// <summary>Gives a network the weights; parameters that are not named keep theirs.</summary>
    public static void Assign(Module net, string text)
    {
        Dictionary<string, Parameter> parameters = net.Parameters().Where(p => p.Parameter.Role != ParameterRole.State)
            .ToDictionary(p => p.Path, p => p.Parameter);
        HashSet<string> met = new(StringComparer.Ordinal);
        foreach ((string path, Tensor value) in Read(text, out bool isTyped))
        {
            if (!met.Add(path)) throw new MistakeException($"the parameter {path} is given twice; give it once.");
            if (!parameters.TryGetValue(path, out Parameter? parameter))
                throw new MistakeException(
                    $"the network has no parameter '{path}'.{Suggestion.DidYouMean(path, parameters.Keys)} It has "
                    + $"{string.Join(", ", parameters.Select(p => $"{p.Key} {p.Value.Spec.Shape}"))}.");
            Shape shape = parameter.Spec.Shape;
            if (value.Count != 1 && value.Count != shape.Size)
                throw new MistakeException(
                    $"the parameter {path} is {shape}, which takes {shape.Size} numbers (or one that fills it); {value.Count} are given.");
            if (value.Rank > 1 && value.Count > 1 && value.Shape != shape && !isTyped)
                throw new MistakeException(
                    $"the parameter {path} is {shape}, but its numbers are arranged as {value.Shape}; "
                    + "arrange them likewise, or give them in one list, row by row.");
            Tensor whole = value.Count == shape.Size ? value.Reshape(shape) : value.Reshape([]).BroadcastTo(shape);
            parameter.Assign(whole.Cast(parameter.Spec.DType));
        }
    }

    private static IEnumerable<(string Path, Tensor Value)> Read(string text, out bool isTyped)
    {
        isTyped = false;
        if (text.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return Safetensors.Load(text).Tensors.Select(t => (t.Key, t.Value));
        if (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return FromJson(text);
        isTyped = true; // rows are not told apart there
        return [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Typed)];
    }

    private static (string, Tensor) Typed(string part)
    {
        int equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new MistakeException(
                $"'{part}' in --weights is no parameter with its numbers; write 0.weight=1,-1,0.5,0 or name a .safetensors or .json file.");
        return (part[..equals].Trim(), Samples.Numbers(part[(equals + 1)..].Replace(']', ' ').Replace('[', ' '), "--weights"));
    }

    // { "0.weight": [[1, -1], [0.5, 0]], "0.bias": [0, 0] }
    private static List<(string, Tensor)> FromJson(string file)
    {
        if (!File.Exists(file)) throw new DataFileException(file, "there is no such file.");
        using JsonDocument document = ParsedOrMistake(file);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new DataFileException(file,
            "it holds no object of parameters, such as { \"0.weight\": [[1, -1], [0.5, 0]] }.");
        List<(string, Tensor)> all = [];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            List<double> numbers = [];
            int[] sizes = Collect(property.Value, numbers, file, property.Name);
            all.Add((property.Name, Tensor.From<double>([.. numbers], sizes.Length == 0 ? [1] : [.. sizes])));
        }
        return all;
    }

    private static JsonDocument ParsedOrMistake(string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(file));
        }
        catch (JsonException e)
        {
            throw new DataFileException(file, string.Create(CultureInfo.InvariantCulture, $"it is no JSON, from line {e.LineNumber + 1} on."));
        }
    }

    // Gives the sizes of what it collects; arrays side by side are as long as each other.
    private static int[] Collect(JsonElement element, List<double> numbers, string file, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number when Samples.Problem(element.GetRawText()) is { } problem:
                throw new DataFileException(file, $"the parameter '{path}' holds {element.GetRawText()}, which is {problem}");
            case JsonValueKind.Number:
                numbers.Add(element.GetDouble());
                return [];
            case JsonValueKind.Array:
                int[][] inside = [.. element.EnumerateArray().Select(e => Collect(e, numbers, file, path))];
                if (Array.Find(inside, i => !i.AsSpan().SequenceEqual(inside[0])) is not null) throw new DataFileException(file,
                    $"the rows of the parameter '{path}' are not as long as each other.");
                return inside.Length == 0 ? [0] : [inside.Length, .. inside[0]];
            default:
                throw new DataFileException(file,
                $"the parameter '{path}' must be numbers or arrays of numbers; it holds {element.ValueKind.ToString().ToLowerInvariant()}.");
        }
    }
}
