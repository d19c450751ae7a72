// Arguments and options that say in a sentence what is wrong with their value; System.CommandLine's own messages name
// C# types.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Kubik.Cli.Verbs;

internal static class Flags
{
    public static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    public static Option<int?> Whole(string name, string value, string description, int least) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = r => int.TryParse(Word(r), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n) && n >= least
            ? n
            : Wrong<int>(r, $"a whole number from {least} on"),
    };

    public static Option<long?> Seed(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = r => long.TryParse(Word(r), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : Wrong<long>(r, "a whole number"),
    };

    public static Option<double?> Real(string name, string value, string description, Predicate<double> fits, string expected) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = r => double.TryParse(Word(r), NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && fits(x) ? x : Wrong<double>(r, expected),
    };

    private static string Word(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Wrong<T>(ArgumentResult result, string expected) where T : struct
    {
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} takes {expected}, not '{Word(result)}'.");
        return null;
    }
}
