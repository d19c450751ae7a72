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
        double[] values = x.ToDoubles();
        Func<double, string> format = Formatter(values, x.DType);
        StringBuilder text = new($"{x.Spec}{NonFinite(values)}");
        text.Append(x.Rank == 0 ? " " : Environment.NewLine);
        Write(text, values, x.Shape, axis: 0, offset: 0, format);
        return text.ToString();
    }

    private static string NonFinite(double[] values)
    {
        int bad = values.Count(v => !double.IsFinite(v));
        return bad == 0 ? "" : $" ({bad} non-finite)";
    }

    private static Func<double, string> Formatter(double[] values, DType dtype)
    {
        if (dtype == DType.Bool) return v => v != 0 ? "true" : "false";
        string[] texts = [.. values.Take(1000).Select(Number)];
        int width = texts.Max(t => t.Length);
        return v => Number(v).PadLeft(width);
    }

    private static string Number(double value) =>
        value.ToString(double.IsInteger(value) && Math.Abs(value) < 1e7 ? "F0" : "G5", CultureInfo.InvariantCulture);

    private static void Write(StringBuilder text, double[] values, Shape shape, int axis, int offset, Func<double, string> format)
    {
        if (axis == shape.Rank)
        {
            text.Append(format(values[offset]));
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
            Write(text, values, shape, axis + 1, offset + i * stride, format);
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
