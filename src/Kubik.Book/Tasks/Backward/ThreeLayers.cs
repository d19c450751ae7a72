// How backpropagation is found: the derivatives of a nested function by all its matrices repeat each other, and computing what
// repeats once, from the end to the beginning, is the algorithm.

using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.2: a network of three layers as a function, its derivatives, what repeats in them, the algorithm.</summary>
internal sealed class ThreeLayers : BookTask
{
    public override string Id => "4.2";

    private static readonly string[] Weights = ["W1", "W2", "W3"];

    private static readonly Dictionary<string, Shape> Shapes = new(StringComparer.Ordinal) { ["x"] = [1, 2], ["W1"] = [2, 2], ["W2"] = [2, 2], ["W3"] = [2, 1], ["y"] = [1, 1] };

    // They are formulas, the same for all numbers.
    private static readonly Lazy<Dictionary<string, MatrixDerivative>> Derivatives = new(() => Weights.ToDictionary(w => w, w => Differentiation.By(Formula.Parse("0.5*norm(sigmoid(sigmoid(x*W1)*W2)*W3 - y)^2", Shapes), w), StringComparer.Ordinal));

    public override Remark Title => new("Inventing backpropagation", "Придумываем обратное распространение");

    public override string Source => "000 §4.2 а–г; 001 backpropagation";

