// Every linear map between numbers, columns, rows and matrices is a set of coefficients: the derivatives of each output by each
// input. Here they are read off five maps that are given entry by entry.

using System.Globalization;
using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>8.6: what linear maps look like.</summary>
internal sealed class LinearMaps : BookTask
{
    public override string Id => "8.6";

    public override Remark Title => new("What linear maps look like", "Как выглядят линейные отображения");

    public override string Source => "001 linear maps";

    private static readonly string[] Square = ["a", "b", "t"], Vectors = ["a", "b", "m"];

    // Coefficients: a row for each output, a column for each input.
    public override Given Seed => new(
        ("a", new double[,] { { 2, -1 }, { 1, 3 } }), ("b", new double[,] { { 1, 4 }, { -2, 1 } }), ("c", new double[] { 3, -2 }),
        ("t", new double[,] { { 1, 2 }, { -1, 5 } }), ("m", new double[,] { { 1, 2 }, { 3, 0 }, { 0, 1 }, { 1, -1 } }), ("k", 3));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("a", Dice.Table(2, 2, () => dice.Whole(-4, 4))), ("b", Dice.Table(2, 2, () => dice.Whole(-4, 4))), ("c", Dice.Several(2, () => dice.Signed(5))), ("t", Dice.Table(2, 2, () => dice.Whole(-5, 5))), ("m", Dice.Table(4, 2, () => dice.Whole(-3, 3))), ("k", dice.Whole(2, 6))),
        given => Square.All(n => given.Matrix(n)[0, 1] != given.Matrix(n)[1, 0]) && Vectors.All(n => Rows(given.Matrix(n)).All(r => r.Any(v => v != 0))) && Rows(given.Matrix("t")).SelectMany(r => r).Any(v => v != 0)
            && Column(given.Matrix("m"), 0).Any(v => v != 0) && Column(given.Matrix("m"), 1).Any(v => v != 0));

    internal override void State(Given given, Board board)
    {
        (Formula[] a, Formula[] b, Formula c, Formula t, Formula[] m) = Maps(given);
        board.Say($"Five maps are linear. (1) A column to a column: Λ(x) has the entries {a[0]} and {a[1]}. (2) A column to a row: {b[0]} and {b[1]}. (3) A column to a number: {c}. (4) A matrix to a number: {t}, where x₁₂ stands in row 1 and column 2. (5) A column to a matrix: its rows are ({m[0]}, {m[1]}) and ({m[2]}, {m[3]}).",
            $"Пять отображений линейны. (1) Столбец в столбец: элементы Λ(x) — {a[0]} и {a[1]}. (2) Столбец в строку: {b[0]} и {b[1]}. (3) Столбец в число: {c}. (4) Матрица в число: {t}, где x₁₂ стоит в строке 1 и столбце 2. (5) Столбец в матрицу: её строки ({m[0]}, {m[1]}) и ({m[2]}, {m[3]}).");
        board.Say($"Write them as (1) Λ(x) = A·x, (2) Λ(x) = xᵀ·B, (3) Λ(x) = cᵀ·x, (4) Λ(X) = tr(T·X), (5) Λ(x) = M_1·x₁ + M_2·x₂, and find the coefficients. How many numbers (n) has a linear map of a column of {given.Count("k")} entries to a matrix 2×2?",
            $"Запишите их в виде (1) Λ(x) = A·x, (2) Λ(x) = xᵀ·B, (3) Λ(x) = cᵀ·x, (4) Λ(X) = tr(T·X), (5) Λ(x) = M_1·x₁ + M_2·x₂ и найдите коэффициенты. Сколькими числами (n) задаётся линейное отображение столбца из {given.Count("k")} элементов в матрицу 2×2?");
    }

    internal override void Solve(Given given, Board board)
    {
        (Formula[] maps1, Formula[] maps2, Formula map3, Formula map4, Formula[] maps5) = Maps(given);
        Tensor a = Coefficients(maps1, "x1", "x2"), b = Coefficients(maps2, "x1", "x2").T, c = Coefficients([map3], "x1", "x2").Reshape(2), entries = Coefficients([map4], "x11", "x12", "x21", "x22").Reshape(2, 2), t = entries.T, all = Coefficients(maps5, "x1", "x2");
        Tensor[] m = [.. Enumerable.Range(0, 2).Select(i => all[.., i..(i + 1)].Reshape(2, 2))];
        board.Say($"A linear map is its own differential, and its coefficients are the derivatives of every output by every input. They only have to be put where the product meets them.",
            $"Линейное отображение — свой собственный дифференциал, а его коэффициенты — производные каждого выхода по каждому входу. Остаётся расставить их так, чтобы их встретило произведение.");
        board.Table([new Remark("output", "выход"), "∂/∂x₁", "∂/∂x₂"], maps1.Select((f, i) => (object[])[f, a[i, 0], a[i, 1]]));
        board.Say($"(1) In A·x each output has a row of A: entry (i, j) of A is ∂Λᵢ/∂xⱼ, the Jacobian.",
            $"(1) В A·x каждому выходу отвечает строка A: элемент (i, j) матрицы A равен ∂Λᵢ/∂xⱼ, это матрица Якоби.");
        board.Write("A", a);
        board.Table([new Remark("output", "выход"), "∂/∂x₁", "∂/∂x₂"], maps2.Select((f, i) => (object[])[f, b[0, i], b[1, i]]));
        board.Say($"(2) In xᵀ·B each output has a column of B. That is the course's X·W of a layer, whose weights have a row for each input.",
            $"(2) В xᵀ·B каждому выходу отвечает столбец B. Так устроено X·W в слое сети: у весов строка на каждый вход.");
        board.Write("B", b);
        board.Say($"(3) With one output there is one row of coefficients, cᵀ = {c}: by the source's definition of ∂f/∂v a row, and transposed, as a column, the gradient.",
            $"(3) При одном выходе строка коэффициентов одна: cᵀ = {c}. По определению источника ∂f/∂v и есть строка, а транспонированная в столбец она — градиент.");
        board.Say($"(4) The derivatives by the entries of X, each in its place, are the matrix",
            $"(4) Производные по элементам X, каждая на своём месте, образуют матрицу");
        board.Write("C", entries);
        board.Say($"and Λ(X) = Σ cᵢⱼ·xᵢⱼ. In tr(T·X) = Σ tᵢⱼ·xⱼᵢ the entry tᵢⱼ meets xⱼᵢ, as in task 8.1d, so T = Cᵀ. The source writes Σ aᵢⱼ·xᵢⱼ = tr(A·X) without the transpose; right is tr(Aᵀ·X), and tr(C·X) would be another map: for X with a 1 in row 1 and column 2 and 0 elsewhere it gives {Trace(entries)} instead of {Trace(t)}.",
            $"и Λ(X) = Σ cᵢⱼ·xᵢⱼ. В tr(T·X) = Σ tᵢⱼ·xⱼᵢ элемент tᵢⱼ встречает xⱼᵢ, как в задаче 8.1d, поэтому T = Cᵀ. В источнике написано Σ aᵢⱼ·xᵢⱼ = tr(A·X), без транспонирования; верно tr(Aᵀ·X), а tr(C·X) было бы другим отображением: для X с единицей в строке 1, столбце 2 и нулями на остальных местах оно даёт {Trace(entries)} вместо {Trace(t)}.");
        board.Write("T", t);
        board.Say($"(5) The source leaves a question mark here. Each input xᵢ adds a whole matrix Mᵢ of the derivatives of all outputs by it; all together are a table with three indices, a tensor: 2·2 numbers for each input. It has no product of matrices, so it is kept as a sum, or the matrix is written as one column of 4 entries, which is case (1).",
            $"(5) Здесь источник оставляет вопросительный знак. Каждый вход xᵢ прибавляет целую матрицу Mᵢ производных всех выходов по нему; вместе они образуют таблицу с тремя индексами — тензор: по 2·2 числа на каждый вход. Произведения матриц для него нет, поэтому оставляют сумму или вытягивают матрицу в столбец из 4 элементов, и получается случай (1).");
        board.Write("M_1", m[0]);
        board.Write("M_2", m[1]);
        Shape indices = [2, 2, given.Count("k")];
        Tensor count = N(indices.Size);
        board.Say($"A column of {given.Count("k")} entries to a matrix 2×2 has {count} coefficients. For a layer that would be a large table: of Y = X·W with matrices of 1000×1000 it has 10¹² entries, which is why backpropagation multiplies by Wᵀ and never makes it.",
            $"Для столбца из {given.Count("k")} элементов и матрицы 2×2 коэффициентов {count}. Для слоя такая таблица огромна: у Y = X·W с матрицами 1000×1000 в ней 10¹² элементов, поэтому обратное распространение умножает на Wᵀ и никогда её не строит.");
        Remark transposed = new("The matrix is transposed.", "Матрица транспонирована.");
        board.Ask("A", a, 0.01, null, new Slip(a.T, transposed));
        board.Ask("B", b, 0.01, null, new Slip(b.T, new("In xᵀ·B an output has a column of B, not a row.", "В xᵀ·B выходу отвечает столбец B, а не строка.")));
        board.Ask("c", c, 0.01);
        board.Ask("T", t, 0.01, null,
            new Slip(entries,
                new("In tr(T·X) the entry tᵢⱼ meets xⱼᵢ: the transpose is missing.", "В tr(T·X) элемент tᵢⱼ встречает xⱼᵢ: не хватает транспонирования.")));
        board.Ask("M_1", m[0], 0.01, null, new Slip(m[1], new("That is the matrix at x₂.", "Это матрица при x₂.")));
        board.Ask("M_2", m[1], 0.01, null, new Slip(m[0], new("That is the matrix at x₁.", "Это матрица при x₁.")));
        board.Ask("n", count, 1e-6, null,
            new Slip(N(given.Number("k") + 4),
                new("Every output depends on every input: the numbers are multiplied.", "Каждый выход зависит от каждого входа: числа перемножаются.")));
    }

    private static Tensor Trace(Tensor t) => t.MatMul(Tensor.From(new double[,] { { 0, 1 }, { 0, 0 } })).Trace();

    private static Tensor Coefficients(Formula[] outputs, params string[] inputs)
    {
        double[,] all = new double[outputs.Length, inputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            foreach ((Variable x, Formula d) in Differentiation.Of(outputs[i])) all[i, Array.IndexOf(inputs, x.Name)] = d.Value;
        }
        return Tensor.From(all);
    }

    private static (Formula[] A, Formula[] B, Formula C, Formula T, Formula[] M) Maps(Given given) => (
        [.. Rows(given.Matrix("a")).Select(r => Sum(r, "x1", "x2"))], [.. Rows(given.Matrix("b")).Select(r => Sum(r, "x1", "x2"))], Sum(given.Vector("c"), "x1", "x2"),
        Sum([.. Rows(given.Matrix("t")).SelectMany(r => r)], "x11", "x12", "x21", "x22"), [.. Rows(given.Matrix("m")).Select(r => Sum(r, "x1", "x2"))]);

    // 2x₁ − x₂
    private static Formula Sum(double[] coefficients, params string[] names)
    {
        IEnumerable<string> terms = coefficients.Zip(names).Where(p => p.First != 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{(p.First < 0 ? "-" : "+")}{(Math.Abs(p.First) == 1 ? "" : Math.Abs(p.First))}{p.Second}"));
        return Formula.Parse(string.Concat(terms).TrimStart('+'));
    }

    private static IEnumerable<double[]> Rows(double[,] m) =>
        Enumerable.Range(0, m.GetLength(0)).Select(i => Enumerable.Range(0, m.GetLength(1)).Select(j => m[i, j]).ToArray());

    private static IEnumerable<double> Column(double[,] m, int j) => Rows(m).Select(r => r[j]);
}
