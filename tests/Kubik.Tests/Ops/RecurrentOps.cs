// The gradient of a recurrent layer goes by a rule of its own when nothing but the state is used: it must be that of the
// definition, to any order. And what the ops say of inputs that do not fit.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class RecurrentOps
{
    public static TheoryData<string> Rows => [.. OpRows.All.Where(r => !r.Big && IsSteps(r.Op)).Select(r => r.Id)];

    [Theory, MemberData(nameof(Rows))]
    public void The_rule_gives_the_gradient_of_the_definition(string id)
    {
        OpRow row = OpRows.Get(id);
        PackedOp op = (PackedOp)row.Op;
        Tensor[] x = [.. row.Draw(DType.Float64).Select(t => t.DType == DType.Bool ? t : t.Track())], moving = [.. x.Where(t => t.DType != DType.Bool)];
        for (int states = 1; states <= (x.Length > 3 && op is Unrolled<LstmUnit> ? 2 : 1); states++)
        {
            Tensor fused = Used(op.Apply(x), states), defined = Used(op.Decompose(x), states);
            Assert.Equal((double)defined, (double)fused, 1e-10);
            Tensor[] expected = Gradient.Of(defined, moving), actual = Gradient.Of(fused, moving);
            for (int i = 0; i < moving.Length; i++) Near(expected[i], actual[i]);
            Tensor?[] second = Gradient.TryOf(Squares(expected), moving), again = Gradient.TryOf(Squares(actual), moving);
            for (int i = 0; i < moving.Length; i++) Near(second[i] ?? moving[i] * 0, again[i] ?? moving[i] * 0);
        }
    }

    [Fact]
    public void What_reaches_the_results_one_by_one_is_not_joined()
    {
        // The rule alone is met in the graph: nothing of the definition, and no zeros for the gates.
        Graph graph = Graph.Trace(
            x => Gradient.Of(new Unrolled<LstmUnit>(default).Apply(x)[0].Sum(), x),
            new TensorSpec(DType.Float32, [2, 3, 8]), new(DType.Float32, [2, 8]), new(DType.Float32, [2, 2]), new(DType.Float32, [2, 2]));
        Assert.Single(graph.Values, v => v.Node?.Op is UnrolledGradient<LstmUnit>);
        Assert.DoesNotContain(graph.Values, v => v.Node?.Op is Function<Sigmoid> or Place);
    }

    private static readonly (Op Op, TensorSpec[] Inputs, string Says)[] Wrong =
    [
        (new Unrolled<LstmUnit>(default), [F(2, 3, 9), F(2, 8), F(2, 2), F(2, 2)],
            "LSTM: the weights of the state must be (hidden, 4 · hidden), and the projected input's last axis that long; got (2, 8) and (2, 3, 9)."),
        (new Unrolled<LstmUnit>(default), [F(2, 0, 8), F(2, 8), F(2, 2), F(2, 2)],
            "LSTM: the projected input must be (batch, steps, 4 · hidden) with a step or more; got (2, 0, 8)."),
        (new Unrolled<LstmUnit>(default), [F(2, 3, 8), F(2, 8), F(2, 2), F(3, 2)], "LSTM: the state must be (2, 2); got (3, 2)."),
        (new Unrolled<GruUnit>(default), [F(2, 3, 6), F(2, 6), F(2, 2), F(6)], "GRU: what is added to the product must be (2,); got (6,)."),
        (new Unrolled<ElmanUnit>(default), [F(2, 3, 2), F(2, 2), F(2, 2), F(2, 3)],
            "RNN: the mask must be bool (2, 3), true where a sequence goes on; got float32 (2, 3)."),
        (new UnrolledGradient<LstmUnit>(default), [F(2, 8), F(5, 2, 3, 2), F(2, 2), F(2, 2), F(2, 3, 2)],
            "LSTMGradient: the results must be (6, batch, steps, hidden) with a step or more; got (5, 2, 3, 2)."),
        (new UnrolledGradient<GruUnit>(default), [F(2, 6), F(5, 2, 3, 2), F(2, 2), F(2, 2, 2)],
            "GRUGradient: input 3 must be (2, 3, 2) for results (5, 2, 3, 2); got (2, 2, 2)."),
        (new UnrolledGradient<GruUnit>(default, Cell: true), [F(2, 6), F(5, 2, 3, 2), F(2, 2), F(2, 3, 2), F(2, 3, 2)],
            "GRUGradient: the state has one part, so nothing can have reached the second."),
    ];

    [Fact]
    public void A_wrong_input_is_named() => Assert.All(Wrong, w => Assert.Equal(w.Says, Assert.Throws<ShapeException>(() => w.Op.Infer(w.Inputs)).Message));

    private static TensorSpec F(params int[] shape) => new(DType.Float32, Shape.Create(shape));

    private static Tensor Used(Tensor y, int states)
    {
        Tensor sum = Tensor.Scalar(0, DType.Float64);
        for (int k = 0; k < states; k++) sum += (y[k] * new RandomStream(5, k).Normal(y.Shape[1..], DType.Float64)).Sum();
        return sum;
    }

    private static Tensor Squares(Tensor[] x) => x.Select(t => (t * t).Sum()).Aggregate((a, b) => a + b);

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        double[] e = expected.ToDoubles(), a = actual.ToDoubles();
        for (int i = 0; i < e.Length; i++) Assert.Equal(e[i], a[i], 1e-9 * Math.Max(1, Math.Abs(e[i])));
    }

    private static bool IsSteps(Op op) => op is Unrolled<LstmUnit> or Unrolled<GruUnit> or Unrolled<ElmanUnit>;
}
