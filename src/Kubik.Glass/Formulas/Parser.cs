// Words to an expression, by recursive descent:
//
//     choice   = sum ('?' choice ':' choice)?               [x > 0] ? a : b
//     sum      = meet (('+' | '-' | '∪') meet)*
//     meet     = product ('∩' product)*                     as in logic, and before or
//     product  = '-'* power (('*' | '/' | '∘' | '⊘')? signed)*    without a sign between them they are multiplied: 3x1, 2(x + y)
//     signed   = '-' signed | power
//     power    = joined (('^' | '^∘') signed)?
//     joined   = atom "'"*
//     atom     = number | name | function '(' list ')' | '(' choice ')' | '[' … ']' | '|' sum '|' | '‖' sum '‖' | '√' joined
//
// '||' is '‖' where the formula can be read so, as in ||x - y||, else twice '|', as in ||x| - 1|.

namespace Kubik.Glass.Formulas;

internal sealed partial class Parser
{
    private const int Deepest = 200, MostWords = 5_000; // a recursion must end before the stack does

    private readonly string formula;
    private readonly IReadOnlyDictionary<string, Shape> shapes;
    private readonly List<Token> tokens;
    private readonly List<string> notes = [];
    private int at, depth, bars, ones, units;

    private Parser(string formula, IReadOnlyDictionary<string, Shape> shapes, bool norms = false)
    {
        (this.formula, this.shapes) = (formula, shapes);
        this.tokens = Lexer.Read(formula, word => Function.All.ContainsKey(word) || Greek.IsName(word) || shapes.ContainsKey(word) || word is "pi" or "ones", norms);
    }

    private Token Now => this.tokens[this.at];

    /// <summary>The formula, with what was read otherwise than it may have been meant.</summary>
    public static (Expression Root, IReadOnlyList<string> Notes) Parse(string formula, IReadOnlyDictionary<string, Shape> shapes)
    {
        if (!formula.Contains(Lexer.Bars, StringComparison.Ordinal)) return Parse(formula, shapes, norms: false);
        try
        {
            return Parse(formula, shapes, norms: true);
        }
        catch (FormulaException e) when (!e.IsOfShapes)
        {
            try
            {
                return Parse(formula, shapes, norms: false);
            }
            catch (FormulaException other) when (!other.IsOfShapes && other.Position <= e.Position)
            {
                throw e; // the reading that came further
            }
        }
    }

    private static (Expression Root, IReadOnlyList<string> Notes) Parse(string formula, IReadOnlyDictionary<string, Shape> shapes, bool norms)
    {
        Parser parser = new(formula, shapes, norms);
        if (parser.Now.Kind == TokenKind.End) throw new FormulaException(formula, 0, "the formula is empty; write one like max(0, 3x1 + 4x2 + 1).");
        if (parser.tokens.Count > MostWords) throw new FormulaException(formula[..60] + "…", 0, $"the formula has more than {MostWords} words.");
        Expression read = parser.Choice();
        parser.NoteLookalikes();
        return parser.Now.Kind == TokenKind.End ? (read, [.. parser.notes.Distinct(StringComparer.Ordinal)]) : throw parser.Wrong(parser.Left());
    }

    /// <summary>The names by which the shapes of columns of ones and of unit matrices are given, in the order in which they stand in a formula; a letter I is one where there are matrices.</summary>
    public static IEnumerable<string> Sizes(string formula, IReadOnlyDictionary<string, Shape> shapes)
    {
        (int ones, int units) = (0, 0);
        foreach (Token word in new Parser(formula, shapes).tokens.Where(t => t.Kind == TokenKind.Name && !shapes.ContainsKey(t.Text)))
        {
            if (word.Text == "ones") yield return OnesAt(++ones);
            else if (word.Text == "I") yield return UnitAt(++units);
        }
    }

    /// <summary>Whether a name of <see cref="Sizes"/> is that of a unit matrix.</summary>
    public static bool IsUnit(string name) => name.StartsWith("#I", StringComparison.Ordinal);

    private static string OnesAt(int number) => $"#ones{number}"; // no name that could be typed

    private static string UnitAt(int number) => $"#I{number}";

