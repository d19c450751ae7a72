using Kubik.Book.Answers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.1c: ‖Ax + b‖² by x.</summary>
internal sealed class SquaredNorm() : DerivativeTask("norm(A*x+b)^2", "x")
{
    public override string Id => "8.1c";

    public override string Source => "001 §1 в";

    public override Given Seed => new(("A", new double[,] { { 1, 2 }, { 0, 1 }, { -1, 3 } }), ("x", new double[] { 1, 1 }), ("b", new double[] { 1, -2, 0 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("A", Dice.Table(3, 2, () => dice.Whole(-3, 3))), ("x", Dice.Several(2, () => dice.Signed(3))), ("b", Dice.Several(3, () => dice.Whole(-4, 4)))),
        given => Value(given, "A'*(A*x+b)").ToDoubles().All(g => g != 0) && Value(given, "A'*b").ToDoubles().All(g => g != 0));

    protected override void Differential(Board board, (string Name, Tensor Value)[] at)
    {
        board.Say($"A squared length is a column times itself, (A·x + b)ᵀ·(A·x + b), and d(A·x + b) = A·dx. The rule of the product gives two terms; they are numbers and transposes of each other, so they are equal:",
            $"Квадрат длины — произведение столбца на самого себя, (A·x + b)ᵀ·(A·x + b), и d(A·x + b) = A·dx. По правилу произведения слагаемых два; это числа, транспонированные друг к другу, то есть равные:");
        board.Derive("df", at, "(A*dx)'*(A*x+b) + (A*x+b)'*(A*dx)", "2*(A*dx)'*(A*x+b)", "dx'*(2A'*(A*x+b))");
        board.Say($"That is the rule of the chain too: 2r is the derivative of ‖r‖² by r = A·x + b, and A is the matrix of the map x → r; going back, it is transposed.",
            $"Это и цепное правило: 2r — производная ‖r‖² по r = A·x + b, а A — матрица отображения x → r; на обратном пути она транспонируется.");
    }

    protected override void Numbers(Given given, Board board) =>
        board.Say($"Here r = A·x + b is {Value(given, "A*x+b")}. The shapes say where the transpose belongs: r has 3 entries and x has 2, and only Aᵀ·r has 2.",
            $"Здесь r = A·x + b — это {Value(given, "A*x+b")}. Где нужно транспонирование, подсказывают размеры: у r три элемента, у x два, и два элемента есть только у Aᵀ·r.");

    protected override IEnumerable<Slip> WrongValues(Given given)
    {
        yield return new(Value(given, "norm(A*x+b)"), new("The square is missing: that is the length itself.", "Забыт квадрат: это сама длина."));
        yield return new(Value(given, "norm(A*x)^2"), new("The column b is left out.", "Потерян столбец b."));
    }

    protected override IEnumerable<Slip> WrongDerivatives(Given given)
    {
        yield return new(Value(given, "A'*(A*x+b)"), new("The factor 2 is missing: both terms count.", "Потерян множитель 2: слагаемых два."));
        yield return new(Value(given, "2A'*A*x"), new("The column b is left out.", "Потерян столбец b."));
    }
}
