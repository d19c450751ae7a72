// The five filters of PNG (section 9): a byte is stored as its difference to a guess from the byte to the left (a), above
// (b) and above left (c). Decoding undoes them in place; encoding tries all five and keeps the one with the smallest
// sum of absolute differences, the heuristic of section 12.7.

namespace Kubik.IO;

/// <summary>Filters rows of a PNG and undoes it.</summary>
internal static class PngFilters
{
    public const int Count = 5;

    /// <summary>Turns differences into bytes, in place.</summary>
    /// <param name="filter">The filter, 0 to 4.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above, finished; empty for the first.</param>
    /// <param name="step">Bytes of a pixel, at least 1.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 1:
                for (int i = step; i < row.Length; i++) row[i] += row[i - step];
                break;
            case 2:
                for (int i = 0; i < above.Length; i++) row[i] += above[i];
                break;
            case 3 or 4:
                for (int i = 0; i < row.Length; i++)
                {
                    int a = i < step ? 0 : row[i - step], b = above.IsEmpty ? 0 : above[i], c = i < step || above.IsEmpty ? 0 : above[i - step];
                    row[i] += (byte)(filter == 3 ? a + b >> 1 : Paeth(a, b, c));
                }
                break;
        }
    }

    /// <summary>Writes the filter's number and the differences.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> into)
    {
        into[0] = (byte)filter;
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step], b = above.IsEmpty ? 0 : above[i], c = i < step || above.IsEmpty ? 0 : above[i - step];
            int guess = filter switch
            {
                0 => 0,
                1 => a,
                2 => b,
                3 => a + b >> 1,
                _ => Paeth(a, b, c),
            };
            into[i + 1] = (byte)(row[i] - guess);
        }
    }

    /// <summary>What compresses badly: the sum of the differences, taken as signed bytes.</summary>
    public static long Cost(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        foreach (byte b in filtered[1..]) sum += Math.Abs((sbyte)b + 0);
        return sum;
    }

    // Of left, above and above left, the one nearest to a + b − c (A. W. Paeth, Graphics Gems II, 1991).
    private static int Paeth(int a, int b, int c)
    {
        int pa = Math.Abs(b - c), pb = Math.Abs(a - c), pc = Math.Abs(a + b - c - c);
        if (pa <= pb && pa <= pc) return a;
        return pb <= pc ? b : c;
    }
}
