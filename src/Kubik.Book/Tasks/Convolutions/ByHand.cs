using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.1: a convolution with pen and paper: border, stride, dilation, a pool behind it, and the size of what comes out.</summary>
internal sealed class ByHand : BookTask
{
    public override string Id => "6.1";

    public override Remark Title => new("A convolution by hand", "Свёртка своими руками");

    public override string Source => "000 §6.1";

    public override Given Seed => new(
        ("x", new double[,] { { 1, 0, 2, 1, 0 }, { 0, 1, 3, 0, 1 }, { 2, 1, 0, 1, 2 }, { 1, 3, 1, 0, 0 }, { 0, 1, 2, 2, 1 } }),
        ("K", new double[,] { { 1, 0, -1 }, { 1, 2, 0 }, { 0, -1, 1 } }), ("N", 224), ("k", 7), ("p", 3), ("s", 2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("x", Dice.Table(5, 5, () => dice.Whole(0, 3))), ("K", Dice.Table(3, 3, () => dice.Whole(-1, 2))), ("N", 4 * dice.Whole(8, 64)), ("k", dice.Of(3, 5, 7, 11)), ("p", dice.Whole(1, 5)), ("s", dice.Whole(2, 4))),
        given =>
        {
            Tensor x = given.Tensor("x"), k = given.Tensor("K");
            return k.ToDoubles().Count(v => v != 0) is >= 5 and <= 7 && k.ToDoubles().Any(v => v < 0) && !Same(k, k.HalfTurned()) && !Same(k, k.T)
                && given.Count("p") < given.Count("k") && x.Under(k).ToDoubles().Distinct().Count() > 4 && x.Under(k, dilation: 2).Item() != 0;
        });

