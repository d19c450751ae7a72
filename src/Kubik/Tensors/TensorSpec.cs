namespace Kubik;

/// <summary>What is known of a tensor before it has values: element type and shape. Ops infer it; execution allocates from it.</summary>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The sizes of the axes.</param>
public readonly record struct TensorSpec(DType DType, Shape Shape)
{
    /// <summary>The spec as "float32 (64, 10)".</summary>
    public override string ToString() => $"{this.DType.Name} {this.Shape}";
}
