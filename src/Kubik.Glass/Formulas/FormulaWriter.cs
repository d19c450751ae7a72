// An expression as people write it. Every op is written by its own notation; what is said here is only how written parts
// are put beside each other: 3x₁ for 3·x₁, a − b for a + (−b), and as few parentheses as a person would write.

using System.Globalization;

namespace Kubik.Glass.Formulas;

/// <summary>Writes expressions.</summary>
public abstract class FormulaWriter
{
    private protected const string RaisedDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private Dictionary<Expression, Written> done = [];

    /// <summary>The expression as it is written.</summary>
    public string Write(Expression expression)
    {
        // From the inside out, not by recursion: a sum of thousands of terms is as deep as it is long.
        this.done = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(expression)) this.done[part] = this.Of(part);
        return this.done[expression].Text;
    }

    private protected abstract Written NameOf(string letters, string index);

    /// <summary>A name with something in parentheses above: the number of a layer or a head, a direction.</summary>
    private protected abstract Written Marked(Written name, string mark);

    private protected abstract Written Digits(string text);

    private protected abstract Written SymbolOf(Symbol s);

    private protected abstract Written Apply(Notation notation, Written[] inputs);

    /// <summary>A root; the LaTeX of it has no parentheses.</summary>
    private protected abstract Written Root(Written x);

    private protected abstract Written Exponential(Written x);

    private protected abstract Written Raised(Written x, string exponent);

    /// <summary>A power of every element, which is no power of the matrix.</summary>
    private protected abstract Written RaisedEach(Written x, Written exponent);

    private protected abstract Written Norm(Written x, bool squared);

    private protected abstract Written Matrix(IReadOnlyList<string[]> rows);

    private protected abstract string Parenthesised(string text);

    /// <summary>The sign of a product, with the spaces around it; beside is true when nothing has to be between.</summary>
    private protected abstract string Dot(bool beside);

    private protected abstract string Minus { get; }

    /// <summary>A column of ones.</summary>
    private protected abstract Written Ones { get; }

    /// <summary>The signs of a product and of a division element by element.</summary>
    private protected abstract string Circle { get; }

    private protected abstract string Over { get; }

    private Written Written(Expression part) => this.done[part];

    private Written Of(Expression expression) => expression switch
    {
        Number n => this.NumberOf(n),
        Variable v => this.VariableOf(v),
        Symbol s => this.SymbolOf(s),
        Call c => this.CallOf(c),
        _ => throw new ArgumentException($"No writer knows {expression.GetType().Name}.", nameof(expression)),
    };

    /// <summary>What is written with parentheses when it holds together less than it has to.</summary>
    private protected string At(Written x, Strength least) => x.Strength < least ? this.Parenthesised(x.Text) : x.Text;

    private Written NumberOf(Number n)
    {
        Written written = this.Digits(n.Value < 0 || n.Text[0] == '-' ? n.Text[1..] : n.Text);
        return n.Value < 0 || n.Text[0] == '-' ? new(this.Minus + written.Text, Strength.Sum) : written;
    }

    private Written VariableOf(Variable v)
    {
        int mark = v.Name.IndexOf('⁽', StringComparison.Ordinal);
        if (mark > 0) return this.Marked(this.VariableOf(new Variable(v.Name[..mark], v.Spec)), v.Name[(mark + 1)..^1]);
        int letters = v.Name.Length;
        while (letters > 1 && char.IsAsciiDigit(v.Name[letters - 1])) letters--;
        int low = v.Name.IndexOf('_', StringComparison.Ordinal);
        return low > 0 ? this.NameOf(v.Name[..low], v.Name[(low + 1)..]) : this.NameOf(v.Name[..letters], v.Name[letters..]);
    }

    private Written CallOf(Call c) => (c.Op, c.Inputs) switch
    {
        (Reshape, [Call { Op: Stack } cells]) => this.Matrix([.. cells.Inputs.Chunk(c.Shape[1]).Select(row => row.Select(cell => this.Written(cell).Text).ToArray())]),
        (Reshape or Cast, [var x]) => this.Written(x),
        (Permute { Axes.Count: > 2, IsTranspose: false }, [var x]) => this.Written(x), // which axis is which is no matter of a formula
        (MatrixPower { Power: >= 0 and <= 99 } power, [var x]) => this.Raised(x is Call { Op: Permute } ? new(this.Parenthesised(this.Written(x).Text)) : this.Written(x), power.Power.ToString(CultureInfo.InvariantCulture)),
        (BroadcastTo, [Number n]) => n.Value == 1 ? this.Ones : this.NumberOf(n),
        (BroadcastTo, [var x]) => this.Written(x),
        (Concat, [var x]) => this.Written(x),
        (Slice { Axis: 0, Start: 0, Count: 1 }, [Call { Op: PackedOp } results]) => this.Written(results), // the first of several results is the output
        (PlaceDiagonal { Offset: 0 }, [Call { Op: BroadcastTo, Inputs: [Number { Value: 1 }] }]) => new("I"),
        (Binary<Mul> or Binary<Div>, [Symbol or Call { IsScalar: true, Op: Binary<Mul> or Binary<Div> }, var b]) when this.Written(c.Inputs[0]) is { Strength: Strength.Sum } led && led.Text.StartsWith(this.Minus, StringComparison.Ordinal) => this.Negative(c.Op, c.Inputs[0].Spec, led.Text, b),
        (Binary<Div>, [var a, { Shape.Size: not 1 } b]) => new($"{this.At(a is Call { Op: BroadcastTo, Inputs: [Number n] } ? this.NumberOf(n) : this.Written(a), Strength.Product)} {this.Over} {this.At(this.Written(b), Strength.Power)}", Strength.Product),
        // Quotients of quotients do not stand on each other's shoulders without end.
        (Binary<Div>, [Call { Op: Binary<Div>, Inputs: [Call { Op: Binary<Div>, Inputs: [Call { Op: Binary<Div> }, _] }, _] } a, var b]) => new($"{this.At(this.Written(a), Strength.Product)} / {this.At(this.Written(b), Strength.Power)}", Strength.Product),
        (Binary<Add> or Binary<Sub>, [var a, var b]) => this.Sum(a, b, minus: c.Op is Binary<Sub>),
        (UnaryNumber<Neg>, [var x]) => new(this.Minus + this.At(this.Written(x), Strength.Product), Strength.Sum),
        (Binary<Mul> or MatMul, [var a, var b]) => this.Product(a, b, elementwise: c.Op is Binary<Mul> && !a.IsScalar && !b.IsScalar && c.Shape.Size != 1),
        (Unary<Sqrt>, [Call { Op: SumSquare } squares]) => this.Norm(this.Written(squares.Inputs[0]), squared: false),
        (SumSquare, [var x]) => this.Norm(this.Written(x), squared: true),
        (Unary<Sqrt>, [var x]) => this.Root(this.Written(x)),
        (Function<Exp>, [var x]) => x.IsScalar ? this.Exponential(this.Written(x)) : this.Apply(Notation.Function("exp", @"\exp"), [this.Written(x)]), // e^A could be that of the matrix
        (UnaryNumber<Square>, [{ Shape.Size: not 1 } x]) => this.RaisedEach(this.Written(x), new("2")), // X² would be X·X
        (Binary<Pow>, [{ Shape.Size: not 1 } x, { Shape.Size: 1 } n]) => this.RaisedEach(this.Written(x), this.Written(n)),
        (Binary<Pow>, [var x, Call { Op: BroadcastTo, Inputs: [Number n] }]) => this.CallOf(c.With([x, n])),
        (Binary<Pow>, [var x, Number { Value: >= 0 and <= 99 } n]) when n.Value == Math.Floor(n.Value) => this.Raised(this.Written(x), n.Value.ToString(CultureInfo.InvariantCulture)),
        _ => this.Apply(c.Op.Notation, [.. c.Inputs.Select(this.Written)]),
    };

    // A number below 0 that begins a product or a quotient needs no parentheses there.
    private Written Negative(Op op, TensorSpec spec, string led, Expression b)
    {
        Symbol positive = new(spec, led[this.Minus.Length..], led[this.Minus.Length..], Strength.Product);
        this.done[positive] = this.SymbolOf(positive);
        return new(this.Minus + this.CallOf(Call.Of(op, positive, b)).Text, Strength.Sum);
    }

    private Written Sum(Expression a, Expression b, bool minus)
    {
        bool negative = false;
        while (b is Call { Op: UnaryNumber<Neg>, Inputs: [var inner] }) (negative, b) = (!negative, inner);
        Written right = this.Written(b);
        if (b is Number { Value: < 0 } n) (negative, right) = (!negative, this.Digits(n.Text[1..]));
        else if (b is Call { Op: Binary<Mul> } && right.Text.StartsWith(this.Minus, StringComparison.Ordinal)) (negative, right) = (!negative, new(right.Text[this.Minus.Length..], Strength.Product));
        bool subtracts = minus != negative;
        string added = this.At(right, subtracts ? Strength.Product : Strength.Sum);
        if (!subtracts && added.StartsWith(this.Minus, StringComparison.Ordinal)) (subtracts, added) = (true, added[this.Minus.Length..]); // a + (−b + c) is a − b + c
        return new($"{this.At(this.Written(a), Strength.Sum)} {(subtracts ? this.Minus : "+")} {added}", Strength.Sum);
    }

    private Written Product(Expression a, Expression b, bool elementwise)
    {
        if (a is Number { Value: < 0 } negative && !elementwise) return new(this.Minus + this.Product(new Number(-negative.Value, negative.Text[1..]), this.Digits(negative.Text[1..]), b, elementwise: false).Text, Strength.Sum);
        return this.Product(a, this.Written(a), b, elementwise);
    }

    private Written Product(Expression a, Written written, Expression b, bool elementwise)
    {
        Expression first = b;
        while (first is Call { Op: MatMul or Permute or Reshape } inner) first = inner.Inputs[0];
        bool chain = b is Call { Op: MatMul } && a.IsScalar && first is not Call { Op: Binary<Mul> or Binary<Div> }; // l·x·yᵀ, but l·(2x·yᵀ)
        // (a ∘ b)·x and (A·x) ∘ b, for nobody knows which of the two signs binds more tightly.
        Expression core = a;
        while (core is Call { Op: Binary<Mul>, Inputs: [{ IsScalar: true }, { IsScalar: false } rest] }) core = rest;
        bool mixed = !b.IsScalar && core is Call { IsScalar: false, Inputs: [var over, { IsScalar: false }] } around && (elementwise ? around.Op is MatMul && !over.IsScalar : around.Op is Binary<Div> || around.Op is Binary<Mul> && !over.IsScalar);
        string left = this.At(written, mixed ? Strength.Power : Strength.Product), right = this.At(this.Written(b), b is Call { Op: Binary<Mul> or MatMul or Binary<Div> } && !chain ? Strength.Power : Strength.Product);
        if (elementwise) return new($"{left} {this.Circle} {right}", Strength.Product);
        // 3x₁, 3(x + y) and 3Aᵀ·x, but 2·3, x·y and 4·max(0, x).
        bool beside = a is Number { Text: not "e" } && (first is Variable || b is Number { IsConstant: true } || b is not (Number or Symbol) && (right[0] is '(' or '[' || right.StartsWith(@"\left(", StringComparison.Ordinal)
            || b is Call { Op: UnaryNumber<Square> or Binary<Pow> } power && power.Inputs[0] is Variable));
        return new(left + this.Dot(beside) + right, Strength.Product);
    }
}

