// Reads what a person types: 0.5, 0,5, 1/2, 3*2 + ln 2, and for vectors and matrices numbers with spaces or commas, rows with
// semicolons. The formulas are those of the glass box.

using System.Text.RegularExpressions;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Answers;

internal static partial class TypedValue
{
    /// <summary>The value of what was typed, of the shape that is asked.</summary>
    /// <exception cref="FormulaException">It cannot be read.</exception>
    /// <exception cref="ShapeException">There are more or fewer numbers than are asked.</exception>
    public static Tensor Read(string text, Shape shape)
    {
        if (shape.Rank == 0) return Tensor.Scalar(Number(text), DType.Float64);
        string inside = text.Trim().Trim('(', ')', '[', ']');
        string[] rows = shape.Rank == 2 ? inside.Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [inside];
        double[][] numbers = [.. rows.Select(row => Entries(row.Trim('(', ')', '[', ']', ' '), shape[^1]).Select(Number).ToArray())];
        if (shape.Rank == 2 && rows.Length != shape[0] || numbers.FirstOrDefault(r => r.Length != shape[^1]) is not null)
            throw new ShapeException($"'{text}' is not {shape}: expected {(shape.Rank == 2 ? $"{shape[0]} rows, with semicolons between them, of " : "")}{shape[^1]} numbers, as in {string.Join(shape.Rank == 2 ? "; " : "", Enumerable.Repeat(string.Join(' ', Enumerable.Range(1, shape[^1])), shape.Rank == 2 ? shape[0] : 1))}.");
        return Tensor.From([.. numbers.SelectMany(r => r)], shape);
    }

    // A comma between digits is a decimal point where one number is asked: 0,5.
    private static double Number(string text) => Formula.Parse(DecimalComma().Replace(text.Trim(), ".")).At(Array.Empty<(string, double)>());

    // Semicolons or spaces part numbers, so commas inside of them are decimal; else commas part them.
    private static string[] Entries(string row, int count)
    {
        string[] parts = row.Split([';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == count) return [.. parts.Select(p => p.TrimEnd(','))];
        parts = row.Split([';'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == count ? parts : row.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("(?<=[0-9]),(?=[0-9])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DecimalComma();
}
