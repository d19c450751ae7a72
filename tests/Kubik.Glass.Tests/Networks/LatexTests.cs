// LaTeX that a LaTeX program takes: braces in pairs, and no letter with two subscripts or two superscripts in a row, which is
// an error there.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Models;
using Kubik.Nn;

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
        Sequential net = Sequential.Parse(notation);
        Tensor x = notation.StartsWith("embedding", StringComparison.Ordinal) ? new RandomStream(1, 1).Integers(0, 5, [.. shape]).Cast(DType.Float32) : new RandomStream(1, 1).Normal([.. shape]);
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
        Assert.Equal(latex.Split(@"\left").Length, latex.Split(@"\right").Length - (latex.Split(@"\rightarrow").Length - 1) + (latex.Split(@"\leftarrow").Length - 1));
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

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Inner();

    [GeneratedRegex(@"_(\\[a-zA-Z]+|\w)\s*_|\^(\\[a-zA-Z]+|\w)\s*\^", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Twice();
}
