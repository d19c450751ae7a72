// Ops thrown at inputs that were never meant for them: every shape, every type. Each either computes what it inferred or
// says, in its own name, what is wrong. Nothing else comes out: no index error from inside, no crash, no garbage shape.

using System.Text;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class OpAbuse
{
    private static readonly Shape[] Shapes =
    [
        [], [0], [1], [3], [4], [1, 1], [2, 3], [3, 2], [3, 3], [0, 3], [3, 0], [2, 3, 4], [1, 4, 4], [2, 0, 3], [1, 2, 4, 4], [2, 1, 5, 5], [0, 2, 4, 4],
        [1, 1, 3, 3, 3], [2, 2, 0, 3, 3],
    ];

    private static readonly DType[] Types =
        [DType.Float32, DType.Float32, DType.Float32, DType.Float64, DType.Int64, DType.Int64, DType.Int32, DType.Bool, DType.Float16, DType.UInt8];

    /// <summary>Every op with the attributes of its rows.</summary>
    public static TheoryData<string> Ops => [.. OpRows.All.Where(r => !r.Big).DistinctBy(r => r.Op).Select(r => r.Id)];

    [Theory, MemberData(nameof(Ops))]
    public void Any_input_is_computed_or_refused_by_name(string id)
    {
        OpRow row = OpRows.Get(id);
        Random random = new(Encoding.UTF8.GetBytes(id).Aggregate(17, (hash, b) => unchecked(hash * 31 + b)));
        for (int draw = 0; draw < 150; draw++)
        {
            // One input is often enough to be wrong: the others are then the row's own, at least in shape or type.
            Tensor[] x = [.. row.Inputs.Select(arg =>
            {
                DType type = random.Next(2) == 0 ? arg.Fixed ?? row.Types[0] : Types[random.Next(Types.Length)];
                return Tensor.Full(random.Next(3) == 0 ? arg.Shape : Shapes[random.Next(Shapes.Length)],
                    random.Next(type is DType.UInt8 or DType.Bool ? 0 : -1, type == DType.Bool ? 2 : 3), type).Contiguous();
            })];
            string given = $"{row.Op.Name} of {string.Join(", ", x.Select(t => t.Spec))}";
            try
            {
                Tensor y = row.Op.Apply(x);
                Assert.Equal(row.Op.Infer([.. x.Select(t => t.Spec)]), y.Spec);
                Assert.Equal(y.Count, y.ToDoubles().Length);
            }
            catch (ShapeException e)
            {
                Assert.True(e.Message.StartsWith(row.Op.Name, StringComparison.Ordinal), $"{given}: '{e.Message}' does not begin with the op's name.");
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or DivideByZeroException or SingularMatrixException)
            {
                // An index that lies outside, a whole number divided by 0, a matrix that has no inverse: found while computing.
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{given}: {e.GetType().Name}, {e.Message}");
            }
        }
    }
}
