// What the golden cases do not show of recurrent layers: that pieces make the whole, where gradients stop, that padding is
// not looked at, that a trace does the same, and that something is learnt.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Nn;

public sealed class RecurrentTests
{
    private static readonly Tensor X = new RandomStream(1, 1).Normal([3, 6, 2]);

    [Fact]
    public void PiecesWithTheStateHandedOnAreTheWhole()
    {
        Lstm lstm = new(4, layers: 2);
        (Tensor whole, LstmState end) = lstm.Run(X);
        (Tensor a, LstmState? state) = lstm.Run(X[.., ..2]);
        (Tensor b, state) = lstm.Run(X[.., 2..], state.Detach());
        Assert.Equal(whole.ToArray<float>(), Tensor.Concat(1, a, b).ToArray<float>());
        Assert.Equal(end.Cell.ToArray<float>(), state.Cell.ToArray<float>());
    }

    [Fact]
    public void TruncatedBackpropagationStopsAtTheDetachedState()
    {
        Lstm lstm = new(4);
        Tensor early = X[.., ..3].Track(), late = X[.., 3..].Track();
        (_, LstmState state) = lstm.Run(early);
        Tensor whole = lstm.Run(late, state).Output.Sum(), cut = lstm.Run(late, state.Detach()).Output.Sum();
        Assert.Equal((double)whole, (double)cut);
        Assert.NotNull(Gradient.TryOf(whole, early)[0]);
        Assert.Null(Gradient.TryOf(cut, early)[0]);
        Assert.NotNull(Gradient.TryOf(cut, late)[0]);
    }

    [Theory]
    [InlineData("rnn 3 layers=2 bidirectional=true")]
    [InlineData("lstm 3 layers=2 bidirectional=true")]
    [InlineData("gru 3 layers=2 bidirectional=true")]
    public void WhatStandsAfterTheEndIsNotLookedAt(string notation)
    {
        Module net = Sequential.Parse(notation).Items[0];
        Tensor lengths = Tensor.Of(6L, 2L, 0L), ends = Tensor.Range(0, 6, dtype: DType.Int64).Unsqueeze(1);
        Tensor inside = (ends < lengths).T.Unsqueeze(2);
        (Tensor output, Tensor end) Run(double padding)
        {
            Tensor x = Tensor.Where(inside, X, Tensor.Scalar(padding)).Track();
            (Tensor y, Tensor h) = net switch
            {
                Rnn rnn => rnn.Run(x, lengths: lengths),
                Lstm lstm => lstm.Run(x, lengths: lengths) is var (o, s) ? (o, s.Hidden) : default,
                _ => ((Gru)net).Run(x, lengths: lengths),
            };
            Parameter w = net.Parameters().First().Parameter;
            Assert.All(Gradient.Of(y.Sum() + h.Sum(), [x, w.Value]), g => Assert.True(g.ToDoubles().All(double.IsFinite)));
            return (y, h);
        }
        (Tensor zeros, Tensor endsZero) = Run(0);
        (Tensor junk, Tensor endsJunk) = Run(double.NaN);
        Assert.Equal(zeros.ToArray<float>(), junk.ToArray<float>());
        Assert.Equal(endsZero.ToArray<float>(), endsJunk.ToArray<float>());
        Assert.All(zeros[1, 2..].ToArray<float>(), v => Assert.Equal(0, v));
        Assert.All(endsZero[.., 2].ToArray<float>(), v => Assert.Equal(0, v)); // no step was made: zeros, as it began
    }

    [Fact]
    public void TheLastStepIsTheStateAtTheEnd()
    {
        Gru all = new(3, layers: 2, bidirectional: true), last = new(3, layers: 2, bidirectional: true, last: true);
        all.Build(X.Shape);
        last.Build(X.Shape);
        last.Assign(all.Values());
        Tensor y = all.Forward(X);
        Assert.Equal(Tensor.Concat(1, y[.., ^1, ..3], y[.., 0, 3..]).ToArray<float>(), last.Forward(X).ToArray<float>());
    }

    [Fact]
    public void ATracedRunWithLengthsGivesTheBitsOfTheEagerOne()
    {
        Lstm lstm = new(3, bidirectional: true);
        Tensor lengths = Tensor.Of(6L, 1L, 3L), h = new RandomStream(1, 2).Normal([2, 3, 3]);
        (Tensor y, LstmState end) = lstm.Run(X, new(h, -h), lengths);
        Graph graph = Graph.Trace(v => lstm.Run(v[0], new(v[1], -v[1]), v[2]) is var (o, s) ? [o, s.Hidden, s.Cell] : [], X.Spec, h.Spec, lengths.Spec);
        Tensor[] traced = graph.Run(X, h, lengths);
        Assert.Equal(y.ToArray<float>(), traced[0].ToArray<float>());
        Assert.Equal(end.Hidden.ToArray<float>(), traced[1].ToArray<float>());
        Assert.Equal(end.Cell.ToArray<float>(), traced[2].ToArray<float>());
    }

