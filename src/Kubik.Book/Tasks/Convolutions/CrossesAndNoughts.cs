using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.3: a kernel that finds slashes, and one that tells crosses from noughts.</summary>
internal sealed class CrossesAndNoughts : BookTask
{
    private const int Each = 3;

    // A cross is wanted, and nothing between its arms.
    private static readonly Tensor Solution = Tensor.From(new double[,] { { 1, -1, 1 }, { -1, 1, -1 }, { 1, -1, 1 } });

    public override string Id => "6.3";

    public override Remark Title => new("Crosses, noughts and slashes", "Крестики, нолики и слэши");

    public override string Source => "000 §6.3";

    public override Given Seed =>
        Of([1, 1, 1], [Signs.Slash(4, 0, 1, isBack: false), Signs.Slash(4, 1, 0, isBack: true)], [Signs.Cross(3, 0, 0), Signs.Cross(3, 2, 1), Signs.Cross(5, 0, 0)], [Signs.Nought(3, 0, 1, isRound: false), Signs.Nought(4, 1, 1, isRound: true), Signs.Nought(5, 0, 0, isRound: true)]);

    internal override Given Draw(Dice dice) => Dice.Until(
        () => Of(Dice.Several(3, () => dice.Whole(1, 4)), [Any(dice, (n, r, c) => Signs.Slash(n, r, c, isBack: false)), Any(dice, (n, r, c) => Signs.Slash(n, r, c, isBack: true))],
            Several(() => Any(dice, Signs.Cross, isOdd: true)), Several(() => Any(dice, (n, r, c) => Signs.Nought(n, r, c, isRound: n > 3 && dice.Whole(0, 1) == 1)))),
        given => Distinct(given.Tensor("crosses")) && Distinct(given.Tensor("noughts")) && Signs.TellsApart(Solution, given.Tensor("crosses"), Others(given)));

