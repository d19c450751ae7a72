// What people type into formula, calc and diff: options of functions, columns, signs of other notations; and how numbers look.

namespace Kubik.Cli.Tests;

public sealed class FormulaInputTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    // By definition, at x = −1 and the options of the brick.
    [Theory]
    [InlineData("celu(x)", -0.6321205588285577)]
    [InlineData("celu(x, 1)", -0.6321205588285577)]
    [InlineData("celu(x; 2)", -0.7869386805747332)]
    [InlineData("elu(x, 0.5)", -0.31606027941427883)]
    [InlineData("leakyrelu(x)", -0.01)]
    [InlineData("leakyrelu(x; 0.2)", -0.2)]
    [InlineData("hardtanh(x, -1/2, 2)", -0.5)]
    [InlineData("hardsigmoid(x)", 1.0 / 3)]
    [InlineData("softshrink(x)", -0.5)]
    [InlineData("threshold(x, 0)", 0)]
    [InlineData("threshold(x; 0, 7)", 7)]
    public void Functions_take_the_options_of_their_bricks(string formula, double value)
    {
        Said said = Tool.Run(this.folder, "calc", formula, "--at", "x=-1", "--json").Fine();
        Assert.Equal(value, said.Json.GetProperty("value").GetDouble(), 1e-12);
        string written = said.Out.Split('\n')[0].Trim()["f = ".Length..]; // what is printed can be typed
        Assert.Equal(value, Tool.Run(this.folder, "calc", written, "--at", "x=-1", "--json").Fine().Json.GetProperty("value").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData("threshold(x)", "LIMIT, value=0", "threshold(x, LIMIT, value)")]
    [InlineData("celu(x, 1, 2)", "celu(x, alpha)", "3 were given")]
    [InlineData("celu(x, -1)", "celu: alpha must be above 0.")]
    [InlineData("celu(x, y)", "the options of celu are numbers", "y")]
    [InlineData("relu(x; 2)", "relu takes 1 argument", "2 were given")]
    public void Options_that_do_not_fit_are_refused(string formula, params string[] words)
    {
        Said said = Tool.Run(this.folder, "calc", formula, "--at", "x=1,y=2").Refused(words);
        Assert.DoesNotContain("Write it as", said.Error, StringComparison.Ordinal);
    }

    // What is no network of numbers is a formula all the same; what is one can be made from the activation's name again.
    [Theory]
    [InlineData("x+1e308*10*x", null)]
    [InlineData("1e300*(1e300*x+1)", null)]
    [InlineData("leakyrelu(x1,0.1)+leakyrelu(x2,0.5)", null)]
    [InlineData("[x1>=0]+[x2>0]", null)]
    [InlineData("elu(2x+1, 3)", "elu alpha=3")]
    [InlineData("celu(2x+1)", "celu")]
    public void Layers_are_there_when_they_compute_what_the_formula_does(string formula, string? activation)
    {
        Said said = Tool.Run(this.folder, "formula", formula, "--json").Fine();
        System.Text.Json.JsonElement layers = said.Json.GetProperty("layers");
        if (activation is null) Assert.Equal(System.Text.Json.JsonValueKind.Null, layers.ValueKind);
        else Assert.Equal(activation, layers[0].GetProperty("activation").GetString());
    }

    [Theory]
    [InlineData("[x>0", "at character 1", "\n  [x>0\n      ^")]
    [InlineData("-[x>0", "at character 2", "\n  -[x>0\n       ^")]
    [InlineData("-x*", "'*'", "\n  -x*\n     ^")]
    [InlineData("𝑥+1", "'𝑥' is a letter of mathematical typesetting; write 'x'", "\n  𝑥+1\n  ^")]
    [InlineData("𝐖*2", "write 'W'")]
    [InlineData("😀+1", "'😀' is not a sign")]
    [InlineData("3,5*x", "write 3.5", "\n  3,5*x\n   ^")]
    [InlineData("x**2", "x^2")]
    [InlineData("x = 3", "--at x=3", "[x = 3]")]
    [InlineData("3x1-x2 > 0", "[3x1-x2 > 0]")]
    [InlineData("x_out + w_1_2", "a variable has one index", "w_12", "\n  x_out + w_1_2\n             ^")]
    public void A_slip_is_shown_at_its_character_with_a_hint(string formula, params string[] words)
    {
        foreach (string verb in (string[])["formula", "calc"]) Tool.Run(this.folder, verb, formula).Refused(words);
        Tool.Run(this.folder, "diff", formula, "--by", "x").Refused(words[0]);
    }

    [Theory]
    [InlineData("sum((x-y)^2)", "2(x − y)")]
    [InlineData("sum(x^2)", "2x")]
    [InlineData("sum((A*x-b)^2)", "2Aᵀ·(A·x − b)")]
    public void A_square_of_a_column_is_that_of_every_element(string formula, string derivative)
    {
        foreach (string[] shape in (string[][])[[], ["--shape", formula.Contains('A', StringComparison.Ordinal) ? "A=3x2,x=2,b=3" : formula.Contains('y', StringComparison.Ordinal) ? "x=3,y=3" : "x=3"]])
        {
            Said said = Tool.Run(this.folder, ["diff", formula, "--by", "x", "--json", .. shape]).Fine();
            Assert.Equal(derivative, said.Json.GetProperty("derivative").GetString());
            Assert.Contains("the shape of x, ", said.Json.GetProperty("layout").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("x^2 + 3x", "2x + 3", "a number")]
    [InlineData("x^3", "3x²", "a number")]
    [InlineData("sum(x^3)", "3x∘²", "the shape of x")]
    public void A_power_alone_is_about_a_number(string formula, string derivative, string layout)
    {
        Said said = Tool.Run(this.folder, "diff", formula, "--by", "x", "--json").Fine();
        Assert.Equal(derivative, said.Json.GetProperty("derivative").GetString());
        Assert.StartsWith(layout, said.Json.GetProperty("layout").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("norm([x,y])", "x=3,y=4", 5, "0.6")]
    [InlineData("sum([1,2]*x)", "x=3", 9, "3")]
    [InlineData("[x,y]'*[[2,1],[1,3]]*[x,y]", "x=1,y=2", 18, "8")]
    [InlineData("det([[x,y],[1,2]])", "x=3,y=4", 2, "2")]
    [InlineData("tr([[x,1],[1,y]]*[[x,1],[1,y]])", "x=3,y=4", 27, "6")]
    [InlineData("max([x,y]∘[x,y])", "x=3,y=4", 16, "0")]
    [InlineData("[1,0]'*softmax([x,y])", "x=1,y=1", 0.5, "0.25")]
    public void Columns_are_computed_number_by_number(string formula, string at, double value, string slope)
    {
        Said said = Tool.Run(this.folder, "calc", formula, "--at", at, "--json").Fine();
        Assert.Equal(value, said.Json.GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(slope, said.Json.GetProperty("gradient").GetProperty("x").GetDouble().ToString("0.####", System.Globalization.CultureInfo.InvariantCulture));
        Assert.DoesNotContain("stack", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("1e999")]
    public void A_variable_is_given_a_finite_number(string value) =>
        Tool.Run(this.folder, "calc", "x^2", "--at", $"x={value}").Refused($"'x={value}' in --at is no value");

    [Fact]
    public void Letters_that_look_alike_are_told_apart()
    {
        foreach (string[] given in (string[][])[["х^2", "x"], ["x^2", "х"]])
        {
            Tool.Run(this.folder, "calc", given[0], "--at", $"{given[1]}=1").Refused("has no variable " + given[1], "The letter х is the Cyrillic one, U+0445; the Latin x is another.");
            Tool.Run(this.folder, "diff", given[0], "--by", given[1]).Refused("U+0445");
        }
    }

    [Fact]
    public void Norms_may_be_typed_with_bars()
    {
        Assert.Contains("∂f/∂x = 2Aᵀ·(A·x − b)", Tool.Run(this.folder, "diff", "||A*x-b||^2", "--by", "x").Fine().Out, StringComparison.Ordinal);
        Said half = Tool.Run(this.folder, "formula", "1/2x").Fine();
        Assert.StartsWith("(1 / 2)·x", half.Out, StringComparison.Ordinal);
        Assert.Contains("kubik formula: 1/2x is read from left to right, (1/2)*x", half.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_is_told_to_be_reduced() => Tool.Run(this.folder, "calc", "[1,2]*x", "--at", "x=1").Refused("is no number", "sum(…)");

    [Theory]
    [InlineData("x^2", "x=1e300", "x² is too large")]
    [InlineData("ln(1+e^x)", "x=1000", "e^x is too large")]
    [InlineData("1/x", "x=0", "1 / x is infinite there")]
    [InlineData("ln(x)", "x=0", "ln(x) is infinite there")]
    [InlineData("ln(x)", "x=-1", "ln(x) is not defined there")]
    public void A_value_that_is_not_finite_is_told_why(string formula, string at, string why) => Assert.Contains(why, Tool.Run(this.folder, "calc", formula, "--at", at).Fine().Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("step(x)", "x=0", "jumps in x")]
    [InlineData("sign(x)", "x=0", "jumps in x")]
    [InlineData("round(x)", "x=0.5", "jumps in x")]
    [InlineData("tanh(1000x)", "x=0", "changes too fast in x")]
    [InlineData("relu(x)", "x=0", "the slope is 0 to the left and 1 to the right", "relu(0) has 0")]
    [InlineData("relu(x) - relu(-x)", "x=0", "kinks of its parts cancel in x", "the slope is 1 on both sides", "The engine takes the slope 0 there", "relu(0) has 0")]
    [InlineData("max(0, x) + min(0, x)", "x=0", "kinks of its parts cancel in x", "The engine takes the slope 1 there")]
    [InlineData("abs(x)", "x=0", "There is no derivative by x", "the slope is −1 to the left and 1 to the right", "|0| has 0")]
    [InlineData("abs(x - y)", "x=2,y=2", "There is no derivative by x")]
    [InlineData("sin(1e10x)", "x=1", "changes too fast in x")]
    [InlineData("sin(1e7x)", "x=1", "changes too fast in x")]
    [InlineData("max(x, 0)", "x=0", "equally large arguments of max and min share it")]
    public void A_kink_is_told_from_a_jump_and_from_what_is_steep(string formula, string at, params string[] words)
    {
        string said = Tool.Run(this.folder, "calc", formula, "--at", at).Fine().Out;
        foreach (string word in words) Assert.Contains(word, said, StringComparison.Ordinal);
        Assert.Equal(formula.Contains("max", StringComparison.Ordinal), said.Contains("max and min share", StringComparison.Ordinal));
        Assert.Equal(formula.Contains("relu", StringComparison.Ordinal), said.Contains("relu(0)", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_are_written_in_one_way()
    {
        Assert.Contains("\n0  ∞\n", Tool.Run(this.folder, "formula", "1/x", "--table").Fine().Out.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
        string net = Tool.Run(this.folder, "formula", "max(0, 3x1 - x2 - 0)").Fine().Out;
        Assert.Contains("weights 3, −1; bias 0", net, StringComparison.Ordinal);
        Assert.Contains("−∞       ≈ 2.77778·10¹⁰", Tool.Run(this.folder, "calc", "1/x", "--at", "x=0").Fine().Out, StringComparison.Ordinal);
        string quotients = Tool.Run(this.folder, "diff", "norm(A*x+b)^2", "--by", "x").Fine().Out;
        Assert.Matches(@"the same but for \d(\.\d)?·10⁻", quotients);
    }

    [Fact]
    public void What_is_rounded_is_told_in_every_line()
    {
        string Calc(string formula, string at) => Tool.Run(this.folder, "calc", formula, "--at", at, "--steps").Fine().Out.Replace("\r", "", StringComparison.Ordinal);
        string third = Calc("1/3 + x", "x=0");
        Assert.Contains("  v₁ = 1 / 3 ≈ 0.333333\n  v₂ = v₁ + x = 0.333333 + 0 ≈ 0.333333\n", third, StringComparison.Ordinal);
        Assert.Contains("\nf ≈ 0.333333\n", third, StringComparison.Ordinal);
        string softplus = Calc("softplus(x)", "x=1");
        Assert.Contains("  v₁ = softplus(x) = softplus(1) ≈ 1.31326\n", softplus, StringComparison.Ordinal);
        Assert.Contains("  ≈ 0.731059           ≈ 0.731059\n", softplus, StringComparison.Ordinal);
        Assert.DoesNotContain("≈", Calc("x^2 + xy + (x+y)^2", "x=1,y=2"), StringComparison.Ordinal);
        Assert.Contains("There is no difference quotient by x: however small its step is,", Calc("x^1.5", "x=0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ln(x)+1", "x=-1", "\"NaN\"", "ln(x) is not defined there")]
    [InlineData("e^1000*x+1", "x=1", "\"Infinity\"", "e^1000 is too large")]
    [InlineData("[x > 0] ? sqrt(x)+1 : 3x", "x=-1", "-3", "f = −3")]
    [InlineData("x + 1e9", "x=0", "1000000000", "rounding alone can put it off")]
    [InlineData("2e0x", "x=1", "2", "f = 2x\n")]
    public void What_has_no_value_and_what_is_rounded_is_said(string formula, string at, string value, string says)
    {
        Said said = Tool.Run(this.folder, "calc", formula, "--at", at, "--steps", "--json").Fine();
        Assert.Equal(value, said.Json.GetProperty("value").GetRawText());
        Assert.Contains(says, said.Out, StringComparison.Ordinal);
    }
}
