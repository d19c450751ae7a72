using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.4a: the output for a probability.</summary>
internal sealed class ProbabilityOutput : BookTask
{
    public override string Id => "2.4a";

    public override Remark Title => new("Which output: a probability", "Какой выход: вероятность");

    public override string Source => "000 §2.4 а";

    public override Given Seed => new(("z", 1.5), ("x", new double[] { 1, 2, 3, 4, 5, 6, 7, 60 }), ("t", new double[] { 0, 0, 1, 0, 1, 1, 1, 1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("z", dice.Decimal(-3, 3, 0.5)), ("x", new double[] { 1, 2, 3, 4, 5, 6, 7, dice.Whole(40, 80) }), ("t", (double[])[0, dice.Whole(0, 1), dice.Whole(0, 1), dice.Whole(0, 1), dice.Whole(0, 1), dice.Whole(0, 1), 1, 1])),
        given => given.Number("z") != 0 && given.Vector("t") is var t && t.Sum() is > 3 and < 6 && !t.SequenceEqual(t.Order()));

    internal override void State(Given given, Board board)
    {
        board.Say($"A network is to tell two classes apart and to say how probable the first one is. What has to be done with its last layer, and which loss is trained with? For an object of the first class its last sum is z = {given.Number("z")}: which probability p is that, and which loss L?",
            $"Сеть должна различать два класса и сообщать вероятность первого. Что сделать с последним слоем и на какую функцию потерь обучать? Для объекта первого класса последняя сумма равна z = {given.Number("z")}: какая это вероятность p и каковы потери L?");
        board.Say($"Try it: students learnt x hours and passed (t = 1) or not.", $"Проверьте на опыте: студенты готовились x часов и сдали (t = 1) или нет.");
        board.Table(["x", "t"], given.Vector("x").Zip(given.Vector("t"), (x, t) => (object[])[x, t]));
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z"), one = Tensor.Ones([], DType.Float64), p = z.Sigmoid(), loss = new BinaryCrossEntropy().Of(z.Unsqueeze(0), one.Unsqueeze(0));
        board.Say($"One output with a sigmoid: it makes a number between 0 and 1 of any sum, and with log-loss the best that it can put out is the share of the first class among objects that look alike. That is the probability.",
            $"Один выход с сигмоидой: она превращает любую сумму в число между 0 и 1, а при логистических потерях лучшее, что можно отдать, — доля первого класса среди похожих объектов. Это и есть вероятность.");
        board.Write("p", p);
        board.Say($"For an object of the first class the loss is −ln p:", $"Для объекта первого класса потери равны −ln p:");
        board.Write("L", loss);
        board.Part($"The experiment", $"Опыт");
        Tensor x = given.Tensor("x").Unsqueeze(1), t = given.Tensor("t").Unsqueeze(1);
        Sequential right = Learning.Train(new BinaryCrossEntropy(), x / 10, t, 1, steps: 800), wrong = Learning.Train(new MeanSquaredError(), x / 10, t, 1, steps: 800);
        Tensor good = right.Predict(x / 10).Sigmoid(), bad = wrong.Predict(x / 10);
        board.Say($"The same neuron was trained twice: with a sigmoid and log-loss, and without an activation with the square of the error.",
            $"Один и тот же нейрон обучен дважды: с сигмоидой и логистическими потерями и без активации с квадратом ошибки.");
        board.Table(["x", "t", new Remark("sigmoid", "сигмоида"), new Remark("none", "без неё")],
            Enumerable.Range(0, x.Shape[0]).Select(i => (object[])[x[i, 0], t[i, 0], good[i, 0], bad[i, 0]]));
        Plane plane = new("x", "p", (0, x.Max().Item() + 1), (0, 1.8));
        plane.Curve(at => right.Predict(at / 10).Sigmoid()[0].Item(), "σ(wx + b)");
        plane.Curve(at => wrong.Predict(at / 10)[0].Item(), "wx + b");
        plane.Points(given.Vector("x").Zip(given.Vector("t")), true);
        board.Draw(plane, new("Both neurons and the students", "Оба нейрона и студенты"));
        double longest = x.Max().Item();
        Tensor beyond = wrong.Predict(2 * longest / 10)[0];
        board.Say($"Nothing keeps the line between 0 and 1: at x = {longest} it puts out {bad[^1, 0]}, and at x = {2 * longest} it would be {beyond}, which is no probability. And the squared error counts it as a mistake to be too right, so the line lies flat for the sake of the one far student. On the wrong side of 0.5 it has {Mistakes(bad, t)} of the students, the sigmoid {Mistakes(good, t)}.",
            $"Прямую ничто не удерживает между 0 и 1: при x = {longest} она отдаёт {bad[^1, 0]}, а при x = {2 * longest} отдала бы {beyond} — это не вероятность. К тому же квадрат ошибки наказывает и слишком верный ответ, поэтому ради одного далёкого студента прямая ложится полого. По неверную сторону от 0.5 у прямой оказалось студентов: {Mistakes(bad, t)}, у сигмоиды: {Mistakes(good, t)}.");
        board.AskWhich("output", 2,
            new("no activation, squared error", "без активации, квадрат ошибки"),
            new("sigmoid, log-loss", "сигмоида, логистические потери"),
            new("ReLU, log-loss", "ReLU, логистические потери"));
        board.Ask("p", p, 0.005, null, new Slip(1 - p, new("That is the probability of the second class.", "Это вероятность второго класса.")));
        board.Ask("L", loss, 0.005, null,
            new Slip(new BinaryCrossEntropy().Of(z.Unsqueeze(0), one.Unsqueeze(0) * 0),
                new("That is the loss of an object of the second class.", "Это потери для объекта второго класса.")));
    }

    private static double Mistakes(Tensor p, Tensor t) => ((p > 0.5).Cast(DType.Float64) - t).Abs().Sum().Item();
}
