using System.Text.Json.Serialization;

namespace Kubik.Training;

/// <summary>Serialisation that is generated when compiling, so that it works trimmed and ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(EpochMetrics))]
[JsonSerializable(typeof(List<EpochMetrics>))]
public sealed partial class TrainingJson : JsonSerializerContext;
