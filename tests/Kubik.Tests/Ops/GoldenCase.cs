// One line of tests/golden/ops: an op, its attributes and inputs, and what PyTorch made of them.

using System.Text.Json;

namespace Kubik.Tests.Ops;

/// <summary>A case, read with one floating-point type.</summary>
/// <param name="Json">The line.</param>
/// <param name="Type">The type that floating-point inputs are given.</param>
public sealed record GoldenCase(JsonElement Json, DType Type)
{
    public string Op => this.Json.GetProperty("op").GetString()!;

    public Naive Output => Numbers(this.Json.GetProperty("output"));

    /// <summary>What arrives at the output; null when there is no gradient to check.</summary>
    public Tensor? Dy => this.Json.TryGetProperty("dy", out JsonElement dy) ? this.Read(dy, this.Type) : null;

    /// <summary>What each input gets; null for one without a gradient.</summary>
    public Naive?[] Gradients => [.. this.Json.GetProperty("gradients").EnumerateArray().Select(g => g.ValueKind == JsonValueKind.Null ? null : Numbers(g))];

    /// <summary>The tensor that decides for an op which cells are largest.</summary>
    public Tensor Decides => this.Read(this.Json.GetProperty("decides"), this.Type);

    private JsonElement Attribute(int i) => this.Json.GetProperty("attributes")[i];

    /// <summary>The number of attributes.</summary>
    public int Count => this.Json.GetProperty("attributes").GetArrayLength();

    public int Int(int i) => this.Attribute(i).GetInt32();

    public double Real(int i) => this.Attribute(i).GetDouble();

    public bool Flag(int i) => this.Attribute(i).GetBoolean();

    public string Text(int i) => this.Attribute(i).GetString()!;

    public int[] Ints(int i) => [.. this.Attribute(i).EnumerateArray().Select(v => v.GetInt32())];

    public PerAxis PerAxis(int i) => Kubik.PerAxis.Create(this.Ints(i));

    /// <summary>The inputs, tracked.</summary>
    public Tensor[] Inputs() => [.. this.Json.GetProperty("inputs").EnumerateArray().Select(i => this.Read(i, i.GetProperty("type").GetString() switch
    {
        "int64" => DType.Int64,
        "bool" => DType.Bool,
        _ => this.Type,
    }).Track())];

    private Tensor Read(JsonElement array, DType type)
    {
        Naive numbers = Numbers(array);
        return Tensor.From(numbers.Values, numbers.Shape).Cast(type);
    }

    private static Naive Numbers(JsonElement array) => new(
        [.. array.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())],
        [.. array.GetProperty("values").EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.Parse(v.GetString()!))]);
}
