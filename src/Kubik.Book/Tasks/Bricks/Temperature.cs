using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.4: softmax with a temperature.</summary>
internal sealed class Temperature : BookTask
{
    public override string Id => "5.4";

    public override Remark Title => new("The temperature of softmax", "Температура softmax");

    public override string Source => "000 §5.4 а–е";

    public override Given Seed => new(("z", new double[] { 1, 2, 5 }), ("T", new double[] { 10, 1, 0.1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("z", Dice.Several(3, () => dice.Whole(-2, 6))), ("T", new double[] { dice.Whole(2, 20), 1, dice.Decimal(0.1, 0.5, 0.1) })),
        given => given.Vector("z").Distinct().Count() == 3);

    internal override void State(Given given, Board board) => board.Say(
        $"A network puts out the numbers {given.Vector("z")}; softmax with a temperature T makes probabilities of them, e^(zᵢ/T) divided by the sum of all. Which are they at T = {given.Vector("T")[0]}, at {given.Vector("T")[1]} and at {given.Vector("T")[2]}? Where do they go as T goes to 0, and as it grows without bound? Which temperature makes a bot that picks its replies so unpredictable, and which makes it repeat itself?",
        $"Сеть отдала числа {given.Vector("z")}; softmax с температурой T превращает их в вероятности: e^(zᵢ/T), делённое на сумму всех. Какими они будут при T = {given.Vector("T")[0]}, при {given.Vector("T")[1]} и при {given.Vector("T")[2]}? К чему они стремятся при T → 0 и при T → ∞? При какой температуре бот, который так выбирает реплики, непредсказуем, а при какой однообразен?");

    internal override void Solve(Given given, Board board)
    {
        Tensor z = given.Tensor("z");
        double[] temperatures = given.Vector("T");
        board.Write(Formula.Parse("softmax(z/T)", new Dictionary<string, Shape> { ["z"] = [z.Count, 1] }), "p");
        for (int i = 0; i < temperatures.Length; i++)
        {
            double t = temperatures[i];
            Tensor p = (z / t).Softmax(0);
            board.Say($"At T = {t} the exponents are {z / t}, e to their power is {(z / t).Exp()}, with the sum {(z / t).Exp().Sum()}:",
                $"При T = {t} показатели равны {z / t}, экспоненты {(z / t).Exp()}, их сумма {(z / t).Exp().Sum()}:");
            board.Write($"p{i + 1}", p);
            Slip minus = new((-z / t).Softmax(0), new("It is e to the power of z/T, not of −z/T.", "Берётся экспонента z/T, а не −z/T."));
            Slip[] slips = t == 1 ? [minus] :
            [
                minus,
                new((z * t).Softmax(0), new("The numbers are divided by T, not multiplied.", "Числа делят на T, а не умножают.")),
                new(z.Softmax(0), new("The temperature is left out.", "Температура забыта.")),
            ];
            board.Ask($"p{i + 1}", p, 0.005, null, slips);
        }
        Plane plane = new("T", "p", (0, 2 * temperatures.Max()), (0, 1));
        for (int k = 0; k < z.Count; k++)
        {
            int entry = k;
            plane.Curve(t => t > 0 ? (z / t).Softmax(0)[entry].Item() : double.NaN, $"z = {Digits.Of(z[entry].Item()).Text}");
        }
        board.Draw(plane, new("The probabilities over the temperature", "Вероятности в зависимости от температуры"));
        // Near enough to the limit for all digits; 1/T is 0 in the other.
        Tensor cold = (z / 1e-3).Softmax(0), hot = (z * 0).Softmax(0);
        board.Say($"As T goes to 0, the differences of the exponents grow without bound, and the greatest number takes all: {cold}. As T grows, the exponents all go to 0 and every reply is as likely as any other.",
            $"При T → 0 разности показателей неограниченно растут, и всё достаётся наибольшему числу: {cold}. При росте T все показатели стремятся к 0, и все ответы становятся равновероятными.");
        board.Ask("p_cold", cold, 0.005, null, new Slip(hot, new("Those are the limits the other way round.", "Пределы перепутаны.")));
        board.Ask("p_hot", hot, 0.005, null, new Slip(cold, new("Those are the limits the other way round.", "Пределы перепутаны.")));
        board.Say($"So a bot with a high temperature picks any reply, and one with a low temperature always the same.",
            $"Поэтому бот с высокой температурой отвечает как попало, а с низкой — всегда одинаково.");
    }
}
