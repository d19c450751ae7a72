using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.4f: the output for whole numbers.</summary>
internal sealed class CountOutput : BookTask
{
    public override string Id => "2.4f";

    public override Remark Title => new("Which output: how many guests", "Какой выход: число гостей");

    public override string Source => "000 §2.4 е";

    public override Given Seed => new(("z", 1.5), ("t", 3), ("x", new double[] { 0, 1, 2, 3, 4, 5, 6, 7 }), ("n", new double[] { 0, 0, 1, 1, 2, 4, 7, 12 }));

    internal override Given Draw(Dice dice) => new(("z", dice.Decimal(0.4, 2.6, 0.1)), ("t", dice.Whole(1, 9)), ("x", new double[] { 0, 1, 2, 3, 4, 5, 6, 7 }),
        ("n", new double[] { 0, 0, dice.Whole(0, 1), dice.Whole(0, 2), dice.Whole(1, 3), dice.Whole(3, 5), dice.Whole(5, 9), dice.Whole(10, 16) }));

    internal override void State(Given given, Board board)
    {
        board.Say($"How many guests will come to a café? The forecast is to be a whole number, 0 or more. How is that made, and does the loss have to change? With Poisson's distribution the last sum z is the logarithm of the rate. For z = {given.Number("z")}: what is the rate r, what is the loss L = e^z − t·z if the number of guests that come is t = {given.Number("t")}, and which number k of guests is the most probable?",
            $"Сколько гостей придёт в кафе? Прогноз должен быть целым числом, не меньше 0. Как этого добиться, и надо ли менять потери? При распределении Пуассона последняя сумма z — логарифм интенсивности. При z = {given.Number("z")}: какова интенсивность r, каковы потери L = e^z − t·z, если число пришедших гостей t = {given.Number("t")}, и какое число гостей k самое вероятное?");
        board.Say($"Try it with the numbers of guests n on days with a known x.", $"Проверьте на числах гостей n в дни с известным x.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z"), t = given.Tensor("t"), r = z.Exp(), loss = new PoissonNll().Of(z.Unsqueeze(0), t.Unsqueeze(0));
        board.Say($"Counts have a distribution of their own, Poisson's: P(k) = r^k·e^(−r)/k!, with one parameter r > 0, their mean. The network gives z = ln r, so r = e^z is positive whatever z is, and the loss is −ln P(t) without the summand that does not depend on z.",
            $"У чисел событий есть своё распределение, Пуассона: P(k) = r^k·e^(−r)/k!, с одним параметром r > 0 — средним. Сеть отдаёт z = ln r, поэтому r = e^z положительно при любом z, а потери — это −ln P(t) без слагаемого, не зависящего от z.");
        board.Write("r", r);
        board.Write("L", loss);
        // P(0) = e^(−r), and P(k) is P(k − 1)·r/k.
        const int Most = 24;
        Tensor chances = (Tensor.Concat(0, (-r).Exp().Unsqueeze(0), r / Tensor.Range(1, Most, 1, DType.Float64))).CumProd(0);
        double best = chances.ArgMax(0).Item();
        board.Say($"A whole number as the forecast is the most probable one. Each P(k) is the one before times r/k, so they grow as long as k < r, and the greatest is at the whole part of r:",
            $"Целый прогноз — самое вероятное число. Каждое P(k) — это предыдущее, умноженное на r/k, так что они растут, пока k < r, и наибольшее — при целой части r:");
        board.Table(["k", "P(k)"], Enumerable.Range(0, (int)best + 3).Select(k => (object[])[k, chances[k]]));
        board.Part($"The experiment", $"Опыт");
        Tensor x = given.Tensor("x").Unsqueeze(1), n = given.Tensor("n").Unsqueeze(1);
        Sequential right = Learning.Train(new PoissonNll(), x / 4, n, 1), wrong = Learning.Train(new MeanSquaredError(), x / 4, n, 1, steps: 800);
        Tensor good = right.Predict(x / 4).Exp(), bad = wrong.Predict(x / 4);
        board.Table(["x", "n", new Remark("rate", "интенсивность"), new Remark("whole", "целое"), new Remark("squared error", "квадрат ошибки")],
            Enumerable.Range(0, x.Shape[0]).Select(i => (object[])[x[i, 0], n[i, 0], good[i, 0], good[i, 0].Floor(), bad[i, 0]]));
        Plane plane = new("x", "n", (0, 8), (-4, 18));
        plane.Curve(at => right.Predict(at / 4).Exp()[0].Item(), "e^(wx + b)");
        plane.Curve(at => wrong.Predict(at / 4)[0].Item(), "wx + b");
        plane.Points(given.Vector("x").Zip(given.Vector("n")), true);
        board.Draw(plane, new("Both neurons and the days", "Оба нейрона и дни"));
        board.Say($"With the squared error the forecast for the emptiest day is {bad.Min()}; a rate is never negative. The mean square of the error is {new MeanSquaredError().Of(bad, n)} with the line and {new MeanSquaredError().Of(good, n)} with the rate. To round the output inside the network would not do: the derivative of a rounded number is 0, and nothing would be learnt.",
            $"С квадратом ошибки прогноз на самый пустой день равен {bad.Min()}; интенсивность отрицательной не бывает. Средний квадрат ошибки у прямой {new MeanSquaredError().Of(bad, n)}, у интенсивности {new MeanSquaredError().Of(good, n)}. Округлять выход внутри сети нельзя: производная округления равна 0, и сеть ничему не научится.");
        board.Ask("r", r, 0.01, new("guests", "гостей"), new Slip(z, new("z is the logarithm of the rate.", "z — логарифм интенсивности.")));
        board.Ask("L", loss, 0.005, null,
            new Slip(r - t, new("The number of guests is multiplied by z, not taken away.", "Число гостей умножается на z, а не вычитается.")),
            new Slip((r - t) * (r - t), new("That is the squared error.", "Это квадрат ошибки.")));
        board.AskCount("k", best, new("guests", "гостей"),
            new Slip(N(Math.Ceiling(r.Item())),
                new("The most probable number is the whole part of the rate, not rounded up.", "Самое вероятное число — целая часть интенсивности, а не округление вверх.")));
        board.AskWhich("output", 2,
            new("round the output, squared error", "округлять выход, квадрат ошибки"),
            new("e^z as the rate, Poisson's loss; the whole part afterwards", "e^z как интенсивность, пуассоновские потери; целая часть потом"),
            new("softmax over all whole numbers", "softmax по всем целым числам"));
    }
}
