using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.2b: turned kernels, and that no kernel turns a picture.</summary>
internal sealed class Turns : BookTask
{
    private const int Side = 5;

    public override string Id => "6.2b";

    public override Remark Title => new("Kernels and turns", "Ядра и повороты");

    public override string Source => "000 §6.2 (turns); 000 §6.2 (shifts)";

    public override Given Seed => new(
        ("K", new double[,] { { 1, 2, 1 }, { 0, 0, 0 }, { -1, -2, -1 } }),
        ("x", new double[,] { { 0, 0, 0, 0, 0 }, { 0, 3, 3, 3, 0 }, { 0, 3, 0, 0, 0 }, { 0, 3, 0, 0, 0 }, { 0, 0, 0, 0, 0 } }),
        ("at", new double[] { 1, 2 }), ("move", new double[] { 1, -1 }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("K", Dice.Table(3, 3, () => dice.Whole(-2, 2))), ("x", Dice.Table(Side, Side, () => Math.Max(0, dice.Whole(-4, 4)))),
            ("at", new double[] { dice.Whole(1, Side), dice.Whole(1, Side) }), ("move", new double[] { dice.Whole(-1, 1), dice.Whole(-1, 1) })),
        given =>
        {
            Tensor k = given.Tensor("K");
            double[] at = given.Vector("at");
            (int row, int column) = Turned(given);
            return ((Tensor[])[k.Turned(), k.HalfTurned(), k.HalfTurned().Turned(), k.T]).All(t => !Same(t, k))
                && Math.Max(Math.Abs(row - at[0]), Math.Abs(column - at[1])) > 1 && given.Vector("move").Any(m => m != 0) && given.Tensor("x").Under(given.Tensor("K"), pad: 1).Abs().Max().Item() > 0;
        });