    /// <summary>The names of a formula's variables, each once.</summary>
    public static IEnumerable<string> Names(string formula, IReadOnlyDictionary<string, Shape> shapes)
    {
        List<Token> words = new Parser(formula, shapes).tokens;
        return words.Where((t, i) => t.Kind == TokenKind.Name && (shapes.ContainsKey(t.Text) || !(Function.All.ContainsKey(Greek.Letter(t.Text)) && (Greek.Letter(t.Text).Length > 1 || words[i + 1].Is("(")) || t.Text is "pi" or "π" or "e" or "ones" or "I" || t.Text == "T" && i > 0 && words[i - 1].Is("^"))))
            .Select(t => Greek.Letter(t.Text)).Distinct();
    }

    private FormulaException Wrong(string what) => this.Wrong(this.Now, what);

    private FormulaException Wrong(Token where, string what) => new(this.formula, where.Position, what);

    private void Deeper()
    {
        if (++this.depth > Deepest) throw this.Wrong($"more than {Deepest} parts of the formula lie inside each other.");
    }

    private Token Take() => this.tokens[this.at++];

    private bool TryTake(string symbol)
    {
        if (!this.Now.Is(symbol)) return false;
        this.at++;
        return true;
    }

    private void Expect(string symbol, Token opened)
    {
        if (this.TryTake(symbol)) return;
        if (IsComparison(this.Now)) throw this.Wrong("a comparison stands in brackets, which are 1 where it holds and 0 elsewhere: [x > 0], or [x > 0] ? a : b for a choice.");
        throw this.Wrong($"'{symbol}' is expected here, for the {opened} at character {FormulaException.Column(this.formula, opened.Position) + 1}; found {this.Now}.");
    }

    // What the op finds wrong is told at the sign that asked for it.
    private Expression Make(Token sign, Func<Expression> make)
    {
        try
        {
            return make();
        }
        catch (ShapeException e)
        {
            throw new FormulaException(this.formula, sign.Position, e.Message) { IsOfShapes = true };
        }
        catch (SizeException e)
        {
            throw new FormulaException(this.formula, sign.Position, e.Message, e.Sizes) { IsOfShapes = true };
        }
    }

    private Expression Choice()
    {
        Expression condition = this.Sum();
        Token sign = this.Now;
        if (!this.TryTake("?")) return condition;
        this.Deeper();
        Expression yes = this.Choice();
        this.Expect(":", sign);
        Expression no = this.Choice();
        this.depth--;
        return this.Make(sign, () => Arithmetic.Choice(condition, yes, no));
    }

    private Expression Sum()
    {
        Expression a = this.Meet();
        while (this.Now.Is("+") || this.Now.Is("-") || this.Now.Is("∪"))
        {
            Token sign = this.Take();
            Expression left = a, right = this.Meet();
            a = this.Make(sign, () => sign.Is("+") ? Arithmetic.Add(left, right) : sign.Is("-") ? Arithmetic.Subtract(left, right) : Neuron(left, right, 0.5));
        }
        return a;
    }

    private Expression Meet()
    {
        Expression a = this.Product();
        while (this.Now.Is("∩"))
        {
            Token sign = this.Take();
            Expression left = a, right = this.Product();
            a = this.Make(sign, () => Neuron(left, right, 1.5));
        }
        return a;
    }

    // Or and and of 0 and 1, as a neuron computes them.
    private static Expression Neuron(Expression a, Expression b, double threshold) => Arithmetic.Compare(">", Arithmetic.Subtract(Arithmetic.Add(a, b), new Number(threshold)), new Number(0));

    // A sign in front is one of the whole product, as people read it.
    private Expression Product()
    {
        int signs = this.Signs(), first = this.at, divided = -1;
        Expression a = this.Power();
        while (true)
        {
            Token sign = this.Now;
            bool written = sign.Is("*") || sign.Is("/") || sign.Is("∘") || sign.Is("⊘");
            if (written) this.at++;
            else if (!this.BeginsAtom()) break;
            else if (this.Now.Kind == TokenKind.Number) throw this.Wrong($"an operator is expected before {this.Now}; write * for a product.");
            if (!written && sign.Is("(")) this.NoteProduct(this.tokens[this.at - 1], sign);
            int factor = this.at;
            Expression left = a, right = written ? this.Signed() : this.Power();
            if (!written && divided >= 0) this.NoteQuotient(first, divided, factor);
            divided = sign.Is("/") ? factor : -1;
            a = this.Make(sign, () => sign.Is("/") ? Arithmetic.Divide(left, right) : sign.Is("∘") ? Arithmetic.Elementwise(left, right) : sign.Is("⊘") ? Arithmetic.ElementwiseQuotient(left, right) : Arithmetic.Multiply(left, right));
        }
        for (; signs > 0; signs--) a = Arithmetic.Negative(a);
        return a;
    }

