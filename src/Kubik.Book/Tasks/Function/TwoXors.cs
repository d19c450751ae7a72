using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.8c: the smallest networks for two XORs side by side.</summary>
internal sealed class TwoXors : BookTask
{
    public override string Id => "1.8c";

    public override Remark Title => new("The smallest network: two XORs side by side", "Минимальная сеть: два XOR рядом");

    public override string Source => "000 §1.8 в";

    public override Given Seed =>
        new(("c", new double[] { -2, 0, 2 }), ("d", 0), ("P", new double[,] { { -3, 2 }, { -1, 1 }, { 1, 3 }, { 3, 1 }, { -3, -1 }, { 1, -2 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("c", Dice.Several(3, () => dice.Whole(-5, 5)).Order().ToArray()), ("d", dice.Whole(-3, 3)), ("P", Dice.Table(6, 2, () => dice.Whole(-5, 5)))),
        given => given.Vector("c") is var c && c[0] < c[1] && c[1] < c[2] && Figure.AreClear(Layered(given), given.Tensor("P")) && Classes(given).Sum() is > 1 and < 5);

    internal override void State(Given given, Board board)
    {
        double[] c = given.Vector("c");
        board.Say($"The lines x₁ = {c[0]}, x₁ = {c[1]}, x₁ = {c[2]} and x₂ = {given.Number("d")} cut the plane into two rows of four fields. Below x₂ = {given.Number("d")} their classes are 0, 1, 0, 1 from left to right, above 1, 0, 1, 0: two XORs side by side.",
            $"Прямые x₁ = {c[0]}, x₁ = {c[1]}, x₁ = {c[2]} и x₂ = {given.Number("d")} делят плоскость на два ряда по четыре поля. Ниже прямой x₂ = {given.Number("d")} их классы слева направо 0, 1, 0, 1, выше — 1, 0, 1, 0: два XOR рядом.");
        board.Say($"How many neurons with the unit step are needed if every layer sees only the layer before it (n_1), and if neurons may also take from earlier layers (n_2)? How many layers of neurons (k)? Which classes y do the rows of P get?",
            $"Сколько нейронов со ступенькой нужно, если каждый слой видит только предыдущий (n_1), и если нейроны могут брать данные и из более ранних слоёв (n_2)? Сколько нужно слоёв нейронов (k)? Какие классы y получат строки P?");
        board.Write("P", given.Tensor("P"));
    }

    internal override void Solve(Given given, Board board)
    {
        NeuronNet layered = Layered(given);
        board.Part($"Two layers are not enough", $"Двух слоёв мало");
        board.Say($"Along each of the four lines the class changes, so each needs a neuron in the first layer, h₁, h₂, h₃ for the vertical ones from left to right and h₄ for the horizontal one. Could one neuron [v₁h₁ + v₂h₂ + v₃h₃ + v₄h₄ + b > 0] finish? In the two fields on the left below and one to the right above, (0, 0, 0, 0) and (1, 0, 0, 1), the class is 0; in the other two of this square, (1, 0, 0, 0) and (0, 0, 0, 1), it is 1. Both pairs have the same total of sums, v₁ + v₄ + 2b. It cannot be positive and not positive, exactly as in XOR (task 1.5). So there are at least three layers.",
            $"Вдоль каждой из четырёх прямых класс меняется, и каждой нужен нейрон первого слоя: h₁, h₂, h₃ для вертикальных слева направо и h₄ для горизонтальной. Мог бы дальше справиться один нейрон [v₁h₁ + v₂h₂ + v₃h₃ + v₄h₄ + b > 0]? В левом нижнем поле и в поле справа сверху от него, (0, 0, 0, 0) и (1, 0, 0, 1), класс 0; в двух других полях этого квадрата, (1, 0, 0, 0) и (0, 0, 0, 1), класс 1. У обеих пар одна и та же общая сумма v₁ + v₄ + 2b. Она не может быть и положительной, и неположительной — точно как в XOR (задача 1.5). Значит, слоёв не меньше трёх.");
        board.Part($"Layer by layer", $"Слой за слоем");
        board.Say($"In the stripes h₁ − h₂ + h₃ is 0, 1, 0, 1, so the whole is XOR of it and h₄. As in task 1.5, the second layer computes OR and AND of the two, and the last neuron their difference:",
            $"В полосах h₁ − h₂ + h₃ равно 0, 1, 0, 1, так что всё вместе — это XOR этой суммы и h₄. Как в задаче 1.5, второй слой считает их «или» и «и», а последний нейрон — разность:");
        board.Draw(layered, new("Four lines, OR and AND, and their difference", "Четыре прямые, «или» и «и», их разность"));
        Figure.Classify(board, layered, given.Tensor("P"));
        Figure.Draw(board, layered, given.Tensor("P"), new("Where the network puts out 1", "Где сеть отдаёт 1"));
        int all = Count(layered);
        board.Say($"That is {all} neurons. A second layer of a single neuron would not do: it would have to know the class already, and two layers cannot.",
            $"Нейронов {all}. Второго слоя из одного нейрона не хватит: он уже должен был бы знать класс, а двум слоям это не под силу.");
        board.Part($"With links past a layer", $"Со связями через слой");
        Formula[] lines = [.. Neurons.Net(layered.Layers[0]).ToFormulas()];
        for (int j = 0; j < lines.Length; j++) board.Write(lines[j], $"h{j + 1}");
        board.Say($"OR is not needed when the last neuron may look at the lines itself: 0, 1 or 2 of the two are there, and AND takes the 2 away.",
            $"«Или» не нужно, если последний нейрон сам может смотреть на прямые: из двух слагаемых есть 0, 1 или 2, и «и» вычитает двойку.");
        Formula and = Formula.Parse("[h1 - h2 + h3 + h4 - 1.5 > 0]"), last = Formula.Parse("[h1 - h2 + h3 + h4 - 2a - 0.5 > 0]");
        board.Write(and, "a");
        board.Write(last, "y");
        Tensor grid = Neurons.Grid(-Figure.Half, Figure.Half, 12);
        double[] hidden = Neurons.Net(layered.Layers[0]).At(grid).ToDoubles(), right = layered.At(grid).ToDoubles();
        int same = hidden.Chunk(4).Where((h, i) => With(h) == right[i]).Count();
        int skips = lines.Length + 2;
        board.Say($"At {same} of {right.Length} points of a grid both networks put out the same. That is {skips} neurons: the four lines, and at least two more, as one is not enough. The source finds a network of so many too, which is not fully connected.",
            $"В {same} из {right.Length} точек сетки обе сети отдают одно и то же. Нейронов {skips}: четыре прямые и ещё хотя бы два, ведь одного мало. В источнике тоже получается столько, и сеть тоже не полносвязная.");
        board.AskCount("n_1", all, new("neurons", "нейронов"),
            new Slip(N(skips), new("That is with links past a layer.", "Столько нужно со связями через слой.")));
        board.AskCount("n_2", skips, new("neurons", "нейронов"),
            new(N(all),
                new("The last neuron can look at the lines itself; OR is not needed.", "Последний нейрон может сам смотреть на прямые; «или» не нужно.")),
            new(N(lines.Length + 1),
                new("One neuron after the lines is not enough: that would be XOR by one neuron.", "Одного нейрона после прямых мало: это был бы XOR одним нейроном.")));
        board.AskCount("k", layered.Layers.Count, new("layers", "слоёв"),
            new Slip(N(layered.Layers.Count - 1), new("Two layers would be XOR by one neuron.", "Два слоя — это XOR одним нейроном.")));
        board.Ask("y", Tensor.From(Classes(given)), 1e-6, null,
            new Slip(1 - Tensor.From(Classes(given)), new("The classes are exchanged.", "Классы перепутаны.")));

        double With(double[] h)
        {
            (string, double)[] at = [("h1", h[0]), ("h2", h[1]), ("h3", h[2]), ("h4", h[3])];
            return last.At([.. at, ("a", and.At(at))]);
        }
    }

    private static NeuronNet Layered(Given given)
    {
        double[] c = given.Vector("c");
        return Neurons.Net(
            Neurons.Steps(new[,] { { 1, 1, 1, 0.0 }, { 0, 0, 0, 1 }, { -c[0], -c[1], -c[2], -given.Number("d") } }),
            Neurons.Steps(new[,] { { 1, 1.0 }, { -1, -1 }, { 1, 1 }, { 1, 1 }, { -0.5, -1.5 } }), Neurons.Steps(new[,] { { 1 }, { -1 }, { -0.5 } }));
    }

    private static int Count(NeuronNet net) => net.Layers.Sum(l => l.Neurons);

    private static double[] Classes(Given given) => Layered(given).At(given.Tensor("P")).ToDoubles();
}