    internal override void State(Given given, Board board)
    {
        board.Say($"A picture x and a kernel K₁ are given:", $"Даны картинка x и ядро K₁:");
        board.Draw(Pixels.Row(new("The picture and the kernel", "Картинка и ядро"), ("", "x", given.Tensor("x")), ("", "K₁", given.Tensor("K"))));
        board.Say($"Convolve them as networks do it, that is, without turning the kernel first. Find y, without padding and with stride 1; y_p, with a border of zeros one cell wide and stride 2; y_s, without padding and with stride 2; y_d, without padding and with the kernel's cells 2 apart (dilation 2); y_m, the greatest entries of the 2×2 windows of y, with stride 1.",
            $"Выполните свёртку так, как это делают сети, то есть не поворачивая ядро. Найдите y без дополнения с шагом 1; y_p с дополнением нулями шириной в одну клетку и шагом 2; y_s без дополнения с шагом 2; y_d без дополнения, когда клетки ядра стоят через одну (dilation 2); y_m — наибольшие элементы окон 2×2 в y, шаг 1.");
        board.Say($"And how many cells n is the side of the result where the picture's side is N = {given.Number("N")}, the kernel's k = {given.Number("k")}, the padding p = {given.Number("p")} on every side and the stride s = {given.Number("s")}?",
            $"А чему равна сторона результата n, если сторона картинки N = {given.Number("N")}, сторона ядра k = {given.Number("k")}, дополнение с каждой стороны p = {given.Number("p")} и шаг s = {given.Number("s")}?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x"), k = given.Tensor("K"), flipped = k.HalfTurned();
        Tensor y = x.Under(k), same = x.Under(k, pad: 1), border = x.Under(k, pad: 1, stride: 2), strided = x.Under(k, stride: 2), dilated = x.Under(k, dilation: 2), most = y.Pooled(new MaxPool(2, stride: 1));

        board.Part($"y: no padding, stride 1", $"y: без дополнения, шаг 1");
        board.Say($"The kernel is laid over the picture, cell is multiplied by cell, and the products are added up. Then it moves on by one cell. It fits in three places across and three down, so y is 3×3.",
            $"Ядро накладывают на картинку, перемножают клетку с клеткой и складывают произведения. Затем ядро сдвигают на одну клетку. По горизонтали и по вертикали оно помещается в трёх местах, поэтому y имеет размер 3×3.");
        Explanation plain = Pictures.Explain("conv 1 3x3 bias=false", x, k);
        board.Draw(plain.Steps[0].Figures[0]);
        board.Write(plain.Steps[0].Equations[0].Entries);
        board.Write("y", y);

        board.Part($"y_p: a border of zeros, stride 2", $"y_p: кайма из нулей, шаг 2");
        board.Say($"With the border the picture is 7×7. Corner windows see five zeros of it:",
            $"С каймой картинка становится 7×7. Угловые окна видят пять её нулей:");
        board.Draw(Pictures.Explain("conv 1 3x3 stride=2 pad=1 bias=false", x, k).Steps[0].Figures[0]);
        board.Write("y_p", border);
        Remark every = new("With stride 1 and the same border the result is as large as the picture; stride 2 leaves every second row and column of it (marked).", "При шаге 1 и такой же кайме результат такого же размера, как картинка; шаг 2 оставляет от него каждую вторую строку и каждый второй столбец (отмечены).");
        board.Draw(new CellPicture(every, every, [[new("", Pixels.Grid("", same, (r, c) => r % 2 == 0 && c % 2 == 0))]]));

        board.Part($"y_s: stride 2", $"y_s: шаг 2");
        board.Say($"Without a border, too, stride 2 is every second row and column, now of y:",
            $"И без каймы шаг 2 — это каждая вторая строка и каждый второй столбец, теперь из y:");
        board.Write("y_s", strided);

        board.Part($"y_d: dilation 2", $"y_d: разреженное ядро");
        board.Say($"With its cells 2 apart a 3×3 kernel is as wide as one of 5×5, with as few weights as before. Here it fits in one place only.",
            $"Если клетки ядра 3×3 стоят через одну, оно охватывает столько же, сколько ядро 5×5, а весов по-прежнему девять. Здесь оно помещается только в одном месте.");
        Explanation apart = Pictures.Explain("conv 1 3x3 dilation=2 bias=false", x, k);
        board.Draw(apart.Steps[0].Figures[0]);
        board.Write("y_d", dilated[0, 0]);

        board.Part($"y_m: the greatest of each window", $"y_m: максимум в окне");
        board.Draw(Pictures.Explain("maxpool 2 stride=1", y).Steps[0].Figures[0]);
        board.Write("y_m", most);

        board.Part($"n: the size of the result", $"n: размер результата");
        board.Say($"The picture with its border has N + 2p cells a side. The first window takes k of them, each further one s more, and what is left over is not used: the quotient is rounded down.",
            $"Сторона картинки с каймой равна N + 2p. Первое окно занимает k клеток, каждое следующее ещё s, а остаток не используется: частное округляют вниз.");
        (int side, int kernel, int pad, int stride) = (given.Count("N"), given.Count("k"), given.Count("p"), given.Count("s"));
        Tensor quotient = board.Work("q", "(N + 2*p - k)/s + 1", ((string, Tensor)[])[.. ((string[])["N", "p", "k", "s"]).Select(name => (name, given.Tensor(name)))]);
        int n = new Window(stride, pad).Positions(0, side, kernel);
        board.Write("n", N(n));

        Slip turned(Tensor value) => new(value, new("The kernel was turned by half a turn, as mathematicians do it; networks do not.", "Ядро повёрнуто на пол-оборота, как принято в математике; в сетях так не делают."));
        Slip transposed(Tensor value) => new(value, new("Rows and columns of the kernel are exchanged.", "Строки и столбцы ядра перепутаны."));
        board.Ask("y", y, 1e-6, null, turned(x.Under(flipped)), transposed(x.Under(k.T)),
            new(y / 9, new("The products are added up; nothing is divided.", "Произведения складывают и ни на что не делят.")));
        board.Ask("y_p", border, 1e-6, null, turned(x.Under(flipped, pad: 1, stride: 2)), transposed(x.Under(k.T, pad: 1, stride: 2)),
            new(y, new("That is y: without a border, with stride 1.", "Это y: без каймы и с шагом 1.")));
        board.Ask("y_s", strided, 1e-6, null, turned(x.Under(flipped, stride: 2)),
            new(y[..2, ..2], new("The window moves by 2 cells, not by 1.", "Окно сдвигается на 2 клетки, а не на 1.")));
        board.Ask("y_d", dilated[0, 0], 1e-6, null, turned(x.Under(flipped, dilation: 2)[0, 0]),
            new(y[1, 1], new("That is the window in the middle; its cells are to be 2 apart.", "Это окно в середине; клетки ядра должны стоять через одну.")));
        board.Ask("y_m", most, 1e-6, null,
            new Slip(y.Pooled(new AvgPool(2, stride: 1)), new("Those are the means; the greatest is asked.", "Это средние; нужен максимум.")));
        board.AskCount("n", n, null,
            new(N(n - 1), new("The first window is forgotten: + 1.", "Забыто первое окно: + 1.")),
            new(N(new Window(stride, pad, padEnd: 0).Positions(0, side, kernel)), new("The border is at both ends: 2p.", "Кайма есть с обеих сторон: 2p.")),
            new(quotient, new("Only whole windows count: round down.", "Считаются только целые окна: округлите вниз.")));
    }
}
