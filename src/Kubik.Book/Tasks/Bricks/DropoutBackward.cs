// Dropout as a layer: a mask on the way forward, the same mask on the way back, and a division that keeps the mean. What the mask
// does to a neuron behind it, in closed form and by drawing many masks.

using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.7c: forward and backward through dropout, mean and variance of what comes out.</summary>
internal sealed class DropoutBackward : BookTask
{
    public const int Trials = 4000;

    public override string Id => "5.7c";

    public override Remark Title => new("Back through dropout", "Назад через дропаут");

    public override string Source => "000 §5.7 (backward); 002 dropout";

    public override Given Seed =>
        new(("x", new double[] { 1, 2, -1, 3 }), ("m", new double[] { 1, 0, 1, 1 }), ("g", new double[] { 2, -1, 3, 1 }), ("w", new double[] { 1, 1, 2, -1 }), ("p", 0.5));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(4, () => dice.Signed(4))), ("m", Dice.Several(4, () => dice.Whole(0, 1))), ("g", Dice.Several(4, () => dice.Signed(4))), ("w", Dice.Several(4, () => dice.Signed(3))), ("p", dice.Of(0.2, 0.25, 0.5))),
        given => given.Vector("m").Sum() is 2 or 3 && given.Tensor("w").Dot(given.Tensor("x")).Item() != 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"Dropout with p = {given.Number("p")} gets x = {given.Vector("x")} and draws the mask m = {given.Vector("m")}: 0 is dropped, and what stays is divided by 1 − p. What comes out (y)? From behind comes the gradient g = {given.Vector("g")}; which one goes on to x (d)?",
            $"Дропаут с p = {given.Number("p")} получил x = {given.Vector("x")} и разыграл маску m = {given.Vector("m")}: 0 — отключён, остальное делится на 1 − p. Что получится на выходе (y)? Сзади пришёл градиент g = {given.Vector("g")}; какой уйдёт к x (d)?");
        board.Say($"A neuron with the weights w = {given.Vector("w")} reads y: s = Σ wᵢyᵢ. What are the mean (e) and the variance (v) of s over all masks? What would the mean be without the division (e_0)? And what does the layer do when training is over?",
            $"Нейрон с весами w = {given.Vector("w")} читает y: s = Σ wᵢyᵢ. Каковы математическое ожидание (e) и дисперсия (v) величины s по всем маскам? Каким было бы ожидание без деления (e_0)? И что слой делает, когда обучение закончено?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x"), m = given.Tensor("m"), g = given.Tensor("g"), w = given.Tensor("w");
        double p = given.Number("p");
        (string, Tensor) mask = ("m", m.Unsqueeze(0)), drop = ("p", N(p));
        board.Part($"Forward and back", $"Вперёд и назад");
        Tensor y = board.Work("y", "x ∘ m/(1 - p)", ("x", x.Unsqueeze(0)), mask, drop);
        board.Say($"Once the mask is drawn, the layer multiplies each number by a constant, m/(1 − p):",
            $"Когда маска разыграна, слой умножает каждое число на константу m/(1 − p):");
        board.Write(Differentiation.Of(Formula.Parse("x*m/(1 - p)")).First(d => d.Variable.Name == "x").Derivative);
        board.Say($"So the gradient is multiplied by the same constants, with the same mask: the layer has to remember it.",
            $"Поэтому и градиент умножается на те же константы, с той же маской: слой должен её запомнить.");
        Tensor d = board.Work("d", "g ∘ m/(1 - p)", ("g", g.Unsqueeze(0)), mask, drop);
        board.Say($"What was dropped gets no gradient: for this step its neuron is not there. In the mean over all masks d is g, as the mean of y is x.",
            $"Отключённое не получает градиента: на этом шаге его нейрона как бы нет. В среднем по всем маскам d равно g, как среднее y равно x.");
        board.Part($"Mean and variance", $"Ожидание и дисперсия");
        board.Say($"A mask's entry is 1 with the probability 1 − p, so its mean is 1 − p and its variance p(1 − p). Divided by 1 − p: mean 1, variance p/(1 − p). So the mean of y is x, that of s is Σ wᵢxᵢ, as without dropout, and the variances of independent summands add up:",
            $"Элемент маски равен 1 с вероятностью 1 − p: его ожидание 1 − p, дисперсия p(1 − p). После деления на 1 − p: ожидание 1, дисперсия p/(1 − p). Значит, ожидание y — это x, ожидание s — Σ wᵢxᵢ, как без дропаута, а дисперсии независимых слагаемых складываются:");
        Tensor e = board.Work("e", "w*x", ("w", w.Unsqueeze(0)), ("x", x.Unsqueeze(1))), v = board.Work("v", "p/(1 - p)*sum((w ∘ x)^2)", drop, ("w", w.Unsqueeze(0)), ("x", x.Unsqueeze(0)));
        Tensor bare = board.Work("e_0", "(1 - p)*(w*x)", drop, ("w", w.Unsqueeze(0)), ("x", x.Unsqueeze(1)));
        board.Say($"Without the division all sums behind the layer would in the mean be multiplied by 1 − p in training, and one would have to multiply by 1 − p after it too.",
            $"Без деления все суммы за слоем во время обучения умножались бы в среднем на 1 − p, и после обучения пришлось бы умножать на 1 − p.");
        board.Part($"A simulation", $"Проверка моделированием");
        (double mean, double variance, double after) = Simulate(given);
        board.Say($"The brick itself with {Trials} masks; ± is twice the standard error:", $"Сам кубик на {Trials} масках; ± — удвоенная стандартная ошибка:");
        board.Table(["", new Remark("formula", "формула"), new Remark("simulation", "моделирование"), "±"],
        [
            ["e", e, Math.Round(mean, 4), 2 * Math.Sqrt(v.Item() / Trials)],
            ["v", v, Math.Round(variance, 4), 2 * Math.Sqrt(VarianceOfSquares(given) / Trials)],
        ]);
        board.Say($"When training is over the layer does nothing: s = {after}, without noise.",
            $"После обучения слой не делает ничего: s = {after}, без шума.");
        board.Ask("y", y.Reshape(4), 0.005, null,
            new Slip(x * m, new("What stays is divided by 1 − p.", "Оставшееся делится на 1 − p.")),
            new Slip(x * (1 - m) / (1 - p), new("1 in the mask stays, 0 is dropped.", "1 в маске остаётся, 0 отключается.")));
        board.Ask("d", d.Reshape(4), 0.005, null,
            new Slip(g / (1 - p), new("The mask acts on the way back too.", "Маска действует и на обратном пути.")),
            new Slip(g * m, new("The division by 1 − p acts on the way back too.", "Деление на 1 − p действует и на обратном пути.")));
        board.Ask("e", e, 0.005, null,
            new Slip(bare, new("The division by 1 − p is forgotten.", "Забыто деление на 1 − p.")),
            new Slip((w * y.Reshape(4)).Sum(),
                new("That is s with this one mask; the mean of all is asked.", "Это s при данной маске, а нужно среднее по всем.")));
        board.Ask("v", v, 0.005, null,
            new Slip(v * (1 - p) * (1 - p), new("The division by 1 − p counts squared in the variance.", "Деление на 1 − p входит в дисперсию в квадрате.")),
            new Slip(v.Sqrt(), new("That is the standard deviation.", "Это стандартное отклонение.")));
        board.Ask("e_0", bare, 0.005, null, new Slip(e * p, new("1 − p of the numbers stay, not p.", "Остаётся доля 1 − p, а не p.")));
        board.AskWhich("after", Math.Abs(after - e.Item()) < 1e-5 ? 1 : Math.Abs(after - e.Item() / (1 - p)) < 1e-5 ? 3 : 2,
            new("nothing", "ничего"),
            new("it drops as in training", "отключает, как при обучении"),
            new("it multiplies by 1/(1 − p)", "умножает на 1/(1 − p)"));
    }

    /// <summary>Mean and variance of s with many masks of the brick, and s in evaluation.</summary>
    public static (double Mean, double Variance, double After) Simulate(Given given)
    {
        Sequential net = Neurons.Fresh(FormattableString.Invariant($"dropout {given.Number("p")} | linear 1 bias=false"), [Trials, 4], (_, _) => given.Tensor("w").Reshape(4, 1).Cast(DType.Float32), 3);
        Tensor x = given.Tensor("x").Reshape(1, 4).Cast(DType.Float32), s = net.Forward(x.BroadcastTo([Trials, 4])).Detach().Cast(DType.Float64);
        net.Eval();
        return (s.Mean().Item(), s.Variance([], correction: 1).Item(), net.Forward(x).Item());
    }

    // The variance of (s − e)², over all masks: by that a measured variance may be off.
    private static double VarianceOfSquares(Given given)
    {
        Tensor parts = given.Tensor("w") * given.Tensor("x");
        double p = given.Number("p"), mean = 0, square = 0;
        for (int mask = 0; mask < 16; mask++)
        {
            Tensor m = Tensor.Of<double>(mask & 1, mask >> 1 & 1, mask >> 2 & 1, mask >> 3);
            double chance = Math.Pow(1 - p, m.Sum().Item()) * Math.Pow(p, 4 - m.Sum().Item()), off = ((m / (1 - p) - 1) * parts).Sum().Square().Item();
            (mean, square) = (mean + chance * off, square + chance * off * off);
        }
        return square - mean * mean;
    }
}
