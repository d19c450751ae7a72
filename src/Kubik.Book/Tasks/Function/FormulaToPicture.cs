using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>1.3: from a formula to a picture.</summary>
internal sealed class FormulaToPicture : BookTask
{
    public override string Id => "1.3";

    public override Remark Title => new("From a formula to a picture", "От формулы к картинке");

    public override string Source => "000 §1.3";

    public override Given Seed => new(("f", "max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)"));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("f", Neurons.Net(
            Neurons.Layer("max(0, z)", Dice.Table(2, 2, () => dice.Signed(9)), Dice.Several(2, () => dice.Signed(9))),
            Neurons.Layer("max(0, z)", Dice.Table(2, 1, () => dice.Signed(9)), [dice.Signed(9)])).ToFormula().ToString())),
        given => Net(given) is { Layers.Count: 2 } net && net.Layers[0].Weights.Cast<double>().Distinct().Count() == 4);

    internal override void State(Given given, Board board)
    {
        board.Say($"This function is a network of neurons. Draw it: which neurons are there, and which numbers stand on the lines?",
            $"Эта функция — сеть из нейронов. Нарисуйте её: какие в ней нейроны и какие числа стоят на стрелках?");
        board.Write(Formula.Parse(given.Text("f")), "y");
        board.Say($"The hidden neurons are numbered in the order in which they stand in the formula. W1 has a row for each input and a column for each of them, b1 their biases; W2 has a row for each of them, and b2 is the bias of the output.",
            $"Скрытые нейроны идут в том порядке, в каком стоят в формуле. В W1 строка для каждого входа и столбец для каждого из них, b1 — их сдвиги; в W2 строка для каждого из них, b2 — сдвиг выхода.");
    }

    internal override void Solve(Given given, Board board)
    {
        NeuronNet net = Net(given);
        board.Say($"Read from the outside: the output is an activation of a weighted sum, and what is summed are activations of weighted sums again. Each of them is a neuron; its summands are the lines that come in, the number that stands alone is its bias.",
            $"Читаем снаружи внутрь: выход — активация взвешенной суммы, а складываются в ней снова активации взвешенных сумм. Каждая из них — нейрон; слагаемые — входящие стрелки, число без переменной — сдвиг.");
        (Variable Name, Formula Part)[] hidden = [.. Hidden(net)];
        foreach ((Variable name, Formula part) in hidden) board.Write(part, name.Name);
        board.Draw(net, new("The network that the formula is", "Сеть, которую задаёт формула"));
        Remark exchanged = new("The two hidden neurons are exchanged; they come as they stand in the formula.", "Скрытые нейроны переставлены; они идут так, как стоят в формуле.");
        Slip[] Turned(Tensor w) => [new(w.T, new("There is a row for each input and a column for each neuron.", "Строка — для входа, столбец — для нейрона."))];
        Tensor first = Tensor.From(net.Layers[0].Weights), second = Tensor.From(net.Layers[1].Weights);
        board.Ask("W1", first, 1e-6, null, Turned(first));
        board.Ask("b1", Tensor.From(net.Layers[0].Bias), 1e-6, null, new Slip(Tensor.From(net.Layers[0].Bias).Flip(0), exchanged));
        board.Ask("W2", second, 1e-6, null, [.. Turned(second), new(second.Flip(0), exchanged)]);
        board.Ask("b2", net.Layers[1].Bias[0], 1e-6);
    }

    private static NeuronNet Net(Given given) => NeuronNet.TryRead(Formula.Parse(given.Text("f")))!;

    private static IEnumerable<(Variable, Formula)> Hidden(NeuronNet net)
    {
        IReadOnlyList<Formula> first = NeuronNet.Of(net.Inputs, [net.Layers[0]]).ToFormulas();
        Variable[] names = [.. first.Select((_, i) => new Variable($"h{i + 1}", Shape.Scalar))];
        foreach ((Variable name, Formula part) in names.Zip(first)) yield return (name, part);
        yield return (new("y", Shape.Scalar), NeuronNet.Of(names, [net.Layers[1]]).ToFormula());
    }
}
