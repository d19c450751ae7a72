// The one-line notation: bricks separated by "|", each a name, its arguments in order and its options as name=value.
// Each brick says how it is written in its own file (its Syntax); the table here only lists them.

using System.Globalization;

namespace Kubik.Nn;

/// <summary>How a brick is written and made.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Usage">The word with its arguments and options.</param>
/// <param name="Make">Makes it.</param>
public sealed record BrickSyntax(string Name, string Usage, Func<BrickArguments, Module> Make);

/// <summary>The notation's bricks, and its reader.</summary>
public static class NetNotation
{
    /// <summary>All bricks that the notation knows.</summary>
    public static IReadOnlyList<BrickSyntax> Bricks { get; } =
    [
        Linear.Syntax, Conv.Syntax, MaxPool.Syntax, AvgPool.Syntax, Flatten.Syntax, Relu.Syntax, Tanh.Syntax,
        Sigmoid.Syntax, Softmax.Syntax, Dropout.Syntax, BatchNorm.Syntax,
        LayerNorm.Syntax,
        RmsNorm.Syntax,
        GroupNorm.Syntax,
        InstanceNorm.Syntax,
        LocalResponseNorm.Syntax,
        LpNorm.Syntax,
        WeightNorm.Syntax,
        SpectralNorm.Syntax,
        RnnCell.Syntax,
        LstmCell.Syntax,
        GruCell.Syntax,
        Rnn.Syntax,
        Lstm.Syntax,
        Gru.Syntax,
    ];

    internal static Sequential Parse(string notation)
    {
        string[] parts = notation.Split('|', StringSplitOptions.TrimEntries);
        if (parts.Any(p => p.Length == 0))
            throw new FormatException($"'{notation}' has an empty place between bars; write bricks like: linear 300 | relu | linear 10.");
        return new Sequential([.. parts.Select(Brick)]);
    }

    internal static Module Brick(string text)
    {
        string name = text.Split(' ')[0].ToLowerInvariant();
        BrickSyntax syntax = Bricks.FirstOrDefault(b => b.Name == name)
            ?? throw new FormatException($"There is no brick '{name}'.{Suggestion.DidYouMean(name, Bricks.Select(b => b.Name))} The bricks are {string.Join(", ", Bricks.Select(b => b.Name))}.");
        BrickArguments arguments = new(text, syntax.Usage);
        try
        {
            Module brick = syntax.Make(arguments);
            arguments.RequireAllUsed();
            return brick;
        }
        catch (ArgumentException e)
        {
            string what = e.Message.Split(" (Parameter '")[0]; // .NET adds the parameter's name, which nobody typed
            throw new FormatException($"'{text}': {what} Write it as: {syntax.Usage}.", e);
        }
    }
}

/// <summary>The arguments and options that stand after a brick's name.</summary>
public sealed class BrickArguments
{
    private readonly string text, usage;
    private readonly Queue<string> positional = new();
    private readonly Dictionary<string, string> options = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    internal BrickArguments(string text, string usage)
    {
        (this.text, this.usage) = (text, usage);
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) this.positional.Enqueue(word);
            else if (!this.options.TryAdd(word[..equals], word[(equals + 1)..])) throw this.Error($"the option '{word[..equals]}' is given twice");
        }
    }

    /// <summary>The next whole number above 0; when a value for its absence is given, the option of that name.</summary>
    /// <exception cref="FormatException">It is missing or no such number.</exception>
    public int Number(string name, int? otherwise = null) => this.Read(name, otherwise, Whole);

    /// <summary>Two whole numbers, "5x3", or one for both.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public (int Y, int X) Pair(string name, (int Y, int X)? otherwise = null) => this.Read(name, otherwise, s =>
    {
        string[] sides = s.Split('x', 'X');
        return sides.Length <= 2 && Whole(sides[0]) is { } y && Whole(sides[^1]) is { } x ? (y, x) : null;
    });

    /// <summary>A number.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public double Real(string name, double? otherwise = null) => this.Read(name, otherwise, s =>
        double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && double.IsFinite(d) ? d : null);

    /// <summary>An option that is true or false.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public bool Flag(string name, bool otherwise) => this.Read<bool>(name, otherwise, s => bool.TryParse(s, out bool b) ? b : null);

    /// <summary>All that stands after the brick's name, read as another brick.</summary>
    /// <exception cref="FormatException">It is missing or no brick.</exception>
    public Module Brick()
    {
        string[] words = this.text.Split(' ', 2, StringSplitOptions.TrimEntries);
        this.positional.Clear();
        this.options.Clear();
        return words.Length == 2 ? NetNotation.Brick(words[1]) : throw this.Error("BRICK is missing");
    }

    internal void RequireAllUsed()
    {
        if (this.positional.TryPeek(out string? extra)) throw this.Error($"'{extra}' is one argument too many");
        if (this.options.Keys.FirstOrDefault(k => !this.known.Contains(k)) is { } stranger)
            throw this.Error($"there is no option '{stranger}'.{Suggestion.DidYouMean(stranger, this.known)}");
    }

    private static int? Whole(string s) => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;

    private T Read<T>(string name, T? otherwise, Func<string, T?> parse) where T : struct
    {
        // Upper-case names are arguments by position, lower-case ones options.
        this.known.Add(name);
        bool isArgument = char.IsUpper(name[0]);
        if (isArgument ? !this.positional.TryDequeue(out string? value) : !this.options.TryGetValue(name, out value))
            return otherwise ?? throw this.Error($"{name} is missing");
        return parse(value!) ?? throw this.Error($"'{value}' is not a value for {name}");
    }

    private FormatException Error(string what) => new($"'{this.text}': {what}{(what[^1] is '.' or '?' ? "" : ".")} Write it as: {this.usage}.");
}
