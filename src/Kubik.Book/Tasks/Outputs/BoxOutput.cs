using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.4e: the outputs for a box and a class.</summary>
internal sealed class BoxOutput : BookTask
{
    public override string Id => "2.4e";

    public override Remark Title => new("Which output: a box and a class", "Какой выход: рамка и класс");

    public override string Source => "000 §2.4 д";

    public override Given Seed =>
        new(("box", new double[] { 1.5, 2, 5, 6.5 }), ("t", new double[] { 1, 2, 7, 6 }), ("z", new double[] { 1, -1 }), ("class", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("box", Dice.Several(4, () => dice.Decimal(0, 8, 0.5))), ("t", Dice.Several(4, () => dice.Whole(0, 8))), ("z", Dice.Several(2, () => dice.Decimal(-2, 2, 0.5))), ("class", dice.Whole(1, 2))),
        given => Fits(given.Vector("box")) && Fits(given.Vector("t")) && given.Vector("z")[0] != given.Vector("z")[1] && given.Tensor("box").ToDoubles().Zip(given.Vector("t"), (a, b) => Math.Abs(a - b)).Sum() is > 1 and < 8);

    internal override void State(Given given, Board board)
    {
        board.Say($"In every picture there is a duckling (class 1) or a gull (class 2). A network is to find the bird, draw a box around it and say what it is. How many outputs k does it have, and of which parts is its loss made?",
            $"На каждой картинке утёнок (класс 1) или чайка (класс 2). Сеть должна найти птицу, обвести её рамкой и сказать, кто это. Сколько у неё выходов k и из каких частей складываются потери?");
        board.Say($"For a picture with the box (x₁, y₁, x₂, y₂) = {given.Vector("t")} and class {given.Number("class")} it has put out the box {given.Vector("box")} and, for the classes, {given.Vector("z")}. What are the loss of the box B (smooth L1: δ²/2 for errors below 1, |δ| − 1/2 above, added up), that of the class C, and their sum L?",
            $"Для картинки с рамкой (x₁, y₁, x₂, y₂) = {given.Vector("t")} и классом {given.Number("class")} она отдала рамку {given.Vector("box")} и числа для классов {given.Vector("z")}. Чему равны потери рамки B (сглаженный модуль: δ²/2 при ошибке меньше 1, |δ| − 1/2 при большей, в сумме), потери класса C и их сумма L?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor box = given.Tensor("box"), wanted = given.Tensor("t"), z = given.Tensor("z"), error = wanted - box;
        Tensor label = N(given.Number("class") - 1).Unsqueeze(0);
        Tensor Loss(double weight, Tensor logits) => new DetectionLoss(classes: 2, box: weight).Of(Tensor.Concat(0, box, logits).Unsqueeze(0), Tensor.Concat(0, wanted, label).Unsqueeze(0));
        Tensor all = Loss(1, z), kind = Loss(0, z), frame = new SmoothL1 { Reduction = Reduction.Sum }.Of(box, wanted);
        board.Say($"Two answers, two parts. The box is four numbers without an activation and a regression's loss; the class is a softmax over K logits and cross-entropy. The losses are added, with a weight that puts them on one scale, and one network learns both.",
            $"Два ответа — две части. Рамка — четыре числа без активации и потери как в регрессии; класс — softmax по K числам и кросс-энтропия. Потери складываются, с весом, который приводит их к одному масштабу, и одна сеть учится обоим.");
        board.Say($"The errors of the box are {error}:", $"Ошибки рамки равны {error}:");
        board.Write("B", frame);
        board.Say($"The probabilities of the classes are {z.Softmax(0)}, and −ln of the right one is",
            $"Вероятности классов {z.Softmax(0)}, и −ln верной из них равен");
        board.Write("C", kind);
        board.Write("L", all);
        board.Part($"The experiment", $"Опыт");
        (Tensor x, Tensor t) = Pictures();
        int half = x.Shape[0] / 2;
        Tensor seen = x[..half], known = t[..half], fresh = x[half..], truth = t[half..];
        Tensor oneHot = Tensor.Concat(1, known[.., ..4], known[.., 4].Cast(DType.Int64).OneHot(2, DType.Float64));
        Sequential right = Learning.Train(new DetectionLoss(classes: 2), seen, known, 6, rate: 0.03), wrong = Learning.Train(new MeanSquaredError(), seen, oneHot, 6, rate: 0.03);
        (double Box, double Hits) Judge(Tensor y) => ((y[.., ..4] - truth[.., ..4]).Abs().Mean().Item(), y[.., 4..].ArgMax(1).Cast(DType.Float64).Equal(truth[.., 4]).Cast(DType.Float64).Mean().Item());
        Tensor good = right.Predict(fresh), bad = wrong.Predict(fresh);
        board.Say($"In a strip of 12 places ducklings are 2 places wide and gulls 4, in rows of their own; a linear layer sees which places are filled. It learns from {half} pictures, and others are asked. The wrong choice is one squared error for all six outputs.",
            $"На полоске из 12 мест утята занимают 2 места, чайки 4, каждые в своём ряду; линейный слой видит, какие места заняты. Обучающих картинок {half}, спрашиваем о других. Неверный выбор — один квадрат ошибки для всех шести выходов.");
        board.Table([new Remark("loss", "потери"), new Remark("mean error of the box", "средняя ошибка рамки"), new Remark("right classes", "доля верных классов")],
        [
            [new Remark("box + class", "рамка + класс"), Judge(good).Box, Judge(good).Hits],
            [new Remark("one square", "один квадрат"), Judge(bad).Box, Judge(bad).Hits],
        ]);
        board.Say($"On pictures as easy as these both find the bird. But with the square nothing keeps the outputs of the classes between 0 and 1, and how much they count hangs on the scale of the box: with a box in pixels of a big picture, hundreds, the class would hardly count.",
            $"На таких простых картинках птицу находят обе сети. Но при квадрате ошибки ничто не удерживает выходы классов между 0 и 1, а их доля в потерях зависит от масштаба рамки: если рамка измеряется сотнями пикселей, класс почти ничего не значит.");
        board.AskCount("k", 4 + z.Count, new("outputs", "выходов"),
            new(N(4), new("The classes have outputs too.", "У классов тоже есть выходы.")),
            new(N(5), new("With softmax every class has an output.", "При softmax выход есть у каждого класса.")));
        board.Ask("B", frame, 0.005, null,
            new(error.Abs().Sum(),
                new("Small errors count as half their square, great ones half less.", "Малые ошибки берутся как половина квадрата, большие — без 1/2.")),
            new((error * error).Sum() / 2,
                new("Errors above 1 count as |δ| − 1/2, not as a square.", "Ошибки больше 1 берутся как |δ| − 1/2, а не как квадрат.")));
        board.Ask("C", kind, 0.005, null,
            new Slip(Loss(0, z.Flip(0)), new("That is the loss if the other class were right.", "Это потери, если бы верным был другой класс.")));
        board.Ask("L", all, 0.01, null,
            new Slip(kind, new("The box is missing.", "Забыта рамка.")),
            new Slip(frame, new("The class is missing.", "Забыт класс.")));
        board.AskWhich("loss", 2,
            new("one squared error of all outputs", "один квадрат ошибки по всем выходам"),
            new("a regression's loss of the box plus cross-entropy of the class", "потери регрессии для рамки плюс кросс-энтропия для класса"));
    }

    private static bool Fits(double[] box) => box[0] < box[2] && box[1] < box[3];

    // A duckling fills places p and p + 1 of row 0, a gull p … p + 3 of row 1: (pictures, 24), and (pictures, 5) of box and class.
    private static (Tensor X, Tensor T) Pictures()
    {
        RandomStream stream = new(4, 0);
        const int Count = 80;
        double[,] x = new double[Count, 24], t = new double[Count, 5];
        for (int i = 0; i < Count; i++)
        {
            int kind = i % 2, width = kind == 0 ? 2 : 4, p = (int)stream.Integers(0, 13 - width, []).Item();
            for (int j = p; j < p + width; j++) x[i, 12 * kind + j] = 1;
            (t[i, 0], t[i, 1], t[i, 2], t[i, 3], t[i, 4]) = (p, kind, p + width, kind + 1, kind);
        }
        return (Tensor.From(x), Tensor.From(t));
    }
}
