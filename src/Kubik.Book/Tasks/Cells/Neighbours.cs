// Vectors of words as directions: an analogy by hand, and a corpus of eight sentences on which skip-gram is trained. How far the
// loss can fall is known beforehand: it is the entropy of a neighbour, given the word.

using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.4c: cosines, an analogy, and the nearest words after a training.</summary>
internal sealed class Neighbours : BookTask
{
    private const int Size = 4, Steps = 150, Starts = 3;

    private static readonly Remark[] Words =
    [
        new("cat", "кот"), new("dog", "пёс"), new("son", "сын"), new("daughter", "дочь"),
        new("eats", "ест"), new("drinks", "пьёт"), new("reads", "читает"), new("writes", "пишет"),
        new("fish", "рыбу"), new("milk", "молоко"), new("books", "книги"), new("letters", "письма"),
    ];

    // Who does what: of each two alike beings, both can do both.
    private static readonly int[][] Sentences = [[0, 4, 8], [0, 5, 9], [1, 4, 8], [1, 5, 9], [2, 6, 10], [2, 7, 11], [3, 6, 10], [3, 7, 11]];

    public override string Id => "7.4c";

    public override Remark Title => new("The nearest words", "Ближайшие слова");

    public override string Source => "000 §7 (word2vec); 002 outlook";

    public override Given Seed =>
        new(("A", new double[,] { { 1, 3 }, { 1, 1 }, { 3, 1 }, { 3, 2 } }), ("counts", new double[] { 2, 1, 1, 2, 1, 1, 2, 1 }), ("word", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("A", Royal(dice)), ("counts", Dice.Several(8, () => dice.Whole(1, 3))), ("word", dice.Whole(1, 4))),
        given => Analogy(given) is var s && Norm(s) > 0.5 && Enumerable.Range(0, 4).All(i => Norm(given.Tensor("A")[i]) > 0.5) && Math.Abs(Cosine(s, given.Tensor("A")[3])) < 0.99 && Math.Abs(Cosine(s, given.Tensor("A")[3])) > 0.02
            && given.Vector("counts") is var n && n[2 * given.Count("word") - 2] != n[2 * given.Count("word") - 1]);

