// A program in which some values are never used, some are computed again and some do nothing: what is left of it after each
// pass of the compiler, counted by hand and by the plan's own report.

using System.Globalization;
using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Graphs;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.2: what the compiler drops, shares and fuses.</summary>
internal sealed class CompilerPasses : BookTask
{
    private static readonly string[] Inputs = ["a", "b"];

    public override string Id => "9.2";

    public override Remark Title => new("What the compiler drops, shares and fuses", "Что компилятор отбрасывает, объединяет и сливает");

    public override string Source => "002 frameworks";

    // How often the product is written, how many values nothing uses, how many multiplications by 1.
    public override Given Seed => new(("twice", 2), ("unused", 1), ("ones", 1), ("n", 1000));

    internal override Given Draw(Dice dice) =>
        new(("twice", dice.Whole(2, 4)), ("unused", dice.Whole(1, 3)), ("ones", dice.Whole(1, 2)), ("n", 100 * dice.Whole(2, 50)));

    internal override void State(Given given, Board board)
    {
        board.Say($"a and b are rows of {given.Count("n")} numbers, and every line of the program works entry by entry, with one op. The value of the last line is wanted.",
            $"a и b — строки длины {given.Count("n")}, и каждая строка программы — одна поэлементная операция. Нужно значение последней строки.");
        Program(given).Show(board);
        board.Say($"How many ops has the program (n_w)? How many does the last line need (n_r)? How many are left when what changes nothing is left out (n_i), and when after that equal ops on equal inputs are done once (n_s)? In how many steps, passes over the entries, can what is left run (s)?",
            $"Сколько в программе операций (n_w)? Сколько из них нужно для последней строки (n_r)? Сколько останется, если убрать то, что ничего не меняет (n_i), а затем одинаковые операции над одинаковыми входами выполнять один раз (n_s)? За сколько шагов, то есть проходов по элементам, можно вычислить оставшееся (s)?");
    }

    internal override void Solve(Given given, Board board)
    {
        Listing program = Program(given);
        Shape shape = [given.Count("n")];
        Graph graph = program.Trace(Inputs, shape);
        PlanReport plan = graph.Plan();
        int written = program.Count, recorded = graph.Operations, plain = plan.After("identities"), shared = plan.After("common subexpressions"), steps = plan.Steps.Count;
        board.Say($"The imperative program computes all {written} lines, one after the other: it cannot know what will be needed. The symbolic one is looked at from its end first. What the last line does not lead back to is not in its graph. Lines left out: {written - recorded}, ops recorded: {recorded}. Then the passes of the compiler:",
            $"Императивная программа вычисляет строки подряд, всего {written}: она не может знать, что понадобится. Символьную сначала просматривают с конца. Того, к чему последняя строка не ведёт, в её графе нет: таких строк {written - recorded}, записано операций {recorded}. Затем проходы компилятора:");
        board.Passes(plan);
        board.Say($"A multiplication by 1 gives the same bits and goes (ops less: {recorded - plain}). The products are all the same op on the same a and b, so one is enough; then their hyperbolic tangents have the same input and are one too (ops less: {plain - shared}). The sums stay: t + t is another value than t.",
            $"Умножение на 1 даёт те же биты и исчезает (операций меньше на {recorded - plain}). Все произведения — одна и та же операция над теми же a и b, достаточно одного; тогда и у гиперболических тангенсов общий вход, и они тоже становятся одним (операций меньше на {plain - shared}). Суммы остаются: t + t — другое значение, чем t.");
        board.Steps(plan);
        Tensor a = new RandomStream(1, stream: 0).Normal(shape, dtype: DType.Float64), b = new RandomStream(2, stream: 0).Normal(shape, dtype: DType.Float64);
        Dictionary<string, Tensor> now = program.Run(("a", a), ("b", b));
        if (!now[program.Lines[^1].Name].ToDoubles().SequenceEqual(graph.Run(a, b)[0].ToDoubles())) throw new InvalidOperationException("The graph computes something else than the program.");
        long touched = program.Lines.Sum(l => (1L + l.Formula.Variables.Count) * shape.Size * sizeof(double)), planned = plan.Steps.Sum(s => s.Bytes);
        board.Say($"All that is left works entry by entry, so it is one loop: a number is read, goes through all ops and is written. The imperative program reads and writes {touched} bytes of arrays, the plan {planned}, and the results are the same. That is what the lecture calls more efficient in memory and in time.",
            $"Всё, что осталось, поэлементно, и это один цикл: число читается, проходит все операции и записывается. Императивная программа читает и пишет {Sentences.Plural(touched, "байт", "байта", "байт")} массивов, план — {planned}, а результаты одинаковы. Это лекция и называет более эффективными вычислениями по памяти и по скорости.");
        board.Say($"One thing the compiler leaves alone: x + 0. For x = −0 the sum is +0, other bits than x, and a compiler that may not change the result may not drop it.",
            $"Одно компилятор не трогает: x + 0. При x = −0 сумма равна +0, это другие биты, и компилятор, которому нельзя менять результат, не вправе её отбросить.");
        board.Ask("n_w", written, 1e-6);
        board.Ask("n_r", recorded, 1e-6, null, new Slip(N(written), new("Not all lines lead to the last one.", "Не все строки ведут к последней.")));
        board.Ask("n_i", plain, 1e-6, null,
            new Slip(N(recorded), new("A multiplication by 1 changes nothing.", "Умножение на 1 ничего не меняет.")),
            new Slip(N(written - (recorded - plain)), new("Not all lines lead to the last one.", "Не все строки ведут к последней.")));
        board.Ask("n_s", shared, 1e-6, null,
            new(N(shared + given.Count("twice") - 1),
                new("When the products are one, their hyperbolic tangents have the same input and are one too.", "Когда произведения стали одним, у их гиперболических тангенсов общий вход, и они тоже становятся одним.")),
            new(N(shared - given.Count("twice") + 1), new("The sums are different values: t + t is not t.", "Суммы — разные значения: t + t — это не t.")));
        (int Steps, Remark Says)[] choices = [(1, new("in one", "за один")), (2, new("in two: one for the products and one for the rest", "за два: один для произведения, другой для остального")), (shared, new("in as many as there are ops left", "за столько, сколько осталось операций"))];
        board.AskWhich("s", 1 + Array.FindIndex(choices, c => c.Steps == steps), [.. choices.Select(c => c.Says)]);
    }

    private static Listing Program(Given given)
    {
        int twice = given.Count("twice");
        List<(string Name, string Formula)> lines = [];
        string Named(string letter, int i) => letter + i.ToString(CultureInfo.InvariantCulture);
        for (int i = 1; i <= twice; i++) lines.Add((Named("p", i), "a*b"));
        for (int i = 1; i <= given.Count("unused"); i++) lines.Add((Named("u", i), i == 1 ? "exp(a)" : $"{Named("u", i - 1)}+b"));
        for (int i = 1; i <= twice; i++) lines.Add((Named("t", i), $"tanh({Named("p", i)})"));
        for (int i = 2; i <= twice; i++) lines.Add((Named("s", i), $"{(i == 2 ? "t1" : Named("s", i - 1))}+{Named("t", i)}"));
        string last = Named("s", twice);
        for (int i = 1; i <= given.Count("ones"); i++) lines.Add((Named("v", i), $"{(i == 1 ? last : Named("v", i - 1))}*1"));
        lines.Add(("y", $"{lines[^1].Name}+a"));
        return new([.. lines]);
    }
}
