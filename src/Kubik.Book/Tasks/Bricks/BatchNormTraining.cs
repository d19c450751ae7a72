// What batch normalisation does to training: it makes what goes on independent of the size of weights, and small convolutional
// networks learn faster with it, from many starts and with all steps that are tried.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.8b: batch normalisation in a convolutional network with ReLU.</summary>
internal sealed class BatchNormTraining : BookTask
{
    public const int Starts = 3, Steps = 15;
    private const int Pictures = 24, Side = 6, Channels = 6;

    public static readonly double[] Rates = [0.03, 0.1];

    // The experiment has no parameters, so it is the same for all variants: [rate][with][start][step].
    private static readonly Lazy<double[][][][]> Trained = new(() => [.. Rates.Select(rate => (double[][][])[[.. Seeds(s => Train(rate, "", s))], [.. Seeds(s => Train(rate, " | batchnorm", s))]])]);

    public override string Id => "5.8b";

    public override Remark Title => new("What batch normalisation does to training", "Что нормализация по батчам делает с обучением");

    public override string Source => "000 §5.7 (batch normalisation); 003 §2";

    public override Given Seed => new(("x", new double[] { 1, 2, 6 }), ("c", 10), ("s", 5), ("in", 16), ("out", 32));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(3, () => dice.Whole(-4, 8))), ("c", dice.Of(-10, -2, 0.5, 3, 10, 100)), ("s", dice.Whole(1, 9)), ("in", dice.Whole(1, 32)), ("out", 2 * dice.Whole(2, 32))),
        given => given.Vector("x").Distinct().Count() == 3);

    /// <summary>The losses at the end of the experiment, with batch normalisation or without it.</summary>
    public static double[] Ends(int rate, bool isNormalised) => [.. Trained.Value[rate][isNormalised ? 1 : 0].Select(losses => losses[^1])];

    internal override void State(Given given, Board board)
    {
        board.Say($"A convolutional network with ReLU was trained without batch normalisation; now it is added after each convolution. Does the loss fall faster or more slowly in training?",
            $"Свёрточную сеть с ReLU обучали без нормализации по батчам; теперь её добавили после каждой свёртки. Как теперь будет уменьшаться функция потерь при обучении: быстрее или медленнее?");
        board.Say($"To see why: a channel of a batch is x = {given.Vector("x")}. What does the normalisation (γ = 1, β = 0, ε = 0) make of it (y), and what of {given.Number("c")}·x + {given.Number("s")} (z)?",
            $"Чтобы понять почему: один канал батча равен x = {given.Vector("x")}. Что сделает с ним нормализация (γ = 1, β = 0, ε = 0) — y, и что она сделает с {given.Number("c")}·x + {given.Number("s")} — z?");
        board.Say($"A convolution 3×3 from {given.Number("in")} to {given.Number("out")} channels needs no bias when normalisation follows. How many parameters do the two learn together (k), and how many running statistics are kept (r)?",
            $"У свёртки 3×3 число входных каналов {given.Number("in")}, выходных {given.Number("out")}; если за ней стоит нормализация, сдвиг не нужен. Сколько параметров они учат вместе (k) и сколько хранят скользящих статистик (r)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x");
        double c = given.Number("c"), s = given.Number("s");
        board.Part($"Size does not matter", $"Размер не важен");
        Tensor y = Normalise(x), z = Normalise(c * x + s);
        board.Write("y", y);
        board.Say($"{c}·x + {s} is {c * x + s}: its mean is {c} times the old one plus {s}, its root of the variance |{c}| times the old one. Both cancel, but for the sign of the factor:",
            $"{c}·x + {s} — это {c * x + s}: среднее умножилось на {c} и увеличилось на {s}, корень из дисперсии умножился на |{c}|. И то, и другое сокращается, кроме знака множителя:");
        board.Write("z", z);
        board.Say($"So weights that are too large or too small do no harm, a bias before the normalisation does nothing, and ReLU gets numbers around 0, half of them positive, in every layer: neurons do not die all at once. If the weights are multiplied by a positive factor, their gradient is divided by it: where weights have grown too large, steps become small by themselves.",
            $"Поэтому слишком большие или слишком маленькие веса не вредят, сдвиг перед нормализацией ничего не делает, а ReLU в каждом слое получает числа вокруг 0, половина из них положительна: нейроны не умирают все сразу. Если веса умножить на положительное число, их градиент на него разделится: там, где веса слишком выросли, шаги сами становятся меньше.");
        board.Part($"Parameters", $"Параметры");
        (long learned, int kept) = Count(given, "bias=false");
        board.Say($"9·{given.Number("in")}·{given.Number("out")} weights, and for each of the {given.Number("out")} channels a γ and a β: {learned}. For each channel a running mean and a running variance: {kept}. These are not learned.",
            $"Весов 9·{given.Number("in")}·{given.Number("out")}, и для каждого из {given.Number("out")} каналов ещё γ и β: всего {learned}. Скользящих средних и дисперсий по одной на канал: {kept}. Они не учатся.");
        board.Part($"An experiment", $"Эксперимент");
        board.Say($"A network of three convolutions 3×3 with ReLU learns to tell horizontal, vertical and slanting stripes apart: {Pictures} noisy pictures of {Side}×{Side}, {Steps} steps of SGD, {Starts} starts. The mean loss:",
            $"Сеть из трёх свёрток 3×3 с ReLU учится различать горизонтальные, вертикальные и наклонные полосы: зашумлённых картинок {Side}×{Side} всего {Pictures}, шагов SGD {Steps}, начал {Starts}. Средние потери:");
        int[] moments = [0, Steps / 3, 2 * Steps / 3, Steps];
        board.Table(["η", new Remark("normalised", "нормализация"), .. moments.Select(k => new Remark($"step {k}", $"шаг {k}"))], Rates.SelectMany((rate, r) => Enumerable.Range(0, 2).Select(w =>
            (object[])[rate, w == 1 ? new Remark("yes", "да") : new Remark("no", "нет"), .. moments.Select(k => (object)Math.Round(Trained.Value[r][w].Average(losses => losses[k]), 3))])));
        Plane plane = new("k", "L", (0, Steps), (0, 1.5));
        for (int r = 0; r < Rates.Length; r++)
        {
            for (int w = 0; w < 2; w++) plane.Line([.. Enumerable.Range(0, Steps + 1).Select(k => ((double)k, Trained.Value[r][w].Average(losses => losses[k])))], $"η = {Digits.Of(Rates[r]).Text}{(w == 1 ? ", BN" : "")}");
        }
        board.Draw(plane, new("The loss over the steps, with batch normalisation (BN) and without it", "Потери по шагам с нормализацией (BN) и без неё"));
        board.Say($"With normalisation the loss falls faster. Why is debated: the paper of 2015 spoke of a covariate shift between layers, later work found that the loss becomes smoother, so longer steps are safe.",
            $"С нормализацией потери уменьшаются быстрее. О причине спорят: статья 2015 года говорила о сдвиге распределений между слоями, более поздние работы нашли, что функция потерь становится глаже и можно делать более длинные шаги.");
        board.Ask("y", y, 0.005, null,
            new Slip((x - x.Mean()) / x.Std([], correction: 1),
                new("The batch's variance has 3 under the line, not 2.", "В дисперсии батча в знаменателе 3, а не 2.")));
        board.Ask("z", z, 0.005, null,
            new Slip(-z,
                new("A positive factor changes nothing, a negative one the sign.", "Положительный множитель ничего не меняет, отрицательный меняет знак.")),
            new Slip(c * y, new("The factor cancels with the root of the variance.", "Множитель сокращается с корнем из дисперсии.")));
        board.AskCount("k", learned, new("parameters", "параметров"),
            new(N(Count(given, "").Learned), new("The bias is not needed: the mean is subtracted again.", "Сдвиг не нужен: среднее всё равно вычитается.")),
            new(N(learned + kept), new("The running statistics are not learned.", "Скользящие статистики не учатся.")),
            new(N(learned - kept), new("γ and β are learned too.", "γ и β тоже учатся.")));
        board.AskCount("r", kept, null,
            new Slip(N(kept / 2.0), new("There is a mean and a variance for each channel.", "На каждый канал приходится и среднее, и дисперсия.")));
        bool[] isFaster = [.. Rates.Select((_, r) => Ends(r, isNormalised: true).Average() < Ends(r, isNormalised: false).Average()).Distinct()];
        board.AskWhich("loss", isFaster.Single() ? 1 : 2, new("it falls faster", "уменьшается быстрее"), new("it falls more slowly", "уменьшается медленнее"));
    }

    private static Tensor Normalise(Tensor x)
    {
        BatchNorm norm = new(epsilon: 0, affine: false);
        return norm.Forward(x.Reshape(x.Count, 1)).Detach().Reshape(x.Count);
    }

    private static (long Learned, int Kept) Count(Given given, string bias)
    {
        Sequential net = Sequential.Parse($"conv {given.Count("out")} 3x3 {bias} | batchnorm");
        long learned = net.Summary([given.Count("in"), 5, 5]).Parameters;
        return (learned, net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Statistic).Sum(p => p.Parameter.Spec.Shape.Size));
    }

    private static IEnumerable<double[]> Seeds(Func<int, double[]> train) => Enumerable.Range(1, Starts).Select(train);

    // The loss before each step, and after the last.
    private static double[] Train(double rate, string normalisation, int seed)
    {
        (Tensor x, Tensor labels) = Stripes();
        Sequential net = Neurons.Fresh(string.Concat(Enumerable.Repeat($"conv {Channels} 3x3 pad=1{normalisation} | relu | ", 3)) + "flatten | linear 3", x.Shape, Initializers.HeNormal(), seed);
        Sgd rule = new(rate);
        List<double> losses = [];
        for (int step = 0; step < Steps; step++) losses.Add(rule.Step(() => new CrossEntropy().Of(net.Forward(x), labels), net).Item());
        losses.Add(new CrossEntropy().Of(net.Forward(x), labels).Item());
        return [.. losses];
    }

    private static (Tensor X, Tensor Labels) Stripes()
    {
        float[] pixels = new float[Pictures * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int picture, int row, int column) = (i / (Side * Side), i / Side % Side, i % Side);
            int place = (picture % 3) switch { 0 => row, 1 => column, _ => row + column };
            pixels[i] = (place + picture / 3) % 3 == 0 ? 1 : 0;
        }
        Tensor clean = Tensor.From(pixels, [Pictures, 1, Side, Side]);
        return (clean + 0.5 * new RandomStream(1, stream: 0).Normal(clean.Shape), Tensor.From([.. Enumerable.Range(0, Pictures).Select(i => i % 3)]));
    }
}
