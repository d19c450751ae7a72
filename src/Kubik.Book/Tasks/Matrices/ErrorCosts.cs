// What a mistake costs in a regression: squared, absolute, dearer on one side. The best constant forecast shows what each of
// them asks a network for: the mean, the median, something between.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.7: losses of regression.</summary>
internal sealed class ErrorCosts : BookTask
{
    private const int Most = 60; // rounds of the weighted mean

    public override string Id => "8.7";

    public override Remark Title => new("What a mistake costs: MSE, MAE, one side dearer", "Сколько стоит ошибка: MSE, MAE, разная цена сторон");

    public override string Source => "001 regression: MSE, MAE, different cost of forecasts too high and too low; 002 how to train linear regression: MSE, MAE";

    public override Given Seed => new(("t", new double[] { 1, 2, 3, 4, 10 }), ("c", 5), ("a", 1), ("b", 3));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("t", Dice.Several(5, () => dice.Whole(-4, 12))), ("c", dice.Whole(-3, 10)), ("a", dice.Whole(1, 3)), ("b", dice.Whole(2, 8))),
        given => given.Vector("t").Distinct().Count() == 5 && given.Number("b") > given.Number("a") && !given.Vector("t").Contains(given.Number("c"))
            && Middle(given).Item() is var middle && Math.Abs(middle - given.Tensor("t").Mean().Item()) > 0.1 && Weighted(given, swapped: false) is var best && !given.Vector("t").Any(v => Math.Abs(v - best) < 1e-6) && Math.Abs(best - Weighted(given, swapped: true)) > 0.1);

    internal override void State(Given given, Board board)
    {
        board.Say($"The answers of five objects are t = {given.Vector("t")}; a forecast y makes the error δ = t − y. Compute the mean loss of the forecast y = {given.Number("c")} for all of them: squared (MSE), absolute (MAE), and δ²·(a·[δ < 0] + b·[δ ≥ 0]) with a = {given.Number("a")} and b = {given.Number("b")} (A). Which constant y makes each of them least (y_mse, y_mae, y_a)?",
            $"Ответы на пяти объектах t = {given.Vector("t")}; прогноз y даёт ошибку δ = t − y. Вычислите средние потери прогноза y = {given.Number("c")} для всех объектов: квадратичные (MSE), абсолютные (MAE) и δ²·(a·[δ < 0] + b·[δ ≥ 0]) при a = {given.Number("a")} и b = {given.Number("b")} (A). Какая постоянная y делает наименьшими каждые из них (y_mse, y_mae, y_a)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor t = given.Tensor("t"), delta = t - given.Number("c");
        double a = given.Number("a"), b = given.Number("b");
        Formula[] losses = [Formula.Parse("δ^2"), Formula.Parse("|δ|"), Formula.Parse("δ^2*(a*[δ<0]+b*[δ>=0])")];
        double Mean(int kind, double y, bool swapped = false) => t.ToDoubles().Average(v => losses[kind].At([.. losses[kind].Variables.Select(x => (x.Name, x.Name switch { "δ" => v - y, "a" => swapped ? b : a, _ => swapped ? a : b }))]));
        board.Part($"The losses", $"Потери");
        board.Say($"The errors δ are {delta}: where the forecast is too high, δ is negative and costs a, where it is too low, δ is positive and costs b.", $"Ошибки δ равны {delta}: где прогноз завышен, δ отрицательна и стоит a, где занижен — положительна и стоит b.");
        board.Table(["t", "δ", "δ²", "|δ|", "δ²·(a·[δ < 0] + b·[δ ≥ 0])"], delta.ToDoubles().Select((d, i) => (object[])[t[i], d, losses[0].At(("δ", d)), losses[1].At(("δ", d)), losses[2].At(("δ", d), ("a", a), ("b", b))]));
        double y0 = given.Number("c"), mse = Mean(0, y0), mae = Mean(1, y0), one = Mean(2, y0);
        board.Say($"The means of the columns are MSE = {mse}, MAE = {mae} and A = {one}.", $"Средние по столбцам: MSE = {mse}, MAE = {mae}, A = {one}.");
        board.Part($"The best constants", $"Лучшие постоянные");
        board.Say($"At a minimum the derivative by y is 0, and δ = t − y brings a minus. By δ the losses have the derivatives", $"В минимуме производная по y равна 0, а δ = t − y даёт минус. По δ производные потерь равны");
        foreach (Formula loss in (Formula[])[.. losses[..2], Formula.Parse($"δ^2*({(a == 1 ? "" : $"{(int)a}*")}[δ<0]+{(int)b}*[δ>=0])")]) board.Differentiate(loss);
        double median = Middle(given).Item(), best = Weighted(given, swapped: false), mean = t.Mean().Item();
        board.Say($"Squared: Σδ = 0, so y is the mean, {mean}. Absolute: Σ sign(δ) = 0, as many answers above y as below, so y is the median, {median}: the farthest answer may go to infinity without moving it. There is no formula for a whole regression with the absolute loss, because sign(δ) tells nothing of how far.",
            $"Квадратичные: Σδ = 0, и y — среднее, {mean}. Абсолютные: Σ sign(δ) = 0, ответов выше y столько же, сколько ниже, и y — медиана, {median}: самый дальний ответ может уйти в бесконечность, не сдвинув её. Для целой регрессии с абсолютными потерями формулы нет, потому что sign(δ) не говорит, насколько велика ошибка.");
        board.Say($"One side dearer: Σ w·δ = 0 with w = a or b, a weighted mean, y = Σ w·t/Σ w; its weights depend on y, so it is computed again until the sides stay:", $"Разная цена сторон: Σ w·δ = 0, где w = a или b, то есть взвешенное среднее y = Σ w·t/Σ w; веса зависят от y, поэтому его считают снова, пока стороны не перестанут меняться:");
        board.Table([new Remark("round", "шаг"), "y", "Σ w·δ"], Rounds(given, swapped: false).Take(5).Select((y, i) => (object[])[i, y, Math.Round((Weights(given, y, swapped: false) * (t - y)).Sum().Item(), 9)]));
        board.Say($"It ends at {best}: since a forecast that is too low costs more, the best one lies above the mean.", $"Получается {best}: заниженный прогноз дороже, поэтому лучший лежит выше среднего.");
        double[] values = given.Vector("t");
        Plane plane = new("y", "", (values.Min() - 1, values.Max() + 1), (0, Math.Max(Mean(2, best), Mean(0, mean)) * 3));
        plane.Curve(y => Mean(0, y), "MSE");
        plane.Curve(y => Mean(1, y), "MAE");
        plane.Curve(y => Mean(2, y), "A");
        board.Draw(plane, new("The mean losses over the forecast", "Средние потери в зависимости от прогноза"));
        Remark sum = new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.");
        board.Ask("MSE", mse, 0.01, null, new(S(5 * mse), sum), new(S(Math.Sqrt(mse)), new("That is the root of the mean squared error.", "Это корень из среднего квадрата ошибки.")));
        board.Ask("MAE", mae, 0.01, null, new(S(5 * mae), sum), new(delta.Mean().Abs(), new("The signs are to go before the mean is taken.", "Знаки нужно убрать до усреднения.")));
        board.Ask("A", one, 0.01, null, new(S(5 * one), sum), new(S(Mean(2, y0, swapped: true)), new("a and b are exchanged: δ < 0 means that the forecast is too high.", "a и b перепутаны: δ < 0 значит, что прогноз завышен.")));
        board.Ask("y_mse", mean, 0.01, null, new Slip(S(median), new("That is the median; it is best for the absolute loss.", "Это медиана; она лучшая для абсолютных потерь.")));
        board.Ask("y_mae", median, 0.01, null, new Slip(S(mean), new("That is the mean; it is best for the squared loss.", "Это среднее; оно лучшее для квадратичных потерь.")), new Slip(t[2], new("The answers are to be put in order first.", "Сначала ответы нужно упорядочить.")));
        board.Ask("y_a", best, 0.01, null, new Slip(S(mean), new("That is the mean; here the two sides have different weights.", "Это среднее; здесь у сторон разные веса.")), new Slip(S(Weighted(given, swapped: true)), new("a and b are exchanged: δ < 0 means that the forecast is too high.", "a и b перепутаны: δ < 0 значит, что прогноз завышен.")));
    }

    private static Tensor S(double x) => Tensor.Scalar(x, DType.Float64);

    private static Tensor Middle(Given given) => given.Tensor("t").Sort(0)[2];

    private static Tensor Weights(Given given, double y, bool swapped)
    {
        (double a, double b) = swapped ? (given.Number("b"), given.Number("a")) : (given.Number("a"), given.Number("b"));
        return Tensor.Where(given.Tensor("t") < y, S(a), S(b));
    }

    private static double Weighted(Given given, bool swapped) => Rounds(given, swapped)[^1];

    private static double[] Rounds(Given given, bool swapped)
    {
        Tensor t = given.Tensor("t");
        List<double> all = [t.Mean().Item()];
        for (int i = 0; i < Most; i++)
        {
            Tensor w = Weights(given, all[^1], swapped);
            double next = ((w * t).Sum() / w.Sum()).Item();
            if (next == all[^1]) break;
            all.Add(next);
        }
        return [.. all];
    }
}
