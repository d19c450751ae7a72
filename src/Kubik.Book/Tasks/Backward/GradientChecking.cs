// A derivative and the difference quotients that are to check it: with a large ε they see too much of the curve, with a small
// one only rounding. Where both are least, and how far one can trust it, is measured.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass;
using Kubik.Glass.Checks;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.9: difference quotients, their errors, and the best ε.</summary>
internal sealed class GradientChecking : BookTask
{
    private const int Finest = -15, Trials = 9; // 10^k, and values around it

    public override string Id => "4.9";

    public override Remark Title => new("Checking a gradient", "Проверка градиента");

    public override string Source => "001 gradient checking";

    public override Given Seed => new(("a", 1), ("b", 0), ("w", 2), ("eps", 0.1), ("part", 2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("a", dice.Whole(1, 4)), ("b", dice.Whole(-3, 3)), ("w", dice.Signed(3)), ("eps", dice.Of(0.1, 0.2, 0.5)), ("part", dice.Of(2, 3, 4, 5, 10))),
        given => Slope(given) != 0 && Math.Abs(Quotient(given, given.Number("eps"), isCentral: false) - Quotient(given, given.Number("eps"), isCentral: true)) > 0.02 && L(given, given.Number("w")) != 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"Whether a gradient was programmed right is checked with difference quotients, (L(w + ε) − L(w − ε))/2ε or (L(w + ε) − L(w))/ε. Let",
            $"Правильно ли запрограммирован градиент, проверяют разностными отношениями: (L(w + ε) − L(w − ε))/2ε или (L(w + ε) − L(w))/ε. Пусть");
        board.Write(Loss(given), "L");
        board.Say($"What are the derivative g at w = {given.Number("w")} and, with ε = {given.Number("eps")}, the central quotient c and the one to the right, r? How many times smaller do the errors of c and r become when a small ε is divided by {given.Number("part")} (h_c and h_r)? The computer rounds: which ε = 10ᵏ is best for the central quotient in double precision (k, within a factor of 10 of the least error)?",
            $"Чему равны производная g в точке w = {given.Number("w")} и при ε = {given.Number("eps")} центральное отношение c и правое r? Во сколько раз уменьшаются ошибки c и r, когда малое ε делят на {given.Number("part")} (h_c и h_r)? Компьютер округляет: какое ε = 10ᵏ лучше всего для центрального отношения в двойной точности (k, ошибка не более чем в 10 раз больше наименьшей)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula loss = Loss(given);
        double w = given.Number("w"), eps = given.Number("eps"), part = given.Number("part"), g = Slope(given), c = Quotient(given, eps, isCentral: true), r = Quotient(given, eps, isCentral: false);
        board.Part($"With pen and paper", $"На бумаге");
        board.Write(Differentiation.Of(loss).Single().Derivative, "g");
        board.Say($"At w = {w} that is {g}. The quotients are c = {c} and r = {r}: the central one is nearer, for the errors to the left and to the right, which are proportional to the curvature, cancel.",
            $"При w = {w} это {g}. Отношения равны c = {c} и r = {r}: центральное ближе, потому что ошибки слева и справа, пропорциональные кривизне, взаимно уничтожаются.");
        double[] ever = [eps, eps / part, eps / (part * part), eps / (part * part * part)];
        board.Table(["ε", "c − g", "r − g"],
            ever.Select(e => (object[])[e, Round(Quotient(given, e, isCentral: true) - g), Round(Quotient(given, e, isCentral: false) - g)]));
        // The times of small ε, to whole numbers: the terms beyond the leading one are too small to be seen there.
        double Shrinks(bool isCentral) => Math.Round((Quotient(given, 1e-2, isCentral) - g) / (Quotient(given, 1e-2 / part, isCentral) - g));
        board.Say($"Whenever ε is divided by {part}, the error of c is divided by {Shrinks(true)}, like ε², that of r in the end by {Shrinks(false)}, like ε.",
            $"Каждый раз, когда ε делят на {part}, ошибка c делится на {Shrinks(true)}, как ε², а ошибка r в итоге — на {Shrinks(false)}, как ε.");

        board.Part($"In the computer", $"В компьютере");
        board.Say($"L itself is rounded in its 16th digit. In L(w + ε) − L(w − ε) nearly all digits cancel, and the rounding is divided by 2ε: a smaller ε makes it larger. Here is what |c − g| and |r − g| are at some ε:",
            $"Само L округлено в шестнадцатом знаке. В разности L(w + ε) − L(w − ε) почти все знаки сокращаются, а ошибка округления делится на 2ε: чем меньше ε, тем она больше. Вот |c − g| и |r − g| при нескольких ε:");
        board.Table(["ε", "c, double", "r, double", "c, float"],
            Enumerable.Range(0, -Finest / 2 + 1).Select(i => Math.Pow(10, -2 * i)).Select(e => (object[])[e, Error(given, e, true, DType.Float64), Error(given, e, false, DType.Float64), Error(given, e, true, DType.Float32)]));
        board.Say($"Where rounding decides, a single ε may be right by chance. So for the picture and the best ε errors are averaged over {Trials} values of ε around each 10^k, from 10^(k − 0.4) to 10^(k + 0.4):",
            $"Там, где решает округление, отдельное ε может случайно оказаться удачным. Поэтому для графика и выбора лучшего ε ошибка усреднена по {Trials} значениям ε вокруг каждого 10^k, от 10^(k − 0.4) до 10^(k + 0.4):");
        Plane plane = new("lg ε", "lg |c − g|", (Finest, 0), (-16, 2));
        Dictionary<(bool, DType), double[]> errors = [];
        foreach ((bool isCentral, DType type, string name) in ((bool, DType, string)[])[(true, DType.Float64, "c, double"), (false, DType.Float64, "r, double"), (true, DType.Float32, "c, float")])
        {
            double[] by = errors[(isCentral, type)] = [.. Enumerable.Range(Finest, 1 - Finest).Select(k => MeanError(given, k, isCentral, type))];
            plane.Line([.. by.Select((e, i) => ((double)(Finest + i), Math.Log10(Math.Max(e, 1e-16))))], name);
        }
        board.Draw(plane, new("The mean error of the quotients near ε", "Средняя ошибка разностных отношений вблизи ε"));
        int Best(bool isCentral, DType type) => Finest + Array.IndexOf(errors[(isCentral, type)], errors[(isCentral, type)].Min());
        int best = Best(true, DType.Float64);
        board.Say($"The best ε is where both are alike. The central quotient's errors are about ε² and u/ε, with u ≈ 10⁻¹⁶ for double precision, so ε is about the cube root of u; the measured best one is 10^k with k = {best}. For the quotient to the right it is the square root, measured k = {Best(false, DType.Float64)}, and it is never as good. In single precision, u ≈ 6·10⁻⁸, the best k is {Best(true, DType.Float32)}, and only a few digits can be checked: gradients are to be checked in double precision.",
            $"Лучшее ε там, где обе ошибки сравнялись. У центрального отношения они порядка ε² и u/ε, где для двойной точности u ≈ 10⁻¹⁶, поэтому ε порядка кубического корня из u; по измерению лучшее ε = 10^k при k = {best}. Для правого отношения это квадратный корень, по измерению k = {Best(false, DType.Float64)}, и точность всегда хуже. В одинарной точности, u ≈ 6·10⁻⁸, наилучшее k равно {Best(true, DType.Float32)}, и проверить можно лишь несколько знаков: градиенты проверяют в двойной точности.");

        board.Part($"A network", $"Сеть");
        board.Say($"So is every weight of a network checked. The error is the difference relative to the larger of the two; up to 10⁻⁴ the gradient is taken for right.",
            $"Так проверяется и каждый вес сети. Ошибка — разность относительно большего из двух чисел; до 10⁻⁴ градиент считается верным.");
        RandomStream random = new(1, stream: 4);
        Sequential net = Neurons.Weighted("linear 3 | tanh | linear 1", random.Normal([2, 3]), random.Normal([3]), random.Normal([3, 1]), random.Normal([1]));
        GradientReport report = net.CheckGradients(new MeanSquaredError(), random.Normal([4, 2]), random.Normal([4, 1]));
        board.Table(["", "∂L/∂w", "(L(w + ε) − L(w − ε))/2ε", "|Δ|"],
            report.Parameters.Select(p => (object[])[$"{p.Path} {p.Shape}", p.Worst!.Analytic, p.Worst.Numeric, p.MaxRelativeError]));

        board.Ask("g", g, 1e-6, null, new Slip(N(L(given, w)), new("That is L itself, not its derivative.", "Это сама L, а не её производная.")));
        board.Ask("c", c, 0.001, null,
            new Slip(N(2 * c), new("The distance between w − ε and w + ε is 2ε.", "Расстояние между w − ε и w + ε равно 2ε.")),
            new Slip(N(r), new("That is the quotient to the right.", "Это правое отношение.")));
        board.Ask("r", r, 0.001, null,
            new Slip(N(c), new("That is the central quotient.", "Это центральное отношение.")),
            new Slip(N(r / 2), new("The distance between w and w + ε is ε.", "Расстояние между w и w + ε равно ε.")));
        board.Ask("h_c", Shrinks(true), 1e-6, null,
            new Slip(N(Shrinks(false)), new("The central quotient's error goes with ε².", "Ошибка центрального отношения порядка ε².")));
        board.Ask("h_r", Shrinks(false), 1e-6, null,
            new Slip(N(Shrinks(true)), new("The error of the quotient to the right goes with ε.", "Ошибка правого отношения порядка ε.")));
        double least = errors[(true, DType.Float64)].Min();
        board.AskAny("k", N(best), k => k.Item() is >= Finest and <= 0 and var power && MeanError(given, power, isCentral: true, DType.Float64) <= 10 * least,
            new Slip(N(Finest), new("With so small an ε nothing but rounding is left.", "При таком малом ε остаётся одно округление.")),
            new Slip(N(Best(false, DType.Float64)),
                new("That is best for the quotient to the right; the central one takes a larger ε.", "Это лучше всего для правого отношения; для центрального ε больше.")));
    }

