// Indices are whole numbers: a fraction or a NaN must not pick something silently.

namespace Kubik.Tests.Ops;

public sealed class IndexTypes
{
    private static readonly Tensor X = Tensor.Range(0, 6).Reshape(2, 3), Half = Tensor.Full([2, 3], 0.5);

    public static TheoryData<string> Names => [.. Calls.Keys];

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Calls = new()
    {
        ["OneHot"] = index => index.OneHot(3),
        ["Take"] = index => X.Take(index),
        ["Gather"] = index => X.Gather(index, axis: 1),
        ["Scatter"] = index => X.Scatter(index, X, axis: 1),
        ["ScatterAdd"] = index => X.ScatterAdd(index, X, axis: 1),
        ["GatherND"] = index => X.GatherND(index[.., ..2]),
        ["ScatterND"] = index => X.ScatterND(index[.., ..2], Tensor.Of(1f, 2)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Floating_point_indices_are_refused(string name)
    {
        foreach (DType type in new[] { DType.Float32, DType.Float64, DType.Float16, DType.BFloat16 })
        {
            string message = Assert.Throws<ShapeException>(() => Calls[name](Half.Cast(type))).Message;
            Assert.StartsWith($"{name}: ", message, StringComparison.Ordinal);
            Assert.Contains(type.Name, message, StringComparison.Ordinal);
            Assert.Contains("Cast(DType.Int64)", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole_numbers_of_any_size_are_taken(string name)
    {
        Tensor zero = Tensor.Zeros([2, 3], DType.Int64);
        double[] expected = Calls[name](zero).ToDoubles();
        Assert.Equal(expected, Calls[name](zero.Cast(DType.Int32)).ToDoubles());
        Assert.Equal(expected, Calls[name](zero.Cast(DType.UInt8)).ToDoubles());
    }
}
