// Linear regression whole: what is to be small, its differential, the equation of the optimum, the numbers, and the same
// optimum by gradient descent.

using System.Globalization;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.2: the optimum of linear regression.</summary>
internal sealed class LeastSquaresLine : BookTask
{
    public override string Id => "8.2";

    public override Remark Title => new("Linear regression: functional and optimum", "Линейная регрессия: функционал и оптимум");

    public override string Source => "001 §2 а, б; 002 linear regression";

    public override Given Seed => new(("x", new double[] { -1, 0, 1, 2 }), ("y", new double[] { 0, 1, 1, 3 }), ("at", 4));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(4, () => dice.Whole(-3, 5))), ("y", Dice.Several(4, () => dice.Whole(-4, 6))), ("at", dice.Whole(6, 9))),
        given => given.Vector("x").Distinct().Count() == 4 && given.Vector("x").Sum() != 0 && LeastSquares.Line(given) is var w && w.ToDoubles().All(v => Math.Abs(v) > 0.05) && Functional(given).At([.. LeastSquares.At(given), ("w", w)]).Item() > 0.05);

    internal override void State(Given given, Board board)
    {
        board.Say($"The observations x = {given.Vector("x")} have the answers y = {given.Vector("y")}. Write down what linear regression ŷ = X·w makes small, with a column of ones in X for the bias; find the weights w that are best, first in letters, then in numbers. What is the mean squared error Q at the optimum, and what the forecast ŷ (y_new) at x = {given.Number("at")}?",
            $"Наблюдениям x = {given.Vector("x")} отвечают значения y = {given.Vector("y")}. Выпишите, что минимизирует линейная регрессия ŷ = X·w, где в X есть столбец единиц для сдвига; найдите оптимальные веса w сначала в буквах, потом в числах. Чему равны средний квадрат ошибки Q в оптимуме и прогноз ŷ (y_new) при x = {given.Number("at")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula q = Functional(given);
        (string Name, Tensor Value)[] at = LeastSquares.At(given);
        int n = given.Vector("x").Length;
        string half = (2.0 / n).ToString(CultureInfo.InvariantCulture);
        Tensor best = LeastSquares.Line(given), x = at[0].Value, y = at[1].Value;
        board.Part($"(a) The functional", $"(а) Функционал");
        board.Say($"All forecasts at once are X·w, and the mean of the squared errors is", $"Все прогнозы сразу — это X·w, а средний квадрат ошибки равен");
        board.Write(q, "Q");
        board.Say($"with a row of X for each observation:", $"где каждому наблюдению отвечает строка X:");
        board.Write("X", x);
        board.Write("y", y);
        board.Part($"(b) The optimum", $"(б) Оптимум");
        board.Say($"The differential is that of task 8.1c, with X in the place of A and −y in that of b:",
            $"Дифференциал тот же, что в задаче 8.1c, с X вместо A и −y вместо b:");
        Tensor somewhere = Tensor.From<double>([1, -1], [2, 1]), step = Tensor.From<double>([0.5, 2], [2, 1]);
        (string, Tensor)[] moved = [.. at, ("w", somewhere), ("dw", step)];
        board.Derive("dQ", moved, $"{half}*(X*w-y)'*X*dw", $"({half}X'*(X*w-y))'*dw");
        MatrixDerivative gradient = board.Differentiate(q, "w");
        board.Say($"Where it is 0, XᵀX·w = Xᵀy, the normal equations. When the columns of X are independent, XᵀX has an inverse, and",
            $"Там, где она равна нулю, XᵀX·w = Xᵀy — это нормальные уравнения. Если столбцы X независимы, у XᵀX есть обратная, и");
        Formula solution = LeastSquares.Solution(given);
        board.Write(solution, "w");
        board.Say($"That is a minimum and no saddle: what a step adds beyond the differential is a square, never below 0.",
            $"Это минимум, а не седло: то, что шаг добавляет сверх дифференциала, — квадрат, он не бывает меньше нуля.");
        board.Derive("r", moved, $"norm(X*(w+dw)-y)^2/{n} - norm(X*w-y)^2/{n} - {half}*(X*w-y)'*X*dw", $"norm(X*dw)^2/{n}");
        board.Part($"Numbers", $"Числа");
        board.Say($"With H = XᵀX, its inverse G and c = Xᵀy the weights are w = G·c:", $"Обозначим H = XᵀX, обратную к ней G и c = Xᵀy; тогда w = G·c:");
        board.Write("H", Of("X'*X"));
        board.Write("c", Of("X'*y"));
        board.Write("G", Of("(X'*X)^-1"));
        board.Write("w", best);
        Tensor error = q.At([.. at, ("w", best)]).Reshape(), forecast = best[0, 0] + given.Number("at") * best[1, 0];
        char sign = best[0, 0].Item() < 0 ? '−' : '+';
        board.Say($"The gradient there is {Rounded(gradient.Result.At([.. at, ("w", best)]).Reshape(2))}. The line is ŷ = {best[1, 0]}·x {sign} {best[0, 0].Abs()}, its errors y − ŷ are {(y - x.MatMul(best)).Reshape(n)}, and the mean of their squares is Q = {error}. At x = {given.Number("at")} it forecasts {forecast}.",
            $"Градиент там равен {Rounded(gradient.Result.At([.. at, ("w", best)]).Reshape(2))}. Прямая: ŷ = {best[1, 0]}·x {sign} {best[0, 0].Abs()}, её ошибки y − ŷ равны {(y - x.MatMul(best)).Reshape(n)}, а средний квадрат ошибки Q = {error}. При x = {given.Number("at")} прогноз равен {forecast}.");
        double[] xs = given.Vector("x"), ys = given.Vector("y");
        double low = Math.Min(ys.Min(), forecast.Item()) - 1, high = Math.Max(ys.Max(), forecast.Item()) + 1;
        Plane plane = new("x", "y", (xs.Min() - 1, given.Number("at") + 1), (low, high));
        plane.Points(xs.Zip(ys), isFirst: true);
        plane.Points([(given.Number("at"), forecast.Item())], isFirst: false);
        plane.Curve(v => best[0, 0].Item() + best[1, 0].Item() * v, "ŷ");
        board.Draw(plane, new("The observations, the line of least squares, and the forecast (a ring)", "Наблюдения, прямая наименьших квадратов и прогноз (кружок)"));
        board.Part($"By gradient descent", $"Градиентным спуском");
        board.Say($"Where there is no formula, as for the mean absolute error, or X is too big to invert XᵀX, one goes down the gradient. From w = (0, 0) it comes to the same weights:",
            $"Когда формулы нет, как для средней абсолютной ошибки, или XᵀX слишком велика, чтобы её обращать, спускаются по градиенту. Из w = (0, 0) он приводит к тем же весам:");
        double rate = 1 / Of("2*tr(X'*X)").Item() * n; // the trace is no less than the greatest eigenvalue
        List<object[]> rows = [];
        Tensor w = Tensor.Zeros([2, 1], DType.Float64);
        for (int t = 0; t <= 300; t++)
        {
            if (t is 0 or 1 or 10 or 100 or 300) rows.Add([t, w.Reshape(2), q.At([.. at, ("w", w)]).Reshape()]);
            w -= rate * gradient.Result.At([.. at, ("w", w)]);
        }
        board.Table([new Remark("steps", "шагов"), "w", "Q"], rows);
        Tensor flat = best.Reshape(2);
        board.Ask("w", flat, 0.01, null,
            new(flat.Flip(0), new("The bias stands first, as the column of ones does.", "Сдвиг стоит первым, как и столбец единиц.")),
            new(Tensor.Of(0.0, Through(xs, ys)), new("Without the column of ones the line must go through 0.", "Без столбца единиц прямая проходит через 0.")));
        board.Ask("Q", error, 0.01, null,
            new(error * n, new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")),
            new(error.Sqrt(), new("That is the root of the mean squared error.", "Это корень из среднего квадрата ошибки.")));
        board.Ask("y_new", forecast, 0.02, null,
            new(given.Number("at") * best[1, 0], new("The bias is forgotten.", "Забыт сдвиг.")),
            new(N(given.Number("at") * Through(xs, ys)),
                new("Without the column of ones the line must go through 0.", "Без столбца единиц прямая проходит через 0.")));

        Tensor Of(string formula) => Formula.Parse(formula, LeastSquares.Shapes(given)).At([.. at.Where(v => formula.Contains(v.Name, StringComparison.Ordinal))]);
    }

    private static double Through(double[] x, double[] y) =>
        (Tensor.From(x, [x.Length]) * Tensor.From(y, [y.Length])).Sum().Item() / Tensor.From(x, [x.Length]).Square().Sum().Item();

    private static Formula Functional(Given given) => Formula.Parse($"norm(X*w-y)^2/{given.Vector("x").Length}", LeastSquares.Shapes(given));
}