    public override Given Seed =>
        new(("x", new double[,] { { 1, 2 } }), ("y", 1), ("W1", new double[,] { { 1, -1 }, { 0, 0.5 } }), ("W2", new double[,] { { 1, 2 }, { -1, 1 } }), ("W3", new double[,] { { 2 }, { -1 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Table(1, 2, () => dice.Signed(2))), ("y", dice.Whole(-2, 2)), ("W1", Dice.Table(2, 2, () => dice.Whole(-4, 4) / 2.0)), ("W2", Dice.Table(2, 2, () => dice.Whole(-4, 4) / 2.0)), ("W3", Dice.Table(2, 1, () => dice.Signed(4)))),
        given => Values(given) is var at && Weights.Select(w => Derivative(w).Result.At(at)).ToArray() is [var d1, var d2, var d3] && ((Tensor[])[d1, d2, d3]).All(d => d.Abs().Max().Item() > 0.02) && Differs(d1) && Differs(d2));

    internal override void State(Given given, Board board)
    {
        board.Say($"A network has two inputs, two hidden layers of two neurons with the activation f, and one output without an activation; there are no biases. w_ij are the weights of the first layer, from input i to neuron j, v_ij those of the second, u_i those of the third. The loss is L = ½(y − ŷ)².",
            $"У сети два входа, два скрытых слоя по два нейрона с функцией активации f и один выход без активации; сдвигов нет. w_ij — веса первого слоя, от входа i к нейрону j, v_ij — второго, u_i — третьего. Потери L = ½(y − ŷ)².");
        board.Say($"Write the network as equations and by matrices. Find the derivatives of L by all weights, mark what repeats in them, and say how to compute them without computing anything twice.",
            $"Запишите сеть уравнениями и матрицами. Найдите производные L по всем весам, отметьте в них повторяющиеся части и сформулируйте, как считать их, ничего не вычисляя дважды.");
        board.Say($"Let f be the sigmoid. Compute ŷ (Y) and the derivatives D3, D2, D1 by W₃, W₂, W₁ for",
            $"Пусть f — сигмоида. Вычислите ŷ (Y) и производные D3, D2, D1 по W₃, W₂, W₁ для");
        foreach (string name in (string[])["x", "W1", "W2", "W3"]) board.Write(name, given.Tensor(name));
        board.Say($"and y = {given.Number("y")}.", $"и y = {given.Number("y")}.");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Part($"a. The network as a function", $"а. Сеть как функция");
        foreach (string neuron in (string[])["h1 = sigmoid(w11*x1 + w21*x2)", "h2 = sigmoid(w12*x1 + w22*x2)", "g1 = sigmoid(v11*h1 + v21*h2)", "g2 = sigmoid(v12*h1 + v22*h2)", "Y = u1*g1 + u2*g2"])
            board.Write(Formula.Parse(neuron.Split(" = ")[1]), neuron.Split(" = ")[0]);
        board.Say($"Y is ŷ. The same by matrices: the numbers of a layer are a row, and W has a row for each input, a column for each neuron.",
            $"Y — это ŷ. То же матрицами: числа слоя — строка, в W по строке на каждый вход и по столбцу на каждый нейрон.");
        Formula y = Formula.Parse("sigmoid(sigmoid(x*W1)*W2)*W3", Shapes);
        board.Write(y, "Y");

        board.Part($"b. The derivatives", $"б. Производные");
        MatrixDerivative[] by = [.. Weights.Reverse().Select(Derivative)];
        foreach ((MatrixDerivative d, int k) in by.Select((d, i) => (d, 3 - i))) board.Write(d.Result, $"D{k}");

        board.Part($"c. What repeats", $"в. Что повторяется");
        (string, Formula)[] all = [("Y", y), .. by.Select((d, i) => ($"D{3 - i}", d.Result))];
        board.Say($"Every part that stands in several places gets a name instead of a coloured box:",
            $"Вместо цветной рамки каждая часть, которая встречается несколько раз, получает имя:");
        board.Share(all);
        long apart = all.Sum(f => Written(f.Item2.Root)), once = all.SelectMany(f => Formula.Parts(f.Item2.Root)).OfType<Call>().Distinct().Count();
        board.Say($"Written out, Y and the three derivatives have {apart} operations; with every part computed once, {once}. With more layers the first number grows much faster than the number of layers, the second in proportion to it.",
            $"Число операций в Y и трёх производных, выписанных целиком, — {apart}; если каждую часть считать один раз, их {once}. С добавлением слоёв первое число растёт гораздо быстрее числа слоёв, второе — пропорционально ему.");

        board.Part($"d. The algorithm", $"г. Алгоритм");
        board.Say($"Forward: compute the layers and keep their values. Back: δ₃ is the error at the output; the gradient of a matrix is what came into its layer, transposed, times δ; δ of the layer before is δ·Wᵀ times the activation's derivative, which for the sigmoid is h(1 − h), made of kept values. With the numbers:",
            $"Вперёд: вычислить слои и запомнить значения. Назад: δ₃ — ошибка на выходе; градиент матрицы — вход её слоя, транспонированный, умноженный на δ; δ предыдущего слоя — δ·Wᵀ, умноженное на производную активации, а она для сигмоиды равна h(1 − h) и берётся из запомненного. С числами:");
        (string, Tensor) W(int k) => ($"W{k}", given.Tensor($"W{k}"));
        Tensor x = given.Tensor("x");
        Tensor h1 = board.Work("h1", "sigmoid(x*W1)", ("x", x), W(1)), h2 = board.Work("h2", "sigmoid(h1*W2)", ("h1", h1), W(2)), output = board.Work("Y", "h2*W3", ("h2", h2), W(3));
        Tensor d3 = board.Work("δ3", "Y - y", ("Y", output), ("y", given.Tensor("y").Reshape(1, 1))), g3 = board.Work("D3", "h2' * δ3", ("h2", h2), ("δ3", d3));
        Tensor d2 = board.Work("δ2", "(δ3*W3') ∘ h2 ∘ (1 - h2)", ("δ3", d3), W(3), ("h2", h2)), g2 = board.Work("D2", "h1' * δ2", ("h1", h1), ("δ2", d2));
        Tensor d1 = board.Work("δ1", "(δ2*W2') ∘ h1 ∘ (1 - h1)", ("δ2", d2), W(2), ("h1", h1)), g1 = board.Work("D1", "x' * δ1", ("x", x), ("δ1", d1));
        double apartBy = by.Zip((Tensor[])[g3, g2, g1], (d, g) => (d.Result.At(Values(given)) - g).Abs().Max().Item()).Max();
        board.Say($"The formulas of b give the same numbers; the greatest difference is {apartBy}.",
            $"Формулы из пункта б дают те же числа; наибольшее расхождение — {apartBy}.");
        board.Ask("Y", output.Reshape(Shape.Scalar), 0.005, null,
            new Slip(x.MatMul(given.Tensor("W1")).MatMul(given.Tensor("W2")).MatMul(given.Tensor("W3")).Reshape(Shape.Scalar),
                new("The activations are left out.", "Забыты активации.")));
        Remark sign = new("The sign is wrong: the derivative of (y − ŷ)² by ŷ is −2(y − ŷ).", "Знак неверный: производная (y − ŷ)² по ŷ равна −2(y − ŷ).");
        board.Ask("D3", g3.Reshape(2), 0.002, null,
            new Slip(-g3.Reshape(2), sign),
            new Slip(2 * g3.Reshape(2), new("The loss has a factor of ½.", "В потерях есть множитель ½.")));
        board.Ask("D2", g2, 0.002, null,
            new Slip(h1.T.MatMul(d3.MatMul(given.Tensor("W3").T)), new("The activation's derivative is missing.", "Забыта производная активации.")));
        board.Ask("D1", g1, 0.002, null,
            new Slip(x.T.MatMul(d2.MatMul(given.Tensor("W2").T)),
                new("The activation's derivative of the first layer is missing.", "Забыта производная активации первого слоя.")));
    }

    // How many operations stand in a formula as it is written.
    private static long Written(Expression e) => e is Call c ? 1 + c.Inputs.Sum(Written) : 0;

    private static bool Differs(Tensor d) => (d - d.T).Abs().Max().Item() > 0.01;

    private static (string, Tensor)[] Values(Given given) =>
        [.. ((string[])["x", "W1", "W2", "W3", "y"]).Select(n => (n, n == "y" ? given.Tensor(n).Reshape(1, 1) : given.Tensor(n)))];

    private static MatrixDerivative Derivative(string by) => Derivatives.Value[by];
}
