// A chain of three neurons, with sigmoids and with ReLUs, worked back by hand; then the same in wide and deep networks, with
// small weights, with just right ones and with large ones.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.3c: how much of a gradient comes through sigmoids and through ReLUs.</summary>
internal sealed class Paralysis : BookTask
{
    private const int Layers = 12;

    private static readonly (string Name, Func<Tensor, Tensor> Of)[] Activations = [("σ", z => z.Sigmoid()), ("tanh", z => z.Tanh()), ("ReLU", z => z.Relu())];
    private static readonly double[] Gains = [1, 2, 25]; // n·Var w
    private static readonly Lazy<double[][][]> Measured = new(Measure);

    public override string Id => "5.3c";

    public override Remark Title => new("Paralysed: sigmoid and ReLU", "Паралич: сигмоида и ReLU");

    public override string Source => "000 §5.3 (paralysis); 002 paralysis";

    public override Given Seed => new(("x", 1), ("w", new double[] { 1, 2, 2 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", dice.Whole(1, 3)), ("w", Dice.Several(3, () => dice.Whole(1, 6) / 2.0))),
        given => Slopes(given, Activations[0].Of).W > 0.002 && given.Vector("w") is var w && w.Distinct().Count() > 1 && w[0] != given.Number("x") && w[1] * w[2] != 1);

    internal override void State(Given given, Board board) => board.Say(
        $"A chain of three neurons is y = f(w₃·f(w₂·f(w₁·x))), with x = {given.Number("x")} and the weights {given.Vector("w")}. What is its derivative by w₁ when f is the sigmoid (g_s), and when it is ReLU (g_r)? And by x (d_s, d_r)? What becomes of both chains when the weights are large, and when w₂ is negative?",
        $"Цепочка из трёх нейронов — это y = f(w₃·f(w₂·f(w₁·x))), где x = {given.Number("x")}, а веса {given.Vector("w")}. Чему равна её производная по w₁, если f — сигмоида (g_s) и если ReLU (g_r)? А по x (d_s, d_r)? Что станет с обеими цепочками, если веса велики, и если w₂ отрицателен?");

    internal override void Solve(Given given, Board board)
    {
        double x = given.Number("x");
        double[] w = given.Vector("w");
        (string, double)[] at = At(given);
        board.Part($"Sigmoids", $"Сигмоиды");
        board.Say($"Forward the values of the parts, then back the chain rule:", $"Вперёд — значения частей, затем назад по цепному правилу:");
        board.Evaluate("y", Chain("sigmoid"), at);
        (double gs, double ds) = Slopes(given, Activations[0].Of);
        board.Part($"ReLUs", $"ReLU");
        board.Evaluate("y", Chain("relu"), at);
        (double gr, double dr) = Slopes(given, Activations[^1].Of);
        board.Say($"All neurons are active, so nothing but the weights stands in the way: by x it is w₁·w₂·w₃ = {dr}. With the sigmoids it was {ds}: they have left {ds / dr} of it, each of them at most a quarter.",
            $"Все нейроны активны, поэтому на пути нет ничего, кроме весов: производная по x равна w₁·w₂·w₃ = {dr}. С сигмоидами было {ds}: они оставили от этого {ds / dr}, каждая — не больше четверти.");
        board.Part($"Large weights, and a negative one", $"Большие веса и отрицательный вес");
        (double Times, double S, double R)[] grown = [.. from k in (double[])[1, 2, 5, 10] let g = given.With(("w", Array.ConvertAll(w, v => k * v))) select (k, Slopes(g, Activations[0].Of).W, Slopes(g, Activations[^1].Of).W)];
        board.Table([new Remark("all weights times", "все веса умножены на"), "g_s", "g_r"], grown.Select(g => (object[])[g.Times, g.S, g.R]));
        Given negative = given.With(("w", new double[] { w[0], -w[1], w[2] }));
        board.Say($"The larger the weights, the farther out the sigmoids are, and the derivative dies: paralysis. That of the ReLUs grows. With −w₂ in the place of w₂ the sigmoids give {Slopes(negative, Activations[0].Of).W}, the ReLUs {Slopes(negative, Activations[^1].Of).W}: one silent ReLU cuts the chain. A layer of many neurons has other ways round it.",
            $"Чем больше веса, тем дальше от нуля сигмоиды, и производная исчезает: паралич. У ReLU она растёт. Если заменить w₂ на −w₂, сигмоиды дают {Slopes(negative, Activations[0].Of).W}, а ReLU {Slopes(negative, Activations[^1].Of).W}: одна молчащая ReLU разрывает цепочку. В слое из многих нейронов есть обходные пути.");
        board.Part($"Measured through depth", $"Измерение по глубине");
        board.Say($"{Depth.Networks} new networks of {Layers} layers of {Depth.Width} neurons, weights normal with variance c/{Depth.Width}. The mean square of the gradient at the first layer, when it is 1 at the last:",
            $"Взяты {Sentences.Plural(Depth.Networks, "новая сеть", "новые сети", "новых сетей")}; слоёв {Layers}, в каждом {Sentences.Plural(Depth.Width, "нейрон", "нейрона", "нейронов")}, веса нормальные с дисперсией c/{Depth.Width}. Средний квадрат градиента у первого слоя, если у последнего он равен 1:");
        board.Table(["f", .. Gains.Select(c => $"c = {Digits.Of(c).Text}")],
            Activations.Select((f, i) => (object[])[f.Name, .. Gains.Select((_, j) => (object)Measured.Value[i][j][0])]));
        board.Say($"The sigmoid kills gradients with all of these weights. tanh loses far less at c = 1; ReLU needs c = 2, as half of its neurons are silent. With large weights most neurons are saturated and silent on the way back, but the few that are not multiply by large weights: gradients are then rare and huge. That is what initialisation is about (5.9, 5.10).",
            $"Сигмоида убивает градиенты при всех этих весах. Гиперболический тангенс при c = 1 теряет гораздо меньше; ReLU нужно c = 2, потому что половина её нейронов молчит. При больших весах насыщенные нейроны градиент не пропускают, зато немногие ненасыщенные умножают его на большие веса: градиенты становятся редкими и огромными. Об этом — задачи об инициализации (5.9, 5.10).");
        Plane plane = new("n", "lg g²", (0, Layers), (-16, 4));
        for (int i = 0; i < Activations.Length; i++) plane.Line([.. Measured.Value[i][0].Reverse().Select((g, n) => ((double)n, Math.Log10(g)))], $"{Activations[i].Name}, c = 1");
        board.Draw(plane, new("The logarithm of the gradient's mean square after n layers", "Логарифм среднего квадрата градиента после n слоёв"));
        Remark forgotten = new("The weights w₂ and w₃ stand on the way back too.", "На обратном пути стоят и веса w₂, w₃."), byX = new("That is the derivative by x.", "Это производная по x."), byW = new("That is the derivative by w₁.", "Это производная по w₁.");
        board.Ask("g_s", gs, 0.0005, null, new Slip(N(gs / (w[1] * w[2])), forgotten), new Slip(N(ds), byX));
        board.Ask("g_r", gr, 0.005, null, new Slip(N(x), forgotten), new Slip(N(dr), byX));
        board.Ask("d_s", ds, 0.0005, null, new Slip(N(gs), byW));
        board.Ask("d_r", dr, 0.005, null, new Slip(N(gr), byW));
        (bool sigmoids, bool relus) = (grown[^1].S > grown[0].S, grown[^1].R > grown[0].R);
        board.AskWhich("large", (sigmoids, relus) switch { (false, true) => 1, (true, true) => 2, (false, false) => 3, _ => throw new InvalidOperationException("With larger weights the sigmoids' derivative grows: the task's parameters are degenerate.") },
            new("the sigmoids' derivative goes to 0, that of the ReLUs grows", "производная сигмоид стремится к 0, у ReLU растёт"),
            new("both grow", "обе растут"),
            new("both go to 0", "обе стремятся к 0"));
    }

    // The same draws for all of them, made larger by the root of the gain.
    private static double[][][] Measure()
    {
        Tensor[] weights = Depth.Draw(Initializers.LeCunNormal(), Layers);
        return [.. Activations.Select(f => Gains.Select(gain => Depth.Of(f.Of, [.. weights.Select(w => Math.Sqrt(gain) * w)]).Gradients).ToArray())];
    }

    private static Formula Chain(string f) => Formula.Parse($"{f}(w3*{f}(w2*{f}(w1*x)))");

    private static (string, double)[] At(Given given) =>
        [("w1", given.Vector("w")[0]), ("w2", given.Vector("w")[1]), ("w3", given.Vector("w")[2]), ("x", given.Number("x"))];

    private static (double W, double X) Slopes(Given given, Func<Tensor, Tensor> f)
    {
        double[] w = given.Vector("w");
        Tensor x = given.Tensor("x").Track(), first = N(w[0]).Track();
        Tensor[] g = Gradient.Of(f(w[2] * f(w[1] * f(first * x))), first, x);
        return (g[0].Item(), g[1].Item());
    }
}
