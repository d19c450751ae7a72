using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.8b: the smallest network for stripes.</summary>
internal sealed class Stripes : BookTask
{
    public override string Id => "1.8b";

    public override Remark Title => new("The smallest network: stripes", "Минимальная сеть: полосы");

    public override string Source => "000 §1.8 б";

    public override Given Seed =>
        new(("c", new double[] { -2, 0, 2 }), ("v", new double[] { 1, -2, 4 }), ("P", new double[,] { { -3, 1 }, { -1, 2 }, { 1, -1 }, { 3, 0 } }));

    // A whole number fits between two lines, each weight takes the sum to the other side of 0, and the points have both classes.
    internal override Given Draw(Dice dice)
    {
        double left = dice.Whole(-4, -2), middle = left + dice.Whole(2, 3), first = dice.Whole(1, 5), below = dice.Whole(1, 4);
        double[] c = [left, middle, middle + dice.Whole(2, 3)], v = [first, -first - below, below + dice.Whole(1, 4)];
        double[] clear = [.. Enumerable.Range(-5, 11).Select(x => (double)x).Except(c)];
        ILookup<bool, double> classes = clear.ToLookup(x => c.Count(line => x > line) % 2 == 1);
        double[] x = [dice.Of<double>([.. classes[true]]), dice.Of<double>([.. classes[false]]), dice.Of<double>(clear), dice.Of<double>(clear)];
        int turn = dice.Whole(0, 3);
        double[,] points = new double[4, 2];
        for (int i = 0; i < 4; i++) (points[i, 0], points[i, 1]) = (x[(i + turn) % 4], dice.Whole(-5, 5));
        return new(("c", c), ("v", v), ("P", points));
    }

    internal override void State(Given given, Board board)
    {
        double[] c = given.Vector("c");
        board.Say($"The lines x₁ = {c[0]}, x₁ = {c[1]} and x₁ = {c[2]} cut the plane into four stripes, whose classes are 0, 1, 0, 1 from left to right. The first layer has three neurons hⱼ = [x₁ − cⱼ > 0], which are 1 to the right of their line. Is one neuron [v₁h₁ + v₂h₂ + v₃h₃ > 0] enough after them? Compute its sums z in the four stripes from left to right with v = {given.Vector("v")}, and the classes y of the rows of P.",
            $"Прямые x₁ = {c[0]}, x₁ = {c[1]} и x₁ = {c[2]} делят плоскость на четыре полосы с классами 0, 1, 0, 1 слева направо. В первом слое три нейрона hⱼ = [x₁ − cⱼ > 0], равные 1 справа от своей прямой. Хватит ли после них одного нейрона [v₁h₁ + v₂h₂ + v₃h₃ > 0]? Найдите его суммы z в четырёх полосах слева направо при v = {given.Vector("v")} и классы y строк P.");
        board.Write("P", given.Tensor("P"));
        board.Say($"Which neuron u = (v₁, v₂, v₃, b) gives the stripes the classes 1, 0, 1, 0? How many neurons n are there in all?",
            $"Какой нейрон u = (v₁, v₂, v₃, b) даёт полосам классы 1, 0, 1, 0? Сколько всего нейронов n?");
    }

