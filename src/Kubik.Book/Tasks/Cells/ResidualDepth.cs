// Many cells in a row: what is left of a gradient with and without shortcuts, by which ways it comes, and both measured.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.5b: depth with and without shortcuts.</summary>
internal sealed class ResidualDepth : BookTask
{
    private const int Width = 16, Deep = 30, Samples = 8, Starts = 5;

    // The same for all parameters, so it is measured once.
    private static readonly Lazy<Decay[]> Measured = new(() =>
    [
        Carried(new("y = f(x), usual weights", "y = f(x), обычные веса"), isResidual: false, gain: 1),
        Carried(new("y = f(x), small weights", "y = f(x), малые веса"), isResidual: false, gain: 0.5),
        Carried(new("y = x + f(x), small weights", "y = x + f(x), малые веса"), isResidual: true, gain: 0.5),
    ]);

    public override string Id => "7.5b";

    public override Remark Title => new("Depth with and without shortcuts", "Глубина с обходными путями и без них");

    public override string Source => "000 §7 (cells)";

    public override Given Seed => new(("N", 10), ("a", 0.2), ("k", 2));

    internal override Given Draw(Dice dice) => new(("N", dice.Whole(6, 20)), ("a", dice.Of(0.05, 0.1, 0.2, 0.25, 0.5)), ("k", dice.Whole(1, 4)));

