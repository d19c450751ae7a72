// A row of sigmoids, each a step farther to the right, with the same weights: their sum goes over into softplus, and that one,
// seen from afar, is ReLU.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.3b: ReLU as a sum of sigmoids.</summary>
internal sealed class ManySigmoids : BookTask
{
    public override string Id => "5.3b";

    public override Remark Title => new("ReLU is many sigmoids", "ReLU — это много сигмоид");

    public override string Source => "000 §5.3 (ReLU and sigmoid)";

    public override Given Seed => new(("x", 2), ("n", 4));

    internal override Given Draw(Dice dice) => new(("x", dice.Decimal(-2, 4, 0.5)), ("n", dice.Whole(2, 6)));

    internal override void State(Given given, Board board)
    {
        board.Say($"A sigmoid says only yes or no, ReLU says how much. Put n = {given.Count("n")} sigmoids with the same weights side by side, each a step farther to the right, and add them up:",
            $"Сигмоида говорит лишь «да» или «нет», а ReLU — «сколько». Поставим рядом сигмоиды с одинаковыми весами, каждая на шаг правее предыдущей, и сложим; их n = {given.Count("n")}:");
        board.Write(Sum(given.Count("n")), "S");
        board.Say($"What is S at x = {given.Number("x")}, and where does it go as x → +∞ (l)? With infinitely many sigmoids the sum is nearly the integral of σ(x + 1/2 − i) over i from 1/2 to ∞. Which function is that, and what is it at x (p)? By how much is it above ReLU, at x (d) and at most (m)? What is its slope at x (q)?",
            $"Чему равна S при x = {given.Number("x")} и к чему она стремится при x → +∞ (l)? Если сигмоид бесконечно много, сумма почти равна интегралу от σ(x + 1/2 − i) по i от 1/2 до ∞. Какая это функция и чему она равна в точке x (p)? На сколько она больше ReLU в точке x (d) и самое большее (m)? Каков её наклон в точке x (q)?");
    }

    internal override void Solve(Given given, Board board)
    {
        double x = given.Number("x");
        int n = given.Count("n");
        Formula sum = Sum(n), softplus = Formula.Parse("softplus(x)"), relu = Formula.Parse("max(0, x)"), gap = Formula.Parse("softplus(x) - max(0, x)");
        board.Part($"The sum", $"Сумма");
        double s = sum.At(("x", x)), p = softplus.At(("x", x)), r = relu.At(("x", x));
        board.Table(["i", $"σ(x + 1/2 − i), x = {Digits.Of(x).Text}"],
            Enumerable.Range(1, n).Select(i => (object[])[i, Formula.Parse("sigmoid(x + 1/2 - i)").At(("x", x), ("i", i))]));
        board.Say($"Together {s}. As x → +∞ each goes to 1 and the sum to their number, {n}: up to there S says how far to the right x is.",
            $"Вместе {s}. При x → +∞ каждая стремится к 1, а сумма — к их числу, {n}: до этого предела S показывает, как далеко вправо ушёл x.");
        board.Part($"The integral", $"Интеграл");
        board.Say($"The derivative of softplus, ln(1 + e^u), is the sigmoid:", $"Производная softplus, ln(1 + e^u), — сигмоида:");
        board.Differentiate(Formula.Parse("ln(1 + e^u)"));
        board.Say($"So over i the integral of σ(x + 1/2 − i) is −ln(1 + e^(x + 1/2 − i)): 0 as i → ∞, and −ln(1 + e^x) at i = 1/2. What is left is softplus of x, at x = {x}:",
            $"Поэтому первообразная σ(x + 1/2 − i) по i — это −ln(1 + e^(x + 1/2 − i)): при i → ∞ она стремится к 0, а при i = 1/2 равна −ln(1 + e^x). Остаётся softplus от x, при x = {x}:");
        board.Work("p", "ln(1 + e^x)", ("x", N(x)));
        board.Say($"Each sigmoid stands for the part of the integral from i − 1/2 to i + 1/2, of which it is the middle. The sum with 100 sigmoids is {Sum(100).At(("x", x))}.",
            $"Каждая сигмоида заменяет часть интеграла от i − 1/2 до i + 1/2, в середине которой стоит. Сумма ста сигмоид равна {Sum(100).At(("x", x))}.");
        board.Part($"From softplus to ReLU", $"От softplus к ReLU");
        double d = gap.At(("x", x)), most = gap.At(("x", 0));
        board.Say($"For x > 0, ln(1 + e^x) = x + ln(1 + e^(−x)), so on either side the difference is ln(1 + e^(−|x|)). It is {d} at x, and greatest at 0: ln 2 ≈ {most}. Away from 0 it vanishes.",
            $"При x > 0 ln(1 + e^x) = x + ln(1 + e^(−x)), так что с обеих сторон разность равна ln(1 + e^(−|x|)). В точке x это {d}, а больше всего в нуле: ln 2 ≈ {most}. Вдали от нуля она исчезает.");
        Plane plane = new("x", "y", (-4, n + 4), (0, n + 2));
        plane.Curve(a => sum.At(("x", a)), $"S, n = {n}");
        plane.Curve(a => softplus.At(("x", a)), "ln(1 + e^x)");
        plane.Curve(a => relu.At(("x", a)), "max(0, x)");
        board.Draw(plane, new("The sum of sigmoids, softplus and ReLU", "Сумма сигмоид, softplus и ReLU"));
        double q = Differentiation.Of(softplus).Single().Derivative.At(("x", x));
        board.Say($"The slope of softplus is σ(x) = {q}, that of ReLU is a step. So one ReLU says what a crowd of sigmoids says, costs a comparison, and is not bounded above: to the right it has no place where it is paralysed.",
            $"Наклон softplus равен σ(x) = {q}, а у ReLU это ступенька. Итак, одна ReLU говорит то же, что толпа сигмоид, стоит одного сравнения и не ограничена сверху: справа у неё нет мест, где она парализована.");
        board.Ask("S", s, 0.005, null,
            new Slip(N(Shifted(n, x)), new("The first sigmoid stands at 1/2: σ(x − 1/2), not σ(x).", "Первая сигмоида стоит в 1/2: σ(x − 1/2), а не σ(x).")));
        board.Ask("l", sum.At(("x", double.PositiveInfinity)), 0.005, null,
            new Slip(N(1), new("That is the limit of one sigmoid.", "Это предел одной сигмоиды.")));
        board.Ask("p", p, 0.005, null,
            new Slip(N(r), new("That is ReLU; the integral is smooth.", "Это ReLU; интеграл гладкий.")),
            new Slip(N(s), new("That is the sum, not the integral.", "Это сумма, а не интеграл.")));
        board.Ask("d", d, 0.005, null,
            new Slip(N(p), new("That is softplus itself, not how far it is above ReLU.", "Это сама softplus, а не её разность с ReLU.")));
        board.Ask("m", most, 0.005, null,
            new Slip(N(0.5), new("The slope of softplus at 0 is 1/2; its value is ln 2.", "1/2 — это наклон softplus в нуле, а значение равно ln 2.")));
        board.Ask("q", q, 0.005, null, new Slip(N(Math.Sign(r)), new("That is the slope of ReLU.", "Это наклон ReLU.")));
    }

    private static double Shifted(int n, double x) => Sum(n).At(("x", x + 0.5));

    private static Formula Sum(int n) =>
        Formula.Parse(FormattableString.Invariant($"{string.Join(" + ", Enumerable.Range(1, n).Select(i => FormattableString.Invariant($"sigmoid(x - {i - 0.5})")))}"));
}
