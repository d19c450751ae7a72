using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.10: how many parameters a dense network has.</summary>
internal sealed class DenseCount : BookTask
{
    public override string Id => "1.10";

    public override Remark Title => new("The parameters of a dense network", "Число параметров полносвязной сети");

    public override string Source => "000 §1.10";

    public override Given Seed => new(("sizes", new double[] { 12, 300, 200, 100, 1 }));

    internal override Given Draw(Dice dice) =>
        new(("sizes", (double[])[dice.Whole(2, 20), .. Dice.Several(dice.Whole(1, 3), () => 10 * dice.Whole(1, 30)), dice.Whole(1, 10)]));

    internal override void State(Given given, Board board)
    {
        double[] sizes = given.Vector("sizes");
        board.Say($"A dense network gets {sizes[0]} numbers, has hidden layers of {string.Join(", ", sizes[1..^1])} neurons and puts out {sizes[^1]}. How many parameters are to be learnt?",
            $"Полносвязная сеть получает {Sentences.Plural((int)sizes[0], "число", "числа", "чисел")}; нейронов в её скрытых слоях: {string.Join(", ", sizes[1..^1])}; на выходе {Sentences.Plural((int)sizes[^1], "число", "числа", "чисел")}. Сколько параметров нужно обучить?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] sizes = given.Vector("sizes");
        NetSummary summary = Counting.Dense(sizes);
        string[] layers = [.. summary.Layers.Where(l => l.Parameters > 0).Select(l => l.Formula)];
        board.Say($"Every neuron has a weight for each of its inputs and a bias, so a layer has (inputs + 1)·neurons parameters.",
            $"У каждого нейрона по весу на каждый вход и ещё сдвиг, поэтому в слое (входы + 1)·нейроны параметров.");
        Formula sum = Formula.Parse(string.Join(" + ", layers));
        board.Write(sum, "n");
        board.Table([new Remark("layer", "слой"), new Remark("(inputs + 1)·neurons", "(входы + 1)·нейроны"), new Remark("parameters", "параметры")],
            summary.Layers.Where(l => l.Parameters > 0).Select((l, i) => (object[])[i + 1, l.Formula, l.Parameters]));
        board.Say($"That is {summary.Parameters} parameters.", $"Итого {summary.Parameters}.");
        board.AskCount("n", summary.Parameters, new("parameters", "параметров"),
            new Slip(N(Counting.Dense(sizes, bias: false).Parameters),
                new("The biases are forgotten: every neuron has one.", "Забыты сдвиги: у каждого нейрона есть свой.")));
    }
}
