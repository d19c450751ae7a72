using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.2a: the gates of an LSTM in two steps, and its parameters.</summary>
internal sealed class LstmGates : BookTask
{
    private static readonly string[] Gates = ["i", "f", "g", "o"];

    public override string Id => "7.2a";

    public override Remark Title => new("The gates of an LSTM", "Вентили LSTM");

    public override string Source => "000 §7 (LSTM); 002 outlook";

    public override Given Seed =>
        new(("x", new double[] { 1, -1 }), ("w", new double[] { 2, -1, 1, 0.5 }), ("u", new double[] { 0.5, 1, -1, 1 }), ("b", new double[] { 0, 1, 0.5, 0 }), ("D", 100), ("H", 64));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(2, () => dice.Signed(2))), ("w", Dice.Several(4, () => dice.Signed(4) / 2.0)), ("u", Dice.Several(4, () => dice.Signed(4) / 2.0)), ("b", Dice.Several(4, () => dice.Whole(-2, 2) / 2.0)), ("D", 10 * dice.Whole(1, 30)), ("H", 16 * dice.Whole(1, 16))),
        given =>
        {
            (Tensor[] _, Tensor c1, Tensor _) = Run(given)[0];
            (Tensor[] gates, Tensor c2, Tensor _) = Run(given)[1];
            return Math.Abs(c1.Item()) > 0.1 && Math.Abs(c2.Item()) > 0.05 && Math.Abs((gates[0] - gates[1]).Item()) > 0.05;
        });

    internal override void State(Given given, Board board)
    {
        StateCell(given, board);
        board.Say($"Find the gates G1 = (i₁, f₁, g₁, o₁), c1 and h1 of the first step and G2 = (i₂, f₂, g₂, o₂), c2 and h2 of the second. How many parameters n has an LSTM with {given.Number("D")} inputs and a state of {given.Number("H")} numbers?",
            $"Найдите вентили G1 = (i₁, f₁, g₁, o₁), c1 и h1 первого шага и G2 = (i₂, f₂, g₂, o₂), c2 и h2 второго. Сколько параметров n у LSTM, если число входов {given.Number("D")}, а размер состояния {given.Number("H")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Say($"The cell has two states: a memory c, which is only multiplied and added to, and h, which is shown. Three gates with the sigmoid, from 0 (shut) to 1 (open), steer the memory: f keeps what is old, i lets in what is new, o shows it. What is new is the candidate g, with tanh from −1 to 1.",
            $"У ячейки два состояния: память c, которую только умножают и к которой прибавляют, и h, которое видно снаружи. Памятью управляют три вентиля с сигмоидой, от 0 (закрыт) до 1 (открыт): f сохраняет старое, i впускает новое, o показывает. Новое — это кандидат g, он идёт через tanh и лежит между −1 и 1.");
        Tensor c = N(0), h = N(0), firstC = c, firstH = h;
        for (int t = 1; t <= 2; t++)
        {
            board.Part($"Step {t}", $"Шаг {t}");
            Tensor[] computed = [.. Gates.Select((gate, k) => board.Work($"{gate}{t}", $"{(gate == "g" ? "tanh" : "sigmoid")}(x{t}*w_{gate} + h{t - 1}*u_{gate} + b_{gate})",
                ($"x{t}", given.Tensor("x")[t - 1]), ($"w_{gate}", given.Tensor("w")[k]), ($"h{t - 1}", h), ($"u_{gate}", given.Tensor("u")[k]), ($"b_{gate}", given.Tensor("b")[k])))];
            Tensor old = c;
            c = board.Work($"c{t}", $"f{t}*c{t - 1} + i{t}*g{t}", ($"f{t}", computed[1]), ($"c{t - 1}", old), ($"i{t}", computed[0]), ($"g{t}", computed[2]));
            Tensor oldH = h;
            h = board.Work($"h{t}", $"o{t}*tanh(c{t})", ($"o{t}", computed[3]), ($"c{t}", c));
            if (t == 1) board.Say($"f₁ has nothing to keep yet, for c₀ = 0.", $"Вентилю f₁ пока нечего сохранять: c₀ = 0.");
            Ask(board, given, t, computed, old, oldH, c, h);
            (firstC, firstH) = (old, oldH);
        }
        Tensor z = given.Tensor("x")[1] * given.Tensor("w") + firstH * given.Tensor("u") + given.Tensor("b");
        board.Draw(Formula.Parse("sigmoid(z_o)*tanh(sigmoid(z_f)*c1 + sigmoid(z_i)*tanh(z_g))"), new("The second step as a graph: z is what goes into an activation; below the links the derivatives of h₂", "Второй шаг в виде графа: z — то, что входит в активацию; под рёбрами производные h₂"),
            [("c1", firstC.Item()), .. Gates.Select((gate, k) => ($"z_{gate}", z[k].Item()))]);
        board.Part($"As a layer", $"Слой целиком");
        board.Say($"The engine computes all four gates with one product: the columns of W₁ and U₁ are those of i, f, g, o. It starts with c = h = 0 and gives the same numbers:",
            $"Движок считает все четыре вентиля одним умножением: столбцы W₁ и U₁ идут в порядке i, f, g, o. Он начинает с c = h = 0 и получает те же числа:");
        board.Explain(LstmCellOf(given).Explain(Input(given), null, new()), stepsOnly: true);

        board.Part($"Parameters", $"Параметры");
        (int inputs, int hidden) = (given.Count("D"), given.Count("H"));
        long n = Count("lstm", inputs, hidden), rnn = Count("rnn", inputs, hidden);
        board.Say($"Each of the four has its own weights for the input and for the state before, and its bias: n = 4·(D + H + 1)·H = {n}, four times the {rnn} of a plain recurrent layer. (PyTorch adds two biases, one to x·W and one to h·U, though one would do: it counts {n + 4 * hidden}.)",
            $"У каждого из четырёх свои веса для входа и для прошлого состояния и свой сдвиг: n = 4·(D + H + 1)·H = {n}, вчетверо больше, чем у простого рекуррентного слоя: {rnn}. (PyTorch прибавляет два сдвига, один к x·W, другой к h·U, хотя хватило бы одного: там получается {n + 4 * hidden}.)");
        board.AskCount("n", n, new("parameters", "параметров"),
            new(N(rnn), new("There are four sets of weights.", "Наборов весов четыре.")),
            new(N(n - 4 * hidden), new("The biases are forgotten.", "Забыты сдвиги.")),
            new(N(n + 4 * hidden),
                new("That is with two biases for each gate, as PyTorch has it; the formulas here have one.", "Это с двумя сдвигами у каждого вентиля, как в PyTorch; в формулах здесь один.")));
    }

    /// <summary>The statement's first part: the cell and its numbers.</summary>
    public static void StateCell(Given given, Board board)
    {
        double[] x = given.Vector("x");
        board.Say($"An LSTM cell with one input and a state of one number computes in every step",
            $"Ячейка LSTM с одним входом и состоянием из одного числа считает на каждом шаге");
        board.Say($"i = σ(x·w_i + h·u_i + b_i), f = σ(x·w_f + h·u_f + b_f), g = tanh(x·w_g + h·u_g + b_g), o = σ(x·w_o + h·u_o + b_o), c ← f·c + i·g, h ← o·tanh(c);",
            $"i = σ(x·w_i + h·u_i + b_i), f = σ(x·w_f + h·u_f + b_f), g = tanh(x·w_g + h·u_g + b_g), o = σ(x·w_o + h·u_o + b_o), c ← f·c + i·g, h ← o·tanh(c);");
        board.Say($"h and c on the right are those of the step before, 0 at first. The weights, for (i, f, g, o), are w = {given.Vector("w")}, u = {given.Vector("u")}, b = {given.Vector("b")}. The input is x₁ = {x[0]}, x₂ = {x[1]}.",
            $"справа h и c прошлого шага, вначале 0. Веса в порядке (i, f, g, o): w = {given.Vector("w")}, u = {given.Vector("u")}, b = {given.Vector("b")}. На входе x₁ = {x[0]}, x₂ = {x[1]}.");
    }

    /// <summary>The cell as a layer of the engine that puts out its last state.</summary>
    public static Sequential LstmCellOf(Given given) =>
        Neurons.Weighted("lstm 1 last=true", [1, 2, 1], given.Tensor("w").Reshape(1, 4), given.Tensor("u").Reshape(1, 4), given.Tensor("b"));

    /// <summary>Its input.</summary>
    public static Tensor Input(Given given) => given.Tensor("x").Reshape(1, 2, 1).Single();

    /// <summary>The gates (i, f, g, o), the memory and the state of each step, to be differentiated by each other.</summary>
    public static (Tensor[] Gates, Tensor C, Tensor H)[] Run(Given given)
    {
        Tensor b = given.Tensor("b").Track(), c = N(0), h = N(0);
        return [.. given.Vector("x").Select(x =>
        {
            Tensor z = x * given.Tensor("w") + h * given.Tensor("u") + b;
            Tensor[] gates = [z[0].Sigmoid(), z[1].Sigmoid(), z[2].Tanh(), z[3].Sigmoid()];
            c = gates[1] * c + gates[0] * gates[2];
            h = gates[3] * c.Tanh();
            return (gates, c, h);
        })];
    }

    private static long Count(string layer, int inputs, int hidden) => Counting.Parameters($"{layer} {hidden}", [2, inputs]);

    private static void Ask(Board board, Given given, int t, Tensor[] gates, Tensor oldC, Tensor oldH, Tensor c, Tensor h)
    {
        Tensor z = given.Tensor("x")[t - 1] * given.Tensor("w") + oldH * given.Tensor("u") + given.Tensor("b"), all = RowOf(gates).Flat();
        List<Slip> slips =
        [
            new(z.Sigmoid(), new("The candidate g has tanh; the gates have the sigmoid.", "У кандидата g стоит tanh; сигмоида — у вентилей.")),
            new(z.Tanh(), new("The gates have the sigmoid; only the candidate g has tanh.", "У вентилей сигмоида; tanh — только у кандидата g.")),
        ];
        if (t == 2)
        {
            Tensor alone = given.Tensor("x")[t - 1] * given.Tensor("w") + given.Tensor("b");
            slips.Add(new(RowOf(alone[0].Sigmoid(), alone[1].Sigmoid(), alone[2].Tanh(), alone[3].Sigmoid()).Flat(), new("The gates look at the state h of the step before too.", "Вентили смотрят и на состояние h прошлого шага.")));
        }
        board.Ask($"G{t}", all, 0.005, null, [.. slips]);
        board.Ask($"c{t}", c, 0.005, null, t == 1
            ? [new(gates[2], new("The candidate is multiplied by its gate i.", "Кандидат умножается на вентиль i."))]
            : [new(oldC + gates[0] * gates[2], new("The old memory is multiplied by its gate f.", "Старая память умножается на вентиль f.")), new(gates[0] * oldC + gates[1] * gates[2], new("The gates are exchanged: f keeps the old, i lets in the new.", "Вентили перепутаны: f сохраняет старое, i впускает новое."))]);
        board.Ask($"h{t}", h, 0.005, null,
            new(gates[3] * c, new("The tanh of the memory is left out.", "Забыт tanh от памяти.")),
            new(c.Tanh(), new("The gate o is left out.", "Забыт вентиль o.")));
    }
}
