using System.Text.Json;
using System.Xml.Linq;

namespace Kubik.Cli.Tests;

public sealed class FormulaTests : IDisposable
{
    private const string Relus = "max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)";

    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void A_formula_that_is_a_network_says_so_and_is_drawn()
    {
        Said said = Tool.Run(this.folder, "formula", Relus, "--svg", "net.svg", "--json").Fine();
        Assert.Contains("max(0, 4·max(0, 3x₁ + 4x₂ + 1) + 2·max(0, 3x₁ + 2x₂ + 7) + 6)", said.Out, StringComparison.Ordinal);
        Assert.Contains("A network 2-2-1 with 9 parameters", said.Out, StringComparison.Ordinal);
        JsonElement[] layers = [.. said.Json.GetProperty("layers").EnumerateArray()];
        Assert.Equal(["relu", "relu"], layers.Select(l => l.GetProperty("activation").GetString()));
        Assert.Equal("[[3,3],[4,2]]", layers[0].GetProperty("weights").GetRawText());
        Assert.Equal("[1,7]", layers[0].GetProperty("bias").GetRawText());
        XElement picture = XElement.Load(Path.Combine(this.folder.Path, "net.svg"));
        Assert.Equal(5, picture.Elements().Count(e => e.Name.LocalName == "circle"));
        Assert.Equal(6, picture.Elements().Count(e => e.Name.LocalName == "line"));
        XElement.Parse(said.Json.GetProperty("mathml").GetString()!);
        // And back: what was written is the same network.
        Assert.Equal(said.Json.GetProperty("layers").GetRawText(), Tool.Run(this.folder, "formula", said.Json.GetProperty("text").GetString()!, "--json").Fine().Json.GetProperty("layers").GetRawText());
    }

    [Fact]
    public void A_formula_that_is_none_is_written_and_cannot_be_drawn()
    {
        Assert.Equal(JsonValueKind.Null, Tool.Run(this.folder, "formula", "x*y", "--json").Fine().Json.GetProperty("layers").ValueKind);
        Tool.Run(this.folder, "formula", "x*y", "--svg", "net.svg").Refused("nothing to draw", "x·y");
        Assert.False(File.Exists(Path.Combine(this.folder.Path, "net.svg")));
    }

