using Kubik.Autograd;
using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Graphs;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.1: the same computation, imperative and symbolic.</summary>
internal sealed class TwoWays : BookTask
{
    private static readonly string[] Inputs = ["a", "b"];

    public override string Id => "9.1";

    public override Remark Title => new("The same computation, imperative and symbolic", "Одно вычисление императивно и символьно");

    public override string Source => "002 frameworks";

    public override Given Seed => new(("n", 10), ("a", 1), ("b", 2), ("add", 1), ("a2", 3), ("b2", -2));

    internal override Given Draw(Dice dice) => Dice.Until(
        () => new(("n", dice.Whole(4, 30)), ("a", dice.Signed(5)), ("b", dice.Signed(5)), ("add", dice.Whole(1, 6)), ("a2", dice.Signed(5)), ("b2", dice.Signed(5))),
        given => given.Number("a") * given.Number("b") + given.Number("add") != 0 && given.Number("a2") * given.Number("b2") + given.Number("add") != 0 && given.Number("a") != given.Number("b") && given.Number("a") * given.Number("b") != given.Number("a2") * given.Number("b2"));

    internal override void State(Given given, Board board)
    {
        board.Say($"a is a row of {given.Count("n")} numbers {given.Number("a")}, b one of as many numbers {given.Number("b")}. A program has two lines:",
            $"a — строка, в которой число {given.Number("a")} повторено {Times(given.Count("n"))}, b — столько же чисел {given.Number("b")}. В программе две строки:");
        foreach ((string name, Formula formula) in Program(given).Lines) board.Write(formula, name);
        board.Say($"The imperative way computes each line when it comes to it. The symbolic way takes A and B without numbers, writes down what is to be computed, compiles that to a function f(A, B) and calls it then. What is an entry of d? How many numbers has the imperative program computed (n_i) when it is done with d? An entry of f (f_2) when it is called with numbers {given.Number("a2")} and {given.Number("b2")}? What are the derivatives g_a and g_b of the sum of d's entries by an entry of a and of b? And what is D in the symbolic program before f is called?",
            $"При императивном подходе каждая строка вычисляется, как только до неё дошла очередь. При символьном A и B ещё не имеют значений: сначала записывается, что вычислить, это компилируется в функцию f(A, B), и только потом её вызывают. Чему равен элемент d? Сколько чисел вычислила императивная программа (n_i), закончив d? Чему равен элемент f (f_2), если вызвать её с числами {given.Number("a2")} и {given.Number("b2")}? Чему равны производные g_a и g_b суммы элементов d по элементу a и по элементу b? И что такое D в символьной программе до вызова f?");
    }

