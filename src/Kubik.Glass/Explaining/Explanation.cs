// A training step, explained: made once, written in every format. Small networks are computed in double precision, with their
// numbers taken as they are written (0.1 and not 0.100000001), so that fractions come out as fractions; big ones as they are.

using Kubik.Glass.Checks;
using Kubik.Glass.Pages;
using Kubik.Glass.Pictures;
using Kubik.Glass.Traces;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Explaining;

/// <summary>The worked solution of a forward pass, a backward pass and updates.</summary>
/// <example><code>
/// Sequential net = Sequential.Parse("linear 2 | relu | linear 1");
/// Explanation e = net.Explain(Tensor.Of(1f, 2f).Reshape(1, 2), Tensor.Of(0f).Reshape(1, 1), new() { Optimizer = new Sgd(0.1) });
/// Console.WriteLine(e.ToText());
/// e.Save("step.html");
/// </code></example>
public sealed class Explanation
{
    private const long MostInDouble = 2_000_000;
    private const int MostDigits = 100_000;
    private const long MostWritten = 3_000_000; // characters of a page; then only the last step is kept

    private Explanation(string net, IReadOnlyList<ExplainStep> steps, IReadOnlyList<Named> parameters, Precision precision, Figure overview) =>
        (this.Net, this.Steps, this.Parameters, this.Precision, this.Overview) = (net, steps, parameters, precision, overview);

    /// <summary>The network in the one-line notation.</summary>
    public string Net { get; }

    /// <summary>The steps, in order. Of so many updates that a page of them could not be read, the first ones and the last.</summary>
    public IReadOnlyList<ExplainStep> Steps { get; }

    /// <summary>The weights at the beginning; their names are the formulas', their paths follow in parentheses.</summary>
    public IReadOnlyList<Named> Parameters { get; }

    /// <summary>The most memory that the values of a step took at a time, in bytes.</summary>
    public long MostBytes { get; private init; }

    /// <summary>Those of the parameters that are no weights but measured, such as a running mean.</summary>
    internal IReadOnlySet<string> Measured { get; private init; } = new HashSet<string>();

    /// <summary>How far its numbers are to be trusted.</summary>
    internal Precision Precision { get; }

    /// <summary>The whole network at a glance.</summary>
    internal Figure Overview { get; }

    /// <summary>As text for a terminal.</summary>
    public string ToText(Language language = Language.English) => new TextPage().Write(this.Blocks(language));

    /// <summary>As Markdown with LaTeX formulas.</summary>
    public string ToMarkdown(Language language = Language.English) => new MarkdownPage().Write(this.Blocks(language));

    /// <summary>As a LaTeX document.</summary>
    public string ToLatex(Language language = Language.English) => new LatexPage(language).Write(this.Blocks(language));

    /// <summary>As one HTML page with MathML that needs nothing else.</summary>
    public string ToHtml(Language language = Language.English) => new HtmlPage(language).Write(this.Blocks(language));

    /// <summary>As JSON: steps with phase, path, op, formula, numbers, inputs, output, gradient.</summary>
    public string ToJson() => ExplanationJson.Write(this);

