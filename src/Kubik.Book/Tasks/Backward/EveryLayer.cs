// One network layer by layer: what each does with a value that comes from before and with a gradient that comes from behind,
// first with a squared error at the end, then with a sigmoid and the log-loss.

using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.4: forward and backward through every layer, for a regression and for two classes.</summary>
internal sealed class EveryLayer : BookTask
{
    public override string Id => "4.4";

    public override Remark Title => new("Layer by layer", "Слой за слоем");

    public override string Source => "000 §4.4 а–з; 000 §4.4 (classification) а–в";

    public override Given Seed => new(("W1", new double[,] { { 1, -1 }, { 0.5, 0 } }), ("W2", new double[,] { { 0.5 }, { 1 } }), ("x", new double[,] { { 1, 2 } }),
        ("g1", new double[,] { { -1, 0 } }), ("g2", new double[,] { { -1, -2 } }), ("g3", -2), ("y", 0), ("gamma", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("W1", Dice.Table(2, 2, () => dice.Whole(-4, 4) / 2.0)), ("W2", Dice.Table(2, 1, () => dice.Signed(4) / 2.0)), ("x", Dice.Table(1, 2, () => dice.Signed(3))),
            ("g1", Dice.Table(1, 2, () => dice.Whole(-2, 2))), ("g2", Dice.Table(1, 2, () => dice.Signed(3))), ("g3", dice.Of(-3, -2, -1, 2, 3)), ("y", dice.Whole(0, 1)), ("gamma", dice.Of(0.5, 1))),
        // One hidden neuron is open, the other closed, and g₂ has other signs; the error and the gradients are not 0.
        given => Hidden(given) is var h && h.Min() < 0 && h.Max() > 0 && h.Where((z, j) => z > 0 == given.Matrix("g2")[0, j] > 0).Count() < 2 && Math.Abs(Output(given)) is > 0.2 and < 5 && Output(given) != given.Number("y") && given.Matrix("g1")[0, 0] != given.Matrix("g1")[0, 1] && given.Matrix("W1")[0, 1] != given.Matrix("W1")[1, 0]);

