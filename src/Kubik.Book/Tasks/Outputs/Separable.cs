using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.2: logistic regression on data that a threshold parts without a mistake.</summary>
internal sealed class Separable : BookTask
{
    private const int Steps = 1000;

    public override string Id => "2.2";

    public override Remark Title => new("Log-loss without a minimum", "Логистические потери без минимума");

    public override string Source => "000 §2.2 а, б";

    public override Given Seed => new(("x", new double[] { 1, 2, 3 }), ("t", new double[] { 1, 0, 0 }), ("w", new double[] { 3, -2 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            double[] x = [dice.Whole(0, 3), dice.Whole(1, 4), dice.Whole(2, 6)];
            return new(("x", x), ("t", dice.Of<double[]>([1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1])), ("w", new double[] { dice.Signed(3), dice.Signed(2) }));
        },
        given => given.Vector("x") is var x && x[0] < x[1] && x[1] < x[2] && Sums(given, given.Vector("w")).ToDoubles().Zip(given.Vector("t")).All(z => z.Second == 1 ? z.First > 0 : z.First < 0) && Loss(given).At(At(given.Vector("w"))) is > 0.02 and < 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"Three animals were seen; x is a feature of the animal, t is 1 for a whale and 0 for an ant:",
            $"Увидели трёх животных; x — признак животного, t равно 1 для кита и 0 для муравья:");
        board.Table(["x", "t"], given.Vector("x").Zip(given.Vector("t"), (x, t) => (object[])[x, t]));
        board.Say($"A logistic regression with a constant is to learn this: p̂ = σ(w₀ + w₁x), with the mean log-loss. (a) Write the loss L down. What is it at w = (0, 0) (L_0), at w = {given.Vector("w")} (L_1), and where does it go along 10·w, 100·w, … (L_2)? (b) At which coefficients does it reach its minimum?",
            $"Это должна выучить логистическая регрессия с константой: p̂ = σ(w₀ + w₁x), потери — средние логистические. (а) Выпишите функцию потерь L. Чему она равна при w = (0, 0) (L_0), при w = {given.Vector("w")} (L_1) и к чему стремится вдоль 10·w, 100·w, … (L_2)? (б) При каких коэффициентах она достигает минимума?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] x = given.Vector("x"), t = given.Vector("t"), w = given.Vector("w");
        Formula loss = Loss(given);
        board.Part($"(a) The loss", $"(а) Функция потерь");
        board.Say($"A whale costs −ln p̂, an ant −ln(1 − p̂), and 1 − σ(z) = σ(−z):",
            $"Потери на ките равны −ln p̂, на муравье −ln(1 − p̂), а 1 − σ(z) = σ(−z):");
        board.Write(loss, "L");
        double start = loss.At(At([0, 0])), there = loss.At(At(w));
        board.Say($"At w = (0, 0) every p̂ is 1/2 and L = ln 2 ≈ {start}. At w = {w} the sums are {Sums(given, w)}, the probabilities of a whale {Sums(given, w).Sigmoid()}:",
            $"При w = (0, 0) все p̂ равны 1/2, и L = ln 2 ≈ {start}. При w = {w} суммы равны {Sums(given, w)}, вероятности кита {Sums(given, w).Sigmoid()}:");
        board.Write("L_1", N(there));
        board.Part($"(b) There is no minimum", $"(б) Минимума нет");
        // A direction in which every sum has the right sign: through the middle between the classes.
        double border = Border(given), sign = t[0] == 1 ? -1 : 1;
        Tensor direction = Tensor.Of(-sign * border, sign);
        board.Say($"A threshold parts the classes without a mistake, for example x = {border}. The sum w₀ + w₁x with w = {direction} is 0 there and has the right sign at every animal: {Sums(given, direction.ToDoubles())}. Multiply w by a growing c: every summand falls, all go to 0, but none is 0.",
            $"Порог разделяет классы без ошибок, например x = {border}. Сумма w₀ + w₁x при w = {direction} обращается там в 0 и имеет верный знак у каждого животного: {Sums(given, direction.ToDoubles())}. Умножим w на растущее c: каждое слагаемое убывает, все стремятся к 0, но ни одно его не достигает.");
        board.Table(["c", "w₀", "w₁", "L"],
            new double[] { 1, 2, 4, 8, 16 }.Select(c => (object[])[c, c * direction[0], c * direction[1], loss.At(At((c * direction).ToDoubles()))]));
        board.Say($"So the smallest value that L comes near to is 0, and it is reached nowhere: the better the weights, the longer they are. Gradient descent shows it. It starts at 0 with the step 1:",
            $"Поэтому наименьшее значение, к которому приближается L, — это 0, и оно нигде не достигается: чем лучше веса, тем они длиннее. Градиентный спуск это показывает. Начнём с нуля с шагом 1:");
        (int Step, double W0, double W1)[] path = Descend(given);
        board.Table([new Remark("steps", "шагов"), "w₀", "w₁", new Remark("length", "длина"), new Remark("threshold", "порог"), "L"],
            path.Where(s => s.Step is 1 or 10 or 100 or Steps).Select(s => (object[])[s.Step, s.W0, s.W1, Tensor.Of(s.W0, s.W1).NormL2(), -s.W0 / s.W1, loss.At(At([s.W0, s.W1]))]));
        Plane plane = new("w₀", "w₁", Span(path.Select(s => s.W0)), Span(path.Select(s => s.W1)));
        plane.Field((a, b) => -loss.At(At([a, b])));
        plane.Path([.. path.Where((_, i) => i % 20 == 0).Select(s => (s.W0, s.W1))], "");
        board.Draw(plane, new("The way of the weights: it goes on without end (a dot every 20 steps; the darker, the greater the loss)", "Путь весов: он уходит без конца (точка через каждые 20 шагов; чем темнее, тем больше потери)"));
        board.Say($"The threshold settles down, the length does not: it grows about like the logarithm of the number of steps. Regularisation stops it, and so does stopping early.",
            $"Порог устанавливается, а длина нет: она растёт примерно как логарифм числа шагов. Остановить её можно регуляризацией или ранней остановкой.");
        board.Ask("L_0", start, 0.005, null, new Slip(N(3 * start), new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")));
        Tensor z = Sums(given, w), target = given.Tensor("t");
        board.Ask("L_1", there, 0.005, null,
            new(N(3 * there), new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")),
            new(new BinaryCrossEntropy().Of(z, 1 - target), new("Whales and ants are exchanged.", "Киты и муравьи перепутаны.")));
        board.Ask("L_2", 0, 0.005, null,
            new Slip(N(start), new("At large weights the answers are sure, not undecided.", "При больших весах ответы уверенные, а не неопределённые.")));
        board.AskWhich("minimum", 3,
            new("at w = (0, 0)", "при w = (0, 0)"),
            new("at weights whose threshold is half-way between the classes", "при весах, порог которых посередине между классами"),
            new("nowhere: L only goes to 0 as the weights grow", "нигде: L лишь стремится к 0 с ростом весов"));
    }

    // softplus(−z) for whales, softplus(z) for ants, which is −ln of their probabilities.
    private static Formula Loss(Given given) => Formula.Parse(
        $"({string.Concat(given.Vector("x").Zip(given.Vector("t"), (x, t) => $"-ln(sigmoid({Sum(x, t == 1 ? 1 : -1)}))"))})/3");

    // ±(w₀ + w₁x), with the weights as variables.
    private static Formula Sum(double x, double sign) =>
        NeuronNet.Of([new("w0", Shape.Scalar), new("w1", Shape.Scalar)], [Neurons.Layer("z", Neurons.Column([sign, sign * x]))]).ToFormula();

    private static (string, double)[] At(double[] w) => [("w0", w[0]), ("w1", w[1])];

    private static Tensor Sums(Given given, double[] w) => w[0] + w[1] * given.Tensor("x");

    private static double Border(Given given)
    {
        double[] x = given.Vector("x"), t = given.Vector("t");
        int first = Enumerable.Range(0, 2).First(i => t[i] != t[i + 1]);
        return (x[first] + x[first + 1]) / 2;
    }

    private static (int, double, double)[] Descend(Given given)
    {
        Linear neuron = new(1, 1);
        neuron.Weight.Assign(Tensor.Zeros([1, 1]));
        neuron.Bias!.Assign(Tensor.Zeros([1]));
        Tensor x = given.Tensor("x").Cast(DType.Float32).Unsqueeze(1), t = given.Tensor("t").Cast(DType.Float32).Unsqueeze(1);
        CompiledStep descent = Compiled.Step(new Sequential(neuron), new BinaryCrossEntropy(), new Sgd(1));
        List<(int, double, double)> path = [];
        for (int step = 1; step <= Steps; step++)
        {
            descent.Run(x, t);
            path.Add((step, neuron.Bias.Value.Detach().ToDoubles()[0], neuron.Weight.Value.Detach().ToDoubles()[0]));
        }
        return [.. path];
    }

    private static (double, double) Span(IEnumerable<double> values) => (Math.Min(-1, values.Min() - 1), Math.Max(1, values.Max() + 1));
}
