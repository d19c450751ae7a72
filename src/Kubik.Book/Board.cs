// What a teacher writes on the board: sentences in one of the languages, formulas, values, pictures, explained steps, and in the
// end what was asked. A task writes to it; pages of every format are made of what stands there.

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kubik.Book.Answers;
using Kubik.Book.Drawing;
using Kubik.Glass;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Glass.Pages;
using Kubik.Glass.Pictures;
using static Kubik.Book.Numbers;

namespace Kubik.Book;

internal sealed class Board(Language language, string? key = null)
{
    private readonly List<Block> blocks = [];
    private readonly List<Answer> answers = [];
    private readonly List<Explained> trace = [];

    private bool isRounded;

    public IReadOnlyList<Block> Blocks => this.blocks;

    public IReadOnlyList<Answer> Answers => this.answers;

    /// <summary>The steps that were explained.</summary>
    public IReadOnlyList<Explained> Trace => this.trace;

    /// <summary>A paragraph. Numbers, tensors and formulas in it are written as formulas have them.</summary>
    public void Say(FormattableString english, FormattableString russian) =>
        this.blocks.Add(new Paragraph(this.Text(language == Language.Russian ? russian : english)));

    /// <summary>A heading within the solution.</summary>
    public void Part(FormattableString english, FormattableString russian) =>
        this.blocks.Add(new Heading(3, this.Text(language == Language.Russian ? russian : english)));

    /// <summary>A formula; with a name, name = formula.</summary>
    public void Write(Formula formula, string? name = null)
    {
        Formula? left = name is null ? null : Formula.Parse(name);
        this.blocks.Add(left is null ? new Equality(formula.ToString(), formula.ToLatex()) : new Equality($"{left} = {formula}", $"{left.ToLatex()} = {formula.ToLatex()}"));
    }

    /// <summary>The equations of a network.</summary>
    public void Write(NetFormula net) =>
        this.blocks.Add(new Equalities([.. net.Lines.Select(line => ($"{line.Name} = {line.Value}", $"{new LatexWriter().Write(line.Name)} = {line.Value.ToLatex()}"))]));

    /// <summary>Two formulas that are the same.</summary>
    public void Equal(Formula left, Formula right) => this.blocks.Add(new Equality($"{left} = {right}", $"{left.ToLatex()} = {right.ToLatex()}"));

    /// <summary>The derivatives of a formula by its variables.</summary>
    public void Differentiate(Formula formula)
    {
        foreach ((Variable x, Formula d) in Differentiation.Of(formula))
            this.blocks.Add(new Equality($"∂({formula})/∂{x} = {d}", $@"\frac{{\partial}}{{\partial {Formula.Of(x).ToLatex()}}}\left({formula.ToLatex()}\right) = {d.ToLatex()}"));
    }

    /// <summary>The derivative of a formula of columns and matrices by one of them, which it gives back; difference quotients at random points have to agree.</summary>
    public MatrixDerivative Differentiate(Formula formula, string by)
    {
        MatrixDerivative d = Differentiation.By(formula, by);
        if (d.MaxError() is not < 1e-6) throw new InvalidOperationException($"The derivative of {formula} by {by}, {d.Result}, and its difference quotients differ by {d.MaxError()}.");
        this.blocks.Add(new Equality($"∂({formula})/∂{d.By} = {d.Result}", $@"\frac{{\partial}}{{\partial {Formula.Of(d.By).ToLatex()}}}\left({formula.ToLatex()}\right) = {d.Result.ToLatex()}"));
        return d;
    }

    /// <summary>A derivation: name = a formula = the next one; at the given values each has to be what the first is. Gives that value.</summary>
    public Tensor Derive(string name, (string Name, Tensor Value)[] at, params string[] ways)
    {
        Formula[] read = [.. ways.Select(way => Formula.Parse(way, at.ToDictionary(v => v.Name, v => v.Value.Shape, StringComparer.Ordinal)))];
        Tensor[] values = [.. read.Select(f => f.At([.. at.Where(v => f.Variables.Any(x => x.Name == v.Name))]))];
        for (int i = 1; i < read.Length; i++)
        {
            double most = values[0].Abs().Max().Item();
            if (values[i].Count != values[0].Count || (values[i].Reshape(values[0].Shape) - values[0]).Abs().Max().Item() > 1e-9 * Math.Max(1, most)) throw new InvalidOperationException($"{read[0]} is {values[0]}, and {read[i]} is {values[i]}.");
        }
        string latex = Formula.Of(new Variable(name, Shape.Scalar)).ToLatex();
        this.blocks.Add(new Equalities([.. read.Select(f => ($"{name} = {f}", $"{latex} = {f.ToLatex()}"))]));
        return values[0];
    }

