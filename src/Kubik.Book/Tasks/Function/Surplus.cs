using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.7: neurons that a network does not need.</summary>
internal sealed class Surplus : BookTask
{
    public override string Id => "1.7";

    public override Remark Title => new("Too many neurons", "Избыток нейронов");

    public override string Source => "000 §1.7";

    public override Given Seed => new(
        ("W1", new double[,] { { 1, 0, -1 }, { 2, 0, 1 } }), ("b1", new double[] { 0.5, 0, 1 }),
        ("W2", new double[,] { { 1, -2, 1 }, { 3, 1, 3 }, { -1, 2, -1 } }), ("b2", new double[] { 0, 1, 0 }),
        ("W3", new double[] { 2, -1, 0.5 }), ("b3", -1), ("X", new double[,] { { 1, 1 }, { -1, 2 }, { 2, -1 }, { 0, 0 } }));

    internal override Given Draw(Dice dice) => Dice.Until(
        () =>
        {
            int n1 = dice.Whole(2, 4), n2 = dice.Whole(3, 4);
            double[,] w1 = Dice.Table(2, n1, () => dice.Signed(3)), w2 = Dice.Table(n1, n2, () => dice.Signed(3));
            double[] b1 = Dice.Several(n1, () => dice.Whole(-2, 2)), b2 = Dice.Several(n2, () => dice.Whole(-2, 2));
            int idle = dice.Whole(0, n1 - 1), twin = dice.Whole(0, n2 - 1), other = (twin + dice.Whole(1, n2 - 1)) % n2;
            (w1[0, idle], w1[1, idle], b1[idle]) = (0, 0, dice.Whole(1, 3));
            for (int i = 0; i < n1; i++) w2[i, other] = w2[i, twin];
            b2[other] = b2[twin];
            return new(("W1", w1), ("b1", b1), ("W2", w2), ("b2", b2), ("W3", Dice.Several(n2, () => dice.Signed(4) / 2.0)), ("b3", dice.Whole(-2, 2)), ("X", Dice.Table(4, 2, () => dice.Whole(-3, 3))));
        },
        given => Idle(Net(given).Layers[0]) is [_] && Twins(Net(given).Layers[1]) is [var (a, b)] && given.Vector("W3")[a] + given.Vector("W3")[b] != 0
            && Output(given).ToDoubles().Distinct().Count() == 4);

    internal override void State(Given given, Board board)
    {
        board.Say($"This network was trained with more neurons than it needs; its activations are ReLU. The output of one neuron of the first layer does not depend on the input, and two of the second always put out the same. Which? Take away what is not needed so that no output changes.",
            $"Эту сеть обучили, взяв больше нейронов, чем нужно; активации — ReLU. Выход одного нейрона первого слоя не зависит от входа, а выходы двух нейронов второго слоя всегда одинаковы. Какие это нейроны? Уберите лишнее так, чтобы ни один выход не изменился.");
        board.Draw(Net(given), new("The network with its weights", "Сеть и её веса"));
        foreach (string name in (string[])["W1", "b1", "W2", "b2"]) board.Write(name, given.Tensor(name));
        board.Write("W3", given.Tensor("W3").Unsqueeze(1));
        board.Write("b3", given.Tensor("b3"));
        board.Say($"Neurons are counted from 1. i is the number of the first, s are the numbers of the two in order, b_2 the biases of the second layer without its second twin, v the weight with which the twin that is left goes into the output, n the number of parameters that are left.",
            $"Нейроны считаются с 1. i — номер первого, s — номера двух других по порядку, b_2 — сдвиги второго слоя без второго близнеца, v — вес, с которым оставшийся близнец входит в выход, n — сколько параметров осталось.");
    }

