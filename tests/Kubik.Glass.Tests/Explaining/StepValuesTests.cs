// What an explanation holds of a step, in bytes: weights, gradients and what the optimiser remembers, each once, and a few values of
// the largest weight that is being updated; so also in the steps that follow. Of a big picture what the backward pass still reads. And
// what is shown is the same, whether all values are kept or only the entries that a rehearsal asked for.

using Kubik.Glass.Explaining;
using Kubik.Glass.Traces;
using Kubik.Nn;
using Kubik.Ops;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public class StepValuesTests
{
    private const int Input = 400, Hidden = 520, Layers = 4, Atonce = 5;

    public static TheoryData<string, int> Rules => new() { { "sgd", 0 }, { "momentum", 1 }, { "adam", 2 }, { "amsgrad", 3 }, { "adadelta", 2 }, { "rmsprop momentum=0.9 centered=true", 3 }, { "lamb", 2 } };

    [Theory, MemberData(nameof(Rules))]
    public void A_step_holds_each_weight_gradient_and_memory_once(string notation, int memories)
    {
        Sequential net = Seeded.Net(string.Join(" | relu | ", Enumerable.Repeat($"linear {Hidden}", Layers)));
        net.Build([1, Input]);
        UpdateRule rule = (UpdateRule)OptimizerTable.Parse(notation, new(0.01, Schedule.Constant));
        (Tensor x, Tensor t) = (Tensor.Ones([1, Input]), Tensor.Zeros([1, Hidden]));
        long weights = 4 * net.Parameters().Sum(p => (long)p.Parameter.Spec.Shape.Size), largest = 4L * Hidden * Hidden, small = weights / 20;
        Dictionary<Parameter, (Tensor, bool)> state = [];
        for (int round = 1; round <= 3; round++)
        {
            StepTrace trace = StepTrace.Of(net, x.Spec, new() { Target = t.Spec, Loss = new MeanSquaredError().Of, Gradients = GradientsOf.Everything, Rule = rule, IsUnfolded = true });
            StepValues values = new(trace, [x, t], p => state.Remove(p, out (Tensor, bool) now) ? now : (p.Value.Detach(), false), DType.Float32, new Rehearsal(trace));
            Assert.InRange(values.MostBytes, 2 * weights, 2 * weights + largest + small);
            state = values.Update(results: true);
            Assert.InRange(values.MostBytes, 2 * weights, (2 + memories) * weights + Atonce * largest + small);
            long all = trace.Graph.Values.Where(v => v.Node?.Op is not ViewOp).Sum(v => (long)v.Count * v.DType.ByteSize);
            if (memories > 1) Assert.True(values.MostBytes < all / 2, $"{values.MostBytes:N0} of {all:N0}");
            Assert.All(trace.Graph.Parameters, p => Assert.True(values.Has(p.Symbol)));
            Assert.All(trace.Graph.Updates, u => Assert.Equal(values[u.Value].Greatest, state[u.Parameter].Item1.Max().Item()));
        }
    }

    private const string Convolutional = "conv 16 3x3 pad=1 | batchnorm | relu | repeat 3 (residual (conv 16 3x3 pad=1 | batchnorm | relu)) | maxpool 2 | conv 32 3x3 pad=1 | tanh | flatten | linear 10";

    [Fact]
    public void Of_a_big_picture_a_step_holds_what_is_still_to_be_read()
    {
        Sequential net = Seeded.Net(Convolutional);
        (Tensor x, Tensor t) = (new RandomSource(1).NextStream().Normal([1, 3, 128, 128]), Tensor.From<long>([3], [1]));
        net.Build(x.Shape);
        StepTrace trace = StepTrace.Of(net, x.Spec, new() { Target = t.Spec, Loss = new CrossEntropy().Of, Gradients = GradientsOf.Everything, Rule = new Adam(0.01), IsUnfolded = true });
        StepValues values = new(trace, [x, t], p => (p.Value.Detach(), false), DType.Float32, new Rehearsal(trace));
        values.Update(results: false);
        (long peak, long all) = Living(trace);
        Assert.InRange(values.MostBytes, peak / 2, peak + peak / 20);
        Assert.True(values.MostBytes < all / 6, $"{values.MostBytes:N0} of {all:N0}");
    }

    // The most bytes that are written and still to be read at a time, and those of all values; views read what they are views of.
    private static (long Peak, long All) Living(StepTrace trace)
    {
        Dictionary<Tensor, Tensor> memory = new(ReferenceEqualityComparer.Instance);
        Dictionary<Tensor, int> lastRead = new(ReferenceEqualityComparer.Instance);
        Tensor[] order = [.. trace.Graph.Values.OrderBy(trace.IsOfUpdate)];
        foreach ((int i, Tensor value) in order.Index())
        {
            memory[value] = value is { IsSymbolic: true, Node: { Op: ViewOp, Inputs: [var whole] } } ? memory[whole] : value;
            lastRead[memory[value]] = i;
            foreach (Tensor read in value is { IsSymbolic: true, Node: { } node } ? node.Inputs : []) lastRead[memory[read]] = i;
        }
        (long now, long peak, long all) = (0, 0, 0);
        ILookup<int, Tensor> ending = lastRead.ToLookup(r => r.Value, r => r.Key);
        foreach ((int i, Tensor value) in order.Index())
        {
            if (ReferenceEquals(memory[value], value)) (now, all) = (now + Bytes(value), all + Bytes(value));
            peak = Math.Max(peak, now);
            now -= ending[i].Sum(Bytes);
        }
        return (peak, all);

        static long Bytes(Tensor value) => (long)value.Count * value.DType.ByteSize;
    }

    [Fact]
    public void The_entries_that_a_rehearsal_asked_for_are_kept()
    {
        Sequential net = Seeded.Net("linear 80 bias=false | relu");
        (Tensor x, Tensor t) = (new RandomSource(1).NextStream().Normal([30, 50]), Tensor.Zeros([30, 80]));
        net.Build(x.Shape);
        StepTrace trace = StepTrace.Of(net, x.Spec, new() { Target = t.Spec, Loss = new MeanSquaredError().Of, Gradients = GradientsOf.Everything, IsUnfolded = true });
        Rehearsal rehearsal = new(trace, mostWhole: 0);
        Tensor y = trace.Net.Root.Output, dy = trace.Gradients[y];
        Assert.True(rehearsal.IsNeeded);
        Assert.NotEqual(rehearsal.At(y, [7, 9]), rehearsal.At(y, [29, 79]));
        rehearsal.At(dy, [29, 79]);
        StepValues values = new(trace, [x, t], p => (p.Value.Detach(), false), DType.Float32, rehearsal);
        Tensor expected = net.Forward(x);
        Assert.Equal((expected[7, 9].Item(), expected[29, 79].Item(), (double?)null), (values.At(y, [7, 9]), values.At(y, [29, 79]), values.At(y, [7, 10])));
        Assert.Equal(2 * expected[29, 79].Item() / expected.Count, values.At(dy, [29, 79])!.Value, 1e-9);
        Assert.Null(values.Whole(y));
        Assert.NotNull(values.Whole(trace.Graph.Inputs[0])); // it is somebody's anyway
        values.Update(results: false);
        Assert.Equal((expected[7, 9].Item(), (double?)null), (values.At(y, [7, 9]), values.At(trace.Graph.Inputs[0], [0, 0])));
    }

    public static TheoryData<string, string, string, string> Big => new()
    {
        { "conv 4 3x3 pad=1 stride=2 | batchnorm | tanh | conv 4 5x5 groups=2 dilation=2 | maxpool 3 stride=2 pad=1 | conv 2 1x1 | globalavgpool | flatten", "2 3 64 64", "label", "" },
        { "conv 6 3x3 | relu | avgpool 2 | dropout 0.5 | flatten | linear 4", "1 2 40 40", "label", "1,5,5" },
        { "conv1d 4 7 | relu | maxpool 2 | flatten | linear 3", "1 2 3000", "label", "" },
        { "residual (conv 3 3x3 pad=1 | relu) | upsample 2 | conv 2 1x1", "1 3 24 24", "numbers", "1,30,31" },
        { "lstm 24 layers=2 | linear 5", "1 60 10", "numbers", "40,3" },
        { "gru 16 bidirectional=true last=true | linear 3", "2 80 12", "label", "" },
        { "embedding 40 32 | positions 60 | transformer 2 32 causal=true | linear 40", "1 60", "words", "59,30" },
        { "attention 2 causal=true | layernorm | linear 3", "1 70 16", "numbers", "12,1" },
        { "linear 300 | gelu | softmax | linear 40", "3 200", "numbers", "2,7" },
        { "conv 8 3x3 | pixelshuffle 2 | permute 0,3,1,2 | reshape 42x112", "1 1 30 23", "numbers", "" },
    };

    [Theory, MemberData(nameof(Big))]
    public void What_is_shown_does_not_depend_on_what_is_kept(string notation, string shape, string target, string focus)
    {
        Sequential net = Seeded.Net(notation);
        RandomStream random = new(3, 0);
        Shape input = [.. shape.Split(' ').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        Tensor x = target == "words" ? random.Integers(0, 40, input) : random.Normal(input);
        Shape output = net.Build(x.Shape, x.DType);
        (Tensor t, Loss loss) = target switch
        {
            "label" => (random.Integers(0, output[1], output.Without(1)), (Loss)new CrossEntropy()),
            "words" => (random.Integers(0, 40, input), new SequenceLoss(new CrossEntropy())),
            _ => (random.Normal(output), new MeanSquaredError()),
        };
        Explanation Explained(long mostWhole) => net.Explain(x, t, new() { Loss = loss, Optimizer = new Adam(0.01), Steps = 2, MostWhole = mostWhole, Focus = focus.Length == 0 ? null : [.. focus.Split(',').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))] });
        (Explanation whole, Explanation few) = (Explained(long.MaxValue), Explained(0));
        Assert.Equal(whole.ToText(), few.ToText());
        Assert.Equal(whole.ToJson(), few.ToJson());
        Assert.Contains("∂L/∂x", few.ToText(), StringComparison.Ordinal);
        Assert.True(few.MostBytes <= whole.MostBytes);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Big_weights_are_updated_entry_by_entry_where_the_focus_is(int steps)
    {
        Sequential net = Seeded.Net("linear 1500 | tanh | linear 1400");
        (Tensor x, Tensor t) = (Tensor.From<float>([.. Enumerable.Range(0, 3).Select(i => i - 0.5f)], [1, 3]), Tensor.Zeros([1, 1400]));
        Adam adam = new(0.01);
        Explanation explanation = net.Explain(x, t, new() { Optimizer = adam, Steps = steps, Focus = [2, 5] });
        for (int i = 0; i < steps; i++) adam.Step(new MeanSquaredError().Of(net.Forward(x), t), net);
        Tensor trained = net.Parameters().Single(p => p.Path == "2.weight").Parameter.Value;
        ExplainStep update = explanation.Steps.Last(s => s.Phase == Phase.Update && s.Path == "2.weight");
        Assert.Equal(trained.Mean().Item(), update.Output!.Value.Mean, 1e-6);
        Assert.Equal(["m", "m̂", "v", "v̂", "W₂"], update.Equations.Select(e => e.Text.Split(" ")[0]));
        Assert.All(update.Equations, e => Assert.Contains("[3,6] = ", e.Entries[0].Text, StringComparison.Ordinal));
        Assert.EndsWith($"≈ {Digits.Of(trained[2, 5].Item(), Precision.Of(DType.Float32)).Text}", update.Equations[^1].Entries[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_that_nothing_reads_may_be_big()
    {
        Tensor x = Tensor.Ones([1, 120_000]);
        ExplainStep first = Seeded.Net("relu | linear 20").Explain(x, Tensor.Zeros([1, 20]), new() { Optimizer = new Adam(0.01) }).Steps.Single(s => s.Phase == Phase.Backward && s.Op == "relu");
        Assert.Equal(x.Shape, first.Output!.Value.Shape); // the gradient of the input
        Assert.NotEmpty(first.Equations[^1].Entries);
    }
}
