// What a teacher says beside the formulas, in both languages: what an op does on the way forward, and how it treats the
// gradient on the way back (add distributes, multiply swaps, max routes, copy adds).

using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Explaining;

internal static class Sentences
{
    private const string SumPool = "SumPool"; // an average pool that adds up, and divides by nothing

    public static Remark Unchanged { get; } = new("It hands on what it gets.", "Этот блок передаёт свой вход дальше без изменений.");

    public static Remark KeepsPositive { get; } = new(
        "ReLU keeps what is positive and makes the rest 0.",
        "ReLU оставляет положительные числа, а остальные заменяет нулём.");

    public static Remark Winners { get; } = new("Every window hands on its greatest entry.", "Из каждого окна дальше идёт наибольший элемент.");

    public static Remark Shares { get; } = new(
        "Softmax makes positive numbers of sum 1: e to the power of each, divided by the sum of all.",
        "Softmax даёт положительные числа с суммой 1: экспонента каждого числа делится на сумму экспонент всех.");

    public static Remark NotReached { get; } = new(
        "No gradient gets here: the loss does not depend on this value by a derivative. That is not a gradient of 0, but none.",
        "Градиент сюда не доходит: функция потерь не зависит от этого значения дифференцируемым образом. Это не нулевой градиент: "
            + "градиента здесь просто нет.");

    public static Remark Prepared { get; } = new(
        "The network learns numbers around 0: of each column the mean of the training data is taken off, and what is left is divided by "
            + "their standard deviation.",
        "Сеть обучается на числах около нуля: из каждого столбца вычитается его среднее по обучающей выборке, и разность делится на его "
            + "стандартное отклонение.");

    public static Remark PreparedPictures { get; } = new(
        "The network learns numbers around 0: of each channel the mean brightness of the training pictures is taken off, and what is left "
            + "is divided by their standard deviation.",
        "Сеть обучается на числах около нуля: из каждого канала вычитается его средняя яркость по обучающей выборке, и разность делится на "
            + "стандартное отклонение яркости.");

    public static Remark Bytes { get; } = new(
        "Pixels are bytes, 0 to 255; they stand for a brightness from 0 to 1.",
        "Пиксели — это байты от 0 до 255; они задают яркость от 0 до 1.");

    /// <summary>What the outputs are called.</summary>
    public static Remark Outputs(string names) => new($"The outputs are: {names}.", $"Выходы: {names}.");

    /// <summary>What the outputs say, as predict tells it.</summary>
    public static Remark Reads(string answer) => new($"Read as a prediction: {answer}.", $"Как предсказание это означает: {answer}.");

    /// <summary>A class by its name.</summary>
    public static Remark Class(int label, string name) => new($"Class {label} is {name}.", $"Класс {label} — {name}.");

    /// <summary>Targets in the units of the data.</summary>
    public static Remark TargetIs(string formula) => new(
        $"The target is prepared as those of the training data were: {formula}.",
        $"Целевое значение преобразовано так же, как в обучающей выборке: {formula}.");

    public static Remark Unused { get; } = new(
        "Its output is not used: nothing that is shown here depends on it.",
        "Выход этого блока не используется: ничто из показанного здесь от него не зависит.");

    public static Remark Ends { get; } = new(
        "No gradient goes on from here: what is computed here changes by jumps alone, or not at all.",
        "Дальше градиент не идёт: то, что здесь вычисляется, меняется только скачками или не меняется вовсе.");

    public static Remark Cut { get; } = new(
        "No gradient goes on from here: the value is taken as a constant (detach).",
        "Дальше градиент не идёт: значение считается константой (detach).");

    public static Remark Shared { get; } = new(
        "The weights were used before, too; their gradient is the sum over all turns, and is complete where the first one is explained.",
        "Эти веса уже использовались раньше; их градиент — сумма по всем использованиям, и полностью он вычислен там, где разобрано первое из них.");

    /// <summary>On what a module of one's own does itself.</summary>
    public static Remark Between(string module) => new(
        $"{module} computes this itself, not by one of its bricks.",
        $"Это вычисляет сам модуль {module}, а не один из его блоков.");

    public static Remark Measured { get; } = new(
        "In training the running statistics follow those of the batch (the variance divided by n − 1, not n); evaluation computes with them.",
        "При обучении скользящие среднее и дисперсия обновляются по статистикам пакета (дисперсия — с делением на n − 1, а не на n); "
            + "обученная сеть нормирует вход по этим скользящим значениям.");

    /// <summary>On the vector of a spectral norm.</summary>
    public static Remark Approached(string u) => new(
        $"{u} is measured, not learnt: each training step brings it nearer to the vector that the weights stretch the most, and the weights are divided "
            + "by how much.",
        $"{u} не обучается, а оценивается: на каждом шаге обучения он приближается к вектору, который матрица весов растягивает сильнее всего; "
            + "на коэффициент этого растяжения веса и делятся.");

