using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.7: after how many layers of convolution and pooling the receptive field holds a cat.</summary>
internal sealed class CatField : BookTask
{
    private const int Shown = 4, Blocks = 8, Whole = 1 << 13; // a picture in which nothing runs out of cells

    public override string Id => "6.7";

    public override Remark Title => new("The receptive field: how soon is the cat seen?", "Поле восприятия: когда виден весь кот?");

    public override string Source => "000 §6.7";

    public override Given Seed => new(("cat", 512), ("k", 5), ("s", 2), ("pool", 2));

    internal override Given Draw(Dice dice) =>
        new(("cat", dice.Whole(8, 64) * 10), ("k", dice.Of(3, 5, 7)), ("s", dice.Whole(1, 2)), ("pool", dice.Whole(2, 3)));

    internal override void State(Given given, Board board)
    {
        double cat = given.Number("cat"), k = given.Number("k"), pool = given.Number("pool");
        board.Say($"Masha wants to find a cat of {cat}×{cat} cells. She uses convolutions {k}×{k} without padding, with stride {given.Number("s")}, and after each of them a pool {pool}×{pool} with stride {pool}.",
            $"Маша хочет найти котика размера {cat}×{cat}. Она использует свёртки {k}×{k} без дополнения с шагом {given.Number("s")}, а после каждой — пулинг {pool}×{pool} с шагом {pool}.");
        board.Say($"r: how wide is what one cell sees of the picture after the first, second, third and fourth layer (a convolution and a pool are a layer each)? L: after how many layers does it hold the cat for the first time? D: how many layers would it take with the same convolutions of stride 1 and no pools?",
            $"r: какой ширины участок картинки видит одна клетка после первого, второго, третьего и четвёртого слоёв (свёртка и пулинг — отдельные слои)? L: через сколько слоёв поле восприятия впервые охватит котика? D: сколько слоёв понадобилось бы из таких же свёрток с шагом 1 без пулинга?");
    }

    internal override void Solve(Given given, Board board)
    {
        int cat = given.Count("cat");
        LayerSummary[] layers = [.. Net(given).Layers];
        int seen = 1 + Array.FindIndex(layers, l => l.Field() >= cat);
        board.Say($"Neighbours in a layer look at places of the picture that are j cells apart; at first j = 1. A window of k cells sees k − 1 steps of j more than one cell does, r + (k − 1)·j, and a stride of s makes the steps s times as long for the layers after it, j·s:",
            $"Соседние клетки слоя смотрят на места картинки, отстоящие на j; сначала j = 1. Окно из k клеток добавляет к тому, что видит одна клетка, k − 1 шагов длины j: r + (k − 1)·j, а шаг s делает j для следующих слоёв в s раз больше: j·s:");
        board.Table([new Remark("layer", "слой"), "", "r", "j"],
            [[0, "", 1, 1], .. layers.Take(seen + 1).Select((l, i) => (object[])[i + 1, l.Brick, l.Field(), l.Jump()])]);
        board.Say($"The source leaves stride and pool open; here they are given. After layer {seen} a cell sees {layers[seen - 1].Field()} cells, and the cat of {cat} fits for the first time; one layer before it was {(seen > 1 ? layers[seen - 2].Field() : 1)}.",
            $"В источнике шаг и размер пулинга не указаны; здесь они заданы. После слоя {seen} клетка видит {layers[seen - 1].Field()}, и кот размера {cat} впервые помещается; слоем раньше было {(seen > 1 ? layers[seen - 2].Field() : 1)}.");
        Plane plane = new("n", "ln r", (0, seen + 2), (0, 9));
        plane.Line([(0, 0), .. layers.Take(seen + 2).Select((l, i) => (i + 1.0, Math.Log(l.Field())))], "r");
        plane.Line([(0, Math.Log(cat)), (seen + 2, Math.Log(cat))], $"{cat}");
        board.Part($"Without strides and pools", $"Без шагов и пулинга");
        int more = given.Count("k") - 1, plain = Plain(given);
        plane.Curve(n => Math.Log(1 + more * n), $"1 + {more}n");
        board.Say($"Then j stays 1 and every layer adds {more} cells: 1 + {more}·D is to be at least {cat}, so D = {plain}. With strides and pools the field grows exponentially, with plain convolutions only linearly.",
            $"Тогда j остаётся равным 1, и каждый слой добавляет {more}: нужно 1 + {more}·D не меньше {cat}, откуда D = {plain}. С шагами и пулингом поле растёт экспоненциально, без них — только линейно.");
        board.Draw(plane, new("The field after n layers, without strides and pools, and the cat", "Поле после n слоёв, поле без шагов и пулинга и размер кота"));
        NetSummary own = Net(given, cat);
        board.Say($"A remark: without padding a picture that is just as large as the cat runs out of cells after {own.Layers.Count} of these layers{(own.Layers.Count < seen ? ", before all of it is seen: pictures must be larger, or padded" : "")}.",
            $"Замечание: без дополнения картинка размером ровно с кота закончится после слоя {own.Layers.Count}{(own.Layers.Count < seen ? ", раньше, чем он будет виден целиком: картинка должна быть больше или с дополнением" : "")}.");

        double[] first = [.. layers.Take(Shown).Select(l => (double)l.Field())];
        double[] added = [.. Counting.Summary(Net(given, 1, 1, Shown), [1, Whole, Whole]).Layers.Take(Shown).Select(l => (double)l.Field())];
        board.AskCount("r", Tensor.From(first), new("cells", "клеток"),
            new Slip(Tensor.From(added),
                new("The strides of the layers before are forgotten: steps become longer.", "Забыты шаги предыдущих слоёв: расстояния растут.")));
        board.AskCount("L", seen, new("layers", "слоёв"),
            new(N((seen + 1) / 2),
                new("Those are pairs of convolution and pool; each of the two is a layer.", "Это пары из свёртки и пулинга; каждый из них — отдельный слой.")),
            new(N(plain), new("That is without strides and pools.", "Это без шагов и пулинга.")));
        board.AskCount("D", plain, new("layers", "слоёв"),
            new Slip(N(Math.Ceiling((double)cat / (more + 1))),
                new("Windows overlap: a layer adds only k − 1 cells.", "Окна перекрываются: слой добавляет только k − 1 клеток.")));
    }

    private static NetSummary Net(Given given, int side = Whole) =>
        Counting.Summary(Net(given, given.Count("s"), given.Count("pool"), Blocks), [1, side, side]);

    private static string Net(Given given, int stride, int poolStride, int blocks) =>
        string.Join(" | ", Enumerable.Repeat($"conv 1 {given.Count("k")}x{given.Count("k")} stride={stride} | maxpool {given.Count("pool")} stride={poolStride}", blocks));

    // Each layer adds as much as the second does.
    private static int Plain(Given given)
    {
        string conv = $"conv 1 {given.Count("k")}x{given.Count("k")}";
        LayerSummary[] two = [.. Counting.Summary($"{conv} | {conv}", [1, 2 * given.Count("k"), 2 * given.Count("k")]).Layers];
        long first = two[0].Field(), more = two[1].Field() - first;
        return 1 + (int)Math.Max(0, (given.Count("cat") - first + more - 1) / more);
    }
}
