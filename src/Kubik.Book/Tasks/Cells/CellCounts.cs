using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.5c: the parameters of the cells of ResNet, Inception, DenseNet and MobileNet.</summary>
internal sealed class CellCounts : BookTask
{
    private const int Side = 8; // of the picture: parameters do not depend on it

    public override string Id => "7.5c";

    public override Remark Title => new("Fashionable cells, counted", "Модные ячейки: считаем параметры");

    public override string Source => "000 §7 (cells)";

    public override Given Seed => new(("C", 256), ("B", 64), ("inception", new double[] { 64, 96, 128, 16, 32, 32 }), ("growth", 32), ("layers", 3));

    internal override Given Draw(Dice dice)
    {
        int c = 32 * dice.Whole(2, 16);
        return new(("C", c), ("B", c / dice.Of(2, 4)), ("inception", Dice.Several(6, () => 16 * dice.Whole(1, 8))), ("growth", dice.Of(12, 24, 32)), ("layers", dice.Whole(2, 4)));
    }

    internal override void State(Given given, Board board)
    {
        double[] i = given.Vector("inception");
        board.Say($"A picture with C = {given.Number("C")} channels goes into each of these cells; no convolution has a bias. How many parameters do they have?",
            $"В каждую из ячеек приходит картинка с C = {given.Number("C")} каналами; сдвигов у свёрток нет. Сколько у них параметров?");
        board.Say($"basic: x + f(x), f two convolutions 3×3 with C channels each (p_b);",
            $"базовая: x + f(x), где f — две свёртки 3×3, по C каналов на выходе каждой (p_b);");
        board.Say($"bottleneck: x + f(x), f a convolution 1×1 to {given.Number("B")} channels, 3×3 with as many, 1×1 back to C (p_n);",
            $"бутылочное горлышко: x + f(x), где f — свёртка 1×1 (каналов на выходе {given.Number("B")}), свёртка 3×3 с тем же числом каналов и свёртка 1×1 обратно в C (p_n);");
        board.Say($"separable: 3×3 in each channel by itself, then 1×1 to C channels (p_s);",
            $"сепарабельная: 3×3 в каждом канале отдельно, затем 1×1 в C каналов (p_s);");
        board.Say($"Inception: four branches side by side, 1×1 to {i[0]}; 1×1 to {i[1]}, then 3×3 to {i[2]}; 1×1 to {i[3]}, then 5×5 to {i[4]}; max pooling, then 1×1 to {i[5]} (p_i parameters, and c_i channels at the end);",
            $"Inception: четыре ветви рядом: 1×1 в {i[0]}; 1×1 в {i[1]}, затем 3×3 в {i[2]}; 1×1 в {i[3]}, затем 5×5 в {i[4]}; max pooling, затем 1×1 в {i[5]} (параметров p_i, каналов на выходе c_i);");
        board.Say($"dense: {given.Number("layers")} convolutions 3×3 one after the other, each sees the input and all that was made before, and adds {given.Number("growth")} channels (p_d, c_d).",
            $"плотная: свёртки 3×3 одна за другой, всего {given.Number("layers")}; каждая видит вход и всё, что получено раньше, и добавляет каналов {given.Number("growth")} (p_d, c_d).");
    }

