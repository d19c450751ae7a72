// The lecture's table of activations, held against the engine's, and the whole of the engine's own: each with the derivative
// that its rule gives, its range and its greatest slope, which decides what many layers do to a gradient.

using System.Globalization;
using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Ops;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.6: activations and their derivatives.</summary>
internal sealed class ActivationTable : BookTask
{
    private const double Infinite = 1e6; // of what is computed at 10¹⁵

    // As the lecture has them, in x: name, f, f′. Names are the engine's.
    private static readonly (string Name, string F, string Slope)[] Lecture =
    [
        ("sigmoid(x)", "1/(1+e^(-x))", "sigmoid(x)*(1-sigmoid(x))"),
        ("tanh(x)", "(e^x-e^(-x))/(e^x+e^(-x))", "1-tanh(x)^2"),
        ("softsign(x)", "x/(1+|x|)", "1/(1+|x|)^2"),
        ("step(x)", "[x>=0]", "0"),
        ("softplus(x)", "ln(1+e^x)", "1/(1+e^(-x))"),
        ("relu(x)", "[x>=0]?x:0", "[x>=0]?1:0"),
        ("leakyrelu(x,0.01)", "[x>=0]?x:0.01x", "[x>=0]?1:0.01"),
        ("elu(x,1)", "[x>=0]?x:e^x-1", "[x>=0]?1:elu(x,1)+1"),
    ];

    public override string Id => "9.6";

    public override Remark Title => new("The table of activations", "Таблица функций активации");

    public override string Source => "002 activations; 004 activations";

    public override Given Seed => new(("f", "sigmoid"), ("alpha", 0), ("x", -1), ("layers", 5));

    internal override Given Draw(Dice dice)
    {
        string f = dice.Of("sigmoid", "tanh", "softsign", "softplus", "relu", "leakyrelu", "elu", "silu", "gelu");
        return new(("f", f), ("alpha", f == "leakyrelu" ? dice.Of(0.01, 0.1, 0.2) : f == "elu" ? dice.Of(0.5, 1) : 0), ("x", dice.Signed(6) / 2.0), ("layers", dice.Whole(3, 8)));
    }

    internal override void State(Given given, Board board)
    {
        Formula f = Written(given);
        board.Say($"The lecture has a table of activations with their derivatives. Check it, and make one of all activations that the engine has: derivative, least and greatest value, greatest slope. For f = {f}: what are y = f(x) and d = f′(x) at x = {given.Number("x")}, and the greatest |f′| (m)? In a network of {given.Count("layers")} layers with this activation and weights of 1, what is the greatest factor (r) that the activations can give to a gradient on its way back? Why can the step function not be trained by gradients?",
            $"В лекции есть таблица функций активации с производными. Проверьте её и составьте таблицу всех активаций движка: производная, наименьшее и наибольшее значения, наибольший наклон. Для f = {f}: чему равны y = f(x) и d = f′(x) при x = {given.Number("x")} и наибольшее значение |f′| (m)? Во сколько раз (r) самое большее активации могут изменить градиент на обратном пути, если слоёв в сети {given.Count("layers")}, активация такая, а веса равны 1? Почему со ступенькой нельзя обучаться по градиенту?");
    }

