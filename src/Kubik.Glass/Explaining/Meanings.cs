// What each brick of the notation and each loss is for, in a sentence, by the word that it is written with. An op that has a sentence
// of its own (Sentences) says it where it is at work; what is here is said of the brick as a whole.

using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Explaining;

internal static class Meanings
{
    private static readonly Dictionary<string, Remark> OfBricks = new(StringComparer.Ordinal)
    {
        ["linear"] = new(
            "Each output is a sum of all inputs, each times a weight of its own; a bias is added where there is one.",
            "Каждый выход — взвешенная сумма всех входов, у каждого выхода свои веса; если есть смещение, оно прибавляется."),
        ["tiedlinear"] = new(
            "A linear layer whose weights are the table of an embedding, transposed.",
            "Полносвязный слой, матрица весов которого — транспонированная таблица векторов слов."),
        ["conv"] = new(
            "A kernel goes over the input; each output is what lies under it, times the kernel, summed; a bias is added where there is one.",
            "Ядро скользит по входу; каждый выход — сумма поэлементных произведений ядра и участка входа под ним; если есть смещение, оно прибавляется."),
        ["convtranspose"] = new(
            "Each entry puts the kernel, times that entry, into a larger output; what overlaps is added.",
            "Каждый элемент входа накладывает на выход большего размера ядро, умноженное на этот элемент; где ядра перекрываются, значения складываются."),
        ["depthwise"] = new(
            "A convolution of each channel by itself, with kernels of its own.",
            "Поканальная свёртка: каждый канал сворачивается отдельно, со своими ядрами."),
        ["separable"] = new(
            "First each channel is convolved by itself, then a 1×1 convolution mixes the channels.",
            "Сначала каждый канал сворачивается отдельно, затем свёртка 1×1 смешивает каналы."),
        ["maxpool"] = Sentences.Winners,
        ["avgpool"] = new("Every window hands on the mean of its entries.", "Из каждого окна дальше идёт среднее его элементов."),
        ["lppool"] = new("Every window hands on its p-norm.", "Из каждого окна дальше идёт p-норма его элементов."),
        ["globalavgpool"] = new("Of each channel the mean is left.", "От каждого канала остаётся среднее."),
        ["globalmaxpool"] = new("Of each channel the greatest entry is left.", "От каждого канала остаётся наибольший элемент."),
        ["adaptiveavgpool"] = new(
            "Means of windows that are as large as the wanted size asks for.",
            "Средние по окнам, величина которых выбрана так, чтобы выход получил нужный размер."),
        ["adaptivemaxpool"] = new(
            "The greatest entries of windows that are as large as the wanted size asks for.",
            "Наибольшие элементы окон, величина которых выбрана так, чтобы выход получил нужный размер."),
        ["pad"] = new("Cells are put around the input.", "Вход дополняется ячейками по краям."),
        ["unfold"] = new("The windows of the input are put beside each other as columns.", "Окна входа выписываются рядом в виде столбцов."),
        ["fold"] = new(
            "Columns are put back as windows; what overlaps is added.",
            "Столбцы возвращаются на места окон; где окна перекрываются, значения складываются."),
        ["upsample"] = new(
            "The input is made larger: new entries are those near them, or lie between.",
            "Вход увеличивается: новые элементы повторяют соседние или получаются из них интерполяцией."),
        ["resize"] = new(
            "The input gets another size: new entries are those near them, or lie between.",
            "Вход получает другой размер: новые элементы повторяют соседние или получаются из них интерполяцией."),
        ["pixelshuffle"] = new(
            "Channels become pixels: the picture is larger, with fewer channels.",
            "Каналы становятся пикселями: картинка больше, каналов меньше."),
        ["pixelunshuffle"] = new(
            "Pixels become channels: the picture is smaller, with more channels.",
            "Пиксели становятся каналами: картинка меньше, каналов больше."),
        ["flatten"] = new("All of a sample stands in one row; no number changes.", "Все числа примера выписываются в одну строку; сами они не меняются."),
        ["unflatten"] = new("A row gets axes again; no number changes.", "Строка снова становится тензором с несколькими осями; числа не меняются."),
        ["reshape"] = new("The same numbers in another shape.", "Те же числа в другой форме."),
        ["permute"] = new("The axes change places; no number changes.", "Оси меняются местами; числа не меняются."),
        ["identity"] = Sentences.Unchanged,
        ["relu"] = Sentences.KeepsPositive,
        ["relu6"] = new(
            "A ReLU that ends at 6: everything is cut to lie from 0 to 6.",
            "ReLU с верхним пределом 6: значения ограничиваются отрезком от 0 до 6."),
        ["leakyrelu"] = new(
            "What is positive stays; what is negative is multiplied by a slope α: leakyrelu(x) = x where x > 0, else α·x.",
            "Положительные числа не меняются; отрицательные умножаются на α: leakyrelu(x) = x при x > 0, иначе α·x."),
        ["prelu"] = new(
            "What is positive stays; what is negative is multiplied by a slope that is learnt.",
            "Положительные числа не меняются; отрицательные умножаются на обучаемый коэффициент."),
        ["elu"] = new(
            "What is positive stays; what is negative bends towards −α: elu(x) = x where x > 0, else α·(eˣ − 1).",
            "Положительные числа не меняются; отрицательные плавно стремятся к −α: elu(x) = x при x > 0, иначе α·(eˣ − 1)."),
        ["celu"] = new(
            "What is positive stays; what is negative bends towards −α, without a corner at 0: celu(x) = x where x > 0, else α·(e^(x/α) − 1).",
            "Положительные числа не меняются; отрицательные плавно стремятся к −α, без излома в нуле: celu(x) = x при x > 0, иначе α·(e^(x/α) − 1)."),
        ["selu"] = new(
            "selu(x) = λ·x where x > 0, else λ·α·(eˣ − 1): an ELU with a scale, λ ≈ 1.0507 and α ≈ 1.6733, chosen so that mean 0 and variance 1 "
                + "stay from layer to layer.",
            "selu(x) = λ·x при x > 0, иначе λ·α·(eˣ − 1): ELU с множителем; λ ≈ 1.0507 и α ≈ 1.6733 выбраны так, чтобы от слоя к слою сохранялись "
                + "среднее 0 и дисперсия 1."),
        ["gelu"] = new(
            "A smooth ReLU: gelu(x) = x·Φ(x), each number times the probability Φ(x) that a standard normal one is below it.",
            "Гладкий ReLU: gelu(x) = x·Φ(x), каждое число умножается на вероятность Φ(x) того, что стандартная нормальная "
                + "величина меньше него."),
        ["silu"] = new(
            "A smooth ReLU: silu(x) = x·sigmoid(x) = x/(1 + e⁻ˣ), each number times its sigmoid.",
            "Гладкий ReLU: silu(x) = x·sigmoid(x) = x/(1 + e⁻ˣ), каждое число умножается на сигмоиду от него."),
        ["mish"] = new(
            "A smooth ReLU: mish(x) = x·tanh(ln(1 + eˣ)), each number times the tanh of its softplus.",
            "Гладкий ReLU: mish(x) = x·tanh(ln(1 + eˣ)), каждое число умножается на tanh от softplus этого числа."),
        ["glu"] = new("One half of the input, times the sigmoid of the other half: a gate.", "Одна половина входа умножается на сигмоиду другой: вентиль."),
        ["maxout"] = new("Of several pieces the greatest is handed on.", "Из нескольких значений дальше идёт наибольшее."),
        ["sigmoid"] = new(
            "The sigmoid bends every number into the range from 0 to 1; 0 becomes 1/2.",
            "Сигмоида переводит каждое число в промежуток от 0 до 1; 0 переходит в 1/2."),
        ["logsigmoid"] = new(
            "The logarithm of the sigmoid, logsigmoid(x) = ln(1/(1 + e⁻ˣ)): of the probability, where the number is its logit.",
            "Логарифм сигмоиды, logsigmoid(x) = ln(1/(1 + e⁻ˣ)): логарифм вероятности, если число — её логит."),
        ["hardsigmoid"] = new(
            "A sigmoid of straight pieces: hardsigmoid(x) = α·x + β, but 0 where that is below 0, and 1 where it is above 1.",
            "Кусочно-линейная сигмоида: hardsigmoid(x) = α·x + β, но 0 там, где это меньше 0, и 1 там, где это больше 1."),
        ["hardswish"] = new(
            "Each number times its sigmoid of straight pieces: hardswish(x) = x·(x + 3)/6 from −3 to 3, 0 below, x above.",
            "Каждое число умножается на кусочно-линейную сигмоиду от него: hardswish(x) = x·(x + 3)/6 при x от −3 до 3, 0 при меньших x, x при больших."),
        ["tanh"] = new("Tanh bends every number into the range from −1 to 1; 0 stays 0.", "Tanh переводит каждое число в промежуток от −1 до 1; 0 остаётся 0."),
        ["hardtanh"] = new("Everything is cut to lie between two limits.", "Значения ограничиваются отрезком между двумя пределами."),
        ["tanhshrink"] = new(
            "Each number without its tanh: small ones become almost 0.",
            "Из каждого числа вычитается его tanh: малые числа становятся почти нулевыми."),
        ["hardshrink"] = new(
            "What lies near 0 becomes 0, the rest stays: hardshrink(x) = x where |x| > λ, else 0.",
            "Числа вблизи нуля заменяются нулём, остальные не меняются: hardshrink(x) = x при |x| > λ, иначе 0."),
        ["softshrink"] = new(
            "Everything is moved towards 0 by λ, and what lies nearer becomes 0: softshrink(x) = x − λ where x > λ, x + λ where x < −λ, else 0.",
            "Все числа сдвигаются к нулю на λ, а те, что были ближе, заменяются нулём: softshrink(x) = x − λ при x > λ, x + λ при x < −λ, иначе 0."),
        ["softplus"] = new("A smooth ReLU: softplus(x) = ln(1 + eˣ).", "Гладкий ReLU: softplus(x) = ln(1 + eˣ)."),
        ["softsign"] = new(
            "Each number divided by 1 + its size: softsign(x) = x/(1 + |x|), between −1 and 1.",
            "Каждое число делится на единицу плюс его модуль: softsign(x) = x/(1 + |x|), получается число между −1 и 1."),
        ["step"] = new(
            "1 for what is positive, 0 for the rest. It has no slope, so no gradient gets through.",
            "1 для положительных чисел, 0 для остальных. Наклона у ступеньки нет, поэтому градиент через неё не проходит."),
        ["threshold"] = new(
            "What is above a limit stays, the rest becomes one fixed number: threshold(x) = x where x > θ, else c.",
            "Числа выше порога не меняются, остальные заменяются одним и тем же числом: threshold(x) = x при x > θ, иначе c."),
        ["softmax"] = Sentences.Shares,
        ["softmin"] = new(
            "A softmax of the negatives: the smallest gets the largest part.",
            "Softmax чисел с обратным знаком: наименьшему достаётся наибольшая доля."),
        ["logsoftmax"] = new("The logarithms of the softmax.", "Логарифмы значений softmax."),
        ["dropout"] = new(
            "In training entries are dropped at random; the rest grows, so that the mean stays.",
            "При обучении случайно выбранные элементы обнуляются; остальные увеличиваются так, чтобы среднее сохранилось."),
        ["alphadropout"] = new(
            "In training entries at random become the limit of SELU; then all are scaled so that mean and variance stay.",
            "При обучении случайно выбранные элементы заменяются предельным значением SELU; затем всё масштабируется так, "
                + "чтобы среднее и дисперсия сохранились."),
        ["spatialdropout"] = new("In training whole channels are dropped at random.", "При обучении случайно выбранные каналы обнуляются целиком."),
        ["gaussiannoise"] = new("In training normal noise is added.", "При обучении прибавляется нормально распределённый шум."),
        ["batchnorm"] = NormMeanings.Usual(new BatchNorm()),
        ["layernorm"] = NormMeanings.Usual(new LayerNorm()),
        ["rmsnorm"] = NormMeanings.Usual(new RmsNorm()),
        ["groupnorm"] = NormMeanings.Usual(new GroupNorm(2)),
        ["instancenorm"] = NormMeanings.Usual(new InstanceNorm()),
        ["lrn"] = new(
            "Each entry is divided by a power of a number that grows with the mean of the squares in the channels around it.",
            "Каждый элемент делится на степень числа, которое растёт со средним квадратов в соседних каналах."),
        ["lpnorm"] = new(
            "Each vector is divided by its length, which becomes 1; a vector of zeros stays as it is.",
            "Каждый вектор делится на свою длину, и она становится равной 1; нулевой вектор не меняется."),
        ["weightnorm"] = new(
            "A layer whose weights are a length and a direction, learnt apart.",
            "Слой, у весов которого длина и направление обучаются отдельно."),
        ["spectralnorm"] = new(
            "A layer whose weights are divided by their greatest singular value σ. "
                + "u and v are taken as constants: no gradient goes through them to the weights.",
            "Слой, веса которого делятся на наибольшее сингулярное число σ их матрицы. u и v считаются постоянными: градиент через них к весам не идёт."),
        ["embedding"] = new(
            "Each number picks a row of the table: a vector that is learnt for each word.",
            "Каждое число выбирает строку таблицы: у каждого слова свой обучаемый вектор."),
        ["positionalencoding"] = new(
            "Sines and cosines of the position are added, so that places can be told apart.",
            "Прибавляются синусы и косинусы позиции, чтобы позиции можно было различить."),
        ["positions"] = new("A vector that is learnt for each position is added.", "К каждой позиции прибавляется её обучаемый вектор."),
        ["attention"] = new(
            "Each place asks with a query Q; the keys K that fit it best say of which places the values V are taken, with the weights A = "
                + "softmax of the scores.",
            "Каждая позиция посылает запрос Q; чем лучше ему подходит ключ K другой позиции, тем с большим весом берётся её значение V. "
                + "Веса — это A, softmax от оценок."),
        ["transformer"] = new(
            "Attention and then a network for each place by itself; what each gives is added to what went into it.",
            "Внимание, затем сеть для каждой позиции отдельно; выход каждой из этих частей прибавляется к её входу."),
        ["residual"] = new("What the inside computes is added to the input.", "То, что вычислено внутри, прибавляется ко входу."),
        ["parallel"] = new(
            "The input goes through several nets; their outputs are put beside each other or added.",
            "Вход проходит через несколько сетей; их выходы соединяются в один или складываются."),
        ["repeat"] = new(
            "The same bricks several times in a row, each time with weights of their own.",
            "Те же блоки несколько раз подряд, каждый раз со своими весами."),
        ["recompute"] = new(
            "The inside as it is; on the way back it is computed again and not remembered.",
            "То же, что внутри; при обратном проходе всё это вычисляется заново, а не хранится в памяти."),
        ["rnn"] = new(
            "The state h goes from place to place: the new one is tanh (or ReLU) of the input and the old one, each times its weights.",
            "Состояние h передаётся от шага к шагу: новое — это tanh (или ReLU) от суммы входа и прежнего состояния, взятых каждое со своими весами."),
        ["lstm"] = new(
            "Gates from 0 to 1 steer a memory c: f keeps the old, i lets the candidate g in, o shows it as the state h.",
            "Вентили со значениями от 0 до 1 управляют памятью c: f сохраняет прежнее, i впускает кандидата g, o выдаёт память наружу как состояние h."),
        ["gru"] = new(
            "The gate z mixes the old state h with a candidate n; the gate r says how much of the old the candidate sees.",
            "Вентиль z смешивает прежнее состояние h с кандидатом n; вентиль r определяет, какую часть прежнего состояния видит кандидат."),
    };

