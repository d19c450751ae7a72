// Picking and adding by index along one axis. Indices are data, so they are checked here, before anything is written.

using System.Numerics;

namespace Kubik.Kernels;

internal static class Indexing
{
    public static TensorSpec Infer(Op op, int axis, TensorSpec x, TensorSpec index)
    {
        if (index.DType != DType.Int64) throw op.Error($"the index must be int64, not {index}.");
        if (index.Shape.Rank != x.Shape.Rank || (index.Shape.With(axis, 0) != x.Shape.With(axis, 0)))
            throw op.Error($"the index {index.Shape} must have the sizes of {x.Shape} except on axis {axis}.");
        return x with { Shape = index.Shape };
    }

    public static void Gather<T>(Op op, int axis, Tensor x, Tensor index, Tensor y) where T : unmanaged
    {
        (x, index) = (x.Contiguous(), index.Contiguous());
        int size = x.Shape[axis], count = index.Shape[axis], inner = x.Shape[(axis + 1)..].Size;
        ReadOnlySpan<T> from = x.Data<T>();
        ReadOnlySpan<long> at = index.Data<long>();
        Span<T> to = y.Data<T>();
        for (int i = 0; i < to.Length; i++)
            to[i] = from[(i / (count * inner) * size + Checked(op, at[i], size)) * inner + i % inner];
        GC.KeepAlive((x, index));
    }

    public static void ScatterAdd<T>(Op op, int axis, Tensor x, Tensor index, Tensor y) where T : unmanaged, INumber<T>
    {
        (x, index) = (x.Contiguous(), index.Contiguous());
        int size = y.Shape[axis], count = index.Shape[axis], inner = x.Shape[(axis + 1)..].Size;
        ReadOnlySpan<T> from = x.Data<T>();
        ReadOnlySpan<long> at = index.Data<long>();
        Span<T> to = y.Data<T>();
        to.Clear();
        for (int i = 0; i < from.Length; i++)
            to[(i / (count * inner) * size + Checked(op, at[i], size)) * inner + i % inner] += from[i];
        GC.KeepAlive((x, index));
    }

    public static int Checked(Op op, long index, int size) =>
        (ulong)index < (ulong)size
            ? (int)index
            : throw new ArgumentOutOfRangeException(nameof(index), $"{op.Name}: index {index} is outside 0 to {size - 1}.");
}
