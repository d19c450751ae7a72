using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.9: a network of steps for any continuous function of one number.</summary>
internal sealed class StepRegressor : BookTask
{
    public override string Id => "1.9";

    public override Remark Title => new("The universal regressor", "Универсальный регрессор");

    public override string Source => "000 §1.9; 001 approximator";

    public override Given Seed => new(("f", "x^2"), ("low", 0), ("high", 1), ("n", 4), ("at", 0.6), ("error", 0.01));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("f", dice.Of("x^2", "x^3", "e^x", "2x^2 + 1", "x^2 + x")), ("low", dice.Whole(0, 2)), ("high", dice.Whole(1, 4)), ("n", dice.Of(2, 4, 5)), ("at", dice.Decimal(0.1, 3.9, 0.1)), ("error", dice.Of(0.1, 0.05, 0.02, 0.01))),
        given => given.Number("low") < given.Number("high") && given.Number("at") is var x && x > given.Number("low") && x < given.Number("high")
            && Enumerable.Range(0, given.Count("n") + 1).All(i => Math.Abs(Edge(given, given.Count("n"), i) - x) > 0.01)
            && Math.Abs(Net(given, given.Count("n")).At(x).Single() - Formula.Parse(given.Text("f")).At(("x", x))) > 0.01 // not the middle of a step, where the error is 0
            && Math.Abs(Steepest(given) * (given.Number("high") - given.Number("low")) / (2 * given.Number("error")) % 1 - 0.5) < 0.49);

    internal override void State(Given given, Board board)
    {
        Formula f = Formula.Parse(given.Text("f"));
        board.Say($"Approach f(x) = {f} for {given.Number("low")} ≤ x < {given.Number("high")} by a network with the unit step: cut this interval into n = {given.Count("n")} equal parts, and on each of them put out the value of f in its middle. Build one such step from two neurons, and the network from the steps.",
            $"Приблизьте f(x) = {f} на промежутке {given.Number("low")} ≤ x < {given.Number("high")} сетью с единичной ступенькой: разрежьте его на равные части, n = {given.Count("n")}, и на каждой отдавайте значение f в её середине. Соберите одну такую ступень из двух нейронов, а из ступеней — сеть.");
        board.Say($"Which heights b do the steps have? What does the network put out at x = {given.Number("at")} (y), and how far is it from f (d)? The error is nowhere greater than half the width of a part times the greatest slope of f: from how many steps N on does this bound promise an error of at most {given.Number("error")}?",
            $"Каковы высоты ступеней b? Что отдаст сеть при x = {given.Number("at")} (y) и насколько это отличается от f (d)? Ошибка нигде не больше половины ширины части, умноженной на наибольший наклон f: начиная с какого числа ступеней N эта оценка обещает ошибку не больше {given.Number("error")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula f = Formula.Parse(given.Text("f"));
        int n = given.Count("n");
        double low = given.Number("low"), high = given.Number("high"), at = given.Number("at");
        double[] heights = Heights(given, n);
        board.Part($"One step", $"Одна ступень");
        board.Say($"x lies in the part from p to q (p ≤ x < q) unless x < p or x ≥ q: 1 − [x < p] − [x ≥ q]. As 1 − [x ≥ q] = [q − x > 0], that is [q − x > 0] − [p − x > 0]: two neurons and a neuron that adds them up, here for the second part:",
            $"x лежит в части от p до q (p ≤ x < q), если неверно ни x < p, ни x ≥ q: 1 − [x < p] − [x ≥ q]. Поскольку 1 − [x ≥ q] = [q − x > 0], это [q − x > 0] − [p − x > 0]: два нейрона и ещё один, который их складывает; здесь — для второй части:");
        NeuronNet one = Neurons.Net(Neurons.Layer("[z > 0]", new double[,] { { -1, -1 } }, [Edge(given, n, 2), Edge(given, n, 1)]), Neurons.Layer("z", new double[,] { { 1 }, { -1 } }));
        board.Draw(one, new("A step of height 1", "Ступень высоты 1"));
        board.Part($"All steps", $"Все ступени");
        double[] middles = Middles(given, n);
        board.Table([new Remark("from", "от"), new Remark("to", "до"), new Remark("middle", "середина"), "b"],
            Enumerable.Range(0, n).Select(i => (object[])[Edge(given, n, i), Edge(given, n, i + 1), middles[i], heights[i]]));
        board.Say($"Each step is multiplied by its height, and all are added up. Exactly one of them is 1, so the sum is the height of the part in which x lies. That is two neurons for each step and an output; and as the end of one step is the beginning of the next, {n + 1} step neurons are enough, one [a − x > 0] for each edge a, with the difference of the two heights as its weight v:",
            $"Каждая ступень умножается на свою высоту, и всё складывается. Ровно одна из них равна 1, так что сумма — высота той части, где лежит x. Это по два нейрона на ступень и выход; а поскольку конец одной ступени — начало следующей, достаточно нейронов по числу краёв, {n + 1}: [a − x > 0] для каждого края a, с весом v, равным разности двух высот:");
        NeuronNet net = Net(given, n);
        board.Write("v", Tensor.From(net.Layers[1].Weights).T);
        double y = net.At(at).Single();
        double[] Points(NeuronNet of, double[] x) => of.At(Tensor.From(x).Unsqueeze(1)).ToDoubles();
        Plane plane = new("x", "y", (low, high), Range(f, low, high));
        plane.Curve(x => f.At(("x", x)), "f");
        double[] across = [.. Enumerable.Range(0, 400).Select(i => low + (i + 0.5) * (high - low) / 400)];
        plane.Line([.. across.Zip(Points(net, across))], $"n = {n}");
        plane.Line([.. across.Zip(Points(Net(given, 4 * n), across))], $"n = {4 * n}");
        board.Draw(plane, new("The function and two networks of steps", "Функция и две сети из ступеней"));
        double value = f.At(("x", at));
        board.Say($"At x = {at} the network puts out {y}, f is {value}, and the error {Math.Abs(y - value)}.",
            $"При x = {at} сеть отдаёт {y}, f равна {value}, ошибка {Math.Abs(y - value)}.");
        board.Part($"How many steps", $"Сколько нужно ступеней");
        double steepest = Steepest(given), error = given.Number("error");
        Formula slope = Differentiation.Of(f)[0].Derivative;
        double needed = steepest * (high - low) / (2 * error);
        board.Say($"From the middle to the end of a part it is half its width, and on the way f changes by at most that times the greatest slope. The slope is",
            $"От середины до конца части — половина её ширины, и на этом пути f меняется не больше чем на эту половину, умноженную на наибольший наклон. Наклон равен");
        board.Differentiate(f);
        board.Say($"and nowhere here greater than {steepest}, its value at x = {high}. So the error is at most {steepest}·{high - low}/(2N), which is {error} or less when N ≥ {needed}. For any continuous function such an N can be found for any error: that is what universal means.",
            $"и здесь нигде не больше {steepest} — его значения при x = {high}. Значит, ошибка не больше {steepest}·{high - low}/(2N), а это не больше {error}, когда N ≥ {needed}. Для любой непрерывной функции и любой ошибки такое N найдётся: это и значит «универсальный».");
        board.Say($"The bound is a promise, not the error itself. As f grows all along, it is farthest from its value in the middle towards the ends of a part, and the greatest of these distances nearly halves whenever N doubles:",
            $"Оценка — это обещание, а не сама ошибка. Поскольку f всюду растёт, дальше всего от значения в середине она у концов части, и наибольшее из этих расстояний при удвоении N уменьшается почти вдвое:");
        board.Table(["N", new Remark("greatest error", "наибольшая ошибка"), new Remark("bound", "оценка")], new[] { n, 2 * n, 4 * n, 8 * n, 16 * n }.Select(m =>
            (object[])[m, Enumerable.Range(0, m).Zip(Points(Net(given, m), Middles(given, m))).Max(p => Enumerable.Range(p.First, 2).Max(i => Math.Abs(p.Second - f.At(("x", Edge(given, m, i)))))), steepest * (high - low) / (2 * m)]));
        board.Ask("b", Tensor.From(heights), 0.005, null,
            new Slip(Tensor.Of<double>([.. Enumerable.Range(0, n).Select(i => f.At(("x", Edge(given, n, i))))]),
                new("Those are the values at the left ends; the middles are asked.", "Это значения на левых концах; нужны середины.")));
        board.Ask("y", y, 0.005, null,
            new Slip(N(value), new("That is f itself; the network puts out the height of the step.", "Это сама f; сеть отдаёт высоту ступени.")));
        board.Ask("d", Math.Abs(y - value), 0.005, null,
            new Slip(N(steepest * (high - low) / (2 * n)),
                new("That is the bound; at this x the error is smaller.", "Это оценка; в этой точке ошибка меньше.")));
        board.AskCount("N", Math.Ceiling(needed), new("steps", "ступеней"),
            new Slip(N(Math.Ceiling(2 * needed)),
                new("From the middle it is only half the width of a step.", "От середины — только половина ширины ступени.")));
    }

    private static double Edge(Given given, int n, int i) => Math.Round(given.Number("low") + i * (given.Number("high") - given.Number("low")) / n, 12);

    private static double[] Middles(Given given, int n) => [.. Enumerable.Range(0, n).Select(i => (Edge(given, n, i) + Edge(given, n, i + 1)) / 2)];

    private static double[] Heights(Given given, int n)
    {
        Formula f = Formula.Parse(given.Text("f"));
        return [.. Middles(given, n).Select(x => f.At(("x", x)))];
    }

    // The slopes of these functions grow with x.
    private static double Steepest(Given given) => Differentiation.Of(Formula.Parse(given.Text("f")))[0].Derivative.At(("x", given.Number("high")));

    // A neuron [a − x > 0] for each edge; b₁([a₁ − x > 0] − [a₀ − x > 0]) + b₂([a₂ − x > 0] − [a₁ − x > 0]) + … gathered by neurons.
    private static NeuronNet Net(Given given, int n)
    {
        double[,] weights = new double[1, n + 1];
        for (int i = 0; i <= n; i++) weights[0, i] = -1;
        Tensor b = Tensor.From(Heights(given, n));
        return Neurons.Net(
            Neurons.Layer("[z > 0]", weights, [.. Enumerable.Range(0, n + 1).Select(i => Edge(given, n, i))]),
            Neurons.Layer("z", Neurons.Column((b.Pad(0, 1, 0) - b.Pad(0, 0, 1)).ToDoubles())));
    }

    private static (double, double) Range(Formula f, double low, double high)
    {
        double[] values = [f.At(("x", low)), f.At(("x", high))];
        return (Math.Min(0, values.Min()), values.Max());
    }
}
