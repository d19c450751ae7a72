using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.8: the parameters of VGG-A's convolutions and the receptive field in its middle.</summary>
internal sealed class VggA : BookTask
{
    private const int Side = 224;
    private const string Pool = "maxpool 2";

    public override string Id => "6.8";

    public override Remark Title => new("VGG-A: parameters and receptive field", "VGG-A: параметры и поле восприятия");

    public override string Source => "003 §4 а, б";

    public override Given Seed => new(("channels", new double[] { 64, 128, 256, 512, 512 }), ("times", new double[] { 1, 1, 2, 2, 2 }), ("stage", 3));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            int first = 8 * dice.Whole(1, 6), stages = dice.Whole(3, 5);
            return new(("channels", Enumerable.Range(0, stages).Select(i => (double)(first << Math.Min(i, 3))).ToArray()), ("times", Dice.Several(stages, () => dice.Whole(1, 3))), ("stage", dice.Whole(2, stages)));
        },
        given => given.Vector("times").Distinct().Count() > 1);

    internal override void State(Given given, Board board)
    {
        double[] channels = given.Vector("channels"), times = given.Vector("times");
        board.Say($"A network of the family VGG gets colour pictures of {Side}×{Side} cells, with 3 channels. It has {channels.Length} stages with a 2×2 pool of stride 2 after each; every convolution in them is 3×3 with padding 1 and bias:",
            $"Сеть семейства VGG получает цветные картинки {Side}×{Side} с 3 каналами. Ступеней в ней {channels.Length}, после каждой — пулинг 2×2 с шагом 2; все свёртки 3×3, с дополнением 1 и сдвигами:");
        board.Table([new Remark("stage", "ступень"), new Remark("convolutions", "свёрток"), new Remark("channels", "каналов")],
            channels.Select((c, i) => (object[])[i + 1, times[i], c]));
        int stage = given.Count("stage");
        board.Say($"(a) How many parameters have all convolutions together, biases included (n)? (b) What is the receptive field of the neurons of the first convolution in stage {stage}: the side r of the square that one of them sees?",
            $"(а) Сколько параметров во всех свёртках вместе, считая сдвиги (n)? (б) Какое поле восприятия у нейронов первой свёртки в ступени {stage}: чему равна сторона r квадрата, который видит один нейрон?");
    }

    internal override void Solve(Given given, Board board)
    {
        NetSummary summary = Summary(given, given.Vector("times"));
        IReadOnlyList<LayerSummary> convolutions = summary.Learning();
        board.Part($"(a) Parameters", $"(а) Параметры");
        board.Say($"A convolution has (3·3·channels in + 1)·channels out parameters, and each one counts, also those with the same name.",
            $"В свёртке (3·3·входные каналы + 1)·выходные каналы параметров, и считается каждая, даже если называется так же.");
        board.Table(summary);
        board.Write(Formula.Parse(string.Join(" + ", convolutions.GroupBy(l => l.Formula).Select(g => g.Count() == 1 ? g.Key : $"{g.Count()}·{g.Key}"))), "n");
        board.Say($"Together these are {summary.Parameters}.", $"Вместе это {summary.Parameters}.");
        board.Part($"(b) The receptive field", $"(б) Поле восприятия");
        int stage = given.Count("stage"), asked = First(given.Vector("times"), stage);
        LayerSummary layer = convolutions[asked];
        board.Say($"The field r grows by (k − 1)·j with each layer, where k is its window and j the product of the strides before it; ReLU changes nothing. A pool is a window of 2, too:",
            $"Поле r растёт с каждым слоем на (k − 1)·j, где k — его окно, а j — произведение шагов до него; ReLU ничего не меняет. Пулинг — тоже окно, из 2 клеток:");
        board.Table([new Remark("layer", "слой"), "r", "j"],
            summary.Layers.TakeWhile(l => l != layer).Append(layer).Where(l => l.Brick != "relu").Select(l => (object[])[l.Brick, l.Field(), l.Jump()]));
        board.Say($"So r = {layer.Field()}.", $"Итак, r = {layer.Field()}.");
        double[] twice = [.. given.Vector("times").Select(_ => 2.0)];
        NetSummary doubled = Summary(given, twice);
        long ofDoubled = doubled.Learning()[First(twice, stage)].Field();
        if (given.Vector("times").SequenceEqual(this.Seed.Vector("times")) && given.Vector("channels").SequenceEqual(this.Seed.Vector("channels")) && stage == this.Seed.Count("stage"))
        {
            long counted = convolutions[0].Parameters + convolutions[1].Parameters + convolutions[2].Parameters + 2 * convolutions[4].Parameters;
            board.Part($"Where the source differs", $"Чем отличается источник");
            board.Say($"The source has {counted} parameters: it leaves out the second convolution of 256 channels and two of the four with 512, and counts one from 512 to 512 like that from 256 to 512. And it has a field of {ofDoubled}: that is right for VGG-B, which has two convolutions before each of the first two pools; VGG-A has one. (Its second way of computing it forgets the windows of the pools and adds up to {WithoutPools(given, twice, stage)}, not {ofDoubled}.)",
                $"В источнике {counted} параметров: пропущены вторая свёртка на 256 каналов и две из четырёх на 512, а одна свёртка из 512 в 512 сосчитана как из 256 в 512. Поле восприятия там {ofDoubled}: это верно для VGG-B, где перед каждым из первых двух пулингов стоят две свёртки; в VGG-A она одна. (Во втором способе там забыты окна пулинга, и сумма равна {WithoutPools(given, twice, stage)}, а не {ofDoubled}.)");
        }

        board.AskCount("n", summary.Parameters, new("parameters", "параметров"),
            new(N(summary.Parameters - Biases(given)),
                new("The biases are forgotten: one for each output channel.", "Забыты сдвиги: по одному на выходной канал.")),
            new(N(Summary(given, [.. twice.Select(_ => 1.0)]).Parameters),
                new("Only one convolution of each stage is counted.", "Сосчитана только одна свёртка каждой ступени.")));
        board.AskCount("r", layer.Field(), new("cells", "клеток"),
            new(N(WithoutPools(given, given.Vector("times"), stage)),
                new("A pool has a window too: it adds (2 − 1)·j.", "У пулинга тоже есть окно: он добавляет (2 − 1)·j.")),
            new(N(Field(given, given.Vector("times"), stage, $"{Pool} stride=1")),
                new("Behind a pool steps are twice as long.", "После пулинга шаги вдвое длиннее.")),
            new(N(ofDoubled), new("That is with two convolutions in every stage, as in VGG-B.", "Это с двумя свёртками в каждой ступени, как в VGG-B.")));
    }

    // The steps of the pools without their windows.
    private static long WithoutPools(Given given, double[] times, int stage) => Field(given, times, stage, "conv 1 1x1 stride=2");

    private static long Field(Given given, double[] times, int stage, string pool) =>
        Counting.Summary(Net(given, times, pool), [3, Side, Side]).Layers.Where(l => l.Brick.Contains("3x3", StringComparison.Ordinal)).ElementAt(First(times, stage)).Field();

    private static int First(double[] times, int stage) => (int)times[..(stage - 1)].Sum();

    private static NetSummary Summary(Given given, double[] times) => Counting.Summary(Net(given, times, Pool), [3, Side, Side]);

    private static long Biases(Given given)
    {
        string net = Net(given, given.Vector("times"), Pool);
        return Counting.Parameters(net, [3, Side, Side]) - Counting.Parameters(net.Replace("pad=1", "pad=1 bias=false", StringComparison.Ordinal), [3, Side, Side]);
    }

    private static string Net(Given given, double[] times, string pool) =>
        string.Join(" | ", given.Vector("channels").Select((c, i) => $"{string.Join(" | ", Enumerable.Repeat($"conv {c} 3x3 pad=1 | relu", (int)times[i]))} | {pool}"));
}
