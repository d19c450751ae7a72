using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.1a: two steps of a recurrent layer, and its parameters.</summary>
internal sealed class StateStep : BookTask
{
    public override string Id => "7.1a";

    public override Remark Title => new("A recurrent layer, step by step", "Рекуррентный слой шаг за шагом");

    public override string Source => "000 §7 (RNN); 002 outlook";

    public override Given Seed =>
        new(("x", new double[] { 1, -1 }), ("W", new double[,] { { 1, -0.5 } }), ("U", new double[,] { { 0.5, -1 }, { 1, 0.5 } }), ("b", new double[] { 0, 1 }), ("V", new double[,] { { 2 }, { -1 } }), ("c", 0.5), ("D", 100), ("H", 64), ("T", 50));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            double Half() => dice.Signed(4) / 2.0;
            return new(("x", Dice.Several(2, () => dice.Signed(2))), ("W", Dice.Table(1, 2, Half)), ("U", Dice.Table(2, 2, Half)), ("b", Dice.Several(2, () => dice.Whole(-2, 2) / 2.0)), ("V", Dice.Table(2, 1, () => dice.Signed(3))), ("c", dice.Whole(-2, 2) / 2.0), ("D", 10 * dice.Whole(1, 30)), ("H", 16 * dice.Whole(1, 16)), ("T", dice.Whole(10, 99)));
        },
        // No number of the state is saturated: there every slip would give the same.
        given => given.Vector("x")[0] != given.Vector("x")[1] && States(given).All(h => Math.Abs(h) is > 0.05 and < 0.99));

    internal override void State(Given given, Board board)
    {
        double[] x = given.Vector("x");
        board.Say($"A recurrent layer reads numbers one after the other and keeps a state h of two numbers, at first h₀ = (0, 0). In every step h_t = tanh(x_t·W + h_(t−1)·U + b), with the same weights; after the last step the network puts out y = h·V + c.",
            $"Рекуррентный слой читает числа одно за другим и хранит состояние h из двух чисел, вначале h₀ = (0, 0). На каждом шаге h_t = tanh(x_t·W + h_(t−1)·U + b) с одними и теми же весами; после последнего шага сеть отдаёт y = h·V + c.");
        foreach (string name in (string[])["W", "U", "b", "V"]) board.Write(name, given.Tensor(name));
        board.Say($"The input is x₁ = {x[0]}, x₂ = {x[1]}, and c = {given.Number("c")}. Find h1, h2 and y. Another such layer has {given.Number("D")} inputs and a state of {given.Number("H")} numbers, and reads texts of {given.Number("T")} words. How many parameters n does it have?",
            $"На входе x₁ = {x[0]}, x₂ = {x[1]}, и c = {given.Number("c")}. Найдите h1, h2 и y. У другого такого слоя число входов {given.Number("D")}, размер состояния {given.Number("H")}, а длина текстов в словах {given.Number("T")}. Сколько у него параметров n?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x"), w = given.Tensor("W"), u = given.Tensor("U"), b = given.Tensor("b").Reshape(1, 2), v = given.Tensor("V"), c = given.Tensor("c"), h0 = Tensor.Zeros([1, 2], DType.Float64);
        Sequential net = Net(given);
        board.Part($"Two steps", $"Два шага");
        board.Say($"The state is the layer's memory: what it has read so far, in two numbers. Every step mixes what comes in with what is remembered, and tanh keeps the state between −1 and 1. The network as the engine has it, T being the last step:",
            $"Состояние — память слоя: всё прочитанное, сжатое в два числа. Каждый шаг смешивает новое с тем, что помнится, а tanh удерживает состояние между −1 и 1. Уравнения сети, взятые у движка; T — последний шаг:");
        board.Write(net.ToFormula([2, 1]));
        Tensor h1 = board.Work("h1", "tanh(x1*W + h0*U + b)", ("x1", x[0]), ("W", w), ("h0", h0), ("U", u), ("b", b));
        Tensor h2 = board.Work("h2", "tanh(x2*W + h1*U + b)", ("x2", x[1]), ("W", w), ("h1", h1), ("U", u), ("b", b));
        Tensor y = board.Work("y", "h2*V + c", ("h2", h2), ("V", v), ("c", c)).Reshape(Shape.Scalar);
        Tensor backwards = Net(given).Forward(Input(given).Flip(1)).Detach();
        board.Say($"The layer of the engine gives y ≈ {net.Forward(Input(given)).Detach().Reshape(Shape.Scalar)}. With the two numbers in the other order it gives {backwards.Reshape(Shape.Scalar)}: unlike a sum, the state knows what came first.",
            $"Слой движка даёт y ≈ {net.Forward(Input(given)).Detach().Reshape(Shape.Scalar)}. Если подать те же два числа в обратном порядке, он даст {backwards.Reshape(Shape.Scalar)}: в отличие от суммы, состояние помнит, что было раньше.");
        board.Part($"Parameters", $"Параметры");
        int inputs = given.Count("D"), hidden = given.Count("H"), length = given.Count("T");
        long n = Count(hidden, length, inputs);
        board.Say($"Each number of the state has a weight for every input, a weight for every number of the state before, and a bias: n = (D + H + 1)·H. The length of the text is not in it, for all steps share the weights:",
            $"У каждого числа состояния по весу на каждый вход, по весу на каждое число прошлого состояния и сдвиг: n = (D + H + 1)·H. Длины текста здесь нет, потому что веса у всех шагов общие:");
        board.Table([new Remark("steps", "шагов"), new Remark("parameters", "параметров")],
            new int[] { 1, length, 2 * length }.Select(t => (object[])[t, Count(hidden, t, inputs)]));
        board.Say($"So texts of any length can be read. The price: step t needs step t − 1, and the steps cannot be computed side by side.",
            $"Поэтому можно читать тексты любой длины. Цена: шагу t нужен шаг t − 1, и вычислять шаги одновременно нельзя.");
        Remark bias = new("The bias is forgotten.", "Забыт сдвиг."), forgotten = new("The state before is forgotten: that is a layer without memory.", "Забыто прошлое состояние: это слой без памяти.");
        board.Ask("h1", h1.Flat(), 0.005, null,
            new Slip((x[0] * w).Tanh().Flat(), bias),
            new Slip((x[0] * w + b).Flat(), new("The tanh is left out.", "Забыт tanh.")));
        board.Ask("h2", h2.Flat(), 0.005, null,
            new((x[1] * w + b).Tanh().Flat(), forgotten),
            new((x[1] * w + h1.MatMul(u)).Tanh().Flat(), bias),
            new((x[1] * w + h1.MatMul(u.T) + b).Tanh().Flat(), new("The row h goes with the columns of U.", "Строка h умножается на столбцы U.")));
        board.Ask("y", y, 0.01, null,
            new Slip((h1.MatMul(v) + c).Reshape(Shape.Scalar), new("That is made of h₁; the last state is h₂.", "Это из h₁, а последнее состояние — h₂.")));
        board.AskCount("n", n, new("parameters", "параметров"),
            new(N(n - hidden), bias),
            new(N(n * length), new("The steps share their weights: they are counted once.", "Веса у шагов общие, их считают один раз.")),
            new(N(n - hidden * hidden), new("The weights U of the state before are forgotten.", "Забыты веса U прошлого состояния.")));
    }

    private static long Count(int hidden, int length, int inputs) => Counting.Parameters($"rnn {hidden}", [length, inputs]);

    private static Tensor Input(Given given) => given.Tensor("x").Reshape(1, 2, 1).Single();

    private static Sequential Net(Given given) =>
        Neurons.Weighted("rnn 2 last=true | linear 1", [1, 2, 1], given.Tensor("W"), given.Tensor("U"), given.Tensor("b"), given.Tensor("V"), given.Tensor("c").Reshape(1));

    // After the first step and after the second.
    private static double[] States(Given given)
    {
        Module layer = Net(given).Items[0];
        return [.. layer.Forward(Input(given)[.., ..1]).ToDoubles(), .. layer.Forward(Input(given)).ToDoubles()];
    }
}
