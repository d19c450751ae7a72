using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.5: the losses that the lecture computes.</summary>
internal sealed class LectureLosses : BookTask
{
    public override string Id => "2.5";

    public override Remark Title => new("From a number to a loss", "От числа к потерям");

    public override string Source => "002 two classes; 002 three classes";

    public override Given Seed =>
        new(("t", new double[] { 10, -1 }), ("y", new double[] { 1, 0 }), ("Z", new double[,] { { 5, 4, 2 }, { 4, 2, 8 }, { 4, 4, 1 } }), ("class", new double[] { 1, 3, 2 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("t", Dice.Several(2, () => dice.Decimal(-4, 4, 0.5))), ("y", new double[] { dice.Whole(0, 1), dice.Whole(0, 1) }), ("Z", Dice.Table(3, 3, () => dice.Whole(-2, 6))), ("class", Dice.Several(3, () => dice.Whole(1, 3)))),
        given => given.Vector("t").All(t => t != 0) && (given.Tensor("Z").Max(1) - given.Tensor("Z").Min(1)).Min().Item() > 0);

    internal override void State(Given given, Board board)
    {
        double[] t = given.Vector("t"), y = given.Vector("y");
        board.Say($"(a) The last layer of a network for two classes has put out t = {t[0]} for an object of class {y[0]} and t = {t[1]} for one of class {y[1]}. Which probabilities p of class 1 does the sigmoid make of them, and which log-losses l do the two objects have? (b) Write the same with two outputs and a softmax.",
            $"(а) Последний слой сети для двух классов отдал t = {t[0]} для объекта класса {y[0]} и t = {t[1]} для объекта класса {y[1]}. Какие вероятности p класса 1 получит из них сигмоида и каковы логистические потери l этих двух объектов? (б) Запишите то же с двумя выходами и softmax.");
        board.Say($"(c) With three classes it has put out the rows of Z for three objects whose classes are {given.Vector("class")}, counted from 1. Which probabilities P does softmax make of them, a row for each object, and which losses r do they have? What is their mean M?",
            $"(в) Для трёх классов она отдала строки Z для трёх объектов с классами {given.Vector("class")}, счёт с 1. Какие вероятности P даст softmax (строка на объект) и каковы потери r? Чему равно их среднее M?");
        board.Write("Z", given.Tensor("Z"));
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor t = given.Tensor("t"), y = given.Tensor("y"), p = t.Sigmoid();
        BinaryCrossEntropy each = new() { Reduction = Reduction.None };
        Tensor losses = each.Of(t, y);
        board.Part($"(a) One output", $"(а) Один выход");
        board.Say($"Log-loss is −ln of the probability that the network gave to what happened: p for class 1, 1 − p for class 0.",
            $"Логистические потери — это −ln вероятности, которую сеть дала тому, что произошло: p для класса 1, 1 − p для класса 0.");
        board.Write(Formula.Parse("-(y*ln(p) + (1-y)*ln(1-p))"), "l");
        board.Table(["t", "p", "y", new Remark("p of what is right", "p верного"), "l"],
            Enumerable.Range(0, 2).Select(i => (object[])[t[i], p[i], y[i], y[i].Item() == 1 ? p[i] : 1 - p[i], losses[i]]));
        board.Say($"The lecture has 0.26 for σ(−1), which is {N(-1).Sigmoid()} and rounds to 0.27, and 0.99 for σ(10), which is less than 1 by only {1 - N(10).Sigmoid()}: −ln 0.99 is {-N(0.99).Log()}, the loss itself {new BinaryCrossEntropy().Of(Tensor.Of(10.0), Tensor.Of(1.0))}. So one does not round a probability before its logarithm; the engine computes the loss from t, as ln(1 + e^(−t)).",
            $"В лекции σ(−1) записана как 0.26, а это {N(-1).Sigmoid()}, после округления 0.27; σ(10) записана как 0.99, а она меньше 1 всего на {1 - N(10).Sigmoid()}: −ln 0.99 равен {-N(0.99).Log()}, а сами потери {new BinaryCrossEntropy().Of(Tensor.Of(10.0), Tensor.Of(1.0))}. Поэтому вероятность не округляют до логарифма; движок считает потери прямо из t, как ln(1 + e^(−t)).");
        board.Part($"(b) Two outputs", $"(б) Два выхода");
        Tensor pairs = Tensor.Stack(1, t, Tensor.Zeros([2], DType.Float64)).Softmax(1);
        board.Say($"Softmax of (t, 0) is (σ(t), 1 − σ(t)), so the loss is −ln of one of the two:",
            $"Softmax от (t, 0) равен (σ(t), 1 − σ(t)), и потери — это −ln одного из двух:");
        board.Write("S", pairs);
        board.Part($"(c) Three classes", $"(в) Три класса");
        Tensor z = given.Tensor("Z"), all = z.Softmax(1), labels = Labels(given);
        Tensor r = new CrossEntropy { Reduction = Reduction.None }.Of(z, labels), mean = new CrossEntropy().Of(z, labels);
        board.Write("P", all);
        board.Say($"The loss of a row is −ln of its entry at the right class; the other entries count only by what they take away from it.",
            $"Потери строки — это −ln её числа у верного класса; остальные важны лишь тем, сколько они у него отнимают.");
        board.Write("r", r);
        board.Write("M", mean);
        Remark turned = new("That is the loss if the other class were right.", "Это потери, если бы верным был другой класс."), sum = new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.");
        board.Ask("p", p, 0.005, null, new Slip(1 - p, new("That is the probability of class 0.", "Это вероятность класса 0.")));
        board.Ask("l", losses, 0.005, null, new Slip(each.Of(t, 1 - y), turned));
        board.Ask("P", all, 0.005, null,
            new Slip(z.Softmax(0), new("Every row adds up to 1, not every column.", "В сумме 1 даёт каждая строка, а не столбец.")));
        board.Ask("r", r, 0.005, null,
            new Slip(-r,
                new("The logarithm of a probability is negative; the loss is minus it.", "Логарифм вероятности отрицателен; потери — это он с минусом.")));
        board.Ask("M", mean, 0.005, null, new Slip(r.Sum(), sum));
    }

    private static Tensor Labels(Given given) => Tensor.From<int>([.. given.Vector("class").Select(c => (int)c - 1)]);
}
