// How likely a new neuron with ReLU puts out 0: half of the time whatever the inputs are, as long as weights are symmetric; what a
// bias, a mean of the weights and a whole layer change in that.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.10a: the chance of a zero behind ReLU.</summary>
internal sealed class ReluZero : BookTask
{
    public const int Trials = 4000;

    public override string Id => "5.10a";

    public override Remark Title => new("A silent ReLU", "Молчащая ReLU");

    public override string Source => "000 §5.9";

    public override Given Seed => new(("x", new double[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }), ("b", 1), ("mu", 0.5), ("m", 5));

    internal override Given Draw(Dice dice) =>
        new(("x", Dice.Several(10, () => dice.Whole(1, 8) / 4.0)), ("b", dice.Whole(1, 4)), ("mu", dice.Of(0.1, 0.2, 0.3, 0.4, 0.5)), ("m", dice.Whole(3, 8)));

    internal override void State(Given given, Board board)
    {
        board.Say($"A neuron with ReLU reads 10 features, x = {given.Vector("x")}, and has no bias; its weights are drawn from N(0, 1). With which probability does it put out 0 (p_0)? What has to be assumed of the inputs? With which probability are all neurons of a layer of {given.Number("m")} silent for this x (p_all)?",
            $"Нейрон с ReLU читает 10 признаков, x = {given.Vector("x")}, сдвига нет; веса взяты из N(0, 1). С какой вероятностью он отдаст 0 (p_0)? Что нужно предположить о входах? С какой вероятностью для этого x молчат все нейроны слоя, если их {given.Number("m")} (p_all)?");
        board.Say($"And with the bias b = {given.Number("b")} (p_b)? With weights from N(μ, 1), μ = {given.Number("mu")}, and no bias (p_m)? Would it be a good start to make silence rare in that way?",
            $"А при сдвиге b = {given.Number("b")} (p_b)? А при весах из N(μ, 1), μ = {given.Number("mu")}, без сдвига (p_m)? Хорошо ли так бороться с молчанием в начале обучения?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x");
        Formula chance = Formula.Parse("0.5(1 + erf(t/√2))");
        board.Part($"Symmetric weights", $"Симметричные веса");
        board.Say($"z = Σ wᵢxᵢ is a sum of independent normal numbers, so it is normal, with mean 0 and variance Σ xᵢ²:",
            $"z = Σ wᵢxᵢ — сумма независимых нормальных величин, то есть нормальная величина со средним 0 и дисперсией Σ xᵢ²:");
        Tensor size = board.Work("r", "√(sum(x^2))", ("x", x.Unsqueeze(0)));
        double none = chance.At(("t", 0)), all = Math.Pow(none, given.Number("m"));
        board.Say($"It is as likely below 0 as above: p_0 = {none}. Of x nothing is assumed but that it is not all 0 (then the output is 0 for certain) and that the weights were drawn without looking at it. For the same x neurons are independent: p_all = {none}^{given.Number("m")} = {all}. The variance of the weights does not matter here.",
            $"Отрицательные и положительные значения равновероятны: p_0 = {none}. Об x предполагается лишь то, что не все его числа 0 (тогда на выходе наверняка 0) и что веса выбраны без оглядки на него. При данном x нейроны независимы: p_all = {none}^{given.Number("m")} = {all}. Дисперсия весов здесь не важна.");
        board.Part($"A bias, or a mean", $"Сдвиг или среднее");
        board.Say($"P(z ≤ 0) for a normal z with mean e and deviation r is Φ(−e/r), where",
            $"Для нормальной z со средним e и отклонением r вероятность P(z ≤ 0) равна Φ(−e/r), где");
        board.Write(chance, "Φ");
        board.Say($"With a bias the mean is b:", $"При сдвиге среднее равно b:");
        Tensor t1 = board.Work("t", "-b/r", ("b", given.Tensor("b")), ("r", size));
        double biased = chance.At(("t", t1.Item()));
        board.Say($"p_b = Φ({t1}) ≈ {biased}. With weights from N(μ, 1) the mean is μ·Σ xᵢ and the deviation the same:",
            $"p_b = Φ({t1}) ≈ {biased}. При весах из N(μ, 1) среднее равно μ·Σ xᵢ, а отклонение то же:");
        Tensor t2 = board.Work("t", "-μ*sum(x)/r", ("μ", given.Tensor("mu")), ("x", x.Unsqueeze(0)), ("r", size));
        double shifted = chance.At(("t", t2.Item()));
        board.Say($"p_m = Φ({t2}) ≈ {shifted}.", $"p_m = Φ({t2}) ≈ {shifted}.");
        Plane plane = new("μ", "p", (0, 1), (0, 0.55));
        plane.Curve(mu => chance.At(("t", -mu * (x.Sum() / size).Item())), "");
        board.Draw(plane, new("The probability of a zero over the mean of the weights", "Вероятность нуля в зависимости от среднего весов"));
        board.Part($"A simulation", $"Проверка моделированием");
        double[] measured = Simulate(given);
        board.Say($"Weights were drawn {Trials} times; ± is twice the standard error:",
            $"Веса разыграны много раз ({Trials}); ± — удвоенная стандартная ошибка:");
        board.Table(["", new Remark("formula", "формула"), new Remark("simulation", "моделирование"), "±"],
            new[] { ("p_0", none), ("p_b", biased), ("p_m", shifted) }.Select((p, i) => (object[])[p.Item1, p.Item2, measured[i], Math.Round(2 * Math.Sqrt(p.Item2 * (1 - p.Item2) / Trials), 4)]));
        board.Say($"With the mean μ silence is rarer, p_m = {shifted} in the place of p_0 = {none}, but then all neurons say the same, and sums grow from layer to layer (5.9). That half of the neurons are silent for one x is no harm, they are others for another x. What must not happen is that the signal dies behind many layers: for that the variance is chosen (5.10b).",
            $"При среднем μ молчание реже, p_m = {shifted} вместо p_0 = {none}, зато все нейроны говорят одно и то же, а суммы растут от слоя к слою (5.9). Что для одного x молчит половина нейронов, не беда: для другого x это другие нейроны. Нельзя допустить, чтобы сигнал затух за многими слоями: для этого подбирают дисперсию (5.10b).");
        board.Ask("p_0", none, 0.005, null,
            new Slip(N(Math.Pow(none, given.Vector("x").Length)),
                new("It is enough that the sum is not positive, not each of its summands.", "Достаточно, чтобы неположительной была сумма, а не каждое слагаемое.")));
        board.Ask("p_all", all, 0.0005, null,
            new Slip(N(1 - Math.Pow(1 - none, given.Number("m"))),
                new("That is the probability that at least one is silent.", "Это вероятность, что молчит хотя бы один.")));
        board.Ask("p_b", biased, 0.005, null,
            new Slip(N(1 - biased), new("That is the probability of a positive output.", "Это вероятность положительного выхода.")),
            new Slip(N(chance.At(("t", -given.Number("b")))), new("The deviation of z is √Σxᵢ², not 1.", "Отклонение z равно √Σxᵢ², а не 1.")));
        board.Ask("p_m", shifted, 0.005, null,
            new Slip(N(1 - shifted), new("That is the probability of a positive output.", "Это вероятность положительного выхода.")),
            new Slip(N(chance.At(("t", -given.Number("mu")))),
                new("That is for one weight; z is the sum of all.", "Это для одного веса, а z — сумма по всем.")));
        board.AskWhich("good", 2,
            new("yes: fewer zeros are always better", "да: чем меньше нулей, тем лучше"),
            new("no: the neurons then say the same, and sums grow from layer to layer", "нет: тогда нейроны говорят одно и то же, а суммы растут от слоя к слою"));
    }

    /// <summary>How often a neuron is silent: as it is, with the bias, with the mean.</summary>
    public static double[] Simulate(Given given)
    {
        Tensor z = new RandomStream(13, stream: 0).Normal([Trials, 10], DType.Float64) * given.Tensor("x");
        Tensor sums = z.Sum(1);
        double Share(double shift) => (sums + shift).Relu().Equal(0).Cast(DType.Float64).Mean().Item();
        return [Share(0), Share(given.Number("b")), Share(given.Number("mu") * given.Tensor("x").Sum().Item())];
    }
}
