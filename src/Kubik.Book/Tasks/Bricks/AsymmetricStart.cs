// When inputs or weights have a mean other than 0, the mean square takes the place of the variance, and means pile up.

using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.9b: initialisation for inputs that are not centred.</summary>
internal sealed class AsymmetricStart : BookTask
{
    public const int Trials = 2000;
    private const int Layers = 8;

    private static readonly int[] Shown = [1, 2, 4, Layers];
    private static readonly Lazy<Depth> Sigmoids = new(() => Depth.Of(z => z.Sigmoid(), Initializers.LeCunNormal(), Layers));

    public override string Id => "5.9b";

    public override Remark Title => new("An activation that is not symmetric", "Несимметричный случай");

    public override string Source => "000 §5.8 г";

    public override Given Seed => new(("n", 100), ("mu", 0.5), ("v_x", 0.25), ("low", -0.1), ("high", 0.2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("n", dice.Of(25, 50, 100, 200)), ("mu", dice.Of(-1, -0.5, 0.25, 0.5, 1)), ("v_x", dice.Of(0.25, 0.5, 1)), ("low", dice.Of(-0.3, -0.2, -0.1, 0)), ("high", dice.Of(0.1, 0.2, 0.3))),
        given => Math.Abs(given.Number("low") + given.Number("high")) > 0.05);

    internal override void State(Given given, Board board)
    {
        board.Say($"The outputs of a sigmoid or of ReLU are positive, so the inputs of the next layer have a mean other than 0. Let n = {given.Number("n")} inputs be independent, with mean μ = {given.Number("mu")} and variance v_x = {given.Number("v_x")}, and z = Σ wᵢxᵢ.",
            $"Выходы сигмоиды или ReLU положительны, поэтому у входов следующего слоя среднее не 0. Пусть n = {given.Number("n")} входов независимы, со средним μ = {given.Number("mu")} и дисперсией v_x = {given.Number("v_x")}, и z = Σ wᵢxᵢ.");
        board.Say($"Weights with mean 0 and variance 1/n: what is the variance of z (v_0)? Which variance of the weights (k) gives z the variance of the inputs? Now a careless start: weights uniform from {given.Number("low")} to {given.Number("high")}. What are the mean (e_z) and the variance (v_z) of z?",
            $"Пусть у весов среднее 0 и дисперсия 1/n: чему равна дисперсия z (v_0)? При какой дисперсии весов (k) дисперсия z равна дисперсии входов? Теперь неосторожное начало: веса равномерны от {given.Number("low")} до {given.Number("high")}. Чему равны среднее (e_z) и дисперсия (v_z) величины z?");
    }