    private static readonly Dictionary<string, Remark> OfLosses = new(StringComparer.Ordinal)
    {
        ["mse"] = new(
            "The mean of the squares of what is missing: a mistake of twice the size costs four times as much.",
            "Среднее квадратов отклонений: вдвое большая ошибка стоит вчетверо дороже."),
        ["cross-entropy"] = new(
            "The logarithm of the probability that softmax gives the right class, with a minus.",
            "Логарифм вероятности, которую softmax даёт правильному классу, взятый со знаком минус."),
        ["bce"] = new(
            "The logarithm of the probability that the sigmoid gives the right answer, with a minus.",
            "Логарифм вероятности, которую сигмоида даёт правильному ответу, взятый со знаком минус."),
        ["nll"] = new(
            "The logarithm of the right class's probability, with a minus; the output holds the logarithms.",
            "Логарифм вероятности правильного класса, взятый со знаком минус; на выходе — сами логарифмы."),
        ["focal"] = new(
            "A cross-entropy in which what is right already counts little.",
            "Перекрёстная энтропия, в которой то, что уже верно, почти не учитывается."),
        ["binary-focal"] = new(
            "A cross-entropy of yes and no in which what is right already counts little.",
            "Перекрёстная энтропия для ответов «да» и «нет», в которой то, что уже верно, почти не учитывается."),
        ["mae"] = new(
            "The mean size of what is missing: every mistake counts as much as it is large.",
            "Средний модуль отклонений: штраф пропорционален величине ошибки."),
        ["huber"] = new("Squares of small mistakes, sizes of large ones: outliers pull less.", "Квадраты малых ошибок, модули больших: выбросы влияют слабее."),
        ["smooth-l1"] = new("Sizes of mistakes, rounded near 0 by squares.", "Модули ошибок, вблизи нуля сглаженные квадратичной функцией."),
        ["asymmetric-square"] = new(
            "Squares that count otherwise for too much than for too little.",
            "Квадраты ошибок, в которых избыток штрафуется иначе, чем недостаток."),
        ["pinball"] = new(
            "Too little and too much cost differently, so that the best answer is a quantile.",
            "Недостаток и избыток штрафуются по-разному, поэтому лучший ответ — квантиль."),
        ["log-cosh"] = new(
            "Like half the square for small mistakes, like the size for large ones.",
            "При малых ошибках похоже на половину квадрата, при больших — на модуль."),
        ["poisson-nll"] = new(
            "Minus the logarithm of the probability of the counts, but for a number in which the output has no part; "
                + "the output is the logarithm of their rate.",
            "Минус логарифм вероятности наблюдаемых количеств с точностью до слагаемого, не зависящего от выхода; выход — логарифм интенсивности."),
        ["gaussian-nll"] = new(
            "Minus the logarithm of the target's probability density, but for a constant; the output holds the mean and the logarithm of the variance "
                + "of a normal distribution.",
            "Минус логарифм плотности вероятности целевого значения с точностью до постоянной; на выходе — среднее и логарифм дисперсии "
                + "нормального распределения."),
        ["hinge"] = new(
            "0 where the answer is right by a margin, else what is missing to it.",
            "0 там, где ответ верен с запасом, иначе — сколько до этого запаса не хватает."),
        ["soft-margin"] = new(
            "A smooth hinge: the logarithm of 1 + e to the power of how wrong it is.",
            "Гладкий вариант hinge: логарифм суммы единицы и экспоненты от того, насколько ответ неверен."),
        ["multi-margin"] = new(
            "Every class whose score comes nearer to that of the right one than a margin costs.",
            "Штраф добавляет каждый класс, оценка которого отстаёт от оценки правильного меньше, чем на заданный запас."),
        ["hinge-embedding"] = new(
            "Distances of pairs that belong together, and what is missing to a margin of those that do not.",
            "Для похожих пар — расстояние, для остальных — сколько не хватает до заданного запаса."),
        ["kl"] = new(
            "How far the output's distribution is from the target's: Kullback and Leibler's divergence.",
            "Насколько распределение на выходе далеко от целевого: расхождение (дивергенция) Кульбака — Лейблера."),
        ["dice"] = new(
            "1 minus twice what two areas share, divided by both together.",
            "1 минус удвоенная площадь пересечения двух областей, делённая на сумму их площадей."),
        ["jaccard"] = new(
            "1 minus what two areas share, divided by what either covers.",
            "1 минус площадь пересечения двух областей, делённая на площадь их объединения."),
        ["box-iou"] = new(
            "1 minus what two boxes share, divided by what either covers.",
            "1 минус площадь пересечения двух рамок, делённая на площадь их объединения."),
        ["box-giou"] = new(
            "The same as box-iou, and beside it how much of the box around both is empty, so that boxes apart have a gradient too.",
            "То же, что box-iou, и ещё доля пустого места в рамке вокруг обеих, чтобы градиент был и у непересекающихся рамок."),
        ["detection"] = new("The cross-entropy of the class, plus how far the box is off.", "Перекрёстная энтропия класса плюс отклонение рамки."),
    };

