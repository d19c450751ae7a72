// Gradient descent from 0 on a quadratic loss, stopped early, and the minimum of the same loss with an L2 penalty: both leave a
// share of the way undone, along each axis of the loss another one, and nearly the same share.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.6: early stopping is L2 regularisation.</summary>
internal sealed class EarlyStopping : BookTask
{
    public override string Id => "5.6";

    public override Remark Title => new("Early stopping and L2", "Ранняя остановка и L2");

    public override string Source => "000 §5.6";

    public override Given Seed => new(("h", new double[] { 1, 0.2 }), ("w", new double[] { 2, 3 }), ("eta", 0.1), ("k", 10));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("h", new double[] { dice.Of(0.5, 1, 2), dice.Of(0.1, 0.2, 0.4) }), ("w", Dice.Several(2, () => dice.Signed(4))), ("eta", dice.Of(0.05, 0.1, 0.2)), ("k", dice.Whole(3, 20))),
        // One direction is steep enough to be gone for the most part, the other flat.
        given => given.Vector("h") is [var steep, var flat] && steep >= 4 * flat && given.Count("k") * given.Number("eta") * steep > 1 && Math.Pow(1 - given.Number("eta") * steep, given.Count("k")) > 0.03);

    internal override void State(Given given, Board board)
    {
        board.Say($"Near its minimum w* = {given.Vector("w")} a loss is a bowl; along its own axes it is",
            $"Вблизи минимума w* = {given.Vector("w")} функция потерь — чаша; вдоль её собственных осей это");
        board.Write(Loss(given), "L");
        board.Say($"Gradient descent starts at 0 with η = {given.Number("eta")} and is stopped after k = {given.Count("k")} steps. Where is it then (w_k)? Another way to keep weights small is to add α/2·(w₁² + w₂²) to L. Where is the minimum then? Which α leads to the same w₁ as stopping after k steps (a_1), and which to the same w₂ (a_2)? Which single α does the rule α ≈ 1/(k·η) give (a), and which minimum (w_a)?",
            $"Градиентный спуск начинает с нуля с η = {given.Number("eta")}, и его останавливают после k = {given.Count("k")} шагов. Где он окажется (w_k)? Другой способ не давать весам расти — прибавить к L штраф α/2·(w₁² + w₂²). Где тогда минимум? Какое α даст то же w₁, что остановка после k шагов (a_1), и какое — то же w₂ (a_2)? Какое одно α даёт правило α ≈ 1/(k·η) (a) и какой минимум (w_a)?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] h = given.Vector("h"), w = given.Vector("w");
        double eta = given.Number("eta");
        int k = given.Count("k");
        Formula loss = Loss(given);
        board.Part($"Stopped early", $"Ранняя остановка");
        board.Differentiate(loss);
        board.Say($"A step subtracts η times that, so w − w* is multiplied by 1 − η·h, along each axis by itself: by {1 - eta * given.Tensor("h")}. At first it is −w*, so after k steps",
            $"Шаг вычитает η, умноженное на это, поэтому w − w* умножается на 1 − η·h, вдоль каждой оси отдельно: на {1 - eta * given.Tensor("h")}. Сначала это −w*, значит, после k шагов");
        Tensor[] stopped = [.. Enumerable.Range(0, 2).Select(i => board.Work($"w{i + 1}", "v*(1 - (1 - η*h)^k)", ("v", N(w[i])), ("η", N(eta)), ("h", N(h[i])), ("k", N(k))))];
        Tensor[] way = Descend(given);
        board.Say($"Here v is w*. Gradient descent itself, done step by step, ends at {way[^1]}.",
            $"Здесь v — это w*. Сам градиентный спуск, сделанный шаг за шагом, приходит в {way[^1]}.");
        board.Part($"With a penalty", $"Со штрафом");
        board.Say($"The derivative becomes h·(w − w*) + α·w, which is 0 at w = h/(h + α)·w*: of the way to w* the share α/(h + α) is left. Stopping leaves (1 − η·h)ᵏ. Both shares are equal when",
            $"Производная становится равной h·(w − w*) + α·w; это 0 при w = h/(h + α)·w*: от пути до w* остаётся доля α/(h + α). Остановка оставляет (1 − η·h)ᵏ. Доли равны, когда");
        Tensor[] alphas = [.. Enumerable.Range(0, 2).Select(i => board.Work($"α{i + 1}", "h*(1 - η*h)^k/(1 - (1 - η*h)^k)", ("η", N(eta)), ("h", N(h[i])), ("k", N(k))))];
        board.Say($"While kηh and h/α are small, (1 − ηh)ᵏ ≈ 1 − kηh and α/(h + α) ≈ 1 − h/α, and h cancels.",
            $"Если kηh и h/α малы, то (1 − ηh)ᵏ ≈ 1 − kηh и α/(h + α) ≈ 1 − h/α, и h сокращается.");
        Tensor rule = board.Work("α", "1/(k*η)", ("k", N(k)), ("η", N(eta)));
        Tensor[] shrunk = [.. Enumerable.Range(0, 2).Select(i => board.Work($"w{i + 1}", "h/(h + α)*v", ("h", N(h[i])), ("α", rule), ("v", N(w[i]))))];
        board.Say($"So k·η, the time that was trained, is one over the strength of the penalty. Along the two axes stopping has gone the shares {Stopped(given, k) / given.Tensor("w")} of the way, the minimum with the penalty {Ridge(given, rule.Item()) / given.Tensor("w")}: both go farther along the steep direction (large h), which the data say more about, than along the flat one.",
            $"Значит, k·η — время обучения — это единица, делённая на силу штрафа. Вдоль двух осей остановка прошла доли пути {Stopped(given, k) / given.Tensor("w")}, а минимум со штрафом — {Ridge(given, rule.Item()) / given.Tensor("w")}: оба способа проходят больше вдоль крутого направления (большое h), о котором данные говорят больше, чем вдоль пологого.");
        board.Part($"The two ways", $"Два пути");
        (double X, double Y)[] path = [(0, 0), .. way.Select(t => (t[0].Item(), t[1].Item()))];
        board.Table(["k", "α = 1/(kη)", new Remark("stopped", "остановка"), "L2"],
            new[] { 1, k, 4 * k, 16 * k }.Distinct().Select(n => (object[])[n, 1 / (n * eta), Stopped(given, n), Ridge(given, 1 / (n * eta))]));
        Plane plane = new("w₁", "w₂", Span(w[0]), Span(w[1]));
        plane.Levels((a, b) => loss.At(("w1", a), ("w2", b)), [.. new[] { 0.02, 0.1, 0.25, 0.5, 1, 1.6 }.Select(s => s * loss.At(("w1", 0), ("w2", 0)))]);
        plane.Path(path, $"k = 1 … {k}");
        plane.Line([.. Enumerable.Range(0, 200).Select(i => Ridge(given, Math.Pow(10, 3 - i / 40.0))).Select(r => (r[0].Item(), r[1].Item()))], "L2");
        board.Draw(plane, new("Gradient descent from 0, and the minima with a penalty from strong to weak", "Градиентный спуск из нуля и минимумы со штрафом от сильного к слабому"));
        board.Say($"The ways are not quite the same, but near each other. In practice stopping is cheaper: one training shows all k, where every α needs its own.",
            $"Пути не совпадают, но близки. На практике остановка дешевле: одно обучение показывает все k, а для каждого α нужно своё.");
        Tensor found = Tensor.Stack(0, stopped), minimum = Tensor.Stack(0, shrunk);
        board.Ask("w_k", found, 0.005, null,
            new(given.Tensor("w") * (1 - eta * given.Tensor("h")).Pow(k),
                new("That is what is left to go; w* minus that is asked.", "Это оставшийся путь; нужно w* минус он.")),
            new(Stopped(given, k - 1), new("One step is missing.", "Не хватает одного шага.")));
        board.Ask("a_1", alphas[0], 0.005, null, new Slip(alphas[1], new("That is the α of the other axis.", "Это α для другой оси.")));
        board.Ask("a_2", alphas[1], 0.005, null, new Slip(alphas[0], new("That is the α of the other axis.", "Это α для другой оси.")));
        board.Ask("a", rule, 0.005, null, new Slip(N(k * eta), new("That is k·η; α is one over it.", "Это k·η; α — обратная величина.")));
        board.Ask("w_a", minimum, 0.005, null,
            new Slip(found,
                new("That is where early stopping ends; the minimum with the penalty is asked.", "Это точка ранней остановки, а нужен минимум со штрафом.")));
    }

    private static Tensor Stopped(Given given, int k) => given.Tensor("w") * (1 - (1 - given.Number("eta") * given.Tensor("h")).Pow(k));

    private static Tensor Ridge(Given given, double alpha) => given.Tensor("h") / (given.Tensor("h") + alpha) * given.Tensor("w");

    private static Tensor[] Descend(Given given)
    {
        Tensor w = Tensor.Zeros([2], DType.Float64);
        List<Tensor> way = [];
        for (int step = 0; step < given.Count("k"); step++)
        {
            Tensor at = w.Track();
            Tensor loss = (given.Tensor("h") * (at - given.Tensor("w")).Square()).Sum() / 2;
            way.Add(w -= given.Number("eta") * Gradient.Of(loss, at).Detach());
        }
        return [.. way];
    }

    private static Formula Loss(Given given)
    {
        (double[] h, double[] w) = (given.Vector("h"), given.Vector("w"));
        return Formula.Parse(FormattableString.Invariant($"({Of(h[0])}(w1 {(w[0] < 0 ? "+" : "-")} {Math.Abs(w[0])})^2 + {Of(h[1])}(w2 {(w[1] < 0 ? "+" : "-")} {Math.Abs(w[1])})^2)/2"));

        static string Of(double factor) => factor == 1 ? "" : FormattableString.Invariant($"{factor}");
    }

    private static (double, double) Span(double end) => (Math.Min(0, end) - 0.5, Math.Max(0, end) + 0.5);
}
