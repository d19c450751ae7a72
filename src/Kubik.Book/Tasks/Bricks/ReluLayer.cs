// ReLU as a layer, and how a neuron with it dies: one step that is too long, and it is silent for all data and for ever.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.3a: forward and backward through ReLU, and a neuron's death.</summary>
internal sealed class ReluLayer : BookTask
{
    private const int Hidden = 32, Samples = 32, Steps = 100;

    private static readonly double[] Biases = [0, -2, -4, -6];
    private static readonly Lazy<(double Bias, Outcome Relu, Outcome Leaky)[]> Measured = new(() => [.. Biases.Select(bias => (bias, Train(bias, "relu"), Train(bias, "leakyrelu 0.1")))]);

    public override string Id => "5.3a";

    public override Remark Title => new("ReLU as a layer, and how it dies", "ReLU как слой и как он умирает");

    public override string Source => "000 §5.3 а; 004 activations";

    public override Given Seed =>
        new(("z", new double[] { 2, -1, 0.5 }), ("g", new double[] { -3, 4, 1 }), ("x", new double[] { 1, 2, 3 }), ("t", new double[] { 0, 1, 0 }), ("w", 1), ("b", 0), ("eta", 0.5));

    internal override Given Draw(Dice dice)
    {
        int active = dice.Whole(0, 3);
        return Dice.Until(
            () =>
            {
                Given given = new(("z", Dice.Several(3, () => dice.Signed(6) / 2.0)), ("g", Dice.Several(3, () => dice.Signed(5))), ("x", Dice.Several(3, () => dice.Whole(1, 4))), ("t", Dice.Several(3, () => dice.Whole(0, 2))),
                    ("w", dice.Whole(1, 3)), ("b", dice.Whole(0, 1)), ("eta", 0));
                return given.With(("eta", Leaves(given, active)));
            },
            given => given.Vector("x").Distinct().Count() == 3 && given.Vector("z").Min() < 0 && given.Vector("z").Max() > 0 && given.Number("eta") > 0 && After(given) is var (w, b)
                && Array.ConvertAll(given.Vector("x"), x => w * x + b) is var left && Array.TrueForAll(left, a => Math.Abs(a) > 0.02) && left.Count(a => a > 0) == active && Silence(given) is > 0.02 and < 10);
    }

