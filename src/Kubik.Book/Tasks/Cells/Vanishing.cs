// What is left of a gradient after many steps: powers by hand, then the same measured in layers of the engine, with its spread.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.3: gradients that vanish and explode through time.</summary>
internal sealed class Vanishing : BookTask
{
    private const int Hidden = 16, Inputs = 4, Back = 40, Samples = 8, Starts = 6;
    private const double Small = 0.001;

    public override string Id => "7.3";

    public override Remark Title => new("Gradients through time", "Градиент сквозь время");

    public override string Source => "000 §7 (RNN); 000 §7 (LSTM); 000 §5.2 д; 002 outlook";

    public override Given Seed => new(("u", (double[])[0.8, 1.2]), ("T", 20), ("b", 3), ("g", new double[] { 3, -4 }), ("c", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("u", new double[] { dice.Of(0.6, 0.7, 0.8, 0.9), dice.Of(1.1, 1.2, 1.3) }), ("T", 5 * dice.Whole(2, 8)), ("b", dice.Whole(2, 5)), ("g", Dice.Several(2, () => dice.Signed(9))), ("c", dice.Of(0.5, 1, 2))),
        given => given.Tensor("g").Square().Sum().Item() > 4 * given.Number("c") * given.Number("c"));

    internal override void State(Given given, Board board)
    {
        double[] u = given.Vector("u");
        board.Say($"(a) Let a state have no activation: h_t = u·h_(t−1) + x_t. What is ∂h_n/∂h₀ for n = {given.Number("T")} with u = {u[0]} (r1) and with u = {u[1]} (r2)? After how many steps k is it less than {Small} for the first time, with u = {u[0]}?",
            $"(а) Пусть у состояния нет активации: h_t = u·h_(t−1) + x_t. Чему равна ∂h_n/∂h₀ при n = {given.Number("T")}, если u = {u[0]} (r1) и если u = {u[1]} (r2)? Через сколько шагов k она впервые меньше {Small} при u = {u[0]}?");
        board.Say($"(b) Along the memory of an LSTM the gradient is multiplied by the forget gate in every step. What is left of it after n steps (q) when {given.Number("b")} goes into the gate's sigmoid each time?",
            $"(б) Вдоль памяти LSTM градиент на каждом шаге умножается на вентиль забывания. Какая доля останется через n шагов (q), если в его сигмоиду каждый раз входит {given.Number("b")}?");
        board.Say($"(c) A gradient g = {given.Vector("g")} is too long: it is to be cut to the norm {given.Number("c")}, keeping its direction (G).",
            $"(в) Градиент g = {given.Vector("g")} слишком длинный: укоротите его до нормы {given.Number("c")}, сохранив направление (G).");
        board.Say($"(d) Which of these layers lets the most of a gradient through {Back} steps?",
            $"(г) Какой из этих слоёв пропускает через {Back} шагов наибольшую долю градиента?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor u = given.Tensor("u"), steps = given.Tensor("T"), b = given.Tensor("b");
        board.Part($"(a) Powers", $"(а) Степени");
        board.Say($"The chain rule multiplies by the same u in every step. So there are three cases only: the gradient vanishes, explodes, or, with |u| = 1 exactly, stays.",
            $"Цепное правило на каждом шаге умножает на одно и то же u. Поэтому случаев всего три: градиент затухает, взрывается или, ровно при |u| = 1, сохраняется.");
        Tensor r1 = board.Work("r1", "u^n", ("u", u[0]), ("n", steps)), r2 = board.Work("r2", "u^n", ("u", u[1]), ("n", steps));
        int k = Enumerable.Range(1, 1000).First(t => u[0].Pow(t).Item() < Small);
        board.Say($"u^k < {Small} means k > ln {Small} / ln u ≈ {N(Small).Log() / u[0].Log()}, so k = {k}.",
            $"u^k < {Small} означает k > ln {Small} / ln u ≈ {N(Small).Log() / u[0].Log()}, значит, k = {k}.");
        board.Say($"For a state of many numbers U takes the place of u, and the largest |eigenvalue| decides. The slope of an activation comes as a further factor in each step: for tanh it is at most 1, for the sigmoid at most ¼. That is one reason why recurrent layers take tanh; the other is that its values lie around 0, so that the state does not drift.",
            $"Если в состоянии много чисел, вместо u стоит матрица U, и решает наибольший модуль её собственных чисел. На каждом шаге добавляется ещё множитель — производная активации: у tanh она не больше 1, у сигмоиды не больше ¼. Это одна причина брать в рекуррентных слоях tanh; другая в том, что его значения лежат вокруг 0 и состояние не сползает в сторону.");
        board.Part($"(b) A gate instead of a weight", $"(б) Вентиль вместо веса");
        Tensor q = board.Work("q", "sigmoid(b)^n", ("b", b), ("n", steps));
        board.Say($"With 0 in the sigmoid, as fresh weights have it, f = ½ and {N(0.5).Pow(given.Number("T"))} is left. That is why the forget gate's bias is begun with a positive number. And the network can learn when to forget; u is the same for all steps and all texts.",
            $"Если в сигмоиду входит 0, как при новых весах, то f = ½, и останется {N(0.5).Pow(given.Number("T"))}. Поэтому сдвиг вентиля забывания сначала делают положительным. А ещё сеть может выучить, когда забывать; u же одинаково для всех шагов и всех текстов.");
        board.Part($"(c) Against explosion", $"(в) Против взрыва");
        Tensor g = given.Tensor("g"), c = given.Tensor("c"), norm = board.Work("N", "sqrt(a^2 + b^2)", ("a", g[0]), ("b", g[1])), cut = board.Work("G", "g*c/N", ("g", g.Reshape(1, 2)), ("c", c), ("N", norm)).Flat();
        board.Say($"A gradient that is short enough stays as it is. This saves a step from being far too long; against vanishing it does not help.",
            $"Достаточно короткий градиент не меняют. Так один шаг не станет слишком длинным; от затухания это не спасает.");
        board.Ask("r1", r1, 0.01 * r1.Item(), null,
            new Slip(u[0] * steps,
                new("Derivatives of steps in a row are multiplied, not added.", "Производные идущих подряд шагов перемножаются, а не складываются.")),
            new Slip(u[0].Pow(given.Number("T") - 1), new("From h₀ to h_n there are n steps.", "От h₀ до h_n ровно n шагов.")));
        board.Ask("r2", r2, 0.01 * r2.Item(), null,
            new Slip(u[1] * steps,
                new("Derivatives of steps in a row are multiplied, not added.", "Производные идущих подряд шагов перемножаются, а не складываются.")));
        board.Ask("k", k, 1e-6, new("steps", "шагов"), new Slip(N(k - 1), new("After so many it is not yet less.", "Через столько шагов она ещё не меньше.")));
        board.Ask("q", q, 0.01 * q.Item(), null,
            new Slip(b.Sigmoid(), new("That is one step.", "Это один шаг.")),
            new Slip(N(0.5).Pow(given.Number("T")), new("That is with 0 in the sigmoid.", "Это если в сигмоиду входит 0.")));
        board.Ask("G", cut, 0.005, null,
            new Slip(g.Clip(-given.Number("c"), given.Number("c")),
                new("Each number was cut by itself: the direction changes.", "Обрезано каждое число отдельно: направление изменилось.")),
            new Slip(g * c / g.Abs().Sum(), new("The norm is the root of the sum of squares.", "Норма — корень из суммы квадратов.")));
        Measure(given, board);
    }

    private static void Measure(Given given, Board board)
    {
        double[] u = given.Vector("u");
        double b = given.Number("b");
        Decay[] layers =
        [
            Carried($"RNN, |U| = {Digits.Of(u[0]).Text}", start => Plain(u[0], start)),
            Carried($"RNN, |U| = {Digits.Of(u[1]).Text}", start => Plain(u[1], start)),
            Carried("LSTM, b_f = 0", start => Gated(0, start)),
            Carried($"LSTM, b_f = {Digits.Of(b).Text}", start => Gated(b, start)),
        ];
        board.Part($"(d) Measured", $"(г) Измерение");
        board.Say($"Four layers with a state of {Hidden} numbers read random sequences. All eigenvalues of the U of both RNNs have the same |U|; the LSTMs begin with small random weights. The gradient of one direction of the last state by the input so many steps before, relative to that by the last input, as a power of ten: the mean over {Starts} draws of the weights and its standard error, {Samples} sequences each.",
            $"Четыре слоя с состоянием из {Hidden} чисел читают случайные последовательности. У матриц U обеих RNN все собственные числа по модулю равны |U|; веса LSTM вначале малы и случайны. Градиент последнего состояния (по одному направлению) по входу за столько-то шагов до конца, делённый на градиент по последнему входу, в степенях десяти: среднее по новым весам (число раз: {Starts}) и его стандартная ошибка; последовательностей каждый раз {Samples}.");
        int best = Decay.Show(board, layers, "t", new("What is left of a gradient (powers of ten) after t steps back", "Что остаётся от градиента (степень десяти) через t шагов назад"), new("steps back", "шагов назад"), [.. layers.Select(l => l.Name.English)], 10, 20, Back);
        board.Say($"In both RNNs less is left than u^t, as powers of ten {Powers(u[0])} and {Powers(u[1])} after {Back} steps: tanh takes its share, the more so the larger the numbers of the state are. Along the memory of an LSTM alone it would be (½)^t and σ({b})^t, {Powers(0.5)} and {Powers(N(b).Sigmoid().Item())}; the ways through h and the gates come on top of that.",
            $"В обеих RNN остаётся меньше, чем u^t, в степенях десяти {Powers(u[0])} и {Powers(u[1])} через {Back} шагов: свою долю забирает tanh, тем большую, чем больше числа в состоянии. Вдоль одной лишь памяти LSTM осталось бы (½)^t и σ({b})^t, то есть {Powers(0.5)} и {Powers(N(b).Sigmoid().Item())}; пути через h и вентили к этому ещё прибавляются.");
        board.AskWhich("most", best + 1, [.. layers.Select(l => new Remark($"the {l.Name.English}", $"слой {l.Name.Russian}"))]);
    }

    // lg of a factor to the power of all the steps.
    private static Tensor Powers(double factor) => Back * (N(factor).Log() / N(10).Log());

    private static Rnn Plain(double radius, int start)
    {
        RandomStream random = new(start, stream: 73);
        Rnn layer = new(Hidden, last: true);
        layer.Build([1, Back + 1, Inputs], DType.Float32);
        Set(layer, random.Normal([Inputs, Hidden]) * 0.5, Initializers.Orthogonal(radius)(new(DType.Float32, [Hidden, Hidden]), random), Tensor.Zeros([Hidden]));
        return layer;
    }

    private static Lstm Gated(double forget, int start)
    {
        RandomStream random = new(start, stream: 74);
        Lstm layer = new(Hidden, last: true);
        layer.Build([1, Back + 1, Inputs], DType.Float32);
        double bound = 1 / Math.Sqrt(Hidden);
        Set(layer, (2 * random.Uniform([Inputs, 4 * Hidden]) - 1) * bound, (2 * random.Uniform([Hidden, 4 * Hidden]) - 1) * bound, Tensor.Concat(0, Tensor.Zeros([Hidden]), Tensor.Full([Hidden], forget), Tensor.Zeros([2 * Hidden])));
        return layer;
    }

    private static void Set(RecurrentLayer layer, Tensor w, Tensor u, Tensor b)
    {
        RecurrentCell cell = layer.Cells[0];
        cell.InputWeight.Assign(w);
        cell.StateWeight.Assign(u);
        cell.Bias!.Assign(b);
    }

    // By the input at each place; the mean over the sequences.
    private static Decay Carried(string name, Func<int, RecurrentLayer> layer) => Decay.Of(new(name, name), Starts, start =>
    {
        RandomStream random = new(start, stream: 75);
        Tensor x = (random.Normal([Samples, Back + 1, Inputs]) * 0.5).Track();
        Tensor g = Gradient.Of((layer(start).Forward(x) * random.Normal([Hidden])).Sum(), x); // (B, T, C)
        return (g.Square().Sum(2).Log() / 2).Mean(0).Cast(DType.Float64); // (T)
    });
}