    private static readonly Remark OfSums = new(
        "Each vector is divided by the sum of its absolute values, which becomes 1; a vector of zeros stays as it is.",
        "Каждый вектор делится на сумму модулей своих элементов, и она становится равной 1; нулевой вектор не меняется.");

    private static readonly Remark Approximated = new(
        "A smooth ReLU, gelu to a few digits: gelutanh(x) = x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2, where gelu has the probability that a standard "
            + "normal number is below x.",
        "Гладкий ReLU, приближение для gelu: gelutanh(x) = x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2 вместо умножения на вероятность того, что "
            + "стандартная нормальная величина меньше x.");

    private static readonly Remark OfRates = new(
        "Minus the logarithm of the probability of the counts, but for a number in which the output has no part; the output is their rate.",
        "Минус логарифм вероятности наблюдаемых количеств с точностью до слагаемого, не зависящего от выхода; выход — их интенсивность.");

    private static readonly Remark EvenSquares = new(
        "Squares of what is missing; too much and too little cost the same here.",
        "Квадраты ошибок; избыток и недостаток штрафуются здесь одинаково.");

    private static readonly Remark Median = new(
        "Half the size of what is missing; too little and too much cost the same here, so that the best answer is the median.",
        "Половина модуля ошибки; недостаток и избыток штрафуются здесь одинаково, поэтому лучший ответ — медиана.");

