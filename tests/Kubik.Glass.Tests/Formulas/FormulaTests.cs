using Kubik.Glass.Formulas;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Formulas;

public sealed class FormulaTests
{
    private static readonly Dictionary<string, Shape> Matrices = new(StringComparer.Ordinal)
    {
        ["A"] = [3, 3],
        ["B"] = [3, 3],
        ["x"] = [3, 1],
        ["b"] = [3, 1],
        ["M"] = [2, 3],
    };

    [Theory]
    [InlineData("max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)", "max(0, 4·max(0, 3x₁ + 4x₂ + 1) + 2·max(0, 3x₁ + 2x₂ + 7) + 6)")]
    [InlineData("relu(5x1 − 60x2 + 0.5x3)", "relu(5x₁ − 60x₂ + 0.5x₃)")]
    [InlineData("relu(-2*x1 - 80x₂ + 2x3)", "relu(−2x₁ − 80x₂ + 2x₃)")]
    [InlineData("x^2 + xy + (x+y)^2", "x² + x·y + (x + y)²")]
    [InlineData("x² + x·y + (x + y)²", "x² + x·y + (x + y)²")]
    [InlineData("1 + e^(w0 + w1*x)", "1 + e^(w₀ + w₁·x)")]
    [InlineData("e^-x", "e^(−x)")]
    [InlineData("exp(x)/(1+exp(x))", "e^x / (1 + e^x)")]
    [InlineData("[x1 + x2 - 0.5 > 0]", "[x₁ + x₂ − 0.5 > 0]")]
    [InlineData("[x >= 3]", "[x ≥ 3]")]
    [InlineData("a - (b - c)", "a − (b − c)")]
    [InlineData("a - (b + c)", "a − (b + c)")]
    [InlineData("a + (b - c)", "a + b − c")]
    [InlineData("a - -b", "a + b")]
    [InlineData("a/(b*c)", "a / (b·c)")]
    [InlineData("a*(b*c)", "a·(b·c)")]
    [InlineData("(a*b)*c", "a·b·c")]
    [InlineData("2(x+y)z", "2(x + y)·z")]
    [InlineData("-x^2", "−x²")]
    [InlineData("(-x)^2", "(−x)²")]
    [InlineData("x^y^z", "x^y^z")]
    [InlineData("(x^y)^z", "(x^y)^z")]
    [InlineData("2^-1", "2^(−1)")]
    [InlineData("x^10", "x¹⁰")]
    [InlineData("|x - 1|", "|x − 1|")]
    [InlineData("sqrt(x)/√(y+1)", "√x / √(y + 1)")]
    [InlineData("ln(x) + log(y)", "ln(x) + ln(y)")]
    [InlineData("alpha*x + w_out", "α·x + w_out")]
    [InlineData("2*3 + 1e-3", "2·3 + 10⁻³")]
    [InlineData("pi*r^2", "πr²")]
    [InlineData("softmax(1, 2, 5)", "softmax([1, 2, 5])")]
    [InlineData("-2.5x", "−2.5x")]
    [InlineData("2*(-3)", "2·(−3)")]
    [InlineData("y*(-3x)", "y·(−3x)")]
    public void A_formula_is_written_as_a_person_would(string typed, string written)
    {
        Assert.Equal(written, Formula.Parse(typed).ToString());
        Assert.Equal(written, Formula.Parse(written).ToString());
    }

    [Theory]
    [InlineData("1/2x", "(1 / 2)·x")]
    [InlineData("x/3*y", "(x / 3)·y")]
    [InlineData("2x/3", "2x / 3")]
    [InlineData("-a/b*c", "−(a / b)·c")]
    [InlineData("sigma(x) + sigma", "sigmoid(x) + σ")]
    [InlineData("ReLU(x) + SiLU(x)", "relu(x) + silu(x)")]
    [InlineData("||x - y||^2", "‖x − y‖²")]
    [InlineData("||x|| + |y|", "‖x‖ + |y|")]
    [InlineData("||x|-1|", "||x| − 1|")]
    [InlineData("|x||y|", "|x|·|y|")]
    [InlineData("||x| - |y||", "||x| − |y||")]
    [InlineData("abs(abs(x))", "|(|x|)|")]
    [InlineData("hardtanh(x; -2, -1)", "hardtanh(x; −2, −1)")]
    public void What_could_be_taken_for_another_is_written_so_that_it_cannot(string typed, string written) =>
        this.A_formula_is_written_as_a_person_would(typed, written);

