using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.7: the graph of 1 + e^(w₀ + w₁x), and what its gradient is for.</summary>
internal sealed class ExponentGraph : BookTask
{
    private static readonly Formula F = Formula.Parse("1 + exp(w0 + w1*x)");

    public override string Id => "4.7";

    public override Remark Title => new("The graph of 1 + e^(w₀ + w₁x)", "Граф функции 1 + e^(w₀ + w₁x)");

    public override string Source => "004 backpropagation";

    public override Given Seed => new(("w0", -1), ("w1", 1), ("x", 2), ("eta", 0.1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("w0", dice.Signed(3)), ("w1", dice.Signed(3)), ("x", dice.Signed(3)), ("eta", dice.Of(0.01, 0.05, 0.1))),
        given => given.Number("w0") + given.Number("w1") * given.Number("x") is >= -1 and <= 2 and not 0 && Math.Abs(given.Number("x")) > 1 && given.Number("w1") != 1 && given.Number("w1") != given.Number("x"));

    internal override void State(Given given, Board board)
    {
        board.Write(F, "f");
        board.Say($"Draw the computation graph, go forward and back through it at w₀ = {given.Number("w0")}, w₁ = {given.Number("w1")}, x = {given.Number("x")}. What are f and the derivatives g0 by w₀, g1 by w₁ and g_x by x? To make f smaller, take a step w ← w − η·∂f/∂w with η = {given.Number("eta")}: what are (w₀, w₁) then?",
            $"Нарисуйте граф вычислений и пройдите по нему вперёд и назад при w₀ = {given.Number("w0")}, w₁ = {given.Number("w1")}, x = {given.Number("x")}. Чему равны f и её производные g0 по w₀, g1 по w₁ и g_x по x? Чтобы уменьшить f, сделайте шаг w ← w − η·∂f/∂w с η = {given.Number("eta")}: чему станут равны (w₀, w₁)?");
    }

    internal override void Solve(Given given, Board board)
    {
        (string Name, double Value)[] at = [.. ((string[])["w0", "w1", "x"]).Select(n => (n, given.Number(n)))];
        board.Draw(F, new("The computation graph with values and derivatives", "Граф вычислений со значениями и производными"), at);
        board.Say($"The derivative of e^v is e^v again, so the value that the node found on the way forward is used on the way back. The sum hands the gradient on as it is, the product multiplies it by the other factor.",
            $"Производная e^v — снова e^v, поэтому значение, найденное в этой вершине при прямом проходе, пригодится при обратном. Сумма передаёт градиент без изменений, произведение умножает его на другой множитель.");
        board.Evaluate(F, at);
        Tensor w = Tensor.From([given.Number("w0"), given.Number("w1")], [1, 2]), g = Tensor.From([Of(given, "w0"), Of(given, "w1")], [1, 2]);
        board.Say($"What is it computed for? Against the gradient f falls fastest, so that is where the weights go; x is given and stays.",
            $"Зачем всё это считать? Против градиента функция убывает быстрее всего, туда и сдвигаются веса; x задан и не меняется.");
        Tensor next = board.Work("w_new", "w - η*g", ("w", w), ("η", given.Tensor("eta")), ("g", g)).Reshape(2);
        double after = F.At(("w0", next[0].Item()), ("w1", next[1].Item()), ("x", given.Number("x")));
        board.Say($"f was {F.At(at)} and is now {after}.", $"Было f = {F.At(at)}, стало {after}.");
        Tensor e = N(Of(given, "w0"));
        board.Ask("f", F.At(at), 0.005, null, new Slip(e, new("The 1 is forgotten.", "Забыта единица.")));
        board.Ask("g0", e, 0.005, null, new Slip(N(F.At(at)), new("The derivative of a sum with 1 does not have the 1.", "В производной единицы уже нет.")));
        Slip Exchanged(string other) => new(N(Of(given, other)), new("A product hands back the gradient times the other factor.", "Произведение возвращает градиент, умноженный на другой множитель."));
        Slip bare = new(e, new("The factor of the product is missing.", "Забыт множитель произведения."));
        board.Ask("g1", Of(given, "w1"), 0.005, null, Exchanged("x"), bare);
        board.Ask("g_x", Of(given, "x"), 0.005, null, Exchanged("w1"), bare);
        board.Ask("w", next, 0.005, new("w₀ and w₁", "w₀ и w₁"),
            new Slip(2 * w.Reshape(2) - next, new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.")));
    }

    private static double Of(Given given, string name) =>
        Evaluation.Of(F, ("w0", given.Number("w0")), ("w1", given.Number("w1")), ("x", given.Number("x"))).Partials.First(p => p.Variable.Name == name).Value;
}
