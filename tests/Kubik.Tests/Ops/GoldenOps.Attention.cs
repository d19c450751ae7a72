// What the cases of tests/golden/cases/attention.py are in Kubik.

using System.Text.Json;
using Kubik.Nn;
using Kubik.Ops;
using Kubik.Tests.Nn;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> AttentionCases { get; } = new()
    {
        ["attention"] = (c, x) => x[0].Attention(x[1], x[2], x.Length > 3 ? x[3] : null, c.Flag(0), Optional(c, 1)),
        ["attentionweights"] = (c, x) => new AttentionWeights(c.Flag(0), Scale: Optional(c, 1)).Apply(x),
        ["rotary"] = (c, x) => x[0].RotaryEmbedding(c.Int(0), c.Real(1), c.Flag(2)),
        ["positionalencoding"] = (c, x) => new PositionalEncoding(c.Real(0)).Forward(x[0]),
        ["embedding"] = (c, x) =>
        {
            Embedding embedding = new(c.Int(0), c.Int(1), c.Int(2) < 0 ? null : c.Int(2));
            return Given.Run(embedding, x[1..], () => embedding.Forward(x[0].Cast(c.Type)));
        },
        ["multiheadattention"] = (c, x) =>
        {
            MultiHeadAttention attention = new(c.Int(0), causal: c.Flag(2), bias: c.Flag(1));
            return Given.Run(attention, x[3..], () => attention.Attend(x[0], x[1], x[2].Rank > 1 ? x[2] : null));
        },
        ["transformer"] = (c, x) =>
        {
            TransformerBlock block = new(c.Int(0), c.Int(1), preNorm: c.Flag(2), causal: c.Flag(3));
            return Given.Run(block, x[1..], () => block.Forward(x[0]));
        },
        ["decoder"] = (c, x) =>
        {
            TransformerDecoderBlock block = new(c.Int(0), c.Int(1), preNorm: c.Flag(2));
            return Given.Run(block, x[3..], () => block.Attend(x[0], x[1], memoryMask: c.Flag(3) ? x[2] : null));
        },
    };

    private static double? Optional(GoldenCase c, int i) =>
        c.Json.GetProperty("attributes")[i].ValueKind == JsonValueKind.Null ? null : c.Real(i);
}
