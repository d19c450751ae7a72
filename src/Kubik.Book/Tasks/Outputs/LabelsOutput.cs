using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.4d: the outputs for several labels at once.</summary>
internal sealed class LabelsOutput : BookTask
{
    public override string Id => "2.4d";

    public override Remark Title => new("Which output: several labels at once", "Какой выход: несколько меток сразу");

    public override string Source => "000 §2.4 г";

    public override Given Seed => new(("z", new double[] { 2, 1, -1.5 }), ("t", new double[] { 1, 1, 0 }), ("both", new double[] { 1, 2 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("z", Dice.Several(3, () => dice.Decimal(-3, 3, 0.5))), ("t", Dice.Several(3, () => dice.Whole(0, 1))), ("both", dice.Of<double[]>([1, 2], [1, 3], [2, 3]))),
        given => given.Vector("t").Sum() == 2 && given.Vector("z").Distinct().Count() == 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"A piece of news can be about sport, politics, the economy, or about several of them. Which outputs does a network need, and which loss? For a piece with the labels t = {given.Vector("t")} the last sums are z = {given.Vector("z")}: which probabilities p does it put out, and what is the mean loss L over the three?",
            $"Новость может быть спортивной, политической, экономической или относиться сразу к нескольким темам. Какие выходы нужны сети и какие потери? Для новости с метками t = {given.Vector("t")} последние суммы z = {given.Vector("z")}: какие вероятности p она отдаст и каковы средние по трём меткам потери L?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z"), t = given.Tensor("t"), p = z.Sigmoid();
        BinaryCrossEntropy loss = new();
        board.Say($"Three questions that do not exclude each other: a sigmoid for each output, and log-loss for each, added up or taken in the mean.",
            $"Три вопроса, ответы на которые не исключают друг друга: у каждого выхода своя сигмоида и свои логистические потери; их складывают или усредняют.");
        board.Write("p", p);
        Tensor each = new BinaryCrossEntropy { Reduction = Reduction.None }.Of(z, t);
        board.Say($"The losses are −ln p where the label is 1, and −ln(1 − p) where it is 0: {each}, in the mean",
            $"Потери равны −ln p там, где метка 1, и −ln(1 − p) там, где 0: {each}, в среднем");
        board.Write("L", loss.Of(z, t));
        board.Part($"The experiment", $"Опыт");
        // Three words, each of one theme; all news with one or two of them.
        Tensor x = Tensor.From(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1, 1, 0 }, { 1, 0, 1 }, { 0, 1, 1 } });
        Sequential many = Learning.Train(loss, x, x, 3), one = Learning.Train(new CrossEntropy(), x, x / x.Sum(1, keepDims: true), 3);
        double[] both = given.Vector("both");
        Tensor asked = Tensor.From(new double[,] { { both.Contains(1) ? 1 : 0, both.Contains(2) ? 1 : 0, both.Contains(3) ? 1 : 0 } });
        Tensor good = many.Predict(asked).Sigmoid().Reshape(3), bad = one.Predict(asked).Softmax(1).Reshape(3);
        board.Say($"Take news of three words, \"goal\", \"vote\" and \"price\", each of which stands for its theme, six pieces with one or two words. A linear layer with sigmoids and one with softmax were trained on them. For the piece with words {both} they say:",
            $"Возьмём новости из трёх слов — «гол», «выборы» и «цена», каждое отвечает за свою тему; шесть новостей с одним или двумя словами. На них обучены линейный слой с сигмоидами и такой же с softmax. О новости со словами {both} они говорят:");
        board.Table([new Remark("theme", "тема"), new Remark("right", "верно"), new Remark("sigmoids", "сигмоиды"), "softmax"],
            Enumerable.Range(0, 3).Select(i => (object[])[i + 1, asked[0, i], good[i], bad[i]]));
        board.Say($"The probabilities of softmax add up to 1, so two right labels have to share it: the greatest here is {bad.Max()}. Sigmoids do not take anything from each other.",
            $"Вероятности softmax в сумме дают 1, поэтому две верные метки делят эту единицу: наибольшая вероятность здесь {bad.Max()}. Сигмоиды ничего друг у друга не отнимают.");
        board.AskWhich("output", 1,
            new("a sigmoid for each label, the sum or mean of log-losses", "сигмоида на каждую метку, сумма или среднее логистических потерь"),
            new("softmax over the labels, cross-entropy", "softmax по меткам, кросс-энтропия"));
        board.Ask("p", p, 0.005, null,
            new Slip(z.Softmax(0), new("That is softmax, which lets only one label be right.", "Это softmax: при нём верной может быть лишь одна метка.")));
        board.Ask("L", loss.Of(z, t), 0.005, null,
            new(each.Sum(), new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")),
            new((each * t).Sum() / 3, new("The labels that are 0 count too.", "Метки, равные 0, тоже учитываются.")));
    }
}
