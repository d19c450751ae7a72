// Kernels of chapter 6 that are not compared with numbers: what is said of them is tried, in plain loops.

using Kubik.Book.Answers;
using Kubik.Book.Tasks.Convolutions;
using Kubik.Glass;

namespace Kubik.Book.Tests;

public sealed class KernelTests
{
    public static TheoryData<long> Seeds => [.. Enumerable.Range(0, 51).Select(i => (long)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void The_kernel_for_crosses_and_the_learnt_one_do_as_they_should(long seed)
    {
        BookTask task = Book.Find("6.3");
        Given given = seed == 0 ? task.Seed : task.Variant(seed);
        Answer kernel = task.Solve(given).Answers.Single(a => a.Name == "K");
        Assert.True(Apart(given, kernel.Value));
        (Tensor learnt, int? start) = Signs.Learnt(given.Tensor("crosses"), Tensor.Concat(0, given.Tensor("noughts"), given.Tensor("slashes")));
        Assert.Equal(start is not null, Apart(given, learnt));
        Assert.Equal(start is not null, task.Solve(given).ToText().Contains(FormattableString.Invariant($"Here it was start number {start} that succeeded"), StringComparison.Ordinal));
        Assert.False(kernel.Accepts(Tensor.Zeros([3, 3], DType.Float64)));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Russian_counts_times_as_it_does(long seed)
    {
        BookTask task = Book.Find("6.6");
        string page = task.Solve(seed == 0 ? task.Seed : task.Variant(seed), Language.Russian).ToText();
        Assert.Matches(@"≈ \d+(\.\d+ раза| раза?) меньше", page);
        Assert.DoesNotMatch(@"\.\d+ раз\b", page);
    }

    private static bool Apart(Given given, Tensor kernel)
    {
        double[] k = kernel.ToDoubles();
        double Response(double[,] pictures, int at) => Enumerable.Range(0, 9).Max(place => Enumerable.Range(0, 9).Sum(i => k[i] * pictures[at, (place / 3 + i / 3) * 5 + place % 3 + i % 3]));
        IEnumerable<double> All(string name) => Enumerable.Range(0, given.Matrix(name).GetLength(0)).Select(i => Response(given.Matrix(name), i));
        return All("crosses").Min() > All("noughts").Concat(All("slashes")).Max();
    }
}
