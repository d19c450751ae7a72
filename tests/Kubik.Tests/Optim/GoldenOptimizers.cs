// Twenty steps of every rule and a hundred learning rates of every schedule against PyTorch, and Lion, LAMB and the
// perceptron against the papers written out in Python: tests/golden/make_optimizers.py.

using System.Text.Json;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class GoldenOptimizers
{
    private static readonly Dictionary<string, JsonElement> Rules =
        Read("rules", c => $"{c.GetProperty("rule").GetString()} {c.GetProperty("options").GetRawText()}");
    private static readonly Dictionary<string, JsonElement> Schedules = Read("schedules", c => c.GetProperty("schedule").GetString()!);
    private static readonly Dictionary<string, JsonElement> Perceptrons = Read("perceptron", c => c.GetProperty("t").GetRawText());

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    public static TheoryData<string> PerceptronNames => [.. Perceptrons.Keys];

    [Theory, MemberData(nameof(RuleNames))]
    public void Twenty_steps_in_float64(string name) => Follow(Rules[name], DType.Float64, 1e-9);

    [Theory, MemberData(nameof(RuleNames))]
    public void Twenty_steps_in_float32(string name)
    {
        // Where a line search or a step of L-BFGS ends depends on the last bits near the minimum: PyTorch in float32 is up to 1.2e-4 away
        // from itself in float64.
        Follow(Rules[name], DType.Float32, name.StartsWith("lbfgs") ? 1e-3 : 1e-5);
    }

    [Theory, MemberData(nameof(ScheduleNames))]
    public void A_hundred_learning_rates(string name)
    {
        Schedule schedule = Schedule.Parse(name);
        double[] expected = Doubles(Schedules[name].GetProperty("factors")),
            metrics = Schedules[name].TryGetProperty("metrics", out JsonElement m) ? Doubles(m) : [];
        for (int k = 0; k < expected.Length; k++)
        {
            double actual = schedule.At(k + 1, k / 100.0);
            Assert.True(Math.Abs(expected[k] - actual) < 1e-12, $"step {k + 1}: {actual:R}, PyTorch {expected[k]:R}");
            if (metrics.Length > 0) schedule.Observe(metrics[k]);
        }
        Assert.Equal(name, schedule.Notation);
        Assert.Equal(name, Schedule.Parse(schedule.Notation).Notation);
    }

    [Theory, MemberData(nameof(PerceptronNames))]
    public void The_perceptron(string name)
    {
        JsonElement c = Perceptrons[name], start = c.GetProperty("start");
        double[][] x = Rows(c.GetProperty("x")), t = Rows(c.GetProperty("t")), w = Rows(start.GetProperty("w"));
        Linear layer = new(w.Length, w[0].Length);
        layer.Cast(DType.Float64);
        layer.Weight.Assign(Matrix(w));
        layer.Bias!.Assign(Tensor.Of<double>(Doubles(start.GetProperty("b"))));
        PerceptronRule rule = new(c.GetProperty("rate").GetDouble());
        foreach (JsonElement expected in c.GetProperty("path").EnumerateArray())
        {
            for (int i = 0; i < x.Length; i++) rule.Step(layer, Matrix([x[i]]), Matrix([t[i]]));
            Close(Rows(expected.GetProperty("w")).SelectMany(r => r).ToArray(), layer.Weight.Value.ToDoubles(), 1e-12, name);
            Close(Doubles(expected.GetProperty("b")), layer.Bias.Value.ToDoubles(), 1e-12, name);
        }
    }

    [Fact]
    public void There_are_three_cases_or_more_for_each_optimizer() =>
        Assert.All(OptimizerTable.All, o => Assert.True(Rules.Keys.Count(k => k.StartsWith(o.Name + " ")) >= 3, o.Name));

    [Fact]
    public void There_are_three_cases_or_more_for_each_schedule() =>
        Assert.All(ScheduleTable.All.Where(s => s.Name != "constant"), s => Assert.True(Schedules.Keys.Count(k => k.Split(' ').Contains(s.Name)) >= 3, s.Name));

    private static void Follow(JsonElement c, DType type, double tolerance)
    {
        Trio model = new(type);
        Optimizer optimizer = Make(c.GetProperty("rule").GetString()!, new Options(c.GetProperty("options")));
        int step = 0;
        foreach (JsonElement expected in c.GetProperty("path").EnumerateArray())
        {
            optimizer.Step(model.Loss, model);
            Close(Doubles(expected), model.Flat.ToDoubles(), tolerance, $"step {++step}");
        }
        Assert.Equal(20, optimizer.Steps);
    }

    private static Optimizer Make(string rule, Options o)
    {
        double rate = o["rate"], decay = o["decay", 0], beta1 = o["beta1", 0.9], beta2 = o["beta2", rule == "lion" ? 0.99 : 0.999],
            epsilon = o["eps", rule == "lamb" ? 1e-6 : 1e-8];
        double? clip = o.Has("clip") ? o["clip"] : null;
        ParameterGroup[] groups = o.Has("group_rate") ? [new((path, _) => path == "b") { Rate = o["group_rate"], WeightDecay = 0 }] : [];
        return rule switch
        {
            "sgd" => new Sgd(rate) { WeightDecay = decay, ClipValue = clip, Groups = groups },
            "momentum" => new Momentum(rate, o["momentum"], o["dampening", 0]) { WeightDecay = decay, Groups = groups },
            "nesterov" => new Nesterov(rate, o["momentum"]) { WeightDecay = decay },
            "adagrad" => new Adagrad(rate, o["rate_decay", 0], o["first", 0], o["eps", 1e-10]) { WeightDecay = decay },
            "adadelta" => new Adadelta(rate, o["rho", 0.9], o["eps", 1e-6]) { WeightDecay = decay },
            "rmsprop" => new RmsProp(rate, o["alpha", 0.99], epsilon, o["momentum", 0], o.Flag("centered")) { WeightDecay = decay },
            "adam" => new Adam(rate, beta1, beta2, epsilon) { WeightDecay = decay, Groups = groups },
            "amsgrad" => new AmsGrad(rate, beta1, beta2, epsilon) { WeightDecay = decay },
            "adamw" => new AdamW(rate, beta1, beta2, epsilon, o["decoupled"]),
            "adamax" => new Adamax(rate, beta1, beta2, epsilon) { WeightDecay = decay },
            "nadam" => new NAdam(rate, beta1, beta2, epsilon, o["momentum_decay", 0.004]) { WeightDecay = decay },
            "radam" => new RAdam(rate, beta1, beta2, epsilon) { WeightDecay = decay },
            "lion" => new Lion(rate, beta1, beta2) { DecoupledDecay = o["decoupled", 0] },
            "lamb" => new Lamb(rate, beta1, beta2, epsilon, decay),
            "rprop" => new Rprop(rate, o["minus", 0.5], o["plus", 1.2], o["least", 1e-6], o["most", 50]),
            _ => new Lbfgs(rate, (int)o["iterations"], (int)o["history", 100], o.Flag("search")),
        };
    }

    private static void Close(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{what}, element {i}: {actual[i]:R}, expected {expected[i]:R}");
    }

    private static Tensor Matrix(double[][] rows) => Tensor.From<double>([.. rows.SelectMany(r => r)], [rows.Length, rows[0].Length]);

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Doubles)];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private static Dictionary<string, JsonElement> Read(string file, Func<JsonElement, string> name) =>
        File.ReadLines(Golden.Path(Path.Combine("optimizers", file + ".jsonl"))).Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(name);

    private sealed class Options(JsonElement json)
    {
        public double this[string name] => json.GetProperty(name).GetDouble();

        public double this[string name, double otherwise] => this.Has(name) ? this[name] : otherwise;

        public bool Has(string name) => json.TryGetProperty(name, out _);

        public bool Flag(string name) => this.Has(name) && json.GetProperty(name).GetBoolean();
    }
}

