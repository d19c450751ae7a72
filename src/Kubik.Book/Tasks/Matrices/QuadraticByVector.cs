using Kubik.Book.Answers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.1a: xᵀAx by x.</summary>
internal sealed class QuadraticByVector() : DerivativeTask("x'*A*x", "x")
{
    public override string Id => "8.1a";

    public override string Source => "001 §1 а";

    public override Given Seed => new(("A", new double[,] { { 1, 2 }, { 3, -1 } }), ("x", new double[] { 2, -1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("A", Dice.Table(2, 2, () => dice.Whole(-4, 4))), ("x", Dice.Several(2, () => dice.Signed(3)))),
        given => given.Matrix("A")[0, 1] != given.Matrix("A")[1, 0] && Value(given, "x'*A*x").Item() != 0 && Value(given, "(A+A')*x").ToDoubles().All(g => g != 0));

    protected override void Differential(Board board, (string Name, Tensor Value)[] at)
    {
        board.Say($"x stands twice, so the rule of the product gives two terms. The second is a number and equals its own transpose, which brings dx to the left; then dxᵀ is taken out:",
            $"x входит дважды, поэтому по правилу произведения слагаемых два. Второе — число, оно равно своему транспонированному, и dx переходит налево; затем dxᵀ выносится:");
        board.Derive("df", at, "dx'*A*x + x'*A*dx", "dx'*A*x + dx'*A'*x", "dx'*(A + A')*x");
        board.Say($"dxᵀ times a column adds up dxₖ times its entries, so the column behind dxᵀ is the derivative.",
            $"Произведение dxᵀ на столбец — сумма dxₖ, умноженных на его элементы, поэтому столбец после dxᵀ и есть производная.");
    }

    protected override void Numbers(Given given, Board board)
    {
        board.Say($"Only where A is symmetric is it 2A·x; here 2A·x would be {Value(given, "2A*x")}.",
            $"Только для симметричной A это 2A·x; здесь 2A·x было бы {Value(given, "2A*x")}.");
        board.Say($"The source defines the derivative by a column as a row, in which case it is written xᵀ·(A + Aᵀ): the same numbers. (By a matrix it defines one of the matrix's own shape, and a column is a matrix too, so its two definitions do not agree.) Kubik gives every derivative the shape of what it is taken by, so that a step x − η·g fits.",
            $"В источнике производная по столбцу определена как строка, тогда она записывается как xᵀ·(A + Aᵀ): числа те же. (Производная по матрице у него той же формы, что и матрица, а столбец — тоже матрица, так что два определения не согласованы.) Kubik даёт каждой производной форму того, по чему она взята, чтобы шаг x − η·g имел смысл.");
    }

    protected override IEnumerable<Slip> WrongValues(Given given)
    {
        yield return new(Value(given, "x'*x"), new("The matrix A is left out.", "Потеряна матрица A."));
    }

    protected override IEnumerable<Slip> WrongDerivatives(Given given)
    {
        yield return new(Value(given, "2A*x"), new("2A·x holds only for a symmetric A.", "2A·x верно только для симметричной A."));
        yield return new(Value(given, "A*x"), new("x stands twice in f: one of the two terms is missing.", "x входит в f дважды: одного слагаемого не хватает."));
        yield return new(Value(given, "A'*x"), new("x stands twice in f: one of the two terms is missing.", "x входит в f дважды: одного слагаемого не хватает."));
    }
}