    internal override void State(Given given, Board board)
    {
        board.Say($"In the lecture Masha saw a kernel S that finds slashes:", $"На лекции Маша увидела ядро S для поиска слэшей:");
        board.Draw(Pixels.Row(new("The kernel", "Ядро"), ("", "S", given.Tensor("S"))));
        Tensor slashes = given.Tensor("slashes"), crosses = given.Tensor("crosses"), noughts = given.Tensor("noughts");
        board.Draw(Signs.Picture(new("A slash and a backslash", "Слэш и обратный слэш"), slashes, ["/", @"\"]));
        board.Draw(Signs.Picture(new("Crosses", "Крестики"), crosses, Names("×")));
        board.Draw(Signs.Picture(new("Noughts", "Нолики"), noughts, Names("○")));
        board.Say($"A kernel is convolved with a picture (no padding, stride 1), and the greatest entry of the result is its response. s: what are the responses of S to /, \\, ×₁ and ○₁? K: a 3×3 kernel whose response to every cross is greater than that to any nought and to both slashes.",
            $"Ядро сворачивают с картинкой (без дополнения, шаг 1), и наибольший элемент результата — его отклик. s: чему равны отклики S на /, \\, ×₁ и ○₁? K: ядро 3×3, отклик которого на любой крестик больше, чем на любой нолик и на оба слэша.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor slashes = given.Tensor("slashes"), crosses = given.Tensor("crosses"), noughts = given.Tensor("noughts"), four = Four(given), finder = given.Tensor("S");
        board.Part($"The slash", $"Слэш");
        board.Say($"S adds up three cells of a diagonal, each with its weight. Where a slash lies exactly under it, all three are ink:",
            $"S складывает три клетки диагонали, каждую со своим весом. Там, где слэш лежит точно под ним, все три закрашены:");
        board.Draw(Pixels.Rows(new("What S makes of the slash and of the backslash", "Что S делает со слэшем и с обратным слэшем"), [.. ((string[])["/", @"\"]).Select((name, i) => ((string, string, Tensor)[])[("", name, slashes[i].Reshape(5, 5)), ("∗", "S", finder), ("=", "", slashes[i].Reshape(5, 5).Under(finder))])]));
        double[] s = Signs.Greatest(four, finder);
        board.Say($"The greatest entries are s = {s}, for ×₁ and ○₁ too: a cross contains a slash, and S answers to both alike.",
            $"Наибольшие элементы равны s = {s}, считая и ×₁ с ○₁: в крестике есть слэш, и S откликается на них одинаково.");
        object[] header = ["", .. Names("×"), .. Names("○"), "/", @"\"];
        board.Part($"Crosses and noughts", $"Крестики и нолики");
        board.Say($"What every cross has and nothing else is the place where two strokes cross. So a cross there is rewarded with weights of 1 and ink between its arms is punished with −1.",
            $"Только в крестике есть место, где две линии пересекаются. Поэтому за косой крест ядро даёт веса 1, а за краску между его лучами — веса −1.");
        board.Draw(Pixels.Rows(new("The kernel at the first cross and the first nought", "Ядро на первом крестике и первом нолике"), [.. new[] { ("×₁", crosses[0]), ("○₁", noughts[0]) }.Select(p => ((string, string, Tensor)[])[("", p.Item1, p.Item2.Reshape(5, 5)), ("∗", "K", Solution), ("=", "", p.Item2.Reshape(5, 5).Under(Solution))])]));
        Tensor others = Others(given);
        double[] onCrosses = Signs.Greatest(crosses, Solution), onOthers = Signs.Greatest(others, Solution);
        board.Table(header, [Row("K", crosses, others, Solution)]);
        board.Say($"Every cross gets at least {onCrosses.Min()}, nothing else more than {onOthers.Max()}: a threshold between them, such as {(onCrosses.Min() + onOthers.Max()) / 2}, makes a classifier of one kernel. That the greatest response is taken makes it all the same where the sign stands.",
            $"Любой крестик получает не меньше {onCrosses.Min()}, всё остальное — не больше {onOthers.Max()}: с порогом между ними, например {(onCrosses.Min() + onOthers.Max()) / 2}, получается классификатор из одного ядра. Благодаря максимуму неважно, где стоит знак.");
        board.Part($"A learnt kernel", $"Выученное ядро");
        (Tensor learnt, int? start) = Signs.Learnt(crosses, others);
        board.Say($"One need not think of it: a network of one kernel, its greatest response and a sigmoid can find one itself in {Signs.Steps} steps of Adam from small random weights. Not from all of them: a maximum sees one place only, and some starts get stuck.",
            $"Придумывать его необязательно: сеть из одного ядра, его максимума и сигмоиды может найти подходящее сама; шагов Adam {Signs.Steps}, начало — малые случайные веса. Удаётся это не с любого начала: максимум видит только одно место, и некоторые попытки застревают.");
        if (start is { } number) board.Say($"Here it was start number {number} that succeeded.", $"Здесь получилось с попытки номер {number}.");
        else board.Say($"Here none of {Signs.MostStarts} starts succeeded; this is where the last one stopped.", $"Здесь не получилось ни разу, попыток было {Signs.MostStarts}; вот чем кончилась последняя.");
        board.Draw(Pixels.Row(new("The kernel that was learnt", "Выученное ядро"), ("", "", learnt)));
        board.Table(header, [Row("", crosses, others, learnt)]);

        board.Ask("s", Tensor.From(s), 1e-6, null,
            new Slip(Tensor.From(Signs.Greatest(four, finder.Flip(1))), new("That is the kernel of the other diagonal.", "Это ядро другой диагонали.")),
            new Slip(Tensor.From([.. Enumerable.Range(0, 4).Select(i => four[i].Reshape(5, 5)[1..4, 1..4].Under(finder).Item())]),
                new("The response is the greatest of all places, not that in the middle.", "Отклик — наибольшее значение по всем местам, а не в середине.")));
        board.AskAny("K", Solution, kernel => Signs.TellsApart(kernel, crosses, others),
            new Slip(finder,
                new("That finds slashes, and there is one in a cross: both responses are the same.", "Это ядро ищет слэши, а в крестике слэш есть: отклики одинаковы.")),
            new Slip(Tensor.Ones([3, 3], DType.Float64),
                new("That counts ink, and noughts have much of it.", "Такое ядро считает краску, а в ноликах её много.")));
    }

    private static IReadOnlyList<string> Names(string sign) => [.. Enumerable.Range(0, Each).Select(i => $"{sign}{(char)('₁' + i)}")];

    // S has its weights on the diagonal that a slash lies on.
    private static Given Of(double[] weights, double[][] slashes, double[][] crosses, double[][] noughts) =>
        new(("S", new double[,] { { 0, 0, weights[0] }, { 0, weights[1], 0 }, { weights[2], 0, 0 } }), ("slashes", Rows(slashes)), ("crosses", Rows(crosses)), ("noughts", Rows(noughts)));

    private static Tensor Four(Given given) => Tensor.Concat(0, given.Tensor("slashes"), given.Tensor("crosses")[..1], given.Tensor("noughts")[..1]);

    private static double[,] Rows(double[][] rows) => Neurons.Array2(Tensor.From([.. rows.SelectMany(r => r)], [rows.Length, rows[0].Length]));

    private static Tensor Others(Given given) => Tensor.Concat(0, given.Tensor("noughts"), given.Tensor("slashes"));

    private static object[] Row(string name, Tensor crosses, Tensor others, Tensor kernel) =>
        [name, .. Signs.Greatest(crosses, kernel).Concat(Signs.Greatest(others, kernel)).Select(v => (object)Math.Round(v, 2))];

    private static double[][] Several(Func<double[]> draw) => [.. Enumerable.Range(0, Each).Select(_ => draw())];

    private static double[] Any(Dice dice, Func<int, int, int, double[]> draw, bool isOdd = false)
    {
        int size = isOdd ? dice.Of(3, 3, 5) : dice.Whole(3, 5);
        return draw(size, dice.Whole(0, 5 - size), dice.Whole(0, 5 - size));
    }

    private static bool Distinct(Tensor pictures) =>
        Enumerable.Range(0, Each).Select(i => string.Join(' ', pictures[i].ToDoubles())).Distinct(StringComparer.Ordinal).Count() == Each;
}