    internal override void Solve(Given given, Board board)
    {
        Listing program = Program(given);
        Shape shape = [given.Count("n")];
        Tensor Full(string name) => Tensor.Full(shape, given.Number(name), DType.Float64);
        board.Part($"Imperative", $"Императивно");
        board.Say($"Every line leaves an array of numbers behind, which can be looked at, printed, and compared:",
            $"После каждой строки остаётся массив чисел, на который можно посмотреть, напечатать его, сравнить:");
        Dictionary<string, Tensor> now = program.Run(("a", Full("a")), ("b", Full("b")));
        board.Table([new Remark("line", "строка"), new Remark("an entry", "элемент"), new Remark("numbers computed", "вычислено чисел")],
            program.Lines.Select(l => (object[])[l.Name, now[l.Name][0], now[l.Name].Count]));
        int computed = program.Lines.Sum(l => now[l.Name].Count);

        board.Part($"Symbolic", $"Символьно");
        Graph graph = program.Trace(Inputs, shape);
        board.Say($"The same two lines, run on symbols, compute nothing: they leave a graph with {graph.Operations} ops, whose shapes and types are known, and no number in it but the constant. For one entry, with the numbers above the links and the derivatives below them:",
            $"Те же две строки, выполненные на символах, ничего не вычисляют: остаётся граф, операций в нём {graph.Operations}; размеры и типы известны, а чисел, кроме константы, нет. Для одного элемента, со значениями над стрелками и производными под ними:");
        Formula whole = Formula.Parse(FormattableString.Invariant($"b*a+{given.Number("add")}"));
        board.Draw(whole, new("The graph of an entry", "Граф для одного элемента"), ("a", given.Number("a")), ("b", given.Number("b")));
        PlanReport plan = graph.Plan();
        board.Say($"Compiled, the two ops are one loop over the entries; c is never stored, and the result is written over an input that nobody needs any more:",
            $"После компиляции две операции становятся одним циклом по элементам: c нигде не хранится, а результат пишется поверх входа, который больше не нужен:");
        board.Steps(plan);
        Tensor first = graph.Run(Full("a"), Full("b"))[0], second = graph.Run(Full("a2"), Full("b2"))[0];
        bool same = first.ToDoubles().SequenceEqual(now["d"].ToDoubles());
        if (!same) throw new InvalidOperationException("The graph computes something else than the program.");
        board.Say($"Called with the numbers of the statement, the function gives {first[0]} in every entry, bit for bit what the imperative program gave. With {given.Number("a2")} and {given.Number("b2")} it gives {second[0]}; nothing is recorded again.",
            $"Вызванная с числами из условия, функция даёт в каждом элементе {first[0]} — бит в бит то же, что императивная программа. С числами {given.Number("a2")} и {given.Number("b2")} она даёт {second[0]}; заново ничего не записывается.");

        board.Part($"Derivatives", $"Производные");
        Graph back = Graph.Trace(x => Gradient.Of(program.Run(("a", x[0]), ("b", x[1]))["d"].Sum(), [x[0], x[1]]), [.. Inputs.Select(_ => new TensorSpec(DType.Float64, shape))]);
        Tensor[] slopes = back.Run(Full("a"), Full("b"));
        board.Say($"A graph can be differentiated by going through it from the end: the sum and + hand the 1 on, · multiplies it by the other factor.",
            $"Граф можно продифференцировать, пройдя его с конца: сумма и + передают единицу дальше, · умножает её на другой множитель.");
        board.Differentiate(whole);
        board.Say($"So g_a = {slopes[0][0]} and g_b = {slopes[1][0]}. The derivative is a graph again, here of {back.Operations} ops, and is compiled as the rest. Kubik does both: ordinary code computes at once, and the same code on symbols gives the graph.",
            $"Значит, g_a = {slopes[0][0]} и g_b = {slopes[1][0]}. Производная — снова граф, операций в нём {back.Operations}, и он компилируется так же. Kubik умеет и то и другое: обычный код считает сразу, а тот же код на символах даёт граф.");
        board.Ask("d", now["d"][0], 1e-6, null,
            new(now["c"][0], new("That is c.", "Это c.")),
            new(given.Tensor("a") + given.Tensor("b") + given.Number("add"),
                new("The entries are multiplied, not added.", "Элементы перемножаются, а не складываются.")));
        board.Ask("n_i", computed, 1e-6, null,
            new(N(shape.Size), new("The array c was computed too.", "Массив c тоже вычислен.")),
            new(N(0.0), new("The imperative program computes at once; the symbolic one waits.", "Императивная программа считает сразу; ждёт символьная.")));
        board.Ask("f_2", second[0], 1e-6, null,
            new Slip(first[0],
                new("The function takes the new numbers: a graph holds none of the old ones.", "Функция берёт новые числа: старых в графе нет.")));
        board.Ask("g_a", slopes[0][0], 1e-6, null, new Slip(slopes[1][0], new("The derivative of a·b by a is b.", "Производная a·b по a равна b.")));
        board.Ask("g_b", slopes[1][0], 1e-6, null, new Slip(slopes[0][0], new("The derivative of a·b by b is a.", "Производная a·b по b равна a.")));
        board.AskWhich("D", 2,
            new("an array of numbers", "массив чисел"),
            new("a description of what is to be computed, with shape and type", "описание того, что нужно вычислить, с размером и типом"),
            new("an array of zeros", "массив нулей"));
    }

    private static string Times(int n) => Sentences.Plural(n, "раз", "раза", "раз");

    private static Listing Program(Given given) => new(("c", "b*a"), ("d", FormattableString.Invariant($"c+{given.Number("add")}")));
}
