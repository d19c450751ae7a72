using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.6: the parameters of a convolution, of two small ones in its place, and of a separable one.</summary>
internal sealed class ConvolutionCount : BookTask
{
    public override string Id => "6.6";

    public override Remark Title => new("Parameters: convolutions, also separable ones", "Число параметров: свёртки и сепарабельные свёртки");

    public override string Source => "000 §6.6 а–в";

    public override Given Seed => new(("C_in", 32), ("W", 28), ("H", 28), ("C_out", 64), ("W_k", 5), ("H_k", 3));

    internal override Given Draw(Dice dice) =>
        new(("C_in", dice.Of(3, 8, 16, 32, 64)), ("W", dice.Whole(10, 60)), ("H", dice.Whole(10, 60)), ("C_out", 8 * dice.Whole(1, 16)), ("W_k", dice.Of(3, 5, 7)), ("H_k", dice.Of(3, 5, 7)));

    internal override void State(Given given, Board board)
    {
        board.Say($"Masha collects architectures. The input is a picture of {given.Number("W")}×{given.Number("H")} cells (width, height) with C_in = {given.Number("C_in")} channels, the output has C_out = {given.Number("C_out")} channels; every layer has biases unless it says otherwise.",
            $"Маша собирает архитектуры. На вход идёт картинка {given.Number("W")}×{given.Number("H")} (ширина, высота), число каналов C_in = {given.Number("C_in")}, на выходе C_out = {given.Number("C_out")}; у каждого слоя есть сдвиги, если не сказано иное.");
        board.Say($"(a) A convolution with filters of W_k = {given.Number("W_k")} by H_k = {given.Number("H_k")} cells. How many parameters has it (n_a)?",
            $"(а) Свёртка с фильтрами размера W_k = {given.Number("W_k")} на H_k = {given.Number("H_k")}. Сколько в ней параметров (n_a)?");
        board.Say($"(b) Two convolutions after each other that together see as much: filters of {Half(given, "W_k")} by {Half(given, "H_k")} cells, C_out channels after the first and after the second (n_b).",
            $"(б) Две свёртки подряд, которые вместе видят столько же: фильтры {Half(given, "W_k")} на {Half(given, "H_k")}, C_out каналов после первой и после второй (n_b).");
        board.Say($"(c) A separable convolution: first every channel by itself with one filter of W_k by H_k without bias, then a convolution 1×1 to C_out channels with bias (n_c). How many times fewer parameters is that than in (a) (r)?",
            $"(в) Сепарабельная свёртка: сначала каждый канал отдельно со своим фильтром W_k на H_k без сдвига, затем свёртка 1×1 в C_out каналов со сдвигом (n_c). Во сколько раз это меньше, чем в (а) (r)?");
    }

