// Arguments and options that say in a sentence what is wrong with their value; System.CommandLine's own messages name
// C# types.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Kubik.Cli.Verbs;

internal static class Flags
{
    public static Option<string?> Text(string name, string value, string description, params string[] aliases) =>
        Of(name, value, description, aliases, w => w.Trim().Length > 0, $"{value}, and not nothing");

    /// <summary>A file to write whose ending says what is written.</summary>
    public static Option<string?> File(string name, string ending, string description, params string[] aliases) =>
        Of(name, $"FILE{ending}", description, aliases,
            w => w.Trim().Length > 0 && Path.GetExtension(w) is var e && (e.Length == 0 || string.Equals(e, ending, StringComparison.OrdinalIgnoreCase)),
            $"a file that ends in {ending}, since that is what is written");

    private static Option<string?> Of(string name, string value, string description, string[] aliases, Predicate<string> fits, string expected)
    {
        Option<string?> option = new(name, aliases) { HelpName = value, Description = description };
        option.CustomParser = r =>
        {
            if (fits(Word(r))) return Word(r);
            r.AddError($"{name} takes {expected}; '{Word(r)}' is given.");
            return null;
        };
        return option;
    }

    public static Option<int?> Whole(string name, string value, string description, int least, int most = int.MaxValue) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = r => int.TryParse(Word(r), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n) && n >= least && n <= most
            ? n
            : Wrong<int>(r, $"a whole number from {least} {(most < int.MaxValue ? $"to {most}" : "on")}"),
    };

    public static Option<long?> Seed(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = r =>
            long.TryParse(Word(r), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : Wrong<long>(r, "a whole number"),
    };

    public static Option<double?> Real(string name, string value, string description, Predicate<double> fits, string expected) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = r =>
            double.TryParse(Word(r), NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && fits(x) ? x : Wrong<double>(r, expected),
    };

    private static string Word(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Wrong<T>(ArgumentResult result, string expected) where T : struct
    {
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} takes {expected}, not '{Word(result)}'.");
        return null;
    }
}