    public static Remark Frozen { get; } = new(
        "A gradient gets here, but the optimizer keeps this weight as it is: the rate of its group is 0.",
        "Градиент сюда доходит, но оптимизатор не меняет этот вес: скорость обучения его группы равна 0.");

    public static Remark Collecting(int steps) =>
        new($"The gradient is added to those before, G; the weight changes in the last of {steps} steps, by their mean.",
        $"Градиент прибавляется к предыдущим, их сумма — G; вес меняется на последнем из {Plural(steps, "шага", "шагов", "шагов")} по среднему градиенту.");

    public static Remark Chain { get; } = new(
        "The chain rule begins at the loss, whose gradient by itself is 1.",
        "Цепное правило начинается с функции потерь: её производная по ней самой равна 1.");

    public static Remark Halved { get; } = new(
        "Each of the two squares has the derivative 2(y − t), and the mean divides by 2: of 2/2 nothing is left.",
        "Производная каждого из двух квадратов равна 2(y − t), а усреднение делит на 2: двойки сокращаются.");

    public static Remark Rate(Digits rate) =>
        new($"η {(rate.IsExact ? "=" : "≈")} {rate.Text} is the learning rate.", $"η {(rate.IsExact ? "=" : "≈")} {rate.Text} — скорость обучения.");

    public static Remark Step(long step) => new($"k = {step} is the number of the step.", $"k = {step} — номер шага.");

    /// <summary>What the optimiser's memory holds before the first step.</summary>
    public static Remark Beginning(string[] memories) =>
        new($"Before the first step {string.Join(", ", memories)}.", $"Перед первым шагом {string.Join(", ", memories)}.");

    /// <summary>On what random numbers are made of, where a formula names it.</summary>
    public static Remark State(string s) => new(
        $"{s} is the state of the random numbers, from which they follow.",
        $"{s} — состояние генератора, из которого получаются случайные числа.");

    public static Remark Nothing { get; } = new(
        "Before this step the state is 0: the weights that multiply it add nothing, 0 times each, and their gradient is 0.",
        "Перед этим шагом состояние равно 0, поэтому веса, на которые оно умножается, ничего не добавляют, и их градиент равен 0.");

    /// <summary>On states that begin with 0: the weights that they are multiplied by get nothing there.</summary>
    public static Remark FromNothing(string[] states) => new(
        $"{string.Join(", ", states)} {(states.Length == 1 ? "is" : "are")} 0, so the first step adds nothing to the gradients "
            + "of the weights that multiply the state.",
        $"{string.Join(", ", states)} = 0, поэтому первый шаг ничего не добавляет к градиентам весов, на которые умножается состояние.");

    public static Remark Counted { get; } = new(
        "Entries are counted from 1 here, classes from 0: class k is entry k + 1.",
        "Элементы здесь нумеруются с 1, а классы — с 0: класс k — это элемент k + 1.");

    /// <summary>On an attention whose queries are (batch, heads of keys, queries of each, positions, columns).</summary>
    /// <param name="q">The shape of the queries.</param>
    /// <param name="projections">What the columns are of: x·W_q + b_q, and so for keys and values.</param>
    public static Remark Heads(Shape q, IReadOnlyList<string> projections)
    {
        (int keys, int each, int size) = (q[1], q[2], q[4]);
        string columns = size == 1 ? "one column" : $"{size} columns";
        string ofColumns = size == 1 ? "одному столбцу" : Plural(size, "столбцу", "столбца", "столбцов");
        bool isGrouped = each > 1;
        return new(
            (isGrouped
                ? $"The columns of {projections[0]} are split into {keys * each} heads of {columns}, "
                    + $"those of {projections[1]} and {projections[2]} into {keys}, each for {each} heads of queries, "
                : $"The columns of {projections[0]}, {projections[1]} and {projections[2]} are split into {keys} heads of {columns}, ")
                + "and each head looks by itself: Q[…,i,j] is position i, column j of a head. Before W_o the heads are put side by side again.",
            (isGrouped
                ? $"Столбцы {projections[0]} делятся на {Plural(keys * each, "голову", "головы", "голов")} по {ofColumns}, а столбцы {projections[1]} и "
                    + $"{projections[2]} — на {Plural(keys, "голову", "головы", "голов")}, "
                    + $"каждая из которых служит нескольким головам запросов (здесь {each}), "
                : $"Столбцы {projections[0]}, {projections[1]} и {projections[2]} делятся на {Plural(keys, "голову", "головы", "голов")} по {ofColumns}, ")
                + "и каждая голова вычисляет внимание отдельно: Q[…,i,j] — позиция i, столбец j одной головы. "
                + "Перед умножением на W_o выходы голов снова ставятся рядом.");
    }

