using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.6: which forecast a loss asks for, shown on a model of one number.</summary>
internal sealed class BestConstant : BookTask
{
    private const string Squares = "d∘d", Moduli = "abs(d)", Costs = "d∘d∘(a*[d < 0] + b*[d >= 0])"; // of a day with the deviation d

    public override string Id => "2.6";

    public override Remark Title => new("Which forecast a loss asks for", "Какого прогноза просят потери");

    public override string Source => "001 losses";

    public override Given Seed => new(("t", new double[] { 1, 2, 3, 4, 15 }), ("a", 1), ("b", 3));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("t", Dice.Several(5, () => dice.Whole(0, 12)).Order().ToArray()), ("a", dice.Whole(1, 4)), ("b", dice.Whole(1, 6))),
        given => given.Vector("t") is var t && t[1] < t[2] && t[2] < t[3] && Math.Abs(t.Average() - t[2]) >= 0.2 && given.Number("a") != given.Number("b"));

    internal override void State(Given given, Board board)
    {
        board.Say($"The numbers of guests on five days were t = {given.Vector("t")}. A model without inputs puts out one number y for all of them. Which y is best if the loss is (a) the mean square of d = t − y (y_1), (b) the mean of |d| (y_2), (c) the mean of d²·(a·[d < 0] + b·[d ≥ 0]) with a = {given.Number("a")} and b = {given.Number("b")}, where a forecast too high costs another price than one too low (y_3)? What is the loss of (c) at y_1 (L)?",
            $"Число гостей в пять разных дней: t = {given.Vector("t")}. Модель без входов выдаёт одно число y на все дни. Какое y лучше всего, если потери — это (а) средний квадрат d = t − y (y_1), (б) среднее |d| (y_2), (в) среднее d²·(a·[d < 0] + b·[d ≥ 0]) с a = {given.Number("a")} и b = {given.Number("b")}, то есть перелёт и недолёт стоят по-разному (y_3)? Чему равны потери из (в) при y_1 (L)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor t = given.Tensor("t"), a = given.Tensor("a"), b = given.Tensor("b");
        board.Part($"(a) Squares", $"(а) Квадраты");
        board.Say($"A day with the deviation d = t − y costs", $"День с отклонением d = t − y стоит");
        board.Write(Formula.Parse(Squares), "l");
        board.Say($"The derivative by y is −2 times the mean of d. It is 0 where the deviations cancel, at the mean:",
            $"Производная по y — это −2, умноженное на среднее d. Она равна 0 там, где отклонения гасят друг друга, — в среднем:");
        Tensor mean = board.Work("y_1", "sum(t)/5", ("t", t));
        board.Part($"(b) Moduli", $"(б) Модули");
        board.Write(Formula.Parse(Moduli), "l");
        Tensor median = t.Sort(0)[2];
        board.Say($"A step to the right makes |d| longer at every day on the left and shorter at every day on the right, by the same length. So as many days must be on either side: the middle one in order, the median, {median}. How far away {t.Max()} is plays no part.",
            $"Шаг вправо удлиняет |d| у каждого дня слева и укорачивает у каждого дня справа, на одну и ту же длину. Значит, по обе стороны должно быть поровну дней: это средний по порядку, медиана, {median}. Насколько далеко лежит {t.Max()}, роли не играет.");
        board.Part($"(c) Two prices", $"(в) Две цены");
        board.Write(Formula.Parse(Costs), "l");
        board.Say($"The derivative is 0 at a weighted mean, in which days below y weigh a and days above it weigh b. Which days are below depends on y itself, so begin at the mean and repeat until no day changes sides:",
            $"Производная равна 0 во взвешенном среднем, где дни ниже y весят a, а дни выше — b. Какие дни ниже, зависит от самого y, поэтому начнём со среднего и будем повторять, пока дни не перестанут менять сторону:");
        List<(Tensor Weights, Tensor Y)> rounds = Rounds(t, a, b);
        board.Table(["y", new Remark("weights of the days", "веса дней"), new Remark("their mean", "их среднее")],
            rounds.Select((r, i) => (object[])[i == 0 ? mean : rounds[i - 1].Y, r.Weights, r.Y]));
        Tensor unequal = rounds[^1].Y, loss = Loss(Costs, t, mean, a, b);
        board.Say($"At y_1 the loss is {loss}, at y_3 it is {Loss(Costs, t, unequal, a, b)}. The dearer side draws the forecast to itself.",
            $"При y_1 потери равны {loss}, при y_3 — {Loss(Costs, t, unequal, a, b)}. Дорогая сторона перетягивает прогноз к себе.");
        double most = t.Max().Item();
        double At(string formula, double y) => Loss(formula, t, N(y), a, b).Item();
        Plane plane = new("y", "L", (Math.Min(0, t.Min().Item()), most), (0, 1.2));
        plane.Curve(y => At(Squares, y) / At(Squares, most), "d²");
        plane.Curve(y => At(Moduli, y) / At(Moduli, most), "|d|");
        plane.Curve(y => At(Costs, y) / At(Costs, most), "a, b");
        board.Draw(plane, new("The three losses over y, each divided by its value at the largest t", "Три функции потерь от y, каждая поделена на своё значение при наибольшем t"));
        board.Ask("y_1", mean, 0.01, null,
            new(median, new("That is the median; squares ask for the mean.", "Это медиана; квадраты просят среднее.")),
            new(t.Sum(), new("That is the sum.", "Это сумма.")));
        board.Ask("y_2", median, 0.01, null, new Slip(mean, new("That is the mean; moduli ask for the median.", "Это среднее; модули просят медиану.")));
        board.Ask("y_3", unequal, 0.01, null,
            new(mean, new("At the mean the two sides are weighed alike.", "Среднее взвешивает обе стороны одинаково.")),
            new(Rounds(t, b, a)[^1].Y, new("The two prices are exchanged: d < 0 is a forecast too high.", "Цены перепутаны: d < 0 — это перелёт.")),
            new(rounds[0].Y, new("Some days have changed sides; weigh them once more.", "Некоторые дни сменили сторону; взвесьте ещё раз.")));
        board.Ask("L", loss, 0.01, null,
            new Slip(Loss(Costs, t, mean, b, a), new("The two prices are exchanged: d < 0 is a forecast too high.", "Цены перепутаны: d < 0 — это перелёт.")));
    }

    // The mean over the days.
    private static Tensor Loss(string formula, Tensor t, Tensor y, Tensor a, Tensor b)
    {
        Formula day = Formula.Parse(formula, new Dictionary<string, Shape> { ["d"] = t.Shape });
        (string Name, Tensor Value)[] all = [("d", t - y), ("a", a), ("b", b)];
        return day.At([.. all.Where(v => day.Variables.Any(x => x.Name == v.Name))]).Mean();
    }

    // Each day weighs a below y and b above it.
    private static List<(Tensor Weights, Tensor Y)> Rounds(Tensor t, Tensor a, Tensor b)
    {
        List<(Tensor Weights, Tensor Y)> all = [];
        for (Tensor y = t.Mean(); ; y = all[^1].Y)
        {
            Tensor weights = Tensor.Where(t - y < 0, a, b);
            all.Add((weights, (weights * t).Sum() / weights.Sum()));
            if (all[^1].Y.Item() == y.Item()) return all;
        }
    }
}
