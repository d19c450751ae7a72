// Matrix products at every size around the edges of the tiles, for all ways the operands can lie in memory, with
// canaries around the result.

using System.Numerics;
using System.Runtime.Intrinsics;
using Kubik.Kernels;

namespace Kubik.Tests.Kernels;

public sealed class GemmTests
{
    private const int Canary = 12345;

    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            TheoryData<int, int, int> sizes = [];
            foreach (int m in new[] { 1, 2, 5, 6, 7, 13, 14, 15, 29 })
                foreach (int n in new[] { 1, 3, 15, 16, 17, 31, 32, 33, 65 })
                    foreach (int k in new[] { 1, 2, 37 }) sizes.Add(m, n, k);
            sizes.Add(169, 40, 321); // past the blocks of rows and of depth
            sizes.Add(15, 4100, 5);  // past the block of columns
            sizes.Add(40, 33, 640);
            sizes.Add(0, 3, 3);
            sizes.Add(3, 0, 3);
            sizes.Add(3, 3, 0);
            return sizes;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Products_of_all_types(int m, int n, int k)
    {
        Check<float>(m, n, k, accumulate: false);
        Check<float>(m, n, k, accumulate: true);
        Check<double>(m, n, k, accumulate: (m + n) % 2 == 0);
        if (k > 100) return;
        Check<int>(m, n, k, accumulate: (m + k) % 2 == 0);
        Check<long>(m, n, k, accumulate: (n + k) % 2 == 0);
    }

    // Whole numbers, so that any order of additions gives the same sum and the comparison is exact.
    private static unsafe void Check<T>(int m, int n, int k, bool accumulate) where T : unmanaged, INumber<T>
    {
        T[] a = [.. Enumerable.Range(0, m * k).Select(i => T.CreateChecked(i * 7 % 11 - 5))], b = [.. Enumerable.Range(0, k * n).Select(i => T.CreateChecked(i * 5 % 13 - 6))];
        T[] expected = new T[m * n];
        for (int i = 0; i < m; i++)
            for (int p = 0; p < k; p++)
                for (int j = 0; j < n; j++) expected[i * n + j] += a[i * k + p] * b[p * n + j];
        for (int layout = 0; layout < 9; layout++)
        {
            (T[] pa, int rowA, int columnA) = Lay(a, m, k, layout / 3);
            (T[] pb, int rowB, int columnB) = Lay(b, k, n, layout % 3);
            int ldc = n + 3;
            T[] c = new T[8 + m * ldc + 8];
            Array.Fill(c, T.CreateChecked(Canary));
            fixed (T* fa = pa, fb = pb, fc = c)
                Gemm.Run(m, n, k, new MatrixView<T>(fa, rowA, columnA), new MatrixView<T>(fb, rowB, columnB), fc + 8, ldc, accumulate);
            for (int at = 0; at < c.Length; at++)
            {
                int i = (at - 8) / ldc, j = (at - 8) % ldc;
                bool inside = at >= 8 && i < m && j < n;
                T want = inside ? expected[i * n + j] + (accumulate ? T.CreateChecked(Canary) : T.Zero) : T.CreateChecked(Canary);
                if (c[at] != want) Assert.Fail($"{typeof(T).Name} {m}x{n}x{k}, layout {layout}, {(inside ? $"({i}, {j})" : $"outside, at {at - 8}")}: {c[at]}, expected {want}.");
            }
        }
    }

    // Row by row, column by column, or with gaps in both directions.
    private static (T[] Data, int Row, int Column) Lay<T>(T[] matrix, int rows, int columns, int kind) where T : unmanaged, INumber<T>
    {
        (int row, int column) = kind switch { 0 => (columns, 1), 1 => (1, rows), _ => (2 * columns + 1, 2) };
        T[] data = new T[rows * columns == 0 ? 1 : (rows - 1) * row + (columns - 1) * column + 1];
        Array.Fill(data, T.CreateChecked(99));
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) data[i * row + j * column] = matrix[i * columns + j];
        return (data, row, column);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(63)]
    public void Every_tile_is_right_and_stays_inside(int k)
    {
        foreach ((bool half, bool add) in new[] { (false, true), (false, false), (true, true), (true, false) })
        {
            if (Vector512.IsHardwareAccelerated) Tile<float, Avx512Kernel>(k, half, add);
            Tile<float, Avx2Kernel>(k, half, add); // Vector256 is emulated where the CPU has no such registers
            Tile<float, PortableKernel<float>>(k, half, add);
            Tile<double, PortableKernel<double>>(k, half, add);
            Tile<int, PortableKernel<int>>(k, half, add);
            Tile<long, PortableKernel<long>>(k, half, add);
        }
    }

    private static unsafe void Tile<T, TKernel>(int k, bool half, bool add) where T : unmanaged, INumber<T> where TKernel : struct, IMicroKernel<T>
    {
        (int mr, int nr, int width) = (TKernel.MR, TKernel.NR, half ? TKernel.NR / 2 : TKernel.NR);
        int ldc = nr + 5;
        T[] a = [.. Enumerable.Range(0, k * mr).Select(i => T.CreateChecked(i * 3 % 7 - 3))], b = [.. Enumerable.Range(0, k * nr).Select(i => T.CreateChecked(i * 5 % 9 - 4))];
        T[] c = new T[4 + mr * ldc];
        Array.Fill(c, T.CreateChecked(Canary));
        fixed (T* fa = a, fb = b, fc = c)
        {
            if (half) TKernel.RunHalf(k, fa, fb, fc + 4, ldc, add);
            else TKernel.Run(k, fa, fb, fc + 4, ldc, add);
        }
        for (int at = 0; at < c.Length; at++)
        {
            int i = (at - 4) / ldc, j = (at - 4) % ldc;
            bool inside = at >= 4 && i < mr && j < width;
            T want = inside && !add ? T.Zero : T.CreateChecked(Canary);
            if (inside)
                for (int p = 0; p < k; p++) want += a[p * mr + i] * b[p * nr + j];
            Assert.Equal(want, c[at]);
        }
    }

    [Fact]
    public void A_batch_of_rows_whose_middle_axis_is_1_is_read_in_place()
    {
        // (1, 4, 5) seen as (4, 1, 5): contiguous, though the axis of size 1 has the stride of a whole matrix.
        Tensor x = Tensor.Range(0, 20).Reshape(1, 4, 5).Permute(1, 0, 2), w = Tensor.Range(0, 15).Reshape(5, 3);
        Assert.Equal(Tensor.Range(0, 20).Reshape(4, 5).MatMul(w).ToArray<float>(), x.MatMul(w).ToArray<float>());
    }
}
