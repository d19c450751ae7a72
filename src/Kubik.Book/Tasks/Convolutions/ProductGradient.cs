using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.9: the gradient of a function of Y = X·W by X, and by W.</summary>
internal sealed class ProductGradient : BookTask
{
    public override string Id => "6.9";

    public override Remark Title => new("The gradient of a matrix product", "Градиент матричного произведения");

    public override string Source => "003 §5";

    public override Given Seed =>
        new(("X", new double[,] { { 1, 2, -1 }, { 0, 3, 1 } }), ("W", new double[,] { { 2, 1 }, { -1, 0 }, { 3, -2 } }), ("G", new double[,] { { 1, -1 }, { 2, 3 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            int m = dice.Whole(2, 3), n = dice.Whole(2, 3), p = dice.Whole(2, 3);
            return new(("X", Dice.Table(m, n, () => dice.Whole(-3, 3))), ("W", Dice.Table(n, p, () => dice.Whole(-3, 3))), ("G", Dice.Table(m, p, () => dice.Whole(-3, 3))));
        },
        given => ((string[])["X", "W", "G"]).All(m => given.Tensor(m).ToDoubles().Count(v => v != 0) > 2));

    internal override void State(Given given, Board board)
    {
        board.Say($"Y = X·W, and f(Y) is a differentiable function of which only G = ∂f/∂Y at this place is known. Express ∂f/∂X by it: that is what comes back through the affine part of a dense layer.",
            $"Y = X·W, а f(Y) — дифференцируемая функция, о которой известен только G = ∂f/∂Y в этой точке. Выразите через него ∂f/∂X: это то, что проходит назад через аффинную часть полносвязного слоя.");
        foreach (string name in (string[])["X", "W", "G"]) board.Write(name, given.Tensor(name));
        board.Say($"Find the numbers: G_X = ∂f/∂X, and what the weights get, G_W = ∂f/∂W.",
            $"Найдите числа: G_X = ∂f/∂X и то, что достанется весам, G_W = ∂f/∂W.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("X"), w = given.Tensor("W"), g = given.Tensor("G");
        (int m, int n, int p) = (x.Shape[0], w.Shape[0], w.Shape[1]);
        board.Part($"Entry by entry", $"Поэлементно");
        board.Say($"For a small change of Y only its gradient matters: f changes like the sum of all entries of G∘Y. So that sum, with G fixed, is differentiated in place of f. x₁₁ appears in the first row of Y only, once in each column:",
            $"При малом изменении Y важен только градиент: f меняется как сумма всех элементов G∘Y. Поэтому вместо f дифференцируем эту сумму при постоянном G. x₁₁ входит только в первую строку Y, по разу в каждый столбец:");
        Formula row = Formula.Parse(string.Join(" + ", Enumerable.Range(1, p).Select(k => $"g1{k}*({string.Join(" + ", Enumerable.Range(1, n).Select(j => $"x1{j}*w{j}{k}"))})")));
        board.Write(row, "f_1");
        board.Write([.. Differentiation.Of(row).Where(d => d.Variable.Name[0] == 'x').Select(d => new Entry($"∂f/∂{d.Variable} = {d.Derivative}", $@"\frac{{\partial f}}{{\partial {Formula.Of(d.Variable).ToLatex()}}} = {d.Derivative.ToLatex()}"))]);
        board.Say($"Entry (i, j) of the gradient is row i of G times row j of W, that is, times column j of Wᵀ.",
            $"Элемент (i, j) градиента — строка i матрицы G на строку j матрицы W, то есть на столбец j матрицы Wᵀ.");
        board.Part($"In matrices", $"В матрицах");
        Formula f = Formula.Parse("sum(G∘(X*W))", new Dictionary<string, Shape> { ["G"] = g.Shape, ["X"] = x.Shape, ["W"] = w.Shape });
        MatrixDerivative byX = Differentiation.By(f, "X"), byW = Differentiation.By(f, "W");
        board.Write(byX.Result, "G_X");
        board.Write(byW.Result, "G_W");
        Tensor gx = byX.Result.At(("G", g), ("W", w)), gw = byW.Result.At(("X", x), ("G", g));
        board.Say($"The shapes fit: G is {m}×{p}, Wᵀ {p}×{n}, so the product is {m}×{n} like X; Xᵀ is {n}×{m}, and Xᵀ·G is {n}×{p} like W.",
            $"Размеры сходятся: G — {m}×{p}, Wᵀ — {p}×{n}, их произведение {m}×{n}, как X; Xᵀ — {n}×{m}, и Xᵀ·G — {n}×{p}, как W.");
        board.Write("W^T", w.T);
        board.Write("G_X", gx);
        board.Write("X^T", x.T);
        board.Write("G_W", gw);
        board.Say($"(A bias is added to every row of Y, so it gets the sum of the rows of G, {g.Sum(0)}.)",
            $"(Сдвиг прибавляется к каждой строке Y, поэтому ему достаётся сумма строк G: {g.Sum(0)}.)");
        board.Part($"A check", $"Проверка");
        Tensor there = Differences(x, g, moved => moved.MatMul(w));
        board.Say($"Take f = ½·(sum of the squares of Y − Y₀ + G), where Y₀ is Y now; its gradient at Y₀ is G. The difference quotients (f(x + ε) − f(x − ε))/2ε for each entry of X and G_X have the greatest difference {Math.Round((there - gx).Abs().Max().Item(), 6)}.",
            $"Возьмём f = ½·(сумма квадратов элементов Y − Y₀ + G), где Y₀ — теперешнее Y; её градиент в Y₀ равен G. Разностные отношения (f(x + ε) − f(x − ε))/2ε по каждому элементу X совпадают с G_X; наибольшее отличие — {Math.Round((there - gx).Abs().Max().Item(), 6)}.");

        List<Slip> ofX = [], ofW = [];
        if (n == p) ofX.Add(new(g.MatMul(w), new("W is to be transposed.", "W нужно транспонировать.")));
        if (m == n && m == p) ofX.Add(new(w.T.MatMul(g), new("The factors stand the other way round: G comes first.", "Множители переставлены: первым идёт G.")));
        if (m == n) ofW.Add(new(x.MatMul(g), new("X is to be transposed.", "X нужно транспонировать.")));
        if (m == n && m == p) ofW.Add(new(g.MatMul(x.T), new("The factors stand the other way round: Xᵀ comes first.", "Множители переставлены: первым идёт Xᵀ.")));
        board.Ask("G_X", gx, 1e-6, null, [.. ofX]);
        board.Ask("G_W", gw, 1e-6, null, [.. ofW]);
        board.AskWhich("back", 3,
            new("∂f/∂X = Wᵀ·∂f/∂Y", "∂f/∂X равен Wᵀ·∂f/∂Y"),
            new("∂f/∂X = ∂f/∂Y·W", "∂f/∂X равен ∂f/∂Y·W"),
            new("∂f/∂X = ∂f/∂Y·Wᵀ", "∂f/∂X равен ∂f/∂Y·Wᵀ"));
    }

    // Of f = ½·|Y − Y₀ + G|² by each entry of x.
    private static Tensor Differences(Tensor x, Tensor g, Func<Tensor, Tensor> y)
    {
        const double Eps = 1e-4;
        Tensor now = y(x);
        Tensor F(Tensor at) => 0.5 * (y(at) - now + g).Square().Sum();
        Tensor units = Tensor.Eye(x.Count, DType.Float64);
        return Tensor.Stack(0, [.. Enumerable.Range(0, x.Count).Select(i => Eps * units[i].Reshape(x.Shape)).Select(step => (F(x + step) - F(x - step)) / (2 * Eps))]).Reshape(x.Shape);
    }
}
