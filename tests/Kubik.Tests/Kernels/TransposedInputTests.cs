using Kubik.Ops;

namespace Kubik.Tests.Kernels;

// Inputs that lie dense along another axis than the last are turned in blocks: no element may be lost at their edges.
public sealed class TransposedInputTests
{
    private static readonly (Shape Shape, int[] Axes)[] Orders =
    [
        ([16, 16], [1, 0]), ([17, 33], [1, 0]), ([15, 300], [1, 0]), ([300, 15], [1, 0]), ([260, 517], [1, 0]), ([1000, 18], [1, 0]), ([18, 1000], [1, 0]),
        ([3, 65, 70], [0, 2, 1]), ([3, 65, 70], [2, 1, 0]), ([20, 3, 40], [2, 1, 0]), ([20, 3, 40], [1, 2, 0]), ([2, 20, 5, 33], [0, 2, 3, 1]),
        ([2, 5, 33, 20], [0, 3, 1, 2]),
        ([3, 9, 4, 32], [0, 2, 1, 3]), ([3, 9, 4, 31], [0, 2, 1, 3]), ([2, 3, 5, 7], [0, 2, 1, 3]), ([5, 7, 100], [1, 0, 2]),
    ];

    private static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Int32, DType.UInt8, DType.Bool];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Orders.Length)];

    [Theory, MemberData(nameof(Cases))]
    public void Copies_have_every_element_at_its_place(int index)
    {
        (Shape shape, int[] axes) = Orders[index];
        foreach (DType type in Types)
        {
            Tensor x = Numbers(shape, type);
            Tensor y = new Copy().Apply(x.Permute(axes));
            Assert.Equal(Permuted(x, axes), y.ToDoubles());
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Operands_meet_their_elements(int index)
    {
        (Shape shape, int[] axes) = Orders[index];
        foreach (DType type in Types[..3])
        {
            Tensor x = Numbers(shape, type), turned = x.Permute(axes), dense = Numbers(turned.Shape, type), row = Numbers([turned.Shape[^1]], type),
                column = Numbers([turned.Shape[^2], 1], type);
            double[] a = Permuted(x, axes), b = dense.ToDoubles(), r = row.BroadcastTo(turned.Shape).ToDoubles(),
                c = column.BroadcastTo(turned.Shape).ToDoubles();
            Assert.Equal(a.Zip(b, (p, q) => p - q), (turned - dense).ToDoubles());
            Assert.Equal(a.Zip(r, (p, q) => p - q), (turned - row).ToDoubles());
            Assert.Equal(c.Zip(a, (p, q) => p - q), (column - turned).ToDoubles());
            Assert.Equal(a.Select(p => p + p), (turned + turned).ToDoubles());
            Tensor flags = Numbers(shape, DType.Bool);
            double[] chosen = [.. Permuted(flags, axes).Select((f, i) => f != 0 ? a[i] : b[i])];
            Assert.Equal(chosen, Tensor.Where(flags.Permute(axes), turned, dense).ToDoubles());
        }
    }

    private static Tensor Numbers(Shape shape, DType type) =>
        Tensor.From([.. Enumerable.Range(0, shape.Size).Select(i => (double)(i * 7 % 251 % (type == DType.Bool ? 2 : 251)))]).Reshape(shape).Cast(type);

    private static double[] Permuted(Tensor x, int[] axes)
    {
        double[] from = x.ToDoubles();
        int[] sizes = [.. axes.Select(a => x.Shape[a])], steps = [.. axes.Select(a => x.Shape[(a + 1)..].Size)];
        return [.. Enumerable.Range(0, from.Length).Select(i =>
        {
            int at = 0;
            for (int axis = sizes.Length - 1; axis >= 0; axis--, i /= sizes[axis + 1]) at += i % sizes[axis] * steps[axis];
            return from[at];
        })];
    }
}
