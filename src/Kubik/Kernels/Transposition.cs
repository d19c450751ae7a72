// Transposes matrices of floats: from channels first to channels last and back. With AVX-512 a block of 16 × 16 takes 16
// loads, 64 shuffles and 16 stores; what is left at the edges goes one by one.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

internal static unsafe class Transposition
{
    private const int Side = 16;

    /// <summary>to[j·toRow + i] = from[i·fromRow + j] for i &lt; rows and j &lt; columns;
    /// so many elements beyond the last column of the last row may be read, though they are not used.</summary>
    public static void Run(float* from, long fromRow, int rows, int columns, float* to, long toRow, int readable = 0)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= rows - Side; i += Side)
            {
                int j = 0;
                float* source = from + i * fromRow;
                for (; j <= columns - Side; j += Side) Block(source + j, fromRow, to + j * toRow + i, toRow, Side);
                int rest = columns - j;
                if (rest == 0) continue;
                // The last row's end is the nearest to what must not be read.
                long spare = (rows - 1 - i - (Side - 1)) * fromRow + readable;
                // again what is done already
                if (rest > 3 && columns > Side) Block(source + columns - Side, fromRow, to + (columns - Side) * toRow + i, toRow, Side);
                else if (rest > 3 && spare >= Side - rest) Block(source + j, fromRow, to + j * toRow + i, toRow, rest);
                else Single(source + j, fromRow, Side, rest, to + j * toRow + i, toRow);
            }
        }
        Single(from + i * fromRow, fromRow, rows - i, columns, to + i, toRow);
    }

    private static void Single(float* from, long fromRow, int rows, int columns, float* to, long toRow)
    {
        for (int i = 0; i < rows; i++, from += fromRow)
        {
            float* column = to + i;
            for (int j = 0; j < columns; j++, column += toRow) *column = from[j];
        }
    }

    /// <summary>16 rows of 16 columns, of which the first so many are wanted: pairs of rows, then of pairs, then quarters, then halves. AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(float* from, long row, float* to, long toRow, int wanted)
    {
        Vector512<float> a0 = Vector512.Load(from), a1 = Vector512.Load(from + row), a2 = Vector512.Load(from + 2 * row), a3 = Vector512.Load(from + 3 * row);
        float* next = from + 4 * row;
        Vector512<float> a4 = Vector512.Load(next), a5 = Vector512.Load(next + row), a6 = Vector512.Load(next + 2 * row), a7 = Vector512.Load(next + 3 * row);
        next += 4 * row;
        Vector512<float> a8 = Vector512.Load(next), a9 = Vector512.Load(next + row), aa = Vector512.Load(next + 2 * row), ab = Vector512.Load(next + 3 * row);
        next += 4 * row;
        Vector512<float> ac = Vector512.Load(next), ad = Vector512.Load(next + row), ae = Vector512.Load(next + 2 * row), af = Vector512.Load(next + 3 * row);
        Quad(ref a0, ref a1, ref a2, ref a3);
        Quad(ref a4, ref a5, ref a6, ref a7);
        Quad(ref a8, ref a9, ref aa, ref ab);
        Quad(ref ac, ref ad, ref ae, ref af);
        // Each now holds, for one column of each quarter, four rows: quarters 0 … 3 of a_k are columns k, k + 4, k + 8, k + 12.
        Column(a0, a4, a8, ac, to, 4 * toRow, wanted);
        Column(a1, a5, a9, ad, to + toRow, 4 * toRow, wanted - 1);
        Column(a2, a6, aa, ae, to + 2 * toRow, 4 * toRow, wanted - 2);
        Column(a3, a7, ab, af, to + 3 * toRow, 4 * toRow, wanted - 3);
    }

    /// <summary>4 × 4 transposed within each quarter of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quad(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> cd = Avx512F.UnpackLow(c, d).AsDouble(), cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
        a = Avx512F.UnpackLow(ab, cd).AsSingle();
        b = Avx512F.UnpackHigh(ab, cd).AsSingle();
        c = Avx512F.UnpackLow(abHigh, cdHigh).AsSingle();
        d = Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle();
    }

    /// <summary>The quarters of four vectors transposed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<float> low = Avx512F.Shuffle4x128(a, b, 0b01_00_01_00), high = Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);
        Vector512<float> low2 = Avx512F.Shuffle4x128(c, d, 0b01_00_01_00), high2 = Avx512F.Shuffle4x128(c, d, 0b11_10_11_10);
        a = Avx512F.Shuffle4x128(low, low2, 0b10_00_10_00);
        b = Avx512F.Shuffle4x128(low, low2, 0b11_01_11_01);
        c = Avx512F.Shuffle4x128(high, high2, 0b10_00_10_00);
        d = Avx512F.Shuffle4x128(high, high2, 0b11_01_11_01);
    }

    // Four columns, four apart, from their quarters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* to, long step, int wanted)
    {
        Turn(ref a, ref b, ref c, ref d);
        if (wanted > 0) a.Store(to);
        if (wanted > 4) b.Store(to + step);
        if (wanted > 8) c.Store(to + 2 * step);
        if (wanted > 12) d.Store(to + 3 * step);
    }
}
