using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.8d: the smallest network for a frame, found by search.</summary>
internal sealed class Frame : BookTask
{
    public override string Id => "1.8d";

    public override Remark Title => new("The smallest network: a frame", "Минимальная сеть: рамка");

    public override string Source => "000 §1.8 г";

    public override Given Seed =>
        new(("outer", new double[] { -4, 4, -3, 4 }), ("inner", new double[] { -2, 1, -1, 2 }), ("P", new double[,] { { 0, 0 }, { -3, 0 }, { 2, 3 }, { 5, 0 }, { -5, -5 } }));

    // Whole points fit beside the frame and between its sides and those of the hole; two are drawn of class 1, one of class 0, two of any.
    internal override Given Draw(Dice dice)
    {
        double[] outer = [dice.Whole(-4, -3), dice.Whole(3, 4), dice.Whole(-5, -3), dice.Whole(3, 5)];
        double[] inner = [dice.Whole((int)outer[0] + 2, 0), dice.Whole(1, (int)outer[1] - 2), dice.Whole((int)outer[2] + 2, 0), dice.Whole(1, (int)outer[3] - 2)];
        double[] Clear(int side) => [.. Enumerable.Range(-5, 11).Select(x => (double)x).Except([outer[side], outer[side + 1], inner[side], inner[side + 1]])];
        bool Within(double[] box, double x, double y) => x > box[0] && x < box[1] && y > box[2] && y < box[3];
        (double X, double Y)[] clear = [.. from x in Clear(0) from y in Clear(2) select (x, y)];
        ILookup<bool, (double X, double Y)> classes = clear.ToLookup(p => Within(outer, p.X, p.Y) && !Within(inner, p.X, p.Y));
        // Two in the frame, one in the hole (where it has no clear point, in the frame), one outside, one anywhere.
        (double X, double Y)[] ones = [.. classes[true]], hole = [.. clear.Where(p => Within(inner, p.X, p.Y))], outside = [.. classes[false].Except(hole)];
        (double X, double Y)[] drawn = [dice.Of<(double, double)>(ones), dice.Of<(double, double)>(ones), dice.Of<(double, double)>(hole.Length > 0 ? hole : ones), dice.Of<(double, double)>(outside), dice.Of<(double, double)>(clear)];
        int turn = dice.Whole(0, 4);
        double[,] points = new double[5, 2];
        for (int i = 0; i < 5; i++) (points[i, 0], points[i, 1]) = drawn[(i + turn) % 5];
        return new(("outer", outer), ("inner", inner), ("P", points));
    }

