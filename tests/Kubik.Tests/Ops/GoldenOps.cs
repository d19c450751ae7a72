// Values and gradients of every op that PyTorch has too, against numbers made by tests/golden/make_ops.py.

using System.Text.Json;
using Kubik.Autograd;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class GoldenOps
{
    private static readonly Dictionary<string, JsonElement> Cases = Read();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void In_float64(string name) => Check(Cases[name], DType.Float64, 1e-9);

    [Theory, MemberData(nameof(Names))]
    public void In_float32(string name) => Check(Cases[name], DType.Float32, 1e-5);

    [Fact]
    public void There_are_two_cases_or_more_for_each_op() =>
        Assert.All(Cases.Values.GroupBy(c => c.GetProperty("op").GetString()), g => Assert.True(g.Count() >= (g.Key is "transposed reshape" or "reshape" ? 1 : 2), g.Key));

    private static void Check(JsonElement c, DType type, double tolerance)
    {
        Tensor[] x = [.. c.GetProperty("inputs").EnumerateArray().Select(i => Read(i, i.GetProperty("type").GetString() switch
        {
            "int64" => DType.Int64,
            "bool" => DType.Bool,
            _ => type,
        }).Track())];
        Tensor y = Apply(c, x, type);
        Close(c.GetProperty("output"), y, tolerance, "output");
        if (!c.TryGetProperty("dy", out JsonElement dy)) return;
        Tensor?[] gradients = Gradient.Pull(y, Read(dy, type), x);
        int k = 0;
        foreach (JsonElement expected in c.GetProperty("gradients").EnumerateArray())
        {
            // PyTorch gives zeros where Kubik says that there is no gradient.
            if (expected.ValueKind != JsonValueKind.Null) Close(expected, gradients[k] ?? Tensor.Zeros(x[k].Shape, type), tolerance, $"gradient {k}");
            k++;
        }
    }

    private static Tensor Apply(JsonElement c, Tensor[] x, DType type)
    {
        JsonElement[] a = [.. c.GetProperty("attributes").EnumerateArray()];
        int I(int i) => a[i].GetInt32();
        int[] List(int i) => [.. a[i].EnumerateArray().Select(v => v.GetInt32())];
        Window Conv() => new(I(0), I(1), I(2), I(3), I(4), I(5), I(6));
        Window Pool() => new(I(2), I(3), I(4), I(5));
        Tensor Decides() => Read(c.GetProperty("decides"), type);
        return c.GetProperty("op").GetString() switch
        {
            "abs" => x[0].Abs(),
            "neg" => -x[0],
            "sign" => x[0].Sign(),
            "cos" => x[0].Cos(),
            "exp" => x[0].Exp(),
            "log" => x[0].Log(),
            "relu" => x[0].Relu(),
            "sigmoid" => x[0].Sigmoid(),
            "sin" => x[0].Sin(),
            "softplus" => x[0].Softplus(),
            "sqrt" => x[0].Sqrt(),
            "tanh" => x[0].Tanh(),
            "step" => x[0].Step(),
            "copy" => new Copy().Apply(x[0]),
            "add" => x[0] + x[1],
            "sub" => x[0] - x[1],
            "mul" => x[0] * x[1],
            "div" => x[0] / x[1],
            "maximum" => x[0].Maximum(x[1]),
            "minimum" => x[0].Minimum(x[1]),
            "pow" => x[0].Pow(x[1].Cast(type)),
            "equal" => x[0].Equal(x[1]),
            "greater" => x[0] > x[1],
            "greaterorequal" => x[0] >= x[1],
            "less" => x[0] < x[1],
            "lessorequal" => x[0] <= x[1],
            "notequal" => x[0].NotEqual(x[1]),
            "where" => Tensor.Where(x[0], x[1], x[2]),
            "tofloat32" => x[0].Cast(DType.Float32).Cast(type),
            "sum" => x[0].Sum(List(0), a[1].GetBoolean()),
            "max" => x[0].Max(List(0), a[1].GetBoolean()),
            "min" => x[0].Min(List(0), a[1].GetBoolean()),
            "mean" => x[0].Mean(List(0), a[1].GetBoolean()),
            "variance" => x[0].Variance(List(0), a[1].GetBoolean()),
            "argmax" => x[0].ArgMax(I(0)),
            "gather" => x[0].Gather(x[1], I(0)),
            "scatteradd" => new ScatterAdd(I(0), I(1)).Apply(x[0], x[1]),
            "onehot" => x[0].OneHot(I(0), type),
            "broadcastto" => x[0].BroadcastTo(List(0)),
            "concat" => Tensor.Concat(I(0), x),
            "permute" => x[0].Permute(List(0)),
            "reshape" => x[0].Reshape(List(0)),
            "transposed reshape" => x[0].T.Reshape(List(0)),
            "slice" => new Slice(I(0), I(1), I(2), I(3)).Apply(x[0]),
            "place" => new Place(I(0), I(1), I(2), I(3)).Apply(x[0]),
            "softmax" => x[0].Softmax(I(0)),
            "logsoftmax" => x[0].LogSoftmax(I(0)),
            "matmul" => x[0].MatMul(x[1]),
            "conv" => x[0].Conv(x[1], Conv()),
            "convinputgradient" => new ConvInputGradient(Conv(), I(7), I(8)).Apply(x),
            "convweightgradient" => new ConvWeightGradient(Conv(), I(7), I(8)).Apply(x),
            "maxpool" => x[0].MaxPool(I(0), I(1), Pool()),
            "avgpool" => x[0].AvgPool(I(0), I(1), Pool()),
            "maxpoolscatter" => new MaxPoolScatter(new MaxPool(I(0), I(1), Pool())).Apply(Decides(), x[0]),
            "maxpoolgather" => new MaxPoolGather(new MaxPool(I(0), I(1), Pool())).Apply(Decides(), x[0]),
            "avgpoolspread" => new AvgPoolSpread(new AvgPool(I(0), I(1), Pool()), I(6), I(7)).Apply(x[0]),
            string other => throw new InvalidOperationException($"make_ops.py writes {other}; say here what it is."),
            null => throw new InvalidOperationException("A case without an op."),
        };
    }

    private static void Close(JsonElement expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32()), actual.Shape);
        double[] e = [.. expected.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())], a = actual.ToDoubles();
        for (int i = 0; i < e.Length; i++)
            Assert.True(Math.Abs(e[i] - a[i]) <= tolerance * Math.Max(1, Math.Abs(e[i])), $"{what}, element {i}: {a[i]:R}, PyTorch {e[i]:R}");
    }

    private static Tensor Read(JsonElement array, DType type)
    {
        Shape shape = array.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32()).ToArray();
        return Tensor.From(array.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()).ToArray(), shape).Cast(type);
    }

    private static Dictionary<string, JsonElement> Read()
    {
        Dictionary<string, JsonElement> cases = [];
        foreach (string file in Directory.GetFiles(Path.Combine(Approved.Root, "tests", "golden", "ops"), "*.jsonl").Order())
        {
            foreach (string line in File.ReadLines(file))
            {
                JsonElement c = JsonDocument.Parse(line).RootElement;
                string shapes = string.Join(" ", c.GetProperty("inputs").EnumerateArray().Select(i => $"({string.Join(",", i.GetProperty("shape").EnumerateArray())})"));
                string name = $"{c.GetProperty("op").GetString()} {shapes} {c.GetProperty("attributes").GetRawText()}";
                if (!cases.TryAdd(name, c)) cases.Add($"{name} #{cases.Count}", c);
            }
        }
        return cases;
    }
}
