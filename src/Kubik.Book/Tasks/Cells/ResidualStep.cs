using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.5a: forward and back through a residual cell.</summary>
internal sealed class ResidualStep : BookTask
{
    public override string Id => "7.5a";

    public override Remark Title => new("A residual cell", "Остаточная ячейка");

    public override string Source => "000 §7 (cells)";

    public override Given Seed =>
        new(("x", new double[] { 1, 2 }), ("W1", new double[,] { { 1, -1 }, { 0.5, 0 } }), ("W2", new double[,] { { 1, 0.5 }, { -1, 2 } }), ("t", new double[] { 2, 1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(2, () => dice.Signed(3))), ("W1", Dice.Table(2, 2, () => dice.Signed(4) / 2.0)), ("W2", Dice.Table(2, 2, () => dice.Signed(4) / 2.0)), ("t", Dice.Several(2, () => dice.Whole(-3, 3)))),
        // One neuron is open, so that something goes through f too, the other closed.
        given => X(given).MatMul(given.Tensor("W1")).ToDoubles() is var z && z.Max() > 0 && z.Min() < 0 && Errors(given) is var d && Array.TrueForAll(d.ToDoubles(), e => e != 0)
            && ((d.MatMul(given.Tensor("W2").T) * (Tensor.From(z, [1, 2]) > 0).Cast(DType.Float64)).MatMul(given.Tensor("W1").T)).Abs().Max().Item() > 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"A residual cell adds its input to what it makes of it: y = x + f(x), here with f(x) = max(0, x·W₁)·W₂. The loss is L = ½‖y − t‖².",
            $"Остаточная ячейка прибавляет свой вход к тому, что из него получила: y = x + f(x), здесь f(x) = max(0, x·W₁)·W₂. Потери L = ½‖y − t‖².");
        foreach (string name in (string[])["x", "W1", "W2", "t"]) board.Write(name, given.Tensor(name));
        board.Say($"Find y, d = ∂L/∂y, the gradient D2 = ∂L/∂W₂, and g = ∂L/∂x. Which part g_f of g comes back through f? What would y be without the shortcut (f)?",
            $"Найдите y, d = ∂L/∂y, градиент D2 = ∂L/∂W₂ и g = ∂L/∂x. Какая часть g_f градиента g возвращается через f? Каким был бы y без обходного пути (f)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = X(given), w1 = given.Tensor("W1"), w2 = given.Tensor("W2"), t = given.Tensor("t");
        board.Say($"f has only to learn what is missing from x to the answer, the residual. With small weights in f the cell hands x on as it is, and a new cell does no harm.",
            $"Функции f нужно выучить только то, чего x не хватает до ответа, — остаток. Пока веса f малы, ячейка передаёт x почти без изменений, и лишняя ячейка не вредит.");
        Tensor f = board.Work("f", "max(0, x*W1)*W2", ("x", x), ("W1", w1), ("W2", w2)), y = board.Work("y", "x + f", ("x", x), ("f", f));
        board.Say($"Back it goes along both ways: a sum hands the whole gradient to both summands. The shortcut carries it past f unchanged. (Of two numbers ½‖y − t‖² is the mean of the squares.)",
            $"Назад градиент идёт обоими путями: сумма отдаёт каждому слагаемому весь градиент. Обходной путь проносит его мимо f без изменений. (Для двух чисел ½‖y − t‖² — это среднее квадратов.)");
        Explanation step = Step(given);
        board.Explain(step);
        Tensor d = step.Result("∂L/∂y"), g = step.Result("∂L/∂x"), through = board.Work("g_f", "g - d", ("g", g.Reshape(1, 2)), ("d", d.Reshape(1, 2))).Flat();
        board.Say($"So ∂L/∂x = ∂L/∂y·(I + f′): even where f lets nothing through, the gradient arrives.",
            $"Итак, ∂L/∂x = ∂L/∂y·(I + f′): даже если f ничего не пропускает, градиент доходит.");
        Remark forgotten = new("The shortcut is forgotten.", "Забыт обходной путь.");
        board.Ask("y", y.Flat(), 0.005, null,
            new(f.Flat(), forgotten),
            new((x + x.MatMul(w1).MatMul(w2)).Flat(), new("The ReLU is left out.", "Забыта ReLU.")));
        board.Ask("d", d, 0.005, null, new Slip(f.Flat() - t, forgotten), new Slip(2 * d, new("The ½ of the loss is forgotten.", "Забыта ½ в потерях.")));
        board.Ask("D2", step.Result("∂L/∂W₂"), 0.005, null,
            new Slip(x.MatMul(w1).T.MatMul(d.Reshape(1, 2)),
                new("The input of the layer is what comes out of the ReLU.", "Вход слоя — то, что вышло из ReLU.")));
        board.Ask("g", g, 0.005, null,
            new Slip(through, forgotten),
            new Slip(d, new("That is the way past f alone.", "Это только путь мимо f.")),
            new Slip((d + d.Reshape(1, 2).MatMul(w2.T).MatMul(w1.T).Flat()),
                new("A closed ReLU lets nothing through.", "Закрытая ReLU ничего не пропускает.")));
        board.Ask("g_f", through, 0.005, null, new Slip(g, new("That is the whole of it.", "Это весь градиент.")));
        board.Ask("f", f.Flat(), 0.005, null,
            new Slip(y.Flat(), new("The shortcut adds x: without it there is f alone.", "x прибавляет обходной путь: без него есть только f.")));
    }

    private static Tensor Errors(Given given) =>
        X(given) + X(given).MatMul(given.Tensor("W1")).Relu().MatMul(given.Tensor("W2")) - given.Tensor("t").Reshape(1, 2);

    private static Tensor X(Given given) => given.Tensor("x").Reshape(1, 2);

    private static Explanation Step(Given given) => Neurons.Weighted("residual(linear 2 bias=false | relu | linear 2 bias=false)", given.Tensor("W1"), given.Tensor("W2"))
        .Explain(X(given).Single(), given.Tensor("t").Reshape(1, 2).Single(), new() { Loss = new MeanSquaredError() });
}
