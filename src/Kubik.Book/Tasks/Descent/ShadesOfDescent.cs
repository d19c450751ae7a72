// One weight, two observations, six rules of descent: each for two steps as it is done by hand, then all of them for longer on
// the map of a loss in two weights, where they can be told apart.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Book.Tasks.Descent;

/// <summary>3.1: least squares and two steps of six rules of descent.</summary>
internal sealed class ShadesOfDescent : BookTask
{
    private const int LongWay = 40;

    public override string Id => "3.1";

    public override Remark Title => new("Six ways down", "Шесть способов спуститься");

    public override string Source => "000 §3.1 а–ж";

    public override Given Seed => new(("x", new double[] { 1, 2 }), ("y", new double[] { 2, 3 }), ("w", 0), ("eta", 0.1), ("alpha", 0.9), ("beta", 0.9));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(2, () => dice.Whole(1, 3))), ("y", Dice.Several(2, () => dice.Whole(1, 6))), ("w", dice.Whole(-1, 1)), ("eta", dice.Of(0.05, 0.1)), ("alpha", dice.Of(0.5, 0.8, 0.9)), ("beta", dice.Of(0.8, 0.9))),
        IsGood);

    internal override void State(Given given, Board board)
    {
        (double[] x, double[] y) = (given.Vector("x"), given.Vector("y"));
        double eta = given.Number("eta"), alpha = given.Number("alpha"), beta = given.Number("beta"), w = given.Number("w");
        board.Say($"There are two observations, x₁ = {x[0]}, y₁ = {y[0]} and x₂ = {x[1]}, y₂ = {y[1]}, and the regression y = w·x is to be fitted. The loss is the mean of the squared errors; g is its derivative.",
            $"Есть два наблюдения, x₁ = {x[0]}, y₁ = {y[0]} и x₂ = {x[1]}, y₂ = {y[1]}; по ним подбирается регрессия y = w·x. Потери — среднее квадратов ошибок, g — их производная.");
        board.Say($"Find the w of least squares. Then take two steps from w = {w} with the learning rate η = {eta}, m and v being 0 at first:",
            $"Найдите w методом наименьших квадратов. Затем сделайте по два шага из точки w = {w} со скоростью обучения η = {eta}; сначала m и v равны 0:");
        board.Say($"gradient descent (w_gd): w ← w − ηg;", $"градиентный спуск (w_gd): w ← w − ηg;");
        board.Say($"stochastic gradient descent (w_sgd): the same rule, but the first step takes the first observation alone, the second step the second;",
            $"стохастический градиентный спуск (w_sgd): правило то же, но первый шаг делается только по первому наблюдению, второй — только по второму;");
        board.Say($"momentum (w_momentum): v ← αv + g, w ← w − ηv with α = {alpha};", $"инерция (w_momentum): v ← αv + g, w ← w − ηv с α = {alpha};");
        board.Say($"Nesterov's momentum (w_nesterov): the same, but g is taken at the point w − ηαv, where momentum alone would lead; give these points too, after each step (w_ahead);",
            $"инерция с поправкой Нестерова (w_nesterov): то же, но g берётся в точке w − ηαv, куда привела бы одна инерция; найдите и эти точки после каждого шага (w_ahead);");
        board.Say($"RMSprop (w_rmsprop): v ← αv + (1 − α)g², w ← w − ηg/√v with α = {alpha};",
            $"RMSprop (w_rmsprop): v ← αv + (1 − α)g², w ← w − ηg/√v с α = {alpha};");
        board.Say($"Adam (w_adam): m ← βm + (1 − β)g, v ← βv + (1 − β)g², w ← w − η·m̂/√v̂ with m̂ = m/(1 − βᵗ), v̂ = v/(1 − βᵗ), β₁ = β₂ = β = {beta}, t the number of the step.",
            $"Adam (w_adam): m ← βm + (1 − β)g, v ← βv + (1 − β)g², w ← w − η·m̂/√v̂, где m̂ = m/(1 − βᵗ), v̂ = v/(1 − βᵗ), β₁ = β₂ = β = {beta}, t — номер шага.");
    }

    internal override void Solve(Given given, Board board)
    {
        double eta = given.Number("eta"), alpha = given.Number("alpha"), beta = given.Number("beta"), start = given.Number("w");
        Remark both = new("after the first and after the second step", "после первого и после второго шага");
        Formula loss = Loss(given);
        board.Part($"a. Least squares", $"а. Метод наименьших квадратов");
        board.Say($"The loss is a parabola; its lowest point is where its derivative is 0.",
            $"Потери — парабола; её нижняя точка там, где производная равна 0.");
        board.Write(loss, "L");
        board.Write(Differentiation.Of(loss).Single().Derivative, "g");
        Tensor x = given.Tensor("x").Reshape(2, 1), y = given.Tensor("y").Reshape(2, 1);
        Tensor best = board.Work("w", "(x' * x)^-1 * (x' * y)", ("x", x), ("y", y)).Reshape(Shape.Scalar);
        board.Ask("w_ls", best, 0.005, null,
            new Slip((given.Tensor("y") / given.Tensor("x")).Mean(),
                new("That is the mean of the slopes yᵢ/xᵢ; least squares weigh them by xᵢ².", "Это среднее наклонов yᵢ/xᵢ; метод наименьших квадратов взвешивает их на xᵢ².")));

        board.Part($"b. Gradient descent", $"б. Градиентный спуск");
        board.Say($"The steps are as Kubik writes them for any network. Its letters are others:",
            $"Шаги записаны так, как Kubik пишет их для любой сети. Обозначения там другие:");
        Remark[] things =
        [
            new("the weight", "вес"), new("the forecast", "предсказание"), new("the right answer", "верный ответ"),
            new("the gradient", "градиент"), new("the number of the step", "номер шага"),
        ];
        board.Table(["", .. things],
            [[new Remark("in the task", "в задаче"), "w", "w·x", "y", "g", "t"], [new Remark("in the steps", "в шагах"), "W₁", "y", "t", "∂L/∂W₁", "k"]]);
        Explanation gd = Steps(given, new Sgd(eta));
        board.Explain(gd);
        Remark sum = new("The gradient of the sum was taken; the loss is the mean.", "Взят градиент суммы, а потери — среднее."), half = new("A factor of 2 is lost: the derivative of a square has it.", "Потерян множитель 2 из производной квадрата.");
        Tensor down = Weights(gd);
        board.Ask("w_gd", down, 0.005, both,
            new(Weights(Steps(given, new Sgd(eta), loss: Sum)), sum),
            new(Weights(Steps(given, new Sgd(eta / 2))), half),
            new(Walk(given, g => eta * g), new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.")));
        Plane curve = new("w", "L", (Math.Min(start, 0) - 0.5, 2 * best.Item() - start + 0.5), (0, 1.15 * loss.At(("w", start)) + 0.1));
        curve.Curve(w => loss.At(("w", w)), "L");
        curve.Path([.. ((double[])[start, .. down.ToDoubles()]).Select(w => (w, loss.At(("w", w))))], "w_gd");
        board.Draw(curve, new("Two steps of gradient descent on the loss", "Два шага градиентного спуска по графику потерь"));

        board.Part($"c. Stochastic gradient descent", $"в. Стохастический градиентный спуск");
        board.Say($"The same rule, but in each step the loss is that of one observation, so the gradients are other ones.",
            $"Правило то же, но на каждом шаге потери считаются по одному наблюдению, и градиенты другие.");
        Explanation sgd = Steps(given, new Sgd(eta), batch: 1, phases: [Phase.Backward, Phase.Update]);
        board.Explain(sgd, stepsOnly: true);
        board.Ask("w_sgd", Weights(sgd), 0.005, both,
            new(Weights(Steps(given, new Sgd(eta), batch: 1, reversed: true)),
                new("The observations are taken in the wrong order.", "Наблюдения взяты в обратном порядке.")),
            new(down, new("Those are the steps with both observations at once.", "Это шаги сразу по двум наблюдениям.")),
            new(Weights(Steps(given, new Sgd(eta / 2), batch: 1)), half));

        board.Part($"d. Momentum", $"г. Инерция");
        board.Say($"v collects the gradients of the past, and w goes on in their direction. The first step is that of gradient descent; the second is longer by αη times the first gradient.",
            $"v накапливает прошлые градиенты, и w продолжает двигаться в их сторону. Первый шаг такой же, как в градиентном спуске, второй длиннее на αη, умноженное на первый градиент.");
        Explanation momentum = Steps(given, new Momentum(eta, alpha), phases: [Phase.Update]);
        board.Explain(momentum, stepsOnly: true);
        board.Ask("w_momentum", Weights(momentum), 0.005, both,
            new(down, new("v is left out: that is gradient descent without momentum.", "Забыто v: это спуск без инерции.")),
            new(Weights(Steps(given, new Momentum(eta, alpha), loss: Sum)), sum),
            new(Weights(Steps(given, new Momentum(eta / 2, alpha))), half));

        board.Part($"e. Nesterov", $"д. Нестеров");
        board.Say($"The gradient is taken where momentum alone would lead. Programs keep that point, here W₁, instead of w: then a step is W₁ ← W₁ − η(g + αv), with the gradient g at W₁ itself.",
            $"Градиент берётся в точке, куда привела бы одна инерция. Программы хранят вместо w именно её, здесь это W₁: тогда шаг имеет вид W₁ ← W₁ − η(g + αv) с градиентом g в самой W₁.");
        Explanation nesterov = Steps(given, new Nesterov(eta, alpha), phases: [Phase.Update]);
        board.Explain(nesterov, stepsOnly: true);
        board.Say($"Back from W₁ to w = W₁ + ηαv, after the first and after the second step:",
            $"Обратно от W₁ к w = W₁ + ηαv, после первого и после второго шага:");
        for (int round = 1; round <= 2; round++) board.Work("w", "W1 + η*α*v", ("W1", nesterov.Result("W₁", round)), ("η", given.Tensor("eta")), ("α", given.Tensor("alpha")), ("v", nesterov.Result("v", round)));
        Tensor Standing(Explanation way, double rate) => Weights(way) + rate * alpha * Tensor.Stack(0, way.Result("v", 1), way.Result("v", 2));
        Tensor standing = Standing(nesterov, eta), ahead = Weights(nesterov);
        board.Ask("w_nesterov", standing, 0.005, both,
            new(ahead,
                new("Those are the points ahead, where the gradient is taken; w is asked.", "Это точки впереди, где берётся градиент, а спрашивается w.")),
            new(Weights(momentum), new("That is momentum without looking ahead.", "Это обычная инерция, без заглядывания вперёд.")),
            new(Standing(Steps(given, new Nesterov(eta, alpha), loss: Sum), eta), sum),
            new(Standing(Steps(given, new Nesterov(eta / 2, alpha)), eta / 2), half));
        board.Ask("w_ahead", ahead, 0.005, both,
            new Slip(standing, new("Those are the w themselves, not the points ahead of them.", "Это сами w, а не точки впереди.")));

        board.Part($"f. RMSprop", $"е. RMSprop");
        board.Say($"Every weight's step is divided by the usual size of its gradient. In the first step that leaves η/√(1 − α) in the direction of −g, however large g is.",
            $"Шаг каждого веса делится на обычный размер его градиента. На первом шаге от него остаётся η/√(1 − α) в сторону −g, как бы велик ни был g.");
        Explanation rms = Steps(given, new RmsProp(eta, alpha), phases: [Phase.Update]);
        board.Explain(rms, stepsOnly: true);
        board.Ask("w_rmsprop", Weights(rms), 0.005, both,
            new(down, new("The gradient is not divided by √v.", "Градиент не поделён на √v.")),
            new(Weights(Steps(given, new RmsProp(eta, 1 - alpha))),
                new("α and 1 − α are exchanged: α is the share of the old v.", "α и 1 − α перепутаны: α — доля старого v.")));

        board.Part($"g. Adam", $"ж. Adam");
        board.Say($"Momentum and RMSprop together. Both averages begin at 0 and are too small at first; the division by 1 − βᵗ mends that, so the first step is η long.",
            $"Инерция и RMSprop вместе. Оба средних начинаются с 0 и сначала занижены; деление на 1 − βᵗ это исправляет, поэтому первый шаг имеет длину η.");
        Explanation adam = Steps(given, new Adam(eta, beta, beta), phases: [Phase.Update]);
        board.Explain(adam, stepsOnly: true);
        board.Ask("w_adam", Weights(adam), 0.005, both,
            new(Uncorrected(given), new("m and v are not divided by 1 − βᵗ.", "m и v не поделены на 1 − βᵗ.")),
            new(Weights(Steps(given, new RmsProp(eta, beta))),
                new("That is RMSprop: m is left out, and the division by 1 − βᵗ.", "Это RMSprop: забыты m и деление на 1 − βᵗ.")));

        Race(given, board);
    }

    // With an intercept there are two weights, and a map to walk on.
    private static void Race(Given given, Board board)
    {
        double eta = given.Number("eta"), alpha = given.Number("alpha"), beta = given.Number("beta");
        board.Part($"The six on a map", $"Все шестеро на карте");
        (string Name, UpdateRule Rule, bool IsStochastic)[] all =
        [
            ("GD", new Sgd(eta), false), ("SGD", new Sgd(eta), true), ("Momentum", new Momentum(eta, alpha), false),
            ("Nesterov", new Nesterov(eta, alpha), false), ("RMSprop", new RmsProp(eta, alpha), false), ("Adam", new Adam(eta, beta, beta), false),
        ];
        (string Name, List<(double X, double Y)> Way)[] ways = [.. all.Select(a => (a.Name, Way(given, a.Rule, a.IsStochastic)))];
        Formula loss = Loss(given, "+ b");
        (double X, double Y)[] points = [.. ways.SelectMany(w => w.Way)];
        (double Low, double High) Around(IEnumerable<double> of) => (of.Min() - 0.3, of.Max() + 0.3);
        double L(double w, double b) => loss.At(("w", w), ("b", b));
        double first = L(0, 0);
        board.Say($"With an intercept, y = wx + b, the loss is a valley in the plane of w and b. {LongWay} steps from (0, 0), on the lines of equal loss; below, the loss at the end.",
            $"Со свободным членом, y = wx + b, потери — это овраг над плоскостью (w, b). Число шагов из точки (0, 0) равно {LongWay}; показаны линии равных потерь, в таблице — потери в конце.");
        (double Low, double High) across = Around(points.Select(p => p.X)), up = Around(points.Select(p => p.Y));
        foreach ((string Name, List<(double X, double Y)> Way)[] two in ways.Chunk(2))
        {
            Plane map = new("w", "b", across, up);
            map.Levels(L, [2 * first, first, first / 3, first / 10, first / 30, first / 100, first / 300]);
            foreach ((string name, List<(double X, double Y)> way) in two) map.Path(way, name);
            board.Draw(map, new($"{two[0].Name} and {two[1].Name} over the map of the loss", $"{two[0].Name} и {two[1].Name} на карте потерь"));
        }
        board.Table(["", "w", "b", "L"], ways.Select(way => (object[])[way.Name, way.Way[^1].X, way.Way[^1].Y, L(way.Way[^1].X, way.Way[^1].Y)]));
        board.Say($"Gradient descent falls into the valley at once and then creeps along its floor, where the slope is small. Momentum and Nesterov gain speed there and can swing past the bottom; Nesterov brakes earlier. RMSprop and Adam go equally far in both weights, so they take another way.",
            $"Градиентный спуск сразу скатывается в овраг и ползёт по его дну, где уклон мал. Инерция и Нестеров набирают там скорость и могут проскочить дно; Нестеров тормозит раньше. RMSprop и Adam идут по обоим весам одинаково быстро, поэтому их путь другой.");
    }

    private static List<(double X, double Y)> Way(Given given, UpdateRule rule, bool isStochastic)
    {
        Sequential net = Neurons.Weighted("linear 1", Tensor.Zeros([1, 1]), Tensor.Zeros([1]));
        Parameter[] weights = [.. net.Parameters().Select(p => p.Parameter)];
        (Tensor x, Tensor y) = Data(given);
        List<(double X, double Y)> way = [(0, 0)];
        for (int step = 0; step < LongWay; step++)
        {
            int i = step % 2;
            (Tensor a, Tensor b) = isStochastic ? (x[i..(i + 1)], y[i..(i + 1)]) : (x, y);
            rule.Step(() => new MeanSquaredError().Of(net.Forward(a), b), net);
            way.Add((weights[0].Value.Item(), weights[1].Value.Item()));
        }
        return way;
    }

    private static Explanation Steps(Given given, UpdateRule rule, int? batch = null, bool reversed = false, Loss? loss = null, params IReadOnlyList<Phase> phases)
    {
        (Tensor x, Tensor y) = Data(given);
        if (reversed) (x, y) = (x.Flip(0), y.Flip(0));
        return Neurons.Weighted("linear 1 bias=false", given.Tensor("w").Reshape(1, 1)).Explain(x, y, new() { Optimizer = rule, Steps = 2, Batch = batch, Loss = loss, Phases = phases.Count == 0 ? null : phases });
    }

    private static MeanSquaredError Sum => new() { Reduction = Reduction.Sum };

    // Adam's steps with m and v as they are.
    private static Tensor Uncorrected(Given given)
    {
        double beta = given.Number("beta"), m = 0, v = 0;
        return Walk(given, g =>
        {
            (m, v) = (beta * m + (1 - beta) * g, beta * v + (1 - beta) * g * g);
            return -given.Number("eta") * m / Math.Sqrt(v);
        });
    }

    // Two steps as no optimiser makes them, each from the slope where it begins.
    private static Tensor Walk(Given given, Func<double, double> step)
    {
        double w = given.Number("w");
        Formula slope = Differentiation.Of(Loss(given)).Single().Derivative;
        return Tensor.From(Dice.Several(2, () => w += step(slope.At(("w", w)))));
    }

    // w after each step.
    private static Tensor Weights(Explanation explanation) => Tensor.Stack(0, explanation.Result("W₁", 1), explanation.Result("W₁", 2));

    private static (Tensor X, Tensor Y) Data(Given given) =>
        (given.Tensor("x").Reshape(2, 1).Cast(DType.Float32), given.Tensor("y").Reshape(2, 1).Cast(DType.Float32));

    private static Formula Loss(Given given, string intercept = "")
    {
        (double[] x, double[] y) = (given.Vector("x"), given.Vector("y"));
        return Formula.Parse(FormattableString.Invariant($"(({Of(x[0])}w {intercept} - {y[0]})^2 + ({Of(x[1])}w {intercept} - {y[1]})^2)/2"));

        static string Of(double factor) => factor == 1 ? "" : FormattableString.Invariant($"{factor}");
    }

    // No step is 0, both observations say something else, and the six can go their long ways.
    private static bool IsGood(Given given)
    {
        (double[] x, double[] y) = (given.Vector("x"), given.Vector("y"));
        if (x[0] == x[1] || y[0] * x[1] == y[1] * x[0] || x.Max() == 3 && given.Number("eta") > 0.05) return false;
        double start = given.Number("w"), eta = given.Number("eta");
        double One(double w, int i) => 2 * (w * x[i] - y[i]) * x[i];
        double Both(double w) => (One(w, 0) + One(w, 1)) / 2;
        double first = start - eta * Both(start), single = One(start, 0);
        return ((double[])[start, first, first - eta * Both(first)]).All(w => Math.Abs(Both(w)) > 0.05) && eta * Math.Abs(single) > 0.02 && eta * Math.Abs(One(start - eta * single, 1)) > 0.02;
    }
}
