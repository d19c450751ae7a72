// Panels of a matrix product's operands, so that the innermost loop reads memory in order. Column j of the panel stands in
// every step of the depth at the same place: to[p·step + j] = from(p, j). What lies dense along the depth (A as it is mostly
// stored, a transposed B) is turned 16 × 16 numbers at a time in registers.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

internal static unsafe class GemmPack
{
    /// <summary>What a panel may write beyond its end.</summary>
    public const int Slack = 16;

    private const int Side = 16;

    /// <summary>Packs so many columns of depth k; columns up to the step that are not there become 0 when <paramref name="isPadded"/>.
    /// Up to <see cref="Slack"/> numbers beyond the panel may be written.</summary>
    public static void Run<T>(MatrixView<T> from, int depth, int columns, T* to, int step, bool isPadded) where T : unmanaged
    {
        // Not where a store of 16 would reach beyond a panel that another thread packs the next one of.
        if (typeof(T) == typeof(float) && Avx512F.IsSupported && (from.Row == 1 || from.Column == 1) && (!isPadded || step % Side == 0))
        {
            // Columns in 16s; stores of the last 16 may reach into the next row of the panel, which is written later.
            for (int j = 0; j < columns; j += Side)
            {
                float* first = (float*)from.At(0, j), place = (float*)to + j;
                if (from.Column == 1) Rows(first, from.Row, depth, Math.Min(Side, columns - j), place, step);
                else Turned(first, from.Column, depth, Math.Min(Side, columns - j), place, step);
            }
            if (isPadded && columns <= step - Side) Pad(depth, (columns + Side - 1) / Side * Side, to, step);
            return;
        }
        if (from.Column == 1)
        {
            for (int p = 0; p < depth; p++) new ReadOnlySpan<T>(from.At(p, 0), columns).CopyTo(new Span<T>(to + (long)p * step, columns));
        }
        else if (from.Row == 1 && typeof(T) == typeof(float) && columns >= 4 && Sse.IsSupported)
        {
            // Fours of columns, the last one overlapping the one before.
            for (int j = 0; j < columns; j = j + 4 < columns ? Math.Min(j + 4, columns - 4) : columns)
                Four((float*)from.At(0, j), from.Column, (float*)to + j, depth, step);
        }
        else
        {
            for (int j = 0; j < columns; j++)
            {
                T* column = from.At(0, j);
                for (int p = 0; p < depth; p++) to[(long)p * step + j] = column[p * from.Row];
            }
        }
        if (isPadded && columns < step) Pad(depth, columns, to, step);
    }

