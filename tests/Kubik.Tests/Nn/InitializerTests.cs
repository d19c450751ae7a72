// What weights begin with, by its statistics with fixed seeds: bounds of five standard deviations or more.

using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class InitializerTests
{
    private static readonly Shape Matrix = [300, 200], Kernel = [64, 16, 5, 3]; // fans 300, 200 and 240, 960

    private static double[] Draw(Initializer initializer, Shape shape, DType dtype = DType.Float64) =>
        initializer(new(dtype, shape), new RandomStream(1, 1)).ToDoubles();

    private static double Variance(double[] x) => x.Average(v => v * v) - x.Average() * x.Average();

    public static TheoryData<string, double, double> Scales => new()
    {
        // Name, then the variance of the matrix and of the kernel.
        { "faninuniform", 1 / 3.0 / 300, 1 / 3.0 / 240 },
        { "he", 2.0 / 300, 2.0 / 240 },
        { "he:0.5", 1.6 / 300, 1.6 / 240 },
        { "heuniform", 2.0 / 300, 2.0 / 240 },
        { "hefanout", 2.0 / 200, 2.0 / 960 },
        { "hefanoutuniform", 2.0 / 200, 2.0 / 960 },
        { "xavier", 2.0 / 500, 2.0 / 1200 },
        { "xavier:2", 8.0 / 500, 8.0 / 1200 },
        { "xaviernormal", 2.0 / 500, 2.0 / 1200 },
        { "lecun", 1.0 / 300, 1.0 / 240 },
        { "lecununiform", 1.0 / 300, 1.0 / 240 },
        { "uniform:0.3", 0.03, 0.03 },
        { "normal:0.5", 0.25, 0.25 },
        { "truncatednormal:2", 4 * 0.7737413, 4 * 0.7737413 },
        { "orthogonal", 1.0 / 300, 1.0 / 240 },
        { "orthogonal:3", 9.0 / 300, 9.0 / 240 },
    };

    [Theory, MemberData(nameof(Scales))]
    public void The_variance_is_that_of_the_formula(string name, double ofMatrix, double ofKernel)
    {
        foreach ((Shape shape, double expected) in new[] { (Matrix, ofMatrix), (Kernel, ofKernel) })
        {
            double[] w = Draw(InitializerTable.Parse(name), shape);
            Assert.Equal(1, Variance(w) / expected, 0.06);
            Assert.Equal(0, w.Average() / Math.Sqrt(expected), 0.05);
            if (name.Contains("uniform", StringComparison.Ordinal) || name is "xavier" or "xavier:2")
            {
                Assert.InRange(w.Max(Math.Abs) / Math.Sqrt(3 * expected), 0.999, 1);
            }
        }
    }

    [Fact]
    public void Constants_and_cut_normals_keep_to_their_word()
    {
        Assert.All(Draw(Initializers.Zeros, [2, 3]), v => Assert.Equal(0, v));
        Assert.All(Draw(Initializers.Ones, [2, 3]), v => Assert.Equal(1, v));
        Assert.All(Draw(Initializers.Constant(0.25), [2, 3]), v => Assert.Equal(0.25, v));
        Assert.InRange(Draw(Initializers.TruncatedNormal(0.1, 1.5), Matrix).Max(Math.Abs), 0.149, 0.15);
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(40, 7)]
    [InlineData(7, 40)]
    [InlineData(1, 5)]
    public void Orthogonal_matrices_are_orthogonal(int rows, int columns)
    {
        Tensor w = Initializers.Orthogonal(2)(new(DType.Float32, [rows, columns]), new RandomStream(3, 1));
        Assert.Equal(DType.Float32, w.DType);
        Tensor square = (rows >= columns ? w.T.MatMul(w) : w.MatMul(w.T)) / 4;
        Assert.True((square - Tensor.Eye(Math.Min(rows, columns))).Abs().Max().Item() < 1e-6);
        Tensor kernel = Initializers.Orthogonal()(new(DType.Float64, [4, 3, 2, 2]), new RandomStream(3, 1)).Reshape(4, 12);
        Assert.True((kernel.MatMul(kernel.T) - Tensor.Eye(4, DType.Float64)).Abs().Max().Item() < 1e-14);
    }

    [Fact]
    public void Orthogonal_matrices_turn_every_way_alike()
    {
        // In the plane: half are reflections, and the first column's angle falls evenly into eight sectors.
        RandomStream random = new(4, 1);
        int[] sectors = new int[8];
        int reflections = 0;
        for (int i = 0; i < 4000; i++)
        {
            double[] q = Initializers.Orthogonal()(new(DType.Float64, [2, 2]), random).ToDoubles();
            if (q[0] * q[3] - q[1] * q[2] < 0) reflections++;
            sectors[(int)((Math.Atan2(q[2], q[0]) + Math.PI) / (2 * Math.PI) * 8) % 8]++;
        }
        Assert.InRange(reflections, 1840, 2160);
        Assert.True(sectors.Sum(n => (n - 500.0) * (n - 500) / 500) < 40);
    }

    [Fact]
    public void An_identity_gives_back_what_it_gets()
    {
        Linear linear = new(3, initializer: Initializers.Identity());
        Tensor x = new RandomStream(1, 1).Normal([5, 3]);
        Assert.Equal(x.ToDoubles(), linear.Forward(x).ToDoubles());
        Assert.Equal([2, 0, 0, 0, 2, 0], Draw(Initializers.Identity(2), [2, 3]));
        Tensor picture = new RandomStream(1, 2).Normal([2, 4, 5, 6]);
        Conv conv = new(4, [3, 5], Window.Same(groups: 2), initializer: Initializers.Identity(groups: 2));
        Assert.Equal(picture.ToDoubles(), conv.Forward(picture).ToDoubles());
        Assert.Equal(4, Draw(Initializers.Identity(groups: 2), [4, 2, 3, 3]).Sum());
    }

    [Fact]
    public void Fans_are_counted_within_groups()
    {
        // 12 input channels in 3 groups: a kernel sees 4 of them; 24 kernels, 8 a group.
        Shape grouped = [24, 4, 3, 3];
        Assert.Equal(36, Initializers.FanIn(grouped));
        Assert.Equal(216, Initializers.FanOut(grouped));
        Assert.Equal(72, Initializers.FanOut(grouped, groups: 3));
        Assert.Equal((7, 5), (Initializers.FanIn([7, 5]), Initializers.FanOut([7, 5])));
        Assert.Equal((9, 9), (Initializers.FanIn([9]), Initializers.FanOut([9])));
        Conv conv = new(24, 3, groups: 3, initializer: Initializers.HeNormal());
        conv.Build([1, 12, 9, 9]);
        Assert.Equal(1, Variance(conv.Weight.Value.ToDoubles()) / (2.0 / 36), 0.25);
    }

    [Fact]
    public void Gains_are_those_of_the_literature()
    {
        Assert.Equal(Math.Sqrt(2), Gain.Relu);
        Assert.Equal(Gain.Relu, Gain.LeakyRelu(0));
        Assert.Equal(1, Gain.LeakyRelu(1));
        Assert.Equal(5.0 / 3, Gain.Tanh);
    }

    [Fact]
    public void Every_name_of_the_table_makes_both_types_and_is_kept()
    {
        Assert.Equal(InitializerTable.All.Count, InitializerTable.All.Select(k => k.Name).Distinct().Count());
        foreach (KnownInitializer known in InitializerTable.All)
        {
            Initializer initializer = InitializerTable.Parse(known.Name);
            foreach (DType type in (DType[])[DType.Float32, DType.Float64])
                Assert.Equal(new TensorSpec(type, [3, 2, 3, 3]), initializer(new(type, [3, 2, 3, 3]), new RandomStream(1, 1)).Spec);
            Assert.Equal(known.Name, InitializerTable.NameOf(initializer));
        }
        Assert.Null(InitializerTable.NameOf(Initializers.Zeros));
        Assert.Throws<ShapeException>(() => Draw(Initializers.Orthogonal(), [3]));
        Assert.Throws<ShapeException>(() => Draw(Initializers.Identity(), [3]));
        Assert.Throws<ShapeException>(() => Draw(Initializers.Identity(groups: 2), [3, 2, 1, 1]));
    }

    [Fact]
    public void Lsuv_gives_every_layer_the_variance_1()
    {
        Sequential net = Sequential.Parse("conv 8 3x3 pad=1 | relu | depthwise 3x3 | tanh | flatten | dropout 0.5 | linear 30 | sigmoid | linear 10");
        Tensor batch = new RandomStream(1, 1).Normal([64, 3, 8, 8]) * 7 + 2;
        IReadOnlyList<(Module Layer, double Variance)> layers = Lsuv.Initialize(net, batch, new RandomStream(1, 2));
        Assert.Equal(["conv 8 3x3 pad=1", "depthwise 3x3", "linear 30", "linear 10"], layers.Select(l => l.Layer.Notation));
        Assert.All(layers, l => Assert.InRange(l.Variance, 0.99, 1.01));
        Assert.True(net.Training);
        net.Eval();
        double[] y = net.Forward(batch).ToDoubles();
        Assert.Equal(1, Variance(y), 0.02);
        // Still orthogonal, but for the scale.
        Tensor w = ((Linear)layers[^1].Layer).Weight.Value, square = w.T.MatMul(w);
        Assert.True((square / square[0, 0] - Tensor.Eye(10)).Abs().Max().Item() < 1e-5);
    }

    [Fact]
    public void Lsuv_leaves_a_layer_whose_length_is_learnt_apart()
    {
        Sequential net = Sequential.Parse("weightnorm(linear 8) | relu | linear 4");
        Assert.Equal("linear 4", Assert.Single(Lsuv.Initialize(net, new RandomStream(1, 1).Normal([64, 5]))).Layer.Notation);
    }

    [Fact]
    public void Lsuv_leaves_a_layer_that_gives_nothing()
    {
        Sequential net = new(new Linear(3), new Relu(), new Linear(2));
        (_, double variance) = Lsuv.Initialize(net, Tensor.Zeros([4, 5]))[1];
        Assert.Equal(0, variance);
        Assert.All(net.Parameters(), p => Assert.All(p.Parameter.Value.ToDoubles(), v => Assert.True(double.IsFinite(v))));
    }
}
