// What the words in a network's equations compute, in a line each for the table below them: a norm, a rotation, a pool of everything.

using System.Globalization;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Networks;

/// <summary>Says what named functions are.</summary>
internal static class Glossary
{
    /// <summary>The words of some equations, each once; one that means several things says in which equation.</summary>
    public static IEnumerable<NetSymbol> Of(IEnumerable<(Expression Name, Expression Value)> equations) => equations
        .SelectMany(e => Formula.Parts(e.Value).OfType<Call>().Select(Meaning).OfType<NetSymbol>().Select(word => (Word: word, In: e.Name)))
        .DistinctBy(m => m.Word)
        .GroupBy(m => m.Word.Name)
        .SelectMany(same => same.Count() == 1 ? same.Select(m => m.Word) : same.Select(m => m.Word with { Means = $"in {m.In}: {m.Word.Means}" }));

    private static NetSymbol? Meaning(Call c) => c.Op switch
    {
        BatchNormalization norm => Word("batchnorm", $"(a − m) / √(v + {Small(norm.Epsilon)}) in each channel, a what goes in, times γ, plus β"),
        LayerNormalization norm => Word("layernorm", Standardized(c, norm.Epsilon, Rows(c, norm.Axis))),
        GroupNormalization norm => Word("groupnorm", Standardized(c, norm.Epsilon, $"in each of {norm.Groups} groups of channels")),
        InstanceNormalization norm => Word("instancenorm", Standardized(c, norm.Epsilon, "in each channel")),
        RmsNormalization norm => Word("rmsnorm", $"a / √(m + {Small(norm.Epsilon)}), a what goes in, m the mean of a² {Rows(c, norm.Axis)}{Learnt(c)}"),
        LocalResponseNormalization => Word("lrn", "a / (bias + alpha·m)^beta, a what goes in, m the mean of a² in so many channels around"),
        GlobalAvgPool => Word("globalavgpool", "the mean of each channel"),
        GlobalMaxPool => Word("globalmaxpool", "the greatest entry of each channel"),
        LpPool => Word("lppool", "(Σ|a|ᵖ)^(1/p) of the entries a of each window"),
        LpNormalization { P: 1 } norm when c.Inputs[0] is Variable x => Word($"‖{x}‖₁", $"the sum of all sizes, Σ|{x}|, {Along(c, norm.Axis)}"),
        LpNormalization norm when c.Inputs[0] is Variable x => Word($"‖{x}‖", $"the length, √Σ{x}², {Along(c, norm.Axis)}"),
        Maxout => Word("maxout", "the greatest of each group of neighbours"),
        RotaryEmbedding rotary => Word("rotary", Rotation(rotary, c.Shape[^1])),
        _ => null,
    };

    private static NetSymbol Word(string name, string means) => new(new Variable(name, Shape.Scalar), means, null);

    private static string Small(double epsilon) => Numeral.Of(epsilon).ToText();

    private static string Standardized(Call c, double epsilon, string where) =>
        $"(a − μ) / √(σ² + {Small(epsilon)}), a what goes in, μ the mean and σ² the variance {where}{Learnt(c)}";

    // Of the entries that lie along one axis.
    private static string Along(Call c, int axis) => c.Shape.Axis(axis, c.Op.Name) is var a && a == c.Shape.Rank - 1
        ? "of each row"
        : string.Create(CultureInfo.InvariantCulture, $"along axis {a}");

    private static string Learnt(Call c) => (c.Inputs.Count > 1 ? ", times γ" : "") + (c.Inputs.Count > 2 ? ", plus β" : "");

    private static string Rows(Call c, int axis) => c.Shape.Rank - c.Shape.Axis(axis, c.Op.Name) is > 1 and var count
        ? string.Create(CultureInfo.InvariantCulture, $"over the last {count} axes")
        : "in each row";

    // Su et al. 2021, equation 34, with places and entries counted from 1.
    private static string Rotation(RotaryEmbedding rotary, int size) => string.Create(CultureInfo.InvariantCulture,
        $"turns, in the row of place t, entries {(rotary.Interleaved ? "2i−1 and 2i" : $"i and i+{size / 2}")} as a pair "
        + $"by the angle (t−1)·{rotary.Base}^(−2(i−1)/{size})");
}
