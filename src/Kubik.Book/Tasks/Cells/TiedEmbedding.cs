using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.7: a table of words that is used at both ends of a network.</summary>
internal sealed class TiedEmbedding : BookTask
{
    public override string Id => "7.7";

    public override Remark Title => new("One table at both ends", "Одна таблица на входе и на выходе");

    public override string Source => "000 §7 (word2vec); 002 outlook";

    public override Given Seed => new(("E", new double[,] { { 1, 0 }, { 0, 1 }, { -1, 0.5 } }), ("word", 1), ("next", 3), ("V", 50257), ("D", 768));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("E", Dice.Table(3, 2, () => dice.Whole(-4, 4) / 2.0)), ("word", dice.Whole(1, 3)), ("next", dice.Whole(1, 3)), ("V", 1000 * dice.Whole(5, 60)), ("D", 64 * dice.Whole(1, 16))),
        given => given.Number("word") != given.Number("next") && given.Tensor("E") is var e && e.MatMul(e[given.Count("word") - 1].Unsqueeze(1)).Reshape(3).Softmax(0) is var p && Array.TrueForAll(p.ToDoubles(), q => q > 0.02)
            && Array.TrueForAll((p - Tensor.Eye(3, DType.Float64)[given.Count("next") - 1]).Reshape(1, 3).MatMul(e).ToDoubles(), g => Math.Abs(g) > 0.05) && e[given.Count("word") - 1].Abs().Max().Item() > 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"A network has a table E with a row for each of three words. A word picks its row h; the scores of the next word are y = h·Eᵀ, with the same table, and p = softmax(y). The loss is L = −ln p of the right next word.",
            $"В сети есть таблица E, по строке на каждое из трёх слов. Слово выбирает свою строку h; оценки следующего слова y = h·Eᵀ — с той же таблицей, p = softmax(y). Потери L = −ln p верного следующего слова.");
        board.Write("E", given.Tensor("E"));
        board.Say($"After word {given.Number("word")} comes word {given.Number("next")}. Find y, p, L, the part B of the gradient of E that comes from its use at the end (with h as given), the part A of the row of word {given.Number("word")} that comes from its use at the beginning, and the whole gradient G = ∂L/∂E.",
            $"После слова {given.Number("word")} идёт слово {given.Number("next")}. Найдите y, p, L, часть B градиента E от использования таблицы на выходе (при данном h), часть A градиента строки слова {given.Number("word")} от использования на входе и весь градиент G = ∂L/∂E.");
        board.Say($"A language model has {given.Number("V")} words and vectors of {given.Number("D")} numbers. How many parameters s does it save by using one table at both ends?",
            $"В языковой модели слов {given.Number("V")}, длина вектора {given.Number("D")}. Сколько параметров s экономит общая таблица на входе и на выходе?");
    }

    internal override void Solve(Given given, Board board)
    {
        int word = given.Count("word") - 1, next = given.Count("next") - 1;
        Tensor e = given.Tensor("E"), onehot = Tensor.Eye(3, DType.Float64)[word].Reshape(1, 3);
        board.Part($"A table is a matrix", $"Таблица — это матрица");
        board.Say($"To pick a row is to multiply by a row of zeros with a 1 at the word. Nobody multiplies by the zeros, but the gradient is that of the product: only the row that was picked gets one.",
            $"Выбрать строку — то же, что умножить на строку из нулей с единицей на месте слова. На нули никто не умножает, но градиент такой же, как у произведения: он приходит только в выбранную строку.");
        Tensor h = board.Work("h", "x*E", ("x", onehot), ("E", e));
        board.Part($"There and back", $"Туда и обратно");
        board.Say($"The engine calls the table W₁ and h h₁. It stands in the network twice, so its gradient has two summands.",
            $"Движок называет таблицу W₁, а h — h₁. В сети она стоит дважды, поэтому в её градиенте два слагаемых.");
        Explanation step = Step(given);
        board.Explain(step);
        Tensor y = h.MatMul(e.T).Flat(), p = step.Result("p"), d = step.Result("∂L/∂y"), a = step.Result("∂L/∂h₁"), g = step.Result("∂L/∂W₁");
        board.Say($"With d for ∂L/∂y, the use at the end gives", $"Если обозначить ∂L/∂y через d, использование на выходе даёт");
        Tensor b = board.Work("B", "d'*h", ("d", d.Reshape(1, 3)), ("h", h));
        Tensor apart = g - b;
        board.Say($"The rest, G − B, is in row {word + 1} alone: A = {a}. At the end all rows are changed, at the beginning one: a word that is rare gets its vector trained from the end all the same.",
            $"Остаток G − B стоит только в строке {word + 1}: A = {a}. На выходе меняются все строки, на входе одна; поэтому и у редкого слова вектор учится — через выход.");
        board.Write("G - B", apart);
        board.Part($"What is saved", $"Сколько экономится");
        (int words, int size) = (given.Count("V"), given.Count("D"));
        long two = Counting.Parameters($"embedding {words} {size} | linear {words} bias=false", [1]), one = Counting.Parameters($"embedding {words} {size} name=e | tiedlinear e", [1]);
        board.Table([new Remark("tables", "таблиц"), new Remark("parameters", "параметров")], [[2, two], [1, one]]);
        board.Say($"It fits since both tables say the same: words that are used alike are also foretold alike (Press and Wolf 2017). Between both ends there is a whole network; without one, as here, the score of a word after itself is ‖h‖², and the model likes to repeat.",
            $"Это оправдано: обе таблицы говорят об одном, слова с похожим употреблением и предсказываются похоже (Press, Wolf 2017). Между входом и выходом обычно стоит целая сеть; без неё, как здесь, оценка слова после самого себя равна ‖h‖², и модель любит повторять.");
        board.Ask("y", y, 0.005, null,
            new Slip(e[next].Reshape(1, 2).MatMul(e.T).Flat(),
                new("That is made of the row of the next word; h is the row of the word before it.", "Это из строки следующего слова, а h — строка данного.")));
        board.Ask("p", p, 0.005, null,
            new Slip((-y).Softmax(0), new("It is e to the power of the score, not of minus the score.", "Берётся экспонента оценки, а не минус оценки.")));
        board.Ask("L", step.Result("L"), 0.005, null,
            new Slip(-p[word].Log(), new("That is the loss of the word itself, not of the next one.", "Это потери для самого слова, а не для следующего.")));
        board.Ask("B", b, 0.005, null,
            new Slip(p.Reshape(3, 1).MatMul(h),
                new("The 1 of the right word is to be subtracted: p − onehot.", "Нужно вычесть 1 у верного слова: p − onehot.")));
        board.Ask("A", a, 0.005, null,
            new Slip(p.Reshape(1, 3).MatMul(e).Flat(),
                new("The 1 of the right word is to be subtracted: p − onehot.", "Нужно вычесть 1 у верного слова: p − onehot.")));
        board.Ask("G", g, 0.005, null,
            new Slip(b, new("The use at the beginning is forgotten.", "Забыто использование на входе.")),
            new Slip(apart, new("The use at the end is forgotten.", "Забыто использование на выходе.")));
        board.AskCount("s", two - one, new("parameters", "параметров"),
            new Slip(N(two), new("That is what both tables have together.", "Столько в двух таблицах вместе.")));
    }

    private static Explanation Step(Given given) => Neurons.Weighted("embedding 3 2 name=e | tiedlinear e", [1], given.Tensor("E"))
        .Explain(Tensor.Of((long)given.Count("word") - 1), Tensor.Of((long)given.Count("next") - 1), new());
}