    internal override void State(Given given, Board board)
    {
        board.Say($"In a network of N = {given.Number("N")} cells with one number each, the slope of f is a = {given.Number("a")} in every cell. By which factor does the gradient change on its way through all cells when they are plain, y = f(x) (r_p), and when they are residual, y = x + f(x) (r_r)?",
            $"В сети из ячеек с одним числом (всего их N = {given.Number("N")}) производная f в каждой ячейке равна a = {given.Number("a")}. Во сколько раз меняется градиент на пути через все ячейки, если они простые, y = f(x) (r_p), и если остаточные, y = x + f(x) (r_r)?");
        board.Say($"In a residual network there are many ways from the end to the beginning: in each cell through f or past it. How many are there (n)? Which share s of them goes through f exactly {given.Number("k")} times? And through how many cells goes a way in the mean (m), if every way counts as much as the gradient that it carries?",
            $"В остаточной сети много путей от конца к началу: в каждой ячейке через f или мимо. Сколько всего путей (n)? Какая доля s из них проходит через f ровно столько раз: {given.Number("k")}? И через сколько ячеек проходит путь в среднем (m), если вес пути — градиент, который он несёт?");
        board.Say($"Of the three networks measured below, which hands the largest part of the gradient to its first layer?",
            $"Какая из трёх сетей, измеренных ниже, передаёт своему первому слою наибольшую долю градиента?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor count = given.Tensor("N"), a = given.Tensor("a");
        int cells = given.Count("N"), k = given.Count("k");
        board.Part($"Factors", $"Множители");
        board.Say($"The chain rule multiplies the slopes of all cells: f′ in a plain cell, 1 + f′ in a residual one.",
            $"Цепное правило перемножает производные ячеек: f′ у простой, 1 + f′ у остаточной.");
        Tensor plain = board.Work("r_p", "a^N", ("a", a), ("N", count)), residual = board.Work("r_r", "(1 + a)^N", ("a", a), ("N", count));
        board.Part($"Ways", $"Пути");
        board.Say($"Multiplied out, (1 + a)·(1 + a)·… has a summand for each choice of 1 or a in every cell: 2^N ways. Through f exactly k times go as many as there are ways to choose k cells of N, and together they carry (that number)·a^k:",
            $"Если раскрыть скобки в (1 + a)·(1 + a)·…, получится по слагаемому на каждый выбор 1 или a в каждой ячейке: 2^N путей. Через f ровно k раз проходит столько путей, сколько есть способов выбрать k ячеек из N, и вместе они несут (это число)·a^k:");
        Tensor n = N(2).Pow(cells);
        double[] ways = [.. Enumerable.Range(0, cells + 1).Select(i => Ways(cells, i))];
        board.Table(["k", new Remark("ways", "путей"), new Remark("share of the ways", "доля путей"), new Remark("gradient", "градиент")],
            Enumerable.Range(0, Math.Min(cells, 8) + 1).Select(i => (object[])[i, ways[i], ways[i] / n, ways[i] * a.Pow(i)]));
        Tensor share = ways[k] / n, mean = board.Work("m", "N*a/(1 + a)", ("N", count), ("a", a));
        board.Say($"The mean follows from choosing the way of the gradient cell by cell: f with the share a/(1 + a). So most of the gradient comes by short ways, and a deep residual network learns as many shallow ones together (Veit, Wilber, Belongie 2016).",
            $"Среднее получается, если выбирать путь градиента ячейка за ячейкой: через f идёт доля a/(1 + a). Значит, бо́льшая часть градиента приходит короткими путями, и глубокая остаточная сеть учится как много мелких вместе (Veit, Wilber, Belongie 2016).");
        board.Ask("r_p", plain, 0.005 * plain.Item(), null,
            new Slip(count * a, new("The slopes are multiplied, not added.", "Производные перемножаются, а не складываются.")));
        board.Ask("r_r", residual, 0.005 * residual.Item(), null,
            new Slip(1 + plain, new("There is a shortcut around every cell, not one around all.", "Обход есть у каждой ячейки, а не один на всех.")),
            new Slip(1 + count * a, new("Those are the ways through one cell at most.", "Это только пути не более чем через одну ячейку.")));
        board.AskCount("n", n, new("ways", "путей"),
            new Slip(count * 2,
                new("In each cell the choice is free: the numbers of choices are multiplied.", "В каждой ячейке выбор свободен: числа вариантов перемножаются.")));
        board.Ask("s", share, 0.001, null,
            new Slip(N(k) / cells, new("Ways are counted, not cells.", "Считаются пути, а не ячейки.")),
            new Slip(ways[k] * a.Pow(k) / residual, new("That is the share of the gradient, not of the ways.", "Это доля градиента, а не путей.")));
        board.Ask("m", mean, 0.005, new("cells", "ячеек"),
            new Slip(count / 2, new("That is the mean of all ways alike; long ones carry less.", "Это среднее по всем путям поровну; длинные несут меньше.")),
            new Slip(count * a, new("The shares of both choices are 1/(1 + a) and a/(1 + a).", "Доли двух вариантов — 1/(1 + a) и a/(1 + a).")));
        Measure(board);
    }

    private static void Measure(Board board)
    {
        Decay[] nets = Measured.Value;
        board.Part($"Measured", $"Измерение");
        board.Say($"Three networks of {Deep} layers, f(x) = tanh(x·W) with {Width} numbers, W normal with the variance 1/{Width} or, where the weights are small, 1/{4 * Width}. The norm of the gradient so many layers before the end, relative to that at the end, as a power of ten: mean over {Starts} draws of the weights and its standard error.",
            $"Три сети глубины {Deep}, f(x) = tanh(x·W), чисел в слое {Width}; W нормальные с дисперсией 1/{Width}, а где веса малы — 1/{4 * Width}. Норма градиента за столько-то слоёв до конца, делённая на норму в конце, в степенях десяти: среднее по новым весам (число раз: {Starts}) и его стандартная ошибка.");
        int best = Decay.Show(board, nets, "k", new("The gradient (powers of ten) k layers before the end", "Градиент (степень десяти) за k слоёв до конца"), new("layers before the end", "слоёв до конца"), ["f, 1/16", "f, 1/64", "x + f, 1/64"], 10, 20, Deep);
        board.Say($"The same small weights that make the gradient of the plain network vanish leave that of the residual one alive.",
            $"Те же малые веса, при которых градиент простой сети затухает, в остаточной сети его сохраняют.");
        board.AskWhich("largest", best + 1, [.. nets.Select(n => n.Name)]);
    }

    private static double Ways(int cells, int chosen)
    {
        Tensor ways = N(1);
        for (int i = 1; i <= chosen; i++) ways = ways * (cells - chosen + i) / i;
        return Math.Round(ways.Item());
    }

    // By the state of each layer.
    private static Decay Carried(Remark name, bool isResidual, double gain) => Decay.Of(name, Starts, start =>
    {
        RandomStream random = new(start, stream: 75);
        List<Tensor> states = [random.Normal([Samples, Width]).Track()];
        for (int i = 0; i < Deep; i++)
        {
            Module layer = Neurons.Weighted($"linear {Width} bias=false | tanh", random.Normal([Width, Width]) * (gain / Math.Sqrt(Width)));
            states.Add((isResidual ? new Residual(layer) : layer).Forward(states[^1]));
        }
        Tensor[] gradients = Gradient.Of((states[^1] * random.Normal([Width])).Sum(), [.. states]);
        return Tensor.Stack(0, [.. gradients.Select(g => g.Square().Sum().Log() / 2)]).Cast(DType.Float64);
    });
}
