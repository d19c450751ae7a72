using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.2b: the gradient through the gates of an LSTM and along its memory.</summary>
internal sealed class LstmBack : BookTask
{
    public override string Id => "7.2b";

    public override Remark Title => new("The gradient in an LSTM", "Градиент в LSTM");

    public override string Source => "000 §7 (LSTM)";

    public override Given Seed =>
        new(("x", new double[] { 1, -1 }), ("w", new double[] { 2, -1, 1, 0.5 }), ("u", new double[] { 0.5, 1, -1, 1 }), ("b", new double[] { 0, 1, 0.5, 0 }), ("t", 1));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(2, () => dice.Signed(2))), ("w", Dice.Several(4, () => dice.Signed(4) / 2.0)), ("u", Dice.Several(4, () => dice.Signed(4) / 2.0)), ("b", Dice.Several(4, () => dice.Whole(-2, 2) / 2.0)), ("t", dice.Of(-1, 1))),
        given =>
        {
            (Tensor[] Gates, Tensor C, Tensor H)[] run = LstmGates.Run(given);
            Tensor[] d = Gradient.Of((run[1].H - given.Tensor("t")).Square(), run[0].C, run[1].C, run[0].H);
            double through = d[1].Item() * run[1].Gates[1].Item();
            return Math.Abs(run[0].C.Item()) > 0.1 && Math.Abs(through) > 0.03 && Math.Abs(d[0].Item() - through) > 0.01 && Math.Abs(d[2].Item()) > 0.01;
        });

    internal override void State(Given given, Board board)
    {
        LstmGates.StateCell(given, board);
        board.Say($"The loss is L = (h₂ − t)² with t = {given.Number("t")}. Find D = ∂L/∂c₂; the gradients Z = (z_i, z_f, z_g, z_o) by what goes into the four activations of the second step; C, what reaches c₁ directly, along the memory; E = ∂L/∂c₁, with the way through h₁ and the gates too; and B, the gradient by the four biases.",
            $"Потери L = (h₂ − t)², t = {given.Number("t")}. Найдите D = ∂L/∂c₂; градиенты Z = (z_i, z_f, z_g, z_o) по тому, что входит в четыре активации второго шага; C — то, что приходит в c₁ напрямую, вдоль памяти; E = ∂L/∂c₁ вместе с путём через h₁ и вентили; B — градиент по четырём сдвигам.");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Say($"c ← f·c + i·g is a sum of two products. A sum hands the gradient on as it is, a product hands each factor the gradient times the other one. So along the memory the gradient is only multiplied by f: no weight and no tanh is in the way. An open f carries it back as it is.",
            $"c ← f·c + i·g — сумма двух произведений. Сумма передаёт градиент без изменений, произведение отдаёт каждому множителю градиент, умноженный на другой. Поэтому вдоль памяти градиент лишь умножается на f: ни весов, ни tanh на этом пути нет. Открытый вентиль f пропускает его назад целиком.");
        Explanation step = Step(given);
        board.Explain(step);
        Tensor d = step.Result("∂L/∂c₂"), f = step.Result("f₂"), e = step.Result("∂L/∂c₁");
        board.Part($"Along the memory and around", $"Вдоль памяти и в обход");
        Tensor c = board.Work("C", "D*f2", ("D", d), ("f2", f));
        board.Say($"All that comes to c₁ is E = {e}; the difference, {e - c}, took the way through h₁, o₁ and the gates of the second step. In an RNN there is nothing but such a way, with a weight and the slope of tanh in every step.",
            $"Всего в c₁ приходит E = {e}; разница, {e - c}, прошла через h₁, o₁ и вентили второго шага. В RNN есть только такие пути, и на каждом шаге там стоят вес и производная tanh.");
        Tensor z = step.Result("∂L/∂z₂"), b = step.Result("∂L/∂b₁");
        board.Ask("D", d, 0.005, null,
            new(step.Result("∂L/∂h₂") * step.Result("o₂"), new("The slope of tanh(c₂) is missing.", "Забыта производная tanh(c₂).")),
            new(d / 2, new("The factor 2 of the square is lost.", "Потерян множитель 2 от квадрата.")));
        Tensor open = RowOf(step.Result("∂L/∂i₂"), step.Result("∂L/∂f₂"), step.Result("∂L/∂g₂"), step.Result("∂L/∂o₂")).Flat();
        board.Ask("Z", z, 0.005, null,
            new Slip(open,
                new("Those are the gradients by the gates; the slopes of their activations are missing.", "Это градиенты по самим вентилям; забыты производные активаций.")));
        board.Ask("C", c, 0.005, null,
            new Slip(d, new("The gate f₂ stands in the way.", "На пути стоит вентиль f₂.")),
            new Slip(d * step.Result("i₂"), new("The memory goes through f; i is the gate of what is new.", "Память идёт через f, а i — вентиль нового.")));
        board.Ask("E", e, 0.005, null, new Slip(c, new("The way through h₁ is missing.", "Забыт путь через h₁.")));
        board.Ask("B", b, 0.005, null,
            new Slip(z, new("That is the second step alone; the biases stand in the first too.", "Это только второй шаг; сдвиги стоят и в первом.")));
    }

    private static Explanation Step(Given given) =>
        LstmGates.LstmCellOf(given).Explain(LstmGates.Input(given), given.Tensor("t").Reshape(1, 1).Single(), new() { Loss = new MeanSquaredError() });
}
