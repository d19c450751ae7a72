// docs/bricks.md, made from the table of the notation and the rows of the bricks' tests; what a brick computes comes from
// its documentation comment. Make it anew with KUBIK_APPROVE=1 dotnet test --filter Docs.

using System.Globalization;
using Kubik.Nn;
using Kubik.Tests.Nn;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Docs;

public sealed class BrickReference
{
    private static readonly (BrickSyntax Syntax, Type Type, object[][] Rows)[] Bricks =
    [
        .. from syntax in NetNotation.Bricks
           let rows = BrickTests.Bricks.Where(row => Made(syntax, row) is not null).OrderBy(row => First(row) != syntax.Name).ToArray()
           where rows.Length > 0
           select (syntax, Made(syntax, rows[0])!.GetType(), rows),
    ];

    [Fact]
    public void The_reference_of_the_bricks_is_up_to_date() => Approved.Equal("../../docs/bricks.md", Page());

    [Fact]
    public void Every_brick_is_in_the_reference() => Assert.Equal(NetNotation.Bricks.Select(b => b.Name), Bricks.Select(b => b.Syntax.Name));

    private static IEnumerable<string> Page()
    {
        yield return "# Bricks";
        yield return "";
        yield return "Generated from the table of the notation: `KUBIK_APPROVE=1 dotnet test --filter Docs`. A brick is a class, and a word in the";
        yield return "one-line notation that the command line, model files and `Sequential.Parse` share: `conv 16 3 pad=1 | relu | flatten | linear 10`.";
        yield return "Arguments in capitals stand in order, options in brackets as name=value; nets inside a brick stand in parentheses. Losses:";
        yield return "[losses.md](losses.md); optimisers and schedules: [optimizers.md](optimizers.md); the ops below: [ops.md](ops.md).";
        yield return "";
        yield return "| written | class |";
        yield return "| --- | --- |";
        foreach ((BrickSyntax syntax, Type type, _) in Bricks)
            yield return $"| `{syntax.Usage.Replace("|", "\\|", StringComparison.Ordinal)}` | [{type.Name}](#{type.Name.ToLowerInvariant()}) |";
        foreach (IGrouping<Type, (BrickSyntax Syntax, Type Type, object[][] Rows)> brick in Bricks.GroupBy(b => b.Type))
        {
            yield return "";
            yield return $"## {brick.Key.Name}";
            yield return "";
            yield return XmlDocs.Summary(brick.Key);
            yield return "";
            foreach (BrickSyntax syntax in brick.Select(b => b.Syntax)) yield return $"- written `{syntax.Usage}`";
            (BrickSyntax first, _, object[][] rows) = brick.First();
            foreach (object[] row in brick.SelectMany(b => b.Rows.Where(row => First(row) == b.Syntax.Name || First(rows[0]) != first.Name)).Take(3))
                yield return $"- `{row[0]}`: {Sizes(row[1])} → {Sizes(row[2])}, {Weights((int)row[3])}";
            foreach ((string path, Parameter p) in Made(first, rows[0])!.Parameters().Where(p => p.Parameter.Role != ParameterRole.State))
                yield return $"- {(p.Role == ParameterRole.Weight ? "weight" : "statistic")} `{path}`";
        }

        yield return "";
        yield return "## Without a word in the notation";
        yield return "";
        foreach (Type type in Wordless()) yield return $"- `{type.Name}`: {XmlDocs.Summary(type)}";

        yield return "";
        yield return "## Initialisers";
        yield return "";
        yield return "Written `init=NAME` or `init=NAME:NUMBER` after a linear layer or a convolution.";
        yield return "";
        yield return "| name | draws | number |";
        yield return "| --- | --- | --- |";
        foreach (KnownInitializer known in InitializerTable.All)
            yield return $"| {known.Name} | {known.About} | "
                + $"{(known.Parameter is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{known.Parameter} = {known.Default}"))} |";
        yield return "";
        yield return XmlDocs.Summary(typeof(Lsuv)) + " In code: `Lsuv.Initialize`.";
    }

    /// <summary>The public modules that no word makes.</summary>
    private static IEnumerable<Type> Wordless() =>
        from type in typeof(Module).Assembly.GetExportedTypes()
        where type.IsSubclassOf(typeof(Module)) && !type.IsAbstract && !Bricks.Any(b => b.Type == type)
        orderby type.Name
        select type;

    // The brick of a word in the net of a row: by itself, in most.
    private static Module? Made(BrickSyntax syntax, object[] row) =>
        Sequential.Parse((string)row[0]).Items.FirstOrDefault(item => item.Notation.Split(' ', '(')[0] == syntax.Name);

    private static string First(object[] row) => ((string)row[0]).Split(' ', '(')[0];

    private static string Sizes(object sizes) => ((Shape)(int[])sizes).ToString();

    private static string Weights(int count) => count switch
    {
        0 => "no weights",
        1 => "1 weight",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} weights"),
    };
}
