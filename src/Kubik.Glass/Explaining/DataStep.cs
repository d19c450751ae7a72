// What a model does to data before its first brick gets it, x = (raw − mean) ⊘ deviation, and what its outputs are called: the beginning
// and the end of the forward pass of a model whose data is known. The numbers are those of the format, which predicts with them.

using System.Globalization;
using Kubik.Data;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using Normalization = Kubik.Data.Normalization;
using TextWriter = Kubik.Glass.Formulas.TextWriter;

namespace Kubik.Glass.Explaining;

/// <summary>Writes how samples are prepared and what outputs mean.</summary>
/// <param name="format">What the network knows about its data; null: nothing.</param>
/// <param name="precision">How numbers are written.</param>
/// <param name="focus">The entry from which entries of big values are shown.</param>
internal sealed class DataStep(DataFormat? format, Precision precision, Focus focus)
{
    /// <summary>What the step is called where bricks have their notation.</summary>
    public const string Op = "data";

    /// <summary>What samples are called in their own units.</summary>
    public const string Raw = "raw";

    private const int MostNames = 20, Likeliest = 3, FewEntries = 2, MostEntries = 8;

    /// <summary>The raw values of samples that somebody gave, as they are written.</summary>
    public static Tensor AsGiven(Tensor raw) => raw.DType.IsFloat && raw.DType != DType.Float64 ? Tensor.From(Digits.AsWritten(raw), raw.Shape) : raw;

    /// <summary>The step before the first brick; null when there is nothing to say.</summary>
    /// <param name="raw">The samples in their own units.</param>
    /// <param name="x">What the network gets.</param>
    /// <param name="about">A sentence on the samples.</param>
    /// <param name="round">The training step.</param>
    public ExplainStep? Before(Tensor raw, Tensor x, Remark? about, int round)
    {
        bool areBytes = format is { IsPicture: true } && raw.DType == DType.UInt8, isPrepared = format is not null
            && (areBytes || !format.Normalization.IsIdentity);
        if (!isPrepared && about is null) return null;
        raw = raw.Cast(DType.Float64);
        IReadOnlyList<Figure> figures = round == 1 && format is { IsPicture: true } && PixelFigure.Of(raw) is { } picture ? [picture] : [];
        List<Remark> remarks = about is null ? [] : [about];
        Named input = new("x", "x", Snapshot.Of(x));
        if (!isPrepared) return new(round, Phase.Forward, "", Op, [], [input], input, null, remarks) { Figures = figures };
        if (!format!.Normalization.IsIdentity) remarks.Add(format.IsPicture ? Sentences.PreparedPictures : Sentences.Prepared);
        if (areBytes) remarks.Add(Sentences.Bytes);
        Named given = new(Raw, $@"\mathrm{{{Raw}}}", Snapshot.Of(raw));
        return new(round, Phase.Forward, "", Op, [this.Equation(raw, x, areBytes)], [given], input, null, remarks) { Figures = figures };
    }

    /// <summary>Samples by their name in a language; what else goes into a network is called alike in all.</summary>
    public static Named Said(Named input, Language language) => input.Name != Raw ? input : input with
    {
        Name = FormulaWords.In(input.Name, language, isOfData: true),
        Latex = FormulaWords.In(input.Latex, language, isOfData: true),
    };

    /// <summary>What the outputs are called, and what those of a single sample say.</summary>
    /// <param name="output">The network's output.</param>
    /// <param name="loss">The loss that says what outputs mean; null: they mean themselves.</param>
    public IEnumerable<Remark> After(Named output, Loss? loss)
    {
        if (format is null || output.Value.Shape is not { Rank: 2 } shape || shape[1] != format.Outputs.Count) yield break;
        IReadOnlyList<string> names = format.Outputs;
        if (names.Count <= MostNames && names.Where((name, i) => name != $"{i}").Any())
            yield return Sentences.Outputs(string.Join(", ", names.Select((name, i) => $"{output.Name}[{i + 1}] {name}")));
        if (shape[0] != 1 || output.Value.Values is not { } values) yield break;
        Tensor raw = Tensor.From<float>([.. values.Select(v => (float)v)], shape);
        double[] meant = (loss?.Probabilities(raw) ?? raw).ToDoubles();
        if (format.Kind == TargetKind.Classes && loss is not null && meant.All(p => p is >= 0 and <= 1))
            yield return Sentences.Reads(string.Join(", ", Enumerable.Range(0, names.Count).OrderByDescending(i => meant[i]).Take(Likeliest)
                .Select(i => $"{names[i]} {(100 * meant[i]).ToString("0.0", CultureInfo.InvariantCulture)} %")));
        else if (format is { Kind: TargetKind.Numbers, TargetNormalization: { IsIdentity: false } units })
            yield return Sentences.Reads(string.Join(", ", units.Undo(Tensor.From<float>([.. meant.Select(v => (float)v)], shape)).ToDoubles()
                .Select((v, i) =>
                    $"{names[i]}: {output.Name}[{i + 1}]·{this.Factor(units.Std[i])} {(units.Mean[i] < 0 ? '−' : '+')} "
                    + $"{this.Written(Math.Abs(units.Mean[i]))} ≈ {Digits.Significant(v, 4)}")));
    }

