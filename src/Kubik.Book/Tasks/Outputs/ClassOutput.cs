using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.4b: the outputs for K classes.</summary>
internal sealed class ClassOutput : BookTask
{
    public override string Id => "2.4b";

    public override Remark Title => new("Which output: one of K classes", "Какой выход: один из K классов");

    public override string Source => "000 §2.4 б";

    public override Given Seed => new(("K", 3), ("z", new double[] { 2, 1, 0 }), ("class", 1), ("order", new double[] { 1, 3, 2 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            int k = dice.Whole(3, 5);
            return new(("K", k), ("z", Dice.Several(k, () => dice.Decimal(-2, 3, 0.5))), ("class", dice.Whole(1, k)), ("order", dice.Of<double[]>([1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2])));
        },
        given => given.Vector("z").Distinct().Count() > 2);

    internal override void State(Given given, Board board)
    {
        board.Say($"Now there are K = {given.Number("K")} classes. How many outputs k does the last layer need, with which activation and loss? For an object of class {given.Number("class")} (from 1) it has put out z = {given.Vector("z")}: which loss L is that?",
            $"Теперь классов K = {given.Number("K")}. Сколько выходов k нужно последнему слою, с какой активацией и какими потерями? Для объекта класса {given.Number("class")} (счёт с 1) он отдал z = {given.Vector("z")}: каковы потери L?");
        board.Say($"Try it: around the points 1, 2 and 3 of a line lie objects of the classes {given.Vector("order")}.",
            $"Проверьте на опыте: около точек 1, 2 и 3 прямой лежат объекты классов {given.Vector("order")}.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z"), p = z.Softmax(0);
        int right = given.Count("class") - 1;
        Tensor Loss(int label) => new CrossEntropy().Of(z.Unsqueeze(0), Tensor.Of(label));
        board.Say($"One output for each class, and softmax over them: positive numbers of sum 1. The loss is −ln of the probability of the right class, the cross-entropy.",
            $"По выходу на каждый класс и softmax по ним: положительные числа с суммой 1. Потери — −ln вероятности верного класса, кросс-энтропия.");
        board.Write("p", p);
        board.Write("L", Loss(right));
        board.Part($"The experiment", $"Опыт");
        double[] order = given.Vector("order"), near = [-0.2, 0, 0.2];
        double[] at = [.. from place in (double[])[1, 2, 3] from off in near select place + off];
        int[] labels = [.. order.SelectMany(c => near.Select(_ => (int)c - 1))];
        Tensor x = Tensor.From(at).Unsqueeze(1) - 2;
        Tensor numbers = Tensor.From<double>([.. labels.Select(l => l + 1.0)]).Unsqueeze(1);
        Sequential many = Learning.Train(new CrossEntropy(), x, Tensor.From(labels), 3), one = Learning.Train(new MeanSquaredError(), x, numbers, 1);
        Tensor good = many.Predict(x).ArgMax(1).Cast(DType.Float64) + 1, bad = one.Predict(x).Reshape(-1), rounded = bad.Round().Clip(1, 3);
        board.Say($"One linear layer was trained twice: with three outputs, softmax and cross-entropy, and with one output that is to be the number of the class.",
            $"Один линейный слой обучен дважды: с тремя выходами, softmax и кросс-энтропией и с одним выходом, который должен равняться номеру класса.");
        board.Table(["x", new Remark("class", "класс"), "softmax", new Remark("one number", "одно число"), new Remark("rounded", "округлено")],
            Enumerable.Range(0, at.Length).Select(i => (object[])[at[i], labels[i] + 1, good[i], bad[i], rounded[i]]));
        double Hits(Tensor found) => found.Equal(numbers.Reshape(-1)).Cast(DType.Float64).Sum().Item();
        board.Say($"Of {at.Length} objects softmax gets {Hits(good)} right, the number {Hits(rounded)}. A number says that class 2 lies between 1 and 3 and that taking 3 for 1 is a greater mistake than taking 2 for 1; names of classes have no such order.",
            $"Из {at.Length} объектов softmax верно определил {Hits(good)}, число — {Hits(rounded)}. Число утверждает, что класс 2 лежит между 1 и 3 и что спутать 3 с 1 хуже, чем 2 с 1; у названий классов такого порядка нет.");
        board.AskWhich("output", 3,
            new("one output, squared error of the class's number", "один выход, квадрат ошибки номера класса"),
            new("K outputs, each with a sigmoid", "K выходов, у каждого сигмоида"),
            new("K outputs with softmax, cross-entropy", "K выходов с softmax, кросс-энтропия"));
        board.AskCount("k", z.Count, new("outputs", "выходов"),
            new Slip(N(1), new("One number would put the classes in an order.", "Одно число навязало бы классам порядок.")));
        board.Ask("L", Loss(right), 0.005, null,
            new Slip(Loss((right + 1) % z.Shape[0]), new("That is the loss of another class.", "Это потери для другого класса.")),
            new Slip(p[right], new("That is the probability; the loss is −ln of it.", "Это вероятность; потери — −ln от неё.")));
    }
}
