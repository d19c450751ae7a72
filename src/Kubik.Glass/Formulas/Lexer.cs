// Characters to words. Unicode's ways of writing (x₁, x², ·, −, ≥, Aᵀ) become the plain ones here, so that the parser knows
// one way of each.

using System.Globalization;

namespace Kubik.Glass.Formulas;

internal enum TokenKind
{
    Number,
    Name,
    Symbol,
    End,
}

/// <summary>A word of a formula.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">In plain letters: x1 for x₁, ^ for a raised number.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => this.Kind == TokenKind.Symbol && this.Text == symbol;

    public override string ToString() => this.Kind == TokenKind.End ? "the end" : $"'{this.Text}'";
}

internal static class Lexer
{
    /// <summary>What is typed for ‖.</summary>
    public const string Bars = "||";

    private const string Ones = "𝟏";

    private const int LongestProduct = 3; // letters beside each other that may be a product: xyz

    // Element by element.
    private static readonly Dictionary<string, string> Pairs = new(StringComparer.Ordinal)
    {
        ["=="] = "=",
        [".*"] = "∘",
        ["./"] = "⊘",
        [".^"] = "^∘",
        ["^∘"] = "^∘",
        ["^⊙"] = "^∘",
        [Bars] = "‖",
    };

    private static readonly Dictionary<char, string> Plain = new()
    {
        ['−'] = "-",
        ['–'] = "-",
        ['·'] = "*",
        ['×'] = "*",
        ['∙'] = "*",
        ['⋅'] = "*",
        ['∗'] = "*",
        ['÷'] = "/",
        ['∕'] = "/",
        ['≤'] = "<=",
        ['≥'] = ">=",
        ['≠'] = "!=",
        ['ᵀ'] = "'",
        ['⊤'] = "'",
        ['′'] = "'",
        ['’'] = "'",
        ['∨'] = "∪",
        ['∧'] = "∩",
        ['⊙'] = "∘",
    };

    /// <summary>The words of a formula, with the end as the last.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="isWord">Which runs of letters are one name or function; others are letters beside each other, which multiplies them.</param>
    /// <param name="norms">Whether || is the sign of a norm, ‖, and not two of |.</param>
    public static List<Token> Read(string formula, Predicate<string> isWord, bool norms = false)
    {
        List<Token> tokens = [];
        for (int i = 0; i < formula.Length;)
        {
            char c = formula[i];
            int start = i;
            if (char.IsWhiteSpace(c)) i++;
            else if (c is '∘' or '⊙' && i + 1 < formula.Length && Numeral.IsRaised(formula[i + 1])) // x∘², every element's
            {
                i++;
                while (i < formula.Length && Numeral.IsRaised(formula[i])) i++;
                tokens.Add(new(TokenKind.Symbol, "^∘", start));
                tokens.Add(new(TokenKind.Number, Numeral.Plain(formula[(start + 1)..i]), start + 1));
            }
            else if (char.IsAsciiDigit(c) || c == '.' && i + 1 < formula.Length && char.IsAsciiDigit(formula[i + 1]))
            {
                string number = NumberAt(formula, ref i, TakesProduct(tokens));
                tokens.Add(new(TokenKind.Number, number, start));
            }
            else if (formula.AsSpan(i).StartsWith(Ones, StringComparison.Ordinal))
            {
                i += Ones.Length;
                tokens.Add(new(TokenKind.Name, "ones", start));
            }
            else if (char.IsLetter(c) && !Plain.ContainsKey(c)) Names(formula, ref i, isWord, tokens);
            else if (Numeral.IsRaised(c) || c == '⁻')
            {
                while (i < formula.Length && (Numeral.IsRaised(formula[i]) || formula[i] == '⁻' && i == start)) i++;
                string digits = Numeral.Plain(formula[start..i]);
                if (digits == "-") throw new FormulaException(formula, start, "a raised minus needs a raised number after it.");
                tokens.Add(new(TokenKind.Symbol, "^", start));
                if (digits[0] == '-') tokens.Add(new(TokenKind.Symbol, "-", start));
                tokens.Add(new(TokenKind.Number, digits.TrimStart('-'), start));
            }
            else
            {
                i++;
                string two = i < formula.Length ? formula[start..(i + 1)] : "";
                if (two == Bars && !norms) two = "";
                if (two is "<=" or ">=" or "!=" || Pairs.ContainsKey(two)) i++;
                string symbol = two is "<=" or ">=" or "!=" ? two : Pairs.GetValueOrDefault(two) ?? Plain.GetValueOrDefault(c, c.ToString());
                if (two == "**") throw new FormulaException(formula, start, "'**' is not a sign of a formula; write x^2 for a power, A*B for a product.");
                if (symbol.Length == 1 && !"+-*/^'()[],;|<>=‖∪∩√∘⊘?:".Contains(symbol[0]))
                    throw new FormulaException(formula, start, Unknown(formula, start));
                tokens.Add(new(TokenKind.Symbol, symbol, start));
            }
        }
        tokens.Add(new(TokenKind.End, "", formula.Length));
        return tokens;
    }