    internal override void State(Given given, Board board)
    {
        double[] o = given.Vector("outer"), i = given.Vector("inner");
        board.Say($"The fourth picture of the source has no solution there (and its text has no picture). We take a frame: class 1 are the points with x₁ from {o[0]} to {o[1]} and x₂ from {o[2]} to {o[3]}, but not those of the hole, where x₁ is from {i[0]} to {i[1]} and x₂ from {i[2]} to {i[3]}.",
            $"Четвёртую картинку источник оставляет без решения (а в его тексте нет и самой картинки). Возьмём рамку: класс 1 — точки, у которых x₁ от {o[0]} до {o[1]} и x₂ от {o[2]} до {o[3]}, кроме дыры, где x₁ от {i[0]} до {i[1]}, а x₂ от {i[2]} до {i[3]}.");
        board.Say($"The first layer has a step neuron for every side, o₁ … o₄ of the frame and i₁ … i₄ of the hole, each 1 on the side of the middle. Is one neuron [a(o₁ + … + o₄) − c(i₁ + … + i₄) + b > 0] enough after them? If so, give q = (a, c, b), and the least number n of neurons. Which classes y do the rows of P get?",
            $"В первом слое по нейрону со ступенькой на каждую сторону: o₁ … o₄ для рамки и i₁ … i₄ для дыры, каждый равен 1 со стороны середины. Хватит ли после них одного нейрона [a(o₁ + … + o₄) − c(i₁ + … + i₄) + b > 0]? Если да, укажите q = (a, c, b) и наименьшее число нейронов n. Какие классы y получат строки P?");
        board.Write("P", given.Tensor("P"));
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor cells = Cells(given), sums = Sums(given, cells);
        double[] wanted = Wanted(given, cells);
        board.Part($"What the last neuron gets to see", $"Что видит последний нейрон");
        board.Say($"The eight lines cut the plane into {cells.Shape[0]} fields. Of a point in each of them, O is how many of the frame's neurons are 1, I how many of the hole's. These pairs occur:",
            $"Восемь прямых делят плоскость на {cells.Shape[0]} полей. Для точки каждого поля пусть O — сколько нейронов рамки равны 1, а I — сколько нейронов дыры. Встречаются такие пары:");
        (double O, double I, double Class)[] pairs = [.. sums.ToDoubles().Chunk(2).Zip(wanted, (s, y) => (s[0], s[1], y)).Distinct().Order()];
        board.Table(["O", "I", new Remark("class", "класс")], pairs.Select(p => (object[])[p.O, p.I, p.Class]));
        board.Say($"Inside the frame O = 4 and I < 4; in the hole O = 4 and I = 4. Outside O < 4, and then I < 4 too: who is beyond a side of the frame is beyond that of the hole. No pair has two classes, so a neuron may do.",
            $"В рамке O = 4 и I < 4; в дыре O = 4 и I = 4. Снаружи O < 4, а тогда и I < 4: кто вышел за сторону рамки, вышел и за сторону дыры. Ни одна пара не встречается с двумя классами, так что нейрон возможен.");
        board.Part($"Search", $"Поиск");
        (double[] best, int tried, int good) = Search(pairs);
        board.Say($"Try all whole a and c from 1 to 4 and every b half-way between whole numbers down to −16.5, the smallest numbers first: {tried} neurons, of which {good} are right in all fields. The first one is q = ({best[0]}, {best[1]}, {best[2]}).",
            $"Переберём все целые a и c от 1 до 4 и все b посередине между целыми до −16.5, начиная с наименьших: всего нейронов {tried}, во всех полях верны {good}. Первый — q = ({best[0]}, {best[1]}, {best[2]}).");
        board.Say($"With letters: the frame's sum is smallest at I = 3, 4a − 3c; beside it are 4a − 4c in the hole and 3a − 2c just outside a side. So c > 0, a > c, and −b lies between. The frame's lines must weigh more than the hole's.",
            $"В буквах: в рамке сумма наименьшая при I = 3, 4a − 3c; соседние значения — 4a − 4c в дыре и 3a − 2c сразу за стороной. Значит, c > 0, a > c, а −b лежит между ними. Прямые рамки должны весить больше, чем прямые дыры.");
        NeuronNet net = Net(given, best);
        Figure.Classify(board, net, given.Tensor("P"), "o₁", "o₂", "o₃", "o₄", "i₁", "i₂", "i₃", "i₄");
        Figure.Draw(board, net, given.Tensor("P"), new("Where the network puts out 1", "Где сеть отдаёт 1"));
        board.Part($"Fewer will not do", $"Меньше не получится");
        int needed = Enumerable.Range(0, 8).Count(j => Splits(given, cells, wanted, j));
        board.Say($"Leave out one line of the first layer, and two fields of different classes look the same to all the others. Tried for each of the eight lines: {needed} of them cannot be left out. With the last one that is {needed + 1} neurons, fewer than of logical parts: a network for the frame (5), one for the hole (5) and a neuron that joins them (1) are {5 + 5 + 1}.",
            $"Если убрать одну прямую первого слоя, два поля разных классов станут для остальных неотличимы. Проверим каждую из восьми: тех, которые нельзя убрать, {needed}. Итого нейронов {needed + 1} — меньше, чем при сборке из логических частей: сеть для рамки (5), сеть для дыры (5) и нейрон, который их соединяет (1), дают {5 + 5 + 1}.");
        board.AskCount("n", needed + 1, new("neurons", "нейронов"),
            new(N(5 + 5 + 1),
                new("Frame and hole apart and then joined works, but one neuron after the eight lines is enough.", "Рамка и дыра по отдельности, а затем вместе — верно, но после восьми прямых достаточно одного нейрона.")),
            new(N(needed), new("The neuron after the lines is missing.", "Забыт нейрон после прямых.")));
        board.AskAny("q", Tensor.From(best), q => Fits(pairs, q.ToDoubles()),
            new Slip(Tensor.Of(1, 1, -0.5),
                new("With equal weights a side of the frame counts no more than one of the hole.", "При равных весах сторона рамки значит не больше, чем сторона дыры.")));
        board.Ask("y", Tensor.From(Classes(given)), 1e-6, null,
            new(Tensor.From(Classes(given, hole: false)), new("The hole does not belong to the frame.", "Дыра не принадлежит рамке.")),
            new(1 - Tensor.From(Classes(given)), new("The classes are exchanged.", "Классы перепутаны.")));
    }

