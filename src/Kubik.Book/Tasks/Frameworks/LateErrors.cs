// The price of the symbolic way: the line that is wrong and the moment at which that shows are apart. A wrong size is found
// when the graph is recorded, before anything is computed; a wrong value only in a run.

using Kubik.Book.Answers;
using Kubik.Glass.Explaining;
using Kubik.Graphs;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>9.5: where an error shows.</summary>
internal sealed class LateErrors : BookTask
{
    public override string Id => "9.5";

    public override Remark Title => new("Where an error shows", "Где обнаруживается ошибка");

    public override string Source => "002 frameworks";

    // x is (n, rows of W₁).
    public override Given Seed =>
        new(("n", 10), ("rows", new double[] { 5, 4, 2, 6 }), ("columns", new double[] { 4, 3, 6, 1 }), ("a", 1), ("b", 3), ("products", 0));

    internal override Given Draw(Dice dice) => Dice.Until(() =>
    {
        double[] sizes = Dice.Several(5, () => dice.Whole(2, 9)), rows = sizes[..4];
        rows[dice.Whole(1, 3)] += dice.Of(-1, 1, 2);
        return new(("n", dice.Whole(5, 30)), ("rows", rows), ("columns", sizes[1..]), ("a", dice.Whole(-3, 3)), ("b", dice.Whole(4, 8)), ("products", dice.Whole(0, 2)));
    }, given => given.Vector("rows").All(r => r >= 2));

    internal override void State(Given given, Board board)
    {
        board.Say($"A program multiplies a matrix x of {given.Count("n")}×{given.Vector("rows")[0]} by the matrices below, line by line: h₁ = x·W₁, h₂ = h₁·W₂ and so on. One of the sizes is wrong.",
            $"Программа строка за строкой умножает матрицу x размера {given.Count("n")}×{given.Vector("rows")[0]} на матрицы из таблицы: h₁ = x·W₁, h₂ = h₁·W₂ и так далее. Один из размеров неверен.");
        board.Table([new Remark("line", "строка"), new Remark("rows of W", "строк в W"), new Remark("columns of W", "столбцов в W")],
            given.Vector("rows").Select((r, i) => (object[])[i + 1, r, given.Vector("columns")[i]]));
        board.Say($"In which line (k) does the error show? How many multiplications of numbers has the imperative program made by then (m_i), and what has the symbolic one done (m_s)? Another program is",
            $"В какой строке (k) обнаружится ошибка? Сколько умножений чисел к этому времени сделала императивная программа (m_i) и что сделала символьная (m_s)? Другая программа —");
        Values(given).Show(board);
        board.Say($"with a = {given.Number("a")} and b = {given.Number("b")}. In which line does a value go wrong first (j)? Who sees that, and when (late)?",
            $"с a = {given.Number("a")} и b = {given.Number("b")}. В какой строке значение впервые становится негодным (j)? Кто и когда это увидит (late)?");
    }

