// What the four derivatives have in common: f is differentiated by hand with a differential, line by line, then by the glass
// box, and the differential is held against the real difference at the numbers of the task.

using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.1: the derivative of a number by a column or a matrix.</summary>
/// <param name="formula">f.</param>
/// <param name="by">What it is taken by.</param>
internal abstract class DerivativeTask(string formula, string by) : BookTask
{
    public sealed override Remark Title => new($"The derivative of {this.Written(this.Seed)} by {by}", $"Производная {this.Written(this.Seed)} по {by}");

    internal sealed override void State(Given given, Board board)
    {
        Formula f = this.Written(given);
        board.Say($"Find the derivative of f = {f} by {by} with the help of differentials. Then compute f and the derivative g at",
            $"Найдите производную f = {f} по {by} с помощью дифференциалов. Затем вычислите f и производную g при");
        foreach ((string name, Tensor value) in At(given)) board.Write(name, value);
    }

    internal sealed override void Solve(Given given, Board board)
    {
        board.Say($"The differential df is the part of f({by} + d{by}) − f({by}) that is linear in d{by}. Brought to the form in which every entry of d{by} is multiplied by a number, it has the derivative before it.",
            $"Дифференциал df — это линейная по d{by} часть разности f({by} + d{by}) − f({by}). Если привести его к виду, где каждый элемент d{by} умножен на число, эти числа и составят производную.");
        (string Name, Tensor Value)[] at = At(given);
        Tensor step = Step(at.First(v => v.Name == by).Value.Shape);
        (string Name, Tensor Value)[] stepped = [.. at, ($"d{by}", step)];
        this.Differential(board, stepped);
        board.Say($"Kubik finds the same, reading the gradient's graph back as a formula; difference quotients at random points agree.",
            $"Kubik находит то же: он читает граф градиента как формулу; разностные отношения в случайных точках с ней совпадают.");
        MatrixDerivative derivative = board.Differentiate(this.Written(given), by);

        board.Part($"Numbers", $"Числа");
        Tensor f = derivative.Formula.At(at).Reshape(), g = derivative.Result.At(at);
        board.Write("f", f);
        board.Write("g", g);
        this.Numbers(given, board);

        board.Part($"A check", $"Проверка");
        Tensor linear = (g * step).Sum();
        Tensor Difference(double s) => derivative.Formula.At([.. at.Select(v => v.Name == by ? (v.Name, v.Value + s * step) : v)]).Reshape() - f;
        board.Say($"Take the step below, and smaller ones of the same direction, s·d{by}. What is left when s·df is subtracted must be small against s.",
            $"Возьмём шаг, записанный ниже, и меньшие в том же направлении, s·d{by}. Остаток после вычитания s·df должен быть мал по сравнению с s.");
        board.Write($"d{by}", step);
        board.Table(["s", $"f({by} + s·d{by}) − f({by})", "s·df", new Remark("rest", "остаток")],
            new double[] { 1, 0.1, 0.01 }.Select(s => (object[])[s, Rounded(Difference(s).Item()), Rounded((s * linear).Item()), Rounded((Difference(s) - s * linear).Item())]));
        if (Math.Abs((Difference(1) - linear).Item()) > 1e-9) board.Say($"When s becomes 10 times smaller, the rest becomes 100 times smaller: it is of second order.", $"Когда s уменьшается в 10 раз, остаток уменьшается в 100 раз: он второго порядка.");
        else board.Say($"There is no rest: f is linear in {by}, so it is its own linear part.", $"Остатка нет: f линейна по {by}, и линейная часть — это она сама.");
        board.Ask("f", f, 0.01, null, [.. this.WrongValues(given)]);
        board.Ask("g", Flat(g), 0.01, null, [.. this.WrongDerivatives(given)]);
    }

    /// <summary>The lines of df, with what they say.</summary>
    protected abstract void Differential(Board board, (string Name, Tensor Value)[] at);

    /// <summary>What is to be said of the numbers.</summary>
    protected abstract void Numbers(Given given, Board board);

    /// <summary>Where slips lead in f.</summary>
    protected abstract IEnumerable<Slip> WrongValues(Given given);

    /// <summary>And in its derivative.</summary>
    protected abstract IEnumerable<Slip> WrongDerivatives(Given given);

    /// <summary>The value of another formula of the same letters; columns as rows of numbers, as they are asked.</summary>
    protected static Tensor Value(Given given, string of)
    {
        (string Name, Tensor Value)[] at = At(given);
        Formula read = Formula.Parse(of, at.ToDictionary(v => v.Name, v => v.Value.Shape, StringComparer.Ordinal));
        Tensor value = read.At([.. at.Where(v => read.Variables.Any(x => x.Name == v.Name))]);
        return value.Count == 1 ? value.Reshape() : Flat(value);
    }

    private static Tensor Flat(Tensor g) => g.Shape[1] == 1 ? g.Reshape(g.Count) : g;

    // Vectors are columns here.
    private static (string Name, Tensor Value)[] At(Given given) =>
        [.. given.Names.Select(name => (name, given.Tensor(name) is { Rank: 1 } v ? v.Unsqueeze(1) : given.Tensor(name)))];

    private Formula Written(Given given) => Formula.Parse(formula, At(given).ToDictionary(v => v.Name, v => v.Value.Shape, StringComparer.Ordinal));

    // Whole numbers that are not all alike.
    private static Tensor Step(Shape shape) => Tensor.From([.. Enumerable.Range(0, shape.Size).Select(i => i % 2 == 0 ? 1 : -0.5 * (i + 1))], shape);
}
