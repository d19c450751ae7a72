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
        bool IsWord(string word) => Function.All.ContainsKey(word) || Greek.IsName(word) || shapes.ContainsKey(word) || word is "pi" or "ones";
        this.tokens = Lexer.Read(formula, IsWord, norms);
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
        parser.NoteRuns();
        parser.NoteLookalikes();
        return parser.Now.Kind == TokenKind.End ? (read, [.. parser.notes.Distinct(StringComparer.Ordinal)]) : throw parser.Wrong(parser.Left());
    }

    /// <summary>
    /// The names by which the shapes of columns of ones and of unit matrices are given, in the order in which they stand in a formula; a
    /// letter I is one where there are matrices.
    /// </summary>
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
        bool IsFunction(string name, int i) => Function.All.ContainsKey(name) && (name.Length > 1 || words[i + 1].Is("("));
        bool IsConstant(Token t, int i) => t.Text is "pi" or "π" or "e" or "ones" or "I" || t.Text == "T" && i > 0 && words[i - 1].Is("^");
        bool IsVariable(Token t, int i) => shapes.ContainsKey(t.Text) || !IsFunction(Greek.Letter(t.Text), i) && !IsConstant(t, i);
        return words.Where((t, i) => t.Kind == TokenKind.Name && IsVariable(t, i))
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
        if (IsComparison(this.Now))
            throw this.Wrong("a comparison stands in brackets, which are 1 where it holds and 0 elsewhere: [x > 0], or [x > 0] ? a : b for a choice.");
        int column = FormulaException.Column(this.formula, opened.Position) + 1;
        throw this.Wrong($"'{symbol}' is expected here, for the {opened} at character {column}; found {this.Now}.");
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
    private static Expression Neuron(Expression a, Expression b, double threshold) =>
        Arithmetic.Compare(">", Arithmetic.Subtract(Arithmetic.Add(a, b), new Number(threshold)), new Number(0));

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
            a = this.Make(sign, () => sign switch
            {
                _ when sign.Is("/") => Arithmetic.Divide(left, right),
                _ when sign.Is("∘") => Arithmetic.Elementwise(left, right),
                _ when sign.Is("⊘") => Arithmetic.ElementwiseQuotient(left, right),
                _ => Arithmetic.Multiply(left, right),
            });
        }
        for (; signs > 0; signs--) a = Arithmetic.Negative(a);
        return a;
    }

    private bool BeginsAtom() => this.Now.Kind is TokenKind.Number or TokenKind.Name
        || this.Now.Is("(") || this.Now.Is("[") || this.Now.Is("√")
        || this.bars == 0 && (this.Now.Is("|") || this.Now.Is("‖"));

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
}