    private static string Unknown(string formula, int at) => Typeset(formula, at) is var (letter, plain)
        ? $"'{letter}' is a letter of mathematical typesetting; write '{plain}'."
        : $"'{StringInfo.GetNextTextElement(formula, at)}' is not a sign of a formula. "
        + "Known are + - * / ^ ' ( ) [ ] , | < > = and ∪ ∩ √ ‖ ∘ ⊘, or .* and ./ for ∘ and ⊘.";

    // 𝑥 is x, 𝐖 is W.
    private static (string Letter, string Plain)? Typeset(string formula, int at)
    {
        const int First = 0x1D400, Last = 0x1D6A3, Letters = 26; // alphabets in thirteen types, capitals before small letters
        if (!System.Text.Rune.TryGetRuneAt(formula, at, out System.Text.Rune rune) || rune.Value is < First or > Last) return null;
        int number = (rune.Value - First) % (2 * Letters);
        return (rune.ToString(), ((char)(number < Letters ? 'A' + number : 'a' + number - Letters)).ToString());
    }

    // Whether what stands before lets a product be one number: not x/2·10³, nor x^2·10³.
    private static bool TakesProduct(List<Token> before)
    {
        int at = before.Count - 1;
        while (at >= 0 && (before[at].Is("-") || before[at].Is("+"))) at--;
        bool isTerm = at >= 0 && at < before.Count - 1 && before[at] is { Kind: not TokenKind.Symbol } or { Text: ")" or "]" or "'" or "|" or "‖" }; // of a sum
        if (at < 0 || isTerm) return true;
        return before[at] is { Kind: TokenKind.Symbol, Text: "(" or "[" or "," or ";" or "?" or ":" or ">" or "<" or ">=" or "<=" or "=" or "!=" };
    }

    // 12, 0.5, .5, 1e-3; in 3e the e is Euler's number.
    private static string NumberAt(string formula, ref int i, bool takesProduct)
    {
        int start = i;
        while (i < formula.Length && (char.IsAsciiDigit(formula[i]) || formula[i] == '.')) i++;
        string digits = formula[start..i], text = digits;
        if (i < formula.Length && formula[i] is 'e' or 'E')
        {
            int at = i + 1;
            if (at < formula.Length && formula[at] is '+' or '-') at++;
            if (at < formula.Length && char.IsAsciiDigit(formula[at]))
            {
                while (at < formula.Length && char.IsAsciiDigit(formula[at])) at++;
                i = at;
            }
            text = formula[start..i];
        }
        // 10⁻³ and 2.5·10⁻⁷ as they are written are one number, with all its digits; 1·10⁻³ is a product, which nobody writes for a number.
        else if (digits == "10" && Power(formula, i) is var (small, after) && small[0] == '-') (text, i) = ($"1e{small}", after);
        else if (takesProduct && digits.AsSpan().ContainsAnyExcept('0', '.') && formula.AsSpan(i).StartsWith("·10", StringComparison.Ordinal)
            && Power(formula, i + 3) is var (power, end) && Numeral.Of($"{digits}e{power}").ToText() == formula[start..end])
            (text, i) = ($"{digits}e{power}", end);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            throw new FormulaException(formula, start, $"'{text}' is not a number.");
        if (!double.IsFinite(value)) throw new FormulaException(formula, start, $"'{text}' is not a number that fits: numbers end at 1.8·10³⁰⁸.");
        if (value != 0) return text;
        return digits.All(d => d is '0' or '.')
            ? digits
            : throw new FormulaException(formula, start, $"'{text}' is not a number that fits: above 0 they begin at 4.9·10⁻³²⁴.");
    }

    // The raised number at a place, when nothing after it belongs to it.
    private static (string Number, int End)? Power(string formula, int at)
    {
        int end = at;
        if (end < formula.Length && formula[end] == '⁻') end++;
        int first = end;
        while (end < formula.Length && Numeral.IsRaised(formula[end])) end++;
        return end == first || end < formula.Length && formula[end] is '^' or '⁻' ? null : (Numeral.Plain(formula[at..end]), end);
    }

