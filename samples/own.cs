#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// A function, three ops, three modules, a loss and an optimiser of one's own, from outside of the package. All gradients
// are checked against differences; then everything trains together. docs/extending.md explains each part.
// Run it:  dotnet run -c Release samples/own.cs

using System.Numerics;
using System.Runtime.CompilerServices;
using Kubik;
using Kubik.Autograd;
using Kubik.Kernels;
using Kubik.Nn;
using Kubik.Ops;
using Kubik.Optim;

RandomSource.Default = new RandomSource(seed: 1);
RandomStream random = new(seed: 2, stream: 1);
Tensor a = random.Normal([3, 4], DType.Float64), b = random.Normal([3, 5], DType.Float64);
Scale scale = new();
Center center = new();
Meeting meeting = new(2);
CauchyLoss loss = new(0.5);

bool right = Check.Inputs("function", v => v[0].BentIdentity().Square().Sum(), a)
    & Check.Inputs("CompositeOp", v => new SoftClip(0.5).Apply(v[0]).Square().Sum(), a)
    & Check.Inputs("IFunctionOp", v => new Function<Runge>(new(2)).Apply(v[0]).Square().Sum(), a)
    & Check.Inputs("DifferentiableOp", v => new Hadamard().Apply(v[0]).Tanh().Sum(), a)
    & Check.Inputs("module", v => scale.Forward(v[0]).Square().Sum(), a)
    & Check.Weights("its weights", scale, () => scale.Forward(a).Square().Sum())
    & Check.Inputs("module with a statistic", v => (center.Forward(v[0]) * v[0]).Sum(), a)
    & Check.Inputs("module of two inputs", v => meeting.Forward(v[0], v[1]).Square().Sum(), a, b)
    & Check.Weights("its weights", meeting, () => meeting.Forward(a, b).Square().Sum())
    & Check.Inputs("loss", v => loss.Of(v[0], a * 0.5), a);

// y = 0.5·x², seven numbers in a hundred far off: the loss hardly sees them.
Tensor x = random.Uniform([400, 1]) * 4 - 2, clean = x.Square() * 0.5;
Tensor y = clean + random.Bernoulli(0.07, [400, 1]) * 5;
Sequential net = new(new Linear(16), new Lambda(Own.BentIdentity), new Center(), new Scale(),
    new Linear(16), new Lambda(h => new Function<Runge>(new(1)).Apply(h)), new Linear(1));
AdaBelief optimizer = new(0.02) { Schedule = Schedule.Cosine };
for (int step = 0; step < 300; step++) optimizer.Step(loss.Of(net.Forward(x), y), net, progress: step / 300.0);
net.Eval();
double error = new MeanSquaredError().Of(net.Forward(x), clean).Item();
Console.WriteLine($"trained by AdaBelief: squared error against the clean curve {error:F4}");

// Weights are saved by path; the network itself is made again by the same code.
string file = Path.Combine(Path.GetTempPath(), $"kubik-own-{Environment.ProcessId}.safetensors");
scale.Save(file);
Scale again = new();
again.Build([3, 4], DType.Float64);
again.Load(file);
File.Delete(file);
return right && error < 0.05 && again.Forward(a).AsSpan<double>().SequenceEqual(scale.Forward(a).AsSpan<double>()) ? 0 : 1;

internal static class Own
{
    /// <summary>(√(x² + 1) − 1) / 2 + x: the gradient comes from the ops inside.</summary>
    public static Tensor BentIdentity(this Tensor x) => ((x.Square() + 1).Sqrt() - 1) / 2 + x;
}

/// <summary>x / (1 + |x| / limit): a composite has a name and an error of its own, and no kernel.</summary>
internal sealed record SoftClip(double Limit) : CompositeOp
{
    public override string Name => "SoftClip";
    public override Notation Notation => Notation.With("softclip", this.Limit);
    public override string? Onnx => null;

    public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0] / (1 + x[0].Abs() / this.Limit);

    protected override void Check(ReadOnlySpan<TensorSpec> x)
    {
        if (!(this.Limit > 0)) throw this.Error($"the limit must be above 0; it is {this.Limit}.");
    }
}

/// <summary>1 / (1 + s·x²): a formula on lanes, vectors of any width; the family brings types, strides, tails and threads.</summary>
internal readonly record struct Runge(double Steepness) : IFunctionOp
{
    public string Name => "Runge";
    public Notation Notation => Notation.With("runge", this.Steepness);
    public string? Onnx => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> =>
        TLanes.One / (TLanes.One + TLanes.Of(this.Steepness) * x * x);

    public Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (-2 * this.Steepness) * x * y.Square();
}

/// <summary>H·x along the last axis, H the Hadamard matrix of 1 and −1, in n·log n sums: a kernel of one's own.</summary>
internal sealed record Hadamard : DifferentiableOp
{
    public override string Name => "Hadamard";
    public override Notation Notation => Notation.Function("hadamard");
    public override string? Onnx => null;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        x[0].DType is DType.Float32 or DType.Float64 && x[0].Shape.Rank > 0 && BitOperations.IsPow2(x[0].Shape[^1]) ? x[0]
        : throw this.Error($"the input must be float32 or float64 with a power of 2 as its last axis; got {x[0]}.");

