// The neurons that dropout leaves are a random number, and so are the parameters between them. Their mean and variance, in closed
// form and by dropping them many times.

using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.7b: mean and variance of the number of neurons and of parameters under dropout.</summary>
internal sealed class DropoutMoments : BookTask
{
    public const int Trials = 1000;

    public override string Id => "5.7b";

    public override Remark Title => new("Dropout: how much is left, and how surely", "Дропаут: сколько останется и с каким разбросом");

    public override string Source => "000 §5.7 д, е";

    public override Given Seed => new(("inputs", 12), ("hidden", new double[] { 300, 200, 100 }), ("p", 0.5), ("thin", 0.25));

    internal override Given Draw(Dice dice) =>
        new(("inputs", dice.Whole(2, 20)), ("hidden", new double[] { 10 * dice.Whole(10, 30), 10 * dice.Whole(5, 20), 10 * dice.Whole(2, 10) }), ("p", dice.Of(0.1, 0.2, 0.25, 0.4, 0.5)), ("thin", dice.Of(0.1, 0.2, 0.25)));

    internal override void State(Given given, Board board)
    {
        double[] hidden = given.Vector("hidden");
        board.Say($"A network for regression has {given.Number("inputs")} inputs and hidden layers of {hidden[0]}, {hidden[1]} and {hidden[2]} neurons, each of which is dropped with the probability p = {given.Number("p")}, independently of the others. N is the number of hidden neurons that are on. Find its mean (e_N) and variance (v_N). Which p thins the weights between two hidden layers by the share {given.Number("thin")} in the mean (p_thin)?",
            $"У сети для регрессии {Sentences.Plural(given.Count("inputs"), "вход", "входа", "входов")} и скрытые слои из {hidden[0]}, {hidden[1]} и {hidden[2]} нейронов; каждый нейрон отключается с вероятностью p = {given.Number("p")} независимо от других. N — число включённых скрытых нейронов. Найдите его математическое ожидание (e_N) и дисперсию (v_N). Какое p в среднем прореживает веса между двумя скрытыми слоями на долю {given.Number("thin")} (p_thin)?");
        board.Say($"P is the number of parameters that are left to be learned. Find its mean (e_P) and standard deviation (s_P). A parameter that dies can take others with it: they are not independent. Of what does the mean remind you?",
            $"P — число параметров, которые осталось оценить. Найдите его математическое ожидание (e_P) и стандартное отклонение (s_P). Смерть одного параметра может повлечь смерть других: они не независимы. Что напоминает найденное математическое ожидание?");
    }

