// What has to hold for every loss, checked for every row of LossRows.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Nn;

public sealed class LossTheories
{
    public static TheoryData<string> Rows => [.. LossRows.All.Select(r => r.Id)];

    public static TheoryData<string> RowsWithABest => [.. LossRows.All.Where(r => r.Perfect is not null).Select(r => r.Id)];

    public static TheoryData<string> Named => [.. Loss.All.Select(l => l.Name)];

    public static TheoryData<string> Types =>
        [.. typeof(Criterion).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Criterion)) && !t.IsAbstract).Select(t => t.Name)];

    [Theory, MemberData(nameof(Types))]
    public void Every_loss_has_a_row_and_a_name(string type)
    {
        Criterion[] all = [.. LossRows.All.Select(r => r.Make(Reduction.Mean)).Where(c => c.GetType().Name == type)];
        Assert.True(all.Length > 0, $"{type} has no row in LossRows: add one or more.");
        if (all[0] is Loss) Assert.True(Loss.All.Any(l => l.Name == all[0].Name), $"{type} is missing in Loss.All: add a line.");
        Assert.All(all, c => Assert.NotEmpty(c.Formula));
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_reductions_are_those_of_the_single_losses(string id)
    {
        LossRow row = LossRows.Get(id);
        foreach (DType type in OpRow.Floats)
        {
            Tensor[] x = row.Draw(type);
            Tensor each = row.Of(x, Reduction.None), sum = row.Of(x, Reduction.Sum), mean = row.Of(x);
            Assert.Equal(LossRow.Samples, each.Shape[0]);
            Assert.Equal(new TensorSpec(type, []), mean.Spec);
            Close(each.ToDoubles().Sum(), sum.Item(), type);
            if (!row.Counts) Close(each.ToDoubles().Average(), mean.Item(), type);
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void Float32_gives_what_float64_gives(string id)
    {
        LossRow row = LossRows.Get(id);
        double[] single = row.Of(row.Draw(DType.Float32), Reduction.None).ToDoubles(), twice = row.Of(row.Draw(DType.Float64), Reduction.None).ToDoubles();
        for (int i = 0; i < single.Length; i++) Close(twice[i], single[i], DType.Float32);
    }

    [Theory, MemberData(nameof(Rows))]
    public void Weights_of_1_change_nothing(string id)
    {
        LossRow row = LossRows.Get(id);
        Tensor[] x = row.Draw(DType.Float64);
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            double[] expected = row.Of(x, reduction).ToDoubles(), actual = row.Of(x, reduction, Tensor.Ones([LossRow.Samples])).ToDoubles();
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++) Close(expected[i], actual[i], DType.Float64);
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_weight_of_0_leaves_a_sample_out_and_one_of_2_takes_it_twice(string id)
    {
        LossRow row = LossRows.Get(id);
        Tensor[] x = row.Draw(DType.Float64), changed = [.. x.Select(t => Tensor.Concat(0, t[1..], t[2..]))];
        Tensor weights = Tensor.Of(0, 1, 2);
        Close(row.Of(changed).Item(), row.Of(x, Reduction.Mean, weights).Item(), DType.Float64);
        Close(row.Of(changed, Reduction.Sum).Item(), row.Of(x, Reduction.Sum, weights).Item(), DType.Float64);
        double[] each = row.Of(x, Reduction.None).ToDoubles(), weighted = row.Of(x, Reduction.None, weights).ToDoubles();
        for (int i = 0; i < each.Length; i++) Close(each[i] * (i / (each.Length / LossRow.Samples)), weighted[i], DType.Float64);
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_gradient_is_the_slope(string id)
    {
        LossRow row = LossRows.Get(id);
        (Func<Tensor[], Tensor> f, Tensor[] at) = Smooth(row);
        GradientCheckResult result = GradientCheck.Along(f, at, new RandomStream(1, 1));
        Assert.True(result.RelativeError < 1e-7, result.ToString());
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_second_derivative_is_the_slope_of_the_gradient(string id)
    {
        LossRow row = LossRows.Get(id);
        (Func<Tensor[], Tensor> f, Tensor[] at) = Smooth(row);
        RandomStream random = new(2, 1);
        Tensor[] directions = [.. at.Select(t => random.Normal(t.Shape, DType.Float64))];
        Tensor AlongGradient(Tensor[] xs)
        {
            Tensor[] tracked = [.. xs.Select(t => t.IsTracked ? t : t.Track())];
            Tensor?[] gradients = Gradient.TryOf(f(tracked), tracked);
            return gradients.Zip(directions, (g, v) => g is null ? Tensor.Scalar(0, DType.Float64) : (g * v).Sum()).Aggregate((a, b) => a + b);
        }
        GradientCheckResult result = GradientCheck.Along(AlongGradient, at, random);
        Assert.True(result.RelativeError < 1e-6, result.ToString());
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_recorded_loss_and_its_gradient_have_the_bits_of_the_immediate_ones(string id)
    {
        LossRow row = LossRows.Get(id);
        foreach (DType type in OpRow.Floats)
        {
            Tensor[] x = [.. row.Draw(type).Select((t, i) => row.Moving.Contains(i) ? t.Track() : t)];
            Tensor[] Both(Tensor[] xs)
            {
                Tensor y = row.Of(xs);
                return [y, .. Gradient.TryOf(y, [.. row.Moving.Select(i => xs[i])]).Where(g => g is not null).Select(g => g!)];
            }
            Tensor[] eager = Both(x), recorded = Graph.Trace(Both, [.. x.Select(t => t.Spec)]).Run(x);
            Assert.True(eager.Length > 1);
            for (int i = 0; i < eager.Length; i++) Bits.Equal(eager[i], recorded[i], $"{type.Name}, result {i}");
        }
    }

    [Theory, MemberData(nameof(RowsWithABest))]
    public void Nothing_near_is_better_than_the_best(string id)
    {
        LossRow row = LossRows.Get(id);
        RandomStream random = new(3, 1);
        Tensor[] best = row.Perfect!(row.Draw(DType.Float64));
        double least = row.Of(best).Item();
        for (int draw = 0; draw < 50; draw++)
        {
            Tensor[] near = [.. best];
            near[0] += random.Normal(near[0].Shape, DType.Float64) * Math.Pow(10, -draw % 5);
            double other = row.Of(near).Item();
            Assert.True(other >= least - 1e-12, $"{other:R} is less than {least:R}");
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void What_is_written_is_read_as_the_same_loss(string id)
    {
        LossRow row = LossRows.Get(id);
        if (row.Make(Reduction.Mean) is not Loss loss) return;
        Loss read = Loss.Parse(loss.Notation);
        Assert.Equal(loss.GetType(), read.GetType());
        Assert.Equal(loss.Notation, read.Notation);
        Tensor[] x = row.Draw(DType.Float64);
        Bits.Equal(row.Of(x), read.Of(x[0], x[1]));
    }

    [Theory, MemberData(nameof(Named))]
    public void A_name_alone_has_the_usual_options(string name)
    {
        if (name == "detection") name = "detection 2";
        Assert.Equal(name, Loss.Parse(name).Notation);
        Assert.Equal(name, Loss.Parse(name.ToUpperInvariant()).Notation);
        Assert.StartsWith(name.Split(' ')[0], Loss.All.Single(l => l.Name == name.Split(' ')[0]).Usage, StringComparison.Ordinal);
    }

    // The mean of what can be moved, weighted so that no part of it hides another.
    private static (Func<Tensor[], Tensor> F, Tensor[] At) Smooth(LossRow row)
    {
        Tensor[] x = row.Draw(DType.Float64);
        int[] moving = row.Moving;
        Tensor weights = new RandomStream(4, 1).Normal(row.Of(x, Reduction.None).Shape, DType.Float64);
        Tensor F(Tensor[] xs)
        {
            Tensor[] all = [.. x];
            for (int i = 0; i < moving.Length; i++) all[moving[i]] = xs[i];
            return (row.Of(all, Reduction.None) * weights).Sum() + row.Of(all);
        }
        return (F, [.. moving.Select(i => x[i])]);
    }

    private static void Close(double expected, double actual, DType type)
    {
        double tolerance = type == DType.Float32 ? 1e-5 : 1e-13;
        Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)),
            $"{type.Name}: {actual:R}, expected {expected:R}");
    }
}
