using Kubik.Book.Answers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.1b: xᵀAx by A.</summary>
internal sealed class QuadraticByMatrix() : DerivativeTask("x'*A*x", "A")
{
    public override string Id => "8.1b";

    public override string Source => "001 §1 б";

    public override Given Seed => new(("A", new double[,] { { 1, 2 }, { 3, -1 } }), ("x", new double[] { 2, -1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("A", Dice.Table(2, 2, () => dice.Whole(-4, 4))), ("x", Dice.Several(2, () => dice.Signed(4)))),
        given => Value(given, "x'*A*x").Item() != 0);

    protected override void Differential(Board board, (string Name, Tensor Value)[] at)
    {
        board.Say($"Now x stays and A moves; A stands once. A number is its own trace, and in a trace factors go round; a trace of a product with dA is a sum over all entries:",
            $"Теперь x неизменен, а меняется A, и входит она один раз. Число равно своему следу, под знаком следа множители переставляются по кругу, а след произведения с dA — сумма по всем элементам:");
        board.Derive("df", at, "x'*dA*x", "tr(x*x'*dA)", "sum((x*x').*dA)");
        board.Say($"Every entry of dA is multiplied by the entry of x·xᵀ in its place. Entry by entry: f = Σ xᵢ·aᵢⱼ·xⱼ, and ∂f/∂aᵢⱼ = xᵢ·xⱼ.",
            $"Каждый элемент dA умножается на элемент x·xᵀ, стоящий на том же месте. Поэлементно: f = Σ xᵢ·aᵢⱼ·xⱼ и ∂f/∂aᵢⱼ = xᵢ·xⱼ.");
    }

    protected override void Numbers(Given given, Board board) =>
        board.Say($"A column times a row is a matrix, of the shape of A. A itself does not stand in the derivative, because f is linear in A. (x·xᵀ is symmetric, so the source's layout and the transposed one give the same numbers.)",
            $"Столбец на строку — матрица той же формы, что и A. Сама A в производную не входит, потому что f линейна по A. (Матрица x·xᵀ симметрична, поэтому при записи источника и при транспонированной числа одинаковы.)");

    protected override IEnumerable<Slip> WrongValues(Given given)
    {
        yield return new(Value(given, "x'*x"), new("The matrix A is left out.", "Потеряна матрица A."));
    }

    protected override IEnumerable<Slip> WrongDerivatives(Given given)
    {
        yield return new(Value(given, "A+A'"), new("That is the second derivative by x.", "Это вторая производная по x."));
        yield return new(Value(given, "2x*x'"), new("x does not change here, so there is one term and no 2.", "x здесь не меняется, слагаемое одно, и двойки нет."));
        yield return new(Value(given, "diag(x.*x)"), new("The products of different entries are missing.", "Потеряны произведения разных элементов."));
    }
}
