// What an op says when it is given what it cannot take: the op, what it got, the rule, and where there is one, a way out.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class OpErrors
{
    private static readonly Tensor X = Tensor.Ones([2, 3]), I = Tensor.Ones([2, 3], DType.Int32), B = Tensor.Full([2, 3], 1, DType.Bool),
        H = Tensor.Ones([2], DType.Float16);
    private static readonly Tensor Picture = Tensor.Ones([1, 2, 4, 4]), Kernel = Tensor.Ones([3, 2, 3, 3]), L = Tensor.Full([2, 3], 1, DType.Int64);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("exp of int32", () => new Function<Exp>(default).Apply(I)),
        ("abs of bool", () => UnaryNumber<Abs>.Instance.Apply(B)),
        ("neg of float16", () => _ = -H),
        ("float32 + int32", () => _ = X + I),
        ("bool + bool", () => _ = B + B),
        ("(2, 3) + (2,)", () => _ = X + Tensor.Ones([2])),
        ("float32 > int32", () => _ = X > I),
        ("(2, 3) > (4, 3)", () => _ = X > Tensor.Ones([4, 3])),
        ("int32 + 0.5", () => _ = I + 0.5),
        ("where of float", () => Tensor.Where(X, X, X)),
        ("where with two types", () => Tensor.Where(B, X, I)),
        ("where (2, 3), (2, 3), (4,)", () => Tensor.Where(B, X, Tensor.Ones([4]))),
        ("sum over axis 2 of (2, 3)", () => X.Sum(2)),
        ("sum over axes 0 and -2", () => X.Sum(0, -2)),
        ("sum of bool", () => new Reduce<Sum>([0]).Apply(B)),
        ("max over nothing", () => Tensor.Ones([2, 0]).Max(1)),
        ("min over nothing", () => Tensor.Ones([0]).Min()),
        ("mean over nothing", () => Tensor.Ones([0, 3]).Mean(0)),
        ("argmax over nothing", () => Tensor.Ones([2, 0]).ArgMax()),
        ("argmax of bool", () => B.ArgMax()),
        ("argmax of axis 5", () => X.ArgMax(5)),
        ("gather with index of other rank", () => X.Gather(Tensor.Of(0L), 1)),
        ("gather outside", () => X.Gather(L * 3, 1)),
        ("gather below 0", () => X.Gather(-L, 1)),
        ("gather with int32 index", () => new Gather(1).Apply(X, I)),
        ("scatter of int32", () => new ScatterAdd(1, 4).Apply(I, L)),
        ("scatter outside", () => new ScatterAdd(1, 1).Apply(X, L)),
        ("one-hot outside", () => Tensor.Of(0, 3).OneHot(3)),
        ("one-hot of float", () => new OneHot(3, DType.Float32).Apply(X)),
        ("one-hot into int32", () => new OneHot(3, DType.Int32).Apply(L)),
        ("broadcast (2, 3) to (2, 4)", () => X.BroadcastTo([2, 4])),
        ("broadcast (2, 3) to (3,)", () => X.BroadcastTo([3])),
        ("concat of nothing", () => Tensor.Concat(0)),
        ("concat of two types", () => Tensor.Concat(0, X, I)),
        ("concat (2, 3) and (2, 4)", () => Tensor.Concat(0, X, Tensor.Ones([2, 4]))),
        ("concat on axis 2", () => Tensor.Concat(2, X, X)),
        ("permute by (0, 0)", () => X.Permute(0, 0)),
        ("permute by (0)", () => X.Permute(0)),
        ("transpose of a vector", () => _ = Tensor.Ones([3]).T),
        ("place outside", () => new Place(0, 3, 1, 4).Apply(X)),
        ("reshape (2, 3) to (4,)", () => X.Reshape(4)),
        ("reshape (2, 3) to (-1, 4)", () => X.Reshape(-1, 4)),
        ("reshape (2, 3) to (-1, -1)", () => X.Reshape(-1, -1)),
        ("squeeze axis 1 of (2, 3)", () => X.Squeeze(1)),
        ("unsqueeze at 4", () => X.Unsqueeze(4)),
        ("flatten from 3", () => X.Flatten(3)),
        ("slice past the end", () => new Slice(1, 1, 3, 1).Apply(X)),
        ("slice with step 0", () => new Slice(1, 1, 2, 0).Apply(X)),
        ("index 2 of (2, 3)", () => _ = X[2]),
        ("index -1", () => _ = X[-1]),
        ("index ^4", () => _ = X[.., ^4]),
        ("range ..4", () => _ = X[.., ..4]),
        ("three entries for two axes", () => _ = X[0, 0, 0]),
        ("every 0", () => AxisIndex.Every(0)),
        ("matmul (2, 3) and (2, 3)", () => X.MatMul(X)),
        ("matmul of a vector", () => X.MatMul(Tensor.Ones([3]))),
        ("matmul of two types", () => X.MatMul(I)),
        ("matmul of bool", () => B.MatMul(B)),
        ("matmul batches 2 and 3", () => Tensor.Ones([2, 1, 1]).MatMul(Tensor.Ones([3, 1, 1]))),
        ("conv of (2, 3)", () => X.Conv(Kernel, new Window())),
        ("conv with stride 0", () => Picture.Conv(Kernel, new Window([0, 1]))),
        ("conv with padding -1", () => Picture.Conv(Kernel, new Window(pad: [0, -1]))),
        ("conv with dilation 0", () => Picture.Conv(Kernel, new Window(dilation: [0, 1]))),
        ("conv with no group", () => Picture.Conv(Kernel, new Window(groups: 0))),
        ("conv of 2 channels for 4", () => Picture.Conv(Kernel, new Window(groups: 2))),
        ("conv too small", () => Picture.Conv(Kernel, new Window(dilation: [2, 1]))),
        ("conv of int32", () => Tensor.Ones([1, 2, 4, 4], DType.Int32).Conv(Kernel, new Window())),
        ("conv of two types", () => Picture.Conv(Kernel.Cast(DType.Float64), new Window())),
        ("input gradient that fits no conv", () => new ConvInputGradient(new Window(), [4, 4]).Apply(Tensor.Ones([1, 3, 3, 3]), Kernel)),
        ("input gradient of a matrix", () => new ConvInputGradient(new Window(), [4, 4]).Apply(X, Kernel)),
        ("weight gradient that fits no conv", () => new ConvWeightGradient(new Window(), [3, 3]).Apply(Picture, Tensor.Ones([1, 3, 3, 3]))),
        ("weight gradient of a matrix", () => new ConvWeightGradient(new Window(), [3, 3]).Apply(Picture, X)),
        ("maxpool of (2, 3)", () => X.MaxPool(2, new Window())),
        ("maxpool of 0x2", () => Picture.MaxPool([0, 2], new Window())),
        ("maxpool with padding 2", () => Picture.MaxPool(2, new Window(pad: [2, 0]))),
        ("maxpool too small", () => Picture.MaxPool(5, new Window())),
        ("maxpool straddling the picture", () => Tensor.Ones([1, 1, 1, 1]).MaxPool(2, new Window(pad: 1, dilation: 2))),
        ("maxpool scatter of another shape", () => new MaxPoolScatter(new MaxPool(2, new Window(2))).Apply(Picture, Picture)),
        ("maxpool pick of another shape", () => new MaxPoolGather(new MaxPool(2, new Window(2))).Apply(Picture, Kernel)),
        ("avgpool of int32", () => Tensor.Ones([1, 2, 4, 4], DType.Int32).AvgPool(2, new Window())),
        ("avgpool spread over another size", () => new AvgPoolSpread(new AvgPool(2, new Window(2)), [12, 9]).Apply(Picture)),
        ("softmax over nothing", () => Tensor.Ones([2, 0]).Softmax()),
        ("softmax of int32", () => I.Softmax()),
        ("softmax of a scalar", () => Tensor.Scalar(1).Softmax()),
        ("random int32", () => new RandomStream(1, 1).Uniform([2], DType.Int32)),
        ("random from a float state", () => new RandomNormal(new(DType.Float32, [2])).Apply(X)),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Ops/approved-errors.txt", Cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ShapeException or ArgumentException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_op_that_fails_leaves_no_trace_on_its_inputs(int divisor)
    {
        Tensor a = Tensor.Of(4, 6), b = Tensor.Of(divisor, divisor);
        if (divisor == 0) Assert.Throws<DivideByZeroException>(() => a / b);
        Assert.Equal([4, 6], a.ToArray<int>());
        Assert.Null(a.Node);
    }
}