    [Fact]
    public void TheForgetGateCanBeginOpen()
    {
        LstmCell plain = new(50, initializer: Initializers.Zeros), open = new(50, forgetBias: 1, initializer: Initializers.Zeros);
        plain.Build([1, 1]);
        open.Build([1, 1]);
        Assert.All(plain.Bias!.Value.ToArray<float>(), v => Assert.Equal(0, v));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => i is >= 50 and < 100 ? 1f : 0), open.Bias!.Value.ToArray<float>());
    }

    [Fact]
    public void WeightsBeginUniformOnOneOverTheRootOfTheSize()
    {
        Gru gru = new(64);
        gru.Build([1, 1, 100]);
        foreach ((string path, Parameter p) in gru.Parameters())
        {
            double[] values = p.Value.ToDoubles();
            Assert.True(values.Max(Math.Abs) is > 0.11 and <= 0.125, path);
            Assert.Equal(0, values.Average(), 0.05);
        }
    }

    [Fact]
    public void AnLstmLearnsToRecallTheFirstStep()
    {
        RandomStream random = new(2, 1);
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse("lstm 8 last=true forget=1 | linear 1"));
        Adam adam = new(0.05);
        double loss = 1;
        for (int step = 0; step < 70; step++)
        {
            Tensor x = random.Uniform([16, 5, 1]) * 2 - 1;
            Tensor error = new MeanSquaredError().Of(net.Forward(x), x[.., 0]);
            adam.Step(error, net);
            loss = (double)error;
        }
        Assert.InRange(loss, 0, 0.1); // 0.33 when nothing is remembered
    }

    // What is asked for, and what the message must say.
    private static readonly (Action Act, string Says)[] Wrong =
    [
        (() => new Lstm(3).Forward(Tensor.Zeros([2, 3])), "must be (batch, steps, channels) with a step or more; got (2, 3)"),
        (() => new Gru(3).Forward(Tensor.Zeros([2, 0, 3])), "with a step or more; got (2, 0, 3)"),
        (() => new Lstm(3).Run(X, new(Tensor.Zeros([3, 3]), Tensor.Zeros([3, 3]))), "the state must be float32 (1, 3, 3) for this input; got float32 (3, 3)"),
        (() => new LstmCell(3).Step(X[0], new(Tensor.Zeros([6, 3]), Tensor.Zeros([6, 2]))),
            "the state must be float32 (6, 3) for this input; got float32 (6, 2)"),
        (() => new Gru(3).Run(X, lengths: Tensor.Of(1f, 2, 3)),
            "the lengths must be whole numbers, int64 (3,), one for each sequence of (3, 6, 2); got float32 (3,)"),
        (() => new Gru(3).Run(X, lengths: Tensor.Of(1L, 2)), "got int64 (2,)"),
        (() => new Gru(3).Run(X, lengths: Tensor.Of(1L, 2, 7)), "the lengths must be from 0 to the 6 steps of (3, 6, 2); got 1, 2, 7"),
        (() => new RnnCell(3).Step(X), "the input of a step must be (batch, inputs); got (3, 6, 2)"),
        (() => Twice(new Rnn(3), X, Tensor.Zeros([1, 2, 5])), "W is (2, 3), so the last axis of the input must be 2"),
        (() => new Gru(3, dropout: 0.5), "there is one layer only"),
        (() => new Lstm(3, layers: 0), "layers"),
        (() => new Lstm(0), "hidden"),
        (() => new Lstm(3, bias: false, forgetBias: 1), "without biases the forget gate has none"),
        (() => Sequential.Parse("lstm"), "HIDDEN is missing. Write it as: lstm HIDDEN [layers=1]"),
    ];

    [Fact]
    public void AWrongInputIsNamed() => Assert.All(Wrong, w =>
    {
        Exception? e = Record.Exception(w.Act);
        Assert.True(e is ArgumentException or FormatException, e?.ToString());
        Assert.Contains(w.Says, e!.Message, StringComparison.Ordinal);
    });

    private static void Twice(Module net, Tensor first, Tensor second)
    {
        net.Forward(first);
        net.Forward(second);
    }
}