    internal override void Solve(Given given, Board board)
    {
        NeuronNet net = Net(given);
        Tensor h = Stripe(), z = Sums(given);
        board.Say($"Going from left to right, one neuron after the other becomes 1. So the first layer puts out one of four rows, one for each stripe:",
            $"При движении слева направо нейроны по очереди становятся равны 1. Поэтому первый слой отдаёт одну из четырёх строк, по одной на полосу:");
        board.Write("H", h);
        board.Say($"and the sums of the last neuron are H·v. They must be positive where the class is 1, and not where it is 0:",
            $"а суммы последнего нейрона — это H·v. Там, где класс 1, они должны быть положительны, там, где 0, — нет:");
        board.Write("z", z);
        board.Say($"Each weight moves the sum over to the other side of 0: v₁ > 0, then v₁ + v₂ ≤ 0, then v₁ + v₂ + v₃ > 0. So there is always a solution, for any number of stripes, and one neuron is enough after the lines.",
            $"Каждый вес переводит сумму на другую сторону нуля: v₁ > 0, затем v₁ + v₂ ≤ 0, затем v₁ + v₂ + v₃ > 0. Поэтому решение есть всегда, сколько бы ни было полос, и после прямых достаточно одного нейрона.");
        board.Write(net.ToFormula(), "y");
        board.Draw(net, new("Three lines and one neuron", "Три прямые и один нейрон"));
        Figure.Classify(board, net, given.Tensor("P"));
        Figure.Draw(board, net, given.Tensor("P"), new("The stripes of the network", "Полосы сети"));
        if (given.Vector("v").SequenceEqual(this.Seed.Vector("v"))) board.Say($"The source asks for f(w₁) = 0 in the second stripe and then takes w₁ = 1, which gives 1. Its weights (1, −2, 4) are right for classes that alternate, and the condition must be f(w₁) = 1.",
            $"В источнике для второй полосы записано условие f(w₁) = 0, а затем взято w₁ = 1, что даёт 1. Веса (1, −2, 4) верны для чередующихся классов, а условие должно быть f(w₁) = 1.");
        Tensor smallest = N(z.ToDoubles().Where(x => x > 0).Min() / 2), u = Tensor.Concat(0, -given.Tensor("v"), smallest.Unsqueeze(0));
        board.Say($"For the other colours turn the weights and put the bias between 0 and the smallest positive sum, as the first stripe has the sum 0 and must be 1 now: u = {u}.",
            $"Для обратной раскраски сменим знак весов и возьмём сдвиг между 0 и наименьшей положительной суммой, ведь у первой полосы сумма 0, а класс теперь 1: u = {u}.");
        board.Ask("z", z, 1e-6, null,
            new(Tensor.Concat(0, Tensor.Zeros([1], DType.Float64), given.Tensor("v").Flip(0).CumSum(0)),
                new("The stripes are counted from the left: there h₁ is the first to become 1.", "Полосы считаются слева: первым единицей становится h₁.")),
            new(Tensor.Concat(0, Tensor.Zeros([1], DType.Float64), given.Tensor("v")),
                new("In the third stripe h₁ is still 1: the weights add up.", "В третьей полосе h₁ всё ещё равен 1: веса складываются.")));
        board.Ask("y", Tensor.From(Classes(given)), 1e-6, null,
            new Slip(1 - Tensor.From(Classes(given)), new("The classes are exchanged.", "Классы перепутаны.")));
        board.AskAny("u", u, typed => (Tensor.Concat(1, h, Tensor.Ones([4, 1], DType.Float64)).MatMul(typed.Unsqueeze(1)).Reshape(4) > 0).Cast(DType.Float64).ToDoubles() is [1, 0, 1, 0],
            new Slip(u * Tensor.Of(1.0, 1, 1, 0),
                new("In the first stripe all h are 0: only a bias can make it 1.", "В первой полосе все h равны 0: единицу там даст только сдвиг.")));
        board.AskCount("n", net.Layers.Sum(l => l.Neurons), new("neurons", "нейронов"),
            new Slip(N(net.Layers[0].Neurons), new("The neuron after the lines is missing.", "Забыт нейрон после прямых.")));
    }

    // Of the four stripes from left to right, the outputs of the first layer at points between and beside the lines 1, 2, 3.
    private static Tensor Stripe() =>
        Neurons.Net(Neurons.Layer("[z > 0]", new double[,] { { 1, 1, 1 } }, [-1, -2, -3])).At(Tensor.Of(0.5, 1.5, 2.5, 3.5).Unsqueeze(1));

    private static Tensor Sums(Given given) => Stripe().MatMul(given.Tensor("v").Unsqueeze(1)).Reshape(4);

    private static NeuronNet Net(Given given)
    {
        double[] c = given.Vector("c");
        return Neurons.Net(Neurons.Steps(new[,] { { 1, 1, 1 }, { 0, 0, 0 }, { -c[0], -c[1], -c[2] } }), Neurons.Layer("[z > 0]", Neurons.Column(given.Vector("v"))));
    }

    private static double[] Classes(Given given) => Net(given).At(given.Tensor("P")).ToDoubles();
}
