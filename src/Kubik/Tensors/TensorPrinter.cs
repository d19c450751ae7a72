// How a tensor looks to a person: in a debugger, in a terminal, in an exception.

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Kubik;

/// <summary>Writes tensors as text.</summary>
internal static class TensorPrinter
{
    private const int EdgeItems = 3, FullItems = 8; // of an axis longer than FullItems, EdgeItems are shown at each end

    /// <summary>One line: spec, smallest, mean and largest value, non-finite count.</summary>
    public static string Summary(Tensor x)
    {
        if (x.IsSymbolic) return $"{x.Spec} symbolic";
        if (x.Count == 0) return $"{x.Spec} empty";
        if (IsWhole(x.DType))
        {
            long[] whole = Whole(x);
            return whole.Length == 1
                ? $"{x.Spec} {Number(whole[0])}"
                : $"{x.Spec} min {Number(whole.Min())} mean {Number(whole.Average(v => (double)v))} max {Number(whole.Max())}";
        }
        double[] values = x.ToDoubles();
        if (values.Length == 1) return $"{x.Spec} {Number(values[0])}";
        double[] finite = [.. values.Where(double.IsFinite)];
        string range = finite.Length == 0 ? "" : $" min {Number(finite.Min())} mean {Number(finite.Average())} max {Number(finite.Max())}";
        return $"{x.Spec}{range}{NonFinite(values)}";
    }

    /// <summary>Spec and values, rows under each other, long axes shortened.</summary>
    public static string Print(Tensor x)
    {
        if (x.IsSymbolic || x.Count == 0) return Summary(x);
        StringBuilder text = new(x.Spec.ToString());
        Func<int, string> element;
        if (IsWhole(x.DType))
        {
            long[] values = Whole(x); // as doubles the large ones would lose digits
            element = Aligned(i => Number(values[i]), values.Length);
        }
        else
        {
            double[] values = x.ToDoubles();
            text.Append(NonFinite(values));
            element = x.DType == DType.Bool ? i => values[i] != 0 ? "true" : "false" : Aligned(i => Number(values[i]), values.Length);
        }
        text.Append(x.Rank == 0 ? " " : Environment.NewLine);
        Write(text, element, x.Shape, axis: 0, offset: 0);
        return text.ToString();
    }

    private static string NonFinite(double[] values)
    {
        int bad = values.Count(v => !double.IsFinite(v));
        return bad == 0 ? "" : $" ({bad} non-finite)";
    }

    private static bool IsWhole(DType dtype) => !dtype.IsFloat && dtype != DType.Bool;

    private static long[] Whole(Tensor x) => x.Cast(DType.Int64).ToArray<long>();

    private static Func<int, string> Aligned(Func<int, string> element, int count)
    {
        int width = Enumerable.Range(0, Math.Min(count, 1000)).Max(i => element(i).Length);
        return i => element(i).PadLeft(width);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) =>
        value.ToString(double.IsInteger(value) && Math.Abs(value) < 1e7 ? "F0" : "G5", CultureInfo.InvariantCulture);

    private static void Write(StringBuilder text, Func<int, string> element, Shape shape, int axis, int offset)
    {
        if (axis == shape.Rank)
        {
            text.Append(element(offset));
            return;
        }
        int size = shape[axis], stride = shape[(axis + 1)..].Size;
        bool rows = axis < shape.Rank - 1;
        text.Append('[');
        for (int i = 0; i < size; i++)
        {
            if (i > 0) text.Append(rows ? "," + Environment.NewLine + new string(' ', axis + 1) : ", ");
            if (size > FullItems && i == EdgeItems)
            {
                text.Append('…');
                i = size - EdgeItems - 1;
                continue;
            }
            Write(text, element, shape, axis + 1, offset + i * stride);
        }
        text.Append(']');
    }
}

/// <summary>What a debugger shows when a tensor is opened.</summary>
internal sealed class TensorDebugView(Tensor x)
{
    public DType DType => x.DType;

    public Shape Shape => x.Shape;

    public string MadeBy => x.MadeBy;

    public int NonFinite => x.IsSymbolic ? 0 : x.ToDoubles().Count(v => !double.IsFinite(v));

    [DebuggerBrowsable(DebuggerBrowsableState.RootHidden)]
    public string Values => x.ToString();
}
