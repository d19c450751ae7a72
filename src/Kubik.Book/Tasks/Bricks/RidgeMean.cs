// The smallest ridge regression: one constant. Its optimum, how it shrinks, and the best λ by leaving one out, all in closed form.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.5: ridge on a constant, and leave-one-out.</summary>
internal sealed class RidgeMean : BookTask
{
    public override string Id => "5.5";

    public override Remark Title => new("A ridge on three weighings", "Гребневая регрессия по трём взвешиваниям");

    public override string Source => "000 §5.5 а–г";

    public override Given Seed => new(("y", new double[] { 6, 6, 10 }), ("lambda", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("y", Dice.Several(3, () => dice.Whole(2, 12))), ("lambda", dice.Of(0.5, 1, 2, 3))),
        given => Best(given) is > 0.02 and < 5 && Math.Abs(Best(given) - given.Number("lambda")) > 0.02);

    internal override void State(Given given, Board board)
    {
        board.Say($"Three animals were weighed, y = {given.Vector("y")}. The model of a weight is a constant and noise, so the forecast for the next one is one number, β. It is chosen to make the sum of (yᵢ − β)², plus λ·β², least.",
            $"Взвесили трёх животных, y = {given.Vector("y")}. Модель веса — константа и шум, поэтому прогноз для следующего — одно число β. Его выбирают так, чтобы сумма (yᵢ − β)² плюс λ·β² была наименьшей.");
        board.Say($"(a) Which β is best for λ = 0 (b_0)? (b) And for any λ? Is β smaller, the greater λ is? Compute it for λ = {given.Number("lambda")} (b_1). (c) Choose λ by leaving one out: β is found from all observations but one, its squared error on that one is taken, and so for each in turn; λ is to make the sum of the three least. (d) Which β follows (b_cv)?",
            $"(а) Какое β наилучшее при λ = 0 (b_0)? (б) А при произвольном λ? Правда ли, что чем больше λ, тем меньше β? Вычислите его при λ = {given.Number("lambda")} (b_1). (в) Подберите λ, выкидывая по одному: β находят по всем наблюдениям, кроме одного, берут квадрат ошибки на нём, и так по очереди для каждого; сумма трёх квадратов должна быть наименьшей. (г) Какое β получится при этом λ (b_cv)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor y = given.Tensor("y");
        double[] all = y.ToDoubles();
        double lambda = given.Number("lambda"), sum = y.Sum().Item(), best = Best(given);
        Formula loss = Loss(all);
        board.Part($"(a) Without a penalty", $"(а) Без штрафа");
        board.Write(loss, "L");
        Formula slope = Differentiation.Of(loss).First(d => d.Variable.Name == "β").Derivative;
        board.Write(slope, "g");
        Tensor plain = Optimum(y, 0);
        board.Say($"g is its derivative by β. It is 0 where (3 + λ)·β equals the sum of y, {sum}. For λ = 0 that is the mean, β = {plain}.",
            $"g — её производная по β. Она равна 0, когда (3 + λ)·β равно сумме y, то есть {sum}. При λ = 0 это среднее, β = {plain}.");
        board.Part($"(b) With a penalty", $"(б) Со штрафом");
        Tensor shrunk = board.Work("β", "s/(3 + λ)", ("s", N(sum)), ("λ", N(lambda)));
        board.Say($"The derivative there is {slope.At(("β", shrunk.Item()), ("λ", lambda))}. λ stands under the line: the greater it is, the nearer β is to 0. It gets smaller because the sum of y is positive; were it negative, β would grow towards 0.",
            $"Производная в этой точке равна {slope.At(("β", shrunk.Item()), ("λ", lambda))}. λ стоит в знаменателе: чем оно больше, тем ближе β к 0. Здесь β уменьшается, потому что сумма y положительна; будь она отрицательной, β росло бы к 0.");
        Plane paths = new("λ", "β", (0, 10), (0, plain.Item() * 1.1));
        paths.Curve(l => Optimum(y, l).Item(), "");
        board.Draw(paths, new("The best β over λ", "Наилучшее β в зависимости от λ"));
        board.Part($"(c) Leaving one out", $"(в) Выкидываем по одному");
        board.Say($"Without yᵢ two are left, with the sum rᵢ, so βᵢ = rᵢ/(2 + λ):", $"Без yᵢ остаются два наблюдения с суммой rᵢ, поэтому βᵢ = rᵢ/(2 + λ):");
        Tensor rest = sum - y;
        board.Table(["i", "yᵢ", "rᵢ", $"βᵢ, λ = 0", $"βᵢ, λ = {Digits.Of(lambda).Text}"],
            all.Select((v, i) => (object[])[i + 1, v, rest[i], rest[i] / 2, rest[i] / (2 + lambda)]));
        Formula errors = Errors(all, sum);
        board.Say($"With u = 1/(2 + λ) the sum of the squared errors is a parabola in u, with the derivative q:",
            $"Если u = 1/(2 + λ), сумма квадратов ошибок — парабола от u с производной q:");
        board.Write(errors, "Q");
        board.Write(Differentiation.Of(errors).Single().Derivative, "q");
        Tensor u = (y * rest).Sum() / rest.Square().Sum();
        double Q(double l) => errors.At(("u", 1 / (2 + l)));
        board.Say($"It is lowest at u = Σ yᵢrᵢ / Σ rᵢ² = {(y * rest).Sum()}/{rest.Square().Sum()}, and λ = 1/u − 2 = {best}. There Q ≈ {Math.Round(Q(best), 4)}; without a penalty it is about {Math.Round(Q(0), 4)}.",
            $"Она ниже всего при u = Σ yᵢrᵢ / Σ rᵢ² = {(y * rest).Sum()}/{rest.Square().Sum()}, и λ = 1/u − 2 = {best}. Там Q ≈ {Math.Round(Q(best), 4)}, а без штрафа Q ≈ {Math.Round(Q(0), 4)}.");
        Plane plane = new("λ", "Q", (0, 3 * best + 0.5), (Q(best) - 0.2 * (Q(0) - Q(best) + 1), Math.Max(Q(0), Q(3 * best + 0.5)) + 0.5));
        plane.Curve(Q, "");
        plane.Path([(best, Q(best))], "");
        board.Draw(plane, new("The errors on what was left out, over λ", "Ошибки на выкинутых наблюдениях в зависимости от λ"));
        board.Part($"(d) The β of that λ", $"(г) β при этом λ");
        Tensor chosen = board.Work("β", "s/(3 + λ)", ("s", N(sum)), ("λ", N(best)));
        board.Say($"With that λ the errors on what was left out, Q, are about {Math.Round(Q(best) / Q(0), 4)} of those without a penalty. The more observations there are, the less the same λ shrinks.",
            $"При этом λ ошибки Q на выкинутых наблюдениях составляют примерно {Math.Round(Q(best) / Q(0), 4)} от ошибок без штрафа. Чем больше наблюдений, тем слабее сжимает то же λ.");
        board.Ask("b_0", plain, 0.005, null, new Slip(y.Sum(), new("That is the sum; the mean is least.", "Это сумма; наименьшее значение даёт среднее.")));
        board.Ask("b_1", shrunk, 0.005, null,
            new Slip(plain - lambda, new("λ is not subtracted; it stands under the line beside n.", "λ не вычитается, а стоит в знаменателе рядом с n.")),
            new Slip(plain / (1 + lambda),
                new("The penalty is counted once, not for each observation: n + λ under the line.", "Штраф берётся один раз, а не для каждого наблюдения: в знаменателе n + λ.")));
        board.AskWhich("shrinks", 2,
            new("yes, for all y", "да, при любых y"),
            new("β goes to 0: it gets smaller when the sum of y is positive", "β стремится к 0: оно уменьшается, когда сумма y положительна"),
            new("no, it grows", "нет, растёт"));
        board.Ask("lambda", best, 0.005, null,
            new Slip(N(best - 1),
                new("With one left out two observations are left: 2 + λ, not 3 + λ.", "Без одного остаются два наблюдения: 2 + λ, а не 3 + λ.")));
        board.Ask("b_cv", chosen, 0.005, null,
            new Slip(u * sum,
                new("At the end all three observations are there again: 3 + λ under the line.", "В конце снова есть все три наблюдения: в знаменателе 3 + λ.")));
    }

    private static Formula Loss(double[] y) => Formula.Parse(FormattableString.Invariant($"({y[0]} - β)^2 + ({y[1]} - β)^2 + ({y[2]} - β)^2 + λ*β^2"));

    private static Formula Errors(double[] y, double sum) =>
        Formula.Parse(string.Join(" + ", y.Select(v => FormattableString.Invariant($"({v} - {sum - v}u)^2"))));

    private static Tensor Optimum(Tensor y, double lambda) => y.Sum() / (y.Count + lambda);

    // 1/u − 2 at the lowest point of the parabola of leaving one out.
    private static double Best(Given given)
    {
        Tensor y = given.Tensor("y"), rest = y.Sum() - y;
        return (rest.Square().Sum() / (y * rest).Sum()).Item() - 2;
    }
}