    private static void Names(string formula, ref int i, Predicate<string> isWord, List<Token> tokens)
    {
        int start = i;
        while (i < formula.Length && char.IsLetter(formula[i]) && !Plain.ContainsKey(formula[i])) i++;
        string letters = formula[start..i], index = IndexAt(formula, ref i);
        if (Instead(letters.ToLowerInvariant()) is { } instead && !isWord(letters))
            throw new FormulaException(formula, start, $"'{letters}' is no word of formulas: {instead}.");
        bool calls = i < formula.Length && formula[i] == '(' && letters.Length > 1;
        if (index.Length > 0 && letters.Length > 1 && Function.All.ContainsKey(letters) && !isWord(letters + index))
        {
            string argument = calls ? "(x)" : $"({index.TrimStart('_')})";
            throw new FormulaException(formula, start, letters is "log" or "ln" && calls
                ? $"'{letters + index}' is not a known function; the logarithm to the base {index} is ln(x)/ln({index})."
                : $"'{letters + index}' is no variable, for {letters} is a function; write {letters}{argument}.");
        }
        if (letters.Length == 1 || isWord(letters + index) || isWord(letters) && !(calls && index.Length > 0))
        {
            tokens.Add(new(TokenKind.Name, letters + index, start));
            return;
        }
        if (calls)
        {
            string product = letters.Length <= LongestProduct ? $" A product is written with *, {string.Join('*', letters.AsEnumerable())}{index}*(…)." : "";
            string meant = Meant(letters + index);
            if (meant.Length == 0) meant = $" Known are {string.Join(", ", Functions.Order(StringComparer.Ordinal))}.";
            throw new FormulaException(formula, start, $"'{letters + index}' is not a known function.{meant}{product}");
        }
        // Nobody means w·e·i·g·h·t.
        if (letters.Length > LongestProduct)
        {
            throw new FormulaException(formula, start, $"'{letters}' is not a known function or variable.{Meant(letters)} "
                + "Variables have one letter and may have an index, as in x1; write products of letters with *.");
        }
        for (int k = 0; k < letters.Length - 1; k++) tokens.Add(new(TokenKind.Name, letters[k].ToString(), start + k));
        tokens.Add(new(TokenKind.Name, letters[^1] + index, start + letters.Length - 1));
    }

    private static IEnumerable<string> Functions => Function.All.Where(f => f.Key[^1] != '^' && f.Key == f.Value.Name).Select(f => f.Key);

    // How the words of other languages are written in a formula.
    private static string? Instead(string word) => word switch
    {
        "and" => "write x ∩ y for and",
        "or" => "write x ∪ y for or",
        "xor" => "write (x ∪ y) - (x ∩ y) for either x or y",
        "not" => "write 1 - x for not x",
        "if" or "then" or "else" => "write [x > 0] ? a : b for a where x is above 0, else b",
        "nan" or "inf" or "infinity" => "their numbers are finite, up to 1.8·10³⁰⁸; a product of letters is written with *, as in i*n*f",
        "mod" => "they have no function for a remainder",
        _ => null,
    };

    // What other languages call a function, or the nearest name.
    private static string Meant(string name) => name switch
    {
        _ when Lookalike.InLatin(name) is var latin && latin != name && Function.All.ContainsKey(latin) => Lookalike.Hint(name, [latin]),
        "tg" => " Did you mean 'tan'?",
        "arctg" => " Did you mean 'atan'?",
        "ctg" or "cot" or "cotan" => " The cotangent is 1/tan(x).",
        "arcctg" or "arccot" or "acot" => " The arc cotangent is π/2 - atan(x).",
        "sec" => " The secant is 1/cos(x).",
        "cosec" or "csc" => " The cosecant is 1/sin(x).",
        "lg" => " The logarithm to the base 10 is ln(x)/ln(10).",
        "lb" or "ld" => " The logarithm to the base 2 is ln(x)/ln(2).",
        "sh" or "ch" or "th" => $" Did you mean '{(name == "sh" ? "sinh" : name == "ch" ? "cosh" : "tanh")}'?",
        "cth" or "coth" => " The hyperbolic cotangent is 1/tanh(x).",
        "arsh" or "arch" or "arth" => $" Did you mean '{(name == "arsh" ? "asinh" : name == "arch" ? "acosh" : "atanh")}'?",
        "trace" => " Did you mean 'tr'?",
        "transpose" => " The transpose of A is A'.",
        "pow" or "power" => " A power is written x^2.",
        "sgn" or "signum" => " Did you mean 'sign'?",
        "heaviside" => " Did you mean 'step'?",
        "swish" => " Did you mean 'silu'?",
        "logistic" => " Did you mean 'sigmoid'?",
        "arctan" or "arcsin" or "arccos" => $" Did you mean 'a{name[3..]}'?",
        "mean" or "average" => " A mean is the sum divided by how many there are, sum(x)/n.",
        "dot" => " The product of two columns is x'*y.",
        "inverse" => " Did you mean 'inv'?",
        _ => Suggestion.DidYouMean(name, Functions),
    };

    // The 1 of x1, x₁ and x_1; the out of w_out.
    private static string IndexAt(string formula, ref int i)
    {
        string index = FirstIndexAt(formula, ref i);
        return i < formula.Length && formula[i] == '_' && index.Length > 0
            ? throw new FormulaException(formula, i,
                "a variable has one index, of letters and digits after one '_', as in w_12 or w_out; leave out the second '_'.")
            : index;
    }

    private static string FirstIndexAt(string formula, ref int i)
    {
        int start = i;
        if (i < formula.Length && formula[i] == '_')
        {
            i++;
            while (i < formula.Length && char.IsLetterOrDigit(formula[i])) i++;
            if (i == start + 1) throw new FormulaException(formula, start, "an index must follow '_', as in w_out.");
            string index = formula[(start + 1)..i];
            return index.All(char.IsAsciiDigit) ? index : "_" + index;
        }
        while (i < formula.Length && (char.IsAsciiDigit(formula[i]) || Numeral.IsLowered(formula[i]))) i++;
        return Numeral.Plain(formula[start..i]);
    }
}
