using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Derivatives;

public sealed class MatrixDerivativeTests
{
    // From the seeds, Petersen and Pedersen's Matrix Cookbook (2012), and by hand.
    [Theory]
    [InlineData("x'*A*x", "x", "(A + Aᵀ)·x")]
    [InlineData("x'*A*x", "A", "x·xᵀ")]
    [InlineData("norm(A*x+b)^2", "x", "2Aᵀ·(A·x + b)")]
    [InlineData("norm(A*x+b)^2", "b", "2(A·x + b)")]
    [InlineData("norm(A*x+b)^2", "A", "2(A·x + b)·xᵀ")]
    [InlineData("tr(A*B)", "A", "Bᵀ")]
    [InlineData("tr(A'*B)", "A", "B")]
    [InlineData("tr(X'*A*X)", "X", "(A + Aᵀ)·X")]
    [InlineData("tr(X^3)", "X", "3(Xᵀ)²")]
    [InlineData("tr(inv(X)*A)", "X", "−(X⁻¹)ᵀ·Aᵀ·(X⁻¹)ᵀ")]
    [InlineData("a'*inv(X)*b", "X", "−(X⁻¹)ᵀ·a·bᵀ·(X⁻¹)ᵀ")]
    [InlineData("ln(det(X))", "X", "(X⁻¹)ᵀ")]
    [InlineData("det(X)", "X", "det(X)·(X⁻¹)ᵀ")]
    [InlineData("a'*X*b", "X", "a·bᵀ")]
    [InlineData("a'*x", "x", "a")]
    [InlineData("x'*x", "x", "2x")]
    [InlineData("norm(x)", "x", "x / ‖x‖")]
    [InlineData("norm(x)^4", "x", "4·‖x‖²·x")]
    [InlineData("norm(x)*x'*x", "x", "3·‖x‖·x")]
    [InlineData("sum(x'∘y')", "x", "y")]
    [InlineData("sum(A*x)", "A", "𝟏·xᵀ")]
    [InlineData("sum(A*x)", "x", "Aᵀ·𝟏")]
    [InlineData("sum(A∘B)", "A", "B")]
    [InlineData("-t' * ln(softmax(z))", "z", "sum(t)·softmax(z) − t")]
    [InlineData("-sum(t∘logsoftmax(z))", "z", "sum(t)·softmax(z) − t")]
    [InlineData("-sum(ln(1+exp(-y∘(X*w))))", "w", "Xᵀ·(y ∘ sigmoid(−y ∘ (X·w)))")]
    [InlineData("-(y'*ln(sigmoid(X*w)) + (1-y)'*ln(1-sigmoid(X*w)))", "w", "Xᵀ·(sigmoid(X·w) − y)")]
    [InlineData("sum(G∘(X*W))", "X", "G·Wᵀ")]
    [InlineData("sum(G∘(X*W))", "W", "Xᵀ·G")]
    [InlineData("norm(X*w-y)^2 + l*norm(w)^2", "w", "2(Xᵀ·(X·w − y) + l·w)")]
    [InlineData("norm(X*w-y)^2 + l*norm(w)^2", "l", "‖w‖²")]
    [InlineData("A*x + b", "x", "A")]
    [InlineData("x", "x", "I")]
    [InlineData("relu(A*x)", "x", "diag([A·x > 0])·A")]
    [InlineData("softmax(z)", "z", "diag(softmax(z)) − softmax(z)·softmax(z)ᵀ")]
    [InlineData("A*sigmoid(B*x)", "x", "A·diag(sigmoid(B·x) ∘ (1 − sigmoid(B·x)))·B")]
    [InlineData("x^2 + 3x", "x", "2x + 3")]
    [InlineData("sum(relu(X*W))", "W", "Xᵀ·[X·W > 0]")]
    [InlineData("ln(sum(exp(x)))", "x", "exp(x) / sum(exp(x))")]
    [InlineData("softmax(A*x)'*y", "x", "Aᵀ·(softmax(A·x) ∘ (y − softmax(A·x)ᵀ·y))")]
    [InlineData("y'*tanh(W*x + b)", "W", "(y ∘ (1 − tanh(W·x + b)∘²))·xᵀ")]
    public void A_derivative_is_as_a_person_would_write_it_and_the_slope(string formula, string by, string expected)
    {
        MatrixDerivative d = Differentiation.By(Formula.ParseMatrices(formula, new Dictionary<string, Shape>(), by), by);
        Assert.Equal(expected, d.Result.ToString());
        Assert.True(d.MaxError() < 1e-7, $"{d.MaxError()}");
        System.Xml.Linq.XElement.Parse(d.Result.ToMathMl());
        WrittenAgain.Check(d);
    }