    internal override void State(Given given, Board board)
    {
        board.Say($"(a) Four words have the vectors in the rows of A: king, man, woman, queen. Which vector s has \"king − man + woman\", and what is the cosine c of the angle between s and the vector of queen?",
            $"(а) В строках A векторы четырёх слов: король, мужчина, женщина, королева. Чему равен вектор s для «король − мужчина + женщина» и каков косинус c угла между s и вектором королевы?");
        board.Write("A", given.Tensor("A"));
        board.Say($"(b) A corpus has sentences of three words, each so many times:",
            $"(б) Корпус состоит из предложений по три слова, каждое повторяется столько-то раз:");
        board.Table([new Remark("sentence", "предложение"), new Remark("times", "раз")],
            Sentences.Select((s, i) => (object[])[Remarked(s), given.Vector("counts")[i]]));
        Remark word = Words[given.Count("word") - 1];
        board.Say($"From all pairs of words of a sentence skip-gram learns to foretell one from the other. Which word will be the nearest to \"{word.English}\" by the cosine of their vectors (near)? In which share r of the pairs of the word \"{word.English}\" is the other word \"{Words[Verb(given)].English}\"? And how small can the mean loss for the pairs of this word become (H)?",
            $"По всем парам слов предложения skip-gram учится предсказывать одно по другому. Какое слово окажется ближе всех к слову «{word.Russian}» по косинусу между векторами (near)? Какова доля r пар слова «{word.Russian}», в которых второе слово — «{Words[Verb(given)].Russian}»? И до какого значения могут упасть средние потери на парах этого слова (H)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor a = given.Tensor("A"), s = Analogy(given), queen = a[3];
        board.Part($"(a) Directions", $"(а) Направления");
        board.Say($"If a direction of the space means \"female\" and another one \"royal\", the difference woman − man leads from king to queen. The length of a vector depends on how often the word occurs, so words are compared by the angle.",
            $"Если одно направление пространства означает «женский род», а другое — «власть», то разность женщина − мужчина ведёт от короля к королеве. Длина вектора зависит от частоты слова, поэтому слова сравнивают по углу.");
        board.Work("s", "k - m + w", ("k", a[0].Reshape(1, 2)), ("m", a[1].Reshape(1, 2)), ("w", a[2].Reshape(1, 2)));
        Tensor dot = board.Work("d", "s1*q1 + s2*q2", ("s1", s[0]), ("q1", queen[0]), ("s2", s[1]), ("q2", queen[1]));
        Tensor c = board.Work("c", "d/(sqrt(s1^2 + s2^2)*sqrt(q1^2 + q2^2))", ("d", dot), ("s1", s[0]), ("s2", s[1]), ("q1", queen[0]), ("q2", queen[1]));
        Plane plane = new("x", "y", Around(a, s, 0), Around(a, s, 1));
        foreach ((Tensor v, string name) in ((Tensor, string)[])[(a[0], "k"), (a[1], "m"), (a[2], "w"), (queen, "q"), (s, "s = k − m + w")]) plane.Line([(0, 0), (v[0].Item(), v[1].Item())], name);
        board.Draw(plane, new("The four vectors and the result", "Четыре вектора и результат"));

        board.Part($"(b) A training", $"(б) Обучение");
        int word = given.Count("word") - 1;
        double[,] pairs = Table(given);
        double[] own = [.. Enumerable.Range(0, Words.Length).Select(j => pairs[word, j])];
        Tensor share = Tensor.From(own) / own.Sum();
        int[] seen = [.. Enumerable.Range(0, own.Length).Where(j => own[j] > 0)];
        Tensor r = share[Verb(given)];
        board.Say($"The pairs of \"{Words[word].English}\" by their other words, and their shares:",
            $"Пары слова «{Words[word].Russian}» по второму слову и их доли:");
        board.Table(["", .. seen.Select(j => (object)Words[j])],
            [[new Remark("pairs", "пар"), .. seen.Select(j => (object)own[j])], [new Remark("share", "доля"), .. seen.Select(j => (object)share[j])]]);
        Tensor seenShare = Tensor.Stack(0, [.. seen.Select(j => share[j])]), h = -(seenShare * seenShare.Log()).Sum();
        board.Say($"The loss −ln p is least in the mean when the network's probabilities are the shares q, and then it is the entropy of the shares, −Σ q·ln q. So H = {h}: no network gets below.",
            $"Среднее от −ln p наименьшее, когда вероятности сети равны долям q; тогда это энтропия долей, −Σ q·ln q. Значит, H = {h}, и ниже не опустится никакая сеть.");
        Trained[] runs = [.. Enumerable.Range(1, Starts).Select(start => Train(pairs, start))];
        board.Say($"The engine trains vectors of {Size} numbers on all pairs, {Steps} steps of Adam from {Starts} random starts. The loss of the pairs of \"{Words[word].English}\" and the three nearest words:",
            $"Движок учит векторы (чисел в каждом {Size}) на всех парах, шагов Adam {Steps}, случайных начал {Starts}. Потери на парах слова «{Words[word].Russian}» и три ближайших слова:");
        board.Table([new Remark("start", "начало"), "L", "H", "1", "2", "3"],
            runs.Select((run, i) => (object[])[i + 1, Math.Round(run.Loss(word, share), 4), h, .. run.Nearest(word).Take(3).Select(n => (object)new Remark($"{Words[n.Word].English} {Digits.Of(Math.Round(n.Cosine, 3)).Text}", $"{Words[n.Word].Russian} {Digits.Of(Math.Round(n.Cosine, 3)).Text}"))]));
        int nearest = runs.Select(run => run.Nearest(word)[0].Word).GroupBy(n => n).MaxBy(g => g.Count())!.Key;
        int[] others = [.. Enumerable.Range(0, Words.Length).Where(j => pairs[nearest, j] > 0)];
        int together = (int)pairs[word, nearest], common = others.Intersect(seen).Count(), any = others.Union(seen).Count();
        board.Say($"The nearest is \"{Words[nearest].English}\". Sentences with both words: {together}; words that stand beside either of them: {any}, beside both: {common}. Words that stand side by side need not be alike. Words of opposite meaning have the same neighbours too: that is the weak point of the method.",
            $"Ближе всех «{Words[nearest].Russian}». Предложений с обоими словами: {together}; слов, стоящих рядом хотя бы с одним из них: {any}, рядом с обоими: {common}. Слова, стоящие рядом, похожими быть не обязаны. У слов с противоположным смыслом соседи тоже одинаковы: это слабое место метода.");

        board.Ask("s", s, 0.005, null, new Slip(a[0] + a[1] - a[2], new("man is subtracted and woman added.", "Мужчина вычитается, женщина прибавляется.")));
        board.Ask("c", c, 0.005, null,
            new Slip(dot, new("The product is to be divided by both lengths.", "Произведение нужно разделить на обе длины.")),
            new Slip(N(Cosine(a[0], queen)), new("That is the angle between king and queen.", "Это угол между королём и королевой.")));
        int[] choices = [.. Enumerable.Range(0, Words.Length).Where(j => j != word).Where(j => j < 4 || own[j] > 0)];
        board.AskWhich("near", Array.IndexOf(choices, nearest) + 1, [.. choices.Select(j => Words[j])]);
        board.Ask("r", r, 0.005, null,
            new Slip(2 * r, new("That is the share among the verbs; the things count too.", "Это доля среди глаголов, а предметы тоже считаются.")),
            new Slip(share[Verb(given) + 1], new("That is the other verb.", "Это другой глагол.")));
        board.Ask("H", h, 0.005, null,
            new Slip(N(seen.Length).Log(), new("That is the entropy of equal shares.", "Это энтропия равных долей.")),
            new Slip(h / N(2).Log(), new("That is in bits: the loss has the natural logarithm.", "Это в битах, а в потерях натуральный логарифм.")));
    }

    // The first of the two verbs that the word has.
    private static int Verb(Given given) => given.Count("word") <= 2 ? 4 : 6;

    private static Tensor Analogy(Given given) => given.Tensor("A") is var a ? a[0] - a[1] + a[2] : a;

    // A man, a woman and a king anywhere; the queen about where the analogy leads.
    private static double[,] Royal(Dice dice)
    {
        double[] man = [dice.Whole(-4, 4) / 2.0, dice.Whole(-4, 4) / 2.0], female = [dice.Whole(2, 6) / 2.0, dice.Whole(-2, 2) / 2.0], royal = [dice.Whole(-2, 2) / 2.0, dice.Whole(2, 6) / 2.0], off = [dice.Whole(-2, 2) / 2.0, dice.Whole(-2, 2) / 2.0];
        return new double[,] { { man[0] + royal[0], man[1] + royal[1] }, { man[0], man[1] }, { man[0] + female[0], man[1] + female[1] }, { man[0] + female[0] + royal[0] + off[0], man[1] + female[1] + royal[1] + off[1] } };
    }

    private static double Norm(Tensor v) => v.Square().Sum().Sqrt().Item();

    private static double Cosine(Tensor a, Tensor b) => (a * b).Sum().Item() / (Norm(a) * Norm(b));

    private static Remark Remarked(int[] sentence) =>
        new(string.Join(' ', sentence.Select(w => Words[w].English)), string.Join(' ', sentence.Select(w => Words[w].Russian)));

    private static (double, double) Around(Tensor a, Tensor s, int axis)
    {
        double[] all = [0, .. a[.., axis].ToDoubles(), s[axis].Item()];
        return (all.Min() - 0.5, all.Max() + 0.5);
    }

    // How often each word has each other one beside it.
    private static double[,] Table(Given given)
    {
        double[,] pairs = new double[Words.Length, Words.Length];
        for (int i = 0; i < Sentences.Length; i++)
        {
            foreach (int a in Sentences[i])
            {
                foreach (int b in Sentences[i].Where(b => b != a)) pairs[a, b] += given.Vector("counts")[i];
            }
        }
        return pairs;
    }

    private static Trained Train(double[,] pairs, int start)
    {
        (int A, int B)[] all = [.. from a in Enumerable.Range(0, Words.Length) from b in Enumerable.Range(0, Words.Length) from _ in Enumerable.Range(0, (int)pairs[a, b]) select (a, b)];
        RandomStream random = new(start, stream: 7);
        Sequential net = Neurons.Weighted($"embedding {Words.Length} {Size} | linear {Words.Length} bias=false", [1], random.Normal([Words.Length, Size]) * 0.5, random.Normal([Size, Words.Length]) * 0.5);
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Adam(0.15));
        Tensor x = Tensor.From([.. all.Select(p => (long)p.A)], [all.Length]), y = Tensor.From([.. all.Select(p => (long)p.B)], [all.Length]);
        for (int i = 0; i < Steps; i++) step.Run(x, y);
        Tensor logits = net.Forward(Tensor.Range(0, Words.Length, dtype: DType.Int64)).Detach().Cast(DType.Float64);
        return new(net.Parameters().First().Parameter.Value.Detach().Cast(DType.Float64), logits.LogSoftmax(1));
    }

    /// <summary>What a training found: the vectors of the words and the logarithms of the probabilities of their neighbours.</summary>
    private sealed record Trained(Tensor Vectors, Tensor Logs)
    {
        public double Loss(int word, Tensor share) => -(share * this.Logs[word]).Sum().Item();

        /// <summary>The other words, the nearest first.</summary>
        public (int Word, double Cosine)[] Nearest(int word) =>
            [.. Enumerable.Range(0, Words.Length).Where(j => j != word).Select(j => (j, Neighbours.Cosine(this.Vectors[word], this.Vectors[j]))).OrderByDescending(n => n.Item2)];
    }
}
