using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Optim;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.1b: backpropagation through three steps of a recurrent neuron.</summary>
internal sealed class ThroughTime : BookTask
{
    private const int Steps = 3;

    public override string Id => "7.1b";

    public override Remark Title => new("Backpropagation through time", "Обратное распространение во времени");

    public override string Source => "000 §7 (RNN); 002 outlook";

    public override Given Seed => new(("x", new double[] { 1, 0.5, -1 }), ("w", 0.5), ("u", 1), ("t", 1), ("eta", 0.5));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(Steps, () => dice.Signed(4) / 2.0)), ("w", dice.Signed(4) / 2.0), ("u", dice.Signed(4) / 2.0), ("t", dice.Whole(-1, 1)), ("eta", dice.Of(0.1, 0.5, 1))),
        given =>
        {
            Tensor w = given.Tensor("w").Track(), u = given.Tensor("u").Track(), x = given.Tensor("x");
            Tensor[] z = new Tensor[Steps], h = new Tensor[Steps];
            for (int t = 0; t < Steps; t++) h[t] = (z[t] = t == 0 ? w * x[t] : w * x[t] + u * h[t - 1]).Tanh();
            return Array.TrueForAll(h, s => Math.Abs(s.Item()) is > 0.02 and < 0.97) && Array.TrueForAll(Gradient.Of((h[^1] - given.Tensor("t")).Square(), [.. z, w, u]), d => Math.Abs(d.Item()) > 0.02);
        });

    internal override void State(Given given, Board board)
    {
        board.Say($"A recurrent layer of one neuron, h_t = tanh(w·x_t + u·h_(t−1)) with h₀ = 0, reads x = {given.Vector("x")}. The loss looks at the last state alone: L = (h₃ − t)² with t = {given.Number("t")}; w = {given.Number("w")}, u = {given.Number("u")}.",
            $"Рекуррентный слой из одного нейрона, h_t = tanh(w·x_t + u·h_(t−1)), h₀ = 0, читает x = {given.Vector("x")}. Потери зависят только от последнего состояния: L = (h₃ − t)², t = {given.Number("t")}; w = {given.Number("w")}, u = {given.Number("u")}.");
        board.Say($"With z_t for what goes into tanh, find the states h = (h₁, h₂, h₃), the gradients d = (∂L/∂z₁, ∂L/∂z₂, ∂L/∂z₃), and g_w = ∂L/∂w, g_u = ∂L/∂u. What is left of g_w when no gradient is carried from a step back to the one before it (g_1)? What are w and u after a step of gradient descent with η = {given.Number("eta")} and the full gradient?",
            $"Пусть z_t — то, что входит в tanh. Найдите состояния h = (h₁, h₂, h₃), градиенты d = (∂L/∂z₁, ∂L/∂z₂, ∂L/∂z₃) и g_w = ∂L/∂w, g_u = ∂L/∂u. Что останется от g_w, если не передавать градиент из шага в предыдущий (g_1)? Чему равны w и u после шага градиентного спуска с η = {given.Number("eta")} по полному градиенту?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] x = given.Vector("x");
        (string, double)[] at = [("w", given.Number("w")), ("u", given.Number("u")), ("t", given.Number("t")), .. x.Select((v, i) => ($"x{i + 1}", v))];
        Formula loss = Formula.Parse("(tanh(w*x3 + u*tanh(w*x2 + u*tanh(w*x1))) - t)^2");
        board.Part($"The layer, unrolled", $"Развёрнутый слой");
        board.Say($"Written out step by step the layer is an ordinary deep network: one layer for each step, an input at each, and the same w and u in all of them.",
            $"Если выписать слой шаг за шагом, получится обычная глубокая сеть: по слою на шаг, у каждого свой вход, а w и u во всех одни и те же.");
        board.Write(loss, "L");
        board.Draw(loss, new("Values above the links, gradients below; what comes back to w and u by their several ways is added up", "Над рёбрами значения, под ними градиенты; пришедшее к w и u по разным путям складывается"), at);
        board.Part($"Forward and back", $"Вперёд и назад");
        board.Say($"The engine calls the last state y, w W₁ and u U₁. On the way back ∂L/∂h gets through tanh with the factor 1 − h² and to the step before with the factor u.",
            $"Движок называет последнее состояние y, w — W₁, u — U₁. На обратном пути ∂L/∂h проходит через tanh с множителем 1 − h², а в предыдущий шаг — с множителем u.");
        Explanation step = Step(given);
        board.Explain(step, stepsOnly: true);
        Tensor h = All(step, "h"), d = All(step, "∂L/∂z"), before = Tensor.Concat(0, Tensor.Zeros([1], DType.Float64), h[..^1]), all = given.Tensor("x");
        board.Part($"What every step adds", $"Вклад каждого шага");
        board.Say($"The weights stand in every step, so their gradient is the sum of what every step gives: ∂L/∂z_t times what the weight was multiplied by there.",
            $"Веса стоят в каждом шаге, поэтому их градиент — сумма вкладов всех шагов: ∂L/∂z_t, умноженный на то, что в этом шаге умножалось на вес.");
        board.Table(["t", "x_t", "h_(t−1)", "∂L/∂z_t", "∂L/∂z_t·x_t", "∂L/∂z_t·h_(t−1)"],
            Enumerable.Range(0, Steps).Select(i => (object[])[i + 1, all[i], before[i], d[i], d[i] * all[i], d[i] * before[i]]));
        Tensor g = step.Result("∂L/∂W₁"), gu = step.Result("∂L/∂U₁"), last = d[^1] * all[^1];
        board.Say($"The sums are g_w = {g} and g_u = {gu}. The first step adds nothing to g_u, for h₀ = 0.",
            $"Суммы: g_w = {g}, g_u = {gu}. Первый шаг в g_u ничего не добавляет, ведь h₀ = 0.");
        board.Say($"Long texts are cut into pieces and the gradient is carried back within a piece only (truncated backpropagation). With pieces of one step only the last line of the table is left: g_1 = {last}. It is cheap, but such a network does not learn what it should have remembered.",
            $"Длинные тексты режут на куски и передают градиент назад только внутри куска (усечённое обратное распространение). Если кусок состоит из одного шага, от таблицы остаётся последняя строка: g_1 = {last}. Это дёшево, но сеть не учится запоминать нужное.");
        Remark half = new("The factor 2 of the square is lost.", "Потерян множитель 2 от квадрата.");
        board.Ask("h", h, 0.005, null, new Slip((given.Number("w") * all).Tanh(), new("The state before is forgotten.", "Забыто прошлое состояние.")));
        board.Ask("d", d, 0.005, null,
            new(d / 2, half),
            new(step.Result("∂L/∂h₃") * Tensor.Ones([Steps], DType.Float64),
                new("That is the gradient by h₃; on the way back it is multiplied by 1 − h² and by u.", "Это градиент по h₃; на обратном пути он умножается на 1 − h² и на u.")));
        board.Ask("g_w", g, 0.005, null,
            new(last, new("That is the last step alone; the earlier ones are to be added.", "Это только последний шаг; нужно прибавить вклады остальных.")),
            new(g / 2, half),
            new((d * all).Mean(), new("The steps are added up, not averaged.", "Вклады шагов складываются, а не усредняются.")));
        board.Ask("g_u", gu, 0.005, null,
            new((d * h).Sum(), new("u is multiplied by the state before, h_(t−1).", "u умножается на прошлое состояние h_(t−1).")),
            new(d[^1] * before[^1], new("That is the last step alone.", "Это только последний шаг.")));
        board.Ask("g_1", last, 0.005, null, new Slip(g, new("That is the full gradient.", "Это полный градиент.")));
        Remark uphill = new("The step goes uphill: the gradient is to be subtracted.", "Шаг сделан вверх: градиент нужно вычитать.");
        board.Ask("w", step.Result("W₁"), 0.005, new("after the step", "после шага"), new Slip(2 * given.Tensor("w") - step.Result("W₁"), uphill));
        board.Ask("u", step.Result("U₁"), 0.005, new("after the step", "после шага"), new Slip(2 * given.Tensor("u") - step.Result("U₁"), uphill));
    }

    // A value of every step: h, h₂, h₃.
    private static Tensor All(Explanation step, string name) => Tensor.Stack(0, step.Result($"{name}₁"), step.Result($"{name}₂"), step.Result($"{name}₃"));

    private static Explanation Step(Given given) => Neurons.Weighted("rnn 1 bias=false last=true", [1, Steps, 1], given.Tensor("w").Reshape(1, 1), given.Tensor("u").Reshape(1, 1))
        .Explain(given.Tensor("x").Reshape(1, Steps, 1).Single(), given.Tensor("t").Reshape(1, 1).Single(), new() { Optimizer = new Sgd(given.Number("eta")) });
}