    // The Matrix Cookbook's identities, §2.1 to 2.8, and log-likelihoods: none longer than there.
    [Theory]
    [InlineData("det(A*X*B)", "X", "det(A·X·B)·Aᵀ·((A·X·B)⁻¹)ᵀ·Bᵀ")]
    [InlineData("ln(det(X'*X))", "X", "2X·(Xᵀ·X)⁻¹")]
    [InlineData("ln(det(X*X'))", "X", "2(X·Xᵀ)⁻¹·X")]
    [InlineData("det(X'*A*X)", "X", "det(Xᵀ·A·X)·(A·X·(Xᵀ·A·X)⁻¹ + Aᵀ·X·((Xᵀ·A·X)⁻¹)ᵀ)")]
    [InlineData("ln(det(A'*X*A))", "X", "A·((Aᵀ·X·A)⁻¹)ᵀ·Aᵀ")]
    [InlineData("det(X^3)", "X", "3·det(X³)·(X⁻¹)ᵀ")]
    [InlineData("ln(det(2*X))", "X", "(X⁻¹)ᵀ")]
    [InlineData("ln(det(I + X*X'))", "X", "2(X·Xᵀ + I)⁻¹·X")]
    [InlineData("√(det(X'*X))", "X", "√det(Xᵀ·X)·X·(Xᵀ·X)⁻¹")]
    [InlineData("tr(inv(X'*X))", "X", "−2X·((Xᵀ·X)⁻¹)²")]
    [InlineData("a'*inv(X'*X)*a", "X", "−2X·(Xᵀ·X)⁻¹·a·aᵀ·(Xᵀ·X)⁻¹")]
    [InlineData("tr(inv(X + A))", "X", "−(((A + X)⁻¹)ᵀ)²")]
    [InlineData("tr(X^-2)", "X", "−2((X⁻¹)ᵀ)³")]
    [InlineData("tr(X^-2)*tr(X)", "X", "tr(X⁻²)·I − 2·tr(X)·((X⁻¹)ᵀ)³")]
    [InlineData("det(X)^2*e^(tr(X))*e^(-tr(X))", "X", "2·det(X)²·(X⁻¹)ᵀ")]
    [InlineData("ln(det(X))*det(X)^-1", "X", "(1 − ln(det(X)))·(X⁻¹)ᵀ / det(X)")]
    [InlineData("b'*X'*X*c", "X", "X·(b·cᵀ + c·bᵀ)")]
    [InlineData("(B*x+b)'*C*(D*x+d)", "x", "Bᵀ·C·(D·x + d) + Dᵀ·Cᵀ·(B·x + b)")]
    [InlineData("(X*b+c)'*D*(X*b+c)", "X", "(D + Dᵀ)·(X·b + c)·bᵀ")]
    [InlineData("(x-A*s)'*W*(x-A*s)", "s", "−Aᵀ·(W + Wᵀ)·(x − A·s)")]
    [InlineData("(x-A*s)'*W*(x-A*s)", "A", "−(W + Wᵀ)·(x − A·s)·sᵀ")]
    [InlineData("(x-a)/norm(x-a)", "x", "(I − (x − a)·(x − a)ᵀ / ‖x − a‖²) / ‖x − a‖")]
    [InlineData("tr(A*X*B*X'*C)", "X", "Aᵀ·Cᵀ·X·Bᵀ + C·A·X·B")]
    [InlineData("tr((A*X*B+C)*(A*X*B+C)')", "X", "2Aᵀ·(A·X·B + C)·Bᵀ")]
    [InlineData("tr(B'*X'*C*X*B)", "X", "(C + Cᵀ)·X·B·Bᵀ")]
    [InlineData("tr(W'*A*W) - tr(L*(W'*W - I))", "W", "(A + Aᵀ)·W − W·(L + Lᵀ)")]
    [InlineData("tr(diag(x)*A*diag(x))", "x", "2(x ∘ diagonal(A))")]
    [InlineData("norm(X'*X - I)^2", "X", "4(X·Xᵀ·X − X)")]
    [InlineData("norm(U*V' - M)^2", "V", "2(U·Vᵀ − M)ᵀ·U")]
    [InlineData("1/norm(x)", "x", "−x / ‖x‖³")]
    [InlineData("norm(x)^6", "x", "6·‖x‖⁴·x")]
    [InlineData("norm(x)^-2", "x", "−2x / ‖x‖⁴")]
    [InlineData("x'*A*x/(x'*x)", "x", "((A + Aᵀ)·x − 2xᵀ·A·x·x / ‖x‖²) / ‖x‖²")]
    [InlineData("x'*A*x/(x'*B*x)", "x", "(A + Aᵀ − xᵀ·A·x·(B + Bᵀ) / (xᵀ·B·x))·x / (xᵀ·B·x)")]
    [InlineData("y'*X*inv(X'*X)*X'*y", "y", "2X·(Xᵀ·X)⁻¹·Xᵀ·y")]
    [InlineData("-0.5*ln(det(S)) - 0.5*(x-m)'*inv(S)*(x-m)", "S", "0.5((S⁻¹)ᵀ·(x − m)·(x − m)ᵀ·(S⁻¹)ᵀ − (S⁻¹)ᵀ)")]
    [InlineData("0.5*(x-m)'*S^-1*(x-m)", "m", "−0.5((S⁻¹)ᵀ + S⁻¹)·(x − m)")]
    [InlineData("ln(det(P)) - tr(P*C)", "P", "(P⁻¹)ᵀ − Cᵀ")]
    [InlineData("sum((x-m)^2 ./ (2s^2)) + sum(ln(s))", "s", "1 ⊘ s − (x − m)∘² ⊘ s∘³")]
    [InlineData("-sum(T∘ln(softmax(Z)))", "Z", "softmax(Z)·diag(Tᵀ·𝟏) − T")]
    [InlineData("max(0, 1 - y'*x)", "x", "−[1 − yᵀ·x > 0]·y")]
    [InlineData("norm(W2*tanh(W1*x)-y)^2", "W1", "2((W₂ᵀ·(W₂·tanh(W₁·x) − y)) ∘ (1 − tanh(W₁·x)∘²))·xᵀ")]
    [InlineData("tanh(A*x)", "x", "diag(1 − tanh(A·x)∘²)·A")]
    [InlineData("sigmoid(x)", "x", "diag(sigmoid(x) ∘ (1 − sigmoid(x)))")]
    [InlineData("sum(x∘x^∘(-0.5))", "x", "0.5 ⊘ √x")]
    [InlineData("sum(x∘√x)", "x", "1.5·√x")]
    [InlineData("sum(x^∘(-2))", "x", "−2 ⊘ x∘³")]
    [InlineData("sum(x ⊘ √y)", "y", "−0.5(x ⊘ y^∘1.5)")]
    [InlineData("det(X)^0.5", "X", "0.5·det(X)^0.5·(X⁻¹)ᵀ")]
    [InlineData("tr(X)^-0.5", "X", "−0.5·I / tr(X)^1.5")]
    [InlineData("det([[x,y],[z,1]])", "x", "1")]
    [InlineData("det([[a,b,c],[d,f,g],[h,k,l]])", "a", "f·l − g·k")] // of more letters than are tried one by one
    [InlineData("det([[x,y],[z,1]])", "y", "−z")]
    [InlineData("norm([x, 2y])^2", "y", "8y")]
    public void A_derivative_is_as_short_as_the_Cookbooks(string formula, string by, string expected) =>
        this.A_derivative_is_as_a_person_would_write_it_and_the_slope(formula, by, expected);

