namespace Kubik.Nn;

/// <summary>By how much weights must be larger than 1/√n so that the variance passes through an activation.</summary>
public static class Gain
{
    /// <summary>No activation.</summary>
    public const double Linear = 1;

    /// <summary>The sigmoid: as usual, although it makes every variance smaller.</summary>
    public const double Sigmoid = 1;

    /// <summary>tanh: 5/3, found by trial.</summary>
    public const double Tanh = 5.0 / 3;

    /// <summary>SELU: 3/4, as PyTorch has it; SELU's own proof is for 1 (LeCun).</summary>
    public const double Selu = 0.75;

    /// <summary>ReLU: √2, since it drops half.</summary>
    public static double Relu { get; } = Math.Sqrt(2);

    /// <summary>Leaky ReLU: √(2 / (1 + slope²)).</summary>
    public static double LeakyRelu(double slope = 0.01) => Math.Sqrt(2 / (1 + slope * slope));
}
