// Backpropagation that uses the new weights of later layers for the gradients of earlier ones, against the usual one: two steps
// by hand show where they differ, an experiment over many starts what becomes of it.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.6: all weights at once, or layer by layer with the new ones.</summary>
internal sealed class LayerByLayer : BookTask
{
    private const int Starts = 60, Samples = 16, Hidden = 6, Steps = 30;

    private static readonly double[] Rates = [0.05, 0.2, 0.5];

    // The experiment has no parameters, so it is the same for all variants.
    private static readonly Lazy<Outcome[]> Experiment = new(() => [.. Rates.Select(rate => new Outcome(rate, Train(rate, isLayerByLayer: false), Train(rate, isLayerByLayer: true)))]);

    public override string Id => "4.6";

    public override Remark Title => new("At once, or layer by layer", "Сразу или послойно");

    public override string Source => "000 §4.6 а, б";

    public override Given Seed => new(("x", 2), ("y", 5), ("w", new double[] { 1, 1 }), ("eta", 0.1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", dice.Whole(1, 3)), ("y", dice.Signed(6)), ("w", Dice.Several(2, () => dice.Signed(3))), ("eta", dice.Of(0.05, 0.1, 0.2))),
        given => Math.Abs(given.Vector("w")[0] * given.Vector("w")[1] * given.Number("x") - given.Number("y")) is >= 1 and <= 6);

    internal override void State(Given given, Board board)
    {
        double[] w = given.Vector("w");
        board.Say($"When the gradients are known, all weights can be changed at once (way a). Or the last layer is changed first, and its new weights are already used for the gradient of the layer before it, and so on (way b).",
            $"Когда градиенты найдены, можно сразу сделать шаг по всем весам (способ a). А можно сначала изменить последний слой, для градиента предыдущего слоя использовать уже новые его веса, и так далее (способ b).");
        board.Say($"A network of two layers without activations is ŷ = w₂·w₁·x, the loss is ½(ŷ − y)². Let x = {given.Number("x")}, y = {given.Number("y")}, w₁ = {w[0]}, w₂ = {w[1]}, η = {given.Number("eta")}. What are (w₁, w₂) after a step by the ways a and b?",
            $"Сеть из двух слоёв без активаций: ŷ = w₂·w₁·x, потери ½(ŷ − y)². Пусть x = {given.Number("x")}, y = {given.Number("y")}, w₁ = {w[0]}, w₂ = {w[1]}, η = {given.Number("eta")}. Чему равны (w₁, w₂) после шага способами a и b?");
        board.Say($"Which way do you think leads down faster when the steps are small (η = {Rates[0]}), and which one fails more often when they are large (η = {Rates[^1]})?",
            $"Какой способ, по-вашему, быстрее уменьшает потери при малых шагах (η = {Rates[0]}) и какой чаще терпит неудачу при больших (η = {Rates[^1]})?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Part($"One step by hand", $"Один шаг вручную");
        Formula loss = Formula.Parse("0.5(w2*w1*x - y)^2");
        (Formula first, Formula last) = (By(loss, "w1"), By(loss, "w2"));
        board.Write(last, "g2");
        board.Write(first, "g1");
        double[] w = given.Vector("w");
        (string, Tensor) x = ("x", given.Tensor("x")), y = ("y", given.Tensor("y")), eta = ("η", given.Tensor("eta")), w1 = ("w1", N(w[0])), w2 = ("w2", N(w[1]));
        board.Say($"The last layer is changed in the same way by both:", $"Последний слой оба способа меняют одинаково:");
        Tensor error = board.Work("δ", "w2*w1*x - y", x, y, w1, w2);
        Tensor g2 = board.Work("g2", "δ*w1*x", ("δ", error), w1, x), v2 = board.Work("v2", "w2 - η*g2", w2, eta, ("g2", g2));
        board.Say($"The first layer's gradient goes through the last one: by way a through the old w₂, by way b through the new one, v₂. The error δ stays the old one.",
            $"Градиент первого слоя идёт через последний: в способе a через старый вес w₂, в способе b через новый v₂. Ошибка δ остаётся прежней.");
        Tensor ga = board.Work("g_a", "δ*w2*x", ("δ", error), w2, x), a = board.Work("w_a", "w1 - η*g_a", w1, eta, ("g_a", ga));
        Tensor gb = board.Work("g_b", "δ*v2*x", ("δ", error), ("v2", v2), x), b = board.Work("w_b", "w1 - η*g_b", w1, eta, ("g_b", gb));
        double After(Tensor w1) => loss.At(("w1", w1.Item()), ("w2", v2.Item()), ("x", given.Number("x")), ("y", given.Number("y")));
        board.Say($"The loss was {loss.At(("w1", w[0]), ("w2", w[1]), ("x", given.Number("x")), ("y", given.Number("y")))}; after the step it is {After(a)} by way a and {After(b)} by way b. One example proves nothing.",
            $"Потери были {loss.At(("w1", w[0]), ("w2", w[1]), ("x", given.Number("x")), ("y", given.Number("y")))}; после шага способом a они {After(a)}, способом b {After(b)}. Один пример ничего не доказывает.");

        board.Part($"An experiment", $"Эксперимент");
        Outcome small = Experiment.Value[0], large = Experiment.Value[^1];
        board.Say($"A network 2 → {Hidden} → {Hidden} → 1 with tanh learns sin 2(x₁ + x₂) at {Samples} points; {Steps} steps by both ways from each of {Starts} random starts. For every start the losses at the end are compared by d = ln(L_b / L_a): below 0, b is ahead. A start has failed when its loss ends above where it began; d is the mean over the starts that did not fail by either way, with twice its standard error.",
            $"Сеть 2 → {Hidden} → {Hidden} → 1 с tanh учится функции sin 2(x₁ + x₂) по {Samples} точкам; из {Starts} случайных начал сделано по {Steps} шагов обоими способами. Для каждого начала потери в конце сравниваются по d = ln(L_b / L_a): меньше 0 — впереди способ b. Неудача — это когда потери в конце больше, чем в начале; d усреднено по началам, где не было неудач, и указано с удвоенной стандартной ошибкой.");
        board.Table(["η", "d", "±", new Remark("b ahead", "b впереди"), new Remark("a failed", "неудачи a"), new Remark("b failed", "неудачи b")],
            Experiment.Value.Select(o => (object[])[o.Rate, o.D.Mean, 2 * o.D.Error, $"{o.Ahead}/{o.Both}", o.FailedAtOnce, o.FailedByLayer]));
        board.Say($"With small steps nothing can be told from the spread of the starts: the ways differ by −η·δ·δᵀ·h in the gradient, so by η² in the weights. With middle ones way b can be ahead, by little. With large steps it fails more often: its extra term pushes the hidden values away from 0 whatever the sign of the error, and the larger they are, the larger is the next step of the last layer.",
            $"При малых шагах различие теряется в разбросе: градиенты отличаются на −η·δ·δᵀ·h, а веса, значит, на величину порядка η². При средних шагах способ b может быть немного впереди. При больших он чаще терпит неудачу: добавка отодвигает скрытые значения от 0 при любом знаке ошибки, а чем они больше, тем больше следующий шаг последнего слоя.");
        board.Say($"So there is little to be won and more to be lost; and way a can compute all gradients before any weight changes, which every rule with a memory (momentum, Adam) is made for.",
            $"Итак, выиграть можно мало, а потерять больше; к тому же в способе a все градиенты считаются до изменения весов, на что и рассчитаны правила с памятью (инерция, Adam).");

        Tensor atOnce = Tensor.Stack(0, a, v2), byLayer = Tensor.Stack(0, b, v2);
        Remark pair = new("w₁ and w₂", "w₁ и w₂");
        board.Ask("w_a", atOnce, 0.005, pair,
            new Slip(byLayer,
                new("That is way b: here w₂ is still the old one in the gradient of w₁.", "Это способ b: здесь в градиенте w₁ вес w₂ ещё старый.")),
            new Slip(Tensor.Stack(0, N(w[0]) + given.Tensor("eta") * ga, N(w[1]) + given.Tensor("eta") * g2),
                new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.")));
        board.Ask("w_b", byLayer, 0.005, pair,
            new Slip(atOnce,
                new("That is way a: here the new w₂ stands in the gradient of w₁.", "Это способ a: здесь в градиенте w₁ стоит уже новый вес w₂.")));
        board.AskWhich("small", Math.Abs(small.D.Mean) <= 2 * small.D.Error ? 3 : small.D.Mean > 0 ? 1 : 2,
            new("way a is faster", "быстрее способ a"),
            new("way b is faster", "быстрее способ b"),
            new("no difference beyond the spread of the starts", "различие не больше разброса"));
        board.AskWhich("large", Math.Sign(large.FailedByLayer - large.FailedAtOnce) + 2,
            new("way a fails more often", "чаще неудачен способ a"),
            new("both alike", "оба одинаково"),
            new("way b fails more often", "чаще неудачен способ b"));
    }

    private static Formula By(Formula formula, string name) => Differentiation.Of(formula).First(d => d.Variable.Name == name).Derivative;

    // The losses of all starts before the first and after the last step. Every start is a network of its own: W (starts, in, out).
    private static (double[] Before, double[] After) Train(double rate, bool isLayerByLayer)
    {
        RandomStream random = new(1, stream: 3);
        Tensor x = random.Normal([1, Samples, 2]), t = (2 * x.Sum(2, keepDims: true)).Sin();
        Tensor[] w = [random.Normal([Starts, 2, Hidden]), random.Normal([Starts, Hidden, Hidden]) / Math.Sqrt(Hidden), random.Normal([Starts, Hidden, 1]) / Math.Sqrt(Hidden)];
        double[]? before = null;
        for (int step = 0; ; step++)
        {
            // z and h of a layer begin the tape anew, so that each layer can be pulled back through by itself.
            Tensor[] h = [x, x, x], z = [x, x, x];
            for (int k = 0; k < w.Length; k++)
            {
                if (k > 0) h[k] = z[k - 1].Tanh();
                z[k] = h[k].Detach().MatMul(w[k]).Track();
            }
            Tensor y = z[^1].Detach().Track(), losses = (y - t).Square().Mean(1, 2);
            before ??= losses.ToDoubles();
            if (step == Steps) return (before, losses.ToDoubles());
            Tensor dz = Gradient.Of(losses.Sum(), y).Detach();
            for (int k = w.Length - 1; k >= 0; k--)
            {
                Tensor old = w[k].Track(), into = h[k].Detach().Track();
                Tensor next = w[k] - rate * Gradient.Pull(into.MatMul(old), dz, old)[0]!.Detach();
                if (k > 0)
                {
                    Tensor dh = Gradient.Pull(into.MatMul(isLayerByLayer ? next : w[k]), dz, into)[0]!.Detach();
                    dz = Gradient.Pull(h[k], dh, z[k - 1])[0]!.Detach();
                }
                w[k] = next;
            }
        }
    }

    /// <summary>What came of one learning rate.</summary>
    private sealed record Outcome(double Rate, (double[] Before, double[] After) AtOnce, (double[] Before, double[] After) ByLayer)
    {
        private readonly double[] ratios =
        [
            .. Enumerable.Range(0, Starts).Where(i => !HasFailed(AtOnce, i) && !HasFailed(ByLayer, i)).Select(i => Math.Log(ByLayer.After[i] / AtOnce.After[i])),
        ];

        public int Both => this.ratios.Length;

        public int Ahead => this.ratios.Count(r => r < 0);

        /// <summary>d.</summary>
        public Spread D => Spread.Of(this.ratios);

        public int FailedAtOnce => Enumerable.Range(0, Starts).Count(i => HasFailed(this.AtOnce, i));

        public int FailedByLayer => Enumerable.Range(0, Starts).Count(i => HasFailed(this.ByLayer, i));

        private static bool HasFailed((double[] Before, double[] After) losses, int start) => !(losses.After[start] <= losses.Before[start]);
    }
}
