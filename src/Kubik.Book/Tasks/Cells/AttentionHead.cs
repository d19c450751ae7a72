using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.6a: an attention head with a causal mask.</summary>
internal sealed class AttentionHead : BookTask
{
    // 1 where a word, in its row, may look at another.
    private static readonly Tensor Seen = Tensor.From(new double[,] { { 1, 0, 0 }, { 1, 1, 0 }, { 1, 1, 1 } });

    public override string Id => "7.6a";

    public override Remark Title => new("An attention head by hand", "Голова внимания вручную");

    public override string Source => "000 §7 (cells); 002 outlook";

    public override Given Seed =>
        new(("X", new double[,] { { 1, 0 }, { 0, 1 }, { 1, 1 } }), ("W_q", new double[,] { { 1, 0 }, { 1, 1 } }), ("W_k", new double[,] { { 1, 1 }, { -1, 1 } }), ("W_v", new double[,] { { 2, 0 }, { 0, 1 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("X", Dice.Table(3, 2, () => dice.Whole(-1, 2))), ("W_q", Dice.Table(2, 2, () => dice.Whole(-1, 2))), ("W_k", Dice.Table(2, 2, () => dice.Whole(-1, 2))), ("W_v", Dice.Table(2, 2, () => dice.Whole(-2, 2)))),
        given =>
        {
            Found f = Find(given);
            double[] s = f.S.ToDoubles(), a = f.A.ToDoubles();
            return ((string[])["W_q", "W_k", "W_v"]).All(w => given.Tensor(w).Det().Item() != 0) && s.Max() < 5 && s.Min() > -5 && a[4] is > 0.05 and < 0.95 && Math.Abs(a[4] - 0.5) > 0.05 && a[6..].All(p => p > 0.02) && a[6..].Select(p => Math.Round(p, 3)).Distinct().Count() > 1
                && f.Y.ToDoubles().Any(y => y != 0) && Rows(given).Distinct().Count() == 3;
        });

    internal override void State(Given given, Board board)
    {
        board.Say($"Three words have the vectors in the rows of X. An attention head makes queries Q = X·W_q, keys K = X·W_k and values V = X·W_v of them, scores S = Q·Kᵀ/√2, shares A by a softmax of each row of S, and Y = A·V. A causal mask: no word may look at later ones.",
            $"Векторы трёх слов стоят в строках X. Голова внимания делает из них запросы Q = X·W_q, ключи K = X·W_k и значения V = X·W_v, оценки S = Q·Kᵀ/√2, доли A — softmax каждой строки S — и Y = A·V. Маска причинная: слово не смотрит на следующие.");
        foreach (string name in (string[])["X", "W_q", "W_k", "W_v"]) board.Write(name, given.Tensor(name));
        board.Say($"Find the scores S (all nine, as they are before the mask), A and Y with the mask, and the last row u of A if the scores were not divided by √2. Which rows of Y change when the third word is changed?",
            $"Найдите оценки S (все девять, до маски), A и Y с маской, а также последнюю строку u матрицы A, если не делить оценки на √2. Какие строки Y изменятся, если изменить третье слово?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("X");
        Found found = Find(given);
        board.Say($"A word asks with its query; every word answers with its key. The better both fit (their product), the larger a share of that word's value goes into the answer. Unlike in a recurrent layer, the first word is as near to the last one as its neighbour, and all words are computed side by side.",
            $"Слово спрашивает своим запросом, каждое слово отвечает своим ключом. Чем лучше они подходят друг другу (больше произведение), тем бо́льшая доля значения этого слова попадёт в ответ. В отличие от рекуррентного слоя, до первого слова так же близко, как до соседнего, и все слова считаются одновременно.");
        Tensor q = board.Work("Q", "X*W_q", ("X", x), ("W_q", given.Tensor("W_q"))), k = board.Work("K", "X*W_k", ("X", x), ("W_k", given.Tensor("W_k"))), v = board.Work("V", "X*W_v", ("X", x), ("W_v", given.Tensor("W_v")));
        board.Work("S", "Q*K'/sqrt(2)", ("Q", q), ("K", k));
        board.Say($"With the mask the scores above the diagonal count as −∞, so that e to their power is 0: the first row has one word to look at and its share is 1; the second row has two, the third all three. That comes before the softmax, so each row still has the sum 1. The engine's attention, with W_o the unit matrix:",
            $"С маской оценки над диагональю считаются равными −∞, и их экспонента равна 0: первой строке остаётся одно слово с долей 1, второй — два, третьей — все три. Это делается до softmax, поэтому сумма каждой строки по-прежнему 1. Вот внимание движка, где W_o — единичная матрица:");
        Explanation all = Head(given).Explain(x.Reshape(1, 3, 2).Single(), null, new());
        board.Explain(all, stepsOnly: true);
        board.Write("A", found.A);
        board.Write("Y", found.Y);

        board.Part($"What the mask is for", $"Зачем нужна маска");
        Tensor changed = Tensor.Concat(0, x[..2], -x[2..] + 1), other = Head(given).Forward(changed.Reshape(1, 3, 2).Single()).Detach().Reshape(3, 2);
        board.Say($"With the third word changed to {changed[2]} the engine gives", $"Если заменить третье слово на {changed[2]}, движок даст");
        board.Write("Y", other.Cast(DType.Float64));
        board.Say($"Only the third row changes. So a text model can be trained on all places at once: no place sees the word that it is to foretell.",
            $"Меняется только третья строка. Поэтому языковую модель можно учить сразу на всех местах: ни одно место не видит слова, которое должно предсказать.");
        board.Part($"Why √2 is there", $"Зачем делить на √2");
        Tensor sharp = (found.S[2] * N(2).Sqrt()).Softmax(0);
        board.Write("u", sharp);
        board.Say($"Without the division the scores are larger and the shares nearer to 0 and 1. A product of d numbers each grows like √d; task 7.6b measures that.",
            $"Без деления оценки больше, а доли ближе к 0 и 1. Скалярное произведение векторов из d чисел растёт как √d; это измерено в задаче 7.6b.");
        Tensor open = found.S.Softmax(1);
        board.Ask("S", found.S, 0.005, null,
            new Slip(found.S * N(2).Sqrt(), new("The scores are to be divided by √2.", "Оценки нужно разделить на √2.")),
            new Slip(found.S / N(2).Sqrt(),
                new("The scores are divided by the root of the number of columns, √2, not by 2.", "Оценки делятся на корень из числа столбцов, √2, а не на 2.")));
        board.Ask("A", found.A, 0.005, null,
            new(open, new("The mask is forgotten.", "Забыта маска.")),
            new(open * Seen,
                new("The mask comes before the softmax: the rows must have the sum 1.", "Маска накладывается до softmax: сумма каждой строки должна быть 1.")));
        board.Ask("Y", found.Y, 0.005, null,
            new(open.MatMul(v), new("The mask is forgotten.", "Забыта маска.")),
            new(found.A.MatMul(x), new("The shares are of the values V, not of X.", "Доли берутся от значений V, а не от X.")));
        board.Ask("u", sharp, 0.005, null, new Slip(found.A[2], new("That is with the division by √2.", "Это с делением на √2.")));
        int[] rows = [.. Enumerable.Range(0, 3).Where(i => (other[i].Cast(DType.Float64) - found.Y[i]).Abs().Max().Item() > 1e-4)];
        board.AskWhich("rows", rows is [2] ? 3 : rows.Length == 0 ? 1 : 4,
            new("none", "никакие"),
            new("the first two", "первые две"),
            new("the third alone", "только третья"),
            new("all three", "все три"));
    }

    private static Found Find(Given given)
    {
        Tensor x = given.Tensor("X"), v = x.MatMul(given.Tensor("W_v")), s = x.MatMul(given.Tensor("W_q")).MatMul(x.MatMul(given.Tensor("W_k")).T) / N(2).Sqrt();
        Tensor a = Tensor.Where(Seen > 0, s, N(double.NegativeInfinity)).Softmax(1);
        return new(s, a, a.MatMul(v));
    }

    private static double[] Rows(Given given) => [.. Enumerable.Range(0, 3).Select(i => 10 * given.Matrix("X")[i, 0] + given.Matrix("X")[i, 1])];

    private static Sequential Head(Given given) =>
        Neurons.Weighted("attention 1 causal=true bias=false", [1, 3, 2], given.Tensor("W_q"), given.Tensor("W_k"), given.Tensor("W_v"), Tensor.Eye(2));

    /// <summary>Scores, shares under the mask, and what comes out.</summary>
    private sealed record Found(Tensor S, Tensor A, Tensor Y);
}
