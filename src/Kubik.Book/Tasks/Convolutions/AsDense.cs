using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>6.4: a convolution as a dense layer: H = X·W, with W shown.</summary>
internal sealed class AsDense : BookTask
{
    public override string Id => "6.4";

    public override Remark Title => new("A convolution is a dense layer with restrictions", "Свёртка как полносвязный слой");

    public override string Source => "000 §6.4";

    public override Given Seed => new(("x", new double[,] { { 1, 2, 0 }, { 0, 1, 3 }, { 2, 0, 1 } }), ("K", new double[,] { { 1, 2 }, { -1, 3 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            (int rows, int columns, int high, int wide) = dice.Of((3, 3, 2, 2), (2, 4, 2, 2), (4, 2, 2, 2), (2, 4, 2, 3), (4, 3, 3, 2), (3, 4, 2, 3));
            return new(("x", Dice.Table(rows, columns, () => dice.Whole(0, 4))), ("K", Dice.Table(high, wide, () => dice.Signed(5))));
        },
        given => given.Tensor("K").ToDoubles() is var k && k.Distinct().Count() == k.Length && given.Tensor("x").Under(given.Tensor("K")).ToDoubles().Distinct().Count() > 1);

    internal override void State(Given given, Board board)
    {
        Shape x = given.Tensor("x").Shape, k = given.Tensor("K").Shape;
        int outputs = Matrix(given.Tensor("K"), x).Shape[1];
        board.Say($"Masha was told that a convolution is a dense layer with some restrictions. Write it as one. A black-and-white picture x of {x[0]}×{x[1]} cells goes in, the kernel is {k[0]}×{k[1]}, without padding and bias, stride 1:",
            $"Маше рассказали, что свёрточный слой — это полносвязный слой с ограничениями. Запишите его в таком виде. На вход идёт чёрно-белая картинка x размера {x[0]}×{x[1]}, ядро {k[0]}×{k[1]}, без дополнения и сдвига, шаг 1:");
        board.Draw(Pixels.Row(new("The picture and the kernel", "Картинка и ядро"), ("", "x", given.Tensor("x")), ("", "K", given.Tensor("K"))));
        board.Say($"X is the picture row by row, {x.Size} numbers, H the result row by row. Draw the dense layer and the convolution as a dense layer, with all their weights. What are W and H = X·W? How many of the numbers of W are 0 (z)? How many different weights has a dense layer from {x.Size} to {outputs} without biases (d), and how many has the convolution (c)?",
            $"X — картинка, записанная по строкам (чисел в ней {x.Size}), H — результат по строкам. Нарисуйте полносвязный слой и свёрточный в виде полносвязного и подпишите все веса. Чему равны W и H = X·W? Сколько в W нулей (z)? Сколько разных весов в полносвязном слое из {x.Size} в {outputs} без сдвигов (d) и сколько в свёртке (c)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Tensor x = given.Tensor("x"), k = given.Tensor("K"), w = Matrix(k, x.Shape), y = x.Under(k), h = y.Reshape(-1);
        (int inputs, int outputs) = (w.Shape[0], w.Shape[1]);
        board.Part($"The dense layer", $"Полносвязный слой");
        board.Say($"Every output looks at every input, each with a weight of its own. In the drawing the links are numbered, weight after weight:",
            $"Каждый выход смотрит на каждый вход, и у каждой связи свой вес. На рисунке связи пронумерованы, вес за весом:");
        Tensor numbers = (Tensor.Range(0, inputs * outputs, dtype: DType.Float64) + 1).Reshape(inputs, outputs);
        board.Draw(Neurons.Net(Neurons.Layer("z", Neurons.Array2(numbers))), new($"A dense layer from {inputs} to {outputs}; on each link the number of its weight (how thick it is does not matter here)", $"Полносвязный слой из {inputs} в {outputs}; на связях номера весов (толщина здесь ничего не значит)"));
        board.Part($"The convolution", $"Свёртка");
        board.Say($"An output of the convolution sees only the cells of its window, and all outputs use the same numbers. With letters for the kernel's cells W is, with a row for each cell of the picture and a column for each output:",
            $"Выход свёртки видит только клетки своего окна, и все выходы пользуются одними и теми же числами. Если обозначить клетки ядра буквами, в W по строке на каждую клетку картинки и по столбцу на каждый выход:");
        board.Write("W", Letters(x.Shape, k.Shape));
        board.Say($"Down a column stands the kernel, stretched out: between its rows there are gaps of 0 where the picture is wider. From column to column it moves on as the window does. With numbers:",
            $"В каждом столбце стоит вытянутое ядро: между его строками стоят нули там, где картинка шире. От столбца к столбцу оно сдвигается вместе с окном. В числах:");
        board.Write("W", w);
        board.Draw(Neurons.Net(Neurons.Layer("z", Neurons.Array2(w))), new("The convolution as a dense layer: links with 0 are left out", "Свёртка как полносвязный слой: связей с весом 0 нет"));
        Tensor product = x.Reshape(1, inputs).MatMul(w).Reshape(-1);
        board.Say($"X = {x.Reshape(-1)}, and the product with W is H = {product}. The convolution gives the same, as a picture:",
            $"X = {x.Reshape(-1)}, произведение на W — это H = {product}. Свёртка даёт то же в виде картинки:");
        board.Draw(Pixels.Row(new("The same as a convolution", "То же самое как свёртка"), ("", "x", x), ("∗", "K", k), ("=", "", y)));
        long dense = Counting.Parameters($"linear {outputs} bias=false", [inputs]), shared = Counting.Parameters($"conv 1 {k.Shape.ToX()} bias=false", [1, .. x.Shape]);
        int zeros = w.ToDoubles().Count(v => v == 0);
        board.Part($"The restrictions", $"Ограничения");
        board.Say($"First, {zeros} of the {dense} links are forced to be 0: a cell is seen only by the windows that it lies in. Second, the others share {shared} numbers: what is learnt in one place holds everywhere. On the way back each shared weight gets the sum of the gradients of all its links.",
            $"Во-первых, {zeros} из {dense} связей обязаны быть нулями: клетку видят только те окна, в которых она лежит. Во-вторых, у остальных разных весов всего {shared}: выученное в одном месте верно везде. На обратном проходе каждый общий вес получает сумму градиентов всех своих связей.");

        Slip turned(Tensor value) => new(value, new("The kernel was turned by half a turn; networks do not do that.", "Ядро повёрнуто на пол-оборота; в сетях так не делают."));
        board.Ask("W", w, 1e-6, null, turned(Matrix(k.HalfTurned(), x.Shape)),
            new(Matrix(k.T.Reshape(k.Shape), x.Shape), new("The kernel was read down its columns.", "Ядро прочитано по столбцам.")));
        board.Ask("H", h, 1e-6, null, turned(x.Under(k.HalfTurned()).Reshape(-1)),
            new(y.T.Reshape(-1), new("The result is to be read row by row.", "Результат нужно выписать по строкам.")));
        board.AskCount("z", zeros, null, new Slip(N(dense - zeros), new("Those are the links that stay.", "Это число связей, которые остались.")));
        board.AskCount("d", dense, null, new Slip(N(Counting.Parameters($"linear {outputs}", [inputs])), new("Without biases.", "Без сдвигов.")));
        board.AskCount("c", shared, null,
            new Slip(N(dense - zeros), new("Those are the links; they share their weights.", "Это число связей; веса у них общие.")));
    }

    // The convolution of each unit vector is a row.
    private static Tensor Matrix(Tensor kernel, Shape picture) => kernel.Unsqueeze(0).Unsqueeze(0).ConvMatrix(picture, Window.Valid);

    // Which of the kernel's cells stands where shows with a 1 in that cell.
    private static Formula[,] Letters(Shape picture, Shape kernel)
    {
        Tensor units = Tensor.Eye(kernel.Size, DType.Float64);
        Tensor[] where = [.. Enumerable.Range(0, kernel.Size).Select(i => Matrix(units[i].Reshape(kernel), picture))];
        Formula[,] letters = new Formula[where[0].Shape[0], where[0].Shape[1]];
        for (int i = 0; i < letters.GetLength(0); i++)
        {
            for (int j = 0; j < letters.GetLength(1); j++)
            {
                int cell = Array.FindIndex(where, m => m[i, j].Item() == 1);
                letters[i, j] = Formula.Parse(cell < 0 ? "0" : $"k{cell / kernel[1] + 1}{cell % kernel[1] + 1}");
            }
        }
        return letters;
    }
}