    [Fact]
    public void Two_bars_around_a_column_are_its_norm()
    {
        foreach (string typed in (string[])["||A*x-b||^2", "‖A*x-b‖^2"])
            Assert.Equal("‖A·x − b‖²", Formula.ParseMatrices(typed, new Dictionary<string, Shape>(), "x").ToString());
        Assert.Equal("|(|x|)|", Formula.Parse("|(|x|)|", Matrices).ToString());
        Assert.Equal([3, 1], Formula.Parse("||x| - |b||", Matrices).Root.Shape.Sizes.ToArray());
    }

    // As in logic, and before or; on 0 and 1 they are neurons.
    [Theory]
    [InlineData("x ∪ y ∩ z", "x ∪ (y ∩ z)")]
    [InlineData("x ∩ y ∪ z", "(x ∩ y) ∪ z")]
    [InlineData("x ∨ y ∧ z", "x ∪ (y ∩ z)")]
    [InlineData("x ∪ y - x ∩ y", "(x ∪ y) - (x ∩ y)")]
    [InlineData("1 - x ∩ y", "1 - (x ∩ y)")]
    [InlineData("2x ∩ y", "(2x) ∩ y")]
    public void And_is_before_or(string typed, string meant)
    {
        Formula f = Formula.Parse(typed);
        Assert.Equal(Formula.Parse(meant).Root, f.Root);
        Assert.Equal(f.Root, Formula.Parse(f.ToString()).Root);
    }