    private static void Pad<T>(int depth, int columns, T* to, int step) where T : unmanaged
    {
        for (int p = 0; p < depth; p++) new Span<T>(to + (long)p * step + columns, step - columns).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(float* from, long row, int depth, int columns, float* to, int step)
    {
        Vector512<float> mask = First(columns);
        for (int p = 0; p < depth; p++, from += row, to += step) Avx512F.MaskLoad(from, mask, Vector512<float>.Zero).Store(to);
    }

    // Up to 16 columns, each dense along the depth and so far from the next one, 16 steps of the depth at a time.
    private static void Turned(float* from, long column, int depth, int columns, float* to, int step)
    {
        int p = 0;
        if (columns == Side)
        {
            for (; p <= depth - Side; p += Side) Transposition.Block(from + p, column, to + (long)p * step, step, Side);
        }
        for (; p < depth; p += Side)
        {
            int wanted = Math.Min(Side, depth - p);
            Block(from + p, column, First(wanted), columns, to + (long)p * step, step, wanted);
        }
    }

    private static Vector512<float> First(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    // 16 × 16: pairs of columns, then pairs of pairs, then quarters, then halves.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(float* from, long column, Vector512<float> mask, int columns, float* to, long step, int wanted)
    {
        Vector512<float> none = Vector512<float>.Zero, a0, a1 = none, a2 = none, a3 = none, a4 = none, a5 = none, a6 = none, a7 = none, a8 = none, a9 = none,
            aa = none, ab = none, ac = none, ad = none, ae = none, af = none;
        a0 = Avx512F.MaskLoad(from, mask, none);
        if (columns > 1) a1 = Avx512F.MaskLoad(from + column, mask, none);
        if (columns > 2) a2 = Avx512F.MaskLoad(from + 2 * column, mask, none);
        if (columns > 3) a3 = Avx512F.MaskLoad(from + 3 * column, mask, none);
        if (columns > 4) a4 = Avx512F.MaskLoad(from + 4 * column, mask, none);
        if (columns > 5) a5 = Avx512F.MaskLoad(from + 5 * column, mask, none);
        if (columns > 6) a6 = Avx512F.MaskLoad(from + 6 * column, mask, none);
        if (columns > 7) a7 = Avx512F.MaskLoad(from + 7 * column, mask, none);
        if (columns > 8) a8 = Avx512F.MaskLoad(from + 8 * column, mask, none);
        if (columns > 9) a9 = Avx512F.MaskLoad(from + 9 * column, mask, none);
        if (columns > 10) aa = Avx512F.MaskLoad(from + 10 * column, mask, none);
        if (columns > 11) ab = Avx512F.MaskLoad(from + 11 * column, mask, none);
        if (columns > 12) ac = Avx512F.MaskLoad(from + 12 * column, mask, none);
        if (columns > 13) ad = Avx512F.MaskLoad(from + 13 * column, mask, none);
        if (columns > 14) ae = Avx512F.MaskLoad(from + 14 * column, mask, none);
        if (columns > 15) af = Avx512F.MaskLoad(from + 15 * column, mask, none);
        Transposition.Quad(ref a0, ref a1, ref a2, ref a3);
        Transposition.Quad(ref a4, ref a5, ref a6, ref a7);
        Transposition.Quad(ref a8, ref a9, ref aa, ref ab);
        Transposition.Quad(ref ac, ref ad, ref ae, ref af);
        // Quarters 0 … 3 of a_i are steps i, i + 4, i + 8, i + 12 of four columns. Each store may overwrite the beginning of the next step: in order.
        Transposition.Turn(ref a0, ref a4, ref a8, ref ac);
        Transposition.Turn(ref a1, ref a5, ref a9, ref ad);
        Transposition.Turn(ref a2, ref a6, ref aa, ref ae);
        Transposition.Turn(ref a3, ref a7, ref ab, ref af);
        a0.Store(to);
        if (wanted > 1) a1.Store(to += step);
        if (wanted > 2) a2.Store(to += step);
        if (wanted > 3) a3.Store(to += step);
        if (wanted > 4) a4.Store(to += step);
        if (wanted > 5) a5.Store(to += step);
        if (wanted > 6) a6.Store(to += step);
        if (wanted > 7) a7.Store(to += step);
        if (wanted > 8) a8.Store(to += step);
        if (wanted > 9) a9.Store(to += step);
        if (wanted > 10) aa.Store(to += step);
        if (wanted > 11) ab.Store(to += step);
        if (wanted > 12) ac.Store(to += step);
        if (wanted > 13) ad.Store(to += step);
        if (wanted > 14) ae.Store(to += step);
        if (wanted > 15) af.Store(to + step);
    }

    // Four columns that lie dense one by one, as rows of four.
    private static void Four(float* from, long column, float* to, int depth, int step)
    {
        float* a = from, b = from + column, c = b + column, d = c + column;
        int p = 0;
        for (; p <= depth - 4; p += 4, to += 4L * step)
        {
            Vector128<float> va = Vector128.Load(a + p), vb = Vector128.Load(b + p), vc = Vector128.Load(c + p), vd = Vector128.Load(d + p);
            Vector128<float> abLow = Sse.UnpackLow(va, vb), abHigh = Sse.UnpackHigh(va, vb), cdLow = Sse.UnpackLow(vc, vd), cdHigh = Sse.UnpackHigh(vc, vd);
            Sse.MoveLowToHigh(abLow, cdLow).Store(to);
            Sse.MoveHighToLow(cdLow, abLow).Store(to + step);
            Sse.MoveLowToHigh(abHigh, cdHigh).Store(to + 2L * step);
            Sse.MoveHighToLow(cdHigh, abHigh).Store(to + 3L * step);
        }
        for (; p < depth; p++, to += step) (to[0], to[1], to[2], to[3]) = (a[p], b[p], c[p], d[p]);
    }
}