    internal override void State(Given given, Board board)
    {
        board.Say($"This is a network, with rows of two numbers for x:", $"Вот нейросеть; x — строки из двух чисел:");
        board.Write(Formula.Parse("max(0, x*W1)*W2", new Dictionary<string, Shape> { ["x"] = [1, 2], ["W1"] = [2, 2], ["W2"] = [2, 1] }), "y");
        board.Write("W1", given.Tensor("W1"));
        board.Write("W2", given.Tensor("W2"));
        board.Write("x", given.Tensor("x"));
        board.Say($"For each of its three layers, the first matrix, the ReLU and the second matrix: what comes out (z1, h1, z2)? And if the gradient by its output is g₁ = {given.Tensor("g1").Reshape(2)}, g₂ = {given.Tensor("g2").Reshape(2)}, g₃ = {given.Number("g3")}, which gradient by its input does it hand on (d1, d2, d3)?",
            $"Для каждого из трёх слоёв — первой матрицы, ReLU и второй матрицы: что получается на выходе (z1, h1, z2)? И если градиент по выходу слоя равен g₁ = {given.Tensor("g1").Reshape(2)}, g₂ = {given.Tensor("g2").Reshape(2)}, g₃ = {given.Number("g3")}, какой градиент по входу он передаст назад (d1, d2, d3)?");
        board.Say($"Regression: the loss is (z₂ − y)² with y = {given.Number("y")}. Find the loss L and its derivative d4 by z₂, then W1 and W2 after a step of gradient descent with γ = {given.Number("gamma")}.",
            $"Регрессия: потери (z₂ − y)², y = {given.Number("y")}. Найдите потери L и их производную d4 по z₂, затем W1 и W2 после шага градиентного спуска с γ = {given.Number("gamma")}.");
        board.Say($"Classification: a sigmoid follows, p = σ(z₂), with the log-loss M = −(y·ln p + (1 − y)·ln(1 − p)). Find p, its derivative d5 by z₂, M, its derivative d6 by p, the gradient d7 by z₂ through both, and V1, V2, the weights after a step from the first ones.",
            $"Классификация: добавляется сигмоида, p = σ(z₂), и логистические потери M = −(y·ln p + (1 − y)·ln(1 − p)). Найдите p, её производную d5 по z₂, M, её производную d6 по p, градиент d7 по z₂ через обе и V1, V2 — веса после шага из исходных.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x"), w1 = given.Tensor("W1"), w2 = given.Tensor("W2"), t = given.Tensor("y"), g1 = given.Tensor("g1"), g2 = given.Tensor("g2"), g3 = given.Tensor("g3").Reshape(1, 1);
        Remark turned = new("The matrix is to be transposed on the way back.", "На обратном пути матрица транспонируется.");
        board.Part($"a, b. The first matrix", $"а, б. Первая матрица");
        board.Say($"Forward a row is multiplied by the matrix. The derivative of the output by the input is the matrix itself, so the gradient that comes back is multiplied by its transpose.",
            $"Вперёд строка умножается на матрицу. Производная выхода по входу — сама матрица, поэтому пришедший обратно градиент умножается на транспонированную.");
        Tensor z1 = board.Work("z1", "x*W1", ("x", x), ("W1", w1));
        board.Ask("z1", Row(z1), 0.005, null, new Slip(Row(x.MatMul(w1.T)), new("Rows of x go with columns of W.", "Строка x умножается на столбцы W.")));
        Tensor d1 = board.Work("d1", "g1*W1'", ("g1", g1), ("W1", w1));
        board.Ask("d1", Row(d1), 0.005, null, new Slip(Row(g1.MatMul(w1)), turned));

        board.Part($"c, d. ReLU", $"в, г. ReLU");
        board.Say($"Each number goes through by itself; its derivative is 1 where the input was positive and else 0, so the gradient is let through or stopped. Its own sign does not matter.",
            $"Каждое число проходит само по себе; производная равна 1 там, где вход был положительным, иначе 0. Поэтому градиент либо пропускается, либо останавливается, а его собственный знак не важен.");
        Remark noRelu = new("The ReLU is left out.", "Забыта ReLU."), noGate = new("On the way back ReLU is left out: where its input was negative the gradient stops.", "На обратном пути забыта ReLU: там, где её вход был отрицательным, градиент останавливается.");
        Tensor h1 = board.Work("h1", "max(0, z1)", ("z1", z1));
        board.Ask("h1", Row(h1), 0.005, null,
            new(Row(z1), noRelu),
            new(Row(z1.Abs()), new("That is |z|; negative numbers become 0.", "Это |z|; отрицательные числа становятся нулём.")));
        Tensor d2 = board.Work("d2", "g2 ∘ [z1 > 0]", ("g2", g2), ("z1", z1));
        board.Ask("d2", Row(d2), 0.005, null,
            new(Row(g2.Relu()),
                new("ReLU looks at the input that it had, not at the sign of the gradient.", "ReLU смотрит на свой вход, а не на знак градиента.")),
            new(Row(g2), new("Where the input was negative the gradient is stopped.", "Там, где вход был отрицательным, градиент останавливается.")));

        board.Part($"e, f. The second matrix", $"д, е. Вторая матрица");
        Tensor z2 = board.Work("z2", "h1*W2", ("h1", h1), ("W2", w2)), plain = Scalar(z1.MatMul(w2));
        board.Ask("z2", Scalar(z2), 0.005, null, new Slip(plain, noRelu));
        Tensor d3 = board.Work("d3", "g3*W2'", ("g3", g3), ("W2", w2));
        board.Ask("d3", Row(d3), 0.005, null,
            new Slip(Row(w2.T),
                new("That is the derivative of the layer; it is to be multiplied by what came.", "Это производная слоя; её нужно умножить на пришедшее.")));

        board.Part($"g. The squared error", $"ж. Квадрат ошибки");
        Tensor loss = board.Work("L", "(z2 - y)^2", ("z2", Scalar(z2)), ("y", t)), d4 = board.Work("d4", "2(z2 - y)", ("z2", Scalar(z2)), ("y", t));
        board.Say($"By the loss itself the derivative is 1, so that is also the gradient which goes back into the network.",
            $"Производная потерь по ним самим равна 1, так что это и есть градиент, который уходит обратно в сеть.");
        Remark half = new("The factor of 2 is lost.", "Потерян множитель 2.");
        board.Ask("L", loss, 0.005, null, new Slip((plain - t).Square(), noRelu));
        board.Ask("d4", d4, 0.005, null, new(d4 / 2, half), new(2 * (plain - t), noRelu));

        board.Part($"h. A step of gradient descent", $"з. Шаг градиентного спуска");
        board.Say($"Now all in a row, with the gradient that really comes back. A weight's gradient is what came into its layer, transposed, times the gradient of what went out. The output z₂ is called y there, the target t and the learning rate η.",
            $"Теперь всё подряд, с тем градиентом, который действительно приходит. Градиент матрицы — вход её слоя, транспонированный, умноженный на градиент выхода. Выход z₂ обозначен там y, правильный ответ t, а скорость обучения η.");
        Explanation step = Step(given, null);
        board.Explain(step);
        Slip Uphill(Tensor old, Tensor next) => new(2 * old - next, new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать."));
        Tensor next1 = step.Result("W₁"), next2 = step.Result("W₂");
        // Steps whose gradient is another one: of W₁ with the gate always open, of W₂ with z₁ in the place of h₁.
        double gamma = given.Number("gamma");
        Slip Open(Tensor arrived) => new(w1 - gamma * x.T.MatMul(arrived * w2.T), noGate);
        Slip Bare(Tensor arrived) => new(Row(w2 - gamma * z1.T * arrived), noRelu);
        board.Ask("W1", next1, 0.005, null, Uphill(w1, next1), Open(d4), new((w1 + next1) / 2, half));
        board.Ask("W2", Row(next2), 0.005, null, Uphill(Row(w2), Row(next2)), Bare(2 * (plain - t)), new(Row(w2 + next2) / 2, half));

        board.Part($"a. The sigmoid", $"а. Сигмоида");
        Tensor p = board.Work("p", "sigmoid(z2)", ("z2", Scalar(z2)));
        board.Say($"Its derivative can be said by its value:", $"Её производная выражается через её значение:");
        board.Write(Differentiation.Of(Formula.Parse("sigmoid(z2)")).Single().Derivative, "d5");
        Tensor d5 = board.Work("d5", "p*(1 - p)", ("p", p));
        board.Ask("p", p, 0.002, null, new Slip(plain.Sigmoid(), noRelu));
        board.Ask("d5", d5, 0.002, null, new Slip(1 - p, new("The derivative is p(1 − p).", "Производная равна p(1 − p).")));

        board.Part($"b. The log-loss", $"б. Логистические потери");
        Tensor logLoss = board.Work("M", "-(y*ln(p) + (1 - y)*ln(1 - p))", ("y", t), ("p", p));
        Formula byP = Differentiation.Of(Formula.Parse("-(y*ln(p) + (1 - y)*ln(1 - p))")).First(d => d.Variable.Name == "p").Derivative;
        board.Write(byP, "d6");
        Tensor d6 = board.Work("d6", byP.ToString(), ("y", t), ("p", p));
        board.Ask("M", logLoss, 0.005, null, new Slip(OtherClass(), new("That is the log-loss of the other class.", "Это потери для другого класса.")));
        board.Ask("d6", d6, 0.005, null,
            new Slip(byP.At(("y", 1 - t), ("p", p)), new("That is the derivative for the other class.", "Это производная для другого класса.")));

        board.Part($"c. Back through both", $"в. Обратно через обе");
        board.Say($"The gradient 1 comes into the log-loss, d6 goes on into the sigmoid, d6·d5 into the network. Together they are simply p − y:",
            $"В потери приходит градиент 1, в сигмоиду уходит d6, в сеть — d6·d5. Вместе это просто p − y:");
        Tensor d7 = board.Work("d7", "d6*d5", ("d6", d6), ("d5", d5));
        board.Work("d7", "p - y", ("p", p), ("y", t));
        board.Ask("d7", d7, 0.005, null, new Slip(d6, new("The sigmoid's derivative is missing.", "Забыта производная сигмоиды.")));
        board.Say($"For the rest of the network nothing changes but the number that comes in: {d7} in the place of {d4}. Loss and sigmoid are computed together, so y stands for z₂ below again.",
            $"Для остальной сети меняется только приходящее число: {d7} вместо {d4}. Потери и сигмоида считаются вместе, поэтому ниже y снова обозначает z₂.");
        Explanation classes = Step(given, new BinaryCrossEntropy(), [Phase.Backward, Phase.Update]);
        board.Explain(classes, stepsOnly: true);
        Tensor v1 = classes.Result("W₁"), v2 = classes.Result("W₂");
        board.Ask("V1", v1, 0.005, null, Uphill(w1, v1), Open(d7),
            new Slip(next1, new("Those are the weights of the regression.", "Это веса после шага регрессии.")));
        board.Ask("V2", Row(v2), 0.005, null, Uphill(Row(w2), Row(v2)), Bare(plain.Sigmoid() - t),
            new Slip(Row(next2), new("Those are the weights of the regression.", "Это веса после шага регрессии.")));

        Tensor OtherClass() => Formula.Parse("-(y*ln(p) + (1 - y)*ln(1 - p))").At(("y", 1 - t), ("p", p));
    }

    private static Tensor Row(Tensor row) => row.Reshape(row.Count);

    private static Tensor Scalar(Tensor one) => one.Reshape(Shape.Scalar);

    private static double[] Hidden(Given given) => given.Tensor("x").MatMul(given.Tensor("W1")).ToDoubles();

    private static double Output(Given given) => given.Tensor("x").MatMul(given.Tensor("W1")).Relu().MatMul(given.Tensor("W2")).Item();

    private static Explanation Step(Given given, Loss? loss, IReadOnlyList<Phase>? phases = null) => Neurons.Weighted("linear 2 bias=false | relu | linear 1 bias=false", given.Tensor("W1"), given.Tensor("W2"))
        .Explain(given.Tensor("x").Cast(DType.Float32), given.Tensor("y").Reshape(1, 1).Cast(DType.Float32), new() { Loss = loss, Optimizer = new Sgd(given.Number("gamma")), Phases = phases });
}
