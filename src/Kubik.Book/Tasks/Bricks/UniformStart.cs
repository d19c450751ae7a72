// Weights uniform on ±1/√n: three times too small a variance for a symmetric activation, and what is left of a signal behind many
// layers; then the limits and the normal distributions that keep it.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.9a: initialisation for a symmetric activation.</summary>
internal sealed class UniformStart : BookTask
{
    private const int Layers = 8;

    private static readonly int[] Shown = [0, 1, 2, 4, Layers];
    private static readonly (string Name, Initializer Draw)[] Starts = [("±1/√n", Initializers.FanInUniform), ("±√3/√n", Initializers.LeCunUniform()), ("1/√n", Initializers.LeCunNormal())];
    private static readonly Lazy<(double[] Plain, double[] Tanh)[]> Measured = new(() => [.. Starts.Select(s => Depth.Draw(s.Draw, Layers)).Select(w => (Depth.Of(z => z, w).Outputs, Depth.Of(z => z.Tanh(), w).Outputs))]);

    public override string Id => "5.9a";

    public override Remark Title => new("How weights should begin", "С чего начинать весам");

    public override string Source => "000 §5.8 а–в";

    public override Given Seed => new(("n", 300), ("m", 100), ("v_x", 1), ("layers", 5));

    internal override Given Draw(Dice dice) =>
        Dice.Until(() => new(("n", dice.Of(12, 27, 48, 75, 100, 150, 200, 300)), ("m", dice.Of(10, 20, 50, 100, 200)), ("v_x", dice.Of(0.25, 0.5, 1, 1.5, 2)), ("layers", dice.Whole(2, 6))), given => given.Count("n") != given.Count("m"));

    internal override void State(Given given, Board board)
    {
        board.Say($"Layers use a symmetric activation, like tanh: f(z) ≈ z near 0, and what comes out has the mean 0. A layer has n = {given.Number("n")} inputs; its weights are drawn uniformly from −1/√n to 1/√n, independently, and the inputs are independent with mean 0 and variance v_x = {given.Number("v_x")}. (a) What are the variance of a weight (v_w) and that of z = Σ wᵢxᵢ (v_z)? What is the variance after {given.Number("layers")} such layers (v_L)?",
            $"В слоях симметричная функция активации вроде гиперболического тангенса: f(z) ≈ z вблизи нуля, и у выходов среднее 0. У слоя n = {given.Number("n")} входов; веса независимы и равномерно распределены от −1/√n до 1/√n, входы независимы, со средним 0 и дисперсией v_x = {given.Number("v_x")}. (а) Чему равны дисперсия веса (v_w) и дисперсия z = Σ wᵢxᵢ (v_z)? Какая дисперсия останется после {Sentences.Plural(given.Count("layers"), "такого слоя", "таких слоёв", "таких слоёв")} (v_L)?");
        board.Say($"(b) Which limits ±b should the uniform distribution have, so that the variance does not vanish? (c) And which standard deviation s a normal one? With m = {given.Number("m")} outputs gradients go the other way; which limits (b_x) and deviation (s_x) are the compromise between n and m?",
            $"(б) Какими взять границы ±b равномерного распределения, чтобы дисперсия не затухала? (в) А каким взять стандартное отклонение s нормального? Выходов m = {given.Number("m")}, и градиенты идут в обратную сторону; каковы компромиссные между n и m границы (b_x) и отклонение (s_x)?");
    }