    /// <summary>What the target of a single sample stands for.</summary>
    /// <param name="target">As it was given, in the units of the data.</param>
    public Remark? Target(Tensor target)
    {
        if (format is null || target.Shape.Rank == 0 || target.Shape[0] != 1) return null;
        if (format.Kind == TargetKind.Classes && !target.DType.IsFloat && target.Count == 1 && (int)target.Item() is var label && label < format.Outputs.Count
            && format.Outputs[label] != $"{label}")
            return Sentences.Class(label, format.Outputs[label]);
        if (format is { Kind: TargetKind.Numbers, TargetNormalization: { IsIdentity: false } units } && target.DType.IsFloat && target.Count == units.Count)
            return Sentences.TargetIs(string.Join(", ", target.ToDoubles()
                .Select((v, i) =>
                    $"{(units.Count == 1 ? "t" : $"t[{i + 1}]")} = ({this.Written(v)} − {this.Term(units.Mean[i])}) / {this.Factor(units.Std[i])}")));
        return null;
    }

    private string Written(double x) => Digits.Of(x, precision).Text;

    // After a minus, a negative number stands in brackets; after · and /, a fraction too.
    private string Term(double x) => x < 0 ? $"({this.Written(x)})" : this.Written(x);

    private string Factor(double x) => Digits.Of(x, precision) is { Strength: Strength.Atom or Strength.Power } d ? d.Text : $"({this.Written(x)})";

    // (raw − mean) ⊘ deviation, of one constant as a number; a byte counts as a share of 255.
    private Equation Equation(Tensor raw, Tensor x, bool areBytes)
    {
        Normalization n = format!.Normalization;
        Shape constants = x.Shape.Rank <= 2 ? [n.Count] : [n.Count, .. Enumerable.Repeat(1, x.Shape.Rank - 2)];
        Tensor means = Tensor.From<double>([.. n.Mean], constants), deviations = Tensor.From<double>([.. n.Std], constants);
        Expression Letter(string word, Tensor value) =>
            value.Count == 1 ? this.Number(value.Reshape([]).Item()) : new Symbol(new(DType.Float64, value.Shape), word, $@"\mathrm{{{word}}}");
        Symbol given = new(new(DType.Float64, raw.Shape), Raw, $@"\mathrm{{{Raw}}}");
        Expression letters = this.Put(given, Letter("mean", means), Letter("deviation", deviations), areBytes);
        TextWriter text = new();
        LatexWriter latex = new();
        string? numbers = null, numbersLatex = null;
        if (Literal.Of(x, precision) is { } result && Literal.Of(raw, precision) is { } r && Literal.Of(means, precision) is { } m
            && Literal.Of(deviations, precision) is { } d)
        {
            Expression put = this.Put(r.Written, means.Count == 1 ? this.Number(n.Mean[0]) : m.Written, means.Count == 1 ? this.Number(n.Std[0])
                : d.Written, areBytes);
            (numbers, numbersLatex) = ($"x = {text.Write(put)} {(result.IsExact ? "=" : "≈")} {result.Written.Text}",
                $@"x = {latex.Write(put)} {(result.IsExact ? "=" : @"\approx")} {result.Written.Latex}");
        }
        List<Entry> entries = [.. this.Entries(raw, x, n, areBytes)];
        return new($"x = {text.Write(letters)}", $"x = {latex.Write(letters)}", numbers, numbersLatex, new("x", "x", Snapshot.Of(x)), entries,
            x.Count - entries.Count);
    }

    private IEnumerable<Entry> Entries(Tensor raw, Tensor x, Normalization n, bool areBytes)
    {
        TextWriter text = new();
        LatexWriter latex = new();
        int start = focus.PlaceIn(x.Shape);
        for (int k = start; k < Math.Min(x.Count, start + (x.Count <= MostEntries ? MostEntries : FewEntries)); k++)
        {
            int[] at = Explaining.Entries.Unraveled(x.Shape, k);
            int channel = x.Shape.Rank < 2 ? 0 : at[1];
            Expression put = this.Put(this.Number(Explaining.Entries.Element(raw, at)), this.Number(n.Mean[channel]), this.Number(n.Std[channel]), areBytes);
            Digits result = Digits.Of(Explaining.Entries.Element(x, at), precision);
            string index = Explaining.Entries.Index(x.Shape, at);
            yield return new($"x[{index}] = {text.Write(put)} {(result.IsExact ? "=" : "≈")} {result.Text}",
                $@"x[{index}] = {latex.Write(put)} {(result.IsExact ? "=" : @"\approx")} {result.Latex}");
        }
    }

    private Call Put(Expression raw, Expression mean, Expression deviation, bool areBytes)
    {
        if (areBytes) raw = Call.Of(Binary<Div>.Instance, raw, new Number(255));
        return areBytes && format!.Normalization.IsIdentity ? (Call)raw : Call.Of(Binary<Div>.Instance, Call.Of(Binary<Sub>.Instance, raw, mean), deviation);
    }

    private Symbol Number(double value)
    {
        Digits d = Digits.Of(value, precision);
        return new(new(DType.Float64, []), d.Text, d.Latex, d.Strength);
    }
}
