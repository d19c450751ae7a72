// How an op is called in C#: its public methods, operators and properties stand in its own source file, so the page of the
// ops takes their signatures from there.

using System.Text.RegularExpressions;
using Kubik.Ops;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Docs;

internal static partial class OpCalls
{
    private static readonly string[] Files =
        [.. new[] { "Ops", "Tensors", "Graphs" }.SelectMany(folder => Directory.GetFiles(Path.Combine(Approved.Root, "src", "Kubik", folder), "*.cs", SearchOption.AllDirectories)).Order(StringComparer.Ordinal).Select(f => File.ReadAllText(f).ReplaceLineEndings("\n"))];

    private static readonly HashSet<string> Ops = [.. OpTable.All.Select(op => op.GetType() is { IsGenericType: true } type ? type.GetGenericArguments()[0].Name : op.GetType().Name)];

    // Members that make an op by way of others.
    private static readonly Dictionary<string, string> Others = new() { ["Slice"] = "this[", ["Permute"] = "T", ["ScaledDotProductAttention"] = "Attention" };

    /// <summary>The ways to call an op, as Markdown code; the op itself where there is no method.</summary>
    public static string Of(Type documented, Op op, string[] inputs)
    {
        string name = documented.Name;
        string file = op is RandomOp
            ? Files.First(f => f.Contains("public sealed class RandomStream", StringComparison.Ordinal))
            : Files.First(f => Regex.IsMatch(f, $@"^\s*public (sealed record|readonly( record)? struct) {name}\b", RegexOptions.Multiline, TimeSpan.FromSeconds(30)));
        HashSet<string> found = [.. Members(file).Where(m => Makes(m, name)).Select(Name).Where(n => n == name || !Ops.Contains(n)), name];
        string? other = Others.GetValueOrDefault(name);
        Match[] members = [.. Members(file).Concat(Files.Where(f => f != file && op is not RandomOp).SelectMany(Members).Where(m => Name(m) == name || Name(m) == other))
            .Where(m => found.Contains(Name(m)) || other is not null && (Name(m) == other || other.EndsWith('[') && Name(m).StartsWith(other, StringComparison.Ordinal)))];
        string[] calls = [.. members.Select(m => Call(m, op is RandomOp ? "r" : "x")).Distinct()];
        return calls.Length > 0
            ? string.Join(", ", calls.Select(c => $"`{c}`"))
            : $"`new {Text(op.GetType())}{(op.GetType().IsGenericType || op.GetType().GetProperties().All(p => p.DeclaringType != op.GetType() || !p.CanWrite) ? "()" : "(…)")}.Apply({string.Join(", ", inputs)})`";
    }

    private static IEnumerable<Match> Members(string file)
    {
        int start = file.IndexOf("public sealed partial class Tensor", StringComparison.Ordinal);
        if (start < 0) start = file.IndexOf("public sealed class RandomStream", StringComparison.Ordinal);
        return start < 0 ? [] : Member().Matches(file).Where(m => m.Index > start);
    }

    private static bool Makes(Match member, string op) =>
        Regex.IsMatch(member.Groups["body"].Value, $@"(new |Ops\.|<){op}\b", RegexOptions.None, TimeSpan.FromSeconds(30));

    private static string Name(Match member) => member.Groups["name"].Value;

    private static string Text(Type type) => type.IsGenericType ? $"{type.Name.Split('`')[0]}<{type.GetGenericArguments()[0].Name}>" : type.Name;

    private static string Call(Match member, string instance)
    {
        string name = member.Groups["name"].Value, parameters = member.Groups["parameters"].Value;
        if (name.StartsWith("operator ", StringComparison.Ordinal))
        {
            string[] operands = [.. parameters.Split(',').Select(p => p.Trim().Split(' ')).Select(p => p[0] == "Tensor" ? p[1] : $"{p[0]} {p[1]}")];
            string sign = name["operator ".Length..];
            return operands.Length == 1 ? sign + operands[0] : $"{operands[0]} {sign} {operands[1]}";
        }
        if (name.StartsWith("this[", StringComparison.Ordinal)) return instance + name["this".Length..];
        string call = member.Groups["isMethod"].Success ? $"{name}({parameters})" : name;
        return (member.Groups["static"].Success ? "Tensor." : instance + ".") + call;
    }

    [GeneratedRegex(@"^ {4,8}public (?<static>static )?(?!override|sealed|readonly|record|class)(?<type>\([^)]*\)|[\w\[\]?<>]+) (?<name>operator [^\s(]+|this\[[^\]]*\]|@?\w+)(?<isMethod>\((?<parameters>[^\n]*?)\)(?= =>|\n))?(?<body>.*?)(?=\n\n|\n {4,8}///|\n {0,4}\}\n|\z)", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Member();
}
