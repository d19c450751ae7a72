// Reads what a person types: 0.5, 0,5, 1/2, 1 2/3, 25%, 3*2 + ln 2, with or without its name in front (y = 0.5); for vectors and
// matrices numbers with spaces or commas, rows with semicolons. What people leave out is put in here; the formulas are then those
// of the glass box.

using System.Text.RegularExpressions;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Answers;

internal static partial class TypedValue
{
    private const int Patience = 1000;

    private const string Digits = @"(?>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

    /// <summary>The value of what was typed, of the shape that is asked.</summary>
    /// <exception cref="FormulaException">It cannot be read.</exception>
    /// <exception cref="ShapeException">There are more or fewer numbers than are asked.</exception>
    public static Tensor Read(string text, Shape shape)
    {
        text = Name().Replace(text, "").Trim();
        if (shape.Rank == 0) return Tensor.Scalar(Number(text), DType.Float64);
        // Spaces part numbers, but not a function from its number.
        string inside = Gap().Replace(text.Trim('(', ')', '[', ']'), "\u00a0");
        string[] rows = shape.Rank == 2 ? inside.Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [inside];
        double[][] numbers = [.. rows.Select(row => Entries(row.Trim('(', ')', '[', ']', ' '), shape[^1]).Select(Number).ToArray())];
        if (shape.Rank == 2 && rows.Length != shape[0] || numbers.FirstOrDefault(r => r.Length != shape[^1]) is not null)
            throw new ShapeException($"'{text}' is not {shape}: expected {(shape.Rank == 2 ? $"{shape[0]} rows, with semicolons between them, of " : "")}{shape[^1]} numbers, as in {Example(shape)}.");
        return Tensor.From([.. numbers.SelectMany(r => r)], shape);
    }

    /// <summary>How a vector or a matrix of a shape is typed: 1 2; 1 2.</summary>
    public static string Example(Shape shape) => string.Join("; ", Enumerable.Repeat(string.Join(' ', Enumerable.Range(1, shape[^1])), shape.Rank == 2 ? shape[0] : 1));

    // A comma between digits is a decimal point where one number is asked: 0,5.
    private static double Number(string text)
    {
        text = DecimalComma().Replace(text.Trim(), ".");
        text = Mixed().Replace(text, "${sign}(${whole} + ${part})");
        text = Percent().Replace(text, "(${x}/100)");
        return Formula.Parse(Bare().Replace(text, m => Function.All.ContainsKey(m.Groups["f"].Value) ? $"{m.Groups["f"]}({m.Groups["x"]})" : m.Value)).Value;
    }

    // Semicolons or spaces part numbers, so commas inside of them are decimal; else commas part them.
    private static string[] Entries(string row, int count)
    {
        string[] parts = row.Split([';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == count) return [.. parts.Select(p => p.TrimEnd(','))];
        parts = row.Split([';'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == count ? parts : row.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("(?<=[0-9]),(?=[0-9])", RegexOptions.None, Patience)]
    private static partial Regex DecimalComma();

    // m =, h_1 ≈
    [GeneratedRegex(@"^\s*(?:[\p{L}_][\p{L}\p{N}_′']*)?\s*[=≈]", RegexOptions.None, Patience)]
    private static partial Regex Name();

    // -1 2/3
    [GeneratedRegex(@"^(?<sign>[-−–+]?)\s*(?<whole>[0-9]+)\s+(?<part>[0-9]+\s*/\s*[0-9]+)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Mixed();

    [GeneratedRegex($@"(?<x>{Digits})\s*%", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Percent();

    [GeneratedRegex(@"(?<=\p{L}[\p{L}0-9]*)\s+(?=[0-9.])", RegexOptions.None, Patience)]
    private static partial Regex Gap();

    // ln 2, ln2, ln 2^3, ln e: the function is of the number with its power.
    [GeneratedRegex($@"(?<![\p{{L}}_])(?:(?<f>\p{{L}}[\p{{L}}0-9]*)\s+(?<x>{Power})|(?<f>\p{{L}}+)(?<x>{Power}))(?!\s*\()", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Bare();

    private const string Power = $@"(?>(?:{Digits}|(?:π|pi|e)(?![\p{{L}}0-9]))(?:\s*\^\s*[-+]?{Digits})?)";
}
