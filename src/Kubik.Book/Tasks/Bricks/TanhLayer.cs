// tanh as a layer, beside the sigmoid that it is a stretched copy of, and in a recurrence, where its bounds are worth something.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.2: tanh: limits, derivative, forward and backward, vanishing, and why recurrent networks use it.</summary>
internal sealed class TanhLayer : BookTask
{
    private const int Layers = 10;

    private static readonly Lazy<(double[] Sigmoid, double[] Tanh)> Measured = new(Measure);

    public override string Id => "5.2";

    public override Remark Title => new("tanh as a layer", "Гиперболический тангенс как слой");

    public override string Source => "000 §5.2 а–д; 004 activations";

    public override Given Seed => new(("z", new double[] { 0, 1, -3 }), ("g", new double[] { 2, -1, 4 }), ("h", 0.5), ("w", 2), ("T", 10));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("z", Dice.Several(3, () => dice.Decimal(-3, 3, 0.5))), ("g", Dice.Several(3, () => dice.Signed(5))), ("h", dice.Of(0.25, 0.5, 1)), ("w", dice.Of(1.5, 2, 3)), ("T", dice.Whole(4, 10))),
        given => given.Vector("z").Distinct().Count() == 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"The hyperbolic tangent is", $"Гиперболический тангенс — это");
        board.Write(Formula.Parse("2/(1 + e^(-2t)) - 1"), "f");
        board.Say($"(a) Where does it go as t → +∞ (f_1) and as t → −∞ (f_0)? (b) How are f and f′ related? (c) Write down the forward and the backward pass of a layer with it. What does the layer put out for z = {given.Vector("z")} (y), and which gradient by z does it hand back when g = {given.Vector("g")} comes (d)? (d) What is its greatest derivative (m)? Does tanh make gradients vanish and networks paralysed?",
            $"(а) К чему он стремится при t → +∞ (f_1) и при t → −∞ (f_0)? (б) Как связаны f и f′? (в) Выпишите формулы прямого и обратного прохода через слой с гиперболическим тангенсом. Что слой отдаст для z = {given.Vector("z")} (y) и какой градиент по z вернёт, если пришёл g = {given.Vector("g")} (d)? (г) Чему равно наибольшее значение производной (m)? Правда ли, что гиперболический тангенс способствует затуханию градиента и параличу сети?");
        board.Say($"(e) A recurrent network computes h ← f(w·h) again and again. What becomes of h = {given.Number("h")} with w = {given.Number("w")} after n = {given.Count("T")} steps when f is ReLU (r)? Why is tanh preferred there?",
            $"(д) Рекуррентная сеть раз за разом вычисляет h ← f(w·h). Чем станет h = {given.Number("h")} при w = {given.Number("w")}, если f — ReLU, а число шагов n = {given.Count("T")} (r)? Почему там предпочитают гиперболический тангенс?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula tanh = Formula.Parse("tanh(t)"), slope = Differentiation.Of(tanh).Single().Derivative;
        board.Part($"(a) Limits", $"(а) Пределы");
        board.Say($"As t → +∞, e^(−2t) goes to 0 and f to 2 − 1 = 1; as t → −∞ it grows without bound and f goes to −1. So f is a sigmoid, stretched to twice its height, moved down by 1, and twice as steep, f(t) = 2σ(2t) − 1; it is odd, f(−t) = −f(t).",
            $"При t → +∞ величина e^(−2t) стремится к 0, а f — к 2 − 1 = 1; при t → −∞ она неограниченно растёт, а f стремится к −1. Это сигмоида, растянутая вдвое по высоте, опущенная на 1 и вдвое более сжатая по t: f(t) = 2σ(2t) − 1; она нечётна: f(−t) = −f(t).");
        board.Table(["t", "2/(1 + e^(−2t)) − 1", "tanh t", "2σ(2t) − 1"],
            new double[] { -20, -1, 0, 1, 20 }.Select(t => (object[])[t, Formula.Parse("2/(1 + e^(-2t)) - 1").At(("t", t)), tanh.At(("t", t)), Formula.Parse("2*sigmoid(2t) - 1").At(("t", t))]));

        board.Part($"(b) The derivative", $"(б) Производная");
        board.Differentiate(tanh);
        board.Say($"So f′ = 1 − f². By the chain rule from the sigmoid: (2σ(2t) − 1)′ = 4σ(1 − σ) = (1 + f)(1 − f).",
            $"Значит, f′ = 1 − f². Через сигмоиду: (2σ(2t) − 1)′ = 4σ(1 − σ) = (1 + f)(1 − f).");

        board.Part($"(c) Forward and back", $"(в) Вперёд и назад");
        Tensor z = given.Tensor("z").Unsqueeze(0), g = given.Tensor("g").Unsqueeze(0);
        Tensor y = board.Work("y", "tanh(z)", ("z", z)), d = board.Work("d", "g ∘ (1 - y^2)", ("g", g), ("y", y));

        board.Part($"(d) Vanishing and paralysis", $"(г) Затухание и паралич");
        double most = slope.At(("t", 0));
        board.Say($"1 − f² is greatest where f = 0: {most}, at t = 0. That is four times the sigmoid's greatest derivative. But everywhere else it is less than 1, and at large |t| nearly 0: at t = 3 it is {slope.At(("t", 3))}.",
            $"1 − f² больше всего там, где f = 0: {most} при t = 0. Это вчетверо больше, чем у сигмоиды. Но во всех других точках она меньше 1, а при больших |t| почти 0: при t = 3 она равна {slope.At(("t", 3))}.");
        Plane plane = new("t", "f", (-4, 4), (-1, 1.05));
        plane.Curve(t => tanh.At(("t", t)), "tanh");
        plane.Curve(t => slope.At(("t", t)), "tanh′");
        Formula sigmoid = Differentiation.Of(Formula.Parse("sigmoid(t)")).Single().Derivative;
        plane.Curve(t => sigmoid.At(("t", t)), "σ′");
        board.Draw(plane, new("tanh, its derivative, and the sigmoid's derivative", "Гиперболический тангенс, его производная и производная сигмоиды"));
        board.Say($"So yes: products of such derivatives vanish, and a neuron with a large |z| is paralysed. Only it takes more layers. The size of gradients in new networks (layers of {Depth.Width}, weights of variance 1/{Depth.Width}), by the layers that they have passed:",
            $"Значит, да: произведения таких производных затухают, а нейрон с большим |z| парализован, только слоёв для этого нужно больше. Размер градиентов в новых сетях (слои по {Depth.Width}, дисперсия весов 1/{Depth.Width}) по числу пройденных слоёв:");
        board.Table([new Remark("layers passed", "пройдено слоёв"), "σ", "tanh"],
            Enumerable.Range(0, Layers / 2 + 1).Select(i => (object[])[2 * i, Measured.Value.Sigmoid[Layers - 2 * i], Measured.Value.Tanh[Layers - 2 * i]]));
        board.Say($"Besides, its outputs are centred: positive and negative ones, so the gradients of a neuron's weights need not all have one sign.",
            $"К тому же его выходы центрированы, среди них есть и положительные, и отрицательные, поэтому градиенты весов одного нейрона не обязаны быть одного знака.");

        board.Part($"(e) In recurrent networks", $"(д) В рекуррентных сетях");
        double h = given.Number("h"), w = given.Number("w");
        int steps = given.Count("T");
        Tensor r = board.Work("r", "w^n*h", ("w", N(w)), ("n", N(steps)), ("h", N(h)));
        board.Say($"The same weight acts at each step. ReLU lets a positive state through as it is, so h is multiplied by w each time. What becomes of h and of its derivative by the first h:",
            $"На каждом шаге действует один и тот же вес. ReLU пропускает положительное состояние как есть, поэтому h каждый раз умножается на w. Что станет с h и с его производной по начальному h:");
        (string Name, Func<Tensor, Tensor> Of)[] all = [("ReLU", t => t.Relu()), ("σ", t => t.Sigmoid()), ("tanh", t => t.Tanh())];
        double[] weights = [0.5, 1, w];
        board.Table(["f", .. weights.SelectMany(v => (object[])[$"h, w = {Digits.Of(v).Text}", "∂h/∂h₀"])],
            all.Select(f => (object[])[f.Name, .. weights.SelectMany(v => { (double state, double by) = Run(f.Of, v, h, steps); return (object[])[state, by]; })]));
        board.Say($"ReLU explodes or dies out, unless w is just 1. The sigmoid forgets at once: its derivative is at most w/4 per step, and its state is never 0 at rest. tanh keeps the state between −1 and 1 whatever w is, has a rest at 0, and near it a derivative of w itself. Its gradient vanishes too when it saturates; that is what LSTM gates are for.",
            $"ReLU взрывается или затухает, если только w не равен точно 1. Сигмоида сразу всё забывает: её производная не больше w/4 за шаг, а состояние покоя у неё никогда не 0. Гиперболический тангенс при любом w держит состояние между −1 и 1, имеет состояние покоя 0, а вблизи него производную, равную самому w. При насыщении затухает и его градиент; для этого и нужны вентили LSTM.");

        Tensor row = y.Reshape(3), came = given.Tensor("g");
        board.Ask("f_1", tanh.At(("t", double.PositiveInfinity)), 1e-6, null, new Slip(N(-1), new("The limits are exchanged.", "Пределы перепутаны.")));
        board.Ask("f_0", tanh.At(("t", double.NegativeInfinity)), 1e-6, null,
            new Slip(N(0), new("That is the sigmoid's limit.", "Это предел сигмоиды.")),
            new Slip(N(1), new("The limits are exchanged.", "Пределы перепутаны.")));
        board.AskWhich("relation", 3,
            new("the derivative is f·(1 − f)", "производная равна f·(1 − f)"),
            new("the derivative is 1 − f", "производная равна 1 − f"),
            new("the derivative is 1 − f²", "производная равна 1 − f²"));
        board.Ask("y", row, 0.005, null, new Slip(given.Tensor("z").Sigmoid(), new("That is the sigmoid.", "Это сигмоида.")));
        board.Ask("d", d.Reshape(3), 0.005, null,
            new(1 - row.Square(), new("That is the derivative; it is to be multiplied by what came, g.", "Это производная; её нужно умножить на пришедший g.")),
            new(came * row * (1 - row),
                new("f·(1 − f) is the sigmoid's rule; for tanh it is 1 − f².", "f·(1 − f) — правило сигмоиды; для гиперболического тангенса это 1 − f².")));
        board.Ask("m", most, 0.001, null,
            new Slip(N(sigmoid.At(("t", 0))), new("That is the sigmoid's greatest derivative.", "Это наибольшая производная сигмоиды.")));
        (double behindSigmoids, double behindTanh) = (Measured.Value.Sigmoid[0], Measured.Value.Tanh[0]);
        board.AskWhich("vanishing", behindTanh >= 1 ? 1 : behindTanh > behindSigmoids ? 2 : 3,
            new("no: its derivative reaches 1", "нет: его производная достигает 1"),
            new("yes, but less than the sigmoid: the derivative is 1 only at 0", "да, но меньше, чем сигмоида: производная равна 1 только в нуле"),
            new("yes, more than the sigmoid", "да, больше, чем сигмоида"));
        board.Ask("r", r, 0.005, null,
            new Slip(N(w * steps * h),
                new("w is multiplied in at each step: a power, not a product.", "На каждом шаге умножают на w: это степень, а не произведение.")),
            new Slip(N(Math.Pow(w, steps - 1) * h), new("One step is missing.", "Не хватает одного шага.")));
    }

    private static (double State, double By) Run(Func<Tensor, Tensor> f, double w, double start, int steps)
    {
        Tensor first = N(start).Track(), h = first;
        for (int step = 0; step < steps; step++) h = f(w * h);
        return (h.Detach().Item(), Gradient.Of(h, first).Item());
    }

    private static (double[], double[]) Measure()
    {
        Tensor[] weights = Depth.Draw(Initializers.LeCunNormal(), Layers);
        return (Sizes(z => z.Sigmoid(), weights), Sizes(z => z.Tanh(), weights));
    }

    private static double[] Sizes(Func<Tensor, Tensor> activation, Tensor[] weights) => [.. Depth.Of(activation, weights).Gradients.Select(Math.Sqrt)];
}
