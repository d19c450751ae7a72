// The rules that all ops on matrices share: the last two axes are the matrix, the ones before are a batch.

using Kubik.Kernels;

namespace Kubik.Ops;

internal static class MatrixRule
{
    public static void Float(Op op, TensorSpec a)
    {
        if (a.DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(a));
    }

    public static void Matrix(Op op, TensorSpec a)
    {
        if (a.Shape.Rank < 2) throw op.Error($"the input must be a matrix, or a batch of them: two axes or more; got {a.Shape}.");
    }

    /// <summary>A floating-point matrix with as many rows as columns.</summary>
    public static void Square(Op op, TensorSpec a)
    {
        Float(op, a);
        SquareOfAnyType(op, a);
    }

    public static void SquareOfAnyType(Op op, TensorSpec a)
    {
        Matrix(op, a);
        if (a.Shape[^1] != a.Shape[^2])
            throw op.Error($"the matrix must be square; {a.Shape} has {a.Shape[^2]} rows and {a.Shape[^1]} columns.");
    }

    /// <summary>The spec of X in A·X = B, A (…, m, n) and B (…, m, k): (…, n, k).</summary>
    public static TensorSpec System(Op op, TensorSpec a, TensorSpec b)
    {
        Float(op, a);
        Matrix(op, a);
        if (a.DType != b.DType) throw op.Error(TypeRule.Same(a, b));
        if (b.Shape.Rank < 2)
            throw op.Error($"the right-hand side must be a matrix of columns, or a batch of them; got {b.Shape}. Make a vector a column with Unsqueeze(1).");
        if (a.Shape[^2] != b.Shape[^2])
            throw op.Error($"the matrix {a.Shape} has {a.Shape[^2]} rows, so the right-hand side must have as many; {b.Shape} has {b.Shape[^2]}.");
        return new(a.DType, [.. Batch(op, a, b), a.Shape[^1], b.Shape[^1]]);
    }

    public static Shape Batch(Op op, TensorSpec a, TensorSpec b) =>
        Shape.TryBroadcast(a.Shape[..^2], b.Shape[..^2], out Shape batch)
            ? batch
            : throw op.Error($"the axes before the last two, {a.Shape[..^2]} and {b.Shape[..^2]}, do not broadcast.");

    /// <summary>Runs a kernel over the batch.</summary>
    public static void Run<TFunction>(Op op, TFunction f, Tensor a, Tensor? b, Tensor y, Shape batch, Func<int, string> wrong)
        where TFunction : struct, IMatrixFunction
    {
        if (MatrixBatch.Run(f, a, b, y, batch) is not ({ } matrix, { } row)) return;
        string which = batch.Rank == 0 ? "the matrix" : $"matrix {Index(matrix, batch)} of the batch {batch}";
        throw new SingularMatrixException($"{op.Name}: {which} {wrong(row)}");
    }

    private static Shape Index(int matrix, Shape batch)
    {
        int[] index = new int[batch.Rank];
        for (int axis = index.Length - 1; axis >= 0; axis--)
        {
            index[axis] = matrix % batch[axis];
            matrix /= batch[axis];
        }
        return index;
    }
}

/// <summary>A matrix that a factorisation cannot take: singular, or not positive definite.
/// The message names the op, the matrix of the batch, and the row.</summary>
public sealed class SingularMatrixException : ArgumentException
{
    internal SingularMatrixException(string message) : base(message)
    {
    }
}
