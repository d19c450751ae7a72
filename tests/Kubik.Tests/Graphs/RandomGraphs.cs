// Graphs that nobody would write: products, reductions, normalisations and elementwise ops on whatever is there, so that loops
// get heads, tails, views, rows of biases and values that are needed again. As plans they give the bits of the recorded run.

using Kubik.Graphs;
using Kubik.Kernels;
using Kubik.Tests.Kernels;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Graphs;

[Collection(Alone.Name)]
public sealed class RandomGraphs
{
    private static readonly Func<Tensor, Tensor>[] OfOne = [x => x.Tanh(), x => x.Relu(), x => -x, x => x.Square(), x => x.Sigmoid(), x => x * 0.5f, x => 1 - x, x => x.Sin(), x => x.Clip(-1, 1), x => x.Step()];
    private static readonly Func<Tensor, Tensor, Tensor>[] OfTwo = [(a, b) => a + b, (a, b) => a * b, (a, b) => a - b, (a, b) => a.Maximum(b), (a, b) => Tensor.Where(a > b, a, b)];

    [Fact]
    public void Plans_give_the_bits_of_the_recorded_run_with_any_number_of_threads()
    {
        int before = Workers.Count;
        HashSet<string> met = [];
        try
        {
            for (int seed = 0; seed < 150; seed++)
            {
                Random random = new(seed);
                int m = Size(random), n = Size(random);
                Tensor[] x = [Values(seed, 1, m, n), Values(seed, 2, n), Values(seed, 3, m, 1), Values(seed, 4, n, n), Values(seed, 5), Values(seed, 6, n, m)];
                Graph graph = Graph.Trace(v => Compute(v, random, m, n), [.. x.Select(t => t.Spec)]);
                Tensor[] expected = graph.Run(x);
                met.UnionWith(Compiler.Plan(graph).Report().Steps.SelectMany(s => s.Name.Split(' ').Append(s.Name.StartsWith("MatMul +", StringComparison.Ordinal) ? "epilogue" : s.Name[(s.Name.IndexOf('+', StringComparison.Ordinal) + 1)..]).Append(s.IsInPlace ? "in place" : "")));
                for (int threads = 1; threads <= 3; threads++)
                {
                    Workers.Count = threads;
                    Tensor[] y = Planned.Run(graph, x);
                    for (int i = 0; i < y.Length; i++) Bits.Equal(expected[i], y[i], $"seed {seed}, {threads} threads, output {i}\n{graph.ToText()}\n{Compiler.Plan(graph).Report()}");
                }
            }
        }
        finally
        {
            Workers.Count = before;
        }
        Assert.Superset(new HashSet<string> { "epilogue", " ReduceSum", " ReduceMax", " Softmax", " LayerNormalization", "in place" }, met);
    }

    private static int Size(Random random) => random.Next(6) switch { 0 => 1, 1 => random.Next(2, 20), 2 => 64, 3 => random.Next(100, 200), 4 => random.Next(20, 600), _ => random.Next(1, 9) };

    private static Tensor Values(int seed, int stream, params int[] shape) => new RandomStream(seed, stream).Normal(shape);

    private static Tensor[] Compute(Tensor[] v, Random random, int m, int n)
    {
        List<Tensor> whole = [v[0], v[5].T, v[0] + v[1]], rows = [v[1], v[2], v[4]], results = [];
        Tensor Any(List<Tensor> of) => of[random.Next(Math.Max(0, of.Count - 5), of.Count)];
        for (int i = 0, ops = random.Next(3, 25); i < ops; i++)
        {
            Tensor a = Any(whole);
            switch (random.Next(14))
            {
                case 0: whole.Add(a.MatMul(v[3])); break;
                case 1: whole.Add(a.MatMul(v[3]) + v[1]); break;
                case 2: rows.Add(a.Sum([0], keepDims: true)); break;
                case 3: rows.Add(a.Sum([1], keepDims: true)); break;
                case 4: rows.Add(a.Mean()); break;
                case 5: whole.Add(a.Softmax()); break;
                case 6: whole.Add(a.LayerNorm(v[1])); break;
                case 7: whole.Add(a.Reshape([n, m]).T); break;
                case 8: rows.Add(a.Max([1], keepDims: true)); break;
                case 9 or 10: whole.Add(OfOne[random.Next(OfOne.Length)](a)); break;
                case 11: whole.Add(OfTwo[random.Next(OfTwo.Length)](a, Any(whole))); break;
                default: whole.Add(OfTwo[random.Next(OfTwo.Length)](a, random.Next(2) == 0 ? Any(rows) : Any(whole))); break;
            }
        }
        for (int i = 0, count = random.Next(1, 4); i < count; i++) results.Add(random.Next(3) == 0 ? Any(rows) : Any(whole));
        return [.. results];
    }
}
