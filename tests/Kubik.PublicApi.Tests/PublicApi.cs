// The public surfaces, line by line, against approved files: a change of one has to be seen in a review.
// To approve one, run the tests with KUBIK_APPROVE=1 and look at the difference.

using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kubik.PublicApi.Tests;

public sealed class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<string, Type> Assemblies => new() { { "approved-api.txt", typeof(Tensor) }, { "approved-glass-api.txt", typeof(Glass.Formulas.Formula) }, { "approved-book-api.txt", typeof(Book.BookTask) } };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void TheSurfaceIsTheApprovedOne(string approvedIn, Type member)
    {
        string file = Path.Combine(Here(), approvedIn);
        string actual = string.Join('\n', member.Assembly.GetExportedTypes().Where(t => !t.Name.Contains('<', StringComparison.Ordinal)).OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Lines)) + "\n";
        if (Environment.GetEnvironmentVariable("KUBIK_APPROVE") == "1") File.WriteAllText(file, actual);
        string[] approved = File.Exists(file) ? File.ReadAllLines(file) : [], now = actual.TrimEnd('\n').Split('\n');
        Assert.True(approved.SequenceEqual(now, StringComparer.Ordinal),
            "The public surface changed.\nGone:\n  " + string.Join("\n  ", approved.Except(now)) + "\nNew:\n  " + string.Join("\n  ", now.Except(approved)) + "\nTo approve it: KUBIK_APPROVE=1 dotnet test");
    }

    [Fact]
    public void TheReadmesFirstProgramIsTheFirstSample()
    {
        string[] sample = [.. File.ReadAllLines(Path.Combine(Here(), "..", "..", "samples", "first.cs")).SkipWhile(l => l.StartsWith("#:", StringComparison.Ordinal))];
        Assert.Contains(string.Join('\n', sample).Trim(), File.ReadAllText(Path.Combine(Here(), "..", "..", "README.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPublicTypeIsSealedAbstractOrStatic() =>
        Assert.Empty(new[] { typeof(Tensor), typeof(Glass.Formulas.Formula), typeof(Book.BookTask) }.SelectMany(t => t.Assembly.GetExportedTypes()).Where(t => t.IsClass && !t.IsSealed && !t.IsAbstract).Select(t => t.FullName));

    [Theory]
    [InlineData("Kubik", 300), InlineData("Kubik.Glass", 100)]
    public void NoLineIsLongerThan160CharactersAndNoFileThan400Lines(string project, int least)
    {
        string source = Path.Combine(Here(), "..", "..", "src", project);
        string[] files = [.. Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories).Where(f => !Made(Path.GetRelativePath(source, f)))];
        Assert.True(files.Length > least);
        Assert.Empty(files.SelectMany(f =>
            File.ReadLines(f).Index().Where(l => l.Item.Length > 160 || l.Index >= 400).Select(l => $"{Path.GetRelativePath(source, f)}:{l.Index + 1}")));

        static bool Made(string file) => file.StartsWith("obj", StringComparison.Ordinal) || file.StartsWith("bin", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : "sealed class";
        yield return $"{kind} {Name(type)}{(type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) ? " : " + Name(b) : "")}";
        foreach (string line in type.GetMembers(Declared).Where(IsVisible).Select(Line).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return "    " + line;
    }

    private static bool IsVisible(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member switch
    {
        MethodBase m => (m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly) && (!m.IsSpecialName || m.IsConstructor || m.Name.StartsWith("op_", StringComparison.Ordinal)),
        FieldInfo f => (f.IsPublic || f.IsFamily) && !f.IsSpecialName,
        PropertyInfo p => p.GetAccessors(nonPublic: true).Any(a => a.IsPublic || a.IsFamily || a.IsFamilyOrAssembly),
        _ => false,
    };

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo c => $"new({Parameters(c)})",
        MethodInfo m => $"{(m.IsStatic ? "static " : "")}{Name(m.ReturnType)} {m.Name}{(m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(Name))}>" : "")}({Parameters(m)})",
        PropertyInfo p => $"{(p.GetAccessors(true)[0].IsStatic ? "static " : "")}{Name(p.PropertyType)} {p.Name} {{{(p.CanRead ? " get;" : "")}{(p.SetMethod is { IsPublic: true } ? " set;" : "")} }}",
        FieldInfo f => $"{(f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}",
        _ => null,
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return Name(inner) + "?";
        string name = (type.Namespace?.StartsWith("Kubik", StringComparison.Ordinal) == true && !type.IsGenericParameter && type.Namespace != "Kubik" ? type.Namespace["Kubik.".Length..] + "." : "") + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
