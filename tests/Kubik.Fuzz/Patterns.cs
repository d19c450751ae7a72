// What differs between two refusals of the same kind.

using System.Text.RegularExpressions;

namespace Kubik.Fuzz;

/// <summary>Patterns in messages.</summary>
internal static partial class Patterns
{
    /// <summary>Texts in quotes, numbers, and whatever the message quotes from the file at its end.</summary>
    [GeneratedRegex("'[^']*'|[0-9A-F]*[0-9][0-9A-F]*| of \\{.*|U8|BOOL|[FI](16|32|64)|dtype \\S+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    public static partial Regex Varying();
}