    /// <summary>What a brick does at its turn; null when it is none of the notation.</summary>
    public static Remark? Of(BrickCall call) => NormMeanings.Of(call) ?? call.Module switch
    {
        LpNorm when Computes<UnaryNumber<Abs>>(call) => OfSums, // not the root of a sum of squares
        Nn.Gelu when Computes<Function<Ops.GeluTanh>>(call) => Approximated,
        _ => OfBrick(call.Module.Notation) is { } meaning ? With(meaning, LettersOf(call)) : null,
    };

    /// <summary>What a brick is for, by how it is written; null when it is none of the notation.</summary>
    public static Remark? OfBrick(string notation)
    {
        string name = notation.Split(' ', '(')[0];
        if (name.Length > 2 && name[^2..] is "1d" or "3d") name = name[..^2];
        if (name.EndsWith("cell", StringComparison.Ordinal)) name = name[..^4];
        return OfBricks.GetValueOrDefault(name);
    }

    /// <summary>What a loss measures with its options; null when it is none of the table.</summary>
    public static Remark? OfLoss(Loss loss) => loss switch
    {
        CrossEntropy { Smoothing: > 0 and var share } => Smoothed(Digits.Of(share).Text),
        PoissonNll when Cost(loss, 0, 0) == 0 => OfRates, // with a logarithm, 0 is the rate 1, which costs 1
        AsymmetricSquare when Cost(loss, 1, 0) == Cost(loss, 0, 1) => EvenSquares,
        Pinball when Cost(loss, 1, 0) == Cost(loss, 0, 1) => Median,
        _ => OfLosses.GetValueOrDefault(loss.Name),
    };

