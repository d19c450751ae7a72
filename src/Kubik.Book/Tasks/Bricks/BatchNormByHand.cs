// One channel through batch normalisation by hand: forward, back along the three ways by which a number acts, the running
// statistics, and a number in evaluation.

using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>5.8a: batch normalisation, forward and backward.</summary>
internal sealed class BatchNormByHand : BookTask
{
    public override string Id => "5.8a";

    public override Remark Title => new("Batch normalisation by hand", "Нормализация по батчам вручную");

    public override string Source => "000 §5.7 (batch normalisation)";

    public override Given Seed => new(("x", new double[] { 1, 3, 5, 7 }), ("gamma", 2), ("beta", 1), ("g", new double[] { 1, 0, 0, -1 }), ("next", 6));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Several(4, () => dice.Whole(-3, 9))), ("gamma", dice.Of(0.5, 2, 3, -1)), ("beta", dice.Whole(-2, 2)), ("g", Dice.Several(4, () => dice.Whole(-2, 2))), ("next", dice.Whole(-3, 9))),
        given => given.Tensor("x").Variance().Item() > 1 && given.Vector("g").Distinct().Count() > 2 && given.Vector("x").Distinct().Count() > 2 && Run(given).Back.Abs().Max().Item() > 0.05);

    internal override void State(Given given, Board board)
    {
        board.Say($"Batch normalisation gets one channel of a batch, x = {given.Vector("x")}: it subtracts the mean μ, divides by the root of the variance v (n = (x − μ)/√v; there is an ε under the root in programs, take it as 0) and puts out y = γ·n + β with γ = {given.Number("gamma")}, β = {given.Number("beta")}. Find μ, v, n and y.",
            $"Нормализация по батчам получает один канал батча, x = {given.Vector("x")}: вычитает среднее μ, делит на корень из дисперсии v (n = (x − μ)/√v; в программах под корнем стоит ещё ε, примите его за 0) и отдаёт y = γ·n + β, где γ = {given.Number("gamma")}, β = {given.Number("beta")}. Найдите μ, v, n и y.");
        board.Say($"From behind comes the gradient g = {given.Vector("g")}. Which gradients do β (d_beta), γ (d_gamma) and x (d_x) get?",
            $"Сзади приходит градиент g = {given.Vector("g")}. Какие градиенты получат β (d_beta), γ (d_gamma) и x (d_x)?");
        board.Say($"The running statistics begin with mean 0 and variance 1 and take a tenth of each batch, of its variance with 3 under the line, not 4. What does the layer put out after this one batch, in evaluation, for the single number {given.Number("next")} (e)?",
            $"Скользящие статистики начинаются со среднего 0 и дисперсии 1 и с каждым батчем на одну десятую сдвигаются к нему, причём дисперсия берётся с 3 в знаменателе, а не с 4. Что слой отдаст после этого одного батча, в режиме применения, для одного числа {given.Number("next")} (e)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x"), g = given.Tensor("g");
        (string, Tensor) row = ("x", x.Unsqueeze(0)), gamma = ("γ", given.Tensor("gamma")), came = ("g", g.Unsqueeze(0));
        board.Part($"Forward", $"Вперёд");
        Tensor mean = board.Work("μ", "sum(x)/4", row), variance = board.Work("v", "sum((x - μ)^2)/4", row, ("μ", mean));
        Tensor n = board.Work("n", "(x - μ)/√v", row, ("μ", mean), ("v", variance));
        Tensor y = board.Work("y", "γ*n + β", gamma, ("n", n), ("β", given.Tensor("beta")));
        board.Say($"Whatever came in, n has the mean 0 and the variance 1; γ and β let the layer learn another mean and variance, if they are better.",
            $"Что бы ни пришло, у n среднее 0 и дисперсия 1; γ и β позволяют слою выучить другое среднее и дисперсию, если они лучше.");
        board.Part($"Back", $"Назад");
        board.Say($"β is added to each of the four, γ multiplies each:", $"β прибавляется к каждому из четырёх чисел, γ умножает каждое:");
        Tensor shift = board.Work("d_beta", "sum(g)", came), scale = board.Work("d_gamma", "sum(g ∘ n)", came, ("n", n));
        board.Say($"x acts in three ways: on its own n, on μ and on v, and these two act on all four. The first way gives γ/√v·g. Through μ the mean of that is taken away from each, and through v its part along n: what is left does not change when the batch is shifted or stretched.",
            $"x действует тремя путями: на своё n, на μ и на v, а эти два — на все четыре числа. Первый путь даёт γ/√v·g. Через μ из каждого вычитается среднее, а через v — составляющая вдоль n: остаётся то, что не меняется, когда батч сдвигают или растягивают.");
        Tensor back = board.Work("d_x", "γ/√v*(g - sum(g)/4 - n*(sum(g ∘ n)/4))", gamma, ("v", variance), came, ("n", n));
        (Tensor own, Tensor e, double runningMean, double runningVariance) = Run(given);
        board.Say($"Kubik's layer hands back the gradient {own}. Its sum is {Rest(own.Sum())}, and along n it is {Rest((own * n.Reshape(4)).Sum())}: a step cannot shift or stretch the batch, for that would change nothing behind the layer. The farther the numbers that come in are spread, the smaller the gradient.",
            $"Слой нормализации в Kubik возвращает градиент {own}. Его сумма {Rest(own.Sum())}, а вдоль n он равен {Rest((own * n.Reshape(4)).Sum())}: шаг не может сдвинуть или растянуть батч, ведь за слоем это ничего бы не изменило. Чем больше разброс пришедших чисел, тем меньше градиент.");
        board.Part($"In evaluation", $"В режиме применения");
        board.Say($"A single number has no variance, and an answer must not depend on who else is in the batch. So the running statistics stand in for those of the batch: mean {runningMean}, variance {runningVariance}.",
            $"У одного числа нет дисперсии, и ответ не должен зависеть от соседей по батчу. Поэтому вместо статистик батча берутся скользящие: среднее {runningMean}, дисперсия {runningVariance}.");
        board.Work("e", "γ*(x - μ)/√v + β", gamma, ("x", given.Tensor("next")), ("μ", N(runningMean)), ("v", N(runningVariance)), ("β", given.Tensor("beta")));
        Tensor sample = variance * 4 / 3, plain = n.Reshape(4);
        board.Ask("μ", mean, 0.005, null, new Slip(x.Sum(), new("The mean is asked, that is the sum.", "Нужно среднее, а это сумма.")));
        board.Ask("v", variance, 0.005, null,
            new Slip(sample, new("The batch's variance has 4 under the line, not 3.", "В дисперсии батча в знаменателе 4, а не 3.")),
            new Slip(variance * 4, new("The sum of squares is to be divided by 4.", "Сумму квадратов нужно разделить на 4.")));
        board.Ask("n", plain, 0.005, null, new Slip((x - mean) / variance, new("It is divided by the root of the variance.", "Делят на корень из дисперсии.")));
        board.Ask("y", y.Reshape(4), 0.005, null, new Slip(plain, new("γ and β are forgotten.", "Забыты γ и β.")));
        board.Ask("d_beta", shift, 0.005, null,
            new Slip(shift / 4, new("The gradients add up; they are not averaged.", "Градиенты складываются, а не усредняются.")));
        board.Ask("d_gamma", scale, 0.005, null, new Slip((g * x).Sum(), new("γ multiplies n, not x.", "γ умножает n, а не x.")));
        board.Ask("d_x", back.Reshape(4), 0.005, null,
            new Slip(given.Tensor("gamma") / variance.Sqrt() * g,
                new("x acts through the mean and the variance of the batch too.", "x действует и через среднее, и через дисперсию батча.")),
            new Slip(given.Tensor("gamma") / variance.Sqrt() * (g - g.Mean()),
                new("x acts through the variance of the batch too.", "x действует и через дисперсию батча.")));
        board.Ask("e", e, 0.005, null,
            new Slip(given.Tensor("gamma") * (given.Tensor("next") - mean) / variance.Sqrt() + given.Tensor("beta"),
                new("In evaluation the running statistics are taken, not those of the batch.", "В режиме применения берутся скользящие статистики, а не статистики батча.")));
    }

    // The brick itself: its gradient by x, then what it puts out in evaluation, and by which statistics.
    private static (Tensor Back, Tensor Next, double Mean, double Variance) Run(Given given)
    {
        BatchNorm norm = new(epsilon: 0);
        Tensor x = given.Tensor("x").Reshape(4, 1).Track();
        norm.Build([2, 1], DType.Float64);
        norm.Gamma!.Assign(given.Tensor("gamma").Reshape(1));
        norm.Beta!.Assign(given.Tensor("beta").Reshape(1));
        Tensor back = Gradient.Pull(norm.Forward(x), given.Tensor("g").Reshape(4, 1), x)[0]!.Detach().Reshape(4);
        norm.Eval();
        return (back, norm.Forward(given.Tensor("next").Reshape(1, 1)).Detach().Reshape(Shape.Scalar), norm.RunningMean.Value.Detach().ToDoubles()[0], norm.RunningVariance.Value.Detach().ToDoubles()[0]);
    }

    private static Tensor Rest(Tensor sum) => sum.Abs().Item() < 1e-9 ? N(0) : sum;
}
