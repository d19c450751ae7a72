using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Graphs;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.3: memory that is used again.</summary>
internal sealed class MemoryReuse : BookTask
{
    private const int Deepest = 8;

    public override string Id => "9.3";

    public override Remark Title => new("Memory that is used again", "Повторное использование памяти");

    public override string Source => "002 frameworks";

    public override Given Seed => new(("layers", 4), ("n", 16));

    internal override Given Draw(Dice dice) => new(("layers", dice.Whole(2, Deepest)), ("n", dice.Of(8, 16, 24, 32)));

    internal override void State(Given given, Board board)
    {
        (int l, int n) = (given.Count("layers"), given.Count("n"));
        board.Say($"A matrix x goes through layers that share one matrix W: h ← tanh(h·W), {l} times, all matrices {n}×{n} of numbers of 8 bytes. How many such matrices are in memory at the end, x and W among them, when every op puts its result into new memory and nothing is given back (m_e)? How many bytes does a plan need that may use a place again when nothing needs its matrix any more (B)? How does the number m_p of its places change with every layer more? A product cannot be written over its own inputs, a tanh can.",
            $"Матрица x проходит через слои с одной общей матрицей W: h ← tanh(h·W); слоёв {l}, все матрицы {n}×{n} из чисел по 8 байт. Сколько таких матриц будет в памяти в конце, считая x и W, если каждая операция кладёт результат в новую память и ничего не освобождается (m_e)? Сколько байт нужно плану, который может занять место снова, когда его матрица больше не нужна (B)? Как меняется число его мест m_p с каждым новым слоем? Произведение нельзя писать поверх собственных входов, tanh — можно.");
        board.Say($"Why does training need more memory than a forecast?", $"Почему обучению нужно больше памяти, чем прогнозу?");
    }

    internal override void Solve(Given given, Board board)
    {
        (int l, int n) = (given.Count("layers"), given.Count("n"));
        Graph graph = Forward(l, n);
        PlanReport plan = graph.Plan();
        double eager = graph.Operations + graph.Inputs.Count, places = Places(plan, n);
        board.Say($"There are {graph.Operations} ops, each with a result, and two inputs: m_e = {eager}. But h of one layer is needed only by the next product. W stays to the end, one place has the h that is read and one the product that is written, and then the two change roles: m_p = {places}, however many layers there are. The first h is x itself, so its place is used again too.",
            $"Операций {graph.Operations}, у каждой свой результат, и есть два входа: m_e = {eager}. Но h одного слоя нужна только следующему произведению. W остаётся до конца, одно место занимает читаемая h, другое — записываемое произведение, и потом они меняются ролями: m_p = {places}, сколько бы ни было слоёв. Первая h — сама x, так что и её место занимают снова.");
        board.Steps(plan);
        board.Say($"The tanh of each layer is computed while its product lies in the cache, in the product's place. In bytes the plan has {plan.ArenaBytes}, that is {places} times {n}·{n}·8.",
            $"Гиперболический тангенс каждого слоя вычисляется, пока произведение лежит в кэше, на его же месте. В байтах это {plan.ArenaBytes}, то есть {Sentences.Plural((long)places, "раз", "раза", "раз")} по {n}·{n}·8.");
        board.Part($"Training", $"Обучение");
        board.Say($"For the gradient by W the way back needs every h, and every h has to stay until then. The matrices a plan has a place for, by the number of layers:",
            $"Для градиента по W обратный проход требует каждую h, и все они хранятся до него. Сколько матриц помещается в память плана в зависимости от числа слоёв:");
        (int L, double Eager, double Forecast, double Training)[] all = [.. Enumerable.Range(1, Deepest).Select(k => (k, (double)Forward(k, n).Operations + 2, Places(Forward(k, n).Plan(), n), Places(Backward(k, n).Plan(), n)))];
        board.Table([new Remark("layers", "слоёв"), new Remark("all kept", "всё хранится"), new Remark("plan of a forecast", "план прогноза"), new Remark("plan of a gradient", "план градиента")],
            all.Select(r => (object[])[r.L, r.Eager, r.Forecast, r.Training]));
        Plane plane = new("", "", (1, Deepest), (0, 2 * Deepest + 2));
        plane.Path([.. all.Select(r => ((double)r.L, r.Eager))], "m_e");
        plane.Path([.. all.Select(r => ((double)r.L, r.Forecast))], "m_p");
        plane.Path([.. all.Select(r => ((double)r.L, r.Training))], "∂/∂W");
        board.Draw(plane, new("Matrices in memory over the number of layers: all kept, a forecast's plan, a gradient's plan", "Матриц в памяти в зависимости от числа слоёв: всё хранится, план прогноза, план градиента"));
        board.Say($"From one layer to the next a forecast needs nothing more, the gradient one matrix: the h that it keeps. That is why a network that fits for forecasts may not fit for training, and why it helps to compute some h again on the way back.",
            $"На каждый новый слой прогнозу не нужно ничего, градиенту — одна матрица: сохранённая h. Поэтому сеть, которая помещается в память для прогноза, может не поместиться при обучении, и поэтому помогает вычислять некоторые h заново на обратном пути.");
        board.Ask("m_e", eager, 1e-6, null,
            new(N(l + 2), new("The product and its tanh are two matrices.", "Произведение и его гиперболический тангенс — две матрицы.")),
            new(N(eager - 2), new("x and W count too.", "x и W тоже считаются.")));
        board.AskWhich("m_p", 1 + (int)(all[^1].Forecast - all[^2].Forecast),
            new("it stays as it is", "никак"),
            new("it grows by one", "растёт на одно"),
            new("it grows by two", "растёт на два"));
        board.AskCount("B", plan.ArenaBytes, new("bytes", "байт"),
            new Slip(N(plan.ArenaBytes - sizeof(double) * n * n),
                new("A product cannot be written over its own inputs: W, what is read and what is written are three.", "Произведение нельзя писать поверх своих входов: W, читаемая и записываемая — это три.")),
            new Slip(N(eager * sizeof(double) * n * n),
                new("What nothing needs any more leaves its place free.", "То, что больше не нужно, освобождает место.")),
            new Slip(N(plan.ArenaBytes / 2.0), new("A number has 8 bytes here, not 4.", "Число занимает здесь 8 байт, а не 4.")), new Slip(N(places * n * n), new("Those are numbers; each has 8 bytes.", "Это количество чисел; в каждом 8 байт.")));
        board.AskWhich("why", 1,
            new("the way back needs what the way forward computed", "обратному проходу нужно то, что вычислил прямой"),
            new("the weights are kept twice", "веса хранятся дважды"),
            new("the numbers are longer", "числа длиннее"));
    }

    private static Tensor Through(Tensor x, Tensor w, int layers)
    {
        for (int i = 0; i < layers; i++) x = x.MatMul(w).Tanh();
        return x;
    }

    private static Graph Forward(int layers, int n) => Graph.Trace(x => Through(x[0], x[1], layers), Spec(n), Spec(n));

    private static Graph Backward(int layers, int n) => Graph.Trace(x => Gradient.Of(Through(x[0], x[1], layers).Sum(), x[1]), Spec(n), Spec(n));

    private static TensorSpec Spec(int n) => new(DType.Float64, [n, n]);

    private static double Places(PlanReport plan, int n) => Math.Round(plan.ArenaBytes / (double)(n * n * sizeof(double)), 2);
}
