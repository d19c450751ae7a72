// The rules of differentials held against real differences: of a sum, a transpose, a product, and what follows for the inverse.

using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.5: the rules of differentials.</summary>
internal sealed class RulesOfDifferentials : BookTask
{
    private static readonly double[] Lengths = [1, 0.1, 0.01, 0.001];

    public override string Id => "8.5";

    public override Remark Title => new("The rules of differentials", "Свойства дифференциала");

    public override string Source => "001 differentials";

    public override Given Seed =>
        new(("X", new double[,] { { 1, 2 }, { 0, 1 } }), ("Y", new double[,] { { 3, -1 }, { 2, 1 } }), ("dX", new double[,] { { 0.1, 0 }, { -0.2, 0.1 } }), ("dY", new double[,] { { 0, 0.2 }, { 0.1, -0.1 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("X", Dice.Table(2, 2, () => dice.Whole(-3, 3))), ("Y", Dice.Table(2, 2, () => dice.Whole(-3, 3))), ("dX", Dice.Table(2, 2, () => dice.Decimal(-0.2, 0.2, 0.1))), ("dY", Dice.Table(2, 2, () => dice.Decimal(-0.2, 0.2, 0.1)))),
        given => Math.Abs(given.Tensor("X").Det().Item()) is > 0.5 and < 2.5 && Most(Of(given, "dX*dY")) > 0.005 && Most(Of(given, "dX*Y+X*dY") - Of(given, "Y*dX+dY*X")) > 0.05 && Most(Of(given, "dX*X")) > 0.05 && Most(Of(given, "dX") - Of(given, "dX'")) > 0.05);

    internal override void State(Given given, Board board)
    {
        board.Say($"The differential dF is the linear map in F(X + dX) = F(X) + dF + o(‖dX‖). Check the rules d(X + Y) = dX + dY, d(X·Y) = dX·Y + X·dY and d(Xᵀ) = (dX)ᵀ with the matrices below. What are D = d(X·Y) and the part R of (X + dX)·(Y + dY) − X·Y that is not in it? From X·X⁻¹ = I find E = d(X⁻¹).",
            $"Дифференциал dF — линейное отображение в равенстве F(X + dX) = F(X) + dF + o(‖dX‖). Проверьте правила d(X + Y) = dX + dY, d(X·Y) = dX·Y + X·dY и d(Xᵀ) = (dX)ᵀ на матрицах ниже. Чему равны D = d(X·Y) и та часть R разности (X + dX)·(Y + dY) − X·Y, которая в него не вошла? Из X·X⁻¹ = I найдите E = d(X⁻¹).");
        foreach (string name in given.Names) board.Write(name, given.Tensor(name));
    }

    internal override void Solve(Given given, Board board)
    {
        (string Name, Tensor Value)[] at = At(given);
        board.Part($"Sum and transpose", $"Сумма и транспонирование");
        board.Say($"Both are linear, so the whole difference is the differential, without a rest:",
            $"Обе операции линейны, поэтому вся разность и есть дифференциал, без остатка:");
        board.Derive("S", at, "(X+dX)+(Y+dY)-(X+Y)", "dX+dY");
        board.Derive("T", at, "(X+dX)'-X'", "dX'");
        board.Part($"Product", $"Произведение");
        board.Say($"Multiply out; the order of the factors stays, for matrices cannot be exchanged:",
            $"Раскроем скобки; порядок множителей сохраняется, матрицы переставлять нельзя:");
        board.Derive("P", at, "(X+dX)*(Y+dY)-X*Y", "dX*Y+X*dY+dX*dY");
        Tensor d = Of(given, "dX*Y+X*dY"), r = Of(given, "dX*dY"), e = Of(given, "-X^-1*dX*X^-1");
        board.Say($"The first two terms are linear in the steps: the differential D. The last is the rest R, of second order.",
            $"Первые два слагаемых линейны по шагам: это дифференциал D. Последнее — остаток R, он второго порядка.");
        board.Write("D", d);
        board.Write("R", r);
        board.Say($"With steps s times as long, the differential is s·D and the rest s²·R. The greatest entries:",
            $"Если шаги умножить на s, дифференциал станет s·D, а остаток — s²·R. Наибольшие по модулю элементы:");
        board.Table(["s", new Remark("difference", "разность"), "s·D", new Remark("rest", "остаток"), new Remark("rest / s", "остаток / s")],
            Lengths.Select(s => (object[])[s, Rounded(Most(Difference(given, s))), Rounded(Most(s * d)), Rounded(Most(Difference(given, s) - s * d)), Rounded(Most(Difference(given, s) - s * d) / s)]));
        board.Say($"Even divided by s, the rest goes to 0: that is what o(‖dX‖) says.", $"Даже делённый на s, остаток стремится к 0: это и значит o(‖dX‖).");
        board.Part($"Inverse", $"Обратная матрица");
        board.Say($"X·X⁻¹ = I does not change, so its differential is 0: dX·X⁻¹ + X·d(X⁻¹) = 0. Multiplied by X⁻¹ from the left,",
            $"X·X⁻¹ = I не меняется, и дифференциал равен 0: dX·X⁻¹ + X·d(X⁻¹) = 0. Умножим слева на X⁻¹:");
        board.Write(Formula.Parse("-X^-1*dX*X^-1", Shapes), "E");
        board.Write("E", e);
        board.Say($"For numbers that is −dx/x². Against the real difference (X + s·dX)⁻¹ − X⁻¹:",
            $"Для чисел это −dx/x². Сравним с настоящей разностью (X + s·dX)⁻¹ − X⁻¹:");
        board.Table(["s", new Remark("difference", "разность"), "s·E", new Remark("rest / s", "остаток / s")],
            Lengths[1..].Select(s => (object[])[s, Most(Inverse(given, s)), Most(s * e), Rounded(Most(Inverse(given, s) - s * e) / s)]));
        Remark order = new("The factors are in the wrong order: matrices cannot be exchanged.", "Множители не в том порядке: матрицы переставлять нельзя.");
        board.Ask("D", d, 0.01, null,
            new(d + r, new("That is the whole difference; dX·dY is not linear in the steps.", "Это вся разность; dX·dY нелинейно по шагам.")),
            new(Of(given, "Y*dX+dY*X"), order),
            new(r, new("That is the product of the differentials; the rule has two terms.", "Это произведение дифференциалов; в правиле два слагаемых.")));
        board.Ask("R", r, 0.002, null, new(d, new("That is the linear part.", "Это линейная часть.")), new(Of(given, "dY*dX"), order));
        board.Ask("E", e, 0.01, null,
            new(Of(given, "-dX*X^-1*X^-1"), order),
            new(Of(given, "-dX"), new("The inverses on both sides are left out.", "Потеряны обратные матрицы с обеих сторон.")));
    }

    private static readonly Dictionary<string, Shape> Shapes = new(StringComparer.Ordinal) { ["X"] = [2, 2], ["Y"] = [2, 2], ["dX"] = [2, 2], ["dY"] = [2, 2] };

    private static (string Name, Tensor Value)[] At(Given given) => [.. given.Names.Select(n => (n, given.Tensor(n)))];

    private static Tensor Of(Given given, string formula)
    {
        Formula read = Formula.Parse(formula, Shapes);
        // The steps are tenths and det X is ±1 or ±2, so all that is asked are decimals of few digits.
        return Rounded(read.At([.. At(given).Where(v => read.Variables.Any(x => x.Name == v.Name))]));
    }

    private static Tensor Difference(Given given, double s) =>
        (given.Tensor("X") + s * given.Tensor("dX")).MatMul(given.Tensor("Y") + s * given.Tensor("dY")) - given.Tensor("X").MatMul(given.Tensor("Y"));

    private static Tensor Inverse(Given given, double s) => (given.Tensor("X") + s * given.Tensor("dX")).Inverse() - given.Tensor("X").Inverse();

    private static double Most(Tensor x) => x.Abs().Max().Item();
}
