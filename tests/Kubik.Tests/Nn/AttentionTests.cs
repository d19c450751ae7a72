// The attention brick: masks, cross-attention, and generation piece by piece.

using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class AttentionTests
{
    private const string Gpt = "embedding 11 8 name=tokens | positions 7 | repeat 2 (transformer 2 12 causal=true) | tiedlinear tokens";

    private static Tensor Normal(int stream, params int[] shape) => new RandomStream(3, stream).Normal(shape, DType.Float64);

    private static void Close(Tensor expected, Tensor actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.ToDoubles(), actual.ToDoubles(), (a, b) => Math.Abs(a - b) <= tolerance);
    }

    [Theory]
    [InlineData(Gpt)]
    [InlineData("embedding 11 8 | positionalencoding | repeat 2 (transformer 2 12 causal=true prenorm=false) | linear 11")]
    [InlineData("embedding 11 8 | repeat 3 (transformer 2 12 causal=true rotary=true) | linear 11")]
    [InlineData("embedding 11 8 | residual(attention 4 causal=true rotary=true keyheads=2) | attention 2 causal=true bias=false")]
    public void PieceByPieceIsTheWholeAtOnce(string notation)
    {
        Sequential net = Sequential.Parse(notation);
        Tensor x = (new RandomStream(1, 1).Uniform([2, 7], DType.Float64) * 11).Cast(DType.Int64).Cast(DType.Float64);
        net.Build(x.Shape, DType.Float64);
        Tensor whole = net.Forward(x);
        foreach (int[] pieces in new int[][] { [1, 1, 1, 1, 1, 1, 1], [7], [3, 1, 3], [2, 4, 1] })
        {
            KeyValueCache cache = new();
            int done = 0;
            foreach (int piece in pieces)
            {
                Close(whole[.., done..(done + piece)], cache.Forward(net, x[.., done..(done + piece)]));
                done += piece;
                Assert.Equal(done, cache.Length);
            }
        }
    }

    [Fact]
    public void ADecoderGoesOnPieceByPieceWithItsMemory()
    {
        TransformerDecoderBlock block = new(2, 6);
        Tensor x = Normal(1, 2, 5, 4), memory = Normal(2, 2, 3, 7), whole = block.Attend(x, memory);
        Assert.Equal(x.Shape, whole.Shape);
        KeyValueCache cache = new();
        for (int t = 0; t < 5; t++) Close(whole[.., t..(t + 1)], cache.Advance(1, () => block.Attend(x[.., t..(t + 1)], memory)));
        Assert.Equal("cross", Assert.Throws<ShapeException>(() => block.Attend(x, memory[..1])).Path);
        Assert.Contains("call Attend(x, memory)", Assert.Throws<ShapeException>(() => block.Forward(x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerInTwoPlacesRemembersBoth()
    {
        MultiHeadAttention shared = new(2, causal: true);
        Sequential net = new(shared, new Tanh(), shared);
        Tensor x = Normal(1, 1, 4, 4), whole = net.Forward(x);
        KeyValueCache cache = new();
        for (int t = 0; t < 4; t++) Close(whole[.., t..(t + 1)], cache.Forward(net, x[.., t..(t + 1)]));
    }

    [Fact]
    public void ACacheIsUnchangedAfterAnErrorAndEmptyAfterClear()
    {
        Sequential net = Sequential.Parse(Gpt), other = Sequential.Parse(Gpt);
        KeyValueCache cache = new();
        Tensor x = Tensor.From<long>([1, 2, 3, 4], [1, 4]);
        Tensor whole = net.Forward(x), first = cache.Forward(net, x[.., ..2]);
        Assert.Contains("holds 1 sequences, but 2 go on", Assert.Throws<ShapeException>(() => cache.Forward(net, Tensor.Zeros([2, 1], DType.Int64))).Message,
            StringComparison.Ordinal);
        Assert.Contains("of another network", Assert.Throws<ShapeException>(() => cache.Forward(other, x[.., 2..])).Message, StringComparison.Ordinal);
        Assert.Contains("(1, 6, 8) after 2 others has 8", Assert.Throws<ShapeException>(() => cache.Forward(net, Tensor.Zeros([1, 6], DType.Int64))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => cache.Forward(net, Tensor.Of(1L)));
        Close(whole[.., 2..], cache.Forward(net, x[.., 2..]), 1e-5);
        cache.Clear();
        Assert.Equal(0, cache.Length);
        Close(first, cache.Forward(net, x[.., ..2]), 0);
        Assert.Equal([1, 4, 11], net.Forward(x).Shape); // and without a cache positions begin at 0 again
        Close(whole, net.Forward(x), 0);
    }

    [Fact]
    public void ACacheAsksForCausalAttentionAndForValues()
    {
        KeyValueCache cache = new();
        Assert.Contains("must be causal", Assert.Throws<ShapeException>(() => cache.Forward(new MultiHeadAttention(1), Normal(1, 1, 2, 2))).Message,
            StringComparison.Ordinal);
        MultiHeadAttention causal = new(1, causal: true);
        Assert.Throws<InvalidOperationException>(() => Graph.Trace(x => cache.Forward(causal, x[0]), new TensorSpec(DType.Float32, [1, 2, 2])));
        Sequential shorter = new(new Lambda(x => x[.., ..1]), new MultiHeadAttention(1, causal: true));
        Assert.Contains("the 2 given have become 1", Assert.Throws<ShapeException>(() => cache.Forward(shorter, Normal(1, 1, 2, 2))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsCachedIsNotTracked()
    {
        MultiHeadAttention attention = new(1, causal: true);
        KeyValueCache cache = new();
        cache.Forward(attention, Tensor.Ones([1, 2, 2]));
        Tensor y = cache.Forward(attention, Tensor.Ones([1, 1, 2]));
        HashSet<Tensor> behind = [];
        Stack<Tensor> open = new([y]);
        while (open.TryPop(out Tensor? t))
        {
            if (behind.Add(t) && t.Node is { } node) Array.ForEach(node.Inputs, open.Push);
        }
        Assert.DoesNotContain(behind, t => t.Shape.Rank == 3 && t.Shape[1] == 2); // the first piece
    }

    [Fact]
    public void APaddedSequenceIsAsIfItWereShort()
    {
        foreach (MultiHeadAttention attention in new MultiHeadAttention[] { new(2), new(4, causal: true, rotary: true, keyHeads: 2) })
        {
            Tensor x = Normal(1, 2, 5, 8);
            Tensor seen = Tensor.From([true, true, true, false, false, true, true, true, true, true], [2, 1, 1, 5]);
            Tensor y = attention.Forward(x, seen);
            Close(attention.Forward(x[..1, ..3]), y[..1, ..3]);
            Close(attention.Forward(x[1..]), y[1..]);
            Tensor added = Tensor.Where(seen, Tensor.Scalar(0, DType.Float64), Tensor.Scalar(double.NegativeInfinity, DType.Float64));
            Close(y, attention.Forward(x, added));
            Close(y, attention.Forward(x, seen.BroadcastTo([2, attention.ToString()[10] - '0', 5, 5]))); // one mask for each head
        }
    }

    [Fact]
    public void ABlockTakesAMaskToo()
    {
        TransformerBlock block = new(2, 6);
        Tensor x = Normal(1, 1, 4, 4), seen = Tensor.Of(true, true, false, false);
        Close(block.Forward(x[.., ..2]), block.Forward(x, seen)[.., ..2]);
    }

    [Fact]
    public void GroupsOfHeadsShareKeysAndValues()
    {
        MultiHeadAttention grouped = new(4, keyHeads: 2), full = new(4);
        Tensor x = Normal(1, 2, 3, 8);
        grouped.Build(x.Shape, DType.Float64);
        full.Build(x.Shape, DType.Float64);
        Dictionary<string, Tensor> values = grouped.Values();
        foreach (string path in new[] { "key.weight", "key.bias", "value.weight", "value.bias" })
        {
            Tensor v = values[path]; // (…, 4): two heads of two; each serves two of the full one's
            Tensor first = new Kubik.Ops.Slice(v.Rank - 1, 0, 2, 1).Apply(v), second = new Kubik.Ops.Slice(v.Rank - 1, 2, 2, 1).Apply(v);
            values[path] = Tensor.Concat(-1, first, first, second, second);
        }
        full.Assign(values);
        Close(full.Forward(x), grouped.Forward(x));
    }

    [Fact]
    public void LooksArePositiveAndSumTo1()
    {
        MultiHeadAttention attention = new(2);
        Tensor w = attention.Weights(Normal(1, 2, 3, 4), Normal(2, 2, 5, 6));
        Assert.Equal([2, 2, 3, 5], w.Shape);
        Assert.All(w.ToDoubles(), v => Assert.True(v > 0));
        Assert.All(w.Sum(-1).ToDoubles(), v => Assert.Equal(1, v, 1e-12));
        Tensor causal = new MultiHeadAttention(2, causal: true).Weights(Normal(1, 1, 3, 4), Normal(1, 1, 3, 4));
        Assert.Equal([1.0, 0, 0], causal[0, 0, 0].ToDoubles());
    }

    [Fact]
    public void AQueryThatMayLookNowhereGivesTheBias()
    {
        MultiHeadAttention attention = new(2);
        Tensor y = attention.Forward(Normal(1, 1, 2, 4), Tensor.From([false, false, true, true], [2, 2]));
        Assert.Equal([0.0, 0, 0, 0], y[0, 0].ToDoubles()); // the bias of the output is 0 at first
        Assert.DoesNotContain(double.NaN, y.ToDoubles());
    }

    [Fact]
    public void DropoutDropsLooksInTrainingOnly()
    {
        MultiHeadAttention attention = new(1, dropout: 0.5);
        Tensor x = Normal(1, 1, 6, 4);
        Assert.NotEqual(attention.Forward(x).ToDoubles(), attention.Forward(x).ToDoubles());
        attention.Eval();
        Close(attention.Forward(x), attention.Forward(x), 0);
    }

    [Theory]
    [InlineData("the mask (3, 3) does not broadcast to (batch, heads, queries, keys), (2, 2, 3, 5).", 0)]
    [InlineData("must have the same number of sequences", 1)]
    [InlineData("must be a multiple of the 2 heads; got (2, 3, 5)", 2)]
    [InlineData("make rows of indices with an embedding", 3)]
    [InlineData("the layer was made for a last axis of 4 and gives 4; got (2, 3, 6)", 4)]
    public void WhatDoesNotFitIsSaid(string says, int kind)
    {
        MultiHeadAttention attention = new(2);
        Tensor query = Normal(1, 2, 3, 4), memory = Normal(2, 2, 5, 4);
        attention.Attend(query, memory);
        Func<Tensor> wrong = kind switch
        {
            0 => () => attention.Attend(query, memory, Tensor.Full([3, 3], 1, DType.Bool)),
            1 => () => attention.Attend(query, memory[..1]),
            2 => () => attention.Forward(Normal(1, 2, 3, 5)),
            3 => () => attention.Forward(Tensor.Ones([2, 3, 4], DType.Int32)),
            _ => () => attention.Forward(Normal(1, 2, 3, 6)),
        };
        Assert.Contains(says, Assert.Throws<ShapeException>(wrong).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SinusoidalPositionsGoOnFromAnOffset()
    {
        Close(PositionalEncoding.Sinusoidal(9, 5, dtype: DType.Float64)[4..], PositionalEncoding.Sinusoidal(5, 5, offset: 4, dtype: DType.Float64), 0);
        Assert.Equal([0, 1, 0, 1], PositionalEncoding.Sinusoidal(1, 4).ToDoubles());
        Assert.Equal([0, 3], PositionalEncoding.Sinusoidal(0, 3).Shape);
    }
}
