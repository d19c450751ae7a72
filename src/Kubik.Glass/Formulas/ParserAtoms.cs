// What a formula is put together from: numbers, names, functions with their arguments, and all that stands in brackets (a part, a
// comparison, a column, a matrix) or between bars.

namespace Kubik.Glass.Formulas;

internal sealed partial class Parser
{
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
                throw this.Wrong(this.at == 0
                    ? $"a formula cannot begin with {token}."
                    : $"a number, a name or '(' is expected after {this.tokens[this.at - 1]}; found {token}.");
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

    private int SizeAt(Token token, string name) => this.shapes.TryGetValue(name, out Shape size) ? size[0]
        : throw this.Wrong(token, $"how many rows '{token.Text}' has is not known where all variables are numbers; it stands beside columns and matrices.");

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
            (int given, int expected) = (rows[^1].Count, rows[0].Count);
            if (given != expected)
                throw this.Wrong(row, $"this row has {given} number{(given == 1 ? "" : "s")} and the first has {expected}; a matrix needs as many in each.");
        }
        while (this.TryTake(","));
        this.Expect("]", opened);
        return this.Make(opened, () => Function.Matrix(rows));
    }
}