    private bool BeginsAtom() => this.Now.Kind is TokenKind.Number or TokenKind.Name || this.Now.Is("(") || this.Now.Is("[") || this.Now.Is("√") || this.bars == 0 && (this.Now.Is("|") || this.Now.Is("‖"));

    private Expression Signed()
    {
        int signs = this.Signs();
        Expression a = this.Power();
        for (; signs > 0; signs--) a = Arithmetic.Negative(a);
        return a;
    }

    private int Signs()
    {
        int signs = 0;
        while (this.Now.Is("-") || this.Now.Is("+"))
        {
            if (this.Take().Text == "-") signs++;
        }
        return signs;
    }

    private Expression Power()
    {
        Expression a = this.Joined();
        while (this.Now.Is("^") || this.Now.Is("^∘"))
        {
            Token sign = this.Take();
            Expression left = a;
            if (this.Now.Is("'")) // A^' is nothing, A^T is the transpose
                throw this.Wrong("an exponent is expected after '^'.");
            if (!left.IsScalar && sign.Is("^") && this.Now is { Kind: TokenKind.Name, Text: "T" } && !this.shapes.ContainsKey("T"))
            {
                this.at++;
                a = Arithmetic.Transpose(left);
                continue;
            }
            this.Deeper();
            Expression exponent = this.Now.Is("-") || this.Now.Is("+") ? this.Signed() : this.Power();
            this.depth--;
            a = this.Make(sign, () => sign.Is("^") ? Arithmetic.Power(left, exponent) : Arithmetic.ElementwisePower(left, exponent));
        }
        return a;
    }

    private Expression Joined()
    {
        Expression a = this.Atom();
        while (this.TryTake("'")) a = Arithmetic.Transpose(a);
        return a;
    }

    private Expression Atom()
    {
        this.Deeper();
        Expression atom = this.ReadAtom();
        this.depth--;
        return atom;
    }

    private Expression ReadAtom()
    {
        Token token = this.Take();
        switch (token)
        {
            case { Kind: TokenKind.Number }: return new Number(double.Parse(token.Text, System.Globalization.CultureInfo.InvariantCulture), token.Text);
            case { Kind: TokenKind.Name }: return this.Named(token);
            case { Text: "(" }: return this.Inside(")", token);
            case { Text: "[" }: return this.Bracket(token);
            case { Text: "|" }: return this.Make(token, () => Function.All["abs"].Make([this.Between("|", token)]));
            case { Text: "‖" }: return this.Norm(token);
            case { Text: "√" }:
                Expression under = this.Joined();
                return this.Make(token, () => Function.All["sqrt"].Make([under]));
            default:
                this.at--;
                throw this.Wrong(this.at == 0 ? $"a formula cannot begin with {token}." : $"a number, a name or '(' is expected after {this.tokens[this.at - 1]}; found {token}.");
        }
    }

    private Expression Inside(string close, Token opened)
    {
        (int outer, this.bars) = (this.bars, 0);
        Expression a = this.Choice();
        this.Expect(close, opened);
        this.bars = outer;
        return a;
    }

    private Expression Between(string bar, Token opened)
    {
        this.bars++;
        Expression a = this.Sum();
        this.Expect(bar, opened);
        this.bars--;
        return a;
    }

    private Expression Norm(Token opened)
    {
        Expression x = this.Between("‖", opened);
        return this.Make(opened, () => this.Normed(x));
    }

    // ‖x‖² is the sum of squares, not the square of a root.
    private Expression Normed(Expression x)
    {
        if (!this.Now.Is("^") || this.tokens[this.at + 1] is not { Kind: TokenKind.Number, Text: "2" }) return Function.All["norm"].Make([x]);
        this.at += 2;
        return Function.SumOfSquares(x);
    }

