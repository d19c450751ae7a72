// How weights begin. An initialiser is a function of the spec and a stream of random numbers; the fans are read off the
// shape: (in, out) for matrices, (out, in / groups, …) for kernels. Nearly all of them are one: numbers with mean 0 and
// variance gain² / n, where n is a fan.

namespace Kubik.Nn;

/// <summary>Makes the first value of a parameter.</summary>
public delegate Tensor Initializer(TensorSpec spec, RandomStream random);

/// <summary>What the variance of a weight is divided by.</summary>
public enum Fan
{
    /// <summary>The inputs of one output: keeps the variance of values on the way forward.</summary>
    In,
    /// <summary>The outputs of one input: keeps the variance of gradients on the way back.</summary>
    Out,
    /// <summary>The mean of both.</summary>
    Average,
}

/// <summary>The usual ways to begin.</summary>
public static class Initializers
{
    // √3: a uniform distribution on ±b has the standard deviation b / √3.
    private static readonly double Root3 = Math.Sqrt(3);

    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = Constant(0);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = Constant(1);

    /// <summary>Uniform on ±1/√n for n inputs: keeps a linear layer's output no larger than its input. The default of Linear and Conv.</summary>
    public static Initializer FanInUniform { get; } = (spec, random) => Uniform(1 / Math.Sqrt(Math.Max(1, FanIn(spec.Shape))))(spec, random);

    /// <summary>One value everywhere.</summary>
    public static Initializer Constant(double value) => (spec, _) => Tensor.Full(spec.Shape, value, spec.DType);

    /// <summary>Uniform on ±bound.</summary>
    public static Initializer Uniform(double bound) => (spec, random) => random.Uniform(spec.Shape, spec.DType) * (2 * bound) - bound;

    /// <summary>Normal with mean 0 and the standard deviation given.</summary>
    public static Initializer Normal(double deviation) => (spec, random) => random.Normal(spec.Shape, spec.DType) * deviation;

    /// <summary>Normal numbers times σ, those alone within ±cut·σ. What is left has the standard deviation 0.88·σ for a cut of 2.</summary>
    /// <param name="deviation">σ, the standard deviation before the cut.</param>
    /// <param name="cut">How many σ are kept on either side.</param>
    public static Initializer TruncatedNormal(double deviation, double cut = 2) =>
        (spec, random) => random.TruncatedNormal(spec.Shape, -cut, cut, spec.DType) * deviation;

    /// <summary>Uniform with variance gain²/n for a fan n.</summary>
    public static Initializer ScaledUniform(double gain = 1, Fan fan = Fan.In) =>
        (spec, random) => Uniform(Root3 * gain / Math.Sqrt(SizeOf(fan, spec.Shape)))(spec, random);

    /// <summary>Normal with variance gain²/n for a fan n.</summary>
    public static Initializer ScaledNormal(double gain = 1, Fan fan = Fan.In) =>
        (spec, random) => Normal(gain / Math.Sqrt(SizeOf(fan, spec.Shape)))(spec, random);

    /// <summary>Uniform with variance gain²·2/(n + m) for n inputs and m outputs (Glorot and Bengio 2010, eq. 16).</summary>
    public static Initializer XavierUniform(double gain = 1) => ScaledUniform(gain, Fan.Average);

    /// <summary>Normal with variance gain²·2/(n + m) for n inputs and m outputs (Glorot and Bengio 2010, eq. 12).</summary>
    public static Initializer XavierNormal(double gain = 1) => ScaledNormal(gain, Fan.Average);

    /// <summary>Uniform with variance 2/((1 + s²)·n): keeps the variance through layers with ReLU, or with leaky ReLU of slope s (He et al. 2015,
    /// arXiv:1502.01852, eq. 10 and 15).</summary>
    public static Initializer HeUniform(double slope = 0, Fan fan = Fan.In) => ScaledUniform(Gain.LeakyRelu(slope), fan);