    internal override void State(Given given, Board board)
    {
        double[] at = given.Vector("at"), move = given.Vector("move");
        board.Say($"Here are a kernel and a picture:", $"Даны ядро и картинка:");
        board.Draw(Pixels.Row(new("A kernel and a picture", "Ядро и картинка"), ("", "K", given.Tensor("K")), ("", "x", given.Tensor("x"))));
        board.Say($"R is the kernel after a quarter turn anticlockwise. D is the 3×3 part in the middle of what K (padding 1) makes of a 5×5 picture with a single 1 in its middle. T is the kernel that moves every picture by one cell {Way(move).English}. p: in which row and column (from 1) is the bright cell of row {at[0]} and column {at[1]} of a 5×5 picture after a quarter turn anticlockwise?",
            $"R — ядро, повёрнутое на четверть оборота против часовой стрелки. D — часть 3×3 в середине того, что ядро K (с дополнением 1) сделает из картинки 5×5 с единственной единицей в центре. T — ядро, которое сдвигает любую картинку на одну клетку {Way(move).Russian}. p: в какой строке и в каком столбце (счёт с 1) окажется яркая клетка из строки {at[0]} и столбца {at[1]} картинки 5×5 после поворота на четверть оборота против часовой стрелки?");
        board.Say($"Is there a 3×3 kernel that turns every picture by a quarter (turn)?",
            $"Есть ли ядро 3×3, которое поворачивает любую картинку на четверть оборота (turn)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor k = given.Tensor("K"), x = given.Tensor("x"), turned = k.Turned();
        double[] at = given.Vector("at"), move = given.Vector("move");
        board.Part($"A turned kernel on a turned picture", $"Повёрнутое ядро на повёрнутой картинке");
        board.Say($"Turning both gives the same result, turned: the same cells meet the same weights. So a kernel for edges of one direction gives those for the others by turns.",
            $"Если повернуть и картинку, и ядро, результат повернётся так же: те же клетки встретят те же веса. Поэтому из ядра для границ одного направления поворотами получают остальные.");
        Tensor plain = x.Under(k, pad: 1), both = x.Turned().Under(turned, pad: 1);
        board.Draw(Pixels.Rows(new("Above as it was, below turned", "Сверху как было, снизу после поворота"), [("", "x", x), ("∗", "K", k), ("=", "", plain)], [("", "x ↺", x.Turned()), ("∗", "R", turned), ("=", "", both)]));
        board.Say($"The result below is the one above, turned: the greatest difference is {(both - plain.Turned()).Abs().Max()}.",
            $"Результат снизу — повёрнутый верхний: наибольшее расхождение — {(both - plain.Turned()).Abs().Max()}.");
        board.Part($"A single bright cell", $"Одна яркая клетка");
        Tensor spot = Pictures.Dot(Side, Side / 2, Side / 2).Under(k, pad: 1), d = spot[1..4, 1..4];
        board.Draw(Pixels.Row(new("What a kernel makes of one bright cell", "Что ядро делает с одной яркой клеткой"), ("", "", Pictures.Dot(Side, Side / 2, Side / 2)), ("∗", "K", k), ("=", "", spot)));
        board.Say($"Where the window lies above the cell, the cell meets the kernel's lowest row: the kernel appears turned by a half. (That is why mathematicians turn it first.)",
            $"Когда окно стоит выше клетки, клетка попадает в нижнюю строку ядра: ядро появляется повёрнутым на пол-оборота. (Поэтому в математике его сначала поворачивают.)");
        Tensor mover = Pictures.Dot(3, 1 + (int)move[0], 1 + (int)move[1]).HalfTurned();
        board.Part($"Moving", $"Сдвиг");
        board.Say($"The single 1 of a moving kernel says from where a cell is taken, so it lies on the side opposite to the way the picture moves:",
            $"Единица в ядре сдвига показывает, откуда берётся клетка, поэтому она стоит со стороны, противоположной сдвигу:");
        board.Draw(Pixels.Row(new("The picture moved", "Сдвинутая картинка"), ("", "x", x), ("∗", "T", mover), ("=", "", x.Under(mover, pad: 1))));
        (int row, int column) = Turned(given);
        int far = Math.Max(Math.Abs(row - (int)at[0]), Math.Abs(column - (int)at[1]));
        if (far <= 1) throw new InvalidOperationException($"A turn takes the cell {given.Tensor("at")} no farther than a kernel sees: the task's parameters are degenerate.");
        board.Part($"No kernel turns pictures", $"Ядра, поворачивающего картинки, нет");
        board.Say($"A quarter turn takes the cell ({at[0]}, {at[1]}) to ({row}, {column}), {far} cells away. A 3×3 kernel sees only one cell far, so nothing of it can arrive there. A larger kernel would not do it either: it moves every cell in the same way, and a turn moves each in its own, the one in the middle not at all.",
            $"Поворот на четверть оборота переводит клетку ({at[0]}, {at[1]}) в ({row}, {column}); самый большой сдвиг по строке или столбцу равен {far}. Ядро 3×3 видит только на одну клетку, так что туда ничего не попадёт. Не поможет и ядро побольше: оно сдвигает все клетки одинаково, а поворот — каждую по-своему, центральную и вовсе никуда.");
        board.Draw(Pixels.Row(new("A bright cell and the same turned", "Яркая клетка до и после поворота"), ("", "", Spot(given)), ("↺", "", Spot(given).Turned())));
        board.Say($"So a network does not know turned objects by itself: one shows it turned pictures, or gives it turned kernels.",
            $"Поэтому сеть сама не узнаёт повёрнутые предметы: ей показывают повёрнутые картинки или дают повёрнутые ядра.");

        board.Ask("R", turned, 1e-6, null,
            new Slip(turned.HalfTurned(), new("That is turned clockwise.", "Это поворот по часовой стрелке.")),
            new Slip(k.T, new("A transposed kernel is mirrored, not turned.", "Транспонированное ядро отражено, а не повёрнуто.")));
        board.Ask("D", d, 1e-6, null, new Slip(k, new("The kernel comes out turned by a half.", "Ядро появляется повёрнутым на пол-оборота.")));
        board.Ask("T", mover, 1e-6, null,
            new Slip(mover.HalfTurned(),
                new("That moves the picture the other way: the 1 says from where a cell is taken.", "Так картинка сдвинется в другую сторону: единица показывает, откуда берётся клетка.")));
        board.Ask("p", Tensor.Of((double)row, column), 1e-6, null,
            new Slip(Tensor.Of((double)(Side + 1 - row), Side + 1 - column), new("That is the turn clockwise.", "Это поворот по часовой стрелке.")));
        board.AskWhich("turn", 2, new("there is one", "есть"), new("there is none", "нет"));
    }

    private static Tensor Spot(Given given) => Pictures.Dot(Side, (int)given.Vector("at")[0] - 1, (int)given.Vector("at")[1] - 1);

    // Where the turn takes the cell, from 1.
    // Which way a picture moves: down and to the left.
    private static Remark Way(double[] move)
    {
        Remark?[] ways =
        [
            move[0] switch { > 0 => new("down", "вниз"), < 0 => new("up", "вверх"), _ => null },
            move[1] switch { > 0 => new("to the right", "вправо"), < 0 => new("to the left", "влево"), _ => null },
        ];
        Remark[] there = [.. ways.OfType<Remark>()];
        return new(string.Join(" and ", there.Select(w => w.English)), string.Join(" и ", there.Select(w => w.Russian)));
    }

    private static (int Row, int Column) Turned(Given given)
    {
        int place = Array.IndexOf(Spot(given).Turned().ToDoubles(), 1);
        return (1 + place / Side, 1 + place % Side);
    }
}
