// Matrix products at every size around the edges of the tiles, for all ways the operands can lie in memory, with canaries
// around the result; and that an element's bits do not depend on what is computed beside it.

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
            sizes.Add(140, 70, 800); // past the blocks of rows and of depth
            sizes.Add(130, 4100, 3); // past the block of columns
            sizes.Add(40, 33, 800);
            foreach (int m in new[] { 1, 2, 3, 4, 5 }) sizes.Add(m, 300, 400); // wide tiles
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
        if (k > 100 || m * n > 100_000) return;
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

    [Fact]
    public void Every_tile_is_right_and_stays_inside()
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Tiles<TileLanes512<float>, Vector512<float>, float>();
            Tiles<TileLanes512<double>, Vector512<double>, double>();
            Tiles<TileLanes512<long>, Vector512<long>, long>();
        }
        Tiles<TileLanes256<float>, Vector256<float>, float>(); // emulated where the CPU has no such registers
        Tiles<TileLanes256<double>, Vector256<double>, double>();
        Tiles<TileLanes256<int>, Vector256<int>, int>();
        Tiles<TileLanes128<float>, Vector128<float>, float>(); // Arm64's, here with all 14 rows as well
        Tiles<TileLanes128<double>, Vector128<double>, double>();
        Tiles<TileLanes128<int>, Vector128<int>, int>();
    }

    private static unsafe void Tiles<TLanes, TV, T>() where TLanes : struct, ITileLanes<TV, T> where TV : unmanaged where T : unmanaged, INumber<T>
    {
        int nr = 2 * TLanes.Count;
        foreach (int k in new[] { 1, 2, 37 })
        {
            for (int rows = 1; rows <= 14; rows++)
            {
                for (int columns = 1; columns <= nr; columns++)
                {
                    Tile<T>(rows, k, columns, nr, (a, row, column, b, c, ldc, add) => GemmTile<TLanes, TV, T>.Run(rows, k, (T*)a, row, column, (T*)b, nr, (T*)c, ldc, columns, add, 0));
                }
            }
            for (int rows = 1; rows <= FlatTile<TLanes, TV, T>.Rows; rows++)
            {
                int wide = FlatTile<TLanes, TV, T>.Columns(rows);
                Tile<T>(rows, k, wide, wide, (a, row, column, b, c, ldc, add) => FlatTile<TLanes, TV, T>.Run(rows, k, (T*)a, row, column, (T*)b, wide, (T*)c, ldc, add));
            }
        }
    }

    private delegate void RunTile(nint a, int row, int column, nint b, nint c, int ldc, bool add);

    private static unsafe void Tile<T>(int rows, int k, int columns, int ldb, RunTile run) where T : unmanaged, INumber<T>
    {
        int ldc = columns + 5;
        T[] a = [.. Enumerable.Range(0, k * rows).Select(i => T.CreateChecked(i * 3 % 7 - 3))], b = [.. Enumerable.Range(0, k * ldb).Select(i => T.CreateChecked(i * 5 % 9 - 4))], c = new T[4 + rows * ldc];
        foreach ((bool isPacked, bool add) in new[] { (false, true), (true, false) })
        {
            Array.Fill(c, T.CreateChecked(Canary));
            (int row, int column) = isPacked ? (1, rows) : (k, 1);
            fixed (T* fa = a, fb = b, fc = c) run((nint)fa, row, column, (nint)fb, (nint)(fc + 4), ldc, add);
            for (int at = 0; at < c.Length; at++)
            {
                int i = (at - 4) / ldc, j = (at - 4) % ldc;
                bool inside = at >= 4 && i < rows && j < columns;
                T want = inside && !add ? T.Zero : T.CreateChecked(Canary);
                if (inside)
                    for (int p = 0; p < k; p++) want += a[i * row + p * column] * b[p * ldb + j];
                if (want != c[at]) Assert.Fail($"{typeof(T).Name} {rows}x{columns}x{k}, {(inside ? $"({i}, {j})" : $"outside, at {at - 4}")}: {c[at]}, expected {want}.");
            }
        }
    }

    [Theory]
    [InlineData(300, 333, 900)]
    [InlineData(64, 300, 784)]
    [InlineData(5, 700, 400)]
    [InlineData(4, 415, 400)]
    [InlineData(11, 810, 700)] // a B larger than L2
    public unsafe void An_elements_bits_depend_on_its_row_and_column_alone(int m, int n, int k)
    {
        RandomStream random = new(seed: 3, stream: 1);
        Tensor a = random.Normal([m, k]), b = random.Normal([k, n]), turnedA = a.T.Contiguous().T, turnedB = b.T.Contiguous().T;
        float[] c = a.MatMul(b).ToArray<float>();
        Assert.Equal(c, turnedA.MatMul(b).ToArray<float>());
        Assert.Equal(c, a.MatMul(turnedB).ToArray<float>());
        for (int i = 0; i < Math.Min(m, 20); i++) Assert.Equal(c[(i * n)..((i + 1) * n)], a[i..(i + 1)].MatMul(b).ToArray<float>());
        for (int j = 0; j < 40; j += 13)
            Assert.Equal([.. Enumerable.Range(0, m).SelectMany(i => c[(i * n + j)..(i * n + j + 13)])], a.MatMul(b[.., j..(j + 13)]).ToArray<float>());
        if (!Vector512.IsHardwareAccelerated) return;
        float[] narrow = new float[m * n];
        fixed (float* pa = a.ToArray<float>(), pb = b.ToArray<float>(), pc = narrow)
        {
            Gemm.Run<TileLanes256<float>, Vector256<float>, float>(m, n, k, new(pa, k, 1), new(pb, n, 1), pc, n, accumulate: false, null, 0);
            Assert.Equal(c, narrow);
            Gemm.Run<TileLanes128<float>, Vector128<float>, float>(m, n, k, new(pa, k, 1), new(pb, n, 1), pc, n, accumulate: false, null, 0);
            Assert.Equal(c, narrow);
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
