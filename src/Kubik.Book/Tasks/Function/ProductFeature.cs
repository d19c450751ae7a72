using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.6: XOR with one neuron that gets the product of its inputs as well.</summary>
internal sealed class ProductFeature : BookTask
{
    public override string Id => "1.6";

    public override Remark Title => new("XOR with a feature", "XOR с дополнительным признаком");

    public override string Source => "000 §1.6";

    public override Given Seed => new(("t", new double[] { 0, 1, 1, 0 }));

    internal override Given Draw(Dice dice) =>
        Dice.Until(() => new(("t", Dice.Several(4, () => dice.Whole(0, 1)))), given => given.Vector("t").Sum() is > 0 and < 4 && Weights(given)[2].Item() != 0);

    internal override void State(Given given, Board board)
    {
        board.Say($"A neuron with the unit step gets x₁, x₂ and, as a third input, x₃ = x₁x₂. Find weights (w₁, w₂, w₃, b) with which it has the values t of this table. Could it do so without x₃?",
            $"Нейрон со ступенькой получает x₁, x₂ и, третьим входом, x₃ = x₁x₂. Найдите веса (w₁, w₂, w₃, b), при которых он принимает значения t из таблицы. Справился бы он без x₃?");
        board.Table(["x₁", "x₂", "t"], Enumerable.Range(0, 4).Select(i => (object[])[TwoBits.Corners[i, 0], TwoBits.Corners[i, 1], given.Vector("t")[i]]));
    }

    internal override void Solve(Given given, Board board)
    {
        double[] t = given.Vector("t");
        Tensor exact = Weights(given);
        board.Say($"Four rows, four unknowns: let the sum w₁x₁ + w₂x₂ + w₃x₁x₂ + b be equal to t itself in every row. In matrix form, with the columns x₁, x₂, x₁x₂ and 1:",
            $"Четыре строки, четыре неизвестных: пусть сумма w₁x₁ + w₂x₂ + w₃x₁x₂ + b в каждой строке просто равна t. В матричном виде, со столбцами x₁, x₂, x₁x₂ и 1:");
        board.Write("M", Rows());
        board.Say($"The rows of 0 and 1 are solved from below: the last one gives the bias, those above it w₂ and w₁, the first one w₃.",
            $"Строки из нулей и единиц решаются снизу вверх: последняя даёт сдвиг, следующие над ней — w₂ и w₁, первая — w₃.");
        board.Write("w", exact);
        Tensor w = exact - Tensor.Of(0, 0, 0, 0.5);
        board.Say($"The step asks whether a sum is above 0, so 0.5 is taken away, half-way between the two values:",
            $"Ступенька сравнивает сумму с нулём, поэтому вычтем 0.5 — середину между двумя значениями:");
        Formula y = Sum(w);
        board.Write(Formula.Parse($"[{y} > 0]"), "y");
        Plane plane = new("x₁", "x₂", (-0.6, 1.6), (-0.6, 1.6));
        plane.Field(p => (Features(p).MatMul(w.Unsqueeze(1)) > 0).Cast(DType.Float64).Reshape(-1));
        TwoBits.Points(plane, t);
        board.Draw(plane, new("Where the neuron puts out 1", "Где нейрон отдаёт 1"));
        if (TwoBits.Neuron(t) is { } plain)
        {
            board.Say($"This table has a neuron without the third input, too: a straight line is enough.",
                $"Для этой таблицы есть нейрон и без третьего входа: прямой достаточно.");
            board.Write(Neurons.Net(Neurons.Steps(plain)).ToFormula(), "y");
        }
        else
        {
            double sign = t[0] == 0 ? 1 : -1;
            Formula factors = Formula.Parse($"{(sign > 0 ? "" : "-")}0.5*(1 - 2x2)*(2x1 - 1)");
            board.Say($"Without x₃ no neuron can (task 1.5). Here the border of the classes is where the sum is 0, and the sum is a product:",
                $"Без x₃ нейрон не справится (задача 1.5). Здесь граница классов — там, где сумма равна 0, а сумма раскладывается в произведение:");
            board.Equal(y, factors);
            Tensor far = Neurons.Grid(-2, 2, 9);
            double gap = far.ToDoubles().Chunk(2).Max(p => Math.Abs(y.At(("x1", p[0]), ("x2", p[1])) - factors.At(("x1", p[0]), ("x2", p[1]))));
            board.Say($"(Checked at {far.Shape[0]} points of a grid: the greatest difference of the two sides is {gap}.) A product is 0 where a factor is: on the lines x₂ = 0.5 and x₁ = 0.5, which cross. What a first layer would have had to find, the feature brings along.",
                $"(Проверка на сетке, точек в ней {far.Shape[0]}: наибольшая разница левой и правой частей — {gap}.) Произведение равно 0 там, где равен 0 множитель: на пересекающихся прямых x₂ = 0.5 и x₁ = 0.5. То, что пришлось бы находить первому слою, приносит с собой признак.");
        }
        board.AskAny("w", w, typed => (Tensor.From(t) - (Rows().MatMul(typed.Unsqueeze(1)).Reshape(4) > 0).Cast(DType.Float64)).Abs().Max().Item() == 0,
            new(-w, new("The classes are exchanged.", "Классы перепутаны.")),
            new(w * Tensor.Of(1.0, 1, 0, 1),
                new("Without the weight of x₁x₂ the neuron draws another line.", "Без веса при x₁x₂ нейрон проводит другую границу.")));
        bool can = TwoBits.Neuron(t) is not null;
        board.AskWhich("without", can ? 1 : 2, new("without x₃ it could", "без x₃ справился бы"), new("without x₃ it could not", "без x₃ не справился бы"));
    }

    private static Formula Sum(Tensor w)
    {
        Variable[] x = [new("x1", Shape.Scalar), new("x2", Shape.Scalar), new("p", Shape.Scalar)];
        double[] n = w.ToDoubles();
        string sum = NeuronNet.Of(x, [Neurons.Layer("z", new[,] { { n[0] }, { n[1] }, { n[2] } }, [n[3]])]).ToFormula().ToString();
        return Formula.Parse(sum.Replace("p", "x1*x2", StringComparison.Ordinal));
    }

    private static Tensor Rows() => Features(Tensor.From(TwoBits.Corners));

    // (points, 2) to the columns x₁, x₂, x₁x₂, 1.
    private static Tensor Features(Tensor points)
    {
        Tensor x1 = points[.., 0], x2 = points[.., 1];
        return Tensor.Stack(1, x1, x2, x1 * x2, Tensor.Ones([points.Shape[0]], DType.Float64));
    }

    private static Tensor Weights(Given given) => Rows().Inverse().MatMul(given.Tensor("t").Unsqueeze(1)).Reshape(4).Round();
}