/// <summary>Writes expressions as Unicode text: 3x₁² + √(x₂).</summary>
public sealed class TextWriter : FormulaWriter
{
    private protected override string Minus => "−";

    private protected override Written Ones => new("𝟏");

    private protected override string Circle => "∘";

    private protected override string Over => "⊘";

    private protected override Written NameOf(string letters, string index) =>
        new(index.Length == 0 ? letters : index.All(char.IsAsciiDigit) ? letters + string.Concat(index.Select(d => (char)('₀' + d - '0'))) : $"{letters}_{index}");

    private protected override Written Digits(string text)
    {
        int e = text.IndexOfAny(['e', 'E']);
        if (e <= 0) return new(text);
        string power = text[(e + 1)..].TrimStart('+'), raised = (power[0] == '-' ? "⁻" : "") + Superscript(power.TrimStart('-').TrimStart('0'));
        return text[..e] == "1" ? new($"10{raised}", Strength.Power) : new($"{text[..e]}·10{raised}", Strength.Product);
    }

    private protected override Written Marked(Written name, string mark) => name with { Text = $"{name.Text}⁽{mark}⁾" };

    private protected override Written SymbolOf(Symbol s) => new(s.Text, s.Strength);

    private protected override Written Apply(Notation notation, Written[] inputs)
    {
        Written written = notation.ToText(inputs);
        return written with { Text = written.Text.Replace(" - ", " − ", StringComparison.Ordinal) };
    }

