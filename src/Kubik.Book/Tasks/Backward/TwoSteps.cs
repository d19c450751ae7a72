using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.3: two steps of stochastic descent through a network that begins with zeros.</summary>
internal sealed class TwoSteps : BookTask
{
    public override string Id => "4.3";

    public override Remark Title => new("Backpropagation by hand", "Обратное распространение вручную");

    public override string Source => "000 §4.3";

    public override Given Seed => new(("x", new double[] { 5, 1 }), ("y", new double[] { 0, 1 }), ("gamma", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(2, () => dice.Signed(5))), ("y", dice.Of<double[]>([0, 1], [1, 0])), ("gamma", dice.Of(0.5, 1, 2))),
        given => given.Vector("x")[0] != given.Vector("x")[1]);

    internal override void State(Given given, Board board)
    {
        (double[] x, double[] y) = (given.Vector("x"), given.Vector("y"));
        board.Say($"A network for two classes has one input, two hidden neurons and one output; all three neurons have a bias and the sigmoid. The loss is −(y·ln p + (1 − y)·ln(1 − p)), p the output.",
            $"У сети для двух классов один вход, два скрытых нейрона и один выход; у всех трёх нейронов есть сдвиг и сигмоида. Потери равны −(y·ln p + (1 − y)·ln(1 − p)), где p — выход.");
        board.Say($"All weights and biases are 0 at first, and the learning rate is γ = {given.Number("gamma")}. Take two steps of stochastic gradient descent: the first with x = {x[0]}, y = {y[0]}, the second with x = {x[1]}, y = {y[1]}.",
            $"Сначала все веса и сдвиги равны 0, скорость обучения γ = {given.Number("gamma")}. Сделайте два шага стохастического градиентного спуска: первый с x = {x[0]}, y = {y[0]}, второй с x = {x[1]}, y = {y[1]}.");
        board.Say($"What are the output's weights and bias after the first step (V2 and c2), which probability p does the network then give in the second, and what are the weights and biases of both layers in the end (W1, b1, W2, b2)?",
            $"Чему равны веса и сдвиг выхода после первого шага (V2 и c2), какую вероятность p даёт сеть на втором и чему равны веса и сдвиги обоих слоёв в конце (W1, b1, W2, b2)?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Say($"The source shows its network only as a picture that its text does not have; this is one with a hidden layer, as the exercise asks for. The sigmoid of the output is taken together with the loss: then ∂L/∂z = p − y, and here y stands for z, t for the target.",
            $"В источнике сеть нарисована, но в тексте рисунка нет; здесь взята сеть с одним скрытым слоем. Сигмоида выхода объединена с потерями: тогда ∂L/∂z = p − y; ниже y обозначает z, а t — правильный ответ.");
        Explanation steps = Steps(given);
        board.Explain(steps);
        double p = Probability(given, steps);
        board.Say($"In the first step the hidden layer gets no gradient, for it comes through W₂, which is 0. In the second step it does. But both hidden neurons began alike, got the same gradients and stay alike for ever: two neurons do the work of one. So weights are not begun with zeros but with random numbers.",
            $"На первом шаге до скрытого слоя градиент не доходит: он идёт через W₂, а там нули. На втором шаге доходит. Но оба скрытых нейрона начали одинаково, получили одинаковые градиенты и навсегда останутся одинаковыми: два нейрона делают работу одного. Поэтому веса начинают не с нулей, а со случайных чисел.");
        Explanation whole = Steps(given.With(("x", Reversed(given.Vector("x"))), ("y", Reversed(given.Vector("y"))))), atOnce = Steps(given, isAtOnce: true);
        Remark stale = new("The second step begins at the weights that the first one left, not at zeros.", "Второй шаг начинается с весов, которые оставил первый, а не с нулей.");
        Remark order = new("The observations are taken in the wrong order.", "Наблюдения взяты в обратном порядке.");
        Tensor after = steps.Result("W₂").Reshape(2), bias = steps.Result("b₂");
        board.Ask("V2", after, 0.002, new("W₂ after the first step", "W₂ после первого шага"), new Slip(whole.Result("W₂").Reshape(2), order));
        board.Ask("c2", bias, 0.002, new("b₂ after the first step", "b₂ после первого шага"), new Slip(whole.Result("b₂"), order));
        board.Ask("p", p, 0.002, new("in the second step", "на втором шаге"),
            new Slip(N(1 - p), new("That is the probability of class 0.", "Это вероятность класса 0.")));
        // b₁ is the same in either order.
        foreach (string name in (string[])["W1", "b1", "W2", "b2"])
        {
            string written = Glass.Formulas.Formula.Parse(name).ToString();
            Tensor value = steps.Result(written, 2).Reshape(name == "b2" ? Shape.Scalar : [2]), other = whole.Result(written, 2).Reshape(name == "b2" ? Shape.Scalar : [2]);
            Slip[] slips = name switch
            {
                "b1" => [],
                "W1" => [new(other, order)],
                _ => [new(other, order), new(atOnce.Result(written).Reshape(value.Shape), stale)],
            };
            board.Ask(name, value, 0.002, new("in the end", "в конце"), slips);
        }
    }

    private static double[] Reversed(double[] v) => [v[1], v[0]];

    private static double Probability(Given given, Explanation steps) => given.Vector("y")[1] + Second(steps, "∂L/∂y");

    private static double Second(Explanation steps, string name) => steps.Result(name, 2).Item();

    private static Explanation Steps(Given given, bool isAtOnce = false)
    {
        Tensor zero = Tensor.Zeros([1, 2]);
        Sequential net = Neurons.Weighted("linear 2 | sigmoid | linear 1", zero, zero.Reshape(2), zero.Reshape(2, 1), Tensor.Zeros([1]));
        return net.Explain(given.Tensor("x").Reshape(2, 1).Cast(DType.Float32), given.Tensor("y").Reshape(2, 1).Cast(DType.Float32), new() { Loss = new BinaryCrossEntropy { Reduction = Reduction.Sum }, Optimizer = new Sgd(given.Number("gamma")), Steps = isAtOnce ? 1 : 2, Batch = isAtOnce ? null : 1 });
    }
}