    private static Formula Loss(Given given)
    {
        (double a, double b) = (given.Number("a"), given.Number("b"));
        return Formula.Parse(FormattableString.Invariant($"{(a == 1 ? "" : $"{a}")}w^3{(b == 0 ? "" : $" {(b < 0 ? '-' : '+')} {(b is 1 or -1 ? "" : $"{Math.Abs(b)}")}w")}"));
    }

    private static double L(Given given, double w) => Loss(given).At(("w", w));

    private static double Slope(Given given) => Evaluation.Of(Loss(given), ("w", given.Number("w"))).Partials.Single().Value;

    private static double Quotient(Given given, double eps, bool isCentral) => Quotient(given, eps, isCentral, DType.Float64);

    // All of it is computed in the type.
    private static double Quotient(Given given, double eps, bool isCentral, DType type)
    {
        Formula loss = Loss(given);
        Expression[] leaves = [.. Formula.Parts(loss.Root).Where(p => p is Number or Variable)];
        Tensor At(Tensor w) => Formula.Compute(loss.Root, leaves.ToDictionary(l => l, l => l is Number n ? Tensor.Scalar(n.Value, type) : w, (IEqualityComparer<Expression>)ReferenceEqualityComparer.Instance));
        Tensor w = Tensor.Scalar(given.Number("w"), type), e = Tensor.Scalar(eps, type);
        return (isCentral ? (At(w + e) - At(w - e)) / (2 * e) : (At(w + e) - At(w)) / e).Item();
    }

    private static double Error(Given given, double eps, bool isCentral, DType type) => Math.Abs(Quotient(given, eps, isCentral, type) - Slope(given));

    // Of ε near 10^k: one value alone may be right by chance.
    private static double MeanError(Given given, double k, bool isCentral, DType type) =>
        Enumerable.Range(0, Trials).Average(i => Error(given, Math.Pow(10, k + 0.1 * (i - Trials / 2)), isCentral, type));

    private static double Round(double error) => Math.Round(error, 9);
}