    private static Remark Smoothed(string share) => new(
        $"Minus the sum of the logarithms of the probabilities that softmax gives the classes, each times the class's share of the target. "
            + $"The target is smoothed: {share} of it is spread evenly, {share}/n to each of the n classes, and the rest stays where it was.",
        $"Минус сумма логарифмов вероятностей, которые softmax даёт классам, умноженных на доли классов в целевом распределении. Оно сглажено: {share} "
            + $"распределяется поровну, по {share}/n каждому из n классов, а остальное остаётся на месте.");

    // Losses do not tell their options, but what they cost does.
    private static double Cost(Loss loss, double output, double target) =>
        loss.Of(Tensor.From([output], [1]), Tensor.From([target], [1])).ToDoubles()[0];

    // The numbers that stand for the letters in the definition of a brick that is one function.
    private static (string Letter, double Value)[] LettersOf(BrickCall call) => call.Own is not [.., { Node.Op: var op }] ? [] : (call.Module, op) switch
    {
        (Nn.LeakyRelu, Function<Ops.LeakyRelu> { Of: var f }) => [("α", f.Alpha)],
        (Nn.Elu, Function<Ops.Elu> { Of: var f }) => [("α", f.Alpha)],
        (Nn.Celu, Function<Ops.Celu> { Of: var f }) => [("α", f.Alpha)],
        (Nn.HardSigmoid, Function<Ops.HardSigmoid> { Of: var f }) => [("α", f.Alpha), ("β", f.Beta)],
        (Nn.Hardshrink, Function<Ops.Hardshrink> { Of: var f }) => [("λ", f.Limit)],
        (Nn.Softshrink, Function<Ops.Softshrink> { Of: var f }) => [("λ", f.Limit)],
        (Nn.Threshold, Function<Ops.Threshold> { Of: var f }) => [("θ", f.Limit), ("c", f.Value)],
        _ => [],
    };

    private static Remark With(Remark meaning, (string Letter, double Value)[] letters)
    {
        if (letters.Length == 0) return meaning;
        string here = string.Join(", ", letters.Select(l => Written(l.Letter, Digits.Of(l.Value))));
        return new($"{meaning.English} Here {here}.", $"{meaning.Russian} Здесь {here}.");
        static string Written(string letter, Digits n) => $"{letter} {(n.IsExact ? "=" : "≈")} {n.Text}";
    }

    private static bool Computes<TOp>(BrickCall call) => call.Own.Any(v => v.Node!.Op is TOp);
}
