using Kubik.Autograd;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.3: softmax and the negative log-likelihood as one.</summary>
internal sealed class SoftmaxLoss : BookTask
{
    public override string Id => "8.3";

    public override Remark Title => new("The gradient of softmax with NLL", "Градиент softmax с NLL");

    public override string Source => "001 §3 а, б; 001 likelihood";

    public override Given Seed => new(("y", new double[] { 2, 1, -1 }), ("class", 2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("y", Dice.Several(3, () => dice.Decimal(-3, 3, 0.5))), ("class", dice.Whole(1, 3))),
        given => given.Vector("y").Distinct().Count() == 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"A network gives the numbers y, and −Σ I[t = c]·ln p_c is to be its loss. How are the probabilities p made, so that they are positive and add up to 1? Write down the value L = NLL(softmax(y); t) and derive its gradient g by y. What are L and g for y = {given.Vector("y")} and the class t = {given.Count("class")}, counted from 1?",
            $"Сеть выдаёт числа y, а потерями должна быть величина −Σ I[t = c]·ln p_c. Как получить вероятности p, чтобы они были положительны и в сумме давали 1? Выпишите значение L = NLL(softmax(y); t) и выведите его градиент g по y. Чему равны L и g при y = {given.Vector("y")} и классе t = {given.Count("class")} (счёт с 1)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor y = given.Tensor("y").Unsqueeze(1), t = Target(given), step = Tensor.From<double>([1, -0.5, 2], [3, 1]);
        (string Name, Tensor Value)[] at = [("y", y), ("t", t), ("dy", step)];
        board.Part($"(a) The value", $"(а) Значение");
        board.Say($"Softmax divides every e^(y_c) by the sum of all: each is above 0, and together they are 1. With a column t that has a 1 at the right class and 0 elsewhere, the loss is −tᵀ·ln p. The logarithm of the quotient is a difference, and Σ t_c = 1:",
            $"Softmax делит каждую экспоненту e^(y_c) на сумму всех: все они больше 0, а вместе дают 1. Если t — столбец с единицей у верного класса и нулями на остальных местах, то потери равны −tᵀ·ln p. Логарифм частного — разность, и Σ t_c = 1:");
        Tensor loss = board.Derive("L", at, "-t'*ln(softmax(y))", "-t'*y + ln(sum(exp(y)))").Reshape();
        board.Part($"(b) The gradient", $"(б) Градиент");
        board.Say($"The differential of the logarithm is that of the sum divided by the sum; e^(y_c)/Σ is again p_c:",
            $"Дифференциал логарифма — это дифференциал суммы, делённый на сумму; e^(y_c)/Σ — снова p_c:");
        board.Derive("dL", at, "-t'*dy + exp(y)'*dy/sum(exp(y))", "(softmax(y)-t)'*dy");
        board.Say($"So the gradient is p − t. Kubik does not know that the targets add up to 1 and writes",
            $"Итак, градиент равен p − t. Kubik не знает, что сумма целей равна 1, и пишет");
        Formula formula = Formula.Parse("-t'*ln(softmax(y))", new Dictionary<string, Shape>(StringComparer.Ordinal) { ["y"] = [3, 1], ["t"] = [3, 1] });
        MatrixDerivative d = board.Differentiate(formula, "y");
        if (d.ForTargets is { } targets)
        {
            board.Say($"and where the targets add up to 1,", $"а для целей с суммой 1");
            board.Write(targets.Result, "g");
        }
        board.Part($"Numbers", $"Числа");
        Tensor p = y.Softmax(0), g = d.Result.At(at.AsSpan(0, 2));
        board.Say($"The exponentials are {y.Exp().Reshape(3)} with the sum {y.Exp().Sum()}.", $"Экспоненты: {y.Exp().Reshape(3)}, их сумма {y.Exp().Sum()}.");
        board.Write("p", p.Reshape(3));
        board.Write("L", loss);
        board.Write("g", g.Reshape(3));
        Tensor label = Tensor.Of(given.Count("class") - 1), tracked = y.Reshape(1, 3).Track();
        Tensor engine = Gradient.Of(new CrossEntropy().Of(tracked, label), tracked).Detach();
        board.Say($"The engine's own loss has the gradient {engine.Reshape(3)}. The entries add up to {Math.Round(g.Sum().Item(), 9)}: what the right class is to gain the others lose, in proportion to their probabilities.",
            $"Градиент потерь самого движка: {engine.Reshape(3)}. Сумма элементов равна {Math.Round(g.Sum().Item(), 9)}: сколько должен прибавить верный класс, столько теряют остальные, пропорционально своим вероятностям.");
        board.Part($"Through the probabilities", $"Через вероятности");
        board.Say($"The long way is the rule of the chain: ∂L/∂p is −1/p_t at the right class and 0 elsewhere, and softmax has the Jacobian",
            $"Длинный путь — цепное правило: ∂L/∂p равна −1/p_t у верного класса и 0 у остальных, а матрица Якоби softmax —");
        Formula softmax = Formula.Parse("softmax(y)", new Dictionary<string, Shape>(StringComparer.Ordinal) { ["y"] = [3, 1] });
        Tensor jacobian = board.Differentiate(softmax, "y").Result.At(("y", y)), byP = -t / p;
        board.Write("J", jacobian);
        board.Say($"The product of Jᵀ and ∂L/∂p = {byP.Reshape(3)} is {jacobian.T.MatMul(byP).Reshape(3)} again: the small p_t cancels. That is why both are one op in the engine, and why a hopelessly wrong answer still has a gradient.",
            $"Произведение Jᵀ на ∂L/∂p = {byP.Reshape(3)} снова равно {jacobian.T.MatMul(byP).Reshape(3)}: малое p_t сокращается. Поэтому в движке обе функции — одна операция, и поэтому даже у безнадёжно неверного ответа есть градиент.");
        board.Ask("L", loss, 0.005, null,
            new(p[given.Count("class") - 1, 0],
                new("That is the probability of the class, not minus its logarithm.", "Это вероятность класса, а не минус её логарифм.")),
            new(-p.Log().Sum(), new("Only the right class counts, that is the sum over all.", "Важен только верный класс, а это сумма по всем.")));
        board.Ask("g", g.Reshape(3), 0.005, null,
            new(p.Reshape(3), new("The 1 of the right class is to be subtracted.", "У верного класса нужно вычесть 1.")),
            new(byP.Reshape(3), new("That is the derivative by p; it goes on through softmax.", "Это производная по p; нужно пройти ещё через softmax.")),
            new((p - 1).Reshape(3), new("1 is subtracted at the right class alone.", "1 вычитается только у верного класса.")));
    }

    private static Tensor Target(Given given) => Tensor.From([.. Enumerable.Range(1, 3).Select(c => c == given.Count("class") ? 1.0 : 0)], [3, 1]);
}