    private static NeuronLayer Lines(Given given)
    {
        double[] o = given.Vector("outer"), i = given.Vector("inner");
        return Neurons.Steps(new[,] { { 1, -1, 0, 0, 1, -1, 0, 0.0 }, { 0, 0, 1, -1, 0, 0, 1, -1 }, { -o[0], o[1], -o[2], o[3], -i[0], i[1], -i[2], i[3] } });
    }

    private static NeuronNet Net(Given given, double[] q) =>
        Neurons.Net(Lines(given), Neurons.Steps(Neurons.Column([q[0], q[0], q[0], q[0], -q[1], -q[1], -q[1], -q[1], q[2]])));

    private static double[] Classes(Given given, bool hole = true) => Wanted(given, given.Tensor("P"), hole);

    // By the definition of the frame: in the outer rectangle, and not in the inner one.
    private static double[] Wanted(Given given, Tensor points, bool hole = true) =>
        [.. Sums(given, points).ToDoubles().Chunk(2).Select(s => s[0] == 4 && !(hole && s[1] == 4) ? 1.0 : 0)];

    // How many of the frame's and of the hole's neurons are 1.
    private static Tensor Sums(Given given, Tensor points)
    {
        Tensor h = Neurons.Net(Lines(given)).At(points);
        return Tensor.Stack(1, h[.., ..4].Sum(1), h[.., 4..].Sum(1));
    }

    // A point in every field between the lines.
    private static Tensor Cells(Given given)
    {
        double[] o = given.Vector("outer"), i = given.Vector("inner");
        double[] Between(params double[] at) => [.. at.Order().Prepend(-20).Append(20).ToArray() is var all ? all.Zip(all[1..], (a, b) => (a + b) / 2) : []];
        double[] across = Between(o[0], o[1], i[0], i[1]), up = Between(o[2], o[3], i[2], i[3]);
        return Tensor.From<double>([.. from x in across from y in up from v in new[] { x, y } select v], [across.Length * up.Length, 2]);
    }

    private static bool Fits((double O, double I, double Class)[] pairs, double[] q) =>
        Array.TrueForAll(pairs, p => q[0] * p.O - q[1] * p.I + q[2] > 0 == (p.Class == 1));

    private static (double[] Best, int Tried, int Good) Search((double O, double I, double Class)[] pairs)
    {
        double[][] all = [.. (from a in Enumerable.Range(1, 4) from c in Enumerable.Range(1, 4) from b in Enumerable.Range(0, 17) select new[] { a, c, -b - 0.5 }).OrderBy(q => q[0] + q[1] - q[2])];
        double[][] good = [.. all.Where(q => Fits(pairs, q))];
        return (good[0], all.Length, good.Length);
    }

    // Whether without a line two fields of different classes look the same.
    private static bool Splits(Given given, Tensor cells, double[] wanted, int line)
    {
        double[][] h = [.. Neurons.Net(Lines(given)).At(cells).ToDoubles().Chunk(8)];
        return h.Select((row, k) => (Key: string.Concat(row.Where((_, j) => j != line)), Class: wanted[k])).GroupBy(c => c.Key, StringComparer.Ordinal).Any(g => g.Select(c => c.Class).Distinct().Count() > 1);
    }
}