    // A sum that multiplies out to 16 terms can be made short in more ways than can be tried.
    [Theory]
    [InlineData("W1", "2((W₂ᵀ·((W₃ᵀ·(W₃·tanh(W₂·tanh(W₁·x)) − y)) ∘ (1 − tanh(W₂·tanh(W₁·x))∘²))) ∘ (1 − tanh(W₁·x)∘²))·xᵀ", "norm(W3*tanh(W2*tanh(W1*x))-y)^2")]
    [InlineData("W2", "2((W₃ᵀ·((W₄ᵀ·(W₄·tanh(W₃·tanh(W₂·tanh(W₁·x))) − y)) ∘ (1 − tanh(W₃·tanh(W₂·tanh(W₁·x)))∘²))) ∘ (1 − tanh(W₂·tanh(W₁·x))∘²))·tanh(W₁·x)ᵀ", "norm(W4*tanh(W3*tanh(W2*tanh(W1*x)))-y)^2")]
    [InlineData("W1", "2((W₂ᵀ·((W₃ᵀ·((W₄ᵀ·(W₄·tanh(W₃·tanh(W₂·tanh(W₁·x))) − y)) ∘ (1 − tanh(W₃·tanh(W₂·tanh(W₁·x)))∘²))) ∘ (1 − tanh(W₂·tanh(W₁·x))∘²))) ∘ (1 − tanh(W₁·x)∘²))·xᵀ", "norm(W4*tanh(W3*tanh(W2*tanh(W1*x)))-y)^2")]
    [InlineData("x", "2W₁ᵀ·((W₂ᵀ·((W₃ᵀ·((W₄ᵀ·(W₄·tanh(W₃·tanh(W₂·tanh(W₁·x))) − y)) ∘ (1 − tanh(W₃·tanh(W₂·tanh(W₁·x)))∘²))) ∘ (1 − tanh(W₂·tanh(W₁·x))∘²))) ∘ (1 − tanh(W₁·x)∘²))", "norm(W4*tanh(W3*tanh(W2*tanh(W1*x)))-y)^2")]
    public void Deep_networks_have_short_derivatives(string by, string expected, string formula)
    {
        MatrixDerivative d = Differentiation.By(Formula.ParseMatrices(formula, new Dictionary<string, Shape>(), by), by);
        Assert.Equal(expected, d.Result.ToString());
        Assert.True(d.MaxError() < 1e-7);
    }

