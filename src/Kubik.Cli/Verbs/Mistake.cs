// What the user can mend is told in one sentence: what was given, what was expected, what to do. Exceptions of the
// engine say that already; .NET's additions for programmers (the parameter's name) are taken off.

using Kubik.Training;

namespace Kubik.Cli.Verbs;

/// <summary>Something is wrong with what the user gave; the message says what to do.</summary>
internal sealed class MistakeException(string message, Exception? cause = null) : Exception(message, cause);

internal static class Mistake
{
    /// <summary>The sentence for a user; null for what is no mistake of theirs.</summary>
    public static string? Explain(Exception e) => e switch
    {
        ArgumentException { ParamName: { Length: > 0 } parameter } => Continued(e.Message.Split($" (Parameter '{parameter}')")[0]),
        ArgumentException or FormatException or NonFiniteException => Continued(e.Message),
        FileNotFoundException { FileName: { Length: > 0 } file } => $"{Terminal.Tool.Short(file)}: there is no such file.",
        MistakeException or IOException => e.Message,
        UnauthorizedAccessException => $"{e.Message} Check the rights of the file and its folder.",
        OutOfMemoryException => "there is not enough memory for this; use a smaller batch, network or data set.",
        _ => null,
    };

    // "kubik train: there is no …": the sentence goes on after the colon. Names and formulas keep their capitals.
    internal static string Continued(string sentence) =>
        sentence.Length > 1 && char.IsUpper(sentence[0]) && char.IsLower(sentence[1]) ? char.ToLowerInvariant(sentence[0]) + sentence[1..] : sentence;
}
