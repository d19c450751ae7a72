// From LaTeX to MathML, for the part of LaTeX in which formulas are written here: letters, numbers, operators, \frac, \sqrt,
// indices and powers, \left … \right, pmatrix, names. So ops have two notations, not three.

using System.Runtime.CompilerServices;
using System.Text;
using Kubik.Glass.Pages;

namespace Kubik.Glass.Formulas;

/// <summary>Turns LaTeX formulas into MathML.</summary>
public sealed class MathMl
{
    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["cdot"] = "·",
        ["le"] = "≤",
        ["ge"] = "≥",
        ["ne"] = "≠",
        ["lor"] = "∨",
        ["land"] = "∧",
        ["lnot"] = "¬",
        ["oplus"] = "⊕",
        ["otimes"] = "⊗",
        ["odot"] = "⊙",
        ["circ"] = "∘",
        ["oslash"] = "⊘",
        ["sum"] = "∑",
        ["prod"] = "∏",
        ["bigvee"] = "⋁",
        ["bigwedge"] = "⋀",
        ["bmod"] = "mod",
        ["lVert"] = "‖",
        ["rVert"] = "‖",
        ["lfloor"] = "⌊",
        ["rfloor"] = "⌋",
        ["lceil"] = "⌈",
        ["rceil"] = "⌉",
        ["top"] = "⊤",
        ["partial"] = "∂",
        ["nabla"] = "∇",
        ["infty"] = "∞",
        ["to"] = "→",
        ["leftarrow"] = "←",
        ["sim"] = "∼",
        ["approx"] = "≈",
        ["times"] = "×",
        ["ldots"] = "…",
        ["surd"] = "√",
        ["in"] = "∈",
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["arccos"] = "arccos",
        ["arcsin"] = "arcsin",
        ["arctan"] = "arctan",
        ["cos"] = "cos",
        ["sin"] = "sin",
        ["tan"] = "tan",
        ["cosh"] = "cosh",
        ["sinh"] = "sinh",
        ["tanh"] = "tanh",
        ["exp"] = "exp",
        ["ln"] = "ln",
        ["log"] = "log",
        ["max"] = "max",
        ["min"] = "min",
        ["det"] = "det",
        ["arg"] = "arg",
        ["lim"] = "lim",
    };

    private const int Deepest = 500; // a recursion must end before the stack does; deeper elements no browser lays out

    private const int LongestShown = 200; // of a formula, in a message

    private readonly string latex;
    private int at, depth;

    private MathMl(string latex) => this.latex = latex;

    /// <summary>A formula as one <c>math</c> element.</summary>
    /// <exception cref="FormatException">A command is not known, a brace or a bracket is missing, or the formula is nested too deeply.</exception>
    public static string FromLatex(string latex, bool block = false)
    {
        ArgumentNullException.ThrowIfNull(latex);
        MathMl reader = new(latex);
        string inside = reader.Row(() => reader.at == latex.Length);
        return $"<math xmlns=\"http://www.w3.org/1998/Math/MathML\"{(block ? " display=\"block\"" : "")}>{inside}</math>";
    }

    private bool IsAtEnd => this.at >= this.latex.Length;

    private string Row(Func<bool> ends)
    {
        StringBuilder row = new();
        string? last = null; // held back: an index or a power may follow
        int scripts = 0;     // of it
        while (true)
        {
            this.SkipSpace();
            if (ends()) break;
            if (this.IsAtEnd) throw this.Wrong("the formula ends inside of braces");
            char c = this.latex[this.at];
            if (c is '_' or '^')
            {
                if (++scripts > Deepest) throw this.TooDeep();
                this.at++;
                string script = this.Argument(), tag = c == '_' ? "msub" : "msup";
                this.SkipSpace();
                if (!this.IsAtEnd && this.latex[this.at] is '_' or '^' && this.latex[this.at] != c && !ends())
                {
                    this.at++;
                    string other = this.Argument();
                    (string below, string above) = c == '_' ? (script, other) : (other, script);
                    last = $"<msubsup>{last ?? "<mrow></mrow>"}{below}{above}</msubsup>";
                }
                else
                {
                    last = $"<{tag}>{last ?? "<mrow></mrow>"}{script}</{tag}>";
                }
                continue;
            }
            row.Append(last);
            scripts = 0;
            last = this.latex[this.at] == '-' && (last is null || IsBeforeSign(last)) ? this.Sign() : this.Atom();
        }
        return $"<mrow>{row.Append(last)}</mrow>";
    }

    // A minus that belongs to its number has no space around it.
    private static bool IsBeforeSign(string atom) =>
        atom is ['<', 'm', 'o', '>', '=' or '≈' or '←' or '·' or '×' or '∘' or '(' or '[' or ',' or '+' or '−', '<', ..];

    private string Sign()
    {
        this.at++;
        return "<mo form=\"prefix\">−</mo>";
    }

    private string Atom()
    {
        if (++this.depth > Deepest || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw this.TooDeep();
        string atom = this.Read();
        this.depth--;
        return atom;
    }

    private string Read()
    {
        char c = this.latex[this.at++];
        if (char.IsAsciiDigit(c) || c == '.' && !this.IsAtEnd && char.IsAsciiDigit(this.latex[this.at]))
        {
            int start = this.at - 1;
            while (!this.IsAtEnd && (char.IsAsciiDigit(this.latex[this.at]) || this.latex[this.at] == '.')) this.at++;
            return $"<mn>{this.latex[start..this.at]}</mn>";
        }
        if (c == '\\') return this.Command();
        if (c == '{') return this.Group();
        // A sign of two chars, such as 𝟏, is one.
        string sign = char.IsHighSurrogate(c) && !this.IsAtEnd && char.IsLowSurrogate(this.latex[this.at]) ? $"{c}{this.latex[this.at++]}" : c.ToString();
        return char.IsLetter(sign, 0) || sign.Length > 1 ? $"<mi>{sign}</mi>" : Operator(c == '-' ? "−" : sign);
    }

    private string Group()
    {
        string inside = this.Row(() => !this.IsAtEnd && this.latex[this.at] == '}');
        this.at++;
        return inside;
    }

    private string Argument()
    {
        this.SkipSpace();
        return !this.IsAtEnd ? this.Atom() : throw this.Wrong("something is missing after the last sign");
    }

    private string Command()
    {
        int start = this.at;
        while (!this.IsAtEnd && char.IsAsciiLetter(this.latex[this.at])) this.at++;
        string name = this.latex[start..this.at];
        if (name.Length == 0 && this.IsAtEnd) throw this.Wrong(@"a command is missing after '\'");
        if (name.Length == 0)
        {
            char escaped = this.latex[this.at++];
            return escaped is ',' or ' ' or ';' or '!' ? "<mspace width=\"0.17em\"/>" : throw this.Wrong($@"'\{escaped}' is not known");
        }
        if (Operators.TryGetValue(name, out string? sign)) return Operator(sign);
        if (Greek.OfCommand(name) is { } letter) return $"<mi>{letter}</mi>";
        if (Names.TryGetValue(name, out string? function)) return Upright(function);
        return name switch
        {
            "ell" => "<mi>ℓ</mi>",
            "frac" => $"<mfrac>{this.Argument()}{this.Argument()}</mfrac>",
            "sqrt" => $"<msqrt>{this.Argument()}</msqrt>",
            "operatorname" or "mathrm" or "text" => Upright(this.Raw()),
            "mathcal" or "mathbf" => $"<mi mathvariant=\"{(name == "mathbf" ? "bold" : "script")}\">{Escaped(this.Raw())}</mi>",
            "hat" or "bar" => $"<mover>{this.Argument()}<mo>{(name == "hat" ? "^" : "‾")}</mo></mover>",
            "left" => this.Fence(),
            "begin" => this.Table(),
            _ => throw this.Wrong($@"'\{name}' is not known"),
        };
    }

    // \left( … \right)
    private string Fence()
    {
        string open = this.Delimiter();
        string inside = this.Row(() => this.Begins(@"\right") && !this.Begins(@"\rightarrow"));
        this.at += @"\right".Length;
        return $"<mrow>{Fenced(open)}{inside}{Fenced(this.Delimiter())}</mrow>";
    }

    private string Delimiter()
    {
        this.SkipSpace();
        if (this.IsAtEnd) throw this.Wrong(@"a bracket is missing after \left or \right");
        char c = this.latex[this.at++];
        if (c != '\\') return c == '.' ? "" : c.ToString();
        int start = this.at;
        while (!this.IsAtEnd && char.IsAsciiLetter(this.latex[this.at])) this.at++;
        return Operators.GetValueOrDefault(this.latex[start..this.at], "|");
    }

    private string Table()
    {
        string kind = this.Raw(), end = $@"\end{{{kind}}}";
        StringBuilder rows = new("<mtr><mtd>");
        while (true)
        {
            rows.Append(this.Row(() => this.Meets(end) || this.Meets("&") || this.Meets(@"\\")));
            if (this.Meets(end))
            {
                this.at += end.Length;
                break;
            }
            rows.Append(this.Meets("&") ? "</mtd><mtd>" : "</mtd></mtr><mtr><mtd>");
            this.at += this.Meets("&") ? 1 : 2;
        }
        string table = $"<mtable>{rows}</mtd></mtr></mtable>";
        return kind switch
        {
            "pmatrix" => $"<mrow>{Fenced("(")}{table}{Fenced(")")}</mrow>",
            "cases" => $"<mrow>{Fenced("{")}{table}</mrow>",
            _ => table,
        };
    }

    private bool Meets(string text) => this.latex.AsSpan(Math.Min(this.at, this.latex.Length)).StartsWith(text, StringComparison.Ordinal);

    private string Raw()
    {
        this.SkipSpace();
        int end = !this.IsAtEnd && this.latex[this.at] == '{' ? this.latex.IndexOf('}', this.at) : -1;
        if (end < 0) throw this.Wrong("a name in braces is missing");
        string raw = this.latex[(this.at + 1)..end];
        this.at = end + 1;
        return raw;
    }

    private void SkipSpace()
    {
        while (!this.IsAtEnd && char.IsWhiteSpace(this.latex[this.at])) this.at++;
    }

    private static string Operator(string sign) => $"<mo>{Escaped(sign)}</mo>";

    private static string Fenced(string sign) => sign.Length == 0 ? "" : $"<mo fence=\"true\" stretchy=\"true\">{Escaped(sign)}</mo>";

    private static string Upright(string name) => $"<mi mathvariant=\"normal\">{Escaped(name)}</mi>";

    private static string Escaped(string text) => XmlText.Escaped(text);

    private FormatException TooDeep() => this.Wrong($"the formula is nested too deeply; {Deepest} levels are the most");

    private bool Begins(string command) => this.latex.AsSpan(Math.Min(this.at, this.latex.Length)).StartsWith(command, StringComparison.Ordinal);

    private FormatException Wrong(string what)
    {
        string shown = this.latex.Length <= LongestShown ? this.latex : this.latex[..LongestShown] + "…";
        return new($"MathML: {what}, at character {this.at} of {shown}.");
    }
}
