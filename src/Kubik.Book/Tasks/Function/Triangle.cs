using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.8a: the smallest network for a triangle.</summary>
internal sealed class Triangle : BookTask
{
    public override string Id => "1.8a";

    public override Remark Title => new("The smallest network: a triangle", "Минимальная сеть: треугольник");

    public override string Source => "000 §1.8 а";

    public override Given Seed =>
        new(("V", new double[,] { { -3, -2 }, { 3, -2 }, { 0, 4 } }), ("P", new double[,] { { 0, 0 }, { 2, 2 }, { -1, -1 }, { 0, -3 }, { -3, 1 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("V", Dice.Table(3, 2, () => dice.Whole(-5, 5))), ("P", Dice.Table(5, 2, () => dice.Whole(-5, 5)))),
        given => Math.Abs(Corners(given).Det().Item()) > 20 && Figure.AreClear(Net(given), given.Tensor("P")) && Classes(given).Sum() is 2 or 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"Class 1 is the inside of the triangle whose corners are the rows of V. How many neurons with the unit step [z > 0] does a network need for it, at least? Find the neurons of its first layer: W has a column for each, the weights of x₁ and x₂ and, last, the bias, such that all are 1 inside. Which classes y do the rows of P get?",
            $"Класс 1 — внутренность треугольника, вершины которого записаны в строках V. Сколько нейронов со ступенькой [z > 0] нужно сети самое меньшее? Найдите нейроны первого слоя: в W по столбцу на каждый, веса при x₁ и x₂ и последним сдвиг, причём внутри все равны 1. Какие классы y получат строки P?");
        board.Write("V", given.Tensor("V"));
        board.Write("P", given.Tensor("P"));
    }

    internal override void Solve(Given given, Board board)
    {
        NeuronNet net = Net(given);
        Tensor w = Lines(given);
        board.Say($"A neuron of the first layer is a line. The border of the triangle has three sides, and along each of them the class changes, so each needs a line of its own: three neurons. A fourth looks whether all three say \"inside\".",
            $"Нейрон первого слоя — это прямая. У треугольника три стороны, вдоль каждой класс меняется, и каждой нужна своя прямая: три нейрона. Четвёртый проверяет, что все три говорят «внутри».");
        board.Say($"The line through two corners p and q: the determinant of the rows (x₁, x₂, 1), (p, 1), (q, 1) is 0 on it. So its weights are the cofactors of the first row, and all three lines stand in the cofactors of the matrix of the corners; its determinant {Corners(given).Det().Round()} is what a line gives at the opposite corner, so multiplied with its sign every line is positive inside.",
            $"Прямая через две вершины p и q: на ней определитель со строками (x₁, x₂, 1), (p, 1), (q, 1) равен 0. Значит, её веса — алгебраические дополнения первой строки, и все три прямые стоят в матрице дополнений для матрицы вершин; её определитель {Corners(given).Det().Round()} — значение прямой в противоположной вершине, поэтому после умножения на его знак каждая прямая положительна внутри.");
        board.Write("W", w);
        board.Say($"The sum h₁ + h₂ + h₃ is 3 inside and at most 2 outside, so the last neuron has the threshold 2.5.",
            $"Сумма h₁ + h₂ + h₃ внутри равна 3, снаружи не больше 2, поэтому порог последнего нейрона 2.5.");
        board.Write(net.ToFormula(), "y");
        board.Draw(net, new("Three sides and AND", "Три стороны и «и»"));
        Figure.Classify(board, net, given.Tensor("P"));
        Figure.Draw(board, net, given.Tensor("P"), new("Where the network puts out 1", "Где сеть отдаёт 1"));
        int neurons = net.Layers.Sum(l => l.Neurons);
        board.Say($"Fewer do not: two lines cut the plane into at most four parts, none of which is bounded, and points with the same outputs of the first layer get the same class.",
            $"Меньше нельзя: две прямые делят плоскость не больше чем на четыре части, и все они неограниченны, а точки с одинаковыми выходами первого слоя получают один класс.");
        board.AskCount("n", neurons, new("neurons", "нейронов"),
            new Slip(N(net.Layers[0].Neurons), new("The neuron that joins the three is missing.", "Забыт нейрон, который соединяет три остальных.")));
        board.Ask("y", Tensor.From(Classes(given)), 1e-6, null,
            new(Neurons.Net(net.Layers[0], Neurons.Steps(new[,] { { 1.0 }, { 1 }, { 1 }, { -1.5 } })).At(given.Tensor("P")).Reshape(-1),
                new("All three conditions must hold, not two.", "Должны выполняться все три условия, а не два.")),
            new(1 - Tensor.From(Classes(given)), new("The classes are exchanged.", "Классы перепутаны.")));
        board.AskAny("W", w, typed => Figure.Agree(net, Net(typed), 0.1), new Slip(-w, new("All neurons look outwards.", "Все нейроны смотрят наружу.")));
    }

    private static Tensor Corners(Given given) => Tensor.Concat(1, given.Tensor("V"), Tensor.Ones([3, 1], DType.Float64));

    // Corners are whole, so the cofactors are.
    private static Tensor Lines(Given given) => (Corners(given).Cofactor().T * (Corners(given).Det().Item() > 0 ? 1 : -1)).Round();

    private static NeuronNet Net(Tensor lines) => Neurons.Net(Neurons.Steps(Neurons.Array2(lines)), Neurons.Steps(new[,] { { 1.0 }, { 1 }, { 1 }, { -2.5 } }));

    private static NeuronNet Net(Given given) => Net(Lines(given));

    private static double[] Classes(Given given) => Net(given).At(given.Tensor("P")).ToDoubles();
}
