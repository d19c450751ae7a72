#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// Does cost grow in proportion? The first step of a compiled training step (trace, gradient, passes, plan) and the steps after
// it, for networks of more and more layers, larger and larger batches, longer and longer sequences. "×" is by how much a figure
// grew when the size doubled: 2 is proportional. Run it:  dotnet run -c Release bench/growth.cs [-- WORD…] [--json]
// Words choose curves whose name holds one of them.

using System.Diagnostics;
using System.Text.Json;
using Kubik;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

Curve[] curves =
[
    new("perceptron, layers", 2, 128, n => Of(string.Join(" | ", Enumerable.Repeat("linear 64 | relu", n)), [32, 64])),
    new("resnet, blocks", 2, 128, n => Of(string.Join(" | ", Enumerable.Repeat("residual(conv 16 3x3 pad=1 bias=false | batchnorm | relu | conv 16 3x3 pad=1 bias=false | batchnorm) | relu", n)), [8, 16, 8, 8])),
    new("gpt, blocks", 2, 64, n => Of($"positions 32 | repeat {n} (transformer 4 256 causal=true (gelu))", [4, 32, 64])),
    new("lenet, batch", 1, 256, n => Of("conv 6 5x5 pad=2 | relu | maxpool 2 | conv 16 5x5 | relu | maxpool 2 | flatten | linear 120 | relu | linear 84 | relu | linear 10", [n, 1, 28, 28])),
    new("resnet of 4 blocks, batch", 1, 256, n => Of(string.Join(" | ", Enumerable.Repeat("residual(conv 16 3x3 pad=1 bias=false | batchnorm | relu | conv 16 3x3 pad=1 bias=false | batchnorm) | relu", 4)), [n, 16, 8, 8])),
    new("lstm, steps", 16, 512, n => Of("lstm 64", [8, n, 32])),
    new("a loop of one's own, steps", 16, 512, n => (new Loop(32), [8, n, 32])),
];

string[] words = [.. args.Where(a => a != "--json")];
List<Measured> all = [];
First(curves[0].Make(2)); // what every compilation needs is loaded
foreach (Curve curve in curves.Where(c => words.Length == 0 || words.Any(w => c.Name.Contains(w, StringComparison.Ordinal))))
{
    Console.WriteLine($"\n{curve.Name}\n{"size",6}  {"ops",6}  {"plan",6}  {"MB",8}  {"first ms",9}  {"×",5}  {"step ms",9}  {"×",5}");
    WarmUp(curve); // and the kernels of this one compiled
    Measured? before = null;
    for (int n = curve.From; n <= curve.To; n *= 2)
    {
        Measured now = Measure(curve, n);
        Console.WriteLine($"{n,6}  {now.Operations,6}  {now.PlanSteps,6}  {now.Megabytes,8:0.00}  {now.First,9:0.00}  {now.First / before?.First,5:0.00}  {now.Step,9:0.000}  {now.Step / before?.Step,5:0.00}");
        all.Add(before = now);
    }
}
if (args.Contains("--json"))
    Console.WriteLine(JsonSerializer.Serialize(all.Select(m => new Dictionary<string, object> { ["curve"] = m.Curve, ["size"] = m.Size, ["ops"] = m.Operations, ["plan_steps"] = m.PlanSteps, ["arena_mb"] = m.Megabytes, ["ms_first"] = m.First, ["ms_step"] = m.Step })));
return 0;

static (Module Net, Shape Input) Of(string notation, Shape input) => (Sequential.Parse(notation), input);

static (CompiledStep Step, Tensor X, Tensor Target, double Milliseconds) First((Module Net, Shape Input) made)
{
    RandomStream random = RandomSource.Default.NextStream();
    Tensor x = random.Normal(made.Input), target = random.Normal(made.Net.Build(made.Input));
    CompiledStep step = Compiled.Step(made.Net, new MeanSquaredError(), new Momentum(1e-4, 0.9));
    long start = Stopwatch.GetTimestamp();
    step.Run(x, target);
    return (step, x, target, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
}

// The just-in-time compiler makes better code of what ran thirty times, after 100 ms without news.
static void WarmUp(Curve curve)
{
    (CompiledStep step, Tensor x, Tensor target, _) = First(curve.Make(curve.From));
    for (int i = 0; i < 4; i++)
    {
        for (int repeat = 0; repeat < 40; repeat++) step.Run(x, target);
        Thread.Sleep(150);
    }
    for (int n = curve.From; n <= Math.Min(curve.To, 16); n *= 2) First(curve.Make(n));
}

static Measured Measure(Curve curve, int n)
{
    (CompiledStep Step, Tensor X, Tensor Target, double Milliseconds) made = First(curve.Make(n));
    double first = made.Milliseconds;
    for (int repeat = 0; repeat < 2; repeat++) first = Math.Min(first, First(curve.Make(n)).Milliseconds); // the collector may come between
    List<double> times = [];
    for (long start = Stopwatch.GetTimestamp(); times.Count < 10 || (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.3 && times.Count < 1000);)
    {
        long before = Stopwatch.GetTimestamp();
        made.Step.Run(made.X, made.Target);
        times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
    }
    times.Sort();
    var plan = made.Step.Plans[0];
    return new(curve.Name, n, plan.Passes[0].Before, plan.Steps.Count, plan.ArenaBytes / (1024.0 * 1024), first, times[times.Count / 2]);
}

/// <summary>A network whose size is doubled again and again.</summary>
internal sealed record Curve(string Name, int From, int To, Func<int, (Module Net, Shape Input)> Make);

/// <summary>What was measured of one size.</summary>
internal sealed record Measured(string Curve, int Size, int Operations, int PlanSteps, double Megabytes, double First, double Step);

/// <summary>A recurrent layer written as a loop over ops: the graph has a few nodes for every step.</summary>
internal sealed class Loop(int size) : Module
{
    private readonly Parameter w = new(Tensor.Full([size, size], 0.01)), u = new(Tensor.Full([size, size], 0.01));

    protected override Tensor Compute(Tensor x) // (B, T, C)
    {
        Tensor h = Tensor.Zeros([x.Shape[0], size]);
        for (int t = 0; t < x.Shape[1]; t++) h = (x[.., t].MatMul(this.w) + h.MatMul(this.u)).Tanh();
        return h;
    }
}
