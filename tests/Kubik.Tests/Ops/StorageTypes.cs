// The two storage types go wherever one of them goes: what moves elements about must not know their type.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class StorageTypes
{
    public static TheoryData<string> Rows => [.. OpRows.All.Where(r => !r.Big && r.Types.Contains(DType.Float16)).Select(r => r.Id)];

    [Theory, MemberData(nameof(Rows))]
    public void What_takes_float16_takes_bfloat16(string id)
    {
        OpRow row = OpRows.Get(id);
        foreach (DType type in new[] { DType.Float16, DType.BFloat16 })
        {
            Tensor[] x = row.Draw(type);
            Tensor y = row.Op.Apply(x);
            Assert.Equal(row.Reference([.. x.Select(Naive.Of)]).Values, y.ToDoubles());
            if (row.Op is not Cast) Assert.Equal(type, y.DType);
        }
    }
}
