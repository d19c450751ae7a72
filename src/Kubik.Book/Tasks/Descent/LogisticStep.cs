using Kubik.Glass;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Descent;

/// <summary>3.2: the rule of a logistic regression's descent, and one step.</summary>
internal sealed class LogisticStep : BookTask
{
    public override string Id => "3.2";

    public override Remark Title => new("A step of logistic regression", "Шаг логистической регрессии");

    public override string Source => "000 §3.2; 002 logistic regression";

    public override Given Seed => new(("x", -5), ("y", 1), ("w", 1), ("gamma", 0.01));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", dice.Signed(5)), ("y", dice.Whole(0, 1)), ("w", dice.Signed(4) / 2.0), ("gamma", dice.Of(0.01, 0.05, 0.1, 0.5))),
        given => Math.Abs(given.Number("gamma") * given.Number("x") * ((given.Tensor("w") * given.Tensor("x")).Sigmoid().Item() - given.Number("y"))) > 0.02);

    internal override void State(Given given, Board board)
    {
        board.Say($"In a logistic regression z = w·x is a number and p = σ(z) the probability that y is 1. The loss of an observation is −(y·ln p + (1 − y)·ln(1 − p)).",
            $"В логистической регрессии z = w·x — число, а p = σ(z) — вероятность того, что y равен 1. Потери на наблюдении равны −(y·ln p + (1 − y)·ln(1 − p)).");
        board.Say($"By which formula does gradient descent change w? Take one step from w = {given.Number("w")} with the learning rate γ = {given.Number("gamma")} for x = {given.Number("x")}, y = {given.Number("y")}: find p, the derivative g of the loss by w, and the new weight w1.",
            $"По какой формуле градиентный спуск меняет w? Сделайте один шаг из w = {given.Number("w")} со скоростью обучения γ = {given.Number("gamma")} для x = {given.Number("x")}, y = {given.Number("y")}: найдите p, производную g потерь по w и новый вес w1.");
    }

    internal override void Solve(Given given, Board board)
    {
        double x = given.Number("x"), y = given.Number("y"), w = given.Number("w"), gamma = given.Number("gamma");
        board.Say($"w acts on p, and p on the loss: two derivatives are multiplied.", $"w влияет на p, а p — на потери: перемножаются две производные.");
        Formula byP = Formula.Parse("-(y*ln(p) + (1 - y)*ln(1 - p))"), p = Formula.Parse("sigmoid(w*x)"), whole = Formula.Parse("-(y*ln(sigmoid(w*x)) + (1 - y)*ln(1 - sigmoid(w*x)))");
        board.Say($"The derivative of the loss by p:", $"Производная потерь по p:");
        Formula outer = By(byP, "p");
        board.Write(outer);
        board.Say($"That of p by w:", $"Производная p по w:");
        Formula inner = By(p, "w");
        board.Write(inner);
        board.Say($"In the product p and 1 − p cancel, and what is left is short: the error of the probability times the input.",
            $"В произведении p и 1 − p сокращаются, и остаётся короткое: ошибка вероятности, умноженная на вход.");
        Formula gradient = By(whole, "w");
        board.Write(gradient, "g");
        board.Say($"So w ← w − γ(p − y)x. Now with the numbers, step by step, as Kubik writes it for any network. Its letters are others:",
            $"Значит, w ← w − γ(p − y)x. Теперь с числами, шаг за шагом, как Kubik пишет это для любой сети. Обозначения там другие:");
        board.Table(["", new Remark("the sum", "сумма"), new Remark("the right answer", "верный ответ"), new Remark("the weight", "вес"), new Remark("the learning rate", "скорость обучения")],
            [[new Remark("in the task", "в задаче"), "z", "y", "w", "γ"], [new Remark("in the steps", "в шагах"), "y", "t", "W₁", "η"]]);
        Explanation step = Step(given);
        board.Explain(step);
        Tensor g = step.Result("∂L/∂W₁"), next = step.Result("W₁");
        double probability = p.At(("w", w), ("x", x)), log = byP.At(("p", probability), ("y", y));
        board.Say($"The probability was {probability}, the gradient is {g}, the new weight {next}. The network's loss is written with softplus, since −ln σ(z) = softplus(−z): that is the same number, but does not overflow.",
            $"Вероятность была {probability}, градиент равен {g}, новый вес {next}. Потери сети записаны через softplus, потому что −ln σ(z) = softplus(−z): это то же число, но без переполнения.");
        if (!(Math.Abs(byP.At(("p", Math.Round(probability, 4)), ("y", y)) - log) <= 5e-4)) board.Say($"The four decimals of p above are too few for the logarithm: with p ≈ {new Significant(probability, 8)} the loss is {log}.", $"Четырёх знаков p, выписанных выше, для логарифма мало: при p ≈ {new Significant(probability, 8)} потери равны {log}.");
        if (given.Number("x") == this.Seed.Number("x") && y == this.Seed.Number("y") && w == this.Seed.Number("w")) board.Say($"The source rounds σ(5)·5 to 4.96 where {g} is nearer to 4.97, and in its third line names (p − y)x a derivative by p; it is the one by w.",
            $"В источнике градиент {g} округлён до 4.96, а ближе 4.97, и в третьем действии (p − y)x названо производной по p; это производная по w.");
        Remark linear = new("There is no sigmoid: that is z = w·x instead of p.", "Забыта сигмоида: вместо p взято z = w·x.");
        board.Ask("p", probability, 0.0005, null,
            new(N(1 - probability), new("That is the probability of 0.", "Это вероятность нуля.")),
            new(N(w * x), linear));
        double error = probability - y, throughP = outer.At(("p", probability), ("y", y));
        board.Ask("g", g, 0.005, null,
            new(N(error), new("The factor x is missing: that is the derivative by z.", "Забыт множитель x: это производная по z.")),
            new(N((w * x - y) * x), linear),
            new(N(throughP), new("That is the derivative by p; it goes on through p to w.", "Это производная по p, а нужна по w.")),
            new(N(throughP * x), new("The sigmoid's derivative p(1 − p) is missing.", "Забыта производная сигмоиды p(1 − p).")));
        board.Ask("w1", next, 0.002, null,
            new(w + gamma * g, new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.")),
            new(w - g, new("The learning rate γ is forgotten.", "Забыта скорость обучения γ.")),
            new(N(w - gamma * (w * x - y) * x), linear));
    }

    private static Formula By(Formula formula, string name) => Differentiation.Of(formula).First(d => d.Variable.Name == name).Derivative;

    private static Explanation Step(Given given) =>
        Neurons.Weighted("linear 1 bias=false", given.Tensor("w").Reshape(1, 1)).Explain(given.Tensor("x").Reshape(1, 1).Cast(DType.Float32), given.Tensor("y").Reshape(1, 1).Cast(DType.Float32), new() { Loss = new BinaryCrossEntropy(), Optimizer = new Sgd(given.Number("gamma")) });
}
