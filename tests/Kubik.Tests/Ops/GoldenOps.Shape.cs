// What the cases of tests/golden/cases/shape.py are in Kubik.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ShapeCases { get; } = new()
    {
        ["gather"] = (c, x) => x[0].Gather(x[1], c.Int(0)),
        ["scatteradd"] = (c, x) => new ScatterAdd(c.Int(0), c.Int(1)).Apply(x[0], x[1]),
        ["onehot"] = (c, x) => x[0].OneHot(c.Int(0), c.Type),
        ["broadcastto"] = (c, x) => x[0].BroadcastTo(c.Ints(0)),
        ["concat"] = (c, x) => Tensor.Concat(c.Int(0), x),
        ["permute"] = (c, x) => x[0].Permute(c.Ints(0)),
        ["reshape"] = (c, x) => x[0].Reshape(c.Ints(0)),
        ["transposed reshape"] = (c, x) => x[0].T.Reshape(c.Ints(0)),
        ["slice"] = (c, x) => new Slice(c.Int(0), c.Int(1), c.Int(2), c.Int(3)).Apply(x[0]),
        ["place"] = (c, x) => new Place(c.Int(0), c.Int(1), c.Int(2), c.Int(3)).Apply(x[0]),
        ["softmax"] = (c, x) => x[0].Softmax(c.Int(0)),
        ["logsoftmax"] = (c, x) => x[0].LogSoftmax(c.Int(0)),
    };
}
