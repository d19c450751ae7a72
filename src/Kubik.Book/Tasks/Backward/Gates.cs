using Kubik.Book.Answers;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Backward;

/// <summary>4.8: how sums, products, maxima and copies treat the gradient.</summary>
internal sealed class Gates : BookTask
{
    public override string Id => "4.8";

    public override Remark Title => new("Gates for the gradient", "Что узлы графа делают с градиентом");

    public override string Source => "004 gates";

    public override Given Seed => new(("k", 2), ("x", 3), ("y", -4), ("z", 2), ("u", -1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("k", dice.Whole(2, 4)), ("x", dice.Signed(5)), ("y", dice.Signed(5)), ("z", dice.Signed(4)), ("u", dice.Signed(4))),
        given => given.Number("z") != given.Number("u") && given.Number("k") * given.Number("y") != -1 && given.Number("x") != given.Number("y"));

    internal override void State(Given given, Board board)
    {
        board.Say($"In this function there are a product, a sum, a maximum, and x is used twice, so it is copied:",
            $"В этой функции есть произведение, сумма и максимум, а x используется дважды, то есть копируется:");
        board.Write(F(given), "f");
        board.Say($"Go through its computation graph forward and back at x = {given.Number("x")}, y = {given.Number("y")}, z = {given.Number("z")}, u = {given.Number("u")}. How does each of the four treat the gradient that comes to it? Find f and its derivatives g_x, g_y, g_z, g_u.",
            $"Пройдите по её графу вычислений вперёд и назад при x = {given.Number("x")}, y = {given.Number("y")}, z = {given.Number("z")}, u = {given.Number("u")}. Что каждый из четырёх узлов делает с пришедшим градиентом? Найдите f и её производные g_x, g_y, g_z, g_u.");
        board.Say($"Which of the four hands the whole gradient to one of its inputs and 0 to the other (router)? Which adds up gradients (adder)?",
            $"Какой из четырёх узлов отдаёт весь градиент одному из входов, а другому 0 (router)? Какой складывает градиенты (adder)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Formula f = F(given);
        (string Name, double Value)[] at = [.. ((string[])["x", "y", "z", "u"]).Select(n => (n, given.Number(n)))];
        board.Draw(f, new("Values above the links, gradients below", "Над рёбрами значения, под ними градиенты"), at);
        board.Evaluate(f, at);
        board.Table(["", "→", "←"],
        [
            ["+", "a + b", "∂a = ∂, ∂b = ∂"],
            ["·", "a·b", "∂a = b·∂, ∂b = a·∂"],
            ["max", "max(a, b)", "∂a = [a > b]·∂, ∂b = [b > a]·∂"],
            ["a, a", "a", "∂a = ∂₁ + ∂₂"],
        ]);
        board.Say($"A sum distributes: each summand gets the gradient as it is. A product swaps: each factor gets the gradient times the other one. A maximum routes: the larger one gets it all, the smaller one nothing, for a small change of it changes nothing. A copy adds: what comes back by its two ways is summed, here at x.",
            $"Сумма раздаёт: каждое слагаемое получает градиент без изменений. Произведение меняет местами: каждый множитель получает градиент, умноженный на другой. Максимум направляет: большему достаётся всё, меньшему ничего, ведь его малое изменение ни на что не влияет. Копия складывает: то, что вернулось по двум путям, суммируется, здесь это видно у x.");
        Dictionary<string, double> g = Evaluation.Of(f, at).Partials.ToDictionary(p => p.Variable.Name, p => p.Value, StringComparer.Ordinal);
        // Through the product alone, and through the copy beside it alone.
        double through = Evaluation.Of(Formula.Parse(FormattableString.Invariant($"{given.Number("k")}x*y")), [.. at.Where(a => a.Name is "x" or "y")]).Partials.First(p => p.Variable.Name == "x").Value;
        Formula least = Formula.Parse(f.ToString().Replace("max(", "min(", StringComparison.Ordinal));
        board.Ask("f", f.At(at), 1e-6, null,
            new Slip(N(least.At(at)), new("That is with the minimum of z and u.", "Здесь вместо максимума взят минимум z и u.")));
        board.Ask("g_x", g["x"], 1e-6, null,
            new(N(through), new("x is used twice: the second way is to be added.", "x используется дважды: нужно прибавить второй путь.")),
            new(N(g["x"] - through), new("That is one way alone; x is in the product too.", "Это только один путь; x есть ещё и в произведении.")));
        board.Ask("g_y", g["y"], 1e-6, null,
            new Slip(N(through), new("A product swaps: the gradient of y has the factor x.", "Произведение меняет местами: в градиенте y множитель x.")));
        Slip passed = new(N(Math.Max(g["z"], g["u"])), new("The smaller argument of a maximum gets nothing.", "Меньший аргумент максимума не получает ничего.")), stopped = new(N(Math.Min(g["z"], g["u"])), new("The larger argument of a maximum gets the whole gradient.", "Больший аргумент максимума получает весь градиент."));
        board.Ask("g_z", g["z"], 1e-6, null, passed, stopped);
        board.Ask("g_u", g["u"], 1e-6, null, passed, stopped);
        Remark[] gates = [new("the sum", "сумма"), new("the product", "произведение"), new("the maximum", "максимум"), new("the copy", "копия")];
        board.AskWhich("router", 3, gates);
        board.AskWhich("adder", 4, gates);
    }

    private static Formula F(Given given) => Formula.Parse(FormattableString.Invariant($"{given.Number("k")}(x*y + max(z, u)) + x"));
}