    internal override void Solve(Given given, Board board)
    {
        (string, Tensor) n = ("n", given.Tensor("n")), mu = ("μ", given.Tensor("mu")), spread = ("s", given.Tensor("v_x")), low = ("a", given.Tensor("low")), high = ("b", given.Tensor("high"));
        board.Part($"Centred weights", $"Центрированные веса");
        board.Say($"With E w = 0, E z = 0 and the variance of w·x is E w²·E x² = Var w·(Var x + μ²). It is the mean square of the inputs that counts, not their variance:",
            $"Если E w = 0, то E z = 0, а дисперсия w·x равна E w²·E x² = Var w·(Var x + μ²). Важен средний квадрат входов, а не их дисперсия:");
        Tensor plain = board.Work("v_0", "s + μ^2", spread, mu), keep = board.Work("k", "s/(n*(s + μ^2))", spread, n, mu);
        board.Say($"(Here s is v_x.) For a symmetric activation μ = 0 and it is 1/n again. For ReLU E x² is half of Var z of the layer before, which gives 2/n (5.10).",
            $"(Здесь s — это v_x.) При симметричной активации μ = 0, и снова получается 1/n. У ReLU E x² — половина Var z предыдущего слоя, отсюда 2/n (5.10).");
        Formula sigmoid = Formula.Parse("sigmoid(t)");
        board.Say($"A sigmoid puts out about a + d·z, with its value a and its slope d at 0. With Var w = 1/n, as in the first question, that makes a² + d²·Var z of Var z. The variance f that stays as it is from layer to layer, f = a² + d²·f:",
            $"Сигмоида отдаёт примерно a + d·z, где a и d — её значение и наклон в нуле. При Var w = 1/n, как в первом вопросе, Var z превращается в a² + d²·Var z. От слоя к слою не меняется дисперсия f, для которой f = a² + d²·f:");
        board.Work("f", "a^2/(1 - d^2)", ("a", N(sigmoid.At(("t", 0)))), ("d", N(Differentiation.Of(sigmoid).Single().Derivative.At(("t", 0)))));
        board.Say($"In {Layers} layers of {Depth.Width} sigmoids the mean square of z was measured, and its variance over the samples:",
            $"В сетях из {Layers} слоёв, в каждом {Sentences.Plural(Depth.Width, "сигмоида", "сигмоиды", "сигмоид")}, измерены средний квадрат z и его дисперсия по объектам:");
        board.Table([new Remark("layer", "слой"), new Remark("mean square of z", "средний квадрат z"), new Remark("over the samples", "по объектам")],
            Shown.Select(k => (object[])[k, Math.Round(Sigmoids.Value.Sums[k - 1], 4), Sigmoids.Value.Spreads[k - 1]]));
        board.Say($"It does not vanish, but most of it is the same for all samples: it comes from the 1/2. What differs between samples shrinks: its variance at least sixteenfold in each layer, as the slope of the sigmoid is at most 1/4.",
            $"Он не затухает, но почти весь он одинаков для всех объектов: он происходит из 1/2. То, чем объекты различаются, исчезает: дисперсия по объектам в каждом слое уменьшается хотя бы в шестнадцать раз, ведь наклон сигмоиды не больше 1/4.");
        board.Part($"Weights that are not centred", $"Нецентрированные веса");
        board.Say($"A uniform weight on a … b has the mean (a + b)/2 and the variance (b − a)²/12:",
            $"У равномерного на отрезке от a до b веса среднее (a + b)/2 и дисперсия (b − a)²/12:");
        Tensor mean = board.Work("m", "(a + b)/2", low, high), variance = board.Work("v", "(b - a)^2/12", low, high);
        Tensor middle = board.Work("e_z", "n*m*μ", n, ("m", mean), mu);
        board.Say($"For independent factors the variance of a product is E w²·E x² − (E w·E x)²:",
            $"Для независимых множителей дисперсия произведения равна E w²·E x² − (E w·E x)²:");
        Tensor width = board.Work("v_z", "n*((v + m^2)*(s + μ^2) - m^2*μ^2)", n, ("v", variance), ("m", mean), spread, mu);
        double Behind(double deviations) => sigmoid.At(("t", (middle + deviations * width.Sqrt()).Item()));
        board.Say($"The mean grows with n, its spread only with √n: the more inputs there are, the more alike are all neurons. Here nearly all z lie within e_z ± 2√v_z, and a sigmoid puts out numbers from {Behind(-2)} to {Behind(2)} for them. So weights begin with the mean 0.",
            $"Среднее растёт как n, а разброс только как √n: чем больше входов, тем больше все нейроны похожи. Здесь почти все z лежат в пределах e_z ± 2√v_z, и сигмоида отдаёт для них числа от {Behind(-2)} до {Behind(2)}. Поэтому веса начинают со средним 0.");
        board.Part($"A simulation", $"Проверка моделированием");
        (double e, double v) = Simulate(given);
        board.Say($"{Trials} neurons, each with weights and inputs of its own; ± is twice the standard error:",
            $"Нейронов {Trials}, у каждого свои веса и входы; ± — удвоенная стандартная ошибка:");
        board.Table(["", new Remark("formula", "формула"), new Remark("simulation", "моделирование"), "±"],
        [
            ["e_z", middle, Math.Round(e, 4), Math.Round(2 * Math.Sqrt(width.Item() / Trials), 4)],
            ["v_z", width, Math.Round(v, 4), Math.Round(2 * width.Item() * Math.Sqrt(2.0 / Trials), 4)],
        ]);
        board.Ask("v_0", plain, 0.002, null,
            new Slip(given.Tensor("v_x"), new("The mean of the inputs counts too: E x² = Var x + μ².", "Среднее входов тоже важно: E x² = Var x + μ².")));
        board.Ask("k", keep, 0.0002, null,
            new Slip(1 / given.Tensor("n"), new("That is right for centred inputs only.", "Это верно только для центрированных входов.")));
        board.Ask("e_z", middle, 0.005, null, new Slip(mean * given.Tensor("mu"), new("There are n summands.", "Слагаемых n.")));
        board.Ask("v_z", width, 0.005, null,
            new(given.Tensor("n") * variance * given.Tensor("v_x"),
                new("The means count too: E w²·E x² − (E w·E x)².", "Средние тоже важны: E w²·E x² − (E w·E x)².")),
            new(given.Tensor("n") * variance * plain, new("The mean of the weights counts too.", "Среднее весов тоже важно.")));
    }

    /// <summary>Mean and variance of z of many neurons, with uniform inputs.</summary>
    public static (double Mean, double Variance) Simulate(Given given)
    {
        RandomStream random = new(11, stream: 0);
        int n = given.Count("n");
        double low = given.Number("low"), high = given.Number("high");
        Tensor x = given.Number("mu") + Math.Sqrt(12 * given.Number("v_x")) * (random.Uniform([Trials, n]) - 0.5), w = low + (high - low) * random.Uniform([Trials, n]);
        Tensor z = (w * x).Sum(1).Cast(DType.Float64);
        return (z.Mean().Item(), z.Variance([], correction: 1).Item());
    }
}