    private protected override Written Root(Written x) => new("√" + this.At(x, Strength.Atom));

    private protected override Written Exponential(Written x) => new("e^" + this.At(x, Strength.Atom), Strength.Power);

    private protected override Written Raised(Written x, string exponent) => new(this.At(x, Strength.Atom) + Superscript(exponent), Strength.Power);

    private static string Superscript(string digits) => string.Concat(digits.Select(d => RaisedDigits[d - '0']));

    private protected override Written RaisedEach(Written x, Written exponent) => new(this.At(x, Strength.Atom) + (exponent.Text.All(char.IsAsciiDigit) ? "∘" + Superscript(exponent.Text) : "^∘" + this.At(exponent, Strength.Atom)), Strength.Power);

    private protected override Written Norm(Written x, bool squared) => new($"‖{x.Text}‖{(squared ? "²" : "")}", squared ? Strength.Power : Strength.Atom);

    private protected override Written Matrix(IReadOnlyList<string[]> rows) =>
        new(rows[0].Length == 1 && rows.Count > 1 ? $"[{string.Join(", ", rows.Select(r => r[0]))}]" : $"[{string.Join(", ", rows.Select(r => $"[{string.Join(", ", r)}]"))}]");

    private protected override string Parenthesised(string text) => $"({text})";

