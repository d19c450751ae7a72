// The sigmoid as a layer: what goes through it, what comes back, and why the way back gets narrower with every layer.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.1: forward and backward through a sigmoid, its greatest derivative, vanishing gradients and paralysis.</summary>
internal sealed class SigmoidLayer : BookTask
{
    private const int Layers = 10, Steps = 500;

    // They have no parameters, so they are the same for all variants.
    private static readonly Lazy<Depth> Measured = new(() => Depth.Of(z => z.Sigmoid(), Initializers.LeCunNormal(), Layers));
    private static readonly Lazy<(double Start, double Squared, double Logarithmic)[]> Stuck = new(Descend);

    public override string Id => "5.1";

    public override Remark Title => new("The sigmoid as a layer", "Сигмоида как слой");

    public override string Source => "000 §5.1 а, б; 002 paralysis; 004 activations";

    public override Given Seed => new(("z", new double[] { 0, 2, -6 }), ("g", new double[] { 1, -2, 5 }), ("eps", 0.001));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("z", Dice.Several(3, () => dice.Decimal(-6, 6, 0.5))), ("g", Dice.Several(3, () => dice.Signed(5))), ("eps", dice.Of(0.1, 0.01, 0.001, 0.0001))),
        given => given.Vector("z").Distinct().Count() == 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"A layer applies the sigmoid to each number, y = σ(z). (a) Write down its forward and its backward pass. What does it put out for z = {given.Vector("z")} (y), and which gradient by z does it hand back when g = {given.Vector("g")} comes (d)?",
            $"Слой применяет сигмоиду к каждому числу: y = σ(z). (а) Выпишите формулы прямого и обратного прохода. Что слой отдаст для z = {given.Vector("z")} (y) и какой градиент по z вернёт, если пришёл g = {given.Vector("g")} (d)?");
        board.Say($"(b) What is the greatest derivative of the sigmoid (m)? In a chain of neurons whose weights are not beyond ±1, how many sigmoids (n) are enough for a gradient to be at most {given.Number("eps")} of itself, whatever the numbers? How do vanishing gradients and the paralysis of a network come about?",
            $"(б) Чему равно наибольшее значение производной сигмоиды (m)? В цепочке нейронов с весами не больше 1 по модулю, скольких сигмоид (n) хватит, чтобы от градиента при любых числах осталось не больше {given.Number("eps")}? Как возникают затухание градиента и паралич сети?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z").Unsqueeze(0), g = given.Tensor("g").Unsqueeze(0);
        board.Part($"(a) Forward and back", $"(а) Вперёд и назад");
        Tensor y = board.Work("y", "sigmoid(z)", ("z", z));
        board.Say($"The derivative can be said by the value, so the layer needs to remember nothing but y:",
            $"Производная выражается через значение, так что слою достаточно помнить y:");
        board.Differentiate(Formula.Parse("sigmoid(z)"));
        board.Say($"Every number goes through by itself; the gradient that comes is multiplied by the derivative, entry by entry.",
            $"Каждое число проходит само по себе; пришедший градиент поэлементно умножается на производную.");
        Tensor d = board.Work("d", "g ∘ y ∘ (1 - y)", ("g", g), ("y", y));

        board.Part($"(b) The greatest derivative", $"(б) Наибольшая производная");
        Formula slope = Formula.Parse("s*(1 - s)");
        double most = slope.At(("s", 0.5)), eps = given.Number("eps");
        board.Say($"With s for the value of the sigmoid the derivative is a parabola in s:",
            $"Если обозначить значение сигмоиды s, производная — парабола от s:");
        board.Differentiate(slope);
        board.Say($"That is 0 at s = 1/2, so at z = 0, and the derivative is {most} there; everywhere else it is less. At the given z it is {(y * (1 - y)).Reshape(3)}.",
            $"Это 0 при s = 1/2, то есть при z = 0; производная там равна {most}, а во всех других точках меньше. В данных точках z она равна {(y * (1 - y)).Reshape(3)}.");
        Plane plane = new("z", "σ′", (-8, 8), (0, 0.3));
        Formula derivative = Differentiation.Of(Formula.Parse("sigmoid(z)")).Single().Derivative;
        plane.Curve(at => derivative.At(("z", at)), "");
        board.Draw(plane, new("The derivative of the sigmoid", "Производная сигмоиды"));
        double needed = Math.Log(eps) / Math.Log(most);
        board.Say($"A chain of n sigmoids multiplies the gradient by n derivatives, each at most {most}, and by weights that make it no larger. So at most {most}ⁿ is left, which is {eps} or less when n ≥ ln {eps}/ln {most} ≈ {needed}.",
            $"Цепочка из n сигмоид умножает градиент на n производных, каждая не больше {most}, и на веса, которые его не увеличивают. Остаётся не больше {most}ⁿ, а это не больше {eps}, когда n ≥ ln {eps}/ln {most} ≈ {needed}.");

        board.Part($"Measured: vanishing gradients", $"Измерение: затухание градиента");
        double[] left = [.. Measured.Value.Gradients.Select(Math.Sqrt)];
        board.Say($"{Depth.Networks} new networks with layers of {Depth.Width} sigmoids and normal weights of variance 1/{Depth.Width}; numbers of size 1 come in at the back. Their size (root of the mean square), by the layers left to go:",
            $"Взяты {Sentences.Plural(Depth.Networks, "новая сеть", "новые сети", "новых сетей")}, в каждом слое {Sentences.Plural(Depth.Width, "сигмоида", "сигмоиды", "сигмоид")}, веса нормальные с дисперсией 1/{Depth.Width}; сзади приходят числа размера 1. Их размер (корень из среднего квадрата) по числу пройденных слоёв:");
        board.Table([new Remark("layers passed", "пройдено слоёв"), new Remark("size of the gradient", "размер градиента"), $"{Digits.Of(most).Text}ⁿ"],
            Enumerable.Range(0, Layers / 2 + 1).Select(i => (object[])[2 * i, left[Layers - 2 * i], Math.Pow(most, 2 * i)]));
        board.Say($"About as much is left as the bound for a chain allows: most z are near 0 at the beginning of training, where the derivative is greatest. Even so the first layers hardly learn.",
            $"Остаётся примерно столько, сколько допускает оценка для цепочки: в начале обучения почти все z близки к 0, где производная наибольшая. И всё равно первые слои почти не учатся.");

        board.Part($"Measured: paralysis", $"Измерение: паралич");
        board.Say($"One neuron p = σ(w) is to learn to put out 1, by gradient descent with η = 1. Its p after {Steps} steps, from several w, with the loss ½(p − 1)² and with the log-loss −ln p:",
            $"Один нейрон p = σ(w) должен научиться отдавать 1 градиентным спуском с η = 1. Вот p после обучения из разных w с потерями ½(p − 1)² и с логистическими −ln p (шагов сделано {Steps}):");
        board.Table([new Remark("w at first", "w вначале"), "½(p − 1)²", "−ln p"], Stuck.Value.Select(s => (object[])[s.Start, s.Squared, s.Logarithmic]));
        board.Say($"A neuron that is quite wrong with a large |z| has a derivative of nearly 0 and stays where it is: that is paralysis. Log-loss at the output cancels the derivative; in hidden layers nothing does.",
            $"Нейрон, который сильно ошибается при большом |z|, имеет почти нулевую производную и остаётся на месте: это и есть паралич. Логистические потери на выходе сокращают эту производную; в скрытых слоях её ничто не сокращает.");
        board.Say($"One more drawback: all outputs are positive. A neuron that reads them has the gradient δ·y by its weights, all of the sign of δ: they can only grow together or shrink together.",
            $"Ещё один недостаток: все выходы положительны. У нейрона, который их читает, градиент по весам равен δ·y, все его числа имеют знак δ: веса могут только вместе расти или вместе уменьшаться.");

        Tensor row = y.Reshape(3), came = given.Tensor("g");
        board.Ask("y", row, 0.005, null, new Slip(1 - row, new("That is σ(−z).", "Это σ(−z).")));
        board.Ask("d", d.Reshape(3), 0.005, null,
            new(row * (1 - row), new("That is the derivative; it is to be multiplied by what came, g.", "Это производная; её нужно умножить на пришедший g.")),
            new(came * row, new("The factor 1 − y is missing.", "Потерян множитель 1 − y.")));
        board.Ask("m", most, 0.001, null,
            new Slip(N(1),
                new("That is the greatest value of the sigmoid, not of its derivative.", "Это наибольшее значение самой сигмоиды, а не производной.")));
        board.AskCount("n", Math.Ceiling(needed), new("sigmoids", "сигмоид"),
            new Slip(N(Math.Ceiling(Math.Log(eps) / Math.Log(0.5))),
                new("The bound for each sigmoid is 1/4, not 1/2.", "Каждая сигмоида даёт множитель не больше 1/4, а не 1/2.")));
        board.AskWhich("paralysis", 2,
            new("the outputs of the neurons grow without bound", "выходы нейронов неограниченно растут"),
            new("at large |z| the derivative is nearly 0, so even a neuron that is wrong does not change", "при больших |z| производная почти 0, поэтому не меняется даже ошибающийся нейрон"),
            new("the gradient grows from layer to layer", "градиент растёт от слоя к слою"));
    }

    private static (double, double, double)[] Descend()
    {
        Tensor start = Tensor.Of(0.0, -2, -5, -10);
        double[] After(Func<Tensor, Tensor> loss)
        {
            Tensor w = start;
            for (int step = 0; step < Steps; step++)
            {
                Tensor at = w.Track();
                w -= Gradient.Of(loss(at.Sigmoid()).Sum(), at).Detach();
            }
            return w.Sigmoid().ToDoubles();
        }

        double[] squared = After(p => (p - 1).Square() / 2), logarithmic = After(p => -p.Log());
        return [.. start.ToDoubles().Select((w, i) => (w, squared[i], logarithmic[i]))];
    }
}
