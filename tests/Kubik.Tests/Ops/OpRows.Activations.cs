// Rows of the activations.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Activations() =>
    [
        .. Unary(new Function<Softplus>(default), x => Math.Log(1 + Math.Exp(x)), Domain.Away),
        .. Unary(new Function<LogSigmoid>(default), x => -Math.Log(1 + Math.Exp(-x)), Domain.Away),
        .. Unary(new Function<Gelu>(default), SlowGelu, Domain.Away),
        .. Unary(new Function<GeluTanh>(default), x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), Domain.Wide),
        .. Slope(new FunctionGradient<Gelu>(default), x => (1 + SlowErf(x / Math.Sqrt(2))) / 2 + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        .. Slope(new FunctionGradient<GeluTanh>(default), x =>
        {
            double rate = Math.Sqrt(2 / Math.PI), t = Math.Tanh(rate * (x + 0.044715 * x * x * x));
            return (1 + t) / 2 + x / 2 * (1 - t * t) * rate * (1 + 3 * 0.044715 * x * x);
        }),
        .. Unary(new Function<Silu>(default), x => x / (1 + Math.Exp(-x)), Domain.Wide),
        .. Unary(new Function<Mish>(default), x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))), Domain.Wide),
        .. Unary(new Function<Softsign>(default), x => x / (1 + Math.Abs(x)), Domain.Away),
        .. Unary(new Function<Selu>(default), x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)), Domain.Away),
        .. Unary(new Function<Elu>(new(1)), x => x > 0 ? x : Math.Exp(x) - 1, Domain.Away),
        One(new Function<Elu>(new(0.3)), x => x > 0 ? x : 0.3 * (Math.Exp(x) - 1), [4, 5], Domain.Wide) with { Note = "alpha 0.3" },
        .. Unary(new Function<Celu>(new(2)), x => x > 0 ? x : 2 * (Math.Exp(x / 2) - 1), Domain.Away),
        One(new Function<Celu>(new(0.5)), x => x > 0 ? x : 0.5 * (Math.Exp(x / 0.5) - 1), [4, 5], Domain.Wide) with { Note = "alpha 0.5" },
        .. Unary(new Function<LeakyRelu>(new(0.01)), x => x > 0 ? x : 0.01 * x, Domain.Away),
        One(new Function<LeakyRelu>(new(-0.5)), x => x > 0 ? x : -0.5 * x, [4, 5], Domain.Away) with { Note = "alpha -0.5" },
        .. Unary(new Function<Relu6>(default), x => Math.Min(Math.Max(x, 0), 6), Domain.Wide),
        .. Unary(new Function<HardSigmoid>(new(1.0 / 6, 0.5)), x => Math.Min(Math.Max(x / 6 + 0.5, 0), 1), Domain.Wide),
        One(new Function<HardSigmoid>(new(0.2, 0.5)), x => Math.Min(Math.Max(x * 0.2 + 0.5, 0), 1), [4, 5], Domain.Wide) with { Note = "alpha 0.2" },
        .. Unary(new Function<HardSwish>(default), x => x * Math.Min(Math.Max(x + 3, 0), 6) / 6, Domain.Wide),
        .. Unary(new Function<HardTanh>(new(-1, 1)), x => Math.Min(Math.Max(x, -1), 1), Domain.Away),
        One(new Function<HardTanh>(new(-0.5, 3)), x => Math.Min(Math.Max(x, -0.5), 3), [4, 5], Domain.Wide) with { Note = "-0.5 to 3" },
        .. Unary(new Function<Threshold>(new(0.5, -2)), x => x > 0.5 ? x : -2, Domain.Away),
        One(new Function<Threshold>(new(-1, 0)), x => x > -1 ? x : 0, [4, 5], Domain.Away) with { Note = "above -1" },
        .. Unary(new Function<Softshrink>(new(0.5)), x => x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0, Domain.Away),
        .. Unary(new Function<Hardshrink>(new(0.5)), x => Math.Abs(x) > 0.5 ? x : 0, Domain.Away),
        .. Unary(new Tanhshrink(), x => x - Math.Tanh(x), Domain.Away),
        .. Unary(new Clip(-1, 1), x => Math.Min(Math.Max(x, -1), 1), Domain.Away),
        One(new Clip(-3, 4), x => Math.Min(Math.Max(x, -3), 4), [5, 5], Domain.Away) with { Types = OpRow.Numbers, Note = "-3 to 4" },
        One(new Clip(double.NegativeInfinity, 2), x => Math.Min(x, 2), [5, 5], Domain.Away) with { Types = OpRow.Numbers, Note = "no lower bound" },
        One(new Clip(1, 1), _ => 1, [40], Domain.Away) with { Types = OpRow.Numbers, Note = "to a point" },
        .. Binary(Binary<PRelu>.Instance, (x, slope) => x > 0 ? x : slope * x, Domain.Away, Domain.Away),
        Gated(0, [6]), Gated(1, [3, 4]), Gated(0, [2, 5]), Gated(1, [2, 6, 3]), Gated(1, [2, 0]), Gated(0, [4, 0]),
        Grouped(1, 0, [5]), Grouped(3, 0, [6]), Grouped(2, 1, [3, 4]), Grouped(3, 1, [2, 6, 5]), Grouped(2, 0, [2, 3]), Grouped(2, 1, [2, 0, 3]), Grouped(2, 2, [2, 1, 4]),
        .. from t in new[] { 0.5, 3 } from c in new (int Axis, Shape Shape)[] { (0, [5]), (1, [3, 4]), (0, [4, 3]), (1, [2, 3, 2]), (0, [1, 4]) }
           from row in new[] { Warm(new Softmax(c.Axis, t), c.Axis, t, c.Shape, Math.Exp), Warm(new LogSoftmax(c.Axis, t), c.Axis, t, c.Shape, v => v) }
           select row,
        .. from c in new (int Axis, Shape Shape)[] { (0, [5]), (1, [3, 4]), (0, [4, 3]), (1, [2, 1, 3]) } select Warm(new Softmin(c.Axis), c.Axis, -1, c.Shape, Math.Exp),
    ];

    // The gradient of a function, of its input and of what reaches its output.
    private static IEnumerable<OpRow> Slope(Op op, Func<double, double> derivative) =>
        from shape in new Shape[] { [], [7], [3, 5], [2, 0], [4, 33] }
        select new OpRow(op, [new(shape, Domain.Away), new(shape, Domain.Away)], x => Naive.Build([.. shape], i => derivative(x[0][i]) * x[1][i]));

    private static OpRow Gated(int axis, Shape shape) =>
        new(new Glu(axis), [new(shape, Domain.Away)], x =>
        {
            int half = shape[axis] / 2;
            return Naive.Build([.. shape.With(axis, half)], i => x[0][i] / (1 + Math.Exp(-x[0][Naive.Set(i, axis, i[axis] + half)])));
        })
        { Note = $"axis {axis}" };

    private static OpRow Grouped(int pieces, int axis, Shape shape) =>
        new(new Maxout(pieces, axis), [new(shape, Domain.Distinct)], x =>
            Naive.Build([.. shape.With(axis, shape[axis] / pieces)], i => Enumerable.Range(0, pieces).Max(k => x[0][Naive.Set(i, axis, i[axis] * pieces + k)])))
        { Types = OpRow.Numbers, Note = $"{pieces} on axis {axis}" };

    private static OpRow Warm(Op op, int axis, double temperature, Shape shape, Func<double, double> of) =>
        new(op, [new(shape, Domain.Away)], x => Naive.Build([.. shape], i =>
        {
            double sum = Enumerable.Range(0, shape[axis]).Sum(k => Math.Exp(x[0][Naive.Set(i, axis, k)] / temperature));
            return of(x[0][i] / temperature - Math.Log(sum));
        }))
        { Note = $"axis {axis} temperature {temperature}", Tolerance32 = 1e-5 };
}
