// A stronger L2 penalty can only make the loss on the training set larger: a proof of two lines. The accuracy is another number, and
// follows as a rule only.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.11: L2 and the result on the training set.</summary>
internal sealed class L2Accuracy : BookTask
{
    public static readonly double[] Strengths = [0.001, 0.01, 0.1, 1];
    private const int Steps = 3; // of L-BFGS, up to 20 changes each

    // Two noisy classes on a line, and one small set on which the accuracy goes the other way.
    private static readonly Lazy<(double Loss, double Accuracy)[]> Usual = new(() => [.. Strengths.Select(s => Train(Overlapping(), s))]), Odd = new(() => [.. Strengths.Select(s => Train(Small(), s))]);

    public override string Id => "5.11";

    public override Remark Title => new("L2 and the training set", "L2 и обучающая выборка");

    public override string Source => "003 §1";

    public override Given Seed => new(("x", new double[] { 1, 2, 3 }), ("y", new double[] { 2, 3, 7 }), ("lambda", new double[] { 1, 14 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(3, () => dice.Signed(4))), ("y", Dice.Several(3, () => dice.Signed(8))), ("lambda", new double[] { dice.Whole(1, 4), dice.Whole(6, 20) })),
        given => Math.Abs(Weight(given, 0)) > 0.2 && Math.Abs(Loss(given, Weight(given, given.Vector("lambda")[0])) - Loss(given, Weight(given, given.Vector("lambda")[1]))) > 0.05);

    /// <summary>Loss and accuracy after training with each strength, on the usual data or on the odd ones.</summary>
    public static (double Loss, double Accuracy)[] Trained(bool isOdd) => isOdd ? Odd.Value : Usual.Value;

