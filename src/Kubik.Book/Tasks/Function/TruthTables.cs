using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.5: logical functions of two inputs, and the one that no neuron can do.</summary>
internal sealed class TruthTables : BookTask
{
    // The functions of the table that one neuron can do.
    private static readonly string[] Simple = ["a", "b"];

    public override string Id => "1.5";

    public override Remark Title => new("AND, OR and XOR", "И, ИЛИ и XOR");

    public override string Source => "000 §1.5; 001 logic";

    public override Given Seed => new(("a", new double[] { 1, 0, 0, 0 }), ("b", new double[] { 1, 1, 1, 0 }), ("c", new double[] { 0, 1, 1, 0 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("a", Dice.Several(4, () => dice.Whole(0, 1))), ("b", Dice.Several(4, () => dice.Whole(0, 1))), ("c", dice.Of<double[]>([0, 1, 1, 0], [1, 0, 0, 1]))),
        given => Simple.All(f => given.Vector(f).Sum() is 1 or 3) && !given.Vector("a").SequenceEqual(given.Vector("b")));

    internal override void State(Given given, Board board)
    {
        board.Say($"x₁ and x₂ are 0 or 1. Build the three functions of this table from neurons with the unit step [z > 0], of as few as you can:",
            $"x₁ и x₂ равны 0 или 1. Соберите три функции из этой таблицы из нейронов с единичной ступенькой [z > 0], обходясь как можно меньшим их числом:");
        board.Table(["x₁", "x₂", "a", "b", "c"], Rows(given.Vector("a"), given.Vector("b"), given.Vector("c")));
        board.Say($"w_a and w_b are neurons (w₁, w₂, b). N_c has a column for each of the three neurons of c, the two first and the last one: two weights and the bias below them.",
            $"w_a и w_b — нейроны (w₁, w₂, b). В N_c по столбцу на каждый из трёх нейронов для c, сначала два первых, потом выходной: два веса и под ними сдвиг.");
    }

    internal override void Solve(Given given, Board board)
    {
        foreach (string f in Simple)
        {
            double[] truth = given.Vector(f);
            double[,] w = TwoBits.Neuron(truth)!;
            NeuronNet net = Neurons.Net(Neurons.Steps(w));
            board.Part($"Function {f}", $"Функция {f}");
            board.Say($"On the plane, one line parts the filled points from the rings. A line between them is a neuron:",
                $"На плоскости одна прямая отделяет закрашенные точки от колец. Прямая между ними — это нейрон:");
            board.Write(net.ToFormula(), f);
            NeuronNet line = Neurons.Net(Neurons.Layer("z", new[,] { { w[0, 0] }, { w[1, 0] } }, [w[2, 0]]));
            Formula sum = line.ToFormula();
            board.Draw(TwoBits.Picture(truth, (w, $"{sum} = 0")), TwoBits.Caption);
            board.Say($"Put the four points through it:", $"Пропустим через него четыре точки:");
            double[] values = TwoBits.Values(net);
            board.Table(["x₁", "x₂", sum, f], Rows(TwoBits.Values(line), values));
            Tensor example = Tensor.From([w[0, 0], w[1, 0], w[2, 0]]);
            board.AskAny($"w_{f}", example, typed => TwoBits.Values(Neurons.Net(Neurons.Steps(Neurons.Column(typed.ToDoubles())))).SequenceEqual(truth),
                new(-example, new("The classes are exchanged.", "Классы перепутаны.")),
                new(Tensor.From([w[0, 0], w[1, 0], 0]),
                    new("The bias is missing: the line goes through (0, 0).", "Нет сдвига: прямая проходит через (0, 0).")));
        }

        double[] c = given.Vector("c");
        board.Part($"Function c: one neuron is not enough", $"Функция c: одного нейрона мало");
        board.Say($"Suppose that there were such a neuron. The table then asks:", $"Допустим, такой нейрон есть. Тогда таблица требует:");
        string[] sums = ["w1 + w2 + b", "w1 + b", "w2 + b", "b"];
        for (int i = 0; i < 4; i++) board.Equal(Formula.Parse($"[{sums[i]} > 0]"), Formula.Parse(c[i] == 1 ? "1" : "0"));
        string[] positive = [.. sums.Where((_, i) => c[i] == 1)], other = [.. sums.Where((_, i) => c[i] == 0)];
        board.Say($"Add up the two sums that must be positive, {Formula.Parse(positive[0])} and {Formula.Parse(positive[1])}: the result, w₁ + w₂ + 2b, is positive. Add up the two that must not be, {Formula.Parse(other[0])} and {Formula.Parse(other[1])}: the result is w₁ + w₂ + 2b again, and it is not positive. That cannot be, so there is no such neuron. (The filled points lie on one diagonal of the square, the rings on the other; diagonals cross, and no line has them on different sides.)",
            $"Сложим две суммы, которые должны быть положительными, {Formula.Parse(positive[0])} и {Formula.Parse(positive[1])}: получится w₁ + w₂ + 2b, и это положительно. Сложим две остальные, {Formula.Parse(other[0])} и {Formula.Parse(other[1])}: получится снова w₁ + w₂ + 2b, и это не положительно. Противоречие: такого нейрона нет. (Закрашенные точки лежат на одной диагонали квадрата, кольца — на другой; диагонали пересекаются, и никакая прямая их не разделит.)");
        double[,] n = Network(c);
        NeuronNet three = Net(n);
        board.Say($"Two lines do part them: OR and AND each say on which side of a line a point lies, and a third neuron joins what they say.",
            $"Две прямые справляются: ИЛИ и И сообщают, по какую сторону от каждой прямой лежит точка, а третий нейрон соединяет их ответы.");
        board.Write(Formula.Parse(c[0] == 0 ? "[(x1 ∪ x2) - (x1 ∩ x2) - 0.5 > 0]" : "[(x1 ∩ x2) - (x1 ∪ x2) + 0.5 > 0]"), "c");
        board.Draw(three, new("OR, AND and the neuron that joins them", "ИЛИ, И и нейрон, который их соединяет"));
        board.Draw(TwoBits.Picture(c, (Column(n, 0), "x₁ ∪ x₂"), (Column(n, 1), "x₁ ∩ x₂")), TwoBits.Caption);
        double[] hidden = TwoBits.Values(Neurons.Net(three.Layers[0]));
        board.Table(["x₁", "x₂", "x₁ ∪ x₂", "x₁ ∩ x₂", "c"],
            Rows([.. hidden.Where((_, i) => i % 2 == 0)], [.. hidden.Where((_, i) => i % 2 == 1)], TwoBits.Values(three)));
        Tensor output = Tensor.From(n);
        board.AskAny("N_c", output, typed => TwoBits.Values(Net(Neurons.Array2(typed))).SequenceEqual(c),
            new(Tensor.From(Network([.. c.Select(v => 1 - v)])), new("The classes are exchanged.", "Классы перепутаны.")),
            new(output.T, new("Each neuron is a column: two weights and the bias below them.", "Каждый нейрон — столбец: два веса и под ними сдвиг.")));
        board.AskWhich("one", TwoBits.Neuron(c) is null ? 2 : 1,
            new("one neuron can compute c", "функцию c может вычислить один нейрон"),
            new("one neuron cannot compute c", "одному нейрону функция c не под силу"));
    }

    // OR, AND and what joins them: the difference for XOR, the other way round for its negation.
    private static double[,] Network(double[] c)
    {
        double[,] or = TwoBits.Neuron([1, 1, 1, 0])!, and = TwoBits.Neuron([1, 0, 0, 0])!;
        double sign = c[0] == 0 ? 1 : -1;
        return new[,] { { or[0, 0], and[0, 0], sign }, { or[1, 0], and[1, 0], -sign }, { or[2, 0], and[2, 0], -sign / 2 } };
    }

    private static NeuronNet Net(double[,] n) =>
        Neurons.Net(Neurons.Steps(new[,] { { n[0, 0], n[0, 1] }, { n[1, 0], n[1, 1] }, { n[2, 0], n[2, 1] } }), Neurons.Steps(Column(n, 2)));

    private static double[,] Column(double[,] n, int at) => new[,] { { n[0, at] }, { n[1, at] }, { n[2, at] } };

    private static IEnumerable<object[]> Rows(params double[][] columns) =>
        Enumerable.Range(0, 4).Select(i => (object[])[TwoBits.Corners[i, 0], TwoBits.Corners[i, 1], .. columns.Select(v => (object)v[i])]);
}