    /// <summary>Normal with variance 2/((1 + s²)·n): keeps the variance through layers with ReLU, or with leaky ReLU of slope s (He et al. 2015,
    /// arXiv:1502.01852, eq. 10 and 15).</summary>
    public static Initializer HeNormal(double slope = 0, Fan fan = Fan.In) => ScaledNormal(Gain.LeakyRelu(slope), fan);

    /// <summary>Uniform with variance 1/n for n inputs (LeCun et al. 1998, "Efficient BackProp", eq. 16).</summary>
    public static Initializer LeCunUniform() => ScaledUniform();

    /// <summary>Normal with variance 1/n for n inputs (LeCun et al. 1998, "Efficient BackProp", eq. 16); what SELU asks for.</summary>
    public static Initializer LeCunNormal() => ScaledNormal();

    /// <summary>A random orthogonal matrix times the gain, all equally likely (Haar's measure); of a matrix that is not square,
    /// the longer sides' vectors are orthogonal. A kernel counts as the matrix (out, all else). Saxe et al. 2013, arXiv:1312.6120;
    /// Mezzadri 2007, arXiv:math-ph/0609050.</summary>
    public static Initializer Orthogonal(double gain = 1) => (spec, random) =>
    {
        RequireAxes(spec.Shape, "orthogonal");
        int rows = spec.Shape[0], columns = spec.Shape[1..].Size;
        Tensor normal = random.Normal([Math.Max(rows, columns), Math.Min(rows, columns)], DType.Float64);
        // The QR factorisation of normal numbers is Haar's measure when R's diagonal is positive, as it is here.
        Tensor q = normal.Qr().Q;
        return ((rows < columns ? q.T : q) * gain).Reshape(spec.Shape).Cast(spec.DType);
    };

    /// <summary>The layer begins as the identity times the gain: a matrix with ones on its diagonal;
    /// a kernel with a one in the middle for equal channels, within each group (Dirac).</summary>
    /// <param name="gain">What stands for one.</param>
    /// <param name="groups">The groups of a convolution.</param>
    public static Initializer Identity(double gain = 1, int groups = 1) => (spec, _) =>
    {
        Shape shape = spec.Shape;
        RequireAxes(shape, "identity");
        if (groups < 1 || shape[0] % groups != 0) throw new ShapeException($"identity: {shape[0]} output channels cannot be split into {groups} groups.");
        double[] values = new double[shape.Size];
        int cells = shape[2..].Size, outAGroup = shape[0] / groups, middle = 0;
        foreach (int size in shape[2..]) middle = middle * size + size / 2;
        for (int group = 0; group < groups; group++)
        {
            for (int c = 0; c < Math.Min(outAGroup, shape[1]) && cells > 0; c++) values[((group * outAGroup + c) * shape[1] + c) * cells + middle] = gain;
        }
        return Tensor.From(values, shape).Cast(spec.DType);
    };

    /// <summary>Inputs of one output: rows of a matrix, cells of a kernel.</summary>
    public static int FanIn(Shape shape) => shape.Rank < 2 ? shape.Size : shape.Rank == 2 ? shape[0] : shape[1..].Size;

    /// <summary>Outputs of one input: columns of a matrix, kernels times cells. The shape of a kernel does not tell its groups;
    /// give them for the kernels of one.</summary>
    public static int FanOut(Shape shape, int groups = 1) => shape.Rank < 2 ? shape.Size : shape.Rank == 2 ? shape[1] : shape[0] / groups * shape[2..].Size;

    private static double SizeOf(Fan fan, Shape shape) => Math.Max(1, fan switch
    {
        Fan.In => FanIn(shape),
        Fan.Out => FanOut(shape),
        _ => (FanIn(shape) + (double)FanOut(shape)) / 2,
    });

    private static void RequireAxes(Shape shape, string name)
    {
        if (shape.Rank < 2) throw new ShapeException($"{name}: only matrices and kernels can begin so; the parameter is {shape}.");
    }
}