    private static readonly Dictionary<string, Remark> OnTheWay = new(StringComparer.Ordinal)
    {
        ["Relu"] = KeepsPositive,
        ["MaxPool"] = Winners,
        ["Softmax"] = Shares,
        ["Conv"] = new(
            "Each entry is a window of the input times the kernel, entry by entry, and all these products added up, over the window and its channels.",
            "Каждый элемент выхода — сумма поэлементных произведений окна входа и ядра: по всему окну и по всем его каналам."),
        ["Take"] = new(
            "Each number picks a row of the table. Rows are counted from 1 here, the numbers from 0: the number k picks row k + 1.",
            "Каждое число выбирает строку таблицы. Строки здесь нумеруются с 1, а числа — с 0: число k выбирает строку k + 1."),
        ["RotaryEmbedding"] = new(
            "rotary turns pairs of entries, so that a score depends on how far apart two places are: in the row of place t, of D entries, i and "
                + "i + D/2 are a pair, turned by the angle (t − 1)·10000^(−2(i − 1)/D), unless the formula says it otherwise.",
            "rotary поворачивает пары элементов, чтобы оценка зависела от расстояния между позициями: в строке позиции t, состоящей из D элементов, "
                + "элементы i и i + D/2 образуют пару и поворачиваются на угол (t − 1)·10000^(−2(i − 1)/D), если в формуле не указано иное."),
        ["RandomUniform"] = new(
            "Numbers from 0 to 1 are drawn, independent of each other: what gets one below the probability is dropped.",
            "Берутся независимые случайные числа от 0 до 1: что получило число меньше заданной вероятности, то выбрасывается."),
    };

    private static readonly Dictionary<string, Remark> OnTheWayBack = new(StringComparer.Ordinal)
    {
        ["Add"] = new("Addition hands its gradient on to all summands as it is.", "Сложение передаёт свой градиент всем слагаемым без изменений."),
        ["Sub"] = new(
            "Subtraction hands its gradient on; what is subtracted gets it with a minus.",
            "Вычитание передаёт свой градиент уменьшаемому без изменений, а вычитаемому — со знаком минус."),
        ["Mul"] = new(
            "Multiplication swaps the factors: each gets the gradient times the other factor.",
            "Умножение меняет множители местами: каждый получает градиент, умноженный на другой множитель."),
        ["MatMul"] = new(
            "A matrix product hands back the gradient times the other factor, transposed.",
            "Произведение матриц передаёт каждому множителю градиент, умноженный на другой множитель, транспонированный."),
        ["Relu"] = new(
            "ReLU is a gate: the gradient gets through where the input was positive, elsewhere it is 0.",
            "ReLU — это вентиль: градиент проходит там, где вход был положительным, в остальных местах он равен 0."),
        ["ReduceMax"] = new(
            "The maximum routes: only the greatest gets the gradient; several that are equally great share it evenly.",
            "Максимум выбирает, куда идёт градиент: его получает только наибольший элемент, а если таких несколько, они делят его поровну."),
        ["MaxPool"] = new(
            "The maximum routes: of each window only the winner gets the gradient, of several that are equally great the first one, row by row. "
                + "maxpoolᵀ puts it there; where windows overlap, what one entry gets is added up.",
            "Максимум выбирает, куда идёт градиент: в каждом окне его получает только наибольший элемент, а если таких несколько, — первый из них "
                + "по порядку строк. maxpoolᵀ ставит градиент на это место; где окна пересекаются, градиенты складываются."),
        ["AveragePool"] = new(
            "The mean shares out: avgpoolᵀ gives each entry of a window the window's gradient, divided by how many there are; where "
                + "windows overlap, it is added up.",
            "Среднее делит градиент поровну: avgpoolᵀ даёт каждому элементу окна градиент окна, делённый на число элементов; где окна пересекаются, "
                + "градиенты складываются."),
        ["Conv"] = new(
            "Each weight of the kernel met an entry in every window: ∗ʷ adds up those entries, each times the gradient of what its window "
                + "gave. Each entry of the input met a weight in every window it lies in: ∗ᵀ adds up those weights, each times the gradient of "
                + "what that window gave.",
            "Каждый вес ядра умножался в каждом окне на один элемент входа: ∗ʷ складывает эти элементы, каждый с множителем — градиентом "
                + "того, что дало это окно. Каждый элемент входа умножался в каждом окне, куда он попал, на один вес: ∗ᵀ складывает эти веса, "
                + "каждый с множителем — градиентом того, что дало это окно."),
        ["Take"] = new(
            "Each row that was picked gets the gradient of what was made of it: scatter adds it up there, and rows that were not picked get 0.",
            "Каждая выбранная строка получает градиент всего, что из неё вычислено: scatter складывает эти градиенты, а невыбранные строки получают 0."),
        ["RotaryEmbedding"] = new(
            "A rotation hands its gradient back turned by the opposite angles: rotaryᵀ.",
            "Поворот передаёт назад градиент, повёрнутый на те же углы в обратную сторону: rotaryᵀ."),
        ["Sigmoid"] = new("The derivative of the sigmoid is σ(1 − σ), at most 1/4.", "Производная сигмоиды равна σ(1 − σ) и не больше 1/4."),
        ["Tanh"] = new("The derivative of tanh is 1 − tanh², at most 1.", "Производная tanh равна 1 − tanh² и не больше 1."),
        ["Softmax"] = new(
            "Softmax's entries push each other: from each gradient the mean of all, weighted with the probabilities, is taken away.",
            "Выходы softmax связаны между собой: из каждого градиента вычитается среднее всех градиентов, взвешенное по вероятностям."),
    };

