// What the elementwise functions and activations say when they are given what they cannot take.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class ElementwiseErrors
{
    private static readonly Tensor X = Tensor.Ones([2, 3]), I = Tensor.Ones([2, 3], DType.Int32), B = Tensor.Full([2, 3], 1, DType.Bool),
        H = Tensor.Ones([2, 3], DType.BFloat16);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("erf of int32", () => I.Erf()),
        ("floor of int32", () => I.Floor()),
        ("round of bfloat16", () => H.Round()),
        ("square of bool", () => B.Square()),
        ("bfloat16 + bfloat16", () => _ = H + H),
        ("isnan of bool", () => B.IsNaN()),
        ("not of float32", () => _ = !X),
        ("bool & float32", () => _ = B & X),
        ("int32 | int32", () => _ = I | I),
        ("(2, 3) ^ (4, 3)", () => _ = B ^ Tensor.Full([4, 3], 1, DType.Bool)),
        ("float32 % int32", () => _ = X % I),
        ("int32 % 0.5", () => _ = I % 0.5),
        ("bool % bool", () => _ = B % B),
        ("atan2 of int32", () => I.Atan2(I)),
        ("prelu of int32", () => I.PRelu(I)),
        ("prelu with 2 slopes", () => X.PRelu(Tensor.Ones([2]))),
        ("clip to 2, 1", () => X.Clip(2, 1)),
        ("clip to NaN", () => X.Clip(double.NaN, 1)),
        ("clip of int32 to 0.5", () => I.Clip(0.5, 2)),
        ("clip of bool", () => B.Clip(0, 1)),
        ("hardtanh to 2, 1", () => X.HardTanh(2, 1)),
        ("elu of NaN", () => X.Elu(double.NaN)),
        ("celu of 0", () => X.Celu(0)),
        ("leakyrelu of infinity", () => X.LeakyRelu(double.PositiveInfinity)),
        ("leakyrelu of int32", () => I.LeakyRelu()),
        ("hardsigmoid of NaN", () => X.HardSigmoid(double.NaN)),
        ("threshold of NaN", () => X.Threshold(double.NaN)),
        ("softshrink of -1", () => X.Softshrink(-1)),
        ("hardshrink of -1", () => X.Hardshrink(-1)),
        ("tanhshrink of int32", () => I.Tanhshrink()),
        ("glu of an odd axis", () => X.Glu()),
        ("glu of axis 2", () => X.Glu(2)),
        ("glu of axis -1, the op", () => new Glu(-1).Apply(X)),
        ("glu of int32", () => I.Glu(0)),
        ("glu of a scalar", () => Tensor.Scalar(1).Glu()),
        ("maxout of 2 pieces of 3", () => X.Maxout(2)),
        ("maxout of 0 pieces", () => X.Maxout(0)),
        ("maxout of axis 2", () => X.Maxout(1, 2)),
        ("maxout of bool", () => B.Maxout(3)),
        ("softmax with temperature 0", () => X.Softmax(temperature: 0)),
        ("logsoftmax with temperature NaN", () => X.LogSoftmax(temperature: double.NaN)),
        ("softmax of axis 5, the op", () => new Softmax(5).Apply(X)),
        ("softmin over nothing", () => Tensor.Ones([2, 0]).Softmin()),
        ("softmin of int32", () => I.Softmin()),
        ("equal to 0.5 of int32", () => I.Equal(0.5)),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Ops/approved-errors-elementwise.txt", Cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ShapeException or ArgumentException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));

    [Fact]
    public void A_whole_number_has_no_remainder_by_0() => Assert.Throws<DivideByZeroException>(() => I % 0);
}
