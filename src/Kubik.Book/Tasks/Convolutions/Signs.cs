using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>Crosses, noughts and slashes on 5×5 cells, and kernels that look for them.</summary>
internal static class Signs
{
    /// <summary>Steps of a training.</summary>
    public const int Steps = 60;

    /// <summary>How many random starts are tried.</summary>
    public const int MostStarts = 10;

    private const int Side = 5;

    /// <summary>The two diagonals of a square.</summary>
    public static double[] Cross(int size, int row, int column) => Drawn(size, row, column, (r, c) => r == c || r + c == size - 1);

    /// <summary>The rim of a square, its corners cut off when it is round.</summary>
    public static double[] Nought(int size, int row, int column, bool isRound) => Drawn(size, row, column, (r, c) =>
    {
        bool atEnd = r == 0 || r == size - 1, atSide = c == 0 || c == size - 1;
        return (atEnd || atSide) && !(isRound && atEnd && atSide);
    });

    /// <summary>One diagonal: /, or the other way \.</summary>
    public static double[] Slash(int size, int row, int column, bool isBack) => Drawn(size, row, column, (r, c) => isBack ? r == c : r + c == size - 1);

    /// <summary>The greatest response of a kernel to each of several pictures, rows of 25 cells.</summary>
    public static double[] Greatest(Tensor pictures, Tensor kernel) =>
        new GlobalMaxPool().Forward(pictures.Reshape(-1, 1, Side, Side).Conv(kernel.Unsqueeze(0).Unsqueeze(0), Window.Valid)).Detach().ToDoubles();

    /// <summary>Whether every cross excites a kernel more than any of the other pictures does.</summary>
    public static bool TellsApart(Tensor kernel, Tensor crosses, Tensor others) => Greatest(crosses, kernel).Min() > Greatest(others, kernel).Max();

    /// <summary>The kernel that a network of one kernel, its greatest response and a sigmoid learns, and from which of its random starts it is the first to tell all apart; where none does, the last kernel and null.</summary>
    public static (Tensor Kernel, int? Start) Learnt(Tensor crosses, Tensor others)
    {
        for (int start = 1; ; start++)
        {
            Tensor kernel = Learnt(crosses, others, start);
            if (TellsApart(kernel, crosses, others)) return (kernel, start);
            if (start == MostStarts) return (kernel, null);
        }
    }

    private static Tensor Learnt(Tensor crosses, Tensor others, int start)
    {
        Sequential net = Sequential.Parse("conv 1 3x3 | globalmaxpool | flatten");
        Tensor x = Tensor.Concat(0, crosses, others).Reshape(-1, 1, Side, Side).Cast(DType.Float32), t = Tensor.Concat(0, Tensor.Ones([crosses.Shape[0], 1]), Tensor.Zeros([others.Shape[0], 1]));
        net.Build(x.Shape, DType.Float32);
        Parameter[] parameters = [.. net.Parameters().Select(p => p.Parameter)];
        parameters[0].Assign(0.1 * new RandomStream(start, stream: 6).Normal([1, 1, 3, 3]));
        parameters[1].Assign(Tensor.Zeros([1]));
        CompiledStep step = Compiled.Step(net, new BinaryCrossEntropy(), new Adam(0.1));
        for (int i = 0; i < Steps; i++) step.Run(x, t);
        return parameters[0].Value.Detach().Cast(DType.Float64)[0, 0];
    }

    /// <summary>Pictures, rows of 25 cells, beside each other with names.</summary>
    public static CellPicture Picture(Remark caption, Tensor pictures, IReadOnlyList<string> names) =>
        Pixels.Row(caption, [.. names.Select((name, i) => ("", name, pictures[i].Reshape(Side, Side)))]);

    private static double[] Drawn(int size, int row, int column, Func<int, int, bool> isInk)
    {
        double[] cells = new double[Side * Side];
        for (int r = 0; r < size; r++)
        {
            for (int c = 0; c < size; c++) cells[(row + r) * Side + column + c] = isInk(r, c) ? 1 : 0;
        }
        return cells;
    }
}
