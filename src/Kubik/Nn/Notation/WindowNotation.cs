// How windows are written in the one-line notation: options that have their usual value are left out. Bricks with a
// fixed number of spatial axes have a word for each: conv1d, conv, conv3d.

namespace Kubik.Nn;

internal static class WindowNotation
{
    public const string Usage = "[stride=1] [pad=0|same] [padend=PAD] [dilation=1]";

    /// <summary>The word of a brick for so many spatial axes; two go without saying.</summary>
    public static string Word(string word, int axes) => axes == 2 ? word : $"{word}{axes}d";

    /// <summary>The options of a window, each with a space before it.</summary>
    public static string Of(Window w, PerAxis? usualStride = null) =>
        (w.Stride == (usualStride ?? 1) ? "" : $" stride={w.Stride}")
        + (w.IsSame ? " pad=same" : w.Pad == 0 ? "" : $" pad={w.Pad}")
        + (w.PadEnd == w.Pad ? "" : $" padend={w.PadEnd}")
        + (w.Dilation == 1 ? "" : $" dilation={w.Dilation}")
        + (w.Groups == 1 ? "" : $" groups={w.Groups}");

    /// <summary>The window that the options stride, pad, padend and dilation say.</summary>
    public static Window Read(BrickArguments a, PerAxis? usualStride = null, int groups = 1)
    {
        PerAxis stride = Numbers(a, "stride", usualStride ?? 1), dilation = Numbers(a, "dilation", 1);
        (PerAxis pad, bool isSame) = a.Read<(PerAxis, bool)>("pad", (0, false),
            s => s == "same" ? (0, true) : Parse(s) is { } numbers ? (numbers, false) : null,
            "a whole number without a sign, one for each axis as in 1x2, or same");
        return new Window(stride, pad, dilation, groups, Numbers(a, "padend", pad)) { IsSame = isSame };
    }

    /// <summary>Whole numbers for the spatial axes, "5x3", or one for all.</summary>
    public static PerAxis Numbers(BrickArguments a, string name, PerAxis? otherwise = null) =>
        a.Read(name, otherwise, Parse, "a whole number without a sign, or one for each axis as in 1x2");

    /// <summary>The sizes of a kernel along so many axes.</summary>
    public static Shape Kernel(BrickArguments a, int axes) =>
        a.Read<PerAxis>("KERNEL", null, s => Parse(s) is { } kernel && kernel.Fits(axes) ? kernel : null,
            "a whole number, such as 3"
                + (axes == 1 ? "" : $", or one for each axis, such as {string.Join('x', Enumerable.Repeat(3, axes))}")).Over(axes);

    /// <summary>The sizes of a kernel that is as long along all of so many axes.</summary>
    public static Shape Kernel(int kernel, int axes) => axes is >= 1 and <= PerAxis.MaxCount
        ? ((PerAxis)kernel).Over(axes)
        : throw new ArgumentOutOfRangeException(nameof(axes), axes, "There are 1, 2 or 3 spatial axes.");

    private static PerAxis? Parse(string s)
    {
        string[] parts = s.Split('x', 'X');
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], System.Globalization.NumberStyles.None, null, out numbers[i])) return null;
        }
        return numbers.Length <= PerAxis.MaxCount ? PerAxis.Create(numbers) : null;
    }
}
