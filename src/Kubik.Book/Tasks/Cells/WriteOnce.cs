// A memory that is written when a flag says so and else stands still: the reader sets the gates, the engine's LSTM judges.

using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Cells;

/// <summary>7.2c: the gates of a memory cell, set by hand.</summary>
internal sealed class WriteOnce : BookTask
{
    private const double Near = 0.05, Open = 10; // how near the memory must be; a logit at which a gate is open
    private const int Long = 100; // steps

    public override string Id => "7.2c";

    public override Remark Title => new("A memory that is written when told", "Память с записью по команде");

    public override string Source => "000 §7 (LSTM)";

    public override Given Seed => new(("v", new double[] { 1, -2, 0.5, 2, -1 }), ("s", new double[] { 1, 0, 0, 1, 0 }), ("keep", 0.99));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("v", Dice.Several(5, () => dice.Signed(4) / 2.0)), ("s", Dice.Several(5, () => dice.Whole(0, 1))), ("keep", dice.Of(0.9, 0.95, 0.99, 0.999))),
        // Two writes of different values, the second after a pause, and a pause after it.
        given =>
        {
            (double[] v, double[] s) = (given.Vector("v"), given.Vector("s"));
            return s[0] == 1 && s[1] == 0 && s[4] == 0 && s.Sum() == 2 && v[Array.LastIndexOf(s, 1.0)] != v[0] && v[1] != v[0] && v[4] != v[Array.LastIndexOf(s, 1.0)];
        });

    internal override void State(Given given, Board board)
    {
        board.Say($"In every step an LSTM cell gets a value v and a flag s, 0 or 1. Where s = 1 its memory is to become tanh(v), whatever it was; where s = 0 it is to stay as it is, whatever v is. The candidate is g = tanh(v), the gates do not look at h: i = σ(a_i·s + b_i), f = σ(a_f·s + b_f), and c ← f·c + i·g with c = 0 at first.",
            $"На каждом шаге ячейка LSTM получает значение v и флаг s, 0 или 1. Где s = 1, её память должна стать равной tanh(v), какой бы она ни была; где s = 0, она должна остаться прежней при любом v. Кандидат g = tanh(v), вентили не смотрят на h: i = σ(a_i·s + b_i), f = σ(a_f·s + b_f), и c ← f·c + i·g, вначале c = 0.");
        board.Table(["t", .. Enumerable.Range(1, 5).Select(t => (object)t)],
            [["v", .. given.Vector("v").Select(x => (object)x)], ["s", .. given.Vector("s").Select(x => (object)x)]]);
        board.Say($"Give M, two rows: a_i and b_i, then a_f and b_f, such that the memory is nowhere off by more than {Near}. Which number m ought to be in it at the end? And which whole number z ≥ 0, the least one, must go into the sigmoid of f so that after {Long} steps of keeping at least {given.Number("keep")} of the memory is left (f = σ(z))?",
            $"Найдите M, две строки: a_i и b_i, затем a_f и b_f, чтобы память нигде не отличалась от нужной больше чем на {Near}. Какое число m должно быть в ней в конце? И какое наименьшее целое z ≥ 0 должно входить в сигмоиду f, чтобы при хранении в течение {Long} шагов от памяти осталась доля не меньше {given.Number("keep")} (f = σ(z))?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor example = Tensor.From(new double[,] { { 2 * Open, -Open }, { -2 * Open, Open } });
        board.Say($"To write, the new must come in and the old must go: s = 1 needs i ≈ 1 and f ≈ 0. To keep, it is the other way round: s = 0 needs i ≈ 0 and f ≈ 1. So f is to be 1 − i, which the sigmoid gives with all signs turned: σ(−z) = 1 − σ(z). With b_i = −{Open} the gate i is shut, and a_i = {2 * Open} opens it when the flag is there; for f the signs are turned:",
            $"Чтобы записать, нужно впустить новое и стереть старое: при s = 1 нужны i ≈ 1 и f ≈ 0. Чтобы хранить — наоборот: при s = 0 нужны i ≈ 0 и f ≈ 1. Значит, f = 1 − i, а это у сигмоиды смена всех знаков: σ(−z) = 1 − σ(z). При b_i = −{Open} вентиль i закрыт, а a_i = {2 * Open} открывает его, когда есть флаг; у f знаки обратные:");
        board.Write("M", example);
        double[] wanted = Wanted(given);
        Run run = RunOf(given, example), summing = RunOf(given, Tensor.From(new double[,] { { 2 * Open, -Open }, { 0, Open } }));
        board.Say($"The engine's LSTM with these weights, step by step; c₊ is the memory when f stays open always, so that everything is added up:",
            $"Вот LSTM движка с такими весами, шаг за шагом; c₊ — память, если f всегда открыт, тогда всё складывается:");
        board.Table(["t", "v", "s", "i", "f", "c", new Remark("wanted", "нужно"), "c₊"],
            Enumerable.Range(0, 5).Select(t => (object[])[t + 1, given.Vector("v")[t], given.Vector("s")[t], run.I[t], run.F[t], run.C[t], wanted[t], summing.C[t]]));
        board.Say($"A recurrent layer without gates cannot do that: what comes in is always mixed with what it has.",
            $"Рекуррентный слой без вентилей так не умеет: новое всегда смешивается с имеющимся.");
        board.Part($"How long it keeps", $"Сколько она хранит");
        double keep = given.Number("keep");
        int z = Least(keep);
        board.Say($"Each step multiplies the memory by f, so after {Long} steps f^{Long} of it is left:",
            $"Каждый шаг умножает память на f, и за {Long} шагов остаётся f^{Long}:");
        board.Table(["z", "f = σ(z)", $"f^{Long}"],
            Enumerable.Range(Math.Max(0, z - 3), 5).Select(k => (object[])[k, new Significant(N(k).Sigmoid().Item(), 8), Left(k)]));
        board.Say($"The least is z = {z}. From 1 − f ≈ e^(−z) it follows that z ≈ ln({Long}/(1 − {keep})) ≈ {(N(Long) / (1 - keep)).Log()}.",
            $"Наименьшее z = {z}. Из 1 − f ≈ e^(−z) следует z ≈ ln({Long}/(1 − {keep})) ≈ {(N(Long) / (1 - keep)).Log()}.");
        board.AskAny("M", example, m => Worst(given, m) <= Near,
            new(Tensor.From(new double[,] { { -2 * Open, Open }, { 2 * Open, -Open } }),
                new("The gates are exchanged: it keeps when it is to write.", "Вентили перепутаны: хранит, когда надо писать.")),
            new(Tensor.From(new double[,] { { 2 * Open, -Open }, { 0, Open } }),
                new("The old memory is not erased: it is added up.", "Старая память не стирается, всё складывается.")),
            new(Tensor.From(new double[,] { { 2, -1 }, { -2, 1 } }),
                new("The gates are only half open: larger weights are needed.", "Вентили лишь приоткрыты: нужны веса побольше.")));
        board.Ask("m", wanted[^1], 0.005, null,
            new Slip(N(given.Vector("v")[^1]).Tanh(), new("The flag of the last step is 0.", "В последнем шаге флаг равен 0.")),
            new Slip(N(given.Vector("v")[0]).Tanh(), new("That was overwritten later.", "Это потом перезаписали.")));
        board.Ask("z", z, 1e-6, null, new Slip(N(Alone(keep)), new("That is for one step of keeping.", "Это для одного шага хранения.")));
    }

    // f^100 of σ(z).
    private static double Left(int z) => N(z).Sigmoid().Pow(Long).Item();

    private static int Least(double keep) => Enumerable.Range(0, 40).First(z => Left(z) >= keep);

    private static int Alone(double keep) => Enumerable.Range(0, 40).First(z => N(z).Sigmoid().Item() >= keep);

    private static double[] Wanted(Given given)
    {
        double[] all = new double[5];
        for (int t = 0; t < 5; t++) all[t] = given.Vector("s")[t] == 1 ? N(given.Vector("v")[t]).Tanh().Item() : t == 0 ? 0 : all[t - 1];
        return all;
    }

    private static double Worst(Given given, Tensor m) => RunOf(given, m).C.Zip(Wanted(given), (c, w) => Math.Abs(c - w)).Aggregate(Math.Max); // NaN is the worst

    private static Run RunOf(Given given, Tensor m)
    {
        double[] a = m.ToDoubles();
        LstmCell cell = new(1);
        cell.Build([1, 2], DType.Float64);
        cell.InputWeight.Assign(Tensor.From(new double[,] { { 0, 0, 1, 0 }, { a[0], a[2], 0, 0 } }));
        cell.StateWeight.Assign(Tensor.Zeros([1, 4], DType.Float64));
        cell.Bias!.Assign(Tensor.From<double>([a[1], a[3], 0, Open]));
        LstmState? state = null;
        Run run = new([], [], []);
        for (int t = 0; t < 5; t++)
        {
            double s = given.Vector("s")[t];
            state = cell.Step(Tensor.From(new double[,] { { given.Vector("v")[t], s } }), state).Detach();
            run.I.Add(N(a[0] * s + a[1]).Sigmoid().Item());
            run.F.Add(N(a[2] * s + a[3]).Sigmoid().Item());
            run.C.Add(state.Cell.Item());
        }
        return run;
    }

    /// <summary>The gates and the memory of every step.</summary>
    private sealed record Run(List<double> I, List<double> F, List<double> C);
}
