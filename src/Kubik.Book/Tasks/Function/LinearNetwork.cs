using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.1: without an activation a network is linear regression.</summary>
internal sealed class LinearNetwork : BookTask
{
    public override string Id => "1.1";

    public override Remark Title => new("From a regression to a network", "От регрессии к сети");

    public override string Source => "000 §1.1; 002 linear layers; 004 linearity";

    public override Given Seed => new(("w", new double[,] { { 1, 2 }, { 3, -1 } }), ("v", new double[] { 2, 1 }), ("x", new double[] { -1, 0, 2 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("w", Dice.Table(2, 2, () => dice.Signed(4))), ("v", Dice.Several(2, () => dice.Signed(4))), ("x", new double[] { dice.Whole(-4, -1), 0, dice.Whole(1, 4) })),
        given => Collapsed(given).ToDoubles().All(g => g != 0));

    internal override void State(Given given, Board board)
    {
        Formula[] hidden = [.. Neurons.Net(Net(given, "z").Layers[0]).ToFormulas()];
        double[] v = given.Vector("v");
        board.Say($"A network has one input x and two hidden neurons that only add up: h₁ = {hidden[0]} and h₂ = {hidden[1]}. Its output is y = {Output(v)}.",
            $"У сети один вход x и два скрытых нейрона, которые только складывают: h₁ = {hidden[0]} и h₂ = {hidden[1]}. Выход: y = {Output(v)}.");
        board.Draw(Net(given, "z"), new("The network", "Сеть"));
        board.Say($"Which function of x is it? Does y depend on x in another way than in a regression y = γ₁ + γ₂x? How does the dependence become nonlinear?",
            $"Какая это функция от x? Зависит ли y от x иначе, чем в регрессии y = γ₁ + γ₂x? Как сделать зависимость нелинейной?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor gamma = Collapsed(given);
        Formula sum = Net(given, "z").ToFormula();
        board.Say($"Put h₁ and h₂ into the output and take together what stands alone and what stands at x:",
            $"Подставим h₁ и h₂ в выход и соберём свободные члены и коэффициенты при x:");
        board.Write(sum, "y");
        board.Say($"With rows times matrices, y = (1, x)·W·v. W has a column for each hidden neuron, its bias above its weight; v has the weights of the output. The two matrices multiply to one:",
            $"В строках и матрицах y = (1, x)·W·v. В W по столбцу на скрытый нейрон, сверху сдвиг, под ним вес; в v веса выхода. Две матрицы перемножаются в одну:");
        board.Work("γ", "W * v", ("W", given.Tensor("w")), ("v", given.Tensor("v").Unsqueeze(1)));
        board.Say($"So γ₁ = {gamma[0]} and γ₂ = {gamma[1]}. Six numbers say what two can say, and the network is a linear regression.",
            $"Итак, γ₁ = {gamma[0]}, γ₂ = {gamma[1]}. Шесть чисел задают то же, что и два, и сеть остаётся линейной регрессией.");
        board.Say($"An activation between the layers changes that. With the sigmoid the network is",
            $"Активация между слоями это меняет. С сигмоидой сеть задаёт функцию");
        Formula curved = Net(given, "sigmoid(z)").ToFormula();
        board.Write(curved, "y");
        double[] x = given.Vector("x");
        board.Say($"and equal steps of x no longer lead to equal steps of y:", $"и равные шаги по x больше не дают равных шагов по y:");
        board.Table(["x", new Remark("linear", "линейная"), new Remark("with σ", "с σ")],
            Enumerable.Range((int)x[0], (int)(x[^1] - x[0]) + 1).Select(at => (object[])[at, sum.At(("x", at)), curved.At(("x", at))]));
        Remark exchanged = new("γ₁ stands alone, γ₂ at x; they are exchanged.", "γ₁ — свободный член, γ₂ — коэффициент при x; они перепутаны."), bare = new("The weights of the output are forgotten.", "Забыты веса выхода.");
        Tensor plain = given.Tensor("w").Sum(1);
        board.Ask("gamma1", gamma[0], 1e-6, null,
            new(gamma[1], exchanged),
            new(plain[0], bare),
            new(gamma[0] * 0, new("The biases of the hidden neurons are left out.", "Потеряны сдвиги скрытых нейронов.")));
        board.Ask("gamma2", gamma[1], 1e-6, null, new(gamma[0], exchanged), new(plain[1], bare));
        board.AskWhich("kind", 1, new("y is linear in x", "y линейно зависит от x"), new("y is not linear in x", "y нелинейно зависит от x"));
    }

    private static Tensor Collapsed(Given given) => given.Tensor("w").MatMul(given.Tensor("v").Unsqueeze(1)).Reshape(2);

    private static Formula Output(double[] v) =>
        NeuronNet.Of([new("h1", Shape.Scalar), new("h2", Shape.Scalar)], [Neurons.Layer("z", Neurons.Column(v))]).ToFormula();

    private static NeuronNet Net(Given given, string activation)
    {
        double[,] w = given.Matrix("w");
        double[] v = given.Vector("v");
        return Neurons.Net(Neurons.Layer(activation, new[,] { { w[1, 0], w[1, 1] } }, [w[0, 0], w[0, 1]]), Neurons.Layer("z", Neurons.Column(v)));
    }
}
