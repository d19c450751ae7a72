using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.5: the passes of a network of three layers with ReLU, tanh and the sigmoid.</summary>
internal sealed class ThreeActivations : BookTask
{
    private static readonly string[] Activations = ["relu", "tanh", "sigmoid"], Weights = ["w1", "w2", "w3"];

    public override string Id => "4.5";

    // By w₁, w₂, w₃: formulas, the same for all numbers.
    private static readonly Lazy<Dictionary<string, Formula[]>> Slopes = new(() => Activations.ToDictionary(f => f, f => Differentiation.Of(Loss(f)) is var all ? Weights.Select(w => all.First(d => d.Variable.Name == w).Derivative).ToArray() : [], StringComparer.Ordinal));

    public override Remark Title => new("Three activations", "Три функции активации");

    public override string Source => "000 §4.5 а–г; 001 training";

    public override Given Seed => new(("x", 1), ("y", 0), ("w", new double[] { 2, 1, 0.5 }), ("eta", 0.1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", dice.Whole(1, 2)), ("y", dice.Whole(-2, 2)), ("w", Dice.Several(3, () => dice.Whole(1, 5) / 2.0)), ("eta", dice.Of(0.05, 0.1, 0.2))),
        given => given.Vector("w").Distinct().Count() == 3 && Activations.All(f => Gradient(given, f).ToDoubles().All(g => Math.Abs(g) > 0.02)));

    internal override void State(Given given, Board board)
    {
        double[] w = given.Vector("w");
        board.Say($"A network has three layers, numbered from the output: ŷ = f(f(X·W₃)·W₂)·W₁, and the loss is L = ½(y − ŷ)². Write the equations of the way forward and back and of a step of gradient descent for f = ReLU, tanh and the sigmoid.",
            $"У сети три слоя, занумерованных от выхода: ŷ = f(f(X·W₃)·W₂)·W₁, потери L = ½(y − ŷ)². Запишите уравнения прямого и обратного проходов и шага градиентного спуска для f = ReLU, tanh и сигмоиды.");
        board.Say($"Let every layer be one neuron, x = {given.Number("x")}, y = {given.Number("y")}, w₁ = {w[0]}, w₂ = {w[1]}, w₃ = {w[2]}. Find the gradients (∂L/∂w₁, ∂L/∂w₂, ∂L/∂w₃) for each of the three, and for the ReLU (w₁, w₂, w₃) after a step with η = {given.Number("eta")}.",
            $"Пусть в каждом слое один нейрон, x = {given.Number("x")}, y = {given.Number("y")}, w₁ = {w[0]}, w₂ = {w[1]}, w₃ = {w[2]}. Найдите градиенты (∂L/∂w₁, ∂L/∂w₂, ∂L/∂w₃) для каждой из трёх функций, а для ReLU — ещё (w₁, w₂, w₃) после шага с η = {given.Number("eta")}.");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Say($"With a for what comes into an activation and h for what comes out of it, all three networks have the same equations; ∘ multiplies element by element:",
            $"Если a — то, что входит в активацию, а h — то, что выходит, уравнения всех трёх сетей одинаковы; ∘ — поэлементное умножение:");
        board.Table(["→", "←", "w ← w − ηg"],
        [
            ["a₃ = X·W₃, h₃ = f(a₃)", "δ₁ = ŷ − y", "W₁ ← W₁ − η·h₂ᵀ·δ₁"],
            ["a₂ = h₃·W₂, h₂ = f(a₂)", "δ₂ = (δ₁·W₁ᵀ) ∘ f′(a₂)", "W₂ ← W₂ − η·h₃ᵀ·δ₂"],
            ["ŷ = h₂·W₁", "δ₃ = (δ₂·W₂ᵀ) ∘ f′(a₃)", "W₃ ← W₃ − η·Xᵀ·δ₃"],
        ]);
        board.Say($"The source leaves the functions of its parts b to d open; here they are tanh and the sigmoid. Only f′ differs, and each can be had from what was kept on the way forward. Here are the derivatives for matrices, with names for what repeats, and then the numbers.",
            $"В источнике функции для пунктов б–г не названы; здесь это tanh и сигмоида. Отличается только f′, и каждую производную можно взять из запомненного при прямом проходе. Вот производные для матриц, с именами для повторяющихся частей, а затем числа.");
        Tensor w = given.Tensor("w");
        (string, double)[] at = At(given);
        Dictionary<string, Tensor> gradients = Activations.ToDictionary(f => f, f => Gradient(given, f), StringComparer.Ordinal);
        foreach (string f in Activations)
        {
            board.Part($"With {f}", $"Функция {f}");
            board.Write(Differentiation.Of(Formula.Parse($"{f}(a)")).Single().Derivative, "f_a");
            Formula loss = Formula.Parse($"0.5*norm({f}({f}(X*W3)*W2)*W1 - y)^2", new Dictionary<string, Shape> { ["X"] = [3, 2], ["W3"] = [2, 4], ["W2"] = [4, 5], ["W1"] = [5, 1], ["y"] = [3, 1] });
            board.Share([.. ((string[])["W1", "W2", "W3"]).Select((name, i) => ($"D{i + 1}", Differentiation.By(loss, name).Result))]);
            board.Evaluate("L", Loss(f), at);
            board.Say($"The gradient is {gradients[f]}.", $"Градиент равен {gradients[f]}.");
            Slip uphill = new(-gradients[f], new("The sign is wrong: δ₁ is ŷ − y.", "Знак неверный: δ₁ = ŷ − y."));
            board.Ask($"g_{f}", gradients[f], 0.002, null, [uphill, .. Activations.Where(other => other != f).Select(other => new Slip(gradients[other], new($"That is the gradient with {other}.", $"Это градиент с функцией {other}.")))]);
        }
        board.Part($"The step", $"Шаг");
        Tensor next = board.Work("w_new", "w - η*g", ("w", w.Reshape(1, 3)), ("η", given.Tensor("eta")), ("g", gradients["relu"].Reshape(1, 3))).Reshape(3);
        board.Say($"On the way to the input every activation multiplies the gradient: an open ReLU by 1, a closed one by 0, tanh by at most 1, the sigmoid by at most ¼. So with many layers the gradient of the sigmoid dies away first.",
            $"По пути ко входу каждая активация умножает градиент: открытая ReLU на 1, закрытая на 0, tanh не более чем на 1, сигмоида не более чем на ¼. Поэтому при большом числе слоёв градиент сигмоиды затухает первым.");
        board.Ask("w_relu", next, 0.002, new("after the step", "после шага"),
            new Slip(2 * w - next, new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.")));
    }

    private static (string, double)[] At(Given given) =>
        [("x", given.Number("x")), ("y", given.Number("y")), .. Weights.Select((name, i) => (name, given.Vector("w")[i]))];

    private static Formula Loss(string f) => Formula.Parse($"0.5(y - w1*{f}(w2*{f}(w3*x)))^2");

    // By w₁, w₂, w₃.
    private static Tensor Gradient(Given given, string f)
    {
        (string, double)[] at = At(given);
        return Tensor.From([.. Slopes.Value[f].Select(slope => slope.At([.. at.Where(a => slope.Variables.Any(v => v.Name == a.Item1))]))], [3]);
    }
}