    internal override void Solve(Given given, Board board)
    {
        board.Part($"The lecture's table", $"Таблица лекции");
        board.Say($"On the left the lecture's definition, then the derivative that the engine's rules give. The last two columns are the greatest differences of the lecture's f and f′ to the engine's, at points from −5 to 5 without 0:",
            $"Слева определение из лекции, затем производная по правилам движка. Последние два столбца — наибольшие отличия f и f′ лекции от движка в точках от −5 до 5 без нуля:");
        board.Table(["f", new Remark("in the lecture", "в лекции"), "f′", "|Δf|", "|Δf′|"], LectureRows.Value);
        board.Say($"It is right. At 0 some have a kink, where there is no derivative and any slope between those of both sides may be taken: the lecture takes 1 for ReLU there, the engine {Slope(Formula.Parse("relu(x)")).At(("x", 0))}, and as the step's value at 0 the lecture has 1, the engine {At(Formula.Parse("step(x)"), 0)}. For training that does not matter, as hardly any number is exactly 0. In the parameterised ReLU the slope below 0 is a weight a, which has a derivative too:",
            $"Таблица верна. В нуле у некоторых излом, производной там нет, и можно взять любой наклон между левым и правым: лекция берёт для ReLU в нуле 1, движок — {Slope(Formula.Parse("relu(x)")).At(("x", 0))}, а значение ступеньки в нуле в лекции 1, у движка {At(Formula.Parse("step(x)"), 0)}. Для обучения это неважно: ровно нуль почти не встречается. В параметризованном ReLU наклон слева — вес a, и у него тоже есть производная:");
        board.Differentiate(Formula.Parse("[x>0]?x:a*x"));
        board.Part($"All of the engine's", $"Все активации движка");
        board.Table(["f", "f′", new Remark("least", "наименьшее"), new Remark("greatest", "наибольшее"), "max |f′|"], Rows.Value);
        board.Say($"The values are those on a fine grid from −10 to 10 and far out, so what is only a limit, as the 1 of the sigmoid, counts as reached. Three kinds are to be told apart: bounded on both sides (their slope dies far out, and a sigmoid's is never above 1/4), lines above 0 (slope 1 there, however deep), and the smooth ones that dip below 0 and are somewhere steeper than 1.",
            $"Значения взяты на мелкой сетке от −10 до 10 и очень далеко, поэтому предел, например 1 у сигмоиды, считается достигнутым. Видны три вида: ограниченные с обеих сторон (вдали их наклон исчезает, а у сигмоиды он нигде не больше 1/4), прямые справа от нуля (там наклон 1 на любой глубине) и гладкие, которые заходят ниже нуля и где-то круче единицы.");
        Tensor fine = Tensor.Linspace(-10, 10, 2001, DType.Float64);
        double apart = (fine.Gelu() - new Function<GeluTanh>(default).Apply(fine)).Abs().Max().Item();
        board.Say($"GELU has an approximation by tanh as well, which differs from it by {apart} at most. Softmax, GLU and maxout take several numbers at once and are not in the table.",
            $"У GELU есть ещё приближение через tanh, оно отличается от неё не более чем на {apart}. Softmax, GLU и maxout берут сразу несколько чисел, и в таблице их нет.");
        Plane values = new("x", "f", (-4, 4), (-1.5, 3)), slopes = new("x", "f′", (-4, 4), (-0.3, 1.3));
        foreach (string name in (string[])["sigmoid", "tanh", "relu", "elu", "gelu"])
        {
            Formula f = Formula.Parse($"{name}(x)"), slope = Slope(f);
            values.Curve(x => At(f, x), name);
            slopes.Curve(x => At(slope, x), name);
        }
        board.Draw(values, new("Some activations", "Некоторые активации"));
        board.Draw(slopes, new("Their derivatives", "Их производные"));

        board.Part($"The one of the task", $"Активация из условия");
        Formula asked = Written(given), askedSlope = Slope(asked);
        double at = given.Number("x"), y = At(asked, at), d = At(askedSlope, at), m = Steepest(asked), r = Math.Pow(m, given.Count("layers"));
        board.Differentiate(asked);
        board.Say($"At x = {at}: y = {y}, d = {d}. The greatest slope is m = {m}. Going back, every layer multiplies the gradient by its f′, so {given.Count("layers")} of them multiply it by at most r = m^{given.Count("layers")} = {r}{(r > 1 ? ": it may even grow" : r < 1 ? ": it can only shrink" : "")}.",
            $"При x = {at}: y = {y}, d = {d}. Наибольший наклон m = {m}. На обратном пути каждый слой умножает градиент на свою f′, поэтому {Sentences.Plural(given.Count("layers"), "слой", "слоя", "слоёв")} вместе умножат его не больше чем на r = m^{given.Count("layers")} = {r}{(r > 1 ? ": он может даже вырасти" : r < 1 ? ": он может только уменьшиться" : "")}.");
        board.Say($"The step has the derivative {Slope(Formula.Parse("step(x)"))} wherever it has one. Every gradient through it is 0, so no weight before it learns; that is why the lecture replaces it by the sigmoid, which is a smooth step.",
            $"У ступеньки производная равна {Slope(Formula.Parse("step(x)"))} всюду, где она есть. Любой градиент сквозь неё — нуль, и ни один вес перед ней не учится; поэтому лекция заменяет её сигмоидой, гладкой ступенькой.");
        board.Ask("y", y, 0.005, null,
            new(N(At(asked, -at)), new("That is f(−x).", "Это f(−x).")),
            new(N(d), new("That is the derivative.", "Это производная.")));
        board.Ask("d", d, 0.005, null,
            new(N(y), new("That is f itself.", "Это сама f.")),
            new(N(At(askedSlope, -at)), new("That is f′(−x).", "Это f′(−x).")),
            new(N(y * (1 + y)), new("The sigmoid's derivative is f·(1 − f), with a minus.", "Производная сигмоиды f·(1 − f), с минусом.")));
        board.Ask("m", m, 0.005, null,
            new Slip(N(d), new("That is the slope at x; elsewhere it is greater.", "Это наклон в точке x; в другом месте он больше.")));
        board.Ask("r", r, Math.Min(0.005, r / 20), null,
            new(N(m * given.Count("layers")), new("The layers' slopes are multiplied, not added.", "Наклоны слоёв перемножаются, а не складываются.")),
            new(N(m), new("That is one layer.", "Это один слой.")));
        board.AskWhich("step", 2,
            new("it is not bounded", "она не ограничена"),
            new("its derivative is 0 wherever there is one, so nothing is learnt", "её производная равна 0 всюду, где она есть, и научиться ничему нельзя"),
            new("its derivative is too large", "её производная слишком велика"));
    }