    internal override void Solve(Given given, Board board)
    {
        NetSummary one = Summary(given, One(given)), two = Summary(given, Two(given)), separable = Summary(given, Separable(given));
        (string, Tensor)[] at = [.. ((string[])["C_in", "C_out", "W_k", "H_k"]).Select(n => (n, given.Tensor(n))), ("w", N(Half(given, "W_k"))), ("h", N(Half(given, "H_k")))];
        board.Part($"(a) A convolution", $"(а) Свёртка");
        board.Say($"A filter has W_k·H_k weights for every input channel and one bias; there are C_out filters. The size of the picture does not come into it.",
            $"У фильтра по W_k·H_k весов на каждый входной канал и один сдвиг; фильтров C_out. Размер картинки не важен.");
        board.Work("n_a", "(W_k*H_k*C_in + 1)*C_out", at);
        board.Part($"(b) Two small ones", $"(б) Две маленькие");
        board.Say($"A second filter of width w sees w − 1 cells more than the first, together 2w − 1 = W_k. With w = {Half(given, "W_k")} and h = {Half(given, "H_k")}:",
            $"Второй фильтр ширины w видит на w − 1 клеток больше, чем первый, вместе 2w − 1 = W_k. При w = {Half(given, "W_k")} и h = {Half(given, "H_k")}:");
        board.Work("n_b", "(w*h*C_in + 1)*C_out + (w*h*C_out + 1)*C_out", at);
        board.Say($"Between the two there is room for an activation more. Whether it saves parameters depends on the channels: the second convolution has C_out on both sides. (In the source part b is left empty; this one is in its spirit.)",
            $"Между ними помещается ещё одна активация. Экономит ли это параметры, зависит от каналов: у второй свёртки их C_out с обеих сторон. (В источнике пункт б пуст; этот придуман в его духе.)");
        board.Part($"(c) A separable one", $"(в) Сепарабельная");
        board.Say($"Places and channels are treated one after the other: C_in filters of one channel, then a dense layer over the channels, the same at every place.",
            $"Места и каналы обрабатываются по очереди: C_in фильтров глубины 1, затем полносвязный слой по каналам, один и тот же в каждом месте.");
        board.Work("n_c", "W_k*H_k*C_in + (C_in + 1)*C_out", at);
        double ratio = (double)one.Parameters / separable.Parameters;
        board.Say($"That is r = {one.Parameters}/{separable.Parameters} ≈ {Math.Round(ratio, 4)} times fewer. The engine counts the same in the networks themselves, and their multiplications:",
            $"Это в r = {one.Parameters}/{separable.Parameters} ≈ {Math.Round(ratio, 4)} {Times(ratio)} меньше. Движок насчитывает столько же в самих сетях, а заодно и умножения:");
        board.Table([new Remark("network", "сеть"), new Remark("parameters", "параметры"), new Remark("multiplications", "умножения")],
            new[] { one, two, separable }.Select((n, i) => (object[])[$"n_{"abc"[i]}", n.Parameters, n.MultiplyAdds]));

        Remark forgotten = new("The biases are forgotten.", "Забыты сдвиги."), places = new("A filter is the same at every place: the size of the picture does not count.", "Фильтр один и тот же во всех местах: размер картинки не важен.");
        Slip Free(string net) => new(N(Summary(given, net).Parameters), forgotten);
        board.AskCount("n_a", one.Parameters, null, Free(One(given) + " bias=false"),
            new(N(Counting.Parameters(One(given), [1, given.Count("H"), given.Count("W")])),
                new("A filter goes through all input channels.", "Фильтр проходит через все входные каналы.")),
            new(N((double)one.Parameters * one.Output!.Value[1] * one.Output.Value[2]), places));
        board.AskCount("n_b", two.Parameters, null, Free(Two(given).Replace(" |", " bias=false |") + " bias=false"),
            new(N(2 * two.Layers[0].Parameters), new("The second convolution has C_out input channels.", "У второй свёртки на входе C_out каналов.")));
        board.AskCount("n_c", separable.Parameters, null, Free(Separable(given) + " bias=false"),
            new(N(Summary(given, $"depthwise {Size(given)} bias=false").Parameters), new("The 1×1 convolution is forgotten.", "Забыта свёртка 1×1.")));
        board.Ask("r", ratio, 0.01, null,
            new Slip(N(1 / ratio), new("The other way round: how many times fewer is asked.", "Наоборот: спрашивается, во сколько раз меньше.")));
    }

    // 3 раза, 5 раз; after a fraction always раза.
    private static string Times(double ratio) =>
        Math.Round(ratio, 4) is var shown && shown % 1 == 0 ? Sentences.Form((long)shown, "раз", "раза", "раз") : "раза";

    private static int Half(Given given, string side) => (given.Count(side) + 1) / 2;

    private static string Size(Given given) => $"{given.Count("H_k")}x{given.Count("W_k")}";

    private static string One(Given given) => $"conv {given.Count("C_out")} {Size(given)}";

    private static string Two(Given given)
    {
        string small = $"conv {given.Count("C_out")} {Half(given, "H_k")}x{Half(given, "W_k")}";
        return $"{small} | {small}";
    }

    private static string Separable(Given given) => $"separable {given.Count("C_out")} {Size(given)}";

    private static NetSummary Summary(Given given, string net) => Counting.Summary(net, [given.Count("C_in"), given.Count("H"), given.Count("W")]);
}
