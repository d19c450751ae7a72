using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.5: the parameters of a dense network for pictures and of LeNet.</summary>
internal sealed class LeNetCount : BookTask
{
    public override string Id => "6.5";

    public override Remark Title => new("Parameters: a dense network and LeNet", "Число параметров: полносвязная сеть и LeNet");

    public override string Source => "000 §6.5 а, б";

    public override Given Seed =>
        new(("side", 28), ("hidden", 1000), ("classes", 10), ("kernels", new double[] { 6, 16 }), ("dense", new double[] { 120, 84 }));

    internal override Given Draw(Dice dice) =>
        new(("side", 4 * dice.Whole(5, 12)), ("hidden", 100 * dice.Whole(1, 12)), ("classes", dice.Whole(2, 20)), ("kernels", new double[] { 2 * dice.Whole(2, 6), 8 * dice.Whole(2, 4) }), ("dense", new double[] { 20 * dice.Whole(3, 8), 4 * dice.Whole(5, 20) }));

    internal override void State(Given given, Board board)
    {
        int side = given.Count("side"), classes = given.Count("classes");
        double[] kernels = given.Vector("kernels"), dense = given.Vector("dense");
        board.Say($"Pictures of {side}×{side} cells, black and white, are to be put into {classes} classes.",
            $"Чёрно-белые картинки {side}×{side} нужно разделить на {Sentences.Plural(classes, "класс", "класса", "классов")}.");
        board.Say($"(a) The picture is stretched out into a vector; a dense layer of {given.Number("hidden")} neurons follows, then the layer that classifies. How many parameters are to be estimated (n_a)?",
            $"(а) Картинку вытягивают в вектор; за ним идёт полносвязный слой, в котором {Sentences.Plural(given.Count("hidden"), "нейрон", "нейрона", "нейронов")}, затем слой, который определяет класс. Сколько параметров нужно оценить (n_a)?");
        board.Say($"(b) LeNet: {kernels[0]} kernels of 5×5 with padding 2, a 2×2 pool, {kernels[1]} kernels of 5×5 without padding, a 2×2 pool, dense layers of {dense[0]} and {dense[1]} neurons, and the layer that classifies. How many parameters has each of the five layers that learn (l), and all of them together (n_b)?",
            $"(б) LeNet: {Sentences.Plural((int)kernels[0], "ядро", "ядра", "ядер")} 5×5 с дополнением 2, пулинг 2×2, {Sentences.Plural((int)kernels[1], "ядро", "ядра", "ядер")} 5×5 без дополнения, пулинг 2×2, полносвязные слои, в которых {dense[0]} и {Sentences.Plural((int)dense[1], "нейрон", "нейрона", "нейронов")}, и слой, который определяет класс. Сколько параметров в каждом из пяти обучаемых слоёв (l) и во всех вместе (n_b)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Shape sample = [1, given.Count("side"), given.Count("side")];
        NetSummary plain = Counting.Summary(Dense(given), sample), lenet = Counting.Summary(LeNet(given), sample);
        board.Part($"(a) The dense network", $"(а) Полносвязная сеть");
        board.Say($"The input has {sample[1]}² = {sample.Size} numbers. Every neuron has a weight for each of its inputs and one more number, its bias:",
            $"Чисел на входе {sample[1]}² = {sample.Size}. У каждого нейрона по весу на каждый вход и ещё одно число — сдвиг:");
        board.Table(plain);
        board.Write(Sum(plain), "n_a");
        board.Say($"Together these are {plain.Parameters}.", $"Вместе это {plain.Parameters}.");
        board.Part($"(b) LeNet", $"(б) LeNet");
        board.Say($"A kernel is as deep as its input has channels, and each has one bias. It is the same everywhere, so the size of the picture does not matter for convolutions. Pools learn nothing. For the first dense layer it matters how many numbers are left:",
            $"Глубина ядра равна числу каналов на входе, и у каждого ядра один сдвиг. Ядро одно и то же во всех местах, поэтому для свёрток размер картинки неважен. Пулинг ничего не обучает. Для первого полносвязного слоя важно, сколько чисел осталось:");
        board.Table([new Remark("layer", "слой"), new Remark("output", "выход"), new Remark("parameters", "параметры"), ""],
            lenet.Layers.Select(l => (object[])[l.Brick, l.Output.ToX(), l.Formula, l.Parameters]));
        board.Write(Sum(lenet), "n_b");
        LayerSummary[] layers = [.. lenet.Learning()];
        long convolutions = layers[..2].Sum(l => l.Parameters);
        board.Say($"Together these are {lenet.Parameters}, of which the convolutions have {convolutions} and the dense layers {lenet.Parameters - convolutions}. The source names LeNet without its sizes; here they are those of LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998), with every kernel of the second convolution going through all channels.",
            $"Вместе это {lenet.Parameters}, из них в свёртках {convolutions}, а в полносвязных слоях {lenet.Parameters - convolutions}. В источнике LeNet названа без размеров; здесь они взяты у LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998), но каждое ядро второй свёртки проходит через все каналы.");

        double[] counts = [.. layers.Select(l => (double)l.Parameters)], flat = [.. counts];
        flat[1] = Counting.Parameters($"conv {given.Vector("kernels")[1]} 5x5", sample);
        string Free(string net) => string.Join(" | ", net.Split(" | ").Select(b => b.StartsWith("linear", StringComparison.Ordinal) || b.StartsWith("conv", StringComparison.Ordinal) ? b + " bias=false" : b));
        Remark forgotten = new("The biases are forgotten: every neuron and every kernel has one.", "Забыты сдвиги: они есть у каждого нейрона и у каждого ядра.");
        board.AskCount("n_a", plain.Parameters, new("parameters", "параметров"),
            new(N(Counting.Parameters(Free(Dense(given)), sample)), forgotten),
            new(N(Counting.Parameters(Dense(given), [1, 1, sample[1]])), new("A picture has side·side cells.", "В картинке сторона·сторона клеток.")));
        board.AskCount("l", Tensor.From(counts), new("parameters", "параметров"),
            new(Tensor.From([.. Counting.Summary(Free(LeNet(given)), sample).Learning().Select(l => (double)l.Parameters)]), forgotten),
            new(Tensor.From(flat),
                new("A kernel of the second convolution goes through all channels of its input.", "Ядро второй свёртки проходит через все каналы своего входа.")));
        board.AskCount("n_b", lenet.Parameters, new("parameters", "параметров"),
            new Slip(N(Counting.Parameters(Free(LeNet(given)), sample)), forgotten),
            new Slip(N(flat.Sum()),
                new("A kernel of the second convolution goes through all channels of its input.", "Ядро второй свёртки проходит через все каналы своего входа.")));
    }

    private static string Dense(Given given) => $"flatten | linear {given.Count("hidden")} | relu | linear {given.Count("classes")}";

    private static string LeNet(Given given) =>
        $"conv {given.Vector("kernels")[0]} 5x5 pad=2 | relu | maxpool 2 | conv {given.Vector("kernels")[1]} 5x5 | relu | maxpool 2 | flatten | linear {given.Vector("dense")[0]} | relu | linear {given.Vector("dense")[1]} | relu | linear {given.Count("classes")}";

    private static Formula Sum(NetSummary summary) => Formula.Parse(string.Join(" + ", summary.Learning().Select(l => l.Formula)));
}
