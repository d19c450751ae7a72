using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.4c: the output for a number between bounds.</summary>
internal sealed class RatingOutput : BookTask
{
    private static readonly double[] Ratings = [0.6, 1.3, 2.4, 5.2, 7.1, 8.9, 9.4, 9.9];

    public override string Id => "2.4c";

    public override Remark Title => new("Which output: a rating from 0 to 10", "Какой выход: рейтинг от 0 до 10");

    public override string Source => "000 §2.4 в";

    public override Given Seed => new(("z", 1), ("t", 8), ("x", new double[] { -3, -2, -1, 0, 1, 2, 3, 6 }), ("r", Ratings));

    internal override Given Draw(Dice dice) => new(("z", dice.Signed(5) / 2.0), ("t", dice.Whole(1, 9)), ("x", new double[] { -3, -2, -1, 0, 1, 2, 3, dice.Whole(5, 8) }),
        ("r", new double[] { dice.Decimal(0.2, 0.8, 0.1), dice.Decimal(0.9, 1.6, 0.1), dice.Decimal(2, 3, 0.1), dice.Decimal(4, 6, 0.1), dice.Decimal(6.5, 7.5, 0.1), dice.Decimal(8.2, 9, 0.1), dice.Decimal(9.2, 9.6, 0.1), dice.Decimal(9.7, 9.9, 0.1) }));

    internal override void State(Given given, Board board)
    {
        board.Say($"The rating of a film is any number from 0 to 10. How does a network put out only such numbers, and which loss fits? Its last sum is z = {given.Number("z")} and the film's rating {given.Number("t")}: what does it put out (y), and what is the squared error L?",
            $"Рейтинг фильма — любое число от 0 до 10. Как сделать, чтобы сеть отдавала только такие числа, и какие потери взять? Её последняя сумма z = {given.Number("z")}, рейтинг фильма {given.Number("t")}: что она отдаст (y) и чему равен квадрат ошибки L?");
        board.Say($"Try it with films of which a number x is known and the rating r.", $"Проверьте на фильмах, у которых известны число x и рейтинг r.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z"), target = given.Tensor("t"), y = 10 * z.Sigmoid(), loss = MeanSquaredError(y, target);
        board.Say($"A sigmoid is between 0 and 1, so ten times a sigmoid is between 0 and 10: y = 10·σ(z). The target is a number, so the loss is that of a regression, the square of the error (or its absolute value).",
            $"Сигмоида лежит между 0 и 1, значит, умноженная на десять — между 0 и 10: y = 10·σ(z). Ответ — число, поэтому потери как в регрессии: квадрат ошибки (или модуль).");
        board.Write("y", y);
        board.Write("L", loss);
        board.Part($"The experiment", $"Опыт");
        Tensor x = given.Tensor("x").Unsqueeze(1), r = given.Tensor("r").Unsqueeze(1);
        Sequential bounded = Learning.Train(new MeanSquaredError(), x, r / 10, 1, new Sigmoid()), free = Learning.Train(new MeanSquaredError(), x, r, 1);
        Tensor good = 10 * bounded.Predict(x), bad = free.Predict(x);
        board.Say($"The same neuron was trained with and without the sigmoid:", $"Один и тот же нейрон обучен с сигмоидой и без неё:");
        board.Table(["x", "r", "10·σ", new Remark("no bounds", "без границ")],
            Enumerable.Range(0, x.Shape[0]).Select(i => (object[])[x[i, 0], r[i, 0], good[i, 0], bad[i, 0]]));
        Plane plane = new("x", "r", (-5, 9), (-4, 16));
        plane.Curve(at => 10 * bounded.Predict(at)[0].Item(), "10·σ(wx + b)");
        plane.Curve(at => free.Predict(at)[0].Item(), "wx + b");
        plane.Points(given.Vector("x").Zip(given.Vector("r")), true);
        board.Draw(plane, new("Both neurons and the films", "Оба нейрона и фильмы"));
        board.Say($"Without bounds the best film gets {bad.Max()}, more than there is, and the mean square of the error is {MeanSquaredError(bad, r)}; with them it is {MeanSquaredError(good, r)}. Cutting at 0 and 10 instead of the sigmoid would keep the bounds too, but beyond them the slope is 0 and nothing is learnt.",
            $"Без границ лучший фильм получает {bad.Max()}, больше возможного, а средний квадрат ошибки равен {MeanSquaredError(bad, r)}; с ними он {MeanSquaredError(good, r)}. Обрезать значения в 0 и 10 вместо сигмоиды тоже можно, но за границами наклон равен 0, и там ничему нельзя научиться.");
        board.AskWhich("output", 1,
            new("10·σ(z), squared error", "10·σ(z), квадрат ошибки"),
            new("z itself, squared error", "само z, квадрат ошибки"),
            new("softmax over eleven classes", "softmax по одиннадцати классам"));
        board.Ask("y", y, 0.02, null, new Slip(z.Sigmoid(), new("The factor 10 is missing.", "Забыт множитель 10.")));
        board.Ask("L", loss, 0.05, null,
            new Slip((y - target).Abs(), new("That is the error itself, not its square.", "Это сама ошибка, а не её квадрат.")),
            new Slip(MeanSquaredError(z, target), new("The output is 10·σ(z), not z.", "Выход — 10·σ(z), а не z.")));

        static Tensor MeanSquaredError(Tensor y, Tensor t) => new MeanSquaredError().Of(y.Reshape(-1), t.Reshape(-1));
    }
}
