// How many numbers a network learns, with all its neurons and with half of them, and how likely dropout is to cut it in two.

using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.7a: parameters with and without dropped neurons, and the chance that a whole layer is dropped.</summary>
internal sealed class DropoutCounts : BookTask
{
    public override string Id => "5.7a";

    public override Remark Title => new("Dropout: what is left of the network", "Дропаут: что остаётся от сети");

    public override string Source => "000 §5.7 а–г";

    public override Given Seed => new(("inputs", 12), ("hidden", new double[] { 300, 200, 100 }), ("p", 0.5));

    internal override Given Draw(Dice dice) =>
        new(("inputs", dice.Whole(2, 20)), ("hidden", new double[] { 2 * dice.Whole(20, 50), 2 * dice.Whole(10, 30), 2 * dice.Whole(2, 8) }), ("p", dice.Of(0.1, 0.2, 0.3, 0.4, 0.5)));

    internal override void State(Given given, Board board)
    {
        double[] hidden = given.Vector("hidden");
        board.Say($"A network for regression has {given.Number("inputs")} inputs and hidden layers of {hidden[0]}, {hidden[1]} and {hidden[2]} neurons. (a) How many parameters are to be learned (n)? How many observations would you want? (b) Half of the neurons of each hidden layer are switched off: how many are there now (n_half)?",
            $"У сети для регрессии {Sentences.Plural(given.Count("inputs"), "вход", "входа", "входов")} и скрытые слои из {hidden[0]}, {hidden[1]} и {hidden[2]} нейронов. (а) Сколько параметров предстоит оценить (n)? Сколько наблюдений вы бы хотели иметь? (б) В каждом скрытом слое отключили половину нейронов: сколько параметров осталось (n_half)?");
        board.Say($"(c) After the first hidden layer there is dropout with the probability p = {given.Number("p")}. What is the probability that the whole layer is dropped? Give its decimal logarithm (l_1). (d) There is dropout with p after each hidden layer. What is the probability that at least one of them is dropped as a whole, and the network cannot learn (again its logarithm, l)?",
            $"(в) После первого скрытого слоя стоит дропаут с вероятностью p = {given.Number("p")}. Какова вероятность, что отключится весь слой? Дайте её десятичный логарифм (l_1). (г) Дропаут с вероятностью p стоит после каждого скрытого слоя. Какова вероятность, что хотя бы один слой отключится целиком и сеть не сможет учиться (снова логарифм, l)?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] hidden = given.Vector("hidden");
        double p = given.Number("p");
        board.Part($"(a) All neurons", $"(а) Все нейроны");
        board.Say($"Each neuron has a weight for each input and a bias; the output is one neuron.",
            $"У каждого нейрона по весу на каждый вход и сдвиг; выход — один нейрон.");
        NetSummary all = Summary(given, 1), half = Summary(given, 2);
        Write(board, all);
        board.Say($"Together {all.Parameters}. There is no law for the number of observations, but with fewer than parameters a network can learn all of them by heart. So as many as parameters at the least, better several times as many; with fewer it needs strong regularisation: dropout, weight decay, early stopping.",
            $"Всего {all.Parameters}. Закона о числе наблюдений нет, но если их меньше, чем параметров, сеть может просто выучить их наизусть. Поэтому хотя бы столько же, сколько параметров, а лучше в несколько раз больше; если их меньше, нужна сильная регуляризация: дропаут, штраф на веса, ранняя остановка.");
        board.Part($"(b) Half of them", $"(б) Половина");
        board.Say($"A neuron that is off takes its incoming weights, its bias and its outgoing weights with it. Inputs and output stay.",
            $"Отключённый нейрон уносит с собой входящие веса, сдвиг и исходящие веса. Входы и выход остаются.");
        Write(board, half);
        board.Say($"Together {half.Parameters}: between two hidden layers a quarter is left, not half, since a weight is there only when both of its ends are.",
            $"Всего {half.Parameters}: между двумя скрытыми слоями остаётся четверть, а не половина, ведь вес остаётся, только если остались оба его конца.");
        board.Part($"(c) One whole layer", $"(в) Целый слой");
        board.Say($"All neurons of the first layer must be dropped, independently of each other: p to the power of their number.",
            $"Должны отключиться все нейроны первого слоя, независимо друг от друга: p в степени их числа.");
        Tensor first = board.Work("l_1", "n*ln(p)/ln(10)", ("n", N(hidden[0])), ("p", N(p)));
        board.Part($"(d) Any of the layers", $"(г) Хотя бы один из слоёв");
        board.Say($"The opposite is that no layer is dropped, (1 − pᵃ)(1 − pᵇ)(1 − pᶜ) with a, b, c neurons in the layers. The powers of ten for each layer alone:",
            $"Противоположное событие — ни один слой не отключился: (1 − pᵃ)(1 − pᵇ)(1 − pᶜ), где a, b, c — числа нейронов в слоях. Степени десяти для каждого слоя отдельно:");
        board.Table([new Remark("neurons", "нейронов"), "lg pⁿ"], hidden.Select(n => (object[])[n, n * Math.Log10(p)]));
        double any = Any(hidden, p), logarithm = Math.Log10(any), plain = 1 - hidden.Aggregate(1.0, (stays, n) => stays * (1 - Math.Pow(p, n)));
        board.Say($"The smallest layer decides: the probability is {any}, its logarithm {logarithm}. 1 − (1 − pᵃ)(1 − pᵇ)(1 − pᶜ), computed as it stands in double precision, gives {plain}.",
            $"Всё решает самый узкий слой: вероятность равна {any}, её логарифм {logarithm}. Если вычислить 1 − (1 − pᵃ)(1 − pᵇ)(1 − pᶜ) прямо, в двойной точности, получится {plain}.");
        if (Math.Abs(plain - any) > 0.001 * any) board.Say($"So small a number loses its digits in rounding; logarithms keep them.", $"Такое малое число теряет знаки в округлении; через логарифмы они сохраняются.");
        else board.Say($"That is enough here; were all layers wide, it would lose its digits in rounding, and only logarithms would keep them.", $"Здесь этого достаточно; будь все слои широкими, число потеряло бы знаки в округлении, и сохранили бы их только логарифмы.");
        board.Say($"In a layer of 10 neurons with p = 1/2 it would be {Any([10], 0.5)} in each step; to a wide layer it does not happen.",
            $"Со слоем из 10 нейронов при p = 1/2 это случалось бы с вероятностью {Any([10], 0.5)} на каждом шаге; с широким слоем такого не бывает.");
        board.AskCount("n", all.Parameters, new("parameters", "параметров"),
            new Slip(N(Summary(given, 1, bias: false).Parameters), new("The biases are forgotten.", "Забыты сдвиги.")));
        board.AskCount("n_half", half.Parameters, new("parameters", "параметров"),
            new(N(all.Parameters / 2.0),
                new("A weight is lost with either of its ends: more than half are gone.", "Вес теряется с любым из своих концов: пропадает больше половины.")),
            new(N(Summary(given, 2, bias: false).Parameters), new("The biases are forgotten.", "Забыты сдвиги.")));
        board.AskWhich("observations", 2,
            new("about as many as inputs", "примерно столько же, сколько входов"),
            new("no fewer than parameters, better several times as many, or strong regularisation", "не меньше, чем параметров, лучше в несколько раз больше, или сильная регуляризация"),
            new("their number does not matter", "их число не важно"));
        board.Ask("l_1", first, 0.01, null,
            new Slip(N(hidden[0] * Math.Log10(1 - p)), new("That is the probability that all of them stay.", "Это вероятность того, что все останутся.")),
            new Slip(first * Math.Log(10), new("That is the natural logarithm.", "Это натуральный логарифм.")));
        board.Ask("l", logarithm, 0.01, null,
            new Slip(N(hidden.Sum() * Math.Log10(p)),
                new("That is the probability that all layers are dropped; one is enough.", "Это вероятность, что отключатся все слои; достаточно одного.")),
            new Slip(first, new("The smallest layer is the likeliest, and it decides.", "Вероятнее всего отключится самый узкий слой, он и решает.")));
    }

    private static void Write(Board board, NetSummary summary) =>
        board.Table([new Remark("neurons", "нейронов"), new Remark("parameters", "параметров"), ""],
            summary.Layers.Select(l => (object[])[l.Output[^1], l.Parameters, l.Formula]));

    // With so many of its hidden neurons as a share leaves.
    private static NetSummary Summary(Given given, int share, bool bias = true) =>
        Counting.Dense([given.Number("inputs"), .. given.Vector("hidden").Select(n => n / share), 1], bias);

    // 1 − Π (1 − pⁿ), by logarithms.
    private static double Any(double[] hidden, double p) => -(-N(p).Pow(Tensor.From(hidden))).Log1p().Sum().Expm1().Item();
}
