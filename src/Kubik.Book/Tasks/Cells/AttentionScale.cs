// Sizes of an attention: how large its scores are and why they are divided by √d, and what it costs.

using Kubik.Book.Answers;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.6b: why the scores of attention are scaled, and what attention costs.</summary>
internal sealed class AttentionScale : BookTask
{
    private const int Trials = 1000, Keys = 10;

    public override string Id => "7.6b";

    public override Remark Title => new("The size of attention", "Размеры внимания");

    public override string Source => "000 §7 (cells); 002 outlook";

    public override Given Seed => new(("D", 512), ("heads", 8), ("T", 100), ("longer", 2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("D", 32 * dice.Whole(1, 24)), ("heads", dice.Of(2, 4, 8, 16)), ("T", 10 * dice.Whole(2, 30)), ("longer", dice.Whole(2, 6))),
        given => given.Count("D") % given.Count("heads") == 0 && given.Count("D") / given.Count("heads") >= 8);

    internal override void State(Given given, Board board)
    {
        board.Say($"An attention has vectors of D = {given.Number("D")} numbers, {given.Number("heads")} heads, which share these numbers, and texts of T = {given.Number("T")} words. Its four matrices are D×D, each with a bias.",
            $"У слоя внимания векторы длины D = {given.Number("D")}, голов {given.Number("heads")}, они делят эту длину поровну; в тексте слов T = {given.Number("T")}. Четыре его матрицы размера D×D, у каждой есть сдвиг.");
        board.Say($"(a) Let the numbers of a query and of a key be independent, with mean 0 and variance 1. What is the variance v of their product in one head? By which number s must the product be divided so that its variance is 1?",
            $"(а) Пусть числа запроса и ключа независимы, со средним 0 и дисперсией 1. Чему равна дисперсия v их скалярного произведения в одной голове? На какое число s нужно его разделить, чтобы дисперсия стала равна 1?");
        board.Say($"(b) How many parameters n has the layer? How many shares a are there in all heads together, and how many multiplications m do all products Q·Kᵀ and A·V take for one text?",
            $"(б) Сколько параметров n у слоя? Сколько долей a во всех головах вместе и сколько умножений m нужно на все произведения Q·Kᵀ и A·V для одного текста?");
        board.Say($"(c) The text becomes longer, {given.Number("longer")} times as long. By which factor k does m grow?",
            $"(в) Текст стал длиннее в {Sentences.Plural(given.Count("longer"), "раз", "раза", "раз")}. Во сколько раз k выросло m?");
    }

