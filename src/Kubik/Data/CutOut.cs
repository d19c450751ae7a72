namespace Kubik.Data;

/// <summary>Sets a square at a random place of each picture to 0, which is the mean of normalised data;
/// part of it may lie outside (DeVries and Taylor 2017, arXiv:1708.04552).</summary>
public sealed class CutOut : BatchTransform
{
    private readonly int size;

    /// <summary>A square of so many rows and columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public CutOut(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        this.size = size;
    }

    /// <inheritdoc/>
    public override string Notation => $"cutout {this.size}";

    /// <inheritdoc/>
    public override Batch Apply(Batch batch, Dataset data, RandomStream random)
    {
        Shape shape = batch.Input.Shape; // (B, C, H, W)
        if (shape.Rank != 4) throw new ShapeException($"cut-out: the samples must be pictures (batch, channels, rows, columns); got {batch.Input.Spec}.");
        int count = shape[0], rows = shape[2], columns = shape[3];
        double[] centre = random.Uniform([count, 2], DType.Float64).ToArray<double>();
        float[] kept = new float[count * rows * columns];
        Array.Fill(kept, 1);
        for (int i = 0; i < count; i++)
        {
            int top = (int)(centre[2 * i] * rows) - this.size / 2, left = (int)(centre[2 * i + 1] * columns) - this.size / 2;
            int first = Math.Max(left, 0), length = Math.Max(0, (int)Math.Min((long)left + this.size, columns) - first);
            for (int y = Math.Max(top, 0); y < Math.Min((long)top + this.size, rows); y++)
                kept.AsSpan((i * rows + y) * columns + first, length).Clear();
        }
        Tensor mask = Tensor.From(kept, [count, 1, rows, columns]).Cast(batch.Input.DType);
        return batch with { Input = batch.Input * mask };
    }
}