    internal override void Solve(Given given, Board board)
    {
        NeuronNet net = Net(given);
        int idle = Idle(net.Layers[0])[0];
        (int first, int second) = Twins(net.Layers[1])[0];
        Tensor constant = given.Tensor("b1")[idle].Relu();
        board.Part($"The idle neuron", $"Нейрон, который не зависит от входа");
        board.Say($"Column {idle + 1} of W₁ is 0: whatever the input is, neuron {idle + 1} of the first layer puts out max(0, {given.Vector("b1")[idle]}) = {constant}. A constant is no news, but it goes into the second layer with the weights of row {idle + 1} of W₂, and there it is a part of the biases, b₂ + {constant}·(row {idle + 1}):",
            $"Столбец {idle + 1} в W₁ нулевой: при любом входе нейрон {idle + 1} первого слоя отдаёт max(0, {given.Vector("b1")[idle]}) = {constant}. Постоянная ничего не сообщает, но она входит во второй слой с весами из строки {idle + 1} в W₂, и там она становится частью сдвигов, b₂ + {constant}·(строка {idle + 1}):");
        NeuronNet lean = Lean(given);
        Tensor biases = given.Tensor("b2") + constant * given.Tensor("W2")[idle];
        board.Write("c", biases);
        board.Part($"The twins", $"Близнецы");
        Tensor v = given.Tensor("W3")[first] + given.Tensor("W3")[second];
        board.Say($"Columns {first + 1} and {second + 1} of W₂ and their biases are the same, so these neurons always put out the same number h, and the output gets {given.Vector("W3")[first]}h and {given.Vector("W3")[second]}h of it. One of them is enough, with the weight {v}; the other goes, with its bias.",
            $"Столбцы {first + 1} и {second + 1} в W₂ и их сдвиги совпадают, так что эти нейроны всегда отдают одно и то же число h, и в выход попадают {given.Vector("W3")[first]}h и {given.Vector("W3")[second]}h. Достаточно одного, с весом {v}; второй уходит вместе со своим сдвигом.");
        board.Write("b_2", Without(biases, second));
        board.Draw(lean, new("What is left", "Что осталось"));
        Tensor x = given.Tensor("X"), before = net.At(x), after = lean.At(x);
        board.Part($"Nothing has changed", $"Ничего не изменилось");
        board.Table(["x₁", "x₂", new Remark("before", "было"), new Remark("after", "стало")],
            Enumerable.Range(0, x.Shape[0]).Select(i => (object[])[x[i, 0], x[i, 1], before[i, 0], after[i, 0]]));
        Tensor grid = Neurons.Grid(-5, 5, 41);
        long parameters = Count(net), left = Count(lean);
        board.Say($"At {grid.Shape[0]} points of a grid the greatest difference of the outputs is {(net.At(grid) - lean.At(grid)).Abs().Max()}. Of {parameters} parameters {left} are left.",
            $"На сетке, точек в ней {grid.Shape[0]}, наибольшая разница выходов — {(net.At(grid) - lean.At(grid)).Abs().Max()}. Параметров было {parameters}, осталось {left}.");
        board.Ask("i", idle + 1, 1e-6, null, new Slip(N(idle), new("Neurons are counted from 1.", "Нейроны считаются с 1.")));
        board.Ask("s", Tensor.Of(first + 1.0, second + 1), 1e-6, null,
            new Slip(Tensor.Of((double)first, second), new("Neurons are counted from 1.", "Нейроны считаются с 1.")));
        board.Ask("b_2", Without(biases, second), 1e-6, null,
            new Slip(Without(given.Tensor("b2"), second),
                new("The idle neuron puts out a constant; it belongs to the biases now.", "Нейрон отдаёт постоянную; теперь она — часть сдвигов.")));
        board.Ask("v", v, 1e-6, null,
            new(given.Tensor("W3")[first],
                new("The weight of the twin that was taken away is lost; the two add up.", "Потерян вес убранного близнеца; веса складываются.")),
            new(v / 2, new("The weights add up; the mean halves their share.", "Веса складываются; среднее вдвое меньше.")));
        board.AskCount("n", left, new("parameters", "параметров"), new Slip(N(parameters), new("That is how many there were.", "Столько было.")));
    }

    private static NeuronNet Net(Given given) => Neurons.Net(
        Neurons.Layer("max(0, z)", given.Matrix("W1"), given.Vector("b1")), Neurons.Layer("max(0, z)", given.Matrix("W2"), given.Vector("b2")), Neurons.Layer("z", Neurons.Column(given.Vector("W3")), [given.Number("b3")]));

    private static Tensor Output(Given given) =>
        ((given.Tensor("X").MatMul(given.Tensor("W1")) + given.Tensor("b1")).Relu().MatMul(given.Tensor("W2")) + given.Tensor("b2")).Relu().MatMul(given.Tensor("W3").Unsqueeze(1));

    private static NeuronNet Lean(Given given)
    {
        NeuronNet net = Net(given);
        int idle = Idle(net.Layers[0])[0];
        (int first, int second) = Twins(net.Layers[1])[0];
        Tensor w3 = given.Tensor("W3"), merged = w3 + w3[second] * Tensor.Eye(w3.Count, DType.Float64)[first];
        Tensor b2 = given.Tensor("b2") + given.Tensor("b1")[idle].Relu() * given.Tensor("W2")[idle];
        return Neurons.Net(
            Neurons.Layer("max(0, z)", Neurons.Array2(Without(given.Tensor("W1").T, idle).T), Without(given.Tensor("b1"), idle).ToDoubles()),
            Neurons.Layer("max(0, z)", Neurons.Array2(Without(Without(given.Tensor("W2"), idle).T, second).T), Without(b2, second).ToDoubles()),
            Neurons.Layer("z", Neurons.Column(Without(merged, second).ToDoubles()), [given.Number("b3")]));
    }

    private static long Count(NeuronNet net) => net.ToModule().Summary([net.Inputs.Count]).Parameters;

    // Neurons to which no input goes.
    private static int[] Idle(NeuronLayer layer) =>
        [.. Enumerable.Range(0, layer.Neurons).Where(j => Tensor.From(layer.Weights)[.., j].Abs().Max().Item() == 0)];

    // Neurons with the same weights and bias.
    private static (int First, int Second)[] Twins(NeuronLayer layer)
    {
        Tensor all = Tensor.Concat(0, Tensor.From(layer.Weights), Tensor.From(layer.Bias).Unsqueeze(0));
        return [.. from a in Enumerable.Range(0, layer.Neurons) from b in Enumerable.Range(a + 1, layer.Neurons - a - 1) where (all[.., a] - all[.., b]).Abs().Max().Item() == 0 select (a, b)];
    }

    // Without one entry of the first axis.
    private static Tensor Without(Tensor x, int at) => Tensor.Stack(0, [.. Enumerable.Range(0, x.Shape[0]).Where(i => i != at).Select(i => x[i])]);
}
