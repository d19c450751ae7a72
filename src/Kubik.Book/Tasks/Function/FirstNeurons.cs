using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.4: weights of single neurons, and two of them joined by a third.</summary>
internal sealed class FirstNeurons : BookTask
{
    public override string Id => "1.4";

    public override Remark Title => new("An army of regressions", "Армия регрессий");

    public override string Source => "000 §1.4 а–в";

    public override Given Seed => new(("high", 1), ("X", new double[,] { { 1, 1, 2 }, { 1, -1, 1 } }), ("t", new double[] { 0.5, 0 }),
        ("lines", new double[,] { { 1, 1 }, { 1, -1 }, { -1, -1 } }), ("P", new double[,] { { 2, 0 }, { 1, 1 }, { 1, -1 }, { 0, 0 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            // The rows are turned round so that these weights solve the task.
            double[] w = [dice.Of(-0.5, 0.5, 1, -1), dice.Of(0, 0, 0.5, -0.5), dice.Of(0, 0, 1, -1)];
            double[,] x = Dice.Table(2, 3, () => dice.Signed(3));
            double[] sums = [.. Enumerable.Range(0, 2).Select(i => Enumerable.Range(0, 3).Sum(j => x[i, j] * w[j]))];
            for (int j = 0; j < 3; j++) (x[0, j], x[1, j]) = (sums[0] < 0 ? -x[0, j] : x[0, j], sums[1] > 0 ? -x[1, j] : x[1, j]);
            return new(("high", dice.Whole(1, 5)), ("X", x), ("t", new[] { Math.Abs(sums[0]), 0 }),
                ("lines", new double[,] { { dice.Signed(3), dice.Signed(3) }, { dice.Signed(3), dice.Signed(3) }, { dice.Signed(3), dice.Signed(3) } }), ("P", Dice.Table(4, 2, () => dice.Whole(-3, 3))));
        },
        given => given.Vector("t")[0] > 0 && given.Matrix("lines") is var w && w[0, 0] * w[1, 1] != w[0, 1] * w[1, 0] && Points(given).Distinct().Count() == 4
            && Sums(given).ToDoubles() is var sums && Array.TrueForAll(sums, s => s != 0) && IsTelling([.. sums.Chunk(2).Select(s => s.Count(z => z > 0))]));

    internal override void State(Given given, Board board)
    {
        double high = given.Number("high");
        board.Say($"(a) A neuron max(0, b + wx) is to turn x = 0 into {high} and x = 1 into 0{(high == 1 ? ": the logical NOT" : "")}. Find w_a = (b, w).",
            $"(а) Нейрон max(0, b + wx) должен превращать x = 0 в {high}, а x = 1 в 0{(high == 1 ? ": это логическое отрицание" : "")}. Найдите w_a = (b, w).");
        board.Say($"(b) A neuron max(0, w₁x₁ + w₂x₂ + w₃x₃) is to turn each row of X into the number t beside it. Find w_b = (w₁, w₂, w₃).",
            $"(б) Нейрон max(0, w₁x₁ + w₂x₂ + w₃x₃) должен превращать каждую строку X в число t рядом с ней. Найдите w_b = (w₁, w₂, w₃).");
        double[,] x = given.Matrix("X");
        board.Table(["x₁", "x₂", "x₃", "t"], Enumerable.Range(0, 2).Select(i => (object[])[x[i, 0], x[i, 1], x[i, 2], given.Vector("t")[i]]));
        Formula[] sides = Sides(given);
        board.Say($"(c) A point of the plane belongs to class 1 when {sides[0]} and {sides[1]} are both positive, else to class 0. Build the classifier of neurons with the unit step [z > 0]. W_c has a column for each of the two first neurons, the weights of x₁ and x₂ and, last, the bias. Which classes y_c have the rows of P?",
            $"(в) Точка плоскости относится к классу 1, если {sides[0]} и {sides[1]} оба положительны, иначе к классу 0. Соберите классификатор из нейронов с единичной ступенькой [z > 0]. В W_c по столбцу на каждый из двух первых нейронов: веса при x₁ и x₂, последним — сдвиг. К каким классам y_c относятся строки P?");
        board.Write("P", given.Tensor("P"));
    }

    internal override void Solve(Given given, Board board)
    {
        double high = given.Number("high");
        board.Part($"(a) One neuron, one condition for each input", $"(а) Один нейрон, по условию на каждый вход");
        board.Say($"At x = 0 the weight w has no say: max(0, b) = {high} leaves only b = {high}. At x = 1 ReLU needs no more than that the sum is not positive: {high} + w ≤ 0. Every w ≤ {-high} does, for example",
            $"При x = 0 вес w не влияет: max(0, b) = {high} только при b = {high}. При x = 1 для ReLU достаточно, чтобы сумма не была положительной: {high} + w ≤ 0. Подойдёт любое w ≤ {-high}, например");
        Tensor not = Tensor.Of(high, -high);
        board.Write(Neurons.Net(Not(not)).ToFormula(), "y");
        board.AskAny("w_a", not, w => Neurons.Net(Not(w)).At(Tensor.From(new double[,] { { 0 }, { 1 } })).ToDoubles() is var y && Math.Abs(y[0] - high) < 1e-4 && y[1] < 1e-6,
            new Slip(Tensor.Of(high, high),
                new("At x = 1 the sum must not be positive, so w is negative.", "При x = 1 сумма не должна быть положительной, поэтому w отрицательно.")));

        board.Part($"(b) An equation and an inequality", $"(б) Уравнение и неравенство");
        double[] t = given.Vector("t");
        Tensor w = Weights(given)!;
        board.Say($"Where t is positive, the sum must be equal to it; where t is 0, it is enough that the sum is not positive. Three weights, one equation and one inequality: there are infinitely many solutions. Try the weights −1, −1/2, 0, 1/2, 1, those with the most zeros first; the first that do are",
            $"Там, где t положительно, сумма должна быть ему равна; там, где t = 0, достаточно неположительной суммы. Три веса, одно уравнение и одно неравенство: решений бесконечно много. Переберём веса −1, −1/2, 0, 1/2, 1, начиная с наборов, где больше всего нулей; первый подходящий набор:");
        board.Write("w_b", w);
        Tensor sums = given.Tensor("X").MatMul(w.Unsqueeze(1)).Reshape(2);
        board.Say($"The sums are {sums}, ReLU makes {sums.Relu()} of them.", $"Суммы равны {sums}, ReLU превращает их в {sums.Relu()}.");
        board.AskAny("w_b", w, typed => (given.Tensor("X").MatMul(typed.Unsqueeze(1)).Reshape(2).Relu() - given.Tensor("t")).Abs().Max().Item() < 0.01,
            new Slip(-w,
                new("The signs are turned: ReLU makes 0 of what should be positive.", "Знаки перепутаны: ReLU обнуляет то, что должно быть положительным.")));

        board.Part($"(c) A line for each neuron, and a neuron that joins them", $"(в) По прямой на нейрон и ещё нейрон, который их соединяет");
        Formula[] sides = Sides(given);
        board.Say($"A neuron with the step knows one thing: on which side of a line the point lies. The first is 1 where {sides[0]} > 0, the second where {sides[1]} > 0. Multiplying all its numbers by −1 exchanges the sides.",
            $"Нейрон со ступенькой знает одно: по какую сторону от прямой лежит точка. Первый равен 1 там, где {sides[0]} > 0, второй — там, где {sides[1]} > 0. Если умножить все его числа на −1, стороны поменяются.");
        board.Say($"The third is to be 1 only when both are: h₁ + h₂ is 2 there and at most 1 elsewhere, so a threshold between them does, 1.5.",
            $"Третий должен быть равен 1, только если равны 1 оба: тогда h₁ + h₂ = 2, а в остальных случаях не больше 1, так что подойдёт порог между ними, 1.5.");
        NeuronNet net = Net(given.Matrix("lines"), 1.5);
        board.Draw(net, new("Two neurons draw lines, the third joins them", "Два нейрона проводят прямые, третий их соединяет"));
        double[] y = Classes(given, 1.5), h = Sums(given).ToDoubles();
        double[,] p = given.Matrix("P");
        board.Table(["x₁", "x₂", sides[0], sides[1], "h₁", "h₂", "y"],
            Enumerable.Range(0, 4).Select(i => (object[])[p[i, 0], p[i, 1], h[2 * i], h[2 * i + 1], h[2 * i] > 0 ? 1 : 0, h[2 * i + 1] > 0 ? 1 : 0, y[i]]));
        Plane plane = new("x₁", "x₂", (-4, 4), (-4, 4));
        double[,] lines = given.Matrix("lines");
        plane.Field(points => net.At(points).Reshape(-1));
        for (int j = 0; j < 2; j++) plane.Straight(lines[0, j], lines[1, j], lines[2, j], $"{sides[j]} = 0");
        plane.Points(Points(given).Where((_, i) => y[i] == 1), true);
        plane.Points(Points(given).Where((_, i) => y[i] == 0), false);
        board.Draw(plane, new("Where the network puts out 1", "Где сеть отдаёт 1"));
        Tensor product = given.Tensor("lines");
        board.Say($"One neuron cannot do it, as its border is one straight line. The source says that with x₁x₂ as one more input it could. For these two lines that is not so: on the first of them x₂ is a linear function of x₁, so c·x₁x₂ has the square of x₁ in it, with the factor ck, k = {-(product[0, 0] / product[1, 0])}, and no other summand takes it away; the sum can be 0 all along the line only with c = 0, and then it is a straight line again. (For XOR, task 1.6, the lines are x₁ = 0.5 and x₂ = 0.5, and there the product does help.)",
            $"Одному нейрону это не под силу: его граница — одна прямая. В источнике сказано, что с дополнительным входом x₁x₂ хватило бы и одного. Для этих двух прямых это не так: на первой из них x₂ линейно зависит от x₁, и в c·x₁x₂ появляется квадрат x₁ с множителем ck, k = {-(product[0, 0] / product[1, 0])}, который ничем не сократить; сумма равна нулю на всей прямой только при c = 0, а тогда граница — снова одна прямая. (У XOR, задача 1.6, прямые x₁ = 0.5 и x₂ = 0.5, и там произведение помогает.)");
        board.Ask("y_c", Tensor.From(y), 1e-6, null,
            new(Tensor.From(Classes(given, 0.5)), new("That is OR: both conditions must hold.", "Это «или»: должны выполняться оба условия.")),
            new(1 - Tensor.From(y), new("The classes are exchanged.", "Классы перепутаны.")));
        Tensor grid = Neurons.Grid(-4.05, 4.15, 30), right = net.At(grid);
        board.AskAny("W_c", given.Tensor("lines"), typed => (Net(Neurons.Array2(typed), 1.5).At(grid) - right).Abs().Max().Item() == 0,
            new Slip(-given.Tensor("lines"), new("Both neurons look at the other side of their line.", "Оба нейрона смотрят на другую сторону прямой.")));
    }

    // Of how many neurons see a point on their side: "and" has both classes, "or" has, and they differ.
    private static bool IsTelling(int[] sides) => sides.Contains(2) && sides.Contains(1) && sides.Contains(0);

    private static NeuronLayer Not(Tensor w) => Neurons.Layer("max(0, z)", new[,] { { w[1].Item() } }, [w[0].Item()]);

    private static NeuronNet Net(double[,] lines, double threshold) =>
        Neurons.Net(Neurons.Steps(lines), Neurons.Steps(new[,] { { 1 }, { 1 }, { -threshold } }));

    private static double[] Classes(Given given, double threshold) => Net(given.Matrix("lines"), threshold).At(given.Tensor("P")).ToDoubles();

    private static Tensor Sums(Given given) => Tensor.Concat(1, given.Tensor("P"), Tensor.Ones([4, 1], DType.Float64)).MatMul(given.Tensor("lines"));

    private static IEnumerable<(double X, double Y)> Points(Given given) => given.Tensor("P").ToDoubles().Chunk(2).Select(p => (p[0], p[1]));

    private static Formula[] Sides(Given given)
    {
        double[,] lines = given.Matrix("lines");
        return [.. Neurons.Net(Neurons.Layer("z", new[,] { { lines[0, 0], lines[0, 1] }, { lines[1, 0], lines[1, 1] } }, [lines[2, 0], lines[2, 1]])).ToFormulas()];
    }

    // Of all small weights at once, those with the most zeros first.
    private static Tensor? Weights(Given given)
    {
        double[] sizes = [0, 0.5, 1, -0.5, -1];
        double[][] all = [.. (from a in sizes from b in sizes from c in sizes select new[] { a, b, c }).OrderBy(w => w.Count(x => x != 0)).ThenBy(w => w.Sum(Math.Abs))];
        Tensor far = (given.Tensor("X").MatMul(Tensor.From([.. all.SelectMany(w => w)], [all.Length, 3]).T).Relu() - given.Tensor("t").Unsqueeze(1)).Abs().Max(0);
        int found = Array.FindIndex(far.ToDoubles(), d => d < 1e-9);
        return found < 0 ? null : Tensor.From(all[found]);
    }
}