    internal override void Solve(Given given, Board board)
    {
        double[] rows = given.Vector("rows"), columns = given.Vector("columns");
        TensorSpec[] specs = [Spec(given.Number("n"), rows[0]), .. rows.Zip(columns, Spec)];
        board.Part($"A wrong size", $"Неверный размер");
        (int line, _) = Failing([.. specs.Select(s => Tensor.Ones(s.Shape, DType.Float64))]);
        (int stopped, bool hasNumbers) = (0, false);
        Graph before = Graph.Trace(x =>
        {
            (stopped, Tensor h) = Failing(x);
            hasNumbers = !h.IsSymbolic;
            return h;
        }, specs);
        if (stopped != line) throw new InvalidOperationException($"The program stops at line {line}, its recording at line {stopped}.");
        (long done, int recorded) = (before.MultiplyAdds, before.Operations);
        board.Say($"A product needs as many columns on the left as rows on the right. The h of each line has the columns of its W; line {line} meets {columns[line - 2]} columns with {rows[line - 1]} rows.",
            $"В произведении слева должно быть столько столбцов, сколько справа строк. У h каждой строки программы столько столбцов, сколько у её W; в строке {line} программы встречаются {Sentences.Plural((int)columns[line - 2], "столбец", "столбца", "столбцов")} и {Sentences.Plural((int)rows[line - 1], "строка", "строки", "строк")}.");
        board.Table([new Remark("line", "строка"), new Remark("multiplications", "умножений"), ""],
            Enumerable.Range(1, rows.Length).Select(i => (object[])[i, i < line ? given.Number("n") * rows[i - 1] * columns[i - 1] : "—", i == line ? new Remark("the error", "ошибка") : ""]));
        board.Say($"The imperative program has made {done} multiplications when it stops at the line itself, with all values before it at hand. The symbolic one stops at the same line while it is recorded (ops in the graph: {recorded}) and has not multiplied anything: a wrong size is seen before a long computation, not after it. In an old framework, where lines only make nodes, the message would come from the compiler and name a node, not the line; Kubik's trace runs the lines themselves, so both ways stop at the same place with the same message.",
            $"Императивная программа к этому времени сделала умножений: {done}; она останавливается на самой строке, и все предыдущие значения под рукой. Символьная останавливается на той же строке во время записи (операций в графе: {recorded}) и ещё ничего не умножила: неверный размер виден до долгих вычислений, а не после них. В старых фреймворках строки лишь создавали узлы, и сообщение приходило от компилятора и называло узел, а не строку; в Kubik при записи выполняются сами строки, поэтому оба способа останавливаются в одном месте с одним сообщением.");
        board.Part($"A wrong value", $"Негодное значение");
        Listing values = Values(given);
        Dictionary<string, Tensor> now = values.Run(("a", given.Tensor("a")), ("b", given.Tensor("b")));
        board.Table([new Remark("line", "строка"), "", new Remark("value", "значение")], values.Lines.Select((l, i) => (object[])[i + 1, l.Name, now[l.Name]]));
        int first = values.Lines.Select((l, i) => (l, i)).First(p => !double.IsFinite(now[p.l.Name].Item())).i + 1;
        (int seen, Tensor end) = Seen(values, given);
        board.Say($"The logarithm of a negative number is none, and whatever is computed with it is none either. Imperatively, line {first} can be stopped at and looked at. The graph has the right sizes, is compiled without a complaint and gives {end} at the end; where it came from is seen only by asking the graph for the values between. This is the minus of the symbolic way in the lecture; its pluses are tasks 9.2 to 9.4.",
            $"Логарифма отрицательного числа нет, и всё, что с ним вычислено, тоже не число. Императивную программу можно остановить на строке {first} и посмотреть. У графа размеры верные, он компилируется без жалоб и в конце даёт {end}; откуда это взялось, видно, только если спросить у графа промежуточные значения. Это и есть минус символьного подхода из лекции; его плюсы — задачи 9.2–9.4.");
        board.Ask("k", line, 1e-6, null,
            new Slip(N(line - 1),
                new("That line is still right: its W fits, the next one does not.", "Эта строка ещё верна: её W подходит, не подходит следующая.")));
        board.AskCount("m_i", done, null,
            new Slip(N(done / given.Number("n")), new("Every row of x is multiplied.", "Умножается каждая строка x.")),
            new Slip(N(0), new("The imperative program computes the lines before the error.", "Императивная программа вычисляет строки до ошибки.")));
        board.AskWhich("m_s", hasNumbers ? 1 : 2,
            new("the same multiplications", "те же умножения"),
            new("it has recorded ops and multiplied nothing", "записала операции и ничего не умножила"),
            new("it has not looked at any line yet", "ещё не рассмотрела ни одной строки"));
        board.Ask("j", first, 1e-6, null,
            new Slip(N(first - 1), new("A negative number is still a number.", "Отрицательное число — ещё число.")),
            new Slip(N(values.Count), new("There it is seen; it began before.", "Там это видно, а началось раньше.")));
        board.AskWhich("late", seen,
            new("the compiler finds the wrong value", "негодное значение найдёт компилятор"),
            new("the recording finds the wrong value", "негодное значение найдётся при записи"),
            new("the symbolic program shows it only in a run", "символьная программа покажет его только при запуске"));
    }

    // Who complains of the value, or shows it: 1 the compiler, 2 the recording before it, 3 only a run; and what the last line gives.
    private static (int Who, Tensor End) Seen(Listing values, Given given)
    {
        int now = 2;
        try
        {
            Graph graph = values.Trace(["a", "b"], Shape.Scalar);
            now = 1;
            graph.Plan();
            now = 3;
            Tensor end = graph.Run(given.Tensor("a"), given.Tensor("b"))[0];
            return double.IsFinite(end.Item()) ? throw new InvalidOperationException($"The last line gives {end}: no value goes wrong.") : (now, end);
        }
        catch (ArgumentException)
        {
            return (now, N(double.NaN));
        }
    }

    // A difference below 0, multiplied some times, its logarithm, sums, and a last line.
    private static Listing Values(Given given)
    {
        int logarithm = 2 + given.Count("products");
        string Line(int i) => i == logarithm ? $"ln(u{i - 1})" : i < logarithm ? $"u{i - 1}*b" : $"u{i - 1}+a";
        return new([("u1", "a-b"), .. Enumerable.Range(2, 3).Select(i => (FormattableString.Invariant($"u{i}"), Line(i))), ("y", "u4^2+1")]);
    }

    // The first line whose sizes do not fit, and what the lines before it gave.
    private static (int Line, Tensor Before) Failing(Tensor[] x)
    {
        Tensor h = x[0];
        for (int i = 1; i < x.Length; i++)
        {
            try
            {
                h = h.MatMul(x[i]);
            }
            catch (ShapeException)
            {
                return (i, h);
            }
        }
        throw new InvalidOperationException("All sizes fit: the task's parameters are degenerate.");
    }

    private static TensorSpec Spec(double rows, double columns) => new(DType.Float64, [(int)rows, (int)columns]);
}
