// What has to hold for every op, checked for every row of the plan.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Kernels;
using Kubik.Ops;
using Kubik.Tests.Graphs;

namespace Kubik.Tests.Ops;

public sealed class OpTheories
{
    public static TheoryData<string> Rows => [.. OpRows.All.Select(r => r.Id)];

    public static TheoryData<string> SmallRows => [.. OpRows.All.Where(r => !r.Big).Select(r => r.Id)];

    public static TheoryData<string> DifferentiableRows => [.. OpRows.All.Where(r => !r.Big && r.HasSlope).Select(r => r.Id)];

    public static TheoryData<string> DiscreteRows => [.. OpRows.All.Where(r => r.Op is DiscreteOp).Select(r => r.Id)];

    public static TheoryData<string> FusedRows => [.. OpRows.All.Where(r => r.Op is FusedOp).Select(r => r.Id)];

    [Theory, MemberData(nameof(Rows))]
    public void What_is_produced_has_the_spec_that_was_inferred(string id)
    {
        OpRow row = OpRows.Get(id);
        foreach (DType type in row.Types)
        {
            Tensor[] x = row.Draw(type);
            Tensor y = row.Op.Apply(x);
            Assert.Equal(row.Op.Infer([.. x.Select(t => t.Spec)]), y.Spec);
            Assert.Equal(y.Count, y.ToDoubles().Length);
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void Values_are_those_of_the_reference(string id)
    {
        OpRow row = OpRows.Get(id);
        foreach (DType type in row.Types)
        {
            Tensor[] x = row.Draw(type);
            Naive expected = row.Reference([.. x.Select(Naive.Of)]);
            Tensor y = row.Op.Apply(x);
            Assert.Equal(expected.Shape, y.Shape.Sizes.ToArray());
            double[] actual = y.ToDoubles();
            double tolerance = y.DType == DType.Float32 ? row.Tolerance32 : y.DType == DType.Float64 ? row.Tolerance64 : 0;
            for (int i = 0; i < actual.Length; i++)
            {
                double r = expected.Values[i], error = Math.Abs(actual[i] - r) / Math.Max(1, Math.Abs(r));
                Assert.True(actual[i].Equals(r) || error <= tolerance, $"{type.Name}, element {i}: {actual[i]:R}, expected {r:R}, error {error:G2}.");
            }
        }
    }

    [Theory, MemberData(nameof(SmallRows))]
    public void Inputs_that_lie_apart_in_memory_give_the_same_bits(string id)
    {
        OpRow row = OpRows.Get(id);
        foreach (DType type in row.Types)
        {
            Tensor[] x = row.Draw(type);
            Tensor y = row.Op.Apply(x);
            foreach ((string name, Func<Tensor, Tensor> spread) in Spreads)
            {
                Tensor[] apart = [.. x.Select(spread)];
                for (int i = 0; i < x.Length; i++) Bits.Equal(x[i], apart[i], name);
                Bits.Equal(y, row.Op.Apply(apart), $"{type.Name}, {name}");
            }
        }
    }

    [Theory, MemberData(nameof(SmallRows))]
    public void Inputs_that_repeat_along_an_axis_give_the_same_bits_as_copies(string id)
    {
        OpRow row = OpRows.Get(id);
        foreach (DType type in row.Types)
        {
            Tensor[] x = row.Draw(type);
            for (int input = 0; input < x.Length; input++)
            {
                for (int axis = 0; axis < x[input].Rank; axis++)
                {
                    if (x[input].Shape[axis] == 0) continue;
                    Tensor repeated = new Slice(axis, 0, 1, 1).Apply(x[input]).BroadcastTo(x[input].Shape);
                    Tensor[] views = [.. x], copies = [.. x];
                    (views[input], copies[input]) = (repeated, repeated.Contiguous());
                    if (Record.Exception(() => row.Op.Apply(copies)) is { } e)
                    {
                        // Repeated rows can be what an op must refuse, a singular matrix for one: then both ways.
                        Assert.Equal(e.Message, Assert.Throws(e.GetType(), () => row.Op.Apply(views)).Message);
                        continue;
                    }
                    Bits.Equal(row.Op.Apply(copies), row.Op.Apply(views), $"{type.Name}, input {input} along axis {axis}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_number_of_threads_does_not_change_a_bit(string id)
    {
        OpRow row = OpRows.Get(id);
        int before = Workers.Count;
        try
        {
            Tensor[] x = row.Draw(row.Types[0]);
            Workers.Count = 1;
            Tensor alone = row.Op.Apply(x);
            for (int threads = 2; threads <= 3; threads++)
            {
                Workers.Count = threads;
                Bits.Equal(alone, row.Op.Apply(x), $"{threads} threads");
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    // Inputs and output lie in larger blocks that are full of a pattern: an op that writes past an end changes the pattern,
    // one that leaves an element of the output unwritten, or adds to what is there, gives other bits.
    [Theory, MemberData(nameof(Rows))]
    public void An_op_writes_its_output_and_nothing_else(string id)
    {
        OpRow row = OpRows.Get(id);
        if (row.Op is CompositeOp or ViewOp) return; // have no kernel of their own
        foreach (DType type in row.Types)
        {
            Tensor[] x = row.Draw(type);
            Tensor expected = row.Op.Apply(x);
            Walled[] inputs = [.. x.Select(t => new Walled(t.Spec))];
            for (int i = 0; i < x.Length; i++) Elementwise.Copy(x[i], inputs[i].Inside);
            Walled output = new(expected.Spec);
            row.Op.Run([.. inputs.Select(w => w.Inside)], output.Inside);
            Bits.Equal(expected, output.Inside, $"{type.Name}, with other memory around");
            output.AssertUntouched("output");
            foreach (Walled input in inputs) input.AssertUntouched("input");
            for (int i = 0; i < x.Length; i++) Bits.Equal(x[i], inputs[i].Inside, $"{type.Name}, input {i} after the op");
        }
    }

    [Theory, MemberData(nameof(DifferentiableRows))]
    public void The_gradient_is_the_slope(string id)
    {
        OpRow row = OpRows.Get(id);
        RandomStream random = new(1, 1);
        Tensor[] x = row.Draw(DType.Float64);
        Tensor weights = random.Normal(row.Op.Apply(x).Shape, DType.Float64);
        (Func<Tensor[], Tensor> f, Tensor[] at) = Smooth(row, x, xs => (row.Op.Apply(xs) * weights).Sum());
        GradientCheckResult result = GradientCheck.Along(f, at, random);
        Assert.True(result.RelativeError < 1e-7, result.ToString());
    }

    [Theory, MemberData(nameof(DifferentiableRows))]
    public void The_second_derivative_is_the_slope_of_the_gradient(string id)
    {
        OpRow row = OpRows.Get(id);
        RandomStream random = new(2, 1);
        Tensor[] x = row.Draw(DType.Float64);
        Tensor weights = random.Normal(row.Op.Apply(x).Shape, DType.Float64);
        (Func<Tensor[], Tensor> f, Tensor[] at) = Smooth(row, x, xs => (row.Op.Apply(xs) * weights).Sum());
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

    [Theory, MemberData(nameof(DiscreteRows))]
    public void A_discrete_op_lets_no_gradient_through(string id)
    {
        OpRow row = OpRows.Get(id);
        Tensor[] x = [.. row.Draw(row.Types[0]).Select(t => t.Track())];
        Assert.False(row.Op.Apply(x).IsTracked);
    }

    [Theory, MemberData(nameof(SmallRows))]
    public void A_recorded_run_gives_the_same_bits_as_an_immediate_one(string id)
    {
        OpRow row = OpRows.Get(id);
        foreach (DType type in row.Types)
        {
            Tensor[] x = row.Draw(type);
            Graph graph = Graph.Trace(xs => row.Op.Apply(xs), [.. x.Select(t => t.Spec)]);
            Tensor y = row.Op.Apply(x);
            Bits.Equal(y, graph.Run(x)[0], type.Name);
            Bits.Equal(y, Planned.Run(graph, x)[0], $"{type.Name}, planned");
        }
    }

    [Theory, MemberData(nameof(DifferentiableRows))]
    public void A_recorded_gradient_gives_the_same_bits_as_an_immediate_one(string id)
    {
        OpRow row = OpRows.Get(id);
        Tensor[] x = [.. row.Draw(DType.Float64).Select(t => t.Track())];
        Tensor[] Gradients(Tensor[] xs) => [.. Gradient.TryOf(row.Op.Apply(xs).Sum(), xs).Where(g => g is not null).Select(g => g!)];
        Graph graph = Graph.Trace(Gradients, [.. x.Select(t => t.Spec)]);
        Tensor[] eager = Gradients(x), recorded = graph.Run(x), planned = Planned.Run(graph, x);
        Assert.Equal(eager.Length, recorded.Length);
        for (int i = 0; i < eager.Length; i++)
        {
            Bits.Equal(eager[i], recorded[i], $"gradient {i}");
            Bits.Equal(eager[i], planned[i], $"gradient {i}, planned");
        }
    }

    [Theory, MemberData(nameof(FusedRows))]
    public void A_fused_op_is_its_decomposition(string id)
    {
        OpRow row = OpRows.Get(id);
        FusedOp op = (FusedOp)row.Op;
        foreach (DType type in row.Types)
        {
            Tensor[] x = [.. row.Draw(type).Select(t => t.Track())];
            Tensor fused = op.Apply(x), defined = op.Decompose(x);
            double tolerance = type == DType.Float32 ? 5e-6 : 1e-13;
            Close(defined, fused, tolerance);
            Tensor weights = new RandomStream(3, 1).Normal(fused.Shape, type);
            Tensor?[] a = Gradient.TryOf((defined * weights).Sum(), x), b = Gradient.TryOf((fused * weights).Sum(), x);
            for (int i = 0; i < a.Length; i++)
            {
                Assert.Equal(a[i] is null, b[i] is null);
                if (a[i] is not null) Close(a[i]!, b[i]!, tolerance * 10);
            }
        }
    }

    // A function of the inputs that can be moved, the others held where they are.
    private static (Func<Tensor[], Tensor> F, Tensor[] At) Smooth(OpRow row, Tensor[] x, Func<Tensor[], Tensor> f)
    {
        int[] moving = [.. Enumerable.Range(0, x.Length).Where(row.IsSmooth)];
        Tensor At(Tensor[] xs)
        {
            Tensor[] all = [.. x];
            for (int i = 0; i < moving.Length; i++) all[moving[i]] = xs[i];
            return f(all);
        }
        return (At, [.. moving.Select(i => x[i])]);
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        double[] e = expected.ToDoubles(), a = actual.ToDoubles();
        for (int i = 0; i < e.Length; i++)
            Assert.True(Math.Abs(e[i] - a[i]) <= tolerance * Math.Max(1, Math.Abs(e[i])), $"element {i}: {a[i]:R}, expected {e[i]:R}");
    }

    private static readonly (string Name, Func<Tensor, Tensor> Spread)[] Spreads =
    [
        ("axes stored in reverse", x =>
        {
            int[] reverse = [.. Enumerable.Range(0, x.Rank).Reverse()];
            return x.Permute(reverse).Contiguous().Permute(reverse);
        }),
        ("every second element", x =>
        {
            if (x.Rank == 0) return x;
            Tensor junk = Tensor.Full(x.Shape, x.DType == DType.Bool ? 1 : 99, x.DType);
            Shape twice = x.Shape.With(x.Rank - 1, 2 * x.Shape[^1]);
            Tensor mixed = Tensor.Concat(x.Rank, junk.Unsqueeze(-1), x.Unsqueeze(-1)).Reshape(twice);
            return new Slice(x.Rank - 1, x.Shape[^1] == 0 ? 0 : 1, x.Shape[^1], 2).Apply(mixed);
        }),
        ("stored backwards", x =>
        {
            if (x.Rank == 0) return x;
            return x[AxisIndex.Every(-1)].Contiguous()[AxisIndex.Every(-1)];
        }),
        ("inside a larger block", x =>
        {
            if (x.Rank == 0) return x;
            Tensor row = Tensor.Full(x.Shape.With(0, 1), 1, x.DType);
            return new Slice(0, 1, x.Shape[0], 1).Apply(Tensor.Concat(0, row, x, row));
        }),
    ];
}
