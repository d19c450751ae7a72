// Logistic regression with the classes −1 and 1: likelihood, the gradient of its logarithm, and how much every object pulls,
// by its margin.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.4: the likelihood of logistic regression.</summary>
internal sealed class LogisticLikelihood : BookTask
{
    private const int Objects = 4;

    public override string Id => "8.4";

    public override Remark Title => new("The likelihood of logistic regression", "Правдоподобие логистической регрессии");

    public override string Source => "001 §4 а–г; 002 logistic regression";

    public override Given Seed =>
        new(("X", new double[,] { { 1, 2 }, { 2, 1 }, { -1, 1 }, { 1, -2 } }), ("y", new double[] { 1, 1, -1, -1 }), ("w", new double[] { 1, -1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("X", Dice.Table(Objects, 2, () => dice.Whole(-3, 3))), ("y", Dice.Several(Objects, () => dice.Of(-1.0, 1.0))), ("w", Dice.Several(2, () => dice.Signed(2)))),
        given => Margins(given).ToDoubles() is var m && m.All(v => v != 0 && Math.Abs(v) <= 5) && m.Any(v => v > 0) && m.Any(v => v < 0) && m.Count(v => v == m.Min()) == 1 && given.Vector("y").Distinct().Count() == 2
            && Weighted(given).ToDoubles().All(v => Math.Abs(v) > 0.05));

    internal override void State(Given given, Board board)
    {
        board.Say($"Objects x have classes y, which are 1 or −1. Logistic regression says p(y|x) = σ(y·wᵀx). Write down the likelihood P of the data and the gradient g of its logarithm l by w; compute P, l and g for w = {given.Vector("w")} and the objects (rows of X)",
            $"У объектов x есть классы y, равные 1 или −1. Логистическая регрессия считает, что p(y|x) = σ(y·wᵀx). Выпишите правдоподобие P выборки и градиент g его логарифма l по w; вычислите P, l и g при w = {given.Vector("w")} для объектов (строк X)");
        board.Write("X", given.Tensor("X"));
        board.Write("y", given.Tensor("y").Unsqueeze(1));
        board.Say($"How does the gradient behave on objects that are classified right, and how on wrong ones? Which object, counted from 1, has the greatest factor in it (k)?",
            $"Как ведёт себя градиент на правильно классифицированных объектах и как на неправильно классифицированных? У какого объекта (счёт с 1) множитель в градиенте наибольший (k)?");
    }

    internal override void Solve(Given given, Board board)
    {
        (string Name, Tensor Value)[] at = At(given);
        Formula l = Logarithm();
        board.Part($"(a) The likelihood", $"(а) Функция правдоподобия");
        board.Say($"The objects are independent, so their probabilities are multiplied: P = Π σ(yᵢ·wᵀxᵢ). The product of objects' rows and w is X·w, and the logarithm makes a sum of the product:",
            $"Объекты независимы, и вероятности перемножаются: P = Π σ(yᵢ·wᵀxᵢ). Произведения строк-объектов на w — это X·w, а логарифм превращает произведение в сумму:");
        board.Write(l, "l");
        board.Say($"The number m = y·wᵀx is the object's margin: positive when the sign of wᵀx is the class, and the larger the surer.",
            $"Число m = y·wᵀx — отступ объекта: он положителен, когда знак wᵀx совпадает с классом, и тем больше, чем увереннее ответ.");
        board.Part($"(b) The gradient", $"(б) Градиент");
        board.Say($"Of one object, first by its margin:", $"Для одного объекта, сначала по отступу:");
        board.Differentiate(Formula.Parse("ln(sigmoid(m))"));
        board.Say($"and dm = y·(dwᵀx). For all of them,", $"и dm = y·(dwᵀx). Для всех вместе");
        (string, Tensor)[] stepped = [.. at, ("dw", Tensor.From<double>([1, -0.5], [2, 1]))];
        board.Derive("dl", stepped, "sum((1-sigmoid(y.*(X*w))).*y.*(X*dw))", "(X'*((1-sigmoid(y.*(X*w))).*y))'*dw");
        board.Say($"and Kubik finds", $"и Kubik находит");
        MatrixDerivative d = board.Differentiate(l, "w");
        board.Say($"So the gradient is the sum of (1 − σ(mᵢ))·yᵢ·xᵢ: every object pulls w towards its side, yᵢ·xᵢ, with a factor between 0 and 1, the probability that the model gives to the wrong class.",
            $"Итак, градиент — сумма (1 − σ(mᵢ))·yᵢ·xᵢ: каждый объект тянет w в свою сторону, yᵢ·xᵢ, с множителем от 0 до 1 — вероятностью, которую модель даёт неверному классу.");
        board.Part($"Numbers", $"Числа");
        Tensor m = Margins(given), p = m.Sigmoid(), x = given.Tensor("X"), y = given.Tensor("y"), pulls = (1 - p) * y, all = d.Result.At(at).Reshape(2), log = l.At(at).Reshape(), likelihood = p.Prod();
        board.Table(["i", "m", "σ(m)", "1 − σ(m)", "(1 − σ(m))·y·x"],
            Enumerable.Range(0, Objects).Select(i => (object[])[i + 1, m[i], p[i], 1 - p[i], pulls[i] * x[i]]));
        board.Write("P", likelihood);
        board.Write("l", log);
        board.Write("g", all);
        board.Part($"(c), (d) Right and wrong objects", $"(в), (г) Правильные и неправильные объекты");
        board.Say($"On a right object m > 0 and the factor is below 1/2; it falls like e^(−m), so a sure and right object hardly pulls any more. On a wrong one m < 0 and the factor is above 1/2; it goes to 1, never beyond it: however wrong an object is, it pulls by its own x and no more.",
            $"На правильном объекте m > 0, и множитель меньше 1/2; он убывает как e^(−m), и уверенно правильный объект почти не тянет. На неправильном m < 0, и множитель больше 1/2; он стремится к 1, но не превосходит единицу: как бы сильно модель ни ошибалась на объекте, он тянет не сильнее собственного x.");
        Formula factor = Differentiation.Of(Formula.Parse("ln(sigmoid(m))")).Single().Derivative, loss = Formula.Parse("-ln(sigmoid(m))");
        board.Table(["m", "1 − σ(m)", "e^(−m)"],
            new double[] { -10, -2, 0, 2, 5, 10 }.Select(v => (object[])[v, factor.At(("m", v)), Formula.Parse("e^(-m)").At(("m", v))]));
        Plane plane = new("m", "", (-5, 5), (0, 5));
        plane.Curve(v => factor.At(("m", v)), "1 − σ(m)");
        plane.Curve(v => loss.At(("m", v)), "−ln σ(m)");
        board.Draw(plane, new("The loss of an object over its margin, and the factor in its gradient", "Потери на объекте в зависимости от отступа и множитель в градиенте"));
        int far = (int)m.ArgMin(0).Item() + 1;
        Tensor next = at[2].Value + 0.1 * all.Unsqueeze(1);
        board.Say($"Object {far} has the least margin and so the greatest factor, {(1 - p)[far - 1]}. A step uphill, w + 0.1·g = {next.Reshape(2)}, makes l grow from {log} to {l.At([.. at[..2], ("w", next)]).Reshape()}. On data that a line separates all margins can grow for ever, and there is no optimum: task 2.2.",
            $"Наименьший отступ, а значит, наибольший множитель {(1 - p)[far - 1]} — у объекта с номером {far}. Шаг вверх, w + 0.1·g = {next.Reshape(2)}, увеличивает l с {log} до {l.At([.. at[..2], ("w", next)]).Reshape()}. Если данные разделимы прямой, все отступы могут расти бесконечно, и оптимума нет: задача 2.2.");
        Remark lost = new("The classes y are left out.", "Потеряны классы y."), turned = new("The factor is 1 − σ(m), not σ(m).", "Множитель равен 1 − σ(m), а не σ(m).");
        board.Ask("P", likelihood, 0.02 * likelihood.Item(), null,
            new(p.Mean(), new("The probabilities are multiplied, not averaged.", "Вероятности перемножаются, а не усредняются.")),
            new((y * m).Sigmoid().Prod(), lost));
        board.Ask("l", log, 0.005, null,
            new(log / Math.Log(10), new("That is the logarithm to the base 10.", "Это десятичный логарифм.")),
            new(log / Objects, new("That is the mean over the objects; the logarithm of P is the sum.", "Это среднее по объектам, а логарифм P — сумма.")));
        board.Ask("g", all, 0.01, null, new(((1 - p).Unsqueeze(1) * x).Sum(0), lost), new(((p * y).Unsqueeze(1) * x).Sum(0), turned));
        board.Ask("k", far, 1e-6, null,
            new Slip(N((double)m.ArgMax(0).Item() + 1),
                new("That object is the surest of all: it hardly pulls.", "Этот объект самый уверенный: он почти не тянет.")));
        board.AskWhich("right", 1,
            new("the factor is below 1/2 and falls to 0 as the margin grows", "множитель меньше 1/2 и стремится к 0 с ростом отступа"),
            new("the factor is above 1/2 and goes to 1", "множитель больше 1/2 и стремится к 1"),
            new("the factor is exactly 0", "множитель в точности равен 0"));
        board.AskWhich("wrong", 2,
            new("the factor grows without bound", "множитель неограниченно растёт"),
            new("the factor is above 1/2 and goes to 1", "множитель больше 1/2 и стремится к 1"),
            new("the factor falls to 0, as for right ones", "множитель стремится к 0, как у правильных"));
    }

    private static (string Name, Tensor Value)[] At(Given given) =>
        [("X", given.Tensor("X")), ("y", given.Tensor("y").Unsqueeze(1)), ("w", given.Tensor("w").Unsqueeze(1))];

    private static Formula Logarithm() =>
        Formula.Parse("sum(ln(sigmoid(y.*(X*w))))", new Dictionary<string, Shape>(StringComparer.Ordinal) { ["X"] = [Objects, 2], ["y"] = [Objects, 1], ["w"] = [2, 1] });

    private static Tensor Margins(Given given) => given.Tensor("y") * given.Tensor("X").MatMul(given.Tensor("w").Unsqueeze(1)).Reshape(Objects);

    private static Tensor Weighted(Given given) => Differentiation.By(Logarithm(), "w").Result.At(At(given));
}
