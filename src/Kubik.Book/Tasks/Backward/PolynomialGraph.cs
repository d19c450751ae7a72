using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.1: the computation graph of a polynomial, and its derivatives along the links.</summary>
internal sealed class PolynomialGraph : BookTask
{
    public override string Id => "4.1";

    public override Remark Title => new("A computation graph", "Граф вычислений");

    public override string Source => "000 §4.1";

    public override Given Seed => new(("one", "x^2 + x*y"), ("two", "(x + y)^2"), ("x", 1), ("y", 2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("one", $"{Of(dice)}x^2 + {Of(dice)}x*y"), ("two", $"(x + {Of(dice)}y)^2"), ("x", dice.Signed(3)), ("y", dice.Signed(3))),
        given => Partials(Whole(given), given).All(d => d.Value != 0) && Partials(Whole(given), given).Zip(Partials(Formula.Parse(given.Text("one")), given)).All(p => p.First.Value != p.Second.Value && p.Second.Value != 0));

    internal override void State(Given given, Board board)
    {
        board.Say($"Draw the computation graph of this function: additions, multiplications and squares in the nodes, results on the links.", $"Нарисуйте граф вычислений этой функции: в вершинах сложения, умножения и квадраты, на рёбрах результаты.");
        board.Write(Whole(given), "f");
        board.Say($"Find the derivative of every node's output by its inputs, and from them ∂f/∂x and ∂f/∂y. What are f, f_x = ∂f/∂x and f_y = ∂f/∂y at x = {given.Number("x")}, y = {given.Number("y")}?", $"Найдите производную выхода каждой вершины по её входам, а из них ∂f/∂x и ∂f/∂y. Чему равны f, f_x = ∂f/∂x и f_y = ∂f/∂y при x = {given.Number("x")}, y = {given.Number("y")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula f = Whole(given);
        (string, double)[] at = [("x", given.Number("x")), ("y", given.Number("y"))];
        board.Say($"Above each link stands the value that goes forward, below it the derivative of f that comes back.", $"Над ребром — значение прямого прохода, под ребром — производная f, которая идёт обратно.");
        board.Draw(f, new("The computation graph with values and derivatives", "Граф вычислений со значениями и производными"), at);
        board.Say($"Forward every node is computed from those before it; back, what reached a node is multiplied by its derivative and handed on. x and y go several ways, and what comes back by them is added up.", $"При прямом проходе каждая вершина считается по предыдущим; при обратном то, что пришло в вершину, умножается на её производную и передаётся дальше. Переменные x и y уходят по нескольким рёбрам, и то, что вернулось по ним, складывается.");
        board.Evaluate(f, at);
        board.Say($"With letters in the place of the numbers, ∂f/∂x and ∂f/∂y are", $"С буквами вместо чисел ∂f/∂x и ∂f/∂y равны");
        IReadOnlyList<Partial> partials = Partials(f, given), one = Partials(Formula.Parse(given.Text("one")), given);
        foreach (Partial partial in partials) board.Write(partial.Derivative, $"f_{partial.Variable.Name}");
        board.Ask("f", f.At(at), 1e-6);
        foreach ((Partial partial, Partial part) in partials.Zip(one))
        {
            board.Ask($"f_{partial.Variable.Name}", partial.Value, 1e-6, null,
                new Slip(Tensor.Scalar(part.Value, DType.Float64), new("The way through the square of the sum is forgotten.", "Забыт путь через квадрат суммы.")),
                new Slip(Tensor.Scalar(partial.Value - part.Value, DType.Float64), new("Only the way through the square of the sum is there; the others are to be added.", "Учтён только путь через квадрат суммы; остальные нужно прибавить.")));
        }
    }

    private static Formula Whole(Given given) => Formula.Parse($"{given.Text("one")} + {given.Text("two")}");

    private static IReadOnlyList<Partial> Partials(Formula formula, Given given) => Evaluation.Of(formula, ("x", given.Number("x")), ("y", given.Number("y"))).Partials;

    private static string Of(Dice dice) => dice.Whole(1, 4) is var n && n > 1 ? $"{n}" : "";
}
