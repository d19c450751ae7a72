using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.7: one network, three heads.</summary>
internal sealed class ThreeHeads : BookTask
{
    public override string Id => "9.7";

    public override Remark Title => new("A network is a construction set: one trunk, three heads", "Сеть — конструктор: общая часть и три головы");

    public override string Source => "002 bricks";

    public override Given Seed => new(("inputs", 4), ("h1", 8), ("h2", 5), ("p", 0.5), ("classes", 3), ("z", new double[] { 2, -1, 0.5 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("inputs", dice.Whole(2, 12)), ("h1", dice.Whole(4, 20)), ("h2", dice.Whole(3, 12)), ("p", dice.Of(0.2, 0.3, 0.5)), ("classes", 3), ("z", Dice.Several(3, () => dice.Decimal(-3, 3, 0.5)))),
        given => given.Vector("z").Distinct().Count() == 3 && given.Vector("z")[0] != 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"A network is put together of layers: linear {given.Count("inputs")} → {given.Count("h1")}, ReLU, dropout with the probability {given.Number("p")}, linear → {given.Count("h2")}, ReLU, and a last linear layer. It can forecast {given.Count("classes")} numbers at once, say yes or no, or choose among {given.Count("classes")} classes.",
            $"Сеть собрана из слоёв: линейный {given.Count("inputs")} → {given.Count("h1")}, ReLU, dropout с вероятностью {given.Number("p")}, линейный → {given.Count("h2")}, ReLU и последний линейный слой. Она может предсказывать сразу несколько чисел (здесь {given.Count("classes")}), отвечать «да» или «нет» или выбирать класс (классов {given.Count("classes")}).");
        board.Say($"How many parameters has the network with that many outputs (n_m), and how many with the one output for yes or no (n_b)? The last linear layer gave {given.Vector("z")}. What does the network put out as a choice among classes (p), and what is the probability of yes (q) when the first of the numbers is the only one? Which layer has to be changed to go from one purpose to another?",
            $"Сколько параметров у сети с таким числом выходов (n_m) и сколько — с единственным выходом для «да» или «нет» (n_b)? Последний линейный слой выдал {given.Vector("z")}. Что сеть отдаст при выборе класса (p) и какова вероятность «да» (q), если первое из этих чисел — единственное? Какой слой меняют, переходя от одной задачи к другой?");
    }

    internal override void Solve(Given given, Board board)
    {
        NetSummary many = Net(given, given.Count("classes")), one = Net(given, 1);
        board.Say($"Each layer is a function, the network is one after the other, and sizes follow from what comes in:",
            $"Каждый слой — функция, сеть — их цепочка, а размеры следуют из того, что приходит на вход:");
        board.Table([new Remark("layer", "слой"), new Remark("puts out", "выход"), new Remark("(inputs + 1)·neurons", "(входы + 1)·нейроны"), new Remark("parameters", "параметры")],
            many.Layers.Select(l => (object[])[l.Brick, l.Output, l.Formula, l.Parameters]));
        board.Say($"Only the linear layers have parameters: n_m = {many.Parameters}. With one output the last layer is smaller, n_b = {one.Parameters}. Dropout has none; in training it puts a 0 in the place of each number with the probability {given.Number("p")} and divides the others by {1 - given.Number("p")}, so that the mean stays; in a forecast it does nothing.",
            $"Параметры есть только у линейных слоёв: n_m = {many.Parameters}. С одним выходом последний слой меньше: n_b = {one.Parameters}. У dropout параметров нет: при обучении он с вероятностью {given.Number("p")} заменяет число нулём, а остальные делит на {1 - given.Number("p")}, чтобы среднее сохранилось; при прогнозе он не делает ничего.");
        Tensor z = given.Tensor("z"), p = Head("softmax", z), q = Head("sigmoid", z[..1])[0], plain = Head("identity", z);
        board.Say($"The same numbers {z} mean something else with each head:", $"Одни и те же числа {z} с разными головами значат разное:");
        board.Table([new Remark("purpose", "задача"), new Remark("head", "голова"), new Remark("output", "выход"), new Remark("loss", "потери")],
        [
            [new Remark("several numbers", "несколько чисел"), new Remark("none", "нет"), plain, "MSE"],
            [new Remark("yes or no", "да или нет"), "σ", q, "−(t·ln q + (1 − t)·ln(1 − q))"],
            [new Remark("a class", "класс"), "softmax", p, "−ln p_t"],
        ]);
        board.Say($"The trunk stays; the head and the loss are changed. (With a temperature, as in task 5.4, even the head has variants.)",
            $"Общая часть остаётся, меняются голова и потери. (А с температурой, как в задаче 5.4, варианты есть и у самой головы.)");
        Remark biases = new("The biases are forgotten: every neuron has one.", "Забыты сдвиги: у каждого нейрона есть свой.");
        board.AskCount("n_m", many.Parameters, null,
            new Slip(N(Net(given, given.Count("classes"), bias: false).Parameters), biases),
            new Slip(N(one.Parameters), new("That is with one output.", "Это с одним выходом.")));
        board.AskCount("n_b", one.Parameters, null,
            new Slip(N(Net(given, 1, bias: false).Parameters), biases),
            new Slip(N(many.Parameters), new("That is with all outputs; yes or no needs one.", "Это со всеми выходами; для «да» или «нет» нужен один.")));
        board.Ask("p", p, 0.005, null,
            new Slip(z.Sigmoid(),
                new("Softmax is asked: a sigmoid for each does not add up to 1.", "Нужен softmax: сигмоиды по отдельности не дают в сумме 1.")));
        board.Ask("q", q, 0.005, null,
            new(1 - q, new("That is the probability of no.", "Это вероятность «нет».")),
            new(p[0], new("That is softmax among the classes; here there is one output.", "Это softmax среди классов, а выход здесь один.")));
        board.AskWhich("head", 3,
            new("the first linear layer", "первый линейный"),
            new("the dropout", "dropout"),
            new("what stands at the end: the last layer's size and activation", "то, что в конце: размер последнего слоя и его активация"));
    }

    private static Tensor Head(string brick, Tensor z) => Sequential.Parse(brick).Forward(z.Unsqueeze(0)).Reshape(z.Count);

    private static NetSummary Net(Given given, int outputs, bool bias = true)
    {
        string end = bias ? "" : " bias=false";
        return Counting.Summary(FormattableString.Invariant($"linear {given.Count("h1")}{end} | relu | dropout {given.Number("p")} | linear {given.Count("h2")}{end} | relu | linear {outputs}{end}"), [given.Count("inputs")]);
    }
}
