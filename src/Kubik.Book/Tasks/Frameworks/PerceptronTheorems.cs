// Rosenblatt's rule on a table of zeros and ones, correction by correction, and what its theorem says. The lecture gives the
// theorem's name to another one.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.8: the perceptron rule and two theorems.</summary>
internal sealed class PerceptronTheorems : BookTask
{
    private const int MostEpochs = 50;

    public override string Id => "9.8";

    public override Remark Title => new("The perceptron's rule and two theorems", "Правило персептрона и две теоремы");

    public override string Source => "002 perceptron; 001 logic";

    // The answers for (0, 0), (0, 1), (1, 0), (1, 1).
    public override Given Seed => new(("t", new double[] { 0, 0, 0, 1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("t", Dice.Several(4, () => dice.Whole(0, 1)))),
        given => given.Vector("t").Distinct().Count() == 2 && !IsXor(given.Vector("t")));

    internal override void State(Given given, Board board)
    {
        board.Say($"Rosenblatt's perceptron puts out y = [w₁x₁ + w₂x₂ + b > 0], with b in the place of minus the threshold. Its rule: go through the samples in order, again and again, and after each set w ← w + (t − y)·x and b ← b + (t − y). The samples are (0, 0), (0, 1), (1, 0), (1, 1), the right answers t = {given.Vector("t")}; it begins with zeros. Find the weights w and the bias b at which it stops, and how many corrections that takes (k).",
            $"Персептрон Розенблатта отдаёт y = [w₁x₁ + w₂x₂ + b > 0], где b стоит вместо порога с минусом. Его правило: раз за разом перебирать примеры по порядку и после каждого менять w ← w + (t − y)·x и b ← b + (t − y). Примеры — (0, 0), (0, 1), (1, 0), (1, 1), верные ответы t = {given.Vector("t")}, начальные значения — нули. Найдите веса w и сдвиг b, на которых он остановится, и число исправлений (k).");
        board.Say($"The lecture calls it Rosenblatt's theorem that a network of one hidden layer comes as near as one likes to any continuous function. What does his theorem say?",
            $"В лекции теоремой Розенблатта названо утверждение, что сеть с одним скрытым слоем сколь угодно точно приближает любую непрерывную функцию. Что говорит его теорема на самом деле?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] t = given.Vector("t");
        (List<(int Sample, double[] W, double B)> corrections, int? epochs) = Learn(t);
        (double[] w, double b) = (corrections[^1].W, corrections[^1].B);
        board.Say($"Only a wrong answer changes anything: a missed 1 adds the sample to the weights, a false 1 takes it away. The corrections:",
            $"Веса меняет только неверный ответ: пропущенная единица прибавляет пример к весам, ложная — вычитает. Исправления:");
        board.Table([new Remark("correction", "исправление"), "x", "t", "w", "b"],
            corrections.Select((c, i) => (object[])[i + 1, Corners[c.Sample], t[c.Sample], c.W, c.B]));
        board.Say($"Round {epochs} over the samples is the first without a mistake: it stops with w = {w} and b = {b} after {corrections.Count} corrections.",
            $"Круг номер {epochs} по примерам первый без ошибок: остановка при w = {w} и b = {b}, исправлений {corrections.Count}.");
        Plane plane = new("x₁", "x₂", (-0.5, 1.5), (-0.5, 1.5));
        for (int i = 0; i < t.Length; i++) plane.Points([(Corners[i][0], Corners[i][1])], t[i] == 1);
        if (w.Any(v => v != 0)) plane.Straight(w[0], w[1], b, "w·x + b = 0");
        board.Draw(plane, new("The samples (filled: 1) and the line of the perceptron; on it the answer is 0", "Примеры (закрашены: 1) и прямая персептрона; на ней самой ответ 0"));
        board.Part($"His theorem", $"Его теорема");
        (_, int? never) = Learn([0, 1, 1, 0]);
        board.Say($"Where a line separates the samples, the rule makes a finite number of corrections and stops: that is the convergence theorem (the perceptron is of 1958, not of 1950 as a slide of the lecture has it; the short proof is Novikoff's, 1962). Where there is none, it never does: with the answers (0, 1, 1, 0) of XOR {MostEpochs} rounds {(never is null ? "are not enough, and no number would be" : "are enough")}, for one neuron cannot do XOR (task 1.5).",
            $"Если примеры разделимы прямой, правило делает конечное число исправлений и останавливается: это и есть теорема о сходимости (персептрон появился в 1958 году, а не в 1950-м, как на одном из слайдов; короткое доказательство дал Новиков в 1962 году). Если прямой нет, оно не остановится никогда: для ответов XOR (0, 1, 1, 0) {(never is null ? "не хватает" : "хватает")} и {MostEpochs} кругов, и никакого числа не хватит, ведь один нейрон XOR не представит (задача 1.5).");
        board.Part($"The other theorem", $"Другая теорема");
        board.Say($"That one hidden layer comes near to every continuous function is the universal approximation theorem of Cybenko (1989) and Hornik (1991). It says that such weights exist, for continuous functions on a closed and bounded set, and nothing of how to find them or how many neurons it takes: task 1.9 builds them of steps. For \"any function with two hidden layers\", as the lecture has it, there is no such theorem: a function may be too wild for every finite network.",
            $"То, что один скрытый слой приближает любую непрерывную функцию, — теорема об универсальной аппроксимации Цыбенко (1989) и Хорника (1991). Она утверждает, что такие веса есть — для непрерывных функций на замкнутом ограниченном множестве, — и ничего не говорит ни о том, как их найти, ни о числе нейронов: задача 1.9 строит их из ступенек. Для «любой функции с двумя скрытыми слоями», как сказано в лекции, такой теоремы нет: функция может быть слишком дикой для любой конечной сети.");
        board.Ask("w", Tensor.From(w, [2]), 1e-6, null,
            new Slip(Tensor.From(corrections[Math.Max(0, corrections.Count - 2)].W, [2]),
                new("The round is not over: there is a mistake left.", "Ещё не конец: осталась ошибка.")));
        board.Ask("b", b, 1e-6, null, new Slip(N(-b), new("b stands with a plus; the threshold is −b.", "b входит с плюсом; порог равен −b.")));
        board.Ask("k", corrections.Count, 1e-6, null,
            new Slip(N(4.0 * epochs!.Value),
                new("Those are all samples that were looked at; corrections are made at mistakes only.", "Это все просмотренные примеры; исправления делаются только при ошибках.")));
        board.AskWhich("theorem", 2,
            new("one hidden layer approximates every continuous function", "один скрытый слой приближает любую непрерывную функцию"),
            new("where a plane separates the classes, the rule stops after finitely many corrections", "если классы разделимы плоскостью, правило остановится через конечное число исправлений"),
            new("the rule finds the best weights for any data", "правило находит лучшие веса для любых данных"));
    }

    private static readonly double[][] Corners = [[0, 0], [0, 1], [1, 0], [1, 1]];

    private static bool IsXor(double[] t) => t[0] == t[3] && t[1] == t[2];

    private static (List<(int Sample, double[] W, double B)> Corrections, int? Epochs) Learn(double[] t)
    {
        Linear layer = new(2, 1);
        layer.Weight.Assign(Tensor.Zeros([2, 1]));
        layer.Bias!.Assign(Tensor.Zeros([1]));
        PerceptronRule rule = new();
        List<(int, double[], double)> corrections = [];
        for (int epoch = 1; epoch <= MostEpochs; epoch++)
        {
            int mistakes = 0;
            for (int i = 0; i < t.Length; i++)
            {
                if (rule.Step(layer, Tensor.From(Corners[i], [1, 2]).Cast(DType.Float32), Tensor.Of((float)t[i]).Reshape(1, 1)) == 0) continue;
                mistakes++;
                corrections.Add((i, layer.Weight.Value.ToDoubles(), layer.Bias.Value.ToDoubles()[0]));
            }
            if (mistakes == 0) return (corrections, epoch);
        }
        return (corrections, null);
    }
}
