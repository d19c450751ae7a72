using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.1: what is to be known of the sigmoid.</summary>
internal sealed class SigmoidFacts : BookTask
{
    public override string Id => "2.1";

    public override Remark Title => new("The sigmoid", "Сигмоида");

    public override string Source => "000 §2.1 а–и";

    public override Given Seed => new(("t", 0), ("p", 0.75), ("k", new double[] { 1, 10, 100, 1000 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("t", dice.Decimal(-3, 3, 0.5)), ("p", dice.Decimal(0.1, 0.9, 0.05)), ("k", new double[] { 1, dice.Whole(2, 5), dice.Whole(10, 30), dice.Whole(100, 1000) })),
        given => given.Number("t") != 0 && given.Number("p") != 0.5);

    internal override void State(Given given, Board board)
    {
        double t = given.Number("t");
        board.Say($"The sigmoid f is a function of t that is written in two ways:", $"Сигмоида f — функция от t, которую записывают двумя способами:");
        board.Equal(Formula.Parse("e^t/(1+e^t)"), Formula.Parse("1/(1+e^(-t))"));
        board.Say($"(a) Where does it go as t → +∞ (f_1) and as t → −∞ (f_0)? (b) How are f(t) and f(−t) related, (c) f′(t) and f′(−t), (d) f(t) and f′(t)? (e) Compute f, f′ (d) and ln f (l) at t = {t}. (f) Find the inverse function and its value s at {given.Number("p")}. (g) How are (ln f(t))′ and f(−t) related, and what is (ln f)′ (g) at t = {t}? (h) Draw f and f′, (i) and f(kt) for k = {given.Vector("k")}. What do they go to?",
            $"(а) К чему она стремится при t → +∞ (f_1) и при t → −∞ (f_0)? (б) Как связаны f(t) и f(−t), (в) f′(t) и f′(−t), (г) f(t) и f′(t)? (д) Найдите f, f′ (d) и ln f (l) при t = {t}. (е) Найдите обратную функцию и её значение s в точке {given.Number("p")}. (ж) Как связаны (ln f(t))′ и f(−t), и чему равна (ln f)′ (g) при t = {t}? (з) Нарисуйте f и f′, (и) а также f(kt) при k = {given.Vector("k")}. К чему они стремятся?");
    }

    internal override void Solve(Given given, Board board)
    {
        double at = given.Number("t"), p = given.Number("p");
        Formula f = Formula.Parse("sigmoid(t)"), slope = Differentiation.Of(f)[0].Derivative;
        double[] points = [-20, -5, -2, 0, 2, 5, 20];
        board.Part($"(a) Limits", $"(а) Пределы");
        board.Say($"As t grows, e^(−t) goes to 0, and 1/(1 + e^(−t)) to 1. As t falls, e^(−t) grows without bound, and the fraction goes to 0. Values:",
            $"При росте t величина e^(−t) стремится к 0, а 1/(1 + e^(−t)) — к 1. При t → −∞ e^(−t) неограниченно растёт, и дробь стремится к 0. Значения:");
        board.Table(["t", "f(t)", "f(−t)", "f(t) + f(−t)", "f′(t)", "f′(−t)"],
            points.Select(t => (object[])[t, f.At(("t", t)), f.At(("t", -t)), f.At(("t", t)) + f.At(("t", -t)), slope.At(("t", t)), slope.At(("t", -t))]));
        board.Part($"(b) Symmetry", $"(б) Симметрия");
        board.Say($"The two forms of the definition are f(−t) = 1/(1 + e^t) and f(t) = e^t/(1 + e^t). Their sum is (1 + e^t)/(1 + e^t) = 1:",
            $"Две формы записи дают f(−t) = 1/(1 + e^t) и f(t) = e^t/(1 + e^t). Их сумма (1 + e^t)/(1 + e^t) = 1:");
        board.Equal(Formula.Parse("sigmoid(-t)"), Formula.Parse("1 - sigmoid(t)"));
        board.Part($"(c), (d) The derivative", $"(в), (г) Производная");
        board.Say($"The quotient rule gives", $"По правилу дифференцирования частного");
        board.Differentiate(Formula.Parse("e^t/(1+e^t)"));
        board.Say($"which is f − f². The engine writes it by the sigmoid's own rule:", $"то есть f − f². Движок записывает её по правилу самой сигмоиды:");
        board.Differentiate(f);
        board.Say($"With 1 − f(t) = f(−t) that is f(t)·f(−t), and −t in the place of t only exchanges the factors. So f′(−t) = f′(t): the derivative is even. Where f is near 0 or near 1, it is near 0; its greatest value is {slope.At(("t", 0))}, at t = 0.",
            $"Поскольку 1 − f(t) = f(−t), это f(t)·f(−t), и замена t на −t лишь переставляет множители. Значит, f′(−t) = f′(t): производная чётна. Там, где f близка к 0 или к 1, она близка к 0; наибольшее значение {slope.At(("t", 0))} — при t = 0.");
        board.Part($"(e) Values", $"(д) Значения");
        Formula log = Formula.Parse("ln(sigmoid(t))"), logSlope = Differentiation.Of(log)[0].Derivative, inverse = Formula.Parse("ln(p/(1-p))");
        board.Write("f", N(f.At(("t", at))));
        board.Write("d", N(slope.At(("t", at))));
        board.Write("l", N(log.At(("t", at))));
        board.Part($"(f) The inverse", $"(е) Обратная функция");
        board.Say($"From p = e^t/(1 + e^t) follows p/(1 − p) = e^t, the odds, and so", $"Из p = e^t/(1 + e^t) следует p/(1 − p) = e^t — шансы, и потому");
        board.Write(inverse, "t");
        double s = inverse.At(("p", p));
        board.Say($"At p = {p} it is {s}, and back again f({s}) = {f.At(("t", s))}.", $"При p = {p} это {s}, и обратно: f({s}) = {f.At(("t", s))}.");
        board.Part($"(g) The logarithm", $"(ж) Логарифм");
        board.Say($"(ln f)′ = f′/f, and the factor f cancels:", $"(ln f)′ = f′/f, и множитель f сокращается:");
        board.Differentiate(log);
        board.Say($"which is f(−t). That is why log-loss fits the sigmoid: its derivative does not die where the answer is wrong. At t = {at} it is {logSlope.At(("t", at))}.",
            $"то есть f(−t). Поэтому логистические потери подходят к сигмоиде: их производная не исчезает там, где ответ неверен. При t = {at} она равна {logSlope.At(("t", at))}.");
        board.Part($"(h), (i) Pictures", $"(з), (и) Графики");
        Plane both = new("t", "f", (-6, 6), (0, 1)), steep = new("t", "f", (-3, 3), (0, 1));
        both.Curve(t => f.At(("t", t)), "f(t)");
        both.Curve(t => slope.At(("t", t)), "f′(t)");
        foreach (double k in given.Vector("k")) steep.Curve(t => f.At(("t", k * t)), $"k = {Digits.Of(k).Text}");
        board.Draw(both, new("The sigmoid and its derivative", "Сигмоида и её производная"));
        board.Draw(steep, new("f(kt)", "f(kt)"));
        double last = given.Vector("k")[^1];
        board.Say($"The greater k, the steeper: the slope at 0 is k/4, {last / 4} for k = {last}. In the limit it is the unit step, only that f(0) stays 0.5: the sigmoid is a smooth step, and has a derivative to learn by.",
            $"Чем больше k, тем круче: наклон в нуле равен k/4, то есть {last / 4} при k = {last}. В пределе это единичная ступенька, только f(0) остаётся 0.5: сигмоида — гладкая ступенька, и у неё есть производная, по которой можно учиться.");
        board.Ask("f_1", f.At(("t", double.PositiveInfinity)), 1e-6, null, new Slip(N(0), new("The limits are exchanged.", "Пределы перепутаны.")));
        board.Ask("f_0", f.At(("t", double.NegativeInfinity)), 1e-6, null, new Slip(N(1), new("The limits are exchanged.", "Пределы перепутаны.")));
        board.AskWhich("symmetry", 1,
            new("f(−t) = 1 − f(t) and f′(−t) = f′(t)", "f(−t) = 1 − f(t), и f′(−t) = f′(t)"),
            new("f(−t) = −f(t) and f′(−t) = f′(t)", "f(−t) = −f(t), и f′(−t) = f′(t)"),
            new("f(−t) = 1 − f(t) and f′(−t) = −f′(t)", "f(−t) = 1 − f(t), и f′(−t) = −f′(t)"));
        board.Ask("f", f.At(("t", at)), 0.005, null, new Slip(N(f.At(("t", -at))), new("That is f(−t).", "Это f(−t).")));
        board.Ask("d", slope.At(("t", at)), 0.005, null,
            new Slip(N(f.At(("t", at)) * (1 + f.At(("t", at)))), new("f′ is f·(1 − f), with a minus.", "f′ = f·(1 − f), с минусом.")));
        board.Ask("l", log.At(("t", at)), 0.005, null,
            new Slip(N(log.At(("t", at)) / Math.Log(10)), new("That is the logarithm to the base 10.", "Это десятичный логарифм.")));
        board.Ask("s", s, 0.005, null, new Slip(N(f.At(("t", p))), new("That is f, not its inverse.", "Это сама f, а не обратная функция.")));
        board.Ask("g", logSlope.At(("t", at)), 0.005, null,
            new(N(slope.At(("t", at))), new("That is f′; the derivative of ln f is f′/f.", "Это f′; производная ln f равна f′/f.")),
            new(N(1 / f.At(("t", at))), new("The inner derivative f′ is missing.", "Забыта внутренняя производная f′.")));
    }
}