    /// <summary>A value with its name.</summary>
    public void Write(string name, Tensor value)
    {
        Formula left = Formula.Parse(name, new Dictionary<string, Shape>(StringComparer.Ordinal) { [name] = value.Shape }); // dX is one name
        (string text, string latex) = (left.ToString(), left.ToLatex());
        Digits[] digits = [.. value.ToDoubles().Select(x => Digits.Of(x, Precision.Of(value.DType)))];
        if (value.Rank == 0)
        {
            this.blocks.Add(new Equality($"{text} {(digits[0].IsExact ? "=" : "≈")} {digits[0].Text}", $@"{latex} {(digits[0].IsExact ? "=" : @"\approx")} {digits[0].Latex}"));
            return;
        }
        int columns = value.Shape[^1];
        this.blocks.Add(new Matrix(text, latex, [.. digits.Chunk(columns).Select(row => row.Select(d => (d.Text, d.Latex)).ToArray())], digits.All(d => d.IsExact)));
    }

    /// <summary>A matrix of formulas with its name.</summary>
    public void Write(string name, Formula[,] entries)
    {
        Formula left = Formula.Parse(name);
        int columns = entries.GetLength(1);
        this.blocks.Add(new Matrix(left.ToString(), left.ToLatex(), [.. entries.Cast<Formula>().Chunk(columns).Select(row => row.Select(f => (f.ToString(), f.ToLatex())).ToArray())], IsExact: true));
    }

    /// <summary>Entries of a value as an explanation writes them out.</summary>
    public void Write(IReadOnlyList<Entry> entries) => this.blocks.Add(new Equalities([.. entries.Select(e => (e.Text, e.Latex))]));

    /// <summary>Rows of cells under a header; all are written as arguments of sentences are, remarks in the board's language.</summary>
    public void Table(IReadOnlyList<object> header, IEnumerable<IReadOnlyList<object>> rows)
    {
        IReadOnlyList<object>[] all = [.. rows];
        bool isDecimal = AreMixed([.. all.SelectMany(row => row).SelectMany(cell => Numbers(cell)).Select(n => Digits.Of(n.X, n.Precision))]);
        string[] Cells(IReadOnlyList<object> row) => [.. row.Select(cell => (cell is Remark words ? words.In(language) : this.Written(cell, isDecimal)?.ToString()) ?? "")];
        this.blocks.Add(new Table(Cells(header), [.. all.Select(Cells)]));
    }

    /// <summary>A network of neurons. Where there are no pictures stands its formula, unless that is what is asked.</summary>
    public void Draw(NeuronNet net, Remark caption, bool tells = true) =>
        this.blocks.Add(new Picture(caption.In(language), tells && net.ToFormulas() is [var one] ? $"y = {one}" : this.Elsewhere, () => NeuronPicture.Draw(net)));

    /// <summary>A drawing in the plane.</summary>
    public void Draw(Plane plane, Remark caption) =>
        this.blocks.Add(new Picture(caption.In(language), this.Elsewhere, () => plane.ToSvg(caption.In(language))));

    /// <summary>A picture with its own words.</summary>
    public void Draw(Figure figure) =>
        this.blocks.Add(new Picture(figure.Says.In(language), figure.ToText() is { Length: > 0 } text ? text : this.Elsewhere, () => figure.ToSvg(language)));

