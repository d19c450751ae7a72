using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.9: what a network that writes puts out: greedy, beam search, perplexity.</summary>
internal sealed class Decoding : BookTask
{
    private static readonly string[] Words = ["A", "B", "C"];

    public override string Id => "7.9";

    public override Remark Title => new("Which text comes out", "Какой текст получится");

    public override string Source => "002 outlook";

    public override Given Seed => new(("P", (double[])[0.5, 0.4, 0.1]), ("Q", new double[,] { { 0.4, 0.3, 0.3 }, { 0.05, 0.9, 0.05 }, { 0.2, 0.2, 0.6 } }));

    // That the third beginning has the best end needs three beginnings that are almost alike.
    internal override Given Draw(Dice dice) => Dice.Until(() => Drawn(dice, dice.Whole(2, 3)), IsClear);

    private static Given Drawn(Dice dice, int width)
    {
        double[][] rows = [width == 2 ? Row(dice) : Alike(dice), .. Enumerable.Range(0, 3).Select(_ => Row(dice))];
        double[,] q = new double[3, 3];
        for (int i = 0; i < 9; i++) q[i / 3, i % 3] = rows[1 + i / 3][i % 3];
        return new(("P", rows[0]), ("Q", q));
    }

    // The greedy way is clear and not the best one.
    private static bool IsClear(Given given)
    {
        double[] p = given.Vector("P"), all = [.. Joint(given).ToDoubles().OrderDescending()], next = given.Tensor("Q")[Best(given.Tensor("P"))].ToDoubles();
        return p.Distinct().Count() == 3 && next.Count(v => v == next.Max()) == 1 && all[0] > all[1] + 0.01 && Greedy(given).Item() < all[0] - 0.02;
    }