    private static Formula Written(Given given)
    {
        double alpha = given.Number("alpha");
        return Formula.Parse(alpha == 0 ? $"{given.Text("f")}(x)" : string.Create(CultureInfo.InvariantCulture, $"{given.Text("f")}(x,{alpha})"));
    }

    private static Formula Slope(Formula f) => Differentiation.Of(f).Single().Derivative;

    private static double At(Formula f, double x) => f.At([.. f.Variables.Select(v => (v.Name, x))]);

    // A bound that is infinite, and no more digits than the grid gives.
    private static double Ends(double x) => Math.Abs(x) > Infinite ? Math.Sign(x) * double.PositiveInfinity : Math.Round(x, 4);

    // Both tables are the same for all parameters, so they are made once.
    private static readonly Lazy<object[][]> LectureRows = new(() =>
    {
        double[] points = [.. Enumerable.Range(-10, 21).Where(i => i != 0).Select(i => i / 2.0)];
        return [.. Lecture.Select(row =>
        {
            Formula op = Formula.Parse(row.Name), f = Formula.Parse(row.F), slope = Formula.Parse(row.Slope), own = Slope(op);
            double Apart(Formula a, Formula b) => Math.Round(points.Max(x => Math.Abs(At(a, x) - At(b, x))), 9);
            return (object[])[op, f, own, Apart(op, f), Apart(own, slope)];
        })];
    });

    // The ops of one number that are bricks as well, with their options as the table of ops has them.
    private static readonly Lazy<object[][]> Rows = new(() =>
    {
        HashSet<string> bricks = [.. NetNotation.Bricks.Select(b => b.Name)];
        return [.. OpTable.All.Where(op => bricks.Contains(op.Name.ToLowerInvariant()) && (Glass.Formulas.Function.IsElementwise(op) || op is Ops.Tanhshrink)).OrderBy(op => op.Name, StringComparer.Ordinal).Select(op =>
        {
            Formula f = Formula.Of(Call.Of(op, new Variable("x", Shape.Scalar)));
            (Tensor y, Tensor d) = Grid(f);
            return (object[])[f, Slope(f), Ends(y.Min().Item()), Ends(y.Max().Item()), Ends(d.Abs().Max().Item())];
        })];
    });

    // The greatest slope, on a coarse grid and then on a fine one around what it found.
    private static double Steepest(Formula f)
    {
        Tensor x = Tensor.Concat(0, Tensor.Linspace(-10, 10, 2001, DType.Float64), Tensor.Of(-50.0, 50.0)), coarse = At(f, x).D.Abs();
        double around = x[(int)coarse.ArgMax(0).Item()].Item();
        return Math.Max(coarse.Max().Item(), At(f, Tensor.Linspace(around - 0.01, around + 0.01, 20001, DType.Float64)).D.Abs().Max().Item());
    }

    // From −10 to 10 and far out; where there is no value, such as ∞ − ∞, it is left out.
    private static (Tensor Y, Tensor D) Grid(Formula f)
    {
        (Tensor y, Tensor d) = At(f, Tensor.Concat(0, Tensor.Linspace(-10, 10, 2001, DType.Float64), Tensor.Of(-1e15, -50.0, 50.0, 1e15)));
        return (Finite(y), Finite(d));
    }

    // Values and slopes by the engine's rules.
    private static (Tensor Y, Tensor D) At(Formula f, Tensor points)
    {
        Tensor x = points.Track();
        Call call = (Call)f.Root;
        Tensor y = call.Op.Apply([.. call.Inputs.Select(_ => x)]);
        return (y.Detach(), Gradient.TryOf(y.Sum(), x)[0]?.Detach() ?? Tensor.Zeros(x.Shape, DType.Float64));
    }

    private static Tensor Finite(Tensor x) => Tensor.From<double>([.. x.ToDoubles().Where(double.IsFinite)]);
}