    private protected override string Dot(bool beside) => beside ? "" : "·";
}

/// <summary>Writes expressions as LaTeX.</summary>
public sealed class LatexWriter : FormulaWriter
{
    private protected override string Minus => "-";

    private protected override Written Ones => new(@"\mathbf{1}");

    private protected override string Circle => @"\circ";

    private protected override string Over => @"\oslash";

    private protected override Written NameOf(string letters, string index)
    {
        string name = letters.Length == 1 ? Symbol(letters[0]) : $@"\mathrm{{{letters}}}";
        return new(index.Length == 0 ? name : $"{name}_{{{(index.All(char.IsAsciiDigit) ? index : $@"\mathrm{{{index}}}")}}}");
    }

    // In braces, for a power or a transposition may follow.
    private protected override Written Marked(Written name, string mark) =>
        name with { Text = $"{{{name.Text}^{{({string.Concat(mark.Select(c => RaisedDigits.IndexOf(c) is >= 0 and var digit ? digit.ToString(CultureInfo.InvariantCulture) : c switch { 'ʰ' => "h", '→' => @"\to ", '←' => @"\leftarrow ", _ => c.ToString() }))})}}}}" };

    private protected override Written SymbolOf(Symbol s) => new(s.Latex, s.Strength);

    private protected override Written Digits(string text)
    {
        if (text is "π" or "∞") return new(text == "π" ? @"\pi" : @"\infty");
        int e = text.IndexOfAny(['e', 'E']);
        if (e <= 0) return new(text);
        string raised = $"10^{{{int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture)}}}";
        return text[..e] == "1" ? new(raised, Strength.Power) : new($@"{text[..e]} \cdot {raised}", Strength.Product);
    }

    private protected override Written Apply(Notation notation, Written[] inputs)
    {
        // A cut of x₁ has two indices, of which LaTeX takes one.
        if (notation.Latex.StartsWith("{0:atom}_", StringComparison.Ordinal) && inputs[0].Strength == Strength.Atom && inputs[0].Text.Contains('_', StringComparison.Ordinal)) inputs[0] = new($"{{{inputs[0].Text}}}");
        return notation.ToLatex(inputs);
    }

    private protected override Written Root(Written x) => new($@"\sqrt{{{x.Text}}}");

    private protected override Written Exponential(Written x) => new($"e^{{{x.Text}}}", Strength.Power);

    private protected override Written Raised(Written x, string exponent) => new($"{this.At(x, Strength.Atom)}^{{{exponent}}}", Strength.Power);

    private protected override Written RaisedEach(Written x, Written exponent) => new($@"{this.At(x, Strength.Atom)}^{{\circ {exponent.Text}}}", Strength.Power);

    private protected override Written Norm(Written x, bool squared) => new($@"\left\lVert {x.Text} \right\rVert{(squared ? "^2" : "")}", squared ? Strength.Power : Strength.Atom);

    private protected override Written Matrix(IReadOnlyList<string[]> rows) => new($@"\begin{{pmatrix}} {string.Join(@" \\ ", rows.Select(r => string.Join(" & ", r)))} \end{{pmatrix}}");

    private protected override string Parenthesised(string text) => $@"\left({text}\right)";

    private protected override string Dot(bool beside) => beside ? " " : @" \cdot ";

    private static string Symbol(char letter) => letter switch
    {
        'α' => @"\alpha",
        'β' => @"\beta",
        'γ' => @"\gamma",
        'δ' => @"\delta",
        'ε' => @"\varepsilon",
        'η' => @"\eta",
        'θ' => @"\theta",
        'λ' => @"\lambda",
        'μ' => @"\mu",
        'ρ' => @"\rho",
        'σ' => @"\sigma",
        'τ' => @"\tau",
        'φ' => @"\varphi",
        'ψ' => @"\psi",
        'Δ' => @"\Delta",
        'ω' => @"\omega",
        'π' => @"\pi",
        _ => letter.ToString(),
    };
}
