// Elementwise ops and reductions at every length around the widths of vectors, tiles and jobs: that is where a tail is
// forgotten or done twice.

namespace Kubik.Tests.Ops;

public sealed class OpLengths
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 71), 127, 128, 129, 511, 512, 513, 16383, 16384, 16385, 32769, 50_001];

    public static TheoryData<string> Ops =>
        [.. new[] { "Exp", "Relu", "Step", "Softplus", "Tanh", "Elu", "Clip" }, .. new[] { "Add", "Maximum", "Pow", "PRelu" }, "Greater", "Where", "Cast"];

    [Theory, MemberData(nameof(Ops))]
    public void Every_element_is_computed_once(string op)
    {
        foreach (int length in Lengths)
        {
            double[] a = [.. Enumerable.Range(0, length).Select(i => 0.25 + i * 7919 % 64 / 32.0)], b = [.. a.Select((v, i) => v - 1 + i % 3)];
            Tensor x = Tensor.From(a).Cast(DType.Float32), y = Tensor.From(b).Cast(DType.Float32);
            (Tensor actual, Func<double, double, double> f) = op switch
            {
                "Exp" => (x.Exp(), (p, _) => Math.Exp(p)),
                "Relu" => ((x - 1).Relu(), (p, _) => Math.Max(p - 1, 0)),
                "Step" => ((x - 1).Step(), (p, _) => p > 1 ? 1 : 0),
                "Softplus" => (x.Softplus(), (p, _) => Math.Log(1 + Math.Exp(p))),
                "Tanh" => (x.Tanh(), (p, _) => Math.Tanh(p)),
                "Elu" => ((x - 1).Elu(), (p, _) => p > 1 ? p - 1 : Math.Exp(p - 1) - 1),
                "Clip" => (x.Clip(0.5, 1), (p, _) => Math.Clamp(p, 0.5, 1)),
                "PRelu" => ((x - 1).PRelu(y), (p, q) => p > 1 ? p - 1 : (p - 1) * q),
                "Add" => (x + y, (p, q) => p + q),
                "Maximum" => (x.Maximum(y), Math.Max),
                "Pow" => (x.Pow(y), Math.Pow),
                "Greater" => (x > y, (p, q) => p > q ? 1 : 0),
                "Where" => (Tensor.Where(x > y, x, y), Math.Max),
                _ => (x.Cast(DType.Int32), (Func<double, double, double>)((p, _) => Math.Truncate(p))),
            };
            double[] values = actual.ToDoubles();
            Assert.Equal(length, values.Length);
            for (int i = 0; i < length; i++)
                Assert.True(Math.Abs(values[i] - f(a[i], b[i])) <= 1e-5 * Math.Max(1, Math.Abs(f(a[i], b[i]))),
                    $"{op}, length {length}, element {i}: {values[i]}, expected {f(a[i], b[i])}");
        }
    }

    [Fact]
    public void Reductions_count_every_element_once()
    {
        foreach (int length in Lengths)
        {
            Tensor x = Tensor.Range(0, length, dtype: DType.Int64);
            Assert.Equal((long)length * (length - 1) / 2, (long)x.Sum().Item());
            if (length == 0) continue;
            Assert.Equal(length - 1, (int)x.Max());
            Assert.Equal(0, (int)x.Min());
            Assert.Equal(length - 1, (int)x.ArgMax());
            Tensor two = Tensor.Stack(1, x, -x);
            Assert.Equal([length * (length - 1L) / 2, -(length * (length - 1L) / 2)], two.Sum(0).ToArray<long>());
            Assert.Equal([length - 1L, 0], two.Max(0).ToArray<long>());
        }
    }

    [Fact]
    public void A_sum_keeps_its_digits_however_long_it_is() =>
        Assert.Equal(3_000_000 * 0.1, (double)Tensor.Full([3_000_000], 0.1).Contiguous().Sum(), 3_000_000 * 0.1 * 1e-5);
}
