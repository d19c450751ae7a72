using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>Pictures of one channel, (rows, columns), and what kernels, (rows, columns) too, make of them.</summary>
internal static class Pictures
{
    /// <summary>The convolution as networks have it: the kernel is not turned before.</summary>
    public static Tensor Under(this Tensor picture, Tensor kernel, int pad = 0, int stride = 1, int dilation = 1) =>
        AsBatch(picture).Conv(AsBatch(kernel), new Window(stride, pad, dilation))[0, 0];

    /// <summary>The greatest or the mean of each window of so many cells each way.</summary>
    public static Tensor Pooled(this Tensor picture, Module pool) => pool.Forward(AsBatch(picture)).Detach()[0, 0];

    /// <summary>The same after a quarter turn anticlockwise.</summary>
    public static Tensor Turned(this Tensor picture) => picture.T.Flip(0);

    /// <summary>The same after half a turn.</summary>
    public static Tensor HalfTurned(this Tensor picture) => picture.Flip(0, 1);

    /// <summary>A picture of one bright cell.</summary>
    public static Tensor Dot(int side, int row, int column)
    {
        double[,] cells = new double[side, side];
        cells[row, column] = 1;
        return Tensor.From(cells);
    }

    /// <summary>How a brick of one channel works on a picture, explained; of the output one cell has the focus.</summary>
    public static Explanation Explain(string brick, Tensor picture, Tensor? kernel = null, int row = 0, int column = 0)
    {
        Tensor x = AsBatch(picture).Cast(DType.Float32);
        Sequential net = Sequential.Parse(brick);
        net.Build(x.Shape, DType.Float32);
        if (kernel is not null) net.Parameters().Single().Parameter.Assign(AsBatch(kernel).Cast(DType.Float32));
        return net.Explain(x, options: new() { Focus = [0, row, column] });
    }

    private static Tensor AsBatch(Tensor picture) => picture.Unsqueeze(0).Unsqueeze(0);
}
