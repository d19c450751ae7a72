// A regression by squares and one by moduli on data with one point far off. The first has a formula; the second has none, is
// found by descent, and exactly among the lines through two of the points.

using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.7: linear regression with the mean absolute error.</summary>
internal sealed class OutlierLine : BookTask
{
    private const int Points = 5, Farther = 100;

    public override string Id => "8.7";

    public override Remark Title => new("One point far off: squares or moduli", "Один выброс: квадраты или модули");

    public override string Source => "002 linear regression; 001 losses";

    public override Given Seed => new(("x", new double[] { 0, 1, 2, 3, 4 }), ("y", new double[] { 1, 2, 3, 4, 15 }));

    internal override Given Draw(Dice dice) => Dice.Until(() =>
    {
        (double bias, double slope, int off) = (dice.Whole(-3, 3), dice.Signed(2), dice.Whole(0, Points - 1));
        double[] y = [.. Enumerable.Range(0, Points).Select(i => bias + slope * i + dice.Of(0.0, 0, 0, 1, -1))];
        y[off] += dice.Of(-1, 1) * dice.Whole(6, 12);
        return new(("x", new double[] { 0, 1, 2, 3, 4 }), ("y", y));
    }, given => Corners(given) is var lines && lines.First(l => (l.W - lines[0].W).Abs().Max().Item() > 1e-9).Error - lines[0].Error > 0.05 && (LeastSquares.Line(given) - lines[0].W).Abs().Max().Item() > 0.3 && lines[0].Error > 0.05);

    internal override void State(Given given, Board board)
    {
        board.Say($"Through the points x = {given.Vector("x")}, y = {given.Vector("y")} a line ŷ = X·w is to be laid, with a column of ones in X for the bias. Which w = (bias, slope) makes the mean squared error least (w_1), and which the mean absolute error (w_2)? What is that least mean absolute error (M)?",
            $"Через точки x = {given.Vector("x")}, y = {given.Vector("y")} нужно провести прямую ŷ = X·w, где в X есть столбец единиц для сдвига. Какие w = (сдвиг, наклон) дают наименьший средний квадрат ошибки (w_1) и какие — наименьшую среднюю абсолютную ошибку (w_2)? Чему равна эта наименьшая средняя абсолютная ошибка (M)?");
        board.Say($"(Hint: a least sum of moduli is always reached by a line through two of the points.)",
            $"(Подсказка: наименьшая сумма модулей всегда достигается на прямой через какие-то две из точек.)");
    }