    // max(max(a, b), c) is written as max(a, b, c) at once: twice as many take twice as much.
    [Theory]
    [InlineData("max"), InlineData("min")]
    public void A_chain_is_written_once(string name)
    {
        long Bytes(int count)
        {
            Formula f = Formula.Parse($"{name}({string.Join(", ", Enumerable.Range(0, count).Select(k => $"x{k}"))}) + max(x1, x2)");
            f.ToString();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.StartsWith($"{name}(x₀, x₁, x₂,", f.ToString(), StringComparison.Ordinal);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Bytes(10);
        Assert.InRange(Bytes(1000) / (double)Bytes(250), 1, 6);
    }

    [Theory]
    [InlineData("max(a, b, c)", "max(a, b, c)")]
    [InlineData("max(max(a, b), c)", "max(a, b, c)")]
    [InlineData("max(a, max(b, c))", "max(a, b, c)")]
    [InlineData("max(max(a, b), max(c, d))", "max(a, b, c, d)")]
    [InlineData("max(min(a, min(b, c)), max(d, 1))", "max(min(a, b, c), d, 1)")]
    [InlineData("min(min(min(0, a), b), max(c, 1, d))", "min(0, a, b, max(c, 1, d))")]
    public void The_largest_of_many_is_written_as_one(string typed, string written)
    {
        Formula f = Formula.Parse(typed), again = Formula.Parse(written);
        Assert.Equal(written, f.ToString());
        Assert.Equal(written, again.ToString());
        Random random = new(1);
        for (int i = 0; i < 20; i++)
        {
            (string, double)[] at = [.. f.Variables.Select(v => (v.Name, random.NextDouble() * 4 - 2))];
            Assert.Equal(f.At(at), again.At(at));
        }
        System.Xml.Linq.XElement.Parse(f.ToMathMl());
    }

    [Theory]
    [InlineData("f(x) + 1", "f(…) is read as a product, f·(…), for there is no function f; f*(…) says so.")]
    [InlineData("2x1(y + 1)", "x1(…) is read as a product, x1·(…), for there is no function x1; x1*(…) says so.")]
    [InlineData("e(x)", "e(…) is read as a product, e·(…); the exponential function is e^(…) or exp(…).")]
    [InlineData("2(x + y)", null)]
    [InlineData("x (y + 1)", null)]
    [InlineData("x*(y + 1)", null)]
    [InlineData("π(x + 1)", null)]
    [InlineData("x(x + 1)", null)] // who writes x has a variable x
    [InlineData("f(x) + 2f(y)", "f(…) is read as a product, f·(…), for there is no function f; f*(…) says so.")]
    [InlineData("f(x)*f", null)]
    [InlineData("2lnx", "lnx is read as a product, l·n·x; the function is ln(x).")]
    [InlineData("lnx₁ + 1", "lnx₁ is read as a product, l·n·x₁; the function is ln(x₁).")]
    [InlineData("xln + xy", null)]
    [InlineData("l*n*x + l n x", null)]
    [InlineData("1/2x + 1", "1/2x is read from left to right, (1/2)*x; 1/(2*x) is the other.")]
    [InlineData("-y/2(x + 1)", "y/2(x + 1) is read from left to right, (y/2)*(x + 1); y/(2*(x + 1)) is the other.")]
    [InlineData("1/2*x", null)]
    [InlineData("2x/3", null)]
    [InlineData("х + x", "The letter х is the Cyrillic one, U+0445; the Latin x is another.")]
    [InlineData("σ(x)", null)]
    [InlineData("sigma(x)", null)]
    public void A_letter_before_a_bracket_is_a_product_and_a_note_says_so(string typed, string? note)
    {
        Assert.Equal(note, Formula.Parse(typed).Notes.SingleOrDefault());
        if (!typed.EndsWith("a(x)", StringComparison.Ordinal) && typed != "σ(x)") Assert.NotEmpty(Formula.Parse(typed).Variables);
        Assert.Empty(Formula.ParseMatrices("norm(A(x + b))", new Dictionary<string, Shape>()).Notes);
    }

    [Theory]
    [InlineData("x'*A*x", "xᵀ·A·x")]
    [InlineData("A^T A", "Aᵀ·A")]
    [InlineData("norm(A*x+b)^2", "‖A·x + b‖²")]
    [InlineData("‖A x + b‖", "‖A·x + b‖")]
    [InlineData("tr(A*B)", "tr(A·B)")]
    [InlineData("ln(det(A))", "ln(det(A))")]
    [InlineData("A^-1 x", "A⁻¹·x")]
    [InlineData("(A + B)x", "(A + B)·x")]
    [InlineData("A∘B", "A ∘ B")]
    [InlineData("[[1, -1], [0.5, 0]]*[0.5, 1]", "[[1, −1], [0.5, 0]]·[0.5, 1]")]
    [InlineData("[1, 2]' * [3, 4]", "[1, 2]ᵀ·[3, 4]")]
    [InlineData("2A", "2A")]
    [InlineData("(x'*b)*(b'*x)", "xᵀ·b·(bᵀ·x)")]
    [InlineData("2((A∘B)*A)", "2(A ∘ B)·A")]
    public void Matrices_are_written_in_matrix_notation(string typed, string written) => Assert.Equal(written, Formula.Parse(typed, Matrices).ToString());

    [Theory]
    [InlineData("max(0, 3x1 + 4x2 + 1)", @"\max\left(0, 3 x_{1} + 4 x_{2} + 1\right)")]
    [InlineData("a/b + sqrt(x)", @"\frac{a}{b} + \sqrt{x}")]
    [InlineData("e^(w0+w1 x)", @"e^{w_{0} + w_{1} \cdot x}")]
    [InlineData("x^12", "x^{12}")]
    [InlineData("(x+y)^2", @"\left(x + y\right)^2")]
    public void A_formula_is_written_in_Latex(string typed, string latex) => Assert.Equal(latex, Formula.Parse(typed).ToLatex());

    [Fact]
    public void A_choice_is_read_and_computed()
    {
        Formula f = Formula.Parse("[x > 0] ? x : [x < -1] ? -1 : e^x - 1");
        Assert.Equal("[x > 0] ? x : [x < −1] ? −1 : e^x − 1", f.ToString());
        Assert.Equal(f.ToString(), Formula.Parse(f.ToString()).ToString());
        Assert.Equal([2, Math.Exp(-0.5) - 1, -1], new[] { 2, -0.5, -3 }.Select(x => f.At(("x", x))));
        Assert.Contains("comparison in brackets", Assert.Throws<FormulaException>(() => Formula.Parse("x ? 1 : 2")).Message, StringComparison.Ordinal);
        Assert.Contains("':' is expected", Assert.Throws<FormulaException>(() => Formula.Parse("[x > 0] ? 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_of_a_name_with_an_index_is_LaTeX()
    {
        Variable w = new("W1", [2, 6]);
        Assert.Equal(@"{W_{1}}_{[:, 1 \ldots 3]}", Formula.Of(Call.Of(new Slice(1, 0, 3, 1), w)).ToLatex());
        Assert.Equal(@"W_{[:, 1 \ldots 3]}", Formula.Of(Call.Of(new Slice(1, 0, 3, 1), new Variable("W", [2, 6]))).ToLatex());
    }

    [Theory]
    [InlineData("3*", 2, "after '*'")]
    [InlineData("(x + 1", 6, "')' is expected here, for the '(' at character 1")]
    [InlineData("x + )", 4, "after '+'")]
    [InlineData("x + 1)", 5, "')' closes nothing")]
    [InlineData("foo(x)", 0, "'foo'")]
    [InlineData("weight + 1", 0, "'weight' is not a known function or variable")]
    [InlineData("1 + sigmiod(x)", 4, "'sigmiod' is not a known function. Did you mean 'sigmoid'?")]
    [InlineData("softmx(x)", 0, "Did you mean 'softmax'?")]
    [InlineData("xy(z + 1)", 0, "A product is written with *, x*y*(…).")]
    [InlineData("trace(A)", 0, "Did you mean 'tr'?")]
    [InlineData("mean(x)", 0, "sum(x)/n")]
    [InlineData("3ln2", 1, "'ln2' is no variable, for ln is a function; write ln(2).")]
    [InlineData("max2 + x", 0, "write max(2)")]
    [InlineData("log2(x)", 0, "the logarithm to the base 2 is ln(x)/ln(2)")]
    [InlineData("max()", 0, "max takes 1 or more arguments; 0 were given")]
    [InlineData("tanh(x, y)", 0, "tanh takes 1 argument; 2 were given")]
    [InlineData("x $ y", 2, "'$' is not a sign")]
    [InlineData("", 0, "the formula is empty")]
    [InlineData("[[1,2],[3]]", 7, "this row has 1 number and the first has 2")]
    [InlineData("1.2.3", 0, "'1.2.3' is not a number")]
    [InlineData("x 3", 2, "an operator is expected before '3'")]
    [InlineData("A*M", 1, "the columns of the left, 3, must be as many as the rows of the right, 2")]
    [InlineData("A + M", 2, "cannot be added")]
    [InlineData("NaN*x", 0, "'NaN' is no word of formulas: their numbers are finite, up to 1.8·10³⁰⁸; a product of letters is written with *, as in i*n*f.")]
    [InlineData("1 + inf * x", 4, "'inf' is no word of formulas: their numbers are finite, up to 1.8·10³⁰⁸; a product of letters is written with *, as in i*n*f.")]
    [InlineData("p AND q", 2, "'AND' is no word of formulas: write x ∩ y for and.")]
    [InlineData("p Or q", 2, "write x ∪ y for or.")]
    [InlineData("NOT p", 0, "write 1 - x for not x.")]
    [InlineData("p mod 2", 2, "no function for a remainder")]
    [InlineData("p>0 ? p : 0", 1, ": [p > 0] ? p : 0.")]
    [InlineData("p = 0 ? p : q<1 ? 2 : 3", 2, ": [p = 0] ? p : [q < 1] ? 2 : 3.")]
    [InlineData("0<p<1 ? p : 0", 1, ": [[0 < p]·[p < 1] > 0] ? p : 0.")]
    [InlineData("p>0 ∪ q>0", 1, ": [p > 0] ∪ [q > 0].")]
    [InlineData("2(p > 0)", 4, "a comparison stands in brackets")]
    [InlineData("1 + [0<p<1]", 8, "[0 < p]·[p < 1].")]
    [InlineData("tg(p)", 0, "Did you mean 'tan'?")]
    [InlineData("ctg(p)", 0, "The cotangent is 1/tan(x).")]
    [InlineData("arctg(p)", 0, "Did you mean 'atan'?")]
    [InlineData("lg(p)", 0, "The logarithm to the base 10 is ln(x)/ln(10).")]
    [InlineData("sh(p)", 0, "Did you mean 'sinh'?")]
    [InlineData("ch(p)", 0, "Did you mean 'cosh'?")]
    [InlineData("cоs(p)", 0, "The letter о is the Cyrillic one, U+043E; the Latin o is another.")]
    [InlineData("softmax(p)", 0, "softmax is taken of several numbers, softmax(x, y) or softmax([x, y]), or of a column; p is one number.")]
    [InlineData("||p-1|", 6, "'|' is expected here, for the '|' at character 1")]
    public void An_error_points_at_the_character(string typed, int position, string says)
    {
        FormulaException e = Assert.Throws<FormulaException>(() => Formula.Parse(typed, Matrices));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Equal(position, e.Position);
        Assert.EndsWith("\n  " + new string(' ', position) + "^", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[p > 0] ? p : 0")]
    [InlineData("[p = 0] ? p : [q < 1] ? 2 : 3")]
    [InlineData("[[0 < p]·[p < 1] > 0] ? p : 0")]
    [InlineData("[p > 0] ∪ [q > 0]")]
    [InlineData("1 + [0 < p]·[p < 1]")]
    [InlineData("(p ∪ q) - (p ∩ q)")]
    public void What_an_error_says_to_write_can_be_read(string said) => Assert.NotEmpty(Formula.Parse(said).Variables);

    [Fact]
    public void Parentheses_without_end_are_an_error_not_a_crash()
    {
        Assert.Throws<FormulaException>(() => Formula.Parse(new string('(', 100_000)));
        Assert.Throws<FormulaException>(() => Formula.Parse(string.Concat(Enumerable.Repeat("x^", 100_000)) + "x"));
        Assert.Throws<FormulaException>(() => Formula.Parse(string.Concat(Enumerable.Repeat("√", 100_000)) + "x"));
    }

    [Fact]
    public void The_engine_computes_it()
    {
        Assert.Equal(104.5, Formula.Parse("relu(1*relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)").At(("x1", 20), ("x2", 0), ("x3", 1)), 1e-12);
        Assert.Equal(1 + Math.Exp(7), Formula.Parse("1 + e^(w0 + w1*x)").At(("w0", 1), ("w1", 2), ("x", 3)), 1e-9);
        Assert.Equal(5, Formula.Parse("[1, 2]'*[1, 2]").At(ReadOnlySpan<(string, double)>.Empty));
        Assert.Equal(1, Formula.Parse("[[x1 + x2 > 0.5] - [x1 + x2 > 1.5] > 0.5]").At(("x1", 1), ("x2", 0)));
        Assert.Equal(0, Formula.Parse("[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]").At(("x1", 1), ("x2", 1)));
    }

    [Fact]
    public void A_variable_without_a_value_is_named()
    {
        ArgumentException missing = Assert.Throws<ArgumentException>(() => Formula.Parse("x1 + x2").At(("x1", 1)));
        Assert.Contains("The variable x₂ has no value; give one, as in x2=1.", missing.Message, StringComparison.Ordinal);
    }
}
