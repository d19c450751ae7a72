// What the parser says of a formula that it cannot read, with what to write instead; and of one that it reads otherwise than it may
// have been meant.

namespace Kubik.Glass.Formulas;

internal sealed partial class Parser
{
    // What stands after a formula that could end here.
    private string Left() => this.Now switch
    {
        _ when this.Now.Is(")") || this.Now.Is("]") => $"{this.Now} closes nothing.",
        _ when this.Now.Is(",") && this.at > 0 && this.tokens[this.at - 1].Kind == TokenKind.Number && this.tokens[this.at + 1].Kind == TokenKind.Number
            => $"a ',' is no part of a number; write {this.tokens[this.at - 1].Text}.{this.tokens[this.at + 1].Text}.",
        _ when IsComparison(this.Now) && (!this.Now.Is("=") || this.tokens.Exists(t => t.Is("?"))) =>
            $"a comparison stands in brackets, which are 1 where it holds and 0 elsewhere: {this.Bracketed(0, this.tokens.Count - 1)}.",
        _ when this.Now.Is("=") => "a formula is one side of an equation: write the other side alone; [x = 3] is 1 where x is 3, and --at x=3 gives x a value.",
        _ => $"an operator is expected before {this.Now}.",
    };

    private static bool IsComparison(Token token) => token is { Kind: TokenKind.Symbol, Text: ">" or "<" or ">=" or "<=" or "=" or "!=" };

    // Some words with their comparisons in brackets: [x > 0] ? x : 0; [0 < x]·[x < 1] for 0 < x < 1.
    private string Bracketed(int first, int end)
    {
        List<string> done = [];
        List<int> signs = [];
        int open = 0, start = first;
        for (int i = first; i <= end; i++)
        {
            Token token = this.tokens[i];
            if (token.Is("(") || token.Is("[")) open++;
            else if (token.Is(")") || token.Is("]")) open--;
            if (open == 0 && IsComparison(token)) signs.Add(i);
            bool ends = i == end;
            if (!ends && (open > 0 || !(token.Is("?") || token.Is(":") || token.Is("∪") || token.Is("∩")))) continue;
            int[] cuts = [start - 1, .. signs, i];
            string[] sides = [.. cuts.Zip(cuts.Skip(1)).Select(c => this.Typed(c.First + 1, c.Second))];
            string product = string.Join('·', signs.Select((s, k) => $"[{sides[k]} {this.Typed(s, s + 1)} {sides[k + 1]}]"));
            done.Add(signs.Count == 0 ? sides[0] : signs.Count > 1 && token.Is("?") ? $"[{product} > 0]" : product);
            if (!ends) done.Add(this.Typed(i, i + 1));
            start = i + 1;
            signs.Clear();
        }
        return string.Join(' ', done);
    }

    // Some words as they were typed.
    private string Typed(int first, int end) => this.formula[this.tokens[first].Position..this.tokens[end].Position].Trim();

    // [0 < x < 1] is two comparisons.
    private string Chained(Token opened)
    {
        int first = this.tokens.IndexOf(opened) + 1, end = first;
        for (int open = 0; this.tokens[end].Kind != TokenKind.End; end++)
        {
            if (this.tokens[end].Is("(") || this.tokens[end].Is("[")) open++;
            else if ((this.tokens[end].Is(")") || this.tokens[end].Is("]")) && --open < 0) break;
        }
        return $"a bracket holds one comparison; both hold where their product is 1: {this.Bracketed(first, end)}.";
    }

    // f(x) without a sign looks like a function of x; a matrix, A(x + b), does not.
    private void NoteProduct(Token name, Token bracket)
    {
        if (name.Kind != TokenKind.Name || name.Text is "pi" or "π" || char.IsWhiteSpace(this.formula[bracket.Position - 1])) return;
        if (this.shapes.TryGetValue(Greek.Letter(name.Text), out Shape shape) && shape.Rank == 2 && shape[1] > 1) return;
        string typed = this.formula[name.Position..bracket.Position];
        // Who writes x elsewhere has a variable x.
        bool isVariable = this.tokens.Where((t, i) => t.Kind == TokenKind.Name && t.Text == name.Text && !this.tokens[i + 1].Is("(")).Any();
        if (isVariable && typed != "e") return;
        this.notes.Add(typed == "e"
            ? "e(…) is read as a product, e·(…); the exponential function is e^(…) or exp(…)."
            : $"{typed}(…) is read as a product, {typed}·(…), for there is no function {typed}; {typed}*(…) says so.");
    }

    // 1/2x looks like 1/(2x).
    private void NoteQuotient(int first, int divisor, int factor)
    {
        (string above, string below, string after) = (this.Typed(first, divisor - 1), this.Typed(divisor, factor), this.Typed(factor, this.at));
        this.notes.Add($"{above}/{below}{after} is read from left to right, ({above}/{below})*{after}; {above}/({below}*{after}) is the other.");
    }

    // lnx is l·n·x, for names have one letter; it may have been meant for ln(x).
    private void NoteRuns()
    {
        for (int i = 0; i < this.tokens.Count; i++)
        {
            int end = i + 1;
            while (this.tokens[end - 1].Kind == TokenKind.Name && this.tokens[end].Kind == TokenKind.Name && this.IsRun(end)) end++;
            if (end == i + 1) continue;
            string run = this.Typed(i, end);
            bool Begins(string name) => name.Length > 1 && name.Length < run.Length && run.StartsWith(name, StringComparison.Ordinal);
            string? function = Function.All.Keys.Where(Begins).MaxBy(f => f.Length);
            string product = string.Join('·', Enumerable.Range(i, end - i).Select(k => this.Typed(k, k + 1)));
            if (function is not null) this.notes.Add($"{run} is read as a product, {product}; the function is {function}({run[function.Length..]}).");
            i = end - 1;
        }
    }

    // Whether a name of one letter stands right behind another.
    private bool IsRun(int at) => this.tokens[at - 1].Text.Length == 1 && this.tokens[at].Position == this.tokens[at - 1].Position + 1;

    // Two variables that look like one.
    private void NoteLookalikes()
    {
        string[] names = [.. this.tokens.Where(t => t.Kind == TokenKind.Name).Select(t => t.Text).Distinct()];
        if (names.Select(n => Lookalike.Hint(n, names)).FirstOrDefault(h => h.Length > 0) is { } hint) this.notes.Add(hint.TrimStart());
    }

    // "1 argument"; "2 or more arguments"; "x and the options limit, value=0: threshold(x, limit, value)".
    private static string Count(Function function) => function.Options.Length == 0
        ? $"{function.Least}{(function.Most == int.MaxValue ? " or more" : "")} argument{(function.Most == 1 ? "" : "s")}"
        : $"x and the option{(function.Options.Length == 1 ? "" : "s")} {string.Join(", ", function.Options)}, as in {Called(function)}";

    private static string Called(Function function) => $"{function.Name}(x, {string.Join(", ", function.Options.Select(o => o.Split('=')[0]))})";
}
