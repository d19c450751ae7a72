// What the ops of attention say when they are given what they cannot take, and what they do where nothing may be seen.

using Kubik.Autograd;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class AttentionErrors
{
    private static readonly Tensor X = Tensor.Ones([2, 3, 4]), D = Tensor.Ones([2, 3, 4], DType.Float64), V = Tensor.Ones([4]);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("attention of int32", () => X.Cast(DType.Int32).Attention(X, X)),
        ("attention with float64 keys", () => X.Attention(D, X)),
        ("attention with float64 values", () => X.Attention(X, D)),
        ("attention of a vector", () => V.Attention(X, X)),
        ("attention with keys of other size", () => X.Attention(Tensor.Ones([2, 3, 5]), X)),
        ("attention with batches 2 and 3", () => X.Attention(Tensor.Ones([3, 3, 4]), X)),
        ("attention with too few values", () => X.Attention(X, Tensor.Ones([2, 2, 4]))),
        ("attention with a vector of values", () => X.Attention(X, V)),
        ("attention with values of another batch", () => X.Attention(X, Tensor.Ones([3, 3, 4]))),
        ("attention with an int32 mask", () => X.Attention(X, X, Tensor.Ones([3, 3], DType.Int32))),
        ("attention with a float64 mask", () => X.Attention(X, X, Tensor.Ones([3, 3], DType.Float64))),
        ("attention with a mask of another size", () => X.Attention(X, X, Tensor.Full([3, 4], 1, DType.Bool))),
        ("attention with a mask that would repeat it", () => X.Attention(X, X, Tensor.Full([5, 1, 3, 3], 1, DType.Bool))),
        ("attention after -1 keys", () => new ScaledDotProductAttention(Causal: true, Past: -1).Apply(X, X, X)),
        ("weights with keys of other size", () => new AttentionWeights().Apply(X, Tensor.Ones([2, 3, 5]))),
        ("rotary of int32", () => X.Cast(DType.Int32).RotaryEmbedding()),
        ("rotary of a vector", () => V.RotaryEmbedding()),
        ("rotary of 3 elements", () => Tensor.Ones([2, 3]).RotaryEmbedding()),
        ("rotary from -1", () => X.RotaryEmbedding(-1)),
        ("rotary with base 0", () => X.RotaryEmbedding(0, 0)),
        ("rotary with base NaN", () => X.RotaryEmbedding(0, double.NaN)),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Ops/approved-errors-attention.txt", Cases.Select(c => $"{c.Call}: {Assert.Throws<ShapeException>(c.Act).Message}"));

    [Fact]
    public void A_query_that_may_look_nowhere_finds_zeros_and_passes_no_gradient()
    {
        foreach (Tensor mask in new[] { Tensor.From([false, false, true, false], [2, 2]),
            Tensor.From([double.NegativeInfinity, double.NegativeInfinity, 0, double.NegativeInfinity], [2, 2]) })
        {
            Tensor q = Tensor.From([1.0, 2, 3, 4], [2, 2]).Track(), k = Tensor.From([1.0, -1, 2, 5], [2, 2]).Track(),
                v = Tensor.From([5.0, 6, 7, 8], [2, 2]).Track();
            Tensor y = q.Attention(k, v, mask);
            Assert.Equal([0, 0, 5, 6], y.ToDoubles());
            Tensor[] gradients = Gradient.Of(y.Sum(), q, k, v);
            Assert.Equal([0, 0, 0, 0], gradients[0].ToDoubles());
            Assert.Equal([0, 0, 0, 0], gradients[1].ToDoubles());
            Assert.Equal([1, 1, 0, 0], gradients[2].ToDoubles());
        }
    }

    [Fact]
    public void Large_scores_do_not_overflow_and_what_is_hidden_does_not_matter()
    {
        Tensor q = Tensor.From<float>([1e18f, 1], [1, 2]), k = Tensor.From<float>([1e18f, 0, -1e18f, 0, float.NaN, 0], [3, 2]),
            v = Tensor.From<float>([1, 2, 3], [3, 1]);
        Assert.Equal([1f], q.Attention(k, v, Tensor.Of(true, true, false)).ToArray<float>());
    }

    [Fact]
    public void A_hidden_infinity_does_not_hide_the_rest()
    {
        Tensor q = Tensor.From([1.0], [1, 1]), k = Tensor.From([double.PositiveInfinity, 0], [2, 1]), v = Tensor.From([1.0, 2], [2, 1]);
        Assert.Equal([2], q.Attention(k, v, Tensor.Of(false, true)).ToDoubles());
    }

    [Fact]
    public void Rotary_dot_products_depend_on_the_distance_alone()
    {
        Tensor q = new RandomStream(1, 1).Normal([1, 8], DType.Float64), k = new RandomStream(1, 2).Normal([1, 8], DType.Float64);
        foreach (bool interleaved in new[] { false, true })
        {
            double Dot(int i, int j) => (q.RotaryEmbedding(i, interleaved: interleaved) * k.RotaryEmbedding(j, interleaved: interleaved)).Sum().Item();
            Assert.Equal(Dot(3, 1), Dot(1003, 1001), 1e-10);
            Assert.Equal(Dot(0, 7), Dot(50, 57), 1e-12);
            Assert.NotEqual(Dot(3, 1), Dot(3, 2), 1e-3);
        }
    }
}