    [Fact]
    public void What_repeats_gets_a_name() =>
        Assert.StartsWith("s₁ = tanh(w·x)\nf = x·s₁ + s₁²\n", Tool.Run(this.folder, "formula", "x*tanh(w*x) + tanh(w*x)^2", "--share").Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void A_slip_is_shown_at_its_place() => Tool.Run(this.folder, "formula", "max(0, 4*").Refused("is expected after '*'", "\n  max(0, 4*\n           ^");

    [Fact]
    public void Calc_gives_value_and_derivatives() // seed 001: x² + xy + (x + y)²
    {
        Said said = Tool.Run(this.folder, "calc", "x^2 + xy + (x+y)^2", "--at", "x=1,y=2", "--steps", "--json").Fine();
        Assert.Equal(12, said.Json.GetProperty("value").GetDouble());
        Assert.Equal(10, said.Json.GetProperty("gradient").GetProperty("x").GetDouble());
        Assert.Equal(7, said.Json.GetProperty("gradient").GetProperty("y").GetDouble());
        Assert.Equal("4x + 3y", said.Json.GetProperty("derivative").GetProperty("x").GetString());
        Assert.Equal("3x + 2y", said.Json.GetProperty("derivative").GetProperty("y").GetString());
        Assert.Contains("v₄ = x + y = 1 + 2 = 3", said.Out, StringComparison.Ordinal);
        Assert.Matches("∂f/∂v₄ = .*∂f/∂v₅ = 6\n", said.Out);
    }

    [Fact]
    public void Calc_works_the_coffee_houses_network()
    {
        JsonElement[] steps = [.. Tool.Run(this.folder, "calc", "relu(relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)", "--at", "x1=20, x2=0, x3=1", "--json").Fine().Json.GetProperty("steps").EnumerateArray()];
        Assert.Equal([100.5, 0, 104.5], steps.Where(s => s.GetProperty("formula").GetString()!.StartsWith("relu", StringComparison.Ordinal)).Select(s => s.GetProperty("value").GetDouble()));
    }

    [Theory]
    [InlineData("[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]")]
    [InlineData("[x1 + x2 − 2x1*x2 − 0.5 > 0]")]
    public void Xor_by_the_step_function(string formula)
    {
        foreach ((int a, int b) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
            Assert.Equal(a ^ b, Tool.Run(this.folder, "calc", formula, "--at", $"x1={a},x2={b}", "--json").Fine().Json.GetProperty("value").GetDouble());
    }

    [Fact]
    public void Calc_says_where_a_kink_makes_the_comparison_meaningless() =>
        Assert.Contains("kink", Tool.Run(this.folder, "calc", "relu(x)", "--at", "x=0").Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void Calc_gives_quotients_and_notes_as_JSON_too()
    {
        JsonElement kink = Tool.Run(this.folder, "calc", "relu(x) + 1/2x", "--at", "x=0", "--json").Json;
        Assert.Equal(1, kink.GetProperty("numeric").GetProperty("x").GetDouble(), 1e-9); // half of 1, and ½
        string[] notes = [.. kink.GetProperty("notes").EnumerateArray().Select(n => n.GetString()!)];
        Assert.Equal(2, notes.Length);
        Assert.Contains("read from left to right", notes[0], StringComparison.Ordinal);
        Assert.Contains("kink", notes[1], StringComparison.Ordinal);
        Assert.Empty(Tool.Run(this.folder, "calc", "x^2", "--at", "x=1", "--json").Fine().Json.GetProperty("notes").EnumerateArray());
        Assert.Single(Tool.Run(this.folder, "formula", "f(x) + 1", "--json").Json.GetProperty("notes").EnumerateArray());
    }

    [Fact]
    public void Calc_says_which_slope_the_engine_takes_where_two_are_equally_large()
    {
        string said = Tool.Run(this.folder, "calc", "max(x, y)", "--at", "x=3,y=3", "--steps").Fine().Out;
        foreach (string line in (string[])["  ∂f/∂x = 0.5", "  ∂f/∂y = 0.5", "The formula of ∂f/∂x gives 0 here", "The engine takes the slope 0.5 there", "share it"]) Assert.Contains(line, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1/0", "f = ∞")]
    [InlineData("0 - 1/0", "f = −∞")]
    [InlineData("ln(0 - 1)", "f = not a number")]
    [InlineData("0*(0-1)", "f = 0")]
    public void Calc_writes_what_is_no_usual_number_for_people(string formula, string line)
    {
        string said = Tool.Run(this.folder, "calc", formula).Fine().Out;
        Assert.Contains(line + "\n", said, StringComparison.Ordinal);
        Assert.Equal(line == "f = 0" ? 0 : 1, said.Split("no finite value").Length - 1);
    }

    [Fact]
    public void Calc_writes_all_numbers_of_its_steps_with_as_many_digits()
    {
        string said = Tool.Run(this.folder, "calc", "x/3 + x*y", "--at", "x=0.1,y=0.7", "--steps").Fine().Out;
        Assert.Contains("v₃ = v₁ + v₂ = 0.0333333 + 0.07 ≈ 0.103333\n", said, StringComparison.Ordinal);
        Assert.Contains("∂f/∂x = ∂f/∂v₁ / 3 + y·∂f/∂v₂ ≈ 1.03333\n", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tr([[1,2],[3,4]]^2)", null, 29)]
    [InlineData("sum(inv([[x, 1], [1, y]]))", "x=1,y=2", 1)] // (x + y − 2) / (xy − 1)
    [InlineData("[x1 ∪ x2 − x1 ∩ x2 − 0.5 > 0]", "x1=1,x2=0", 1)]
    [InlineData("max(x, y, 5)", "x=1,y=2", 5)]
    public void Calc_computes_what_is_written_out(string formula, string? at, double value)
    {
        string[] point = at is null ? [] : ["--at", at];
        Assert.Equal(value, Tool.Run(this.folder, ["calc", formula, .. point, "--json"]).Fine().Json.GetProperty("value").GetDouble(), 1e-12);
    }

    [Fact]
    public void A_letter_before_a_bracket_is_a_product_and_said_to_be_one()
    {
        const string Note = "f(…) is read as a product, f·(…), for there is no function f; f*(…) says so.\n";
        Said said = Tool.Run(this.folder, "formula", "f(x) + 1");
        Assert.Equal(0, said.Exit);
        Assert.EndsWith(Note, said.Error, StringComparison.Ordinal);
        Assert.StartsWith("f·x + 1\n", said.Out, StringComparison.Ordinal);
        Assert.EndsWith(Note, Tool.Run(this.folder, "calc", "f(x) + 1", "--at", "f=1,x=2").Error, StringComparison.Ordinal);
        Tool.Run(this.folder, "formula", "2(x + 1)*y").Fine(); // which has no word on the error stream
    }

    [Fact]
    public void Calc_asks_for_missing_values()
    {
        Tool.Run(this.folder, "calc", "x + y", "--at", "x=1").Refused("the variable y has no value", "y=1");
        Tool.Run(this.folder, "calc", "x + y", "--at", "x=1,z=2").Refused("no variable z", "x, y");
        Tool.Run(this.folder, "calc", "x + y", "--at", "x:1").Refused("'x:1'");
        Tool.Run(this.folder, "calc", "x + y", "--at", "x=1,x=2,y=1").Refused("two values");
    }

    [Fact]
    public void A_formula_may_begin_with_a_minus_and_names_may_be_spelt_out() =>
        Assert.Equal(-9, Tool.Run(this.folder, "calc", "-alpha^2", "--at", "alpha=3", "--json").Fine().Json.GetProperty("value").GetDouble());

    [Theory]
    [InlineData("log2(x)", "'log2' is not a known function")]
    [InlineData("x1 xor x2", "'xor' is no word of formulas")]
    [InlineData("tr([[x, y], [y, x]]^30)", "too long number by number")]
    [InlineData("1 + sigmiod(x)", "'sigmiod' is not a known function. Did you mean 'sigmoid'?")]
    [InlineData("y*ln2", "write ln(2)")]
    public void What_cannot_be_meant_is_refused(string formula, string says) => Tool.Run(this.folder, "calc", formula, "--at", "x=1,y=2").Refused(says);
}
