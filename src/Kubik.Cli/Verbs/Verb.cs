// What the verbs have in common: they are found by name, declare their words, parse them, explain themselves, and turn
// what cannot be parsed into a sentence with the nearest known option.

using System.CommandLine;
using System.CommandLine.Parsing;
using Kubik.Cli.Terminal;
using Kubik.Glass.Formulas;

namespace Kubik.Cli.Verbs;

/// <summary>A verb of the command line.</summary>
internal abstract class Verb
{
    private static readonly (string Name, Func<Verb> Make)[] All =
    [
        ("train", () => new TrainVerb()), ("eval", () => new EvalVerb()), ("predict", () => new PredictVerb()),
        ("show", () => new ShowVerb()), ("check", () => new CheckVerb()), ("data", () => new DataVerb()), ("formula", () => new FormulaVerb()),
        ("calc", () => new CalcVerb()), ("diff", () => new DiffVerb()), ("explain", () => new ExplainVerb()), ("draw", () => new DrawVerb()),
        ("book", () => new BookVerb()), ("quiz", () => new QuizVerb()), ("bench", () => new BenchVerb()),
    ];

    private readonly Option<bool> help = new("--help", "-h", "-?") { Description = "Show this page." };

    protected Option<bool> Json { get; } = new("--json");

    /// <summary>What the JSON holds, for the page.</summary>
    protected virtual string JsonHolds => "Print the result as JSON in the last line.";

    public abstract string Name { get; }

    /// <summary>What it does, in a sentence.</summary>
    public abstract string About { get; }

    /// <summary>What follows the name, for the usage line.</summary>
    public abstract string Usage { get; }

    /// <summary>Command lines without the tool's name, each with what it does.</summary>
    public abstract (string Words, string Does)[] Examples { get; }

    /// <summary>The verb of a name.</summary>
    /// <exception cref="MistakeException">There is none; the message names the nearest.</exception>
    public static Verb Find(string name)
    {
        foreach ((string known, Func<Verb> make) in All)
        {
            if (known == name) return make();
        }
        string verbs = string.Join(", ", All.Select(v => v.Name));
        throw name.StartsWith('-')
            ? new MistakeException($"'{name}' stands where a verb is expected: {verbs}. Options come after it, as in '{Tool.Name} train --epochs 3'.")
            : new MistakeException($"there is no verb '{name}'.{Suggestion.DidYouMean(name, All.Select(v => v.Name))} The verbs are {verbs}.");
    }

    /// <summary>Whether the first word is a formula, which may begin with a minus.</summary>
    protected virtual bool TakesFormula => false;

    /// <summary>A formula without the space that tells it from an option, and others before it.</summary>
    protected static string? FormulaOf(string? word) => word?.TrimStart();

    /// <summary>A formula, after it was said on the error stream what in it was read otherwise than it may have been meant.</summary>
    protected Formula Noted(Formula formula)
    {
        foreach (string note in formula.Notes) Console.Error.WriteLine($"{Tool.Name} {this.Name}: {note}");
        return formula;
    }

    /// <summary>Parses the words after the verb's name and does what they say.</summary>
    /// <returns>The exit code.</returns>
    public int Start(string[] words)
    {
        Command command = new(this.Name, this.About);
        this.Declare(command);
        this.Json.Description = this.JsonHolds;
        command.Add(this.Json);
        command.Add(this.help);
        // [x > 0] would be taken for a directive of the parser, -x for an option.
        if (words is [['[', ..] or ['-', not '-', ..], ..] && this.TakesFormula
            && !(words is [['-', ..] option, ..] && command.Options.Any(o => o.Name == option || o.Aliases.Contains(option))))
        {
            words = [" " + words[0], .. words[1..]];
        }
        ParseResult given = command.Parse(words, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (given.GetValue(this.help))
        {
            HelpPage.Write(Console.Out, this, command);
            return ExitCode.Fine;
        }
        this.Check(command, given);
        return this.Run(given);
    }

    /// <summary>Adds the verb's arguments and options.</summary>
    protected abstract void Declare(Command command);

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult given);

    private void Check(Command command, ParseResult given)
    {
        string page = $"'{Tool.Name} {this.Name} --help' shows what there is.";
        IEnumerable<string> positional = given.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        foreach (string word in positional.Concat(given.UnmatchedTokens))
        {
            // An unknown option would otherwise be taken for an argument.
            if (word.Length > 1 && word[0] == '-')
                throw new MistakeException(
                    $"there is no option '{word}'.{Suggestion.DidYouMean(word, command.Options.Where(o => !o.Hidden).Select(o => o.Name))} {page}");
        }
        if (given.UnmatchedTokens is [string extra, ..]) throw new MistakeException($"'{extra}' is one word too many. {page}");
        if (given.Errors is [ParseError error, ..]) throw new MistakeException($"{error.Message} {page}");
    }
}
