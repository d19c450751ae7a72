// How every op is written, and the ONNX operator it stands for.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class OpNotation
{
    [Fact]
    public void Every_op_is_written_as_approved()
    {
        IEnumerable<string> lines = OpTable.All.Select(op =>
        {
            string[] names = [.. "abcdef".Select(c => c.ToString())];
            int inputs = OpRows.All.First(r => r.Op.GetType() == op.GetType()).Inputs.Length;
            return $"{op.Name} | {op.Notation.ToText(names.AsSpan(0, inputs))} | {op.Notation.ToLatex(names.AsSpan(0, inputs))} | {op.Onnx ?? "—"}";
        });
        Approved.Equal("Ops/approved-notation.txt", lines.Prepend("op | text | LaTeX | ONNX"));
    }

    [Fact]
    public void No_two_ops_have_one_sign_in_LaTeX_that_are_told_apart_in_text() =>
        Assert.Empty(OpTable.All.Select(op => op.Notation).GroupBy(n => n.Latex, StringComparer.Ordinal).Where(same => same.Select(n => n.Text).Distinct(StringComparer.Ordinal).Count() > 1).Select(same => same.Key));

    [Fact]
    public void Names_that_look_like_places_are_left_alone() =>
        Assert.Equal("{1} + b", Binary<Add>.Instance.Notation.ToText("{1}", "b"));
}
