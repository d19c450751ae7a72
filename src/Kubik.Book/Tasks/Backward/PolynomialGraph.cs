using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.1: the computation graph of a polynomial, and its derivatives along the links.</summary>
internal sealed class PolynomialGraph : BookTask
{
    public override string Id => "4.1";

    public override Remark Title => new("A computation graph", "Граф вычислений");

    public override string Source => "000 §4.1";

    public override Given Seed => new(("one", "x^2 + x*y"), ("two", "(x + y)^2"), ("x", 1), ("y", 2));

    internal override Given Draw(Dice dice)
    {
        (int a, int b, int c, int x, int y) = (0, 0, 0, 0, 0);
        return Dice.Until(
            () =>
            {
                (a, b, c, x, y) = (dice.Whole(1, 4), dice.Whole(1, 4), dice.Whole(1, 4), dice.Signed(3), dice.Signed(3));
                return new(("one", $"{Of(a)}x^2 + {Of(b)}x*y"), ("two", $"(x + {Of(c)}y)^2"), ("x", x), ("y", y));
            },
            // Neither derivative is 0, nor what either of their two ways brings.
            _ => x + c * y != 0 && 2 * a * x + b * y != 0 && 2 * a * x + b * y + 2 * (x + c * y) != 0 && b * x + 2 * c * (x + c * y) != 0);
    }

    internal override void State(Given given, Board board)
    {
        board.Say($"Draw the computation graph of this function: additions, multiplications and squares in the nodes, results on the links.",
            $"Нарисуйте граф вычислений этой функции: в вершинах сложения, умножения и квадраты, на рёбрах результаты.");
        board.Write(Whole(given), "f");
        board.Say($"Find the derivative of every node's output by its inputs, and from them ∂f/∂x and ∂f/∂y. What are f, f_x = ∂f/∂x and f_y = ∂f/∂y at x = {given.Number("x")}, y = {given.Number("y")}?",
            $"Найдите производную выхода каждой вершины по её входам, а из них ∂f/∂x и ∂f/∂y. Чему равны f, f_x = ∂f/∂x и f_y = ∂f/∂y при x = {given.Number("x")}, y = {given.Number("y")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula f = Whole(given);
        (string, double)[] at = [("x", given.Number("x")), ("y", given.Number("y"))];
        board.Say($"Above each link stands the value that goes forward, below it the derivative of f that comes back.",
            $"Над ребром — значение прямого прохода, под ребром — производная f, которая идёт обратно.");
        board.Draw(f, new("The computation graph with values and derivatives", "Граф вычислений со значениями и производными"), at);
        board.Say($"Forward every node is computed from those before it; back, what reached a node is multiplied by its derivative and handed on. x and y go several ways, and what comes back by them is added up.",
            $"При прямом проходе каждая вершина считается по предыдущим; при обратном то, что пришло в вершину, умножается на её производную и передаётся дальше. Переменные x и y уходят по нескольким рёбрам, и то, что вернулось по ним, складывается.");
        board.Evaluate(f, at);
        board.Say($"With letters in the place of the numbers, ∂f/∂x and ∂f/∂y are", $"С буквами вместо чисел ∂f/∂x и ∂f/∂y равны");
        IReadOnlyList<Partial> partials = Partials(f, given), one = Partials(Formula.Parse(given.Text("one")), given);
        foreach (Partial partial in partials) board.Write(partial.Derivative, $"f_{partial.Variable.Name}");
        string apart = given.Text("two").Replace(" + ", ")^2 + (", StringComparison.Ordinal)[..^2] + "^2"; // (x + 2y)^2 to (x)^2 + (2y)^2
        board.Ask("f", f.At(at), 1e-6, null,
            new Slip(Numbers.N(Formula.Parse($"{given.Text("one")} + {apart}").At(at)),
                new("The square of a sum is more than the squares of its summands.", "Квадрат суммы больше суммы квадратов: есть ещё удвоенное произведение.")));
        foreach ((Partial partial, Partial part) in partials.Zip(one))
        {
            board.Ask($"f_{partial.Variable.Name}", partial.Value, 1e-6, null,
                new Slip(N(part.Value), new("The way through the square of the sum is forgotten.", "Забыт путь через квадрат суммы.")),
                new Slip(N(partial.Value - part.Value),
                    new("Only the way through the square of the sum is there; the others are to be added.", "Учтён только путь через квадрат суммы; остальные нужно прибавить.")));
        }
    }

    private static Formula Whole(Given given) => Formula.Parse($"{given.Text("one")} + {given.Text("two")}");

    private static IReadOnlyList<Partial> Partials(Formula formula, Given given) =>
        Evaluation.Of(formula, ("x", given.Number("x")), ("y", given.Number("y"))).Partials;

    private static string Of(int n) => n > 1 ? $"{n}" : "";
}
