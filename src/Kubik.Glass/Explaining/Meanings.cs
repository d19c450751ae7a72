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
            "Каждый выход — сумма всех входов, каждый со своим весом; если есть смещение, оно прибавляется."),
        ["tiedlinear"] = new(
            "A linear layer whose weights are the table of an embedding, transposed.",
            "Линейный слой, веса которого — транспонированная таблица векторов слов."),
        ["conv"] = new(
            "A kernel goes over the input; each output is what lies under it, times the kernel, summed; a bias is added where there is one.",
            "Ядро проходит по входу; каждый выход — сумма того, что под ядром, умноженного на ядро; если есть смещение, оно прибавляется."),
        ["convtranspose"] = new(
            "Each entry puts the kernel, times that entry, into a larger output; what overlaps is added.",
            "Каждый элемент накладывает на больший выход ядро, умноженное на этот элемент; наложения складываются."),
        ["depthwise"] = new("A convolution of each channel by itself, with kernels of its own.", "Каждый канал сворачивается отдельно, со своими ядрами."),
        ["separable"] = new(
            "First each channel is convolved by itself, then a 1×1 convolution mixes the channels.",
            "Сначала каждый канал сворачивается отдельно, затем свёртка 1×1 смешивает каналы."),
        ["maxpool"] = Sentences.Winners,
        ["avgpool"] = new("Every window hands on the mean of its entries.", "Каждое окно передаёт дальше среднее своих элементов."),
        ["lppool"] = new("Every window hands on its p-norm.", "Каждое окно передаёт дальше свою p-норму."),
        ["globalavgpool"] = new("Of each channel the mean is left.", "От каждого канала остаётся среднее."),
        ["globalmaxpool"] = new("Of each channel the greatest entry is left.", "От каждого канала остаётся наибольший элемент."),
        ["adaptiveavgpool"] = new(
            "Means of windows that are as large as the wanted size asks for.",
            "Средние по окнам такой величины, какой требует нужный размер."),
        ["adaptivemaxpool"] = new(
            "The greatest entries of windows that are as large as the wanted size asks for.",
            "Наибольшие элементы окон такой величины, какой требует нужный размер."),
        ["pad"] = new("Cells are put around the input.", "Вход окружается дополнительными ячейками."),
        ["unfold"] = new("The windows of the input are put beside each other as columns.", "Окна входа ставятся рядом как столбцы."),
        ["fold"] = new("Columns are put back as windows; what overlaps is added.", "Столбцы возвращаются на места окон; наложения складываются."),
        ["upsample"] = new(
            "The input is made larger: new entries are those near them, or lie between.",
            "Вход увеличивается: новые элементы повторяют соседние или лежат между ними."),
        ["resize"] = new(
            "The input gets another size: new entries are those near them, or lie between.",
            "Вход получает другой размер: новые элементы повторяют соседние или лежат между ними."),
        ["pixelshuffle"] = new(
            "Channels become pixels: the picture is larger, with fewer channels.",
            "Каналы становятся пикселями: картинка больше, каналов меньше."),
        ["pixelunshuffle"] = new(
            "Pixels become channels: the picture is smaller, with more channels.",
            "Пиксели становятся каналами: картинка меньше, каналов больше."),
        ["flatten"] = new("All of a sample stands in one row; no number changes.", "Всё, что есть в примере, стоит в одной строке; числа не меняются."),
        ["unflatten"] = new("A row gets axes again; no number changes.", "Строка снова получает оси; числа не меняются."),
        ["reshape"] = new("The same numbers in another shape.", "Те же числа в другой форме."),
        ["permute"] = new("The axes change places; no number changes.", "Оси меняются местами; числа не меняются."),
        ["identity"] = Sentences.Unchanged,
        ["relu"] = Sentences.KeepsPositive,
        ["relu6"] = new("A ReLU that ends at 6: everything is cut to lie from 0 to 6.", "ReLU с пределом 6: всё обрезается до промежутка от 0 до 6."),
        ["leakyrelu"] = new(
            "What is positive stays; what is negative gets small, but not 0.",
            "Положительное остаётся; отрицательное становится малым, но не нулём."),
        ["prelu"] = new(
            "What is positive stays; what is negative is multiplied by a slope that is learnt.",
            "Положительное остаётся; отрицательное умножается на обучаемый наклон."),
        ["elu"] = new("What is positive stays; what is negative bends towards −α.", "Положительное остаётся; отрицательное плавно идёт к −α."),
        ["celu"] = new(
            "What is positive stays; what is negative bends towards −α, without a corner at 0.",
            "Положительное остаётся; отрицательное плавно идёт к −α, без угла в нуле."),
        ["selu"] = new(
            "An ELU with a scale that keeps mean 0 and variance 1 from layer to layer.",
            "ELU с множителем, который от слоя к слою сохраняет среднее 0 и дисперсию 1."),
        ["gelu"] = new(
            "Each number times the probability that a standard normal one is below it: a smooth ReLU.",
            "Каждое число умножается на вероятность того, что стандартная нормальная величина меньше него: гладкий ReLU."),
        ["silu"] = new("Each number times its sigmoid: a smooth ReLU.", "Каждое число умножается на свою сигмоиду: гладкий ReLU."),
        ["mish"] = new("Each number times the tanh of its softplus: a smooth ReLU.", "Каждое число умножается на tanh от своего softplus: гладкий ReLU."),
        ["glu"] = new("One half of the input, times the sigmoid of the other half: a gate.", "Одна половина входа умножается на сигмоиду другой: вентиль."),
        ["maxout"] = new("Of several pieces the greatest is handed on.", "Из нескольких частей дальше идёт наибольшая."),
        ["sigmoid"] = new(
            "The sigmoid bends every number into the range from 0 to 1; 0 becomes 1/2.",
            "Сигмоида переводит каждое число в промежуток от 0 до 1; 0 становится 1/2."),
        ["logsigmoid"] = new(
            "The logarithm of the sigmoid: of the probability, where the number is its logit.",
            "Логарифм сигмоиды: логарифм вероятности, если число — её логит."),
        ["hardsigmoid"] = new("A sigmoid of straight pieces: a line, cut at 0 and 1.", "Сигмоида из прямых кусков: прямая, обрезанная на 0 и 1."),
        ["hardswish"] = new("Each number times its sigmoid of straight pieces.", "Каждое число умножается на свою сигмоиду из прямых кусков."),
        ["tanh"] = new("Tanh bends every number into the range from −1 to 1; 0 stays 0.", "Tanh переводит каждое число в промежуток от −1 до 1; 0 остаётся 0."),
        ["hardtanh"] = new("Everything is cut to lie between two limits.", "Всё обрезается до промежутка между двумя пределами."),
        ["tanhshrink"] = new(
            "Each number without its tanh: small ones become almost 0.",
            "Из каждого числа вычитается его tanh: малые становятся почти нулём."),
        ["hardshrink"] = new("What lies nearer to 0 than a limit becomes 0; the rest stays.", "Что ближе к 0, чем предел, становится 0; остальное остаётся."),
        ["softshrink"] = new(
            "Everything is moved towards 0 by a limit; what lies nearer becomes 0.",
            "Всё сдвигается к 0 на предел; что было ближе, становится 0."),
        ["softplus"] = new("A smooth ReLU: the logarithm of 1 + eˣ.", "Гладкий ReLU: логарифм от 1 + eˣ."),
        ["softsign"] = new("Each number divided by 1 + its size: between −1 and 1.", "Каждое число делится на 1 + свой модуль: от −1 до 1."),
        ["step"] = new(
            "1 for what is positive, 0 for the rest. It has no slope, so no gradient gets through.",
            "1 для положительного, 0 для остального. Наклона нет, поэтому градиент не проходит."),
        ["threshold"] = new(
            "What is above a limit stays; the rest becomes one fixed number.",
            "Что выше предела, остаётся; остальное заменяется одним числом."),
        ["softmax"] = Sentences.Shares,
        ["softmin"] = new(
            "A softmax of the negatives: the smallest gets the largest part.",
            "Softmax от противоположных чисел: наименьшему достаётся наибольшая доля."),
        ["logsoftmax"] = new("The logarithms of the softmax.", "Логарифмы softmax."),
        ["dropout"] = new(
            "In training entries are dropped at random; the rest grows, so that the mean stays.",
            "При обучении случайные элементы обнуляются; остальные растут, чтобы среднее сохранилось."),
        ["alphadropout"] = new(
            "In training entries at random become the limit of SELU; then all are scaled so that mean and variance stay.",
            "При обучении случайные элементы становятся пределом SELU; затем всё масштабируется, чтобы среднее и дисперсия сохранились."),
        ["spatialdropout"] = new("In training whole channels are dropped at random.", "При обучении случайные каналы обнуляются целиком."),
        ["gaussiannoise"] = new("In training normal noise is added.", "При обучении прибавляется нормально распределённый шум."),
        ["batchnorm"] = NormMeanings.Usual(new BatchNorm()),
        ["layernorm"] = NormMeanings.Usual(new LayerNorm()),
        ["rmsnorm"] = NormMeanings.Usual(new RmsNorm()),
        ["groupnorm"] = NormMeanings.Usual(new GroupNorm(2)),
        ["instancenorm"] = NormMeanings.Usual(new InstanceNorm()),
        ["lrn"] = new(
            "Each entry is divided by a power of the sum of the squares in the channels around it.",
            "Каждый элемент делится на степень суммы квадратов в соседних каналах."),
        ["lpnorm"] = new("Each vector is divided by its norm: its length becomes 1.", "Каждый вектор делится на свою норму: его длина становится 1."),
        ["weightnorm"] = new(
            "A layer whose weights are a length and a direction, learnt apart.",
            "Слой, у весов которого длина и направление обучаются отдельно."),
        ["spectralnorm"] = new(
            "A layer whose weights are divided by their greatest singular value.",
            "Слой, веса которого делятся на своё наибольшее сингулярное число."),
        ["embedding"] = new(
            "Each number picks a row of the table: a vector that is learnt for each word.",
            "Каждое число выбирает строку таблицы: у каждого слова свой обучаемый вектор."),
        ["positionalencoding"] = new(
            "Sines and cosines of the position are added, so that places can be told apart.",
            "Прибавляются синусы и косинусы позиции, чтобы места различались."),
        ["positions"] = new("A vector that is learnt for each position is added.", "К каждой позиции прибавляется её обучаемый вектор."),
        ["attention"] = new(
            "Each place asks with a query Q; the keys K that fit it best say of which places the values V are taken, with the weights A = "
                + "softmax of the scores.",
            "Каждая позиция задаёт запрос Q; по ключам K, которые ему подходят, решается, из каких позиций и с какими весами берутся значения V: "
                + "A = softmax оценок."),
        ["transformer"] = new(
            "Attention and then a network for each place by itself; what each gives is added to what went into it.",
            "Внимание, затем сеть для каждой позиции отдельно; выход каждой из этих частей прибавляется к её входу."),
        ["residual"] = new("What the inside computes is added to the input.", "То, что вычислено внутри, прибавляется ко входу."),
        ["parallel"] = new(
            "The input goes through several nets; their outputs are put beside each other or added.",
            "Вход проходит через несколько сетей; их выходы ставятся рядом или складываются."),
        ["repeat"] = new(
            "The same bricks several times in a row, each time with weights of their own.",
            "Те же блоки несколько раз подряд, каждый раз со своими весами."),
        ["recompute"] = new(
            "The inside as it is; on the way back it is computed again and not remembered.",
            "То же, что внутри; на обратном пути вычисляется заново, а не хранится."),
        ["rnn"] = new(
            "The state h goes from place to place: the new one is tanh (or ReLU) of the input and the old one, each times its weights.",
            "Состояние h идёт от шага к шагу: новое — tanh (или ReLU) от входа и старого, каждое со своими весами."),
        ["lstm"] = new(
            "Gates from 0 to 1 steer a memory c: f keeps the old, i lets the candidate g in, o shows it as the state h.",
            "Вентили от 0 до 1 управляют памятью c: f хранит старое, i впускает кандидата g, o показывает её как состояние h."),
        ["gru"] = new(
            "The gate z mixes the old state h with a candidate n; the gate r says how much of the old the candidate sees.",
            "Вентиль z смешивает старое состояние h с кандидатом n; вентиль r говорит, сколько старого видит кандидат."),
    };

    private static readonly Dictionary<string, Remark> OfLosses = new(StringComparer.Ordinal)
    {
        ["mse"] = new(
            "The mean of the squares of what is missing: a mistake of twice the size costs four times as much.",
            "Среднее квадратов отклонений: вдвое большая ошибка стоит вчетверо дороже."),
        ["cross-entropy"] = new(
            "The logarithm of the probability that softmax gives the right class, with a minus.",
            "Логарифм вероятности, которую softmax даёт правильному классу, со знаком минус."),
        ["bce"] = new(
            "The logarithm of the probability that the sigmoid gives the right answer, with a minus.",
            "Логарифм вероятности, которую сигмоида даёт правильному ответу, со знаком минус."),
        ["nll"] = new(
            "The logarithm of the right class's probability, with a minus; the output holds the logarithms.",
            "Логарифм вероятности правильного класса со знаком минус; выход содержит сами логарифмы."),
        ["focal"] = new("A cross-entropy in which what is right already counts little.", "Перекрёстная энтропия, в которой уже верное почти не считается."),
        ["binary-focal"] = new(
            "A cross-entropy of yes and no in which what is right already counts little.",
            "Перекрёстная энтропия для «да» и «нет», в которой уже верное почти не считается."),
        ["mae"] = new(
            "The mean size of what is missing: every mistake counts as much as it is large.",
            "Средний модуль отклонений: ошибка стоит столько, насколько она велика."),
        ["huber"] = new("Squares of small mistakes, sizes of large ones: outliers pull less.", "Квадраты малых ошибок, модули больших: выбросы тянут слабее."),
        ["smooth-l1"] = new("Sizes of mistakes, rounded near 0 by squares.", "Модули ошибок, вблизи нуля сглаженные квадратами."),
        ["asymmetric-square"] = new(
            "Squares that count otherwise for too much than for too little.",
            "Квадраты, которые для избытка считаются иначе, чем для недостатка."),
        ["pinball"] = new(
            "Too little and too much cost differently, so that the best answer is a quantile.",
            "Недостаток и избыток стоят по-разному, поэтому лучший ответ — квантиль."),
        ["log-cosh"] = new(
            "Like half the square for small mistakes, like the size for large ones.",
            "Для малых ошибок как половина квадрата, для больших как модуль."),
        ["poisson-nll"] = new(
            "The logarithm of the probability of the counts when the output says their rate, with a minus.",
            "Логарифм вероятности таких количеств, если их частоту задаёт выход, со знаком минус."),
        ["gaussian-nll"] = new(
            "The logarithm of the target's probability density when the output says mean and variance, with a minus.",
            "Логарифм плотности вероятности цели, если среднее и дисперсию задаёт выход, со знаком минус."),
        ["hinge"] = new(
            "0 where the answer is right by a margin, else what is missing to it.",
            "0 там, где ответ верен с запасом, иначе — сколько не хватает до запаса."),
        ["soft-margin"] = new(
            "A smooth hinge: the logarithm of 1 + e to the power of how wrong it is.",
            "Гладкий hinge: логарифм от 1 + экспонента того, насколько ответ неверен."),
        ["multi-margin"] = new(
            "Every class whose score comes nearer to that of the right one than a margin costs.",
            "Штраф даёт каждый класс, оценка которого ближе к оценке правильного, чем запас."),
        ["hinge-embedding"] = new(
            "Distances of pairs that belong together, and what is missing to a margin of those that do not.",
            "У похожих пар — расстояние, у остальных — сколько не хватает до запаса."),
        ["kl"] = new(
            "How far the output's distribution is from the target's: Kullback and Leibler's divergence.",
            "Насколько распределение выхода далеко от целевого: расстояние Кульбака — Лейблера."),
        ["dice"] = new(
            "1 minus twice what two areas share, divided by both together.",
            "1 минус удвоенная общая часть двух областей, делённая на сумму их площадей."),
        ["jaccard"] = new("1 minus what two areas share, divided by what either covers.", "1 минус общая часть двух областей, делённая на их объединение."),
        ["box-iou"] = new("1 minus what two boxes share, divided by what either covers.", "1 минус общая часть двух рамок, делённая на их объединение."),
        ["box-giou"] = new(
            "The same as box-iou, and beside it how much of the box around both is empty, so that boxes apart have a gradient too.",
            "То же, что box-iou, и ещё пустая доля рамки вокруг обеих, чтобы градиент был и у раздельных рамок."),
        ["detection"] = new("The cross-entropy of the class, plus how far the box is off.", "Перекрёстная энтропия класса плюс отклонение рамки."),
    };

    /// <summary>What a brick does at its turn; null when it is none of the notation.</summary>
    public static Remark? Of(BrickCall call) => NormMeanings.Of(call) ?? OfBrick(call.Module.Notation);

    /// <summary>What a brick is for, by how it is written; null when it is none of the notation.</summary>
    public static Remark? OfBrick(string notation)
    {
        string name = notation.Split(' ', '(')[0];
        if (name.Length > 2 && name[^2..] is "1d" or "3d") name = name[..^2];
        if (name.EndsWith("cell", StringComparison.Ordinal)) name = name[..^4];
        return OfBricks.GetValueOrDefault(name);
    }

    /// <summary>What a loss measures, by its name; null when it is none of the table.</summary>
    public static Remark? OfLoss(string name) => OfLosses.GetValueOrDefault(name);
}