    /// <summary>Writes a file, whole or not at all: .html, .md, .tex, .json, and .txt or no ending for text.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    public void Save(string file, Language language = Language.English)
    {
        string text = Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".html" or ".htm" => this.ToHtml(language),
            ".md" or ".markdown" => this.ToMarkdown(language),
            ".tex" => this.ToLatex(language),
            ".json" => this.ToJson(),
            ".txt" or ".text" or "" => this.ToText(language),
            var other =>
                throw new ArgumentException(
                $"'{file}' ends in {other}, which is no format of an explanation; it is written as .html, .md, .tex, .json or .txt.", nameof(file)),
        };
        IO.AtomicFile.WriteText(file, text);
    }

    /// <summary>Explains a network at work. The network, its statistics and random states are left as they were.</summary>
    /// <param name="net">The network.</param>
    /// <param name="x">The input, batch axis first.</param>
    /// <param name="target">The target; null: the forward pass alone.</param>
    /// <param name="options">What is shown.</param>
    /// <exception cref="ShapeException">Input or target do not fit.</exception>
    /// <exception cref="ArgumentException">The optimiser is no rule for one step, or there is none to explain without a target.</exception>
    internal static Explanation Of(Module net, Tensor x, Tensor? target, ExplainOptions options)
    {
        if (options.Optimizer is { } given and not UpdateRule)
        {
            throw new ArgumentException($"{given.Name} looks at the loss several times in one step, so its update cannot be written as one formula; "
                + "take another optimizer, such as sgd or adam.");
        }
        if (options.Optimizer is not null && target is null) throw new ArgumentException("An update needs a gradient, and that needs a target: give one.");
        UpdateRule? rule = options.Optimizer as UpdateRule;
        Samples samples = new(x, target);
        if (options.Format is { } format)
        {
            samples = new(DataStep.AsGiven(x.Shape == format.InputShape ? x.Unsqueeze(0) : x), target);
            (x, target) = (format.Encode(samples.X), target is null ? null : format.EncodeTarget(target));
        }
        Shape output = Traced(net, options.Training, () => net.Build(x.Shape, x.DType));
        Loss? loss = target is null ? null : options.Loss ?? Usual(net, x, target, output);
        (Parameter Parameter, TensorSpec Spec)[] parameters =
            [.. net.Parameters().Where(p => p.Parameter.HasSpec).Select(p => (p.Parameter, p.Parameter.Spec))];
        bool isSmall = parameters.Sum(p => (long)p.Spec.Shape.Size) <= MostInDouble
            || parameters.Any(p => p.Parameter.Role == ParameterRole.Weight && p.Spec.DType == DType.Float64);
        DType type = isSmall ? DType.Float64 : DType.Float32;
        return rule is null ? Of(net, new(x, target), samples, options, loss, null, type)
            : rule.LeavingNoTrace(() => Of(net, new(x, target), samples, options, loss, rule, type));
    }

    // Squares for numbers; the cross-entropy for labels, of every place where there is one for each.
    private static Loss Usual(Module net, Tensor x, Tensor target, Shape output) => target.DType.IsFloat ? new MeanSquaredError()
        : SequenceLoss.Fits(target.Count, output, readsWords: output.Rank == 3 && TrialBatch.VocabularyOf(net, x.Shape[1..]) is not null)
            ? new SequenceLoss(new CrossEntropy()) : new CrossEntropy();

    private static Explanation Of(Module net, Samples samples, Samples given, ExplainOptions options, Loss? loss, UpdateRule? rule, DType type)
    {
        Dictionary<Parameter, (Tensor Value, bool IsOwn)> state = [];
        List<ExplainStep> steps = [];
        List<Named> parameters = [];
        HashSet<string> measured = new(net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Statistic).Select(p => p.Path), StringComparer.Ordinal);
        Figure? overview = null;
        long bytes = 0, written = 0;
        for (int round = 1; round <= options.Steps; round++)
        {
            // A round in a method of its own: nothing of it is held in the next.
            bool isShown = written < MostWritten || round == options.Steps;
            (ExplainStep[] explained, Named[] weights, Figure? picture, long most) =
                Round(net, samples, given, options, loss, rule, type, round, state, isShown);
            steps.AddRange(explained);
            written += explained.Sum(Size);
            if (round == 1) parameters.AddRange(weights);
            overview ??= picture;
            bytes = Math.Max(bytes, most);
        }
        return new(net.Notation, steps, parameters, Precision.Of(type), overview!) { Measured = measured, MostBytes = bytes };
    }

    // About how many characters of HTML a step is: ten for each of LaTeX, and forty for each number of a result.
    private static long Size(ExplainStep step) =>
        500 + step.Equations.Sum(e =>
        10L * (e.Latex.Length + (e.NumbersLatex?.Length ?? 0) + e.Entries.Sum(n => n.Latex.Length)) + 40 * (e.Result.Value.Values?.Count ?? 0));

    private static (ExplainStep[] Steps, Named[] Weights, Figure? Overview, long MostBytes) Round(Module net, Samples samples, Samples given,
        ExplainOptions options, Loss? loss, UpdateRule? rule, DType type, int round, Dictionary<Parameter, (Tensor Value, bool IsOwn)> state,
        bool isShown)
    {
        (Tensor input, Tensor? expected) = samples.Batch(options.Batch, round);
        if (expected is not null && !expected.IsSymbolic) loss!.CheckTarget(expected);
        bool isLast = rule?.IsLast ?? false;
        if (isLast) rule!.Advance(0);
        if (rule is not null) (state[rule.Counters.Rate], state[rule.Counters.Step]) =
            ((rule.Counters.Rate.Current, false), (rule.Counters.Step.Current, false));
        Tensor[] values = [AsWritten(input, type), .. expected is null ? (Tensor[])[] : [AsWritten(expected, type)]];
        Focus focus = new(options.Focus?.ToArray(), ofPictures: input.Rank == 4);
        PlainNorms norms = new();
        (StepTrace trace, StepValues known) = Computed();
        while (!norms.AreOrdinary(v => known.Has(v) ? (known[v].Least, known[v].Greatest) : null, type))
        {
            (trace, known) = Computed();
        }
        if (!isShown)
        {
            Update();
            rule?.Collected(trace.Reached!, isLast);
            return ([], [], null, known.MostBytes);
        }
        Names names = new(trace, type);
        ExplainStep[] steps = Explained(trace, known, names, Update);
        steps = [.. WithData(steps, new(options.Format, Precision.Of(type), focus), given.Batch(options.Batch, round), values[0], options,
            round)];
        Dictionary<Parameter, Tensor> symbols = trace.Graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        Named[] weights = [.. names.Parameters.Select(p =>
            new Named($"{p.Name} ({p.Path})",
            $@"{new Formulas.LatexWriter().Write(p.Name)}{(p.Path.All(c => char.IsLetterOrDigit(c) || c == '.') ? $@" \; \text{{({p.Path})}}" : "")}",
            known[symbols[p.Parameter]]))];
        rule?.Collected(trace.Reached!, isLast);
        return (steps, weights, round == 1 ? OverviewFigure.Of(net, trace, known, names, samples.X.Spec) : null, known.MostBytes);

        void Update()
        {
            foreach ((Parameter parameter, (Tensor, bool) value) in known.Update(results: round < options.Steps)) state[parameter] = value;
        }

        (StepTrace, StepValues) Computed()
        {
            StepTrace made = Traced(net, options.Training, () => StepTrace.Of(net, values[0].Spec, new()
            {
                Target = expected is null ? null : values[1].Spec,
                Loss = loss is null ? null : loss.Of,
                Gradients = loss is null ? GradientsOf.Nothing : GradientsOf.Everything,
                Rule = rule,
                Type = type == DType.Float64 ? type : null,
                IsUnfolded = true,
                Norms = norms,
            }));
            Rehearsal rehearsal = new(made, options.MostWhole);
            if (isShown && rehearsal.IsNeeded) _ = Explained(made, rehearsal, new(made, type), update: () => { });
            HashSet<Parameter> assigned = [.. made.Graph.Updates.Select(u => u.Parameter)];
            // What may have to be computed again is not given up.
            return (made, new(made, values, p => Current(p, type, state, isKept: norms.Any || !assigned.Contains(p)), type, rehearsal));
        }

        ExplainStep[] Explained(StepTrace made, ShownValues shown, Names called, Action update)
        {
            BrickFigures? figures = round == 1 ? new(shown, called, focus) : null;
            return [.. Explain(new(made, called, shown, round, focus), made, figures, loss, rule, options.Phases, update)];
        }
    }

    // A parameter's value in a step. One that the step assigns is not held here meanwhile: the old value goes when nothing needs it.
    private static (Tensor Value, bool IsOwn) Current(Parameter parameter, DType type, Dictionary<Parameter, (Tensor Value, bool IsOwn)> state, bool isKept)
    {
        if (!state.Remove(parameter, out (Tensor Value, bool IsOwn) now))
        {
            Tensor first = parameter.Role == ParameterRole.State ? parameter.Peek() : parameter.Current;
            now = (type == DType.Float64 ? AsWritten(first, type) : first.Detach(), false);
        }
        if (!isKept) return now;
        state[parameter] = now;
        return now with { IsOwn = false };
    }

    private static IEnumerable<ExplainStep> Explain(Explainer explainer, StepTrace trace, BrickFigures? figures, Loss? loss, UpdateRule? rule,
        IReadOnlyList<Phase>? phases, Action update)
    {
        // All are made, since later ones use the names of earlier ones; only those that are asked for are kept.
        List<ExplainStep> all = [.. explainer.Forward()];
        // There is a step for each working brick; its parts have names now.
        if (figures is not null) all = [.. all.Zip(trace.Net.Root.Working, (step, call) =>
            step.Equations.Count > 0 ? step with { Figures = figures.Of(call) } : step)];
        if (loss is not null)
        {
            all.Add(explainer.Loss(loss));
            all.AddRange(explainer.Backward());
        }
        update();
        if (rule is not null) all.AddRange(explainer.Update(rule));
        return phases is null ? all : all.Where(s => phases.Contains(s.Phase) || s.Phase == Phase.Loss && phases.Contains(Phase.Forward));
    }

    private static T Traced<T>(Module net, bool training, Func<T> trace) => training ? NetTrace.InTraining(net, trace) : Module.InEvaluation(trace);

    // How the samples were prepared, and what outputs and targets are called.
    private static IEnumerable<ExplainStep> WithData(ExplainStep[] steps, DataStep data, Samples given, Tensor x, ExplainOptions options, int round)
    {
        bool isShown = options.Phases?.Contains(Phase.Forward) != false && (round == 1 || options.Batch is not null);
        if (isShown && data.Before(given.X, x, options.About, round) is { } before) yield return before;
        int last = Array.FindLastIndex(steps, s => s.Phase == Phase.Forward);
        foreach ((int i, ExplainStep step) in steps.Index())
        {
            Remark[] more = i == last && step.Output is { } output ? [.. data.After(output, options.Loss)]
                : step.Phase == Phase.Loss && given.Target is { } target && data.Target(target) is { } meaning ? [meaning] : [];
            yield return more.Length == 0 ? step : step with { Remarks = [.. step.Remarks, .. more] };
        }
    }

    // Samples and their targets.
    private readonly record struct Samples(Tensor X, Tensor? Target)
    {
        // Those of a step: all, or the next so many; the last batch is what is left, and after it comes the first again.
        public Samples Batch(int? size, int round)
        {
            int samples = this.X.Rank == 0 ? 1 : this.X.Shape[0];
            if (size is not { } n || n >= samples) return this;
            int start = (round - 1) % ((samples + n - 1) / n) * n, end = Math.Min(start + n, samples);
            return new(this.X[start..end], this.Target?[start..end]);
        }
    }

    private static Tensor AsWritten(Tensor x, DType type)
    {
        x = x.Detach();
        if (!x.DType.IsFloat || x.DType == type) return x;
        return type != DType.Float64 || x.Count > MostDigits ? x.Cast(type) : Tensor.From(Digits.AsWritten(x), x.Shape);
    }

    private List<Block> Blocks(Language language) => ExplanationWriter.Write(this, language);
}