    /// <summary>A computation: name = formula = the same with numbers = value, which it gives back. Rows of one number or more are (1, n).</summary>
    public Tensor Work(string name, string formula, params (string Name, Tensor Value)[] at)
    {
        Formula read = Formula.Parse(formula, at.ToDictionary(v => v.Name, v => v.Value.Shape, StringComparer.Ordinal)), left = Formula.Parse(name);
        Tensor value = read.At([.. at.Where(v => read.Variables.Any(x => x.Name == v.Name))]);
        Precision precision = Precision.Of(value.DType);
        Dictionary<Expression, Expression> now = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(read.Root)) now[part] = part is Call c ? Call.Of(c.Op, [.. c.Inputs.Select(x => now[x])]) : part is Variable v ? Literal.Of(at.First(a => a.Name == v.Name).Value, precision)?.Written ?? part : part;
        Literal result = Literal.Of(value, precision) ?? throw new InvalidOperationException($"The value of {read} is {value.Shape}, too much for a line: write it as a matrix.");
        Formula put = Formula.Of(now[read.Root]);
        string equals = result.IsExact ? "=" : "≈", equalsLatex = result.IsExact ? "=" : @"\approx";
        this.blocks.Add(new Equality($"{left} = {read} = {put} {equals} {result.Written.Text}", $"{left.ToLatex()} = {read.ToLatex()} = {put.ToLatex()} {equalsLatex} {result.Written.Latex}"));
        return value;
    }

    /// <summary>Formulas with a name for each part that repeats.</summary>
    public void Share(params (string Name, Formula Formula)[] formulas)
    {
        foreach ((Variable name, Formula part) in Formula.Share([.. formulas.Select(f => (new Variable(f.Name, f.Formula.Root.Shape), f.Formula))])) this.Write(part, name.Name);
    }

    /// <summary>The computation graph of a formula at a point, with values and gradients.</summary>
    public void Draw(Formula formula, Remark caption, params (string Name, double Value)[] at) =>
        this.blocks.Add(new Picture(caption.In(language), formula.ToString(), () => formula.ToSvg(at)));

    /// <summary>A formula part by part: values forward, then the chain rule back.</summary>
    public void Evaluate(Formula formula, params (string Name, double Value)[] at) => this.Evaluate("f", formula, at);

    /// <summary>The same with another name than f.</summary>
    public void Evaluate(string name, Formula formula, params (string Name, double Value)[] at) => this.blocks.AddRange(ChainRule.Write(name, formula, at));

    /// <summary>A step of a network, explained; its steps alone where picture and parameters were shown before.</summary>
    public void Explain(Explanation explanation, bool stepsOnly = false)
    {
        int from = this.blocks.Count;
        // Its own title and notation are the page's; its parts are parts of the solution.
        this.blocks.AddRange(ExplanationWriter.Write(explanation, language, stepsOnly).SkipWhile(b => b is Heading { Level: 1 } or Code).Select(b => b is Heading { Level: 2 } h ? h with { Level = 3 } : b));
        this.trace.Add(new(explanation, from, this.blocks.Count - from));
    }

    /// <summary>Asks for a value: what is right, how far off an answer may be, and which slips lead where.</summary>
    public void Ask(string name, Tensor value, double tolerance = 0.01, Remark? unit = null, params Slip[] slips) =>
        this.Ask(Answer.Of(name, value, unit, tolerance, slips));

    public void Ask(string name, double value, double tolerance = 0.01, Remark? unit = null, params Slip[] slips) =>
        this.Ask(name, N(value), tolerance, unit, slips);

    /// <summary>Asks for a whole number, or several: what rounds to it is not right.</summary>
    public void AskCount(string name, Tensor value, Remark? unit = null, params Slip[] slips) => this.Ask(Answer.OfCount(name, value, unit, slips));

    public void AskCount(string name, double value, Remark? unit = null, params Slip[] slips) => this.AskCount(name, N(value), unit, slips);

    /// <summary>Asks for any value that does what is wanted, such as the weights of a neuron; the value is an example.</summary>
    public void AskAny(string name, Tensor example, Predicate<Tensor> isRight, params Slip[] slips) =>
        this.Ask(new Answer(name, example.Cast(DType.Float64), null, 0, slips) { IsRight = isRight });

    /// <summary>Asks which of several sentences is right, by its number from 1 in the order given. With a key they are asked in an order that follows from it.</summary>
    public void AskWhich(string name, int right, params Remark[] choices)
    {
        int[] order = [.. Enumerable.Range(0, choices.Length)];
        if (key is not null)
        {
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [key, .. choices.Select(c => c.English)])));
            order = [.. new RandomStream(BinaryPrimitives.ReadInt64LittleEndian(hash), stream: 2).Permutation(choices.Length)];
        }
        this.Ask(new Answer(name, N(Array.IndexOf(order, right - 1) + 1), null, 0, []) { Choices = [.. order.Select(i => choices[i])] });
    }

    /// <summary>Says before all else that σ is the sigmoid, where sentences have the letter and formulas the name.</summary>
    public void SaySigmoid(IEnumerable<Block> statement)
    {
        string[] texts = [.. statement.Concat(this.blocks).SelectMany(b => b.Texts)];
        if (!texts.Any(t => t.Contains('σ', StringComparison.Ordinal)) || !texts.Any(t => t.Contains("sigmoid(", StringComparison.Ordinal))) return;
        this.Say($"σ and sigmoid are one function: σ(z) = 1/(1 + e^(−z)).", $"σ и sigmoid — одна и та же функция: σ(z) = 1/(1 + e^(−z)).");
        this.blocks.Insert(0, this.blocks[^1]);
        this.blocks.RemoveAt(this.blocks.Count - 1);
        for (int i = 0; i < this.trace.Count; i++) this.trace[i] = this.trace[i] with { From = this.trace[i].From + 1 };
    }

    private string Elsewhere => Picture.Elsewhere(language);

    private void Ask(Answer answer)
    {
        if (answer.Value.ToDoubles().Any(x => !double.IsFinite(x))) throw new InvalidOperationException($"The answer {answer.Name} is {answer.Value}: the task's parameters are degenerate.");
        if (!answer.Accepts(answer.Value)) throw new InvalidOperationException($"The answer {answer.Name}, {answer.Value}, is not right itself.");
        this.answers.Add(answer);
    }

    /// <summary>Says that numbers are rounded, where a sentence or a table has one that is; formulas have ≈.</summary>
    public void SayRounded()
    {
        if (this.isRounded) this.Say($"Numbers in sentences and tables are rounded; formulas say ≈ where theirs are.", $"Числа в тексте и таблицах округлены; в формулах округлённое отмечено знаком ≈.");
    }

    private string Text(FormattableString text) =>
        string.Format(CultureInfo.InvariantCulture, text.Format, [.. text.GetArguments().Select(value => this.Written(value, isDecimal: false))]);

    // In a vector or a table with decimals fractions are written as decimals too: its numbers are there to be compared.
    private object? Written(object? value, bool isDecimal)
    {
        if (value is Significant few) return this.Short(few);
        (double X, Precision Precision)[] numbers = [.. Numbers(value)];
        if (numbers.Length == 0) return value is Array ? "()" : value;
        Digits[] digits = [.. numbers.Select(n => Digits.Of(n.X, n.Precision))];
        if (isDecimal || AreMixed(digits)) digits = [.. numbers.Select(n => Digits.Of(n.X, n.Precision with { LargestDenominator = 0 }))];
        return value is double[] or Tensor { Rank: 1 } ? $"({string.Join(", ", digits.Select(this.Short))})" : this.Short(digits[0]);
    }

    // Those of a number or a vector, with what they may be taken for.
    private static IEnumerable<(double X, Precision Precision)> Numbers(object? value) => value switch
    {
        double x => [(x, Precision.Full)],
        int n => [(n, Precision.Full)],
        long n => [(n, Precision.Full)],
        Tensor { Rank: 0 or 1 } t => t.ToDoubles().Select(x => (x, Precision.Of(t.DType))),
        double[] v => v.Select(x => (x, Precision.Full)),
        _ => [],
    };

    private static bool AreMixed(IReadOnlyList<Digits> digits) => digits.Any(d => d.Text.Contains('/')) && digits.Any(d => !d.IsExact || d.Text.Contains('.'));

    private string Short(Significant few)
    {
        this.isRounded |= !few.IsExact;
        return few.Text;
    }

    private string Short(Digits digits)
    {
        this.isRounded |= !digits.IsExact;
        return digits.Text;
    }
}
