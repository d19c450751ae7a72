using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.2a: which kernel does what.</summary>
internal sealed class GuessTheKernel : BookTask
{
    private const int Kernels = 5;

    private static readonly double[,] Up = { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 1, 0 } }, Row = { { 1, 1, 1 }, { 0, 0, 0 }, { -1, -1, -1 } }, Sobel = { { 1, 2, 1 }, { 0, 0, 0 }, { -1, -2, -1 } }, Near = { { 0, 1, 0 }, { 0, 0, 0 }, { 0, -1, 0 } };

    private static readonly double[,] Four = { { 0, -1, 0 }, { -1, 4, -1 }, { 0, -1, 0 } }, Eight = { { -1, -1, -1 }, { -1, 8, -1 }, { -1, -1, -1 } }, Dot = { { 0, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 } }, Cross = { { 0, 1, 0 }, { 1, 1, 1 }, { 0, 1, 0 } }, Bell = { { 1, 2, 1 }, { 2, 4, 2 }, { 1, 2, 1 } };

    // Kernels in all their directions, by what they do.
    private static readonly Lazy<ILookup<int, double[,]>> Known = new(() => ((double[][,])
    [
        Up, Row, Sobel, Near, Four, Eight, Scaled(Tensor.From(Cross), 1 / 5.0), Scaled(Tensor.From(Bell), 1 / 16.0), Scaled(Tensor.Ones([3, 3], DType.Float64), 1 / 9.0),
        Neurons.Array2(Tensor.From(Dot) + Tensor.From(Four)), Neurons.Array2(Tensor.From(Dot) + Tensor.From(Eight)),
    ]).SelectMany(Turns).ToLookup(k => Effect.Number(Tensor.From(k))));

    public override string Id => "6.2a";

    public override Remark Title => new("Guess what the kernel does", "Угадайте, что делает ядро");

    public override string Source => "000 §6.2 (edges); 000 §6.2 (shifts)";

    public override Given Seed => new(
        ("K1", new double[,] { { 0, 0, 0 }, { 1, 0, 0 }, { 0, 0, 0 } }), ("K2", new double[,] { { -1, 0, 1 }, { -1, 0, 1 }, { -1, 0, 1 } }), ("K3", Scaled(Tensor.Ones([3, 3], DType.Float64), 1 / 9.0)),
        ("K4", Four), ("K5", new double[,] { { 0, -1, 0 }, { -1, 5, -1 }, { 0, -1, 0 } }), ("x", Letter(0)), ("c", 7));

    // A shift, an edge, and three of the other effects, each by any kernel that has it.
    internal override Given Draw(Dice dice)
    {
        List<int> others = [.. Enumerable.Range(1, Effect.All.Count)], effects = [];
        void Take(int effect)
        {
            others.Remove(effect);
            effects.Insert(dice.Whole(0, effects.Count), effect);
        }
        Take(dice.Whole(1, 4));
        Take(dice.Whole(5, 6));
        while (effects.Count < Kernels) Take(dice.Of(others));
        return new([.. effects.Select((effect, i) => ($"K{i + 1}", (object)dice.Of([.. Known.Value[effect]]))), ("x", Letter(dice.Whole(0, 3))), ("c", dice.Whole(2, 9))]);
    }

    internal override void State(Given given, Board board)
    {
        board.Say($"Masha has a heap of kernels:", $"У Маши есть куча ядер:");
        board.Draw(Pixels.Row(new("The kernels", "Ядра"), [.. Names.Select((n, i) => ("", Label(i), given.Tensor(n)))]));
        foreach (string name in Names.Where(n => given.Tensor(n).ToDoubles().Any(w => w != Math.Round(w)))) board.Write(name, given.Tensor(name));
        board.Say($"Which of them does what? These are the choices:", $"Какое из них что делает? Варианты такие:");
        board.Table(["", new Remark("effect", "действие")], Effect.All.Select((e, i) => (object[])[i + 1, e.Name]));
        board.Say($"v has the number of the effect of each kernel, in order. f: what does each kernel make of the inside of an even surface of brightness {given.Number("c")}?",
            $"v — номера действий ядер по порядку. f: во что каждое ядро превращает внутренность ровной поверхности яркости {given.Number("c")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x");
        Tensor[] kernels = [.. Names.Select(given.Tensor)];
        double c = given.Number("c");
        board.Say($"A kernel is read like this: each cell of the result is a weighted sum of the cells around it, and the kernel says with which weights. A convolution does the same everywhere, so four simple pictures tell all: an even surface, a vertical and a horizontal edge and a single bright cell.",
            $"Ядро читают так: каждая клетка результата — взвешенная сумма соседних клеток, а ядро задаёт веса. Свёртка всюду делает одно и то же, поэтому достаточно четырёх простых картинок: ровная поверхность, вертикальная и горизонтальная границы и одна яркая клетка.");
        board.Table(["", new Remark("surface of 1", "поверхность 1"), new Remark("vertical edge", "вертикальная граница"), new Remark("horizontal edge", "горизонтальная граница"), new Remark("brightest from a cell of 1", "максимум от клетки 1")],
            kernels.Select((k, i) => (object[])[Label(i), Effect.Of(k, Effect.Surface), Effect.Of(k, Effect.Upright), Effect.Of(k, Effect.Level), Pictures.Dot(5, 2, 2).Under(k, pad: 1).Max()]));
        board.Say($"On an even surface the result is its brightness times the sum of the weights: 0 for what finds edges, the brightness itself for what moves, blurs or sharpens.",
            $"На ровной поверхности результат равен яркости, умноженной на сумму весов: 0 у ядер, которые ищут границы, и сама яркость у тех, что сдвигают, размывают или делают резче.");
        int[] numbers = Numbers(given);
        for (int i = 0; i < Kernels; i++)
        {
            Effect effect = Effect.All[numbers[i] - 1];
            board.Part($"{Label(i)} {effect.Name.English}", $"{Label(i)} {effect.Name.Russian}");
            board.Draw(Pixels.Row(new($"The picture under {Label(i)}", $"Картинка после {Label(i)}"), ("", "x", x), ("∗", Label(i), kernels[i]), ("=", "", x.Under(kernels[i], pad: 1))));
            if (numbers[i] <= 4) board.Say($"The 1 of the kernel says from where a cell takes its brightness. What is taken from one side moves to the other.", $"Единица в ядре показывает, откуда клетка берёт яркость. Взятое с одной стороны сдвигается в другую.");
        }
        Tensor v = Tensor.From([.. numbers.Select(n => (double)n)], [Kernels]), f = Tensor.Stack(0, [.. kernels.Select(k => (c * Effect.Surface).Under(k)[0, 0])]);
        // Right for left, up for down; vertical for horizontal.
        Tensor against = Tensor.From([.. kernels.Select(k => (double)Effect.Number(numbers[Array.IndexOf(kernels, k)] <= 4 ? k.HalfTurned() : k))], [Kernels]), across = Tensor.From([.. kernels.Select(k => (double)Effect.Number(numbers[Array.IndexOf(kernels, k)] is 5 or 6 ? k.T : k))], [Kernels]);
        board.Ask("v", v, 0.1, null,
            new Slip(against,
                new("The picture moves the other way: the 1 says from where a cell is taken.", "Картинка сдвигается в другую сторону: единица показывает, откуда берётся клетка.")),
            new Slip(across,
                new("What differs between left and right finds vertical edges, what differs between above and below horizontal ones.", "Разность левого и правого находит вертикальные границы, разность верхнего и нижнего — горизонтальные.")));
        board.Ask("f", f, 0.01, null,
            new Slip(f / 9, new("The products are added up; nothing is divided by their number.", "Произведения складывают, на их число не делят.")),
            new Slip(f / c,
                new("That is the sum of the weights: it is to be multiplied by the brightness.", "Это сумма весов: её нужно умножить на яркость.")));
    }

    private static IEnumerable<string> Names => Enumerable.Range(1, Kernels).Select(i => $"K{i}");

    private static string Label(int i) => $"K{(char)('₁' + i)}";

    private static int[] Numbers(Given given) => [.. Names.Select(n => Effect.Number(given.Tensor(n)))];

    private static IEnumerable<double[,]> Turns(double[,] kernel)
    {
        Tensor k = Tensor.From(kernel);
        for (int turns = 0; turns < 4; turns++, k = k.Turned()) yield return Neurons.Array2(k);
    }

    private static double[,] Scaled(Tensor kernel, double factor) => Neurons.Array2(kernel * factor);

    // Г, and the same turned: a picture that looks different from every side.
    private static double[,] Letter(int turns)
    {
        Tensor letter = Tensor.From(new double[,] { { 0, 0, 0, 0, 0, 0 }, { 0, 9, 9, 9, 9, 0 }, { 0, 9, 0, 0, 0, 0 }, { 0, 9, 0, 0, 0, 0 }, { 0, 9, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0 } });
        for (; turns > 0; turns--) letter = letter.Turned();
        return Neurons.Array2(letter);
    }
}