    internal override void State(Given given, Board board)
    {
        double[] l = given.Vector("lambda");
        board.Say($"A network is trained with L2 regularisation, and its coefficient is made larger. What is to be expected of the results on the training set when training has ended?",
            $"Сеть обучают с L2-регуляризацией и увеличивают её коэффициент. Чего ожидать от результатов на обучающей выборке после окончания обучения?");
        board.Say($"Begin with one weight: ŷ = w·x, x = {given.Vector("x")}, y = {given.Vector("y")}, and w makes the sum L of (yᵢ − w·xᵢ)² plus λ·w² least. Find w (w_1, w_2) and L without the penalty (L_1, L_2) for λ = {l[0]} and λ = {l[1]}. Can L be smaller with the larger λ? And can the accuracy of a classifier on its training set rise?",
            $"Начните с одного веса: ŷ = w·x, x = {given.Vector("x")}, y = {given.Vector("y")}, и w делает наименьшей сумму L из (yᵢ − w·xᵢ)² плюс λ·w². Найдите w (w_1, w_2) и L без штрафа (L_1, L_2) при λ = {l[0]} и λ = {l[1]}. Может ли L быть меньше при большем λ? А может ли вырасти точность классификатора на обучающей выборке?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] l = given.Vector("lambda");
        (string, Tensor) x = ("x", given.Tensor("x").Unsqueeze(1)), y = ("y", given.Tensor("y").Unsqueeze(1));
        board.Part($"One weight", $"Один вес");
        board.Say($"The derivative, −2·Σ xᵢ(yᵢ − w·xᵢ) + 2λw, is 0 at w = Σ xᵢyᵢ/(Σ xᵢ² + λ).",
            $"Производная −2·Σ xᵢ(yᵢ − w·xᵢ) + 2λw равна 0 при w = Σ xᵢyᵢ/(Σ xᵢ² + λ).");
        Tensor[] w = new Tensor[2], loss = new Tensor[2];
        for (int i = 0; i < 2; i++)
        {
            w[i] = board.Work($"w_{i + 1}", "x'*y/(x'*x + λ)", x, y, ("λ", N(l[i])));
            loss[i] = board.Work($"L_{i + 1}", "sum((y - w*x)^2)", y, ("w", w[i]), x);
        }
        board.Say($"In decimals the weights are about {Math.Round(w[0].Item(), 4)} and {Math.Round(w[1].Item(), 4)}, the losses {Math.Round(loss[0].Item(), 4)} and {Math.Round(loss[1].Item(), 4)}.",
            $"В десятичных дробях веса примерно равны {Math.Round(w[0].Item(), 4)} и {Math.Round(w[1].Item(), 4)}, потери — {Math.Round(loss[0].Item(), 4)} и {Math.Round(loss[1].Item(), 4)}.");
        Plane plane = new("λ", "L", (0, 1.2 * l[1]), (0, 1.2 * Loss(given, Weight(given, 1.2 * l[1])) + 0.1));
        plane.Curve(a => Loss(given, Weight(given, a)), "");
        board.Draw(plane, new("The loss on the training set over λ", "Потери на обучающей выборке в зависимости от λ"));
        board.Part($"Why the loss cannot fall", $"Почему потери не могут уменьшиться");
        board.Say($"Let v be best for a, w for b > a, and Q the penalty. Then L(v) + a·Q(v) ≤ L(w) + a·Q(w) and L(w) + b·Q(w) ≤ L(v) + b·Q(v). Add both: (b − a)·Q(w) ≤ (b − a)·Q(v), so Q(w) ≤ Q(v). With that the first one says L(v) ≤ L(w). It holds for any network, provided that training finds the least value.",
            $"Пусть v — наилучшие веса при a, w — при b > a, а Q — штраф. Тогда L(v) + a·Q(v) ≤ L(w) + a·Q(w) и L(w) + b·Q(w) ≤ L(v) + b·Q(v). Сложим: (b − a)·Q(w) ≤ (b − a)·Q(v), то есть Q(w) ≤ Q(v). Тогда из первого следует L(v) ≤ L(w). Это верно для любой сети, если обучение находит наименьшее значение.");
        board.Part($"The accuracy", $"Точность");
        board.Say($"The accuracy is not what is made least. As a rule it falls when the loss rises: logistic regression on 60 points of two overlapping classes:",
            $"Точность — не то, что минимизируют. Как правило, она уменьшается вместе с ростом потерь: логистическая регрессия по 60 точкам двух пересекающихся классов:");
        Write(board, Usual.Value);
        (Tensor xs, Tensor ts) = Small();
        board.Say($"But it need not. Here are eight points x = {xs.Reshape(8)} with the classes {ts.Reshape(8)}:",
            $"Но не обязательно. Вот восемь точек x = {xs.Reshape(8)} с классами {ts.Reshape(8)}:");
        Write(board, Odd.Value);
        board.Say($"The loss rises, and so does the accuracy: without a penalty the threshold stands where the few wrong points hurt least, not where they are fewest. So what the source says, that the accuracy on the training set cannot rise, is true of the loss; for the accuracy it is what is to be expected, not a law. The purpose of the penalty is another anyway: the result on new data.",
            $"Потери растут, и точность тоже: без штрафа порог стоит там, где ошибки обходятся дешевле всего, а не там, где их меньше всего. Поэтому сказанное в источнике — точность на обучающей выборке не может вырасти — верно для потерь; для точности это ожидание, а не закон. Цель штрафа всё равно другая: результат на новых данных.");
        Slip Free(Tensor value) => new(value, new("The penalty is left out.", "Забыт штраф."));
        Tensor free = N(Weight(given, 0)), least = N(Loss(given, Weight(given, 0)));
        board.Ask("w_1", w[0], 0.005, null, Free(free));
        board.Ask("w_2", w[1], 0.005, null, Free(free));
        board.Ask("L_1", loss[0], 0.01, null, new Slip(loss[0] + l[0] * w[0] * w[0], new("That is with the penalty.", "Это вместе со штрафом.")), Free(least));
        board.Ask("L_2", loss[1], 0.01, null, new Slip(loss[1] + l[1] * w[1] * w[1], new("That is with the penalty.", "Это вместе со штрафом.")), Free(least));
        bool rises = new[] { Usual.Value, Odd.Value }.All(results => results.Zip(results[1..]).All(p => p.First.Loss <= p.Second.Loss)), falls = Usual.Value[^1].Accuracy <= Usual.Value[0].Accuracy;
        board.AskWhich("loss", rises ? 2 : 1,
            new("the training loss stays or falls", "потери на обучении не изменятся или уменьшатся"),
            new("the training loss stays or rises", "потери на обучении не изменятся или вырастут"));
        board.AskWhich("accuracy", falls ? 2 : 1,
            new("it stays or rises", "не изменится или увеличится"),
            new("it is expected to stay or fall, though that is no law", "ожидается, что не изменится или уменьшится, хотя это не закон"));
    }

    private static void Write(Board board, (double Loss, double Accuracy)[] results) =>
        board.Table(["λ", new Remark("log-loss", "logloss"), new Remark("accuracy", "точность")],
            Strengths.Select((s, i) => (object[])[s, Math.Round(results[i].Loss, 4), results[i].Accuracy]));

    private static double Weight(Given given, double lambda) =>
        ((given.Tensor("x") * given.Tensor("y")).Sum() / (given.Tensor("x").Square().Sum() + lambda)).Item();

    private static double Loss(Given given, double w) => (given.Tensor("y") - w * given.Tensor("x")).Square().Sum().Item();

    // Mean log-loss with λ/2·w² on the weight alone; what is given back is without the penalty.
    private static (double Loss, double Accuracy) Train((Tensor X, Tensor T) data, double lambda)
    {
        Sequential net = Neurons.Weighted("linear 1", Tensor.Zeros([1, 1]), Tensor.Zeros([1]));
        Lbfgs rule = new();
        L2 penalty = new(lambda);
        BinaryCrossEntropy loss = new();
        Tensor x = data.X.Cast(DType.Float32), t = data.T.Cast(DType.Float32);
        for (int step = 0; step < Steps; step++) rule.Step(() => loss.Of(net.Forward(x), t) + penalty.On(net), net);
        Tensor z = net.Forward(x).Detach();
        return (loss.Of(z, t).Item(), z.Step().Equal(t).Cast(DType.Float64).Mean().Item());
    }

    private static (Tensor X, Tensor T) Small() => (Tensor.From([-4.0, -3, -2, -2, 2, 2, 3, 3], [8, 1]), Tensor.From([0.0, 0, 1, 0, 0, 0, 1, 1], [8, 1]));

    private static (Tensor X, Tensor T) Overlapping()
    {
        Tensor t = Tensor.From([.. Enumerable.Range(0, 60).Select(i => i < 20 ? 1.0 : 0)], [60, 1]);
        return (2 * t + new RandomStream(4, stream: 0).Normal([60, 1], DType.Float64), t);
    }
}
