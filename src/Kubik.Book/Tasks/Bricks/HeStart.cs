// What ReLU leaves of a normal number, and the variance of weights that makes up for it, forward and back.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.10b: initialisation for ReLU, by He.</summary>
internal sealed class HeStart : BookTask
{
    private const int Layers = 10;

    private static readonly (string Name, Initializer Draw)[] Starts = [("1", Initializers.Normal(1)), ("1/n", Initializers.LeCunNormal()), ("2/n", Initializers.HeNormal())];
    private static readonly Lazy<Depth[]> Measured = new(() => [.. Starts.Select(s => Depth.Of(z => z.Relu(), s.Draw, Layers))]);

    public override string Id => "5.10b";

    public override Remark Title => new("He's initialisation", "Инициализация Хе");

    public override string Source => "000 §5.9";

    public override Given Seed => new(("n", 10), ("s", 1), ("layers", 10));

    internal override Given Draw(Dice dice) => new(("n", dice.Of(10, 20, 32, 50, 64, 100, 200)), ("s", dice.Of(0.5, 1, 2, 3)), ("layers", dice.Whole(3, 10)));

    internal override void State(Given given, Board board)
    {
        board.Say($"z is normal with mean 0 and standard deviation s = {given.Number("s")}. What are the mean (e_1), the mean square (e_2) and the variance (v) of ReLU(z)?",
            $"z нормальна, со средним 0 и стандартным отклонением s = {given.Number("s")}. Чему равны среднее (e_1), средний квадрат (e_2) и дисперсия (v) величины ReLU(z)?");
        board.Say($"A layer with ReLU has n = {given.Number("n")} inputs, which come from a layer like itself. Which standard deviation of normal weights (d), which limits ±b of uniform ones keep the mean square from layer to layer? What is left of it after {given.Number("layers")} layers with weights of variance 1/n (q)? By which power of ten does it grow with weights from N(0, 1) (l)?",
            $"У слоя с ReLU число входов n = {given.Number("n")}, и приходят они из такого же слоя. При каком стандартном отклонении нормальных весов (d) и при каких границах ±b равномерных средний квадрат сохраняется от слоя к слою? Что останется от него после {Sentences.Plural(given.Count("layers"), "слоя", "слоёв", "слоёв")} при дисперсии весов 1/n (q)? На сколько степеней десяти он вырастет при весах из N(0, 1) (l)?");
    }

