using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Outputs;

/// <summary>2.3: softmax.</summary>
internal sealed class SoftmaxFacts : BookTask
{
    public override string Id => "2.3";

    public override Remark Title => new("Softmax: probabilities and losses", "Softmax: вероятности и потери");

    public override string Source => "000 §2.3 а–г; 001 likelihood; 004 softmax";

    public override Given Seed => new(("z1", new double[] { 1, -2, 0 }), ("z2", new double[] { 0.5, -1, 0 }), ("class", new double[] { 1, 3 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("z1", Dice.Several(3, () => dice.Decimal(-3, 3, 0.5))), ("z2", Dice.Several(3, () => dice.Decimal(-3, 3, 0.5))), ("class", new double[] { dice.Whole(1, 3), dice.Whole(1, 3) })),
        given => given.Vector("z1").Distinct().Count() == 3 && given.Vector("z2").Distinct().Count() == 3);

    internal override void State(Given given, Board board)
    {
        board.Say($"Before its softmax a network has the numbers z₁ = {given.Vector("z1")} for one animal and z₂ = {given.Vector("z2")} for another; the classes are whale, ant and beaver, counted from 1.",
            $"Перед softmax сеть получила числа z₁ = {given.Vector("z1")} для одного животного и z₂ = {given.Vector("z2")} для другого; классы — кит, муравей и бобёр, счёт с 1.");
        board.Say($"(a) Which probabilities p_1 and p_2 of the three classes does it put out? (b) The right classes are {given.Vector("class")}. What is the mean log-loss L? (c) With two classes a network can have one output with a sigmoid, or two with a softmax. How do they go together? Give the probability q of a whale when only whale and ant are asked for the first animal. (d) Why is softmax called a smooth maximum? Compute m = ln(e^a + e^b + e^c) of the numbers of z₁.",
            $"(а) Какие вероятности p_1 и p_2 трёх классов она отдаст? (б) Верные классы: {given.Vector("class")}. Чему равны средние логистические потери L? (в) Для двух классов у сети может быть один выход с сигмоидой или два с softmax. Как они связаны? Найдите вероятность кита q для первого животного, если есть только кит и муравей. (г) Почему softmax называют сглаженным максимумом? Вычислите m = ln(e^a + e^b + e^c) для чисел из z₁.");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor z1 = given.Tensor("z1"), z2 = given.Tensor("z2"), p1 = z1.Softmax(0), p2 = z2.Softmax(0);
        int[] right = [.. given.Vector("class").Select(c => (int)c - 1)];
        board.Part($"(a) Probabilities", $"(а) Вероятности");
        board.Say($"e to the power of every number, divided by the sum of all three. For the first animal these are {z1.Exp()}, with the sum {z1.Exp().Sum()}; for the second {z2.Exp()}, with the sum {z2.Exp().Sum()}.",
            $"Экспонента каждого числа, делённая на сумму всех трёх. Для первого животного это {z1.Exp()} с суммой {z1.Exp().Sum()}, для второго {z2.Exp()} с суммой {z2.Exp().Sum()}.");
        board.Write("p_1", p1);
        board.Write("p_2", p2);
        board.Part($"(b) The loss", $"(б) Потери");
        Tensor z = Tensor.Stack(0, z1, z2), labels = Tensor.Of(right[0], right[1]);
        Tensor mean = new CrossEntropy().Of(z, labels), one = new CrossEntropy().Of(z1.Unsqueeze(0), labels[..1]), two = new CrossEntropy().Of(z2.Unsqueeze(0), labels[1..]);
        board.Say($"Only the probability of the right class counts: −ln {p1[right[0]]} ≈ {one} and −ln {p2[right[1]]} ≈ {two}, in the mean",
            $"Важна только вероятность верного класса: −ln {p1[right[0]]} ≈ {one} и −ln {p2[right[1]]} ≈ {two}, в среднем");
        board.Write("L", mean);
        board.Say($"(In the source the third animal of the task before is \"not a whale, but a beaver\"; there it was an ant. The numbers do not depend on it.)",
            $"(В источнике третье животное из предыдущей задачи — «не кит, а бобёр»; там оно было муравьём. На числа это не влияет.)");
        board.Part($"(c) Two outputs or one", $"(в) Два выхода или один");
        board.Say($"Divide numerator and denominator of the first probability by e^(z₁): what is left is the sigmoid of the difference.",
            $"Разделим числитель и знаменатель первой вероятности на e^(z₁): останется сигмоида от разности.");
        board.Equal(Formula.Parse("e^a/(e^a+e^b)"), Formula.Parse("sigmoid(a-b)"));
        Tensor pair = z1[..2].Softmax(0), single = (z1[0] - z1[1]).Sigmoid();
        board.Say($"For the numbers {z1[..2]} softmax gives {pair[0]} and the sigmoid of {z1[0] - z1[1]} the same {single}. Two outputs have one number too many: adding a constant to both changes nothing.",
            $"Для чисел {z1[..2]} softmax даёт {pair[0]}, и сигмоида от {z1[0] - z1[1]} — то же самое {single}. При двух выходах одно число лишнее: если прибавить к обоим константу, ничего не изменится.");
        board.Part($"(d) A smooth maximum", $"(г) Сглаженный максимум");
        Tensor m = z1.LogSumExp(0);
        board.Say($"The maximum as a row of 0 and 1, with the 1 at the greatest number, jumps. Softmax is its smooth version, as is seen when the numbers grow apart:",
            $"Максимум в виде строки из нулей и единицы на месте наибольшего числа меняется скачком. Softmax — его гладкий вариант; это видно, если раздвигать числа:");
        board.Table(["k", "softmax(k·z₁)", "ln Σ e^(k·z₁) / k"],
            new double[] { 1, 3, 10 }.Select(k => (object[])[k, (k * z1).Softmax(0), (k * z1).LogSumExp(0) / k]));
        board.Say($"ln(e^a + e^b + e^c) is a smooth maximum of the numbers themselves: not below the greatest, {z1.Max()}, and at most ln 3 above it. Here it is {m}. Its gradient is softmax, as that of the maximum is the row with the 1.",
            $"ln(e^a + e^b + e^c) — гладкий максимум самих чисел: не меньше наибольшего, {z1.Max()}, и больше него не более чем на ln 3. Здесь это {m}. Его градиент — softmax, как градиент максимума — строка с единицей.");
        Plane plane = new("a", "max(a, 0)", (-4, 4), (0, 4));
        plane.Curve(a => Tensor.Of(a, 0.0).Max().Item(), "max(a, 0)");
        plane.Curve(a => Tensor.Of(a, 0.0).LogSumExp(0).Item(), "ln(e^a + 1)");
        plane.Curve(a => Tensor.Of(a, 0.0).Softmax(0)[0].Item(), "softmax");
        board.Draw(plane, new("The maximum of a and 0, its smooth version, and that one's slope", "Максимум a и 0, его гладкий вариант и наклон последнего"));
        Remark minus = new("It is e to the power of z, not of −z.", "Берётся экспонента z, а не −z."), share = new("The numbers are divided by their sum, without e to their power.", "Числа поделены на их сумму, экспоненты забыты.");
        board.Ask("p_1", p1, 0.005, null, [new((-z1).Softmax(0), minus), .. Share(z1, share)]);
        board.Ask("p_2", p2, 0.005, null, [new((-z2).Softmax(0), minus), .. Share(z2, share)]);
        board.Ask("L", mean, 0.005, null, new Slip(one + two, new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")));
        board.Ask("q", single, 0.005, null,
            new Slip((z1[1] - z1[0]).Sigmoid(), new("The difference is the other way round: that is the ant.", "Разность наоборот: это муравей.")));
        board.Ask("m", m, 0.005, null, new Slip(z1.Max(), new("That is the maximum itself, not the smooth one.", "Это сам максимум, а не сглаженный.")));
    }

    private static IEnumerable<Slip> Share(Tensor z, Remark says) => z.Sum().Item() == 0 ? [] : [new Slip(z / z.Sum(), says)];
}
