// The loss of a classifier that knows nothing: ln K when it says nothing, and a bit more when it says something at random.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.12: cross-entropy of an untrained network.</summary>
internal sealed class Untrained : BookTask
{
    public const int Samples = 256;
    private const int Features = 64;

    private static readonly double[] Deviations = [0, 0.5, 1, 2, 4];

    public override string Id => "5.12";

    public override Remark Title => new("The loss before training", "Потери до обучения");

    public override string Source => "003 §3";

    public override Given Seed => new(("K", 1000), ("s", 0.5));

    internal override Given Draw(Dice dice) => new(("K", dice.Of(100, 200, 256, 500, 1000, 1024)), ("s", dice.Of(0.2, 0.3, 0.5, 0.8, 1)));

    internal override void State(Given given, Board board)
    {
        board.Say($"A network ends with softmax and has {given.Number("K")} outputs, one for each class. Its weights are random, it was not trained. Estimate the mean cross-entropy over a large data set (L), in bits too (L_bits), and the share of right answers (q).",
            $"Сеть заканчивается слоем softmax, число её выходов {given.Number("K")}, по одному на класс. Веса случайны, сеть не обучали. Оцените среднюю кросс-энтропию на большом наборе данных (L), также в битах (L_bits), и долю верных ответов (q).");
        board.Say($"That takes all probabilities to be nearly equal. What if the numbers before the softmax are normal with mean 0 and standard deviation s = {given.Number("s")} (L_s)?",
            $"При этом считают, что все вероятности почти равны. А если числа перед softmax нормальны со средним 0 и стандартным отклонением s = {given.Number("s")} (L_s)?");
    }

    internal override void Solve(Given given, Board board)
    {
        int k = given.Count("K");
        double s = given.Number("s");
        board.Part($"Equal probabilities", $"Равные вероятности");
        board.Say($"Each class has the probability 1/{k}, also the right one, whichever it is. Its minus logarithm is the loss of every sample, so the mean too, however often each class comes:",
            $"У каждого класса вероятность 1/{k}, и у верного тоже, каким бы он ни был. Минус логарифм её — потери на каждом объекте, а значит, и в среднем, как бы часто ни встречались классы:");
        Tensor loss = board.Work("L", "ln(K)", ("K", N(k))), bits = board.Work("L_bits", "ln(K)/ln(2)", ("K", N(k)));
        board.Say($"That is {new CrossEntropy().Of(Tensor.Zeros([1, k], DType.Float64), Tensor.Of(0))} by the engine's own loss. One answer in {k} is right by chance. A first loss that is much larger is a sign of a mistake: weights that are too large, a wrong loss, softmax applied twice.",
            $"По собственной функции потерь движка это {new CrossEntropy().Of(Tensor.Zeros([1, k], DType.Float64), Tensor.Of(0))}. Случайно верен один ответ из {k}. Если первые потери намного больше, где-то ошибка: слишком большие веса, не те потери, softmax применён дважды.");
        board.Part($"Random outputs", $"Случайные выходы");
        board.Say($"The loss is ln Σ e^(zⱼ) − z of the right class. The second part is 0 in the mean. Of many e^z the mean is nearly E e^z = e^(s²/2), so the first is about ln(K·e^(s²/2)):",
            $"Потери равны ln Σ e^(zⱼ) минус z верного класса. Вторая часть в среднем 0. Среднее многих e^z близко к E e^z = e^(s²/2), поэтому первая часть — примерно ln(K·e^(s²/2)):");
        Tensor more = board.Work("L_s", "ln(K) + s^2/2", ("K", N(k)), ("s", N(s)));
        board.Say($"So to answer at random but surely is worse than to say that one does not know.",
            $"Значит, отвечать наугад, но уверенно — хуже, чем признать, что не знаешь.");
        board.Part($"Measured", $"Измерение");
        board.Say($"{Samples} random outputs for each s, with labels drawn evenly; ± is twice the standard error:",
            $"Для каждого s взято случайных выходов {Samples}, метки равновероятны; ± — удвоенная стандартная ошибка:");
        board.Table(["s", "ln K + s²/2", new Remark("measured", "измерено"), "±"],
            Deviations.Zip(Measure(k, Deviations), (d, measured) => (object[])[d, Math.Log(k) + d * d / 2, Math.Round(measured, 4), Math.Round(2 * d / Math.Sqrt(Samples), 3)]));
        board.Say($"While e^(s²) is small beside K the formula holds; beyond, a few huge numbers make the sum, and it says too much. An untrained layer {Features} → {k} with weights uniform on ±1/√{Features} gives z the variance 1/3: its loss was measured as {Math.Round(Layer(k), 4)}, and ln K + 1/6 is {Math.Log(k) + 1.0 / 6}.",
            $"Пока e^(s²) мало по сравнению с K, формула верна; дальше сумму составляют несколько огромных чисел, и она завышает. Необученный слой {Features} → {k} с весами, равномерными на ±1/√{Features}, даёт z дисперсию 1/3: его измеренные потери {Math.Round(Layer(k), 4)}, а ln K + 1/6 равно {Math.Log(k) + 1.0 / 6}.");
        Plane plane = new("K", "ln K", (1, k), (0, 1.1 * loss.Item()));
        plane.Curve(Math.Log, "ln K");
        board.Draw(plane, new("The loss before training over the number of classes", "Потери до обучения в зависимости от числа классов"));
        board.Ask("L", loss, 0.01, null,
            new Slip(N(Math.Log10(k)), new("The natural logarithm is meant.", "Имеется в виду натуральный логарифм.")),
            new Slip(N(1.0 / k), new("That is the probability, not its minus logarithm.", "Это вероятность, а не минус её логарифм.")));
        board.Ask("L_bits", bits, 0.01, null, new Slip(loss, new("Bits take the logarithm to the base 2.", "В битах логарифм двоичный.")));
        board.Ask("q", 1.0 / k, 0.0002, null, new Slip(N(1 - 1.0 / k), new("That is the share of wrong answers.", "Это доля неверных ответов.")));
        board.Ask("L_s", more, 0.01, null,
            new Slip(loss + s, new("It is half of the variance that is added.", "Прибавляется половина дисперсии.")),
            new Slip(loss - s * s / 2, new("Sure random answers cost more, not less.", "Уверенные ответы наугад обходятся дороже, а не дешевле.")));
    }

    /// <summary>The mean loss of random outputs, the same draws made larger by each deviation.</summary>
    public static double[] Measure(int classes, params double[] deviations)
    {
        RandomStream random = new(17, stream: 0);
        Tensor z = random.Normal([Samples, classes]), labels = random.Integers(0, classes, [Samples], DType.Int32);
        return [.. deviations.Select(s => new CrossEntropy().Of(s * z, labels).Item())];
    }

    /// <summary>The mean loss of a new layer.</summary>
    public static double Layer(int classes)
    {
        RandomStream random = new(19, stream: 0);
        Sequential net = Neurons.Fresh($"linear {classes}", [Samples, Features], Initializers.FanInUniform, 5);
        return new CrossEntropy().Of(net.Forward(random.Normal([Samples, Features])), random.Integers(0, classes, [Samples], DType.Int32)).Item();
    }
}
