// The axes that ops are made with: counted from 0, there, each once. Methods of tensors take −1 for the last; an op that
// is made directly does not, so that equal ops are written equally.

namespace Kubik.Ops;

/// <summary>What every op that names axes checks, and what it says.</summary>
internal static class AxisRule
{
    /// <summary>Throws unless the axis is one of the shape's, counted from 0.</summary>
    public static void Check(Op op, int axis, Shape shape)
    {
        if ((uint)axis < (uint)shape.Rank) return;
        throw op.Error(shape.Rank == 0
            ? $"there is no axis {axis}: the input is a single number and has no axes."
            : $"axis {axis} is not one of the {shape.Rank} axes of {shape}; use 0 to {shape.Rank - 1}.");
    }

    /// <summary>Throws unless the axes are the shape's, in rising order, each once.</summary>
    public static void Check(Op op, Axes axes, Shape shape)
    {
        for (int i = 0; i < axes.Count; i++)
        {
            Check(op, axes[i], shape);
            if (i > 0 && axes[i] <= axes[i - 1]) throw op.Error($"the axes {axes} must rise, each once.");
        }
    }

    /// <summary>The number of elements along axes.</summary>
    public static int Count(Shape shape, Axes axes) => axes.Aggregate(1, (count, axis) => count * shape[axis]);

    /// <summary>A size as an axis has it; throws when it is too large for one.</summary>
    public static int Size(Op op, long size) =>
        size <= int.MaxValue ? (int)size : throw op.Error($"an axis would have {size} elements; the most that one tensor holds are {int.MaxValue}.");
}
