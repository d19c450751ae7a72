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
                    if (Vector512.IsHardwareAccelerated) Check<Lanes512, Vector512<float>, float>(m, k, n, 1e-5);
                    Check<LanesOf<float>, Vector<float>, float>(m, k, n, 1e-5);
                    Check<LanesOf<double>, Vector<double>, double>(m, k, n, 1e-13);
                }
            }
        }
    }

    private static void Check<TLanes, TV, T>(int m, int k, int n, double tolerance) where TLanes : struct, ILanes<TV, T> where TV : unmanaged where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(m * 10_007 + k * 101 + n);
        int deep = k + 2; // packed deeper than it is used
        T[] a = Numbers(m * (k + 3)), b = Numbers(deep * n), packed = new T[PackedProduct.Size<TLanes, TV, T>(deep, n)], c = Numbers(m * (n + 1)), start = [.. c];
        foreach ((bool isTall, bool isTurned, bool accumulate) in new[] { (false, false, false), (true, true, true), (false, true, true), (true, false, false) })
        {
            start.CopyTo(c, 0);
            (int row, int column) = isTall ? (1, m) : (k + 3, 1);
            fixed (T* pa = a, pb = b, pp = packed, pc = c)
            {
                PackedProduct.Pack<TLanes, TV, T>(isTurned ? new(pb, 1, deep) : new(pb, n, 1), deep, n, pp);
                PackedProduct.Run<TLanes, TV, T>(m, k, pa, row, column, pp, deep, n, pc, n + 1, accumulate);
            }
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = accumulate ? double.CreateChecked(start[i * (n + 1) + j]) : 0;
                    for (int p = 0; p < k; p++) sum += double.CreateChecked(a[i * row + p * column]) * double.CreateChecked(b[isTurned ? p + j * deep : p * n + j]);
                    Assert.Equal(sum, double.CreateChecked(c[i * (n + 1) + j]), tolerance);
                }
                Assert.Equal(start[i * (n + 1) + n], c[i * (n + 1) + n]); // between the rows nothing is written
            }
        }

        T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextDouble() - 0.5))];
    }

    [Fact]
    public void Functions_of_wide_vectors_are_right_to_a_few_units_in_the_last_place()
    {
        if (!Vector512.IsHardwareAccelerated) return;
        for (double x = -100; x < 88; x += 0.0137)
        {
            float at = (float)x;
            Near(Math.Exp(at), Lanes512.Exp(Vector512.Create(at))[0], 4e-7);
            Near(1 / (1 + Math.Exp(-at)), Lanes512.Sigmoid(Vector512.Create(at))[0], 4e-7);
            Near(Math.Tanh(at), Lanes512.Tanh(Vector512.Create(at))[0], 5e-7);
            Near(Math.Tanh(at * 1e-6f), Lanes512.Tanh(Vector512.Create(at * 1e-6f))[0], 5e-7);
        }

        static void Near(double expected, float actual, double tolerance) => Assert.InRange(Math.Abs(actual - expected), 0, Math.Max(tolerance * Math.Abs(expected), 1.2e-38)); // below it floats lose digits
    }

    [Fact]
    public void Functions_of_wide_vectors_have_their_limits()
    {
        if (!Vector512.IsHardwareAccelerated) return;
        Vector512<float> x = Vector512.Create(0, float.NegativeInfinity, float.PositiveInfinity, float.NaN, -200, 200, -0f, 1e-30f, 0, 0, 0, 0, 0, 0, 0, 0);
        float[] exp = new float[16], sigmoid = new float[16], tanh = new float[16];
        Lanes512.Exp(x).CopyTo(exp);
        Lanes512.Sigmoid(x).CopyTo(sigmoid);
        Lanes512.Tanh(x).CopyTo(tanh);
        Assert.Equal([1, 0, float.PositiveInfinity, float.NaN, 0, float.PositiveInfinity, 1, 1], exp[..8]);
        Assert.Equal([0.5f, 0, 1, float.NaN, 0, 1, 0.5f, 0.5f], sigmoid[..8]);
        Assert.Equal([0, -1, 1, float.NaN, -1, 1], tanh[..6].Select(v => MathF.Round(v, 6)));
    }

    public static TheoryData<string> Rows => [.. OpRows.All.Where(r => r.Op is PackedOp or ScaledDotProductAttention or ScaledDotProductAttentionGradient or UnrolledGradient<LstmUnit>).Select(r => r.Id)];

    [Theory, MemberData(nameof(Rows))]
    public void A_run_over_contiguous_floats_allocates_nothing(string id)
    {
        OpRow row = OpRows.Get(id);
        if (!row.Types.Contains(DType.Float32)) return;
        Tensor[] x = row.Draw(DType.Float32);
        Tensor y = row.Op.Apply(x);
        row.Op.Run(x, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        row.Op.Run(x, y);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
