// What stands after a brick's name: arguments in order, options as name=value, and nets in parentheses. A brick asks for what it takes and
// says what is usual; whatever is missing, no value, or left over is an error that names the brick and how to write it. Losses,
// optimisers and other words with options are read the same way.

using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Nn;

/// <summary>The arguments and options that stand after the name of a brick or a loss.</summary>
public sealed partial class BrickArguments
{
    private readonly NetReader reader;
    private readonly WrittenBrick brick;
    private readonly string usage;
    private readonly Queue<string> positional = new();
    private readonly Dictionary<string, string> options = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool isInNet;
    private bool hasTakenInside;

    internal BrickArguments(NetReader reader, WrittenBrick brick, string usage, bool isInNet = true)
    {
        (this.reader, this.brick, this.usage, this.isInNet) = (reader, brick, usage, isInNet);
        foreach (string word in Words(brick.Text).Skip(1))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) this.positional.Enqueue(word);
            else if (!this.options.TryAdd(word[..equals], word[(equals + 1)..])) throw this.Error($"the option '{word[..equals]}' is given twice");
        }
    }

    /// <summary>Makes what a text by itself says, such as a loss.</summary>
    /// <exception cref="FormatException">Its arguments are wrong; the message has the text and how to write it.</exception>
    internal static T Make<T>(string text, string usage, Func<BrickArguments, T> make) =>
        Make(new(new NetReader(text), new(text, 0, Inside: null), usage, isInNet: false), make);

    internal static T Make<T>(BrickArguments arguments, Func<BrickArguments, T> make)
    {
        try
        {
            T made = make(arguments);
            arguments.RequireAllUsed();
            return made;
        }
        catch (ArgumentException e)
        {
            throw arguments.Error(Range().Replace(e.Message.Split(" (Parameter '")[0], m => // .NET adds the parameter's name, which nobody typed
                $"{m.Groups["name"]} must be {(m.Groups["rule"].Value, m.Groups["limit"].Value) switch
                {
                    ("greater than or equal to", var limit) => $"{limit} or more",
                    ("less than or equal to", var limit) => $"{limit} or less",
                    ("greater than", var limit) => $"above {limit}",
                    ("less than", var limit) => $"below {limit}",
                    ("a non-negative value", _) => "0 or more",
                    _ => "above 0",
                }}, not {m.Groups["given"]}"));
        }
    }

    // "outputs ('0') must be greater than or equal to '1'": .NET's sentence.
    [GeneratedRegex(
        @"(?<name>\w+) \('(?<given>[^']*)'\) must be (?<rule>(greater|less) than( or equal to)?|a non-negative( and non-zero)? value)( '(?<limit>[^']*)')?",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();

    /// <summary>What a size or a count may be; what is right for one brick and not for another, such as 0, the brick says itself.</summary>
    internal static readonly string WholeNumber = $"a whole number without a sign, up to {int.MaxValue}";

    internal static string[] Words(string text) => text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The next whole number above 0; when a value for its absence is given, the option of that name.</summary>
    /// <exception cref="FormatException">It is missing or no such number.</exception>
    public int Number(string name, int? otherwise = null) => this.Read(name, otherwise, Whole, WholeNumber);

    /// <summary>Two whole numbers, "5x3", or one for both.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public (int Y, int X) Pair(string name, (int Y, int X)? otherwise = null) => this.Read(name, otherwise, s =>
    {
        string[] sides = s.Split('x', 'X');
        return sides.Length <= 2 && Whole(sides[0]) is { } y && Whole(sides[^1]) is { } x ? (y, x) : null;
    }, "one or two whole numbers, such as 3 or 3x5");

    /// <summary>A number.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public double Real(string name, double? otherwise = null) => this.Read(name, otherwise, s =>
        double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && double.IsFinite(d) ? d : null, "a number, such as 0.5");

    /// <summary>An option that is true or false.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public bool Flag(string name, bool otherwise) => this.Read<bool>(name, otherwise, s => bool.TryParse(s, out bool b) ? b : null, "true or false");

    /// <summary>A whole number that may be below 0, such as an axis.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public int Integer(string name, int? otherwise = null) => this.Read(name, otherwise, Signed, "a whole number");

    /// <summary>Whole numbers separated by commas, "0,2,1".</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public int[] Integers(string name)
    {
        string value = this.Take(name);
        int?[] numbers = [.. value.Split(',').Select(Signed)];
        return numbers.Contains(null) ? throw this.Error($"'{value}' is not a value for {name}") : [.. numbers.Select(n => n!.Value)];
    }

    /// <summary>An option that is numbers with commas between them; none when it is absent.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public double[] Reals(string name) => this.Read<(double[] Numbers, bool IsGiven)>(name, ([], false), s =>
    {
        double?[] numbers = [.. s.Split(',')
            .Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && double.IsFinite(d) ? d : (double?)null)];
        return numbers.All(n => n is not null) ? ([.. numbers.Select(n => n!.Value)], true) : null;
    }).Numbers;

    /// <summary>Sizes, "4x7x7".</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public Shape Sizes(string name) => this.Read<Shape>(name, otherwise: null, s =>
    {
        try
        {
            return Shape.Parse(s);
        }
        catch (FormatException)
        {
            return null;
        }
    }, "sizes, such as 4x7x7");

    /// <summary>A word; null when it is an option that is not given.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public string? Word(string name) => char.IsUpper(name[0]) || this.Has(name) ? this.Take(name) : null;

    /// <summary>An option that is the name of an initialiser, such as he or normal:0.02; null when it is not given.</summary>
    /// <exception cref="FormatException">There is no such initialiser.</exception>
    public Initializer? Initializer(string name)
    {
        try
        {
            return this.Word(name) is { } value ? InitializerTable.Parse(value) : null;
        }
        catch (FormatException e)
        {
            throw this.Error(e.Message);
        }
    }

    /// <summary>All that stands after the brick's name, parentheses included, read as another brick.</summary>
    /// <exception cref="FormatException">It is missing or no brick.</exception>
    public Module Brick()
    {
        string text = this.brick.Text, rest = text[Words(text)[0].Length..].TrimStart();
        if (rest.Length == 0) return this.Branches(1, 1)[0];
        this.positional.Clear();
        this.options.Clear();
        this.hasTakenInside = true;
        return this.reader.Branch([new(rest, this.brick.At + text.Length - rest.Length, this.brick.Inside)]);
    }

    /// <summary>The module in the parentheses; null when there are none.</summary>
    /// <exception cref="FormatException">There are several.</exception>
    public Module? Inside() => this.brick.Inside is null ? null : this.Branches(1, 1)[0];

    /// <summary>The modules in the parentheses.</summary>
    /// <exception cref="FormatException">There are too few or too many.</exception>
    public Module[] Branches(int least, int most = int.MaxValue) => [.. this.Nets(least, most).Select(this.reader.Branch)];

    /// <summary>Makes the module in the parentheses, a new one at each call.</summary>
    /// <exception cref="FormatException">There is not just one.</exception>
    public Func<Module> Factory()
    {
        List<WrittenBrick> net = this.Nets(1, 1)[0];
        return () => this.reader.Branch(net);
    }

    /// <summary>Remembers the module made under a name that later bricks know it by.</summary>
    /// <exception cref="FormatException">The name is given twice.</exception>
    internal T Name<T>(string? name, T module) where T : Module
    {
        if (name is not null) this.reader.Name(name, module, this.brick.At);
        return module;
    }

    /// <summary>The module of a name.</summary>
    /// <exception cref="FormatException">There is none before this.</exception>
    internal T Named<T>(string name) where T : Module => this.reader.Named<T>(name, this.brick.At);

    private void RequireAllUsed()
    {
        if (this.brick.Inside is not null && !this.hasTakenInside) throw this.Error("it takes no parentheses");
        if (this.positional.TryPeek(out string? extra)) throw this.Error($"'{extra}' is one argument too many");
        if (this.options.Keys.FirstOrDefault(k => !this.known.Contains(k)) is { } stranger)
            throw this.Error($"there is no option '{stranger}'.{Suggestion.DidYouMean(stranger, this.known)}");
    }

    private static int? Whole(string s) => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;

    private static int? Signed(string s) => int.TryParse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n) ? n : null;

    private List<List<WrittenBrick>> Nets(int least, int most)
    {
        this.hasTakenInside = true;
        int count = this.brick.Inside?.Count ?? 0;
        return count >= least && count <= most ? this.brick.Inside! : throw this.Error(
            count == 0 ? "the net in parentheses is missing" :
            count < least ? $"it takes {least} nets or more in parentheses, separated by ';'"
                : $"it takes {most} {(most == 1 ? "net" : "nets")} in parentheses, not {count}");
    }

    // What is expected is said unless the usage that follows says it.
    internal T Read<T>(string name, T? otherwise, Func<string, T?> parse, string expected = "") where T : struct
    {
        if (otherwise is { } usual && !this.Has(name)) return usual;
        string value = this.Take(name);
        return parse(value) ?? throw this.Error($"'{value}' is not a value for {name}{(expected.Length > 0 ? $", which is {expected}" : "")}");
    }

    // Upper-case names are arguments by position, lower-case ones options.
    private bool Has(string name)
    {
        if (!char.IsUpper(name[0])) this.known.Add(name);
        return char.IsUpper(name[0]) ? this.positional.Count > 0 : this.options.ContainsKey(name);
    }

    private string Take(string name) =>
        !this.Has(name) ? throw this.Error($"{name} is missing") : char.IsUpper(name[0]) ? this.positional.Dequeue() : this.options[name];

    private FormatException Error(string what)
    {
        string said = $"'{this.brick.Text}': {what}{(what[^1] is '.' or '?' ? "" : ".")} Write it as: {this.usage}.";
        return this.isInNet ? this.reader.Error(this.brick.At, said) : new(said);
    }
}
