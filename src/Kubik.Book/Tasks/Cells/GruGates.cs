using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.8: the gates of a GRU in two steps, and its parameters.</summary>
internal sealed class GruGates : BookTask
{
    private static readonly string[] Gates = ["r", "z", "n"];

    public override string Id => "7.8";

    public override Remark Title => new("The gates of a GRU", "Вентили GRU");

    public override string Source => "000 §7 (cells); 002 outlook";

    public override Given Seed =>
        new(("x", new double[] { 1, -1 }), ("w", new double[] { 1, -1, 2 }), ("u", new double[] { 0.5, 1, -1 }), ("b", new double[] { 0, 0.5, 0 }), ("d", 0.5), ("D", 100), ("H", 64));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(2, () => dice.Signed(2))), ("w", Dice.Several(3, () => dice.Signed(4) / 2.0)), ("u", Dice.Several(3, () => dice.Signed(4) / 2.0)), ("b", Dice.Several(3, () => dice.Whole(-2, 2) / 2.0)), ("d", dice.Signed(2) / 2.0), ("D", 10 * dice.Whole(1, 30)), ("H", 16 * dice.Whole(1, 16))),
        given =>
        {
            Tensor h = N(0), old = h, z = h, n = h;
            double least = 1; // what r does to the candidate
            foreach (double x in given.Vector("x"))
            {
                Tensor into = x * given.Tensor("w") + given.Tensor("b"), back = h * given.Tensor("u"), r = (into[0] + back[0]).Sigmoid();
                (old, z, n) = (h, (into[1] + back[1]).Sigmoid(), (into[2] + r * (back[2] + given.Tensor("d"))).Tanh());
                least = Math.Min(least, Math.Abs((n - (into[2] + back[2] + given.Tensor("d")).Tanh()).Item()));
                h = (1 - z) * n + z * old;
            }
            return least > 0.02 && Math.Abs(old.Item()) > 0.1 && Math.Abs(h.Item()) > 0.05 && Math.Abs(z.Item() - 0.5) > 0.05 && Math.Abs((old - n).Item()) > 0.1;
        });

    internal override void State(Given given, Board board)
    {
        double[] x = given.Vector("x");
        board.Say($"A GRU cell with one input and a state of one number computes in every step",
            $"Ячейка GRU с одним входом и состоянием из одного числа считает на каждом шаге");
        board.Say($"r = σ(x·w_r + h·u_r + b_r), z = σ(x·w_z + h·u_z + b_z), n = tanh(x·w_n + b_n + r·(h·u_n + d)), h ← (1 − z)·n + z·h;",
            $"r = σ(x·w_r + h·u_r + b_r), z = σ(x·w_z + h·u_z + b_z), n = tanh(x·w_n + b_n + r·(h·u_n + d)), h ← (1 − z)·n + z·h;");
        board.Say($"on the right h is that of the step before, 0 at first. The weights, for (r, z, n), are w = {given.Vector("w")}, u = {given.Vector("u")}, b = {given.Vector("b")}, and d = {given.Number("d")}. The input is x₁ = {x[0]}, x₂ = {x[1]}.",
            $"справа h прошлого шага, вначале 0. Веса в порядке (r, z, n): w = {given.Vector("w")}, u = {given.Vector("u")}, b = {given.Vector("b")}, и d = {given.Number("d")}. На входе x₁ = {x[0]}, x₂ = {x[1]}.");
        board.Say($"Find G1 = (r₁, z₁, n₁) and h1, G2 = (r₂, z₂, n₂) and h2. How many parameters k has a GRU with {given.Number("D")} inputs and a state of {given.Number("H")} numbers, and how many fewer than an LSTM of that size (f)?",
            $"Найдите G1 = (r₁, z₁, n₁) и h1, G2 = (r₂, z₂, n₂) и h2. Сколько параметров k у GRU, если число входов {given.Number("D")}, а размер состояния {given.Number("H")}, и на сколько это меньше, чем у LSTM того же размера (f)?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Say($"A GRU does with one state and two gates what an LSTM does with two and three. z says how much of the old state stays; what is new gets the rest, 1 − z, so one gate both forgets and lets in. r says how much of the old state the candidate n sees.",
            $"GRU обходится одним состоянием и двумя вентилями там, где у LSTM два состояния и три вентиля. z говорит, сколько старого состояния останется; новому достаётся остаток 1 − z, так что один вентиль и забывает, и впускает. r говорит, сколько старого состояния видит кандидат n.");
        Tensor h = N(0), d = given.Tensor("d");
        for (int t = 1; t <= 2; t++)
        {
            board.Part($"Step {t}", $"Шаг {t}");
            (string, Tensor)[] At(int k) => [($"x{t}", given.Tensor("x")[t - 1]), ($"w_{Gates[k]}", given.Tensor("w")[k]), ($"h{t - 1}", h), ($"u_{Gates[k]}", given.Tensor("u")[k]), ($"b_{Gates[k]}", given.Tensor("b")[k])];
            Tensor r = board.Work($"r{t}", $"sigmoid(x{t}*w_r + h{t - 1}*u_r + b_r)", At(0)), z = board.Work($"z{t}", $"sigmoid(x{t}*w_z + h{t - 1}*u_z + b_z)", At(1));
            Tensor n = board.Work($"n{t}", $"tanh(x{t}*w_n + b_n + r{t}*(h{t - 1}*u_n + d))", [.. At(2), ($"r{t}", r), ("d", d)]);
            Tensor old = h;
            h = board.Work($"h{t}", $"(1 - z{t})*n{t} + z{t}*h{t - 1}", ($"z{t}", z), ($"n{t}", n), ($"h{t - 1}", old));
            Tensor open = (given.Tensor("x")[t - 1] * given.Tensor("w")[2] + given.Tensor("b")[2] + old * given.Tensor("u")[2] + d).Tanh();
            board.Ask($"G{t}", RowOf(r, z, n).Flat(), 0.005, null,
                new Slip(RowOf(r, z, open).Flat(), new("The gate r is left out of the candidate.", "В кандидате забыт вентиль r.")),
                new Slip(RowOf(r, z, n.Atanh().Sigmoid()).Flat(), new("The candidate has tanh, not the sigmoid.", "У кандидата tanh, а не сигмоида.")));
            board.Ask($"h{t}", h, 0.005, null,
                new Slip(z * n + (1 - z) * old,
                    new("z and 1 − z are exchanged: here z keeps the old state.", "z и 1 − z перепутаны: здесь z сохраняет старое состояние.")),
                new Slip(n, new("The gate z is left out.", "Забыт вентиль z.")));
        }
        board.Say($"Texts differ in which of z and 1 − z keeps the old state, and in whether r is multiplied before the weights u_n or after them; here it is as in PyTorch and cuDNN. With other people's weights that has to be looked up.",
            $"В разных текстах старое состояние сохраняет то z, то 1 − z, а r умножают то до весов u_n, то после; здесь как в PyTorch и cuDNN. Для чужих весов это нужно проверить.");
        board.Part($"As a layer", $"Слой целиком");
        board.Say($"The engine's layer with the same weights, columns of W₁ and U₁ for r, z, n, and d₁ for d; u is what r is multiplied by:",
            $"Слой движка с теми же весами; столбцы W₁ и U₁ — для r, z, n, d обозначено d₁, u — то, что умножается на r:");
        board.Explain(Cell(given).Explain(Input(given), null, new()), stepsOnly: true);
        board.Part($"Parameters", $"Параметры");
        (int inputs, int hidden) = (given.Count("D"), given.Count("H"));
        long Count(string layer) => Counting.Parameters($"{layer} {hidden}", [2, inputs]);
        long k = Count("gru"), lstm = Count("lstm");
        board.Say($"Three sets of weights and biases, and d once more: k = 3·(D + H + 1)·H + H = {k}. The LSTM has 4·(D + H + 1)·H = {lstm}.",
            $"Три набора весов и сдвигов и ещё d: k = 3·(D + H + 1)·H + H = {k}. У LSTM 4·(D + H + 1)·H = {lstm}.");
        board.AskCount("k", k, new("parameters", "параметров"),
            new Slip(N(k - hidden), new("Each number of the state has a d too.", "У каждого числа состояния есть ещё d.")),
            new Slip(N(lstm), new("That is an LSTM.", "Это LSTM.")));
        board.AskCount("f", lstm - k, null,
            new Slip(N(lstm - k + hidden), new("Each number of the state has a d too.", "У каждого числа состояния есть ещё d.")));
    }

    private static Sequential Cell(Given given) =>
        Neurons.Weighted("gru 1 last=true", [1, 2, 1], given.Tensor("w").Reshape(1, 3), given.Tensor("u").Reshape(1, 3), given.Tensor("b"), given.Tensor("d").Reshape(1));

    private static Tensor Input(Given given) => given.Tensor("x").Reshape(1, 2, 1).Single();
}