    internal override void Solve(Given given, Board board)
    {
        (string, Tensor) n = ("n", given.Tensor("n")), s = ("s", given.Tensor("s")), layers = ("L", given.Tensor("layers"));
        board.Part($"Half of a normal number", $"Половина нормальной величины");
        board.Say($"z² is the same for z and −z, and ReLU keeps it for positive z only: half of the mean square is left. The mean is the integral of z times the density over z > 0; its antiderivative is −s²·density, so s² times the density at 0:",
            $"z² одинаково для z и −z, а ReLU сохраняет его лишь при положительных z: остаётся половина среднего квадрата. Среднее — интеграл от z, умноженного на плотность, по z > 0; первообразная равна −s²·плотность, значит, это s², умноженное на плотность в нуле:");
        Tensor square = board.Work("e_2", "s^2/2", s), mean = board.Work("e_1", "s/√(2π)", s), variance = board.Work("v", "e - m^2", ("e", square), ("m", mean));
        board.Part($"The right variance", $"Верная дисперсия");
        board.Say($"As in 5.9, Var z = n·Var w·E x², and here E x² is half of Var z of the layer before. It stays the same when n·Var w/2 = 1: Var w = 2/n. For uniform weights b²/3 = 2/n.",
            $"Как в 5.9, Var z = n·Var w·E x², а здесь E x² — половина Var z предыдущего слоя. Она сохраняется, когда n·Var w/2 = 1: Var w = 2/n. Для равномерных весов b²/3 = 2/n.");
        Tensor deviation = board.Work("d", "√(2/n)", n), bound = board.Work("b", "√(6/n)", n);
        board.Say($"On the way back the same halving happens, as half of the derivatives are 0, with the number of outputs in the place of n.",
            $"На обратном пути происходит такое же деление пополам, ведь половина производных равна 0, только вместо n стоит число выходов.");
        board.Part($"The wrong ones", $"Неверные дисперсии");
        Tensor left = board.Work("q", "(1/2)^L", layers), growth = board.Work("l", "L*ln(n/2)/ln(10)", layers, n);
        board.Say($"With 1/n each layer halves the mean square; with N(0, 1) each multiplies it by n/2.",
            $"При 1/n каждый слой делит средний квадрат пополам, при N(0, 1) — умножает на n/2.");
        board.Part($"Measured", $"Измерение");
        board.Say($"{Depth.Networks} networks with layers of n = {Depth.Width} neurons. The mean square of what comes out, and of the gradient at the first layer when it is 1 at the last:",
            $"Взяты {Sentences.Plural(Depth.Networks, "сеть", "сети", "сетей")}, в каждом слое n = {Depth.Width}. Средний квадрат выходов и средний квадрат градиента у первого слоя, если у последнего он равен 1:");
        board.Table(["Var w", .. new[] { 0, 1, 5, Layers }.Select(k => new Remark($"after {k}", $"после {k}")), new Remark("gradient", "градиент")],
            Starts.Select((start, i) => (object[])[start.Name, .. new[] { 0, 1, 5, Layers }.Select(k => (object)Measured.Value[i].Outputs[k]), Measured.Value[i].Gradients[0]]));
        Plane plane = new("k", "lg", (0, Layers), (-4, 4));
        for (int i = 0; i < Starts.Length; i++) plane.Line([.. Measured.Value[i].Outputs.Select((v, k) => ((double)k, Math.Log10(v)))], $"Var w = {Starts[i].Name}");
        board.Draw(plane, new("The logarithm of the mean square after k layers", "Логарифм среднего квадрата после k слоёв"));
        board.Say($"2/n keeps it in each layer: the sum doubles it, ReLU halves it.",
            $"При 2/n он сохраняется в каждом слое: сумма его удваивает, ReLU делит пополам.");
        double size = given.Number("s");
        board.Ask("e_1", mean, 0.005, null,
            new Slip(N(0),
                new("ReLU cuts off the negative half: what is left has a positive mean.", "ReLU отрезает отрицательную половину: среднее остатка положительно.")),
            new Slip(2 * mean, new("That is the mean of |z|; half of the time the output is 0.", "Это среднее |z|, а в половине случаев на выходе 0.")));
        board.Ask("e_2", square, 0.005, null,
            new Slip(N(size * size), new("That is the mean square of z; ReLU leaves half.", "Это средний квадрат z; ReLU оставляет половину.")));
        board.Ask("v", variance, 0.005, null, new Slip(square, new("The square of the mean is to be subtracted.", "Нужно вычесть квадрат среднего.")));
        board.Ask("d", deviation, 0.002, null,
            new Slip(deviation / Math.Sqrt(2),
                new("1/n is for symmetric activations; ReLU needs twice the variance.", "1/n — для симметричных активаций; ReLU нужна вдвое большая дисперсия.")),
            new Slip(deviation.Square(), new("That is the variance.", "Это дисперсия.")));
        board.Ask("b", bound, 0.002, null,
            new Slip(deviation, new("That is the standard deviation; the limits are √3 times it.", "Это стандартное отклонение; границы в √3 раз дальше.")));
        board.Ask("q", left, 0.0002, null,
            new Slip(N(1 / (2 * given.Number("layers"))), new("Each layer halves: a power, not a share.", "Каждый слой делит пополам: это степень.")));
        board.Ask("l", growth, 0.01, null,
            new Slip(growth * Math.Log(10), new("That is the natural logarithm.", "Это натуральный логарифм.")),
            new Slip(N(given.Number("layers") * Math.Log10(given.Number("n"))),
                new("ReLU halves it in each layer: n/2, not n.", "ReLU в каждом слое делит пополам: n/2, а не n.")));
    }
}
