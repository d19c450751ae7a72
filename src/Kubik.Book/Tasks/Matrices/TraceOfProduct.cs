using Kubik.Book.Answers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.1d: tr(AB) by A.</summary>
internal sealed class TraceOfProduct() : DerivativeTask("tr(A*B)", "A")
{
    public override string Id => "8.1d";

    public override string Source => "001 §1 г";

    public override Given Seed => new(("A", new double[,] { { 1, 0 }, { -2, 3 } }), ("B", new double[,] { { 2, -1 }, { 4, 5 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("A", Dice.Table(2, 2, () => dice.Whole(-4, 4))), ("B", Dice.Table(2, 2, () => dice.Whole(-5, 5)))),
        given => given.Matrix("B")[0, 1] != given.Matrix("B")[1, 0] && Value(given, "tr(A*B)").Item() != 0);

    protected override void Differential(Board board, (string Name, Tensor Value)[] at)
    {
        board.Say($"The trace is linear, so df is the trace of the differential. The diagonal of dA·B adds up rows of dA times columns of B:",
            $"След линеен, поэтому df — след дифференциала. Диагональ dA·B складывает произведения строк dA на столбцы B:");
        board.Derive("df", at, "tr(dA*B)", "sum(dA.*B')");
        board.Say($"The entry aᵢⱼ meets the entry bⱼᵢ, that is, the entry (i, j) of Bᵀ.",
            $"Элемент aᵢⱼ умножается на bⱼᵢ, то есть на элемент (i, j) матрицы Bᵀ.");
    }

    protected override void Numbers(Given given, Board board) =>
        board.Say($"The trace of a product with the transpose is the scalar product of two matrices, tr(Aᵀ·B) = Σ aᵢⱼ·bᵢⱼ: that is why the rules of matrix derivatives are so often written with traces.",
            $"След произведения с транспонированной матрицей — скалярное произведение матриц: tr(Aᵀ·B) = Σ aᵢⱼ·bᵢⱼ; поэтому правила матричного дифференцирования так часто записывают через след.");

    protected override IEnumerable<Slip> WrongValues(Given given)
    {
        yield return new(Value(given, "sum(A.*B)"), new("Entries in the same place were multiplied: that is tr(AᵀB).", "Перемножены элементы на одинаковых местах: это tr(AᵀB)."));
        yield return new(Value(given, "tr(A)*tr(B)"), new("The trace of a product is not the product of the traces.", "След произведения не равен произведению следов."));
    }

    protected override IEnumerable<Slip> WrongDerivatives(Given given)
    {
        yield return new(Value(given, "B"), new("The matrix is transposed: aᵢⱼ meets bⱼᵢ.", "Матрица транспонирована: aᵢⱼ умножается на bⱼᵢ."));
    }
}
