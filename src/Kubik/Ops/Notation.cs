using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Ops;

/// <summary>How an op is written: <c>{0}</c>, <c>{1}</c>, … stand for its inputs, <c>{*}</c> for all of them.</summary>
/// <param name="Text">In plain Unicode text.</param>
/// <param name="Latex">In LaTeX.</param>
public sealed partial record Notation(string Text, string Latex)
{
    /// <summary>A function of all inputs, such as tanh(x).</summary>
    public static Notation Function(string name, string? latex = null) =>
        new(name + "({*})", (latex ?? $@"\operatorname{{{name}}}") + @"\left({*}\right)");

    /// <summary>A function of all inputs with attributes, such as leakyrelu(x; 0.01).</summary>
    public static Notation With(string name, params ReadOnlySpan<double> attributes)
    {
        string listed = string.Join(", ", attributes.ToArray().Select(a => a.ToString("G6", CultureInfo.InvariantCulture)));
        return new($"{name}({{*}}; {listed})", $@"\operatorname{{{name}}}\left({{*}}; {listed}\right)");
    }

    /// <summary>The text with names of the inputs put in.</summary>
    public string ToText(params ReadOnlySpan<string> inputs) => Fill(this.Text, inputs);

    /// <summary>The LaTeX with names of the inputs put in.</summary>
    public string ToLatex(params ReadOnlySpan<string> inputs) => Fill(this.Latex, inputs);

    // In one pass, so that a name that looks like a place is left alone.
    private static string Fill(string template, ReadOnlySpan<string> inputs)
    {
        string[] names = inputs.ToArray();
        return Place().Replace(template, m => m.Value == "{*}" ? string.Join(", ", names) : names[int.Parse(m.Groups["place"].Value)]);
    }

    [GeneratedRegex(@"\{(?<place>\d+|\*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