    internal override void Solve(Given given, Board board)
    {
        (string Name, Tensor Value)[] at = LeastSquares.At(given);
        Tensor squares = LeastSquares.Line(given), x = at[0].Value, y = at[1].Value;
        List<(int I, int J, Tensor W, double Error)> lines = Corners(given);
        (int _, int _, Tensor moduli, double least) = lines[0];
        board.Part($"Squares", $"Квадраты");
        board.Say($"The normal equations of task 8.2 give", $"Нормальные уравнения из задачи 8.2 дают");
        board.Write("w_1", squares);
        board.Part($"Moduli", $"Модули");
        Formula mean = Formula.Parse($"sum(abs(y-X*w))/{Points}", LeastSquares.Shapes(given));
        board.Say($"There the derivative knows the signs of the errors and not their sizes, and no equation can be solved for w:",
            $"Здесь в производную входят знаки ошибок, а не их величины, и выразить w из уравнения нельзя:");
        MatrixDerivative slope = board.Differentiate(mean, "w");
        board.Say($"So one goes down the gradient, with steps that become shorter, since the slope does not:",
            $"Поэтому спускаются по градиенту, укорачивая шаги, ведь сам наклон не убывает:");
        List<object[]> rows = [];
        Tensor w = Tensor.Zeros([2, 1], DType.Float64);
        for (int t = 0; t <= 1000; t++)
        {
            if (t is 0 or 10 or 100 or 1000) rows.Add([t, w.Reshape(2), mean.At([.. at, ("w", w)]).Reshape()]);
            w -= slope.Result.At([.. at, ("w", w)]) / Math.Sqrt(t + 1);
        }
        board.Table([new Remark("steps", "шагов"), "w", "M"], rows);
        board.Say($"Exactly: the mean of moduli is made of planes, and such a function is least in a corner. A corner is where two errors are 0, that is a line through two of the points. Of the {lines.Count} pairs the best are:",
            $"Точно: среднее модулей составлено из плоскостей, а такая функция наименьшая в вершине. Вершина — там, где две ошибки равны 0, то есть прямая через две из точек. Всего пар {lines.Count}, лучшие из них:");
        board.Table([new Remark("points", "точки"), "w", "M"],
            lines.Take(4).Select(l => (object[])[new[] { (double)l.I + 1, l.J + 1 }, l.W.Reshape(2), l.Error]));
        board.Write("w_2", moduli);
        board.Part($"What the far point does", $"Что делает выброс");
        double[] ys = given.Vector("y"), xs = given.Vector("x");
        Tensor errors = (y - x.MatMul(moduli)).Reshape(Points);
        int far = (int)errors.Abs().ArgMax(0).Item();
        double[] moved = [.. ys.Select((v, i) => i == far ? v + Math.Sign(errors[far].Item()) * Farther : v)];
        Given farther = given.With(("y", moved));
        board.Say($"By squares an error of 10 counts as much as a hundred errors of 1, so the line turns towards the far point. By moduli it is one vote of {Points}. When that point, number {far + 1}, moves away by {Farther} more, the lines are",
            $"В квадратах ошибка 10 весит как сто ошибок, равных 1, и прямая поворачивает к выбросу. В модулях это один голос из {Points}. Если эта точка, номер {far + 1}, уйдёт ещё на {Farther}, прямые станут такими:");
        board.Table(["", new Remark("before", "до"), new Remark("after", "после")],
            [[new Remark("squares", "квадраты"), squares.Reshape(2), LeastSquares.Line(farther).Reshape(2)], [new Remark("moduli", "модули"), moduli.Reshape(2), Corners(farther)[0].W.Reshape(2)]]);
        Plane plane = new("x", "y", (-0.5, Points - 0.5), (ys.Min() - 2, ys.Max() + 2));
        plane.Points(xs.Zip(ys), isFirst: true);
        plane.Curve(v => squares[0, 0].Item() + squares[1, 0].Item() * v, "w_1");
        plane.Curve(v => moduli[0, 0].Item() + moduli[1, 0].Item() * v, "w_2");
        board.Draw(plane, new("The points, the line of least squares (w_1) and that of least moduli (w_2)", "Точки, прямая наименьших квадратов (w_1) и прямая наименьших модулей (w_2)"));
        Remark order = new("The bias stands first, as the column of ones does.", "Сдвиг стоит первым, как и столбец единиц.");
        board.Ask("w_1", squares.Reshape(2), 0.01, null,
            new(moduli.Reshape(2), new("That line makes the moduli least.", "Эта прямая делает наименьшими модули.")),
            new(squares.Reshape(2).Flip(0), order));
        board.Ask("w_2", moduli.Reshape(2), 0.01, null,
            new(squares.Reshape(2), new("That line makes the squares least.", "Эта прямая делает наименьшими квадраты.")),
            new(moduli.Reshape(2).Flip(0), order));
        board.Ask("M", least, 0.01, null,
            new(N(least * Points), new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")),
            new(mean.At([.. at, ("w", squares)]).Reshape(), new("That is the error of the line of least squares.", "Это ошибка прямой наименьших квадратов.")));
    }

    // The lines through two of the points, the best first.
    private static List<(int I, int J, Tensor W, double Error)> Corners(Given given)
    {
        (string, Tensor Value)[] at = LeastSquares.At(given);
        (Tensor x, Tensor y) = (at[0].Value, at[1].Value);
        List<(int I, int J, Tensor W, double Error)> all = [];
        for (int i = 0; i < Points; i++)
        {
            for (int j = i + 1; j < Points; j++)
            {
                Tensor w = Tensor.Concat(0, x[i..(i + 1)], x[j..(j + 1)]).Inverse().MatMul(Tensor.Concat(0, y[i..(i + 1)], y[j..(j + 1)]));
                all.Add((i, j, w, Math.Round((y - x.MatMul(w)).Abs().Mean().Item(), 12)));
            }
        }
        return [.. all.OrderBy(l => l.Error)];
    }
}
