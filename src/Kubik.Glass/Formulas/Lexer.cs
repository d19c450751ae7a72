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
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹", Lowered = "₀₁₂₃₄₅₆₇₈₉";

    private const string Ones = "𝟏";

    // Element by element.
    private static readonly Dictionary<string, string> Pairs = new(StringComparer.Ordinal) { ["=="] = "=", [".*"] = "∘", ["./"] = "⊘", [".^"] = "^∘", ["^∘"] = "^∘", ["^⊙"] = "^∘" };

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
        ['‖'] = "‖",
        ['∪'] = "∪",
        ['∨'] = "∪",
        ['∩'] = "∩",
        ['∧'] = "∩",
        ['√'] = "√",
        ['∘'] = "∘",
        ['⊙'] = "∘",
        ['⊘'] = "⊘",
    };

    /// <summary>The words of a formula, with the end as the last.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="isWord">Which runs of letters are one name or function; others are letters beside each other, which multiplies them.</param>
    public static List<Token> Read(string formula, Predicate<string> isWord)
    {
        List<Token> tokens = [];
        for (int i = 0; i < formula.Length;)
        {
            char c = formula[i];
            int start = i;
            if (char.IsWhiteSpace(c)) i++;
            else if (c is '∘' or '⊙' && i + 1 < formula.Length && Raised.Contains(formula[i + 1])) // x∘², every element's
            {
                i++;
                while (i < formula.Length && Raised.Contains(formula[i])) i++;
                tokens.Add(new(TokenKind.Symbol, "^∘", start));
                tokens.Add(new(TokenKind.Number, string.Concat(formula[(start + 1)..i].Select(r => (char)('0' + Raised.IndexOf(r)))), start + 1));
            }
            else if (char.IsAsciiDigit(c) || c == '.' && i + 1 < formula.Length && char.IsAsciiDigit(formula[i + 1])) tokens.Add(new(TokenKind.Number, NumberAt(formula, ref i), start));
            else if (formula.AsSpan(i).StartsWith(Ones, StringComparison.Ordinal))
            {
                i += Ones.Length;
                tokens.Add(new(TokenKind.Name, "ones", start));
            }
            else if (char.IsLetter(c) && !Plain.ContainsKey(c)) Names(formula, ref i, isWord, tokens);
            else if (Raised.Contains(c) || c == '⁻')
            {
                while (i < formula.Length && (Raised.Contains(formula[i]) || formula[i] == '⁻' && i == start)) i++;
                string digits = string.Concat(formula[start..i].Select(r => r == '⁻' ? '-' : (char)('0' + Raised.IndexOf(r))));
                if (digits == "-") throw new FormulaException(formula, start, "a raised minus needs a raised number after it.");
                tokens.Add(new(TokenKind.Symbol, "^", start));
                if (digits[0] == '-') tokens.Add(new(TokenKind.Symbol, "-", start));
                tokens.Add(new(TokenKind.Number, digits.TrimStart('-'), start));
            }
            else
            {
                i++;
                string two = i < formula.Length ? formula[start..(i + 1)] : "";
                if (two is "<=" or ">=" or "!=" || Pairs.ContainsKey(two)) i++;
                string symbol = two is "<=" or ">=" or "!=" ? two : Pairs.GetValueOrDefault(two) ?? Plain.GetValueOrDefault(c, c.ToString());
                if (two == "**") throw new FormulaException(formula, start, "'**' is not a sign of a formula; write x^2 for a power, A*B for a product.");
                if (symbol.Length == 1 && !"+-*/^'()[],;|<>=‖∪∩√∘⊘?:".Contains(symbol[0]))
                    throw new FormulaException(formula, start, Typeset(formula, start) is var (letter, plain) ? $"'{letter}' is a letter of mathematical typesetting; write '{plain}'." : $"'{StringInfo.GetNextTextElement(formula, start)}' is not a sign of a formula. Known are + - * / ^ ' ( ) [ ] , | < > = and ∪ ∩ √ ‖ ∘ ⊘, or .* and ./ for ∘ and ⊘.");
                tokens.Add(new(TokenKind.Symbol, symbol, start));
            }
        }
        tokens.Add(new(TokenKind.End, "", formula.Length));
        return tokens;
    }

    // 𝑥 is x, 𝐖 is W.
    private static (string Letter, string Plain)? Typeset(string formula, int at)
    {
        const int First = 0x1D400, Last = 0x1D6A3, Letters = 26; // alphabets in thirteen types, capitals before small letters
        if (!System.Text.Rune.TryGetRuneAt(formula, at, out System.Text.Rune rune) || rune.Value is < First or > Last) return null;
        int number = (rune.Value - First) % (2 * Letters);
        return (rune.ToString(), ((char)(number < Letters ? 'A' + number : 'a' + number - Letters)).ToString());
    }

    // 12, 0.5, .5, 1e-3; in 3e the e is Euler's number.
    private static string NumberAt(string formula, ref int i)
    {
        int start = i;
        while (i < formula.Length && (char.IsAsciiDigit(formula[i]) || formula[i] == '.')) i++;
        if (i < formula.Length && formula[i] is 'e' or 'E')
        {
            int at = i + 1;
            if (at < formula.Length && formula[at] is '+' or '-') at++;
            if (at < formula.Length && char.IsAsciiDigit(formula[at]))
            {
                while (at < formula.Length && char.IsAsciiDigit(formula[at])) at++;
                i = at;
            }
        }
        string text = formula[start..i];
        // 10⁻³ as it is written is the number.
        int end = i + 1;
        while (i < formula.Length && formula[i] == '⁻' && end < formula.Length && Raised.Contains(formula[end])) end++;
        if (text == "10" && end > i + 1) (text, i) = ($"1e-{string.Concat(formula[(i + 1)..end].Select(r => (char)('0' + Raised.IndexOf(r))))}", end);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? text
            : throw new FormulaException(formula, start, $"'{text}' is not a number.");
    }

    private static void Names(string formula, ref int i, Predicate<string> isWord, List<Token> tokens)
    {
        int start = i;
        while (i < formula.Length && char.IsLetter(formula[i]) && !Plain.ContainsKey(formula[i])) i++;
        string letters = formula[start..i], index = IndexAt(formula, ref i);
        if (letters is "and" or "or" or "xor" or "not" or "if" or "then" or "else" or "mod" && !isWord(letters))
            throw new FormulaException(formula, start, $"'{letters}' is no word of formulas: write x ∪ y for or, x ∩ y for and, [x > 0] for a condition.");
        bool calls = i < formula.Length && formula[i] == '(' && letters.Length > 1;
        if (letters.Length == 1 || isWord(letters + index) || isWord(letters) && !(calls && index.Length > 0))
        {
            tokens.Add(new(TokenKind.Name, letters + index, start));
            return;
        }
        if (calls)
            throw new FormulaException(formula, start, $"'{letters + index}' is not a known function. Known are {string.Join(", ", Function.All.Keys.Where(k => k[^1] != '^').Order(StringComparer.Ordinal))}; write products with *.");
        // Nobody means w·e·i·g·h·t.
        if (letters.Length > 3)
            throw new FormulaException(formula, start, $"'{letters}' is not a known function or variable. Variables have one letter and may have an index, as in x1; write products of letters with *.");
        for (int k = 0; k < letters.Length; k++) tokens.Add(new(TokenKind.Name, k == letters.Length - 1 ? letters[k] + index : letters[k].ToString(), start + k));
    }

    // The 1 of x1, x₁ and x_1; the out of w_out.
    private static string IndexAt(string formula, ref int i)
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
        while (i < formula.Length && (char.IsAsciiDigit(formula[i]) || Lowered.Contains(formula[i]))) i++;
        return string.Concat(formula[start..i].Select(c => Lowered.Contains(c) ? (char)('0' + Lowered.IndexOf(c)) : c));
    }
}