    internal override void State(Given given, Board board)
    {
        board.Say($"A layer applies ReLU to each number, y = max(0, z). Write down its forward and its backward pass. What does it put out for z = {given.Vector("z")} (y), and which gradient by z does it hand back when g = {given.Vector("g")} comes (d)? What is its greatest derivative (m)?",
            $"Слой применяет ReLU к каждому числу: y = max(0, z). Выпишите формулы прямого и обратного прохода. Что слой отдаст для z = {given.Vector("z")} (y) и какой градиент по z вернёт, если пришёл g = {given.Vector("g")} (d)? Чему равно наибольшее значение производной (m)?");
        board.Say($"A neuron ŷ = max(0, w·x + b) with w = {given.Number("w")}, b = {given.Number("b")} learns t = {given.Vector("t")} for x = {given.Vector("x")}, with the mean of the squared errors as its loss. What are w and b (v = (w, b)) after a step of gradient descent with η = {given.Number("eta")}, and for how many of the three x is the neuron still positive (k)? From which η on is it silent for all of them (s)? What does it learn then?",
            $"Нейрон ŷ = max(0, w·x + b) с w = {given.Number("w")}, b = {given.Number("b")} учится отдавать t = {given.Vector("t")} для x = {given.Vector("x")}; потери — среднее квадратов ошибок. Какими станут w и b (v = (w, b)) после шага градиентного спуска с η = {given.Number("eta")} и для скольких из трёх x нейрон останется положительным (k)? Начиная с какого η он замолчит для всех трёх (s)? Чему он после этого научится?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Part($"Forward and back", $"Вперёд и назад");
        Tensor z = given.Tensor("z").Unsqueeze(0), g = given.Tensor("g").Unsqueeze(0);
        Tensor y = board.Work("y", "max(0, z)", ("z", z)), d = board.Work("d", "g ∘ [z > 0]", ("g", g), ("z", z));
        board.Say($"The derivative is 1 where z is positive and 0 where it is negative; at 0 there is none, and programs take 0. So the greatest is 1, and it is reached for half of all z, not at one point as with tanh: through active neurons a gradient goes unchanged, however many layers there are.",
            $"Производная равна 1 там, где z положительно, и 0 там, где отрицательно; в нуле её нет, программы берут 0. Наибольшее значение — 1, и достигается оно на целой полупрямой, а не в одной точке, как у гиперболического тангенса: через активные нейроны градиент проходит без изменений, сколько бы слоёв ни было.");

        (double w, double b) = After(given);
        double[] x = given.Vector("x"), left = [.. x.Select(a => w * a + b)];
        int active = left.Count(a => a > 0);
        if (active == 0) board.Part($"A step that kills", $"Шаг, который убивает");
        else if (active < x.Length) board.Part($"A step that silences it for some x", $"Шаг, после которого нейрон молчит для части x");
        else board.Part($"A step that it survives", $"Шаг, который нейрон переживает");
        Explanation step = Step(given, given.Number("eta"));
        board.Explain(step);
        board.Say($"After the step w·x + b is {left}: the number of positive ones is {active}.",
            $"После шага w·x + b равно {left}: положительных среди них {active}.");
        board.Part($"From which step on", $"Начиная с какого шага");
        (double gw, double gb) = Slopes(given);
        double[] before = [.. x.Select(a => given.Number("w") * a + given.Number("b"))], falls = [.. x.Select(a => gw * a + gb)];
        board.Say($"Before the step w·x + b was {before}. With g_w = {gw} and g_b = {gb} it falls by η·(g_w·x + g_b), that is by η times {falls}. It reaches 0 at the quotients:",
            $"До шага w·x + b было {before}. При g_w = {gw}, g_b = {gb} оно уменьшается на η·(g_w·x + g_b), то есть на η, умноженное на {falls}. Нуля оно достигает при отношениях:");
        board.Table(["x", "w·x + b", "g_w·x + g_b", "η"], x.Select((a, i) => (object[])[a, before[i], falls[i], before[i] / falls[i]]));
        double silence = Silence(given);
        board.Say($"The last one is silent from η = {silence} on. Then every derivative is 0, so the gradient is 0 and stays so: the neuron is dead. It learns nothing any more, and puts out 0 for ever. A leaky ReLU, with a small slope on the left, can come back.",
            $"Последний замолкает при η = {silence}. После этого все производные равны 0, градиент равен 0 и таким остаётся: нейрон мёртв. Он больше ничему не учится и всегда отдаёт 0. Leaky ReLU с небольшим наклоном слева может ожить.");
        Plane plane = new("x", "ŷ", (0, x.Max() + 1), (-1, Math.Max(before.Max(), given.Vector("t").Max()) + 1));
        plane.Curve(a => Math.Max(0, given.Number("w") * a + given.Number("b")), "ŷ");
        plane.Curve(a => Math.Max(0, w * a + b), $"ŷ, η = {Digits.Of(given.Number("eta")).Text}");
        plane.Points(x.Zip(given.Vector("t")), isFirst: true);
        board.Draw(plane, new("The neuron before and after the step, and what it should put out", "Нейрон до и после шага и то, что он должен отдавать"));

        board.Part($"Measured", $"Измерение");
        board.Say($"A layer of {Hidden} neurons and an output learn sin(x₁ + 2x₂) at {Samples} points, in {Steps} steps. Their biases begin at b, so that some or all neurons are silent at all points. The share that is silent before and after (with ReLU), and the loss at the end:",
            $"Слой из {Hidden} нейронов и выход учатся функции sin(x₁ + 2x₂) по {Samples} точкам за {Steps} шагов. Сдвиги вначале равны b, так что часть нейронов или все молчат во всех точках. Доля молчащих до и после (с ReLU) и потери в конце:");
        board.Table(["b", new Remark("silent before", "молчат до"), new Remark("after", "после"), new Remark("loss, ReLU", "потери, ReLU"), new Remark("loss, leaky", "потери, leaky")],
            Measured.Value.Select(m => (object[])[m.Bias, m.Relu.Before, m.Relu.After, Math.Round(m.Relu.Loss, 3), Math.Round(m.Leaky.Loss, 3)]));
        board.Say($"What is silent with ReLU stays so, and the more are silent, the less is learned; a layer that is silent as a whole leaves nothing but a constant. With the slope 0.1 on the left neurons learn there too.",
            $"Кто молчит с ReLU, молчит и дальше, и чем больше молчащих, тем меньше сеть выучит; если слой молчит целиком, остаётся лишь константа. С наклоном 0.1 слева нейроны учатся и там.");

        board.Ask("y", y.Reshape(3), 0.005, null,
            new Slip(given.Tensor("z").Abs(), new("That is |z|; negative numbers become 0.", "Это |z|; отрицательные числа превращаются в 0.")));
        board.Ask("d", d.Reshape(3), 0.005, null,
            new(given.Tensor("g").Relu(),
                new("ReLU looks at the input that it had, not at the sign of the gradient.", "ReLU смотрит на свой вход, а не на знак градиента.")),
            new(given.Tensor("g") * given.Tensor("z").Relu(),
                new("The gradient is multiplied by the derivative, 1 or 0, not by the value.", "Градиент умножается на производную, 1 или 0, а не на значение.")));
        board.Ask("m", Formula.Parse("[z > 0]").At(("z", 1)), 0.001, null,
            new Slip(N(Differentiation.Of(Formula.Parse("sigmoid(z)")).Single().Derivative.At(("z", 0))),
                new("That is the sigmoid's greatest derivative.", "Это наибольшая производная сигмоиды.")));
        Tensor v = Tensor.Of(w, b), old = Tensor.Of(given.Number("w"), given.Number("b"));
        board.Ask("v", v, 0.005, new("w and b", "w и b"),
            new(2 * old - v, new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.")),
            new(old + 3 * (v - old), new("The gradient of the sum was taken; the loss is the mean.", "Взят градиент суммы, а потери — среднее.")),
            new(old + (v - old) / 2, new("A factor of 2 is lost: the derivative of a square has it.", "Потерян множитель 2 из производной квадрата.")));
        board.AskCount("k", active, null,
            new Slip(N(before.Count(a => a > 0)), new("For so many it was positive before the step.", "Для стольких он был положителен до шага.")));
        board.Ask("s", silence, 0.005, null,
            new Slip(N(x.Select((_, i) => before[i] / falls[i]).Min()),
                new("From there on one of them is silent; all are asked for.", "С этого η замолкает лишь один; нужны все.")));
        board.AskWhich("then", 3,
            new("it learns more slowly", "учится медленнее"),
            new("it learns from other observations again in the next step", "на следующем шаге снова учится на других наблюдениях"),
            new("nothing: its gradient stays 0", "ничему: его градиент остаётся нулевым"));
    }

    private static Explanation Step(Given given, double eta) => Neurons.Weighted("linear 1 | relu", given.Tensor("w").Reshape(1, 1), given.Tensor("b").Reshape(1))
        .Explain(given.Tensor("x").Reshape(3, 1).Cast(DType.Float32), given.Tensor("t").Reshape(3, 1).Cast(DType.Float32), new() { Optimizer = new Sgd(eta) });

    private static (double W, double B) After(Given given)
    {
        ((double gw, double gb), double eta) = (Slopes(given), given.Number("eta"));
        return (given.Number("w") - eta * gw, given.Number("b") - eta * gb);
    }

    private static (double W, double B) Slopes(Given given)
    {
        Tensor w = given.Tensor("w").Track(), b = given.Tensor("b").Track();
        Tensor[] g = Gradient.Of(new MeanSquaredError().Of((w * given.Tensor("x") + b).Relu(), given.Tensor("t")), w, b);
        return (g[0].Item(), g[1].Item());
    }

    // The greatest η at which one is not yet silent; NaN where one of them does not fall.
    private static double Silence(Given given) => Silences(given) is [.., var last] ? last : double.NaN;

    // The η at which one x after the other falls silent, in order; none where one of them does not fall.
    private static double[] Silences(Given given)
    {
        (double gw, double gb) = Slopes(given);
        (double Sum, double Fall)[] all = [.. given.Vector("x").Select(x => (given.Number("w") * x + given.Number("b"), gw * x + gb))];
        return Array.TrueForAll(all, a => a.Fall > 0.01) ? [.. all.Select(a => a.Sum / a.Fall).Order()] : [];
    }

    // An η after which so many are positive: between the one that silences one more and the next; 0 where there is none.
    private static double Leaves(Given given, int active) =>
        Silences(given) is [var a, var b, var c] ? Math.Round(active switch { 0 => 1.3 * c, 1 => (b + c) / 2, 2 => (a + b) / 2, _ => 0.6 * a }, 3) : 0;

    private static Outcome Train(double bias, string activation)
    {
        RandomStream random = new(2, stream: 1);
        Sequential net = Neurons.Weighted($"linear {Hidden} | {activation} | linear 1", random.Normal([2, Hidden]), Tensor.Full([Hidden], bias), random.Normal([Hidden, 1]) / Math.Sqrt(Hidden), Tensor.Zeros([1]));
        Tensor x = random.Normal([Samples, 2]), t = (x[.., ..1] + 2 * x[.., 1..]).Sin();
        double Silent() => net.Items[0].Forward(x).Detach().Max(0).ToDoubles().Average(most => most > 0 ? 0.0 : 1);
        double before = Silent();
        Sgd rule = new(0.05);
        for (int step = 0; step < Steps; step++) rule.Step(() => new MeanSquaredError().Of(net.Forward(x), t), net);
        return new(before, Silent(), new MeanSquaredError().Of(net.Forward(x), t).Item());
    }

    /// <summary>The share of neurons that are silent at all points, before and after training, and the loss at the end.</summary>
    private sealed record Outcome(double Before, double After, double Loss);
}