    internal override void State(Given given, Board board)
    {
        board.Say($"A network that translates writes two words, each A, B or C. The first has the probabilities P, the second those of the row of Q that belongs to the first word.",
            $"Сеть-переводчик пишет два слова, каждое — A, B или C. Вероятности первого — P, второго — строка Q, отвечающая первому слову.");
        board.Write("P", given.Tensor("P"));
        board.Write("Q", given.Tensor("Q"));
        board.Say($"(a) Greedy decoding takes the likeliest word each time. Which probability g has the text that comes out? (b) Which probability b has the likeliest text, and which one is it (text)? (c) Beam search keeps the w likeliest beginnings. Which is the least w that finds the likeliest text? (d) What is the mean loss L of a word of that text, and its perplexity e^L (S)?",
            $"(а) Жадный выбор каждый раз берёт самое вероятное слово. Какова вероятность g получившегося текста? (б) Какова вероятность b самого вероятного текста и что это за текст (text)? (в) Лучевой поиск хранит w самых вероятных начал. При каком наименьшем w он найдёт самый вероятный текст? (г) Чему равны средние потери L на слово этого текста и его перплексия e^L (S)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor p = given.Tensor("P"), q = given.Tensor("Q"), joint = Joint(given), greedy = Greedy(given);
        board.Say($"A text's probability is the product of the probabilities of its words, each given those before it. The number of texts grows exponentially with their length, so they cannot all be looked at; here there are nine.",
            $"Вероятность текста — произведение вероятностей его слов, каждого при условии предыдущих. Число текстов растёт с длиной экспоненциально, и перебрать их все нельзя; здесь их девять.");
        board.Table(["", .. Words], Enumerable.Range(0, 3).Select(i => (object[])[Words[i], .. Enumerable.Range(0, 3).Select(j => (object)joint[i, j])]));
        (int first, int next) = (Best(p), Best(q[Best(p)]));
        double[] all = joint.ToDoubles();
        int best = Array.IndexOf(all, all.Max());
        Tensor b = joint.Max();
        board.Say($"Greedy: {Words[first]}, then {Words[next]}, with {p[first]}·{q[first, next]} = {greedy}. The likeliest text is {Words[best / 3]}, {Words[best % 3]} with {p[best / 3]}·{q[best / 3, best % 3]} = {b}: its first word is not the likeliest, but is well continued.",
            $"Жадно: {Words[first]}, затем {Words[next]}, вероятность {p[first]}·{q[first, next]} = {greedy}. Самый вероятный текст — {Words[best / 3]}, {Words[best % 3]}, вероятность {p[best / 3]}·{q[best / 3, best % 3]} = {b}: его первое слово не самое вероятное, зато хорошо продолжается.");
        int width = Width(given);
        board.Say($"Beam search finds it as soon as {Words[best / 3]} is among the beginnings that it keeps: w = {width}. With w = 1 it is greedy, with all beginnings it is exact, and its cost grows with w.",
            $"Лучевой поиск найдёт его, как только {Words[best / 3]} окажется среди хранимых начал: w = {width}. При w = 1 это жадный выбор, при всех началах — точный поиск; цена растёт вместе с w.");
        Tensor logits = Tensor.Stack(0, p, q[best / 3]).Log(), loss = new CrossEntropy().Of(logits, Tensor.Of((long)(best / 3), (long)(best % 3)));
        board.Say($"The loss is the one that the network was trained with, the mean of −ln of the probabilities of the words; logarithms turn the product into a sum that does not become too small for the computer.",
            $"Потери те же, на которых сеть учили: среднее −ln вероятностей слов. Логарифм превращает произведение в сумму, и числа не становятся слишком малыми для компьютера.");
        Tensor pp = board.Work("S", "e^L", ("L", loss));
        board.Say($"So the network is as uncertain as if it chose each time among {pp} words that are equally likely.",
            $"То есть сеть так же не уверена, как если бы каждый раз выбирала из равновероятных слов, числом {pp}.");
        board.Ask("g", greedy, 0.001, null,
            new Slip(b, new("That is the likeliest text; greedy decoding does not look ahead.", "Это самый вероятный текст; жадный выбор вперёд не смотрит.")),
            new Slip(p[first] * p[first], new("The second word has probabilities of its own.", "У второго слова свои вероятности.")));
        board.Ask("b", b, 0.001, null,
            new Slip(greedy, new("That is the greedy text; there is a likelier one.", "Это жадный текст; есть более вероятный.")),
            new Slip(q.Max(), new("The probability of the first word is forgotten.", "Забыта вероятность первого слова.")));
        board.AskWhich("text", best + 1, [.. from x in Words from y in Words select new Remark($"{x}, then {y}", $"{x}, затем {y}")]);
        board.Ask("w", width, 1e-6, null,
            new Slip(N(1), new("That is greedy decoding.", "Это жадный выбор.")),
            new Slip(N(5 - width),
                new("Look at which place the first word of the likeliest text has among the beginnings.", "Посмотрите, на каком месте среди начал стоит первое слово самого вероятного текста.")));
        board.Ask("L", loss, 0.005, null,
            new Slip(-b.Log(), new("That is the sum over the words; the mean is asked.", "Это сумма по словам, а нужно среднее.")));
        board.Ask("S", pp, 0.01, null, new Slip(1 / b, new("The loss is averaged over the words first.", "Сначала потери усредняются по словам.")));
    }

    private static Tensor Joint(Given given) => given.Tensor("P").Reshape(3, 1) * given.Tensor("Q");

    private static Tensor Greedy(Given given) => Best(given.Tensor("P")) is var first ? given.Tensor("P")[first] * given.Tensor("Q")[first].Max() : N(0);

    private static int Best(Tensor p) => (int)p.ArgMax(0).Item();

    // The place of the likeliest text's first word among the beginnings.
    private static int Width(Given given)
    {
        double[] p = given.Vector("P");
        return 1 + p.Count(v => v > p[Best(Joint(given).Flat()) / 3]);
    }

    private static double[] Alike(Dice dice)
    {
        double[] p = dice.Of<double[]>([0.4, 0.35, 0.25], [0.45, 0.3, 0.25]);
        int first = dice.Whole(0, 2), second = (first + dice.Whole(1, 2)) % 3;
        return [p[first], p[second], p[3 - first - second]];
    }

    // Three multiples of 0.05 with the sum 1.
    private static double[] Row(Dice dice)
    {
        int a = dice.Whole(1, 17), b = dice.Whole(1, 19 - a);
        return [a / 20.0, b / 20.0, (20 - a - b) / 20.0];
    }
}