    /// <summary>Every sentence on an op, with the op's name.</summary>
    public static IEnumerable<(string Op, Remark Remark)> OnOps => OnTheWay.Concat(OnTheWayBack).Select(s => (s.Key, s.Value));

    private static readonly Remark Summed = new(
        "A sum hands its gradient on: avgpoolᵀ gives each entry of a window the window's gradient; where windows overlap, it is added up.",
        "Сумма передаёт градиент дальше: avgpoolᵀ даёт каждому элементу окна градиент окна; где окна пересекаются, градиенты складываются.");

    private static readonly Remark Copies = new(
        "A value that is used several times gets the sum of the gradients.",
        "Значение, использованное несколько раз, получает сумму градиентов.");

    /// <summary>How many parts are left out.</summary>
    public static Remark More(int count) =>
        new($"{count} more parts are computed in the same way and not shown.",
        $"Ещё {Plural(count, "часть вычисляется так же и не показана", "части вычисляются так же и не показаны", "частей вычисляются так же и не показаны")}.");

    /// <summary>On what a brick does.</summary>
    public static IEnumerable<Remark> Forward(BrickCall call) => OpsOf(call.Own).Select(op => OnTheWay.GetValueOrDefault(op)).OfType<Remark>();

    /// <summary>On how a brick treats the gradient.</summary>
    public static IEnumerable<Remark> Backward(BrickCall call, StepTrace trace)
    {
        // A constant that is taken off gets no gradient.
        bool IsOfConstant(Tensor v) => v.Node is { Op: Binary<Sub>, Inputs: [_, var less] } && !trace.Gradients.ContainsKey(less);
        foreach (string op in OpsOf(call.Own.Where(v => trace.Gradients.ContainsKey(v) && !IsOfConstant(v))))
        {
            if (op == SumPool) yield return Summed;
            else if (OnTheWayBack.TryGetValue(op, out Remark? remark)) yield return remark;
        }
        int readers = trace.Forward.Count(v => v.Node is { } node && node.Inputs.Contains(call.Input) && v.DType.IsFloat);
        if (readers > 1) yield return Copies;
    }

    /// <summary>On a loss.</summary>
    public static IEnumerable<Remark> Loss(Loss loss) =>
    [
        .. Meanings.OfLoss(loss) is { } meaning ? (Remark[])[meaning] : [],
        .. loss switch
        {
            BinaryCrossEntropy => (Remark[])[new(
                "Of an output z the logarithm of the sigmoid is computed as −softplus(−z), that of 1 minus the sigmoid as −softplus(z): the same "
                    + "numbers, without overflow.",
                "Для выхода z логарифм сигмоиды вычисляется как −softplus(−z), а логарифм единицы минус сигмоида — как −softplus(z): числа те же, "
                    + "но переполнения не бывает.")],
            KullbackLeibler => [new("Where t is 0, t·ln t counts as 0.", "Там, где t равно 0, t·ln t считается равным 0.")],
            _ => [],
        },
    ];

    /// <summary>A number with the word for it, as Russian has it: 1 часть, 2 части, 5 частей.</summary>
    public static string Plural(long n, string one, string few, string many) => $"{n} {Form(n, one, few, many)}";

    /// <summary>The word that belongs to a number in Russian.</summary>
    public static string Form(long n, string one, string few, string many)
    {
        long tens = Math.Abs(n) % 100, units = tens % 10;
        return tens is > 10 and < 20 ? many : units == 1 ? one : units is >= 2 and <= 4 ? few : many;
    }

    private static IEnumerable<string> OpsOf(IEnumerable<Tensor> values) =>
        values.Select(v => v.Node!.Op is Ops.AvgPool { Divisor: Divisor.One } ? SumPool : v.Node.Op.Name).Distinct(StringComparer.Ordinal);
}
