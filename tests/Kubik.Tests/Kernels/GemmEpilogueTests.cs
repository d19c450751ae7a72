// What follows a matrix product sees every element exactly once, when it has its final value, on whatever path and with any
// number of threads.

using Kubik.Kernels;
using Kubik.Ops;

namespace Kubik.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class GemmEpilogueTests
{
    public static TheoryData<int[], int[]> Sizes => new()
    {
        { [1, 1], [1, 1] },
        { [10, 2], [2, 8] },
        { [10, 8], [8, 1] },
        { [3, 0], [0, 4] },
        { [0, 3], [3, 4] },
        { [1, 784], [784, 300] },
        { [7, 500], [500, 70] },
        { [300, 700], [700, 5] },
        { [64, 784], [784, 300] },
        { [64, 100], [100, 10] },
        { [200, 700], [700, 333] },
        { [500, 20], [20, 500] },
        { [15, 5], [5, 4200] },
        { [3, 64, 100], [100, 40] },
        { [5, 3, 4], [5, 4, 6] },
        { [4, 1, 40, 50], [3, 50, 60] },
        { [2, 300, 300], [2, 300, 300] },
        { [0, 3, 4], [4, 5] },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Every_element_is_handed_on_once_when_it_is_final(int[] left, int[] right)
    {
        RandomStream random = new(seed: 1, stream: 2);
        Tensor a = random.Normal([.. left]), b = random.Normal([.. right]);
        int before = Workers.Count;
        try
        {
            foreach (DType type in new[] { DType.Float32, DType.Float64 })
            {
                Tensor x = a.Cast(type), w = b.Cast(type), turned = w.T.Contiguous().T, final = x.MatMul(w), finalTurned = x.MatMul(turned);
                for (int threads = 1; threads <= 3; threads++)
                {
                    Workers.Count = threads;
                    Check(x, w, final);
                    Check(x, turned, finalTurned);
                }
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static void Check(Tensor x, Tensor w, Tensor final)
    {
        Tensor y = Tensor.Full(final.Shape, float.NaN, final.DType).Contiguous();
        Seen seen = new(y);
        ((IEpilogueOp)new MatMul()).Run([x, w], y, seen);
        Assert.All(seen.Times, times => Assert.Equal(1, times));
        Assert.Equal(final.Cast(DType.Float64).ToArray<double>(), seen.Values);
    }

    private sealed class Seen(Tensor of) : Epilogue
    {
        public int[] Times { get; } = new int[of.Count];

        public double[] Values { get; } = new double[of.Count];

        public override void Run(long first, int rows, long step, int columns)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    long at = first + i * step + j;
                    Interlocked.Increment(ref this.Times[at]);
                    this.Values[at] = of.DType == DType.Float32 ? of.Data<float>()[(int)at] : of.Data<double>()[(int)at];
                }
            }
        }
    }
}
