using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Optim;

namespace Kubik.Book.Tasks.Cells;
/// <summary>7.4b: a step of skip-gram on one pair of words, and negative sampling.</summary>
internal sealed class SkipGramStep : BookTask
{
    public override string Id => "7.4b";

    public override Remark Title => new("A step of word2vec", "Шаг word2vec");

    public override string Source => "000 §7 (word2vec); 002 outlook";

    public override Given Seed =>
        new(("V", new double[,] { { 1, 0 }, { 0, 1 }, { -1, 1 } }), ("O", new double[,] { { 1, 0, -1 }, { 0.5, 1, 0 } }), ("word", 1), ("beside", 2), ("stranger", 3), ("eta", 0.5));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("V", Dice.Table(3, 2, () => dice.Whole(-4, 4) / 2.0)), ("O", Dice.Table(2, 3, () => dice.Whole(-4, 4) / 2.0)), ("word", dice.Whole(1, 3)), ("beside", dice.Whole(1, 3)), ("stranger", dice.Whole(1, 3)), ("eta", dice.Of(0.1, 0.2, 0.5))),
        given =>
        {
            if (new[] { given.Number("word"), given.Number("beside"), given.Number("stranger") }.Distinct().Count() < 3) return false;
            Tensor scores = Scores(given), p = scores.Softmax(0), d = p - Tensor.Eye(3, DType.Float64)[given.Count("beside") - 1];
            return scores.ToDoubles() is var s && s[given.Count("stranger") - 1] != 0 && s.Distinct().Count() == 3 && Array.TrueForAll(p.ToDoubles(), q => q > 0.02) && Array.TrueForAll(d.Reshape(1, 3).MatMul(given.Tensor("O").T).ToDoubles(), g => Math.Abs(g) > 0.05);
        });

    internal override void State(Given given, Board board)
    {
        board.Say($"Three words have vectors of two numbers, the rows of V; as neighbours they have others, the columns of O.",
            $"У трёх слов есть векторы из двух чисел — строки V; как у соседей у них есть другие векторы — столбцы O.");
        board.Write("V", given.Tensor("V"));
        board.Write("O", given.Tensor("O"));
        board.Say($"Skip-gram gives the probabilities of the neighbours of a word with the vector v as p = softmax(v·O), and the loss is L = −ln p of the right one. Beside word {given.Number("word")} stands word {given.Number("beside")}. Find p, L, the gradient g = ∂L/∂v, and after a step of gradient descent with η = {given.Number("eta")} the vector v of word {given.Number("word")} and the column o of word {given.Number("beside")}.",
            $"Skip-gram предсказывает соседа слова с вектором v с вероятностями p = softmax(v·O), потери L = −ln p верного соседа. Рядом со словом {given.Number("word")} стоит слово {given.Number("beside")}. Найдите p, L, градиент g = ∂L/∂v, а после шага градиентного спуска с η = {given.Number("eta")} — вектор v слова {given.Number("word")} и столбец o слова {given.Number("beside")}.");
        board.Say($"Negative sampling asks of the pair only whether it is one. What is its loss M = −ln σ(v·o₊) − ln σ(−v·o₋) with the true neighbour and word {given.Number("stranger")} as the false one?",
            $"Отрицательное сэмплирование спрашивает лишь, настоящая ли пара. Чему равны потери M = −ln σ(v·o₊) − ln σ(−v·o₋), если ложный сосед — слово {given.Number("stranger")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        int word = given.Count("word") - 1, beside = given.Count("beside") - 1, stranger = given.Count("stranger") - 1;
        Tensor o = given.Tensor("O"), all = given.Tensor("V"), v = all[word].Reshape(1, 2), s = Scores(given);
        board.Part($"Softmax over all words", $"Softmax по всем словам");
        board.Say($"The network is a table, of which the word picks a row, and a linear layer without bias. In the engine V is W₁, O is W₂ and v is h₁; words are counted from 0 there, in rows from 1.",
            $"Сеть — это таблица, из которой слово выбирает строку, и линейный слой без сдвига. У движка V — это W₁, O — это W₂, а v — это h₁; слова он считает с 0, а строки — с 1.");
        Explanation step = Step(given);
        board.Explain(step);
        Tensor p = step.Result("p"), g = step.Result("∂L/∂h₁"), next = step.Result("W₁")[word], column = step.Result("W₂")[.., beside], loss = step.Result("L");
        board.Say($"v moves towards the column of the true neighbour and away from the mean of all columns, which are weighted by p. All columns of O change, but of V one row only.",
            $"v движется к столбцу настоящего соседа и прочь от среднего всех столбцов, взвешенных по p. Меняются все столбцы O, но у V — только одна строка.");
        board.Part($"Negative sampling", $"Отрицательное сэмплирование");
        board.Say($"With a hundred thousand words the sum in the denominator is dear: it takes all columns of O for one pair. So a logistic regression is trained instead: true pairs are 1, pairs with words drawn at random are 0. It takes two columns here.",
            $"При ста тысячах слов сумма в знаменателе дорога: ради одной пары нужны все столбцы O. Поэтому вместо неё учат логистическую регрессию: настоящие пары — 1, пары со случайными словами — 0. Здесь нужны два столбца.");
        Tensor plus = board.Work("s1", "v*o1", ("v", v), ("o1", o[.., beside].Reshape(2, 1))).Reshape(Shape.Scalar), minus = board.Work("s2", "v*o2", ("v", v), ("o2", o[.., stranger].Reshape(2, 1))).Reshape(Shape.Scalar);
        Tensor m = board.Work("M", "-ln(sigmoid(s1)) - ln(sigmoid(-s2))", ("s1", plus), ("s2", minus));
        board.Ask("p", p, 0.005, null,
            new((all[word] * all).Sum(1).Softmax(0),
                new("The scores are made with the columns of O, not with the rows of V.", "Оценки считаются по столбцам O, а не по строкам V.")),
            new((-s).Softmax(0), new("It is e to the power of the score, not of minus the score.", "Берётся экспонента оценки, а не минус оценки.")));
        board.Ask("L", loss, 0.005, null, new Slip(-p[stranger].Log(), new("That is the loss of the other word.", "Это потери для другого слова.")));
        board.Ask("g", g, 0.005, null,
            new(p.Reshape(1, 3).MatMul(o.T).Flat(),
                new("The column of the true neighbour is to be subtracted: p − onehot.", "Нужно вычесть столбец настоящего соседа: p − onehot.")),
            new(-g, new("The sign is wrong: the gradient by the scores is p − onehot.", "Знак неверный: градиент по оценкам равен p − onehot.")));
        Remark uphill = new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.");
        board.Ask("v", next, 0.005, new("after the step", "после шага"),
            new Slip(2 * all[word] - next, uphill),
            new Slip(all[word] - g, new("The learning rate is forgotten.", "Забыта скорость обучения.")));
        board.Ask("o", column, 0.005, new("after the step", "после шага"),
            new Slip(2 * o[.., beside] - column, uphill),
            new Slip(o[.., beside] - given.Number("eta") * (p[beside] - 1) * next,
                new("The old v is to be taken: both gradients belong to the same point.", "Нужен старый v: оба градиента берутся в одной точке.")));
        board.Ask("M", m, 0.005, null,
            new Slip(-plus.Sigmoid().Log() - minus.Sigmoid().Log(),
                new("The false neighbour has a minus: σ(−v·o₋).", "У ложного соседа стоит минус: σ(−v·o₋).")),
            new Slip(-plus.Sigmoid().Log(), new("The false neighbour is forgotten.", "Забыт ложный сосед.")));
    }

    private static Tensor Scores(Given given) => given.Tensor("V")[given.Count("word") - 1].Reshape(1, 2).MatMul(given.Tensor("O")).Flat();

    private static Explanation Step(Given given) => Neurons.Weighted("embedding 3 2 | linear 3 bias=false", [1], given.Tensor("V"), given.Tensor("O"))
        .Explain(Tensor.Of((long)given.Count("word") - 1), Tensor.Of((long)given.Count("beside") - 1), new() { Optimizer = new Sgd(given.Number("eta")) });
}
