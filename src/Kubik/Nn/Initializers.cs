// How weights begin. An initialiser is a function of the spec and a stream of random numbers; the fans are read off the
// shape: (in, out) for matrices, (out, in / groups, …) for kernels.

namespace Kubik.Nn;

/// <summary>Makes the first value of a parameter.</summary>
public delegate Tensor Initializer(TensorSpec spec, RandomStream random);

/// <summary>The usual ways to begin.</summary>
public static class Initializers
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = (spec, _) => Tensor.Zeros(spec.Shape, spec.DType);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = (spec, _) => Tensor.Ones(spec.Shape, spec.DType);

    /// <summary>Uniform on ±1/√n for n inputs: keeps a linear layer's output no larger than its input. The default of Linear and Conv.</summary>
    public static Initializer FanInUniform { get; } = (spec, random) => Uniform(1 / Math.Sqrt(Math.Max(1, FanIn(spec.Shape))))(spec, random);

    /// <summary>Normal with variance 2/n for n inputs: keeps the variance through ReLU layers (He et al. 2015, arXiv:1502.01852, eq. 10).</summary>
    public static Initializer HeNormal { get; } = (spec, random) => Normal(Math.Sqrt(2.0 / Math.Max(1, FanIn(spec.Shape))))(spec, random);

    /// <summary>Uniform with variance 2/(n + m) for n inputs and m outputs (Glorot and Bengio 2010, eq. 16).</summary>
    public static Initializer XavierUniform { get; } = (spec, random) => Uniform(Math.Sqrt(6.0 / Math.Max(1, FanIn(spec.Shape) + FanOut(spec.Shape))))(spec, random);

    /// <summary>Uniform on ±bound.</summary>
    public static Initializer Uniform(double bound) => (spec, random) => random.Uniform(spec.Shape, spec.DType) * (2 * bound) - bound;

    /// <summary>Normal with mean 0 and the standard deviation given.</summary>
    public static Initializer Normal(double deviation) => (spec, random) => random.Normal(spec.Shape, spec.DType) * deviation;

    /// <summary>Inputs of one output: rows of a matrix, cells of a kernel.</summary>
    public static int FanIn(Shape shape) => shape.Rank < 2 ? shape.Size : shape.Rank == 2 ? shape[0] : shape[1..].Size;

    /// <summary>Outputs of one input: columns of a matrix, kernels times cells.</summary>
    public static int FanOut(Shape shape) => shape.Rank < 2 ? shape.Size : shape.Rank == 2 ? shape[1] : shape[0] * shape[2..].Size;
}