    internal override void Solve(Given given, Board board)
    {
        double p = given.Number("p"), thin = given.Number("thin");
        double[] hidden = given.Vector("hidden");
        (string, Tensor) q = ("q", N(1 - p)), i = ("i", N(given.Number("inputs")));
        board.Part($"Neurons", $"Нейроны");
        board.Say($"N is a sum of independent numbers that are 1 with the probability q = 1 − p and else 0: it is binomial. With n neurons in all:",
            $"N — сумма независимых величин, равных 1 с вероятностью q = 1 − p и 0 иначе: это биномиальное распределение. Если всего нейронов n:");
        (string, Tensor) n = ("n", N(hidden.Sum()));
        Tensor meanN = board.Work("e_N", "n*q", n, q), varianceN = board.Work("v_N", "n*q*(1 - q)", n, q);
        board.Say($"Of the neurons the share p is off in the mean, so to thin the neurons themselves by a share t takes p = t. A weight between two hidden layers stays when both of its ends stay, with the probability (1 − p)². If of the weights the share t is to go, (1 − p_thin)² = 1 − t:",
            $"Из нейронов в среднем отключена доля p, так что проредить сами нейроны на долю t можно при p = t. Вес между двумя скрытыми слоями остаётся, если остались оба его конца, с вероятностью (1 − p)². Если должна пропасть доля t весов, то (1 − p_thin)² = 1 − t:");
        Tensor thinned = board.Work("p_thin", "1 - √(1 - t)", ("t", N(thin)));
        board.Part($"Parameters", $"Параметры");
        board.Say($"Let A, B and C neurons be on in the hidden layers and i inputs. Then P = (i + 1)A + (A + 1)B + (B + 1)C + C + 1: weights and biases of four layers. A, B, C are independent, so the mean of a product is the product of the means, α = E A, β = E B, γ = E C:",
            $"Пусть в скрытых слоях включено A, B и C нейронов, входов i. Тогда P = (i + 1)A + (A + 1)B + (B + 1)C + C + 1: веса и сдвиги четырёх слоёв. A, B, C независимы, поэтому ожидание произведения равно произведению ожиданий α = E A, β = E B, γ = E C:");
        (string, Tensor)[] means = [.. hidden.Select((h, k) => ("αβγ"[k].ToString(), N(h * (1 - p))))];
        Tensor mean = board.Work("e_P", "(i + 1)*α + (α + 1)*β + (β + 1)*γ + γ + 1", [i, .. means]);
        board.Say($"That is the number of parameters of a network that has α, β, γ neurons from the start: for p = 1/2 the number of half the network. In the mean dropout trains a thinned network of just that size.",
            $"Это число параметров сети, в которой с самого начала α, β, γ нейронов: при p = 1/2 — половинной сети. В среднем дропаут обучает прореженную сеть ровно такого размера.");
        board.Say($"For the variance let B be known first. Then P is a sum of A and C with the factors i + 1 + B and B + 2, and its mean grows with B by α + γ + 1. The variance is that of the mean plus the mean of the variance (E B² = β² + V B); a, b, c are the variances of A, B, C:",
            $"Для дисперсии пусть сначала известно B. Тогда P — сумма A и C с множителями i + 1 + B и B + 2, а его среднее растёт с B с множителем α + γ + 1. Полная дисперсия — дисперсия среднего плюс среднее дисперсии (E B² = β² + V B); a, b, c — дисперсии A, B, C:");
        (string, Tensor)[] spreads = [.. hidden.Select((h, k) => ("abc"[k].ToString(), N(h * p * (1 - p))))];
        Tensor variance = board.Work("v_P", "(α + γ + 1)^2*b + ((i + 1 + β)^2 + b)*a + ((β + 2)^2 + b)*c", [i, .. means, .. spreads]);
        Tensor deviation = board.Work("s_P", "√v", ("v", variance));
        board.Part($"A simulation", $"Проверка моделированием");
        (double eN, double vN, double eP, double sP) = Simulate(given);
        board.Say($"Neurons were dropped {Trials} times and what was left was counted:", $"Нейроны отключали много раз ({Trials}) и считали оставшееся:");
        board.Table(["", "e_N", "v_N", "e_P", "s_P"],
        [
            [new Remark("formula", "формула"), meanN, varianceN, mean, deviation],
            [new Remark("simulation", "моделирование"), Math.Round(eN, 2), Math.Round(vN, 2), Math.Round(eP, 1), Math.Round(sP, 1)],
            ["±", Math.Round(2 * Math.Sqrt(varianceN.Item() / Trials), 2), Math.Round(2 * varianceN.Item() * Math.Sqrt(2.0 / Trials), 2), Math.Round(2 * deviation.Item() / Math.Sqrt(Trials), 1), Math.Round(2 * deviation.Item() / Math.Sqrt(2.0 * Trials), 1)],
        ]);
        board.Say($"The last row is twice the standard error of the simulation.", $"Последняя строка — удвоенная стандартная ошибка моделирования.");
        double total = At(given, 1);
        board.Ask("e_N", meanN, 0.01, new("neurons", "нейронов"),
            new Slip(N(hidden.Sum() * p), new("That many are off; those that are on are asked for.", "Столько отключено; спрашивается о включённых.")));
        board.Ask("v_N", varianceN, 0.01, null, new Slip(varianceN.Sqrt(), new("That is the standard deviation.", "Это стандартное отклонение.")));
        board.Ask("p_thin", thinned, 0.001, null,
            new Slip(N(thin),
                new("That thins the neurons by this share; a weight goes with either of its ends.", "Так на эту долю прореживаются нейроны, а вес пропадает с любым из своих концов.")),
            new Slip(1 - thinned, new("That is the probability to stay; p is that to be dropped.", "Это вероятность остаться; p — вероятность отключения.")));
        board.Ask("e_P", mean, 1, new("parameters", "параметров"),
            new Slip(N(total * (1 - p)), new("A weight stays only when both of its ends stay.", "Вес остаётся, только если остались оба его конца.")),
            new Slip(N(total), new("Those are the parameters of the whole network.", "Это параметры всей сети.")));
        board.Ask("s_P", deviation, 1, null,
            new Slip(N(Math.Sqrt(total * p * (1 - p))),
                new("The parameters are not independent: those of one neuron live and die together.", "Параметры не независимы: у одного нейрона они живут и умирают вместе.")));
    }

    /// <summary>Mean and variance of N, mean and standard deviation of P, of many drops.</summary>
    public static (double MeanN, double VarianceN, double MeanP, double DeviationP) Simulate(Given given)
    {
        RandomStream random = new(7, stream: 0);
        Tensor[] on = [.. given.Vector("hidden").Select(h => random.Bernoulli(1 - given.Number("p"), [Trials, (int)h]).Sum(1).Cast(DType.Float64))];
        Tensor n = on[0] + on[1] + on[2], parameters = (given.Number("inputs") + 1) * on[0] + (on[0] + 1) * on[1] + (on[1] + 1) * on[2] + on[2] + 1;
        return (n.Mean().Item(), n.Variance([], correction: 1).Item(), parameters.Mean().Item(), parameters.Std([], correction: 1).Item());
    }

    // The parameters when each layer has a share of its neurons.
    private static double At(Given given, double share)
    {
        double[] h = [.. given.Vector("hidden").Select(n => n * share)];
        return (given.Number("inputs") + 1) * h[0] + (h[0] + 1) * h[1] + (h[1] + 1) * h[2] + h[2] + 1;
    }
}
