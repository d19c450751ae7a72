// A kernel with its sizes is a line of words, which bench/torch/kernels.py reads too, so that both sides measure the same:
//
//     gemm 64x784x300                          (64, 784) · (784, 300); gemm-ta and gemm-tb take the left or right one transposed
//     conv 32x64x16x16 128x64x3x3 s1 p1 g1     forward; conv-dx and conv-dw what it sends back to the input and to the kernel
//     exp 10000                                so many elements; a softmax in rows of 1000
//     gelu-step 10000                          GELU by tanh and its gradient, of x and dy: compiled to one loop
//     copy 10000, add 10000                    the bandwidth of memory, the way an op meets it
//     permute 16x64x32x32 0,2,3,1              the axes in another order, laid out anew

using System.Globalization;
using Kubik.Graphs;
using Kubik.Ops;

namespace Kubik.KernelBench;

/// <summary>A kernel with its sizes.</summary>
/// <param name="Name">The words.</param>
/// <param name="Gigaflop">Operations in 10⁹, a multiply-add being two; 0 where memory is the limit.</param>
/// <param name="Gigabytes">What has to be read and written at least.</param>
/// <param name="Prepare">Makes the inputs and gives what runs the kernel once.</param>
internal sealed record KernelCase(string Name, double Gigaflop, double Gigabytes, Func<Func<Tensor>> Prepare)
{
    private const int SoftmaxRow = 1000;

    private static readonly int[] Counts = [10_000, 1_000_000, 10_000_000];

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["relu"] = x => x.Relu(),
        ["exp"] = x => x.Exp(),
        ["log"] = x => x.Log(),
        ["tanh"] = x => x.Tanh(),
        ["sigmoid"] = x => x.Sigmoid(),
        ["gelu"] = x => x.Gelu(),
        ["gelu-tanh"] = x => x.GeluTanh(),
        ["softmax"] = x => x.Reshape([x.Count / SoftmaxRow, SoftmaxRow]).Softmax(),
        ["log-softmax"] = x => x.Reshape([x.Count / SoftmaxRow, SoftmaxRow]).LogSoftmax(),
        ["copy"] = x => new Copy().Apply(x),
        ["add"] = x => x + x,
    };

    /// <summary>What is measured when nothing is said.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        .. from n in (int[])[256, 512, 1024, 2048] select Gemm("gemm", n, n, n),
        Gemm("gemm-ta", 1024, 1024, 1024),
        Gemm("gemm-tb", 1024, 1024, 1024),
        .. from size in ((int K, int N)[])[(784, 300), (4096, 4096)] from m in (int[])[1, 2, 4, 8, 16] from way in (string[])["gemm", "gemm-tb"] select Gemm(way, m, size.K, size.N),
        Gemm("gemm", 64, 784, 300), // mlp: forward and what it sends back to the weights
        Gemm("gemm-ta", 784, 64, 300),
        Gemm("gemm", 768, 128, 512), // gpt
        Gemm("gemm", 10, 8, 8), // tiny
        .. from layer in (string[])
           [
               "32x3x32x32 64x3x3x3 s1 p1 g1", "32x64x16x16 128x64x3x3 s1 p1 g1", "32x256x8x8 256x256x3x3 s1 p1 g1", "32x512x4x4 512x512x3x3 s1 p1 g1", // vgg_a
               "16x64x32x32 64x64x3x3 s1 p1 g1", "16x64x32x32 128x64x3x3 s2 p1 g1", "16x64x32x32 128x64x1x1 s2 p0 g1", "16x256x8x8 256x256x3x3 s1 p1 g1", // resnet18
               "64x1x28x28 6x1x5x5 s1 p2 g1", "64x6x14x14 16x6x5x5 s1 p0 g1", // lenet
               "16x128x16x16 128x1x3x3 s1 p1 g128", "16x128x16x16 128x1x3x3 s2 p1 g128", "16x128x16x16 128x128x1x1 s1 p0 g1", // mobilenet
           ]
           from way in (string[])["conv", "conv-dx", "conv-dw"]
           select Conv(way, layer),
        .. from function in Functions.Keys from n in Counts select Function(function, n),
        .. from n in Counts select GeluStep(n),
        .. from axes in (string[])["1000x1000 1,0", "4096x4096 1,0", "16x64x32x32 0,2,3,1", "16x32x32x64 0,3,1,2", "12x64x4x32 0,2,1,3"] select Permute(axes),
    ];

    private static RandomStream Random => new(seed: 1, stream: 1);

    public override string ToString() => this.Name;

    private static KernelCase Gemm(string way, int m, int k, int n) => new($"{way} {m}x{k}x{n}", 2e-9 * m * k * n, 4e-9 * (((long)m * k) + ((long)k * n) + ((long)m * n)), () =>
    {
        Tensor a = way == "gemm-ta" ? Random.Normal([k, m]).T : Random.Normal([m, k]), b = way == "gemm-tb" ? Random.Normal([n, k]).T : Random.Normal([k, n]);
        return () => a.MatMul(b);
    });

    private static KernelCase Conv(string way, string layer)
    {
        string[] words = layer.Split(' ');
        Shape x = Shape.Parse(words[0]), w = Shape.Parse(words[1]);
        int Number(int word) => int.Parse(words[word].AsSpan(1), CultureInfo.InvariantCulture);
        Window window = new(stride: Number(2), pad: Number(3), groups: Number(4));
        Shape y = new Conv(window).Infer([new(DType.Float32, x), new(DType.Float32, w)]).Shape;
        return new($"{way} {layer}", 2e-9 * y.Size * w[1..].Size, 4e-9 * ((long)x.Size + w.Size + y.Size), () =>
        {
            Tensor input = Random.Normal(x), kernel = Random.Normal(w), dy = Random.Normal(y);
            return way switch
            {
                "conv" => () => new Conv(window).Apply(input, kernel),
                "conv-dx" => () => new ConvInputGradient(window, x[2..]).Apply(dy, kernel),
                _ => () => new ConvWeightGradient(window, w[2..]).Apply(input, dy),
            };
        });
    }

    private static KernelCase GeluStep(int count) => new($"gelu-step {count}", 0, 16e-9 * count, () =>
    {
        Tensor[] inputs = [Random.Normal([count]), Random.Normal([count])];
        Graph graph = Graph.Trace(
            static s =>
            {
                Tensor y = s[0].GeluTanh();
                return [y, default(GeluTanh).Gradient(s[0], y, s[1])!];
            },
            inputs[0].Spec, inputs[1].Spec);
        Plan plan = Compiler.Plan(graph);
        for (int i = 0; i < inputs.Length; i++) plan.SetInput(i, inputs[i]);
        return () =>
        {
            plan.Compute();
            return plan.Output(1);
        };
    });

    private static KernelCase Permute(string words)
    {
        Shape shape = Shape.Parse(words.Split(' ')[0]);
        int[] axes = [.. words.Split(' ')[1].Split(',').Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        return new($"permute {words}", 0, 8e-9 * shape.Size, () =>
        {
            Tensor x = Random.Normal(shape).Permute(axes);
            return () => x.Contiguous();
        });
    }

    private static KernelCase Function(string name, int count) => new($"{name} {count}", 0, 8e-9 * count, () =>
    {
        Tensor x = name == "log" ? Random.Uniform([count]) + 0.5f : Random.Normal([count]);
        return () => Functions[name](x);
    });
}
