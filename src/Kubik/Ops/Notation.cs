using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Ops;

/// <summary>How tightly a written expression holds together; a looser one is put in parentheses where a tighter one is needed.</summary>
public enum Strength
{
    /// <summary>A choice, c ? a : b.</summary>
    Choice,
    /// <summary>A sum or a difference; a minus sign in front.</summary>
    Sum,
    /// <summary>A product or a quotient.</summary>
    Product,
    /// <summary>A power.</summary>
    Power,
    /// <summary>A name, a number, a function with its arguments.</summary>
    Atom,
}

/// <summary>An expression as it is written.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Strength">How tightly it holds together.</param>
public readonly record struct Written(string Text, Strength Strength = Strength.Atom);

/// <summary>
/// How an op is written: <c>{0}</c>, <c>{1}</c>, … stand for its inputs, <c>{*}</c> for all of them; <c>{0:product}</c>
/// puts an input that is weaker than a product in parentheses.
/// </summary>
/// <param name="Text">In plain Unicode text.</param>
/// <param name="Latex">In LaTeX.</param>
/// <param name="Strength">How tightly the result holds together.</param>
public sealed partial record Notation(string Text, string Latex, Strength Strength = Strength.Atom)
{
    /// <summary>A function of all inputs, such as tanh(x).</summary>
    public static Notation Function(string name, string? latex = null) =>
        new(name + "({*})", (latex ?? $@"\operatorname{{{name}}}") + @"\left({*}\right)");

    /// <summary>A function of all inputs with options in words, such as maxpool(x; 2, stride 1).</summary>
    public static Notation Worded(string name, string options, string? latex = null) => options.Length == 0
        ? Function(name, latex)
        // with a space: {2} would be an input
        : new($"{name}({{*}}; {options})", (latex ?? $@"\operatorname{{{name}}}") + $@"\left({{*}};\text{{ {options}}}\right)");

    /// <summary>The same, and along which axes, within what closes it last: mean(x; axis 1), ‖x; axis 1‖₂. They are counted from 0, as in code.</summary>
    /// <param name="axes">Which.</param>
    /// <param name="of">The shape that has them, where it is not to be seen: mean(…; axis 1 of 1×2×3).</param>
    internal Notation Along(IEnumerable<int> axes, Shape? of = null)
    {
        string listed = string.Join(", ", axes), said = $"{(listed.Contains(',', StringComparison.Ordinal) ? "axes" : "axis")} {listed}";
        if (of is { } shape) said += $" of {string.Join('×', shape)}";
        string sign = this.Text.Contains(';', StringComparison.Ordinal) ? "," : ";";
        int within = this.Latex[..this.Latex.LastIndexOf(@"\right", StringComparison.Ordinal)].TrimEnd().Length;
        return this with
        {
            Text = this.Text.Insert(this.Text.LastIndexOfAny([')', '‖']), $"{sign} {said}"),
            Latex = this.Latex.Insert(within, $@"{sign}\text{{ {said}}}"),
        };
    }

    /// <summary>An infix sign with options in words, such as x ∗[stride 2] w.</summary>
    internal static Notation Infix(string sign, string latex, string options) => options.Length == 0
        ? new($"{{0:product}} {sign} {{1:power}}", $"{{0:product}} {latex} {{1:power}}", Strength.Product)
        : new($"{{0:product}} {sign}[{options}] {{1:power}}", $@"{{0:product}} {latex}_{{\text{{{options}}}}} {{1:power}}", Strength.Product);

    /// <summary>A function of all inputs with attributes, such as leakyrelu(x; 0.01).</summary>
    public static Notation With(string name, params ReadOnlySpan<double> attributes)
    {
        // With all their digits: what is written is to be read as the same function. In LaTeX {7} would be a place, { 7} is none.
        Numeral[] listed = [.. attributes.ToArray().Select(a => Numeral.Of(a))];
        return new($"{name}({{*}}; {string.Join(", ", listed.Select(n => n.ToText().Replace('−', '-')))})",
            $@"\operatorname{{{name}}}\left({{*}}; {string.Join(", ", listed.Select(n => n.ToLatex().Replace("{", "{ ", StringComparison.Ordinal)))}\right)");
    }

    /// <summary>The text with what stands for the inputs put in.</summary>
    public Written ToText(params ReadOnlySpan<Written> inputs) => new(Fill(this.Text, inputs, "(", ")"), this.Strength);

    /// <summary>The LaTeX with what stands for the inputs put in.</summary>
    public Written ToLatex(params ReadOnlySpan<Written> inputs) => new(Fill(this.Latex, inputs, @"\left(", @"\right)"), this.Strength);

    /// <summary>The text with names of the inputs put in.</summary>
    public string ToText(params ReadOnlySpan<string> inputs) => this.ToText(Names(inputs)).Text;

    /// <summary>The LaTeX with names of the inputs put in.</summary>
    public string ToLatex(params ReadOnlySpan<string> inputs) => this.ToLatex(Names(inputs)).Text;

    private static Written[] Names(ReadOnlySpan<string> inputs)
    {
        Written[] names = new Written[inputs.Length];
        for (int i = 0; i < names.Length; i++) names[i] = new(inputs[i]);
        return names;
    }

    // In one pass, so that a name that looks like a place is left alone.
    private static string Fill(string template, ReadOnlySpan<Written> inputs, string open, string close)
    {
        Written[] written = inputs.ToArray();
        return Place().Replace(template, m =>
        {
            if (m.Groups["place"].Value == "*") return string.Join(", ", written.Select(w => w.Text));
            Written w = written[int.Parse(m.Groups["place"].Value, CultureInfo.InvariantCulture)];
            return m.Groups["least"].Success && w.Strength < Enum.Parse<Strength>(m.Groups["least"].Value, ignoreCase: true) ? open + w.Text + close : w.Text;
        });
    }

    [GeneratedRegex(@"\{(?<place>\d+|\*)(:(?<least>[a-z]+))?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
