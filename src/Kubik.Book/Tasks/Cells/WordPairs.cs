using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.4a: the pairs that skip-gram learns from.</summary>
internal sealed class WordPairs : BookTask
{
    // Word for word alike: the same words repeat in both languages.
    private static readonly Remark[] Sentences =
    [
        new("snow falls all day and rain falls all day", "снег идёт весь день и дождь идёт весь день"),
        new("mother reads books and father reads papers", "мама читает книги и папа читает газеты"),
        new("forest murmurs and sea murmurs but town sleeps", "лес шумит и море шумит а город спит"),
        new("one cat sleeps one dog sleeps and one mouse runs", "один кот спит один пёс спит и один мышонок бежит"),
    ];

    public override string Id => "7.4a";

    public override Remark Title => new("Skip-gram: words and their neighbours", "Skip-gram: слова и их соседи");

    public override string Source => "000 §7 (word2vec); 002 outlook";

    public override Given Seed => new(("sentence", 1), ("window", 2), ("size", 50), ("at", 2), ("beside", 3));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("sentence", dice.Whole(1, Sentences.Length)), ("window", dice.Whole(1, 3)), ("size", 10 * dice.Whole(1, 30)), ("at", dice.Whole(1, 7)), ("beside", dice.Whole(1, 7))),
        given => Words(given, Language.English) is var words && words[given.Count("at") - 1] != words[given.Count("beside") - 1] && words.Count(w => w == words[given.Count("at") - 1]) > 1 && Chance(given) > 0);

    internal override void State(Given given, Board board)
    {
        Remark sentence = Sentences[given.Count("sentence") - 1];
        (string[] english, string[] russian) = (Words(given, Language.English), Words(given, Language.Russian));
        (int at, int beside) = (given.Count("at") - 1, given.Count("beside") - 1);
        board.Say($"The whole corpus is: \"{sentence.English}\".", $"Весь корпус: «{sentence.Russian}».");
        board.Say($"Skip-gram is to foretell from a word the words beside it, at most {given.Number("window")} places away. How many different words V are there, and how many pairs n of a word and a neighbour? Among the pairs of the word \"{english[at]}\", what is the share q of the neighbour \"{english[beside]}\"? How many parameters p do both tables of vectors with {given.Number("size")} numbers have, one for words and one for neighbours?",
            $"Skip-gram по слову предсказывает слова рядом с ним, на расстоянии не больше {given.Number("window")}. Сколько здесь разных слов V и сколько пар n из слова и соседа? Какую долю q среди пар слова «{russian[at]}» составляет сосед «{russian[beside]}»? Сколько параметров p в двух таблицах векторов (длина вектора {given.Number("size")}): одна для слов, другая для соседей?");
    }

    internal override void Solve(Given given, Board board)
    {
        int window = given.Count("window"), at = given.Count("at") - 1, beside = given.Count("beside") - 1;
        (string[] english, string[] russian) = (Words(given, Language.English), Words(given, Language.Russian));
        (int A, int B)[] pairs = Pairs(english.Length, window);
        board.Say($"The word in the middle is the input, each neighbour is a right answer: nobody has to label anything, the text is its own teacher. Words that stand among the same neighbours must foretell the same, so they get vectors that are alike.",
            $"Слово в середине — вход, каждый сосед — правильный ответ: размечать ничего не нужно, текст учит сам себя. Слова с одинаковыми соседями должны предсказывать одно и то же, поэтому их векторы получаются похожими.");
        board.Table([new Remark("place", "место"), new Remark("word", "слово"), new Remark("neighbours", "соседи"), new Remark("pairs", "пар")],
            Enumerable.Range(0, english.Length).Select(i => (object[])[i + 1, new Remark(english[i], russian[i]), new Remark(Beside(english, i, pairs), Beside(russian, i, pairs)), pairs.Count(p => p.A == i)]));
        int v = english.Distinct(StringComparer.Ordinal).Count(), n = pairs.Length;
        board.Say($"There are {n} pairs. Away from the edges each of the N = {english.Length} words has 2m neighbours, m = {window}; at the edges m(m + 1) are missing: n = 2mN − m(m + 1).",
            $"Всего пар {n}. Вдали от краёв у каждого из слов по 2m соседей, m = {window}; слов N = {english.Length}; у краёв не хватает m(m + 1): n = 2mN − m(m + 1).");
        int own = pairs.Count(p => english[p.A] == english[at]), both = pairs.Count(p => english[p.A] == english[at] && english[p.B] == english[beside]);
        Tensor q = N(both) / own;
        board.Say($"The word \"{english[at]}\" begins {own} of the pairs, and in {both} of them the neighbour is \"{english[beside]}\": q = {q}. It is what a perfect model would put out, for its loss is least when its probabilities are the shares.",
            $"Со слова «{russian[at]}» начинается столько пар: {own}; из них с соседом «{russian[beside]}»: {both}, и q = {q}. Это и выдала бы идеальная модель: её потери наименьшие, когда вероятности равны долям.");
        long p = Count(v, given.Count("size"));
        board.Say($"The network is a table for words, V·d, and a linear layer without bias to all V words, d·V: together {p} numbers.",
            $"Сеть — это таблица слов, V·d, и линейный слой без сдвига на все V слов, d·V: вместе {p}.");
        board.Ask("V", v, 1e-6, new("words", "слов"),
            new Slip(N(english.Length), new("A word that repeats is counted once.", "Повторяющееся слово считают один раз.")));
        board.Ask("n", n, 1e-6, new("pairs", "пар"),
            new(N(2.0 * window * english.Length), new("At the edges there are fewer neighbours.", "У краёв соседей меньше.")),
            new(N(n / 2.0),
                new("Every two neighbours make two pairs: each of them is the word once.", "Двое соседей дают две пары: каждый из них по разу бывает словом.")));
        board.Ask("q", q, 0.005, null,
            new Slip(N(both) / n,
                new("The share is to be taken among the pairs of that word, not among all.", "Доля берётся среди пар этого слова, а не среди всех.")));
        board.AskCount("p", p, new("parameters", "параметров"),
            new(N(p / 2.0), new("There are two tables.", "Таблиц две.")),
            new(N(2.0 * english.Length * given.Number("size")), new("A word that repeats has one vector.", "У повторяющегося слова один вектор.")));
    }

    private static string[] Words(Given given, Language language) => Sentences[given.Count("sentence") - 1].In(language).Split(' ');

    private static (int A, int B)[] Pairs(int count, int window) =>
        [.. from a in Enumerable.Range(0, count) from b in Enumerable.Range(0, count) where a != b && Math.Abs(a - b) <= window select (a, b)];

    private static string Beside(string[] words, int i, (int A, int B)[] pairs) => string.Join(", ", pairs.Where(p => p.A == i).Select(p => words[p.B]));

    private static double Chance(Given given)
    {
        string[] words = Words(given, Language.English);
        return Pairs(words.Length, given.Count("window")).Count(p => words[p.A] == words[given.Count("at") - 1] && words[p.B] == words[given.Count("beside") - 1]);
    }

    private static long Count(int words, int size) => Counting.Parameters($"embedding {words} {size} | linear {words} bias=false", [1]);
}