    // H is symmetric. A gradient in ops can be differentiated again.
    public override Tensor Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => this.Apply(dy);

    protected override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) Transform<float>(x[0], y);
        else Transform<double>(x[0], y);
    }

    private static void Transform<T>(Tensor x, Tensor y) where T : unmanaged, INumber<T>
    {
        Span<T> to = Output<T>(y);
        x.AsSpan<T>().CopyTo(to);
        int n = x.Shape[^1];
        for (int half = 1; half < n; half *= 2)
        {
            for (int i = 0; i < to.Length; i++)
            {
                if ((i & half) == 0) (to[i], to[i + half]) = (to[i] + to[i + half], to[i] - to[i + half]);
            }
        }
    }
}

/// <summary>y = γ·x along the last axis; γ has the size of the first input.</summary>
internal sealed class Scale : Module
{
    private readonly Parameter gamma = new(spec => Tensor.Ones(spec.Shape, spec.DType));

    protected override Tensor Compute(Tensor x)
    {
        gamma.Define(new(x.DType, [x.Shape[^1]]));
        return x * gamma;
    }
}

/// <summary>y = x − mean: of the batch in training, the running one in evaluation.</summary>
internal sealed class Center : Module
{
    private readonly Parameter mean = new(spec => Tensor.Zeros(spec.Shape, spec.DType), ParameterRole.Statistic);

    protected override Tensor Compute(Tensor x)
    {
        mean.Define(new(x.DType, x.Shape[1..]));
        if (!this.Training) return x - mean;
        Tensor now = x.Mean([0]);
        mean.Assign((0.9 * mean.Value + 0.1 * now).Detach()); // no gradient through what is only measured
        return x - now;
    }
}

/// <summary>yₒ = Σᵢⱼ aᵢ·Wᵢⱼₒ·bⱼ: (B, I) and (B, J) → (B, O).</summary>
internal sealed class Meeting(int outputs) : Module
{
    private readonly RandomStream random = RandomSource.Default.NextStream();
    private Parameter? weight;

    public Tensor Forward(Tensor a, Tensor b) => this.Within(a, () =>
    {
        weight ??= new(spec => random.Normal(spec.Shape, spec.DType) * 0.1);
        weight.Define(new(a.DType, [a.Shape[^1], b.Shape[^1], outputs]));
        return Tensor.Einsum("bi,ijo,bj->bo", a, weight, b);
    });

    protected override Tensor Compute(Tensor x) => this.Forward(x, x);
}

/// <summary>ln(1 + (δ/c)²): the farther off, the less another step counts.</summary>
internal sealed class CauchyLoss(double c) : Loss
{
    public override string Name => "cauchy";
    public override string Formula => "ln(1 + (δ/c)²), δ = t − y";

    protected override Tensor Compute(Tensor output, Tensor target) => ((this.Fit(output, target) - output) / c).Square().Log1p();
}

/// <summary>AdaBelief (Zhuang et al. 2020, arXiv:2010.07468): Adam that divides by how far gradients are from their average.</summary>
internal sealed class AdaBelief(double learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : UpdateRule(learningRate)
{
    public override string Name => "adabelief";

    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor m = s.Average("m", beta1, g);
        Tensor v = s["v"] = beta2 * s["v"] + (1 - beta2) * (g - m).Square() + epsilon;
        return w - s.LearningRate * (m / s.Correction(beta1)) / ((v / s.Correction(beta2)).Sqrt() + epsilon);
    }
}

internal static class Check
{
    public static bool Inputs(string name, Func<Tensor[], Tensor> f, params ReadOnlySpan<Tensor> at) =>
        Say(name, GradientCheck.Along(f, at, new RandomStream(1, 1)).RelativeError);

    /// <summary>The same by the weights of a module: it is computed with w + εv and w − εv, and w is put back.</summary>
    public static bool Weights(string name, Module module, Func<Tensor> f)
    {
        f();
        const double Epsilon = 1e-5;
        double worst = 0;
        foreach (Parameter p in module.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight))
        {
            Tensor w = p.Value.Detach(), v = new RandomStream(1, 1).Normal(p.Spec.Shape, DType.Float64);
            double analytic = (Gradient.Of(f(), p) * v).Sum().Item();
            p.Assign(w + Epsilon * v);
            double up = f().Item();
            p.Assign(w - Epsilon * v);
            double numeric = (up - f().Item()) / (2 * Epsilon);
            p.Assign(w);
            worst = Math.Max(worst, new GradientCheckResult(analytic, numeric).RelativeError);
        }
        return Say(name, worst);
    }

    private static bool Say(string name, double error)
    {
        Console.WriteLine($"{name,-24} relative error of the gradient {error:0e0}");
        return error < 1e-6;
    }
}
