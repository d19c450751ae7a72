// LaTeX that a LaTeX program takes: braces in pairs, and no letter with two subscripts or two superscripts in a row, which is
// an error there.

using System.Text.RegularExpressions;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pages;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Networks;

public sealed partial class LatexTests
{
    public static TheoryData<string> Nets => [.. KnownNets.All.Select(n => n.Name)];

    [Theory, MemberData(nameof(Nets))]
    public void Equations_of_networks_can_be_set(string name)
    {
        KnownNet known = KnownNets.All.First(n => n.Name == name);
        MustBeSet(KnownNets.Parse(name, known.Outputs).ToFormula(known.Sample).ToLatex());
    }

    [Theory]
    [InlineData("embedding 5 3 | lstm 2 layers=2 | linear 2", new[] { 1, 4 })]
    [InlineData("linear 4 | attention 2 causal=true | layernorm", new[] { 1, 3, 4 })]
    [InlineData("conv 2 3x3 | batchnorm | relu | maxpool 2 | flatten | linear 2 | softmax temperature=2", new[] { 2, 1, 6, 6 })]
    public void Explanations_can_be_set(string notation, int[] shape)
    {
        Sequential net = Seeded.Net(notation);
        RandomStream random = new(1, 1);
        bool isText = notation.StartsWith("embedding", StringComparison.Ordinal);
        Tensor x = isText ? random.Integers(0, 5, [.. shape]).Cast(DType.Float32) : random.Normal([.. shape]);
        Shape y = net.Build(x.Shape);
        foreach (ExplainStep step in net.Explain(x, Tensor.Zeros(y), new() { Optimizer = new Optim.Adam(0.1) }).Steps)
        {
            foreach (Equation e in step.Equations)
            {
                MustBeSet(e.Latex);
                if (e.NumbersLatex is { } numbers) MustBeSet(numbers);
                foreach (Entry entry in e.Entries) MustBeSet(entry.Latex);
            }
        }
    }

    [Theory]
    [InlineData("norm(x)*x'*x"), InlineData("x'^2*A*x"), InlineData("sum((A').^2)"), InlineData("norm(A'*x)^3"), InlineData("tr((A')^3)")]
    [InlineData("softmax(A*x)'*x")]
    public void Derivatives_can_be_set(string formula)
    {
        Formula f = Formula.ParseMatrices(formula, new Dictionary<string, Shape>(), "x");
        MustBeSet(f.ToLatex());
        foreach (Variable by in f.Variables) MustBeSet(Differentiation.By(f, by.Name).Result.ToLatex());
    }

    // Of every op, on inputs that are names, sums and wider than a line: each piece of it has its brackets in pairs too.
    [Fact]
    public void Every_notation_can_be_set_whole_and_in_pieces()
    {
        string wide = string.Join(" + ", Enumerable.Range(1, 40).Select(i => $"x_{{{i}}}"));
        foreach (Op op in OpTable.All)
        {
            foreach (Written input in (Written[])[new("x"), new("a + b", Strength.Sum), new(wide, Strength.Sum)])
            {
                string latex = op.Notation.ToLatex([.. Enumerable.Repeat(input, 6)]).Text;
                MustBeSet(latex);
                foreach (string piece in FormulaPieces.Of($"y = {latex}")) MustBeSet(piece);
            }
        }
    }

    [Theory]
    [InlineData(@"\{"), InlineData(@"\|"), InlineData(@"\lVert"), InlineData("("), InlineData("[")]
    public void A_bracket_that_is_opened_stays_one(string bracket)
    {
        string close = bracket switch { @"\{" => @"\}", @"\lVert" => @"\rVert", "(" => ")", "[" => "]", var same => same };
        string[] pieces = [.. FormulaPieces.Of($@"y = \left{bracket} {string.Join(" + ", Enumerable.Range(1, 60).Select(i => $"x_{{{i}}}"))} \right{close}")];
        Assert.True(pieces.Length > 1);
        Assert.Contains(bracket, string.Concat(pieces), StringComparison.Ordinal);
        Assert.DoesNotContain(pieces, p => p.Contains(@"\ ", StringComparison.Ordinal) || p.Split(@"\left").Length != p.Split(@"\right").Length);
    }

    private static void MustBeSet(string latex)
    {
        int depth = 0;
        string plain = latex.Replace(@"\{", "", StringComparison.Ordinal).Replace(@"\}", "", StringComparison.Ordinal);
        foreach (char c in plain)
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            Assert.True(depth >= 0, latex);
        }
        Assert.Equal(0, depth);
        int Count(string command) => latex.Split(command).Length - 1;
        Assert.True(Count(@"\left") - Count(@"\leftarrow") == Count(@"\right") - Count(@"\rightarrow"), latex);
        // A group in braces is one thing: taken out from the inside, what follows a subscript must not be another.
        while (Inner().Match(plain) is { Success: true } group)
        {
            string after = plain[(group.Index + group.Length)..].TrimStart();
            bool isSub = group.Index > 0 && plain[group.Index - 1] == '_', isSuper = group.Index > 0 && plain[group.Index - 1] == '^';
            Assert.False(isSub && after.StartsWith('_') || isSuper && after.StartsWith('^'), latex);
            plain = string.Concat(plain.AsSpan(0, group.Index), "G", plain.AsSpan(group.Index + group.Length));
        }
        Assert.DoesNotMatch(Twice(), plain);
    }

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Inner();

    [GeneratedRegex(@"_(\\[a-zA-Z]+|\w)\s*_|\^(\\[a-zA-Z]+|\w)\s*\^", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Twice();
}