    internal override void Solve(Given given, Board board)
    {
        double c = given.Number("C"), b = given.Number("B");
        (Remark Name, string Letter, NetSummary Count)[] cells = [.. Cells(given).Select(n => (n.Name, n.Letter, Counted(n.Net, given)))];
        board.Say($"A convolution k×k from A to B channels has k²·A·B weights: each output channel looks at all input channels. A 1×1 has no neighbours to look at, it mixes channels only, and is cheap; so the dear 3×3 is put between 1×1 that narrow and widen.",
            $"У свёртки k×k из A каналов в B всего k²·A·B весов: каждый выходной канал смотрит на все входные. Свёртка 1×1 соседей не видит, только смешивает каналы, и потому дёшева; поэтому дорогую 3×3 ставят между 1×1, которые сужают и снова расширяют.");
        board.Table([new Remark("cell", "ячейка"), new Remark("channels", "каналов"), new Remark("parameters", "параметров"), ""],
            cells.Select(n => (object[])[n.Name, n.Count.Output!.Value[0], n.Count.Parameters, string.Join(" + ", n.Count.Layers.Where(l => l.Parameters > 0).Select(l => l.Formula))]));
        long Parameters(string letter) => cells.First(n => n.Letter == letter).Count.Parameters;
        board.Say($"The bottleneck has {Math.Round((double)Parameters("b") / Parameters("n"), 1)} times fewer parameters than the basic cell, the separable one {Math.Round((double)Parameters("b") / Parameters("s"), 1)} times. A sum keeps the number of channels, branches beside each other add up theirs: so Inception and dense cells grow, residual ones do not.",
            $"У горлышка параметров меньше, чем у базовой ячейки, в {Math.Round((double)Parameters("b") / Parameters("n"), 1)} раза, у сепарабельной — в {Math.Round((double)Parameters("b") / Parameters("s"), 1)}. Сложение сохраняет число каналов, а у ветвей, поставленных рядом, каналы складываются: поэтому Inception и плотные ячейки расширяются, а остаточные нет.");
        Remark unit = new("parameters", "параметров"), beside = new("Branches side by side add up their channels.", "У ветвей рядом каналы складываются.");
        Remark spots = new("A kernel 3×3 has 9 weights.", "В ядре 3×3 девять весов.");
        board.AskCount("p_b", Parameters("b"), unit,
            new Slip(N(Parameters("b") / 2.0), new("There are two convolutions.", "Свёрток две.")),
            new Slip(N(2 * c * c * 3), spots),
            new Slip(N(Parameters("b") + 2 * c), new("No convolution here has a bias.", "Сдвигов у свёрток здесь нет.")));
        board.AskCount("p_n", Parameters("n"), unit,
            new Slip(N(c * b + 9 * b * b), new("The 1×1 back to C channels is forgotten.", "Забыта свёртка 1×1 обратно в C каналов.")),
            new Slip(N(2 * c * b + 3 * b * b), spots));
        board.AskCount("p_s", Parameters("s"), unit,
            new Slip(N(9 * c * c), new("That is an ordinary convolution 3×3.", "Это обычная свёртка 3×3.")),
            new Slip(N(9 * c), new("The 1×1 that mixes the channels is forgotten.", "Забыта свёртка 1×1, смешивающая каналы.")));
        double[] i = given.Vector("inception");
        board.AskCount("p_i", Parameters("i"), unit,
            new Slip(N(c * (i[0] + 9 * i[2] + 25 * i[4] + i[5])),
                new("The 1×1 before the 3×3 and the 5×5 are left out.", "Забыты свёртки 1×1 перед 3×3 и 5×5.")),
            new Slip(N(Parameters("i") - c * i[5]), new("The branch with the pooling has a 1×1 too.", "В ветви с пулингом тоже есть свёртка 1×1.")));
        board.AskCount("c_i", Channels("i"), new("channels", "каналов"),
            new Slip(N(i.Sum()), new("Only the last convolution of a branch counts.", "Считается только последняя свёртка ветви.")),
            new Slip(N(Channels("i") + c), new("The input is not among the branches.", "Входа среди ветвей нет.")));
        double layers = given.Number("layers"), growth = given.Number("growth");
        board.AskCount("p_d", Parameters("d"), unit,
            new Slip(N(9 * c * growth * layers),
                new("Later convolutions see the channels that were added too.", "Следующие свёртки видят и добавленные каналы.")));
        board.AskCount("c_d", Channels("d"), new("channels", "каналов"), new Slip(N(layers * growth), beside));

        int Channels(string letter) => cells.First(n => n.Letter == letter).Count.Output!.Value[0];
    }

    private static IEnumerable<(Remark Name, string Letter, string Net)> Cells(Given given)
    {
        (double c, double b, double[] i) = (given.Number("C"), given.Number("B"), given.Vector("inception"));
        yield return (new("basic", "базовая"), "b", $"residual(conv {c} 3x3 pad=1 bias=false | relu | conv {c} 3x3 pad=1 bias=false)");
        yield return (new("bottleneck", "горлышко"), "n", $"residual(conv {b} 1x1 bias=false | relu | conv {b} 3x3 pad=1 bias=false | relu | conv {c} 1x1 bias=false)");
        yield return (new("separable", "сепарабельная"), "s", $"separable {c} 3x3 pad=1 bias=false");
        yield return (new("Inception", "Inception"), "i", $"parallel(conv {i[0]} 1x1 bias=false ; conv {i[1]} 1x1 bias=false | relu | conv {i[2]} 3x3 pad=1 bias=false ; conv {i[3]} 1x1 bias=false | relu | conv {i[4]} 5x5 pad=2 bias=false ; maxpool 3x3 stride=1 pad=1 | conv {i[5]} 1x1 bias=false)");
        yield return (new("dense", "плотная"), "d", string.Join(" | ", Enumerable.Repeat($"parallel(identity ; conv {given.Number("growth")} 3x3 pad=1 bias=false)", given.Count("layers"))));
    }

    private static NetSummary Counted(string net, Given given) => Counting.Summary(net, [given.Count("C"), Side, Side]);
}