/// <summary>Three parameters of odd shapes and the loss of tests/golden/make_optimizers.py.</summary>
internal sealed class Trio : Module
{
    private static readonly double[] Start = [1.25, -0.5, 0.75, 2.0, -1.5, 0.25, -0.75, 1.5, -1.0, 0.5, -0.25, 1.75];
    private readonly Parameter a, b, c;

    public Trio(DType type = DType.Float64)
    {
        this.a = new(Tensor.From(Start[..6], [2, 3]).Cast(type));
        this.b = new(Tensor.From(Start[6..7], [1]).Cast(type));
        this.c = new(Tensor.From(Start[7..], [5]).Cast(type));
    }

    public Parameter[] Weights => [this.a, this.b, this.c];

    public Tensor Flat => Tensor.Concat(0, this.a.Value.Reshape(6), this.b.Value, this.c.Value);

    /// <summary>A bowl with a bent valley: Σ h·(u − t)²/2 + Σ (uᵢ₊₁ − uᵢ²)²/16.</summary>
    public Tensor Loss()
    {
        Tensor u = this.Flat, i = Tensor.Range(0, 12, 1, DType.Float64);
        Tensor away = u - i.Sin().Cast(u.DType), bend = u[1..] - u[..11] * u[..11];
        return ((1 + i / 4).Cast(u.DType) * away * away).Sum() / 2 + (bend * bend).Sum() / 16;
    }

    protected override Tensor Compute(Tensor x) => x;
}
