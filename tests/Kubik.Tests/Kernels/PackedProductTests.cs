// The kernels of sequences: products with a matrix that is packed once, the functions of wide vectors, and that nothing is
// allocated when they run.

using System.Numerics;
using System.Runtime.Intrinsics;
using Kubik.Kernels;
using Kubik.Ops;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Kernels;

public sealed unsafe class PackedProductTests
{
    private static readonly int[] Heights = [1, 3, 4, 7, 8, 12, 19], Depths = [0, 1, 5, 40], Widths = [1, 15, 16, 31, 32, 33, 70];

    [Fact]
    public void Every_size_gives_the_product_whatever_the_strides()
    {
        foreach (int m in Heights)
        {
            foreach (int k in Depths)
            {
                foreach (int n in Widths)
                {
                    if (Vector512.IsHardwareAccelerated) Check<Lanes512<float>, float>(m, k, n, 1e-5);
                    Check<Lanes256<float>, float>(m, k, n, 1e-5);
                    Check<Lanes128<double>, double>(m, k, n, 1e-13);
                }
            }
        }
    }

    private static void Check<V, T>(int m, int k, int n, double tolerance) where V : unmanaged, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(m * 10_007 + k * 101 + n);
        int deep = k + 2; // packed deeper than it is used
        T[] a = Numbers(m * (k + 3)), b = Numbers(deep * n), packed = new T[PackedProduct.Size<V, T>(deep, n)], c = Numbers(m * (n + 1)), start = [.. c];
        foreach ((bool isTall, bool isTurned, bool accumulate) in new[] { (false, false, false), (true, true, true), (false, true, true),
            (true, false, false) })
        {
            start.CopyTo(c, 0);
            (int row, int column) = isTall ? (1, m) : (k + 3, 1);
            fixed (T* pa = a, pb = b, pp = packed, pc = c)
            {
                PackedProduct.Pack<V, T>(isTurned ? new(pb, 1, deep) : new(pb, n, 1), deep, n, pp);
                PackedProduct.Run<V, T>(m, k, pa, row, column, pp, deep, n, pc, n + 1, accumulate);
            }
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = accumulate ? double.CreateChecked(start[i * (n + 1) + j]) : 0;
                    for (int p = 0; p < k; p++)
                        sum += double.CreateChecked(a[i * row + p * column]) * double.CreateChecked(b[isTurned ? p + j * deep : p * n + j]);
                    Assert.Equal(sum, double.CreateChecked(c[i * (n + 1) + j]), tolerance);
                }
                Assert.Equal(start[i * (n + 1) + n], c[i * (n + 1) + n]); // between the rows nothing is written
            }
        }

        T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextDouble() - 0.5))];
    }

    public static TheoryData<string> Rows =>
        [.. OpRows.All.Where(r => r.Op is PackedOp or ScaledDotProductAttention or ScaledDotProductAttentionGradient or UnrolledGradient<LstmUnit>)
            .Select(r => r.Id)];

    [Theory, MemberData(nameof(Rows))]
    public void A_run_over_contiguous_floats_allocates_nothing(string id)
    {
        OpRow row = OpRows.Get(id);
        if (!row.Types.Contains(DType.Float32)) return;
        Tensor[] x = row.Draw(DType.Float32);
        Tensor y = row.Op.Apply(x);
        Assert.Equal(0, Allocation.Steady(() => row.Op.Run(x, y)));
    }
}
