// Values and gradients of everything that PyTorch has too, against numbers made by tests/golden/make_ops.py. What a case
// is in Kubik stands in the file of its family, GoldenOps.Elementwise.cs and so on.

using System.Text.Json;
using Kubik.Autograd;
using Kubik.Graphs;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static readonly Dictionary<string, JsonElement> Cases = Read();

    // Lazy, because the families are initialised in files of their own, in no order that is known here.
    private static readonly Lazy<Dictionary<string, Func<GoldenCase, Tensor[], Tensor>>> Ops = new(() =>
        new[]
        {
            AlgebraCases,
            ElementwiseCases,
            FunctionCases,
            ActivationCases,
            ReduceCases,
            ShapeCases,
            WindowCases,
            NormalizeCases,
            RecurrentCases,
            ScanCases,
            ArrangeCases,
            SelectCases,
            LossCases,
            ConvolutionCases,
            PoolingCases,
            AttentionCases,
        }.SelectMany(family => family!).ToDictionary());

    /// <summary>Every case, with Float64.</summary>
    internal static IEnumerable<GoldenCase> All => Cases.Values.Select(c => new GoldenCase(c, DType.Float64));

    /// <summary>What a case computes.</summary>
    internal static Tensor Run(GoldenCase c, Tensor[] x) => Ops.Value[c.Op](c, x);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void In_float64(string name) => Check(new(Cases[name], DType.Float64), 1e-9);

    [Theory, MemberData(nameof(Names))]
    public void In_float32(string name) => Check(new(Cases[name], DType.Float32), 1e-5);

    [Theory, MemberData(nameof(Names))]
    public void In_a_trace_with_the_bits_of_the_eager_run(string name)
    {
        GoldenCase c = new(Cases[name], DType.Float32);
        Tensor[] x = c.Inputs();
        Bits.Equal(Run(c, x), Graph.Trace(v => Run(c, v), [.. x.Select(t => t.Spec)]).Run(x)[0], name);
    }

    [Fact]
    public void There_are_three_cases_or_more_for_each_op() =>
        Assert.All(Cases.Values.GroupBy(c => c.GetProperty("op").GetString()!), g => Assert.True(g.Count() >= 3, $"{g.Key} has {g.Count()}"));

    [Fact]
    public void What_is_known_here_is_what_PyTorch_was_asked() =>
        Assert.Equal(Cases.Values.Select(c => c.GetProperty("op").GetString()!).Distinct().Order(), Ops.Value.Keys.Order());

    private static void Check(GoldenCase c, double tolerance)
    {
        Tensor[] x = c.Inputs();
        Tensor y = Run(c, x);
        Close(c.Output, y, tolerance, "output");
        if (c.Dy is not { } dy) return;
        Tensor?[] gradients = Gradient.Pull(y, dy, x);
        for (int k = 0; k < x.Length; k++)
        {
            // PyTorch gives zeros where Kubik says that there is no gradient.
            if (c.Gradients[k] is { } expected) Close(expected, gradients[k] ?? Tensor.Zeros(x[k].Shape, c.Type), tolerance, $"gradient {k}");
        }
    }

    private static void Close(Naive expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double[] e = expected.Values, a = actual.ToDoubles();
        for (int i = 0; i < e.Length; i++)
            Assert.True(e[i].Equals(a[i]) || Math.Abs(e[i] - a[i]) <= tolerance * Math.Max(1, Math.Abs(e[i])),
                $"{what}, element {i}: {a[i]:R}, PyTorch {e[i]:R}");
    }

    private static Dictionary<string, JsonElement> Read()
    {
        Dictionary<string, JsonElement> cases = [];
        foreach (string file in Directory.GetFiles(Path.Combine(Approved.Root, "tests", "golden", "ops"), "*.jsonl").Order())
        {
            foreach (string line in File.ReadLines(file))
            {
                JsonElement c = JsonDocument.Parse(line).RootElement;
                string shapes = string.Join(" ",
                    c.GetProperty("inputs").EnumerateArray().Select(i => $"({string.Join(",", i.GetProperty("shape").EnumerateArray())})"));
                string name = $"{c.GetProperty("op").GetString()} {shapes} {c.GetProperty("attributes").GetRawText()}";
                if (!cases.TryAdd(name, c)) cases.Add($"{name} #{cases.Count}", c);
            }
        }
        return cases;
    }
}
