// What holds for every optimiser of the table: a step is all or nothing, its memory survives saving, a traced step gives
// the bits of an eager one, a convex loss is brought near its minimum.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.IO;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class OptimizerTheories
{
    public static TheoryData<string> All => [.. Names];

    public static TheoryData<string> Traceable => [.. Names.Where(name => name != "lbfgs")];

    private static IEnumerable<string> Names => [.. OptimizerTable.All.Select(o => o.Name), .. Variants.Keys];

    // Rules whose options change what they remember.
    private static readonly Dictionary<string, Func<Schedule, Optimizer>> Variants = new()
    {
        ["momentum, dampened"] = s => new Momentum(0.05, 0.8, 0.3) { Schedule = s },
        ["rmsprop, centred, with momentum"] = s => new RmsProp(0.01, 0.9, 1e-6, 0.8, centered: true) { Schedule = s },
        ["adagrad with decays"] = s => new Adagrad(0.1, 0.1, 0.5) { Schedule = s, WeightDecay = 0.01 },
        ["adamw with everything"] = s => new AdamW(0.01)
        {
            Schedule = s,
            ClipNorm = 0.5,
            ClipValue = 0.3,
            WeightDecay = 0.01,
            MaxNorm = 1.5,
            Groups = [new((path, p) => p.Spec.Shape.Rank < 2) { Rate = 0.5, DecoupledDecay = 0 }],
        },
    };

    private static Optimizer Make(string name, Schedule? schedule = null)
    {
        schedule ??= Schedule.Constant;
        return Variants.TryGetValue(name, out Func<Schedule, Optimizer>? make) ? make(schedule)
            : OptimizerTable.Find(name).Make(OptimizerTable.Find(name).UsualLearningRate, schedule);
    }

    [Theory, MemberData(nameof(Traceable))]
    public void A_whole_step_can_be_traced_and_gives_the_bits_of_the_eager_one(string name)
    {
        Sequential eager = Sequential.Parse("linear 8 | tanh | dropout 0.25 | batchnorm | linear 2"), traced = Sequential.Parse(eager.Notation);
        Tensor x = new RandomStream(1, 1).Normal([6, 3]), y = Tensor.Of(0, 1, 0, 1, 1, 0);
        eager.Build(x.Shape);
        traced.Build(x.Shape);
        traced.Assign(eager.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()));
        CrossEntropy loss = new();
        Schedule schedule = Schedule.Parse("warmup 3 | cosine");
        UpdateRule a = (UpdateRule)Make(name, schedule), b = (UpdateRule)Make(name, schedule);
        Parameter[] weights = [.. traced.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        b.Sort(traced);
        Graph step = Graph.Trace(
            v =>
            {
                Tensor mean = loss.Of(traced.Forward(v[0]), v[1]);
                b.UpdateAll(weights, Gradient.TryOf(mean, [.. weights.Select(w => w.Value)]));
                return mean;
            },
            x.Spec, y.Spec);
        for (int i = 0; i < 6; i++)
        {
            Tensor mean = loss.Of(eager.Forward(x), y);
            a.Step(mean, eager, progress: i / 6.0);
            b.Advance(i / 6.0);
            Assert.Equal((double)mean, (double)step.Run(x, y)[0]);
        }
        AssertSame(eager, traced);
    }

    [Theory, MemberData(nameof(All))]
    public void Saved_and_restored_it_goes_on_with_the_same_bits(string name)
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Float64])
        {
            string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "state.safetensors");
            Trio a = new(type), b = new(type);
            Optimizer first = Make(name, Schedule.Parse("plateau factor=0.5 patience=0")), second = Make(name, Schedule.Parse("plateau factor=0.5 patience=0"));
            for (int i = 0; i < 4; i++)
            {
                first.Schedule.Observe(1 + i);
                first.Step(a.Loss, a);
            }
            Safetensors.Save(file, first.State(a));
            b.Assign(a.Values());
            second.Restore(b, Safetensors.Load(file).Tensors, first.Steps);
            Assert.Equal(first.Steps, second.Steps);
            for (int i = 0; i < 3; i++)
            {
                first.Step(a.Loss, a);
                second.Step(b.Loss, b);
                AssertSame(a, b);
            }
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_step_that_throws_changes_nothing(string name)
    {
        Trio model = new(), control = new();
        Optimizer optimizer = Make(name), undisturbed = Make(name);
        for (int i = 0; i < 2; i++)
        {
            optimizer.Step(model.Loss, model);
            undisturbed.Step(control.Loss, control);
        }
        model.Assign(new Trio().Values()); // far from the minimum again, so that L-BFGS has something to do
        control.Assign(new Trio().Values());
        Dictionary<string, Tensor> before = optimizer.State(model);
        int calls = 0;
        if (optimizer is UpdateRule rule)
        {
            // The last gradient does not fit its weight, when the others have been computed already.
            Assert.Throws<ShapeException>(() =>
                rule.Apply(model.Weights, [Tensor.Ones([2, 3], DType.Float64), Tensor.Ones([1], DType.Float64), Tensor.Ones([4], DType.Float64)]));
        }
        else
        {
            Assert.Throws<TimeZoneNotFoundException>(() => optimizer.Step(() => ++calls == 2 ? throw new TimeZoneNotFoundException() : model.Loss(), model));
        }
        Assert.Equal(2, optimizer.Steps);
        AssertSame(before, optimizer.State(model));
        optimizer.Step(model.Loss, model);
        undisturbed.Step(control.Loss, control);
        AssertSame(control, model);
    }

    [Theory, MemberData(nameof(All))]
    public void A_first_step_that_throws_leaves_no_memory(string name)
    {
        Trio model = new();
        if (Make(name) is not UpdateRule rule) return;
        Assert.ThrowsAny<Exception>(() => rule.Apply(model.Weights, [Tensor.Ones([2, 3], DType.Float64), Tensor.Ones([7], DType.Float64), null]));
        Assert.Empty(rule.State(model));
        Assert.Equal(0, rule.Steps);
    }

    [Theory, MemberData(nameof(All))]
    public void A_model_that_is_converted_keeps_its_memory(string name)
    {
        Trio model = new(DType.Float32), exact = new();
        Optimizer optimizer = Make(name), control = Make(name);
        for (int i = 0; i < 6; i++)
        {
            if (i == 3) model.Cast(DType.Float64);
            optimizer.Step(model.Loss, model);
            control.Step(exact.Loss, exact);
        }
        Assert.All(model.Weights, w => Assert.Equal(DType.Float64, w.Spec.DType));
        Assert.All(exact.Flat.ToDoubles().Zip(model.Flat.ToDoubles()), p => Assert.Equal(p.First, p.Second, 1e-4));
    }

    [Theory, MemberData(nameof(All))]
    public void The_memory_of_another_optimizer_or_network_is_refused_and_nothing_changes(string name)
    {
        Trio model = new();
        Optimizer optimizer = Make(name);
        for (int i = 0; i < 2; i++) optimizer.Step(model.Loss, model);
        Dictionary<string, Tensor> before = optimizer.State(model);
        Tensor ones = Tensor.Ones([2, 3], DType.Float64);
        foreach (string wrong in (string[])["a/nonsense", "z/m", "nonsense"])
            Assert.Throws<ShapeException>(() => optimizer.Restore(model, new Dictionary<string, Tensor>(before) { [wrong] = ones }, 9));
        foreach (string key in before.Keys)
        {
            Assert.Throws<ShapeException>(() =>
                optimizer.Restore(model, new Dictionary<string, Tensor>(before) { [key] = Tensor.Ones([3, 2], DType.Float64) }, 9));
            // Without the whole of a weight's memory there is nothing to go on from.
            if (before.Keys.Count(k => k.Split('/')[0] == key.Split('/')[0]) > 1)
                Assert.Throws<ShapeException>(() => optimizer.Restore(model, before.Where(b => b.Key != key).ToDictionary(), 9));
        }
        Assert.Equal(2, optimizer.Steps);
        AssertSame(before, optimizer.State(model));
    }

    [Theory, MemberData(nameof(All))]
    public void A_convex_loss_is_brought_near_its_minimum(string name)
    {
        // Least squares for y = 2a − 3b + 1, with the rate falling to nearly nothing.
        Tensor x = new RandomStream(5, 5).Normal([40, 2], DType.Float64);
        Tensor y = x.MatMul(Tensor.From<double>([2, -3], [2, 1])) + 1;
        Linear model = new(2, 1);
        model.Cast(DType.Float64);
        model.Weight.Assign(Tensor.From<double>([0.5, 0.5], [2, 1]));
        model.Bias!.Assign(Tensor.Of(0.25));
        MeanSquaredError loss = new();
        double rate = name switch
        {
            "sgd" or "momentum" or "nesterov" or "momentum, dampened" => 0.1,
            "adadelta" => 50,
            "lbfgs" => 1,
            "adagrad" or "adagrad with decays" => 0.5,
            "radam" => 0.2,
            _ => 0.05,
        };
        Optimizer optimizer = Make(name, Schedule.Cosine);
        optimizer.LearningRate = rate;
        double first = (double)loss.Of(model.Forward(x), y);
        for (int i = 0; i < 600; i++) optimizer.Step(() => loss.Of(model.Forward(x), y), model, i / 600.0);
        double last = (double)loss.Of(model.Forward(x), y), limit = name.Contains("with ") && !name.StartsWith("rmsprop") ? 0.5 : 1e-3;
        Assert.True(last < limit * first, $"{first} → {last}");
    }

    [Fact]
    public void Every_optimizer_has_its_own_name_and_is_found_by_it() =>
        Assert.All(OptimizerTable.All, o => Assert.Equal(o.Name, o.Make(o.UsualLearningRate, Schedule.Constant).Name));

    [Fact]
    public void Every_optimizer_is_in_the_table() =>
        Assert.Equal(
            typeof(Optimizer).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Optimizer)) && !t.IsAbstract).Select(t => t.Name).Order(),
            OptimizerTable.All.Select(o => o.Make(o.UsualLearningRate, Schedule.Constant).GetType().Name).Order());

    private static void AssertSame(Module a, Module b) => AssertSame(a.Values(), b.Values());

    private static void AssertSame(Dictionary<string, Tensor> a, Dictionary<string, Tensor> b)
    {
        Assert.Equal(a.Keys.Order(), b.Keys.Order());
        Assert.All(a, v =>
            Assert.True(v.Value.Spec == b[v.Key].Spec && v.Value.ToDoubles().SequenceEqual(b[v.Key].ToDoubles()), $"{v.Key}: {v.Value} and {b[v.Key]}"));
    }
}