    internal override void Solve(Given given, Board board)
    {
        double n = given.Number("n");
        int layers = given.Count("layers");
        (string, Tensor) inputs = ("n", N(n)), outputs = ("m", N(given.Number("m")));
        board.Part($"(a) ±1/√n is too little", $"(а) ±1/√n — это мало");
        board.Say($"A uniform distribution on ±b has the mean 0 and the variance b²/3. With b = 1/√n:",
            $"У равномерного распределения на ±b среднее 0 и дисперсия b²/3. При b = 1/√n:");
        Tensor weight = board.Work("v_w", "1/(3n)", inputs);
        board.Say($"Weight and input are independent with mean 0, so the variance of their product is the product of the variances, and n such products add up:",
            $"Вес и вход независимы, и средние у них 0, поэтому дисперсия произведения равна произведению дисперсий, а таких слагаемых n:");
        Tensor sum = board.Work("v_z", "n*v_w*v_x", inputs, ("v_w", weight), ("v_x", given.Tensor("v_x")));
        board.Say($"A third of v_x, whatever n is. The activation passes on at most that, since |tanh z| ≤ |z|, so each layer takes at least two thirds away; if f(z) ≈ z, just those:",
            $"Треть от v_x при любом n. Активация передаёт не больше этого, ведь |tanh z| ≤ |z|, поэтому каждый слой отнимает не меньше двух третей, а если f(z) ≈ z, ровно столько:");
        Tensor left = board.Work("v_L", "v_x/3^L", ("v_x", given.Tensor("v_x")), ("L", N(layers)));
        board.Part($"(b) The right limits", $"(б) Верные границы");
        board.Say($"Var z = n·Var w·Var x stays equal to Var x when Var w = 1/n. So b²/3 = 1/n:",
            $"Var z = n·Var w·Var x остаётся равной Var x, когда Var w = 1/n. Значит, b²/3 = 1/n:");
        Tensor bound = board.Work("b", "√(3/n)", inputs);
        board.Part($"(c) A normal distribution", $"(в) Нормальное распределение");
        board.Say($"Only the variance counts: mean 0, variance 1/n.", $"Важна только дисперсия: среднее 0, дисперсия 1/n.");
        Tensor deviation = board.Work("s", "1/√n", inputs);
        board.Say($"On the way back a gradient is a sum over the m outputs and asks for 1/m. Glorot and Bengio take the mean of n and m, the variance 2/(n + m):",
            $"На обратном пути градиент — сумма по m выходам, и для него нужна дисперсия весов 1/m. Глоро и Бенджио берут среднее n и m, то есть дисперсию 2/(n + m):");
        Tensor bothBound = board.Work("b_x", "√(6/(n + m))", inputs, outputs), bothDeviation = board.Work("s_x", "√(2/(n + m))", inputs, outputs);
        board.Part($"Measured", $"Измерение");
        board.Say($"{Depth.Networks} networks with layers of {Depth.Width} neurons without biases, {Depth.Samples} normal inputs each. The mean square of what comes out of the layers, without an activation and with tanh:",
            $"Взяты {Sentences.Plural(Depth.Networks, "сеть", "сети", "сетей")}, в каждом слое {Sentences.Plural(Depth.Width, "нейрон", "нейрона", "нейронов")} без сдвигов; в каждую сеть подано по {Sentences.Plural(Depth.Samples, "нормальному входу", "нормальных входа", "нормальных входов")}. Средний квадрат выходов слоёв без активации и с гиперболическим тангенсом:");
        board.Table([new Remark("layers", "слоёв"), "3⁻ᵏ", "±1/√n", "±1/√n, tanh", "±√3/√n", "±√3/√n, tanh", "s = 1/√n, tanh"], Shown.Select(k =>
            (object[])[k, Math.Pow(3, -k), .. Measured.Value[..2].SelectMany(m => (object[])[m.Plain[k], m.Tanh[k]]), Measured.Value[2].Tanh[k]]));
        Plane plane = new("k", "lg", (0, Layers), (-4.5, 0.5));
        for (int i = 0; i < 2; i++)
        {
            plane.Line([.. Measured.Value[i].Plain.Select((v, k) => ((double)k, Math.Log10(v)))], Starts[i].Name);
            plane.Line([.. Measured.Value[i].Tanh.Select((v, k) => ((double)k, Math.Log10(v)))], $"{Starts[i].Name}, tanh");
        }
        board.Draw(plane, new("The logarithm of the mean square after k layers", "Логарифм среднего квадрата после k слоёв"));
        board.Say($"With the right limits nothing is lost but what tanh itself takes away. ±1/√n is still the default of many libraries, of Kubik too: for a few layers it does no harm.",
            $"При верных границах теряется лишь то, что отнимает сам гиперболический тангенс. И всё же ±1/√n — значение по умолчанию во многих библиотеках, в том числе в Kubik: для нескольких слоёв это не вредно.");
        board.Ask("v_w", weight, 0.0001, null,
            new Slip(N(1 / n), new("The variance of a uniform distribution on ±b is b²/3.", "Дисперсия равномерного распределения на ±b равна b²/3.")),
            new Slip(N(1 / (12 * n)), new("The width is 2b: (2b)²/12.", "Ширина отрезка 2b: (2b)²/12.")));
        board.Ask("v_z", sum, 0.001, null,
            new Slip(weight * given.Tensor("v_x"), new("There are n summands.", "Слагаемых n.")),
            new Slip(n * weight, new("That is for inputs of variance 1; here it is v_x.", "Это для входов с дисперсией 1, а здесь она v_x.")));
        board.Ask("v_L", left, 0.001, null,
            new Slip(sum / layers, new("Each layer multiplies by 1/3: a power, not a share.", "Каждый слой умножает на 1/3: это степень.")));
        board.Ask("b", bound, 0.002, null,
            new Slip(deviation, new("That is the standard deviation; the limits are √3 times it.", "Это стандартное отклонение; границы в √3 раз дальше.")));
        board.Ask("s", deviation, 0.002, null, new Slip(N(1 / n), new("That is the variance.", "Это дисперсия.")));
        board.Ask("b_x", bothBound, 0.002, null,
            new Slip(bothDeviation,
                new("That is the standard deviation; the limits are √3 times it.", "Это стандартное отклонение; границы в √3 раз дальше.")));
        board.Ask("s_x", bothDeviation, 0.002, null,
            new Slip(bothDeviation / Math.Sqrt(2), new("The mean of n and m is (n + m)/2.", "Среднее n и m равно (n + m)/2.")));
    }
}