    [Fact]
    public void An_entry_of_a_matrix_is_no_derivative_that_can_be_typed() =>
        Assert.Contains("is an entry of a matrix", Assert.Throws<ArgumentException>(() => Differentiation.By(Formula.ParseMatrices("x'*[[a,1],[2,3]]*x", new Dictionary<string, Shape>(), "a"), "a")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_search_for_a_short_form_ends()
    {
        Dictionary<string, Shape> columns = [];
        foreach (char c in "abcdefghijklmnop") columns[c.ToString()] = [2, 1];
        MatrixSum sum = new MatrixReader(expands: true).Read(Formula.Parse("(a+b)∘(c+d)∘(f+g)∘(h+i) + (j+k)∘(l+m)", columns).Root)!;
        Assert.Equal(20, sum.Terms.Count);
        MatrixSum.Search search = new();
        Expression found = sum.Shortest(search);
        Assert.InRange(search.Count, 1, MatrixSum.Search.Most);
        Assert.InRange(Simplifier.Length(found), 1, Simplifier.Length(sum.Expanded()));
        int count = search.Count;
        Assert.Same(found, sum.Shortest(search)); // what is known is not looked for again
        Assert.Equal(count, search.Count);
    }

    [Fact]
    public void The_inverse_of_a_product_of_square_matrices_is_that_of_each()
    {
        Dictionary<string, Shape> square = new() { ["A"] = [3, 3], ["X"] = [3, 3], ["B"] = [3, 3] };
        Assert.Equal("det(A·X·B)·(X⁻¹)ᵀ", Differentiation.By(Formula.Parse("det(A*X*B)", square), "X").Result.ToString());
        Assert.Equal("(X⁻¹)ᵀ", Differentiation.By(Formula.Parse("ln(det(A*X*B))", square), "X").Result.ToString());
    }

    // What the engine's own rules call by names of their own is written by what can be typed.
    [Theory]
    [InlineData("sum(gelu(A*x))"), InlineData("sum(silu(A*x))"), InlineData("sum(mish(A*x))"), InlineData("sum(elu(A*x))")]
    [InlineData("sum(softplus(A*x))"), InlineData("sum(softsign(A*x))"), InlineData("sum(hardsigmoid(A*x))")]
    [InlineData("sum(abs(A*x))"), InlineData("sum(sin(A*x) ∘ cos(x))"), InlineData("sum(erf(A*x))"), InlineData("sum(√(A*x))")]
    [InlineData("sum(1 ./ (A*x))"), InlineData("sum((A*x).^3)"), InlineData("sum((A*x)^∘5)"), InlineData("sum(x ⊘ (A*x))")]
    [InlineData("sum(ones' * A * x)"), InlineData("tr(diag(x)*A)"), InlineData("norm((A + I)*x)^2"), InlineData("max(A*x)"), InlineData("sum(A)^2*sum(x)")]
    public void A_derivative_can_be_typed_again(string formula)
    {
        Formula f = Formula.ParseMatrices(formula, new Dictionary<string, Shape>(), "x");
        foreach (Variable by in f.Variables)
        {
            MatrixDerivative d = Differentiation.By(f, by.Name);
            Assert.True(d.MaxError() < 1e-6, $"{d.Result}: {d.MaxError()}");
            WrittenAgain.Check(d);
        }
    }

    [Theory]
    [InlineData("A'*ones", "Aᵀ·𝟏", "(3, 1)")]
    [InlineData("ones'*A", "𝟏ᵀ·A", "(1, 3)")]
    [InlineData("A + 2I", "A + 2I", "(4, 3)")]
    [InlineData("B - I", "B − I", "(3, 3)")]
    [InlineData("diag(x)*B", "diag(x)·B", "(3, 3)")]
    [InlineData("x ./ (1 + x)", "x ⊘ (1 + x)", "(3, 1)")]
    [InlineData("1 ⊘ x", "1 ⊘ x", "(3, 1)")]
    [InlineData("B.^2", "B∘²", "(3, 3)")]
    [InlineData("[x > 0] ? x : 2x", "[x > 0] ? x : 2x", "(3, 1)")]
    [InlineData("(B + B).^0.5", "(B + B)^∘0.5", "(3, 3)")]
    public void Ones_the_unit_matrix_and_signs_element_by_element_can_be_typed(string typed, string written, string shape)
    {
        Dictionary<string, Shape> shapes = new() { ["A"] = [4, 3], ["B"] = [3, 3], ["x"] = [3, 1] };
        if (typed.Contains("A + 2I", StringComparison.Ordinal))
        {
            Assert.Throws<FormulaException>(() => Formula.Parse(typed, shapes)); // A is not square
            return;
        }
        Formula f = Formula.Parse(typed, shapes);
        Assert.Equal(written, f.ToString());
        Assert.Equal(shape, f.Root.Shape.ToString());
        Assert.Equal(written, Formula.Parse(written, shapes).ToString());
    }

    [Fact]
    public void I_is_a_number_among_numbers()
    {
        Assert.Equal(6, Formula.Parse("I*R").At(("I", 2), ("R", 3)));
        Assert.Equal([2, 2], Formula.Parse("I*R", new Dictionary<string, Shape> { ["I"] = [2, 2], ["R"] = [2, 2] }).Variables[0].Shape.Sizes.ToArray());
        Assert.Contains("how many rows", Assert.Throws<FormulaException>(() => Formula.Parse("ones + 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_add_up_to_one()
    {
        MatrixDerivative d = Differentiation.By(Formula.ParseMatrices("-t'*ln(softmax(z))", new Dictionary<string, Shape>(), "z"), "z");
        Assert.Equal("sum(t) = 1", d.ForTargets!.Value.Supposing);
        Assert.Equal("softmax(z) − t", d.ForTargets!.Value.Result.ToString());
        Assert.Null(Differentiation.By(d.Formula, "t").ForTargets);
    }

    [Fact]
    public void The_layout_is_said()
    {
        Formula f = Formula.ParseMatrices("A*x", new Dictionary<string, Shape>(), "x");
        Assert.StartsWith("a row for each output", Differentiation.By(f, "x").Layout, StringComparison.Ordinal);
        Formula form = Formula.ParseMatrices("x'*A*x", new Dictionary<string, Shape>(), "A");
        Assert.StartsWith("the shape of A, 3x3", Differentiation.By(form, "A").Layout, StringComparison.Ordinal);
        Assert.Contains("derivative in matrix notation", Assert.Throws<ArgumentException>(() => Differentiation.By(f, "A")).Message, StringComparison.Ordinal);
        Assert.Contains("no variable y", Assert.Throws<ArgumentException>(() => Differentiation.By(f, "y")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x'*A*x", "x (3, 1), A (3, 3)")]
    [InlineData("norm(A*x+b)^2", "A (3, 4), x (4, 1), b (3, 1)")]
    [InlineData("norm(X*w-y)^2 + l*norm(w)^2", "X (3, 4), w (4, 1), y (3, 1), l ()")]
    [InlineData("x^2 + xy", "x (), y ()")]
    [InlineData("A^T*[1, 2]", "A (2, 3)")]
    [InlineData("tr(A*B)", "A (3, 4), B (4, 3)")]
    public void Shapes_are_those_that_fit(string formula, string shapes) =>
        Assert.Equal(shapes, string.Join(", ", Formula.ParseMatrices(formula, new Dictionary<string, Shape>()).Variables.Select(v => $"{v} {v.Shape}")));

    [Fact]
    public void Given_shapes_are_kept()
    {
        Formula f = Formula.ParseMatrices("norm(A*x+b)^2", new Dictionary<string, Shape> { ["A"] = [5, 2] });
        Assert.Equal([[5, 2], [2, 1], [5, 1]], f.Variables.Select(v => v.Shape.Sizes.ToArray()));
    }

    [Theory]
    [InlineData("x + y", "x=2000x1", "x (2000, 1), y (2000, 1)")]
    [InlineData("A*x + b", "A=1000x1001", "A (1000, 1001), x (1001, 1), b (1000, 1)")]
    [InlineData("A*x + b", "x=1000x1 b=1001x1", "A (1001, 1000), x (1000, 1), b (1001, 1)")]
    public void Given_sizes_may_be_large(string formula, string known, string shapes) =>
        Assert.Equal(shapes, string.Join(", ", Formula.ParseMatrices(formula, Given(known)).Variables.Select(v => $"{v} {v.Shape}")));

    [Theory]
    [InlineData("x + y", "x=2000x1 y=3000x1", "y (3000, 1)")]
    [InlineData("x + y + z", "x=2000x1 z=3000x1", "z (3000, 1)")]
    [InlineData("x'*A*x", "x=1000x1 A=1000x2000", "A (1, 2000) times x (1000, 1)")]
    public void Given_sizes_that_conflict_are_an_error(string formula, string known, string named) =>
        Assert.Contains(named, Assert.Throws<FormulaException>(() => Formula.ParseMatrices(formula, Given(known))).Message, StringComparison.Ordinal);

    private static Dictionary<string, Shape> Given(string known) => known.Split(' ').Select(k => k.Split('=')).ToDictionary(k => k[0], k => Shape.Parse(k[1]));

    // sin² + cos² = 1, whichever factor of its derivative stands first.
    [Theory]
    [InlineData("sum(sin(x)^2 + cos(x)^2)", "x", "0")]
    [InlineData("sum(exp(x)∘exp(-x))", "x", "0")]
    [InlineData("sum(sin(x)∘cos(x) - cos(x)∘sin(x))", "x", "0")]
    public void Terms_cancel_in_any_order(string formula, string by, string expected) =>
        Assert.Equal(expected, Differentiation.By(Formula.ParseMatrices(formula, new Dictionary<string, Shape>(), by), by).Result.ToString());

    // Where f is 10¹⁶ the rounding of f alone is more than the slope: such points are no trial.
    [Theory]
    [InlineData("e^(tr(A*B*A)) + norm(x)^2", "x", "2x")]
    [InlineData("A*(x - B*y) + exp(det(A)*y)", "x", "A")]
    public void A_right_derivative_is_not_called_wrong_by_rounding(string formula, string by, string expected)
    {
        MatrixDerivative d = Differentiation.By(Formula.ParseMatrices(formula, new Dictionary<string, Shape>(), by), by);
        Assert.Equal(expected, d.Result.ToString());
        Assert.True(d.MaxError() < 1e-6, $"{d.MaxError()}");
    }

    [Fact]
    public void A_wrong_derivative_is_found()
    {
        MatrixDerivative d = Differentiation.By(Formula.ParseMatrices("x'*A*x", new Dictionary<string, Shape>(), "x"), "x");
        Assert.True((d with { Result = Formula.ParseMatrices("2A*x", new Dictionary<string, Shape> { ["A"] = [3, 3] }) }).MaxError() > 0.1);
    }
}
