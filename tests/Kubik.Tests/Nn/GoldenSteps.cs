// Whole training steps against PyTorch (tests/golden/make_steps.py): every gradient at step 0, the losses of ten steps.

using Kubik.Autograd;
using Kubik.IO;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Nn;

public sealed class GoldenSteps
{
    public static TheoryData<string> Files => ["mlp", "lenet", "batchnorm"];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryGradientAtStep0IsPyTorchs(string name)
    {
        Case c = new(name, DType.Float32);
        Parameter[] weights = [.. c.Weights.Select(w => w.Parameter)];
        Tensor?[] gradients = Gradient.TryOf(c.Loss(), [.. weights.Select(w => w.Value)]);
        Assert.NotEmpty(weights);
        for (int i = 0; i < weights.Length; i++)
        {
            double[] expected = c.File["gradient/" + c.Weights[i].Path].ToDoubles(), actual = gradients[i]!.ToDoubles();
            double largest = expected.Max(Math.Abs), error = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            // A bias before a batch norm has gradient 0: a sum of what reaches the layer's output, of which only rounding is left. Each term comes
            // from some five roundings of numbers of its size, and the partial sums are small against the sum of magnitudes: 8 roundings of that in all.
            bool isZero = largest < 1e-12;
            double tolerance = isZero ? 8 * MathF.Pow(2, -24) * c.MagnitudeReaching(c.Weights[i].Path) : 1e-5 * largest;
            Assert.True(error <= tolerance, $"{c.Weights[i].Path}: error {error:G3}, allowed {tolerance:G3}, largest {largest:G3}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void TenLossesArePyTorchs(string name)
    {
        foreach ((string key, Func<Optimizer> optimizer) in (IEnumerable<(string, Func<Optimizer>)>)[("momentum", () => new Momentum(0.01)),
            ("adam", () => new Adam(0.001))])
        {
            AssertLosses(name, key, optimizer(), DType.Float64, 1e-9);
            AssertLosses(name, key, optimizer(), DType.Float32, 1e-5);
        }
    }

    private static void AssertLosses(string name, string key, Optimizer optimizer, DType dtype, double tolerance)
    {
        Case c = new(name, dtype);
        double[] expected = [.. c.File.Metadata[key].Split(' ').Select(double.Parse)];
        Assert.Equal(10, expected.Length);
        for (int step = 0; step < expected.Length; step++)
        {
            Tensor loss = c.Loss();
            double actual = (double)loss;
            Assert.True(Math.Abs(actual - expected[step]) <= tolerance * expected[step],
                $"{name} {key} {dtype} step {step}: {actual:R}, PyTorch {expected[step]:R}");
            optimizer.Step(loss, c.Net);
        }
    }

    private sealed class Case
    {
        private readonly Tensor x, y;

        public Case(string name, DType dtype)
        {
            this.File = Safetensors.Load(Golden.Path($"steps/{name}.safetensors"));
            (this.x, this.y) = (this.File["x"].Cast(dtype), this.File["y"]);
            if (this.y.DType.IsFloat) this.y = this.y.Cast(dtype);
            this.Net = Sequential.Parse(this.File.Metadata["net"]);
            this.Net.Build(this.x.Shape);
            this.Weights = [.. this.Net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight)];
            foreach ((string path, Parameter weight) in this.Weights) weight.Assign(this.File["weight/" + path]);
            this.Net.Cast(dtype);
        }

        public SafetensorsFile File { get; }

        public Sequential Net { get; }

        public List<(string Path, Parameter Parameter)> Weights { get; }

        /// <summary>Σ|t| of what reaches the output of a bias's layer, for the channel with the largest.</summary>
        public double MagnitudeReaching(string bias)
        {
            Assert.EndsWith(".bias", bias, StringComparison.Ordinal);
            Tensor given = this.x, output = this.x;
            for (int i = 0; i < this.Net.Items.Count; i++)
            {
                output = this.Net.Items[i].Forward(output);
                if (bias == $"{i}.bias") given = output;
            }
            Tensor reaching = Gradient.Of(this.LossOf(output), given);
            return reaching.Abs().Sum([.. Enumerable.Range(0, reaching.Rank).Where(axis => axis != 1)]).Max().Item();
        }

        public Tensor Loss() => this.LossOf(this.Net.Forward(this.x));

        private Tensor LossOf(Tensor output) => (this.y.DType.IsFloat ? (Loss)new MeanSquaredError() : new CrossEntropy()).Of(output, this.y);
    }
}
