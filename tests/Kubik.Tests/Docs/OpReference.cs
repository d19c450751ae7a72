// docs/ops.md, made from the op table: what an op computes comes from its documentation comment, its derivative from its
// gradient rule applied to symbols, its shapes and types from the rows of tests. Make it anew with
// KUBIK_APPROVE=1 dotnet test --filter Docs; without that the test fails when the file is stale.

using Kubik.Ops;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Docs;

public sealed class OpReference
{
    [Fact]
    public void The_reference_of_the_ops_is_up_to_date() => Approved.Equal("../../docs/ops.md", Page());

    private static IEnumerable<string> Page()
    {
        yield return "# Ops";
        yield return "";
        yield return $"All {OpTable.All.Count} ops, generated from the op table: `KUBIK_APPROVE=1 dotnet test --filter Docs`. a, b, c are the inputs, y is the";
        yield return "output, dy what arrives at it in the backward pass; broadcasting is undone on the way and not written. An op that is";
        yield return "*made of others* has no kernel of its own: the graph holds what it is made of, and its gradient is theirs.";
        yield return "";
        yield return "| op | written | ONNX | kind |";
        yield return "| --- | --- | --- | --- |";
        foreach (Op op in OpTable.All)
            yield return $"| [{op.Name}](#{op.Name.ToLowerInvariant()}) | `{Escape(Text(op, Row(op).Inputs.Length))}` | {op.Onnx ?? "–"} | {Kind(op)} |";
        foreach (Op op in OpTable.All)
        {
            foreach (string line in Section(op)) yield return line;
        }
        yield return "";
        yield return "## Names from elsewhere";
        yield return "";
        yield return "What PyTorch and NumPy call it, and how it is written here, x a tensor and r a `RandomStream`. An axis is always `axis`, never `dim`.";
        yield return "";
        yield return "| there | here |";
        yield return "| --- | --- |";
        foreach ((string there, string here) in ForeignNames.All) yield return $"| {there} | `{Escape(here)}` |";
    }

    private static IEnumerable<string> Section(Op op)
    {
        OpRow[] rows = [.. OpRows.All.Where(r => r.Op.GetType() == op.GetType() && !r.Big)];
        OpRow row = Row(op);
        yield return "";
        yield return $"## {op.Name}";
        yield return "";
        yield return XmlDocs.Summary(IsOfFunction(op, typeof(FunctionGradient<>)) ? typeof(FunctionGradient<>) : Documented(op));
        yield return "";
        string[] names = [.. "abcdefghij".Select(c => c.ToString()).Take(row.Inputs.Length)];
        yield return $"- written `{row.Op.Notation.ToText(names)}`, in LaTeX `{row.Op.Notation.ToLatex(names)}`";
        yield return $"- in C# {(IsOfFunction(op, typeof(FunctionGradient<>)) ? $"`new FunctionGradient<{Documented(op).Name}>(…).Apply({string.Join(", ", names)})`" : OpCalls.Of(Documented(op), op, names))}";
        foreach ((string name, string meaning) in Attributes(op)) yield return $"- attribute `{name}`{(meaning.Length == 0 ? "" : $": {meaning}")}";
        yield return $"- shapes {string.Join("; ", rows.Where(r => r.Inputs.All(i => i.Shape.Size > 0)).OrderBy(r => r.Inputs.All(i => i.Shape.Rank == 0)).DistinctBy(r => string.Join(' ', r.Inputs.Select(i => i.Shape))).Take(3).Select(Shapes))}";
        yield return $"- types {string.Join(", ", rows.SelectMany(r => r.Types).Distinct().Order().Select(t => t.Name))}";
        foreach (string line in Derivative(row)) yield return line;
        yield return $"- ONNX {op.Onnx ?? "has no single operator for it"}";
    }

    private static IEnumerable<string> Derivative(OpRow row)
    {
        DType type = row.Types.Contains(DType.Float64) ? DType.Float64 : row.Types[0];
        Tensor[] x = [.. row.Inputs.Select(i => Tensor.Symbol(new(i.Fixed ?? type, i.Shape), node: null))];
        (Tensor, string)[] leaves = [.. x.Select((t, i) => (t, ((char)('a' + i)).ToString()))];
        switch (row.Op)
        {
            case CompositeOp composite:
                yield return $"- made of others: `{new Formula(leaves).Of(composite.Decompose(x))}`";
                break;
            case DifferentiableOp op:
                Tensor y = Tensor.Symbol(op.Infer([.. x.Select(t => t.Spec)]), node: null), dy = Tensor.Symbol(y.Spec, node: null);
                for (int i = 0; i < x.Length; i++)
                {
                    if (!row.IsSmooth(i)) continue;
                    Tensor? dx = y.DType.IsFloat ? op.Gradient(i, x, y, dy) : null;
                    yield return $"- gradient of {leaves[i].Item2}: {(dx is null ? "none" : $"`{new Formula([.. leaves, (y, "y"), (dy, "dy")]).Of(dx)}`")}";
                }
                break;
            default:
                yield return "- no derivative";
                break;
        }
    }

    /// <summary>The row that the page shows: the first whose inputs are not empty and which has a derivative, if one has.</summary>
    private static OpRow Row(Op op)
    {
        OpRow[] rows = [.. OpRows.All.Where(r => r.Op.GetType() == op.GetType())];
        return rows.FirstOrDefault(r => r.HasSlope && r.Inputs.All(i => i.Shape.Size > 0 && i.Shape.Rank > 0)) ?? rows[0];
    }

    private static string Text(Op op, int inputs) => op.Notation.ToText([.. "abcdefghij".Select(c => c.ToString()).Take(inputs)]);

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Kind(Op op) => op switch
    {
        CompositeOp => "made of others",
        FusedOp => "fused",
        ViewOp => "view",
        DifferentiableOp => "primitive",
        _ => "discrete",
    };

    private static string Shapes(OpRow row) =>
        $"{string.Join(", ", row.Inputs.Select(i => i.Shape))} → {row.Op.Infer([.. row.Inputs.Select(i => new TensorSpec(i.Fixed ?? row.Types[0], i.Shape))]).Shape}";

    // A member of a family is documented at its struct, an op with attributes at its record.
    private static Type Documented(Op op) => op.GetType() is { IsGenericType: true } type ? type.GetGenericArguments()[0] : op.GetType();

    private static bool IsOfFunction(Op op, Type driver) => op.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == driver;

    private static IEnumerable<(string Name, string Meaning)> Attributes(Op op)
    {
        // The attributes of a function are those of its struct.
        Type type = IsOfFunction(op, typeof(Function<>)) || IsOfFunction(op, typeof(FunctionGradient<>)) ? Documented(op) : op.GetType();
        foreach (System.Reflection.ParameterInfo p in type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [])
            yield return (p.Name!, XmlDocs.Parameter(type.IsGenericType ? type.GetGenericTypeDefinition() : type, p.Name!));
    }
}
