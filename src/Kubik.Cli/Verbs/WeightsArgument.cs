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
        Dictionary<string, Parameter> parameters = net.Parameters().Where(p => p.Parameter.Role != ParameterRole.State).ToDictionary(p => p.Path, p => p.Parameter);
        foreach ((string path, Tensor value) in Read(text))
        {
            if (!parameters.TryGetValue(path, out Parameter? parameter))
                throw new MistakeException($"the network has no parameter '{path}';{Suggestion.DidYouMean(path, parameters.Keys)} it has {string.Join(", ", parameters.Select(p => $"{p.Key} {p.Value.Spec.Shape}"))}.");
            Shape shape = parameter.Spec.Shape;
            if (value.Count != 1 && value.Count != shape.Size)
                throw new MistakeException($"the parameter {path} is {shape}, which takes {shape.Size} numbers (or one that fills it); {value.Count} are given.");
            Tensor whole = value.Count == shape.Size ? value.Reshape(shape) : value.Reshape([]).BroadcastTo(shape);
            parameter.Assign(whole.Cast(parameter.Spec.DType));
        }
    }

    private static IEnumerable<(string Path, Tensor Value)> Read(string text)
    {
        if (text.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return Safetensors.Load(text).Tensors.Select(t => (t.Key, t.Value));
        if (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return FromJson(text);
        return [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Typed)];
    }

    private static (string, Tensor) Typed(string part)
    {
        int equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new MistakeException($"'{part}' in --weights is no parameter with its numbers; write 0.weight=1,-1,0.5,0 or name a .safetensors or .json file.");
        return (part[..equals].Trim(), Samples.Numbers(part[(equals + 1)..].Replace(']', ' ').Replace('[', ' '), "--weights"));
    }

    // { "0.weight": [[1, -1], [0.5, 0]], "0.bias": [0, 0] }
    private static List<(string, Tensor)> FromJson(string file)
    {
        if (!File.Exists(file)) throw new DataFileException(file, "there is no such file.");
        using JsonDocument document = ParsedOrMistake(file);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new DataFileException(file, "it holds no object of parameters, such as { \"0.weight\": [[1, -1], [0.5, 0]] }.");
        List<(string, Tensor)> all = [];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            List<double> numbers = [];
            Collect(property.Value, numbers, file, property.Name);
            all.Add((property.Name, Tensor.From<double>([.. numbers], [numbers.Count])));
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

    private static void Collect(JsonElement element, List<double> numbers, string file, string path)
    {
        if (element.ValueKind == JsonValueKind.Number && float.IsFinite((float)element.GetDouble())) numbers.Add(element.GetDouble());
        else if (element.ValueKind == JsonValueKind.Number) throw new DataFileException(file, $"the parameter '{path}' holds {element.GetRawText()}, which is too large: numbers are float32, up to 3.4·10³⁸.");
        else if (element.ValueKind == JsonValueKind.Array) foreach (JsonElement inside in element.EnumerateArray()) Collect(inside, numbers, file, path);
        else throw new DataFileException(file, $"the parameter '{path}' must be numbers or arrays of numbers; it holds {element.ValueKind.ToString().ToLowerInvariant()}.");
    }
}
