using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.2: from a picture to a forecast and to a formula.</summary>
internal sealed class Forecast : BookTask
{
    public override string Id => "1.2";

    public override Remark Title => new("From a picture to a forecast", "От картинки к прогнозу");

    public override string Source => "000 §1.2";

    public override Given Seed =>
        new(("W", new double[,] { { 5, -2 }, { -60, -80 }, { 0.5, 2 } }), ("v", new double[] { 1, 0.2 }), ("c", 4), ("x", new double[] { 20, 0, 1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("W", Dice.Table(3, 2, () => dice.Signed(6))), ("v", Dice.Several(2, () => dice.Signed(4) / 2.0)), ("c", dice.Signed(5)), ("x", new double[] { dice.Whole(1, 6), dice.Whole(0, 1), dice.Whole(0, 1) })),
        // One hidden neuron is open, the other closed.
        given => Sums(given) is var sums && sums.Max().Item() > 0 && sums.Min().Item() < 0 && Output(given) > 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"A café forecasts how many guests will come with a network of ReLU neurons. It looks at x₁, the temperature outside, x₂, whether there is a rally in the street, and x₃, which of the two baristas has the shift (0 or 1).",
            $"Кофейня предсказывает число гостей сетью из нейронов с ReLU. На входе x₁ — температура на улице, x₂ — идёт ли на улице митинг, x₃ — кто из двух бариста на смене (0 или 1).");
        board.Draw(Net(given), new("The network of the café", "Сеть кофейни"), tells: false);
        board.Say($"The weights on the lines: W1 has a row for each input and a column for each hidden neuron, v the weights of the output, and c is its bias. The hidden neurons have none.",
            $"Веса на стрелках: в W1 строка на вход и столбец на скрытый нейрон, в v — веса выхода, c — его сдвиг. У скрытых нейронов сдвига нет.");
        board.Write("W1", given.Tensor("W"));
        board.Write("v", given.Tensor("v").Unsqueeze(1));
        board.Write("c", given.Tensor("c"));
        board.Say($"What do the two hidden neurons (h1, h2) put out at x = {given.Vector("x")}, and how many guests are to be expected (y)? Which function is the network?",
            $"Что отдадут два скрытых нейрона (h1, h2) при x = {given.Vector("x")} и сколько гостей ждать (y)? Какую функцию задаёт сеть?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Say($"Every neuron adds up its inputs times the weights on the lines, and ReLU makes 0 of what is negative.",
            $"Каждый нейрон складывает входы, умноженные на веса на стрелках, а ReLU превращает отрицательное в 0.");
        board.Explain(Net(given).ToModule().Explain(given.Tensor("x").Reshape(1, 3).Cast(DType.Float32)));
        board.Say($"Put into each other, from the end to the beginning, the neurons are one formula:",
            $"Если подставить нейроны друг в друга, начиная с конца, получится одна формула:");
        board.Write(Net(given).ToFormula(), "y");
        double[] h = Layer(given);
        Tensor v = given.Tensor("v");
        Remark activation = new("The hidden neurons have an activation too: what is negative becomes 0.", "У скрытых нейронов тоже есть активация: отрицательное становится нулём.");
        Tensor sums = Sums(given);
        board.Ask("h1", h[0], 0.01, null, new Slip(sums[0], activation));
        board.Ask("h2", h[1], 0.01, null, new Slip(sums[1], activation));
        board.Ask("y", Output(given), 0.01, new("guests", "гостей"),
            new(Output(given) - given.Tensor("c"), new("The output neuron's bias is missing.", "Забыт сдвиг выходного нейрона.")),
            new(((sums * v).Sum() + given.Tensor("c")).Relu(), activation));
    }

    private static Tensor Sums(Given given) => given.Tensor("x").Unsqueeze(0).MatMul(given.Tensor("W")).Reshape(2);

    private static double[] Layer(Given given) => Sums(given).Relu().ToDoubles();

    private static double Output(Given given) => Net(given).At(given.Vector("x")).Single();

    private static NeuronNet Net(Given given) =>
        Neurons.Net(Neurons.Layer("max(0, z)", given.Matrix("W")), Neurons.Layer("max(0, z)", Neurons.Column(given.Vector("v")), [given.Number("c")]));
}
