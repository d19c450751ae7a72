// Pools of 2 × 2 at every width around those of the vectors, with equal cells, NaN and both zeros: the same as the general
// kernel, which computes them in doubles.

using Kubik.Kernels;
using Kubik.Ops;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class SquarePoolingTests : IDisposable
{
    private readonly int threads = Workers.Count;

    public void Dispose() => Workers.Count = this.threads;

    [Fact]
    public void Pools_of_two_by_two_agree_with_the_general_kernel()
    {
        foreach (int width in new[] { 2, 3, 7, 8, 9, 10, 15, 16, 17, 22, 31, 32, 33, 34, 47, 64, 67 })
        {
            foreach (int height in new[] { 2, 5, 6 }) Check(width, height);
        }
    }

    private static void Check(int width, int height)
    {
        Random random = new(width * 100 + height);
        float[] odd = [float.NaN, -0f, 0f, float.PositiveInfinity, float.NegativeInfinity];
        Tensor x = Tensor.From(Values(7 * 3 * height * width, special: true)).Reshape(7, 3, height, width);
        MaxPool max = new(2, new Window(2));
        AvgPool mean = new(2, new Window(2)), sum = new(2, new Window(2), divisor: Divisor.One);
        Tensor dy = Tensor.From(Values(7 * 3 * (height / 2) * (width / 2), special: false)).Reshape(7, 3, height / 2, width / 2);
        Tensor g = Tensor.From(Values(x.Count, special: false)).Reshape(x.Shape);
        Same(max, x);
        Same(new MaxPoolScatter(max), x, dy);
        Same(new MaxPoolGather(max), x, g);
        Same(mean, g);
        Same(new AvgPoolSpread(mean, [height, width]), dy);
        Same(sum, g);
        Same(new AvgPoolSpread(sum, [height, width]), dy);

        float[] Values(int count, bool special) =>
            [.. Enumerable.Range(0, count).Select(_ => special && random.Next(9) == 0 ? odd[random.Next(odd.Length)] : random.Next(-4, 5))];
    }

    private static void Same(Op op, params Tensor[] inputs)
    {
        double[] expected = op.Apply([.. inputs.Select(t => t.Cast(DType.Float64))]).ToDoubles();
        foreach (int count in new[] { 1, 2, 3 })
        {
            Workers.Count = count;
            Walled y = new(op.Infer([.. inputs.Select(t => t.Spec)]));
            op.Run(inputs, y.Inside);
            y.AssertUntouched(op.Name);
            Assert.Equal(expected, y.Inside.ToDoubles());
        }
    }

    [Fact]
    public void Pools_allocate_nothing()
    {
        Workers.Count = 1;
        Tensor x = Tensor.From(new float[2 * 3 * 9 * 8]).Reshape(2, 3, 9, 8);
        Tensor[] inputs = [x];
        foreach (Op op in new Op[] { new MaxPool(2, new Window(2)), new MaxPool(3, new Window(2, 1)), new AvgPool(3, new Window(1, 1)),
            new AvgPool(new AdaptiveGrid(3)) })
        {
            Tensor y = op.Apply(x);
            Assert.Equal(0, Allocation.Steady(() => op.Run(inputs, y)));
        }
    }
}
