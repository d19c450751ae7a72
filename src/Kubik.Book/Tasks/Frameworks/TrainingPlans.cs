using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.4: a training step compiled.</summary>
internal sealed class TrainingPlans : BookTask
{
    public override string Id => "9.4";

    public override Remark Title => new("A training step, compiled", "Скомпилированный шаг обучения");

    public override string Source => "002 frameworks";

    public override Given Seed => new(("samples", 20), ("batch", 8), ("epochs", 3));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("samples", dice.Whole(8, 40)), ("batch", dice.Whole(3, 10)), ("epochs", dice.Whole(2, 4))),
        given => given.Number("samples") > given.Number("batch"));

    internal override void State(Given given, Board board) =>
        board.Say($"A network is trained by SGD on {given.Count("samples")} samples in batches of {given.Count("batch")}; what is left over at the end of an epoch is a smaller batch. The training step (loss, gradients and new weights in one graph) is compiled, for the shape of the batch. With {given.Count("epochs")} epochs, how many steps are made (n_s), and how often is a plan made (n_p)?",
            $"Сеть обучают методом SGD; наблюдений {given.Count("samples")}, размер пакета {given.Count("batch")}; остаток в конце эпохи — пакет поменьше. Шаг обучения (потери, градиенты и новые веса в одном графе) компилируется под размер пакета. Сколько всего шагов (n_s), если эпох {given.Count("epochs")}, и сколько раз составляется план (n_p)?");

    internal override void Solve(Given given, Board board)
    {
        (int samples, int batch, int epochs) = (given.Count("samples"), given.Count("batch"), given.Count("epochs"));
        RandomStream random = new(1, stream: 9);
        Tensor x = random.Normal([samples, 2]), t = (x[.., ..1] * x[.., 1..]).Tanh();
        Sequential compiled = Net(), eager = Net();
        CompiledStep step = Compiled.Step(compiled, new MeanSquaredError(), new Sgd(0.1));
        Sgd sgd = new(0.1);
        (int steps, double lastCompiled, double lastEager) = (0, 0, 0);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (int from = 0; from < samples; from += batch, steps++)
            {
                int to = Math.Min(from + batch, samples);
                lastCompiled = step.Run(x[from..to], t[from..to]);
                lastEager = sgd.Step(() => new MeanSquaredError().Of(eager.Forward(x[from..to]), t[from..to]), eager).Item();
            }
        }
        double apart = compiled.Parameters().Zip(eager.Parameters()).Max(p => (p.First.Parameter.Value - p.Second.Parameter.Value).Abs().Max().Item());
        board.Say($"An epoch has {samples}/{batch} batches, rounded up: {steps / epochs}, so n_s = {steps}. Every epoch has the same shapes, so after the first no plan is made any more: one for the full batch{(step.Compilations > 1 ? " and one for the rest" : ", and there is no rest")}, n_p = {step.Compilations}.",
            $"В эпохе {samples}/{batch} пакетов с округлением вверх: {steps / epochs}, поэтому n_s = {steps}. Размеры во всех эпохах одни и те же, и после первой планы больше не составляются: один для полного пакета{(step.Compilations > 1 ? " и один для остатка" : ", а остатка нет")}, n_p = {step.Compilations}.");
        board.Part($"What is in the plan", $"Что в плане");
        board.Say($"The network here is {compiled.Notation}. Traced as a whole, the step has the ops of the way forward, of the loss, of the way back and of the update; nobody wrote the way back. The compiler's passes:",
            $"Сеть здесь — {compiled.Notation}. Записанный целиком, шаг содержит операции прямого прохода, потерь, обратного прохода и обновления; обратный проход никто не писал. Проходы компилятора:");
        board.Passes(step.Plans[^1]);
        board.Steps(step.Plans[^1]);
        board.Say($"The bias and the tanh are computed in the product's place, the tanh's derivative on the way back too, and the update of all weights is one step at the end: before it everything that can fail has happened.",
            $"Сдвиг и гиперболический тангенс вычисляются на месте произведения, производная этого тангенса на обратном пути тоже, а обновление всех весов — один шаг в самом конце: всё, что могло не получиться, к этому времени уже случилось.");
        board.Part($"The same bits", $"Те же биты");
        board.Say($"Beside it the same steps were made imperatively. The last losses are {lastCompiled} and {lastEager}, and the greatest difference of a weight is {apart}.",
            $"Рядом те же шаги сделаны императивно. Последние потери: {lastCompiled} и {lastEager}, а наибольшая разность весов равна {apart}.");
        board.Ask("n_s", steps, 1e-6, null,
            new(N(samples / batch * epochs), new("The rest of an epoch is a batch too.", "Остаток эпохи — тоже пакет.")),
            new(N(steps / (double)epochs), new("That is one epoch.", "Это одна эпоха.")));
        board.Ask("n_p", step.Compilations, 1e-6, null,
            new(N(steps), new("A plan is made once for a shape and used again.", "План составляется один раз для каждого размера и используется снова.")),
            new(N(step.Compilations * epochs),
                new("The shapes of the next epoch are the same: their plans are there.", "В следующей эпохе размеры те же: планы уже есть.")),
            new(N(3 - step.Compilations),
                new("A plan is made for each shape of a batch: look whether there is a rest.", "План составляется для каждого размера пакета: проверьте, есть ли остаток.")));
    }

    private static Sequential Net()
    {
        RandomStream random = new(2, stream: 9);
        return Neurons.Weighted("linear 3 | tanh | linear 1", random.Normal([2, 3]), random.Normal([3]), random.Normal([3, 1]), random.Normal([1]));
    }
}
