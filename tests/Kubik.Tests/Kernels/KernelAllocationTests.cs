using Kubik.Ops;

namespace Kubik.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class KernelAllocationTests
{
    private static readonly Shape Image = [4, 6, 9, 9];

    // Kernels and inputs of them, by shape.
    private static readonly (Op Op, Shape[] Inputs)[] Kernels =
    [
        (Binary<Add>.Instance, [Image, Image]), (Binary<Add>.Instance, [[50, 10], [10]]), (Binary<Mul>.Instance, [Image, [6, 1, 1]]),
        (Unary<Relu>.Instance, [Image]), (Unary<Log>.Instance, [Image]),
        (new Function<Exp>(default), [[1000]]), (new Function<Gelu>(default), [[5]]),
        (new Reduce<Sum>([0, 2, 3]), [Image]), (new Reduce<Sum>([0]), [[3000, 10]]), (new Reduce<Max>([1]), [[30, 50]]), (new Reduce<Sum>([0]), [[200_000]]),
        (new Reduce<Sum>([0]), [[4000, 300]]),
        (new Softmax(1), [[20, 30]]), (new LogSoftmax(1), [Image]), (new SoftmaxGradient(1), [[20, 30], [20, 30]]),
        (new ChannelMoments(), [Image]), (new BatchNormalization(), [Image, [6], [6], [6], [6]]), (new BatchNormalizationSums(), [Image, Image, [6], [6]]),
        (new BatchNormalizationGradient(), [Image, Image, [6], [6], [6], [2, 6]]),
        (new LayerNormalization(), [[20, 30], [30], [30]]), (new RmsNormalization(), [[20, 30], [30]]), (new GroupNormalization(2), [Image, [6], [6]]),
        (new InstanceNormalization(), [Image, [6], [6]]),
        (new RowNormalizationGradient(30), [[20, 30], [20, 30], [30]]), (new RowNormalizationSums(30), [[2000, 30], [2000, 30]]),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Kernels.Length)];

    [Theory, MemberData(nameof(Cases))]
    public void A_kernel_allocates_nothing(int index)
    {
        (Op op, Shape[] shapes) = Kernels[index];
        RandomStream random = new(1, 1);
        Tensor[] x = [.. shapes.Select(s => random.Uniform(s) + 0.5)];
        Tensor y = Tensor.Allocate(op.Infer([.. x.Select(t => t.Spec)]));
        Assert.Equal(0, Allocation.Steady(() => op.Run(x, y)));
    }

    [Fact]
    public void Cross_entropy_allocates_nothing()
    {
        Tensor x = new RandomStream(1, 1).Uniform([20, 30]), labels = new RandomStream(2, 1).Integers(0, 30, [20]),
            y = Tensor.Allocate(new(DType.Float32, [20])), dx = Tensor.Allocate(x.Spec);
        Assert.Equal(0, Allocation.Steady(Both));

        void Both()
        {
            Forward.Run([x, labels], y);
            Backward.Run([x, labels, y], dx);
        }
    }

    private static readonly SoftmaxCrossEntropy Forward = new();
    private static readonly SoftmaxCrossEntropyGradient Backward = new();
}
