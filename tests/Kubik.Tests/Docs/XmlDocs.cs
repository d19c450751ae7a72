// The documentation comments of the engine, as the compiler wrote them beside the assembly.

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kubik.Tests.Docs;

internal static partial class XmlDocs
{
    private static readonly Dictionary<string, XElement> Members =
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Kubik.xml")).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);

    /// <summary>What a type is, in one paragraph.</summary>
    public static string Summary(Type type) =>
        Members.TryGetValue("T:" + type.FullName!.Replace('+', '.'), out XElement? member) && member.Element("summary") is { } summary
            ? Plain(summary)
            : throw new InvalidOperationException($"{type} has no documentation comment.");

    /// <summary>What an attribute of a record or a parameter of the only documented constructor is, by its name; empty when nothing is said.</summary>
    public static string Parameter(Type type, string name)
    {
        IEnumerable<XElement> places =
            Members.Where(m => m.Key == "T:" + type.FullName || m.Key.StartsWith($"M:{type.FullName}.#ctor", StringComparison.Ordinal)).Select(m => m.Value);
        return places.SelectMany(p => p.Elements("param")).FirstOrDefault(p => p.Attribute("name")?.Value == name) is { } parameter ? Plain(parameter) : "";
    }

    private static string Plain(XElement element)
    {
        string text = string.Concat(element.Nodes().Select(n => n switch
        {
            XText t => t.Value,
            XElement { Name.LocalName: "see" or "seealso" } e => Last(e.Attribute("cref")?.Value ?? e.Attribute("langword")?.Value ?? e.Value),
            XElement { Name.LocalName: "paramref" } e => e.Attribute("name")!.Value,
            XElement { Name.LocalName: "c" } e => $"`{e.Value}`",
            XElement e => Plain(e),
            _ => "",
        }));
        return Space().Replace(text, " ").Trim();
    }

    private static string Last(string reference) => reference.Split('(')[0].Split('.', ':')[^1];

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Space();
}