    private Expression Named(Token token)
    {
        string name = Greek.Letter(token.Text);
        bool declared = this.shapes.TryGetValue(name, out Shape shape) || this.shapes.TryGetValue(token.Text, out shape);
        if (!declared && Function.All.TryGetValue(name, out Function? function) && (this.Now.Is("(") || name.Length > 1)) return this.Applied(token, function);
        if (!declared && name is "pi" or "π") return new Number(Math.PI, "π");
        if (!declared && name == "e" && !this.Now.Is("^")) return new Number(Math.E, "e");
        if (!declared && token.Text == "ones") return Arithmetic.Ones(this.SizeAt(token, OnesAt(++this.ones)));
        if (!declared && token.Text == "I" && this.shapes.Count > 0) return Arithmetic.Unit(this.SizeAt(token, UnitAt(++this.units)));
        return new Variable(name, shape);
    }

    private int SizeAt(Token token, string name) => this.shapes.TryGetValue(name, out Shape size) ? size[0] : throw this.Wrong(token, $"how many rows '{token.Text}' has is not known where all variables are numbers; it stands beside columns and matrices.");

    private Expression Applied(Token name, Function function)
    {
        if (!this.Now.Is("(")) throw this.Wrong($"'(' is expected after the function {name.Text}.");
        Token opened = this.Take();
        List<Expression> arguments = this.List(")", opened, function.Most < int.MaxValue);
        if (arguments.Count < function.Least || arguments.Count > function.Most)
            throw this.Wrong(name, $"{name.Text} takes {Count(function)}; {arguments.Count} {(arguments.Count == 1 ? "was" : "were")} given.");
        return this.Make(name, () => function.Name == "norm" ? this.Normed(arguments[0]) : function.Make([.. arguments]));
    }

    private List<Expression> List(string close, Token opened, bool takesOptions = false)
    {
        (int outer, this.bars) = (this.bars, 0);
        List<Expression> all = [];
        if (!this.Now.Is(close))
        {
            do all.Add(this.Choice());
            while (this.TryTake(",") || takesOptions && this.TryTake(";")); // celu(x, 2), and as it is written, celu(x; 2)
        }
        this.Expect(close, opened);
        this.bars = outer;
        return all;
    }

    // [x > 0] is Iverson's bracket, [1, 2] a column, [[1, 2], [3, 4]] a matrix by its rows.
    private Expression Bracket(Token opened)
    {
        if (this.Now.Is("[") && this.IsMatrix()) return this.Rows(opened);
        (int outer, this.bars) = (this.bars, 0);
        Expression first = this.Sum();
        Token sign = this.Now;
        Expression read;
        if (sign.Is(">") || sign.Is("<") || sign.Is(">=") || sign.Is("<=") || sign.Is("=") || sign.Is("!="))
        {
            this.at++;
            Expression second = this.Sum();
            if (IsComparison(this.Now)) throw this.Wrong(this.Chained(opened));
            this.Expect("]", opened);
            read = this.Make(sign, () => Arithmetic.Compare(sign.Text, first, second));
        }
        else
        {
            List<Expression> column = [first];
            while (this.TryTake(",")) column.Add(this.Sum());
            this.Expect("]", opened);
            read = this.Make(opened, () => Function.Column(column));
        }
        this.bars = outer;
        return read;
    }

    // A comma right inside of the second bracket: [[1, 2], …]; else it is [[x > 0] + 1 > 0].
    private bool IsMatrix()
    {
        int open = 0;
        for (int i = this.at; i < this.tokens.Count; i++)
        {
            Token token = this.tokens[i];
            if (token.Is("[") || token.Is("(")) open++;
            else if (token.Is("]") || token.Is(")"))
            {
                if (--open == 0) return this.tokens[i + 1].Is(",") || this.tokens[i + 1].Is("]");
            }
            else if (open == 1 && token.Kind == TokenKind.Symbol && token.Text is ">" or "<" or ">=" or "<=" or "=" or "!=") return false;
        }
        return false;
    }

    private Expression Rows(Token opened)
    {
        List<List<Expression>> rows = [];
        do
        {
            Token row = this.Now;
            if (!this.TryTake("[")) throw this.Wrong($"a row of the matrix, '[', is expected; found {row}.");
            rows.Add(this.List("]", row));
            if (rows[^1].Count != rows[0].Count) throw this.Wrong(row, $"this row has {rows[^1].Count} number{(rows[^1].Count == 1 ? "" : "s")} and the first has {rows[0].Count}; a matrix needs as many in each.");
        }
        while (this.TryTake(","));
        this.Expect("]", opened);
        return this.Make(opened, () => Function.Matrix(rows));
    }
}