    internal override void Solve(Given given, Board board)
    {
        int size = given.Count("D"), heads = given.Count("heads"), length = given.Count("T"), longer = given.Count("longer"), d = size / heads;
        Tensor s = N(d).Sqrt();
        board.Part($"(a) The scale", $"(а) Масштаб");
        board.Say($"A product of two independent numbers with mean 0 and variance 1 has mean 0 and variance 1. There are d = D/h = {d} of them, and variances of independent summands add up: v = d. Divided by s, a product has the variance v/s², so s = √d = {s}.",
            $"Произведение двух независимых чисел со средним 0 и дисперсией 1 имеет среднее 0 и дисперсию 1. Таких слагаемых d = D/h = {d}, а дисперсии независимых слагаемых складываются: v = d. После деления на s дисперсия равна v/s², поэтому s = √d = {s}.");
        board.Say($"Measured with normal numbers, {Trials} queries with {Keys} keys each: the variance of a product with its standard error, and the mean of the largest of the {Keys} shares with and without the division:",
            $"Измерение с нормальными числами, запросов {Trials}, на каждый ключей {Keys}: дисперсия произведения с её стандартной ошибкой и среднее наибольшей из долей (их {Keys}) с делением и без него:");
        board.Table(["d", new Remark("variance", "дисперсия"), new Remark("largest share, divided", "наибольшая доля с делением"), new Remark("not divided", "без деления")],
            Measurements.Value);
        board.Say($"Undivided, softmax takes one key almost alone, and then its derivative p(1 − p) is near 0: nothing is learnt. Divided, the scores are equally large for every d.",
            $"Без деления softmax выбирает почти один ключ, и тогда производная p(1 − p) близка к 0: обучение останавливается. С делением оценки одинаково велики при любом d.");
        board.Part($"(b, c) What it costs", $"(б, в) Цена");
        (NetSummary now, NetSummary then) = (Of(heads, length, size), Of(heads, longer * length, size));
        long n = now.Parameters, m = Products(now, length, size), k = Products(then, longer * length, size) / m;
        board.Table([new Remark("heads", "голов"), new Remark("words", "слов"), new Remark("parameters", "параметров"), new Remark("shares", "долей"), "Q·Kᵀ, A·V"],
            new (int H, int T, NetSummary S)[] { (1, length, Of(1, length, size)), (heads, length, now), (heads, longer * length, then) }.Select(r => (object[])[r.H, r.T, r.S.Parameters, (long)r.H * r.T * r.T, Products(r.S, r.T, size)]));
        board.Say($"The parameters, 4·(D² + D), depend neither on the heads nor on the length. Each head has T² shares. One entry of Q·Kᵀ takes d products and one of A·V takes T: together 2·T²·d in each head, 2·T²·D in all. {longer} times the length costs k = {k} times as much: that is what limits long texts.",
            $"Число параметров, 4·(D² + D), не зависит ни от числа голов, ни от длины. В каждой голове T² долей. Один элемент Q·Kᵀ стоит d умножений, один элемент A·V — T: вместе 2·T²·d в каждой голове, 2·T²·D во всех. Текст, который длиннее в {Sentences.Plural(longer, "раз", "раза", "раз")}, обходится дороже в k = {Sentences.Plural(k, "раз", "раза", "раз")}: это и ограничивает длину текстов.");
        board.Say($"The order of the words is nowhere in these formulas: without a mask the rows of Y are shuffled as the rows of X are. That is why positions are added to the vectors.",
            $"Порядка слов в этих формулах нет: без маски строки Y переставляются вместе со строками X. Поэтому к векторам прибавляют позиции.");
        board.Ask("v", d, 1e-6, null,
            new Slip(N(size), new("One head has D/h of the numbers.", "У одной головы D/h чисел.")),
            new Slip(s, new("That is the standard deviation.", "Это стандартное отклонение.")));
        board.Ask("s", s, 0.005, null,
            new Slip(N(d), new("Divided by s, a product has a variance s² times as small.", "При делении на s дисперсия уменьшается в s² раз.")),
            new Slip(N(size).Sqrt(), new("One head has D/h of the numbers.", "У одной головы D/h чисел.")));
        board.AskCount("n", n, new("parameters", "параметров"),
            new(N(4.0 * size * size), new("The biases are forgotten.", "Забыты сдвиги.")),
            new(N((double)n * heads), new("The heads share the matrices: each has its own columns.", "Головы делят матрицы: у каждой свои столбцы.")),
            new(N(3.0 * (size * (double)size + size)), new("There are four matrices: W_o comes after the heads.", "Матриц четыре: после голов идёт W_o.")));
        double shares = (double)heads * length * length;
        board.AskCount("a", shares, null,
            new Slip(N((double)length * length), new("Every head has its own.", "У каждой головы свои.")),
            new Slip(N(shares * (length + 1) / (2.0 * length)),
                new("That is with a causal mask; here all look at all.", "Это с причинной маской; здесь все смотрят на всех.")));
        board.AskCount("m", m, null,
            new Slip(N(m / 2.0), new("There are two products, Q·Kᵀ and A·V.", "Произведений два: Q·Kᵀ и A·V.")),
            new Slip(N((double)m * heads), new("A head has D/h of the numbers.", "У головы D/h чисел.")));
        board.Ask("k", k, 1e-6, null, new Slip(N(longer), new("Every word looks at every word.", "Каждое слово смотрит на каждое.")));
    }

    // The same for all parameters, so it is measured once.
    private static readonly Lazy<object[][]> Measurements = new(() => [.. ((int[])[1, 4, 16, 64]).Select(Measured)]);

    private static NetSummary Of(int heads, int length, int size) => Counting.Summary($"attention {heads}", [length, size]);

    // All multiply–adds but those of the four matrices.
    private static long Products(NetSummary summary, int length, int size) => summary.MultiplyAdds - 4L * length * size * size;

    private static object[] Measured(int d)
    {
        RandomStream random = new(1, stream: d);
        Tensor scores = (random.Normal([Trials, Keys, d], DType.Float64) * random.Normal([Trials, 1, d], DType.Float64)).Sum(2); // (queries, keys)
        Tensor squares = scores.Square().Mean(1); // (queries)
        Tensor Largest(Tensor x) => x.Softmax(1).Max(1).Mean();
        return [d, Spread.Of(squares.ToDoubles()), Largest(scores / N(d).Sqrt()), Largest(scores)];
    }
}
